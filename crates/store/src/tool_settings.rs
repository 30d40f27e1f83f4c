//! What people set for tools: sealed one by one (see `vault`), so that no file of the folder shows a credential.

use jiff::Timestamp;
use sqlx::Row as _;
use zeroize::Zeroizing;

use crate::dialect::Row;
use crate::vault::{Label, Sealed};
use crate::words::{nanos, time};
use crate::{Store, StoreError};

/// A setting of a tool. Has no `Debug`, so that no log shows a value by accident.
pub struct ToolSettingRow {
    /// The tool.
    pub tool: String,
    /// The setting; `NAME/DEVICE` for one device.
    pub name: String,
    /// Its value; absent when no key in this folder opens it.
    pub value: Option<Zeroizing<String>>,
    /// When it was set.
    pub updated_at: Timestamp,
    /// Who set it.
    pub updated_by: String,
}

impl Store {
    /// Lists the settings of all tools, by tool and name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tool_settings(&self) -> Result<Vec<ToolSettingRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT tool, name, key_id, sealed, updated_at, updated_by FROM tool_settings ORDER BY tool, name",
        )
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(|row| self.opened(row)).collect()
    }

    /// The settings of one tool, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settings_of_tool(&self, tool: &str) -> Result<Vec<ToolSettingRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT tool, name, key_id, sealed, updated_at, updated_by FROM tool_settings WHERE tool = $1 ORDER BY name",
        )
        .bind(tool)
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(|row| self.opened(row)).collect()
    }

    fn opened(&self, row: &Row) -> Result<ToolSettingRow, StoreError> {
        let (tool, name): (String, String) = (row.try_get("tool")?, row.try_get("name")?);
        let label = Label {
            tool: &tool,
            name: &name,
        };
        let value = self.inner.vault.unseal(label, &sealed(row)?);
        Ok(ToolSettingRow {
            value,
            updated_at: time(row.try_get("updated_at")?)?,
            updated_by: row.try_get("updated_by")?,
            tool,
            name,
        })
    }

    /// Sets settings of a tool and clears those without a value; all of them or none.
    ///
    /// # Errors
    /// When the database or the key's file fails.
    pub async fn set_tool_settings(
        &self,
        tool: &str,
        values: &[(&str, Option<&str>)],
        by: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        for (name, value) in values {
            let Some(value) = value else {
                sqlx::query("DELETE FROM tool_settings WHERE tool = $1 AND name = $2")
                    .bind(tool)
                    .bind(name)
                    .execute(&mut *transaction)
                    .await?;
                continue;
            };
            let sealed = self.inner.vault.seal(Label { tool, name }, value)?;
            sqlx::query(
                "INSERT INTO tool_settings (tool, name, key_id, sealed, updated_at, updated_by) \
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tool, name) DO UPDATE SET key_id = excluded.key_id, \
                 sealed = excluded.sealed, updated_at = excluded.updated_at, updated_by = excluded.updated_by",
            )
            .bind(tool)
            .bind(name)
            .bind(sealed.key_id)
            .bind(sealed.text)
            .bind(nanos(at))
            .bind(by)
            .execute(&mut *transaction)
            .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Makes a new key, seals every value with it, and forgets the old keys; gives how many values there are. After a
    /// crash in between, old and new key are both there, and what was sealed still opens.
    ///
    /// # Errors
    /// When a value cannot be opened (then nothing is forgotten), or the database or the key's file fails.
    pub async fn rotate_tool_settings_key(&self) -> Result<usize, StoreError> {
        let mut transaction = self.writing().await?;
        let rows = sqlx::query("SELECT tool, name, key_id, sealed FROM tool_settings")
            .fetch_all(&mut *transaction)
            .await?;
        let mut opened = Vec::new();
        for row in &rows {
            let (tool, name): (String, String) = (row.try_get("tool")?, row.try_get("name")?);
            let label = Label {
                tool: &tool,
                name: &name,
            };
            let value = self.inner.vault.unseal(label, &sealed(row)?);
            let value = value.ok_or_else(|| {
                StoreError::unreadable("setting", format!("no key opens {name} of {tool}"))
            })?;
            opened.push((tool, name, value));
        }
        self.inner.vault.new_key()?;
        for (tool, name, value) in &opened {
            let sealed = self.inner.vault.seal(Label { tool, name }, value)?;
            sqlx::query(
                "UPDATE tool_settings SET key_id = $1, sealed = $2 WHERE tool = $3 AND name = $4",
            )
            .bind(sealed.key_id)
            .bind(sealed.text)
            .bind(tool)
            .bind(name)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        self.inner.vault.forget_old_keys()?;
        Ok(opened.len())
    }
}

fn sealed(row: &Row) -> Result<Sealed, StoreError> {
    Ok(Sealed {
        key_id: row.try_get("key_id")?,
        text: row.try_get("sealed")?,
    })
}
