//! Tools: what there is, how it feels, and direct calls.

use avops_engine::{Artifact, RunId};
use avops_recipe::{ActionSpec, Effect, Repeat};
use indexmap::IndexMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::runs::Origin;
use crate::{Actor, App, Error};

/// A tool.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// `builtin`, `http` or `mcp`.
    pub kind: String,
    /// For people.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// `live` or `mock`.
    pub mode: avops_engine::Mode,
    /// The latest health that was seen; absent before the first check.
    pub health: Option<Health>,
    /// Its actions.
    pub actions: Vec<ActionSpec>,
    /// Address, for `http`.
    pub base_url: Option<String>,
    /// Agents that may use it, by name.
    pub used_by: Vec<String>,
}

/// How a tool feels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Health {
    /// Green or red.
    pub ok: bool,
    /// How long it took.
    pub latency_ms: u64,
    /// When.
    pub checked_at: Timestamp,
    /// What it said, or why it is red.
    pub detail: Value,
}

/// A connector to be added.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTool {
    /// Its name: lower case letters, digits, `_`.
    pub name: String,
    /// `http`.
    pub kind: String,
    /// For people.
    #[serde(default)]
    pub title: Option<String>,
    /// Where `/health` and `/action` are.
    pub base_url: String,
    /// Its actions by name.
    pub actions: IndexMap<String, NewAction>,
}

/// An action of a connector to be added.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAction {
    /// What it does to the world; `destructive` when absent.
    #[serde(default)]
    pub effect: Option<Effect>,
    /// What a second call does; `once` when absent.
    #[serde(default)]
    pub repeat: Option<Repeat>,
    /// When to use it.
    #[serde(default)]
    pub description: Option<String>,
    /// JSON Schema of the arguments.
    #[serde(default)]
    pub input_schema: Option<Value>,
    /// Name of its result.
    #[serde(default)]
    pub result: Option<String>,
}

/// What to change about a connector; what is absent stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolChange {
    /// For people.
    pub title: Option<String>,
    /// Where `/health` and `/action` are.
    pub base_url: Option<String>,
    /// Its actions by name; replaces all.
    pub actions: Option<IndexMap<String, NewAction>>,
}

/// What a direct call gave.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActionReply {
    /// Whether the run of the call succeeded.
    pub ok: bool,
    /// What the action gave.
    pub result: Value,
    /// What it left behind.
    pub artifacts: Vec<Artifact>,
    /// Why not, where it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The run that records the call.
    pub run_id: RunId,
}

/// Lists all tools with the health last seen.
pub async fn list(app: &App, by: &Actor) -> Result<Vec<Tool>, Error> {
    let _ = by;
    app.soon()
}

/// Gives a tool by name.
pub async fn get(app: &App, by: &Actor, tool: &str) -> Result<Tool, Error> {
    let _ = (by, tool);
    app.soon()
}

/// Adds an HTTP connector.
pub async fn add(app: &App, by: &Actor, new: NewTool) -> Result<Tool, Error> {
    let _ = (by, new);
    app.soon()
}

/// Changes an added connector.
pub async fn change(app: &App, by: &Actor, tool: &str, change: ToolChange) -> Result<Tool, Error> {
    let _ = (by, tool, change);
    app.soon()
}

/// Removes an added connector.
pub async fn remove(app: &App, by: &Actor, tool: &str) -> Result<(), Error> {
    let _ = (by, tool);
    app.soon()
}

/// Asks a tool how it feels, now; within three seconds it is green or red.
pub async fn health(app: &App, by: &Actor, tool: &str) -> Result<Health, Error> {
    let _ = (by, tool);
    app.soon()
}

/// Calls an action directly. The call is a run with one act step, like any other.
pub async fn call(
    app: &App,
    by: &Actor,
    tool: &str,
    action: &str,
    args: Value,
    origin: Origin,
) -> Result<ActionReply, Error> {
    let _ = (by, tool, action, args, origin);
    app.soon()
}
