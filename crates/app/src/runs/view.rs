//! Runs as front doors show them.

use avops_engine::{
    Artifact, MetricValue, Mode, RollbackOutcome, RunError, RunId, RunPhase, RunRoom, RunStatus,
    Seq, StepKey, StepState, WaitReason,
};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// A run as lists show it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RunSummary {
    /// Its id.
    pub id: RunId,
    /// What lists call it.
    pub name: String,
    /// Id of the agent.
    pub agent_id: Option<String>,
    /// Its name.
    pub agent: Option<String>,
    /// Id of the recipe; absent for a run from a text.
    pub recipe_id: Option<String>,
    /// Its name.
    pub recipe: String,
    /// Its version.
    pub recipe_version: u32,
    /// The workflow that started it.
    pub workflow_id: Option<String>,
    /// What started it.
    pub trigger: String,
    /// Live, mock or dry.
    pub mode: Mode,
    /// Where it stands.
    pub status: RunStatus,
    /// For what it waits.
    pub waiting_for: Option<WaitReason>,
    /// `not_applicable`, where it applies.
    pub outcome: Option<String>,
    /// Who asked.
    pub requested_by: String,
    /// The room it is about.
    pub room: Option<RunRoom>,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// From accepted to ended.
    pub duration_ms: Option<u64>,
    /// Without waits for people, timers, locks and windows.
    pub working_ms: Option<u64>,
    /// Where and why it failed.
    pub error: Option<RunError>,
    /// What became of the rollback.
    pub rollback: Option<RollbackOutcome>,
    /// Success metrics.
    pub metrics: Vec<MetricValue>,
    /// Free data of the caller.
    pub meta: Map<String, Value>,
    /// Absolute address of its page.
    pub url: String,
}

/// A run with everything in it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RunDetails {
    /// The row.
    #[serde(flatten)]
    pub summary: RunSummary,
    /// Content hash of the recipe that it runs.
    pub recipe_hash: String,
    /// Inputs, complete with defaults and answers.
    pub inputs: Map<String, Value>,
    /// The result.
    pub outputs: Map<String, Value>,
    /// When it goes on by itself.
    pub wake_at: Option<Timestamp>,
    /// The run that it runs again.
    pub again: Option<RunAgain>,
    /// The runs that run it again, newest first, at most 100.
    pub again_runs: Vec<AgainRun>,
    /// Number of the newest journal entry.
    pub seq: Seq,
    /// Its steps in order of appearance.
    pub steps: Vec<RunStep>,
    /// What it left behind.
    pub artifacts: Vec<RunArtifact>,
}

/// The run that a run runs again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RunAgain {
    /// Its id.
    pub of: RunId,
    /// Where this run began: `start`, `failed`, `failed_items` or the key of a step.
    pub from: String,
}

/// A run that runs another one again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AgainRun {
    /// Its id.
    pub id: RunId,
    /// Where it began: `start`, `failed`, `failed_items` or the key of a step.
    pub from: String,
    /// Where it stands.
    pub status: RunStatus,
    /// Live, mock or dry.
    pub mode: Mode,
    /// When it was accepted.
    pub accepted_at: Timestamp,
}

/// A step as front doors show it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RunStep {
    /// Its key.
    pub id: StepKey,
    /// Where it stands and what happened.
    #[serde(flatten)]
    pub state: StepState,
    /// From begun to ended.
    pub duration_ms: Option<i64>,
}

impl From<StepState> for RunStep {
    fn from(state: StepState) -> Self {
        let took = state
            .finished_at
            .map(|end| end.as_millisecond() - state.started_at.as_millisecond());
        Self {
            id: state.key.clone(),
            state,
            duration_ms: took,
        }
    }
}

/// What an artifact holds.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ArtifactContent {
    /// Address at this installation that gives it.
    pub href: String,
    /// What it is.
    pub media_type: String,
    /// Its length in bytes, at most 20 MB.
    pub bytes: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// Something a run left behind.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RunArtifact {
    /// `RUN:NUMBER`.
    pub id: String,
    /// The run.
    pub run_id: RunId,
    /// What it is.
    #[serde(flatten)]
    pub artifact: Artifact,
    /// What it holds, where that is kept here.
    pub content: Option<ArtifactContent>,
    /// Phase of the step that made it.
    pub phase: RunPhase,
    /// Key of the step that made it.
    pub step_id: String,
    /// When.
    pub created_at: Timestamp,
}
