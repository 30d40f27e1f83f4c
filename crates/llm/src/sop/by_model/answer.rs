//! The form in which a model answers, and what it says in it.

use serde::Deserialize;
use serde_json::{Value, json};

/// What a model makes of a procedure.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Answer {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) minutes: Option<u64>,
    pub(super) inputs: Vec<Input>,
    pub(super) steps: Vec<Stated>,
    pub(super) unused: Vec<Remark>,
    pub(super) assumptions: Vec<Remark>,
    pub(super) questions: Vec<Remark>,
}

/// An input of the run.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Input {
    pub(super) name: String,
    pub(super) question: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) default: Option<String>,
    pub(super) line: Option<usize>,
}

/// A step.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Stated {
    pub(super) line: usize,
    pub(super) part: Part,
    pub(super) verb: Word,
    pub(super) action: Option<String>,
    pub(super) with: Vec<Argument>,
    pub(super) text: Option<String>,
    pub(super) to: Option<String>,
    pub(super) result: Option<String>,
    pub(super) when: Option<String>,
    pub(super) until: Option<String>,
}

/// Where a step belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part {
    Before,
    Do,
    After,
    OnFailure,
}

/// What a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Word {
    Action,
    Check,
    Approve,
    Manual,
    Wait,
    Notify,
    Stop,
}

/// An argument of a call.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Argument {
    pub(super) name: String,
    pub(super) value: String,
}

/// Something about a line, or about the whole.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Remark {
    pub(super) line: Option<usize>,
    pub(super) text: String,
}

/// The form. Every object is closed and requires all of its fields, as strict forms want it.
pub(super) fn schema() -> Value {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let line = json!({ "type": ["integer", "null"] });
    let closed = |fields: Value| {
        let names: Vec<&String> = fields
            .as_object()
            .into_iter()
            .flat_map(|fields| fields.keys())
            .collect();
        json!({ "type": "object", "properties": fields, "required": names, "additionalProperties": false })
    };
    let list = |item: &Value| json!({ "type": "array", "items": item });
    let input = closed(json!({
        "name": text,
        "question": text,
        "type": { "type": "string", "enum": ["string", "number", "integer", "boolean", "date", "datetime"] },
        "default": maybe,
        "line": line,
    }));
    let step = closed(json!({
        "line": { "type": "integer" },
        "part": { "type": "string", "enum": ["before", "do", "after", "on_failure"] },
        "verb": { "type": "string", "enum": ["action", "check", "approve", "manual", "wait", "notify", "stop"] },
        "action": maybe,
        "with": list(&closed(json!({ "name": text, "value": text }))),
        "text": maybe,
        "to": maybe,
        "result": maybe,
        "when": maybe,
        "until": maybe,
    }));
    let remark = closed(json!({ "line": line, "text": text }));
    closed(json!({
        "title": text,
        "description": text,
        "minutes": { "type": ["integer", "null"] },
        "inputs": list(&input),
        "steps": list(&step),
        "unused": list(&remark),
        "assumptions": list(&remark),
        "questions": list(&remark),
    }))
}
