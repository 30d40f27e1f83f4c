//! The trail of who changed what.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::secrets::sha256;
use crate::{Actor, App, Error, Page, PageRequest, Permission};

/// One line of the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
    /// Why, where one was given; for a setting, what it was and what it became.
    pub reason: Option<String>,
}

/// Something that was done, for the trail.
pub(crate) struct Deed {
    what: &'static str,
    object: String,
    before: Option<String>,
    after: Option<String>,
    reason: Option<String>,
}

impl Deed {
    /// `what` was done on `object`.
    pub(crate) fn on(what: &'static str, object: impl Into<String>) -> Self {
        Self {
            what,
            object: object.into(),
            before: None,
            after: None,
            reason: None,
        }
    }

    /// What it was before; only its hash is kept.
    pub(crate) fn before(mut self, thing: &Value) -> Self {
        self.before = Some(sha256(&thing.to_string()));
        self
    }

    /// What it is now; only its hash is kept.
    pub(crate) fn after(mut self, thing: &Value) -> Self {
        self.after = Some(sha256(&thing.to_string()));
        self
    }

    /// Why.
    pub(crate) fn because(mut self, reason: Option<String>) -> Self {
        self.reason = reason;
        self
    }
}

impl From<avops_store::AuditRow> for AuditLine {
    fn from(row: avops_store::AuditRow) -> Self {
        let line = row.line;
        Self {
            id: row.id,
            at: line.at,
            who: line.who,
            what: line.what,
            object: line.object,
            before: line.before,
            after: line.after,
            reason: line.reason,
        }
    }
}

/// Lists the trail, newest first.
///
/// # Errors
/// [`Error::NotAllowed`].
pub async fn list(app: &App, by: &Actor, page: &PageRequest) -> Result<Page<AuditLine>, Error> {
    by.require(Permission::ManageAccess)?;
    let found = app
        .store
        .audit(page.bounded(), page.cursor.as_deref())
        .await?;
    Ok(Page {
        items: found.items.into_iter().map(AuditLine::from).collect(),
        next: found.next,
    })
}

/// Writes a line.
pub(crate) async fn record(app: &App, by: &Actor, deed: Deed) -> Result<(), Error> {
    app.store.append_audit(&line(app, by, deed)).await?;
    Ok(())
}

/// The line that says it, for changes that the store writes together with their line.
pub(crate) fn line(app: &App, by: &Actor, deed: Deed) -> avops_store::AuditLine {
    avops_store::AuditLine {
        at: app.now(),
        actor_id: by.id.clone(),
        who: by.name.clone(),
        what: deed.what.to_owned(),
        object: deed.object,
        before: deed.before,
        after: deed.after,
        reason: deed.reason,
    }
}
