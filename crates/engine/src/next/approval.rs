//! Approvals are bound to what was shown: recipe version, step and rendered arguments.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use avops_recipe::{Effect, Phase, Step, Template, Verb};

use super::call::{Before, Target};
use super::place::Place;
use super::step::{Progress, Walk};
use super::words;
use crate::event::Event;
use crate::gate::{Gate, Signal};
use crate::guardrail::{approval_limit, later};
use crate::history::Stage;
use crate::run::{StepKey, WaitReason};

impl<'a> Walk<'a> {
    /// A person with `role` says yes or no to what follows.
    pub(super) fn approve(
        &mut self,
        step: &'a Step,
        place: &Place,
        key: StepKey,
        question: &Template,
        role: &str,
        following: &'a [Step],
    ) -> Progress {
        if self.history.step(&key).is_some() {
            return self.answer_of_person(step, place, key);
        }
        let prompt = match question.render(&self.scope(place)) {
            Ok(prompt) => prompt,
            Err(error) => return self.fail_evaluating(step, place, key, Value::Null, error),
        };
        let mut calls = self.calls_up_to_next_approval(following, place);
        if place.phase == crate::run::RunPhase::Plan && calls.1 {
            let act = Place::of_phase(Phase::Act);
            let recipe = &self.program.recipe;
            calls
                .0
                .extend(self.calls_up_to_next_approval(&recipe.act, &act).0);
        }
        let gate = Gate {
            reason: WaitReason::Approval,
            prompt: prompt.clone(),
            role: role.to_owned(),
            until: Some(later(self.now, approval_limit(step))),
            schema: None,
            evidence: self.evidence(&calls.0),
        };
        let started = self.started(step, place, &key, json!({"question": prompt}));
        let gate = Box::new(gate);
        self.emit([started, Event::GateOpened { key, gate }])
    }

    /// States whether a person has approved this very call, where one must; asks otherwise. One must when the recipe says
    /// so for destructive calls, and when the arguments are no longer those that were approved.
    pub(super) fn approval_holds(
        &mut self,
        step: &Step,
        place: &Place,
        key: &StepKey,
        target: &Target<'a>,
    ) -> Before {
        let hash = self.hash(key, target.tool, &target.spec.name, &target.args);
        let approved = self.history.approved(key).and_then(Value::as_str);
        let is_supervised = self.history.run().supervised;
        let must_ask = target.must_ask
            || is_supervised
            || self.program.recipe.guardrails.approve_destructive
                && target.spec.effect == Effect::Destructive;
        match approved {
            Some(approved) if approved == hash => return Before::Holds,
            None if !must_ask => return Before::Holds,
            _ => {}
        }
        let gate_key = StepKey(format!("approve:{key}"));
        match self.history.step(&gate_key).map(|record| &record.stage) {
            Some(Stage::Gate(gate)) if gate.until.is_some_and(|until| until <= self.now) => {
                Before::Pending(self.nobody_answered(gate_key))
            }
            Some(Stage::Gate(gate)) => Before::Pending(self.wake_at(gate.until)),
            Some(Stage::Answered { signal, by, .. })
                if let Some(Signal::Approve { note, .. }) = signal.as_deref() =>
            {
                let done = Event::StepDone {
                    key: gate_key,
                    bind: None,
                    result: json!({"approved": true, "by": by, "note": note}),
                    moved: None,
                    message: None,
                    artifacts: Vec::new(),
                };
                Before::Pending(self.emit([done]))
            }
            Some(Stage::Answered { signal, by, .. }) => {
                let error = super::people::why_not(signal.as_deref(), by.as_deref());
                self.emit([
                    Event::StepFailed {
                        key: gate_key.clone(),
                        error,
                        hint: None,
                        retryable: false,
                        result: Value::Null,
                        not_before: None,
                    },
                    Event::StepGivenUp {
                        key: gate_key,
                        carry_on: false,
                    },
                ]);
                Before::Pending(Progress::Busy)
            }
            Some(Stage::GivenUp { .. }) => {
                let record = self.history.step(&gate_key);
                let error = record.and_then(|record| record.state.error.clone());
                Before::Never(error.unwrap_or_else(|| "not approved".to_owned()))
            }
            _ => {
                let call = self.shown(key, step, target.tool, &target.spec.name, &target.args);
                let title = words::title(step, self.program, &self.scope(place));
                let prompt = if approved.is_some() {
                    format!("{title}: the arguments have changed since they were approved. Go on?")
                } else if target.by_model {
                    format!("The model proposes {title}. Go on?")
                } else if is_supervised {
                    format!("{title}: the recipe is supervised, so each act is asked about. Go on?")
                } else {
                    format!("{title} interrupts people or cannot be put back. Go on?")
                };
                let attempt = self.history.step(&gate_key).map_or(0, |r| r.state.attempt) + 1;
                let started = Event::StepStarted {
                    key: gate_key.clone(),
                    phase: place.phase,
                    verb: "approve".to_owned(),
                    title: prompt.clone(),
                    attempt,
                    payload: json!({"question": prompt}),
                    call: None,
                    deadline: None,
                };
                let gate = Box::new(Gate {
                    reason: WaitReason::Approval,
                    prompt,
                    role: "operator".to_owned(),
                    until: Some(later(self.now, approval_limit(step))),
                    schema: None,
                    evidence: self.evidence(&[call]),
                });
                let opened = Event::GateOpened {
                    key: gate_key,
                    gate,
                };
                Before::Pending(self.emit([started, opened]))
            }
        }
    }

    /// The calls behind an approval, as far as they can be known now; and whether no other approval follows.
    fn calls_up_to_next_approval(&self, steps: &'a [Step], place: &Place) -> (Vec<Value>, bool) {
        let mut calls = Vec::new();
        for step in steps {
            match &step.verb {
                Verb::Approve { .. } => return (calls, false),
                Verb::Do { steps } if step.for_each.is_none() => {
                    let (inner, goes_on) = self.calls_up_to_next_approval(steps, place);
                    calls.extend(inner);
                    if !goes_on {
                        return (calls, false);
                    }
                }
                Verb::Action(call) if step.for_each.is_none() => {
                    let key = place.key(step);
                    let spec = self.program.vocabulary.action(&call.tool, &call.action);
                    if spec.is_some_and(|spec| spec.effect == Effect::Read) {
                        continue;
                    }
                    calls.push(match call.with.render(&self.scope(place)) {
                        Ok(Value::Null) => {
                            self.shown(&key, step, &call.tool, &call.action, &json!({}))
                        }
                        Ok(args) => self.shown(&key, step, &call.tool, &call.action, &args),
                        // It needs what is not known yet. People see it as it is written.
                        Err(_) => json!({
                            "step": key,
                            "tool": call.tool,
                            "action": call.action,
                            "as_written": call.with.literal(),
                            "undo": self.undo(step),
                        }),
                    });
                }
                _ => {}
            }
        }
        (calls, true)
    }

    fn shown(&self, key: &StepKey, step: &Step, tool: &str, action: &str, args: &Value) -> Value {
        json!({
            "step": key,
            "tool": tool,
            "action": action,
            "args": args,
            "undo": self.undo(step),
            "hash": self.hash(key, tool, action, args),
        })
    }

    /// What puts the step back when the run fails later; null where nothing does.
    fn undo(&self, step: &Step) -> Value {
        match step.undo.as_ref().map(|undo| &undo.verb) {
            None => Value::Null,
            Some(Verb::Action(call)) => json!(format!("{}.{}", call.tool, call.action)),
            Some(verb) => json!(words::verb(verb, self.program)),
        }
    }

    fn hash(&self, key: &StepKey, tool: &str, action: &str, args: &Value) -> String {
        let recipe = &self.history.run().recipe.hash;
        let bound = json!([recipe, key, tool, action, args]);
        hex::encode(Sha256::digest(bound.to_string()))
    }

    /// What a person sees before deciding: the calls, and what the run has found out so far.
    pub(super) fn evidence(&self, calls: &[Value]) -> Value {
        let run = self.history.run();
        let results: Map<String, Value> = self
            .history
            .steps()
            .filter(|record| record.stage == Stage::Done && !record.state.result.is_null())
            .map(|record| (record.state.key.0.clone(), record.state.result.clone()))
            .collect();
        json!({
            "recipe": {"name": run.recipe.name, "version": run.recipe.version, "hash": run.recipe.hash},
            "calls": calls,
            "no_rollback_reason": self.program.recipe.guardrails.no_rollback_reason,
            "results": crate::content::bounded(Value::Object(results)),
        })
    }
}
