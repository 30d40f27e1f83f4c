//! The simulated campus.

use avops_app::campus::{self, CampusState, FaultSwitch};
use axum::Json;
use axum::extract::State;

use crate::Door;
use crate::auth::By;
use crate::body::Body;
use crate::error::Problem;

pub(crate) async fn look(
    State(door): State<Door>,
    By(by): By,
) -> Result<Json<CampusState>, Problem> {
    Ok(Json(campus::look(&door.app, &by)?))
}

pub(crate) async fn switch(
    State(door): State<Door>,
    By(by): By,
    Body(asked): Body<FaultSwitch>,
) -> Result<Json<CampusState>, Problem> {
    Ok(Json(campus::switch(&door.app, &by, asked).await?))
}

pub(crate) async fn mend(
    State(door): State<Door>,
    By(by): By,
) -> Result<Json<CampusState>, Problem> {
    Ok(Json(campus::mend(&door.app, &by).await?))
}
