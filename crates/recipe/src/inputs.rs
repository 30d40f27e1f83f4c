//! A recipe's inputs as one JSON Schema: the run form, the command line's and the API's check.

use serde_json::{Map, Value, json};

use crate::recipe::{Input, InputKind};

/// An object schema with a property for each input.
pub fn inputs_schema(inputs: &[Input]) -> Value {
    let properties: Map<_, _> = inputs
        .iter()
        .map(|input| (input.name.clone(), property(input)))
        .collect();
    let required: Vec<_> = inputs
        .iter()
        .filter(|input| input.required)
        .map(|input| input.name.as_str())
        .collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn property(input: &Input) -> Value {
    let (kind, format) = match input.kind {
        InputKind::String => ("string", None),
        InputKind::Number => ("number", None),
        InputKind::Integer => ("integer", None),
        InputKind::Boolean => ("boolean", None),
        InputKind::Date => ("string", Some("date")),
        InputKind::Datetime => ("string", Some("date-time")),
        InputKind::Array => ("array", None),
        InputKind::Object => ("object", None),
    };
    let mut property = Map::new();
    property.insert("type".to_owned(), json!(kind));
    property.insert("title".to_owned(), json!(input.question));
    if let Some(format) = format {
        property.insert("format".to_owned(), json!(format));
    }
    if let Some(default) = &input.default {
        property.insert("default".to_owned(), default.clone());
    }
    if !input.choices.is_empty() {
        property.insert("enum".to_owned(), json!(input.choices));
    }
    Value::Object(property)
}
