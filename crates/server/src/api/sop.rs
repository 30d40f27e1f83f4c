//! Procedures in words.

use avops_app::sop::{self, SopDraft, SopExpected, SopScored, SopText};
use axum::Json;
use axum::extract::State;

use crate::Door;
use crate::auth::By;
use crate::body::Body;
use crate::error::Problem;

pub(crate) async fn convert(
    State(door): State<Door>,
    By(by): By,
    Body(text): Body<SopText>,
) -> Result<Json<SopDraft>, Problem> {
    Ok(Json(sop::convert(&door.app, &by, text).await?))
}

pub(crate) async fn score(
    State(door): State<Door>,
    By(by): By,
    Body(wanted): Body<SopExpected>,
) -> Result<Json<SopScored>, Problem> {
    Ok(Json(sop::score(&door.app, &by, wanted).await?))
}
