//! Running again.

use avops_engine::{Event, Journal, NewRun, RecipeRef, RunId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::start::{Origin, Plan, Started, allowed_mode};
use crate::{Actor, App, Error, Permission};

/// How to run again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rerun {
    /// `same`, `latest` or a number.
    #[serde(default)]
    pub version: RerunVersion,
    /// `start`; runs from a later step are not offered yet.
    #[serde(default)]
    pub from: Option<String>,
    /// Replaces the inputs of the first run; the same when absent.
    #[serde(default)]
    pub inputs: Option<Map<String, Value>>,
    /// Intake and plan for real, act against the simulators.
    #[serde(default)]
    pub dry_run: bool,
}

/// Which version of the recipe runs again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RerunVersion {
    /// By word.
    Named(NamedVersion),
    /// By number.
    Number(u32),
}

/// A version by word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum NamedVersion {
    /// What ran, to the byte.
    Same,
    /// The newest.
    Latest,
}

impl Default for RerunVersion {
    fn default() -> Self {
        Self::Named(NamedVersion::Same)
    }
}

/// Runs again from the start, as a run of its own. The new run names the old one in `meta.rerun_of`.
///
/// # Errors
/// [`Error::NotAllowed`], also for a run from a text on real systems without an author's right;
/// [`Error::NotFound`] for the run (or its agent, when it was removed), [`Error::BadInput`] for `from` other than
/// `start`, and as [`super::start`].
pub async fn rerun(
    app: &App,
    by: &Actor,
    id: RunId,
    request: Rerun,
    origin: Origin,
) -> Result<Started, Error> {
    by.require(Permission::See)?;
    if let Some(from) = request.from.as_deref().filter(|from| *from != "start") {
        return Err(Error::bad_input(
            format!("a run can be repeated from its start only, not from {from:?}"),
            "leave `from` out, or set it to \"start\"",
        ));
    }
    let mode = allowed_mode(app, by, request.dry_run)?;
    let first = first_request(app, id).await?;
    if first.recipe.id.is_none() && !app.tools.mock() {
        // Nobody saved this text: it may have been tried in the simulated campus only, or be a direct call.
        by.require(Permission::Author)?;
    }
    let content = origin
        .key
        .is_some()
        .then(|| json!({ "run": id, "rerun": request }).to_string());
    let agent = match &first.agent {
        Some(agent) => Some((*app.catalog.agent(&agent.id).await?).clone()),
        None => None,
    };
    let mut meta = first.meta;
    meta.insert("rerun_of".to_owned(), json!(id));
    let plan = Plan {
        name: Some(first.name),
        agent,
        recipe: version(app, first.recipe, request.version).await?,
        mode,
        inputs: request.inputs.unwrap_or(first.inputs),
        meta,
        content,
    };
    plan.start(app, by, origin).await
}

/// What the run was asked to do, as its journal tells it.
async fn first_request(app: &App, id: RunId) -> Result<NewRun, Error> {
    let entries = app.store.read(id, 0).await?;
    match entries.into_iter().next().map(|entry| entry.event) {
        Some(Event::Accepted { run }) => Ok(*run),
        _ => Err(Error::no_run(id)),
    }
}

async fn version(app: &App, ran: RecipeRef, wanted: RerunVersion) -> Result<RecipeRef, Error> {
    let number = match wanted {
        RerunVersion::Named(NamedVersion::Same) => return Ok(ran),
        RerunVersion::Named(NamedVersion::Latest) => None,
        RerunVersion::Number(number) => Some(number),
    };
    let Some(id) = &ran.id else {
        return Err(Error::bad_input(
            format!("{:?} ran from a text and has no versions", ran.name),
            "repeat it with version \"same\"",
        ));
    };
    Ok((*app.catalog.recipe(id, number).await?).clone())
}
