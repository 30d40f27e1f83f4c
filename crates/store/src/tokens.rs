//! API tokens. Only the SHA-256 of a secret is kept.

use jiff::Timestamp;
use sqlx::{QueryBuilder, Row as _};

use crate::dialect::{Db, Row};
use crate::words::{nanos, time};
use crate::{Store, StoreError};

/// A token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    /// Its id.
    pub id: String,
    /// Whose or what for.
    pub name: String,
    /// Its role.
    pub role: String,
    /// Whether it may approve.
    pub may_approve: bool,
    /// The first characters of the secret, to tell tokens apart.
    pub prefix: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, as far as that was noted.
    pub last_used_at: Option<Timestamp>,
}

/// A token to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// Its row.
    pub token: TokenRow,
    /// SHA-256 of its secret, in hex.
    pub hash: String,
}

const TOKENS: &str =
    "SELECT id, name, role, may_approve, prefix, created_at, expires_at, last_used_at FROM tokens";

impl Store {
    /// Lists all tokens, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tokens(&self) -> Result<Vec<TokenRow>, StoreError> {
        let mut query = QueryBuilder::<Db>::new(TOKENS);
        let rows = query
            .push(" ORDER BY created_at, id")
            .build()
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(token).collect()
    }

    /// Finds the token with this hash, whether or not it has expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn token_by_hash(&self, hash: &str) -> Result<Option<TokenRow>, StoreError> {
        let mut query = QueryBuilder::<Db>::new(TOKENS);
        query.push(" WHERE hash = ").push_bind(hash.to_owned());
        let found = query.build().fetch_optional(self.reader()).await?;
        found.as_ref().map(token).transpose()
    }

    /// States whether there is a token of this role.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_token_of(&self, role: &str) -> Result<bool, StoreError> {
        let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM tokens WHERE role = $1 LIMIT 1")
            .bind(role)
            .fetch_optional(self.reader())
            .await?;
        Ok(found.is_some())
    }

    /// Keeps a token.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create_token(&self, new: &NewToken) -> Result<(), StoreError> {
        self.add_token(new, None).await.map(drop)
    }

    /// Keeps a token unless there is one of its role; returns whether it was kept. Of several at once, one is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create_first_token(&self, new: &NewToken) -> Result<bool, StoreError> {
        self.add_token(new, Some(&new.token.role)).await
    }

    async fn add_token(&self, new: &NewToken, unless: Option<&str>) -> Result<bool, StoreError> {
        let mut transaction = self.writing().await?;
        let token = &new.token;
        let done = sqlx::query(
            "INSERT INTO tokens (id, hash, name, role, may_approve, prefix, created_at, expires_at, last_used_at) \
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 \
             WHERE NOT EXISTS (SELECT 1 FROM tokens AS other WHERE other.role = $10)",
        )
        .bind(&token.id)
        .bind(&new.hash)
        .bind(&token.name)
        .bind(&token.role)
        .bind(i64::from(token.may_approve))
        .bind(&token.prefix)
        .bind(nanos(token.created_at))
        .bind(token.expires_at.map(nanos))
        .bind(token.last_used_at.map(nanos))
        .bind(unless)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Notes that a token was used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_token_use(&self, id: &str, at: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        sqlx::query("UPDATE tokens SET last_used_at = $2 WHERE id = $1")
            .bind(id)
            .bind(nanos(at))
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Ends a token; returns whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_token(&self, id: &str) -> Result<bool, StoreError> {
        let mut transaction = self.writing().await?;
        let done = sqlx::query("DELETE FROM tokens WHERE id = $1")
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(done.rows_affected() > 0)
    }
}

fn token(row: &Row) -> Result<TokenRow, StoreError> {
    let expires_at: Option<i64> = row.try_get("expires_at")?;
    let last_used_at: Option<i64> = row.try_get("last_used_at")?;
    Ok(TokenRow {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        role: row.try_get("role")?,
        may_approve: row.try_get::<i64, _>("may_approve")? != 0,
        prefix: row.try_get("prefix")?,
        created_at: time(row.try_get("created_at")?)?,
        expires_at: expires_at.map(time).transpose()?,
        last_used_at: last_used_at.map(time).transpose()?,
    })
}
