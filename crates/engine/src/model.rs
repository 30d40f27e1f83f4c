//! The port to language models: a conversation in, one turn out. No provider shows here.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::tool::{Mode, ToolError};

/// Answers questions of agent steps. A question changes nothing outside, so it may be asked again.
#[async_trait]
pub trait Models: Send + Sync {
    /// Asks for the next turn. Errors are sorted as those of tools are: not sent may be asked again, refused will not
    /// get better by asking again.
    async fn turn(&self, question: &Question) -> Result<Turn, ToolError>;
}

/// A server without any model.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoModels;

#[async_trait]
impl Models for NoModels {
    async fn turn(&self, _question: &Question) -> Result<Turn, ToolError> {
        Err(ToolError::Refused {
            message: "the step gives a goal to a language model, and this server has none"
                .to_owned(),
            hint: Some("set one up in Settings, or replace the step by actions".to_owned()),
        })
    }
}

/// Everything that a model is told before its next turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Which world the run is in.
    pub mode: Mode,
    /// Another model than the workspace's: a name, or `provider:name`.
    pub model: Option<String>,
    /// Who the model is, and what holds throughout.
    pub system: String,
    /// What was said, oldest first; the first and the last are not the model's.
    pub said: Vec<Said>,
    /// The actions that it may ask for.
    pub offers: Vec<Offer>,
    /// JSON Schema of its answer, where the recipe gives one.
    pub form: Option<Value>,
    /// Most tokens of the turn, where the recipe leaves only so many.
    pub max_tokens: Option<u64>,
    /// For the whole question.
    pub timeout: Duration,
}

/// One part of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// By the program.
    Program(String),
    /// By the model.
    Model(Box<Turn>),
    /// What the calls of the turn before gave, in their order.
    Results(Vec<Fate>),
}

/// An action that the model may ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// `tool.action`.
    pub name: String,
    /// What it does, for the model.
    pub description: String,
    /// JSON Schema of its arguments: an object.
    pub input_schema: Value,
}

/// What became of a call that the model proposed.
#[derive(Debug, Clone, PartialEq)]
pub struct Fate {
    /// The proposal's id.
    pub id: String,
    /// For the model.
    pub content: String,
    /// Whether it failed or was refused.
    pub is_error: bool,
}

/// What a model said and asked for. This is what the journal keeps of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// Its words; may be empty beside calls.
    pub text: String,
    /// The calls that it asks for. Nothing was carried out.
    pub calls: Vec<Proposal>,
    /// Whether the words break off at the limit of tokens.
    #[serde(default)]
    pub cut_short: bool,
    /// Whether it wants to go on by itself.
    #[serde(default)]
    pub paused: bool,
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// What it cost in micro-dollars, where the price is known.
    pub cost_micro_usd: Option<u64>,
    /// Who answered.
    pub provider: String,
    /// With which model.
    pub model: String,
    /// Whether it was the simulated provider.
    pub simulated: bool,
    /// Providers that were asked before and could not answer, with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instead_of: Vec<String>,
    /// What goes back to the provider unchanged with the next question.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub raw: Value,
}

impl Turn {
    /// Tokens in all.
    pub fn tokens(&self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }
}

/// A call that a model asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// The provider's id of it, which its result names.
    pub id: String,
    /// `tool.action` as offered, or whatever the model made up.
    pub name: String,
    /// Its arguments; null when they cannot be read.
    pub arguments: Value,
    /// Why the arguments cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}
