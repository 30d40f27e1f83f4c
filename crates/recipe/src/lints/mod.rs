//! What can be known of a recipe before it runs: one subject a file.

mod containment;
mod fields;
mod hazards;
mod names;
mod practice;
mod reach;
pub(crate) mod scalars;
mod unused;
pub(crate) mod walk;

use crate::diagnostic::Diagnostic;
use crate::lower::Lowered;
use crate::vocabulary::Vocabulary;

/// Applies every rule.
pub(crate) fn check(lowered: &Lowered, vocabulary: &Vocabulary, diagnostics: &mut Vec<Diagnostic>) {
    let recipe = &lowered.recipe;
    names::check(recipe, vocabulary, lowered.names_are_complete, diagnostics);
    fields::check(recipe, vocabulary, diagnostics);
    hazards::check(recipe, vocabulary, diagnostics);
    practice::check(recipe, vocabulary, diagnostics);
    reach::check(recipe, diagnostics);
    containment::check(recipe, vocabulary, diagnostics);
    unused::check(recipe, diagnostics);
}
