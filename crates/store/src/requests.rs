//! Requests with an idempotency key: noted before they are carried out, and their answers kept, so that a repetition
//! gets the same one. (Requests for runs have their keys beside the run: see the journal.)

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::Row as _;

use crate::words::{counted, json, nanos, parsed};
use crate::{Store, StoreError};

/// The status that stands for a request without an answer yet.
const BEGUN: i64 = 0;

/// An answer that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// Its status code.
    pub status: u16,
    /// Header fields that belong to it.
    pub fields: BTreeMap<String, String>,
    /// Its body.
    pub body: String,
}

/// What is known of a request that comes under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// It is the first: it is noted now, and may be carried out.
    First,
    /// It was begun before, and has no answer: it is under way, or was cut off.
    Unanswered,
    /// It has an answer.
    Answered(StoredAnswer),
}

impl Store {
    /// Notes a request of this principal under this key, unless it is known.
    ///
    /// # Errors
    /// [`StoreError::KeyReused`] when the known one had other content (`content` is its SHA-256).
    pub async fn begin_answer(
        &self,
        principal: &str,
        key: &str,
        content: &str,
        at: Timestamp,
    ) -> Result<Begun, StoreError> {
        let mut transaction = self.writing().await?;
        let done = sqlx::query(
            "INSERT INTO answers (principal, key, content, status, body, created_at) VALUES ($1, $2, $3, $4, '', $5) \
             ON CONFLICT (principal, key) DO NOTHING",
        )
        .bind(principal)
        .bind(key)
        .bind(content)
        .bind(BEGUN)
        .bind(nanos(at))
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() > 0 {
            transaction.commit().await?;
            return Ok(Begun::First);
        }
        let row = sqlx::query(
            "SELECT content, status, fields, body FROM answers WHERE principal = $1 AND key = $2",
        )
        .bind(principal)
        .bind(key)
        .fetch_one(&mut *transaction)
        .await?;
        if row.try_get::<&str, _>("content")? != content {
            return Err(StoreError::KeyReused);
        }
        let status: i64 = row.try_get("status")?;
        if status == BEGUN {
            return Ok(Begun::Unanswered);
        }
        Ok(Begun::Answered(StoredAnswer {
            status: counted("status", status)?,
            fields: parsed("fields", row.try_get("fields")?)?,
            body: row.try_get("body")?,
        }))
    }

    /// Keeps the answer to a request that was begun.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn keep_answer(
        &self,
        principal: &str,
        key: &str,
        answer: &StoredAnswer,
    ) -> Result<(), StoreError> {
        let fields = json(&answer.fields).map_err(|e| StoreError::unreadable("fields", e))?;
        let mut transaction = self.writing().await?;
        sqlx::query(
            "UPDATE answers SET status = $3, fields = $4, body = $5 WHERE principal = $1 AND key = $2 AND status = $6",
        )
        .bind(principal)
        .bind(key)
        .bind(i64::from(answer.status))
        .bind(fields)
        .bind(&answer.body)
        .bind(BEGUN)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Forgets a request that was begun and had no effect, so that its repetition is a first one again.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn forget_begun(&self, principal: &str, key: &str) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        sqlx::query("DELETE FROM answers WHERE principal = $1 AND key = $2 AND status = $3")
            .bind(principal)
            .bind(key)
            .bind(BEGUN)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }
}
