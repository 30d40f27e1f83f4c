//! What travels. Source: the types of the official Python SDK 3.3.1.

use serde_json::{Value, json};

use super::malformed;
use crate::model::wire_name;
use crate::{Call, Message, ModelError, Provider, Stop, Transcript, Turn, Usage};

/// The body of `POST /chat/completions`.
pub(super) fn request(transcript: &Transcript, model: &str, is_compatible_server: bool) -> Value {
    let mut messages = vec![json!({ "role": "system", "content": transcript.system })];
    for message in &transcript.messages {
        match message {
            Message::User { text } => messages.push(json!({ "role": "user", "content": text })),
            Message::Model(turn) => messages.push(said_before(turn)),
            Message::Results { results } => messages.extend(results.iter().map(|result| {
                json!({ "role": "tool", "tool_call_id": result.id, "content": result.content })
            })),
        }
    }
    let limit = if is_compatible_server {
        "max_tokens"
    } else {
        "max_completion_tokens"
    };
    let mut body = json!({ "model": model, "messages": messages });
    body[limit] = json!(transcript.max_tokens);
    if !transcript.tools.is_empty() {
        body["tools"] = transcript
            .tools
            .iter()
            .map(|offer| {
                json!({ "type": "function", "function": {
                    "name": offer.on_wire(),
                    "description": offer.description,
                    "parameters": offer.input_schema,
                } })
            })
            .collect();
    }
    if let Some(form) = &transcript.output {
        body["response_format"] = json!({ "type": "json_schema", "json_schema": {
            "name": wire_name(&form.name),
            "schema": form.schema,
            "strict": is_strict(&form.schema),
        } });
    }
    body
}

/// An earlier turn: as it came, or written anew when another provider gave it.
fn said_before(turn: &Turn) -> Value {
    if turn.provider == Provider::OpenAi && turn.raw.is_object() {
        return turn.raw.clone();
    }
    let mut message = json!({ "role": "assistant", "content": turn.text });
    if !turn.calls.is_empty() {
        message["tool_calls"] = turn
            .calls
            .iter()
            .map(|call| {
                json!({ "id": call.id, "type": "function", "function": {
                    "name": wire_name(&call.name),
                    "arguments": call.arguments.to_string(),
                } })
            })
            .collect();
    }
    message
}

/// Strict schemas close every object and require all of its fields; any other is refused with `strict`.
fn is_strict(schema: &Value) -> bool {
    match schema {
        Value::Object(fields) => {
            let is_closed = match fields.get("properties") {
                Some(Value::Object(properties)) => {
                    let required = fields.get("required").and_then(Value::as_array);
                    fields.get("additionalProperties") == Some(&Value::Bool(false))
                        && properties.keys().all(|name| {
                            required.is_some_and(|required| required.contains(&json!(name)))
                        })
                }
                Some(_) => false,
                None => fields.get("type") != Some(&json!("object")),
            };
            is_closed && fields.values().all(is_strict)
        }
        Value::Array(items) => items.iter().all(is_strict),
        _ => true,
    }
}

/// The turn in an answer.
pub(super) fn turn(
    answer: &Value,
    transcript: &Transcript,
    asked: &str,
) -> Result<Turn, ModelError> {
    let choice = answer["choices"]
        .get(0)
        .ok_or_else(|| malformed("there is no choice in it"))?;
    let message = &choice["message"];
    if !message.is_object() {
        return Err(malformed("the choice holds no message"));
    }
    if let Some(said) = message["refusal"].as_str().filter(|said| !said.is_empty()) {
        return Err(ModelError::Declined {
            said: said.chars().take(500).collect(),
        });
    }
    let calls: Vec<Call> = message["tool_calls"]
        .as_array()
        .map(|calls| calls.iter().map(|each| call(each, transcript)).collect())
        .unwrap_or_default();
    let stop = match choice["finish_reason"].as_str() {
        Some("content_filter") => {
            return Err(ModelError::Declined {
                said: "the provider's content filter stopped the answer".to_owned(),
            });
        }
        Some("length") => Stop::Length,
        // Some local servers say `stop` beside calls.
        _ if !calls.is_empty() => Stop::Calls,
        _ => Stop::Done,
    };
    let usage = |field: &str| answer["usage"][field].as_u64().unwrap_or_default();
    Ok(Turn {
        text: message["content"].as_str().unwrap_or_default().to_owned(),
        calls,
        stop,
        usage: Usage {
            input_tokens: usage("prompt_tokens"),
            output_tokens: usage("completion_tokens"),
        },
        provider: Provider::OpenAi,
        model: answer["model"].as_str().unwrap_or(asked).to_owned(),
        raw: message.clone(),
    })
}

/// `arguments` is a string that should hold JSON; empty stands for no arguments.
fn call(call: &Value, transcript: &Transcript) -> Call {
    let function = &call["function"];
    let text = function["arguments"].as_str().unwrap_or_default();
    let read: Result<Value, String> = match text.trim() {
        "" => Ok(json!({})),
        text => serde_json::from_str(text).map_err(|error| error.to_string()),
    };
    let (arguments, fault) = match read {
        Ok(arguments) => (arguments, None),
        Err(fault) => (
            Value::Null,
            Some(format!("the arguments are not JSON: {fault}")),
        ),
    };
    Call {
        id: call["id"].as_str().unwrap_or_default().to_owned(),
        name: transcript.offered(function["name"].as_str().unwrap_or_default()),
        arguments,
        fault,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_strict_when_every_object_in_it_is_closed() {
        let strict = json!({ "type": "object", "properties": { "a": { "type": "array", "items": {
            "type": "object", "properties": {}, "required": [], "additionalProperties": false } } },
            "required": ["a"], "additionalProperties": false });
        assert!(is_strict(&strict));
        let mut open = strict.clone();
        open["properties"]["a"]["items"]["additionalProperties"] = json!(true);
        assert!(!is_strict(&open));
        assert!(!is_strict(&json!({ "type": "object" })));
    }
}
