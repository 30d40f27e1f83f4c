//! The setup wizard.

use avops_app::setup::{self, Seed, SetupOutcome, SetupStatus};
use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::Door;
use crate::auth::By;
use crate::body::Body;
use crate::error::Problem;

/// Which groups to seed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetupBody {
    /// Everything when absent.
    #[serde(default)]
    seed: Seed,
}

pub(crate) async fn status(
    State(door): State<Door>,
    By(by): By,
) -> Result<Json<SetupStatus>, Problem> {
    Ok(Json(setup::status(&door.app, &by).await?))
}

pub(crate) async fn initialize(
    State(door): State<Door>,
    By(by): By,
    Body(body): Body<SetupBody>,
) -> Result<Json<SetupOutcome>, Problem> {
    Ok(Json(setup::initialize(&door.app, &by, body.seed).await?))
}
