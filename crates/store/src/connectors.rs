//! Connectors that were added.

use jiff::Timestamp;
use serde_json::Value;
use sqlx::Row as _;

use crate::words::{json, nanos, parsed, time};
use crate::{Store, StoreError};

/// A connector that was added. Credentials are not in here.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectorRow {
    /// Its name.
    pub name: String,
    /// `http` or `mcp`.
    pub kind: String,
    /// Its configuration.
    pub config: Value,
    /// When it was changed.
    pub updated_at: Timestamp,
}

impl Store {
    /// Lists the connectors that were added, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn connectors(&self) -> Result<Vec<ConnectorRow>, StoreError> {
        let rows =
            sqlx::query("SELECT name, kind, config, updated_at FROM connectors ORDER BY name")
                .fetch_all(self.reader())
                .await?;
        rows.iter()
            .map(|row| {
                Ok(ConnectorRow {
                    name: row.try_get("name")?,
                    kind: row.try_get("kind")?,
                    config: parsed("connector", row.try_get("config")?)?,
                    updated_at: time(row.try_get("updated_at")?)?,
                })
            })
            .collect()
    }

    /// Adds a connector, or writes over the one of that name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_connector(
        &self,
        name: &str,
        kind: &str,
        config: &Value,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let config = json(config).map_err(|error| StoreError::unreadable("connector", error))?;
        let mut transaction = self.writing().await?;
        sqlx::query(
            "INSERT INTO connectors (name, kind, config, updated_at) VALUES ($1, $2, $3, $4) ON CONFLICT (name) \
             DO UPDATE SET kind = excluded.kind, config = excluded.config, updated_at = excluded.updated_at",
        )
        .bind(name)
        .bind(kind)
        .bind(config)
        .bind(nanos(at))
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Removes a connector with its sealed settings, and what is kept of a file that described one of that name; returns
    /// whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_connector(&self, name: &str) -> Result<bool, StoreError> {
        let mut transaction = self.writing().await?;
        sqlx::query("DELETE FROM tool_settings WHERE tool = $1")
            .bind(name)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM connector_files WHERE tool = $1")
            .bind(name)
            .execute(&mut *transaction)
            .await?;
        let done = sqlx::query("DELETE FROM connectors WHERE name = $1")
            .bind(name)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(done.rows_affected() > 0)
    }
}
