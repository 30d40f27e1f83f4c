//! Rooms and devices: documents under their ids. What is in one is for those who read it.

use jiff::Timestamp;
use serde_json::Value;
use sqlx::Row as _;

use crate::words::{json, nanos, parsed};
use crate::{Store, StoreError};

/// A room or a device.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceRow {
    /// `room` or `device`.
    pub kind: String,
    /// Its id, unique within its kind.
    pub id: String,
    /// All of it.
    pub document: Value,
}

impl Store {
    /// Lists rooms and devices, by kind and id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn places(&self) -> Result<Vec<PlaceRow>, StoreError> {
        let rows = sqlx::query("SELECT kind, id, document FROM places ORDER BY kind, id")
            .fetch_all(self.reader())
            .await?;
        rows.iter()
            .map(|row| {
                Ok(PlaceRow {
                    kind: row.try_get("kind")?,
                    id: row.try_get("id")?,
                    document: parsed("room", row.try_get("document")?)?,
                })
            })
            .collect()
    }

    /// Removes the named rooms and devices (kind and id), then keeps those given; all of it or nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_places(
        &self,
        removed: &[(&str, &str)],
        kept: &[PlaceRow],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        for (kind, id) in removed {
            sqlx::query("DELETE FROM places WHERE kind = $1 AND id = $2")
                .bind(kind)
                .bind(id)
                .execute(&mut *transaction)
                .await?;
        }
        for row in kept {
            let document =
                json(&row.document).map_err(|error| StoreError::unreadable("room", error))?;
            sqlx::query(
                "INSERT INTO places (kind, id, document, updated_at) VALUES ($1, $2, $3, $4) ON CONFLICT (kind, id) \
                 DO UPDATE SET document = excluded.document, updated_at = excluded.updated_at",
            )
            .bind(&row.kind)
            .bind(&row.id)
            .bind(document)
            .bind(nanos(at))
            .execute(&mut *transaction)
            .await?;
        }
        Ok(transaction.commit().await?)
    }
}
