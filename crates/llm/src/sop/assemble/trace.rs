//! What became of each line.

use avops_recipe::recipe::{Step, Verb};
use avops_recipe::{Phase, Recipe, Source, Vocabulary};

use crate::sop::lines::{Line, LineKind};
use crate::sop::reading::Read;
use crate::sop::{LineUse, TraceLine};

pub(super) fn trace(
    yaml: &str,
    lines: &[Line],
    read: &Read,
    vocabulary: &Vocabulary,
) -> Vec<TraceLine> {
    let parsed = avops_recipe::parse(&Source::new("draft", yaml), vocabulary);
    let mut ids: Vec<(usize, String)> = Vec::new();
    if let Some(recipe) = &parsed.recipe {
        collect(recipe, &mut ids);
    }
    lines
        .iter()
        .filter(|line| line.kind != LineKind::Blank)
        .map(|line| {
            let steps: Vec<String> = ids
                .iter()
                .filter(|(from, _)| *from == line.number)
                .map(|(_, id)| id.clone())
                .collect();
            let kind = if !steps.is_empty() || read.used.contains(&line.number) {
                LineUse::Mapped
            } else if read.headings.contains(&line.number) {
                LineUse::Heading
            } else {
                LineUse::Unused
            };
            TraceLine {
                line: line.number,
                text: line.text.clone(),
                steps,
                kind,
            }
        })
        .collect()
}

/// The lines that steps came from, with the ids of the steps.
fn collect(recipe: &Recipe, ids: &mut Vec<(usize, String)>) {
    for phase in [Phase::Intake, Phase::Plan, Phase::Act, Phase::Verify] {
        below(recipe.steps(phase), ids);
    }
    below(&recipe.guardrails.rollback, ids);
}

fn below(steps: &[Step], ids: &mut Vec<(usize, String)>) {
    for step in steps {
        if let Some(line) = step.source.as_ref().and_then(|source| source.line) {
            ids.push((usize::try_from(line).unwrap_or(usize::MAX), step.id.clone()));
        }
        match &step.verb {
            Verb::If {
                then, otherwise, ..
            } => {
                below(then, ids);
                below(otherwise, ids);
            }
            Verb::Do { steps } => below(steps, ids),
            _ => {}
        }
    }
}
