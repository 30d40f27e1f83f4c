//! Agents: domain workers, the tools they may use, the recipes they run.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::runs::RunSummary;
use crate::{Actor, App, Error};

/// The five domains of the runbook; free text is allowed beside them.
pub const DOMAINS: [&str; 5] = ["support", "events", "builds", "admin", "monitoring"];

/// An agent.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
    /// Model for agent steps.
    pub model: Option<String>,
    /// Guardrails of its own.
    pub guardrails: Value,
    /// Its latest run.
    pub last_run: Option<RunSummary>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed.
    pub updated_at: Timestamp,
}

/// A new agent.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAgent {
    /// Unique without case.
    pub name: String,
    /// `support`, `events` …
    pub domain: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Tools and `tool.action`s it may use; empty means all.
    #[serde(default)]
    pub tools: Vec<String>,
    /// Recipes to attach, by id or name.
    #[serde(default)]
    pub recipes: Vec<String>,
    /// Model for agent steps.
    #[serde(default)]
    pub model: Option<String>,
    /// Guardrails of its own.
    #[serde(default)]
    pub guardrails: Value,
}

/// What to change about an agent; what is absent stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentChange {
    /// Unique without case.
    pub name: Option<String>,
    /// `support`, `events` …
    pub domain: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Tools and `tool.action`s it may use; empty means all.
    pub tools: Option<Vec<String>>,
    /// Recipes to attach, by id or name.
    pub recipes: Option<Vec<String>>,
    /// Model for agent steps.
    pub model: Option<String>,
    /// Guardrails of its own.
    pub guardrails: Option<Value>,
}

/// Lists all agents by name.
pub async fn list(app: &App, by: &Actor) -> Result<Vec<Agent>, Error> {
    let _ = by;
    app.soon()
}

/// Gives an agent by id or name.
pub async fn get(app: &App, by: &Actor, agent: &str) -> Result<Agent, Error> {
    let _ = (by, agent);
    app.soon()
}

/// Makes an agent.
pub async fn create(app: &App, by: &Actor, new: NewAgent) -> Result<Agent, Error> {
    let _ = (by, new);
    app.soon()
}

/// Changes an agent.
pub async fn change(
    app: &App,
    by: &Actor,
    agent: &str,
    change: AgentChange,
) -> Result<Agent, Error> {
    let _ = (by, agent, change);
    app.soon()
}

/// Removes an agent. Its runs stay.
pub async fn delete(app: &App, by: &Actor, agent: &str) -> Result<(), Error> {
    let _ = (by, agent);
    app.soon()
}
