//! Answers that were given to requests with an idempotency key, so that a repetition gets the same one.
//! (Requests for runs have their keys beside the run: see the journal.)

use jiff::Timestamp;
use sqlx::Row as _;

use crate::words::{counted, nanos};
use crate::{Store, StoreError};

/// An answer that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// Its status code.
    pub status: u16,
    /// Its body.
    pub body: String,
}

impl Store {
    /// Gives the answer to an earlier request of this principal with this key.
    ///
    /// # Errors
    /// [`StoreError::KeyReused`] when that request had other content (`content` is its SHA-256).
    pub async fn answer(
        &self,
        principal: &str,
        key: &str,
        content: &str,
    ) -> Result<Option<StoredAnswer>, StoreError> {
        let found = sqlx::query(
            "SELECT content, status, body FROM answers WHERE principal = $1 AND key = $2",
        )
        .bind(principal)
        .bind(key)
        .fetch_optional(self.reader())
        .await?;
        let Some(row) = found else {
            return Ok(None);
        };
        if row.try_get::<&str, _>("content")? != content {
            return Err(StoreError::KeyReused);
        }
        Ok(Some(StoredAnswer {
            status: counted("status", row.try_get("status")?)?,
            body: row.try_get("body")?,
        }))
    }

    /// Keeps the answer to a request. The first one kept stays: gives that one.
    ///
    /// # Errors
    /// [`StoreError::KeyReused`] when the key has come with other content.
    pub async fn keep_answer(
        &self,
        principal: &str,
        key: &str,
        content: &str,
        answer: &StoredAnswer,
        at: Timestamp,
    ) -> Result<StoredAnswer, StoreError> {
        let mut transaction = self.writing().await?;
        let done = sqlx::query(
            "INSERT INTO answers (principal, key, content, status, body, created_at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (principal, key) DO NOTHING",
        )
        .bind(principal)
        .bind(key)
        .bind(content)
        .bind(i64::from(answer.status))
        .bind(&answer.body)
        .bind(nanos(at))
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        if done.rows_affected() > 0 {
            return Ok(answer.clone());
        }
        let first = self.answer(principal, key, content).await?;
        Ok(first.unwrap_or_else(|| answer.clone()))
    }
}
