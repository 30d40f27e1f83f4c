//! The fold of a journal: what a run is, given everything that has happened to it.

mod names;
mod questions;
mod step;
mod stopwatch;

use std::collections::HashMap;
use std::time::Duration;

use indexmap::IndexMap;
use jiff::Timestamp;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::event::{Entry, Event};
use crate::journal::NewArtifact;
use crate::run::{
    NewRun, RollbackOutcome, RunError, RunPhase, RunState, RunStatus, Seq, Signal, StepKey,
    StepState, StepStatus, WaitReason,
};
use crate::tool::Artifact;

use names::Names;
pub(crate) use step::Wait;
pub use step::{Stage, StepRecord};
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
    stopped: Option<String>,
    failing: Option<RunError>,
    unknown_entry: Option<Seq>,
    artifacts: u32,
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
            artifacts: 0,
            fresh: Fresh::default(),
        })
    }

    /// Folds a whole journal.
    pub fn fold(entries: &[Entry]) -> Result<Self, HistoryError> {
        let (first, rest) = entries.split_first().ok_or(HistoryError::Empty)?;
        let mut history = Self::new(first)?;
        for entry in rest {
            history.push(entry)?;
        }
        Ok(history)
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
        self.stopwatch.advance(entry.at, self.phase);
        self.apply(entry);
        self.refresh_status();
        Ok(())
    }

    fn apply(&mut self, entry: &Entry) {
        let (at, seq) = (entry.at, entry.seq);
        match &entry.event {
            Event::Accepted { .. } | Event::Unknown => self.unknown_entry = Some(seq),
            Event::Began { limit_ms } => {
                self.state.started_at = Some(at);
                self.state.status = RunStatus::Running;
                self.limit = Some(Duration::from_millis(*limit_ms));
                self.stopwatch.begin();
                self.names.begin(at);
            }
            Event::StepStarted {
                key,
                phase,
                verb,
                title,
                attempt,
                payload,
                call,
                ..
            } => {
                let record = self.record(key, *phase, verb, title, at, seq);
                record.state.attempt = *attempt;
                record.state.payload = payload.clone();
                record.state.message = None;
                record.state.finished_at = None;
                if let Some(call) = call {
                    record.state.tool = Some(call.tool.clone());
                    record.state.action = Some(call.action.clone());
                }
                record.call.clone_from(call);
                let stage = if call.is_some() {
                    Stage::Calling
                } else {
                    Stage::Begun
                };
                if call.is_some() && *phase == RunPhase::Act && !key.is_question() {
                    self.calls_in_act += 1;
                }
                if *phase == RunPhase::Rollback {
                    self.state.rollback = Some(RollbackOutcome::Running);
                }
                self.phase = *phase;
                self.stage(key, stage, StepStatus::Running, at, seq);
            }
            Event::StepDone {
                key,
                bind,
                result,
                message,
                artifacts,
            } => self.step_done(
                key,
                bind.as_deref(),
                result,
                message.as_deref(),
                artifacts,
                entry,
            ),
            Event::StepFailed {
                key,
                error,
                hint,
                retryable,
                result,
                not_before,
            } => {
                self.count_check(key, result);
                if let Some(record) = self.steps.get_mut(key) {
                    record.failures += 1;
                    if record.state.verb == "recipe" {
                        // A child run that failed has put back what it did, unless it says otherwise.
                        record.may_have_acted = result["rollback"] == "rollback_failed";
                    }
                    record.state.error = Some(error.clone());
                    record.hint.clone_from(hint);
                    record.state.result = result.clone();
                }
                let stage = Stage::Failed {
                    retryable: *retryable,
                    not_before: *not_before,
                };
                self.stage(key, stage, StepStatus::Failed, at, seq);
            }
            Event::StepUnknown {
                key,
                error,
                by_restart,
            } => {
                if let Some(record) = self.steps.get_mut(key) {
                    record.failures += u32::from(!by_restart);
                    record.may_have_acted |= record.changes_things();
                    record.state.error = Some(error.clone());
                }
                self.stage(key, Stage::Unknown, StepStatus::Running, at, seq);
            }
            Event::StepGivenUp { key, carry_on } => {
                let stage = Stage::GivenUp {
                    carry_on: *carry_on,
                };
                self.stage(key, stage, StepStatus::Failed, at, seq);
            }
            Event::StepSkipped {
                key,
                phase,
                verb,
                title,
                reason,
            } => {
                self.record(key, *phase, verb, title, at, seq);
                self.stage(key, Stage::Skipped, StepStatus::Skipped, at, seq);
                self.message(key, reason);
            }
            Event::StepPaused {
                key,
                until,
                reason,
                result,
            } => {
                if let Some(record) = self.steps.get_mut(key)
                    && !result.is_null()
                {
                    record.failures = 0;
                    record.state.result = result.clone();
                }
                let stage = Stage::Paused {
                    until: *until,
                    reason: *reason,
                };
                self.stage(key, stage, StepStatus::Waiting, at, seq);
            }
            Event::StepResumed { key } => {
                self.stage(key, Stage::Resumed, StepStatus::Running, at, seq);
            }
            Event::GateOpened { key, gate } => {
                self.stage(key, Stage::Gate(gate.clone()), StepStatus::Waiting, at, seq);
                self.message(key, &gate.prompt);
                if let Some(record) = self.steps.get_mut(key) {
                    record.state.gate = Some(gate.as_ref().clone());
                }
            }
            Event::GateClosed { key, signal, by } => {
                self.gate_closed(key, signal.as_ref(), by.as_deref(), at, seq);
            }
            Event::Branched { key, decision } => {
                if let Some(record) = self.steps.get_mut(key) {
                    record.decision = Some(decision.clone());
                }
                self.stage(key, Stage::Begun, StepStatus::Running, at, seq);
            }
            Event::ChildStarted { key, child, bind } => {
                if let Some(record) = self.steps.get_mut(key) {
                    record.may_have_acted = true;
                }
                let stage = Stage::Child {
                    run: *child,
                    bind: bind.clone(),
                };
                self.stage(key, stage, StepStatus::Waiting, at, seq);
            }
            Event::LockAwaited { lock } => {
                self.lock = LockStand::Awaited;
                self.state.lock = Some(lock.clone());
            }
            Event::LockTaken { lock } => {
                self.lock = LockStand::Held;
                self.state.lock = Some(lock.clone());
            }
            Event::TurnTaken { .. } => self.turn_taken = true,
            Event::CancelRequested { by, reason } => {
                self.cancelled = Some(Cancelled {
                    by: by.clone(),
                    reason: reason.clone(),
                });
            }
            Event::Stopped { reason, .. } => self.stopped = Some(reason.clone()),
            Event::Failing { error } => {
                self.close_open_steps(&error.message, at, seq);
                if self.lock == LockStand::Awaited {
                    self.lock = LockStand::None;
                    self.state.lock = None;
                }
                self.failing = Some(error.clone());
                self.state.error = Some(error.clone());
            }
            Event::Finished {
                status,
                outcome,
                rollback,
                outputs,
                metrics,
            } => {
                self.close_open_steps("the run is over", at, seq);
                self.state.status = *status;
                self.state.outcome.clone_from(outcome);
                self.state.rollback = *rollback;
                self.state.outputs = outputs.clone();
                self.state.metrics.clone_from(metrics);
                self.state.lock = None;
                self.state.finished_at = Some(at);
                let taken = stopwatch::millis_between(self.state.accepted_at, at);
                self.state.duration_ms = Some(taken);
                self.state.working_ms = Some(self.stopwatch.working);
                self.state.plan_act_ms = Some(self.stopwatch.plan_act);
            }
        }
    }

    fn step_done(
        &mut self,
        key: &StepKey,
        bind: Option<&str>,
        result: &Value,
        message: Option<&str>,
        artifacts: &[Artifact],
        entry: &Entry,
    ) {
        self.count_check(key, result);
        if let Some(asked) = key.0.strip_prefix("probe:")
            && result["happened"] == false
            && let Some(record) = self.steps.get_mut(asked)
        {
            record.may_have_acted = false;
        }
        let Some(record) = self.steps.get_mut(key) else {
            return;
        };
        record.may_have_acted |= record.changes_things() || record.state.verb == "manual";
        record.state.result = result.clone();
        record.state.error = None;
        record.failures = 0;
        let phase = record.state.phase;
        match record.state.verb.as_str() {
            "ask" | "gather" => {
                if let Some(name) = bind {
                    self.names.bind_input(name, result);
                    self.state.inputs.insert(name.to_owned(), result.clone());
                }
            }
            "set" if bind.is_none() => {
                for (name, value) in result.as_object().into_iter().flatten() {
                    self.names.bind(key, phase, name, value);
                }
            }
            _ => {
                if let Some(name) = bind {
                    self.names.bind(key, phase, name, result);
                }
            }
        }
        for artifact in artifacts {
            self.artifacts += 1;
            self.fresh.artifacts.push(NewArtifact {
                number: self.artifacts,
                step: key.clone(),
                at: entry.at,
                artifact: artifact.clone(),
            });
        }
        self.stage(key, Stage::Done, StepStatus::Ok, entry.at, entry.seq);
        if let Some(message) = message {
            self.message(key, message);
        }
    }

    fn gate_closed(
        &mut self,
        key: &StepKey,
        signal: Option<&Signal>,
        by: Option<&str>,
        at: Timestamp,
        seq: Seq,
    ) {
        let Some(Stage::Gate(gate)) = self.steps.get(key).map(|record| &record.stage) else {
            return;
        };
        let reason = gate.reason;
        match signal {
            Some(Signal::Answer { inputs }) => self.given.extend(inputs.clone()),
            Some(Signal::Approve { .. }) => {
                let calls = gate.evidence["calls"].as_array().cloned();
                for call in calls.unwrap_or_default() {
                    if let Some(step) = call["step"].as_str() {
                        self.approved
                            .insert(StepKey(step.to_owned()), call["hash"].clone());
                    }
                }
            }
            _ => {}
        }
        let stage = Stage::Answered {
            reason,
            signal: signal.cloned(),
            by: by.map(str::to_owned),
        };
        self.stage(key, stage, StepStatus::Running, at, seq);
    }

    /// The record of a step, made at its first appearance.
    fn record(
        &mut self,
        key: &StepKey,
        phase: RunPhase,
        verb: &str,
        title: &str,
        at: Timestamp,
        seq: Seq,
    ) -> &mut StepRecord {
        let number = u32::try_from(self.steps.len() + 1).unwrap_or(u32::MAX);
        self.steps.entry(key.clone()).or_insert_with(|| StepRecord {
            state: StepState {
                key: key.clone(),
                seq: number,
                phase,
                title: title.to_owned(),
                verb: verb.to_owned(),
                tool: None,
                action: None,
                attempt: 0,
                status: StepStatus::Running,
                message: None,
                payload: Value::Null,
                result: Value::Null,
                error: None,
                started_at: at,
                finished_at: None,
                gate: None,
            },
            stage: Stage::Begun,
            failures: 0,
            call: None,
            may_have_acted: false,
            decision: None,
            settled_items: 0,
            seq,
            at,
            hint: None,
        })
    }

    /// Moves a step to a stage and keeps the counters that follow from it.
    fn stage(&mut self, key: &StepKey, stage: Stage, status: StepStatus, at: Timestamp, seq: Seq) {
        let Some((index, _, record)) = self.steps.get_full_mut(key) else {
            return;
        };
        if record.stage == Stage::Calling {
            self.calls_under_way = self.calls_under_way.saturating_sub(1);
        }
        if stage == Stage::Calling {
            self.calls_under_way += 1;
        }
        if record.stage.wait().is_some() {
            self.waiting.retain(|waiting| *waiting != index);
        }
        if stage.wait().is_some() {
            self.waiting.push(index);
        }
        if stage.is_over() {
            record.state.finished_at = Some(at);
        }
        record.state.gate = None;
        record.state.status = status;
        record.stage = stage;
        record.at = at;
        record.seq = seq;
        let carries_on = matches!(
            record.stage,
            Stage::Done | Stage::Skipped | Stage::GivenUp { carry_on: true }
        );
        if !self.fresh.steps.contains(&index) {
            self.fresh.steps.push(index);
        }
        if carries_on && let Some((around, _)) = key.item_of_loop() {
            self.advance_loop(around);
        }
    }

    /// Counts the items at the beginning of a loop that are over, so that nobody looks at them again.
    fn advance_loop(&mut self, around: &str) {
        let Some(mut settled) = self.steps.get(around).map(|record| record.settled_items) else {
            return;
        };
        while let Some(item) = self.steps.get(format!("{around}[{settled}]").as_str())
            && item.stage.is_over()
            && item.stage != (Stage::GivenUp { carry_on: false })
        {
            settled += 1;
        }
        if let Some(record) = self.steps.get_mut(around) {
            record.settled_items = settled;
        }
    }

    fn message(&mut self, key: &StepKey, message: &str) {
        if let Some(record) = self.steps.get_mut(key) {
            record.state.message = Some(message.to_owned());
        }
    }

    /// Ends every step that the run will not come back to.
    fn close_open_steps(&mut self, why: &str, at: Timestamp, seq: Seq) {
        let open: Vec<StepKey> = self
            .steps
            .iter()
            .filter(|(_, record)| !record.stage.is_over())
            .map(|(key, _)| key.clone())
            .collect();
        for key in open {
            let stage = Stage::GivenUp { carry_on: false };
            self.stage(&key, stage, StepStatus::Failed, at, seq);
            if let Some(record) = self.steps.get_mut(&key)
                && record.state.error.is_none()
            {
                record.state.error = Some(why.to_owned());
            }
        }
    }

    /// Counts a check in verify that was evaluated. A condition that has no value is not a verdict.
    fn count_check(&mut self, key: &StepKey, result: &Value) {
        let (Some(record), Some(held)) = (self.steps.get(key), result["held"].as_bool()) else {
            return;
        };
        let state = &record.state;
        if state.verb == "check" && state.phase == RunPhase::Verify {
            self.state.checks += 1;
            self.state.checks_held += u32::from(held);
        }
    }

    /// Derives status, reason and wake time from what the steps wait for.
    fn refresh_status(&mut self) {
        if self.state.status.is_final() || self.state.started_at.is_none() {
            self.state.wake_at = None;
            self.state.waiting_for = None;
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

    /// What the run as a whole waits for; `None` while anything is under way.
    fn foremost_wait(&self) -> Option<Wait> {
        if self.calls_under_way > 0 {
            return None;
        }
        let lock = (self.lock == LockStand::Awaited).then_some(Wait::For(WaitReason::Lock));
        let steps = self.waits().map(|(wait, _)| wait);
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
        inputs: run.inputs.clone(),
        outputs: Map::new(),
        metrics: Vec::new(),
        seq: first.seq,
    }
}
