//! The providers there are, and what holds for each before anybody sets anything.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whose models are asked, and so which dialect is spoken.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Chat completions, as `OpenAI` and most local servers speak them.
    OpenAi,
    /// Messages.
    Anthropic,
}

impl Provider {
    /// All of them; the first is the default.
    pub const ALL: [Self; 2] = [Self::OpenAi, Self::Anthropic];

    /// The provider that a word means: `anthropic` in any case is that one, everything else, also nothing, is
    /// `OpenAI`.
    pub fn pick(word: &str) -> Self {
        if word.trim().eq_ignore_ascii_case("anthropic") {
            Self::Anthropic
        } else {
            Self::OpenAi
        }
    }

    /// The name in JSON and in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Anthropic => "anthropic",
        }
    }

    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::OpenAi => "OpenAI",
            Self::Anthropic => "Anthropic",
        }
    }

    /// The model that is asked when nobody chose one.
    pub fn default_model(self) -> &'static str {
        match self {
            Self::OpenAi => "gpt-4o-mini",
            Self::Anthropic => "claude-3-5-sonnet-latest",
        }
    }

    /// Whether a model's name begins as those of this vendor do.
    pub(crate) fn is_likely(self, model: &str) -> bool {
        match self {
            Self::OpenAi => model.starts_with("gpt-"),
            Self::Anthropic => model.starts_with("claude-"),
        }
    }

    /// The vendor's address.
    pub fn default_url(self) -> &'static str {
        match self {
            Self::OpenAi => "https://api.openai.com/v1",
            Self::Anthropic => "https://api.anthropic.com",
        }
    }

    /// The environment variable that may hold the key.
    pub fn key_variable(self) -> &'static str {
        match self {
            Self::OpenAi => "OPENAI_API_KEY",
            Self::Anthropic => "ANTHROPIC_API_KEY",
        }
    }

    /// The environment variable that may hold another address.
    pub fn url_variable(self) -> &'static str {
        match self {
            Self::OpenAi => "OPENAI_BASE_URL",
            Self::Anthropic => "ANTHROPIC_BASE_URL",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Provider;
    use crate::DeskConfig;

    #[test]
    fn a_model_that_is_named_goes_first_and_the_set_up_ones_stand_in() {
        let config = DeskConfig::default();
        for (named, provider, model) in [
            ("gpt-4.1", Provider::OpenAi, "gpt-4.1"),
            ("llama3", Provider::OpenAi, "llama3"),
            (
                "claude-sonnet-5-5",
                Provider::Anthropic,
                "claude-sonnet-5-5",
            ),
            ("anthropic: own", Provider::Anthropic, "own"),
            ("openai:claude-7b", Provider::OpenAi, "claude-7b"),
        ] {
            let asking = config.asking(named);
            assert_eq!(asking.chosen(), provider, "{named}");
            assert_eq!(asking.of(provider).model, model, "{named}");
            assert!(asking.order.contains(&config.chosen()));
        }
    }

    #[test]
    fn anything_but_anthropic_means_openai() {
        for word in ["anthropic", "Anthropic", " ANTHROPIC "] {
            assert_eq!(
                Provider::pick(word).default_model(),
                "claude-3-5-sonnet-latest"
            );
        }
        for word in ["", "OpenAI", "openai", "claude", "something"] {
            assert_eq!(Provider::pick(word).default_model(), "gpt-4o-mini");
        }
    }
}
