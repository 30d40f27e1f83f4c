//! Recipes: write, validate, version, compare.

use avops_engine::RunStatus;
use avops_recipe::Risk;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Actor, App, Error, Finding};

/// A recipe as lists show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecipeSummary {
    /// Its id.
    pub id: String,
    /// Unique without case.
    pub name: String,
    /// The name in file names and addresses: `zoom-room-hdmi-black`.
    pub slug: String,
    /// The newest version.
    pub version: u32,
    /// One or two sentences.
    pub description: String,
    /// Who looks after it.
    pub owner: Option<String>,
    /// Free labels.
    pub tags: Vec<String>,
    /// What can go wrong.
    pub risk: Option<Risk>,
    /// `draft`, `supervised` or `promoted`.
    pub stage: String,
    /// Errors in the newest version.
    pub errors: usize,
    /// Warnings in the newest version.
    pub warnings: usize,
    /// How its runs went.
    pub stats: RecipeStats,
    /// When the newest version was saved.
    pub updated_at: Timestamp,
}

/// How the runs of a recipe went.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RecipeStats {
    /// Runs of any kind.
    pub runs: u64,
    /// Share of the finished ones that succeeded, 0 to 1; absent without any.
    pub success_rate: Option<f64>,
    /// 95th percentile of the duration of finished runs.
    pub p95_ms: Option<u64>,
    /// Start of the latest run.
    pub last_run_at: Option<Timestamp>,
    /// Status of the latest run.
    pub last_status: Option<RunStatus>,
}

/// A recipe with its text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecipeDetails {
    /// The row.
    #[serde(flatten)]
    pub summary: RecipeSummary,
    /// The text of this version.
    pub yaml: String,
    /// SHA-256 of the text, in hex; the entity tag.
    pub hash: String,
    /// JSON Schema of the inputs.
    pub inputs_schema: Value,
    /// Every problem.
    pub diagnostics: Vec<Finding>,
    /// Agents that it is attached to, by name.
    pub agents: Vec<String>,
    /// The steps, for the four lanes.
    pub steps: Vec<StepOutline>,
}

/// A step as the lanes show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepOutline {
    /// Step id.
    pub id: String,
    /// `intake`, `plan`, `act`, `verify` or `rollback`.
    pub phase: String,
    /// Its verb.
    pub verb: String,
    /// What it does, in a line.
    pub title: String,
    /// Tool, where one is called.
    pub tool: Option<String>,
    /// Action, where one is called.
    pub action: Option<String>,
    /// Effect of the action, where known.
    pub effect: Option<avops_recipe::Effect>,
    /// Whether it is undone when the run fails.
    pub undo: bool,
    /// How deep it stands inside blocks.
    pub depth: usize,
    /// Line in the text, from 1.
    pub line: usize,
}

/// One version of a recipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionSummary {
    /// Its number.
    pub version: u32,
    /// SHA-256 of the text, in hex.
    pub hash: String,
    /// What changed.
    pub changelog: Option<String>,
    /// Who saved it.
    pub author: String,
    /// When.
    pub created_at: Timestamp,
}

/// Two versions side by side.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecipeDiff {
    /// The older one.
    pub from: u32,
    /// The newer one.
    pub to: u32,
    /// Unified text difference; empty when equal.
    pub unified: String,
    /// What became of each step that differs.
    pub steps: Vec<StepDiff>,
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepDiff {
    /// `added`, `removed` or `changed`.
    pub kind: &'static str,
    /// Step id.
    pub id: String,
    /// Its phase.
    pub phase: String,
    /// In the older version.
    pub before: Option<String>,
    /// In the newer version.
    pub after: Option<String>,
}

/// A recipe's text to be saved.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaveRecipe {
    /// The text.
    pub yaml: String,
    /// What changed, for the version list.
    #[serde(default)]
    pub changelog: Option<String>,
}

/// What a check of a text found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Validation {
    /// Whether it can run.
    pub valid: bool,
    /// Every problem.
    pub diagnostics: Vec<Finding>,
    /// JSON Schema of the inputs.
    pub inputs_schema: Value,
    /// The steps, as far as they can be read.
    pub steps: Vec<StepOutline>,
}

/// The promotion criteria of the runbook with what was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Promotion {
    /// `draft`, `supervised` or `promoted`.
    pub stage: String,
    /// Finished live runs that count, at most 20.
    pub runs: u32,
    /// So many are needed.
    pub needed: u32,
    /// The four criteria.
    pub criteria: Vec<Criterion>,
    /// Whether all hold.
    pub ready: bool,
}

/// One promotion criterion.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Criterion {
    /// `success`, `p95`, `verify` or `risk`.
    pub name: &'static str,
    /// For people: `success ≥ 95 % over the last 20 runs`.
    pub title: String,
    /// The measured value for people; absent without data.
    pub measured: Option<String>,
    /// Whether it holds; absent while there is not enough data.
    pub holds: Option<bool>,
    /// What is missing.
    pub note: Option<String>,
}

/// Lists all recipes by name.
pub async fn list(app: &App, by: &Actor) -> Result<Vec<RecipeSummary>, Error> {
    let _ = by;
    app.soon()
}

/// Gives a recipe (by id, name or slug), at its newest version.
pub async fn get(app: &App, by: &Actor, recipe: &str) -> Result<RecipeDetails, Error> {
    let _ = (by, recipe);
    app.soon()
}

/// Saves a new recipe. Texts with errors are saved too (a draft), as long as they have a name.
pub async fn create(app: &App, by: &Actor, new: SaveRecipe) -> Result<RecipeDetails, Error> {
    let _ = (by, new);
    app.soon()
}

/// Saves a recipe. A changed text makes the next version, the same text changes nothing.
/// With `if_match` (a hash or version) it is refused when somebody saved in between.
pub async fn save(
    app: &App,
    by: &Actor,
    recipe: &str,
    text: SaveRecipe,
    if_match: Option<&str>,
) -> Result<RecipeDetails, Error> {
    let _ = (by, recipe, text, if_match);
    app.soon()
}

/// Removes a recipe. Refused, naming them, while agents have it attached, unless `force`.
pub async fn delete(app: &App, by: &Actor, recipe: &str, force: bool) -> Result<(), Error> {
    let _ = (by, recipe, force);
    app.soon()
}

/// Lists the versions, newest first.
pub async fn versions(app: &App, by: &Actor, recipe: &str) -> Result<Vec<VersionSummary>, Error> {
    let _ = (by, recipe);
    app.soon()
}

/// Gives one version with its text.
pub async fn version(
    app: &App,
    by: &Actor,
    recipe: &str,
    number: u32,
) -> Result<RecipeDetails, Error> {
    let _ = (by, recipe, number);
    app.soon()
}

/// Compares two versions; the newest with the one before it when absent.
pub async fn diff(
    app: &App,
    by: &Actor,
    recipe: &str,
    from: Option<u32>,
    to: Option<u32>,
) -> Result<RecipeDiff, Error> {
    let _ = (by, recipe, from, to);
    app.soon()
}

/// Measures the promotion criteria.
pub async fn promotion(app: &App, by: &Actor, recipe: &str) -> Result<Promotion, Error> {
    let _ = (by, recipe);
    app.soon()
}

/// Checks a text, narrowed to what `agent` may use. Has no effect.
pub async fn validate(
    app: &App,
    by: &Actor,
    yaml: &str,
    agent: Option<&str>,
) -> Result<Validation, Error> {
    let _ = (by, yaml, agent);
    app.soon()
}
