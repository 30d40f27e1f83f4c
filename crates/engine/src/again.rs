//! Running a run again: where the new run begins, and what becomes of each step of the first.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::event::Event;
use crate::gate::Resolution;
use crate::run::{RunId, RunPhase, StepKey};

/// Says that a run runs another one again, and from where.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Again {
    /// The run that is run again.
    pub of: RunId,
    /// Where it begins.
    pub from: AgainFrom,
    /// What people say of steps whose effect nobody knows.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<StepKey, AgainAnswer>,
}

/// Where a run begins that runs another one again. Written as a word, or as the key of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum AgainFrom {
    /// `start`: at the beginning; nothing is reused.
    Start,
    /// `failed`: at what failed or was not reached; what was done and still stands is reused.
    Failed,
    /// `failed_items`: only the items of loops that failed, and what reads their results.
    FailedItems,
    /// At this step.
    Step {
        /// Its key.
        key: StepKey,
    },
}

/// What a person says of a step whose effect nobody knows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgainAnswer {
    /// `happened` (it stands), `repeat` (do it again) or `skip` (go on without it).
    #[serde(rename = "as")]
    pub resolution: Resolution,
    /// Its result, when it happened and the first run has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
}

/// What running again would do, before anything is done.
#[derive(Debug, Clone, Default)]
pub struct Outlook {
    /// What becomes of each step, in their order.
    pub steps: Vec<Foreseen>,
    /// Why it cannot be done; empty when it can.
    pub refusals: Vec<Refusal>,
    /// What the new run's journal begins with.
    pub(crate) events: Vec<Event>,
}

/// What becomes of one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Foreseen {
    /// Its key.
    pub key: StepKey,
    /// Its phase.
    pub phase: RunPhase,
    /// For people.
    pub title: String,
    /// Its verb.
    pub verb: String,
    /// What becomes of it.
    pub fate: StepFate,
    /// Why, where that is not plain.
    pub why: Option<String>,
}

/// What becomes of a step of the first run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepFate {
    /// Its result is reused; it is not done again.
    Reused,
    /// It is done, or done again.
    Again,
    /// Nobody knows whether it stands: a person must say so first.
    InDoubt,
}

/// Why a run cannot be run again as asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Refusal {
    /// The step at fault, where it is one.
    pub step: Option<StepKey>,
    /// Why, for people.
    pub message: String,
    /// What to do instead.
    pub hint: Option<String>,
}

impl Again {
    /// States whether results of the first run are reused; what is not dry may do so only once.
    pub fn continues(&self) -> bool {
        self.from != AgainFrom::Start
    }
}

impl From<String> for AgainFrom {
    fn from(text: String) -> Self {
        match text.as_str() {
            "start" => Self::Start,
            "failed" => Self::Failed,
            "failed_items" => Self::FailedItems,
            _ => Self::Step { key: StepKey(text) },
        }
    }
}

impl From<AgainFrom> for String {
    fn from(from: AgainFrom) -> Self {
        from.to_string()
    }
}

impl fmt::Display for AgainFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Start => "start",
            Self::Failed => "failed",
            Self::FailedItems => "failed_items",
            Self::Step { key } => &key.0,
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.step {
            Some(step) => write!(f, "step {step}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}
