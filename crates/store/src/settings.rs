//! Settings of the workspace: a key, a JSON value, who set it and when.

use jiff::Timestamp;
use serde_json::Value;
use sqlx::Row as _;

use crate::dialect::Row;
use crate::words::{json, nanos, parsed, time};
use crate::{Store, StoreError};

/// A setting.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingRow {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: Value,
    /// When it was set.
    pub updated_at: Timestamp,
    /// Who set it.
    pub updated_by: String,
}

impl Store {
    /// Gives a setting; nothing when nobody has set it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn setting(&self, key: &str) -> Result<Option<SettingRow>, StoreError> {
        let found =
            sqlx::query("SELECT key, value, updated_at, updated_by FROM settings WHERE key = $1")
                .bind(key)
                .fetch_optional(self.reader())
                .await?;
        found.as_ref().map(setting).transpose()
    }

    /// Lists all settings by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settings(&self) -> Result<Vec<SettingRow>, StoreError> {
        let rows =
            sqlx::query("SELECT key, value, updated_at, updated_by FROM settings ORDER BY key")
                .fetch_all(self.reader())
                .await?;
        rows.iter().map(setting).collect()
    }

    /// Sets a setting.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_setting(
        &self,
        key: &str,
        value: &Value,
        by: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let value = json(value).map_err(|error| StoreError::unreadable("setting", error))?;
        let mut transaction = self.writing().await?;
        sqlx::query(
            "INSERT INTO settings (key, value, updated_at, updated_by) VALUES ($1, $2, $3, $4) ON CONFLICT (key) \
             DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at, updated_by = excluded.updated_by",
        )
        .bind(key)
        .bind(value)
        .bind(nanos(at))
        .bind(by)
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }
}

fn setting(row: &Row) -> Result<SettingRow, StoreError> {
    Ok(SettingRow {
        key: row.try_get("key")?,
        value: parsed("setting", row.try_get("value")?)?,
        updated_at: time(row.try_get("updated_at")?)?,
        updated_by: row.try_get("updated_by")?,
    })
}
