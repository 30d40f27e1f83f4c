//! The trail of who changed what.

use jiff::Timestamp;
use serde::Serialize;

use crate::{Actor, App, Error, Page, PageRequest};

/// One line of the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditLine {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who, by name.
    pub who: String,
    /// `recipe.save`, `settings.change` …
    pub what: String,
    /// On which thing.
    pub object: String,
    /// SHA-256 of the thing before, in hex.
    pub before: Option<String>,
    /// SHA-256 of the thing after, in hex.
    pub after: Option<String>,
    /// Why, where one was given.
    pub reason: Option<String>,
}

/// Lists the trail, newest first.
pub async fn list(app: &App, by: &Actor, page: &PageRequest) -> Result<Page<AuditLine>, Error> {
    let _ = (by, page);
    app.soon()
}
