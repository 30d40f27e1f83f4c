//! Who asks, and the settings.

use avops_app::settings::{self, SettingSource, Settings, SettingsChange};
use avops_app::{Permission, Role};
use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use crate::Door;
use crate::auth::By;
use crate::body::Body;
use crate::error::Problem;

const PERMISSIONS: [Permission; 9] = [
    Permission::See,
    Permission::Operate,
    Permission::Simulate,
    Permission::Approve,
    Permission::Author,
    Permission::Schedule,
    Permission::ManageTools,
    Permission::ManageWorkspace,
    Permission::ManageAccess,
];

/// Who asks, what they may, and in which mode the workspace is.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Me {
    /// What records show.
    name: String,
    /// The role.
    role: Role,
    /// What the role and what was granted allow.
    permissions: Vec<Permission>,
    /// Whether runs use the simulated campus.
    mock: bool,
    /// Where that comes from.
    mock_source: SettingSource,
    /// Version of the program.
    version: &'static str,
}

pub(crate) async fn get(State(door): State<Door>, By(by): By) -> Result<Json<Me>, Problem> {
    let settings = settings::get(&door.app, &by).await?;
    let permissions = PERMISSIONS
        .into_iter()
        .filter(|permission| by.may(*permission))
        .collect();
    Ok(Json(Me {
        name: by.name,
        role: by.role,
        permissions,
        mock: settings.mock,
        mock_source: settings.mock_source,
        version: env!("CARGO_PKG_VERSION"),
    }))
}

pub(crate) async fn settings(
    State(door): State<Door>,
    By(by): By,
) -> Result<Json<Settings>, Problem> {
    Ok(Json(settings::get(&door.app, &by).await?))
}

pub(crate) async fn change_settings(
    State(door): State<Door>,
    By(by): By,
    Body(change): Body<SettingsChange>,
) -> Result<Json<Settings>, Problem> {
    Ok(Json(settings::change(&door.app, &by, change).await?))
}
