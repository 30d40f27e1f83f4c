//! What is asked of a history: by those who decide, drive and store.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

use avops_recipe::Scope;

use super::{Cancelled, History, LockStand, Stage, StepRecord};
use crate::guardrail::later;
use crate::journal::NewArtifact;
use crate::next::MODEL;
use crate::run::{NewRun, RunError, RunId, RunPhase, RunState, Seq, StepKey, StepState};

impl History {
    /// What was asked.
    pub fn run(&self) -> &NewRun {
        &self.run
    }

    /// The run's row.
    pub fn state(&self) -> &RunState {
        &self.state
    }

    /// One step's record.
    pub fn step(&self, key: &StepKey) -> Option<&StepRecord> {
        self.steps.get(key)
    }

    /// Every step that has appeared, in order of appearance.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = &StepRecord> {
        self.steps.values()
    }

    /// How many steps have appeared.
    pub fn step_count(&self) -> usize {
        self.steps.len()
    }

    /// Inputs given at the start and in answers, unchecked.
    pub(crate) fn given(&self) -> &Map<String, Value> {
        &self.given
    }

    /// When the run must be over or roll back; `None` while its time limit stands still or before it began.
    pub fn deadline(&self) -> Option<Timestamp> {
        if self.stopwatch.limit_stands_still() {
            return None;
        }
        self.deadline_when_stood_still(self.stopwatch.limit_stood_still)
    }

    /// When the run must be over if it works from `now` on, also where its time limit has stood still up to now.
    pub(crate) fn deadline_from(&self, now: Timestamp) -> Option<Timestamp> {
        self.deadline_when_stood_still(self.stopwatch.limit_stood_still_until(now))
    }

    fn deadline_when_stood_still(&self, millis: u64) -> Option<Timestamp> {
        let allowed = self.limit? + Duration::from_millis(millis);
        Some(later(self.state.started_at?, allowed))
    }

    /// The part of the run that was reached.
    pub fn phase(&self) -> RunPhase {
        self.phase
    }

    /// How many calls are under way.
    pub fn calls_under_way(&self) -> u32 {
        self.calls_under_way
    }

    /// How many calls act has made.
    pub(crate) fn calls_in_act(&self) -> u32 {
        self.calls_in_act
    }

    /// Tokens that models took for the run.
    pub fn model_tokens(&self) -> u64 {
        self.steps()
            .filter(|record| record.call.as_ref().is_some_and(|call| call.tool == MODEL))
            .map(|record| {
                let tokens = |name: &str| record.result()[name].as_u64().unwrap_or_default();
                tokens("input_tokens") + tokens("output_tokens")
            })
            .sum()
    }

    /// States whether the run holds its lock.
    pub fn holds_lock(&self) -> bool {
        self.lock == LockStand::Held
    }

    /// States whether the run waits for its lock.
    pub fn awaits_lock(&self) -> bool {
        self.lock == LockStand::Awaited
    }

    /// States whether the run has used up its cooldown's turn.
    pub(crate) fn turn_taken(&self) -> bool {
        self.turn_taken
    }

    /// Who cancelled the run.
    pub fn cancelled(&self) -> Option<&Cancelled> {
        self.cancelled.as_ref()
    }

    /// Why the recipe stopped the run on purpose.
    pub(crate) fn stopped(&self) -> Option<&str> {
        self.stopped.as_ref().map(|stop| stop.reason.as_str())
    }

    /// Why the run turned to rollback.
    pub fn failing(&self) -> Option<&RunError> {
        self.failing.as_ref()
    }

    /// The entry that this version of the program does not know, if there is one: then nothing is decided.
    pub fn unknown_entry(&self) -> Option<Seq> {
        self.unknown_entry
    }

    /// States whether the run is held since a backup was restored: then nothing is decided.
    pub fn is_held(&self) -> bool {
        self.held.is_some()
    }

    /// The hash of the arguments with which a person approved a step, where somebody did.
    pub(crate) fn approved(&self, key: &StepKey) -> Option<&Value> {
        self.approved.get(key)
    }

    /// States whether a step of act has begun that could have had an effect.
    pub(crate) fn has_acted(&self) -> bool {
        self.steps.values().any(|record| {
            record.state.phase == RunPhase::Act
                && !record.state.key.is_question()
                && (record.called() || self.acted(record))
        })
    }

    /// States whether the world may be different because of a step of this run. What is reused counts once the run
    /// has reached act itself: before that it has changed nothing, and puts nothing back.
    pub(crate) fn acted(&self, record: &StepRecord) -> bool {
        let is_taken_over = record.state.reused_from.is_some();
        let not_reached = matches!(self.phase, RunPhase::Intake | RunPhase::Plan);
        record.may_have_acted && !(is_taken_over && not_reached)
    }

    /// States whether a check before this point was false and the run went on all the same.
    pub(crate) fn a_check_failed(&self) -> bool {
        self.steps.values().any(|record| {
            record.state.verb == "check" && matches!(record.stage, Stage::GivenUp { .. })
        })
    }

    /// The steps whose call is under way, or was when the process ended.
    pub fn calling(&self) -> impl Iterator<Item = &StepRecord> {
        self.steps
            .values()
            .filter(|record| record.stage == Stage::Calling)
    }

    /// The steps that wait for a child run, with the child and the name of its outputs.
    pub fn children(&self) -> impl Iterator<Item = (&StepKey, RunId, Option<&str>)> {
        self.waiting.iter().filter_map(|index| {
            let (key, record) = self.steps.get_index(*index)?;
            match &record.stage {
                Stage::Child { run, bind } => Some((key, *run, bind.as_deref())),
                _ => None,
            }
        })
    }

    /// The steps that wait for a person.
    pub fn gates(&self) -> impl Iterator<Item = (&StepKey, &crate::gate::Gate)> {
        self.waiting.iter().filter_map(|index| {
            let (key, record) = self.steps.get_index(*index)?;
            match &record.stage {
                Stage::Gate(gate) => Some((key, gate.as_ref())),
                _ => None,
            }
        })
    }

    /// The names that an expression of a phase sees outside of loops.
    pub(crate) fn scope(&self, phase: RunPhase, now: Timestamp) -> Scope {
        self.names.seen_in(phase, self.state.started_at, now)
    }

    /// Adds to a scope what is seen only inside one item of a loop: the item with this key and number (from 0).
    pub(crate) fn enter_item(&self, scope: &mut Scope, key: &str, index: usize, item: &Value) {
        self.names.enter_item(scope, key, index, item);
    }

    /// Takes the rows and artifacts that changed since they were last taken.
    pub fn take_fresh(&mut self) -> (Vec<StepState>, Vec<NewArtifact>) {
        let fresh = std::mem::take(&mut self.fresh);
        let steps = fresh
            .steps
            .iter()
            .filter_map(|index| self.steps.get_index(*index))
            .map(|(_, record)| record.state.clone())
            .collect();
        (steps, fresh.artifacts)
    }
}
