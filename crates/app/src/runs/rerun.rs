//! Running again: from the start, from where it failed, or from a chosen step.

use std::collections::BTreeMap;

use avops_engine::{
    Again, AgainAnswer, AgainFrom, Event, Foreseen, Journal, NewRun, RecipeRef, Refusal, RunId,
    StepFate, StepKey,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::start::{Origin, Plan, Started, allowed_mode};
use crate::{Actor, App, Error, Permission};

/// Most steps that a preview names.
const MOST_FORESEEN: usize = 500;

/// How to run again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rerun {
    /// `same`, `latest` or a number.
    #[serde(default)]
    pub version: RerunVersion,
    /// Where to begin: `start` (as when absent), `failed`, `failed_items`, or the key of a step. What the first run did
    /// before that and what still stands is reused, and is not done again.
    #[serde(default)]
    pub from: Option<String>,
    /// Replaces the inputs of the first run; the same, with the answers that people gave, when absent.
    #[serde(default)]
    pub inputs: Option<Map<String, Value>>,
    /// Intake and plan for real, act against the simulators.
    #[serde(default)]
    pub dry_run: bool,
    /// By key of a step of which nobody knows whether it happened: what somebody has found out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, AgainAnswer>,
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

/// What running again would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RerunPreview {
    /// How many steps are reused.
    pub reused: usize,
    /// How many are done, or done again, as far as that is known before it is begun.
    pub again: usize,
    /// Each of them in order, at most 500.
    pub steps: Vec<Foreseen>,
    /// Why it would be refused; empty when it can be started.
    pub refusals: Vec<Refusal>,
}

/// Runs again, as a run of its own. The new run names the old one in `again`, and in `meta.rerun_of`.
///
/// # Errors
/// [`Error::NotAllowed`], also for a run from a text on real systems without an author's right;
/// [`Error::NotFound`] for the run (or its agent, when it was removed), [`Error::Conflict`] when results cannot be
/// reused (it names the step, and why) or another run has taken them over, and as [`super::start`].
pub async fn rerun(
    app: &App,
    by: &Actor,
    id: RunId,
    request: Rerun,
    origin: Origin,
) -> Result<Started, Error> {
    by.require(Permission::See)?;
    let content = origin
        .key
        .is_some()
        .then(|| json!({ "run": id, "rerun": request }).to_string());
    let plan = plan(app, by, id, request, content).await?;
    plan.start(app, by, origin).await
}

/// Says what running again would do with each step. Has no effect.
///
/// # Errors
/// As [`rerun`], except that what it would refuse is a part of the answer.
pub async fn preview(
    app: &App,
    by: &Actor,
    id: RunId,
    request: Rerun,
) -> Result<RerunPreview, Error> {
    by.require(Permission::See)?;
    let plan = plan(app, by, id, request, None).await?;
    let run = plan.checked(app, by, Origin::default()).await?;
    let outlook = app.engine.outlook(&run).await?;
    let of = |fate| {
        outlook
            .steps
            .iter()
            .filter(|step| step.fate == fate)
            .count()
    };
    Ok(RerunPreview {
        reused: of(StepFate::Reused),
        again: of(StepFate::Again),
        refusals: outlook.refusals,
        steps: outlook.steps.into_iter().take(MOST_FORESEEN).collect(),
    })
}

async fn plan(
    app: &App,
    by: &Actor,
    id: RunId,
    request: Rerun,
    content: Option<String>,
) -> Result<Plan, Error> {
    let mode = allowed_mode(app, by, request.dry_run)?;
    let first = first_request(app, id).await?;
    if first.recipe.id.is_none() && !app.tools.mock() {
        // Nobody saved this text: it may have been tried in the simulated campus only, or be a direct call.
        by.require(Permission::Author)?;
    }
    let agent = match &first.agent {
        Some(agent) => Some((*app.catalog.agent(&agent.id).await?).clone()),
        None => None,
    };
    let recipe = version(app, first.recipe, request.version).await?;
    let inputs = if let Some(inputs) = request.inputs {
        inputs
    } else {
        let engine = &app.engine;
        engine.inputs_again(id, &recipe, agent.as_ref()).await?
    };
    let from = request.from.unwrap_or_else(|| "start".to_owned());
    let answers = request.answers.into_iter();
    let mut meta = first.meta;
    meta.insert("rerun_of".to_owned(), json!(id));
    Ok(Plan {
        name: Some(first.name),
        agent,
        recipe,
        mode,
        inputs,
        meta,
        again: Some(Again {
            of: id,
            from: AgainFrom::from(from),
            answers: answers.map(|(key, said)| (StepKey(key), said)).collect(),
        }),
        content,
    })
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
