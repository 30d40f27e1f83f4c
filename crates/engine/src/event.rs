//! Everything that can happen to a run.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use avops_recipe::{Effect, Repeat};

use crate::content::ContentName;
use crate::gate::{Gate, Signal};
use crate::run::{
    MetricValue, NewRun, RollbackOutcome, RunError, RunId, RunPhase, RunStatus, Seq, StepKey,
};
use crate::surroundings::RunRoom;
use crate::tool::Artifact;

/// Format of stored events. Raised when the meaning of a stored event changes; older ones are upgraded on reading.
pub const FORMAT: u32 = 1;

/// One line of a run's journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number in the run, from 1, without gaps.
    pub seq: Seq,
    /// When it was decided.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The run was accepted. Always entry 1.
    Accepted {
        /// What is asked.
        run: Box<NewRun>,
    },
    /// Work began.
    Began {
        /// For how long the run may be active, in milliseconds. Waits for people and windows do not count.
        limit_ms: u64,
    },
    /// The inputs are complete, and one of them names a room of the directory.
    RoomFound {
        /// The room.
        room: RunRoom,
    },
    /// An attempt of a step begins. For a call that is not a read this is the intent: it is durable before the call.
    StepStarted {
        /// The step.
        key: StepKey,
        /// Its place in the lifecycle.
        phase: RunPhase,
        /// `ask`, `action`, `check` …
        verb: String,
        /// For people.
        title: String,
        /// From 1.
        attempt: u32,
        /// What goes in: arguments, question, condition.
        payload: Value,
        /// The call, where the step makes one.
        call: Option<CallIntent>,
        /// When this attempt is given up.
        deadline: Option<Timestamp>,
    },
    /// An attempt ended well, and the step with it.
    StepDone {
        /// The step.
        key: StepKey,
        /// Under which name expressions see the result.
        bind: Option<String>,
        /// What came out; null where it was moved.
        result: Value,
        /// The content that holds what came out, where that is too large for an entry.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        moved: Option<ContentName>,
        /// One line for people.
        message: Option<String>,
        /// What it left behind.
        artifacts: Vec<Artifact>,
    },
    /// Another run did the step, and this one takes its result over, with its effect and its undo.
    StepReused {
        /// The step, and how it ended.
        step: Box<ReusedStep>,
    },
    /// An attempt failed for certain. Whether the step is tried again is decided after this.
    StepFailed {
        /// The step.
        key: StepKey,
        /// Why.
        error: String,
        /// How to mend it.
        hint: Option<String>,
        /// Whether trying again can help.
        retryable: bool,
        /// What came out all the same, for example both sides of a check.
        result: Value,
        /// Nothing before this, when the tool said so.
        not_before: Option<Timestamp>,
    },
    /// Nobody knows whether the attempt's call happened.
    StepUnknown {
        /// The step.
        key: StepKey,
        /// What was seen.
        error: String,
        /// Whether this side ended in the middle of the call, rather than the other: then no attempt counts as failed.
        #[serde(default)]
        by_restart: bool,
    },
    /// The step is over as failed; the run goes on (`on_error: continue`) or turns to rollback.
    StepGivenUp {
        /// The step.
        key: StepKey,
        /// Whether the run goes on.
        carry_on: bool,
    },
    /// The step is not done, on purpose.
    StepSkipped {
        /// The step.
        key: StepKey,
        /// Its place in the lifecycle.
        phase: RunPhase,
        /// Its verb.
        verb: String,
        /// For people.
        title: String,
        /// Why.
        reason: String,
    },
    /// The step pauses until a time: a wait, a backoff, the next poll, a window.
    StepPaused {
        /// The step.
        key: StepKey,
        /// Until when.
        until: Timestamp,
        /// Why.
        reason: PauseReason,
        /// What the attempt gave that the pause follows: the answer of a poll or of a guard.
        #[serde(default, skip_serializing_if = "Value::is_null")]
        result: Value,
    },
    /// The pause is over.
    StepResumed {
        /// The step.
        key: StepKey,
    },
    /// The step waits for a person.
    GateOpened {
        /// The step.
        key: StepKey,
        /// What is needed to answer.
        gate: Box<Gate>,
    },
    /// A person (or the gate's deadline) answered.
    GateClosed {
        /// The step.
        key: StepKey,
        /// What was said; absent when the deadline passed.
        signal: Option<Signal>,
        /// Who said it.
        by: Option<String>,
    },
    /// A loop or branch was decided: items of a loop, the chosen side of a branch.
    Branched {
        /// The step.
        key: StepKey,
        /// `{"items": […]}` or `{"taken": "then" | "else"}`.
        decision: Value,
    },
    /// A child run was started for the step.
    ChildStarted {
        /// The step.
        key: StepKey,
        /// The child.
        child: RunId,
        /// Under which name expressions see its outputs.
        bind: Option<String>,
    },
    /// The run waits for a lock that another run holds.
    LockAwaited {
        /// The lock.
        lock: String,
    },
    /// The run holds the lock until it ends.
    LockTaken {
        /// The lock.
        lock: String,
    },
    /// The run uses up one of its cooldown's turns.
    TurnTaken {
        /// What "the same fix" is.
        turn: String,
    },
    /// Somebody asked to cancel. No further step starts; rollback may.
    CancelRequested {
        /// Who.
        by: String,
        /// Why.
        reason: Option<String>,
    },
    /// The recipe's `stop` ended the run on purpose.
    Stopped {
        /// The step.
        key: StepKey,
        /// Why.
        reason: String,
    },
    /// The run turns to rollback, or would if there were anything to undo.
    Failing {
        /// Why.
        error: RunError,
    },
    /// The run is over.
    Finished {
        /// How.
        status: RunStatus,
        /// `not_applicable`, where it applies.
        outcome: Option<String>,
        /// What became of the rollback; absent when the run did not fail.
        rollback: Option<RollbackOutcome>,
        /// The run's result.
        outputs: Map<String, Value>,
        /// Success metrics.
        metrics: Vec<MetricValue>,
    },
    /// Written by a newer version of this program. A run with such an entry is left alone.
    #[serde(other)]
    Unknown,
}

impl Event {
    /// The content that the event names and does not hold.
    pub fn content(&self) -> Option<&ContentName> {
        match self {
            Self::StepDone { moved, .. } => moved.as_ref(),
            Self::StepReused { step } => step.moved.as_ref(),
            _ => None,
        }
    }

    /// Reads a stored event of any format up to [`FORMAT`]. One of a newer format, or of a kind that this
    /// version does not know, is [`Event::Unknown`]: its run is parked rather than misread.
    ///
    /// # Errors
    /// When the text is no event at all.
    pub fn decode(format: u32, json: &str) -> Result<Self, serde_json::Error> {
        if format > FORMAT {
            return Ok(Self::Unknown);
        }
        serde_json::from_str(json)
    }
}

/// The call that an attempt makes, as decided before it is made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallIntent {
    /// Tool.
    pub tool: String,
    /// Action.
    pub action: String,
    /// What it does to the world.
    pub effect: Effect,
    /// What a second call does.
    pub repeat: Repeat,
    /// The same for every attempt.
    pub idempotency_key: String,
}

/// A step that another run did, as this one takes it over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReusedStep {
    /// The step.
    pub key: StepKey,
    /// The run that did it.
    pub run: RunId,
    /// Its place in the lifecycle.
    pub phase: RunPhase,
    /// Its verb.
    pub verb: String,
    /// For people.
    pub title: String,
    /// Tool, where one was called.
    pub tool: Option<String>,
    /// Action, where one was called.
    pub action: Option<String>,
    /// What went in.
    pub payload: Value,
    /// How it ended.
    pub stage: ReusedAs,
    /// Under which name expressions see the result.
    pub bind: Option<String>,
    /// What came out, or a marker where that is kept apart.
    pub result: Value,
    /// The content that holds what came out, where it is kept apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<ContentName>,
    /// Items of a loop or side of a branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Value>,
    /// Whether the world may be different because of it.
    pub acted: bool,
    /// What it said.
    pub message: Option<String>,
    /// Why it failed, where it let the run go on.
    pub error: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// How a step ended whose result is reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReusedAs {
    /// Done.
    Done,
    /// Not done, on purpose.
    Skipped,
    /// Failed, and the run went on.
    GivenUp,
    /// It has not ended: a block, branch or loop of which a part is done again.
    Open,
}

/// Why a step pauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// The recipe says `wait`.
    Wait,
    /// Before another attempt.
    Backoff,
    /// Before the next poll.
    Poll,
    /// Until a maintenance window opens.
    Window,
    /// Until nobody would be harmed.
    Harm,
}
