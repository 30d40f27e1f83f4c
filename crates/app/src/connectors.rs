//! Tools: what there is, how it feels, and direct calls.

mod call;
mod configure;

pub use avops_tools::InMock;
pub use call::{ActionReply, call};
pub use configure::{NewAction, NewTool, ToolChange, add, change, remove};

pub(crate) use configure::restore;

use avops_engine::Mode;
use avops_recipe::ActionSpec;
use avops_tools::{Kind, ToolInfo};
use indexmap::IndexMap;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::names::nearest;
use crate::{Actor, App, Error, Permission};

/// A tool.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// `builtin`, `http` or `mcp`.
    pub kind: &'static str,
    /// For people.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// Which world it is called in now: live or mock.
    pub mode: Mode,
    /// The latest health that was seen in this mode; absent before the first check.
    pub health: Option<Health>,
    /// Its actions.
    pub actions: Vec<ToolAction>,
    /// Address, for one that was added.
    pub base_url: Option<String>,
    /// Agents that may use it (or some of its actions), by name.
    pub used_by: Vec<String>,
}

/// An action of a tool.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ToolAction {
    /// What it does and takes.
    #[serde(flatten)]
    pub spec: ActionSpec,
    /// Kinds of artifacts that it leaves behind.
    pub artifacts: Vec<String>,
}

/// How a tool feels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Health {
    /// Green or red.
    pub ok: bool,
    /// How long it took.
    pub latency_ms: u64,
    /// When.
    pub checked_at: Timestamp,
    /// What it said, or why it is red.
    pub detail: String,
}

/// Lists all tools with the health last seen.
///
/// # Errors
/// [`Error::NotAllowed`].
pub async fn list(app: &App, by: &Actor) -> Result<Vec<Tool>, Error> {
    by.require(Permission::See)?;
    let agents = app.store.agents().await?;
    let agents: Vec<(String, Vec<String>)> = agents
        .into_iter()
        .map(|agent| (agent.name, agent.tools))
        .collect();
    Ok(app
        .tools
        .tools()
        .into_iter()
        .map(|info| tool(info, &agents))
        .collect())
}

/// Gives a tool by name.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(app: &App, by: &Actor, name: &str) -> Result<Tool, Error> {
    by.require(Permission::See)?;
    let info = tool_info(app, name)?;
    let agents = app.store.agents().await?;
    let agents: Vec<(String, Vec<String>)> = agents
        .into_iter()
        .map(|agent| (agent.name, agent.tools))
        .collect();
    Ok(tool(info, &agents))
}

/// Asks a tool how it feels, now; within three seconds it is green or red.
///
/// # Errors
/// [`Error::NotFound`]. A tool that is not well is an answer, not an error.
pub async fn health(app: &App, by: &Actor, name: &str) -> Result<Health, Error> {
    by.require(Permission::See)?;
    let info = tool_info(app, name)?;
    let health = app.tools.health(&info.spec.name).await?;
    Ok(seen(health))
}

/// Asks all tools at once how they feel.
///
/// # Errors
/// [`Error::NotAllowed`].
pub async fn check_all(app: &App, by: &Actor) -> Result<IndexMap<String, Health>, Error> {
    by.require(Permission::See)?;
    let found = app.tools.check_all().await;
    Ok(found
        .into_iter()
        .map(|(name, health)| (name, seen(health)))
        .collect())
}

/// Finds a tool by name, without case.
fn tool_info(app: &App, name: &str) -> Result<ToolInfo, Error> {
    if let Ok(info) = app.tools.tool(name) {
        return Ok(info);
    }
    let tools = app.tools.tools();
    let near = nearest(name, tools.iter().map(|info| info.spec.name.as_str()));
    tools
        .into_iter()
        .find(|info| info.spec.name.eq_ignore_ascii_case(name.trim()))
        .ok_or_else(|| Error::NotFound {
            what: "tool",
            name: name.to_owned(),
            nearest: near,
        })
}

fn tool(info: ToolInfo, agents: &[(String, Vec<String>)]) -> Tool {
    let used_by = agents
        .iter()
        .filter(|(_, tools)| may_use(tools, &info.spec.name))
        .map(|(name, _)| name.clone())
        .collect();
    let actions = info
        .spec
        .actions
        .values()
        .map(|spec| ToolAction {
            spec: spec.clone(),
            artifacts: info.artifacts.get(&spec.name).cloned().unwrap_or_default(),
        })
        .collect();
    Tool {
        name: info.spec.name.clone(),
        kind: match info.kind {
            Kind::Builtin => "builtin",
            Kind::Http => "http",
            Kind::Mcp => "mcp",
        },
        title: info.title,
        description: info.description,
        mode: info.mode,
        health: info.health.map(seen),
        actions,
        base_url: info.config.map(|config| config.base_url),
        used_by,
    }
}

/// States whether an agent with these tools may use anything of `tool`. No list at all means everything.
fn may_use(tools: &[String], tool: &str) -> bool {
    tools.is_empty()
        || tools
            .iter()
            .any(|entry| entry.split('.').next() == Some(tool))
}

fn seen(health: avops_tools::Health) -> Health {
    Health {
        ok: health.ok,
        latency_ms: health.latency_ms,
        checked_at: health.checked_at,
        detail: health.detail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_action_counts_as_using_the_tool() {
        let tools = ["zoom.lookup_zoom_room".to_owned()];
        assert!(may_use(&tools, "zoom"));
        assert!(!may_use(&tools, "slack"));
        assert!(may_use(&[], "slack"));
    }
}
