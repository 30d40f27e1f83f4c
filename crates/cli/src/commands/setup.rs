//! `avops setup`: the setup wizard without a browser.

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::answers::{items, list, text};
use crate::api::Api;
use crate::error::Error;
use crate::terminal::Terminal;

/// Examples that may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Group {
    /// The agents of the five domains
    Agents,
    /// The recipes
    Recipes,
    /// The workflows
    Workflows,
}

/// What to leave out.
#[derive(Debug, Args)]
pub(crate) struct Setup {
    /// Say what is missing and create nothing
    #[arg(long)]
    check: bool,
    /// A group to leave out; repeat for several
    #[arg(long = "without", value_name = "GROUP")]
    without: Vec<Group>,
}

/// Creates what is missing and prints the counts.
pub(crate) async fn setup(command: &Setup, api: &Api, terminal: Terminal) -> Result<(), Error> {
    if command.check {
        return check(api, terminal).await;
    }
    let wants = |group| !command.without.contains(&group);
    let seed = json!({ "seed": {
        "agents": wants(Group::Agents), "recipes": wants(Group::Recipes), "tools": true,
        "workflows": wants(Group::Workflows),
    } });
    let outcome = api.post(&["setup"], seed).await?;
    if terminal.json {
        terminal.value(&outcome)?;
    } else {
        let rows = ["agents", "recipes", "tools", "workflows"]
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
