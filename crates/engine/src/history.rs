//! The fold of a journal: what a run is, given everything that has happened to it.

mod ending;
mod names;
mod pause;
mod questions;
mod record;
mod reused;
mod run_entries;
mod step_entries;
mod stopwatch;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;
use jiff::Timestamp;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::content::Contents;
use crate::event::{Entry, Event};
use crate::hold::HOLD;
use crate::journal::NewArtifact;
use crate::run::{NewRun, RunError, RunPhase, RunState, RunStatus, Seq, StepKey, WaitReason};

use names::Names;
pub(crate) use record::Wait;
pub use record::{Stage, StepRecord};
use stopwatch::{Doing, Stopwatch};

/// A run with everything that has happened to it. The same entries give the same history.
#[derive(Debug, Clone)]
pub struct History {
    run: NewRun,
    state: RunState,
    steps: IndexMap<StepKey, StepRecord>,
    names: Names,
    stopwatch: Stopwatch,
    phase: RunPhase,
    limit: Option<Duration>,
    given: Map<String, Value>,
    approved: HashMap<StepKey, Value>,
    /// Steps that wait, by place in `steps`: few at any time.
    waiting: Vec<usize>,
    calls_under_way: u32,
    calls_in_act: u32,
    lock: LockStand,
    turn_taken: bool,
    cancelled: Option<Cancelled>,
    stopped: Option<Stop>,
    failing: Option<RunError>,
    unknown_entry: Option<Seq>,
    held: Option<StepKey>,
    artifacts: u32,
    contents: Contents,
    fresh: Fresh,
}

/// What changed since it was last taken for storing.
#[derive(Debug, Clone, Default)]
struct Fresh {
    steps: Vec<usize>,
    artifacts: Vec<NewArtifact>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LockStand {
    None,
    Awaited,
    Held,
}

/// Where and why the recipe ended the run on purpose.
#[derive(Debug, Clone)]
struct Stop {
    step: StepKey,
    reason: String,
}

/// Who cancelled a run, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Cancelled {
    /// Who.
    pub by: String,
    /// Why.
    pub reason: Option<String>,
}

/// Why entries are no history.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HistoryError {
    /// There are no entries.
    #[error("the run has no journal entries")]
    Empty,
    /// The first entry is not the run's acceptance.
    #[error("the journal does not begin with the run's acceptance")]
    NotAccepted,
    /// An entry is missing.
    #[error("journal entry {expected} is missing, {found} follows instead")]
    Gap {
        /// The number that should have come.
        expected: Seq,
        /// The number that came.
        found: Seq,
    },
}

impl History {
    /// Begins a history with the run's first entry.
    pub fn new(first: &Entry) -> Result<Self, HistoryError> {
        let Event::Accepted { run } = &first.event else {
            return Err(HistoryError::NotAccepted);
        };
        let run = NewRun::clone(run);
        let mut stopwatch = Stopwatch::default();
        stopwatch.advance(first.at, RunPhase::Intake);
        Ok(Self {
            state: accepted_state(&run, first),
            names: Names::new(&run),
            given: run.inputs.clone(),
            run,
            steps: IndexMap::new(),
            stopwatch,
            phase: RunPhase::Intake,
            limit: None,
            approved: HashMap::new(),
            waiting: Vec::new(),
            calls_under_way: 0,
            calls_in_act: 0,
            lock: LockStand::None,
            turn_taken: false,
            cancelled: None,
            stopped: None,
            failing: None,
            unknown_entry: None,
            held: None,
            artifacts: 0,
            contents: Contents::new(),
            fresh: Fresh::default(),
        })
    }

    /// Folds a whole journal: the run and its rows. To go on with a run, see [`History::fold_with`].
    pub fn fold(entries: &[Entry]) -> Result<Self, HistoryError> {
        Self::fold_with(entries, Contents::new())
    }

    /// Folds a whole journal with the contents that its entries name, so that expressions see the whole values.
    pub fn fold_with(entries: &[Entry], contents: Contents) -> Result<Self, HistoryError> {
        let (first, rest) = entries.split_first().ok_or(HistoryError::Empty)?;
        let mut history = Self::new(first)?;
        history.contents = contents;
        for entry in rest {
            history.push(entry)?;
        }
        Ok(history)
    }

    /// Hands in a content that the next entries name.
    pub(crate) fn know(&mut self, sha256: String, value: Arc<Value>) {
        self.contents.insert(sha256, value);
    }

    /// Adds the next entry.
    pub fn push(&mut self, entry: &Entry) -> Result<(), HistoryError> {
        let expected = self.state.seq + 1;
        if entry.seq != expected {
            return Err(HistoryError::Gap {
                expected,
                found: entry.seq,
            });
        }
        self.state.seq = entry.seq;
        if matches!(&entry.event, Event::StepStarted { verb, .. } if verb == HOLD) {
            // Since the backup was made nobody worked on the run.
            self.stopwatch.now_doing(Doing::NOTHING);
        }
        self.stopwatch.advance(entry.at, self.phase);
        self.apply(entry);
        self.refresh_status();
        Ok(())
    }

    /// Derives status, reason and wake time from what the steps wait for.
    fn refresh_status(&mut self) {
        if !self.state.status.is_final()
            && let Some(reason) = self.stands_still_for()
            && !self.works_on_while_paused(reason)
        {
            self.state.wake_at = None;
            self.state.waiting_for = Some(reason);
            self.state.status = RunStatus::Waiting;
            self.stopwatch.now_doing(Doing::NOTHING);
            return;
        }
        if self.state.status.is_final() || self.state.started_at.is_none() {
            self.state.wake_at = None;
            self.state.waiting_for = None;
            if !self.state.status.is_final() {
                self.state.status = RunStatus::Queued;
            }
            return;
        }
        let wait = self.foremost_wait();
        self.state.waiting_for = match wait {
            Some(Wait::For(reason)) => Some(reason),
            _ => None,
        };
        self.state.status = if self.state.waiting_for.is_some() {
            RunStatus::Waiting
        } else {
            RunStatus::Running
        };
        self.stopwatch.now_doing(Doing {
            waits: self.state.waiting_for.is_some(),
            limit_stands_still: wait.is_some_and(Wait::stops_the_limit),
        });
        self.state.wake_at = wait.and_then(|_| {
            let of_steps = self.waits().filter_map(|(_, until)| until).min();
            of_steps.into_iter().chain(self.deadline()).min()
        });
    }

    /// A pause comes between steps: calls and child runs that are under way end first.
    fn works_on_while_paused(&self, reason: WaitReason) -> bool {
        reason == WaitReason::Paused
            && (self.calls_under_way > 0 || self.children().next().is_some())
    }

    /// What the run as a whole waits for; `None` while anything is under way.
    fn foremost_wait(&self) -> Option<Wait> {
        if self.calls_under_way > 0 {
            return None;
        }
        let lock = (self.lock == LockStand::Awaited).then_some(Wait::For(WaitReason::Lock));
        let steps = self.waits().map(|(wait, _)| wait);
        // A pause that waits for a child run to end does not count yet.
        let steps = steps.filter(|wait| *wait != Wait::For(WaitReason::Paused));
        steps.chain(lock).min_by_key(|wait| wait.rank())
    }

    fn waits(&self) -> impl Iterator<Item = (Wait, Option<Timestamp>)> + '_ {
        self.waiting
            .iter()
            .filter_map(|index| self.steps.get_index(*index))
            .filter_map(|(_, record)| record.stage.wait())
    }
}

fn accepted_state(run: &NewRun, first: &Entry) -> RunState {
    RunState {
        id: run.id,
        status: RunStatus::Queued,
        waiting_for: None,
        wake_at: None,
        lock: None,
        outcome: None,
        accepted_at: first.at,
        started_at: None,
        finished_at: None,
        duration_ms: None,
        working_ms: None,
        plan_act_ms: None,
        checks: 0,
        checks_held: 0,
        error: None,
        rollback: None,
        room: None,
        inputs: run.inputs.clone(),
        outputs: Map::new(),
        metrics: Vec::new(),
        seq: first.seq,
    }
}
