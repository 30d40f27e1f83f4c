//! Workflows and their schedules.

use avops_app::schedule::{self, Ticked};
use avops_app::workflows::{
    self, NewWorkflow, Occurrence, Preview, PreviewRequest, RunNow, Workflow, WorkflowChange,
};
use avops_app::{Page, PageRequest};
use axum::Json;
use axum::extract::{Path, State};

use super::runs::{Begun, WaitQuery, begin};
use crate::Door;
use crate::auth::By;
use crate::body::{Asked, Body};
use crate::error::Problem;
use crate::origin::CameFrom;
use crate::outcome::{Created, NoContent};

pub(crate) async fn list(
    State(door): State<Door>,
    By(by): By,
    Asked(page): Asked<PageRequest>,
) -> Result<Json<Page<Workflow>>, Problem> {
    Ok(Json(workflows::list(&door.app, &by, &page).await?))
}

pub(crate) async fn create(
    State(door): State<Door>,
    By(by): By,
    Body(new): Body<NewWorkflow>,
) -> Result<Created<Json<Workflow>>, Problem> {
    Ok(Created(Json(workflows::create(&door.app, &by, new).await?)))
}

pub(crate) async fn get(
    State(door): State<Door>,
    By(by): By,
    Path(workflow): Path<String>,
) -> Result<Json<Workflow>, Problem> {
    Ok(Json(workflows::get(&door.app, &by, &workflow).await?))
}

pub(crate) async fn change(
    State(door): State<Door>,
    By(by): By,
    Path(workflow): Path<String>,
    Body(change): Body<WorkflowChange>,
) -> Result<Json<Workflow>, Problem> {
    let changed = workflows::change(&door.app, &by, &workflow, change).await?;
    Ok(Json(changed))
}

pub(crate) async fn delete(
    State(door): State<Door>,
    By(by): By,
    Path(workflow): Path<String>,
) -> Result<NoContent, Problem> {
    workflows::delete(&door.app, &by, &workflow).await?;
    Ok(NoContent)
}

pub(crate) async fn occurrences(
    State(door): State<Door>,
    By(by): By,
    Path(workflow): Path<String>,
    Asked(page): Asked<PageRequest>,
) -> Result<Json<Page<Occurrence>>, Problem> {
    Ok(Json(
        workflows::occurrences(&door.app, &by, &workflow, &page).await?,
    ))
}

pub(crate) async fn run(
    State(door): State<Door>,
    By(by): By,
    Path(workflow): Path<String>,
    CameFrom(origin): CameFrom,
    Asked(query): Asked<WaitQuery>,
    Body(request): Body<RunNow>,
) -> Result<Begun, Problem> {
    let started = workflows::run_now(&door.app, &by, &workflow, request, origin);
    begin(&door, &by, &query, started).await
}

pub(crate) async fn preview(
    State(door): State<Door>,
    By(by): By,
    Body(request): Body<PreviewRequest>,
) -> Result<Json<Preview>, Problem> {
    Ok(Json(workflows::preview(&door.app, &by, &request)?))
}

pub(crate) async fn tick(State(door): State<Door>, By(by): By) -> Result<Json<Ticked>, Problem> {
    Ok(Json(schedule::tick(&door.app, &by).await?))
}
