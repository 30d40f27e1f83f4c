//! The recipe language: text in; recipe and diagnostics out.
//!
//! This room reads no clock, opens no file and no socket, and is not async. A recipe is read in
//! two passes: YAML becomes nodes with spans ([`document`]), nodes become a typed [`Recipe`]
//! ([`lower`]). Every mistake of an author is a [`Diagnostic`], and all are reported at once.

pub mod diagnostic;
pub mod document;
pub mod expr;
mod inputs;
mod limits;
mod lints;
mod lower;
mod manual;
mod nearest;
pub mod recipe;
mod report;
mod sameness;
mod scaffold;
mod schema;
pub mod scope;
pub mod source;
pub mod template;
mod uses;
pub mod vocabulary;

pub use diagnostic::{Code, Diagnostic, Severity};
pub use expr::{EvalError, Expression, SyntaxError};
pub use inputs::inputs_schema;
pub use limits::Limits;
pub use manual::{codes, explain};
pub use recipe::*;
pub use report::DiagnosticView;
pub use scaffold::scaffold;
pub use schema::schema;
pub use scope::Scope;
pub use source::{Position, Source, Span};
pub use template::{Template, ValueTemplate};
pub use vocabulary::{ActionSpec, Effect, Label, Repeat, ToolSpec, Vocabulary};

use serde_json::Value;

/// What reading a recipe gives: always every diagnostic, and the recipe unless an error stands in its way.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The typed recipe; `None` when an error made it impossible to run.
    pub recipe: Option<Recipe>,
    /// Every problem found, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// JSON Schema (an object) of what the recipe asks for; known as soon as intake could be read.
    pub inputs_schema: Value,
}

/// Reads a recipe against the tools that it may use. Never fails: what is wrong stands in the diagnostics.
pub fn parse(source: &Source, vocabulary: &Vocabulary) -> Parsed {
    let mut diagnostics = Vec::new();
    let root = document::read(source, &mut diagnostics);
    if let Some(root) = &root {
        lints::scalars::check(root, &mut diagnostics);
    }
    let lowered = root.and_then(|root| lower::lower(source, &root, vocabulary, &mut diagnostics));
    if let Some(lowered) = &lowered {
        lints::check(lowered, vocabulary, &mut diagnostics);
    }
    let recipe = lowered.map(|lowered| lowered.recipe);
    let inputs_schema = inputs_schema(recipe.as_ref().map_or(&[], |recipe| &recipe.inputs));
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.code));
    let broken = diagnostics
        .iter()
        .any(|diagnostic| diagnostic.severity == Severity::Error);
    Parsed {
        recipe: recipe.filter(|_| !broken),
        diagnostics,
        inputs_schema,
    }
}

impl Parsed {
    /// States whether no diagnostic is an error.
    pub fn is_valid(&self) -> bool {
        self.recipe.is_some()
            && !self
                .diagnostics
                .iter()
                .any(|d| d.severity == Severity::Error)
    }
}
