//! Batches as the cells of their rows. Done by whoever hands a batch in, so that the writer only binds.

use std::sync::Arc;

use avops_engine::event::FORMAT;
use avops_engine::{Batch, JournalError, Mode, NewRun, RunId, RunState, Seq, StepState};

use crate::dialect::Cell;
use crate::words::{self, count, json, nanos};

/// Columns of a run that change, in the order of [`state`]; behind the id.
pub(crate) const STATE_COLUMNS: [&str; 20] = [
    "status",
    "waiting_for",
    "wake_at",
    "lock",
    "outcome",
    "started_at",
    "finished_at",
    "duration_ms",
    "working_ms",
    "plan_act_ms",
    "checks",
    "checks_held",
    "rollback",
    "seq",
    "error",
    "metrics",
    "inputs",
    "outputs",
    "room_id",
    "room",
];

/// Columns of a run that stay, in the order of [`facts`].
pub(crate) const FACT_COLUMNS: [&str; 18] = [
    "accepted_at",
    "name",
    "agent_id",
    "agent",
    "recipe_id",
    "recipe",
    "recipe_version",
    "recipe_hash",
    "workflow_id",
    "trigger",
    "mode",
    "requested_by",
    "parent_run",
    "parent_step",
    "url",
    "meta",
    "again_of",
    "again_from",
];

pub(crate) const JOURNAL_COLUMNS: [&str; 5] = ["run_id", "seq", "at", "format", "event"];

/// Columns of a step; the first ones name it.
pub(crate) const STEP_COLUMNS: [&str; 18] = [
    "run_id",
    "key",
    "seq",
    "phase",
    "started_at",
    "verb",
    "title",
    "tool",
    "action",
    "attempt",
    "status",
    "message",
    "payload",
    "result",
    "error",
    "finished_at",
    "gate",
    "reused_from",
];
/// How many of [`STEP_COLUMNS`] name the step.
pub(crate) const STEP_NAME: usize = 2;

pub(crate) const ARTIFACT_COLUMNS: [&str; 10] = [
    "run_id",
    "number",
    "step_key",
    "created_at",
    "kind",
    "title",
    "external_id",
    "url",
    "data",
    "content",
];

pub(crate) const CONTENT_COLUMNS: [&str; 4] = ["sha256", "media_type", "bytes", "body"];

/// A batch, ready to be bound.
#[derive(Debug)]
pub(crate) struct Encoded {
    pub(crate) run: RunId,
    /// The id as text.
    pub(crate) id: Cell,
    pub(crate) after: Seq,
    pub(crate) last: Seq,
    pub(crate) is_final: bool,
    pub(crate) state: Vec<Cell>,
    pub(crate) journal: Vec<Cell>,
    pub(crate) steps: Vec<Cell>,
    pub(crate) artifacts: Vec<Cell>,
    pub(crate) contents: Vec<Cell>,
}

/// A request's key, ready to be bound and compared.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RequestRow {
    pub(crate) principal: String,
    pub(crate) key: String,
    pub(crate) content: String,
}

/// A run's facts, ready to be bound.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) cells: Vec<Cell>,
    pub(crate) key: Option<RequestRow>,
    pub(crate) accepted_at: i64,
    /// The run whose results it takes over, which one run may do.
    pub(crate) continues: Option<RunId>,
}

/// The cells of a batch. Refuses one that does not hold together.
pub(crate) fn batch(batch: &Batch) -> Result<Encoded, JournalError> {
    let run = batch.run;
    let numbers = batch.entries.iter().map(|entry| entry.seq);
    let last = batch.after + count_of(batch.entries.len());
    let follows = numbers.eq(batch.after + 1..=last) && batch.state.seq == last;
    if batch.entries.is_empty() || !follows || batch.state.id != run {
        return Err(JournalError::Failed(format!(
            "a batch of run {run} does not hold together: its entries must follow {} and end with its state's {}",
            batch.after, batch.state.seq
        )));
    }
    encoded(batch, last).map_err(|error| {
        JournalError::Failed(format!(
            "a batch of run {run} cannot be written as JSON: {error}"
        ))
    })
}

fn count_of(length: usize) -> Seq {
    Seq::try_from(length).unwrap_or(Seq::MAX)
}

fn encoded(batch: &Batch, last: Seq) -> Result<Encoded, serde_json::Error> {
    let id = Cell::from(batch.run.to_string());
    let mut journal = Vec::with_capacity(batch.entries.len() * JOURNAL_COLUMNS.len());
    for entry in &batch.entries {
        journal.extend([
            id.clone(),
            count(entry.seq).into(),
            nanos(entry.at).into(),
            i64::from(FORMAT).into(),
            json(&entry.event)?.into(),
        ]);
    }
    let mut steps = Vec::with_capacity(batch.steps.len() * STEP_COLUMNS.len());
    for step in &batch.steps {
        steps.extend(step_cells(&id, step)?);
    }
    let mut artifacts = Vec::with_capacity(batch.artifacts.len() * ARTIFACT_COLUMNS.len());
    for kept in &batch.artifacts {
        artifacts.extend([
            id.clone(),
            i64::from(kept.number).into(),
            kept.step.0.as_str().into(),
            nanos(kept.at).into(),
            kept.artifact.kind.as_str().into(),
            kept.artifact.title.as_str().into(),
            kept.artifact.external_id.as_deref().into(),
            kept.artifact.url.as_deref().into(),
            json(&kept.artifact.data)?.into(),
            kept.content
                .as_ref()
                .map(|name| name.sha256.as_str())
                .into(),
        ]);
    }
    let mut contents = Vec::with_capacity(batch.contents.len() * CONTENT_COLUMNS.len());
    for content in &batch.contents {
        contents.extend([
            content.name.sha256.as_str().into(),
            content.name.media_type.as_str().into(),
            count(content.name.bytes).into(),
            Cell::Text(Arc::clone(&content.text)),
        ]);
    }
    Ok(Encoded {
        run: batch.run,
        after: batch.after,
        last,
        is_final: batch.state.status.is_final(),
        state: state(&batch.state)?,
        id,
        journal,
        steps,
        artifacts,
        contents,
    })
}

fn step_cells(
    id: &Cell,
    step: &StepState,
) -> Result<[Cell; STEP_COLUMNS.len()], serde_json::Error> {
    Ok([
        id.clone(),
        step.key.0.as_str().into(),
        i64::from(step.seq).into(),
        words::phase(step.phase).into(),
        nanos(step.started_at).into(),
        step.verb.as_str().into(),
        step.title.as_str().into(),
        step.tool.as_deref().into(),
        step.action.as_deref().into(),
        i64::from(step.attempt).into(),
        words::step_status(step.status).into(),
        step.message.as_deref().into(),
        json(&step.payload)?.into(),
        json(&step.result)?.into(),
        step.error.as_deref().into(),
        step.finished_at.map(nanos).into(),
        step.gate.as_ref().map(json).transpose()?.into(),
        step.reused_from.map(|run| run.to_string()).into(),
    ])
}

fn state(state: &RunState) -> Result<Vec<Cell>, serde_json::Error> {
    Ok(vec![
        state.status.as_str().into(),
        state.waiting_for.map(words::waiting_for).into(),
        state.wake_at.map(nanos).into(),
        state.lock.as_deref().into(),
        state.outcome.as_deref().into(),
        state.started_at.map(nanos).into(),
        state.finished_at.map(nanos).into(),
        state.duration_ms.map(count).into(),
        state.working_ms.map(count).into(),
        state.plan_act_ms.map(count).into(),
        i64::from(state.checks).into(),
        i64::from(state.checks_held).into(),
        state.rollback.map(words::rollback).into(),
        count(state.seq).into(),
        state.error.as_ref().map(json).transpose()?.into(),
        json(&state.metrics)?.into(),
        json(&state.inputs)?.into(),
        json(&state.outputs)?.into(),
        state.room.as_ref().map(|room| room.id.as_str()).into(),
        state.room.as_ref().map(json).transpose()?.into(),
    ])
}

/// The cells of what stays of a run.
pub(crate) fn facts(run: &NewRun, state: &RunState) -> Result<Facts, JournalError> {
    let meta = json(&run.meta).map_err(|error| {
        JournalError::Failed(format!(
            "meta of run {} cannot be written as JSON: {error}",
            run.id
        ))
    })?;
    let accepted_at = nanos(state.accepted_at);
    let again = run.again.as_ref().filter(|again| again.continues());
    Ok(Facts {
        accepted_at,
        continues: again
            .filter(|_| run.mode != Mode::Dry)
            .map(|again| again.of),
        key: run.request.as_ref().map(|request| RequestRow {
            principal: request.principal.clone(),
            key: request.key.clone(),
            content: request.content.clone(),
        }),
        cells: vec![
            accepted_at.into(),
            run.name.as_str().into(),
            run.agent.as_ref().map(|agent| agent.id.as_str()).into(),
            run.agent.as_ref().map(|agent| agent.name.as_str()).into(),
            run.recipe.id.as_deref().into(),
            run.recipe.name.as_str().into(),
            i64::from(run.recipe.version).into(),
            run.recipe.hash.as_str().into(),
            run.workflow_id.as_deref().into(),
            run.trigger.as_str().into(),
            words::mode(run.mode).into(),
            run.requested_by.as_str().into(),
            run.parent
                .as_ref()
                .map(|parent| parent.run.to_string())
                .into(),
            run.parent
                .as_ref()
                .map(|parent| parent.step.0.as_str())
                .into(),
            run.url.as_str().into(),
            meta.into(),
            run.again.as_ref().map(|again| again.of.to_string()).into(),
            run.again
                .as_ref()
                .map(|again| again.from.to_string())
                .into(),
        ],
    })
}
