//! What can go wrong between the program and a model, sorted by what may follow.

use std::time::Duration;

use avops_engine::ToolError;
use avops_tools::JsonAnswer;
use thiserror::Error;

/// Longest wait that is taken from a provider's `retry-after-ms`.
const LONGEST_WAIT: Duration = Duration::from_mins(15);

/// Why there is no turn.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ModelError {
    /// Nobody gave a key.
    #[error("no key is set for {who}")]
    NoKey {
        /// The provider.
        who: String,
    },
    /// The key is wrong, or may not do this.
    #[error("{who} does not accept the key: {said}")]
    WrongKey {
        /// The provider.
        who: String,
        /// Its words.
        said: String,
    },
    /// Too many requests or tokens just now.
    #[error("{who} asks for patience: {said}")]
    RateLimited {
        /// The provider.
        who: String,
        /// Its words.
        said: String,
        /// Not before this has passed, where it said so.
        retry_after: Option<Duration>,
    },
    /// The account has nothing left.
    #[error("the account at {who} is used up: {said}")]
    QuotaSpent {
        /// The provider.
        who: String,
        /// Its words.
        said: String,
    },
    /// The provider has too much to do, or a fault.
    #[error("{who} cannot answer now: {said}")]
    Overloaded {
        /// The provider.
        who: String,
        /// Its words.
        said: String,
    },
    /// No connection, or no whole answer.
    #[error("{said}")]
    Unreachable {
        /// What was seen.
        said: String,
    },
    /// The conversation is longer than the model can read.
    #[error("the text is too long for the model: {said}")]
    TooLong {
        /// The provider's words.
        said: String,
    },
    /// There is no such model, or this key may not use it.
    #[error("{who} has no model `{model}` for this key: {said}")]
    NoSuchModel {
        /// The provider.
        who: String,
        /// As asked for.
        model: String,
        /// Its words.
        said: String,
    },
    /// The request is not one that the provider takes.
    #[error("{who} does not take the request: {said}")]
    BadRequest {
        /// The provider.
        who: String,
        /// Its words.
        said: String,
    },
    /// The model or its provider declines to answer.
    #[error("the model declined to answer: {said}")]
    Declined {
        /// Its words.
        said: String,
    },
    /// The answer is none that can be read.
    #[error("the answer of {who} cannot be read: {said}")]
    Malformed {
        /// The provider.
        who: String,
        /// Why.
        said: String,
    },
    /// The answers never had the form that was asked for.
    #[error("the model's answer does not have the form that was asked for: {said}")]
    WrongForm {
        /// What does not fit.
        said: String,
    },
    /// A limit of this workspace.
    #[error("{said}")]
    Limit {
        /// Which, and how far.
        said: String,
    },
    /// This workspace asks no outside model.
    #[error("no model outside is asked: the workspace's settings say so")]
    NoOutsideModel,
}

impl ModelError {
    /// One word for records and programs.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NoKey { .. } => "no_key",
            Self::WrongKey { .. } => "wrong_key",
            Self::RateLimited { .. } => "rate_limited",
            Self::QuotaSpent { .. } => "quota_spent",
            Self::Overloaded { .. } => "overloaded",
            Self::Unreachable { .. } => "unreachable",
            Self::TooLong { .. } => "too_long",
            Self::NoSuchModel { .. } => "no_such_model",
            Self::BadRequest { .. } => "bad_request",
            Self::Declined { .. } => "declined",
            Self::Malformed { .. } => "malformed",
            Self::WrongForm { .. } => "wrong_form",
            Self::Limit { .. } => "limit",
            Self::NoOutsideModel => "no_outside_model",
        }
    }

    /// How to mend it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoKey { .. } => "set a key in Settings, or turn mock mode on",
            Self::WrongKey { .. } => {
                "copy the key again from the provider's console into Settings; it begins with sk-"
            }
            Self::RateLimited { .. } => "try again later, or name a second provider in Settings",
            Self::QuotaSpent { .. } => "add credit at the provider, or choose another provider",
            Self::Overloaded { .. } => "try again in a minute, or choose another provider",
            Self::Unreachable { .. } => {
                "see that this machine reaches the provider's address; Settings shows which one it is"
            }
            Self::TooLong { .. } => "give less text, or choose a model that reads more",
            Self::NoSuchModel { .. } => "choose one of the listed models in Settings",
            Self::BadRequest { .. } => {
                "choose another model in Settings; this one may not do what was asked"
            }
            Self::Declined { .. } => "say it in other words",
            Self::Malformed { .. } => "see that the address in Settings is the provider's",
            Self::WrongForm { .. } => "try again, or choose a more capable model",
            Self::Limit { .. } => "raise the limit in Settings, or wait until tomorrow",
            Self::NoOutsideModel => "an admin can allow models in Settings",
        }
    }

    /// Whether another provider may do better with the same request.
    pub(crate) fn is_of_the_provider(&self) -> bool {
        matches!(
            self,
            Self::NoKey { .. }
                | Self::WrongKey { .. }
                | Self::RateLimited { .. }
                | Self::QuotaSpent { .. }
                | Self::Overloaded { .. }
                | Self::Unreachable { .. }
                | Self::NoSuchModel { .. }
                | Self::Malformed { .. }
        )
    }

    /// What a request without an answer means: a question to a model changes nothing outside.
    pub(crate) fn without_answer(who: &str, error: &ToolError) -> Self {
        match error {
            ToolError::NotSent { message, .. } => Self::Unreachable {
                said: message.clone(),
            },
            ToolError::Unknown { message } => Self::Unreachable {
                said: message
                    .replace("; whether it acted is not known", "")
                    .replace(", whether it acted is not known", ""),
            },
            ToolError::Refused { message, .. } => Self::WrongKey {
                who: who.to_owned(),
                said: message.clone(),
            },
        }
    }

    /// Sorts an answer whose status is none of success. `kind` is the error's type or code in the provider's words.
    pub(crate) fn of_answer(
        who: &str,
        model: &str,
        answer: &JsonAnswer,
        kind: &str,
        said: String,
    ) -> Self {
        let who = who.to_owned();
        let said_low = said.to_lowercase();
        match answer.status() {
            401 | 403 => Self::WrongKey { who, said },
            402 => Self::QuotaSpent { who, said },
            // Both providers tell a spent account with the status of something else.
            429 if kind.contains("insufficient_quota") => Self::QuotaSpent { who, said },
            400 if said_low.contains("credit balance") || said_low.contains("usage limits") => {
                Self::QuotaSpent { who, said }
            }
            429 => Self::RateLimited {
                who,
                said,
                retry_after: patience(answer),
            },
            404 => Self::NoSuchModel {
                who,
                model: model.to_owned(),
                said,
            },
            413 => Self::TooLong { said },
            400 if kind.contains("context_length")
                || said_low.contains("prompt is too long")
                || said_low.contains("maximum context length") =>
            {
                Self::TooLong { said }
            }
            408 | 409 | 500.. => Self::Overloaded { who, said },
            300..400 => Self::Malformed {
                who,
                said: format!("it answered {} {said}", answer.status()),
            },
            _ => Self::BadRequest { who, said },
        }
    }
}

/// How long the provider asks to be left alone; the header in milliseconds is the exact one.
fn patience(answer: &JsonAnswer) -> Option<Duration> {
    let exact = answer.header("retry-after-ms").and_then(|text| {
        let ms = text.trim().parse::<f64>().ok()?;
        Duration::try_from_secs_f64(ms.max(0.0) / 1000.0).ok()
    });
    exact
        .map(|wait| wait.min(LONGEST_WAIT))
        .or(answer.retry_after)
}
