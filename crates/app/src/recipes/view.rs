//! Recipes as front doors show them.

use std::collections::{BTreeMap, BTreeSet};

use avops_engine::RunStatus;
use avops_recipe::{Risk, Severity};
use avops_store::{RecipeRow, RecipeVersionRow, RunFilter};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::outline::StepOutline;
use super::reading::Reading;
use super::stage::{Stage, staged};
use crate::figures::{p95, share};
use crate::names::nearest;
use crate::{Actor, App, Error, Finding, Permission};

/// A recipe as lists show it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RecipeSummary {
    /// Its id.
    pub id: String,
    /// Unique without case.
    pub name: String,
    /// The name in file names and addresses: `zoom-room-hdmi-black`.
    pub slug: String,
    /// The version.
    pub version: u32,
    /// One or two sentences.
    pub description: String,
    /// Who looks after it.
    pub owner: Option<String>,
    /// Free labels.
    pub tags: Vec<String>,
    /// What can go wrong.
    pub risk: Option<Risk>,
    /// The stage of this version.
    pub stage: Stage,
    /// The version that was supervised or promoted last; workflows that follow the newest run it.
    pub staged_version: Option<u32>,
    /// Errors that stand in its way with the tools that are there now.
    pub errors: usize,
    /// What should be better.
    pub warnings: usize,
    /// How its runs went.
    pub stats: RecipeStats,
    /// When this version was saved.
    pub updated_at: Timestamp,
}

/// How the newest runs of a recipe went.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct RecipeStats {
    /// How many finished runs the figures are made of: the newest, at most 100.
    pub runs: usize,
    /// Share of them that succeeded, 0 to 1; absent without any.
    pub success_rate: Option<f64>,
    /// 95th percentile (nearest rank) of their duration.
    pub p95_ms: Option<u64>,
    /// Share of verify checks that held, 0 to 1; absent when none was evaluated.
    pub verify_rate: Option<f64>,
    /// When the latest run was accepted.
    pub last_run_at: Option<Timestamp>,
    /// Status of the latest run.
    pub last_status: Option<RunStatus>,
}

/// A recipe with its text.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
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

/// One version of a recipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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

/// Lists all recipes by name.
///
/// # Errors
/// [`Error::NotAllowed`].
pub async fn list(app: &App, by: &Actor) -> Result<Vec<RecipeSummary>, Error> {
    by.require(Permission::See)?;
    let mut found = Vec::new();
    for row in app.store.recipes().await? {
        let text = text(app, &row, row.version).await?;
        let reading = app
            .readings
            .of(&app.library, &row.name, &text.hash, &text.yaml);
        let stats = stats(app, &row.id).await?;
        found.push(summary(row, &text, &reading, stats)?);
    }
    Ok(found)
}

/// The recipes that are promoted and have no error, by name: what others may be offered to run.
///
/// # Errors
/// [`Error::NotAllowed`].
pub async fn promoted(app: &App, by: &Actor) -> Result<Vec<RecipeDetails>, Error> {
    by.require(Permission::See)?;
    let mut found = Vec::new();
    for row in app.store.recipes().await? {
        if Stage::of(&row)? != Stage::Promoted {
            continue;
        }
        let number = staged(&row).unwrap_or(row.version);
        let recipe = details(app, row, number).await?;
        if recipe.summary.errors == 0 {
            found.push(recipe);
        }
    }
    Ok(found)
}

/// The names of the recipes that call each tool, at their newest versions.
pub(crate) async fn by_tool(app: &App) -> Result<BTreeMap<String, BTreeSet<String>>, Error> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in app.store.recipes().await? {
        let text = text(app, &row, row.version).await?;
        let reading = app
            .readings
            .of(&app.library, &row.name, &text.hash, &text.yaml);
        for tool in reading.steps.iter().filter_map(|step| step.tool.as_ref()) {
            let recipes = found.entry(tool.clone()).or_default();
            recipes.insert(row.name.clone());
        }
    }
    Ok(found)
}

/// Gives a recipe (by id, name or slug), at its newest version.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(app: &App, by: &Actor, recipe: &str) -> Result<RecipeDetails, Error> {
    by.require(Permission::See)?;
    let row = find(app, recipe).await?;
    let number = row.version;
    details(app, row, number).await
}

/// Gives one version with its text.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn version(
    app: &App,
    by: &Actor,
    recipe: &str,
    number: u32,
) -> Result<RecipeDetails, Error> {
    by.require(Permission::See)?;
    let row = find(app, recipe).await?;
    details(app, row, number).await
}

async fn details(app: &App, row: RecipeRow, number: u32) -> Result<RecipeDetails, Error> {
    let text = text(app, &row, number).await?;
    let reading = app
        .readings
        .of(&app.library, &row.name, &text.hash, &text.yaml);
    let stats = stats(app, &row.id).await?;
    let agents = attached_to(app, &row).await?;
    Ok(RecipeDetails {
        inputs_schema: reading.inputs_schema.clone(),
        diagnostics: reading.findings.clone(),
        agents,
        steps: reading.steps.clone(),
        summary: summary(row, &text, &reading, stats)?,
        yaml: text.yaml,
        hash: text.hash,
    })
}

fn summary(
    row: RecipeRow,
    text: &RecipeVersionRow,
    reading: &Reading,
    stats: RecipeStats,
) -> Result<RecipeSummary, Error> {
    let recipe = reading.recipe.as_ref();
    Ok(RecipeSummary {
        stage: Stage::of_version(&row, text.version)?,
        staged_version: staged(&row),
        id: row.id,
        name: row.name,
        slug: row.slug,
        version: text.version,
        description: recipe.map(|r| r.description.clone()).unwrap_or_default(),
        owner: recipe.and_then(|r| r.owner.clone()),
        tags: recipe.map(|r| r.tags.clone()).unwrap_or_default(),
        risk: recipe.and_then(|r| r.risk.clone()),
        errors: reading.count(Severity::Error),
        warnings: reading.count(Severity::Warning),
        stats,
        updated_at: text.created_at,
    })
}

/// Finds a recipe by id, name or slug.
pub(super) async fn find(app: &App, asked: &str) -> Result<RecipeRow, Error> {
    if let Some(row) = app.store.recipe(asked).await? {
        return Ok(row);
    }
    let recipes = app.store.recipes().await?;
    Err(Error::NotFound {
        what: "recipe",
        name: asked.to_owned(),
        nearest: nearest(asked, recipes.iter().map(|row| row.name.as_str())),
    })
}

/// One version with its text.
pub(super) async fn text(
    app: &App,
    row: &RecipeRow,
    number: u32,
) -> Result<RecipeVersionRow, Error> {
    app.store
        .recipe_version(&row.id, number)
        .await?
        .ok_or_else(|| Error::NotFound {
            what: "version",
            name: format!("{} v{number}", row.name),
            nearest: Some(format!("{} v{}", row.name, row.version)),
        })
}

/// Names of the agents that have the recipe attached.
pub(super) async fn attached_to(app: &App, row: &RecipeRow) -> Result<Vec<String>, Error> {
    let agents = app.store.agents().await?;
    Ok(agents
        .into_iter()
        .filter(|agent| agent.recipes.contains(&row.id))
        .map(|agent| agent.name)
        .collect())
}

/// So many runs stand behind the figures of a recipe.
const COUNTED: u32 = 100;

async fn stats(app: &App, recipe: &str) -> Result<RecipeStats, Error> {
    let outcomes = app.store.outcomes(recipe, &[], COUNTED).await?;
    let filter = RunFilter {
        recipe: Some(recipe.to_owned()),
        ..RunFilter::default()
    };
    let latest = app.store.latest_runs(&filter, 1, None).await?.items.pop();
    let good = outcomes
        .iter()
        .filter(|run| run.status == RunStatus::Success)
        .count();
    let durations = outcomes.iter().filter_map(|run| run.duration_ms).collect();
    let checks: u32 = outcomes.iter().map(|run| run.checks).sum();
    let held: u32 = outcomes.iter().map(|run| run.checks_held).sum();
    Ok(RecipeStats {
        runs: outcomes.len(),
        success_rate: share(good, outcomes.len()),
        p95_ms: p95(durations),
        verify_rate: share(held as usize, checks as usize),
        last_run_at: latest.as_ref().map(|run| run.state.accepted_at),
        last_status: latest.map(|run| run.state.status),
    })
}

impl From<RecipeVersionRow> for VersionSummary {
    fn from(row: RecipeVersionRow) -> Self {
        Self {
            version: row.version,
            hash: row.hash,
            changelog: row.changelog,
            author: row.author,
            created_at: row.created_at,
        }
    }
}
