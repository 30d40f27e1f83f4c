//! Compares how a run went with how a test expects it to go.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::format::{Expect, ExpectedCall};
use super::likeness::{is_like, text_is_like};
use super::play::Played;
use super::watched::SeenCall;

/// Something that is not as a test expects it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Mismatch {
    /// What was looked at: `status`, `failed_at`, `calls` …
    pub what: String,
    /// As the test has it.
    pub expected: Value,
    /// As it was.
    pub actual: Value,
}

/// Lists everything that is not as expected.
pub(super) fn judge(expect: &Expect, played: &Played) -> Vec<Mismatch> {
    let mut found = Vec::new();
    let state = &played.state;
    for loose in &played.loose_ends {
        found.push(Mismatch {
            what: "test".to_owned(),
            expected: json!("every part of the test is used"),
            actual: json!(loose),
        });
    }
    let mut same = |what: &str, expected: Value, actual: Value| {
        if expected != actual {
            found.push(Mismatch {
                what: what.to_owned(),
                expected,
                actual,
            });
        }
    };
    let error = state.error.as_ref();
    same("status", json!(expect.status), json!(state.status));
    if expect.outcome.is_some() {
        same("outcome", json!(expect.outcome), json!(state.outcome));
    }
    if let Some(step) = &expect.failed_at {
        let at = error.and_then(|error| error.step.as_ref());
        same("failed_at", json!(step), json!(at));
    }
    if let Some(phase) = expect.phase {
        same("phase", json!(phase), json!(error.and_then(|e| e.phase)));
    }
    if let Some(rollback) = expect.rollback {
        same("rollback", json!(rollback), json!(state.rollback));
    }
    if let Some(part) = &expect.error {
        let said = error
            .map(|error| error.message.as_str())
            .unwrap_or_default();
        if !said.contains(part.as_str()) && !text_is_like(part, said) {
            same("error", json!(part), json!(said));
        }
    }
    if let Some(outputs) = &expect.outputs {
        let actual = json!(state.outputs);
        if !is_like(outputs, &actual) {
            same("outputs", outputs.clone(), actual);
        }
    }
    found.extend(artifacts(expect, played));
    found.extend(
        expect
            .calls
            .iter()
            .filter_map(|call| made(call, &played.calls)),
    );
    found.extend(
        expect
            .no_calls
            .iter()
            .filter_map(|name| not_made(name, &played.calls)),
    );
    if let Some(world) = &expect.world
        && !is_like(world, &played.world)
    {
        found.push(Mismatch {
            what: "world".to_owned(),
            expected: world.clone(),
            actual: only(world, &played.world),
        });
    }
    found
}

fn artifacts(expect: &Expect, played: &Played) -> Option<Mismatch> {
    let expected = expect.artifacts.as_ref()?;
    let fits = expected.len() == played.artifacts.len()
        && expected.iter().zip(&played.artifacts).all(|(one, left)| {
            one.kind == left.kind
                && one
                    .title
                    .as_ref()
                    .is_none_or(|title| text_is_like(title, &left.title))
        });
    if fits {
        return None;
    }
    let show = |kind: &str, title: Option<&str>| match title {
        Some(title) => json!({ "kind": kind, "title": title }),
        None => json!({ "kind": kind }),
    };
    Some(Mismatch {
        what: "artifacts".to_owned(),
        expected: expected
            .iter()
            .map(|one| show(&one.kind, one.title.as_deref()))
            .collect(),
        actual: played
            .artifacts
            .iter()
            .map(|left| show(&left.kind, Some(&left.title)))
            .collect(),
    })
}

fn made(expected: &ExpectedCall, calls: &[SeenCall]) -> Option<Mismatch> {
    let of_action: Vec<&SeenCall> = calls
        .iter()
        .filter(|call| call.action == expected.action)
        .collect();
    let fitting = of_action
        .iter()
        .filter(|call| expected.with.is_null() || is_like(&expected.with, &call.args))
        .count();
    let holds = match expected.times {
        Some(times) => fitting == times,
        None => fitting > 0,
    };
    if holds {
        return None;
    }
    let mut wanted = json!({ "action": expected.action });
    if !expected.with.is_null() {
        wanted["with"] = expected.with.clone();
    }
    wanted["times"] = expected
        .times
        .map_or_else(|| json!("at least 1"), |times| json!(times));
    Some(Mismatch {
        what: "calls".to_owned(),
        expected: wanted,
        actual: json!({
            "times": fitting,
            "calls_of_this_action": of_action.iter().map(|call| &call.args).collect::<Vec<_>>(),
        }),
    })
}

fn not_made(name: &str, calls: &[SeenCall]) -> Option<Mismatch> {
    let is_it = |call: &&SeenCall| {
        call.action == name
            || call
                .action
                .split_once('.')
                .is_some_and(|(tool, _)| tool == name)
    };
    let made: Vec<Value> = calls
        .iter()
        .filter(is_it)
        .map(|call| json!({ "step": call.step, "action": call.action, "args": call.args }))
        .collect();
    if made.is_empty() {
        return None;
    }
    Some(Mismatch {
        what: "no_calls".to_owned(),
        expected: json!(format!("{name} is never called")),
        actual: Value::Array(made),
    })
}

/// The part of the world that a test speaks of: all of it would bury what differs.
fn only(expected: &Value, world: &Value) -> Value {
    match (expected, world) {
        (Value::Object(expected), Value::Object(world)) => expected
            .keys()
            .map(|key| (key.clone(), world.get(key).cloned().unwrap_or_default()))
            .collect(),
        _ => world.clone(),
    }
}
