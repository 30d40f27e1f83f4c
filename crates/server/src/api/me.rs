//! Who asks.

use avops_app::models::{self, ModelStatus};
use avops_app::settings::{self, SettingSource};
use avops_app::{Permission, Role};
use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use crate::Door;
use crate::auth::By;
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
    /// How the chosen language model stands.
    model: ModelStatus,
    /// Version of the program.
    version: &'static str,
}

pub(crate) async fn get(State(door): State<Door>, By(by): By) -> Result<Json<Me>, Problem> {
    let mock = settings::mock(&door.app, &by).await?;
    let model = models::status(&door.app, &by)?;
    let permissions = PERMISSIONS
        .into_iter()
        .filter(|permission| by.may(*permission))
        .collect();
    Ok(Json(Me {
        name: by.name,
        role: by.role,
        permissions,
        mock: mock.on,
        mock_source: mock.source,
        model,
        version: env!("CARGO_PKG_VERSION"),
    }))
}
