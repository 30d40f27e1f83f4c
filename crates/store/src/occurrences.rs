//! What became of each time at which a workflow was due.

use avops_engine::RunId;
use jiff::Timestamp;
use sqlx::Row as _;

use crate::dialect::{Connection, Row};
use crate::journal::run_id;
use crate::words::{count, counted, nanos, time};
use crate::{Store, StoreError};

/// A due time, or a row of due times that were treated alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OccurrenceRow {
    /// Whose.
    pub workflow_id: String,
    /// The time, or the first of them.
    pub nominal: Timestamp,
    /// The last of them.
    pub through: Timestamp,
    /// How many.
    pub times: u64,
    /// `started`, `queued`, `missed` …
    pub outcome: String,
    /// Why nothing was started, for people.
    pub reason: Option<String>,
    /// The run that was started.
    pub run: Option<RunId>,
    /// When this was decided.
    pub decided_at: Timestamp,
}

/// The outcome of a time that waits for an open run to end.
pub const QUEUED: &str = "queued";

impl Store {
    /// What became of a workflow's due times, newest first, at most `limit`, older than `before`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn occurrences(
        &self,
        workflow: &str,
        before: Option<Timestamp>,
        limit: u32,
    ) -> Result<Vec<OccurrenceRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM occurrences WHERE workflow_id = $1 AND nominal < $2 ORDER BY nominal DESC LIMIT $3",
        )
        .bind(workflow)
        .bind(before.map_or(i64::MAX, nanos))
        .bind(i64::from(limit))
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(occurrence).collect()
    }

    /// The row that decided a due time, if it is decided.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn occurrence_at(
        &self,
        workflow: &str,
        nominal: Timestamp,
    ) -> Result<Option<OccurrenceRow>, StoreError> {
        let row = sqlx::query(
            "SELECT * FROM occurrences WHERE workflow_id = $1 AND nominal <= $2 AND through >= $2 \
             ORDER BY nominal DESC LIMIT 1",
        )
        .bind(workflow)
        .bind(nanos(nominal))
        .fetch_optional(self.reader())
        .await?;
        row.as_ref().map(occurrence).transpose()
    }

    /// The oldest queued time of each workflow that has one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn queued_occurrences(&self) -> Result<Vec<OccurrenceRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT o.* FROM occurrences o JOIN (SELECT workflow_id, min(nominal) AS first FROM occurrences \
             WHERE outcome = 'queued' GROUP BY workflow_id) q ON q.workflow_id = o.workflow_id AND q.first = o.nominal",
        )
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(occurrence).collect()
    }

    /// How many times of a workflow are queued.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn queued_of_workflow(&self, workflow: &str) -> Result<u64, StoreError> {
        let number: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM occurrences WHERE workflow_id = $1 AND outcome = 'queued'",
        )
        .bind(workflow)
        .fetch_one(self.reader())
        .await?;
        counted("queued times", number)
    }

    /// Says what became of a queued time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settle_queued(&self, row: &OccurrenceRow) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        sqlx::query(
            "UPDATE occurrences SET outcome = $3, reason = $4, run_id = $5, decided_at = $6 \
             WHERE workflow_id = $1 AND nominal = $2 AND outcome = 'queued'",
        )
        .bind(&row.workflow_id)
        .bind(nanos(row.nominal))
        .bind(&row.outcome)
        .bind(&row.reason)
        .bind(row.run.map(|run| run.to_string()))
        .bind(nanos(row.decided_at))
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// How many due times started nothing since then, over all workflows.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn times_not_run(&self, since: Timestamp) -> Result<u64, StoreError> {
        let number: i64 = sqlx::query_scalar(
            "SELECT coalesce(sum(times), 0) FROM occurrences WHERE decided_at >= $1 \
             AND outcome NOT IN ('started', 'queued', 'paused')",
        )
        .bind(nanos(since))
        .fetch_one(self.reader())
        .await?;
        counted("times", number)
    }

    /// The open runs of a workflow, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_runs_of_workflow(&self, workflow: &str) -> Result<Vec<RunId>, StoreError> {
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM runs WHERE workflow_id = $1 AND finished_at IS NULL ORDER BY id",
        )
        .bind(workflow)
        .fetch_all(self.reader())
        .await?;
        ids.iter().map(|id| run_id(id)).collect()
    }

    /// The run that a request made, if it did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn run_of_request(
        &self,
        principal: &str,
        key: &str,
    ) -> Result<Option<RunId>, StoreError> {
        let id: Option<String> =
            sqlx::query_scalar("SELECT run_id FROM request_keys WHERE principal = $1 AND key = $2")
                .bind(principal)
                .bind(key)
                .fetch_optional(self.reader())
                .await?;
        id.as_deref().map(run_id).transpose()
    }
}

/// Adds rows; a time that has one keeps it.
pub(crate) async fn insert(
    connection: &mut Connection,
    rows: &[OccurrenceRow],
) -> Result<(), StoreError> {
    for row in rows {
        sqlx::query(
            "INSERT INTO occurrences (workflow_id, nominal, through, times, outcome, reason, run_id, decided_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (workflow_id, nominal) DO NOTHING",
        )
        .bind(&row.workflow_id)
        .bind(nanos(row.nominal))
        .bind(nanos(row.through))
        .bind(count(row.times))
        .bind(&row.outcome)
        .bind(&row.reason)
        .bind(row.run.map(|run| run.to_string()))
        .bind(nanos(row.decided_at))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

fn occurrence(row: &Row) -> Result<OccurrenceRow, StoreError> {
    let run: Option<String> = row.try_get("run_id")?;
    Ok(OccurrenceRow {
        workflow_id: row.try_get("workflow_id")?,
        nominal: time(row.try_get("nominal")?)?,
        through: time(row.try_get("through")?)?,
        times: counted("times", row.try_get("times")?)?,
        outcome: row.try_get("outcome")?,
        reason: row.try_get("reason")?,
        run: run.as_deref().map(run_id).transpose()?,
        decided_at: time(row.try_get("decided_at")?)?,
    })
}
