//! What people say to a run.

use avops_engine::{
    Gate, Mode, RunId, RunState, Signal, StepKey, StepState, StepStatus, WaitReason,
};
use serde_json::json;

use crate::audit::{self, Deed};
use crate::duties::{self, Origins};
use crate::{Actor, App, Error, Permission, Role};

/// Tells a run what a person says. Durable when this returns; of two answers to one wait, the first counts.
///
/// An approval is bound to the step and to what was shown: the trail keeps a hash of the question with its evidence.
///
/// # Errors
/// [`Error::NotAllowed`] when the actor may not answer this wait, [`Error::Conflict`] when nothing waits (any more),
/// [`Error::BadInput`] when the answer does not fit what is waited for.
pub async fn signal(app: &App, by: &Actor, id: RunId, signal: Signal) -> Result<RunState, Error> {
    by.require(Permission::Simulate)?;
    let run = app.store.run(id).await?.ok_or_else(|| Error::no_run(id))?;
    let steps = app.store.steps(id).await?;
    let signal = addressed(signal, &steps)?;
    let gate = named(&signal).and_then(|key| waiting(&steps, key));
    require(
        by,
        run.mode,
        &signal,
        gate.and_then(|step| step.gate.as_ref()),
    )?;
    if matches!(signal, Signal::Approve { .. }) {
        let origins = Origins {
            mode: run.mode,
            requested_by: run.requested_by.clone(),
            workflow_id: run.workflow_id.clone(),
            recipe_id: run.recipe_id.clone(),
            recipe_version: run.recipe_version,
        };
        duties::require(app, by, &origins).await?;
    }
    if let Signal::RequestChanges { note, .. } = &signal
        && note.trim().is_empty()
    {
        return Err(Error::bad_input(
            "nobody can change what is not said",
            "say in the note what is to be different",
        ));
    }
    let deed = deed(id, &signal, gate);
    let state = app.engine.signal(id, signal, &by.name).await?;
    audit::record(app, by, deed).await?;
    Ok(state)
}

/// States whether the actor may answer a gate of a run in `mode`.
pub(crate) fn may_answer(by: &Actor, mode: Mode, gate: &Gate, approval: bool) -> bool {
    // Nobody is harmed in the simulated campus: whoever may run there may answer there.
    if mode == Mode::Mock {
        return by.may(Permission::Simulate);
    }
    by.may(Permission::Operate)
        && (!approval || by.may(Permission::Approve))
        && fits_role(by, &gate.role)
}

/// States whether the actor is what the gate asks for. Administrators stand in for every role; a role that is none
/// of ours is the name of a person or token.
fn fits_role(by: &Actor, wanted: &str) -> bool {
    match Role::named(wanted) {
        _ if matches!(by.role, Role::Admin | Role::Owner) => true,
        Some(role) => by.role == role,
        None => by.name.eq_ignore_ascii_case(wanted),
    }
}

fn require(by: &Actor, mode: Mode, signal: &Signal, gate: Option<&Gate>) -> Result<(), Error> {
    let approval = matches!(
        signal,
        Signal::Approve { .. } | Signal::Reject { .. } | Signal::RequestChanges { .. }
    );
    match gate {
        Some(gate) if !may_answer(by, mode, gate, approval) => {
            if mode != Mode::Mock {
                by.require(Permission::Operate)?;
                if approval {
                    by.require(Permission::Approve)?;
                }
            }
            Err(Error::NotAllowed {
                what: format!("answer for the role {:?}", gate.role),
                role: by.role,
            })
        }
        Some(_) => Ok(()),
        None if mode == Mode::Mock => Ok(()),
        None => by.require(Permission::Operate),
    }
}

/// The signal with its step filled in, where exactly one step waits.
fn addressed(mut signal: Signal, steps: &[StepState]) -> Result<Signal, Error> {
    let step = match &mut signal {
        Signal::Answer { .. }
        | Signal::Release { .. }
        | Signal::Pause { .. }
        | Signal::Resume { .. }
        | Signal::Cancel { .. } => {
            return Ok(signal);
        }
        Signal::Approve { step, .. }
        | Signal::Reject { step, .. }
        | Signal::RequestChanges { step, .. }
        | Signal::Done { step, .. }
        | Signal::Resolve { step, .. } => step,
    };
    if step.is_none() {
        let mut open = steps
            .iter()
            .filter(|step| is_open(step) && !stands_for_the_run(step));
        match (open.next(), open.next()) {
            (Some(only), None) => *step = Some(only.key.clone()),
            (None, _) => {
                return Err(Error::Conflict {
                    message: "no step of the run waits for a person".to_owned(),
                    hint: None,
                });
            }
            (Some(first), Some(second)) => {
                return Err(Error::bad_input(
                    "several steps wait: say which one is meant",
                    format!(
                        "for example \"step\": {:?} or {:?}",
                        first.key.0, second.key.0
                    ),
                ));
            }
        }
    }
    Ok(signal)
}

fn is_open(step: &StepState) -> bool {
    step.status == StepStatus::Waiting && step.gate.is_some()
}

/// States whether the wait is one of the run as a whole, which other words end.
fn stands_for_the_run(step: &StepState) -> bool {
    let reason = step.gate.as_ref().map(|gate| gate.reason);
    matches!(reason, Some(WaitReason::Held | WaitReason::Paused))
}

/// The step that a signal names.
pub(crate) fn named(signal: &Signal) -> Option<&StepKey> {
    match signal {
        Signal::Approve { step, .. }
        | Signal::Reject { step, .. }
        | Signal::RequestChanges { step, .. }
        | Signal::Done { step, .. }
        | Signal::Resolve { step, .. } => step.as_ref(),
        Signal::Answer { .. }
        | Signal::Release { .. }
        | Signal::Pause { .. }
        | Signal::Resume { .. }
        | Signal::Cancel { .. } => None,
    }
}

/// The step of that key, if it waits for a person.
pub(crate) fn waiting<'a>(steps: &'a [StepState], key: &StepKey) -> Option<&'a StepState> {
    steps.iter().find(|step| step.key == *key && is_open(step))
}

fn deed(id: RunId, signal: &Signal, step: Option<&StepState>) -> Deed {
    let (what, reason) = match signal {
        Signal::Answer { .. } => ("run.answer", None),
        Signal::Approve { note, .. } => ("run.approve", note.clone()),
        Signal::Reject { note, .. } => ("run.reject", note.clone()),
        Signal::RequestChanges { note, .. } => ("run.request_changes", Some(note.clone())),
        Signal::Done { note, .. } => ("run.done", note.clone()),
        Signal::Resolve { note, .. } => ("run.resolve", note.clone()),
        Signal::Release { note } => ("run.release", note.clone()),
        Signal::Pause { reason } => ("run.pause", reason.clone()),
        Signal::Resume { note } => ("run.resume", note.clone()),
        Signal::Cancel { reason } => ("run.cancel", reason.clone()),
    };
    let object = match named(signal) {
        Some(key) => format!("{id}/{key}"),
        None => id.to_string(),
    };
    let deed = Deed::on(what, object).after(&json!(signal)).because(reason);
    match step {
        Some(step) => deed.before(&json!({ "payload": step.payload, "gate": step.gate })),
        None => deed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn actor(role: Role, may_approve: bool) -> Actor {
        Actor {
            id: "token:1".to_owned(),
            name: "kim".to_owned(),
            role,
            may_approve,
        }
    }

    fn gate(role: &str) -> Gate {
        Gate {
            reason: WaitReason::Approval,
            prompt: "Restart?".to_owned(),
            role: role.to_owned(),
            until: None,
            schema: None,
            evidence: Value::Null,
        }
    }

    #[test]
    fn a_live_approval_needs_the_role_and_the_grant() {
        let cases = [
            (actor(Role::Operator, true), "operator", true),
            (actor(Role::Operator, false), "operator", false),
            (actor(Role::Operator, true), "admin", false),
            (actor(Role::Admin, true), "operator", true),
            (actor(Role::Admin, false), "operator", false),
            (actor(Role::Author, true), "operator", false),
            (actor(Role::Viewer, true), "viewer", false),
            (actor(Role::Owner, false), "operator", true),
            (actor(Role::Operator, true), "Kim", true),
            (actor(Role::Operator, true), "robin", false),
        ];
        for (by, role, expected) in cases {
            assert_eq!(
                may_answer(&by, Mode::Live, &gate(role), true),
                expected,
                "{by:?} for {role}"
            );
        }
    }

    #[test]
    fn an_author_answers_in_the_simulated_campus_only() {
        let by = actor(Role::Author, false);
        assert!(may_answer(&by, Mode::Mock, &gate("operator"), true));
        assert!(!may_answer(&by, Mode::Dry, &gate("operator"), true));
        assert!(!may_answer(&by, Mode::Live, &gate("operator"), false));
    }
}
