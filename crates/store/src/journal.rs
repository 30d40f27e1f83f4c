//! The engine's journal.

use async_trait::async_trait;
use avops_engine::{
    Accepted, Batch, Content, Entry, Event, Journal, JournalError, NewRun, OpenRun, RunId, Seq,
};
use jiff::Timestamp;
use sqlx::Row as _;
use tokio::sync::oneshot;

use crate::dialect::Row;
use crate::encode;
use crate::words::{count, counted, named, nanos, time};
use crate::writer::{Item, Work};
use crate::{Store, StoreError};

pub(crate) const OPEN_RUNS: &str =
    "SELECT id, status, waiting_for, wake_at, lock FROM runs WHERE finished_at IS NULL ORDER BY id";
pub(crate) const ENTRIES: &str = "SELECT seq, at, format, event FROM journal \
     WHERE run_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";

#[async_trait]
impl Journal for Store {
    async fn accept(&self, run: &NewRun, batch: Batch) -> Result<Accepted, JournalError> {
        if batch.after != 0 || batch.run != run.id {
            return Err(JournalError::Failed(format!(
                "run {} must begin with its own entry 1",
                run.id
            )));
        }
        let facts = encode::facts(run, &batch.state)?;
        self.hand_in(Some(facts), encode::batch(&batch)?).await
    }

    async fn append(&self, batch: Batch) -> Result<(), JournalError> {
        self.hand_in(None, encode::batch(&batch)?).await.map(drop)
    }

    async fn read(&self, run: RunId, after: Seq) -> Result<Vec<Entry>, JournalError> {
        let entries = self
            .entries(run, after, u32::MAX)
            .await
            .map_err(journal_error)?;
        if entries.is_empty() && !self.has_run(run).await.map_err(journal_error)? {
            return Err(JournalError::NoSuchRun(run));
        }
        Ok(entries)
    }

    async fn content(&self, sha256: &str) -> Result<Option<Content>, JournalError> {
        self.content_of(sha256).await.map_err(journal_error)
    }

    async fn open_runs(&self) -> Result<Vec<OpenRun>, JournalError> {
        let rows = sqlx::query(OPEN_RUNS)
            .fetch_all(self.reader())
            .await
            .map_err(|error| journal_error(error.into()))?;
        rows.iter()
            .map(open_run)
            .collect::<Result<_, _>>()
            .map_err(journal_error)
    }

    async fn take_turn(
        &self,
        key: &str,
        run: RunId,
        at: Timestamp,
        since: Timestamp,
        max: u32,
    ) -> Result<bool, JournalError> {
        self.turn(key, run, at, since, max)
            .await
            .map_err(journal_error)
    }
}

impl Store {
    /// Reads at most `limit` entries of a run after number `after`, in order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn entries(
        &self,
        run: RunId,
        after: Seq,
        limit: u32,
    ) -> Result<Vec<Entry>, StoreError> {
        let rows = sqlx::query(ENTRIES)
            .bind(run.to_string())
            .bind(count(after))
            .bind(i64::from(limit))
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(entry).collect()
    }

    /// What a run was asked to do.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn new_run(&self, run: RunId) -> Result<Option<NewRun>, StoreError> {
        let first = self.entries(run, 0, 1).await?.into_iter().next();
        Ok(first.and_then(|entry| match entry.event {
            Event::Accepted { run } => Some(*run),
            _ => None,
        }))
    }

    async fn hand_in(
        &self,
        facts: Option<encode::Facts>,
        batch: encode::Encoded,
    ) -> Result<Accepted, JournalError> {
        let closed = || JournalError::Failed("the store is closed".to_owned());
        let (ack, answer) = oneshot::channel();
        let item = Box::new(Item { facts, batch, ack });
        self.inner
            .work
            .send(Work::Batch(item))
            .await
            .map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    async fn has_run(&self, run: RunId) -> Result<bool, StoreError> {
        let found: Option<i64> = sqlx::query_scalar("SELECT seq FROM runs WHERE id = $1")
            .bind(run.to_string())
            .fetch_optional(self.reader())
            .await?;
        Ok(found.is_some())
    }

    async fn turn(
        &self,
        key: &str,
        run: RunId,
        at: Timestamp,
        since: Timestamp,
        max: u32,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.writing().await?;
        let run = run.to_string();
        let has_it: Option<i64> =
            sqlx::query_scalar("SELECT at FROM turns WHERE key = $1 AND run_id = $2")
                .bind(key)
                .bind(&run)
                .fetch_optional(&mut *transaction)
                .await?;
        if has_it.is_some() {
            return Ok(true);
        }
        let used: i64 =
            sqlx::query_scalar("SELECT count(*) FROM turns WHERE key = $1 AND at >= $2")
                .bind(key)
                .bind(nanos(since))
                .fetch_one(&mut *transaction)
                .await?;
        if used >= i64::from(max) {
            return Ok(false);
        }
        sqlx::query("INSERT INTO turns (key, run_id, at) VALUES ($1, $2, $3)")
            .bind(key)
            .bind(&run)
            .bind(nanos(at))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(true)
    }
}

fn entry(row: &Row) -> Result<Entry, StoreError> {
    let format: u32 = counted("format", row.try_get("format")?)?;
    let event: &str = row.try_get("event")?;
    Ok(Entry {
        seq: counted("entry", row.try_get("seq")?)?,
        at: time(row.try_get("at")?)?,
        event: Event::decode(format, event).map_err(|e| StoreError::unreadable("event", e))?,
    })
}

fn open_run(row: &Row) -> Result<OpenRun, StoreError> {
    let waiting_for: Option<&str> = row.try_get("waiting_for")?;
    let wake_at: Option<i64> = row.try_get("wake_at")?;
    Ok(OpenRun {
        run: run_id(row.try_get("id")?)?,
        status: named("status", row.try_get("status")?)?,
        waiting_for: waiting_for.map(|word| named("reason", word)).transpose()?,
        wake_at: wake_at.map(time).transpose()?,
        lock: row.try_get("lock")?,
    })
}

pub(crate) fn run_id(text: &str) -> Result<RunId, StoreError> {
    text.parse()
        .map_err(|e| StoreError::unreadable("run id", e))
}

fn journal_error(error: StoreError) -> JournalError {
    match error {
        StoreError::Journal(error) => error,
        StoreError::Full(message) => JournalError::Full(message),
        other => JournalError::Failed(other.to_string()),
    }
}
