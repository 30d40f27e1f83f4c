//! `avops setup`: the setup wizard without a browser.

use clap::Args;
use serde_json::json;

use crate::answers::{items, list, text};
use crate::api::Api;
use crate::error::Error;
use crate::terminal::Terminal;

/// What to leave out.
#[derive(Debug, Args)]
pub(crate) struct Setup {
    /// Say what is missing and create nothing
    #[arg(long)]
    check: bool,
    /// Create no example agents
    #[arg(long)]
    no_agents: bool,
    /// Create no example recipes
    #[arg(long)]
    no_recipes: bool,
}

/// Creates what is missing and prints the counts.
pub(crate) async fn setup(command: &Setup, api: &Api, terminal: Terminal) -> Result<(), Error> {
    if command.check {
        return check(api, terminal).await;
    }
    let seed = json!({ "seed": {
        "agents": !command.no_agents, "recipes": !command.no_recipes, "tools": true, "workflows": true,
    } });
    let outcome = api.post(&["setup"], seed).await?;
    if terminal.json {
        terminal.value(&outcome)?;
    } else {
        let rows = ["agents", "recipes", "tools"]
            .map(|group| {
                let count = |what: &str| text(&outcome, &format!("/{what}/{group}"));
                vec![
                    group.to_owned(),
                    count("created"),
                    count("skipped"),
                    count("failed"),
                ]
            })
            .to_vec();
        terminal.table(&["", "created", "there already", "failed"], rows, "")?;
    }
    let errors = list(&outcome, "/errors");
    if errors.is_empty() {
        return Ok(());
    }
    let errors: Vec<String> = errors.iter().map(|error| text(error, "")).collect();
    Err(Error::failed(errors.join("; ")))
}

async fn check(api: &Api, terminal: Terminal) -> Result<(), Error> {
    let status = api.get(&["setup"]).await?;
    if terminal.json {
        return terminal.value(&status);
    }
    let rows = items(&status["groups"])
        .iter()
        .map(|group| {
            let names: Vec<String> = list(group, "/missing")
                .iter()
                .map(|name| text(name, ""))
                .collect();
            vec![
                text(group, "/group"),
                text(group, "/total"),
                names.join(", "),
            ]
        })
        .collect();
    terminal.table(&["", "there", "missing"], rows, "")
}
