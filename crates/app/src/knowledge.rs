//! The workspace's own tool: what was read becomes an article, and the draft of a recipe is kept in the library.
//!
//! It is a tool like the others, so that recipes call it and runs record it. It asks no vendor: in every mode it works on
//! this workspace, but a dry run keeps nothing.

use std::sync::{Arc, Weak};

use async_trait::async_trait;
use avops_engine::{Artifact, Mode, ToolCall, ToolError, ToolReply};
use avops_llm::knowledge::{self, SourcePage, Writer};
use avops_llm::sop;
use avops_tools::{Connector, Manifest};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::models::{ModelState, standing};
use crate::recipes::{self, RecipeDetails, SaveRecipe};
use crate::{Actor, App, Error, Role, Workspace};

/// What the tool says about itself.
const MANIFEST: &str = include_str!("knowledge.yaml");
/// So many recipes may have one name with a number behind it.
const SAME_NAME: u32 = 50;

/// The tool.
pub(crate) struct Knowledge {
    manifest: Manifest,
    /// The workspace holds its tools, and so is not held by this one.
    workspace: Weak<Workspace>,
}

#[derive(Deserialize)]
struct Synthesize {
    query: String,
    pages: Vec<SourcePage>,
}

#[derive(Deserialize)]
struct SaveDraft {
    yaml: String,
    #[serde(default)]
    changelog: Option<String>,
}

#[derive(Deserialize)]
struct RemoveDraft {
    id: String,
}

impl Knowledge {
    pub(crate) fn new(app: &App) -> Result<Self, Error> {
        Ok(Self {
            manifest: Manifest::builtin(MANIFEST)?,
            workspace: Arc::downgrade(&app.0),
        })
    }

    fn app(&self) -> Result<App, ToolError> {
        self.workspace
            .upgrade()
            .map(App)
            .ok_or_else(|| refused("the workspace is shutting down".to_owned(), None))
    }

    /// An article and the draft of a recipe out of pages. Asks a model where there is one.
    async fn synthesize(&self, args: Synthesize, mode: Mode) -> Result<ToolReply, ToolError> {
        let app = self.app()?;
        let (query, pages) = (args.query.trim(), args.pages);
        let mut note = None;
        let written = match standing(&app).state {
            ModelState::NoKey | ModelState::Off => None,
            _ => {
                let is_mock = mode != Mode::Live && app.tools.mock();
                match knowledge::written(&app.models, is_mock, query, &pages).await {
                    Ok(article) => Some(article),
                    Err(error) => {
                        note = Some(format!("the model could not write it: {error}"));
                        None
                    }
                }
            }
        };
        let (article, writer) = match written {
            Some(article) => (article, Writer::Model),
            None => (knowledge::extracted(query, &pages), Writer::Extraction),
        };
        if article.steps.is_empty() {
            return Err(refused(
                format!(
                    "none of the {} pages says what to do about {query:?}",
                    pages.len()
                ),
                Some("search with other words, or allow further sites".to_owned()),
            ));
        }
        let html = knowledge::html(&article, &pages, writer);
        let procedure = knowledge::procedure(&article);
        let answers = std::collections::BTreeMap::new();
        let draft = sop::draft(
            sop::Request {
                text: &procedure,
                name: Some(&article.title),
                model: None,
                answers: &answers,
            },
            &app.library.vocabulary_for(&[]),
        );
        let sources: Vec<Value> = pages
            .iter()
            .map(|page| json!({ "url": page.url, "title": page.title }))
            .collect();
        Ok(ToolReply {
            output: json!({
                "title": article.title, "html": html, "recipe": draft.yaml, "article": article,
                "sources": sources, "writer": writer, "note": note,
            }),
            artifacts: Vec::new(),
        })
    }

    /// Keeps a draft under its name, or under its name with a number where that is taken by another text.
    async fn save(&self, args: SaveDraft, call: &ToolCall) -> Result<ToolReply, ToolError> {
        let app = self.app()?;
        let by = actor(call);
        let checked = recipes::validate(&app, &by, &args.yaml, None)
            .await
            .map_err(|error| unfit(&error))?;
        if !checked.valid {
            let first = checked.diagnostics.first();
            let said = first.map_or_else(String::new, |found| {
                format!("line {}: {}", found.line, found.message)
            });
            return Err(refused(format!("the recipe has errors: {said}"), None));
        }
        let name = name_in(&args.yaml)
            .ok_or_else(|| refused("the recipe has no line `name:`".to_owned(), None))?;
        if call.mode == Mode::Dry {
            let url = format!("{}/recipes", app.options().public_url);
            return Ok(reply("", &name, "", 1, &url));
        }
        for number in 1..=SAME_NAME {
            let (name, yaml) = numbered(&name, &args.yaml, number);
            match recipes::get(&app, &by, &name).await {
                Ok(there) if there.yaml == yaml => return Ok(kept(&app, &there)),
                Ok(_) => continue,
                Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(unfit(&error)),
            }
            let new = SaveRecipe {
                yaml,
                changelog: args.changelog.clone(),
            };
            return match recipes::create(&app, &by, new).await {
                Ok(saved) => Ok(kept(&app, &saved)),
                Err(error) => Err(unfit(&error)),
            };
        }
        Err(refused(
            format!("there are {SAME_NAME} recipes called {name:?} already"),
            Some("remove those that nobody needs".to_owned()),
        ))
    }

    /// Takes a draft away again that nobody has changed or promoted since.
    async fn remove(&self, args: RemoveDraft, call: &ToolCall) -> Result<ToolReply, ToolError> {
        let app = self.app()?;
        let by = actor(call);
        let gone = ToolReply {
            output: json!({ "id": args.id, "removed": true }),
            artifacts: Vec::new(),
        };
        if call.mode == Mode::Dry || args.id.is_empty() {
            return Ok(gone);
        }
        let there = match recipes::get(&app, &by, &args.id).await {
            Ok(there) => there,
            Err(Error::NotFound { .. }) => return Ok(gone),
            Err(error) => return Err(unfit(&error)),
        };
        if there.summary.stage != recipes::Stage::Draft || there.summary.stats.runs > 0 {
            return Err(refused(
                format!("{:?} is in use by now; it stays", there.summary.name),
                None,
            ));
        }
        recipes::delete(&app, &by, &args.id, false)
            .await
            .map_err(|error| unfit(&error))?;
        Ok(gone)
    }
}

#[async_trait]
impl Connector for Knowledge {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    async fn health(&self) -> Result<String, String> {
        let app = self.app().map_err(|error| error.to_string())?;
        app.ready().await.map_err(|error| error.to_string())?;
        let status = standing(&app);
        Ok(match status.state {
            ModelState::NoKey | ModelState::Off => {
                format!("articles are extracted without a model: {}", status.detail)
            }
            _ => format!("articles are written by {} {}", status.title, status.model),
        })
    }

    async fn call(&self, call: &ToolCall) -> Result<ToolReply, ToolError> {
        match call.action.as_str() {
            "synthesize" => self.synthesize(arguments(call)?, call.mode).await,
            "save_recipe" => self.save(arguments(call)?, call).await,
            "remove_recipe" => self.remove(arguments(call)?, call).await,
            other => Err(refused(format!("knowledge has no action {other}"), None)),
        }
    }
}

fn arguments<T: serde::de::DeserializeOwned>(call: &ToolCall) -> Result<T, ToolError> {
    serde_json::from_value(call.args.clone())
        .map_err(|error| refused(format!("the arguments cannot be read: {error}"), None))
}

/// Who is said to have saved it: the run, which may write drafts and nothing else.
fn actor(call: &ToolCall) -> Actor {
    let run = call
        .idempotency_key
        .split([':', '/'])
        .next()
        .unwrap_or_default();
    Actor {
        id: format!("run:{run}"),
        name: format!("run {run}"),
        role: Role::Author,
        may_approve: false,
    }
}

fn kept(app: &App, recipe: &RecipeDetails) -> ToolReply {
    let summary = &recipe.summary;
    let url = format!("{}/recipes/{}", app.options().public_url, summary.slug);
    let mut reply = reply(
        &summary.id,
        &summary.name,
        &summary.slug,
        summary.version,
        &url,
    );
    reply.artifacts.push(Artifact {
        kind: "recipe".to_owned(),
        title: summary.name.clone(),
        external_id: Some(summary.id.clone()),
        url: Some(url),
        data: json!({ "version": summary.version, "stage": summary.stage }),
    });
    reply
}

fn reply(id: &str, name: &str, slug: &str, version: u32, url: &str) -> ToolReply {
    ToolReply {
        output: json!({ "id": id, "name": name, "slug": slug, "version": version, "url": url }),
        artifacts: Vec::new(),
    }
}

/// The name in a recipe's text.
fn name_in(yaml: &str) -> Option<String> {
    let line = yaml.lines().find(|line| line.starts_with("name:"))?;
    let value = line.trim_start_matches("name:").trim();
    let plain = value.trim_matches(['"', '\'']);
    Some(plain.to_owned()).filter(|name| !name.is_empty())
}

/// The text under its own name for number 1, else under the name with the number behind it.
fn numbered(name: &str, yaml: &str, number: u32) -> (String, String) {
    if number == 1 {
        return (name.to_owned(), yaml.to_owned());
    }
    let name = format!("{name} ({number})");
    let lines = yaml.lines().map(|line| {
        if line.starts_with("name:") {
            format!("name: {}", json!(name))
        } else {
            line.to_owned()
        }
    });
    let mut text = lines.collect::<Vec<_>>().join("\n");
    text.push('\n');
    (name, text)
}

fn refused(message: String, hint: Option<String>) -> ToolError {
    ToolError::Refused { message, hint }
}

/// A refusal of an operation is one of the tool: nothing was done. What broke in here may work another time.
fn unfit(error: &Error) -> ToolError {
    match error {
        Error::Internal(_) | Error::Unavailable { .. } => ToolError::NotSent {
            message: error.to_string(),
            retry_after: None,
        },
        _ => refused(error.to_string(), error.hint()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_name_gets_a_number() {
        let yaml = "name: HDMI black\nversion: 1\n";
        assert_eq!(name_in(yaml).as_deref(), Some("HDMI black"));
        let (name, text) = numbered("HDMI black", yaml, 2);
        assert_eq!(name, "HDMI black (2)");
        assert_eq!(text, "name: \"HDMI black (2)\"\nversion: 1\n");
    }
}
