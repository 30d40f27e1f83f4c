//! A call of a tool: what must hold right before it, and what follows when it did not end well.

use std::time::Duration;

use serde_json::{Value, json};

use avops_recipe::{ActionSpec, Call, Effect, Notice, Repeat, Step};

use super::answer::Reading;
use super::place::Place;
use super::step::{Progress, Walk, give_up};
use super::{PlannedCall, Request, words};
use crate::event::{CallIntent, Event, PauseReason};
use crate::guardrail::{self, later};
use crate::history::{Stage, StepRecord};
use crate::retry::{self, Failure, Verdict};
use crate::run::{RunPhase, StepKey};
use crate::tool::ToolCall;

/// A call with its arguments, and what is known of its action.
#[derive(Debug, Clone)]
pub(super) struct Target<'a> {
    pub(super) tool: &'a str,
    pub(super) spec: &'a ActionSpec,
    pub(super) args: Value,
    /// The action's repeat class, as the step narrows it.
    pub(super) repeat: Repeat,
    /// Whether a model proposed it.
    pub(super) by_model: bool,
    /// Whether a person must have approved it, whatever the recipe says.
    pub(super) must_ask: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn action(
        &mut self,
        step: &'a Step,
        place: &Place,
        key: StepKey,
        call: &'a Call,
    ) -> Progress {
        if let Some(progress) = self.unfinished(step, place, &key) {
            return progress;
        }
        let args = match call.with.render(&self.scope(place)) {
            Ok(Value::Null) => json!({}),
            Ok(args) => args,
            Err(error) => return self.fail_evaluating(step, place, key, Value::Null, error),
        };
        match self.target(&call.tool, &call.action, args, step.repeat) {
            // Validation says so, too; an action's effect may have changed since.
            Ok(target)
                if matches!(place.phase, RunPhase::Intake | RunPhase::Plan)
                    && target.spec.effect != Effect::Read =>
            {
                let error = format!(
                    "{}.{} changes something, and plan may only read",
                    call.tool, call.action
                );
                self.fail(step, place, key, Value::Null, error, None)
            }
            Ok(target) => self.prepare(step, place, key, &target),
            Err(error) => self.fail(step, place, key, Value::Null, error, None),
        }
    }

    pub(super) fn notify(
        &mut self,
        step: &'a Step,
        place: &Place,
        key: StepKey,
        notice: &'a Notice,
    ) -> Progress {
        if let Some(progress) = self.unfinished(step, place, &key) {
            return progress;
        }
        // "Room verified" must not follow a check that failed, unless the author wrote a condition for it.
        let is_new = self.history.step(&key).is_none();
        if is_new
            && step.when.is_none()
            && place.phase != RunPhase::Rollback
            && self.history.a_check_failed()
        {
            return self.skip_notice(step, place, key);
        }
        let scope = self.scope(place);
        let (channel, text) = match (notice.target.render(&scope), notice.text.render(&scope)) {
            (Ok(channel), Ok(text)) => (channel, text),
            (Err(error), _) | (_, Err(error)) => {
                return self.fail_evaluating(step, place, key, Value::Null, error);
            }
        };
        let tool = self.program.vocabulary.tools.get(&notice.tool);
        let Some(posting) = tool.and_then(|tool| tool.notify.as_ref()) else {
            let error = format!("{} cannot post notices", notice.tool);
            return self.fail(step, place, key, Value::Null, error, None);
        };
        let mut args = serde_json::Map::new();
        args.insert(posting.target_arg.clone(), Value::String(channel));
        args.insert(posting.text_arg.clone(), Value::String(text));
        match self.target(
            &notice.tool,
            &posting.action,
            Value::Object(args),
            step.repeat,
        ) {
            Ok(target) => self.prepare(step, place, key, &target),
            Err(error) => self.fail(step, place, key, Value::Null, error, None),
        }
    }

    pub(super) fn target(
        &self,
        tool: &str,
        action: &str,
        args: Value,
        narrowed: Option<Repeat>,
    ) -> Result<Target<'a>, String> {
        let program: &'a crate::library::Program = self.program;
        let (tool, spec) = program
            .vocabulary
            .tools
            .get(tool)
            .and_then(|found| Some((found.name.as_str(), found.action(action)?)))
            .ok_or_else(|| format!("there is no action {tool}.{action} that this agent may use"))?;
        let declared = if spec.effect == Effect::Read {
            Repeat::Safe
        } else {
            spec.repeat
        };
        Ok(Target {
            tool,
            spec,
            args,
            by_model: false,
            must_ask: false,
            repeat: narrowed.map_or(declared, |narrowed| narrowed.max(declared)),
        })
    }

    /// What a call that has begun is up to; `None` when its next attempt may begin.
    pub(super) fn unfinished(
        &mut self,
        step: &Step,
        place: &Place,
        key: &StepKey,
    ) -> Option<Progress> {
        let record = self.history.step(key)?;
        let poll_limit = guardrail::poll_limit(step, &self.program.recipe.guardrails);
        if let Some(until) = &step.until
            && record.stage != Stage::Calling
            && later(record.limits_since(), poll_limit) <= self.now
        {
            let error = words::never_true(&until.condition, poll_limit);
            let result = record.state.result.clone();
            return Some(self.fail(step, place, key.clone(), result, error, None));
        }
        let progress = match &record.stage {
            Stage::Calling => Progress::Busy,
            Stage::Paused { until, .. } if *until > self.now => {
                let polls_until = step
                    .until
                    .as_ref()
                    .map(|_| later(record.limits_since(), poll_limit));
                let until = polls_until.into_iter().chain([*until]).min();
                self.wake_at(until)
            }
            Stage::Failed {
                retryable,
                not_before,
            } => {
                let failure = if *retryable {
                    Failure::NotSent
                } else {
                    Failure::Refused
                };
                self.after_failure(step, place, key, failure, *not_before)
            }
            Stage::Unknown => self.after_failure(step, place, key, Failure::Unknown, None),
            Stage::Gate(gate) if gate.until.is_some_and(|until| until <= self.now) => {
                self.nobody_answered(key.clone())
            }
            Stage::Gate(gate) => self.wake_at(gate.until),
            Stage::Answered { signal, by, .. } => {
                return self.resolved(step, place, key, signal.as_deref(), by.as_deref());
            }
            _ => return None,
        };
        Some(progress)
    }

    /// Where a failed step is retried, given up, or put before a person. The rules are in [`retry::decide`].
    fn after_failure(
        &mut self,
        step: &Step,
        place: &Place,
        key: &StepKey,
        failure: Failure,
        not_before: Option<jiff::Timestamp>,
    ) -> Progress {
        let Some(record) = self.history.step(key) else {
            return Progress::Busy;
        };
        let repeat = match &record.call {
            Some(call) => call.repeat,
            // It failed without a call: its arguments could not be made, or a rule forbade it.
            None => return self.emit([give_up(step, key.clone())]),
        };
        let seed = format!("{}{key}", self.history.run().id);
        let verdict = retry::decide(failure, repeat, step.retry, record.failures, &seed);
        match verdict {
            Verdict::Again(pause) => {
                let requested = not_before
                    .and_then(|at| Duration::try_from(at.duration_since(self.now)).ok())
                    .unwrap_or_default();
                if requested > retry::LONGEST_REQUESTED_PAUSE.max(pause) {
                    return self.emit([give_up(step, key.clone())]);
                }
                let pause = pause.max(retry::spread(requested, record.failures, &seed));
                let until = later(self.now, pause);
                if until <= self.now || record.failures == 0 {
                    return self.emit([Event::StepResumed { key: key.clone() }]);
                }
                self.emit([Event::StepPaused {
                    key: key.clone(),
                    until,
                    reason: PauseReason::Backoff,
                    result: Value::Null,
                }])
            }
            Verdict::Ask => self.ask_whether_it_happened(step, place, key),
            Verdict::GiveUp => self.emit([give_up(step, key.clone())]),
        }
    }

    /// Everything that must hold right before a call, then the call.
    pub(super) fn prepare(
        &mut self,
        step: &Step,
        place: &Place,
        key: StepKey,
        target: &Target<'a>,
    ) -> Progress {
        if place.phase == RunPhase::Act {
            if let Some(limit) = self.program.recipe.guardrails.max_actions {
                let planned = self.calls.iter().filter(|call| !call.key.is_question());
                let planned = u32::try_from(planned.count()).unwrap_or(u32::MAX);
                if self.history.calls_in_act() + planned >= limit {
                    let error =
                        format!("the run may make {limit} calls in act (guardrails.max_actions)");
                    return self.fail(step, place, key, target.args.clone(), error, None);
                }
            }
            if target.spec.effect != Effect::Read {
                let gates = [
                    Self::window_is_open,
                    Self::no_calendar_closes,
                    Self::approval_holds,
                    Self::nobody_is_harmed,
                ];
                for holds in gates {
                    match holds(self, step, place, &key, target) {
                        Before::Holds => {}
                        Before::Pending(progress) => return progress,
                        Before::Never(error) => {
                            return self.fail(step, place, key, Value::Null, error, None);
                        }
                    }
                }
            }
        }
        let reading = match &step.until {
            Some(until) => Reading::Poll {
                bind: step.bind.clone(),
                until: until.clone(),
                scope: Box::new(self.scope(place)),
            },
            None => Reading::Result {
                bind: step.bind.clone(),
            },
        };
        let mut limit = guardrail::call_limit(step, &self.program.recipe.guardrails);
        if step.until.is_some() {
            let poll_limit = guardrail::poll_limit(step, &self.program.recipe.guardrails);
            let began = self
                .history
                .step(&key)
                .map_or(self.now, StepRecord::limits_since);
            limit = limit.min(until_then(self.now, later(began, poll_limit)));
        }
        let title = words::title(step, self.program, &self.scope(place));
        let verb = words::verb(&step.verb, self.program);
        self.plan_call(place.phase, key, verb, title, target, limit, reading)
    }

    /// Plans one call; its limit never reaches past the run's.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is a part of the entry or of the call that is made here"
    )]
    pub(super) fn plan_call(
        &mut self,
        phase: RunPhase,
        key: StepKey,
        verb: &str,
        title: String,
        target: &Target<'a>,
        limit: Duration,
        reading: Reading,
    ) -> Progress {
        let mut deadline = later(self.now, limit);
        if phase != RunPhase::Rollback
            && let Some(of_run) = self.history.deadline_from(self.now)
        {
            deadline = deadline.min(of_run);
        }
        let run = self.history.run();
        let asked = key.0.split_once(':').filter(|_| key.is_question());
        let idempotency_key = format!("{}:{}", run.id, asked.map_or(key.0.as_str(), |(_, of)| of));
        let started = Event::StepStarted {
            key: key.clone(),
            phase,
            verb: verb.to_owned(),
            title,
            attempt: self.history.step(&key).map_or(0, |r| r.state.attempt) + 1,
            payload: target.args.clone(),
            call: Some(CallIntent {
                tool: target.tool.to_owned(),
                action: target.spec.name.clone(),
                effect: target.spec.effect,
                repeat: target.repeat,
                idempotency_key: idempotency_key.clone(),
            }),
            deadline: Some(deadline),
        };
        self.calls.push(PlannedCall {
            key,
            started,
            request: Request::Tool(ToolCall {
                tool: target.tool.to_owned(),
                action: target.spec.name.clone(),
                args: target.args.clone(),
                idempotency_key,
                timeout: until_then(self.now, deadline),
                mode: run.mode,
            }),
            effect: target.spec.effect,
            deadline,
            reading,
            after_all: target.by_model,
        });
        Progress::Busy
    }
}

/// What became of a condition for a call.
pub(super) enum Before {
    /// It holds.
    Holds,
    /// It may hold later.
    Pending(Progress),
    /// It will not hold, and why.
    Never(String),
}

/// The time from `now` to `then`; none when it is past.
pub(super) fn until_then(now: jiff::Timestamp, then: jiff::Timestamp) -> Duration {
    Duration::try_from(then.duration_since(now)).unwrap_or_default()
}
