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
    /// Show what an agent may touch: every action of its tools, and what these lack
    Reach {
        /// Name or id
        agent: String,
    },
    /// Make an agent
    Add(Add),
    /// Change an agent; what is left out stays
    Change(Change),
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
    #[command(flatten)]
    bounds: Bounds,
}

/// Its model, its defaults and its guardrails.
#[derive(Debug, Args)]
struct Bounds {
    /// The model for its agent steps and drafts, as NAME or PROVIDER:NAME; nothing for the workspace's
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
    /// A value for an input that nobody gives; repeat for several
    #[arg(long = "default", value_name = "NAME=VALUE")]
    defaults: Vec<String>,
    /// A guardrail of its own, with a JSON value, as in `max_actions=5` or `approve_destructive=true`; repeat for several
    #[arg(long = "guardrail", value_name = "NAME=JSON")]
    guardrails: Vec<String>,
}

impl Bounds {
    /// Adds what is given to what the API takes.
    fn put_into(&self, body: &mut Value) -> Result<(), Error> {
        if let Some(model) = &self.model {
            body["model"] = json!(model);
        }
        for (field, given) in [
            ("defaults", &self.defaults),
            ("guardrails", &self.guardrails),
        ] {
            if given.is_empty() {
                continue;
            }
            let mut values = serde_json::Map::new();
            for pair in given {
                let (name, value) = pair.split_once('=').ok_or_else(|| {
                    Error::call(format!("{pair:?} has no value")).hint("write NAME=VALUE")
                })?;
                // Words need no quotes.
                let value = serde_json::from_str(value).unwrap_or_else(|_| json!(value));
                values.insert(name.trim().to_owned(), value);
            }
            body[field] = values.into();
        }
        Ok(())
    }
}

/// What to change about an agent.
#[derive(Debug, Args)]
pub(crate) struct Change {
    /// Name or id
    agent: String,
    /// Another name
    #[arg(long)]
    name: Option<String>,
    /// What it looks after
    #[arg(long)]
    domain: Option<String>,
    /// What it is for
    #[arg(long)]
    description: Option<String>,
    /// The tools that it may use from now on, in place of those before; repeat for several
    #[arg(long = "tool", value_name = "TOOL", conflicts_with = "all_tools")]
    tools: Vec<String>,
    /// It may use every tool
    #[arg(long)]
    all_tools: bool,
    /// The recipes attached from now on, in place of those before; repeat for several
    #[arg(long = "recipe", value_name = "RECIPE", conflicts_with = "no_recipes")]
    recipes: Vec<String>,
    /// No recipe is attached any more
    #[arg(long)]
    no_recipes: bool,
    #[command(flatten)]
    bounds: Bounds,
}

impl Change {
    /// The change as the API takes it.
    fn body(&self) -> Value {
        let list =
            |given: &[String], none: bool| (none || !given.is_empty()).then(|| given.to_vec());
        json!({
            "name": self.name, "domain": self.domain, "description": self.description,
            "tools": list(&self.tools, self.all_tools), "recipes": list(&self.recipes, self.no_recipes),
        })
    }
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
            let mut body = json!({
                "name": add.name, "domain": add.domain, "description": add.description,
                "tools": add.tools, "recipes": add.recipes,
            });
            add.bounds.put_into(&mut body)?;
            show(&api.post(&["agents"], body).await?, terminal)
        }
        Agents::Change(change) => {
            let mut body = change.body();
            change.bounds.put_into(&mut body)?;
            let changed = api.patch(&["agents", &change.agent], body).await?;
            show(&changed, terminal)
        }
        Agents::Reach { agent } => reach(&api.get(&["agents", &agent, "reach"]).await?, terminal),
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

fn reach(reach: &Value, terminal: Terminal) -> Result<(), Error> {
    if terminal.json {
        return terminal.value(reach);
    }
    let action = |action: &Value| {
        vec![
            text(action, "/effect"),
            format!("{}.{}", text(action, "/tool"), text(action, "/action")),
            text(action, "/title"),
            text(action, "/mode"),
        ]
    };
    let rows = list(reach, "/actions").iter().map(action).collect();
    let header = ["effect", "action", "", "reaches"];
    terminal.table(&header, rows, "it may touch nothing")?;
    for tool in list(reach, "/lacking") {
        let missing: Vec<String> = list(tool, "/missing")
            .iter()
            .map(|name| text(name, ""))
            .collect();
        terminal.note(format!(
            "{} lacks: {}",
            text(tool, "/tool"),
            missing.join(", ")
        ))?;
    }
    Ok(())
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
        [
            "model".to_owned(),
            agent["model"]
                .as_str()
                .unwrap_or("the workspace's")
                .to_owned(),
        ],
        ["defaults".to_owned(), fields(&agent["defaults"])],
        ["guardrails".to_owned(), fields(&agent["guardrails"])],
    ];
    terminal.pairs(&rows)
}

/// The fields of an object on one line.
fn fields(value: &Value) -> String {
    let fields: Vec<String> = value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    if fields.is_empty() {
        "none".to_owned()
    } else {
        fields.join(", ")
    }
}
