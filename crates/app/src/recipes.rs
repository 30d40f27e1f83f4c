//! Recipes: write, validate, version, compare.

mod diff;
mod outline;
mod promote;
mod promotion;
mod reading;
mod review;
mod save;
mod stage;
mod view;

pub use diff::{RecipeDiff, StepDiff};
pub use outline::StepOutline;
pub use promote::{Demote, Promote, demote, promote, promotion};
pub use promotion::{Criterion, Promotion};
pub use review::{review, serve};
pub use save::{SaveRecipe, create, delete, save};
pub use stage::{Stage, StageRecord};
pub use view::{
    RecipeDetails, RecipeStats, RecipeSummary, VersionSummary, get, list, promoted, version,
};

pub(crate) use reading::Readings;
pub(crate) use save::{SavedText, changelog, file_name, says_same};
pub(crate) use stage::staged;
pub(crate) use view::by_tool;

use avops_recipe::Source;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{Actor, App, Error, Finding, Permission};
use reading::Reading;

/// What a check of a text found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
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

/// Checks a text, narrowed to what `agent` may use. Reads nothing but the agent, and has no effect.
///
/// # Errors
/// [`Error::NotFound`] for the agent. A text with mistakes is an answer, not an error.
pub async fn validate(
    app: &App,
    by: &Actor,
    yaml: &str,
    agent: Option<&str>,
) -> Result<Validation, Error> {
    by.require(Permission::Author)?;
    let tools = match agent {
        Some(agent) => app.catalog.agent(agent).await?.tools.clone(),
        None => Vec::new(),
    };
    let reading = Reading::new(&app.library, &Source::new("recipe", yaml), &tools);
    Ok(Validation {
        valid: reading.is_valid(),
        diagnostics: reading.findings,
        inputs_schema: reading.inputs_schema,
        steps: reading.steps,
    })
}

/// Lists the versions, newest first.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn versions(app: &App, by: &Actor, recipe: &str) -> Result<Vec<VersionSummary>, Error> {
    by.require(Permission::See)?;
    let row = view::find(app, recipe).await?;
    let versions = app.store.recipe_versions(&row.id).await?;
    Ok(versions.into_iter().map(VersionSummary::from).collect())
}

/// Compares two versions; the newest with the one before it when absent.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn diff(
    app: &App,
    by: &Actor,
    recipe: &str,
    from: Option<u32>,
    to: Option<u32>,
) -> Result<RecipeDiff, Error> {
    by.require(Permission::See)?;
    let row = view::find(app, recipe).await?;
    let to = to.unwrap_or(row.version);
    let from = from.unwrap_or_else(|| to.saturating_sub(1).max(1));
    let before = view::text(app, &row, from).await?;
    let after = view::text(app, &row, to).await?;
    let old = app
        .readings
        .of(&app.library, &row.name, &before.hash, &before.yaml);
    let new = app
        .readings
        .of(&app.library, &row.name, &after.hash, &after.yaml);
    Ok(diff::compare(
        &diff::Side::new(from, &before.yaml, &old.steps),
        &diff::Side::new(to, &after.yaml, &new.steps),
    ))
}
