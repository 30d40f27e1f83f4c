//! The answer of a model as steps, with everything in it that code can tell to be wrong put right and named.

use std::collections::BTreeSet;

use avops_recipe::{Effect, Vocabulary};

use super::answer::{Answer, Input, Part};
use super::facts::{Invented, Known};
use super::step::unsaid;
use super::visible;
use crate::sop::assemble::mend::by_hand;
use crate::sop::assemble::phases::{Phases, asked, typed};
use crate::sop::calls::Yaml;
use crate::sop::lines::{Line, LineKind};
use crate::sop::reading::{Piece, Read, Role};
use crate::sop::words::identifier;
use crate::sop::{Assumption, Question, Request};

/// Most steps and inputs, and the longest text of one, in characters.
const MOST: (usize, usize) = (200, 2_000);

/// What an answer came to.
pub(super) struct Built {
    pub(super) phases: Phases,
    pub(super) read: Read,
    /// What was wrong with the answer, in words for the model.
    pub(super) faults: Vec<String>,
}

/// What a step is judged by.
pub(super) struct Bench<'a> {
    pub(super) request: Request<'a>,
    pub(super) lines: &'a [Line],
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) known: Known,
}

impl Bench<'_> {
    pub(super) fn line(&self, number: usize) -> Option<&Line> {
        self.lines
            .iter()
            .find(|line| line.number == number && line.kind != LineKind::Blank)
    }

    /// Makes steps of an answer.
    pub(super) fn build(&self, answer: &Answer) -> Built {
        let mut built = Built {
            phases: Phases::default(),
            read: Read {
                title: Some(visible(&answer.title)).filter(|title| !title.trim().is_empty()),
                purpose: Some(visible(&answer.description)).filter(|text| !text.trim().is_empty()),
                headings: self.of_kind(LineKind::Heading),
                ..Read::default()
            },
            faults: Vec::new(),
        };
        built.head(self, answer);
        for input in answer.inputs.iter().take(MOST.0) {
            built.input(self, answer, input);
        }
        built.steps(self, answer);
        built.remarks(self, answer);
        built
    }

    fn of_kind(&self, kind: LineKind) -> BTreeSet<usize> {
        let lines = self.lines.iter().filter(|line| line.kind == kind);
        lines.map(|line| line.number).collect()
    }
}

impl Built {
    pub(super) fn fault(&mut self, said: impl Into<String>) {
        self.faults.push(said.into());
    }

    pub(super) fn assume(&mut self, line: Option<usize>, text: impl Into<String>) {
        let assumption = Assumption {
            line,
            text: text.into(),
        };
        if !self.read.assumptions.contains(&assumption) {
            self.read.assumptions.push(assumption);
        }
    }

    /// Title, description and limit: facts that nobody said are taken out of them.
    fn head(&mut self, bench: &Bench<'_>, answer: &Answer) {
        let lower =
            |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_lowercase();
        let (title, purpose) = (lower(&self.read.title), lower(&self.read.purpose));
        for line in bench
            .lines
            .iter()
            .filter(|line| line.kind != LineKind::Blank)
        {
            let body = line.text.to_lowercase();
            if !title.is_empty() && body.contains(&title)
                || !purpose.is_empty() && body.contains(&purpose)
            {
                self.read.used.insert(line.number);
            }
        }
        for (what, text) in [
            ("title", &mut self.read.title),
            ("description", &mut self.read.purpose),
        ] {
            let invented = text
                .as_deref()
                .map(|text| bench.known.in_sentence(text))
                .unwrap_or_default();
            if !invented.is_empty() {
                *text = None;
                self.faults.push(format!(
                    "the {what} holds {}, which the procedure does not say",
                    list(&invented)
                ));
            }
        }
        let Some(minutes) = answer
            .minutes
            .filter(|minutes| (1..=1_440).contains(minutes))
        else {
            return;
        };
        let limit = std::time::Duration::from_secs(minutes * 60);
        if bench.known.names(limit) {
            self.read.limit = Some(limit);
        } else {
            self.fault(format!(
                "`minutes` is {minutes}, and the procedure names no such time"
            ));
        }
    }

    fn input(&mut self, bench: &Bench<'_>, answer: &Answer, input: &Input) {
        let name = identifier(&input.name);
        let is_taken = |piece: &Piece| {
            piece
                .step
                .iter()
                .any(|(key, value)| key == "as" && *value == Yaml::Text(name.clone()))
        };
        if name.is_empty() || self.phases.intake.iter().any(is_taken) {
            self.fault(format!(
                "the input {:?} has no name, or one that is taken",
                visible(&input.name)
            ));
            return;
        }
        let line = input.line.filter(|number| bench.line(*number).is_some());
        self.read.used.extend(line);
        let mut step = vec![
            ("ask", Yaml::Text(inert(&input.question))),
            ("as", Yaml::Text(name.clone())),
        ];
        if input.kind != "string" {
            step.push(("type", Yaml::Text(visible(&input.kind))));
        }
        let given = bench.request.answers.get(&format!("input.{name}")).cloned();
        let stated = input
            .default
            .as_deref()
            .map(inert)
            .filter(|text| !text.trim().is_empty());
        if let Some(given) = given {
            step.push(("default", typed(&input.kind, &given)));
        } else if let Some(stated) = stated {
            let invented = unsaid(answer, bench.known.in_value(&stated));
            if invented.is_empty() {
                step.push(("default", typed(&input.kind, &stated)));
            } else {
                self.fault(format!("the input `{name}` has the default {stated:?}, and the procedure does not say {}", list(&invented)));
                self.read.questions.push(Question {
                    id: format!("input.{name}"),
                    line,
                    text: inert(&input.question),
                });
            }
        }
        self.phases.intake.push(asked(step, line));
    }

    /// Steps by their parts; what changes something is never before the deeds.
    fn steps(&mut self, bench: &Bench<'_>, answer: &Answer) {
        if answer.steps.len() > MOST.0 {
            self.fault(format!("there are more than {} steps", MOST.0));
        }
        let stated = |part: Part| {
            answer
                .steps
                .iter()
                .take(MOST.0)
                .filter(move |step| step.part == part)
        };
        let mut acted = false;
        for step in stated(Part::Before) {
            if let Some(piece) = self.piece(bench, answer, step) {
                let effect = effect(&piece, bench.vocabulary);
                if effect.is_some_and(|effect| effect != Effect::Read) && !acted {
                    self.fault(format!(
                        "line {}: `before` holds what changes something; it belongs to `do`",
                        step.line
                    ));
                    acted = true;
                }
                if acted {
                    &mut self.phases.act
                } else {
                    &mut self.phases.plan
                }
                .push(piece);
            }
        }
        for step in stated(Part::Do) {
            if let Some(piece) = self.piece(bench, answer, step) {
                self.phases.act.push(piece);
            }
        }
        let mut after: Vec<Piece> = Vec::new();
        for step in stated(Part::After) {
            after.extend(self.piece(bench, answer, step));
        }
        let last = after.iter().rposition(|piece| {
            piece.role == Role::Approve
                || effect(piece, bench.vocabulary) == Some(Effect::Destructive)
        });
        let rest = after.split_off(last.map_or(0, |last| last + 1));
        self.phases.act.extend(after);
        self.phases.verify = rest;
        for step in stated(Part::OnFailure) {
            if let Some(mut piece) = self.piece(bench, answer, step) {
                let is_hazard = effect(&piece, bench.vocabulary) == Some(Effect::Destructive);
                if is_hazard || piece.role == Role::Approve {
                    by_hand(&mut piece);
                }
                self.phases.rollback.push(piece);
            }
        }
    }

    fn remarks(&mut self, bench: &Bench<'_>, answer: &Answer) {
        for said in answer.assumptions.iter().take(MOST.0) {
            let line = said.line.filter(|number| bench.line(*number).is_some());
            self.assume(line, cut(&visible(&said.text)));
        }
        for said in answer.questions.iter().take(MOST.0) {
            let id = format!("ask.{}", identifier(&said.text));
            let is_known = self.read.questions.iter().any(|known| known.id == id);
            if !bench.request.answers.contains_key(&id) && !is_known {
                self.read.questions.push(Question {
                    id,
                    line: said.line.filter(|number| bench.line(*number).is_some()),
                    text: cut(&visible(&said.text)),
                });
            }
        }
    }
}

/// The effect of the call that a step makes.
pub(super) fn effect(piece: &Piece, vocabulary: &Vocabulary) -> Option<Effect> {
    let action = piece.step.iter().find_map(|(key, value)| match value {
        Yaml::Text(text) if key == "action" => Some(text),
        _ => None,
    })?;
    let (tool, action) = action.split_once('.')?;
    Some(vocabulary.action(tool, action)?.effect)
}

/// A text without templates.
pub(super) fn inert(text: &str) -> String {
    crate::sop::words::plain(&cut(&visible(text)))
}

pub(super) fn cut(text: &str) -> String {
    text.chars().take(MOST.1).collect()
}

pub(super) fn list(invented: &[Invented]) -> String {
    let things: Vec<String> = invented
        .iter()
        .map(|thing| format!("{:?}", thing.what))
        .collect();
    things.join(", ")
}
