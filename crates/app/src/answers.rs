//! Answers that were given, so that a repeated request gets the same one and does nothing.
//!
//! For requests that change something and are no run: a run has its key in its own journal. The request is noted before
//! it is carried out. So when the program ends in between, nobody does it a second time without knowing.

use std::collections::BTreeMap;

use avops_store::{Begun, StoredAnswer};

use crate::secrets::sha256;
use crate::{Actor, App, Error};

/// An answer as a front door gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its status code.
    pub status: u16,
    /// Header fields that belong to it, such as `etag`.
    pub fields: BTreeMap<String, String>,
    /// Its body.
    pub body: String,
}

/// Notes a request of this actor under this key, durably; gives the answer when it already has one.
///
/// `request` is everything that makes two requests the same one: method, path and body.
///
/// # Errors
/// [`Error::Conflict`] when the key came with another request, or when this one was begun before and never answered.
pub async fn begin(
    app: &App,
    by: &Actor,
    key: &str,
    request: &str,
) -> Result<Option<Answer>, Error> {
    let begun = app
        .store
        .begin_answer(&by.id, key, &sha256(request), app.now())
        .await?;
    match begun {
        Begun::First => Ok(None),
        Begun::Answered(kept) => Ok(Some(Answer {
            status: kept.status,
            fields: kept.fields,
            body: kept.body,
        })),
        Begun::Unanswered => Err(Error::Conflict {
            message: "a request under this key was begun and broke off before it was answered, so it may have been carried out".to_owned(),
            hint: Some("look whether it had its effect; if not, ask again under another key".to_owned()),
        }),
    }
}

/// Keeps the answer to a request that was begun.
///
/// # Errors
/// [`Error::Internal`] when the store fails.
pub async fn keep(app: &App, by: &Actor, key: &str, answer: &Answer) -> Result<(), Error> {
    let new = StoredAnswer {
        status: answer.status,
        fields: answer.fields.clone(),
        body: answer.body.clone(),
    };
    Ok(app.store.keep_answer(&by.id, key, &new).await?)
}

/// Forgets a request that was begun and certainly had no effect, so that it may be asked again under its key.
///
/// # Errors
/// [`Error::Internal`] when the store fails.
pub async fn forget(app: &App, by: &Actor, key: &str) -> Result<(), Error> {
    Ok(app.store.forget_begun(&by.id, key).await?)
}
