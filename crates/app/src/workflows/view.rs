//! Workflows as front doors show them.

use avops_engine::{RunId, RunStatus};
use avops_store::{OccurrenceRow, RunFilter as StoreFilter, WorkflowRow};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Binding, Trigger};
use crate::hooks::{self, Hook};
use crate::names::nearest;
use crate::schedule::{Missed, Overlap};
use crate::{Actor, App, Error, Page, PageRequest, Permission};

/// So many runs are shown behind a workflow.
const RECENT: u32 = 20;
/// A time that nobody has decided for so long is overdue.
const OVERDUE: SignedDuration = SignedDuration::from_mins(2);

/// A workflow.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Workflow {
    /// Its id.
    pub id: String,
    /// Unique without case.
    pub name: String,
    /// Id of the agent.
    pub agent_id: String,
    /// Its name; absent when it was removed.
    pub agent: Option<String>,
    /// Id of the recipe.
    pub recipe_id: String,
    /// Its name; absent when it was removed.
    pub recipe: Option<String>,
    /// The pinned version; when absent it follows the recipe: the version that was supervised or promoted last, or the
    /// newest of a draft.
    pub version: Option<u32>,
    /// Values of the recipe's inputs.
    pub inputs: Map<String, Value>,
    /// What starts it.
    pub trigger: Trigger,
    /// The same in words.
    pub trigger_words: String,
    /// The address for messages, where messages start it.
    pub hook: Option<Hook>,
    /// What happens when a time comes while a run of it is open.
    pub overlap: Overlap,
    /// What happens to times that passed while nobody watched.
    pub missed: Missed,
    /// Whether its trigger starts it.
    pub enabled: bool,
    /// Why it does not, where somebody said.
    pub pause_reason: Option<String>,
    /// When it is switched on again by itself.
    pub resume_at: Option<Timestamp>,
    /// The outcome of its last finished run as a colour.
    pub status_dot: Dot,
    /// Whether a run of it is open: `running` or `waiting`.
    pub active: Option<RunStatus>,
    /// Whether a due time has been left undecided for minutes.
    pub overdue: bool,
    /// Its latest run.
    pub last_run: Option<RecentRun>,
    /// Its latest runs, newest first, at most 20.
    pub recent: Vec<RecentRun>,
    /// How long a run of it took, on the average of these, in milliseconds.
    pub average_ms: Option<u64>,
    /// When it is due next; absent when it is switched off or has no times.
    pub next_run_at: Option<Timestamp>,
    /// The last due time that started nothing, and why.
    pub last_not_run: Option<Occurrence>,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed.
    pub updated_at: Timestamp,
}

/// The outcome of the last finished run as a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Dot {
    /// Success.
    Green,
    /// Done, but unproven.
    Amber,
    /// Failed.
    Red,
    /// Cancelled.
    Grey,
    /// No run has finished yet.
    Neutral,
}

/// A run of a workflow in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RecentRun {
    /// Its id.
    pub id: RunId,
    /// Where it stands.
    pub status: RunStatus,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// From accepted to ended, in milliseconds.
    pub duration_ms: Option<u64>,
    /// Why it failed.
    pub error: Option<String>,
    /// Absolute address of its page.
    pub url: String,
}

/// What became of a due time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Occurrence {
    /// The time, or the first of several that were treated alike.
    pub due_at: Timestamp,
    /// The last of them.
    pub through: Timestamp,
    /// How many.
    pub times: u64,
    /// `started`, `queued`, `missed`, `limit`, `overlap`, `paused` or `refused`.
    pub outcome: String,
    /// Why nothing was started.
    pub reason: Option<String>,
    /// The run that was started.
    pub run_id: Option<RunId>,
    /// When this was decided.
    pub decided_at: Timestamp,
}

/// Lists workflows by name.
///
/// # Errors
/// [`Error::NotAllowed`]; [`Error::BadInput`] for a cursor that was not given out here.
pub async fn list(app: &App, by: &Actor, page: &PageRequest) -> Result<Page<Workflow>, Error> {
    by.require(Permission::See)?;
    let rows = Page::of(app.store.workflows().await?, page, |row| row.id.clone())?;
    let mut items = Vec::with_capacity(rows.items.len());
    for row in rows.items {
        items.push(shown(app, row).await?);
    }
    Ok(Page {
        items,
        next: rows.next,
    })
}

/// Gives a workflow by id or name.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(app: &App, by: &Actor, workflow: &str) -> Result<Workflow, Error> {
    by.require(Permission::See)?;
    let row = find(app, workflow).await?;
    shown(app, row).await
}

/// What became of a workflow's due times, newest first.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::BadInput`] for a cursor that was not given out here.
pub async fn occurrences(
    app: &App,
    by: &Actor,
    workflow: &str,
    page: &PageRequest,
) -> Result<Page<Occurrence>, Error> {
    by.require(Permission::See)?;
    let row = find(app, workflow).await?;
    let before = page.cursor.as_deref().map(str::parse).transpose();
    let before = before.map_err(|_| {
        Error::bad_input(
            "this cursor was not given out by this list",
            "start again without a cursor",
        )
    })?;
    let limit = page.bounded();
    let items: Vec<Occurrence> = app
        .store
        .occurrences(&row.id, before, limit)
        .await?
        .into_iter()
        .map(Occurrence::from)
        .collect();
    let full = items.len() == usize::try_from(limit).unwrap_or(usize::MAX);
    let next = items
        .last()
        .filter(|_| full)
        .map(|last| last.due_at.to_string());
    Ok(Page { items, next })
}

pub(crate) async fn find(app: &App, asked: &str) -> Result<WorkflowRow, Error> {
    if let Some(row) = app.store.workflow(asked).await? {
        return Ok(row);
    }
    let all = app.store.workflows().await?;
    Err(Error::NotFound {
        what: "workflow",
        name: asked.to_owned(),
        nearest: nearest(asked, all.iter().map(|workflow| workflow.name.as_str())),
    })
}

pub(super) async fn shown(app: &App, row: WorkflowRow) -> Result<Workflow, Error> {
    let binding = Binding::of(&row)?;
    let filter = StoreFilter {
        workflow: Some(row.id.clone()),
        ..StoreFilter::default()
    };
    let runs = app.store.latest_runs(&filter, RECENT, None).await?.items;
    let recent: Vec<RecentRun> = runs
        .into_iter()
        .map(|run| RecentRun {
            url: app.run_url(run.state.id),
            id: run.state.id,
            status: run.state.status,
            accepted_at: run.state.accepted_at,
            duration_ms: run.state.duration_ms,
            error: run.state.error.map(|error| error.message),
        })
        .collect();
    let took: Vec<u64> = recent.iter().filter_map(|run| run.duration_ms).collect();
    let average_ms = (!took.is_empty()).then(|| took.iter().sum::<u64>() / took.len() as u64);
    let last_not_run = app
        .store
        .occurrences(&row.id, None, 1)
        .await?
        .pop()
        .filter(|last| last.run.is_none())
        .map(Occurrence::from);
    let agent = named(
        app.catalog
            .agent(&row.agent_id)
            .await
            .map(|a| a.name.clone()),
    )?;
    let recipe = named(
        app.catalog
            .recipe(&row.recipe_id, None)
            .await
            .map(|r| r.name.clone()),
    )?;
    let mut hook = None;
    if let Trigger::Webhook { signature, .. } = binding.trigger
        && let Some(address) = app.store.hook_of_workflow(&row.id).await?
    {
        hook = Some(hooks::shown(app, address, signature).await?);
    }
    let open = recent.iter().find(|run| !run.status.is_final());
    let next_run_at = row.wake_at.filter(|_| row.enabled);
    Ok(Workflow {
        status_dot: dot(&recent),
        active: open.map(|run| match run.status {
            RunStatus::Waiting => RunStatus::Waiting,
            _ => RunStatus::Running,
        }),
        overdue: next_run_at.is_some_and(|at| app.now().duration_since(at) > OVERDUE),
        last_run: recent.first().cloned(),
        recent,
        average_ms,
        next_run_at,
        last_not_run,
        hook,
        id: row.id,
        name: row.name,
        agent_id: row.agent_id,
        agent,
        recipe_id: row.recipe_id,
        recipe,
        version: row.version,
        inputs: row.inputs,
        trigger_words: binding.trigger.in_words(),
        trigger: binding.trigger,
        overlap: binding.overlap,
        missed: binding.missed,
        enabled: row.enabled,
        pause_reason: row.pause_reason,
        resume_at: row.resume_at,
        created_by: row.created_by,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// The name of something that may have been removed.
fn named(found: Result<String, Error>) -> Result<Option<String>, Error> {
    match found {
        Ok(name) => Ok(Some(name)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn dot(recent: &[RecentRun]) -> Dot {
    let finished = recent.iter().find(|run| run.status.is_final());
    match finished.map(|run| run.status) {
        Some(RunStatus::Success) => Dot::Green,
        Some(RunStatus::Unproven) => Dot::Amber,
        Some(RunStatus::Failed) => Dot::Red,
        Some(RunStatus::Cancelled) => Dot::Grey,
        _ => Dot::Neutral,
    }
}

impl From<OccurrenceRow> for Occurrence {
    fn from(row: OccurrenceRow) -> Self {
        Self {
            due_at: row.nominal,
            through: row.through,
            times: row.times,
            outcome: row.outcome,
            reason: row.reason,
            run_id: row.run,
            decided_at: row.decided_at,
        }
    }
}
