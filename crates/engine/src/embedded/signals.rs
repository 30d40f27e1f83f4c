//! What a person's word does to a run: the entry it becomes, or why it comes too late or does not fit.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::EngineError;
use crate::event::Event;
use crate::gate::{Gate, Resolution, Signal};
use crate::history::{History, Stage};
use crate::hold::PAUSE;
use crate::library::Program;
use crate::next::accept_answer;
use crate::run::{StepKey, WaitReason};

/// Returns the entries that a signal becomes.
pub(super) fn accepted(
    program: &Program,
    history: &History,
    signal: Signal,
    by: &str,
    now: Timestamp,
) -> Result<Vec<Event>, EngineError> {
    let state = history.state();
    if state.status.is_final() {
        let over = format!("the run is over: {}", state.status.as_str());
        let message = match signal_step(&signal).and_then(|step| said(history, step)) {
            Some(said) => format!("{said}, and {over}"),
            None => over,
        };
        return Err(EngineError::NotWaiting { message });
    }
    if let Some(seq) = history.unknown_entry() {
        let message = format!("entry {seq} was written by a newer version of this program");
        return Err(EngineError::NotWaiting { message });
    }
    let (step, reasons): (Option<&StepKey>, &[WaitReason]) = match &signal {
        Signal::Cancel { reason } => return cancel(history, reason.as_ref(), by),
        Signal::Pause { reason } => return pause(history, reason.as_deref(), by),
        Signal::Resume { .. } => (None, &[WaitReason::Paused]),
        Signal::Release { .. } => (None, &[WaitReason::Held]),
        _ if history.stands_still_for() == Some(WaitReason::Held) => {
            let message = "the run is held since a backup was restored".to_owned();
            return Err(EngineError::NotWaiting { message });
        }
        Signal::Answer { .. } => (None, &[WaitReason::Input]),
        Signal::Approve { step, .. } | Signal::RequestChanges { step, .. } => {
            (step.as_ref(), &[WaitReason::Approval])
        }
        Signal::Reject { step, .. } => (step.as_ref(), &[WaitReason::Approval, WaitReason::Manual]),
        Signal::Done { step, .. } => (step.as_ref(), &[WaitReason::Manual]),
        Signal::Resolve { step, .. } => (step.as_ref(), &[WaitReason::Interrupted]),
    };
    let (key, gate) = gate_for(history, step, reasons)?;
    // Nobody's time runs out while the run is paused.
    if gate.until.is_some_and(|until| until <= now) && !history.is_held() {
        let message = format!("the time to answer {key} is over");
        return Err(EngineError::NotWaiting { message });
    }
    match &signal {
        Signal::Answer { inputs } => accept_answer(program, gate, inputs)
            .map_err(|message| EngineError::Unfit { message })?,
        Signal::Resolve {
            resolution, result, ..
        } if result.is_some() && *resolution != Resolution::Happened => {
            let message = "a result can be given only when it happened".to_owned();
            return Err(EngineError::Unfit { message });
        }
        _ => {}
    }
    Ok(vec![Event::GateClosed {
        key: key.clone(),
        signal: Some(signal),
        by: Some(by.to_owned()),
    }])
}

/// A pause is a step of its own, so that the record says who paused the run, why, and who had it go on.
fn pause(history: &History, reason: Option<&str>, by: &str) -> Result<Vec<Event>, EngineError> {
    let message = if let Some(cancelled) = history.cancelled() {
        format!("{} has cancelled the run", cancelled.by)
    } else if history.failing().is_some() {
        "the run has failed and is being rolled back".to_owned()
    } else if history.stands_still_for() == Some(WaitReason::Held) {
        "the run is held since a backup was restored".to_owned()
    } else if history.is_held() {
        "the run is paused already".to_owned()
    } else {
        let key = StepKey(format!("{PAUSE}:{}", history.state().seq + 1));
        let said = reason.map_or(String::new(), |reason| format!(": {reason}"));
        let gate = Gate {
            reason: WaitReason::Paused,
            prompt: format!("Paused by {by}{said}"),
            role: "operator".to_owned(),
            until: None,
            schema: None,
            evidence: Value::Null,
        };
        let started = Event::StepStarted {
            key: key.clone(),
            phase: history.phase(),
            verb: PAUSE.to_owned(),
            title: "Paused".to_owned(),
            attempt: 1,
            payload: json!({"by": by, "reason": reason}),
            call: None,
            deadline: None,
        };
        let gate = Box::new(gate);
        return Ok(vec![started, Event::GateOpened { key, gate }]);
    };
    Err(EngineError::NotWaiting { message })
}

fn cancel(history: &History, reason: Option<&String>, by: &str) -> Result<Vec<Event>, EngineError> {
    let message = if let Some(cancelled) = history.cancelled() {
        format!("{} has cancelled the run already", cancelled.by)
    } else if history.failing().is_some() {
        "the run has failed and is being rolled back".to_owned()
    } else {
        return Ok(vec![Event::CancelRequested {
            by: by.to_owned(),
            reason: reason.cloned(),
        }]);
    };
    Err(EngineError::NotWaiting { message })
}

/// The step that a signal names.
fn signal_step(signal: &Signal) -> Option<&StepKey> {
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

/// What became of a step that somebody answered before: its record names who was first.
fn said(history: &History, step: &StepKey) -> Option<String> {
    let state = &history.step(step)?.state;
    let said = state.message.as_ref().or(state.error.as_ref())?;
    Some(format!("step {step} waits for nobody any more: {said}"))
}

/// The open gate that a signal is for.
fn gate_for<'a>(
    history: &'a History,
    step: Option<&StepKey>,
    reasons: &[WaitReason],
) -> Result<(&'a StepKey, &'a Gate), EngineError> {
    let not_waiting = |message: String| EngineError::NotWaiting { message };
    let mut open = history
        .gates()
        .filter(|(_, gate)| reasons.contains(&gate.reason));
    if let Some(step) = step {
        return open.find(|(key, _)| *key == step).ok_or_else(|| {
            let stage = history.step(step).map(|record| &record.stage);
            not_waiting(match stage {
                None => format!("the run has no step {step} yet"),
                Some(Stage::Gate(gate)) => {
                    format!("step {step} waits for something else: {}", gate.prompt)
                }
                Some(Stage::Answered { by: Some(by), .. }) => {
                    format!("{by} has answered {step} already")
                }
                Some(_) => {
                    said(history, step).unwrap_or_else(|| format!("step {step} waits for nobody"))
                }
            })
        });
    }
    match (open.next(), open.next()) {
        (Some(gate), None) => Ok(gate),
        (None, _) => Err(not_waiting("the run does not wait for this".to_owned())),
        (Some((first, _)), Some((second, _))) => Err(EngineError::Unfit {
            message: format!("more than one step waits for this: name one of {first}, {second}"),
        }),
    }
}
