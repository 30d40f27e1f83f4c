//! `avops inbox`: what waits for a person, and how to answer it.

use serde_json::Value;

use crate::answers::{items, list, short, text, time};
use crate::api::Api;
use crate::error::Error;
use crate::terminal::{Terminal, Tone, toned};

/// Lists what waits, longest waiting first.
pub(crate) async fn inbox(api: &Api, terminal: Terminal) -> Result<(), Error> {
    let waits = api.list(&["inbox"]).await?;
    if terminal.json {
        return terminal.value(&waits);
    }
    let waits = items(&waits);
    if waits.is_empty() {
        return terminal.note("nothing waits for a person");
    }
    for wait in waits {
        terminal.line(toned(short(&text(wait, "/prompt"), 200), Tone::Strong))?;
        terminal.line(format_args!(
            "  {} · {} · since {}",
            text(wait, "/run"),
            text(wait, "/mode"),
            time(wait, "/since")
        ))?;
        for affected in list(wait, "/affects") {
            terminal.line(format_args!(
                "  {}: {}",
                text(affected, "/kind"),
                text(affected, "/name")
            ))?;
        }
        for call in list(wait, "/evidence/calls") {
            let undo = match text(call, "/undo").as_str() {
                "" => "nothing puts it back".to_owned(),
                undo => format!("{undo} puts it back"),
            };
            terminal.line(format_args!(
                "  then {}.{} ({undo})",
                text(call, "/tool"),
                text(call, "/action")
            ))?;
        }
        let another = text(wait, "/needs_another");
        if !another.is_empty() {
            terminal.line(format_args!("  somebody else must approve: {another}"))?;
        }
        for way in ways(wait) {
            terminal.line(format_args!("  {way}"))?;
        }
    }
    Ok(())
}

/// The commands that answer a wait.
pub(crate) fn ways(wait: &Value) -> Vec<String> {
    let (run, step) = (text(wait, "/run_id"), text(wait, "/step"));
    match text(wait, "/reason").as_str() {
        "input" => {
            let asked = wait
                .pointer("/schema/properties")
                .and_then(Value::as_object);
            let inputs: Vec<String> = asked
                .into_iter()
                .flat_map(serde_json::Map::keys)
                .map(|name| format!("--input {name}=…"))
                .collect();
            vec![format!("avops answer {run} {}", inputs.join(" "))]
        }
        "approval" => vec![
            format!("avops approve {run} --step {step}"),
            format!("avops reject {run} --step {step} --note …"),
            format!("avops request-changes {run} --step {step} --note …"),
        ],
        "manual" => vec![format!("avops done {run} --step {step}")],
        "held" => vec![
            format!("avops release {run}"),
            format!("avops cancel {run}"),
        ],
        "paused" => vec![format!("avops resume {run}"), format!("avops cancel {run}")],
        _ => vec![format!(
            "avops resolve {run} --step {step} --as happened|repeat|skip|fail"
        )],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_question_names_the_inputs_it_wants() {
        let wait = json!({
            "run_id": "r", "step": "intake.1", "reason": "input",
            "schema": { "properties": { "room": {}, "when": {} } },
        });
        assert_eq!(
            ways(&wait),
            ["avops answer r --input room=… --input when=…"]
        );
    }
}
