//! Settings of the workspace.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::audit::{self, Deed};
use crate::{Actor, App, Error, Permission};

/// Under which key the store keeps mock mode.
pub(crate) const MOCK: &str = "mock";

/// The settings as they hold now, with where each comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Settings {
    /// Whether runs use the simulated campus.
    pub mock: bool,
    /// Where that comes from.
    pub mock_source: SettingSource,
}

/// Where the value of a setting comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SettingSource {
    /// Nobody has set it.
    Default,
    /// Set here.
    Workspace,
    /// Forced at the start of the program.
    Flag,
}

/// What to change; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsChange {
    /// Whether runs use the simulated campus.
    #[serde(default)]
    pub mock: Option<bool>,
}

/// Gives the settings.
///
/// # Errors
/// [`Error::NotAllowed`].
pub async fn get(app: &App, by: &Actor) -> Result<Settings, Error> {
    by.require(Permission::See)?;
    read(app).await
}

/// Changes settings. Runs that are under way keep the mode in which they started.
///
/// # Errors
/// [`Error::Conflict`] when the program was started with a flag that says otherwise.
pub async fn change(app: &App, by: &Actor, change: SettingsChange) -> Result<Settings, Error> {
    by.require(Permission::ManageWorkspace)?;
    let before = read(app).await?;
    if let Some(mock) = change.mock.filter(|mock| *mock != before.mock) {
        if before.mock_source == SettingSource::Flag {
            return Err(Error::Conflict {
                message: "mock mode was forced on when the program was started".to_owned(),
                hint: Some("start it without --mock".to_owned()),
            });
        }
        app.store
            .set_setting(MOCK, &json!(mock), &by.name, app.now())
            .await?;
        app.tools.set_mock(mock);
        let deed = Deed::on("settings.change", MOCK)
            .before(&json!(before.mock))
            .after(&json!(mock));
        audit::record(app, by, deed).await?;
    }
    read(app).await
}

/// Sets the tools to what the settings say; called once at the start.
pub(crate) async fn apply(app: &App) -> Result<(), Error> {
    app.tools.set_mock(read(app).await?.mock);
    Ok(())
}

/// Nothing is connected on a fresh installation, so mock mode is on until somebody turns it off.
async fn read(app: &App) -> Result<Settings, Error> {
    if app.options.force_mock {
        return Ok(Settings {
            mock: true,
            mock_source: SettingSource::Flag,
        });
    }
    let stored = app.store.setting(MOCK).await?;
    Ok(match stored.and_then(|row| row.value.as_bool()) {
        Some(mock) => Settings {
            mock,
            mock_source: SettingSource::Workspace,
        },
        None => Settings {
            mock: true,
            mock_source: SettingSource::Default,
        },
    })
}
