//! The trail of who changed what. Append-only: the database itself refuses to change or delete a line.

use jiff::Timestamp;
use sqlx::{QueryBuilder, Row as _};

use crate::cursor::{bounded, cursor, read};
use crate::dialect::{Connection, Db, Row};
use crate::words::{nanos, time};
use crate::{Page, Store, StoreError};

/// A line to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// When.
    pub at: Timestamp,
    /// Who, by stable id.
    pub actor_id: String,
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
    /// Why.
    pub reason: Option<String>,
}

/// A line of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number; later lines have higher ones.
    pub id: i64,
    /// What it says.
    pub line: AuditLine,
}

impl Store {
    /// Writes a line; gives its number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn append_audit(&self, line: &AuditLine) -> Result<i64, StoreError> {
        let mut transaction = self.writing().await?;
        let id = append(&mut transaction, line).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Lists the trail, newest first: at most `limit` (1 to 500) after `cursor`.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or when the database fails.
    pub async fn audit(
        &self,
        limit: u32,
        after: Option<&str>,
    ) -> Result<Page<AuditRow>, StoreError> {
        let limit = bounded(limit);
        let before = after
            .map(read::<0>)
            .transpose()?
            .map_or(i64::MAX, |(id, [])| id);
        let mut query = QueryBuilder::<Db>::new(
            "SELECT id, at, actor_id, who, what, object, before_hash, after_hash, reason FROM audit WHERE id < ",
        );
        query
            .push_bind(before)
            .push(" ORDER BY id DESC LIMIT ")
            .push_bind(i64::from(limit) + 1);
        let rows = query.build().fetch_all(self.reader()).await?;
        let found = rows.iter().map(line).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(found, limit, |row| cursor(row.id, &[])))
    }
}

/// Writes a line within a change that it belongs to, so that neither is there without the other.
pub(crate) async fn append(
    connection: &mut Connection,
    line: &AuditLine,
) -> Result<i64, StoreError> {
    let id = sqlx::query_scalar(
        "INSERT INTO audit (at, actor_id, who, what, object, before_hash, after_hash, reason) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
    )
    .bind(nanos(line.at))
    .bind(&line.actor_id)
    .bind(&line.who)
    .bind(&line.what)
    .bind(&line.object)
    .bind(&line.before)
    .bind(&line.after)
    .bind(&line.reason)
    .fetch_one(&mut *connection)
    .await?;
    Ok(id)
}

fn line(row: &Row) -> Result<AuditRow, StoreError> {
    Ok(AuditRow {
        id: row.try_get("id")?,
        line: AuditLine {
            at: time(row.try_get("at")?)?,
            actor_id: row.try_get("actor_id")?,
            who: row.try_get("who")?,
            what: row.try_get("what")?,
            object: row.try_get("object")?,
            before: row.try_get("before_hash")?,
            after: row.try_get("after_hash")?,
            reason: row.try_get("reason")?,
        },
    })
}
