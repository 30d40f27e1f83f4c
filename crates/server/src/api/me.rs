//! Who asks, and the settings.

use avops_app::Permission;
use avops_app::settings::{self, Settings, SettingsChange};
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::Door;
use crate::auth::By;
use crate::body::Body;
use crate::error::Problem;

const PERMISSIONS: [Permission; 8] = [
    Permission::See,
    Permission::Operate,
    Permission::Simulate,
    Permission::Approve,
    Permission::Author,
    Permission::ManageTools,
    Permission::ManageWorkspace,
    Permission::ManageAccess,
];

pub(crate) async fn get(State(door): State<Door>, By(by): By) -> Result<Json<Value>, Problem> {
    let settings = settings::get(&door.app, &by).await?;
    let may: Vec<_> = PERMISSIONS
        .into_iter()
        .filter(|permission| by.may(*permission))
        .collect();
    Ok(Json(json!({
        "name": by.name,
        "role": by.role,
        "permissions": may,
        "mock": settings.mock,
        "mock_source": settings.mock_source,
        "version": env!("CARGO_PKG_VERSION"),
    })))
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
