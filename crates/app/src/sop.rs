//! A procedure in words becomes the draft of a recipe. Nothing is saved, nothing is run.

use std::collections::BTreeMap;

use avops_llm::sop::{self as rules, Assumption, LONGEST_TEXT, Question, TraceLine};
use avops_recipe::Source;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Actor, App, Error, Finding, Permission};

/// Most answers, and the longest of them in characters.
const ANSWERS: (usize, usize) = (200, 2_000);

/// A procedure to be turned into a recipe.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SopText {
    /// The procedure, at most 64 KB.
    pub text: String,
    /// The agent whose tools the recipe may use; without one, all.
    #[serde(default)]
    pub agent: Option<String>,
    /// What to call the recipe; read off the text when absent.
    #[serde(default)]
    pub name: Option<String>,
    /// Answers to the questions of an earlier draft, by their ids.
    #[serde(default)]
    pub answers: BTreeMap<String, String>,
}

/// Who drafted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SopEngine {
    /// Rules, without any model.
    Rules,
}

/// The draft of a recipe.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SopDraft {
    /// The name that it has.
    pub name: String,
    /// The recipe.
    pub yaml: String,
    /// What the validator says of it.
    pub diagnostics: Vec<Finding>,
    /// Every line of the procedure that is not blank, and what became of it.
    pub trace: Vec<TraceLine>,
    /// What was guessed.
    pub assumptions: Vec<Assumption>,
    /// What the procedure leaves open.
    pub questions: Vec<Question>,
    /// Who drafted it.
    pub engine: SopEngine,
}

/// Drafts a recipe out of a procedure. It has no effect.
///
/// # Errors
/// [`Error::BadInput`] for an empty or too long text, [`Error::NotFound`] for the agent.
pub async fn convert(app: &App, by: &Actor, sop: SopText) -> Result<SopDraft, Error> {
    by.require(Permission::Author)?;
    if sop.text.trim().is_empty() {
        return Err(Error::bad_input(
            "there is no procedure in the text",
            "paste its steps, one a line, or as sentences",
        ));
    }
    if sop.text.len() > LONGEST_TEXT {
        return Err(Error::bad_input(
            format!(
                "the text has {} bytes; at most {LONGEST_TEXT} can be read",
                sop.text.len()
            ),
            "convert it in parts",
        ));
    }
    let too_much = |answer: &String| answer.chars().count() > ANSWERS.1;
    if sop.answers.len() > ANSWERS.0 || sop.answers.values().any(too_much) {
        return Err(Error::bad_input(
            "there are too many answers, or one is too long",
            format!(
                "give at most {} answers of at most {} characters",
                ANSWERS.0, ANSWERS.1
            ),
        ));
    }
    let tools = match &sop.agent {
        Some(agent) => app.catalog.agent(agent).await?.tools.clone(),
        None => Vec::new(),
    };
    let vocabulary = app.library.vocabulary_for(&tools);
    let library = app.library.clone();
    // Reading a long text takes a while; other requests go on meanwhile.
    let work = tokio::task::spawn_blocking(move || {
        let request = rules::Request {
            text: &sop.text,
            name: sop.name.as_deref().filter(|name| !name.trim().is_empty()),
            answers: &sop.answers,
        };
        let draft = rules::draft(request, &vocabulary);
        let source = Source::new("draft", &draft.yaml);
        let (parsed, _) = library.parse(&source, &tools);
        let name = parsed
            .recipe
            .as_ref()
            .map_or_else(String::new, |recipe| recipe.name.clone());
        let diagnostics = parsed
            .diagnostics
            .iter()
            .map(|problem| Finding::new(&source, problem))
            .collect();
        SopDraft {
            name,
            diagnostics,
            yaml: draft.yaml,
            trace: draft.trace,
            assumptions: draft.assumptions,
            questions: draft.questions,
            engine: SopEngine::Rules,
        }
    });
    work.await
        .map_err(|error| Error::Internal(format!("the procedure could not be read: {error}")))
}
