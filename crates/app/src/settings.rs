//! Settings of the workspace.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::audit::{self, Deed};
use crate::duties::Separation;
use crate::models::{self, ModelSettings, ModelStatus, ProviderChange};
use crate::notices::{self, NoticeSettings, NoticesChange};
use crate::{Actor, App, Error, Permission, duties, hooks};

/// Under which key the store keeps mock mode.
pub(crate) const MOCK: &str = "mock";

/// The settings as they hold now, with where each comes from.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Settings {
    /// Whether runs use the simulated campus.
    pub mock: bool,
    /// Where that comes from.
    pub mock_source: SettingSource,
    /// When an approval on real systems must come from somebody else than who asked for the run, made its workflow or
    /// saved its recipe.
    pub separation: Separation,
    /// Notices of waits for people.
    pub notices: NoticeSettings,
    /// How language models are set up.
    pub models: ModelSettings,
    /// How the chosen provider stands.
    pub model_status: ModelStatus,
}

/// Mock mode, with where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MockMode {
    /// Whether runs use the simulated campus.
    pub on: bool,
    /// Where that comes from.
    pub source: SettingSource,
}

/// Where the value of a setting comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SettingSource {
    /// Nobody has set it.
    Default,
    /// An environment variable of the program.
    Environment,
    /// Set here.
    Workspace,
    /// Forced at the start of the program.
    Flag,
}

/// What to change; what is absent stays.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsChange {
    /// Whether runs use the simulated campus.
    #[serde(default)]
    pub mock: Option<bool>,
    /// When an approval on real systems must come from somebody else.
    #[serde(default)]
    pub separation: Option<Separation>,
    /// Notices of waits for people.
    #[serde(default)]
    pub notices: Option<NoticesChange>,
    /// Who is asked: `anthropic` in any case is that one, everything else `OpenAI`.
    #[serde(default)]
    pub provider: Option<String>,
    /// Whether the other provider stands in when the chosen one cannot answer.
    #[serde(default)]
    pub fallback: Option<bool>,
    /// Whether models outside may be asked at all.
    #[serde(default)]
    pub outside: Option<bool>,
    /// Most tokens of one turn; null for the default.
    #[serde(default, deserialize_with = "models::given")]
    #[schemars(with = "Option<u32>")]
    pub max_tokens: Option<Option<u32>>,
    /// How often a model is asked for the draft of a procedure; null for the default.
    #[serde(default, deserialize_with = "models::given")]
    #[schemars(with = "Option<u32>")]
    pub sop_rounds: Option<Option<u32>>,
    /// Most tokens in 24 hours; null for no limit.
    #[serde(default, deserialize_with = "models::given")]
    #[schemars(with = "Option<u64>")]
    pub daily_tokens: Option<Option<u64>>,
    /// Most US dollars in 24 hours; null for no limit.
    #[serde(default, deserialize_with = "models::given")]
    #[schemars(with = "Option<f64>")]
    pub daily_usd: Option<Option<f64>>,
    /// How `OpenAI`, or a server that speaks its dialect, is set up.
    #[serde(default)]
    pub openai: Option<ProviderChange>,
    /// How Anthropic, or a server that speaks its dialect, is set up.
    #[serde(default)]
    pub anthropic: Option<ProviderChange>,
}

/// Gives the settings.
///
/// # Errors
/// [`Error::NotAllowed`].
pub async fn get(app: &App, by: &Actor) -> Result<Settings, Error> {
    by.require(Permission::See)?;
    read(app).await
}

/// Gives mock mode alone: what every page asks for.
///
/// # Errors
/// [`Error::NotAllowed`].
pub async fn mock(app: &App, by: &Actor) -> Result<MockMode, Error> {
    by.require(Permission::See)?;
    mock_mode(app).await
}

/// Changes settings. Runs that are under way keep the mode in which they started.
///
/// # Errors
/// [`Error::Conflict`] when the program was started with a flag that says otherwise, [`Error::BadInput`] for a value that
/// cannot be used: then nothing is changed.
pub async fn change(app: &App, by: &Actor, change: SettingsChange) -> Result<Settings, Error> {
    by.require(Permission::ManageWorkspace)?;
    let before = mock_mode(app).await?;
    let mock = change.mock.filter(|mock| *mock != before.on);
    if mock.is_some() && before.source == SettingSource::Flag {
        return Err(Error::Conflict {
            message: "mock mode was forced on when the program was started".to_owned(),
            hint: Some("start it without --mock".to_owned()),
        });
    }
    models::change(app, by, &change).await?;
    if let Some(change) = change.notices {
        notices::change(app, by, change).await?;
    }
    if let Some(separation) = change.separation {
        separate(app, by, separation).await?;
    }
    if let Some(mock) = mock {
        app.store
            .set_setting(MOCK, &json!(mock), &by.name, app.now())
            .await?;
        app.tools.set_mock(mock);
        hooks::subscribe(app).await?;
        let deed = Deed::on("settings.change", MOCK)
            .before(&json!(before.on))
            .after(&json!(mock))
            .because(Some(format!("{} → {mock}", before.on)));
        audit::record(app, by, deed).await?;
    }
    read(app).await
}

/// Keeps when an approval must come from somebody else.
async fn separate(app: &App, by: &Actor, separation: Separation) -> Result<(), Error> {
    let before = duties::setting(app).await?;
    if before == separation {
        return Ok(());
    }
    let (was, is) = (duties::word(before), duties::word(separation));
    app.store
        .set_setting(duties::SETTING, &is, &by.name, app.now())
        .await?;
    let deed = Deed::on("settings.change", duties::SETTING)
        .before(&was)
        .after(&is)
        .because(Some(format!("{was} → {is}")));
    audit::record(app, by, deed).await
}

/// Sets tools and models to what the settings say; called once at the start.
pub(crate) async fn apply(app: &App) -> Result<(), Error> {
    app.tools.set_mock(mock_mode(app).await?.on);
    // A model that cannot be set up keeps no program from starting.
    if let Err(error) = models::apply(app).await {
        tracing::error!(%error, "language models cannot be set up as they were");
    }
    Ok(())
}

async fn read(app: &App) -> Result<Settings, Error> {
    let mock = mock_mode(app).await?;
    Ok(Settings {
        mock: mock.on,
        mock_source: mock.source,
        separation: duties::setting(app).await?,
        notices: notices::read(app).await?,
        models: models::read(app).await?,
        model_status: models::standing(app),
    })
}

/// Nothing is connected on a fresh installation, so mock mode is on until somebody turns it off.
async fn mock_mode(app: &App) -> Result<MockMode, Error> {
    if app.options.force_mock {
        return Ok(MockMode {
            on: true,
            source: SettingSource::Flag,
        });
    }
    let stored = app.store.setting(MOCK).await?;
    Ok(match stored.and_then(|row| row.value.as_bool()) {
        Some(on) => MockMode {
            on,
            source: SettingSource::Workspace,
        },
        None => MockMode {
            on: true,
            source: SettingSource::Default,
        },
    })
}
