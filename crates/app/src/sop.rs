//! A procedure in words becomes the draft of a recipe. Nothing is saved, nothing is run.

mod score;

pub use score::{SopExpected, SopScored, score};

use std::collections::BTreeMap;
use std::sync::Arc;

use avops_engine::AgentRef;
use avops_llm::sop::{self as drafting, Assumption, LONGEST_TEXT, ModelWork, Question, TraceLine};
use avops_recipe::{Source, Vocabulary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::models::{ModelState, dollars, sop_rounds, standing};
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
    /// Who is to draft it.
    #[serde(default)]
    pub engine: SopChoice,
}

/// Who is to draft a recipe.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SopChoice {
    /// A model where a real one is set up, else rules.
    #[default]
    Auto,
    /// A model, in mock mode the simulated one; rules when none can.
    Model,
    /// Rules, without any model.
    Rules,
}

impl SopChoice {
    /// The choice that a word means.
    pub fn of(word: &str) -> Option<Self> {
        match word {
            "auto" => Some(Self::Auto),
            "model" => Some(Self::Model),
            "rules" => Some(Self::Rules),
            _ => None,
        }
    }
}

/// Who drafted it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SopEngine {
    /// Rules, without any model.
    #[default]
    Rules,
    /// A model, whose work was checked.
    Model,
}

/// What a model took to draft a recipe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SopWork {
    /// Who answered last.
    pub provider: String,
    /// The model, as the provider names it.
    pub model: String,
    /// Whether the simulated provider answered.
    pub mock: bool,
    /// How often it was asked for a draft.
    pub rounds: u32,
    /// What was still wrong after the last round, and put right by the program.
    pub mended: Vec<String>,
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// US dollars, where the price is known and a real model answered.
    pub cost_usd: Option<f64>,
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
    /// Why no model drafted it, where one was asked for or might have been.
    pub reason: Option<String>,
    /// What a model took to draft it.
    pub work: Option<SopWork>,
}

/// Drafts a recipe out of a procedure. Nothing is saved and nothing is run; a model that is asked may cost money.
///
/// # Errors
/// [`Error::BadInput`] for an empty or too long text, [`Error::NotFound`] for the agent.
pub async fn convert(app: &App, by: &Actor, sop: SopText) -> Result<SopDraft, Error> {
    by.require(Permission::Author)?;
    checked(&sop)?;
    let agent = match &sop.agent {
        Some(agent) => (*app.catalog.agent(agent).await?).clone(),
        None => AgentRef::default(),
    };
    let tools = agent.tools;
    let vocabulary = app.library.vocabulary_for(&tools);
    let made = drafted(app, sop, agent.model, vocabulary).await?;
    let library = app.library.clone();
    // Reading a long text takes a while; other requests go on meanwhile.
    let work = tokio::task::spawn_blocking(move || {
        let source = Source::new("draft", &made.draft.yaml);
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
            yaml: made.draft.yaml,
            trace: made.draft.trace,
            assumptions: made.draft.assumptions,
            questions: made.draft.questions,
            engine: if made.work.is_some() {
                SopEngine::Model
            } else {
                SopEngine::Rules
            },
            reason: made.reason,
            work: made.work,
        }
    });
    work.await
        .map_err(|error| Error::Internal(format!("the draft could not be read: {error}")))
}

/// Refuses what is too much to read.
fn checked(sop: &SopText) -> Result<(), Error> {
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
    Ok(())
}

/// A draft, and who made it.
struct Made {
    draft: drafting::Draft,
    reason: Option<String>,
    work: Option<SopWork>,
}

/// Drafts by a model where that is wanted and works, else by rules with the reason.
async fn drafted(
    app: &App,
    sop: SopText,
    model: Option<String>,
    vocabulary: Arc<Vocabulary>,
) -> Result<Made, Error> {
    let reason = if let Some(reason) = no_model(app, sop.engine) {
        reason
    } else {
        let rounds = sop_rounds(app).await?;
        let is_mock = app.tools.mock();
        let request = request(&sop, model.as_deref());
        let asked =
            drafting::draft_by_model(&app.models, is_mock, request, rounds, &vocabulary).await;
        match asked {
            Ok((draft, work)) => {
                return Ok(Made {
                    draft,
                    reason: None,
                    work: Some(shown(work)),
                });
            }
            Err(error) => Some(format!(
                "the model could not draft it: {error}; {}",
                error.hint()
            )),
        }
    };
    let work =
        tokio::task::spawn_blocking(move || drafting::draft(request(&sop, None), &vocabulary));
    let draft = work
        .await
        .map_err(|error| Error::Internal(format!("the procedure could not be read: {error}")))?;
    Ok(Made {
        draft,
        reason,
        work: None,
    })
}

fn request<'a>(sop: &'a SopText, model: Option<&'a str>) -> drafting::Request<'a> {
    drafting::Request {
        text: &sop.text,
        name: sop.name.as_deref().filter(|name| !name.trim().is_empty()),
        model,
        answers: &sop.answers,
    }
}

/// Whether no model is asked, and then the reason, unless that is what was wanted.
#[expect(
    clippy::option_option,
    reason = "a model is asked, or it is not, with or without a reason"
)]
fn no_model(app: &App, choice: SopChoice) -> Option<Option<String>> {
    if choice == SopChoice::Rules {
        return Some(None);
    }
    let status = standing(app);
    match (status.state, choice) {
        (ModelState::NoKey | ModelState::Off, _) => {
            Some(Some(format!("no model is set up: {}", status.detail)))
        }
        (ModelState::Mock, SopChoice::Auto) => Some(Some(
            "models are simulated in mock mode; the engine `model` asks the simulated one"
                .to_owned(),
        )),
        _ => None,
    }
}

fn shown(work: ModelWork) -> SopWork {
    SopWork {
        provider: work.provider.title().to_owned(),
        model: work.model,
        mock: work.mock,
        rounds: work.rounds,
        mended: work.mended,
        input_tokens: work.input_tokens,
        output_tokens: work.output_tokens,
        cost_usd: work.cost_micro_usd.filter(|_| !work.mock).map(dollars),
    }
}
