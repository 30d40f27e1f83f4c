//! Support bundles.

use avops_app::support::{self, SupportBundle};
use axum::Json;
use axum::extract::State;

use crate::Door;
use crate::auth::By;
use crate::error::Problem;

pub(crate) async fn bundle(
    State(door): State<Door>,
    By(by): By,
) -> Result<Json<SupportBundle>, Problem> {
    Ok(Json(support::bundle(&door.app, &by).await?))
}
