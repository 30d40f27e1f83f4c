//! What an agent may touch: every action within its tools, by what it does to the world.

use avops_engine::Mode;
use avops_recipe::{Effect, Repeat};
use avops_tools::ToolInfo;
use schemars::JsonSchema;
use serde::Serialize;

use super::view::find;
use crate::{Actor, App, Error, Permission};

/// What an agent may touch.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Reach {
    /// Its id.
    pub agent_id: String,
    /// Its name.
    pub agent: String,
    /// Every action that it may call, the harmless first.
    pub actions: Vec<Reachable>,
    /// Tools among them that cannot work now, because something is not set.
    pub lacking: Vec<LackingTool>,
}

/// One action that an agent may call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reachable {
    /// The tool.
    pub tool: String,
    /// The action.
    pub action: String,
    /// A few words for people.
    pub title: String,
    /// What it does to the world.
    pub effect: Effect,
    /// What a second, equal call does.
    pub repeat: Repeat,
    /// Which world it reaches now: live or mock.
    pub mode: Mode,
}

/// A tool that lacks what it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LackingTool {
    /// The tool.
    pub tool: String,
    /// Its title.
    pub title: String,
    /// What is not set, in words: `Bot token`.
    pub missing: Vec<String>,
}

/// Gives what an agent may touch now.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn reach(app: &App, by: &Actor, agent: &str) -> Result<Reach, Error> {
    by.require(Permission::See)?;
    let row = find(app, agent).await?;
    let vocabulary = app.library.vocabulary_for(&row.tools);
    let mut actions = Vec::new();
    let mut lacking = Vec::new();
    for tool in vocabulary.tools.values() {
        let info = app.tools.tool(&tool.name)?;
        actions.extend(tool.actions.values().map(|action| Reachable {
            tool: tool.name.clone(),
            action: action.name.clone(),
            title: action.title.clone(),
            effect: action.effect,
            repeat: action.repeat,
            mode: info.mode,
        }));
        lacking.extend(lacks(&info, info.mode));
    }
    actions.sort_by_key(|action| action.effect);
    Ok(Reach {
        agent_id: row.id,
        agent: row.name,
        actions,
        lacking,
    })
}

/// What a tool lacks for calls that reach this world. The simulated one needs nothing.
pub(crate) fn lacks(info: &ToolInfo, mode: Mode) -> Option<LackingTool> {
    if mode != Mode::Live || info.simulate_always {
        return None;
    }
    let missing: Vec<String> = info
        .settings
        .iter()
        .filter(|setting| setting.spec.required && setting.source.is_none())
        .map(|setting| setting.spec.title.clone())
        .collect();
    (!missing.is_empty()).then(|| LackingTool {
        tool: info.spec.name.clone(),
        title: info.title.clone(),
        missing,
    })
}
