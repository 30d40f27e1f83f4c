//! A run: what it was asked to do, and what has become of it.

use std::fmt;
use std::str::FromStr;

use avops_recipe::Limits;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::again::Again;
use crate::gate::Gate;
use crate::surroundings::RunRoom;
use crate::tool::Mode;

/// Names a run; a `UUIDv7`, so ids sort by time.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct RunId(pub Uuid);

/// Number of a journal entry within its run, from 1; 0 means "before the first".
pub type Seq = u64;

/// Names a step of a run: the recipe's step id, with `[n]` (from 0) for each loop around it (`act.2[3]`,
/// `act.2[3].do.1`; a step with an id of its own in that loop is `act.2[3].ID`).
///
/// What belongs to a step has its key behind a prefix: `undo:` reverses it, `probe:` asks whether it happened,
/// `guard:` asks whether it would do harm, `approve:` asks a person for it, `window:` and `closed:` wait until it may run.
/// `hold:N` and `pause:N` hold the run itself.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct StepKey(pub String);

/// What a run is asked to do. Immutable once accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewRun {
    /// Its id.
    pub id: RunId,
    /// What lists call it; the recipe's name unless a workflow gives another.
    pub name: String,
    /// Who works.
    pub agent: Option<AgentRef>,
    /// What is run, pinned.
    pub recipe: RecipeRef,
    /// The workflow that started it.
    pub workflow_id: Option<String>,
    /// What started it: `manual`, `interval`, `chat`, `api`, `schedule`, `event`, `mcp`, `recipe`, `cli`.
    pub trigger: String,
    /// Live, mock or dry.
    pub mode: Mode,
    /// Whether a person is asked before each act.
    #[serde(default)]
    pub supervised: bool,
    /// Inputs given at the start.
    pub inputs: Map<String, Value>,
    /// Who asked, by name.
    pub requested_by: String,
    /// The run and step that wait for this one.
    pub parent: Option<Parent>,
    /// The run that it runs again, and from where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<Again>,
    /// Makes a repeated request give the same run.
    pub request: Option<RequestKey>,
    /// Free data for callers.
    pub meta: Map<String, Value>,
    /// Absolute address of the run's page, for notices and `run.url`.
    pub url: String,
}

/// The agent of a run, as it was at the start.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentRef {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its domain.
    pub domain: String,
    /// The tools and actions it may use; empty means all.
    #[serde(default)]
    pub tools: Vec<String>,
    /// The model for its agent steps: a name, or `provider:name`; the workspace's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Values for inputs that nobody gives.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub defaults: Map<String, Value>,
    /// What it may do at most, whatever a recipe says.
    #[serde(default, skip_serializing_if = "Limits::is_empty")]
    pub limits: Limits,
}

/// A recipe version, pinned by content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipeRef {
    /// Id of the recipe; absent for a recipe run straight from a file.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// SHA-256 of its YAML, in hex.
    pub hash: String,
}

/// The step of another run that waits for this run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    /// The waiting run.
    pub run: RunId,
    /// The waiting step.
    pub step: StepKey,
}

/// Identifies a request, so that its repetition starts nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestKey {
    /// Who asked.
    pub principal: String,
    /// The caller's key.
    pub key: String,
    /// SHA-256 of the request's content, in hex.
    pub content: String,
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RunStatus {
    /// Accepted, not begun.
    Queued,
    /// Working.
    Running,
    /// Waiting; [`WaitReason`] says for what.
    Waiting,
    /// Done and proved.
    Success,
    /// Done, but no check in verify was evaluated.
    Unproven,
    /// Failed.
    Failed,
    /// Cancelled.
    Cancelled,
}

/// What a waiting run waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum WaitReason {
    /// Inputs from a person.
    Input,
    /// A person's yes or no.
    Approval,
    /// A person's deed.
    Manual,
    /// A time.
    Timer,
    /// Another run's lock.
    Lock,
    /// A maintenance window, or the end of a meeting.
    Window,
    /// A person's word on a step whose outcome is unknown.
    Interrupted,
    /// A child run.
    Child,
    /// A person's word that the run, which came out of a backup, may go on.
    Held,
    /// A person, who paused it, to resume it.
    Paused,
}

impl WaitReason {
    /// States whether only a person can end this wait.
    pub fn needs_person(self) -> bool {
        matches!(
            self,
            Self::Input
                | Self::Approval
                | Self::Manual
                | Self::Interrupted
                | Self::Held
                | Self::Paused
        )
    }
}

/// The part of a run in which a step stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum RunPhase {
    /// Captures inputs.
    Intake,
    /// Checks before anything is touched.
    Plan,
    /// Calls tools.
    Act,
    /// Proves the result.
    Verify,
    /// Puts back.
    Rollback,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StepStatus {
    /// Under way.
    Running,
    /// Done.
    Ok,
    /// Failed.
    Failed,
    /// Not done, on purpose.
    Skipped,
    /// Waiting for a person, a time, a lock or another run.
    Waiting,
}

/// What became of the rollback of a run that did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RollbackOutcome {
    /// There was nothing to put back.
    NotNeeded,
    /// Under way.
    Running,
    /// Every step of it held.
    RolledBack,
    /// At least one step of it failed: somebody must look.
    RollbackFailed,
}

/// Where and why a run failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunError {
    /// The phase, where one was reached.
    pub phase: Option<RunPhase>,
    /// The step, where one is at fault.
    pub step: Option<StepKey>,
    /// Why, for people.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// The run as a row: everything lists and pages show of it. A fold of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunState {
    /// Its id.
    pub id: RunId,
    /// Where it stands.
    pub status: RunStatus,
    /// For what it waits.
    pub waiting_for: Option<WaitReason>,
    /// When it goes on by itself: a timer, a retry, a deadline.
    pub wake_at: Option<Timestamp>,
    /// The lock it holds; while it waits for [`WaitReason::Lock`], the one it waits for. Gone when the run is over.
    pub lock: Option<String>,
    /// How it ended where the status alone does not say: `not_applicable`.
    pub outcome: Option<String>,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// From accepted to ended, in milliseconds.
    pub duration_ms: Option<u64>,
    /// The part of it in which the run did not wait for people, timers, locks or windows.
    pub working_ms: Option<u64>,
    /// The part of `working_ms` spent in plan and act (for promotion).
    pub plan_act_ms: Option<u64>,
    /// Checks in verify that were evaluated, and how many of them held.
    pub checks: u32,
    /// See `checks`.
    pub checks_held: u32,
    /// Where and why it failed.
    pub error: Option<RunError>,
    /// What became of the rollback.
    pub rollback: Option<RollbackOutcome>,
    /// The room it is about, where an input names one.
    #[serde(default)]
    pub room: Option<RunRoom>,
    /// Inputs, complete with defaults and answers.
    pub inputs: Map<String, Value>,
    /// The result.
    pub outputs: Map<String, Value>,
    /// Success metrics of the run.
    pub metrics: Vec<MetricValue>,
    /// The newest journal entry that this state includes.
    pub seq: Seq,
}

/// A success metric with its value in one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MetricValue {
    /// Its name.
    pub name: String,
    /// Its value; absent when it could not be computed.
    pub value: Option<f64>,
    /// For people.
    pub unit: Option<String>,
    /// As written, for example `<= 300`.
    pub target: Option<String>,
    /// Whether the target was met.
    pub met: Option<bool>,
}

/// A step as a row. A fold of the journal; one row for each [`StepKey`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepState {
    /// Its key.
    pub key: StepKey,
    /// Order of first appearance in the run, from 1.
    pub seq: u32,
    /// Where it stands in the lifecycle.
    pub phase: RunPhase,
    /// For people.
    pub title: String,
    /// `ask`, `action`, `check` …
    pub verb: String,
    /// Tool, where one is called.
    pub tool: Option<String>,
    /// Action, where one is called.
    pub action: Option<String>,
    /// The latest attempt, from 1.
    pub attempt: u32,
    /// Where it stands.
    pub status: StepStatus,
    /// One line for people: what it says, why it was skipped, what it waits for.
    pub message: Option<String>,
    /// What went in.
    pub payload: Value,
    /// What came out.
    pub result: Value,
    /// Why it failed.
    pub error: Option<String>,
    /// When it first began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// What a person must know to answer, while it waits for one.
    pub gate: Option<Gate>,
    /// The run that did it, where this one only reuses its result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reused_from: Option<RunId>,
}

impl RunStatus {
    /// States whether the run is over.
    pub fn is_final(self) -> bool {
        matches!(
            self,
            Self::Success | Self::Unproven | Self::Failed | Self::Cancelled
        )
    }

    /// The name in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Success => "success",
            Self::Unproven => "unproven",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl StepKey {
    /// States whether it names a question about a step (`probe:`, `guard:`, `approve:`, `window:`, `closed:`) and not the step.
    pub fn is_question(&self) -> bool {
        ["probe:", "guard:", "approve:", "window:", "closed:"]
            .iter()
            .any(|prefix| self.0.starts_with(prefix))
    }

    /// States whether the step is a part of another step: a side of a branch, a block, a loop.
    pub(crate) fn lies_in(&self, outer: &Self) -> bool {
        self.0
            .strip_prefix(&outer.0)
            .is_some_and(|rest| rest.starts_with(['.', '[']))
    }

    /// Splits the key of a loop's item (`act.2[3]`) into the loop's key and the item's number.
    pub(crate) fn item_of_loop(&self) -> Option<(&str, usize)> {
        let (around, number) = self.0.strip_suffix(']')?.rsplit_once('[')?;
        Some((around, number.parse().ok()?))
    }
}

impl std::borrow::Borrow<str> for StepKey {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for RunId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl fmt::Display for StepKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
