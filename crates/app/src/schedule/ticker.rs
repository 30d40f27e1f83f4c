//! Starts what is due. One look at a time: the background loop, a person who presses Tick, and whoever changes a
//! workflow take the same turn.
//!
//! That a due time starts one run at most does not rest on the turn, but on the key under which its run is accepted: the
//! workflow and the time. After a crash between the run and its record, the run is found again by that key.

use std::time::Duration;

use avops_engine::RunId;
use avops_store::{OccurrenceRow, QUEUED, WorkflowRow};
use futures::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::overlap::{Turn, actor, turn_of};
use super::{Decision, decide};
use crate::runs::{self, Origin, StartRun};
use crate::workflows::{Binding, version_to_run};
use crate::{Actor, App, Error, Permission, hooks};

/// So many workflows are decided in one turn.
const TURN: u32 = 100;
/// So many runs are asked for at the same time; the journal writes them together.
const AT_ONCE: usize = 32;
/// Longest sleep: a clock that was turned is noticed after it.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);
/// How long a queued time waits before the open run is looked at again.
const QUEUE_SLEEP: Duration = Duration::from_secs(1);
/// How long to wait after a look that failed.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// What one look at the schedules did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Ticked {
    /// How many times were due.
    pub due: u64,
    /// The runs that were started for them.
    pub started: Vec<RunId>,
    /// How many due times started nothing, each with its reason in the workflow's record.
    pub not_run: u64,
}

/// Looks at the schedules now, and starts what is due.
///
/// # Errors
/// [`Error::NotAllowed`] for whoever may not start runs.
pub async fn tick(app: &App, by: &Actor) -> Result<Ticked, Error> {
    by.require(if app.tools.mock() {
        Permission::Simulate
    } else {
        Permission::Operate
    })?;
    look(app).await
}

/// Looks at the schedules whenever something is due, until told to stop.
pub async fn serve(app: App, stop: CancellationToken) {
    loop {
        let changed = app.schedule.changed.notified();
        let pause = match look(&app).await {
            Ok(_) => pause(&app).await.unwrap_or(AFTER_FAILURE),
            Err(error) => {
                tracing::warn!(%error, "the schedules could not be looked at; trying again");
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = app.clock.sleep(pause) => {}
            () = changed => {}
            () = stop.cancelled() => return,
        }
    }
}

async fn pause(app: &App) -> Result<Duration, Error> {
    if !app.store.queued_occurrences().await?.is_empty() || hooks::is_waiting(app).await? {
        return Ok(QUEUE_SLEEP);
    }
    let Some(next) = app.store.next_wake().await? else {
        return Ok(LONGEST_SLEEP);
    };
    let left = next.duration_since(app.now()).max(SignedDuration::ZERO);
    Ok(Duration::try_from(left).map_or(LONGEST_SLEEP, |left| left.min(LONGEST_SLEEP)))
}

async fn look(app: &App) -> Result<Ticked, Error> {
    let mut ticked = Ticked::default();
    drain(app, &mut ticked).await?;
    loop {
        let turn = app.schedule.turn.lock().await;
        let now = app.now();
        let due = app.store.due_workflows(now, TURN).await?;
        if due.is_empty() {
            return Ok(ticked);
        }
        let looks: Vec<Result<Look, Error>> = futures::stream::iter(due)
            .map(|workflow| look_at(app, workflow, now))
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let (mut workflows, mut rows, mut failure) = (Vec::new(), Vec::new(), None);
        for look in looks {
            match look {
                Ok(look) => {
                    ticked.due += look.due;
                    ticked.not_run += look.not_run;
                    ticked.started.extend(look.started);
                    workflows.push(look.workflow);
                    rows.extend(look.decided);
                }
                Err(error) => failure = Some(error),
            }
        }
        app.store.keep_decisions(&workflows, &rows).await?;
        drop(turn);
        if let Some(failure) = failure {
            return Err(failure);
        }
    }
}

/// A workflow that was looked at.
struct Look {
    workflow: WorkflowRow,
    decided: Vec<OccurrenceRow>,
    due: u64,
    not_run: u64,
    started: Vec<RunId>,
}

/// Decides one workflow's due times. Fails only for what may pass; then nothing of it is decided.
async fn look_at(app: &App, mut workflow: WorkflowRow, now: Timestamp) -> Result<Look, Error> {
    let mut decided = Vec::new();
    if !workflow.enabled && workflow.resume_at.is_some_and(|at| at <= now) {
        decided = settle_until(&mut workflow, now)?;
        workflow.enabled = true;
        workflow.pause_reason = None;
        workflow.resume_at = None;
    }
    let binding = Binding::of(&workflow)?;
    // A clock that was turned back: what is decided already is found by its row.
    let from = workflow.decided_to.min(now);
    let decision = if workflow.enabled {
        decide(&binding.times, from, now, &binding.missed)
    } else {
        Decision::default()
    };
    let mut look = Look {
        due: decision.run.len() as u64 + decision.not_run.iter().map(|l| l.times).sum::<u64>(),
        not_run: decision.not_run.iter().map(|late| late.times).sum(),
        started: Vec::new(),
        decided,
        workflow,
    };
    for late in decision.not_run {
        look.decided.push(OccurrenceRow {
            workflow_id: look.workflow.id.clone(),
            nominal: late.first,
            through: late.last,
            times: late.times,
            outcome: late.outcome.to_owned(),
            reason: Some(late.reason),
            run: None,
            decided_at: now,
        });
    }
    for nominal in decision.run {
        if app
            .store
            .occurrence_at(&look.workflow.id, nominal)
            .await?
            .is_some()
        {
            look.due -= 1;
            continue;
        }
        let row = fire(app, &look.workflow, &binding, nominal, &look.decided).await?;
        match row.run {
            Some(run) => look.started.push(run),
            None if row.outcome == QUEUED => {}
            None => look.not_run += 1,
        }
        look.decided.push(row);
    }
    look.workflow.decided_to = now;
    look.workflow.wake_at = if look.workflow.enabled {
        binding.times.after(now)
    } else {
        look.workflow.resume_at
    };
    Ok(look)
}

/// Starts the run of a due time, or says why not.
async fn fire(
    app: &App,
    workflow: &WorkflowRow,
    binding: &Binding,
    nominal: Timestamp,
    decided: &[OccurrenceRow],
) -> Result<OccurrenceRow, Error> {
    let by = actor(workflow);
    let row = |outcome: &str, reason: Option<String>, run| OccurrenceRow {
        workflow_id: workflow.id.clone(),
        nominal,
        through: nominal,
        times: 1,
        outcome: outcome.to_owned(),
        reason,
        run,
        decided_at: app.now(),
    };
    // Accepted before a crash, but not recorded: its own open run is no overlap.
    if let Some(run) = app
        .store
        .run_of_request(&by.id, &nominal.to_string())
        .await?
    {
        return Ok(row("started", None, Some(run)));
    }
    let waiting = app.store.queued_of_workflow(&workflow.id).await?
        + decided.iter().filter(|row| row.outcome == QUEUED).count() as u64;
    match turn_of(app, workflow, binding.overlap, waiting).await? {
        Turn::Now => {}
        Turn::Wait(reason) => return Ok(row(QUEUED, Some(reason), None)),
        Turn::Never(reason) => return Ok(row("overlap", Some(reason), None)),
    }
    match start(app, workflow, &by, nominal).await {
        Ok(run) => Ok(row("started", None, Some(run))),
        Err(error @ (Error::Unavailable { .. } | Error::Internal(_))) => Err(error),
        Err(error) => Ok(row("refused", Some(error.to_string()), None)),
    }
}

async fn start(
    app: &App,
    workflow: &WorkflowRow,
    by: &Actor,
    nominal: Timestamp,
) -> Result<RunId, Error> {
    let request = StartRun {
        agent: workflow.agent_id.clone(),
        recipe: workflow.recipe_id.clone(),
        version: version_to_run(app, workflow).await?,
        inputs: workflow.inputs.clone(),
        dry_run: false,
        name: Some(workflow.name.clone()),
        meta: [("due_at".to_owned(), json!(nominal))]
            .into_iter()
            .collect(),
    };
    let origin = Origin {
        trigger: Binding::of(workflow)?.trigger.word().to_owned(),
        key: Some(nominal.to_string()),
        workflow: Some(workflow.id.clone()),
    };
    Ok(runs::start(app, by, request, origin).await?.id)
}

/// Starts queued times whose workflow has no open run any more.
async fn drain(app: &App, ticked: &mut Ticked) -> Result<(), Error> {
    let _turn = app.schedule.turn.lock().await;
    hooks::drain(app, ticked).await?;
    for mut row in app.store.queued_occurrences().await? {
        let Some(workflow) = app.store.workflow(&row.workflow_id).await? else {
            continue;
        };
        let open = app.store.open_runs_of_workflow(&workflow.id).await?;
        let by = actor(&workflow);
        let known = app
            .store
            .run_of_request(&by.id, &row.nominal.to_string())
            .await?;
        let started = match known {
            Some(run) => Ok(run),
            None if !open.is_empty() => continue,
            None if !workflow.enabled => Err("paused before its turn came".to_owned()),
            None => match start(app, &workflow, &by, row.nominal).await {
                Err(error @ (Error::Unavailable { .. } | Error::Internal(_))) => return Err(error),
                answer => answer.map_err(|error| error.to_string()),
            },
        };
        row.decided_at = app.now();
        match started {
            Ok(run) => {
                "started".clone_into(&mut row.outcome);
                row.reason = None;
                row.run = Some(run);
                ticked.started.push(run);
            }
            Err(reason) => {
                let outcome = if workflow.enabled {
                    "refused"
                } else {
                    "paused"
                };
                outcome.clone_into(&mut row.outcome);
                row.reason = Some(reason);
                ticked.not_run += 1;
            }
        }
        app.store.settle_queued(&row).await?;
    }
    Ok(())
}

/// Decides the times up to `now` of a workflow that is not enabled: none of them runs.
pub(crate) fn settle_until(
    workflow: &mut WorkflowRow,
    now: Timestamp,
) -> Result<Vec<OccurrenceRow>, Error> {
    let binding = Binding::of(workflow)?;
    let from = workflow.decided_to.min(now);
    let all = super::Missed {
        policy: super::MissedPolicy::Skip,
        window_minutes: 0,
        ..super::Missed::default()
    };
    let Decision { run, not_run } = decide(&binding.times, from, now, &all);
    let ends = |late: &super::Lateness| (late.first, late.last, late.times);
    let spans = not_run
        .iter()
        .map(ends)
        .chain(run.into_iter().map(|at| (at, at, 1)));
    let reason = match &workflow.pause_reason {
        Some(reason) => format!("paused: {reason}"),
        None => "paused".to_owned(),
    };
    let rows = spans
        .map(|(first, last, times)| OccurrenceRow {
            workflow_id: workflow.id.clone(),
            nominal: first,
            through: last,
            times,
            outcome: "paused".to_owned(),
            reason: Some(reason.clone()),
            run: None,
            decided_at: now,
        })
        .collect();
    workflow.decided_to = now;
    Ok(rows)
}
