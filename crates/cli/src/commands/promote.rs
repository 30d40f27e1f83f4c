//! `avops promote` and `avops demote`: whether a recipe may work on its own, and what speaks for it.

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::answers::{list, text};
use crate::api::Api;
use crate::error::Error;
use crate::terminal::{Terminal, Tone, toned};

/// A version to put higher.
#[derive(Debug, Args)]
pub(crate) struct PromoteRecipe {
    /// Name, slug or id
    recipe: String,
    /// Only show what speaks for it
    #[arg(long)]
    show: bool,
    /// The stage [default: the next one]
    #[arg(long, value_enum)]
    to: Option<Higher>,
    /// The version [default: the newest]
    #[arg(long)]
    version: Option<u32>,
    /// Why
    #[arg(long)]
    reason: Option<String>,
    /// Also when criteria do not hold; needs a reason
    #[arg(long = "override")]
    overrides: bool,
}

/// A recipe to put lower.
#[derive(Debug, Args)]
pub(crate) struct DemoteRecipe {
    /// Name, slug or id
    recipe: String,
    /// The stage [default: the one below]
    #[arg(long, value_enum)]
    to: Option<Lower>,
    /// Why
    #[arg(long)]
    reason: Option<String>,
}

/// Stages above a draft.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Higher {
    /// Each act asks a person first
    Supervised,
    /// It works on its own
    Promoted,
}

/// Stages below promoted.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Lower {
    /// Each act asks a person first
    Supervised,
    /// Somebody tries it out
    Draft,
}

/// Promotes, or shows the criteria.
pub(crate) async fn promote(
    command: PromoteRecipe,
    api: &Api,
    terminal: Terminal,
) -> Result<(), Error> {
    let found = if command.show {
        api.get(&["recipes", &command.recipe, "promotion"]).await?
    } else {
        let stage = command.to.map(|stage| match stage {
            Higher::Supervised => "supervised",
            Higher::Promoted => "promoted",
        });
        let body = json!({
            "stage": stage, "version": command.version, "reason": command.reason,
            "override": command.overrides,
        });
        api.post(&["recipes", &command.recipe, "promote"], body)
            .await?
    };
    show(&command.recipe, &found, terminal)
}

/// Demotes.
pub(crate) async fn demote(
    command: DemoteRecipe,
    api: &Api,
    terminal: Terminal,
) -> Result<(), Error> {
    let stage = command.to.map(|stage| match stage {
        Lower::Supervised => "supervised",
        Lower::Draft => "draft",
    });
    let body = json!({ "stage": stage, "reason": command.reason });
    let found = api
        .post(&["recipes", &command.recipe, "demote"], body)
        .await?;
    show(&command.recipe, &found, terminal)
}

fn show(recipe: &str, found: &Value, terminal: Terminal) -> Result<(), Error> {
    if terminal.json {
        return terminal.value(found);
    }
    terminal.line(format_args!(
        "{recipe} v{} is {}",
        text(found, "/version"),
        toned(text(found, "/stage"), Tone::Strong)
    ))?;
    let rows = list(found, "/criteria")
        .iter()
        .map(|criterion| {
            let holds = match criterion["holds"].as_bool() {
                Some(true) => toned("holds", Tone::Good),
                Some(false) => toned("does not hold", Tone::Bad),
                None => toned("not known yet", Tone::Waiting),
            };
            vec![
                holds,
                text(criterion, "/title"),
                text(criterion, "/measured"),
                text(criterion, "/note"),
            ]
        })
        .collect();
    terminal.table(&["", "criterion", "measured", ""], rows, "no criteria")
}
