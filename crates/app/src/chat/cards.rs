//! What an answer consists of. The page draws each kind in its own way; JSON mode shows it as it is.

use avops_engine::{Artifact, RunId};
use avops_llm::sop::{Assumption, Question};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::mistake::Mistake;
use crate::sop::{SopEngine, SopWork};

/// A part of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Card {
    /// Words, as Markdown.
    Words {
        /// The words.
        markdown: String,
    },
    /// A command that cannot be carried out as it stands.
    Mistake {
        /// What is wrong with it, and where.
        mistake: Mistake,
    },
    /// A refusal of the operation that was asked for.
    Refusal {
        /// Why.
        message: String,
        /// How to go on.
        hint: Option<String>,
    },
    /// The draft of a recipe. Nothing is saved.
    Draft {
        /// The draft.
        draft: DraftCard,
    },
    /// A recipe is attached to an agent.
    Attached {
        /// The agent.
        agent: String,
        /// The recipe.
        recipe: String,
        /// The recipe in addresses.
        slug: String,
        /// False when it was attached before.
        is_new: bool,
    },
    /// There is a recipe of that name.
    Recipe {
        /// Its name.
        name: String,
        /// The name in addresses.
        slug: String,
        /// Its version.
        version: u32,
    },
    /// A run that was started; where it stands is asked from the runs.
    Run {
        /// The run.
        run_id: RunId,
        /// Absolute address of its page.
        url: String,
        /// Its agent.
        agent: String,
        /// Its recipe.
        recipe: String,
        /// Whether only intake and plan are done for real.
        dry_run: bool,
    },
    /// How a tool feels.
    Health {
        /// The tool.
        tool: String,
        /// Green or red.
        ok: bool,
        /// How long it took.
        latency_ms: u64,
        /// What it said, or why it is red.
        detail: String,
    },
    /// What a call gave.
    Call {
        /// `tool.action`.
        action: String,
        /// Whether it succeeded.
        ok: bool,
        /// What it gave.
        result: Value,
        /// What it left behind.
        artifacts: Vec<Artifact>,
        /// Why not, where it failed.
        error: Option<String>,
        /// The run that records it.
        run_id: RunId,
    },
    /// A command that would do what was asked for. It is carried out when a person sends it.
    Proposal {
        /// The command.
        command: String,
        /// What it would do.
        does: String,
    },
    /// A passage of the manual.
    Passage {
        /// The manual page in addresses.
        page: String,
        /// Its title.
        title: String,
        /// The section in addresses.
        anchor: String,
        /// The section's title.
        section: String,
        /// What it says, shortened, as Markdown.
        excerpt: String,
    },
    /// Runs that the answer is about.
    Runs {
        /// What they have in common.
        title: String,
        /// They, newest first.
        runs: Vec<RunLine>,
    },
    /// The commands that there are.
    Commands,
}

/// The draft of a recipe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DraftCard {
    /// The name in it.
    pub name: String,
    /// The recipe.
    pub yaml: String,
    /// The agent that it is for, as it is called there.
    pub agent: Option<String>,
    /// Whether it was made out of a procedure: then `text` is that.
    pub text: Option<String>,
    /// Who drafted it, where it was made out of a procedure.
    #[serde(default)]
    pub by: SopEngine,
    /// Why no model drafted it, where one might have.
    #[serde(default)]
    pub reason: Option<String>,
    /// What a model took to draft it.
    #[serde(default)]
    pub work: Option<SopWork>,
    /// Lines of the procedure of which nothing came.
    pub unused: usize,
    /// Problems that the validator sees, in words.
    pub problems: Vec<String>,
    /// Whether one of them keeps it from being saved.
    pub has_errors: bool,
    /// What was guessed.
    pub assumptions: Vec<Assumption>,
    /// What the procedure leaves open.
    pub questions: Vec<Question>,
}

/// A run in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunLine {
    /// The run.
    pub run_id: RunId,
    /// What lists call it.
    pub name: String,
    /// Where it stands, in a word.
    pub status: String,
    /// Why it failed.
    pub error: Option<String>,
}
