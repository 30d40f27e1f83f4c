//! The settings, and a try of what was set.

use avops_app::models::{self, ListedModel, Tried, TryProvider};
use avops_app::notices::{self, NoticeTest, NoticeTried};
use avops_app::settings::{self, Settings, SettingsChange};
use avops_app::{Page, PageRequest};
use axum::Json;
use axum::extract::{Path, State};

use crate::Door;
use crate::auth::By;
use crate::body::{Asked, Body};
use crate::error::Problem;

pub(crate) async fn get(State(door): State<Door>, By(by): By) -> Result<Json<Settings>, Problem> {
    Ok(Json(settings::get(&door.app, &by).await?))
}

pub(crate) async fn change(
    State(door): State<Door>,
    By(by): By,
    Body(change): Body<SettingsChange>,
) -> Result<Json<Settings>, Problem> {
    Ok(Json(settings::change(&door.app, &by, change).await?))
}

pub(crate) async fn try_provider(
    State(door): State<Door>,
    By(by): By,
    Body(which): Body<TryProvider>,
) -> Result<Json<Tried>, Problem> {
    Ok(Json(models::try_provider(&door.app, &by, &which).await?))
}

pub(crate) async fn test_notice(
    State(door): State<Door>,
    By(by): By,
    Body(which): Body<NoticeTest>,
) -> Result<Json<NoticeTried>, Problem> {
    Ok(Json(notices::test(&door.app, &by, which).await?))
}

pub(crate) async fn models(
    State(door): State<Door>,
    By(by): By,
    Path(provider): Path<String>,
    Asked(page): Asked<PageRequest>,
) -> Result<Json<Page<ListedModel>>, Problem> {
    let all = models::list(&door.app, &by, &provider).await?;
    Ok(Json(Page::of(all, &page, |model| model.name.clone())?))
}
