//! The tests of a saved recipe: kept beside it, and run on any of its versions.

use avops_store::RecipeTestsRow;
use avops_tools::HttpConfig;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::format::TestFile;
use super::stage::Surroundings;
use super::{TestReport, run_all};
use crate::audit::{self, Deed};
use crate::names::folded;
use crate::recipes;
use crate::{Actor, App, Error, Permission};

/// The tests of a recipe.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SavedTests {
    /// Name of the recipe.
    pub recipe: String,
    /// The name under which they are a file: `SLUG.test.yaml`.
    pub file: String,
    /// Their text; empty when there are none.
    pub yaml: String,
    /// The name of each test.
    pub tests: Vec<String>,
    /// Who saved them.
    pub author: Option<String>,
    /// When.
    pub updated_at: Option<Timestamp>,
}

/// Tests to be saved.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveTests {
    /// Their text; an empty one removes them.
    pub yaml: String,
}

/// What is to be tested.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunTests {
    /// A version of the recipe; the newest when absent.
    #[serde(default)]
    pub version: Option<u32>,
    /// A text of the recipe that need not be saved, in the place of a version.
    #[serde(default)]
    pub yaml: Option<String>,
    /// Tests that need not be saved, in the place of the saved ones.
    #[serde(default)]
    pub tests: Option<String>,
}

/// Gives the tests of a recipe.
///
/// # Errors
/// [`Error::NotFound`] for the recipe.
pub async fn get(app: &App, by: &Actor, recipe: &str) -> Result<SavedTests, Error> {
    by.require(Permission::See)?;
    let recipe = recipes::get(app, by, recipe).await?.summary;
    let kept = app.store.recipe_tests(&recipe.id).await?;
    let file = file_name(&recipe.slug);
    let tests = match &kept {
        Some(kept) => TestFile::parse(&file, &kept.yaml)?.tests,
        None => Vec::new(),
    };
    Ok(SavedTests {
        recipe: recipe.name,
        file,
        tests: tests.into_iter().map(|test| test.name).collect(),
        author: kept.as_ref().map(|kept| kept.author.clone()),
        updated_at: kept.as_ref().map(|kept| kept.updated_at),
        yaml: kept.map(|kept| kept.yaml).unwrap_or_default(),
    })
}

/// Saves the tests of a recipe in the place of those before.
///
/// # Errors
/// [`Error::NotFound`] for the recipe, [`Error::BadInput`] for a text that cannot be read as tests of it.
pub async fn save(
    app: &App,
    by: &Actor,
    recipe: &str,
    text: SaveTests,
) -> Result<SavedTests, Error> {
    by.require(Permission::Author)?;
    let recipe = recipes::get(app, by, recipe).await?.summary;
    let before = app.store.recipe_tests(&recipe.id).await?;
    let row = if text.yaml.trim().is_empty() {
        None
    } else {
        let file = TestFile::parse(&file_name(&recipe.slug), &text.yaml)?;
        if folded(&file.recipe) != folded(&recipe.name) {
            return Err(Error::bad_input(
                format!(
                    "these are tests of {:?}, and the recipe is {:?}",
                    file.recipe, recipe.name
                ),
                format!("begin the text with `recipe: {}`", recipe.name),
            ));
        }
        Some(RecipeTestsRow {
            yaml: text.yaml,
            author: by.name.clone(),
            updated_at: app.now(),
        })
    };
    app.store
        .keep_recipe_tests(&recipe.id, row.as_ref())
        .await?;
    let deed = Deed::on("recipe.tests", &recipe.name)
        .before(&json!(before.map(|row| row.yaml)))
        .after(&json!(row.map(|row| row.yaml)));
    audit::record(app, by, deed).await?;
    get(app, by, &recipe.id).await
}

/// Runs the tests of a recipe. Nothing in the workspace changes.
///
/// # Errors
/// [`Error::NotFound`] for the recipe or version, [`Error::Conflict`] when it has no tests, [`Error::BadInput`] for tests
/// that cannot be read.
pub async fn run(
    app: &App,
    by: &Actor,
    recipe: &str,
    request: RunTests,
) -> Result<TestReport, Error> {
    by.require(Permission::Simulate)?;
    let newest = recipes::get(app, by, recipe).await?;
    let name = newest.summary.name.clone();
    let yaml = match (request.yaml, request.version) {
        (Some(yaml), _) => yaml,
        (None, Some(number)) => recipes::version(app, by, recipe, number).await?.yaml,
        (None, None) => newest.yaml,
    };
    let file = file_name(&newest.summary.slug);
    let tests = match request.tests {
        Some(tests) => tests,
        None => app
            .store
            .recipe_tests(&newest.summary.id)
            .await?
            .map(|kept| kept.yaml)
            .ok_or_else(|| Error::Conflict {
                message: format!("{name:?} has no tests"),
                hint: Some(
                    "write some on its page, or make one of a run that has ended".to_owned(),
                ),
            })?,
    };
    let parsed = TestFile::parse(&file, &tests)?;
    let calls_others = newest.steps.iter().any(|step| step.verb == "recipe");
    let around = surroundings(app, &newest.summary.id, calls_others).await?;
    let _turn = app.recipe_tests_turn.lock().await;
    run_all(&parsed, &yaml, &around).await
}

/// The other recipes, where one may be called, and the connectors that were added.
async fn surroundings(app: &App, recipe: &str, with_others: bool) -> Result<Surroundings, Error> {
    let mut around = Surroundings::default();
    for row in app.store.connectors().await? {
        if let Ok(config) = serde_json::from_value::<HttpConfig>(row.config) {
            around.connectors.push(config);
        }
    }
    if with_others {
        for row in app.store.recipes().await? {
            if row.id != recipe
                && let Some(text) = app.store.recipe_text(&row.hash).await?
            {
                around.recipes.push(text);
            }
        }
    }
    Ok(around)
}

/// The name that the tests of a recipe have as a file.
pub(crate) fn file_name(slug: &str) -> String {
    format!("{slug}.test.yaml")
}
