//! What was told to people about waits: one row for each wait, made before it is told.

use avops_engine::RunId;
use jiff::Timestamp;
use sqlx::{QueryBuilder, Row as _};

use crate::dialect::{Db, Row};
use crate::inbox::{WaitingStep, unannounced, waiting_step};
use crate::journal::run_id;
use crate::words::{counted, nanos, time};
use crate::{Store, StoreError};

/// A notice of a wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRow {
    /// The run that waits.
    pub run: RunId,
    /// The step that waits.
    pub step: String,
    /// Which attempt of the step: a step that asks again is another wait.
    pub attempt: u32,
    /// `sending`, `sent`, `failed` or `over`.
    pub state: String,
    /// Where it goes.
    pub channel: String,
    /// How often it was tried.
    pub tries: u32,
    /// When it is tried next.
    pub next_at: Option<Timestamp>,
    /// When this was noted.
    pub at: Timestamp,
    /// Why it was not taken, the last time.
    pub error: Option<String>,
    /// Where to look at it.
    pub url: Option<String>,
}

impl Store {
    /// The waits that began at or after `since` and have no notice yet, longest waiting first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn waits_without_notice(
        &self,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<WaitingStep>, StoreError> {
        let rows = unannounced(nanos(since), limit)
            .build()
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(waiting_step).collect()
    }

    /// Keeps a notice: a new one, or what became of one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_notice(&self, row: &NoticeRow) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        sqlx::query(
            "INSERT INTO notices (run_id, step, attempt, state, channel, tries, next_at, at, error, url) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (run_id, step, attempt) DO UPDATE SET \
             state = excluded.state, channel = excluded.channel, tries = excluded.tries, next_at = excluded.next_at, \
             at = excluded.at, error = excluded.error, url = excluded.url",
        )
        .bind(row.run.to_string())
        .bind(&row.step)
        .bind(i64::from(row.attempt))
        .bind(&row.state)
        .bind(&row.channel)
        .bind(i64::from(row.tries))
        .bind(row.next_at.map(nanos))
        .bind(nanos(row.at))
        .bind(&row.error)
        .bind(&row.url)
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// The notices that are to be tried by `now`, the longest waiting first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_notices(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<NoticeRow>, StoreError> {
        let rows =
            sqlx::query("SELECT * FROM notices WHERE next_at <= $1 ORDER BY next_at LIMIT $2")
                .bind(nanos(now))
                .bind(i64::from(limit))
                .fetch_all(self.reader())
                .await?;
        rows.iter().map(notice).collect()
    }

    /// The newest notice that came to an end, good or bad.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_notice(&self) -> Result<Option<NoticeRow>, StoreError> {
        let mut query = QueryBuilder::<Db>::new(
            "SELECT * FROM notices WHERE state IN ('sent', 'failed') ORDER BY at DESC LIMIT 1",
        );
        let row = query.build().fetch_optional(self.reader()).await?;
        row.as_ref().map(notice).transpose()
    }
}

fn notice(row: &Row) -> Result<NoticeRow, StoreError> {
    let next: Option<i64> = row.try_get("next_at")?;
    Ok(NoticeRow {
        run: run_id(row.try_get("run_id")?)?,
        step: row.try_get("step")?,
        attempt: counted("attempt", row.try_get("attempt")?)?,
        state: row.try_get("state")?,
        channel: row.try_get("channel")?,
        tries: counted("tries", row.try_get("tries")?)?,
        next_at: next.map(time).transpose()?,
        at: time(row.try_get("at")?)?,
        error: row.try_get("error")?,
        url: row.try_get("url")?,
    })
}
