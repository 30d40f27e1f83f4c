//! Making, changing, removing and starting workflows.

use avops_store::WorkflowRow;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::checks::{
    address_for, checked_missed, checked_name, content, fitting, overlap_of, planned, require,
    switch, word,
};
use super::view::{Workflow, find, shown};
use super::{Binding, Trigger, version_to_run};
use crate::audit::{self, Deed};
use crate::runs::{self, Origin, StartRun, Started};
use crate::schedule::{Missed, Overlap, Times, settle_until};
use crate::{Actor, App, Error, Permission, hooks};

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
    /// The version to run; when absent, the one that was supervised or promoted last, or the newest of a draft.
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
    /// What happens when a time or message comes while a run of it is open. When absent, a time is skipped, and a message
    /// starts a run beside it.
    #[serde(default)]
    pub overlap: Option<Overlap>,
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
        inputs: fitting(app, &recipe, &agent, new.inputs, &new.trigger).await?,
        trigger: json!(new.trigger),
        overlap: word(new.overlap.unwrap_or_else(|| overlap_of(&new.trigger))),
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
    let address = address_for(&new.trigger)?;
    app.store.create_workflow(&row, address.as_deref()).await?;
    drop(turn);
    hooks::subscribe(app).await?;
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
    if let Some(trigger) = change.trigger {
        let trigger = json!(trigger);
        if trigger != row.trigger {
            row.trigger = trigger;
            row.anchor_at = now;
            row.decided_to = now;
        }
    }
    let was = Binding::of(&before)?.trigger;
    let trigger = Binding::of(&row)?.trigger;
    if before.recipe_id != row.recipe_id
        || before.trigger != row.trigger
        || before.version != row.version
        || before.inputs != row.inputs
        || before.agent_id != row.agent_id
    {
        let agent = app.catalog.agent(&row.agent_id).await?;
        let version = version_to_run(app, &row).await?;
        let recipe = app.catalog.recipe(&row.recipe_id, version).await?;
        row.inputs = fitting(app, &recipe, &agent, row.inputs, &trigger).await?;
    }
    if let Some(overlap) = change.overlap {
        row.overlap = word(overlap);
    }
    if let Some(missed) = change.missed {
        row.missed = json!(checked_missed(missed)?);
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
    if let (Trigger::Webhook { signature: old, .. }, Trigger::Webhook { signature, .. }) =
        (&was, &trigger)
        && old != signature
    {
        hooks::forget(app, by, &row.id).await?;
    }
    let address = address_for(&trigger)?;
    app.store
        .update_workflow(&row, &decided, address.as_deref())
        .await?;
    drop(turn);
    hooks::subscribe(app).await?;
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
    hooks::subscribe(app).await?;
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
    let version = version_to_run(app, &row).await?;
    let mut inputs = row.inputs;
    inputs.extend(request.inputs);
    let run = StartRun {
        agent: row.agent_id,
        recipe: row.recipe_id,
        version,
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
