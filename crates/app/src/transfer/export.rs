//! What is carried out of this workspace.

use std::collections::BTreeSet;

use avops_recipe::Limits;
use serde::Serialize;
use serde_json::Value;

use super::archive::BundleFile;
use super::{AgentFile, WorkflowFile};
use crate::names::{folded, slug};
use crate::{Actor, App, Error, PageRequest, Permission, agents, recipe_tests, recipes, workflows};

/// What is to be exported, by name, slug or id. Nothing chosen at all means everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// Agents.
    pub agents: Vec<String>,
    /// Recipes.
    pub recipes: Vec<String>,
    /// Workflows.
    pub workflows: Vec<String>,
}

impl Chosen {
    fn is_everything(&self) -> bool {
        self.agents.is_empty() && self.recipes.is_empty() && self.workflows.is_empty()
    }
}

/// Gives the files of what is chosen, each in its place.
///
/// # Errors
/// [`Error::NotFound`] for a name that is chosen and not there.
pub async fn export(app: &App, by: &Actor, chosen: &Chosen) -> Result<Vec<BundleFile>, Error> {
    by.require(Permission::See)?;
    let all = chosen.is_everything();
    let mut files = Vec::new();
    for name in &names(all, &chosen.recipes, || every_recipe(app)).await? {
        files.extend(recipe(app, by, name).await?);
    }
    let mut taken = BTreeSet::new();
    let agents = if all {
        agents::list(app, by).await?
    } else {
        let mut found = Vec::new();
        for name in &chosen.agents {
            found.push(agents::get(app, by, name).await?);
        }
        found
    };
    for agent in agents {
        let guardrails = limits(&agent.name, agent.guardrails)?;
        let path = place("agents", &agent.name, &mut taken);
        files.push(file(
            path,
            &AgentFile {
                name: agent.name,
                domain: agent.domain,
                description: agent.description,
                tools: agent.tools,
                recipes: agent.recipes,
                model: agent.model,
                defaults: agent.defaults,
                guardrails,
            },
        )?);
    }
    let workflows = if all {
        every_workflow(app, by).await?
    } else {
        let mut found = Vec::new();
        for name in &chosen.workflows {
            found.push(workflows::get(app, by, name).await?);
        }
        found
    };
    for workflow in workflows {
        // Without its agent or recipe there is nothing that could run elsewhere.
        let (Some(agent), Some(recipe)) = (workflow.agent, workflow.recipe) else {
            continue;
        };
        let path = place("workflows", &workflow.name, &mut taken);
        files.push(file(
            path,
            &WorkflowFile {
                name: workflow.name,
                agent,
                recipe,
                version: workflow.version,
                inputs: workflow.inputs,
                trigger: workflow.trigger,
                overlap: Some(workflow.overlap),
                missed: workflow.missed,
            },
        )?);
    }
    Ok(files)
}

async fn names<F>(
    all: bool,
    chosen: &[String],
    every: impl FnOnce() -> F,
) -> Result<Vec<String>, Error>
where
    F: Future<Output = Result<Vec<String>, Error>>,
{
    if all {
        every().await
    } else {
        Ok(chosen.to_vec())
    }
}

async fn every_recipe(app: &App) -> Result<Vec<String>, Error> {
    let rows = app.store.recipes().await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

async fn every_workflow(app: &App, by: &Actor) -> Result<Vec<workflows::Workflow>, Error> {
    let mut found = Vec::new();
    let mut page = PageRequest {
        limit: Some(500),
        ..PageRequest::default()
    };
    loop {
        let bite = workflows::list(app, by, &page).await?;
        found.extend(bite.items);
        page.cursor = bite.next;
        if page.cursor.is_none() {
            return Ok(found);
        }
    }
}

/// Every version of a recipe, oldest first, and its tests.
async fn recipe(app: &App, by: &Actor, name: &str) -> Result<Vec<BundleFile>, Error> {
    let newest = recipes::get(app, by, name).await?.summary;
    let mut versions = recipes::versions(app, by, &newest.id).await?;
    versions.reverse();
    let mut files = Vec::new();
    for version in versions {
        let text = recipes::version(app, by, &newest.id, version.version).await?;
        files.push(BundleFile {
            path: format!(
                "recipes/{}",
                recipes::file_name(&newest.slug, version.version)
            ),
            text: text.yaml,
        });
    }
    let tests = recipe_tests::get(app, by, &newest.id).await?;
    if !tests.yaml.is_empty() {
        files.push(BundleFile {
            path: format!("recipes/tests/{}", tests.file),
            text: tests.yaml,
        });
    }
    Ok(files)
}

/// A place that no other file has.
fn place(folder: &str, name: &str, taken: &mut BTreeSet<String>) -> String {
    let wanted = match slug(name) {
        empty if empty.is_empty() => "unnamed".to_owned(),
        wanted => wanted,
    };
    let mut path = format!("{folder}/{wanted}.json");
    let mut number = 2_u32;
    while !taken.insert(folded(&path)) {
        path = format!("{folder}/{wanted}-{number}.json");
        number += 1;
    }
    path
}

fn file(path: String, content: &impl Serialize) -> Result<BundleFile, Error> {
    let value: Value = serde_json::to_value(content)
        .map_err(|error| Error::Internal(format!("{path} cannot be written: {error}")))?;
    Ok(BundleFile {
        path,
        text: format!("{value:#}\n"),
    })
}

/// The guardrails of an agent, as they are written into a file.
fn limits(agent: &str, kept: Value) -> Result<Limits, Error> {
    if kept.is_null() {
        return Ok(Limits::default());
    }
    serde_json::from_value(kept).map_err(|error| {
        Error::Internal(format!(
            "the guardrails of agent {agent:?} cannot be read: {error}"
        ))
    })
}
