//! What each question to a language model took: the figures that limits are held against.

use jiff::Timestamp;
use sqlx::Row as _;

use crate::words::nanos;
use crate::{Store, StoreError};

/// What one question took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelCallRow {
    /// When it was answered.
    pub at: Timestamp,
    /// `chat`, `sop`, `agent`, `test`.
    pub purpose: String,
    /// `openai` or `anthropic`.
    pub provider: String,
    /// The model that was asked.
    pub model: String,
    /// Whether the simulated provider was asked.
    pub mock: bool,
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// Micro-dollars, where the price is known.
    pub cost_micro_usd: Option<u64>,
    /// `ok`, or the kind of the error.
    pub outcome: String,
}

/// What live questions took together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ModelUse {
    /// How many there were.
    pub calls: u64,
    /// Tokens read and written.
    pub tokens: u64,
    /// Micro-dollars, as far as prices are known.
    pub micro_usd: u64,
}

impl Store {
    /// Keeps what a question took.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_model_call(&self, row: &ModelCallRow) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        sqlx::query(
            "INSERT INTO model_calls (at, purpose, provider, model, mock, input_tokens, output_tokens, cost_micro_usd, \
             outcome) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(nanos(row.at))
        .bind(&row.purpose)
        .bind(&row.provider)
        .bind(&row.model)
        .bind(row.mock)
        .bind(number(row.input_tokens))
        .bind(number(row.output_tokens))
        .bind(row.cost_micro_usd.map(number))
        .bind(&row.outcome)
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// What live questions took since then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn model_use_since(&self, from: Timestamp) -> Result<ModelUse, StoreError> {
        let row = sqlx::query(
            "SELECT count(*) AS calls, coalesce(sum(input_tokens + output_tokens), 0) AS tokens, \
             coalesce(sum(cost_micro_usd), 0) AS micro_usd FROM model_calls WHERE at >= $1 AND mock = 0",
        )
        .bind(nanos(from))
        .fetch_one(self.reader())
        .await?;
        let figure = |name: &str| -> Result<u64, StoreError> {
            Ok(row.try_get::<i64, _>(name)?.try_into().unwrap_or_default())
        };
        Ok(ModelUse {
            calls: figure("calls")?,
            tokens: figure("tokens")?,
            micro_usd: figure("micro_usd")?,
        })
    }
}

fn number(value: u64) -> i64 {
    value.try_into().unwrap_or(i64::MAX)
}
