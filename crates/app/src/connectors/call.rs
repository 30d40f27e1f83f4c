//! Calling an action directly: a run with one act step, like any other.

use std::time::Duration;

use avops_engine::{Artifact, RunId, RunStatus, StepKey};
use avops_recipe::Effect;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::tool_info;
use crate::runs::{self, Origin, StartText};
use crate::{Actor, App, Error, Permission};

/// Answers are waited for this long; a run that takes longer goes on, and its id is in the reply.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a direct call gave.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ActionReply {
    /// Whether the call succeeded.
    pub ok: bool,
    /// What the action gave.
    pub result: Value,
    /// What it left behind.
    pub artifacts: Vec<Artifact>,
    /// Why not, where it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The run that records the call.
    pub run_id: RunId,
}

/// Calls an action directly. Arguments are taken as they are: `{{ }}` in them is text.
///
/// On real systems only those who manage tools may call what changes something; reading is for operators.
///
/// # Errors
/// [`Error::NotFound`] for the tool or action, [`Error::BadInput`] for arguments that do not fit its schema.
pub async fn call(
    app: &App,
    by: &Actor,
    tool: &str,
    action: &str,
    args: Value,
    origin: Origin,
) -> Result<ActionReply, Error> {
    by.require(Permission::Simulate)?;
    let info = tool_info(app, tool)?;
    let spec = info.spec.action(action).ok_or_else(|| Error::NotFound {
        what: "action",
        name: format!("{tool}.{action}"),
        nearest: crate::names::nearest(action, info.spec.actions.keys().map(String::as_str)),
    })?;
    if !app.tools.mock() && spec.effect != Effect::Read {
        by.require(Permission::ManageTools)?;
    }
    let args = arguments(args)?;
    let full = format!("{}.{}", info.spec.name, spec.name);
    let started = runs::start_own_text(
        app,
        by,
        StartText {
            source: full.clone(),
            text: one_step_recipe(&full, &args),
            inputs: Map::from_iter([("args".to_owned(), Value::Object(args))]),
            meta: Map::from_iter([("diagnostics".to_owned(), json!(full))]),
            ..StartText::default()
        },
        origin,
    )
    .await
    .map_err(unfit)?;
    reply(app, by, started.id).await
}

/// The arguments as a mapping; nothing at all means none.
fn arguments(args: Value) -> Result<Map<String, Value>, Error> {
    match args {
        Value::Null => Ok(Map::new()),
        Value::Object(args) => match args.keys().find(|name| !is_plain(name)) {
            None => Ok(args),
            Some(name) => Err(Error::bad_input(
                format!("{name:?} cannot be the name of an argument"),
                "names are letters, digits, `_`, `-` and `.`",
            )),
        },
        other => Err(Error::bad_input(
            format!("`args` must be a mapping, not {other}"),
            "for example {\"channel\": \"#avops\", \"text\": \"hello\"}",
        )),
    }
}

/// States whether a name can stand in an expression as it is.
fn is_plain(name: &str) -> bool {
    name.chars()
        .all(|c| c.is_alphanumeric() || "_-.".contains(c))
}

/// The recipe of a direct call. Its text depends on the action and the names of its arguments only; the values
/// come in as inputs, and what comes in as an input is never evaluated.
fn one_step_recipe(action: &str, args: &Map<String, Value>) -> String {
    let with: Map<String, Value> = args
        .keys()
        .map(|name| {
            let path = json!(name);
            (
                name.clone(),
                json!(format!("{{{{ intake.args[{path}] }}}}")),
            )
        })
        .collect();
    let recipe = json!({
        "name": format!("Tool call {action}"),
        "description": "One call of one action, made by hand.",
        "version": 1,
        "risk": "low",
        "intake": [{ "gather": "args", "type": "object", "default": {} }],
        "plan": [],
        "act": [{ "id": STEP, "action": action, "with": with, "as": "answer" }],
        "verify": [{ "check": "answer is defined", "title": "the tool answered" }],
        "guardrails": {
            "timeout_minutes": 5,
            "no_rollback": "a direct call is put back by another direct call",
        },
    });
    // JSON is YAML.
    format!("{recipe:#}\n")
}

const STEP: &str = "call";

/// A mistake in the arguments is the caller's, not a recipe's.
fn unfit(error: Error) -> Error {
    match error {
        Error::Invalid(findings) => {
            let (messages, hint) = findings
                .into_iter()
                .filter(|found| found.severity == avops_recipe::Severity::Error)
                .fold((Vec::new(), None), |(mut messages, hint), found| {
                    messages.push(found.message);
                    (messages, hint.or(found.help))
                });
            Error::BadInput {
                message: messages.join("; "),
                hint,
            }
        }
        other => other,
    }
}

async fn reply(app: &App, by: &Actor, id: RunId) -> Result<ActionReply, Error> {
    let state = runs::wait(app, by, id, PATIENCE).await?;
    let run = runs::get(app, by, id).await?;
    let step = run
        .steps
        .iter()
        .find(|step| step.id == StepKey(STEP.to_owned()));
    let ok = matches!(state.status, RunStatus::Success | RunStatus::Unproven);
    let error = if ok {
        None
    } else {
        Some(
            state
                .error
                .map(|error| error.message)
                .or_else(|| step.and_then(|step| step.state.message.clone()))
                .unwrap_or_else(|| format!("the run is {}", state.status.as_str())),
        )
    };
    Ok(ActionReply {
        ok,
        result: step.map_or(Value::Null, |step| step.state.result.clone()),
        artifacts: run
            .artifacts
            .into_iter()
            .map(|kept| kept.artifact)
            .collect(),
        error,
        run_id: id,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_never_become_part_of_the_recipe() {
        let args = Map::from_iter([("text".to_owned(), json!("{{ intake.secret }}"))]);
        let text = one_step_recipe("slack.post_message", &args);
        assert!(!text.contains("secret"));
        assert!(text.contains("{{ intake.args[\\\"text\\\"] }}"), "{text}");
    }

    #[test]
    fn anything_but_a_mapping_is_refused() {
        assert!(arguments(json!([1])).is_err());
        assert!(arguments(json!({ "a }} b": 1 })).is_err());
        assert_eq!(arguments(Value::Null).unwrap(), Map::new());
    }
}
