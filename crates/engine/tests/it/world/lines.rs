//! Journals as text, one line for each entry, for people who read tests.

use std::fmt::Write as _;

use avops_engine::event::PauseReason;
use avops_engine::{Entry, Event, Signal};
use serde_json::Value;

/// One line for each entry: seconds since acceptance, then what happened.
pub(crate) fn lines(entries: &[Entry]) -> String {
    let mut text = String::new();
    let start = entries.first().map_or(0, |entry| entry.at.as_millisecond());
    for entry in entries {
        let millis = entry.at.as_millisecond() - start;
        let (whole, rest) = (millis / 1000, millis % 1000);
        writeln!(text, "{whole:>4}.{rest:03} {}", line(&entry.event)).unwrap();
    }
    text
}

#[expect(
    clippy::too_many_lines,
    reason = "one line of text for each kind of event"
)]
fn line(event: &Event) -> String {
    match event {
        Event::Accepted { run } => format!("accepted {} {}", run.recipe.name, json(&run.inputs)),
        Event::Began { .. } => "began".to_owned(),
        Event::RoomFound { room } => format!("room {}", room.id),
        Event::StepStarted {
            key,
            phase,
            verb,
            title,
            attempt,
            call,
            payload,
            ..
        } => {
            let phase = format!("{phase:?}").to_lowercase();
            let call = call.as_ref().map_or(String::new(), |call| {
                let (effect, repeat) = (json(&call.effect), json(&call.repeat));
                format!(
                    " → {}.{} ({effect}, {repeat}) {payload}",
                    call.tool, call.action
                )
            });
            format!("{key} started #{attempt} [{phase}] {verb}: {title}{call}")
        }
        Event::StepDone {
            key,
            bind,
            result,
            message,
            ..
        } => {
            let bind = bind
                .as_ref()
                .map_or(String::new(), |bind| format!(" {bind} ="));
            let message = message
                .as_ref()
                .map_or(String::new(), |m| format!(" “{m}”"));
            format!("{key} done{bind} {result}{message}")
        }
        Event::StepReused { step } => {
            format!(
                "{} reused as {} of {}",
                step.key,
                json(&step.stage),
                step.run
            )
        }
        Event::StepFailed {
            key,
            error,
            retryable,
            ..
        } => {
            let retryable = if *retryable { " (not sent)" } else { "" };
            format!("{key} failed{retryable}: {error}")
        }
        Event::StepUnknown { key, error, .. } => format!("{key} unknown: {error}"),
        Event::StepGivenUp { key, carry_on } => {
            let then = if *carry_on { ", the run goes on" } else { "" };
            format!("{key} given up{then}")
        }
        Event::StepSkipped { key, reason, .. } => format!("{key} skipped: {reason}"),
        Event::StepPaused {
            key, until, reason, ..
        } => {
            let exact = !matches!(reason, PauseReason::Backoff);
            let until = if exact {
                format!(" until {until}")
            } else {
                String::new()
            };
            format!("{key} paused for {}{until}", json(reason))
        }
        Event::StepResumed { key } => format!("{key} resumed"),
        Event::GateOpened { key, gate } => {
            let until = gate
                .until
                .map_or(String::new(), |until| format!(" until {until}"));
            format!(
                "{key} waits for {}{until}: {}",
                json(&gate.reason),
                gate.prompt
            )
        }
        Event::GateClosed { key, signal, by } => {
            let said = signal.as_ref().map_or("nothing".to_owned(), said);
            format!(
                "{key} heard {said} from {}",
                by.as_deref().unwrap_or("nobody")
            )
        }
        Event::Branched { key, decision } => format!("{key} decided {decision}"),
        Event::ChildStarted { key, .. } => format!("{key} started a child run"),
        Event::LockAwaited { lock } => format!("waits for lock {lock}"),
        Event::LockTaken { lock } => format!("holds lock {lock}"),
        Event::TurnTaken { turn } => format!("took a turn of {turn}"),
        Event::CancelRequested { by, .. } => format!("cancelled by {by}"),
        Event::Stopped { reason, .. } => format!("stopped: {reason}"),
        Event::Failing { error } => {
            let step = error
                .step
                .as_ref()
                .map_or(String::new(), |step| format!(" at {step}"));
            format!("failing{step}: {}", error.message)
        }
        Event::Finished {
            status,
            outcome,
            rollback,
            outputs,
            ..
        } => {
            let mut line = format!("finished {}", status.as_str());
            if let Some(outcome) = outcome {
                write!(line, " {outcome}").unwrap();
            }
            if let Some(rollback) = rollback {
                write!(line, ", rollback {}", json(rollback)).unwrap();
            }
            if !outputs.is_empty() {
                write!(line, ", {}", json(outputs)).unwrap();
            }
            line
        }
        Event::Unknown => "written by a newer version".to_owned(),
    }
}

fn said(signal: &Signal) -> String {
    let value = serde_json::to_value(signal).unwrap();
    let kind = value["kind"].as_str().unwrap().to_owned();
    match &value["as"] {
        Value::String(resolution) => format!("{kind} as {resolution}"),
        _ => kind,
    }
}

fn json(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value).unwrap() {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
