//! Right before an act: is the maintenance window open, does a calendar close the day, and would the call harm somebody now?

use serde_json::{Map, Value, json};

use avops_recipe::{Effect, Expression, MaintenanceWindow, Step};
use jiff::Timestamp;

use super::answer::Reading;
use super::call::{Before, Target};
use super::place::Place;
use super::step::{Progress, Walk, done};
use crate::event::{Event, PauseReason};
use crate::guardrail::{self, HARM_ANSWER_COUNTS, later};
use crate::history::Stage;
use crate::retry::{self, Failure, Verdict};
use crate::run::StepKey;
use crate::surroundings;

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
        let zone = match (window.tz.as_str(), &self.history.state().room) {
            (MaintenanceWindow::OF_ROOM, Some(room)) => {
                let Some(zone) = &room.time_zone else {
                    let name = &room.name;
                    let error = format!("maintenance_window: no time zone is known of {name}");
                    return Before::Never(error);
                };
                zone
            }
            (MaintenanceWindow::OF_ROOM, None) => {
                let error = "maintenance_window: no input names a room of the directory, whose time zone counts";
                return Before::Never(error.to_owned());
            }
            (zone, _) => zone,
        };
        match guardrail::opens_at(window, zone, self.now) {
            Ok(until) => {
                let title = "wait for the maintenance window".to_owned();
                self.parked_until(until, "window", title, place, key)
            }
            Err(error) => Before::Never(format!("maintenance_window: {error}")),
        }
    }

    /// Parks the run until no calendar closes the call's effect.
    pub(super) fn no_calendar_closes(
        &mut self,
        _step: &Step,
        place: &Place,
        key: &StepKey,
        target: &Target<'a>,
    ) -> Before {
        let calendars = self.program.surroundings.calendars();
        let chosen = &self.program.recipe.guardrails.calendars;
        let room = self.history.state().room.as_ref();
        match surroundings::closed(&calendars, chosen, room, target.spec.effect, self.now) {
            Ok(Some(closed)) => {
                let title = format!("wait for the end of {}", closed.why);
                self.parked_until(Some(closed.until), "closed", title, place, key)
            }
            Ok(None) => self.parked_until(None, "closed", String::new(), place, key),
            Err(error) => Before::Never(format!("not done: {error}")),
        }
    }

    /// Parks the run until then, or lets a parked one go on.
    fn parked_until(
        &mut self,
        until: Option<Timestamp>,
        question: &str,
        title: String,
        place: &Place,
        key: &StepKey,
    ) -> Before {
        let key = StepKey(format!("{question}:{key}"));
        let stage = self.history.step(&key).map(|record| &record.stage);
        match (stage, until) {
            (Some(Stage::Paused { .. }), None) => {
                let resumed = Event::StepResumed { key: key.clone() };
                Before::Pending(self.emit([resumed, done(key, None, Value::Null, None)]))
            }
            (_, None) => Before::Holds,
            (Some(Stage::Paused { .. }), Some(until)) => {
                // Somebody may change the calendars meanwhile.
                let look = later(self.now, guardrail::LOOK_AGAIN);
                Before::Pending(self.wake_at(Some(until.min(look))))
            }
            (_, Some(until)) => {
                let attempt = self.history.step(&key).map_or(0, |r| r.state.attempt) + 1;
                let started = Event::StepStarted {
                    key: key.clone(),
                    phase: place.phase,
                    verb: "wait".to_owned(),
                    title,
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
