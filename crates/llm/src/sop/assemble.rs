//! What was read, put into the four phases and written as a recipe that passes the validator.

pub(super) mod mend;
mod open_points;
pub(super) mod phases;
mod trace;
pub(super) mod written;

use avops_recipe::Vocabulary;

use super::lines::Line;
use super::reading::Read;
use super::words::plain;
use super::{Draft, Question, Request};
use phases::Phases;

/// Longest name of a recipe, in characters.
const LONGEST_NAME: usize = 100;

/// The draft of what the rules read.
pub(super) fn assemble(
    request: Request<'_>,
    lines: &[Line],
    mut read: Read,
    vocabulary: &Vocabulary,
) -> Draft {
    let phases = phases::sorted(request, &mut read);
    finish(request, lines, read, phases, vocabulary)
}

/// The draft of steps that are sorted into their phases, whoever did that.
pub(super) fn finish(
    request: Request<'_>,
    lines: &[Line],
    mut read: Read,
    mut phases: Phases,
    vocabulary: &Vocabulary,
) -> Draft {
    let name = name(request, &mut read);
    open_points::open_points(&mut phases, &mut read, request);
    let write = |phases: &Phases| written::written(&name, lines, &read, phases);
    let (yaml, mended) = mend::mend(&mut phases, vocabulary, write);
    read.questions
        .extend(mended.into_iter().map(mend::asked_about));
    let trace = trace::trace(&yaml, lines, &read, vocabulary);
    Draft {
        yaml,
        trace,
        assumptions: read.assumptions,
        questions: read.questions,
    }
}

fn name(request: Request<'_>, read: &mut Read) -> String {
    let given = request
        .name
        .map(str::to_owned)
        .or_else(|| request.answers.get("name").cloned());
    let found = given.or_else(|| read.title.clone()).map(|name| {
        let clean: String = plain(&name).chars().take(LONGEST_NAME).collect();
        clean.trim().to_owned()
    });
    if let Some(name) = found.filter(|name| !name.is_empty()) {
        name
    } else {
        read.questions.push(Question {
            id: "name".to_owned(),
            line: None,
            text: "What is the procedure called?".to_owned(),
        });
        "Procedure from a text".to_owned()
    }
}
