//! One step after the other: which is to be done, and what its verb does.

use std::cell::OnceCell;

use jiff::Timestamp;
use serde_json::{Value, json};

use avops_recipe::{EvalError, OnError, Scope, Step, Verb};

use super::place::Place;
use super::{Next, PlannedCall, PlannedChild, words};
use crate::event::{Event, PauseReason};
use crate::guardrail::later;
use crate::history::{History, Stage, StepRecord};
use crate::library::Program;
use crate::run::{RunPhase, StepKey};

/// How far a step or block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Progress {
    /// Over; what follows may begin.
    Done,
    /// Under way, waiting, or about to begin.
    Busy,
    /// Over; the block around it fails with this step.
    Failed(StepKey),
}

impl Progress {
    /// How far a step is that is over; `None` while it is not.
    fn of(record: &StepRecord) -> Option<Self> {
        match record.stage {
            Stage::Done | Stage::Skipped | Stage::GivenUp { carry_on: true } => Some(Self::Done),
            Stage::GivenUp { carry_on: false } => Some(Self::Failed(record.state.key.clone())),
            _ => None,
        }
    }
}

/// One walk over the recipe, gathering what is to be done now.
pub(super) struct Walk<'a> {
    pub(super) program: &'a Program,
    pub(super) history: &'a History,
    pub(super) now: Timestamp,
    pub(super) events: Vec<Event>,
    pub(super) calls: Vec<PlannedCall>,
    pub(super) child: Option<PlannedChild>,
    until: Option<Timestamp>,
    /// Made once for the walk, which is over one phase.
    everywhere: OnceCell<Scope>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(program: &'a Program, history: &'a History, now: Timestamp) -> Self {
        Self {
            program,
            history,
            now,
            events: Vec::new(),
            calls: Vec::new(),
            child: None,
            until: None,
            everywhere: OnceCell::new(),
        }
    }

    /// What the walk found. Decisions come before calls: they may be what the calls depend on.
    pub(super) fn into_next(self) -> Next {
        if !self.events.is_empty() {
            Next::Record(self.events)
        } else if !self.calls.is_empty() {
            Next::Call(self.calls)
        } else if let Some(child) = self.child {
            Next::StartChild(child)
        } else {
            let until = self.until.into_iter().chain(self.history.deadline()).min();
            Next::Wait { until }
        }
    }

    pub(super) fn found_nothing(&self) -> bool {
        self.events.is_empty() && self.calls.is_empty() && self.child.is_none()
    }

    /// Steps in order, each when the one before it is over.
    pub(super) fn sequence(&mut self, steps: &'a [Step], place: &Place) -> Progress {
        for (number, step) in steps.iter().enumerate() {
            let following = steps.get(number + 1..).unwrap_or_default();
            match self.step(step, place, following) {
                Progress::Done => {}
                other => return other,
            }
        }
        Progress::Done
    }

    /// One step, or one item of it where it is a loop. `following` are the steps behind it in its block.
    pub(super) fn step(
        &mut self,
        step: &'a Step,
        place: &Place,
        following: &'a [Step],
    ) -> Progress {
        let key = place.key(step);
        let record = self.history.step(&key);
        if let Some(end) = record.and_then(Progress::of) {
            return end;
        }
        let is_loop = step.for_each.is_some() && !place.is_item_of(step);
        if record.is_none()
            && let Some(when) = &step.when
        {
            match when.truth(&self.scope(place)) {
                Ok(true) => {}
                Ok(false) => return self.skip(step, place, key, words::not_when(when)),
                // It speaks of `item`: decided for each item.
                Err(_) if is_loop => {}
                Err(error) => return self.fail_evaluating(step, place, key, Value::Null, error),
            }
        }
        if is_loop {
            return self.repeat(step, place, &key);
        }
        match &step.verb {
            Verb::Input { name } => self.input(step, place, key, name, following),
            Verb::Action(call) => self.action(step, place, key, call),
            Verb::Notify(notice) => self.notify(step, place, key, notice),
            Verb::Check { condition, message } => {
                self.check(step, place, key, condition, message.as_ref())
            }
            Verb::Approve { question, role } => {
                self.approve(step, place, key, question, role, following)
            }
            Verb::Manual { instruction } => self.manual(step, place, key, instruction),
            Verb::Wait { duration } => self.wait(step, place, key, *duration),
            Verb::Agent { .. } => self.agent(step, place, key),
            Verb::Recipe { name, with } => self.child(step, place, key, name, with),
            Verb::Set { values } => self.set(step, place, key, values),
            Verb::If {
                condition,
                then,
                otherwise,
            } => self.branch(step, place, &key, condition, then, otherwise),
            Verb::Do { steps } => self.block(step, place, &key, steps),
            Verb::Stop { reason } => self.stop(step, place, key, reason),
        }
    }

    /// The names that can be seen at a place.
    pub(super) fn scope(&self, place: &Place) -> Scope {
        let everywhere = self
            .everywhere
            .get_or_init(|| self.history.scope(place.phase, self.now));
        let mut scope = everywhere.clone();
        for item in &place.items {
            self.history
                .enter_item(&mut scope, &item.key, item.index, &item.value);
        }
        if let Some((name, value)) = place.own_result() {
            scope.set(name, value);
        }
        scope
    }

    /// Asks again at `until`.
    pub(super) fn wake_at(&mut self, until: Option<Timestamp>) -> Progress {
        self.until = self.until.into_iter().chain(until).min();
        Progress::Busy
    }

    pub(super) fn emit(&mut self, events: impl IntoIterator<Item = Event>) -> Progress {
        self.events.extend(events);
        Progress::Busy
    }

    /// The entry that begins an attempt without a call.
    pub(super) fn started(
        &self,
        step: &Step,
        place: &Place,
        key: &StepKey,
        payload: Value,
    ) -> Event {
        let before = self.history.step(key).map_or(0, |r| r.state.attempt);
        Event::StepStarted {
            key: key.clone(),
            phase: place.phase,
            verb: words::verb(&step.verb, self.program).to_owned(),
            title: words::title(step, self.program, &self.scope(place)),
            attempt: before + 1,
            payload,
            call: None,
            deadline: None,
        }
    }

    /// A step that is done as soon as it begins.
    pub(super) fn done_at_once(
        &mut self,
        step: &'a Step,
        place: &Place,
        key: StepKey,
        payload: Value,
        result: Value,
    ) -> Progress {
        let started = self.started(step, place, &key, payload);
        let done = done(key, step.bind.clone(), result, None);
        self.emit([started, done])
    }

    fn skip(&mut self, step: &Step, place: &Place, key: StepKey, reason: String) -> Progress {
        let skipped = Event::StepSkipped {
            phase: place.phase,
            verb: words::verb(&step.verb, self.program).to_owned(),
            title: words::title(step, self.program, &self.scope(place)),
            key,
            reason,
        };
        self.emit([skipped])
    }

    pub(super) fn skip_notice(&mut self, step: &'a Step, place: &Place, key: StepKey) -> Progress {
        self.skip(step, place, key, words::CHECK_FAILED_BEFORE.to_owned())
    }

    /// A step that fails for good, in the attempt that is open or in one made for it.
    pub(super) fn fail(
        &mut self,
        step: &Step,
        place: &Place,
        key: StepKey,
        result: Value,
        error: String,
        hint: Option<String>,
    ) -> Progress {
        let open = self
            .history
            .step(&key)
            .is_some_and(|record| !matches!(record.stage, Stage::Failed { .. }));
        if !open {
            let started = self.started(step, place, &key, Value::Null);
            self.events.push(started);
        }
        let failed = Event::StepFailed {
            key: key.clone(),
            error,
            hint,
            retryable: false,
            result,
            not_before: None,
        };
        let given_up = give_up(step, key);
        self.emit([failed, given_up])
    }

    pub(super) fn fail_evaluating(
        &mut self,
        step: &Step,
        place: &Place,
        key: StepKey,
        result: Value,
        error: EvalError,
    ) -> Progress {
        self.fail(step, place, key, result, error.message, error.hint)
    }

    fn wait(
        &mut self,
        step: &'a Step,
        place: &Place,
        key: StepKey,
        duration: std::time::Duration,
    ) -> Progress {
        match self.history.step(&key).map(|record| &record.stage) {
            Some(Stage::Paused { until, .. }) if *until > self.now => self.wake_at(Some(*until)),
            Some(Stage::Paused { .. }) => {
                let done = done(key.clone(), None, Value::Null, None);
                self.emit([Event::StepResumed { key }, done])
            }
            _ => {
                let until = later(self.now, duration);
                let started = self.started(step, place, &key, json!({"until": until}));
                let paused = Event::StepPaused {
                    key,
                    until,
                    reason: PauseReason::Wait,
                    result: Value::Null,
                };
                self.emit([started, paused])
            }
        }
    }

    fn set(
        &mut self,
        step: &'a Step,
        place: &Place,
        key: StepKey,
        values: &indexmap::IndexMap<String, avops_recipe::ValueTemplate>,
    ) -> Progress {
        let scope = self.scope(place);
        let mut bound = serde_json::Map::new();
        for (name, value) in values {
            match value.render(&scope) {
                Ok(value) => {
                    bound.insert(name.clone(), value);
                }
                Err(error) => return self.fail_evaluating(step, place, key, Value::Null, error),
            }
        }
        self.done_at_once(step, place, key, Value::Null, Value::Object(bound))
    }

    fn stop(
        &mut self,
        step: &'a Step,
        place: &Place,
        key: StepKey,
        reason: &avops_recipe::Template,
    ) -> Progress {
        let reason = match reason.render(&self.scope(place)) {
            Ok(reason) => reason,
            Err(error) => return self.fail_evaluating(step, place, key, Value::Null, error),
        };
        let started = self.started(step, place, &key, json!({"reason": reason}));
        let done = done(key.clone(), None, Value::Null, Some(reason.clone()));
        if place.phase == RunPhase::Rollback {
            return self.emit([started, done]);
        }
        self.emit([started, done, Event::Stopped { key, reason }])
    }
}

pub(super) fn done(
    key: StepKey,
    bind: Option<String>,
    result: Value,
    message: Option<String>,
) -> Event {
    Event::StepDone {
        key,
        bind,
        result,
        moved: None,
        message,
        artifacts: Vec::new(),
    }
}

pub(super) fn give_up(step: &Step, key: StepKey) -> Event {
    Event::StepGivenUp {
        key,
        carry_on: step.on_error == OnError::Continue,
    }
}
