//! What the simulated model says: as scripted, or what follows from the question alone.

use serde_json::{Map, Value, json};

/// How deep an example follows a schema.
const DEEPEST: usize = 12;

/// What one question gets.
#[derive(Debug, Clone)]
pub enum Script {
    /// Words.
    Text(String),
    /// Calls: names as offered (`tool.action`) and arguments.
    Calls(Vec<(String, Value)>),
    /// Arguments that are no JSON; where a dialect knows only JSON, an empty object.
    BrokenCall(String),
    /// It declines.
    Refusal(String),
    /// Words that break off at the limit of tokens.
    CutShort(String),
    /// A status of failure with the provider's type of error, and for how many seconds it asks for patience.
    Fault(u16, &'static str, Option<u64>),
    /// A body that no provider gives, with status 200.
    Garbage(&'static str),
    /// Words at once, whether a stream was asked for or not, as servers answer that know none.
    Whole(String),
    /// A stream that ends after these words, before its turn does.
    BreaksOff(String),
    /// A stream that tells of a fault after these words.
    FaultAfter(String),
    /// A stream that goes silent after these words.
    Hangs(String),
}

impl Script {
    /// How it goes on where a stream was asked for.
    pub(crate) fn flow(&self) -> Flow {
        match self {
            Self::BreaksOff(_) => Flow::BreaksOff,
            Self::FaultAfter(_) => Flow::Fault,
            Self::Hangs(_) => Flow::Hangs,
            _ => Flow::Whole,
        }
    }
}

/// How a stream goes on after its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// To its end.
    Whole,
    /// It breaks off.
    BreaksOff,
    /// It tells of a fault.
    Fault,
    /// It goes silent.
    Hangs,
}

/// The pieces in which words travel: short ones, which end in the middle of words.
pub(crate) fn pieces(text: &str) -> Vec<String> {
    const LENGTH: usize = 7;
    let chars: Vec<char> = text.chars().collect();
    chars
        .chunks(LENGTH)
        .map(|piece| piece.iter().collect())
        .collect()
}

/// What it says when nobody scripted it.
pub(crate) fn answer_in_words(question: &str) -> String {
    const LONGEST: usize = 200;
    let short: String = question.chars().take(LONGEST).collect();
    format!("This is the simulated model. It was asked: {short}")
}

/// A small value that fits a schema, always the same.
pub(crate) fn example(schema: &Value) -> Value {
    example_within(schema, DEEPEST)
}

fn example_within(schema: &Value, depth: usize) -> Value {
    if depth == 0 {
        return Value::Null;
    }
    for ready in ["const", "default"] {
        if let Some(value) = schema.get(ready) {
            return value.clone();
        }
    }
    if let Some(first) = schema["enum"].get(0).or_else(|| schema["examples"].get(0)) {
        return first.clone();
    }
    for choice in ["anyOf", "oneOf"] {
        if let Some(first) = schema[choice].get(0) {
            return example_within(first, depth - 1);
        }
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.first().and_then(Value::as_str),
        kind => kind.as_str(),
    };
    match kind {
        Some("string") => {
            let least = schema["minLength"].as_u64().unwrap_or_default().min(1000);
            let text = "simulated".to_owned();
            let padding = usize::try_from(least)
                .unwrap_or_default()
                .saturating_sub(text.len());
            json!(text + &"x".repeat(padding))
        }
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or_else(|| json!(0)),
        Some("boolean") => json!(false),
        Some("null") => Value::Null,
        Some("array") => {
            let least = schema["minItems"].as_u64().unwrap_or_default().min(10);
            (0..least)
                .map(|_| example_within(&schema["items"], depth - 1))
                .collect()
        }
        _ => {
            let mut fields = Map::new();
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            for name in required.iter().filter_map(Value::as_str) {
                let value = example_within(&schema["properties"][name], depth - 1);
                fields.insert(name.to_owned(), value);
            }
            Value::Object(fields)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_fits_its_schema() {
        let schema = json!({
            "type": "object",
            "required": ["title", "steps", "kind", "count", "maybe"],
            "properties": {
                "title": { "type": "string", "minLength": 20 },
                "steps": { "type": "array", "minItems": 2, "items": { "type": "object", "required": ["do"], "properties": { "do": { "type": "string" } } } },
                "kind": { "enum": ["a", "b"] },
                "count": { "type": "integer", "minimum": 3 },
                "maybe": { "anyOf": [{ "type": "null" }, { "type": "string" }] },
            },
        });
        let value = example(&schema);
        let errors: Vec<String> = jsonschema::validator_for(&schema)
            .unwrap()
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(errors, Vec::<String>::new(), "{value}");
    }
}
