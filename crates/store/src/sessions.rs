//! Browser sessions, and the one-time codes that open them. Only the SHA-256 of a secret is kept.

use jiff::Timestamp;
use sqlx::{QueryBuilder, Row as _};

use crate::dialect::{Db, Row};
use crate::words::{nanos, time};
use crate::{Store, StoreError};

/// A one-time code for the person who will open a session with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSignIn {
    /// SHA-256 of the code, in hex.
    pub hash: String,
    /// Stable id of the person.
    pub actor_id: String,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: String,
    /// Whether they may approve.
    pub may_approve: bool,
    /// When the code stops working.
    pub expires_at: Timestamp,
}

/// A session to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// Its id.
    pub id: String,
    /// SHA-256 of its secret, in hex.
    pub hash: String,
    /// When it is opened.
    pub created_at: Timestamp,
    /// When it ends in any case.
    pub expires_at: Timestamp,
}

/// A session, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id.
    pub id: String,
    /// Stable id of the person.
    pub actor_id: String,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: String,
    /// Whether they may approve.
    pub may_approve: bool,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last used, as far as that was noted.
    pub last_seen_at: Timestamp,
    /// When it ends in any case.
    pub expires_at: Timestamp,
}

const SESSIONS: &str = "SELECT id, actor_id, name, role, may_approve, created_at, last_seen_at, expires_at \
     FROM sessions";

impl Store {
    /// Keeps a one-time code; codes that have expired by `now` are removed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create_sign_in(&self, new: &NewSignIn, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        sqlx::query("DELETE FROM sign_ins WHERE expires_at <= $1")
            .bind(nanos(now))
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO sign_ins (hash, actor_id, name, role, may_approve, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&new.hash)
        .bind(&new.actor_id)
        .bind(&new.name)
        .bind(&new.role)
        .bind(i64::from(new.may_approve))
        .bind(nanos(new.expires_at))
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Trades a code for a session, in one transaction: of many at once, one wins. Nothing for a code that is unknown,
    /// used, or expired when the session is opened. Sessions that have ended are removed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_sign_in(
        &self,
        code_hash: &str,
        session: &NewSession,
    ) -> Result<Option<SessionRow>, StoreError> {
        let mut transaction = self.writing().await?;
        let now = nanos(session.created_at);
        let found = sqlx::query(
            "DELETE FROM sign_ins WHERE hash = $1 AND expires_at > $2 \
             RETURNING actor_id, name, role, may_approve",
        )
        .bind(code_hash)
        .bind(now)
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(code) = found else {
            return Ok(None);
        };
        let opened = SessionRow {
            id: session.id.clone(),
            actor_id: code.try_get("actor_id")?,
            name: code.try_get("name")?,
            role: code.try_get("role")?,
            may_approve: code.try_get::<i64, _>("may_approve")? != 0,
            created_at: session.created_at,
            last_seen_at: session.created_at,
            expires_at: session.expires_at,
        };
        sqlx::query("DELETE FROM sessions WHERE expires_at <= $1")
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO sessions (id, hash, actor_id, name, role, may_approve, created_at, last_seen_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
        )
        .bind(&opened.id)
        .bind(&session.hash)
        .bind(&opened.actor_id)
        .bind(&opened.name)
        .bind(&opened.role)
        .bind(i64::from(opened.may_approve))
        .bind(now)
        .bind(nanos(opened.expires_at))
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(Some(opened))
    }

    /// Lists all sessions, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sessions(&self) -> Result<Vec<SessionRow>, StoreError> {
        let mut query = QueryBuilder::<Db>::new(SESSIONS);
        let rows = query
            .push(" ORDER BY created_at, id")
            .build()
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(session).collect()
    }

    /// Finds the session with this hash, whether or not it has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session_by_hash(&self, hash: &str) -> Result<Option<SessionRow>, StoreError> {
        let mut query = QueryBuilder::<Db>::new(SESSIONS);
        query.push(" WHERE hash = ").push_bind(hash.to_owned());
        let found = query.build().fetch_optional(self.reader()).await?;
        found.as_ref().map(session).transpose()
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_session_use(&self, id: &str, at: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        sqlx::query("UPDATE sessions SET last_seen_at = $2 WHERE id = $1")
            .bind(id)
            .bind(nanos(at))
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Ends the session with this id; returns whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_session(&self, id: &str) -> Result<bool, StoreError> {
        let mut transaction = self.writing().await?;
        let done = sqlx::query("DELETE FROM sessions WHERE id = $1")
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Ends the session with this hash; returns whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_session_by_hash(&self, hash: &str) -> Result<bool, StoreError> {
        let mut transaction = self.writing().await?;
        let done = sqlx::query("DELETE FROM sessions WHERE hash = $1")
            .bind(hash)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(done.rows_affected() > 0)
    }
}

fn session(row: &Row) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        id: row.try_get("id")?,
        actor_id: row.try_get("actor_id")?,
        name: row.try_get("name")?,
        role: row.try_get("role")?,
        may_approve: row.try_get::<i64, _>("may_approve")? != 0,
        created_at: time(row.try_get("created_at")?)?,
        last_seen_at: time(row.try_get("last_seen_at")?)?,
        expires_at: time(row.try_get("expires_at")?)?,
    })
}
