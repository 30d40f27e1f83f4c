//! Right before an act: is the maintenance window open, and would the call harm somebody now?

use serde_json::{Map, Value, json};

use avops_recipe::{Effect, Expression, Step};

use super::answer::Reading;
use super::call::{Before, Target};
use super::place::Place;
use super::step::{Progress, Walk, done};
use crate::event::{Event, PauseReason};
use crate::guardrail::{self, HARM_ANSWER_COUNTS, later};
use crate::history::Stage;
use crate::retry::{self, Failure, Verdict};
use crate::run::StepKey;

impl<'a> Walk<'a> {
    /// Parks the run until its maintenance window opens.
    pub(super) fn window_is_open(
        &mut self,
        _step: &Step,
        place: &Place,
        key: &StepKey,
        _target: &Target<'a>,
    ) -> Before {
        let Some(window) = &self.program.recipe.guardrails.maintenance_window else {
            return Before::Holds;
        };
        let key = StepKey(format!("window:{key}"));
        let stage = self.history.step(&key).map(|record| &record.stage);
        let opens_at = match guardrail::opens_at(window, self.now) {
            Ok(opens_at) => opens_at,
            Err(error) => return Before::Never(format!("maintenance_window: {error}")),
        };
        match (stage, opens_at) {
            (Some(Stage::Paused { .. }), None) => {
                let resumed = Event::StepResumed { key: key.clone() };
                Before::Pending(self.emit([resumed, done(key, None, Value::Null, None)]))
            }
            (_, None) => Before::Holds,
            (Some(Stage::Paused { .. }), opens_at) => Before::Pending(self.wake_at(opens_at)),
            (_, Some(until)) => {
                let attempt = self.history.step(&key).map_or(0, |r| r.state.attempt) + 1;
                let started = Event::StepStarted {
                    key: key.clone(),
                    phase: place.phase,
                    verb: "wait".to_owned(),
                    title: "wait for the maintenance window".to_owned(),
                    attempt,
                    payload: json!({"until": until}),
                    call: None,
                    deadline: None,
                };
                let paused = Event::StepPaused {
                    key,
                    until,
                    reason: PauseReason::Window,
                    result: Value::Null,
                };
                Before::Pending(self.emit([started, paused]))
            }
        }
    }

    /// Asks the guard that the tool names for a destructive action. A yes parks the run and is asked again; when nobody
    /// can say, the call is not made.
    pub(super) fn nobody_is_harmed(
        &mut self,
        step: &Step,
        place: &Place,
        key: &StepKey,
        target: &Target<'a>,
    ) -> Before {
        let guardrails = &self.program.recipe.guardrails;
        let switched_off = guardrails.do_no_harm == Some(false);
        let Some(guard) = target.spec.guard.as_ref() else {
            return Before::Holds;
        };
        if switched_off || target.spec.effect != Effect::Destructive {
            return Before::Holds;
        }
        let guard_key = StepKey(format!("guard:{key}"));
        if let Some(record) = self.history.step(&guard_key) {
            let asked_before = self.history.step(key).map_or(0, |record| record.seq);
            let gives_up_at = later(
                record.limits_since(),
                guardrail::harm_limit(step, guardrails),
            );
            match &record.stage {
                Stage::Done
                    if record.seq > asked_before
                        && self.now <= later(record.at, HARM_ANSWER_COUNTS) =>
                {
                    return Before::Holds;
                }
                Stage::Calling => return Before::Pending(Progress::Busy),
                Stage::Paused {
                    reason: PauseReason::Harm,
                    ..
                } if gives_up_at <= self.now => {
                    let failed = Event::StepFailed {
                        key: guard_key.clone(),
                        error: format!("{} (do_no_harm)", guard.reason),
                        hint: None,
                        retryable: false,
                        result: record.state.result.clone(),
                        not_before: None,
                    };
                    let given_up = Event::StepGivenUp {
                        key: guard_key,
                        carry_on: false,
                    };
                    return Before::Pending(self.emit([failed, given_up]));
                }
                Stage::Paused { until, .. } if *until > self.now => {
                    return Before::Pending(self.wake_at(Some((*until).min(gives_up_at))));
                }
                Stage::Failed { retryable, .. } => {
                    let failure = if *retryable {
                        Failure::NotSent
                    } else {
                        Failure::Refused
                    };
                    return self.guard_did_not_answer(&guard_key, failure);
                }
                Stage::Unknown => return self.guard_did_not_answer(&guard_key, Failure::Unknown),
                Stage::GivenUp { .. } => {
                    let error = record.state.error.clone().unwrap_or_default();
                    if record.state.result["harm"] == true {
                        return Before::Never(format!("not done: {error}"));
                    }
                    return Before::Never(format!(
                        "not done: nobody could say whether {}: {error}",
                        guard.reason
                    ));
                }
                _ => {}
            }
        }
        let harm_if = match Expression::parse(&guard.harm_if) {
            Ok(harm_if) => harm_if,
            Err(error) => return Before::Never(format!("the guard of {}: {error}", target.tool)),
        };
        let mut asked = match self.target(target.tool, &guard.action, Value::Null, None) {
            Ok(asked) => asked,
            Err(error) => return Before::Never(format!("not done: {error}")),
        };
        asked.args = named_by_schema(&target.args, &asked.spec.input_schema);
        let reading = Reading::Harm {
            harm_if,
            reason: guard.reason.clone(),
        };
        let title = format!("would it do harm: {}?", guard.reason);
        let limit = guardrail::call_limit(step, guardrails);
        let planned = self.plan_call(
            place.phase,
            guard_key,
            "guard",
            title,
            &asked,
            limit,
            reading,
        );
        Before::Pending(planned)
    }

    fn guard_did_not_answer(&mut self, key: &StepKey, failure: Failure) -> Before {
        let (failures, seed) = (
            self.history.step(key).map_or(0, |record| record.failures),
            format!("{}{key}", self.history.run().id),
        );
        let event = match retry::decide(failure, avops_recipe::Repeat::Safe, None, failures, &seed)
        {
            Verdict::Again(pause) => Event::StepPaused {
                key: key.clone(),
                until: later(self.now, pause),
                reason: PauseReason::Backoff,
                result: Value::Null,
            },
            Verdict::Ask | Verdict::GiveUp => Event::StepGivenUp {
                key: key.clone(),
                carry_on: false,
            },
        };
        Before::Pending(self.emit([event]))
    }
}

/// The arguments that a schema names, out of those of another action.
fn named_by_schema(args: &Value, schema: &Value) -> Value {
    let mut kept = Map::new();
    for (name, value) in args.as_object().into_iter().flatten() {
        if schema["properties"].get(name).is_some() {
            kept.insert(name.clone(), value.clone());
        }
    }
    Value::Object(kept)
}
