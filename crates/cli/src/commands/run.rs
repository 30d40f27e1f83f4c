//! `avops run`: starts a recipe and shows its four phases as they happen.

mod picture;
mod questions;
mod watch;

pub(crate) use watch::Watch;

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Map, Value, json};

use super::read;
use crate::answers::{items, list, text};
use crate::api::Api;
use crate::error::Error;
use crate::report;
use crate::session::Session;
use crate::terminal::Terminal;

/// What to run.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// A saved recipe (name, slug or id), or a YAML file
    #[arg(value_name = "RECIPE|FILE")]
    recipe: String,
    /// Who works; a saved recipe that one agent has attached needs none
    #[arg(long)]
    agent: Option<String>,
    /// An older version of a saved recipe
    #[arg(long)]
    version: Option<u32>,
    /// An input; repeat for several
    #[arg(long = "input", value_name = "NAME=VALUE")]
    inputs: Vec<String>,
    /// Look for real, act against the simulators only
    #[arg(long = "dry-run")]
    acts_dry: bool,
}

/// What will be run: a file's text, or a saved recipe with the agent that works.
enum Program {
    Text { file: PathBuf, yaml: String },
    Saved { agent: String },
}

/// Starts it, asks for what is missing, watches it to its end.
///
/// # Errors
/// When the recipe or the call is wrong, or the run did not succeed.
pub(crate) async fn run(command: Run, session: &Session, terminal: Terminal) -> Result<(), Error> {
    let api = &session.api;
    let mut inputs = inputs_given(&command.inputs)?;
    let (program, schema) = prepare(&command, api, terminal).await?;
    questions::complete(&schema, &mut inputs, terminal)?;
    let mut body = json!({ "inputs": inputs, "dry_run": command.acts_dry });
    match &program {
        Program::Text { file, yaml } => {
            body["yaml"] = json!(yaml);
            body["source"] = json!(file.display().to_string());
            if let Some(agent) = &command.agent {
                body["agent"] = json!(agent);
            }
        }
        Program::Saved { agent } => {
            body["agent"] = json!(agent);
            body["recipe"] = json!(command.recipe);
            if let Some(version) = command.version {
                body["version"] = json!(version);
            }
        }
    }
    let started = match api.post(&["runs"], body).await {
        Ok(started) => started,
        Err(refused) => {
            if let Program::Text { file, yaml } = &program {
                terminal.note(report::findings(
                    &file.display().to_string(),
                    yaml,
                    &refused.findings,
                ))?;
            }
            return Err(refused);
        }
    };
    Watch::new(session, terminal)
        .follow(&text(&started, "/id"))
        .await
}

/// Finds what is meant, and the schema of what it asks for.
async fn prepare(command: &Run, api: &Api, terminal: Terminal) -> Result<(Program, Value), Error> {
    let file = PathBuf::from(&command.recipe);
    if !is_file(&file) {
        let mut path = vec!["recipes", &command.recipe];
        let version = command.version.map(|version| version.to_string());
        if let Some(version) = &version {
            path.extend(["versions", version]);
        }
        let recipe = api.get(&path).await?;
        let agent = match &command.agent {
            Some(agent) => agent.clone(),
            None => only_agent(&api.list(&["agents"]).await?, &command.recipe, &recipe)?,
        };
        return Ok((Program::Saved { agent }, recipe["inputs_schema"].clone()));
    }
    if command.version.is_some() {
        return Err(Error::call("a file has no versions")
            .hint("leave --version out, or name a saved recipe"));
    }
    let yaml = read(&file)?;
    let name = file.display().to_string();
    let verdict = api
        .post(
            &["recipes", "validate"],
            json!({ "yaml": yaml, "agent": command.agent }),
        )
        .await?;
    let found = list(&verdict, "/diagnostics");
    if !found.is_empty() {
        terminal.note(report::findings(&name, &yaml, found))?;
    }
    if verdict["valid"] != json!(true) {
        return Err(Error::failed(format!(
            "{name} cannot run: it has {} errors",
            report::errors(found)
        ))
        .hint("`avops explain CODE` tells more about a problem"));
    }
    Ok((
        Program::Text { file, yaml },
        verdict["inputs_schema"].clone(),
    ))
}

/// A name that ends as recipe files do, or a path, is meant as a file even when there is none.
fn is_file(path: &Path) -> bool {
    let looks_like_one = path
        .extension()
        .is_some_and(|kind| kind == "yaml" || kind == "yml");
    looks_like_one || path == Path::new("-") || path.components().count() > 1 || path.is_file()
}

/// The one agent that has the recipe attached.
fn only_agent(agents: &Value, asked: &str, recipe: &Value) -> Result<String, Error> {
    let name = text(recipe, "/name");
    let name = if name.is_empty() { asked } else { &name };
    let has_it = |agent: &&Value| {
        list(agent, "/recipes")
            .iter()
            .any(|attached| text(attached, "").eq_ignore_ascii_case(name))
    };
    let mut attached = items(agents)
        .iter()
        .filter(has_it)
        .map(|agent| text(agent, "/name"));
    match (attached.next(), attached.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(Error::call(format!("no agent has the recipe {name:?} attached"))
            .hint("say who works with --agent NAME; `avops agents list` shows them")),
        (Some(first), Some(second)) => Err(Error::call(format!(
            "more than one agent has the recipe {name:?} attached, {first:?} and {second:?} among them"
        ))
        .hint("say who works with --agent NAME")),
    }
}

/// Reads `name=value` pairs; the server fits each value to the input's kind.
pub(crate) fn inputs_given(pairs: &[String]) -> Result<Map<String, Value>, Error> {
    pairs
        .iter()
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) if !name.trim().is_empty() => {
                Ok((name.trim().to_owned(), json!(value)))
            }
            _ => Err(Error::call(format!("{pair:?} is no input")).hint("write --input NAME=VALUE")),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_may_hold_equal_signs() {
        let inputs = inputs_given(&["q=a=b".to_owned()]).unwrap();
        assert_eq!(inputs["q"], "a=b");
        assert!(inputs_given(&["room".to_owned()]).is_err());
    }

    #[test]
    fn what_looks_like_a_file_is_one() {
        assert!(is_file(Path::new("gone.yaml")));
        assert!(is_file(Path::new("./gone")));
        assert!(!is_file(Path::new("Projector Reset")));
    }

    #[test]
    fn the_agent_is_left_out_only_when_there_is_one_choice() {
        let agents = json!([
            { "name": "Support", "recipes": ["Reset", "Check"] },
            { "name": "Events", "recipes": ["Check"] },
        ]);
        let of = |name: &str| only_agent(&agents, name, &json!({ "name": name }));
        assert_eq!(of("reset").unwrap(), "Support");
        assert!(of("Check").unwrap_err().message.contains("more than one"));
        assert!(of("Nothing").unwrap_err().hint.unwrap().contains("--agent"));
    }
}
