//! Tests of recipes: a world, a run in it, and how that must end. The real engine and connectors run the recipe against a
//! simulated campus that is made for the test and gone after it.

mod clock;
mod draft;
mod format;
mod judge;
mod likeness;
mod play;
mod saved;
mod stage;
mod watched;

pub use draft::{TestDraft, add_draft, draft};
pub use judge::Mismatch;
pub use saved::{RunTests, SaveTests, SavedTests, get, run, save};
pub use watched::SeenCall;

use avops_engine::{RunPhase, RunStatus, StepStatus};
use schemars::JsonSchema;
use serde::Serialize;
use tokio::time::Instant;

use crate::Error;
use format::TestFile;
use stage::Surroundings;

/// How the tests of a recipe went.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TestReport {
    /// Name of the recipe.
    pub recipe: String,
    /// Whether all passed.
    pub ok: bool,
    /// How many passed.
    pub passed: usize,
    /// How many did not.
    pub failed: usize,
    /// One for each test, in the order of the file.
    pub tests: Vec<TestResult>,
}

/// How one test went.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TestResult {
    /// Its name.
    pub name: String,
    /// Whether everything was as expected.
    pub ok: bool,
    /// What was not.
    pub mismatches: Vec<Mismatch>,
    /// Why it could not be run at all.
    pub error: Option<String>,
    /// How the run ended.
    pub status: Option<RunStatus>,
    /// Its steps, in the order in which they appeared.
    pub steps: Vec<TestStep>,
    /// The calls that it made.
    pub calls: Vec<SeenCall>,
    /// How long the test took.
    pub duration_ms: u64,
    /// How long the run took by its own clock, which is turned forward while the run waits for a time; 0 for one that did not
    /// end.
    pub simulated_ms: u64,
}

/// A step of the run of a test.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TestStep {
    /// Its key.
    pub key: String,
    /// Where it stands.
    pub phase: RunPhase,
    /// For people.
    pub title: String,
    /// What became of it.
    pub status: StepStatus,
    /// One line for people.
    pub message: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
}

/// The name of the recipe that a text of tests is for.
///
/// # Errors
/// [`Error::BadInput`] for a text that cannot be read as tests.
pub fn recipe_of(source: &str, yaml: &str) -> Result<String, Error> {
    Ok(TestFile::parse(source, yaml)?.recipe)
}

/// Runs the tests in `tests` on the recipe in `recipe`; `others` are the texts of recipes that it may call. No workspace
/// is needed and none is touched, so this asks for no permission: it is the CLI's, on the files of whoever calls it.
///
/// # Errors
/// [`Error::BadInput`] for tests that cannot be read. What a test has to say stands in the report.
pub async fn run_files(
    source: &str,
    tests: &str,
    recipe: &str,
    others: Vec<String>,
) -> Result<TestReport, Error> {
    let around = Surroundings {
        recipes: others,
        ..Surroundings::default()
    };
    run_all(&TestFile::parse(source, tests)?, recipe, &around).await
}

/// Runs every test of a file, one after the other.
async fn run_all(
    file: &TestFile,
    recipe: &str,
    around: &Surroundings,
) -> Result<TestReport, Error> {
    let mut results = Vec::new();
    for test in &file.tests {
        let began = Instant::now();
        let mut result = match play::play(recipe, test, around).await {
            Ok(played) => result(test, &played),
            Err(error) => broken(&test.name, &error),
        };
        result.duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        results.push(result);
    }
    let failed = results.iter().filter(|result| !result.ok).count();
    Ok(TestReport {
        recipe: file.recipe.clone(),
        ok: failed == 0,
        passed: results.len() - failed,
        failed,
        tests: results,
    })
}

fn result(test: &format::Test, played: &play::Played) -> TestResult {
    let mismatches = judge::judge(&test.expect, played);
    TestResult {
        name: test.name.clone(),
        ok: mismatches.is_empty(),
        mismatches,
        error: None,
        status: Some(played.state.status),
        steps: played
            .steps
            .iter()
            .map(|step| TestStep {
                key: step.key.0.clone(),
                phase: step.phase,
                title: step.title.clone(),
                status: step.status,
                message: step.message.clone(),
                error: step.error.clone(),
            })
            .collect(),
        calls: played.calls.clone(),
        duration_ms: 0,
        simulated_ms: played.state.duration_ms.unwrap_or(0),
    }
}

/// A test that could not be run: its inputs or world do not fit, or the recipe has errors.
fn broken(name: &str, error: &Error) -> TestResult {
    let mut said = error.to_string();
    if let Some(hint) = error.hint() {
        said = format!("{said} ({hint})");
    }
    TestResult {
        name: name.to_owned(),
        ok: false,
        mismatches: Vec::new(),
        error: Some(said),
        status: None,
        steps: Vec::new(),
        calls: Vec::new(),
        duration_ms: 0,
        simulated_ms: 0,
    }
}
