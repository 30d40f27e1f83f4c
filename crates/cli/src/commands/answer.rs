//! `avops approve`, `reject`, `answer`, `done`, `resolve`, `cancel`: what a person tells a run.

use clap::{Args, ValueEnum};
use serde_json::{Map, Value, json};

use super::run::{Watch, inputs_given};
use crate::answers::{list, text};
use crate::error::Error;
use crate::session::Session;
use crate::terminal::Terminal;

/// Yes or no.
#[derive(Debug, Args)]
pub(crate) struct Approve {
    /// The run's id; several get the same answer
    #[arg(required = true, num_args = 1..=100)]
    runs: Vec<String>,
    #[command(flatten)]
    step: Step,
}

/// Not like this.
#[derive(Debug, Args)]
pub(crate) struct RequestChanges {
    /// The run's id
    run: String,
    /// The waiting step; may be left out when one step waits
    #[arg(long)]
    step: Option<String>,
    /// What is to be different
    #[arg(long)]
    note: String,
}

/// Which step of a run, and why.
#[derive(Debug, Args)]
pub(crate) struct Step {
    /// The waiting step; may be left out when one step waits
    #[arg(long)]
    step: Option<String>,
    /// What to put on record
    #[arg(long)]
    note: Option<String>,
}

/// Missing inputs.
#[derive(Debug, Args)]
pub(crate) struct Answer {
    /// The run's id
    run: String,
    /// An input; repeat for several
    #[arg(long = "input", value_name = "NAME=VALUE", required = true)]
    inputs: Vec<String>,
}

/// A deed.
#[derive(Debug, Args)]
pub(crate) struct Done {
    /// The run's id
    run: String,
    #[command(flatten)]
    step: Step,
}

/// What became of a call.
#[derive(Debug, Args)]
pub(crate) struct Resolve {
    /// The run's id
    run: String,
    /// What became of it
    #[arg(long = "as", value_enum)]
    resolution: Resolution,
    /// The call's result as JSON, when it happened
    #[arg(long)]
    result: Option<String>,
    #[command(flatten)]
    step: Step,
}

/// The four answers to "did it happen?".
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Resolution {
    /// It happened
    Happened,
    /// Do it again
    Repeat,
    /// Go on without it
    Skip,
    /// Fail and roll back
    Fail,
}

/// A word that a held or paused run may go on.
#[derive(Debug, Args)]
pub(crate) struct Release {
    /// The run's id
    run: String,
    /// What was looked at
    #[arg(long)]
    note: Option<String>,
}

/// An end before its time, or a pause.
#[derive(Debug, Args)]
pub(crate) struct Cancel {
    /// The run's id
    run: String,
    /// What to put on record
    #[arg(long)]
    reason: Option<String>,
}

/// A signal and the run that it is for.
#[derive(Debug)]
pub(crate) struct Message {
    run: String,
    signal: Value,
}

/// Says yes or no to one run or to several.
pub(crate) async fn decide(
    kind: &'static str,
    command: Approve,
    session: &Session,
    terminal: Terminal,
) -> Result<(), Error> {
    let Approve { mut runs, step } = command;
    if runs.len() == 1 {
        let run = runs.pop().unwrap_or_default();
        return say(about(kind, run, step), session, terminal).await;
    }
    if step.step.is_some() {
        return Err(Error::call("a step belongs to one run".to_owned())
            .hint("leave --step out, or name one run"));
    }
    let note = step.note;
    let answers: Vec<Value> = runs
        .iter()
        .map(|run| json!({ "run_id": run, "signal": signal(kind, &[("note", note.clone())]) }))
        .collect();
    let body = json!({ "answers": answers });
    let answered = session.api.post(&["inbox", "answers"], body).await?;
    if terminal.json {
        terminal.value(&answered)?;
    }
    let mut refused = 0;
    for result in list(&answered, "/results") {
        let is_ok = result["ok"] == json!(true);
        refused += usize::from(!is_ok);
        if !terminal.json {
            let said = if is_ok {
                "answered".to_owned()
            } else {
                text(result, "/error")
            };
            terminal.line(format_args!("{}  {said}", text(result, "/run_id")))?;
        }
    }
    if session.is_own() {
        // Nobody else works on them.
        for result in list(&answered, "/results") {
            if result["ok"] == json!(true) {
                let run = text(result, "/run_id");
                Watch::new(session, terminal).follow(&run).await?;
            }
        }
    }
    if refused > 0 {
        return Err(Error::failed(format!(
            "{refused} of {} answers do not count",
            runs.len()
        )));
    }
    Ok(())
}

pub(crate) fn changes(command: RequestChanges) -> Message {
    let step = Step {
        step: command.step,
        note: Some(command.note),
    };
    about("request_changes", command.run, step)
}

pub(crate) fn done(command: Done) -> Message {
    about("done", command.run, command.step)
}

fn about(kind: &str, run: String, step: Step) -> Message {
    Message {
        run,
        signal: signal(kind, &[("step", step.step), ("note", step.note)]),
    }
}

pub(crate) fn inputs(command: Answer) -> Result<Message, Error> {
    let inputs = inputs_given(&command.inputs)?;
    Ok(Message {
        run: command.run,
        signal: json!({ "kind": "answer", "inputs": inputs }),
    })
}

pub(crate) fn resolve(command: Resolve) -> Result<Message, Error> {
    let mut message = about("resolve", command.run, command.step);
    let resolution = command
        .resolution
        .to_possible_value()
        .map(|value| value.get_name().to_owned());
    message.signal["as"] = json!(resolution);
    if let Some(result) = command.result {
        message.signal["result"] = serde_json::from_str(&result)
            .map_err(|error| Error::call(format!("the result is not JSON: {error}")))?;
    }
    Ok(message)
}

pub(crate) fn release(command: Release) -> Message {
    Message {
        run: command.run,
        signal: signal("release", &[("note", command.note)]),
    }
}

pub(crate) fn pause(command: Cancel) -> Message {
    Message {
        run: command.run,
        signal: signal("pause", &[("reason", command.reason)]),
    }
}

pub(crate) fn resume(command: Release) -> Message {
    Message {
        run: command.run,
        signal: signal("resume", &[("note", command.note)]),
    }
}

pub(crate) fn cancel(command: Cancel) -> Message {
    Message {
        run: command.run,
        signal: signal("cancel", &[("reason", command.reason)]),
    }
}

/// A signal with those fields that were given.
pub(crate) fn signal(kind: &str, fields: &[(&str, Option<String>)]) -> Value {
    let mut signal = Map::new();
    signal.insert("kind".to_owned(), json!(kind));
    for (name, value) in fields {
        if let Some(value) = value {
            signal.insert((*name).to_owned(), json!(value));
        }
    }
    Value::Object(signal)
}

/// Tells the run. With a server the run goes on there; without one this process works on it, and shows it.
pub(crate) async fn say(
    message: Message,
    session: &Session,
    terminal: Terminal,
) -> Result<(), Error> {
    let run = message.run.as_str();
    session
        .api
        .post(&["runs", run, "signals"], message.signal)
        .await?;
    if session.is_own() {
        return Watch::new(session, terminal).follow(run).await;
    }
    let state = session.api.get(&["runs", run]).await?;
    if terminal.json {
        return terminal.value(&state);
    }
    terminal.line(format_args!(
        "{} is {}",
        text(&state, "/name"),
        text(&state, "/status")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_holds_only_what_was_said() {
        let step = Step {
            step: None,
            note: Some("go".to_owned()),
        };
        let message = about("approve", "r".to_owned(), step);
        assert_eq!(message.signal, json!({ "kind": "approve", "note": "go" }));
    }

    #[test]
    fn a_resolution_takes_the_result_as_json() {
        let command = |result: &str| Resolve {
            run: "r".to_owned(),
            resolution: Resolution::Happened,
            result: Some(result.to_owned()),
            step: Step {
                step: Some("act.1".to_owned()),
                note: None,
            },
        };
        let message = resolve(command("{\"id\": 7}")).unwrap();
        assert_eq!(message.signal["as"], "happened");
        assert_eq!(message.signal["result"]["id"], 7);
        assert!(resolve(command("{")).is_err());
    }
}
