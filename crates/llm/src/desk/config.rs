//! What the desk works by, and what it says of a provider.

use std::collections::BTreeMap;
use std::time::Duration;

use avops_tools::Secret;
use jiff::Timestamp;

use crate::{ModelError, Provider, Usage};

/// What the desk works by.
#[derive(Debug, Clone)]
pub struct DeskConfig {
    /// The chosen provider, then those that stand in for it.
    pub order: Vec<Provider>,
    /// How each is set up; one that is not here has its defaults and no key.
    pub providers: BTreeMap<Provider, ProviderConfig>,
    /// Whether models outside may be asked at all.
    pub is_outside_allowed: bool,
    /// Most tokens of one turn.
    pub max_tokens: u32,
    /// Most tokens in 24 hours, read and written.
    pub daily_tokens: Option<u64>,
    /// Most micro-dollars in 24 hours.
    pub daily_micro_usd: Option<u64>,
    /// For one question.
    pub timeout: Duration,
}

impl Default for DeskConfig {
    fn default() -> Self {
        Self {
            order: vec![Provider::OpenAi],
            providers: BTreeMap::new(),
            is_outside_allowed: true,
            max_tokens: 4096,
            daily_tokens: None,
            daily_micro_usd: None,
            timeout: Duration::from_mins(2),
        }
    }
}

impl DeskConfig {
    /// The provider that is asked first.
    pub fn chosen(&self) -> Provider {
        self.order.first().copied().unwrap_or(Provider::OpenAi)
    }

    /// How a provider is set up.
    pub fn of(&self, provider: Provider) -> ProviderConfig {
        let found = self.providers.get(&provider).cloned();
        found.unwrap_or_else(|| ProviderConfig {
            model: provider.default_model().to_owned(),
            base_url: None,
            key: None,
        })
    }

    /// The same, but with this model asked first: a name, or `provider:name`. A name alone is one of the chosen provider,
    /// unless it begins as the models of the other do.
    #[must_use]
    pub fn asking(&self, model: &str) -> Self {
        let model = model.trim();
        let named = Provider::ALL.into_iter().find_map(|provider| {
            let name = model.strip_prefix(provider.as_str())?.strip_prefix(':')?;
            Some((provider, name.trim()))
        });
        let (provider, name) = named.unwrap_or_else(|| {
            let theirs = Provider::ALL.into_iter().find(|each| each.is_likely(model));
            (theirs.unwrap_or_else(|| self.chosen()), model)
        });
        let mut config = self.clone();
        config.order.retain(|each| *each != provider);
        config.order.insert(0, provider);
        let settings = ProviderConfig {
            model: name.to_owned(),
            ..self.of(provider)
        };
        config.providers.insert(provider, settings);
        config
    }

    /// Whether a provider is reached in the same way by both.
    pub(super) fn is_same_for(&self, other: &Self, provider: Provider) -> bool {
        let (one, two) = (self.of(provider), other.of(provider));
        let key =
            |settings: &ProviderConfig| settings.key.as_ref().map(|key| key.expose().to_owned());
        one.model == two.model && one.base_url == two.base_url && key(&one) == key(&two)
    }
}

/// How one provider is set up.
#[derive(Debug, Clone)]
pub struct ProviderConfig {
    /// The model that is asked.
    pub model: String,
    /// Another address than the vendor's own: a server that speaks the same dialect.
    pub base_url: Option<String>,
    /// The key.
    pub key: Option<Secret>,
}

impl ProviderConfig {
    /// Servers on one's own machines ask for no key; the vendors do.
    pub fn can_be_asked(&self) -> bool {
        self.key.is_some() || self.base_url.is_some()
    }
}

/// How the chosen provider stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// It has a key, and nothing failed since it was set up.
    Ready {
        /// When it last answered, if it was asked yet.
        seen: Option<Timestamp>,
    },
    /// It has none.
    NoKey,
    /// The last question failed.
    Failing {
        /// When.
        at: Timestamp,
        /// How.
        error: ModelError,
    },
    /// The simulated provider answers.
    Mock,
    /// No model outside is asked.
    Off,
}

/// What a test call gave.
#[derive(Debug, Clone)]
pub struct Tested {
    /// The model's words.
    pub said: String,
    /// What they took.
    pub usage: Usage,
    /// What they cost in micro-dollars, where the price is known.
    pub cost_micro_usd: Option<u64>,
    /// How many models the provider lists for the key.
    pub models: usize,
}
