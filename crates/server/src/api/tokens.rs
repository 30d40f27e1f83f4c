//! Tokens, sign-in links, sessions, the audit trail.

use avops_app::sessions::Session;
use avops_app::tokens::{self, IssuedToken, NewToken, Token};
use avops_app::{Page, PageRequest, audit, sessions};
use axum::Json;
use axum::extract::{Path, State};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::Door;
use crate::auth::By;
use crate::body::{Asked, Body};
use crate::error::Problem;
use crate::outcome::{Created, NoContent};

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
    Asked(page): Asked<PageRequest>,
) -> Result<Json<Page<Token>>, Problem> {
    let all = tokens::list(&door.app, &by).await?;
    Ok(Json(Page::of(all, &page, |token| token.id.clone())?))
}

pub(crate) async fn create(
    State(door): State<Door>,
    By(by): By,
    Body(new): Body<NewToken>,
) -> Result<Created<Json<IssuedToken>>, Problem> {
    Ok(Created(Json(tokens::create(&door.app, &by, new).await?)))
}

pub(crate) async fn revoke(
    State(door): State<Door>,
    By(by): By,
    Path(token): Path<String>,
) -> Result<NoContent, Problem> {
    tokens::revoke(&door.app, &by, &token).await?;
    Ok(NoContent)
}

pub(crate) async fn link(
    State(door): State<Door>,
    By(by): By,
) -> Result<Created<Json<SignInLink>>, Problem> {
    let link = sessions::link(&door.app, &by).await?;
    let url = format!(
        "{}/sign-in?code={}",
        door.app.options().public_url,
        link.code
    );
    Ok(Created(Json(SignInLink {
        url,
        expires_at: link.expires_at,
    })))
}

pub(crate) async fn sessions(
    State(door): State<Door>,
    By(by): By,
    Asked(page): Asked<PageRequest>,
) -> Result<Json<Page<Session>>, Problem> {
    let all = sessions::list(&door.app, &by).await?;
    Ok(Json(Page::of(all, &page, |session| session.id.clone())?))
}

pub(crate) async fn end_session(
    State(door): State<Door>,
    By(by): By,
    Path(session): Path<String>,
) -> Result<NoContent, Problem> {
    sessions::revoke(&door.app, &by, &session).await?;
    Ok(NoContent)
}

pub(crate) async fn audit(
    State(door): State<Door>,
    By(by): By,
    Asked(page): Asked<PageRequest>,
) -> Result<Json<Page<audit::AuditLine>>, Problem> {
    Ok(Json(audit::list(&door.app, &by, &page).await?))
}
