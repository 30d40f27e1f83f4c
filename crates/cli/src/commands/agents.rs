//! `avops agents`: domain workers, the tools they may use, the recipes they run.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::remove;
use crate::answers::{items, list, text, time};
use crate::api::Api;
use crate::error::Error;
use crate::terminal::Terminal;

/// What to do about agents.
#[derive(Debug, Subcommand)]
pub(crate) enum Agents {
    /// List all agents
    List,
    /// Show one agent
    Show {
        /// Name or id
        agent: String,
    },
    /// Make an agent
    Add(Add),
    /// Remove an agent; its runs stay
    Remove {
        /// Name or id
        agent: String,
    },
}

/// A new agent.
#[derive(Debug, Args)]
pub(crate) struct Add {
    /// A name that no other agent has
    name: String,
    /// What it looks after: support, events, builds, admin, monitoring, or a word of your own
    #[arg(long)]
    domain: String,
    /// What it is for
    #[arg(long, default_value = "")]
    description: String,
    /// A tool or `tool.action` that it may use; repeat for several, leave out for all
    #[arg(long = "tool", value_name = "TOOL")]
    tools: Vec<String>,
    /// A recipe to attach; repeat for several
    #[arg(long = "recipe", value_name = "RECIPE")]
    recipes: Vec<String>,
}

/// Carries it out.
pub(crate) async fn agents(command: Agents, api: &Api, terminal: Terminal) -> Result<(), Error> {
    match command {
        Agents::List => {
            let agents = api.list(&["agents"]).await?;
            if terminal.json {
                return terminal.value(&agents);
            }
            let rows = items(&agents).iter().map(row).collect();
            terminal.table(
                &["agent", "domain", "recipes", "last run", ""],
                rows,
                "there are no agents; `avops setup` makes some",
            )
        }
        Agents::Show { agent } => show(&api.get(&["agents", &agent]).await?, terminal),
        Agents::Add(add) => {
            let body = json!({
                "name": add.name, "domain": add.domain, "description": add.description,
                "tools": add.tools, "recipes": add.recipes,
            });
            show(&api.post(&["agents"], body).await?, terminal)
        }
        Agents::Remove { agent } => remove(api, terminal, ["agents", &agent]).await,
    }
}

fn row(agent: &Value) -> Vec<String> {
    vec![
        text(agent, "/name"),
        text(agent, "/domain"),
        list(agent, "/recipes").len().to_string(),
        time(agent, "/last_run/accepted_at"),
        text(agent, "/last_run/status"),
    ]
}

fn show(agent: &Value, terminal: Terminal) -> Result<(), Error> {
    if terminal.json {
        return terminal.value(agent);
    }
    let names = |pointer: &str, none: &str| match list(agent, pointer) {
        [] => none.to_owned(),
        names => names
            .iter()
            .map(|name| text(name, ""))
            .collect::<Vec<_>>()
            .join(", "),
    };
    let rows = [
        ["agent".to_owned(), text(agent, "/name")],
        ["domain".to_owned(), text(agent, "/domain")],
        ["about".to_owned(), text(agent, "/description")],
        ["tools".to_owned(), names("/tools", "all")],
        ["recipes".to_owned(), names("/recipes", "none")],
    ];
    terminal.pairs(&rows)
}
