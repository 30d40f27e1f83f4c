//! What has become of one step, as far as deciding what follows needs it.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use avops_recipe::Effect;

use crate::content::ContentName;
use crate::event::{CallIntent, PauseReason, ReusedAs};
use crate::gate::{Gate, Signal};
use crate::guardrail::later;
use crate::run::{RunId, Seq, StepState, WaitReason};

/// One step's record: its row, and what the row does not show.
#[derive(Debug, Clone)]
pub struct StepRecord {
    /// The row.
    pub state: StepState,
    /// Where it stands.
    pub stage: Stage,
    /// Attempts in a row that did not end well; polls that answered start it anew.
    pub failures: u32,
    /// The call of the latest attempt, where it made one.
    pub call: Option<CallIntent>,
    /// What came out, where the row holds only a marker of it.
    pub(super) whole: Option<Arc<Value>>,
    /// The content that holds it then.
    pub(crate) moved: Option<ContentName>,
    /// Whether the world may be different because of it.
    pub may_have_acted: bool,
    /// Items of a loop or side of a branch.
    pub decision: Option<Value>,
    /// Items at the beginning of a loop that are over and let it go on.
    pub settled_items: usize,
    /// Number of the newest entry about it.
    pub seq: Seq,
    /// When that entry was written.
    pub at: Timestamp,
    /// For how long the run was paused while it was open, in milliseconds: its time limits stand still.
    pub(crate) stood_still: u64,
    /// How to mend the latest failure.
    pub hint: Option<String>,
}

/// Where a step stands, in more detail than its row says.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// Begun without a call: a block with steps in it, or something decided at once.
    Begun,
    /// Its call is under way.
    Calling,
    /// The latest attempt failed for certain; what follows is not decided.
    Failed {
        /// Whether nothing had left this machine.
        retryable: bool,
        /// No attempt before this.
        not_before: Option<Timestamp>,
    },
    /// Nobody knows whether the latest attempt happened; what follows is not decided.
    Unknown,
    /// Paused.
    Paused {
        /// Until when.
        until: Timestamp,
        /// Why.
        reason: PauseReason,
    },
    /// The pause is over.
    Resumed,
    /// Waits for a person.
    Gate(Box<Gate>),
    /// A person answered, or nobody did in time.
    Answered {
        /// What was waited for.
        reason: WaitReason,
        /// What was said.
        signal: Option<Box<Signal>>,
        /// Who said it.
        by: Option<String>,
    },
    /// A child run works for it.
    Child {
        /// The child.
        run: RunId,
        /// Under which name expressions see its outputs.
        bind: Option<String>,
    },
    /// Over: done.
    Done,
    /// Over: not done, on purpose.
    Skipped,
    /// Over: failed.
    GivenUp {
        /// Whether the run goes on.
        carry_on: bool,
    },
}

impl Stage {
    /// States whether nothing more happens to the step.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Done | Self::Skipped | Self::GivenUp { .. })
    }

    /// What the step waits for, and until when at most; `None` while it works.
    pub(crate) fn wait(&self) -> Option<(Wait, Option<Timestamp>)> {
        match self {
            Self::Gate(gate) => Some((Wait::For(gate.reason), gate.until)),
            Self::Child { .. } => Some((Wait::For(WaitReason::Child), None)),
            Self::Paused { until, reason } => {
                let wait = match reason {
                    PauseReason::Wait | PauseReason::Poll => Wait::For(WaitReason::Timer),
                    PauseReason::Window | PauseReason::Harm => Wait::For(WaitReason::Window),
                    PauseReason::Backoff => Wait::Backoff,
                };
                Some((wait, Some(*until)))
            }
            _ => None,
        }
    }
}

impl From<&Stage> for ReusedAs {
    fn from(stage: &Stage) -> Self {
        match stage {
            Stage::Done => Self::Done,
            Stage::Skipped => Self::Skipped,
            Stage::GivenUp { .. } => Self::GivenUp,
            _ => Self::Open,
        }
    }
}

/// What a step waits for. A backoff is no declared wait: the run counts as working.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// Something that the run's status shows.
    For(WaitReason),
    /// The next attempt.
    Backoff,
}

impl Wait {
    /// Order in which waits decide the run's status when there are several: people first.
    pub(crate) fn rank(self) -> u8 {
        match self {
            Self::For(reason) if reason.needs_person() => 0,
            Self::For(WaitReason::Lock) => 1,
            Self::For(WaitReason::Child) => 2,
            Self::For(WaitReason::Window) => 3,
            Self::For(_) => 4,
            Self::Backoff => 5,
        }
    }

    /// States whether the run's time limit stands still meanwhile: waiting for people and windows is not the
    /// run's fault.
    pub(crate) fn stops_the_limit(self) -> bool {
        matches!(self, Self::For(reason) if reason.needs_person() || reason == WaitReason::Window)
    }
}

impl StepRecord {
    /// What came out, whole.
    pub fn result(&self) -> &Value {
        self.whole.as_deref().unwrap_or(&self.state.result)
    }

    /// From when on its time limits count: from its beginning, pauses of the run left out.
    pub(crate) fn limits_since(&self) -> Timestamp {
        later(
            self.state.started_at,
            Duration::from_millis(self.stood_still),
        )
    }

    /// States whether its latest attempt made a call.
    pub fn called(&self) -> bool {
        self.call.is_some()
    }

    /// States whether the latest attempt's call is more than a read.
    pub(crate) fn changes_things(&self) -> bool {
        self.call
            .as_ref()
            .is_some_and(|call| call.effect != Effect::Read)
    }
}
