//! API tokens: long random secrets with a role, kept as hashes.

use std::sync::atomic::AtomicI64;

use avops_store::TokenRow;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::audit::{self, Deed};
use crate::keyring::{Known, Lease};
use crate::secrets::{self, sha256};
use crate::{Actor, App, Error, Permission, Role};

/// Begins the actor id of whoever comes with a token.
pub(crate) const TOKEN_ACTOR: &str = "token:";
/// How long a token works when nothing is said.
const DEFAULT_DAYS: u32 = 90;
/// No token works longer, the owner's excepted.
const LONGEST_DAYS: u32 = 366;
/// A secret given from outside is its giver's choice, but not an empty one.
const SHORTEST_SECRET: usize = 8;
/// Below this it can be guessed with patience; ours are longer.
const GOOD_SECRET: usize = 32;

/// A token as lists show it; the secret itself is shown once and stored hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Serialize, JsonSchema)]
pub struct IssuedToken {
    /// The row.
    #[serde(flatten)]
    pub token: Token,
    /// Shown this once.
    pub secret: String,
}

/// Makes the owner token on the first start, from `given` or at random, and returns its secret; `None` when there is
/// one already. Whoever composes the program calls this; it is not reachable from any front door.
///
/// # Errors
/// [`Error::BadInput`] when `given` is shorter than 8 characters.
pub async fn ensure_owner(app: &App, given: Option<&str>) -> Result<Option<String>, Error> {
    let secret = match given {
        Some(given) if given.len() < SHORTEST_SECRET => {
            return Err(Error::bad_input(
                format!("an owner token needs at least {SHORTEST_SECRET} characters"),
                "leave it out to get a random one",
            ));
        }
        Some(given) => {
            if given.len() < GOOD_SECRET {
                tracing::warn!(
                    "the given owner token is shorter than {GOOD_SECRET} characters: keep this server off the network"
                );
            }
            given.to_owned()
        }
        None => secrets::token()?,
    };
    let token = Token {
        id: Uuid::now_v7().to_string(),
        name: "owner".to_owned(),
        role: Role::Owner,
        may_approve: true,
        prefix: secrets::visible(&secret),
        created_at: app.now(),
        expires_at: None,
        last_used_at: None,
    };
    let is_first = app.store.create_first_token(&kept(&token, &secret)).await?;
    Ok(is_first.then_some(secret))
}

/// Says who stands behind a bearer token; `None` for an unknown, expired or revoked one.
///
/// # Errors
/// [`Error::Internal`] when the store fails.
pub async fn authenticate(app: &App, bearer: &str) -> Result<Option<Actor>, Error> {
    app.keyring.actor(app, Lease::Token, bearer).await
}

/// Says the same without using it: for looking, during a long answer, whether the bearer token still works.
///
/// # Errors
/// [`Error::Internal`] when the store fails.
pub async fn standing(app: &App, bearer: &str) -> Result<Option<Actor>, Error> {
    app.keyring.standing(app, Lease::Token, bearer).await
}

/// Lists all tokens.
///
/// # Errors
/// [`Error::NotAllowed`].
pub async fn list(app: &App, by: &Actor) -> Result<Vec<Token>, Error> {
    by.require(Permission::ManageAccess)?;
    let rows = app.store.tokens().await?;
    rows.into_iter().map(shown).collect()
}

/// Makes a token.
///
/// # Errors
/// [`Error::BadInput`] for an empty name or too long a life; [`Error::NotAllowed`] for a role above one's own.
pub async fn create(app: &App, by: &Actor, new: NewToken) -> Result<IssuedToken, Error> {
    by.require(Permission::ManageAccess)?;
    if new.role == Role::Owner && by.role != Role::Owner {
        return Err(Error::NotAllowed {
            what: "make tokens with every right".to_owned(),
            role: by.role,
        });
    }
    let name = new.name.trim();
    if name.is_empty() {
        return Err(Error::bad_input(
            "a token needs a name",
            "say whose it is or what it is for",
        ));
    }
    let days = new.expires_in_days.unwrap_or(DEFAULT_DAYS);
    if days == 0 || days > LONGEST_DAYS {
        return Err(Error::bad_input(
            format!("a token cannot work for {days} days"),
            format!("give 1 to {LONGEST_DAYS} days"),
        ));
    }
    let now = app.now();
    let secret = secrets::token()?;
    let token = Token {
        id: Uuid::now_v7().to_string(),
        name: name.to_owned(),
        role: new.role,
        may_approve: new.may_approve,
        prefix: secrets::visible(&secret),
        created_at: now,
        expires_at: Some(now + SignedDuration::from_hours(24 * i64::from(days))),
        last_used_at: None,
    };
    app.store.create_token(&kept(&token, &secret)).await?;
    audit::record(
        app,
        by,
        Deed::on("token.create", &token.name).after(&json!(token)),
    )
    .await?;
    Ok(IssuedToken { token, secret })
}

/// Ends a token at once, and with it every session that was opened through it.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn revoke(app: &App, by: &Actor, id: &str) -> Result<(), Error> {
    by.require(Permission::ManageAccess)?;
    let gone = app.store.delete_token(id).await?;
    app.keyring.forget();
    if !gone {
        return Err(Error::NotFound {
            what: "token",
            name: id.to_owned(),
            nearest: None,
        });
    }
    audit::record(app, by, Deed::on("token.revoke", id)).await
}

/// The token with this hash, whether or not it has expired.
pub(crate) async fn by_hash(app: &App, hash: &str) -> Result<Option<Known>, Error> {
    let Some(row) = app.store.token_by_hash(hash).await? else {
        return Ok(None);
    };
    let used_at = row.last_used_at.map_or(0, Timestamp::as_second);
    let token = shown(row)?;
    Ok(Some(Known {
        actor: Actor {
            id: format!("{TOKEN_ACTOR}{}", token.id),
            name: token.name,
            role: token.role,
            may_approve: token.may_approve,
        },
        id: token.id,
        expires_at: token.expires_at,
        used_at: AtomicI64::new(used_at),
    }))
}

fn kept(token: &Token, secret: &str) -> avops_store::NewToken {
    avops_store::NewToken {
        token: TokenRow {
            id: token.id.clone(),
            name: token.name.clone(),
            role: token.role.as_str().to_owned(),
            may_approve: token.may_approve,
            prefix: token.prefix.clone(),
            created_at: token.created_at,
            expires_at: token.expires_at,
            last_used_at: token.last_used_at,
        },
        hash: sha256(secret),
    }
}

fn shown(row: TokenRow) -> Result<Token, Error> {
    Ok(Token {
        role: Role::stored(&row.role)?,
        id: row.id,
        name: row.name,
        may_approve: row.may_approve,
        prefix: row.prefix,
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: row.last_used_at,
    })
}
