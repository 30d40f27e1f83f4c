//! Runs: start, watch, answer, cancel, run again.

use std::time::Duration;

use avops_engine::{
    Artifact, Change, Entry, MetricValue, Mode, RollbackOutcome, RunError, RunId, RunPhase,
    RunState, RunStatus, Seq, Signal, StepState, WaitReason,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Actor, App, Error, Page, PageRequest};

/// A request for a run of a saved recipe.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct StartRun {
    /// Agent by id or name.
    pub agent: String,
    /// Recipe by id or name.
    pub recipe: String,
    /// The newest when absent.
    #[serde(default)]
    pub version: Option<u32>,
    /// Input values by name. What is missing and has no default parks the run.
    #[serde(default)]
    pub inputs: Map<String, Value>,
    /// Intake and plan for real, act against the simulators.
    #[serde(default)]
    pub dry_run: bool,
    /// What lists call the run; the recipe's name when absent.
    #[serde(default)]
    pub name: Option<String>,
    /// Free data of the caller.
    #[serde(default)]
    pub meta: Map<String, Value>,
}

/// A request for a run straight from a text that need not be saved.
#[derive(Debug, Clone, Default)]
pub struct StartText {
    /// What messages call the text, for example a file name.
    pub source: String,
    /// The YAML.
    pub text: String,
    /// Agent by id or name; without one every tool may be used.
    pub agent: Option<String>,
    /// Input values by name.
    pub inputs: Map<String, Value>,
    /// Intake and plan for real, act against the simulators.
    pub dry_run: bool,
    /// Free data of the caller.
    pub meta: Map<String, Value>,
}

/// Where a request came from, and how its repetition is recognized.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// What goes into the run's `trigger`: `manual`, `api`, `cli`, `chat`, `mcp` …
    pub trigger: String,
    /// The caller's `Idempotency-Key`.
    pub key: Option<String>,
}

/// A run that was accepted: from here on it survives a crash.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Started {
    /// The run.
    pub id: RunId,
    /// Absolute address of its page.
    pub url: String,
    /// False when an earlier, equal request had started it.
    #[serde(skip)]
    pub is_new: bool,
}

/// A run as lists show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
    /// Absolute address of its page.
    pub url: String,
}

/// A run with everything in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
    /// Free data of the caller.
    pub meta: Map<String, Value>,
    /// When it goes on by itself.
    pub wake_at: Option<Timestamp>,
    /// Number of the newest journal entry.
    pub seq: Seq,
    /// Its steps in order of appearance.
    pub steps: Vec<StepState>,
    /// What it left behind.
    pub artifacts: Vec<RunArtifact>,
}

/// Something a run left behind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunArtifact {
    /// `RUN:NUMBER`.
    pub id: String,
    /// The run.
    pub run_id: RunId,
    /// What it is.
    #[serde(flatten)]
    pub artifact: Artifact,
    /// Phase of the step that made it.
    pub phase: RunPhase,
    /// Key of the step that made it.
    pub step_id: String,
    /// When.
    pub created_at: Timestamp,
}

/// Which runs are wanted. Everything given must hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RunFilter {
    /// Any of these statuses, by name; `completed` means `success`.
    #[serde(default)]
    pub status: Vec<String>,
    /// Accepted at or after.
    pub since: Option<Timestamp>,
    /// Accepted before.
    pub until: Option<Timestamp>,
    /// Agent by id or name.
    pub agent: Option<String>,
    /// Recipe by id or name.
    pub recipe: Option<String>,
    /// Workflow by id.
    pub workflow: Option<String>,
    /// What started it.
    pub trigger: Option<String>,
    /// For what it waits.
    pub waiting_for: Option<String>,
    /// Text in its name, agent, recipe or error.
    pub q: Option<String>,
}

/// How to run again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rerun {
    /// `same`, `latest` or a number.
    #[serde(default)]
    pub version: RerunVersion,
    /// `start` (the only one that is offered), `failed` or a step.
    #[serde(default)]
    pub from: Option<String>,
    /// Replaces the inputs of the first run; the same when absent.
    #[serde(default)]
    pub inputs: Option<Map<String, Value>>,
    /// Intake and plan for real, act against the simulators.
    #[serde(default)]
    pub dry_run: bool,
}

/// Which version of the recipe runs again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RerunVersion {
    /// By word.
    Named(NamedVersion),
    /// By number.
    Number(u32),
}

/// A version by word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NamedVersion {
    /// What ran, to the byte.
    Same,
    /// The newest.
    Latest,
}

impl Default for RerunVersion {
    fn default() -> Self {
        Self::Named(NamedVersion::Same)
    }
}

/// Starts a run of a saved recipe. When this returns, the run is durable.
pub async fn start(
    app: &App,
    by: &Actor,
    request: StartRun,
    origin: Origin,
) -> Result<Started, Error> {
    let _ = (by, request, origin);
    app.soon()
}

/// Starts a run from a text, pinned by its content.
pub async fn start_text(
    app: &App,
    by: &Actor,
    request: StartText,
    origin: Origin,
) -> Result<Started, Error> {
    let _ = (by, request, origin);
    app.soon()
}

/// Gives a run with its steps and artifacts.
pub async fn get(app: &App, by: &Actor, id: RunId) -> Result<RunDetails, Error> {
    let _ = (by, id);
    app.soon()
}

/// Lists runs, newest first.
pub async fn list(
    app: &App,
    by: &Actor,
    filter: &RunFilter,
    page: &PageRequest,
) -> Result<Page<RunSummary>, Error> {
    let _ = (by, filter, page);
    app.soon()
}

/// Waits until the run ends or needs a person, or `patience` is over.
pub async fn wait(app: &App, by: &Actor, id: RunId, patience: Duration) -> Result<RunState, Error> {
    let _ = (by, id, patience);
    app.soon()
}

/// Tells a run what a person says. Durable when this returns.
pub async fn signal(app: &App, by: &Actor, id: RunId, signal: Signal) -> Result<RunState, Error> {
    let _ = (by, id, signal);
    app.soon()
}

/// Runs again.
pub async fn rerun(
    app: &App,
    by: &Actor,
    id: RunId,
    request: Rerun,
    origin: Origin,
) -> Result<Started, Error> {
    let _ = (by, id, request, origin);
    app.soon()
}

/// Gives the journal entries after a number, in order.
pub async fn entries(app: &App, by: &Actor, id: RunId, after: Seq) -> Result<Vec<Entry>, Error> {
    let _ = (by, id, after);
    app.soon()
}

/// Says which runs change from now on. A hint: it may skip, the journal does not.
pub fn changes(app: &App, by: &Actor) -> Result<tokio::sync::broadcast::Receiver<Change>, Error> {
    by.require(crate::Permission::See)?;
    Ok(app.engine.changes())
}
