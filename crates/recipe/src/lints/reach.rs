//! W016: steps behind one that always ends the run.

use super::walk;
use crate::diagnostic::Diagnostic;
use crate::recipe::{Phase, Recipe, Step, Verb};

/// Warns about the first step that can never be reached in each list.
pub(super) fn check(recipe: &Recipe, diagnostics: &mut Vec<Diagnostic>) {
    for phase in Phase::ALL {
        list(recipe.steps(phase), diagnostics);
    }
    walk::steps(recipe, &mut |step| match &step.verb {
        Verb::Do { steps } => list(steps, diagnostics),
        Verb::If {
            then, otherwise, ..
        } => {
            list(then, diagnostics);
            list(otherwise, diagnostics);
        }
        _ => {}
    });
}

fn list(steps: &[Step], diagnostics: &mut Vec<Diagnostic>) {
    let stop = steps
        .iter()
        .position(|step| step.when.is_none() && matches!(step.verb, Verb::Stop { .. }));
    if let Some(step) = stop.and_then(|at| steps.get(at + 1)) {
        diagnostics.push(
            Diagnostic::warning(
                "W016",
                step.span,
                "this step is never reached: the `stop` before it always ends the run",
            )
            .help("add `when:` to the `stop`, or remove what follows it"),
        );
    }
}
