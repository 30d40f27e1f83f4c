//! What stands in the files of a bundle: recipes with their versions and tests, agents, workflows.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;

use avops_recipe::Source;

use super::archive::BundleFile;
use super::{AgentFile, WorkflowFile};
use crate::App;
use crate::names::folded;
use crate::recipe_tests;

/// A recipe of a bundle.
pub(super) struct RecipeItem {
    pub(super) name: String,
    /// Oldest first; never empty.
    pub(super) versions: Vec<RecipeText>,
    pub(super) tests: Option<String>,
}

/// One version of it.
pub(super) struct RecipeText {
    pub(super) file: String,
    pub(super) number: u32,
    pub(super) yaml: String,
    /// What its changelog says of this version.
    pub(super) changelog: Option<String>,
    /// Why it cannot be saved, if so.
    pub(super) problem: Option<String>,
}

/// What was found in the files.
#[derive(Default)]
pub(super) struct Items {
    pub(super) recipes: Vec<RecipeItem>,
    pub(super) agents: Vec<(String, AgentFile)>,
    pub(super) workflows: Vec<(String, WorkflowFile)>,
    /// Files that say nothing that is known here, and why.
    pub(super) unread: Vec<(String, String)>,
}

/// Reads every file.
pub(super) fn read(app: &App, files: Vec<BundleFile>) -> Items {
    let mut items = Items::default();
    let mut versions_of: BTreeMap<String, Vec<(String, RecipeText)>> = BTreeMap::new();
    let mut tests: Vec<(String, String, String)> = Vec::new();
    for file in files {
        let path = file.path.to_lowercase();
        let ending = Path::new(&path).extension().and_then(OsStr::to_str);
        let is_yaml = matches!(ending, Some("yaml" | "yml"));
        let is_json = ending == Some("json");
        if path.ends_with(".test.yaml") || path.ends_with(".test.yml") {
            match recipe_tests::recipe_of(&file.path, &file.text) {
                Ok(recipe) => tests.push((recipe, file.path, file.text)),
                Err(error) => items.unread.push((file.path, error.to_string())),
            }
        } else if is_yaml {
            match recipe(app, file) {
                Ok((name, text)) => versions_of
                    .entry(folded(&name))
                    .or_default()
                    .push((name, text)),
                Err(unread) => items.unread.push(unread),
            }
        } else if path.starts_with("agents/") && is_json {
            match serde_json::from_str(&file.text) {
                Ok(agent) => items.agents.push((file.path, agent)),
                Err(error) => items.unread.push((file.path, error.to_string())),
            }
        } else if path.starts_with("workflows/") && is_json {
            match serde_json::from_str(&file.text) {
                Ok(workflow) => items.workflows.push((file.path, workflow)),
                Err(error) => items.unread.push((file.path, error.to_string())),
            }
        } else {
            let why = "it is neither a recipe (.yaml) nor an agent or workflow (agents/…, workflows/….json)";
            items.unread.push((file.path, why.to_owned()));
        }
    }
    for (key, mut versions) in versions_of {
        versions.sort_by_key(|(_, text)| text.number);
        let Some((name, _)) = versions.last() else {
            continue;
        };
        let name = name.clone();
        let of_it = tests
            .iter()
            .position(|(recipe, _, _)| folded(recipe) == key);
        items.recipes.push(RecipeItem {
            name,
            versions: versions.into_iter().map(|(_, text)| text).collect(),
            tests: of_it.map(|at| tests.swap_remove(at).2),
        });
    }
    for (recipe, file, _) in tests {
        let why = format!("it tests {recipe:?}, which is not in the bundle");
        items.unread.push((file, why));
    }
    items
}

/// The recipe in a file with its name.
fn recipe(app: &App, file: BundleFile) -> Result<(String, RecipeText), (String, String)> {
    let source = Source::new(&file.path, &file.text);
    let (parsed, _) = app.library.parse(&source, &[]);
    let problem = parsed
        .diagnostics
        .iter()
        .find(|found| found.severity == avops_recipe::Severity::Error)
        .map(|found| {
            let line = source.position(found.span.start).line;
            format!("line {line}: {} ({})", found.message, found.code)
        });
    let Some(recipe) = parsed.recipe else {
        let why = problem.unwrap_or_else(|| "it cannot be read".to_owned());
        return Err((file.path, why));
    };
    let lead = format!("{}:", recipe.version);
    let changelog = recipe
        .changelog
        .iter()
        .find_map(|line| line.trim().strip_prefix(lead.as_str()))
        .map(|line| line.trim().to_owned());
    let text = RecipeText {
        file: file.path,
        number: recipe.version,
        yaml: file.text,
        changelog,
        problem,
    };
    Ok((recipe.name, text))
}
