//! Steps that wait for a person: manual deeds, and steps whose outcome only a person can tell.

use serde_json::{Value, json};

use avops_recipe::{Step, Template};

use super::answer::Reading;
use super::place::Place;
use super::step::{Progress, Walk, done};
use super::words;
use crate::event::{Event, PauseReason};
use crate::gate::{Gate, Resolution, Signal};
use crate::guardrail::{call_limit, later, person_limit};
use crate::history::Stage;
use crate::retry::{self, Failure, Verdict};
use crate::run::{StepKey, WaitReason};

impl<'a> Walk<'a> {
    pub(super) fn manual(
        &mut self,
        step: &'a Step,
        place: &Place,
        key: StepKey,
        instruction: &Template,
    ) -> Progress {
        if self.history.step(&key).is_some() {
            return self.answer_of_person(step, place, key);
        }
        let prompt = match instruction.render(&self.scope(place)) {
            Ok(prompt) => prompt,
            Err(error) => return self.fail_evaluating(step, place, key, Value::Null, error),
        };
        let started = self.started(step, place, &key, json!({"instruction": prompt}));
        let gate = Box::new(Gate {
            reason: WaitReason::Manual,
            prompt,
            role: "operator".to_owned(),
            until: Some(later(self.now, person_limit(step))),
            schema: None,
            evidence: Value::Null,
        });
        self.emit([started, Event::GateOpened { key, gate }])
    }

    /// What a person's word means for an `approve` or `manual` step.
    pub(super) fn answer_of_person(
        &mut self,
        step: &'a Step,
        place: &Place,
        key: StepKey,
    ) -> Progress {
        match self.history.step(&key).map(|record| record.stage.clone()) {
            Some(Stage::Gate(gate)) if gate.until.is_some_and(|until| until <= self.now) => {
                self.nobody_answered(key)
            }
            Some(Stage::Gate(gate)) => self.wake_at(gate.until),
            Some(Stage::Answered { signal, by, .. }) => match signal.map(|signal| *signal) {
                Some(Signal::Approve { note, .. }) => {
                    let result = json!({"approved": true, "by": by, "note": note});
                    let message = by.map(|by| format!("approved by {by}"));
                    self.emit([done(key, step.bind.clone(), result, message)])
                }
                Some(Signal::Done { note, artifact, .. }) => {
                    let done = Event::StepDone {
                        key,
                        bind: step.bind.clone(),
                        result: json!({"by": by, "note": note}),
                        moved: None,
                        message: by.map(|by| format!("done by {by}")),
                        artifacts: artifact.into_iter().collect(),
                    };
                    self.emit([done])
                }
                signal => {
                    let error = why_not(signal.as_ref(), by.as_deref());
                    self.fail(step, place, key, Value::Null, error, None)
                }
            },
            _ => Progress::Busy,
        }
    }

    pub(super) fn nobody_answered(&mut self, key: StepKey) -> Progress {
        self.emit([Event::GateClosed {
            key,
            signal: None,
            by: None,
        }])
    }

    /// Asks the step's probe, else a person, whether a call happened whose outcome is unknown.
    pub(super) fn ask_whether_it_happened(
        &mut self,
        step: &Step,
        place: &Place,
        key: &StepKey,
    ) -> Progress {
        let Some(record) = self.history.step(key) else {
            return Progress::Busy;
        };
        if let Some(probe) = &step.probe {
            let probe_key = StepKey(format!("probe:{key}"));
            match self.history.step(&probe_key) {
                Some(probed) if probed.seq > record.seq => match &probed.stage {
                    Stage::Done if probed.result()["happened"] == true => {
                        let answer = probed.result()["answer"].clone();
                        let message = Some("the probe found that it happened".to_owned());
                        return self.emit([done(key.clone(), step.bind.clone(), answer, message)]);
                    }
                    Stage::Done => {
                        return self.emit([Event::StepFailed {
                            key: key.clone(),
                            error: "the probe found that it did not happen".to_owned(),
                            hint: None,
                            retryable: true,
                            result: Value::Null,
                            not_before: None,
                        }]);
                    }
                    Stage::Calling => return Progress::Busy,
                    Stage::Paused { until, .. } if *until > self.now => {
                        return self.wake_at(Some(*until));
                    }
                    Stage::Failed { .. } | Stage::Unknown => {
                        return self.probe_did_not_answer(&probe_key);
                    }
                    Stage::GivenUp { .. } => return self.ask_person(step, key),
                    _ => {}
                },
                _ => {}
            }
            let scope = self.scope(place);
            let target = probe
                .call
                .with
                .render(&scope)
                .map_err(|error| error.to_string())
                .and_then(|args| self.target(&probe.call.tool, &probe.call.action, args, None));
            if let Ok(target) = target {
                let reading = Reading::Probe {
                    bind: probe.bind.clone(),
                    check: probe.check.clone(),
                    scope: Box::new(scope),
                };
                let title = format!("did it happen: {}?", probe.check.text());
                let limit = call_limit(step, &self.program.recipe.guardrails);
                let verb = "probe";
                return self.plan_call(
                    place.phase,
                    probe_key,
                    verb,
                    title,
                    &target,
                    limit,
                    reading,
                );
            }
        }
        self.ask_person(step, key)
    }

    fn probe_did_not_answer(&mut self, key: &StepKey) -> Progress {
        let failures = self.history.step(key).map_or(0, |record| record.failures);
        let seed = format!("{}{key}", self.history.run().id);
        let safe = avops_recipe::Repeat::Safe;
        let event = match retry::decide(Failure::Unknown, safe, None, failures, &seed) {
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
        self.emit([event])
    }

    fn ask_person(&mut self, step: &Step, key: &StepKey) -> Progress {
        let Some(record) = self.history.step(key) else {
            return Progress::Busy;
        };
        let seen = record.state.error.clone().unwrap_or_default();
        let call = json!({
            "step": key,
            "tool": record.state.tool,
            "action": record.state.action,
            "args": record.state.payload,
            "seen": seen,
        });
        let gate = Box::new(Gate {
            reason: WaitReason::Interrupted,
            prompt: format!(
                "Did this happen: {}? Nobody knows: {seen}",
                record.state.title
            ),
            role: "operator".to_owned(),
            until: Some(later(self.now, person_limit_of_doubt(step))),
            schema: None,
            evidence: self.evidence(&[call]),
        });
        self.emit([Event::GateOpened {
            key: key.clone(),
            gate,
        }])
    }

    /// What a person's word on an unknown outcome means; `None` when the call is to be made again.
    pub(super) fn resolved(
        &mut self,
        step: &Step,
        place: &Place,
        key: &StepKey,
        signal: Option<&Signal>,
        by: Option<&str>,
    ) -> Option<Progress> {
        let who = by.unwrap_or("somebody");
        let Some(Signal::Resolve {
            resolution,
            result,
            note,
            ..
        }) = signal
        else {
            let error = format!("{}, so whether it happened is unknown", why_not(signal, by));
            return Some(self.fail(step, place, key.clone(), Value::Null, error, None));
        };
        let said = note
            .as_ref()
            .map_or(String::new(), |note| format!(": {note}"));
        match resolution {
            Resolution::Repeat => None,
            Resolution::Happened => {
                let result = result.clone().unwrap_or(Value::Null);
                let message = Some(format!("{who} says that it happened{said}"));
                Some(self.emit([done(key.clone(), step.bind.clone(), result, message)]))
            }
            Resolution::Skip => Some(self.emit([Event::StepSkipped {
                key: key.clone(),
                phase: place.phase,
                verb: words::verb(&step.verb, self.program).to_owned(),
                title: words::title(step, self.program, &self.scope(place)),
                reason: format!("skipped by {who}{said}"),
            }])),
            Resolution::Fail => {
                let error = format!("{who} let it fail{said}");
                Some(self.fail(step, place, key.clone(), Value::Null, error, None))
            }
        }
    }
}

/// A step's `timeout_s` bounds its call; a person's word on it may take longer.
fn person_limit_of_doubt(step: &Step) -> std::time::Duration {
    person_limit(&Step {
        timeout: None,
        ..step.clone()
    })
}

/// Why something is not done, in the words of who answered.
pub(super) fn why_not(signal: Option<&Signal>, by: Option<&str>) -> String {
    let who = by.unwrap_or("somebody");
    match signal {
        None => "nobody answered in time".to_owned(),
        Some(Signal::Reject {
            note: Some(note), ..
        }) => format!("rejected by {who}: {note}"),
        Some(Signal::RequestChanges { note, .. }) => format!("{who} asks for changes: {note}"),
        Some(_) => format!("rejected by {who}"),
    }
}
