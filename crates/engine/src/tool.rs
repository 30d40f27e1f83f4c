//! The port to tools: a call, and the four ways it can end.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use avops_recipe::Vocabulary;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

/// Whether a run touches the real world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Real systems.
    Live,
    /// The simulated campus, through the same connectors.
    Mock,
    /// Reads as configured, everything else against the simulated campus.
    Dry,
}

/// One call of one action.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolCall {
    /// Tool name.
    pub tool: String,
    /// Canonical action name.
    pub action: String,
    /// Arguments, rendered.
    pub args: Value,
    /// The same for every attempt of a step: run id + step key (with its loop items).
    pub idempotency_key: String,
    /// For the whole call, connecting and reading included.
    pub timeout: Duration,
    /// Which world it reaches.
    pub mode: Mode,
}

/// What an action gave.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ToolReply {
    /// Its result.
    pub output: Value,
    /// What it left behind in the world.
    pub artifacts: Vec<Artifact>,
}

/// Something a run left behind: a message, a ticket, a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Artifact {
    /// `kb`, `message`, `webinar`, `incident`, `file`, `recipe`, `story`, `ticket`, `photo`, `report` …
    pub kind: String,
    /// For people.
    pub title: String,
    /// The other system's id.
    #[serde(default)]
    pub external_id: Option<String>,
    /// Where to look at it.
    #[serde(default)]
    pub url: Option<String>,
    /// The rest.
    #[serde(default)]
    pub data: Value,
}

/// How a call can end other than well. The kind decides what may follow.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ToolError {
    /// Nothing left this machine, or the tool refused before acting: may be tried again freely.
    #[error("{message}")]
    NotSent {
        /// Why.
        message: String,
        /// Not before this has passed, where the tool said so.
        retry_after: Option<Duration>,
    },
    /// The tool answered and did nothing: trying the same again will not help.
    #[error("{message}")]
    Refused {
        /// Its answer.
        message: String,
        /// How to mend it.
        hint: Option<String>,
    },
    /// Nobody knows whether it happened: a timeout after sending, a reset, an unreadable answer.
    #[error("{message}")]
    Unknown {
        /// What was seen.
        message: String,
    },
}

/// Carries out calls. Implemented by the registry of connectors.
#[async_trait]
pub trait Toolbox: Send + Sync {
    /// The tools and actions there are now.
    fn vocabulary(&self) -> Arc<Vocabulary>;

    /// Makes one call. The caller has checked the arguments' names; the toolbox checks them against the schema.
    async fn call(&self, call: &ToolCall) -> Result<ToolReply, ToolError>;
}
