//! A model as the program sees it: a transcript in, one turn out. No dialect shows here.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::{ModelError, Provider};

/// One model of one provider.
#[async_trait]
pub trait Model: Send + Sync {
    /// Asks for the next turn, once: a failed request is not repeated in here.
    async fn reply(&self, transcript: &Transcript, timeout: Duration) -> Result<Turn, ModelError>;

    /// Asks for the next turn, and tells its words as they come where the server can do that; else all at once.
    ///
    /// When the listener stops it, the turn is what came until then.
    async fn speak(
        &self,
        transcript: &Transcript,
        timeout: Duration,
        listener: &Listener,
    ) -> Result<Turn, ModelError>;

    /// The models that this key may use, by name. Costs nothing.
    async fn models(&self, timeout: Duration) -> Result<Vec<String>, ModelError>;
}

/// Who hears a turn while it is being said.
#[derive(Clone)]
pub struct Listener {
    /// Takes what is said.
    pub hear: Arc<dyn Fn(Heard) + Send + Sync>,
    /// Ends the turn where it is.
    pub stop: CancellationToken,
}

impl Listener {
    pub(crate) fn words(&self, text: &str) {
        if !text.is_empty() {
            (self.hear)(Heard::Words(text.to_owned()));
        }
    }
}

/// What a listener hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Further words of the turn.
    Words(String),
    /// The words so far do not count: somebody else answers.
    Anew,
}

/// Everything that a model is told before its next turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transcript {
    /// Another model than the one that is set up: a name, or `provider:name`.
    #[serde(default)]
    pub model: Option<String>,
    /// Who it is and what holds throughout.
    pub system: String,
    /// What was said, oldest first. The first is a user's, and the last is not the model's.
    pub messages: Vec<Message>,
    /// The tools that it may ask for.
    pub tools: Vec<ToolOffer>,
    /// The form that its answer must have, where one is asked for.
    pub output: Option<Form>,
    /// Most tokens of its turn.
    pub max_tokens: u32,
}

impl Transcript {
    /// A transcript of one question, without tools.
    pub fn question(system: impl Into<String>, text: impl Into<String>, max_tokens: u32) -> Self {
        Self {
            model: None,
            system: system.into(),
            messages: vec![Message::User { text: text.into() }],
            tools: Vec::new(),
            output: None,
            max_tokens,
        }
    }

    /// The offered tool that a name on the wire means.
    pub(crate) fn offered(&self, on_wire: &str) -> String {
        let offer = self.tools.iter().find(|offer| offer.on_wire() == on_wire);
        offer.map_or_else(|| on_wire.to_owned(), |offer| offer.name.clone())
    }
}

/// One part of a transcript.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "lowercase")]
pub enum Message {
    /// A person, or the program.
    User {
        /// What is said.
        text: String,
    },
    /// An earlier turn of the model.
    Model(Turn),
    /// What its calls gave: one for each call of the turn before.
    Results {
        /// In the order of the calls.
        results: Vec<CallResult>,
    },
}

/// A tool that the model may ask for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolOffer {
    /// `tool.action`.
    pub name: String,
    /// What it does, for the model.
    pub description: String,
    /// JSON Schema of its arguments: an object.
    pub input_schema: Value,
}

impl ToolOffer {
    /// Its name as both providers allow it: at most 64 of letters, digits, `_` and `-`.
    pub(crate) fn on_wire(&self) -> String {
        wire_name(&self.name)
    }
}

/// A name as both providers allow it.
pub(crate) fn wire_name(name: &str) -> String {
    const LONGEST: usize = 64;
    let allowed = |c: char| {
        if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') {
            c
        } else {
            '_'
        }
    };
    let name: Vec<char> = name.replace('.', "__").chars().map(allowed).collect();
    // The end tells actions of one tool apart.
    name[name.len().saturating_sub(LONGEST)..].iter().collect()
}

/// The form of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Form {
    /// A name for it: letters, digits, `_` and `-`.
    pub name: String,
    /// JSON Schema.
    pub schema: Value,
}

/// What the model said and asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// Its words; may be empty beside calls.
    pub text: String,
    /// The calls that it asks for. Nothing was carried out.
    pub calls: Vec<Call>,
    /// Why it ended.
    pub stop: Stop,
    /// What it took.
    pub usage: Usage,
    /// The provider that gave it.
    pub provider: Provider,
    /// The model, as the provider names it.
    pub model: String,
    /// The turn as it came: it goes back unchanged to the same provider and model (thinking and its signatures).
    pub raw: Value,
}

/// A call that a model asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The provider's id of it, which its result names.
    pub id: String,
    /// `tool.action` as offered, or whatever the model made up.
    pub name: String,
    /// Its arguments; null when they cannot be read.
    pub arguments: Value,
    /// Why the arguments cannot be read, to be told to the model.
    pub fault: Option<String>,
}

/// What a call gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallResult {
    /// The call's id.
    pub id: String,
    /// For the model: JSON, or words.
    pub content: String,
    /// Whether it failed or was refused.
    pub is_error: bool,
}

/// Why a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stop {
    /// It has said what it wants to say.
    Done,
    /// It waits for its calls.
    Calls,
    /// It reached `max_tokens`: the words may break off.
    Length,
    /// It wants to go on by itself: send the turn back.
    Pause,
    /// Whoever listened has heard enough. Its tokens may be estimated.
    Stopped,
}

/// Tokens of a turn, as the provider counts them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Read.
    pub input_tokens: u64,
    /// Written, thinking included.
    pub output_tokens: u64,
}

#[cfg(test)]
mod tests {
    use super::wire_name;

    #[test]
    fn names_on_the_wire_keep_to_what_both_providers_allow() {
        assert_eq!(wire_name("zoom.room_status"), "zoom__room_status");
        assert_eq!(wire_name("mcp.größe"), "mcp__gr__e");
        assert_eq!(wire_name(&"x".repeat(80)).len(), 64);
    }
}
