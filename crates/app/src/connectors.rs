//! Tools: what there is, how it feels, and direct calls.

mod call;
mod configure;
pub mod folder;
mod mcp;
mod settings;

pub use avops_tools::InMock;
pub use call::{ActionReply, call};
pub use configure::{NewAction, NewHttpTool, NewTool, ToolChange, add, change, remove};
pub use mcp::{Approval, Approvals, McpServer, NewMcpTool, NewTransport, approve, look};
pub use settings::{SettingOrigin, SettingValue, ToolSetting, rotate_key};

pub(crate) use configure::restore;
pub(crate) use settings::restore as restore_settings;

use std::collections::{BTreeMap, BTreeSet};

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
    /// The file in the folder of connectors that describes it, if one does.
    pub file: Option<String>,
    /// Agents that may use it (or some of its actions), by name.
    pub used_by: Vec<String>,
    /// Recipes that call it, by name.
    pub recipes: Vec<String>,
    /// What can be set for it, and what is.
    pub settings: Vec<ToolSetting>,
    /// Whether the simulated campus answers in its place although the workspace is live.
    pub simulate: bool,
    /// The MCP server that it is, if it is one.
    pub mcp: Option<McpServer>,
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
    let around = Around::read(app, by).await?;
    Ok(app
        .tools
        .tools()
        .into_iter()
        .map(|info| around.tool(app, info))
        .collect())
}

/// Gives a tool by name.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(app: &App, by: &Actor, name: &str) -> Result<Tool, Error> {
    by.require(Permission::See)?;
    let info = tool_info(app, name)?;
    Ok(Around::read(app, by).await?.tool(app, info))
}

/// Asks a tool how it feels, now; within three seconds it is green or red. With `real`, the real system is asked although
/// the workspace is in mock mode: that tries credentials before they are needed.
///
/// # Errors
/// [`Error::NotFound`]. A tool that is not well is an answer, not an error.
pub async fn health(app: &App, by: &Actor, name: &str, real: bool) -> Result<Health, Error> {
    by.require(Permission::See)?;
    let info = tool_info(app, name)?;
    let health = if real {
        by.require(Permission::ManageTools)?;
        app.tools.health_in(&info.spec.name, Mode::Live).await?
    } else {
        app.tools.health(&info.spec.name).await?
    };
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

/// What the rest of the workspace has to do with tools.
struct Around {
    /// Names of agents, and what each may use.
    agents: Vec<(String, Vec<String>)>,
    /// Names of recipes, by tool.
    recipes: BTreeMap<String, BTreeSet<String>>,
    kept: Vec<avops_store::ToolSettingRow>,
    /// Whether who asks may see how programs are started: their arguments may say more than viewers need to know.
    sees_commands: bool,
}

impl Around {
    async fn read(app: &App, by: &Actor) -> Result<Self, Error> {
        let agents = app.store.agents().await?;
        Ok(Self {
            agents: agents
                .into_iter()
                .map(|agent| (agent.name, agent.tools))
                .collect(),
            recipes: crate::recipes::by_tool(app).await?,
            kept: app.store.tool_settings().await?,
            sees_commands: by.may(Permission::ManageTools),
        })
    }

    fn tool(&self, app: &App, info: ToolInfo) -> Tool {
        let name = info.spec.name.clone();
        let used_by = self
            .agents
            .iter()
            .filter(|(_, tools)| may_use(tools, &name))
            .map(|(agent, _)| agent.clone())
            .collect();
        let recipes = self.recipes.get(&name);
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
            file: app.connector_files.file_of(&name),
            used_by,
            recipes: recipes.into_iter().flatten().cloned().collect(),
            settings: settings::shown(info.settings, &name, &self.kept),
            simulate: info.simulate_always,
            mcp: info
                .mcp
                .map(|mcp| McpServer::shown(mcp, self.sees_commands)),
            name,
        }
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
