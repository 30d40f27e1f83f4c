//! Connectors that files describe: what of each was seen last, and what was approved of it.

use jiff::Timestamp;
use serde_json::Value;
use sqlx::Row as _;

use crate::words::{json, nanos, parsed};
use crate::{Store, StoreError};

/// A connector that a file describes, or described.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectorFileRow {
    /// The tool's name.
    pub tool: String,
    /// SHA-256 of the file as it was seen last, in hex; empty while there is no such file.
    pub text_hash: String,
    /// The hash of how it is reached that somebody approved.
    pub reached_by: Option<String>,
    /// What was approved of what it offers.
    pub approved: Value,
}

impl Store {
    /// Lists what is kept of connectors that files describe, by tool.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn connector_files(&self) -> Result<Vec<ConnectorFileRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT tool, text_hash, reached_by, approved FROM connector_files ORDER BY tool",
        )
        .fetch_all(self.reader())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(ConnectorFileRow {
                    tool: row.try_get("tool")?,
                    text_hash: row.try_get("text_hash")?,
                    reached_by: row.try_get("reached_by")?,
                    approved: parsed("connector", row.try_get("approved")?)?,
                })
            })
            .collect()
    }

    /// Keeps what is known of a connector that a file describes. With `forget_settings`, its sealed settings go: they
    /// were given to something that was reached otherwise.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_connector_file(
        &self,
        row: &ConnectorFileRow,
        forget_settings: bool,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let approved =
            json(&row.approved).map_err(|error| StoreError::unreadable("connector", error))?;
        let mut transaction = self.writing().await?;
        if forget_settings {
            sqlx::query("DELETE FROM tool_settings WHERE tool = $1")
                .bind(&row.tool)
                .execute(&mut *transaction)
                .await?;
        }
        sqlx::query(
            "INSERT INTO connector_files (tool, text_hash, reached_by, approved, updated_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tool) DO UPDATE SET text_hash = excluded.text_hash, \
             reached_by = excluded.reached_by, approved = excluded.approved, updated_at = excluded.updated_at",
        )
        .bind(&row.tool)
        .bind(&row.text_hash)
        .bind(&row.reached_by)
        .bind(approved)
        .bind(nanos(at))
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }
}
