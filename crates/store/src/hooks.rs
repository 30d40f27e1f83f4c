//! Addresses to which signed messages come, and what became of each message.

use avops_engine::RunId;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use sqlx::Row as _;

use crate::dialect::{Connection, Row};
use crate::journal::run_id;
use crate::words::{count, counted, json, nanos, parsed, time};
use crate::{Store, StoreError};

/// What is kept of messages that proved nothing, for each workflow.
const UNPROVEN_KEPT: i64 = 200;
/// How long messages are kept. What started a run is known under the run's own key for longer.
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Unproven messages of one kind that come within this time are one row.
const TOGETHER: SignedDuration = SignedDuration::from_mins(1);

/// The address of a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookRow {
    /// Whose.
    pub workflow_id: String,
    /// The last part of the address.
    pub id: String,
    /// Until when the secret before the present one is taken as well.
    pub previous_until: Option<Timestamp>,
}

/// A message that came.
#[derive(Debug, Clone, PartialEq)]
pub struct DeliveryRow {
    /// Its id here.
    pub id: String,
    /// Whose.
    pub workflow_id: String,
    /// When it came first.
    pub received_at: Timestamp,
    /// The name under which a repetition is known; absent for what was not proven.
    pub key: Option<String>,
    /// The sender's own name for it.
    pub delivery: Option<String>,
    /// What it is about, in the sender's words.
    pub event: Option<String>,
    /// How long it was.
    pub bytes: u64,
    /// How often it came.
    pub times: u64,
    /// When it came last.
    pub last_at: Timestamp,
    /// `started`, `queued`, `bad_signature` …
    pub outcome: String,
    /// Why nothing was started, for people.
    pub reason: Option<String>,
    /// Values for a run that waits for its turn.
    pub inputs: Option<Map<String, Value>>,
    /// The run that was started.
    pub run: Option<RunId>,
}

impl Store {
    /// The address of a workflow, if it has one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hook_of_workflow(&self, workflow: &str) -> Result<Option<HookRow>, StoreError> {
        let row = sqlx::query("SELECT * FROM hooks WHERE workflow_id = $1")
            .bind(workflow)
            .fetch_optional(self.reader())
            .await?;
        row.as_ref().map(hook).transpose()
    }

    /// The workflow's address of that name, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hook(&self, id: &str) -> Result<Option<HookRow>, StoreError> {
        let row = sqlx::query("SELECT * FROM hooks WHERE id = $1")
            .bind(id)
            .fetch_optional(self.reader())
            .await?;
        row.as_ref().map(hook).transpose()
    }

    /// Keeps until when the secret before the present one is taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_previous_secret(
        &self,
        workflow: &str,
        until: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        sqlx::query("UPDATE hooks SET previous_until = $2 WHERE workflow_id = $1")
            .bind(workflow)
            .bind(until.map(nanos))
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Notes a proven message. When one came under its key before, that one is given, counted once more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_delivery(
        &self,
        row: &DeliveryRow,
    ) -> Result<Option<DeliveryRow>, StoreError> {
        let mut transaction = self.writing().await?;
        let old = row.received_at.checked_sub(KEPT).unwrap_or(Timestamp::MIN);
        sqlx::query("DELETE FROM deliveries WHERE received_at < $1")
            .bind(nanos(old))
            .execute(&mut *transaction)
            .await?;
        if insert(&mut transaction, row).await? {
            transaction.commit().await?;
            return Ok(None);
        }
        sqlx::query(
            "UPDATE deliveries SET times = times + 1, last_at = $3 WHERE workflow_id = $1 AND key = $2",
        )
        .bind(&row.workflow_id)
        .bind(&row.key)
        .bind(nanos(row.received_at))
        .execute(&mut *transaction)
        .await?;
        let known = sqlx::query("SELECT * FROM deliveries WHERE workflow_id = $1 AND key = $2")
            .bind(&row.workflow_id)
            .bind(&row.key)
            .fetch_one(&mut *transaction)
            .await?;
        let known = delivery(&known)?;
        transaction.commit().await?;
        Ok(Some(known))
    }

    /// Notes a message that starts nothing and has no key. Those of one kind within a minute are counted together, and
    /// only the newest of a workflow are kept, so that nobody fills the disk with them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_delivery(&self, row: &DeliveryRow) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        let since = row
            .received_at
            .checked_sub(TOGETHER)
            .unwrap_or(Timestamp::MIN);
        let done = sqlx::query(
            "UPDATE deliveries SET times = times + 1, last_at = $4 WHERE workflow_id = $1 AND received_at >= $5 \
             AND key IS NULL AND outcome = $2 AND coalesce(reason, '') = $3",
        )
        .bind(&row.workflow_id)
        .bind(&row.outcome)
        .bind(row.reason.as_deref().unwrap_or_default())
        .bind(nanos(row.received_at))
        .bind(nanos(since))
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 0 {
            insert(&mut transaction, row).await?;
            sqlx::query(
                "DELETE FROM deliveries WHERE workflow_id = $1 AND key IS NULL AND id NOT IN \
                 (SELECT id FROM deliveries WHERE workflow_id = $1 AND key IS NULL ORDER BY received_at DESC LIMIT $2)",
            )
            .bind(&row.workflow_id)
            .bind(UNPROVEN_KEPT)
            .execute(&mut *transaction)
            .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Says what became of a proven message.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settle_delivery(&self, row: &DeliveryRow) -> Result<(), StoreError> {
        let inputs = row.inputs.as_ref().map(json).transpose();
        let inputs = inputs.map_err(|error| StoreError::unreadable("inputs", error))?;
        let mut transaction = self.writing().await?;
        sqlx::query(
            "UPDATE deliveries SET outcome = $2, reason = $3, inputs = $4, run_id = $5, event = $6 WHERE id = $1",
        )
        .bind(&row.id)
        .bind(&row.outcome)
        .bind(&row.reason)
        .bind(inputs)
        .bind(row.run.map(|run| run.to_string()))
        .bind(&row.event)
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// The messages of a workflow, newest first, at most `limit`, from after the one whose id is `after`.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`] when there is no message of that id; when the database fails.
    pub async fn deliveries(
        &self,
        workflow: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<DeliveryRow>, StoreError> {
        let from: Option<i64> = match after {
            None => None,
            Some(id) => Some(
                sqlx::query_scalar(
                    "SELECT received_at FROM deliveries WHERE workflow_id = $1 AND id = $2",
                )
                .bind(workflow)
                .bind(id)
                .fetch_optional(self.reader())
                .await?
                .ok_or(StoreError::BadCursor)?,
            ),
        };
        let rows = sqlx::query(
            "SELECT * FROM deliveries WHERE workflow_id = $1 AND (received_at, id) < ($2, $3) \
             ORDER BY received_at DESC, id DESC LIMIT $4",
        )
        .bind(workflow)
        .bind(from.unwrap_or(i64::MAX))
        .bind(after.unwrap_or_default())
        .bind(i64::from(limit))
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(delivery).collect()
    }

    /// The oldest waiting message of each workflow that has one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn queued_deliveries(&self) -> Result<Vec<DeliveryRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT d.* FROM deliveries d JOIN (SELECT workflow_id, min(received_at) AS first FROM deliveries \
             WHERE outcome = 'queued' GROUP BY workflow_id) q \
             ON q.workflow_id = d.workflow_id AND q.first = d.received_at AND d.outcome = 'queued'",
        )
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(delivery).collect()
    }

    /// How many messages of a workflow wait for an open run to end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn queued_deliveries_of(&self, workflow: &str) -> Result<u64, StoreError> {
        let number: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM deliveries WHERE workflow_id = $1 AND outcome = 'queued'",
        )
        .bind(workflow)
        .fetch_one(self.reader())
        .await?;
        counted("queued messages", number)
    }
}

/// Gives a workflow its address; one that it has stays.
pub(crate) async fn add(
    connection: &mut Connection,
    workflow: &str,
    id: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO hooks (workflow_id, id, created_at) VALUES ($1, $2, $3) ON CONFLICT (workflow_id) DO NOTHING",
    )
    .bind(workflow)
    .bind(id)
    .bind(nanos(at))
    .execute(connection)
    .await?;
    Ok(())
}

/// Adds a row unless its key is known; says whether it did.
async fn insert(connection: &mut Connection, row: &DeliveryRow) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO deliveries (id, workflow_id, received_at, key, delivery, event, bytes, times, last_at, outcome, \
         reason) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $3, $8, $9) ON CONFLICT DO NOTHING",
    )
    .bind(&row.id)
    .bind(&row.workflow_id)
    .bind(nanos(row.received_at))
    .bind(&row.key)
    .bind(&row.delivery)
    .bind(&row.event)
    .bind(count(row.bytes))
    .bind(&row.outcome)
    .bind(&row.reason)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

fn hook(row: &Row) -> Result<HookRow, StoreError> {
    let until: Option<i64> = row.try_get("previous_until")?;
    Ok(HookRow {
        workflow_id: row.try_get("workflow_id")?,
        id: row.try_get("id")?,
        previous_until: until.map(time).transpose()?,
    })
}

fn delivery(row: &Row) -> Result<DeliveryRow, StoreError> {
    let run: Option<String> = row.try_get("run_id")?;
    let inputs: Option<&str> = row.try_get("inputs")?;
    Ok(DeliveryRow {
        id: row.try_get("id")?,
        workflow_id: row.try_get("workflow_id")?,
        received_at: time(row.try_get("received_at")?)?,
        key: row.try_get("key")?,
        delivery: row.try_get("delivery")?,
        event: row.try_get("event")?,
        bytes: counted("bytes", row.try_get("bytes")?)?,
        times: counted("times", row.try_get("times")?)?,
        last_at: time(row.try_get("last_at")?)?,
        outcome: row.try_get("outcome")?,
        reason: row.try_get("reason")?,
        inputs: inputs.map(|text| parsed("inputs", text)).transpose()?,
        run: run.as_deref().map(run_id).transpose()?,
    })
}
