//! A procedure in words becomes the draft of a recipe, by rules or by a model.
//!
//! Lines are read one after another ([`lines`]), each clause gets a meaning ([`reading`]), known verbs and things become
//! calls of the tools that are there ([`calls`]), and everything is put into the four phases ([`assemble`]). What no tool
//! can do becomes a manual step; what the text leaves open becomes a question; nothing is made up without being marked.
//! The result always passes the validator: a step that does not becomes a manual one. A model ([`by_model`]) does the reading
//! alone: its steps go through the same assembly, behind checks of their own.

mod assemble;
mod by_model;
mod calls;
mod lines;
mod reading;
pub mod score;
pub(crate) mod words;

use std::collections::BTreeMap;

use avops_recipe::Vocabulary;
pub use by_model::{ModelWork, draft_by_model};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Longest text, in bytes.
pub const LONGEST_TEXT: usize = 64 * 1024;
/// Most lines; those after are listed as unused.
pub const MOST_LINES: usize = 1_000;

/// What is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The procedure, at most [`LONGEST_TEXT`] bytes are read.
    pub text: &'a str,
    /// What to call the recipe.
    pub name: Option<&'a str>,
    /// Another model than the one that is set up, where one drafts.
    pub model: Option<&'a str>,
    /// Answers to questions of an earlier draft, by id.
    pub answers: &'a BTreeMap<String, String>,
}

/// The draft of a recipe, and how it came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Draft {
    /// The recipe. It passes the validator.
    pub yaml: String,
    /// Every line of the procedure, and what became of it.
    pub trace: Vec<TraceLine>,
    /// What was guessed.
    pub assumptions: Vec<Assumption>,
    /// What the procedure leaves open.
    pub questions: Vec<Question>,
}

/// A line of the procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TraceLine {
    /// From 1.
    pub line: usize,
    /// As it stands.
    pub text: String,
    /// Ids of the steps that come from it.
    pub steps: Vec<String>,
    /// What became of it.
    pub kind: LineUse,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LineUse {
    /// Steps, a limit, the name or the description came from it.
    Mapped,
    /// It says what follows.
    Heading,
    /// Nothing came from it.
    Unused,
}

/// Something that was guessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assumption {
    /// The line that it was about.
    pub line: Option<usize>,
    /// What was assumed, and why.
    pub text: String,
}

/// Something that the procedure leaves open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Question {
    /// Under which an answer is given.
    pub id: String,
    /// The line that it is about.
    pub line: Option<usize>,
    /// The question.
    pub text: String,
}

/// Drafts a recipe out of a procedure, with the tools that there are.
pub fn draft(request: Request<'_>, vocabulary: &Vocabulary) -> Draft {
    let lines = lines::read(request.text);
    let read = reading::read(&lines, vocabulary, request.answers);
    assemble::assemble(request, &lines, read, vocabulary)
}
