//! Steps as rows.

use avops_engine::{RunId, StepKey, StepState};
use sqlx::Row as _;

use crate::dialect::Row;
use crate::journal::run_id;
use crate::words::{counted, named, parsed, time};
use crate::{Store, StoreError};

impl Store {
    /// Gives all steps of a run, in order of appearance.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn steps(&self, run: RunId) -> Result<Vec<StepState>, StoreError> {
        let rows = sqlx::query(
            "SELECT key, seq, phase, title, verb, tool, action, attempt, status, message, payload, result, error, \
             started_at, finished_at, gate, reused_from FROM steps WHERE run_id = $1 ORDER BY seq, key",
        )
        .bind(run.to_string())
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(step).collect()
    }
}

pub(crate) fn step(row: &Row) -> Result<StepState, StoreError> {
    let finished_at: Option<i64> = row.try_get("finished_at")?;
    let gate: Option<&str> = row.try_get("gate")?;
    let reused_from: Option<&str> = row.try_get("reused_from")?;
    Ok(StepState {
        key: StepKey(row.try_get("key")?),
        seq: counted("step", row.try_get("seq")?)?,
        phase: named("phase", row.try_get("phase")?)?,
        title: row.try_get("title")?,
        verb: row.try_get("verb")?,
        tool: row.try_get("tool")?,
        action: row.try_get("action")?,
        attempt: counted("attempt", row.try_get("attempt")?)?,
        status: named("status", row.try_get("status")?)?,
        message: row.try_get("message")?,
        payload: parsed("payload", row.try_get("payload")?)?,
        result: parsed("result", row.try_get("result")?)?,
        error: row.try_get("error")?,
        started_at: time(row.try_get("started_at")?)?,
        finished_at: finished_at.map(time).transpose()?,
        gate: gate.map(|text| parsed("gate", text)).transpose()?,
        reused_from: reused_from.map(run_id).transpose()?,
    })
}
