//! What waits for a person, and the dashboard.

use avops_app::dashboard::{self, Bucket, Dashboard, Window};
use avops_app::inbox::{self, Answered, Answers, InboxItem};
use avops_app::{Page, PageRequest};
use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::Door;
use crate::auth::By;
use crate::body::{Asked, Body};
use crate::error::Problem;

/// How far the dashboard looks back.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DashboardQuery {
    /// `24h` when absent.
    #[serde(default)]
    window: Window,
    /// Width of the bars of the trend; hourly up to 48 hours and daily beyond when absent.
    bucket: Option<Bucket>,
}

pub(crate) async fn list(
    State(door): State<Door>,
    By(by): By,
    Asked(page): Asked<PageRequest>,
) -> Result<Json<Page<InboxItem>>, Problem> {
    Ok(Json(inbox::list(&door.app, &by, &page).await?))
}

pub(crate) async fn answer(
    State(door): State<Door>,
    By(by): By,
    Body(given): Body<Answers>,
) -> Result<Json<Answered>, Problem> {
    Ok(Json(inbox::answer(&door.app, &by, given).await?))
}

pub(crate) async fn dashboard(
    State(door): State<Door>,
    By(by): By,
    Asked(query): Asked<DashboardQuery>,
) -> Result<Json<Dashboard>, Problem> {
    Ok(Json(
        dashboard::get(&door.app, &by, query.window, query.bucket).await?,
    ))
}
