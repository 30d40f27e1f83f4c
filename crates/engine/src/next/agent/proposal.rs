//! Calls that a model proposes: what it may ask for, what stops a call, and what it is told.

use avops_recipe::{Call, Effect, OnError, Step, ValueTemplate, Verb};
use serde_json::{Value, json};

use super::super::place::Place;
use super::super::step::{Progress, Walk};
use super::prompt;
use crate::event::Event;
use crate::hidden::visible;
use crate::history::Stage;
use crate::model::{Fate, Offer, Proposal};
use crate::run::{RunPhase, StepKey};

/// So many calls of one turn are looked at.
const MOST_IN_A_TURN: usize = 16;

impl<'a> Walk<'a> {
    /// What the model may ask for here: the agent's tools, narrowed by the recipe, by the step, and by what the phase allows.
    pub(super) fn offers(&self, step: &Step, place: &Place) -> Vec<Offer> {
        let Verb::Agent { tools, .. } = &step.verb else {
            return Vec::new();
        };
        let most = if place.phase == RunPhase::Act {
            Effect::Destructive
        } else {
            Effect::Read
        };
        let of_recipe = &self.program.recipe.guardrails.allow_tools;
        let may = self
            .program
            .vocabulary
            .reach(of_recipe.as_deref(), tools.as_deref(), most);
        may.into_iter()
            .map(|(tool, action)| Offer {
                name: format!("{tool}.{}", action.name),
                description: format!("{}. {}", action.title, action.description),
                input_schema: action.input_schema.clone(),
            })
            .collect()
    }

    /// What became of a proposal; `None` while that is open.
    pub(super) fn fate(&self, key: &StepKey, proposal: &Proposal) -> Option<Fate> {
        let record = self.history.step(key)?;
        let (content, is_error) = match record.stage {
            Stage::Done => (prompt::data(&proposal.name, record.result()), false),
            Stage::GivenUp { .. } => {
                let error = record.state.error.clone().unwrap_or_default();
                (
                    format!("not done: {}", prompt::data("the program", &json!(error))),
                    true,
                )
            }
            Stage::Skipped => {
                let why = record.state.message.clone().unwrap_or_default();
                (
                    format!("not done: {}", prompt::data("the program", &json!(why))),
                    true,
                )
            }
            _ => return None,
        };
        Some(Fate {
            id: proposal.id.clone(),
            content,
            is_error,
        })
    }

    /// Refuses a proposal, or takes it through the gates of every call to its end.
    pub(super) fn propose(
        &mut self,
        step: &'a Step,
        place: &Place,
        key: StepKey,
        proposal: &Proposal,
        offers: &[Offer],
    ) -> Progress {
        let is_new = self.history.step(&key).is_none();
        if is_new && let Err(why) = self.allowed(&key, proposal, offers) {
            return self.refuse(place, key, proposal, why);
        }
        let (tool, action) = proposal
            .name
            .split_once('.')
            .unwrap_or((&proposal.name, ""));
        let Some(tool) = self.program.vocabulary.tools.get(tool) else {
            return self.refuse(place, key, proposal, "the tool is gone".to_owned());
        };
        let own = Step {
            id: key.0.clone(),
            verb: Verb::Action(Call {
                tool: tool.name.clone(),
                action: action.to_owned(),
                with: ValueTemplate::literally(proposal.arguments.clone()),
            }),
            // The model hears of a failure; the run goes on.
            on_error: OnError::Continue,
            title: None,
            bind: None,
            when: None,
            for_each: None,
            until: None,
            undo: None,
            probe: None,
            repeat: None,
            timeout: None,
            ..step.clone()
        };
        if let Some(progress) = self.unfinished(&own, place, &key) {
            return progress;
        }
        match self.target(&tool.name, action, proposal.arguments.clone(), None) {
            Ok(mut target) => {
                let asks_for_all = matches!(
                    &step.verb,
                    Verb::Agent {
                        approve_acts: true,
                        ..
                    }
                );
                target.by_model = true;
                target.must_ask = asks_for_all || target.spec.effect == Effect::Destructive;
                self.prepare(&own, place, key, &target)
            }
            Err(error) => self.refuse(place, key, proposal, error),
        }
    }

    /// Whether a proposal may be looked at further; else why not, in words for the model and for people.
    fn allowed(&self, key: &StepKey, proposal: &Proposal, offers: &[Offer]) -> Result<(), String> {
        let number = key
            .0
            .rsplit_once('.')
            .and_then(|(_, number)| number.parse().ok());
        if number.is_some_and(|number: usize| number > MOST_IN_A_TURN) {
            return Err(format!(
                "at most {MOST_IN_A_TURN} calls in one turn are looked at"
            ));
        }
        if let Some(fault) = &proposal.fault {
            return Err(format!("the arguments cannot be read: {fault}"));
        }
        let Some(offer) = offers.iter().find(|offer| offer.name == proposal.name) else {
            return Err(format!("{} is not offered to this step", proposal.name));
        };
        let faults = super::faults(&offer.input_schema, &proposal.arguments)?;
        if !faults.is_empty() {
            return Err(format!("the arguments do not fit: {}", faults.join("; ")));
        }
        let denied = &self.program.recipe.guardrails.deny_domains;
        match denied
            .iter()
            .find(|domain| names_domain(&proposal.arguments, domain))
        {
            Some(domain) => Err(format!("{domain} is denied (guardrails.deny_domains)")),
            None => Ok(()),
        }
    }

    fn refuse(
        &mut self,
        place: &Place,
        key: StepKey,
        proposal: &Proposal,
        error: String,
    ) -> Progress {
        let attempt = self
            .history
            .step(&key)
            .map_or(0, |record| record.state.attempt)
            + 1;
        let started = Event::StepStarted {
            key: key.clone(),
            phase: place.phase,
            verb: "action".to_owned(),
            title: proposal.name.clone(),
            attempt,
            payload: proposal.arguments.clone(),
            call: None,
            deadline: None,
        };
        let failed = Event::StepFailed {
            key: key.clone(),
            error,
            hint: None,
            retryable: false,
            result: Value::Null,
            not_before: None,
        };
        let given_up = Event::StepGivenUp {
            key,
            carry_on: true,
        };
        self.emit([started, failed, given_up])
    }
}

/// States whether a text among the arguments names a domain or one below it, however it is spelt.
fn names_domain(value: &Value, domain: &str) -> bool {
    match value {
        Value::String(text) => text_names_domain(text, domain),
        Value::Array(list) => list.iter().any(|item| names_domain(item, domain)),
        Value::Object(map) => map
            .iter()
            .any(|(name, value)| text_names_domain(name, domain) || names_domain(value, domain)),
        _ => false,
    }
}

fn text_names_domain(text: &str, domain: &str) -> bool {
    let text = spelt_out(text);
    let domain = domain.trim_start_matches("*.").to_lowercase();
    let inside = |c: char| c.is_alphanumeric() || c == '-';
    text.match_indices(&domain).any(|(at, found)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text
            .get(at + found.len()..)
            .and_then(|after| after.chars().next());
        !before.is_some_and(inside) && !after.is_some_and(inside)
    })
}

/// A text as an address in it would be read: small letters, escapes undone, wide forms and other full stops made plain,
/// without what nobody sees.
fn spelt_out(text: &str) -> String {
    // An escape may be escaped in turn.
    const LAYERS: usize = 3;
    let mut text: String = visible(text)
        .chars()
        .map(|c| match c {
            '\u{3002}' | '\u{ff61}' => '.',
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            c => c,
        })
        .collect();
    for _ in 0..LAYERS {
        text = unescaped(&text);
    }
    text.to_lowercase()
}

/// A text with the escapes of addresses (`%2e`) undone.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = match (first, after) {
            (b'%', [high, low, ..]) => char::from(*high)
                .to_digit(16)
                .zip(char::from(*low).to_digit(16))
                .and_then(|(high, low)| u8::try_from(high * 16 + low).ok()),
            _ => None,
        };
        bytes.push(escaped.unwrap_or(*first));
        rest = match escaped {
            Some(_) => after.get(2..).unwrap_or_default(),
            None => after,
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
