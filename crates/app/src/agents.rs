//! Agents: domain workers, the tools they may use, the recipes they run.

mod bounds;
mod reach;
mod view;

pub use reach::{LackingTool, Reach, Reachable, reach};
pub use view::{Agent, AgentStats, get, list};

pub(crate) use bounds::limits_of;
pub(crate) use reach::lacks;

use avops_recipe::Limits;
use avops_store::AgentRow;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::audit::{self, Deed};
use crate::names::nearest;
use crate::{Actor, App, Error, Permission};
use view::{Around, find, shown};

/// The five domains of the runbook; free text is allowed beside them.
pub const DOMAINS: [&str; 5] = ["support", "events", "builds", "admin", "monitoring"];

/// Longest name, in characters.
const NAME_LIMIT: usize = 120;

/// A new agent.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
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
    /// Model for its agent steps and drafts: a name, or `provider:name`; the workspace's when absent or empty.
    #[serde(default)]
    pub model: Option<String>,
    /// Values for inputs of its runs that nobody gives, by name.
    #[serde(default)]
    pub defaults: Map<String, Value>,
    /// What its runs may do at most; of these and a recipe's guardrails the narrower wins.
    #[serde(default)]
    pub guardrails: Limits,
}

/// What to change about an agent; what is absent stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
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
    /// Recipes to attach, by id or name; replaces all.
    pub recipes: Option<Vec<String>>,
    /// Model for its agent steps and drafts: a name, or `provider:name`; empty for the workspace's.
    pub model: Option<String>,
    /// Values for inputs of its runs that nobody gives, by name; replaces all.
    pub defaults: Option<Map<String, Value>>,
    /// What its runs may do at most; replaces all.
    pub guardrails: Option<Limits>,
}

/// Makes an agent.
///
/// # Errors
/// [`Error::Conflict`] when the name is taken (without case), [`Error::BadInput`] for names that do not fit.
pub async fn create(app: &App, by: &Actor, new: NewAgent) -> Result<Agent, Error> {
    by.require(Permission::Author)?;
    let now = app.now();
    let row = AgentRow {
        id: Uuid::now_v7().to_string(),
        name: checked_name(&new.name)?,
        domain: checked_domain(&new.domain)?,
        description: new.description,
        tools: checked_tools(app, new.tools)?,
        recipes: recipe_ids(app, &new.recipes).await?,
        defaults: bounds::checked_defaults(new.defaults)?,
        model: bounds::checked_model(new.model)?,
        guardrails: json!(bounds::checked_limits(app, new.guardrails)?),
        created_at: now,
        updated_at: now,
    };
    app.store.create_agent(&row).await?;
    app.catalog.forget();
    audit::record(
        app,
        by,
        Deed::on("agent.create", &row.name).after(&content(&row)),
    )
    .await?;
    shown(app, by, row, &Around::read(app).await?).await
}

/// Changes an agent. Runs that are under way keep the tools, model and guardrails with which they
/// started.
///
/// # Errors
/// As [`create`], and [`Error::NotFound`].
pub async fn change(
    app: &App,
    by: &Actor,
    agent: &str,
    change: AgentChange,
) -> Result<Agent, Error> {
    by.require(Permission::Author)?;
    let before = find(app, agent).await?;
    let mut row = before.clone();
    if let Some(name) = change.name {
        row.name = checked_name(&name)?;
    }
    if let Some(domain) = change.domain {
        row.domain = checked_domain(&domain)?;
    }
    if let Some(tools) = change.tools {
        row.tools = checked_tools(app, tools)?;
    }
    if let Some(recipes) = change.recipes {
        row.recipes = recipe_ids(app, &recipes).await?;
    }
    row.description = change.description.unwrap_or(row.description);
    if change.model.is_some() {
        row.model = bounds::checked_model(change.model)?;
    }
    if let Some(defaults) = change.defaults {
        row.defaults = bounds::checked_defaults(defaults)?;
    }
    if let Some(limits) = change.guardrails {
        row.guardrails = json!(bounds::checked_limits(app, limits)?);
    }
    row.updated_at = app.now();
    app.store.update_agent(&row).await?;
    app.catalog.forget();
    let deed = Deed::on("agent.change", &row.name)
        .before(&content(&before))
        .after(&content(&row));
    audit::record(app, by, deed).await?;
    shown(app, by, row, &Around::read(app).await?).await
}

/// Removes an agent. Its runs stay, and those under way go on.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn delete(app: &App, by: &Actor, agent: &str) -> Result<(), Error> {
    by.require(Permission::Author)?;
    let row = find(app, agent).await?;
    app.store.delete_agent(&row.id).await?;
    app.catalog.forget();
    audit::record(
        app,
        by,
        Deed::on("agent.delete", &row.name).before(&content(&row)),
    )
    .await
}

fn checked_name(name: &str) -> Result<String, Error> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_LIMIT || name.chars().any(char::is_control) {
        return Err(Error::bad_input(
            format!("{name:?} cannot be an agent's name"),
            format!("give 1 to {NAME_LIMIT} characters on one line"),
        ));
    }
    Ok(name.to_owned())
}

fn checked_domain(domain: &str) -> Result<String, Error> {
    let domain = domain.trim();
    if domain.is_empty() || domain.chars().count() > NAME_LIMIT {
        return Err(Error::bad_input(
            "an agent needs a domain",
            format!("for example {}; any other word will do", DOMAINS.join(", ")),
        ));
    }
    Ok(domain.to_owned())
}

/// Every entry must name a tool, or an action of one, that is there.
fn checked_tools(app: &App, tools: Vec<String>) -> Result<Vec<String>, Error> {
    let vocabulary = app.library.vocabulary_for(&[]);
    for entry in &tools {
        let (tool, action) = entry
            .split_once('.')
            .map_or((entry.as_str(), None), |(tool, action)| {
                (tool, Some(action))
            });
        let Some(spec) = vocabulary.tools.get(tool) else {
            return Err(Error::NotFound {
                what: "tool",
                name: tool.to_owned(),
                nearest: nearest(tool, vocabulary.tools.keys().map(String::as_str)),
            });
        };
        if let Some(action) = action
            && !spec.actions.contains_key(action)
        {
            return Err(Error::NotFound {
                what: "action",
                name: entry.clone(),
                nearest: nearest(action, spec.actions.keys().map(String::as_str))
                    .map(|action| format!("{tool}.{action}")),
            });
        }
    }
    Ok(tools)
}

/// The ids of recipes that are there.
async fn recipe_ids(app: &App, asked: &[String]) -> Result<Vec<String>, Error> {
    let mut ids: Vec<String> = Vec::new();
    for recipe in asked {
        let found = app.catalog.recipe(recipe, None).await?;
        ids.extend(found.id.clone().filter(|id| !ids.contains(id)));
    }
    Ok(ids)
}

/// What an agent is, as far as people decide it, for the trail.
fn content(row: &AgentRow) -> Value {
    json!({
        "name": row.name,
        "domain": row.domain,
        "description": row.description,
        "tools": row.tools,
        "recipes": row.recipes,
        "defaults": row.defaults,
        "model": row.model,
        "guardrails": row.guardrails,
    })
}
