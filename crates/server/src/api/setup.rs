//! The setup wizard, and the figures to compare with.

use avops_app::baseline::{self, Baseline, BaselineView};
use avops_app::setup::{self, Removed, ResetRequest, Seed, SetupOutcome, SetupStatus};
use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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

/// What a reset did.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Reset {
    /// What is gone.
    removed: Removed,
}

pub(crate) async fn reset(
    State(door): State<Door>,
    By(by): By,
    Body(request): Body<ResetRequest>,
) -> Result<Json<Reset>, Problem> {
    let removed = setup::reset(&door.app, &by, request).await?;
    Ok(Json(Reset { removed }))
}

pub(crate) async fn baseline(
    State(door): State<Door>,
    By(by): By,
) -> Result<Json<BaselineView>, Problem> {
    Ok(Json(baseline::get(&door.app, &by).await?))
}

pub(crate) async fn save_baseline(
    State(door): State<Door>,
    By(by): By,
    Body(figures): Body<Baseline>,
) -> Result<Json<BaselineView>, Problem> {
    Ok(Json(baseline::save(&door.app, &by, figures).await?))
}
