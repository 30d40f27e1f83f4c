//! Steps that do not pass the validator, found and made ones that a person does.

use std::collections::BTreeSet;

use avops_recipe::{Phase, Severity, Source, Vocabulary};

use super::phases::Phases;
use crate::sop::Question;
use crate::sop::calls::Yaml;
use crate::sop::reading::Piece;
use crate::sop::words::plain;

/// So often a step that does not pass is replaced, before all of them are.
const MENDS: usize = 24;

/// Where an error of a draft lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sop) enum Place {
    /// A step of a phase, counted from 0.
    Step(Phase, usize),
    /// A step of the rollback, counted from 0.
    Rollback(usize),
    /// No step.
    Elsewhere,
}

/// An error of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sop) struct Fault {
    pub(in crate::sop) place: Place,
    /// The validator's words.
    pub(in crate::sop) said: String,
}

/// Makes steps that do not pass manual ones until all pass. Gives the text that passes, and the lines that were changed.
pub(super) fn mend(
    phases: &mut Phases,
    vocabulary: &Vocabulary,
    written: impl Fn(&Phases) -> String,
) -> (String, BTreeSet<usize>) {
    let mut mended = BTreeSet::new();
    let mut yaml = written(phases);
    for _ in 0..MENDS {
        let Some(fault) = faults(&yaml, vocabulary).into_iter().next() else {
            return (yaml, mended);
        };
        let (pieces, index, is_intake) = match fault.place {
            Place::Step(phase, index) => (phases.of(phase), index, phase == Phase::Intake),
            Place::Rollback(index) => (&mut phases.rollback, index, false),
            Place::Elsewhere => break,
        };
        match pieces.get_mut(index) {
            // An input that cannot be asked for is none.
            Some(piece) if is_intake => {
                mended.insert(piece.line);
                pieces.remove(index);
            }
            Some(piece) if !is_manual(piece) => {
                mended.insert(piece.line);
                by_hand(piece);
            }
            _ => break,
        }
        yaml = written(phases);
    }
    if !faults(&yaml, vocabulary).is_empty() {
        for phase in [Phase::Plan, Phase::Act, Phase::Verify] {
            phases.of(phase).iter_mut().for_each(by_hand);
        }
        phases.rollback.clear();
        phases.intake.clear();
        yaml = written(phases);
    }
    (yaml, mended)
}

/// What is asked about a line whose step did not pass.
pub(in crate::sop) fn asked_about(line: usize) -> Question {
    Question {
        id: format!("step.{line}"),
        line: Some(line),
        text: "This could not be made into a call that passes the checks, so a person does it. How is it done with a tool?".to_owned(),
    }
}

fn is_manual(piece: &Piece) -> bool {
    piece.step.len() == 1 && piece.step.iter().any(|(key, _)| key == "manual")
}

/// Makes a step one that a person does, with the words it came from.
pub(in crate::sop) fn by_hand(piece: &mut Piece) {
    let words = if piece.text.is_empty() {
        "Go on by the procedure".to_owned()
    } else {
        plain(&piece.text)
    };
    piece.step = vec![("manual".to_owned(), Yaml::Text(words))];
}

/// The errors of a draft, in the order of its text.
pub(in crate::sop) fn faults(yaml: &str, vocabulary: &Vocabulary) -> Vec<Fault> {
    let source = Source::new("draft", yaml);
    let parsed = avops_recipe::parse(&source, vocabulary);
    let errors = parsed
        .diagnostics
        .iter()
        .filter(|problem| problem.severity == Severity::Error);
    errors
        .map(|error| Fault {
            place: place(yaml, source.position(error.span.start).line),
            said: match &error.help {
                Some(help) => format!("{}: {} ({help})", error.code, error.message),
                None => format!("{}: {}", error.code, error.message),
            },
        })
        .collect()
}

/// The step in which a line of the text lies.
fn place(yaml: &str, wanted: usize) -> Place {
    #[derive(Clone, Copy)]
    enum Section {
        Phase(Phase),
        Rollback,
    }
    let mut at = Place::Elsewhere;
    let mut section = None;
    let mut dash: Option<usize> = None;
    let mut count = 0;
    for line in yaml.lines().take(wanted) {
        let key = [Phase::Intake, Phase::Plan, Phase::Act, Phase::Verify]
            .into_iter()
            .find(|phase| line.starts_with(&format!("{}:", phase.as_str())))
            .map(Section::Phase)
            .or_else(|| {
                line.starts_with("  rollback_actions:")
                    .then_some(Section::Rollback)
            });
        if key.is_some() {
            (section, dash, count) = (key, None, 0);
        } else if !line.starts_with([' ', '-']) {
            section = None;
        }
        let indent = line.len() - line.trim_start().len();
        match section {
            Some(section)
                if line.trim_start().starts_with("- ")
                    && dash.is_none_or(|dash| dash == indent) =>
            {
                dash = Some(indent);
                at = match section {
                    Section::Phase(phase) => Place::Step(phase, count),
                    Section::Rollback => Place::Rollback(count),
                };
                count += 1;
            }
            None => at = Place::Elsewhere,
            _ => {}
        }
    }
    at
}
