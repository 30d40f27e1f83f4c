//! `avops again`: a run once more, from the start or from where it makes sense.

use clap::Args;
use serde_json::{Map, Value, json};

use super::run::{Watch, inputs_given};
use crate::answers::{list, text};
use crate::error::Error;
use crate::session::Session;
use crate::terminal::Terminal;

/// How to run again.
#[derive(Debug, Args)]
pub(crate) struct Again {
    /// The run's id
    run: String,
    /// Which version of the recipe: same, latest or a number
    #[arg(long, default_value = "same")]
    version: String,
    /// Where to begin: start, failed, or the key of a step; what was done before that is reused
    #[arg(long, value_name = "WHERE", default_value = "start")]
    from: String,
    /// Only the items of loops that failed
    #[arg(long, conflicts_with = "from")]
    failed_items: bool,
    /// An input that differs; repeat for several
    #[arg(long = "input", value_name = "NAME=VALUE")]
    inputs: Vec<String>,
    /// Act against the simulators only
    #[arg(long, alias = "dry")]
    dry_run: bool,
    /// A step of which nobody knows whether it happened, and what you found out: happened, repeat or skip; repeat for several
    #[arg(long = "settle", value_name = "STEP=ANSWER")]
    settle: Vec<String>,
    /// Say what would be done with each step, and do nothing
    #[arg(long)]
    preview: bool,
}

/// Runs again, or says what that would do.
pub(crate) async fn again(
    command: Again,
    session: &Session,
    terminal: Terminal,
) -> Result<(), Error> {
    let run = command.run.as_str();
    let mut body = asked(&command)?;
    if !command.inputs.is_empty() {
        // The API takes whole inputs; whoever types names only what differs.
        let first = session.api.get(&["runs", run]).await?;
        let mut inputs = first["inputs"].as_object().cloned().unwrap_or_default();
        inputs.extend(inputs_given(&command.inputs)?);
        body["inputs"] = Value::Object(inputs);
    }
    if command.preview {
        let preview = session
            .api
            .post(&["runs", run, "rerun", "preview"], body)
            .await?;
        return show(&preview, terminal);
    }
    let started = session.api.post(&["runs", run, "rerun"], body).await?;
    Watch::new(session, terminal)
        .follow(&text(&started, "/id"))
        .await
}

fn asked(command: &Again) -> Result<Value, Error> {
    let version = command
        .version
        .parse::<u32>()
        .map_or_else(|_| json!(command.version), |number| json!(number));
    let from = if command.failed_items {
        "failed_items"
    } else {
        &command.from
    };
    let mut answers = Map::new();
    for settled in &command.settle {
        let (step, answer) = settled.rsplit_once('=').ok_or_else(|| {
            Error::call(format!("{settled:?} says nothing of a step"))
                .hint("write --settle STEP=happened, STEP=repeat or STEP=skip")
        })?;
        answers.insert(step.to_owned(), json!({ "as": answer }));
    }
    let mut body = json!({ "version": version, "from": from, "dry_run": command.dry_run });
    if !answers.is_empty() {
        body["answers"] = Value::Object(answers);
    }
    Ok(body)
}

fn show(preview: &Value, terminal: Terminal) -> Result<(), Error> {
    if terminal.json {
        terminal.value(preview)?;
    } else {
        let rows = list(preview, "/steps").iter().map(row).collect();
        terminal.table(
            &["step", "phase", "what", "fate", "why"],
            rows,
            "there are no steps",
        )?;
    }
    let refusals = list(preview, "/refusals");
    let Some(first) = refusals.first() else {
        return Ok(());
    };
    let step = text(first, "/step");
    let message = text(first, "/message");
    let message = if step.is_empty() {
        message
    } else {
        format!("step {step}: {message}")
    };
    Err(Error::failed(message).hint(text(first, "/hint")))
}

fn row(step: &Value) -> Vec<String> {
    ["/key", "/phase", "/title", "/fate", "/why"]
        .map(|field| text(step, field))
        .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command() -> Again {
        Again {
            run: "r".to_owned(),
            version: "3".to_owned(),
            from: "act.2".to_owned(),
            failed_items: false,
            inputs: Vec::new(),
            dry_run: true,
            settle: vec!["act.1=happened".to_owned()],
            preview: false,
        }
    }

    #[test]
    fn what_was_typed_becomes_the_api_s_own_words() {
        let body = asked(&command()).unwrap();
        assert_eq!(
            body,
            json!({
                "version": 3, "from": "act.2", "dry_run": true,
                "answers": { "act.1": { "as": "happened" } },
            })
        );
        let items = Again {
            version: "latest".to_owned(),
            failed_items: true,
            settle: Vec::new(),
            ..command()
        };
        let body = asked(&items).unwrap();
        assert_eq!(
            (&body["version"], &body["from"]),
            (&json!("latest"), &json!("failed_items"))
        );
        let unclear = Again {
            settle: vec!["act.1".to_owned()],
            ..command()
        };
        assert!(asked(&unclear).is_err());
    }
}
