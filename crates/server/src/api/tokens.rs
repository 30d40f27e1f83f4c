//! Tokens, sign-in links, sessions, the audit trail.

use avops_app::tokens::{self, IssuedToken, NewToken};
use avops_app::{Page, PageRequest, audit, sessions};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::Door;
use crate::auth::By;
use crate::body::{Asked, Body};
use crate::error::Problem;

pub(crate) async fn list(State(door): State<Door>, By(by): By) -> Result<Json<Value>, Problem> {
    Ok(Json(
        json!({ "items": tokens::list(&door.app, &by).await?, "next": null }),
    ))
}

pub(crate) async fn create(
    State(door): State<Door>,
    By(by): By,
    Body(new): Body<NewToken>,
) -> Result<(StatusCode, Json<IssuedToken>), Problem> {
    Ok((
        StatusCode::CREATED,
        Json(tokens::create(&door.app, &by, new).await?),
    ))
}

pub(crate) async fn revoke(
    State(door): State<Door>,
    By(by): By,
    Path(token): Path<String>,
) -> Result<StatusCode, Problem> {
    tokens::revoke(&door.app, &by, &token).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn link(
    State(door): State<Door>,
    By(by): By,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let link = sessions::link(&door.app, &by).await?;
    let url = format!(
        "{}/sign-in?code={}",
        door.app.options().public_url,
        link.code
    );
    Ok((
        StatusCode::CREATED,
        Json(json!({ "url": url, "expires_at": link.expires_at })),
    ))
}

pub(crate) async fn sessions(State(door): State<Door>, By(by): By) -> Result<Json<Value>, Problem> {
    let items = sessions::list(&door.app, &by).await?;
    Ok(Json(json!({ "items": items, "next": null })))
}

pub(crate) async fn end_session(
    State(door): State<Door>,
    By(by): By,
    Path(session): Path<String>,
) -> Result<StatusCode, Problem> {
    sessions::revoke(&door.app, &by, &session).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn audit(
    State(door): State<Door>,
    By(by): By,
    Asked(page): Asked<PageRequest>,
) -> Result<Json<Page<audit::AuditLine>>, Problem> {
    Ok(Json(audit::list(&door.app, &by, &page).await?))
}
