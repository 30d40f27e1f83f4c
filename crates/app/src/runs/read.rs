//! Looking at runs.

use std::time::Duration;

use avops_engine::{
    Change, Content, Entry, Journal, Mode, RunId, RunPhase, RunState, RunStatus, Seq, WaitReason,
};
use avops_store::{RunColumn, RunFilter as StoreFilter, RunOrder, RunRow};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::view::{ArtifactContent, RunArtifact, RunDetails, RunStep, RunSummary};
use crate::{Actor, App, Error, Page, PageRequest, Permission, rooms};

/// Nobody waits longer for a run to settle; whoever wants to asks again.
const LONGEST_PATIENCE: Duration = Duration::from_mins(2);

/// Which runs are wanted. Everything given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunFilter {
    /// Any of these statuses, by name; `completed` means `success`.
    #[serde(default)]
    pub status: Vec<String>,
    /// Accepted at or after.
    pub since: Option<Timestamp>,
    /// Accepted before.
    pub until: Option<Timestamp>,
    /// Agent by id or name.
    pub agent: Option<String>,
    /// Recipe by id or name.
    pub recipe: Option<String>,
    /// Workflow by id.
    pub workflow: Option<String>,
    /// What started it.
    pub trigger: Option<String>,
    /// Live, mock or dry.
    #[serde(default)]
    pub mode: Option<Mode>,
    /// For what it waits.
    pub waiting_for: Option<String>,
    /// A room that its inputs name, by whatever the room is called.
    #[serde(default)]
    pub room: Option<String>,
    /// Text in its name, agent, recipe or error.
    pub q: Option<String>,
    /// `accepted_at`, `name`, `status`, `trigger`, `agent`, `recipe` or `duration_ms`, with `-` in front for the
    /// largest first; newest first when absent.
    #[serde(default)]
    pub sort: Option<String>,
}

/// Gives a run with its steps and artifacts.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(app: &App, by: &Actor, id: RunId) -> Result<RunDetails, Error> {
    by.require(Permission::See)?;
    let row = app.store.run(id).await?.ok_or_else(|| Error::no_run(id))?;
    let steps = app.store.steps(id).await?;
    let artifacts = app.store.artifacts(id).await?;
    let artifacts = artifacts
        .into_iter()
        .map(|kept| {
            let phase = steps
                .iter()
                .find(|step| step.key == kept.step)
                .map_or(RunPhase::Act, |step| step.phase);
            RunArtifact {
                id: format!("{id}:{}", kept.number),
                run_id: id,
                artifact: kept.artifact,
                content: kept.content.map(|content| ArtifactContent {
                    href: format!("/api/v1/runs/{id}/artifacts/{}/content", kept.number),
                    media_type: content.media_type,
                    bytes: content.bytes,
                    sha256: content.sha256,
                }),
                phase,
                step_id: kept.step.0,
                created_at: kept.at,
            }
        })
        .collect();
    Ok(RunDetails {
        recipe_hash: row.recipe_hash.clone(),
        inputs: row.state.inputs.clone(),
        outputs: row.state.outputs.clone(),
        wake_at: row.state.wake_at,
        seq: row.state.seq,
        summary: summary(app, row),
        steps: steps.into_iter().map(RunStep::from).collect(),
        artifacts,
    })
}

/// Gives what an artifact holds. `artifact` is its id (`RUN:NUMBER`) or its number in the run.
///
/// # Errors
/// [`Error::NotFound`], also for an artifact that holds nothing.
pub async fn artifact_content(
    app: &App,
    by: &Actor,
    run: RunId,
    artifact: &str,
) -> Result<Content, Error> {
    by.require(Permission::See)?;
    let number = match artifact.split_once(':') {
        Some((of, number)) if of == run.to_string() => number,
        Some(_) => "",
        None => artifact,
    };
    let found = match number.parse() {
        Ok(number) => app.store.artifact_content(run, number).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| Error::NotFound {
        what: "artifact with a content",
        name: artifact.to_owned(),
        nearest: None,
    })
}

/// Lists runs in the order asked for, newest first without one.
///
/// # Errors
/// [`Error::BadInput`] for a word that is no status, reason or column, [`Error::NotFound`] for an unknown agent or recipe.
pub async fn list(
    app: &App,
    by: &Actor,
    filter: &RunFilter,
    page: &PageRequest,
) -> Result<Page<RunSummary>, Error> {
    by.require(Permission::See)?;
    let filter = resolved(app, filter).await?;
    let found = app
        .store
        .latest_runs(&filter, page.bounded(), page.cursor.as_deref())
        .await?;
    Ok(Page {
        items: found
            .items
            .into_iter()
            .map(|row| summary(app, row))
            .collect(),
        next: found.next,
    })
}

/// Waits until the run ends or needs a person, or `patience` (at most two minutes) is over.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn wait(app: &App, by: &Actor, id: RunId, patience: Duration) -> Result<RunState, Error> {
    by.require(Permission::See)?;
    Ok(app
        .engine
        .settled(id, patience.min(LONGEST_PATIENCE))
        .await?)
}

/// Gives the journal entries after a number, in order.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn entries(app: &App, by: &Actor, id: RunId, after: Seq) -> Result<Vec<Entry>, Error> {
    by.require(Permission::See)?;
    Ok(app.store.read(id, after).await?)
}

/// Says which runs change from now on. A hint: it may skip, the journal does not.
///
/// # Errors
/// [`Error::NotAllowed`].
pub fn changes(app: &App, by: &Actor) -> Result<tokio::sync::broadcast::Receiver<Change>, Error> {
    by.require(Permission::See)?;
    Ok(app.engine.changes())
}

/// The row as lists show it.
fn summary(app: &App, row: RunRow) -> RunSummary {
    let state = row.state;
    RunSummary {
        url: app.run_url(state.id),
        id: state.id,
        name: row.name,
        agent_id: row.agent_id,
        agent: row.agent,
        recipe_id: row.recipe_id,
        recipe: row.recipe,
        recipe_version: row.recipe_version,
        workflow_id: row.workflow_id,
        trigger: row.trigger,
        mode: row.mode,
        status: state.status,
        waiting_for: state.waiting_for,
        outcome: state.outcome,
        requested_by: row.requested_by,
        accepted_at: state.accepted_at,
        started_at: state.started_at,
        finished_at: state.finished_at,
        duration_ms: state.duration_ms,
        working_ms: state.working_ms,
        error: state.error,
        rollback: state.rollback,
        metrics: state.metrics,
        meta: row.meta,
    }
}

/// Names become ids, words become statuses.
async fn resolved(app: &App, filter: &RunFilter) -> Result<StoreFilter, Error> {
    let statuses = filter
        .status
        .iter()
        .map(|word| status(word))
        .collect::<Result<_, _>>()?;
    let agent = match &filter.agent {
        Some(asked) => match app.catalog.agent(asked).await {
            Ok(agent) => Some(agent.id.clone()),
            Err(refusal) => Some(id_of_something_gone(asked, refusal)?),
        },
        None => None,
    };
    let recipe = match &filter.recipe {
        Some(asked) => match app.catalog.recipe(asked, None).await {
            Ok(recipe) => recipe.id.clone(),
            Err(refusal) => Some(id_of_something_gone(asked, refusal)?),
        },
        None => None,
    };
    let waiting_for = filter.waiting_for.as_deref().map(reason).transpose()?;
    Ok(StoreFilter {
        status: statuses,
        since: filter.since,
        until: filter.until,
        agent,
        recipe,
        workflow: filter.workflow.clone(),
        trigger: filter.trigger.clone(),
        mode: filter.mode,
        waiting_for,
        mentions: filter
            .room
            .as_deref()
            .map(|room| rooms::names_of(app, room))
            .unwrap_or_default(),
        text: filter.q.clone(),
        order: filter
            .sort
            .as_deref()
            .map(order)
            .transpose()?
            .unwrap_or_default(),
    })
}

/// `-duration_ms` and its like.
fn order(word: &str) -> Result<RunOrder, Error> {
    let (name, up) = match word.strip_prefix('-') {
        Some(name) => (name, false),
        None => (word, true),
    };
    let by = match name {
        "accepted_at" => RunColumn::Accepted,
        "name" => RunColumn::Name,
        "status" => RunColumn::Status,
        "trigger" => RunColumn::Trigger,
        "agent" => RunColumn::Agent,
        "recipe" => RunColumn::Recipe,
        "duration_ms" => RunColumn::Duration,
        _ => {
            return Err(Error::bad_input(
                format!("runs cannot be sorted by {name:?}"),
                "by: accepted_at, name, status, trigger, agent, recipe, duration_ms; with - in front for the largest first",
            ));
        }
    };
    Ok(RunOrder { by, up })
}

/// Runs outlive their agents and recipes, and are still found by those ids.
fn id_of_something_gone(asked: &str, refusal: Error) -> Result<String, Error> {
    match (&refusal, Uuid::parse_str(asked)) {
        (Error::NotFound { .. }, Ok(id)) => Ok(id.to_string()),
        _ => Err(refusal),
    }
}

fn status(word: &str) -> Result<RunStatus, Error> {
    let word = match word.trim().to_lowercase().as_str() {
        "completed" => "success".to_owned(),
        other => other.to_owned(),
    };
    serde_json::from_value(json!(word)).map_err(|_| {
        Error::bad_input(
            format!("{word:?} is no status"),
            "it can be: queued, running, waiting, success, unproven, failed, cancelled",
        )
    })
}

fn reason(word: &str) -> Result<WaitReason, Error> {
    let word = word.trim().to_lowercase();
    serde_json::from_value(json!(word)).map_err(|_| {
        Error::bad_input(
            format!("{word:?} is nothing that a run waits for"),
            "it can be: input, approval, manual, timer, lock, window, interrupted, child, held",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completed_is_success_in_other_words() {
        assert_eq!(status("Completed").unwrap(), RunStatus::Success);
    }

    #[test]
    fn an_unknown_status_names_those_there_are() {
        let error = status("done").unwrap_err();
        assert!(error.hint().unwrap().contains("unproven"));
    }
}
