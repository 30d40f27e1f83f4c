//! What can be known of a recipe before it runs: one rule a file.

mod names;
mod practice;
pub(crate) mod walk;

use crate::diagnostic::Diagnostic;
use crate::recipe::Recipe;
use crate::vocabulary::Vocabulary;

/// Applies every rule to a recipe that was read without a gap.
pub(crate) fn check(recipe: &Recipe, vocabulary: &Vocabulary, diagnostics: &mut Vec<Diagnostic>) {
    names::check(recipe, vocabulary, diagnostics);
    practice::check(recipe, vocabulary, diagnostics);
}
