//! What runs left behind, as rows.

use avops_engine::journal::NewArtifact;
use avops_engine::{Artifact, RunId, StepKey};
use sqlx::Row as _;

use crate::dialect::Row;
use crate::words::{counted, parsed, time};
use crate::{Store, StoreError};

impl Store {
    /// Gives everything a run left behind, in order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn artifacts(&self, run: RunId) -> Result<Vec<NewArtifact>, StoreError> {
        let rows = sqlx::query(
            "SELECT number, step_key, created_at, kind, title, external_id, url, data FROM artifacts \
             WHERE run_id = $1 ORDER BY number",
        )
        .bind(run.to_string())
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(artifact).collect()
    }
}

fn artifact(row: &Row) -> Result<NewArtifact, StoreError> {
    Ok(NewArtifact {
        number: counted("number", row.try_get("number")?)?,
        step: StepKey(row.try_get("step_key")?),
        at: time(row.try_get("created_at")?)?,
        artifact: Artifact {
            kind: row.try_get("kind")?,
            title: row.try_get("title")?,
            external_id: row.try_get("external_id")?,
            url: row.try_get("url")?,
            data: parsed("artifact", row.try_get("data")?)?,
        },
    })
}
