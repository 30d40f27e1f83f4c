//! What questions to models took, kept in the store.

use async_trait::async_trait;
use avops_llm::{Ledger, Spent};
use avops_store::{ModelCallRow, Store};
use jiff::Timestamp;

/// The desk's ledger on the store.
pub struct StoreLedger(Store);

impl StoreLedger {
    /// Keeps in this store.
    pub fn new(store: Store) -> Self {
        Self(store)
    }
}

#[async_trait]
impl Ledger for StoreLedger {
    async fn keep(&self, spent: &Spent) -> Result<(), String> {
        let row = ModelCallRow {
            at: spent.at,
            purpose: spent.purpose.clone(),
            provider: spent.provider.as_str().to_owned(),
            model: spent.model.clone(),
            mock: spent.is_mock,
            input_tokens: spent.usage.input_tokens,
            output_tokens: spent.usage.output_tokens,
            cost_micro_usd: spent.cost_micro_usd,
            outcome: spent.outcome.to_owned(),
        };
        let kept = self.0.keep_model_call(&row).await;
        kept.map_err(|error| error.to_string())
    }

    async fn since(&self, from: Timestamp) -> Result<(u64, u64), String> {
        let used = self.0.model_use_since(from).await;
        used.map(|used| (used.tokens, used.micro_usd))
            .map_err(|error| error.to_string())
    }
}
