//! Browser sessions and the one-time links that open them.

use jiff::Timestamp;
use serde::Serialize;

use crate::{Actor, App, Error, Role};

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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

/// Makes a sign-in link for the actor who asks.
pub async fn link(app: &App, by: &Actor) -> Result<SignInLink, Error> {
    let _ = by;
    app.soon()
}

/// Trades a code for a session; `None` for an unknown, used or expired code. Of many at once, one wins.
pub async fn claim(app: &App, code: &str) -> Result<Option<OpenedSession>, Error> {
    let _ = code;
    app.soon()
}

/// Says who stands behind a session cookie; `None` when it has ended (idle 8 h, absolute 7 days) or is unknown.
pub async fn authenticate(app: &App, secret: &str) -> Result<Option<Actor>, Error> {
    let _ = secret;
    app.soon()
}

/// Ends the session behind a cookie. Ending an unknown one is no error.
pub async fn sign_out(app: &App, secret: &str) -> Result<(), Error> {
    let _ = secret;
    app.soon()
}

/// Lists the actor's sessions; everybody's for those who manage access.
pub async fn list(app: &App, by: &Actor) -> Result<Vec<Session>, Error> {
    let _ = by;
    app.soon()
}

/// Ends a session by id.
pub async fn revoke(app: &App, by: &Actor, id: &str) -> Result<(), Error> {
    let _ = (by, id);
    app.soon()
}
