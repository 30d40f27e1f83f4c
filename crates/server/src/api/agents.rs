//! Agents.

use avops_app::agents::{self, Agent, AgentChange, NewAgent, Reach};
use avops_app::{Page, PageRequest};
use axum::Json;
use axum::extract::{Path, State};

use crate::Door;
use crate::auth::By;
use crate::body::{Asked, Body};
use crate::error::Problem;
use crate::outcome::{Created, NoContent};

pub(crate) async fn list(
    State(door): State<Door>,
    By(by): By,
    Asked(page): Asked<PageRequest>,
) -> Result<Json<Page<Agent>>, Problem> {
    let all = agents::list(&door.app, &by).await?;
    Ok(Json(Page::of(all, &page, |agent| agent.id.clone())?))
}

pub(crate) async fn create(
    State(door): State<Door>,
    By(by): By,
    Body(new): Body<NewAgent>,
) -> Result<Created<Json<Agent>>, Problem> {
    Ok(Created(Json(agents::create(&door.app, &by, new).await?)))
}

pub(crate) async fn get(
    State(door): State<Door>,
    By(by): By,
    Path(agent): Path<String>,
) -> Result<Json<Agent>, Problem> {
    Ok(Json(agents::get(&door.app, &by, &agent).await?))
}

pub(crate) async fn reach(
    State(door): State<Door>,
    By(by): By,
    Path(agent): Path<String>,
) -> Result<Json<Reach>, Problem> {
    Ok(Json(agents::reach(&door.app, &by, &agent).await?))
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
) -> Result<NoContent, Problem> {
    agents::delete(&door.app, &by, &agent).await?;
    Ok(NoContent)
}
