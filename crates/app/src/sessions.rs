//! Browser sessions and the one-time links that open them.

use std::sync::atomic::AtomicI64;

use avops_store::{NewSession, NewSignIn, SessionRow};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::audit::{self, Deed};
use crate::keyring::{Known, Lease, SESSION_IDLE, SESSION_LONGEST};
use crate::secrets::{self, sha256};
use crate::tokens::TOKEN_ACTOR;
use crate::{Actor, App, Error, Permission, Role};

/// How long a sign-in link works.
const LINK_LIFE: SignedDuration = SignedDuration::from_hours(1);

/// A one-time sign-in link: 128 bits, one hour, one use.
#[derive(Clone)]
pub struct SignInLink {
    /// The code.
    pub code: String,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// A browser session that was just opened.
#[derive(Clone)]
pub struct OpenedSession {
    /// What the cookie holds; stored hashed.
    pub secret: String,
    /// Who.
    pub actor: Actor,
    /// When it ends in any case.
    pub expires_at: Timestamp,
}

/// A session as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Session {
    /// Its id.
    pub id: String,
    /// Who.
    pub name: String,
    /// With which role.
    pub role: Role,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// When it ends in any case.
    pub expires_at: Timestamp,
}

/// Makes a sign-in link for the actor who asks: whoever opens it is that actor in a browser.
///
/// # Errors
/// [`Error::Internal`] when the store fails.
pub async fn link(app: &App, by: &Actor) -> Result<SignInLink, Error> {
    by.require(Permission::See)?;
    let code = secrets::sign_in_code()?;
    let expires_at = app.now() + LINK_LIFE;
    let new = NewSignIn {
        hash: sha256(&code),
        actor_id: by.id.clone(),
        name: by.name.clone(),
        role: by.role.as_str().to_owned(),
        may_approve: by.may_approve,
        expires_at,
    };
    app.store.create_sign_in(&new, app.now()).await?;
    Ok(SignInLink { code, expires_at })
}

/// Trades a code for a session; `None` for an unknown, used or expired code. Of many at once, one wins.
///
/// # Errors
/// [`Error::Internal`] when the store fails.
pub async fn claim(app: &App, code: &str) -> Result<Option<OpenedSession>, Error> {
    let now = app.now();
    let secret = secrets::session()?;
    let session = NewSession {
        id: Uuid::now_v7().to_string(),
        hash: sha256(&secret),
        created_at: now,
        expires_at: now + SESSION_LONGEST,
    };
    let Some(row) = app.store.claim_sign_in(&sha256(code), &session).await? else {
        return Ok(None);
    };
    let actor = actor(&row)?;
    audit::record(app, &actor, Deed::on("session.open", &session.id)).await?;
    Ok(Some(OpenedSession {
        secret,
        actor,
        expires_at: session.expires_at,
    }))
}

/// Says who stands behind a session cookie; `None` when it has ended (idle 8 h, absolute 7 days) or is unknown.
///
/// # Errors
/// [`Error::Internal`] when the store fails.
pub async fn authenticate(app: &App, secret: &str) -> Result<Option<Actor>, Error> {
    app.keyring.actor(app, Lease::Session, secret).await
}

/// Says the same without using it: for looking, during a long answer, whether the session cookie still works.
///
/// # Errors
/// [`Error::Internal`] when the store fails.
pub async fn standing(app: &App, secret: &str) -> Result<Option<Actor>, Error> {
    app.keyring.standing(app, Lease::Session, secret).await
}

/// Ends the session behind a cookie. Ending an unknown one is no error.
///
/// # Errors
/// [`Error::Internal`] when the store fails.
pub async fn sign_out(app: &App, secret: &str) -> Result<(), Error> {
    app.store.delete_session_by_hash(&sha256(secret)).await?;
    app.keyring.forget();
    Ok(())
}

/// Lists the sessions that have not ended: the actor's own; everybody's for those who manage access.
///
/// # Errors
/// [`Error::NotAllowed`].
pub async fn list(app: &App, by: &Actor) -> Result<Vec<Session>, Error> {
    by.require(Permission::See)?;
    open_to(app, by)
        .await?
        .into_iter()
        .map(|row| {
            Ok(Session {
                role: Role::stored(&row.role)?,
                id: row.id,
                name: row.name,
                created_at: row.created_at,
                last_seen_at: row.last_seen_at,
                expires_at: row.expires_at,
            })
        })
        .collect()
}

/// Ends a session by id: one's own, or anybody's for those who manage access.
///
/// # Errors
/// [`Error::NotFound`], also for the session of somebody else.
pub async fn revoke(app: &App, by: &Actor, id: &str) -> Result<(), Error> {
    by.require(Permission::See)?;
    let session = open_to(app, by).await?.into_iter().find(|row| row.id == id);
    let session = session.ok_or_else(|| Error::NotFound {
        what: "session",
        name: id.to_owned(),
        nearest: None,
    })?;
    app.store.delete_session(&session.id).await?;
    app.keyring.forget();
    audit::record(app, by, Deed::on("session.revoke", &session.id)).await
}

/// The session with this hash, whether or not it has ended.
pub(crate) async fn by_hash(app: &App, hash: &str) -> Result<Option<Known>, Error> {
    let Some(row) = app.store.session_by_hash(hash).await? else {
        return Ok(None);
    };
    let mut expires_at = row.expires_at;
    if let Some(id) = row.actor_id.strip_prefix(TOKEN_ACTOR) {
        // A session is worth no more than the token behind it: it ends with it, however it ends.
        let tokens = app.store.tokens().await?;
        let Some(token) = tokens.into_iter().find(|token| token.id == id) else {
            return Ok(None);
        };
        expires_at = token
            .expires_at
            .map_or(expires_at, |end| end.min(expires_at));
    }
    Ok(Some(Known {
        actor: actor(&row)?,
        expires_at: Some(expires_at),
        used_at: AtomicI64::new(row.last_seen_at.as_second()),
        id: row.id,
    }))
}

/// The sessions that have not ended and that the actor may see.
async fn open_to(app: &App, by: &Actor) -> Result<Vec<SessionRow>, Error> {
    let now = app.now();
    let all = by.may(Permission::ManageAccess);
    let mut rows = app.store.sessions().await?;
    rows.retain(|row| {
        let idle = now.duration_since(row.last_seen_at);
        (all || row.actor_id == by.id) && row.expires_at > now && idle < SESSION_IDLE
    });
    Ok(rows)
}

fn actor(row: &SessionRow) -> Result<Actor, Error> {
    Ok(Actor {
        id: row.actor_id.clone(),
        name: row.name.clone(),
        role: Role::stored(&row.role)?,
        may_approve: row.may_approve,
    })
}
