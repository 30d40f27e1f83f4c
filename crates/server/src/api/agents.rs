//! Agents.

use avops_app::Page;
use avops_app::agents::{self, Agent, AgentChange, NewAgent};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::Door;
use crate::auth::By;
use crate::body::Body;
use crate::error::Problem;

pub(crate) async fn list(
    State(door): State<Door>,
    By(by): By,
) -> Result<Json<Page<Agent>>, Problem> {
    let items = agents::list(&door.app, &by).await?;
    Ok(Json(Page { items, next: None }))
}

pub(crate) async fn create(
    State(door): State<Door>,
    By(by): By,
    Body(new): Body<NewAgent>,
) -> Result<(StatusCode, Json<Agent>), Problem> {
    Ok((
        StatusCode::CREATED,
        Json(agents::create(&door.app, &by, new).await?),
    ))
}

pub(crate) async fn get(
    State(door): State<Door>,
    By(by): By,
    Path(agent): Path<String>,
) -> Result<Json<Agent>, Problem> {
    Ok(Json(agents::get(&door.app, &by, &agent).await?))
}

pub(crate) async fn change(
    State(door): State<Door>,
    By(by): By,
    Path(agent): Path<String>,
    Body(change): Body<AgentChange>,
) -> Result<Json<Agent>, Problem> {
    Ok(Json(agents::change(&door.app, &by, &agent, change).await?))
}

pub(crate) async fn delete(
    State(door): State<Door>,
    By(by): By,
    Path(agent): Path<String>,
) -> Result<StatusCode, Problem> {
    agents::delete(&door.app, &by, &agent).await?;
    Ok(StatusCode::NO_CONTENT)
}
