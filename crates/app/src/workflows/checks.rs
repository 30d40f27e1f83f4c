//! What a workflow may be, and who may make it so.

use avops_engine::{Library as _, LibraryError};
use avops_store::WorkflowRow;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::change::WorkflowChange;
use super::{Binding, Trigger};
use crate::hooks::{self, Mapping};
use crate::schedule::{Missed, Overlap, Times};
use crate::{Actor, App, Error, Permission, inputs};

/// Longest name and reason, in characters.
const TEXT_LIMIT: usize = 120;
/// Most runs that are made up for at once.
const MADE_UP_FOR: u32 = 100;
/// Longest window in which missed times are made up for: a month.
const LONGEST_WINDOW: u32 = 31 * 24 * 60;

/// Refuses a change that the actor may not make.
pub(super) fn require(
    by: &Actor,
    before: &WorkflowRow,
    change: &WorkflowChange,
) -> Result<(), Error> {
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
pub(super) fn switch(
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
pub(super) fn planned(
    times: &Times,
    from: Timestamp,
    enabled: bool,
) -> Result<Option<Timestamp>, Error> {
    let next = times.after(from);
    if next.is_none() && !matches!(times, Times::Never) {
        return Err(Error::bad_input(
            "this time never comes",
            "look at the day and the month: 30 February is on no calendar",
        ));
    }
    Ok(next.filter(|_| enabled))
}

/// Inputs that fit the recipe, as must those that the trigger makes of messages; the recipe itself must be runnable by the
/// agent.
pub(super) async fn fitting(
    app: &App,
    recipe: &avops_engine::RecipeRef,
    agent: &avops_engine::AgentRef,
    values: Map<String, Value>,
    trigger: &Trigger,
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
    if let Some(mapping) = Mapping::of(trigger)? {
        mapping.check(&program.recipe)?;
    }
    Ok(values)
}

pub(super) fn checked_name(name: &str) -> Result<String, Error> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > TEXT_LIMIT || name.chars().any(char::is_control) {
        return Err(Error::bad_input(
            format!("{name:?} cannot be a workflow's name"),
            format!("give 1 to {TEXT_LIMIT} characters on one line"),
        ));
    }
    Ok(name.to_owned())
}

pub(super) fn checked_missed(missed: Missed) -> Result<Missed, Error> {
    if !(1..=MADE_UP_FOR).contains(&missed.limit) || missed.window_minutes > LONGEST_WINDOW {
        return Err(Error::bad_input(
            "missed times cannot be made up for like that",
            format!("`limit` is 1 to {MADE_UP_FOR}, `window_minutes` at most {LONGEST_WINDOW}"),
        ));
    }
    Ok(missed)
}

/// A unit variant as its word.
pub(super) fn word(overlap: Overlap) -> String {
    json!(overlap).as_str().unwrap_or_default().to_owned()
}

/// What a workflow is, as far as people decide it, for the trail.
pub(super) fn content(row: &WorkflowRow) -> Value {
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

/// What happens by itself when nobody said: a message is not skipped because another one is being worked on, a time is.
pub(super) fn overlap_of(trigger: &Trigger) -> Overlap {
    match trigger {
        Trigger::Webhook { .. } => Overlap::Allow,
        _ => Overlap::default(),
    }
}

/// The last part of an address, for a workflow that messages start.
pub(super) fn address_for(trigger: &Trigger) -> Result<Option<String>, Error> {
    let is_hook = matches!(trigger, Trigger::Webhook { .. });
    is_hook.then(hooks::new_id).transpose()
}
