//! Settings of the workspace.

use serde::{Deserialize, Serialize};

use crate::{Actor, App, Error};

/// The settings as they hold now, with where each comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// Whether runs use the simulated campus.
    pub mock: bool,
    /// `default`, `workspace` or `flag`.
    pub mock_source: &'static str,
}

/// What to change; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsChange {
    /// Whether runs use the simulated campus.
    pub mock: Option<bool>,
}

/// Gives the settings.
pub async fn get(app: &App, by: &Actor) -> Result<Settings, Error> {
    let _ = by;
    app.soon()
}

/// Changes settings.
pub async fn change(app: &App, by: &Actor, change: SettingsChange) -> Result<Settings, Error> {
    let _ = (by, change);
    app.soon()
}
