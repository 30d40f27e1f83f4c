//! Days on which runs change nothing.

use avops_app::calendars;
use avops_app::{Page, PageRequest};
use avops_engine::Calendar;
use axum::Json;
use axum::extract::{Path, State};

use crate::Door;
use crate::auth::By;
use crate::body::{Asked, Body};
use crate::error::Problem;
use crate::outcome::NoContent;

pub(crate) async fn list(
    State(door): State<Door>,
    By(by): By,
    Asked(page): Asked<PageRequest>,
) -> Result<Json<Page<Calendar>>, Problem> {
    let all = calendars::list(&door.app, &by).await?;
    Ok(Json(Page::of(all, &page, |calendar| {
        calendar.name.clone()
    })?))
}

pub(crate) async fn save(
    State(door): State<Door>,
    By(by): By,
    Body(calendar): Body<Calendar>,
) -> Result<Json<Calendar>, Problem> {
    Ok(Json(calendars::save(&door.app, &by, calendar).await?))
}

pub(crate) async fn remove(
    State(door): State<Door>,
    By(by): By,
    Path(name): Path<String>,
) -> Result<NoContent, Problem> {
    calendars::remove(&door.app, &by, &name).await?;
    Ok(NoContent)
}
