//! Agents as front doors show them.

use std::collections::HashMap;

use avops_engine::RunStatus;
use avops_store::{AgentRow, WorkflowRow};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::figures::share;
use crate::names::nearest;
use crate::runs::{self, RunFilter, RunSummary};
use crate::{Actor, App, Error, PageRequest, Permission};

/// So many runs stand behind the figures of an agent.
const COUNTED: u32 = 100;

/// An agent.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Agent {
    /// Its id.
    pub id: String,
    /// Unique without case.
    pub name: String,
    /// `support`, `events` …
    pub domain: String,
    /// What it is for.
    pub description: String,
    /// Tools and `tool.action`s it may use; empty means all.
    pub tools: Vec<String>,
    /// Attached recipes by name.
    pub recipes: Vec<String>,
    /// Model for its agent steps and drafts: a name, or `provider:name`; the workspace's when absent.
    pub model: Option<String>,
    /// Values for inputs of its runs that nobody gives, by name.
    pub defaults: Map<String, Value>,
    /// What its runs may do at most; of these and a recipe's guardrails the narrower wins.
    pub guardrails: Value,
    /// Its latest run.
    pub last_run: Option<RunSummary>,
    /// How its runs went.
    pub stats: AgentStats,
    /// Workflows that start it, by name.
    pub workflows: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed.
    pub updated_at: Timestamp,
}

/// How the newest runs of an agent went.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct AgentStats {
    /// How many finished runs the figures are made of: the newest, at most 100, without those that were cancelled.
    pub runs: usize,
    /// Share of them that succeeded, 0 to 1; absent without any.
    pub success_rate: Option<f64>,
}

/// Lists all agents by name.
///
/// # Errors
/// [`Error::NotAllowed`].
pub async fn list(app: &App, by: &Actor) -> Result<Vec<Agent>, Error> {
    by.require(Permission::See)?;
    let mut agents = Vec::new();
    let around = Around::read(app).await?;
    for row in app.store.agents().await? {
        agents.push(shown(app, by, row, &around).await?);
    }
    Ok(agents)
}

/// Gives an agent by id or name.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(app: &App, by: &Actor, agent: &str) -> Result<Agent, Error> {
    by.require(Permission::See)?;
    let row = find(app, agent).await?;
    shown(app, by, row, &Around::read(app).await?).await
}

/// What agents are shown with.
pub(super) struct Around {
    /// Names of all recipes by id.
    recipes: HashMap<String, String>,
    workflows: Vec<WorkflowRow>,
}

impl Around {
    pub(super) async fn read(app: &App) -> Result<Self, Error> {
        let recipes = app.store.recipes().await?;
        Ok(Self {
            recipes: recipes.into_iter().map(|row| (row.id, row.name)).collect(),
            workflows: app.store.workflows().await?,
        })
    }
}

/// Finds an agent by id or name.
pub(super) async fn find(app: &App, asked: &str) -> Result<AgentRow, Error> {
    if let Some(row) = app.store.agent(asked).await? {
        return Ok(row);
    }
    let agents = app.store.agents().await?;
    Err(Error::NotFound {
        what: "agent",
        name: asked.to_owned(),
        nearest: nearest(asked, agents.iter().map(|agent| agent.name.as_str())),
    })
}

pub(super) async fn shown(
    app: &App,
    by: &Actor,
    row: AgentRow,
    around: &Around,
) -> Result<Agent, Error> {
    let latest = RunFilter {
        agent: Some(row.id.clone()),
        ..RunFilter::default()
    };
    let one = PageRequest {
        limit: Some(1),
        cursor: None,
    };
    let last_run = runs::list(app, by, &latest, &one).await?.items.pop();
    let outcomes = app.store.agent_outcomes(&row.id, COUNTED).await?;
    let good = outcomes
        .iter()
        .filter(|status| **status == RunStatus::Success)
        .count();
    Ok(Agent {
        stats: AgentStats {
            runs: outcomes.len(),
            success_rate: share(good, outcomes.len()),
        },
        workflows: around
            .workflows
            .iter()
            .filter(|workflow| workflow.agent_id == row.id)
            .map(|workflow| workflow.name.clone())
            .collect(),
        recipes: row
            .recipes
            .iter()
            .filter_map(|id| around.recipes.get(id).cloned())
            .collect(),
        id: row.id,
        name: row.name,
        domain: row.domain,
        description: row.description,
        tools: row.tools,
        model: row.model,
        defaults: row.defaults,
        guardrails: row.guardrails,
        last_run,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
