//! Making, changing, removing and starting workflows.

use avops_engine::{Library as _, LibraryError};
use avops_store::WorkflowRow;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::view::{Workflow, find, shown};
use super::{Binding, Trigger};
use crate::audit::{self, Deed};
use crate::runs::{self, Origin, StartRun, Started};
use crate::schedule::{Missed, Overlap, Times, settle_until};
use crate::{Actor, App, Error, Permission, inputs};

/// Longest name and reason, in characters.
const TEXT_LIMIT: usize = 120;
/// Most runs that are made up for at once.
const MADE_UP_FOR: u32 = 100;
/// Longest window in which missed times are made up for: a month.
const LONGEST_WINDOW: u32 = 31 * 24 * 60;

/// A new workflow.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWorkflow {
    /// Unique without case.
    pub name: String,
    /// Agent by id or name.
    pub agent: String,
    /// Recipe by id or name.
    pub recipe: String,
    /// The version to run; the newest when absent.
    #[serde(default)]
    pub version: Option<u32>,
    /// Values of the recipe's inputs. What is missing and has no default parks each run.
    #[serde(default)]
    pub inputs: Map<String, Value>,
    /// What starts it; a person when absent.
    #[serde(default)]
    pub trigger: Trigger,
    /// Whether its trigger starts it. True when absent, if the caller may switch workflows on; else false.
    #[serde(default)]
    pub enabled: Option<bool>,
    /// What happens when a time comes while a run of it is open.
    #[serde(default)]
    pub overlap: Overlap,
    /// What happens to times that passed while nobody watched.
    #[serde(default)]
    pub missed: Missed,
}

/// What to change about a workflow; what is absent stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkflowChange {
    /// Unique without case.
    pub name: Option<String>,
    /// Agent by id or name.
    pub agent: Option<String>,
    /// Recipe by id or name.
    pub recipe: Option<String>,
    /// A version, or `latest`.
    pub version: Option<VersionChoice>,
    /// Replaces all values.
    pub inputs: Option<Map<String, Value>>,
    /// What starts it. An interval counts from the change.
    pub trigger: Option<Trigger>,
    /// Whether its trigger starts it.
    pub enabled: Option<bool>,
    /// Why it is switched off, for whoever wonders.
    pub reason: Option<String>,
    /// When it is switched on again by itself; only together with `enabled: false`.
    pub resume_at: Option<Timestamp>,
    /// What happens when a time comes while a run of it is open.
    pub overlap: Option<Overlap>,
    /// What happens to times that passed while nobody watched.
    pub missed: Option<Missed>,
}

/// Which version a workflow runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum VersionChoice {
    /// This one.
    Number(u32),
    /// By word.
    Word(VersionWord),
}

/// A version by word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum VersionWord {
    /// The newest at each start.
    Latest,
}

/// A request to start a workflow now.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunNow {
    /// Put over the workflow's own values, name by name.
    #[serde(default)]
    pub inputs: Map<String, Value>,
    /// Intake and plan for real, act against the simulators.
    #[serde(default)]
    pub dry_run: bool,
}

/// Makes a workflow.
///
/// An author proposes: what an author makes is switched off until an administrator switches it on. One that only people
/// start needs no switch.
///
/// # Errors
/// [`Error::Conflict`] for a taken name, [`Error::NotFound`] for agent, recipe or version, [`Error::BadInput`] for inputs or a
/// trigger that do not fit.
pub async fn create(app: &App, by: &Actor, new: NewWorkflow) -> Result<Workflow, Error> {
    by.require(Permission::Author)?;
    let enabled = new
        .enabled
        .unwrap_or(by.may(Permission::Schedule) || new.trigger == Trigger::Manual);
    if enabled && new.trigger != Trigger::Manual {
        by.require(Permission::Schedule)?;
    }
    let now = app.now();
    let times = Times::of(&new.trigger, now)?;
    let agent = app.catalog.agent(&new.agent).await?;
    let recipe = app.catalog.recipe(&new.recipe, new.version).await?;
    let row = WorkflowRow {
        id: Uuid::now_v7().to_string(),
        name: checked_name(&new.name)?,
        agent_id: agent.id.clone(),
        recipe_id: recipe.id.clone().unwrap_or_default(),
        version: new.version,
        inputs: fitting(app, &recipe, &agent, new.inputs).await?,
        trigger: json!(new.trigger),
        overlap: word(new.overlap),
        missed: json!(checked_missed(new.missed)?),
        enabled,
        pause_reason: None,
        resume_at: None,
        anchor_at: now,
        decided_to: now,
        wake_at: planned(&times, now, enabled)?,
        created_by: by.name.clone(),
        created_at: now,
        updated_at: now,
    };
    let turn = app.schedule.turn.lock().await;
    app.store.create_workflow(&row).await?;
    drop(turn);
    app.schedule.changed.notify_one();
    let deed = Deed::on("workflow.create", &row.name).after(&content(&row));
    audit::record(app, by, deed).await?;
    shown(app, row).await
}

/// Changes a workflow. Due times up to now are decided as it was; runs under way go on as they are.
///
/// Whoever may start runs may switch it off; switching on, and changing what is on, takes the right to schedule.
///
/// # Errors
/// As [`create`], and [`Error::NotFound`].
pub async fn change(
    app: &App,
    by: &Actor,
    workflow: &str,
    change: WorkflowChange,
) -> Result<Workflow, Error> {
    by.require(Permission::See)?;
    let turn = app.schedule.turn.lock().await;
    let before = find(app, workflow).await?;
    require(by, &before, &change)?;
    let now = app.now();
    let mut row = before.clone();
    // What was due under the old pattern is decided under it; a time that just came is left for the next look.
    let decided = if before.enabled {
        Vec::new()
    } else {
        settle_until(&mut row, now)?
    };
    if let Some(name) = change.name {
        row.name = checked_name(&name)?;
    }
    if let Some(agent) = change.agent {
        row.agent_id
            .clone_from(&app.catalog.agent(&agent).await?.id);
    }
    let other_recipe = change.recipe.is_some();
    if let Some(recipe) = &change.recipe {
        let found = app.catalog.recipe(recipe, None).await?;
        row.recipe_id = found.id.clone().unwrap_or_default();
        row.version = None;
    }
    match change.version {
        Some(VersionChoice::Number(number)) => row.version = Some(number),
        Some(VersionChoice::Word(VersionWord::Latest)) => row.version = None,
        None => {}
    }
    if let Some(inputs) = change.inputs {
        row.inputs = inputs;
    } else if other_recipe {
        row.inputs = Map::new();
    }
    if before.recipe_id != row.recipe_id
        || before.version != row.version
        || before.inputs != row.inputs
        || before.agent_id != row.agent_id
    {
        let agent = app.catalog.agent(&row.agent_id).await?;
        let recipe = app.catalog.recipe(&row.recipe_id, row.version).await?;
        row.inputs = fitting(app, &recipe, &agent, row.inputs).await?;
    }
    if let Some(overlap) = change.overlap {
        row.overlap = word(overlap);
    }
    if let Some(missed) = change.missed {
        row.missed = json!(checked_missed(missed)?);
    }
    if let Some(trigger) = change.trigger {
        let trigger = json!(trigger);
        if trigger != row.trigger {
            row.trigger = trigger;
            row.anchor_at = now;
            row.decided_to = now;
        }
    }
    switch(
        &mut row,
        &before,
        change.enabled,
        change.reason,
        change.resume_at,
        now,
    )?;
    let times = Binding::of(&row)?.times;
    row.wake_at = match row.resume_at {
        Some(at) if !row.enabled => Some(at),
        _ => planned(&times, row.decided_to, row.enabled)?,
    };
    row.updated_at = now;
    app.store.update_workflow(&row, &decided).await?;
    drop(turn);
    app.schedule.changed.notify_one();
    let deed = Deed::on("workflow.change", &row.name)
        .before(&content(&before))
        .after(&content(&row))
        .because(row.pause_reason.clone());
    audit::record(app, by, deed).await?;
    shown(app, row).await
}

/// Removes a workflow. Its runs stay, and those under way go on.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn delete(app: &App, by: &Actor, workflow: &str) -> Result<(), Error> {
    by.require(Permission::Author)?;
    let turn = app.schedule.turn.lock().await;
    let row = find(app, workflow).await?;
    if row.enabled && Binding::of(&row)?.trigger != Trigger::Manual {
        by.require(Permission::Schedule)?;
    }
    app.store.delete_workflow(&row.id).await?;
    drop(turn);
    let deed = Deed::on("workflow.delete", &row.name).before(&content(&row));
    audit::record(app, by, deed).await
}

/// Starts a workflow now, whatever its trigger and whether or not it is switched on.
///
/// # Errors
/// As [`runs::start`], and [`Error::NotFound`].
pub async fn run_now(
    app: &App,
    by: &Actor,
    workflow: &str,
    request: RunNow,
    origin: Origin,
) -> Result<Started, Error> {
    by.require(Permission::See)?;
    let row = find(app, workflow).await?;
    let mut inputs = row.inputs;
    inputs.extend(request.inputs);
    let run = StartRun {
        agent: row.agent_id,
        recipe: row.recipe_id,
        version: row.version,
        inputs,
        dry_run: request.dry_run,
        name: Some(row.name),
        meta: Map::new(),
    };
    let origin = Origin {
        workflow: Some(row.id),
        ..origin
    };
    runs::start(app, by, run, origin).await
}

/// Refuses a change that the actor may not make.
fn require(by: &Actor, before: &WorkflowRow, change: &WorkflowChange) -> Result<(), Error> {
    if by.may(Permission::Schedule) {
        return Ok(());
    }
    let only_off = change.enabled == Some(false)
        && change.name.is_none()
        && change.agent.is_none()
        && change.recipe.is_none()
        && change.version.is_none()
        && change.inputs.is_none()
        && change.trigger.is_none()
        && change.overlap.is_none()
        && change.missed.is_none()
        && change.resume_at.is_none();
    if only_off && by.may(Permission::Operate) {
        return Ok(());
    }
    let proposes = !before.enabled && change.enabled != Some(true);
    let by_hand = Binding::of(before)?.trigger == Trigger::Manual
        && matches!(change.trigger, None | Some(Trigger::Manual));
    if proposes || by_hand {
        return by.require(Permission::Author);
    }
    by.require(Permission::Schedule)
}

/// Switches on or off.
fn switch(
    row: &mut WorkflowRow,
    before: &WorkflowRow,
    enabled: Option<bool>,
    reason: Option<String>,
    resume_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Error> {
    let enabled = enabled.unwrap_or(before.enabled);
    if enabled && (resume_at.is_some() || reason.is_some()) {
        return Err(Error::bad_input(
            "`reason` and `resume_at` belong to switching off",
            "send them together with \"enabled\": false",
        ));
    }
    if resume_at.is_some_and(|at| at <= now) {
        return Err(Error::bad_input(
            "`resume_at` is over already",
            "give a time to come, for example 2030-01-31T08:00:00Z",
        ));
    }
    if let Some(reason) = &reason
        && reason.chars().count() > TEXT_LIMIT
    {
        return Err(Error::bad_input(
            "the reason is too long",
            format!("say it in at most {TEXT_LIMIT} characters"),
        ));
    }
    if enabled {
        row.pause_reason = None;
        row.resume_at = None;
    } else {
        row.pause_reason = reason
            .map(|reason| reason.trim().to_owned())
            .filter(|reason| !reason.is_empty())
            .or_else(|| before.pause_reason.clone());
        row.resume_at = resume_at.or(before.resume_at);
    }
    row.enabled = enabled;
    Ok(())
}

/// When the scheduler must look next.
fn planned(times: &Times, from: Timestamp, enabled: bool) -> Result<Option<Timestamp>, Error> {
    let next = times.after(from);
    if next.is_none() && !matches!(times, Times::Never) {
        return Err(Error::bad_input(
            "this time never comes",
            "look at the day and the month: 30 February is on no calendar",
        ));
    }
    Ok(next.filter(|_| enabled))
}

/// Inputs that fit the recipe; the recipe itself must be runnable by the agent.
async fn fitting(
    app: &App,
    recipe: &avops_engine::RecipeRef,
    agent: &avops_engine::AgentRef,
    values: Map<String, Value>,
) -> Result<Map<String, Value>, Error> {
    let program = match app.library.program(recipe, Some(agent)).await {
        Ok(program) => program,
        Err(LibraryError::Invalid { .. }) => {
            return Err(Error::Conflict {
                message: format!(
                    "agent {:?} cannot run recipe {:?} as it stands",
                    agent.name, recipe.name
                ),
                hint: Some(
                    "validate the recipe with this agent: it needs a tool that the agent may not use, or has errors"
                        .to_owned(),
                ),
            });
        }
        Err(other) => return Err(other.into()),
    };
    inputs::fit(&program.recipe, values.clone())?;
    Ok(values)
}

fn checked_name(name: &str) -> Result<String, Error> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > TEXT_LIMIT || name.chars().any(char::is_control) {
        return Err(Error::bad_input(
            format!("{name:?} cannot be a workflow's name"),
            format!("give 1 to {TEXT_LIMIT} characters on one line"),
        ));
    }
    Ok(name.to_owned())
}

fn checked_missed(missed: Missed) -> Result<Missed, Error> {
    if !(1..=MADE_UP_FOR).contains(&missed.limit) || missed.window_minutes > LONGEST_WINDOW {
        return Err(Error::bad_input(
            "missed times cannot be made up for like that",
            format!("`limit` is 1 to {MADE_UP_FOR}, `window_minutes` at most {LONGEST_WINDOW}"),
        ));
    }
    Ok(missed)
}

/// A unit variant as its word.
fn word(overlap: Overlap) -> String {
    json!(overlap).as_str().unwrap_or_default().to_owned()
}

/// What a workflow is, as far as people decide it, for the trail.
fn content(row: &WorkflowRow) -> Value {
    json!({
        "name": row.name,
        "agent": row.agent_id,
        "recipe": row.recipe_id,
        "version": row.version,
        "inputs": row.inputs,
        "trigger": row.trigger,
        "overlap": row.overlap,
        "missed": row.missed,
        "enabled": row.enabled,
        "pause_reason": row.pause_reason,
        "resume_at": row.resume_at,
    })
}
