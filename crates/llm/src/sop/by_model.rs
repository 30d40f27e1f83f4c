//! A procedure in words becomes the draft of a recipe, by a model whose work is checked here.
//!
//! The model has no tools and answers in a form. Every step has to name its line; actions have to be there; numbers, names
//! and addresses have to stand in the procedure, or are marked; hazards wait for a person; the validator has the last word.
//! What does not hold is told to the model a few times, and then put right by code.

mod answer;
mod build;
mod facts;
mod gates;
mod step;
mod telling;

use avops_engine::is_hidden;
use avops_recipe::Vocabulary;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::assemble::mend::{Place, faults};
use super::assemble::{finish, written};
use super::{Draft, Request, lines, reading};
use crate::{Asked, Desk, Form, Message, ModelError, Provider, Transcript, answer_in_form};
use answer::{Answer, schema};
use build::{Bench, Built};
use facts::Known;

/// Tokens of an answer.
const TOKENS: u32 = 16_000;
/// Most faults that a model is told at a time.
const TOLD: usize = 25;

/// What it took to draft by a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModelWork {
    /// Who answered last.
    pub provider: Provider,
    /// The model, as the provider names it.
    pub model: String,
    /// Whether the simulated provider answered.
    pub mock: bool,
    /// How often it was asked for a draft, the first time included.
    pub rounds: u32,
    /// What was still wrong after the last round, and put right by code.
    pub mended: Vec<String>,
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// Micro-dollars; absent when a price is not known.
    pub cost_micro_usd: Option<u64>,
}

/// Has a model draft a recipe out of a procedure, asking it at most `rounds` times.
///
/// # Errors
/// What the desk says; [`ModelError::WrongForm`] when no answer holds a step that a line asks for.
pub async fn draft_by_model(
    desk: &Desk,
    is_mock: bool,
    request: Request<'_>,
    rounds: u32,
    vocabulary: &Vocabulary,
) -> Result<(Draft, ModelWork), ModelError> {
    let read = lines::read(request.text);
    let bench = Bench {
        request,
        lines: &read,
        vocabulary,
        known: Known::new(&read, request.name, request.answers, vocabulary),
    };
    let told = telling::question(&read, request.name, request.answers, vocabulary);
    let mut transcript = Transcript::question(telling::SYSTEM, told, TOKENS);
    transcript.model = request.model.map(str::to_owned);
    transcript.output = Some(Form {
        name: "recipe_draft".to_owned(),
        schema: schema(),
    });
    let mut turns: Vec<Asked> = Vec::new();
    let mut best: Option<Built> = None;
    let mut round = 0;
    while round < rounds.max(1) {
        round += 1;
        let answered = match answer_in_form(desk, is_mock, "sop", transcript.clone()).await {
            Ok(answered) => answered,
            // What came before is better than nothing.
            Err(error) if best.is_some() => {
                tracing::warn!(%error, "a model did not mend its draft of a procedure");
                break;
            }
            Err(error) => return Err(error),
        };
        let built = judged(&bench, answered.value);
        let last = answered.turns.last().map(|asked| asked.turn.clone());
        turns.extend(answered.turns);
        transcript.messages.extend(last.map(Message::Model));
        transcript.messages.push(Message::User {
            text: match &built {
                Ok(built) => mend(&built.faults),
                Err(said) => said.clone(),
            },
        });
        let Ok(built) = built else { continue };
        let is_good = built.faults.is_empty();
        if best
            .as_ref()
            .is_none_or(|best| built.faults.len() <= best.faults.len())
        {
            best = Some(built);
        }
        if is_good {
            break;
        }
    }
    let (Some(built), Some(work)) = (best, work(&turns, round)) else {
        return Err(ModelError::WrongForm {
            said: "it holds no step that a line of the procedure asks for".to_owned(),
        });
    };
    let work = ModelWork {
        mended: built.faults,
        ..work
    };
    let draft = finish(request, &read, built.read, built.phases, vocabulary);
    Ok((draft, work))
}

/// An answer as steps, with everything put right that can be; a sentence for the model when there is none.
fn judged(bench: &Bench<'_>, value: serde_json::Value) -> Result<Built, String> {
    let answer: Answer = serde_json::from_value(value)
        .map_err(|error| format!("This cannot be read: {error}. Answer again."))?;
    let mut built = bench.build(&answer);
    let phases = &built.phases;
    if [&phases.plan, &phases.act, &phases.verify]
        .iter()
        .all(|steps| steps.is_empty())
    {
        return Err("This holds no step that a line of the procedure asks for. Answer again, with the steps.".to_owned());
    }
    let rules = reading::read(bench.lines, bench.vocabulary, bench.request.answers);
    built.account(bench, &answer, &rules);
    built.gate(bench.vocabulary);
    built.compare(bench, &rules);
    let yaml = written::written("draft", bench.lines, &built.read, &built.phases);
    for fault in faults(&yaml, bench.vocabulary) {
        let line = built.line_of(fault.place);
        built.fault(match line {
            Some(line) => format!("line {line}: {}", fault.said),
            None => fault.said,
        });
    }
    Ok(built)
}

impl Built {
    /// The line of the procedure behind a step.
    fn line_of(&mut self, place: Place) -> Option<usize> {
        let piece = match place {
            Place::Step(phase, index) => self.phases.of(phase).get(index),
            Place::Rollback(index) => self.phases.rollback.get(index),
            Place::Elsewhere => None,
        };
        piece.map(|piece| piece.line).filter(|line| *line > 0)
    }
}

fn mend(faults: &[String]) -> String {
    let listed: Vec<String> = faults
        .iter()
        .take(TOLD)
        .map(|fault| format!("- {fault}"))
        .collect();
    format!(
        "The draft was checked, and this does not hold:\n{}\nAnswer again with the whole draft, these points mended. What the procedure does \
         not say becomes an input or a question, or is listed under `assumptions` by its value.",
        listed.join("\n")
    )
}

fn work(turns: &[Asked], rounds: u32) -> Option<ModelWork> {
    let last = turns.last()?;
    let costs: Option<Vec<u64>> = turns.iter().map(|asked| asked.cost_micro_usd).collect();
    Some(ModelWork {
        provider: last.turn.provider,
        model: last.turn.model.clone(),
        mock: last.is_mock,
        rounds,
        mended: Vec::new(),
        input_tokens: turns
            .iter()
            .map(|asked| asked.turn.usage.input_tokens)
            .sum(),
        output_tokens: turns
            .iter()
            .map(|asked| asked.turn.usage.output_tokens)
            .sum(),
        cost_micro_usd: costs.map(|costs| costs.iter().sum()),
    })
}

/// A text with nothing in it that cannot be seen: no control characters, no marks that turn or hide text.
fn visible(text: &str) -> String {
    text.chars()
        .map(|c| if c == '\n' || c == '\t' { ' ' } else { c })
        .filter(|c| !c.is_control() && !is_hidden(*c))
        .collect()
}
