//! Language models: who answers, how they are set up, and a try of them.

mod ledger;
mod settings;
mod turns;

pub use ledger::StoreLedger;
pub use settings::{KeyState, ModelSettings, ProviderChange, ProviderSettings};
pub(crate) use settings::{apply, change, given, read, sop_rounds};
pub use turns::DeskModels;

use avops_llm::{ModelError, Provider, Standing};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Actor, App, Error, Permission};

/// How the chosen provider stands: colour and words of the light on every page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ModelStatus {
    /// The chosen provider.
    pub provider: Provider,
    /// Its name for people.
    pub title: String,
    /// Its model.
    pub model: String,
    /// How it stands.
    pub state: ModelState,
    /// The same in words.
    pub detail: String,
    /// How to mend it, where something is to be mended.
    pub hint: Option<String>,
    /// When it was last seen so, if it was asked.
    pub seen_at: Option<Timestamp>,
}

/// How the chosen provider stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelState {
    /// It can be asked, and nothing failed since it was set up.
    Ready,
    /// It has no key.
    NoKey,
    /// The last question failed.
    Failing,
    /// The simulated provider answers; nothing leaves this machine.
    Mock,
    /// This workspace asks no model outside.
    Off,
}

/// Which provider to try.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TryProvider {
    /// The chosen one when absent.
    #[serde(default)]
    pub provider: Option<Provider>,
}

/// What came of a try. A provider that is not well is an answer, not an error.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Tried {
    /// Whether it answered.
    pub ok: bool,
    /// Who was asked.
    pub provider: Provider,
    /// Which model.
    pub model: String,
    /// Whether the simulated provider answered, because the workspace is in mock mode.
    pub mock: bool,
    /// The model's words, or what is wrong.
    pub detail: String,
    /// `wrong_key`, `rate_limited`, `unreachable` … when it did not answer.
    pub kind: Option<String>,
    /// How to mend it.
    pub hint: Option<String>,
    /// How many models the provider lists for the key.
    pub models: Option<usize>,
    /// What the try cost in US dollars, where the price is known.
    pub cost_usd: Option<f64>,
}

/// A model that the provider lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListedModel {
    /// Its name.
    pub name: String,
}

/// How the chosen provider stands, without asking it.
///
/// # Errors
/// [`Error::NotAllowed`].
pub fn status(app: &App, by: &Actor) -> Result<ModelStatus, Error> {
    by.require(Permission::See)?;
    Ok(standing(app))
}

pub(crate) fn standing(app: &App) -> ModelStatus {
    let config = app.models.config();
    let provider = config.chosen();
    let title = provider.title();
    let found = app.models.standing(app.tools.mock());
    let (state, detail, hint, seen_at) = match found {
        Standing::Ready { seen } => {
            let detail = match seen {
                Some(_) => "it answers".to_owned(),
                None => "it is set up, and was not asked yet".to_owned(),
            };
            (ModelState::Ready, detail, None, seen)
        }
        Standing::NoKey => (
            ModelState::NoKey,
            format!("no key is set for {title}"),
            Some(format!(
                "set one in Settings, or start with {}",
                provider.key_variable()
            )),
            None,
        ),
        Standing::Failing { at, error } => (
            ModelState::Failing,
            error.to_string(),
            Some(error.hint().to_owned()),
            Some(at),
        ),
        Standing::Mock => (
            ModelState::Mock,
            "the simulated provider answers; nothing leaves this machine".to_owned(),
            None,
            None,
        ),
        Standing::Off => (
            ModelState::Off,
            "no model outside is asked".to_owned(),
            Some("an admin can allow models in Settings".to_owned()),
            None,
        ),
    };
    ModelStatus {
        provider,
        title: title.to_owned(),
        model: config.of(provider).model,
        state,
        detail,
        hint,
        seen_at,
    }
}

/// Tries a provider: its list of models shows whether the key is right, a few words whether the model answers.
///
/// # Errors
/// [`Error::NotAllowed`].
pub async fn try_provider(app: &App, by: &Actor, which: &TryProvider) -> Result<Tried, Error> {
    by.require(Permission::ManageWorkspace)?;
    let config = app.models.config();
    let provider = which.provider.unwrap_or_else(|| config.chosen());
    let mock = app.tools.mock();
    let outcome = app.models.test(provider, mock).await;
    let base = Tried {
        ok: outcome.is_ok(),
        provider,
        model: config.of(provider).model,
        mock,
        detail: String::new(),
        kind: None,
        hint: None,
        models: None,
        cost_usd: None,
    };
    Ok(match outcome {
        Ok(tested) => Tried {
            detail: tested.said,
            hint: mock.then(|| {
                format!(
                    "this was the simulated provider; turn mock mode off to try {}",
                    provider.title()
                )
            }),
            models: Some(tested.models),
            cost_usd: tested.cost_micro_usd.filter(|_| !mock).map(dollars),
            ..base
        },
        Err(error) => Tried {
            detail: error.to_string(),
            kind: Some(error.kind().to_owned()),
            hint: Some(error.hint().to_owned()),
            ..base
        },
    })
}

/// The models that a provider lists for its key.
///
/// # Errors
/// [`Error::NotFound`] for a provider that is none, [`Error::Unavailable`] with the provider's reason.
pub async fn list(app: &App, by: &Actor, provider: &str) -> Result<Vec<ListedModel>, Error> {
    by.require(Permission::ManageWorkspace)?;
    let known = Provider::ALL
        .into_iter()
        .find(|each| each.as_str() == provider);
    let provider = known.ok_or_else(|| Error::NotFound {
        what: "provider",
        name: provider.to_owned(),
        nearest: None,
    })?;
    let names = app.models.models(provider, app.tools.mock()).await?;
    Ok(names.into_iter().map(|name| ListedModel { name }).collect())
}

impl From<ModelError> for Error {
    fn from(error: ModelError) -> Self {
        Self::Unavailable {
            message: format!("{error}: {}", error.hint()),
        }
    }
}

/// Micro-dollars as dollars.
#[expect(
    clippy::cast_precision_loss,
    reason = "amounts of money are far below 2^52 micro-dollars"
)]
pub(crate) fn dollars(micro: u64) -> f64 {
    micro as f64 / 1_000_000.0
}
