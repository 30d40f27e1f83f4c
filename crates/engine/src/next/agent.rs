//! An agent step: a conversation with a language model, turn by turn.
//!
//! Each turn is a step of its own in the journal (`act.2.turn.1`), and so is each call that the model proposes
//! (`act.2.turn.1.call.1`), with its fate. The conversation is a fold of these, so what was answered is never asked
//! again, and a crash resumes at the turn that was reached. The model decides nothing: what it proposes passes
//! the same gates as the author's calls, and more of them.

mod prompt;
mod proposal;

use std::time::Duration;

use serde_json::{Value, json};

use avops_recipe::{Effect, OnError, Repeat, Step, Verb};

use super::answer::Reading;
use super::place::Place;
use super::step::{Progress, Walk, done};
use super::{PlannedCall, Request, words};
use crate::event::{CallIntent, Event};
use crate::guardrail::later;
use crate::history::Stage;
use crate::model::{Question, Said, Turn};
use crate::run::StepKey;

/// What the journal calls the tool of a turn. No connector can have this name: names have no colon.
pub(crate) const MODEL: &str = "model:";
/// How long a model may take for one turn.
const TURN_LIMIT: Duration = Duration::from_mins(2);
/// How long an agent step may work when its author does not say; waiting for people does not count.
const STEP_LIMIT: Duration = Duration::from_mins(15);
/// How often a model is told that its answer does not have its form.
const REPAIRS: u32 = 2;
/// How many faults of an answer it is told at a time.
const FAULTS: usize = 5;

/// What a turn is up to.
enum Standing {
    /// It is to be asked for.
    Due,
    /// It is being asked for, or will be.
    Pending(Progress),
    /// It is there.
    Answered(Box<Turn>),
    /// There will be none, and why.
    Never(String, Option<String>),
}

impl<'a> Walk<'a> {
    /// The model works on the step's goal.
    pub(super) fn agent(&mut self, step: &'a Step, place: &Place, key: StepKey) -> Progress {
        let Verb::Agent {
            goal,
            max_turns,
            output,
            ..
        } = &step.verb
        else {
            return Progress::Busy;
        };
        let offers = self.offers(step, place);
        let Some(record) = self.history.step(&key) else {
            let goal = match prompt::goal(goal, &self.scope(place)) {
                Ok(goal) => goal,
                Err(error) => return self.fail_evaluating(step, place, key, Value::Null, error),
            };
            let names: Vec<&str> = offers.iter().map(|offer| offer.name.as_str()).collect();
            let payload = json!({"goal": goal, "may_use": names, "max_turns": max_turns});
            let started = self.started(step, place, &key, payload);
            return self.emit([started]);
        };
        let goal = record.state.payload["goal"].as_str().unwrap_or_default();
        let mut said = vec![Said::Program(goal.to_owned())];
        let (mut repairs, mut tokens) = (0, 0);
        for number in 1_u32.. {
            let turn_key = StepKey(format!("{key}.turn.{number}"));
            let turn = match self.turn(step, place, &turn_key) {
                Standing::Answered(turn) => *turn,
                Standing::Pending(progress) => return progress,
                Standing::Never(error, hint) => {
                    return self.fail(step, place, key, Value::Null, error, hint);
                }
                Standing::Due => {
                    if let Some((error, hint)) = self.used_up(step, &key, number, tokens) {
                        return self.fail(step, place, key, Value::Null, error, Some(hint));
                    }
                    let question = Question {
                        mode: self.history.run().mode,
                        model: self
                            .history
                            .run()
                            .agent
                            .as_ref()
                            .and_then(|agent| agent.model.clone()),
                        system: prompt::SYSTEM.to_owned(),
                        said,
                        offers,
                        form: output.clone(),
                        max_tokens: self.tokens_left(step, tokens),
                        timeout: TURN_LIMIT,
                    };
                    return self.ask_model(step, place, turn_key, number, question);
                }
            };
            tokens += turn.tokens();
            said.push(Said::Model(Box::new(turn.clone())));
            if !turn.calls.is_empty() {
                let mut fates = Vec::new();
                for (place_in_turn, proposal) in (1_usize..).zip(&turn.calls) {
                    let call_key = StepKey(format!("{turn_key}.call.{place_in_turn}"));
                    match self.fate(&call_key, proposal) {
                        Some(fate) => fates.push(fate),
                        None => return self.propose(step, place, call_key, proposal, &offers),
                    }
                }
                said.push(Said::Results(fates));
                continue;
            }
            if turn.paused {
                said.push(Said::Program("Go on.".to_owned()));
                continue;
            }
            match answer(output.as_ref(), &turn) {
                Ok(value) => {
                    let message = format!("{number} {}, {tokens} tokens", turns(number));
                    return self.emit([done(key, step.bind.clone(), value, Some(message))]);
                }
                Err(faults) if repairs < REPAIRS => {
                    repairs += 1;
                    said.push(Said::Program(prompt::mend(&faults)));
                }
                Err(faults) => {
                    let error = format!("the model's answer does not have its form: {faults}");
                    let hint = "simplify `output`, or choose a more capable model".to_owned();
                    return self.fail(step, place, key, Value::Null, error, Some(hint));
                }
            }
        }
        Progress::Busy
    }

    /// What a turn is up to.
    fn turn(&mut self, step: &Step, place: &Place, key: &StepKey) -> Standing {
        let Some(record) = self.history.step(key) else {
            return Standing::Due;
        };
        match &record.stage {
            Stage::Done => match serde_json::from_value(record.result().clone()) {
                Ok(turn) => return Standing::Answered(Box::new(turn)),
                Err(error) => {
                    let error = format!("the turn {key} cannot be read back: {error}");
                    return Standing::Never(error, None);
                }
            },
            Stage::GivenUp { .. } => {
                let error = record.state.error.clone().unwrap_or_default();
                return Standing::Never(error, record.hint.clone());
            }
            Stage::Skipped => return Standing::Never("the turn was skipped".to_owned(), None),
            _ => {}
        }
        let question = Step {
            on_error: OnError::Fail,
            until: None,
            probe: None,
            timeout: None,
            ..step.clone()
        };
        self.unfinished(&question, place, key)
            .map_or(Standing::Due, Standing::Pending)
    }

    fn ask_model(
        &mut self,
        step: &Step,
        place: &Place,
        key: StepKey,
        number: u32,
        mut question: Question,
    ) -> Progress {
        let mut deadline = later(self.now, question.timeout);
        if let Some(of_run) = self.history.deadline_from(self.now) {
            deadline = deadline.min(of_run);
        }
        question.timeout = super::call::until_then(self.now, deadline);
        let run = self.history.run();
        let title = words::title(step, self.program, &self.scope(place));
        let started = Event::StepStarted {
            key: key.clone(),
            phase: place.phase,
            verb: "model".to_owned(),
            title: format!("turn {number} of: {title}"),
            attempt: self.history.step(&key).map_or(0, |r| r.state.attempt) + 1,
            payload: shown(&question),
            call: Some(CallIntent {
                tool: MODEL.to_owned(),
                action: "turn".to_owned(),
                effect: Effect::Read,
                repeat: Repeat::Safe,
                idempotency_key: format!("{}:{key}", run.id),
            }),
            deadline: Some(deadline),
        };
        self.calls.push(PlannedCall {
            key,
            started,
            request: Request::Model(Box::new(question)),
            effect: Effect::Read,
            deadline,
            reading: Reading::Result { bind: None },
            after_all: true,
        });
        Progress::Busy
    }

    /// Why no further turn is asked for, and how to mend it.
    fn used_up(
        &self,
        step: &Step,
        key: &StepKey,
        number: u32,
        tokens: u64,
    ) -> Option<(String, String)> {
        let Verb::Agent {
            max_turns,
            max_tokens,
            ..
        } = &step.verb
        else {
            return None;
        };
        if number > *max_turns {
            return Some((
                format!(
                    "the model gave no answer within {max_turns} {}",
                    turns(*max_turns)
                ),
                "narrow the goal, or raise `max_turns`".to_owned(),
            ));
        }
        if let Some(most) = max_tokens.filter(|most| tokens >= *most) {
            return Some((
                format!("the model gave no answer within {most} tokens"),
                "narrow the goal, or raise `max_tokens` of the step".to_owned(),
            ));
        }
        let of_run = self.history.model_tokens();
        if let Some(most) = self
            .program
            .recipe
            .guardrails
            .max_tokens
            .filter(|most| of_run >= *most)
        {
            return Some((
                format!("the run used {of_run} tokens, and may use {most} (guardrails.max_tokens)"),
                "narrow the goal, or raise `max_tokens` under `guardrails:`".to_owned(),
            ));
        }
        let limit = step.timeout.unwrap_or(STEP_LIMIT);
        let worked = self.worked_on(key);
        (worked >= limit).then(|| {
            (
                format!("the model gave no answer within {}", words::span(limit)),
                "narrow the goal, or raise `timeout_s` of the step".to_owned(),
            )
        })
    }

    /// Tokens that are left for the step, where its recipe limits them.
    fn tokens_left(&self, step: &Step, tokens: u64) -> Option<u64> {
        let Verb::Agent { max_tokens, .. } = &step.verb else {
            return None;
        };
        let of_step = max_tokens.map(|most| most.saturating_sub(tokens));
        let of_run = self.program.recipe.guardrails.max_tokens;
        let of_run = of_run.map(|most| most.saturating_sub(self.history.model_tokens()));
        of_step.into_iter().chain(of_run).min()
    }

    /// How long the turns and calls of an agent step took.
    fn worked_on(&self, key: &StepKey) -> Duration {
        let prefix = format!("{key}.turn.");
        self.history
            .steps()
            .filter(|record| record.state.key.0.starts_with(&prefix))
            .map(|record| {
                let until = record.state.finished_at.unwrap_or(self.now);
                super::call::until_then(record.state.started_at, until)
            })
            .sum()
    }
}

/// What people see of a question: the words that are new, and what is offered.
fn shown(question: &Question) -> Value {
    let names: Vec<&str> = question
        .offers
        .iter()
        .map(|offer| offer.name.as_str())
        .collect();
    let new = match question.said.last() {
        Some(Said::Results(fates)) => fates
            .iter()
            .map(|fate| json!({"id": fate.id, "told": fate.content, "is_error": fate.is_error}))
            .collect(),
        Some(Said::Program(text)) => json!(text),
        _ => Value::Null,
    };
    if question.said.len() > 1 {
        return json!({"prompt": new, "may_use": names});
    }
    json!({"system": question.system, "prompt": new, "may_use": names, "form": question.form})
}

/// Reads the answer; without a form it is the words as they are.
fn answer(form: Option<&Value>, turn: &Turn) -> Result<Value, String> {
    let Some(form) = form else {
        if turn.text.trim().is_empty() {
            return Err("it is empty".to_owned());
        }
        return Ok(Value::String(turn.text.clone()));
    };
    let text = turn.text.trim();
    let inside = text
        .strip_prefix("```json")
        .or_else(|| text.strip_prefix("```"))
        .and_then(|rest| rest.trim_end().strip_suffix("```"))
        .unwrap_or(text);
    let value: Value = serde_json::from_str(inside).map_err(|error| {
        if turn.cut_short {
            "it broke off at the limit of tokens".to_owned()
        } else {
            format!("it is not JSON ({error})")
        }
    })?;
    let faults = faults(form, &value)?;
    if faults.is_empty() {
        Ok(value)
    } else {
        Err(faults.join("; "))
    }
}

/// What does not fit a JSON Schema.
fn faults(schema: &Value, value: &Value) -> Result<Vec<String>, String> {
    let check = jsonschema::validator_for(schema)
        .map_err(|error| format!("the form is no JSON Schema: {error}"))?;
    Ok(check
        .iter_errors(value)
        .take(FAULTS)
        .map(|error| format!("at `{}`: {error}", error.instance_path()))
        .collect())
}

fn turns(number: u32) -> &'static str {
    if number == 1 { "turn" } else { "turns" }
}
