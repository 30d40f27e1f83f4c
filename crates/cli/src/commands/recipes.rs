//! `avops recipes`: saved recipes and their versions.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{read, remove};
use crate::answers::{items, list, text, time};
use crate::api::Api;
use crate::error::Error;
use crate::report;
use crate::terminal::Terminal;

/// What to do about recipes.
#[derive(Debug, Subcommand)]
pub(crate) enum Recipes {
    /// List all recipes
    List,
    /// Print a recipe's YAML
    Show {
        /// Name, slug or id
        recipe: String,
        /// An older version
        #[arg(long)]
        version: Option<u32>,
    },
    /// List the versions of a recipe, newest first
    Versions {
        /// Name, slug or id
        recipe: String,
    },
    /// Show how the recipes stand in their folder and its git repository
    Folder,
    /// Save a file as a new recipe
    Add {
        /// The recipe; `-` reads the standard input
        file: PathBuf,
        #[command(flatten)]
        note: Note,
    },
    /// Save a file as the next version of a recipe
    Update {
        /// Name, slug or id
        recipe: String,
        /// Its new text; `-` reads the standard input
        file: PathBuf,
        #[command(flatten)]
        note: Note,
    },
    /// Remove a recipe; its runs stay
    Remove {
        /// Name, slug or id
        recipe: String,
    },
}

/// What a save says about itself.
#[derive(Debug, Args)]
pub(crate) struct Note {
    /// What changed
    #[arg(long)]
    changelog: Option<String>,
}

/// Carries it out.
pub(crate) async fn recipes(command: Recipes, api: &Api, terminal: Terminal) -> Result<(), Error> {
    match command {
        Recipes::List => {
            let recipes = api.list(&["recipes"]).await?;
            if terminal.json {
                return terminal.value(&recipes);
            }
            let rows = items(&recipes)
                .iter()
                .map(|recipe| {
                    vec![
                        text(recipe, "/name"),
                        format!("v{}", text(recipe, "/version")),
                        text(recipe, "/stage"),
                        text(recipe, "/risk/level"),
                        text(recipe, "/slug"),
                    ]
                })
                .collect();
            terminal.table(
                &["recipe", "version", "stage", "risk", "slug"],
                rows,
                "there are no recipes; `avops recipes add FILE` saves one",
            )
        }
        Recipes::Show { recipe, version } => {
            let found = match version {
                Some(version) => {
                    api.get(&["recipes", &recipe, "versions", &version.to_string()])
                        .await?
                }
                None => api.get(&["recipes", &recipe]).await?,
            };
            if terminal.json {
                return terminal.value(&found);
            }
            terminal.line(text(&found, "/yaml").trim_end())
        }
        Recipes::Versions { recipe } => versions(
            &api.list(&["recipes", &recipe, "versions"]).await?,
            terminal,
        ),
        Recipes::Folder => folder(&api.get(&["recipe-folder"]).await?, terminal),
        Recipes::Add { file, note } => save(None, &file, note, api, terminal).await,
        Recipes::Update { recipe, file, note } => {
            save(Some(&recipe), &file, note, api, terminal).await
        }
        Recipes::Remove { recipe } => remove(api, terminal, ["recipes", &recipe]).await,
    }
}

async fn save(
    recipe: Option<&str>,
    file: &Path,
    note: Note,
    api: &Api,
    terminal: Terminal,
) -> Result<(), Error> {
    let yaml = read(file)?;
    let name = file.display().to_string();
    let body = json!({ "yaml": yaml, "changelog": note.changelog });
    let saved = match recipe {
        None => api.post(&["recipes"], body).await,
        Some(recipe) => api.put(&["recipes", recipe], body).await,
    };
    let saved = match saved {
        Ok(saved) => saved,
        Err(refused) => {
            terminal.note(report::findings(&name, &yaml, &refused.findings))?;
            return Err(refused);
        }
    };
    if terminal.json {
        return terminal.value(&saved);
    }
    terminal.note(report::findings(&name, &yaml, list(&saved, "/diagnostics")))?;
    terminal.line(format_args!(
        "saved {} v{}",
        text(&saved, "/name"),
        text(&saved, "/version")
    ))
}

fn versions(found: &Value, terminal: Terminal) -> Result<(), Error> {
    if terminal.json {
        return terminal.value(found);
    }
    let rows = items(found)
        .iter()
        .map(|version| {
            vec![
                format!("v{}", text(version, "/version")),
                time(version, "/created_at"),
                text(version, "/author"),
                text(version, "/changelog"),
            ]
        })
        .collect();
    terminal.table(
        &["version", "saved", "by", "what changed"],
        rows,
        "there are no versions",
    )
}

fn folder(found: &Value, terminal: Terminal) -> Result<(), Error> {
    if terminal.json {
        return terminal.value(found);
    }
    let folder = text(found, "/folder");
    if folder.is_empty() {
        return terminal
            .note("the server was started without a folder: `avops serve --recipes DIR`");
    }
    let problem = text(found, "/problem");
    if !problem.is_empty() {
        return terminal.note(format_args!("{folder} is not under git: {problem}"));
    }
    let rows = list(found, "/recipes")
        .iter()
        .map(|recipe| {
            vec![
                text(recipe, "/recipe"),
                format!("v{}", text(recipe, "/version")),
                text(recipe, "/state").replace('_', " "),
                text(recipe, "/file"),
                text(recipe, "/command"),
            ]
        })
        .collect();
    terminal.table(
        &["recipe", "version", "state", "file", "to commit it"],
        rows,
        "there are no recipes",
    )
}
