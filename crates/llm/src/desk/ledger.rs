//! What questions to models took: the port to whoever keeps it.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;

use crate::{ModelError, Provider, Turn, Usage, cost_micro_usd};

/// Keeps what questions took. Without texts: these stand where they were asked.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Keeps one.
    async fn keep(&self, spent: &Spent) -> Result<(), String>;

    /// Tokens and micro-dollars of live questions since then.
    async fn since(&self, from: Timestamp) -> Result<(u64, u64), String>;
}

/// What one question took.
#[derive(Debug, Clone)]
pub struct Spent {
    /// When it was answered.
    pub at: Timestamp,
    /// `chat`, `sop`, `agent`, `test`.
    pub purpose: String,
    /// Who was asked.
    pub provider: Provider,
    /// Which model was asked.
    pub model: String,
    /// Whether the simulated provider was asked.
    pub is_mock: bool,
    /// Tokens.
    pub usage: Usage,
    /// Micro-dollars, where the price is known.
    pub cost_micro_usd: Option<u64>,
    /// `ok`, or the kind of the error.
    pub outcome: &'static str,
}

impl Spent {
    pub(super) fn of(
        at: Timestamp,
        purpose: &str,
        provider: Provider,
        model: &str,
        is_mock: bool,
        outcome: &Result<Turn, ModelError>,
    ) -> Self {
        let usage = outcome.as_ref().map(|turn| turn.usage).unwrap_or_default();
        Self {
            at,
            purpose: purpose.to_owned(),
            provider,
            model: model.to_owned(),
            is_mock,
            usage,
            cost_micro_usd: cost_micro_usd(model, usage),
            outcome: outcome.as_ref().map_or_else(ModelError::kind, |_| "ok"),
        }
    }
}

/// A ledger in memory, for a desk without a store.
#[derive(Debug, Default)]
pub struct Unkept(Mutex<Vec<Spent>>);

#[async_trait]
impl Ledger for Unkept {
    async fn keep(&self, spent: &Spent) -> Result<(), String> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(spent.clone());
        Ok(())
    }

    async fn since(&self, from: Timestamp) -> Result<(u64, u64), String> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let live = kept
            .iter()
            .filter(|spent| !spent.is_mock && spent.at >= from);
        Ok(live.fold((0, 0), |(tokens, money), spent| {
            (
                tokens + spent.usage.input_tokens + spent.usage.output_tokens,
                money + spent.cost_micro_usd.unwrap_or_default(),
            )
        }))
    }
}
