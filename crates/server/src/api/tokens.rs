//! Tokens, sign-in links, sessions, the audit trail.

use avops_app::sessions::Session;
use avops_app::tokens::{self, IssuedToken, NewToken, Token};
use avops_app::{Page, PageRequest, audit, sessions};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::Door;
use crate::auth::By;
use crate::body::{Asked, Body};
use crate::error::Problem;

/// A one-time sign-in link.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SignInLink {
    /// Its absolute address.
    url: String,
    /// When it stops working.
    expires_at: Timestamp,
}

pub(crate) async fn list(
    State(door): State<Door>,
    By(by): By,
) -> Result<Json<Page<Token>>, Problem> {
    let items = tokens::list(&door.app, &by).await?;
    Ok(Json(Page { items, next: None }))
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
) -> Result<(StatusCode, Json<SignInLink>), Problem> {
    let link = sessions::link(&door.app, &by).await?;
    let url = format!(
        "{}/sign-in?code={}",
        door.app.options().public_url,
        link.code
    );
    Ok((
        StatusCode::CREATED,
        Json(SignInLink {
            url,
            expires_at: link.expires_at,
        }),
    ))
}

pub(crate) async fn sessions(
    State(door): State<Door>,
    By(by): By,
) -> Result<Json<Page<Session>>, Problem> {
    let items = sessions::list(&door.app, &by).await?;
    Ok(Json(Page { items, next: None }))
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
