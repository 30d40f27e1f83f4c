//! The manual.

use avops_app::manual::{self, ManualChapter, ManualEntry, ManualSearch, Passage};
use avops_app::{Page, PageRequest};
use axum::Json;
use axum::extract::{Path, State};

use crate::Door;
use crate::auth::By;
use crate::body::Asked;
use crate::error::Problem;

pub(crate) async fn contents(
    State(door): State<Door>,
    By(by): By,
    Asked(page): Asked<PageRequest>,
) -> Result<Json<Page<ManualEntry>>, Problem> {
    let all = manual::contents(&door.app, &by)?;
    Ok(Json(Page::of(all, &page, |entry| entry.slug.clone())?))
}

pub(crate) async fn get(
    State(door): State<Door>,
    By(by): By,
    Path(page): Path<String>,
) -> Result<Json<ManualChapter>, Problem> {
    Ok(Json(manual::get(&door.app, &by, &page)?))
}

pub(crate) async fn search(
    State(door): State<Door>,
    By(by): By,
    Asked(search): Asked<ManualSearch>,
) -> Result<Json<Page<Passage>>, Problem> {
    Ok(Json(manual::search(&door.app, &by, &search)?))
}
