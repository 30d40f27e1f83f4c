//! Conversations: threads and their messages.

use jiff::Timestamp;
use serde_json::Value;
use sqlx::{QueryBuilder, Row as _};

use crate::cursor::{Page, bounded, cursor, read};
use crate::dialect::{Db, Row};
use crate::words::{count, counted, json, nanos, parsed, time};
use crate::{Store, StoreError};

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadRow {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub actor_id: String,
    /// What lists call it.
    pub title: String,
    /// Whether it is out of the way.
    pub archived: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// When something was last said in it.
    pub updated_at: Timestamp,
}

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageRow {
    /// Its number in the thread, from 1.
    pub seq: u64,
    /// `person` or `avops`.
    pub role: String,
    /// Its words.
    pub text: String,
    /// What else belongs to it.
    pub body: Value,
    /// When.
    pub at: Timestamp,
}

/// Which threads are wanted. Everything given must hold.
#[derive(Debug, Clone, Default)]
pub struct ThreadFilter {
    /// Whose.
    pub actor_id: String,
    /// Those out of the way, or the others.
    pub archived: bool,
    /// Text in the title or a message.
    pub q: Option<String>,
}

impl Store {
    /// Lists threads, the one that was last spoken in first.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or when the database fails.
    pub async fn threads(
        &self,
        filter: &ThreadFilter,
        limit: u32,
        after: Option<&str>,
    ) -> Result<Page<ThreadRow>, StoreError> {
        let limit = bounded(limit);
        let mut query = QueryBuilder::<Db>::new("SELECT * FROM chat_threads WHERE actor_id = ");
        query.push_bind(filter.actor_id.clone());
        query.push(" AND archived = ").push_bind(filter.archived);
        if let Some(words) = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
            let pattern = format!("%{}%", escaped(&words.to_lowercase()));
            query
                .push(" AND (lower(title) LIKE ")
                .push_bind(pattern.clone())
                .push(" ESCAPE '\\' OR EXISTS (SELECT 1 FROM chat_messages m WHERE m.thread_id = chat_threads.id AND lower(m.text) LIKE ")
                .push_bind(pattern)
                .push(" ESCAPE '\\'))");
        }
        if let Some(after) = after {
            let (at, [id]) = read::<1>(after)?;
            query.push(" AND (updated_at < ").push_bind(at);
            query.push(" OR (updated_at = ").push_bind(at);
            query.push(" AND id < ").push_bind(id).push("))");
        }
        query.push(" ORDER BY updated_at DESC, id DESC LIMIT ");
        query.push_bind(i64::from(limit) + 1);
        let rows = query.build().fetch_all(self.reader()).await?;
        let threads = rows.iter().map(thread).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(threads, limit, |row| {
            cursor(nanos(row.updated_at), &[&row.id])
        }))
    }

    /// Finds a thread by its id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn thread(&self, id: &str) -> Result<Option<ThreadRow>, StoreError> {
        let row = sqlx::query("SELECT * FROM chat_threads WHERE id = $1")
            .bind(id)
            .fetch_optional(self.reader())
            .await?;
        row.as_ref().map(thread).transpose()
    }

    /// Begins a thread.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create_thread(&self, row: &ThreadRow) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        sqlx::query(
            "INSERT INTO chat_threads (id, actor_id, title, archived, created_at, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&row.id)
        .bind(&row.actor_id)
        .bind(&row.title)
        .bind(row.archived)
        .bind(nanos(row.created_at))
        .bind(nanos(row.updated_at))
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Names a thread and puts it out of the way or back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_thread(
        &self,
        id: &str,
        title: &str,
        archived: bool,
    ) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        sqlx::query("UPDATE chat_threads SET title = $2, archived = $3 WHERE id = $1")
            .bind(id)
            .bind(title)
            .bind(archived)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Removes a thread with its messages.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_thread(&self, id: &str) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        sqlx::query("DELETE FROM chat_threads WHERE id = $1")
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Adds a message at the end of a thread and gives its number. `row.seq` is not looked at.
    ///
    /// # Errors
    /// When there is no such thread, or the database fails.
    pub async fn append_message(&self, thread: &str, row: &MessageRow) -> Result<u64, StoreError> {
        let body = json(&row.body).map_err(|error| StoreError::unreadable("message", error))?;
        let mut transaction = self.writing().await?;
        let last: i64 = sqlx::query_scalar(
            "SELECT coalesce(max(seq), 0) FROM chat_messages WHERE thread_id = $1",
        )
        .bind(thread)
        .fetch_one(&mut *transaction)
        .await?;
        sqlx::query(
            "INSERT INTO chat_messages (thread_id, seq, role, text, body, at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(thread)
        .bind(last + 1)
        .bind(&row.role)
        .bind(&row.text)
        .bind(body)
        .bind(nanos(row.at))
        .execute(&mut *transaction)
        .await?;
        sqlx::query("UPDATE chat_threads SET updated_at = $2 WHERE id = $1")
            .bind(thread)
            .bind(nanos(row.at))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        counted("message", last + 1)
    }

    /// The messages of a thread before that number (all when absent), newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn messages(
        &self,
        thread: &str,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<MessageRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT seq, role, text, body, at FROM chat_messages WHERE thread_id = $1 AND seq < $2 \
             ORDER BY seq DESC LIMIT $3",
        )
        .bind(thread)
        .bind(before.map_or(i64::MAX, count))
        .bind(i64::from(limit))
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(message).collect()
    }
}

/// Text for `LIKE … ESCAPE '\'`.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_")
}

fn thread(row: &Row) -> Result<ThreadRow, StoreError> {
    Ok(ThreadRow {
        id: row.try_get("id")?,
        actor_id: row.try_get("actor_id")?,
        title: row.try_get("title")?,
        archived: row.try_get("archived")?,
        created_at: time(row.try_get("created_at")?)?,
        updated_at: time(row.try_get("updated_at")?)?,
    })
}

fn message(row: &Row) -> Result<MessageRow, StoreError> {
    Ok(MessageRow {
        seq: counted("message", row.try_get("seq")?)?,
        role: row.try_get("role")?,
        text: row.try_get("text")?,
        body: parsed("message", row.try_get("body")?)?,
        at: time(row.try_get("at")?)?,
    })
}
