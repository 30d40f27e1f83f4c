//! Waits for people: what is needed to answer one, and the answers.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::run::{StepKey, WaitReason};
use crate::tool::Artifact;

/// A wait for a person, with what is needed to answer it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Gate {
    /// What is waited for.
    pub reason: WaitReason,
    /// The question or instruction.
    pub prompt: String,
    /// Who may answer.
    pub role: String,
    /// When the run stops waiting and fails.
    pub until: Option<Timestamp>,
    /// JSON Schema of the inputs still missing, for [`WaitReason::Input`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Value>,
    /// The call that an approval or resolution is about, and what led to it.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub evidence: Value,
}

/// What a person (or a program for one) tells a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Signal {
    /// Inputs that were missing.
    Answer {
        /// Name to value.
        inputs: Map<String, Value>,
    },
    /// Yes.
    Approve {
        /// The waiting step; may be left out when exactly one waits.
        step: Option<StepKey>,
        /// Why.
        note: Option<String>,
    },
    /// No.
    Reject {
        /// The waiting step; may be left out when exactly one waits.
        step: Option<StepKey>,
        /// Why.
        note: Option<String>,
    },
    /// Not like this: the run ends and rolls back like after a no, and its record says what is to be different.
    RequestChanges {
        /// The waiting step; may be left out when exactly one waits.
        step: Option<StepKey>,
        /// What is to be different.
        note: String,
    },
    /// A manual step is done.
    Done {
        /// The waiting step; may be left out when exactly one waits.
        step: Option<StepKey>,
        /// What was done or seen.
        note: Option<String>,
        /// A photo or another proof.
        artifact: Option<Artifact>,
    },
    /// What became of a step whose outcome is unknown.
    Resolve {
        /// The waiting step; may be left out when exactly one waits.
        step: Option<StepKey>,
        /// The answer.
        #[serde(rename = "as")]
        resolution: Resolution,
        /// Its result, when it happened.
        result: Option<Value>,
        /// Why.
        note: Option<String>,
    },
    /// A run that is held since a backup was restored may go on.
    Release {
        /// What was looked at.
        note: Option<String>,
    },
    /// No further step starts until somebody says `resume`.
    Pause {
        /// Why.
        reason: Option<String>,
    },
    /// A paused run goes on.
    Resume {
        /// Why, or what was looked at.
        note: Option<String>,
    },
    /// Stop.
    Cancel {
        /// Why.
        reason: Option<String>,
    },
}

/// The four answers to "did it happen?".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Resolution {
    /// It happened.
    Happened,
    /// Do it again.
    Repeat,
    /// Go on without it.
    Skip,
    /// Fail and roll back.
    Fail,
}
