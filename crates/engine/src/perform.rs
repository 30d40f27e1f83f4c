//! Carries out one call: its time limit, a crash of the connector, and the size of its result.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt;
use serde_json::{Map, Value, json};

use crate::clock::Clock;
use crate::tool::{ToolCall, ToolError, ToolReply, Toolbox};

/// Most bytes of a result that a journal keeps.
pub(crate) const MOST_RESULT_BYTES: usize = 256 * 1024;

/// How much longer than its limit a call may take before it is given up here. Connectors keep the limit themselves and
/// know better how the call stood.
const PATIENCE: Duration = Duration::from_millis(250);

/// Makes one call. Whatever happens, it ends within its limit and in one of the four ways.
pub(crate) async fn perform(
    toolbox: &dyn Toolbox,
    clock: &dyn Clock,
    call: &ToolCall,
) -> Result<ToolReply, ToolError> {
    let limit = call.timeout + PATIENCE;
    tokio::select! {
        biased;
        answer = AssertUnwindSafe(toolbox.call(call)).catch_unwind() => match answer {
            Ok(answer) => answer.map(kept),
            Err(_) => Err(ToolError::Unknown {
                message: format!("the connector of {} broke down in the call", call.tool),
            }),
        },
        () = clock.sleep(limit) => Err(ToolError::Unknown {
            message: format!(
                "no answer from {}.{} within {} ms",
                call.tool,
                call.action,
                call.timeout.as_millis()
            ),
        }),
    }
}

fn kept(mut reply: ToolReply) -> ToolReply {
    reply.output = bounded(reply.output);
    reply
}

/// A value as a journal keeps it: one that is too large is cut, and says so.
pub(crate) fn bounded(value: Value) -> Value {
    // Most results are small; only what might be too large is measured exactly.
    if fits(&value, &mut MOST_RESULT_BYTES.saturating_div(8)) {
        return value;
    }
    let text = value.to_string();
    if text.len() <= MOST_RESULT_BYTES {
        return value;
    }
    let mut end = MOST_RESULT_BYTES;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    json!({"cut": true, "bytes": text.len(), "beginning": text.get(..end)})
}

/// States whether values take a few kilobytes at most.
pub(crate) fn is_small(values: &Map<String, Value>) -> bool {
    let mut budget = 4096;
    values.values().all(|value| fits(value, &mut budget))
}

/// States whether a rough count of the value's bytes stays within `budget`.
fn fits(value: &Value, budget: &mut usize) -> bool {
    let size = match value {
        Value::String(text) => text.len(),
        Value::Array(items) => {
            if !items.iter().all(|item| fits(item, budget)) {
                return false;
            }
            items.len()
        }
        Value::Object(map) => {
            if !map.iter().all(|(name, value)| {
                *budget = budget.saturating_sub(name.len());
                fits(value, budget)
            }) {
                return false;
            }
            map.len()
        }
        _ => 8,
    };
    *budget = budget.saturating_sub(size + 1);
    *budget > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_that_is_too_large_is_cut_and_says_so() {
        let small = json!({"a": [1, 2, "ü".repeat(100)]});
        assert_eq!(bounded(small.clone()), small);
        let just = json!("x".repeat(MOST_RESULT_BYTES - 2));
        assert_eq!(bounded(just.clone()), just);
        let large = bounded(json!({"text": "ü".repeat(MOST_RESULT_BYTES)}));
        assert_eq!(large["cut"], true);
        assert_eq!(large["bytes"], MOST_RESULT_BYTES * 2 + 11);
        assert!(large["beginning"].as_str().unwrap().len() <= MOST_RESULT_BYTES);
    }
}
