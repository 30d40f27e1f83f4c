//! Where the program asks a model: which provider, with which key, who stands in, and within which limits.

mod config;
mod ledger;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use avops_engine::Clock;
use avops_tools::{Exchanger, Secret};
use jiff::{SignedDuration, Timestamp};

use crate::anthropic::Anthropic;
use crate::openai::OpenAi;
use crate::{
    Heard, Listener, Model, ModelError, Provider, Simulator, Transcript, Turn, cost_micro_usd,
};
pub use config::{DeskConfig, ProviderConfig, Standing, Tested};
pub use ledger::{Ledger, Spent, Unkept};

/// How long a test or a list of models may take.
const TEST_LIMIT: Duration = Duration::from_secs(15);
/// Tokens of the answer to a test call; a model that thinks first may use them all.
const TEST_TOKENS: u32 = 64;

/// Asks models. One for the whole program.
pub struct Desk {
    exchanger: Exchanger,
    simulator: Simulator,
    clock: Arc<dyn Clock>,
    ledger: Arc<dyn Ledger>,
    config: RwLock<Arc<DeskConfig>>,
    /// What came of the last live question to each provider: why it failed, or nothing.
    last: Mutex<BTreeMap<Provider, (Timestamp, Option<ModelError>)>>,
}

/// A turn, and what it took to get it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The turn.
    pub turn: Turn,
    /// What it cost in micro-dollars; nothing when the model's price is not known.
    pub cost_micro_usd: Option<u64>,
    /// The providers that were asked before and could not answer, with the reason.
    pub instead_of: Vec<(Provider, String)>,
    /// Whether the simulated provider answered.
    pub is_mock: bool,
}

impl Desk {
    /// A desk with its simulated provider on a free loopback port. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// When no port or no HTTP client is to be had.
    pub fn open(
        clock: Arc<dyn Clock>,
        ledger: Arc<dyn Ledger>,
    ) -> Result<Self, avops_tools::Error> {
        Ok(Self {
            exchanger: Exchanger::new(Arc::clone(&clock))?,
            simulator: Simulator::start()?,
            clock,
            ledger,
            config: RwLock::default(),
            last: Mutex::default(),
        })
    }

    /// Works by these settings from the next question on.
    ///
    /// # Errors
    /// When an address cannot be used; then the earlier settings stay.
    pub fn configure(&self, config: DeskConfig) -> Result<(), avops_tools::Error> {
        self.check(&config)?;
        let before = self.config();
        let config = Arc::new(config);
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&config);
        // What is known of a provider holds for the key and the address with which it was seen.
        let mut last = self.last();
        last.retain(|provider, _| before.is_same_for(&config, *provider));
        Ok(())
    }

    /// Looks whether it could work by these settings.
    ///
    /// # Errors
    /// When an address cannot be used.
    pub fn check(&self, config: &DeskConfig) -> Result<(), avops_tools::Error> {
        for (provider, settings) in &config.providers {
            if let Some(url) = &settings.base_url {
                self.exchanger.endpoint(provider.title(), url, true)?;
            }
        }
        Ok(())
    }

    /// The settings it works by.
    pub fn config(&self) -> Arc<DeskConfig> {
        Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The simulated provider, for tests that script it.
    pub fn simulator(&self) -> &Simulator {
        &self.simulator
    }

    /// Asks for the next turn: the chosen provider, and when that one cannot, those that stand in for it.
    /// `purpose` is a word for the record: `chat`, `sop`, `agent`.
    ///
    /// # Errors
    /// [`ModelError::Limit`] and [`ModelError::NoOutsideModel`] before anything is sent; else what the chosen provider
    /// said.
    pub async fn ask(
        &self,
        is_mock: bool,
        purpose: &str,
        transcript: &Transcript,
    ) -> Result<Asked, ModelError> {
        self.ask_aloud(is_mock, purpose, transcript, None).await
    }

    /// As [`Self::ask`], and a listener hears the turn while it is being said, and may stop it.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub async fn ask_aloud(
        &self,
        is_mock: bool,
        purpose: &str,
        transcript: &Transcript,
        listener: Option<&Listener>,
    ) -> Result<Asked, ModelError> {
        let set_up = self.config();
        let config = match &transcript.model {
            Some(model) => Arc::new(set_up.asking(model)),
            None => set_up,
        };
        let mut transcript = transcript.clone();
        transcript.max_tokens = transcript.max_tokens.min(config.max_tokens).max(1);
        if !is_mock {
            if !config.is_outside_allowed {
                return Err(ModelError::NoOutsideModel);
            }
            self.within_limits(&config).await?;
        }
        let mut instead_of = Vec::new();
        let mut first_error = None;
        let mut order = config.order.clone();
        if order.is_empty() {
            order.push(Provider::ALL[0]);
        }
        for provider in order {
            let outcome = self
                .ask_one(&config, provider, is_mock, purpose, &transcript, listener)
                .await;
            let error = match outcome {
                Ok(turn) => {
                    return Ok(Asked {
                        cost_micro_usd: cost_micro_usd(&turn.model, turn.usage),
                        turn,
                        instead_of,
                        is_mock,
                    });
                }
                Err(error) => error,
            };
            if !error.is_of_the_provider() {
                return Err(error);
            }
            if let Some(listener) = listener {
                (listener.hear)(Heard::Anew);
            }
            instead_of.push((provider, error.to_string()));
            first_error.get_or_insert(error);
        }
        Err(first_error.unwrap_or(ModelError::NoOutsideModel))
    }

    async fn ask_one(
        &self,
        config: &DeskConfig,
        provider: Provider,
        is_mock: bool,
        purpose: &str,
        transcript: &Transcript,
        listener: Option<&Listener>,
    ) -> Result<Turn, ModelError> {
        let model = self.model(config, provider, is_mock)?;
        let outcome = match listener {
            Some(listener) => model.speak(transcript, config.timeout, listener).await,
            None => model.reply(transcript, config.timeout).await,
        };
        // A model that somebody else chose says nothing about the provider as it is set up, unless it answers.
        if !is_mock && (transcript.model.is_none() || outcome.is_ok()) {
            self.remember(provider, outcome.as_ref().err());
        }
        let spent = Spent::of(
            self.clock.now(),
            purpose,
            provider,
            &config.of(provider).model,
            is_mock,
            &outcome,
        );
        if let Err(error) = self.ledger.keep(&spent).await {
            tracing::error!(error, "what a question to a model took cannot be kept");
        }
        outcome
    }

    /// Tries a provider as it is set up: the key by its list of models, then the model by a few words.
    ///
    /// # Errors
    /// What is wrong, sorted.
    pub async fn test(&self, provider: Provider, is_mock: bool) -> Result<Tested, ModelError> {
        let config = self.config();
        if !is_mock && !config.is_outside_allowed {
            return Err(ModelError::NoOutsideModel);
        }
        let models = self.models(provider, is_mock).await?;
        let transcript = Transcript::question(
            "You are tested for being reachable.",
            "Answer with the word ready.",
            TEST_TOKENS,
        );
        let quick = DeskConfig {
            timeout: TEST_LIMIT.min(config.timeout),
            ..(*config).clone()
        };
        let turn = self
            .ask_one(&quick, provider, is_mock, "test", &transcript, None)
            .await?;
        Ok(Tested {
            cost_micro_usd: cost_micro_usd(&turn.model, turn.usage),
            said: turn.text.chars().take(200).collect(),
            usage: turn.usage,
            models: models.len(),
        })
    }

    /// The models that the provider lists for the key.
    ///
    /// # Errors
    /// What is wrong, sorted.
    pub async fn models(
        &self,
        provider: Provider,
        is_mock: bool,
    ) -> Result<Vec<String>, ModelError> {
        let config = self.config();
        if !is_mock && !config.is_outside_allowed {
            return Err(ModelError::NoOutsideModel);
        }
        let model = self.model(&config, provider, is_mock)?;
        let outcome = model.models(TEST_LIMIT).await;
        if let (false, Err(error)) = (is_mock, &outcome) {
            self.remember(provider, Some(error));
        }
        outcome
    }

    /// How the chosen provider stands, without asking it.
    pub fn standing(&self, is_mock: bool) -> Standing {
        self.standing_with(is_mock, None)
    }

    /// How the provider of a model stands, without asking it: a name, or `provider:name`; without one the chosen one.
    pub fn standing_with(&self, is_mock: bool, model: Option<&str>) -> Standing {
        let config = self.config();
        let provider = model.map_or_else(|| config.chosen(), |model| config.asking(model).chosen());
        if is_mock {
            return Standing::Mock;
        }
        if !config.is_outside_allowed {
            return Standing::Off;
        }
        if !config.of(provider).can_be_asked() {
            return Standing::NoKey;
        }
        match self.last().get(&provider) {
            Some((at, Some(error))) => Standing::Failing {
                at: *at,
                error: error.clone(),
            },
            Some((at, None)) => Standing::Ready { seen: Some(*at) },
            None => Standing::Ready { seen: None },
        }
    }

    fn model(
        &self,
        config: &DeskConfig,
        provider: Provider,
        is_mock: bool,
    ) -> Result<Box<dyn Model>, ModelError> {
        let settings = if is_mock {
            ProviderConfig {
                model: config.of(provider).model,
                base_url: Some(self.simulator.url(provider)),
                key: Some(Secret::new(crate::simulator::KEY)),
            }
        } else {
            config.of(provider)
        };
        if !settings.can_be_asked() {
            return Err(ModelError::NoKey {
                who: provider.title().to_owned(),
            });
        }
        let is_set_by_admin = settings.base_url.is_some();
        let url = settings
            .base_url
            .unwrap_or_else(|| provider.default_url().to_owned());
        let endpoint = self
            .exchanger
            .endpoint(provider.title(), &url, is_set_by_admin)
            .map_err(|error| ModelError::Unreachable {
                said: error.to_string(),
            })?;
        let (key, model) = (settings.key, settings.model);
        Ok(match provider {
            Provider::OpenAi => Box::new(OpenAi {
                endpoint,
                key,
                model,
                is_compatible_server: is_set_by_admin && !is_mock,
            }),
            Provider::Anthropic => Box::new(Anthropic {
                endpoint,
                key,
                model,
                is_compatible_server: is_set_by_admin && !is_mock,
            }),
        })
    }

    /// The last 24 hours count, so that midnight is no way around.
    async fn within_limits(&self, config: &DeskConfig) -> Result<(), ModelError> {
        if config.daily_tokens.is_none() && config.daily_micro_usd.is_none() {
            return Ok(());
        }
        let from = self.clock.now() - SignedDuration::from_hours(24);
        let (tokens, micro_usd) =
            self.ledger
                .since(from)
                .await
                .map_err(|error| ModelError::Limit {
                    said: format!(
                        "what models took today cannot be read, and there is a limit: {error}"
                    ),
                })?;
        if let Some(most) = config.daily_tokens.filter(|most| tokens >= *most) {
            return Err(ModelError::Limit {
                said: format!("{tokens} tokens were used in 24 hours, and the limit is {most}"),
            });
        }
        if let Some(most) = config.daily_micro_usd.filter(|most| micro_usd >= *most) {
            return Err(ModelError::Limit {
                said: format!(
                    "${:.2} were spent on models in 24 hours, and the limit is ${:.2}",
                    dollars(micro_usd),
                    dollars(most)
                ),
            });
        }
        Ok(())
    }

    fn remember(&self, provider: Provider, error: Option<&ModelError>) {
        // A question that the provider turned down shows that it works.
        let error = error.filter(|error| error.is_of_the_provider()).cloned();
        self.last().insert(provider, (self.clock.now(), error));
    }

    fn last(
        &self,
    ) -> std::sync::MutexGuard<'_, BTreeMap<Provider, (Timestamp, Option<ModelError>)>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "shown with two digits after the point"
)]
fn dollars(micro: u64) -> f64 {
    micro as f64 / 1_000_000.0
}
