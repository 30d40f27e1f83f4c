//! Answers that were given, so that a repeated request gets the same one and does nothing.
//!
//! For requests that change something and are no run: a run has its key in its own journal.

use crate::secrets::sha256;
use crate::{Actor, App, Error};

/// An answer as a front door gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its status code.
    pub status: u16,
    /// Its body.
    pub body: String,
}

/// Gives the answer to an earlier request of this actor with this key.
///
/// `request` is everything that makes two requests the same one: method, path and body.
///
/// # Errors
/// [`Error::Conflict`] when the key came with another request.
pub async fn find(
    app: &App,
    by: &Actor,
    key: &str,
    request: &str,
) -> Result<Option<Answer>, Error> {
    let found = app.store.answer(&by.id, key, &sha256(request)).await?;
    Ok(found.map(|kept| Answer {
        status: kept.status,
        body: kept.body,
    }))
}

/// Keeps an answer under its key and gives the one that counts: of two at once, the first.
///
/// # Errors
/// [`Error::Conflict`] when the key came with another request.
pub async fn keep(
    app: &App,
    by: &Actor,
    key: &str,
    request: &str,
    answer: Answer,
) -> Result<Answer, Error> {
    let new = avops_store::StoredAnswer {
        status: answer.status,
        body: answer.body,
    };
    let kept = app
        .store
        .keep_answer(&by.id, key, &sha256(request), &new, app.now())
        .await?;
    Ok(Answer {
        status: kept.status,
        body: kept.body,
    })
}
