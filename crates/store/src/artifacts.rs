//! What runs left behind, as rows, and the contents that are kept with it.

use avops_engine::journal::NewArtifact;
use avops_engine::{Artifact, Content, ContentName, RunId, StepKey};
use sha2::{Digest as _, Sha256};
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
            "SELECT number, step_key, created_at, kind, title, external_id, url, data, sha256, media_type, bytes \
             FROM artifacts LEFT JOIN contents ON sha256 = content WHERE run_id = $1 ORDER BY number",
        )
        .bind(run.to_string())
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(artifact).collect()
    }

    /// Gives what an artifact of a run holds; `None` where there is no such artifact, or it holds nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn artifact_content(
        &self,
        run: RunId,
        number: u32,
    ) -> Result<Option<Content>, StoreError> {
        let row = sqlx::query(
            "SELECT sha256, media_type, bytes, body FROM artifacts JOIN contents ON sha256 = content \
             WHERE run_id = $1 AND number = $2",
        )
        .bind(run.to_string())
        .bind(i64::from(number))
        .fetch_optional(self.reader())
        .await?;
        row.as_ref().map(content).transpose()
    }

    /// Gives a content by the hash of its text.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn content_of(&self, sha256: &str) -> Result<Option<Content>, StoreError> {
        let row =
            sqlx::query("SELECT sha256, media_type, bytes, body FROM contents WHERE sha256 = $1")
                .bind(sha256)
                .fetch_optional(self.reader())
                .await?;
        row.as_ref().map(content).transpose()
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
        content: match row.try_get::<Option<&str>, _>("sha256")? {
            Some(_) => Some(content_name(row)?),
            None => None,
        },
    })
}

fn content(row: &Row) -> Result<Content, StoreError> {
    let name = content_name(row)?;
    let text: &str = row.try_get("body")?;
    if hex::encode(Sha256::digest(text)) != name.sha256 {
        return Err(StoreError::unreadable(
            "content of an artifact",
            "the database is damaged: the content is not the one that was kept",
        ));
    }
    Ok(Content {
        name,
        text: text.into(),
    })
}

fn content_name(row: &Row) -> Result<ContentName, StoreError> {
    Ok(ContentName {
        sha256: row.try_get("sha256")?,
        media_type: row.try_get("media_type")?,
        bytes: counted("length", row.try_get("bytes")?)?,
    })
}
