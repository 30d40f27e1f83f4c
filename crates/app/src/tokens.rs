//! API tokens, and who stands behind a request.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Actor, App, Error, Role};

/// A token as lists show it; the secret itself is shown once and stored hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Token {
    /// Its id.
    pub id: String,
    /// Whose or what for.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// Whether it may approve.
    pub may_approve: bool,
    /// The first characters, to tell tokens apart.
    pub prefix: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working; absent for the owner token.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

/// A token to be made.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// Whose or what for.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// Whether it may approve.
    #[serde(default)]
    pub may_approve: bool,
    /// Days until it stops working; 90 when absent, at most 366.
    #[serde(default)]
    pub expires_in_days: Option<u32>,
}

/// A new token with its secret.
#[derive(Clone, Serialize)]
pub struct IssuedToken {
    /// The row.
    #[serde(flatten)]
    pub token: Token,
    /// Shown this once.
    pub secret: String,
}

/// Makes the owner token on the first start, from `given` or at random; `None` when there is one already.
/// Whoever starts the process calls this; it is not reachable from any front door.
pub async fn ensure_owner(app: &App, given: Option<&str>) -> Result<Option<String>, Error> {
    let _ = given;
    app.soon()
}

/// Says who stands behind a bearer token; `None` for an unknown, expired or revoked one.
pub async fn authenticate(app: &App, bearer: &str) -> Result<Option<Actor>, Error> {
    let _ = bearer;
    app.soon()
}

/// Lists all tokens.
pub async fn list(app: &App, by: &Actor) -> Result<Vec<Token>, Error> {
    let _ = by;
    app.soon()
}

/// Makes a token.
pub async fn create(app: &App, by: &Actor, new: NewToken) -> Result<IssuedToken, Error> {
    let _ = (by, new);
    app.soon()
}

/// Ends a token at once.
pub async fn revoke(app: &App, by: &Actor, id: &str) -> Result<(), Error> {
    let _ = (by, id);
    app.soon()
}
