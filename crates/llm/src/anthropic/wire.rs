//! What travels. Source: the types of the official Python SDK 0.121.0 and the Claude documentation.

use serde_json::{Value, json};

use super::malformed;
use crate::model::wire_name;
use crate::{Call, Message, ModelError, Provider, Stop, Transcript, Turn, Usage};

/// Models that came before answers in a form could be asked for: these are told the form in words.
const TOLD_THE_FORM_IN_WORDS: [&str; 4] = [
    "claude-2",
    "claude-3",
    "claude-sonnet-4-2025",
    "claude-opus-4-2025",
];

/// The body of `POST /v1/messages`. No sampling settings: newer models refuse them.
pub(super) fn request(transcript: &Transcript, model: &str) -> Value {
    let messages: Vec<Value> = transcript
        .messages
        .iter()
        .map(|message| match message {
            Message::User { text } => json!({ "role": "user", "content": text }),
            Message::Model(turn) => {
                json!({ "role": "assistant", "content": said_before(turn, model) })
            }
            Message::Results { results } => {
                let blocks: Vec<Value> = results
                    .iter()
                    .map(|result| {
                        json!({
                            "type": "tool_result",
                            "tool_use_id": result.id,
                            "content": result.content,
                            "is_error": result.is_error,
                        })
                    })
                    .collect();
                json!({ "role": "user", "content": blocks })
            }
        })
        .collect();
    let mut body = json!({
        "model": model,
        "max_tokens": transcript.max_tokens,
        "system": transcript.system,
        "messages": messages,
    });
    if !transcript.tools.is_empty() {
        body["tools"] = transcript
            .tools
            .iter()
            .map(|offer| {
                json!({
                    "name": offer.on_wire(),
                    "description": offer.description,
                    "input_schema": offer.input_schema,
                })
            })
            .collect();
    }
    if let Some(form) = &transcript.output {
        if TOLD_THE_FORM_IN_WORDS
            .iter()
            .any(|old| model.starts_with(old))
        {
            body["system"] = json!(format!(
                "{}\n\nAnswer with one JSON value and nothing else. It fits this JSON Schema:\n{}",
                transcript.system, form.schema
            ));
        } else {
            body["output_config"] =
                json!({ "format": { "type": "json_schema", "schema": form.schema } });
        }
    }
    body
}

/// An earlier turn: as it came to the same model, else without what only that model understands.
fn said_before(turn: &Turn, model: &str) -> Value {
    let as_it_came = turn.raw.as_array().filter(|blocks| !blocks.is_empty());
    if turn.provider == Provider::Anthropic
        && turn.model == model
        && let Some(blocks) = as_it_came
    {
        return json!(blocks);
    }
    let mut blocks = Vec::new();
    // An empty text block is refused, and so is a turn without blocks.
    if turn.text.is_empty() && turn.calls.is_empty() {
        blocks.push(json!({ "type": "text", "text": "(no answer)" }));
    }
    if !turn.text.is_empty() {
        blocks.push(json!({ "type": "text", "text": turn.text }));
    }
    blocks.extend(turn.calls.iter().map(|call| {
        let input = if call.arguments.is_object() {
            call.arguments.clone()
        } else {
            json!({})
        };
        json!({ "type": "tool_use", "id": call.id, "name": wire_name(&call.name), "input": input })
    }));
    json!(blocks)
}

/// The turn in an answer.
pub(super) fn turn(
    answer: &Value,
    transcript: &Transcript,
    asked: &str,
) -> Result<Turn, ModelError> {
    let blocks = answer["content"]
        .as_array()
        .ok_or_else(|| malformed("there is no content in it"))?;
    // Thinking and blocks of kinds to come are kept in `raw`, and read by nobody.
    let text: Vec<&str> = blocks
        .iter()
        .filter(|block| block["type"] == "text")
        .filter_map(|block| block["text"].as_str())
        .collect();
    let calls: Vec<Call> = blocks
        .iter()
        .filter(|block| block["type"] == "tool_use")
        .map(|block| Call {
            id: block["id"].as_str().unwrap_or_default().to_owned(),
            name: transcript.offered(block["name"].as_str().unwrap_or_default()),
            arguments: block["input"].clone(),
            fault: None,
        })
        .collect();
    let stop = match answer["stop_reason"].as_str() {
        Some("refusal") => {
            let said = answer["stop_details"]["explanation"].as_str();
            return Err(ModelError::Declined {
                said: said.unwrap_or("it gave no reason").to_owned(),
            });
        }
        Some("model_context_window_exceeded") => {
            return Err(ModelError::TooLong {
                said: "the conversation has filled what it can read".to_owned(),
            });
        }
        Some("max_tokens") => Stop::Length,
        Some("pause_turn") => Stop::Pause,
        _ if !calls.is_empty() => Stop::Calls,
        _ => Stop::Done,
    };
    let usage = |field: &str| answer["usage"][field].as_u64().unwrap_or_default();
    Ok(Turn {
        text: text.join("\n"),
        calls,
        stop,
        usage: Usage {
            input_tokens: usage("input_tokens")
                + usage("cache_creation_input_tokens")
                + usage("cache_read_input_tokens"),
            output_tokens: usage("output_tokens"),
        },
        provider: Provider::Anthropic,
        model: asked.to_owned(),
        raw: answer["content"].clone(),
    })
}
