//! The simulated provider in the dialect of messages.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::Event;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::VERSION;
use crate::model::wire_name;
use crate::simulator::{Flow, KEY, Played, Script, answer_in_words, example, pieces, streamed};

const MODELS: [&str; 4] = [
    "claude-3-5-sonnet-latest",
    "claude-haiku-4-5",
    "claude-opus-5-5",
    "claude-sonnet-5-5",
];

pub(crate) fn routes() -> Router<Played> {
    Router::new()
        .route("/v1/models", get(models))
        .route("/v1/messages", post(answer))
}

async fn models(headers: HeaderMap) -> Response {
    if let Some(refusal) = refused_headers(&headers) {
        return refusal;
    }
    let listed: Vec<Value> = MODELS
        .iter()
        .map(|id| json!({ "id": id, "type": "model", "display_name": id }))
        .collect();
    Json(json!({ "data": listed, "has_more": false })).into_response()
}

async fn answer(
    State(played): State<Played>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let (number, script) = played.asked(&body);
    if let Some(refusal) = refused_headers(&headers) {
        return refusal;
    }
    if let Err(said) = check(&body) {
        return fault(400, "invalid_request_error", &said, None);
    }
    // Thinking comes first, and has to go back as it came.
    let mut content =
        vec![json!({ "type": "thinking", "thinking": "", "signature": format!("sig_{number}") })];
    let script = script.unwrap_or_else(|| unscripted(&body));
    let flow = script.flow();
    let is_stream = body["stream"] == true && !matches!(script, Script::Whole(_));
    let reason = match script {
        Script::Text(text)
        | Script::Whole(text)
        | Script::BreaksOff(text)
        | Script::FaultAfter(text)
        | Script::Hangs(text) => {
            content.push(json!({ "type": "text", "text": text }));
            "end_turn"
        }
        Script::CutShort(text) => {
            content.push(json!({ "type": "text", "text": text }));
            "max_tokens"
        }
        Script::Refusal(_) => "refusal",
        Script::Calls(calls) => {
            content.extend(calls.iter().enumerate().map(|(index, (name, input))| {
                json!({ "type": "tool_use", "id": format!("toolu_{number}_{index}"), "name": wire_name(name), "input": input })
            }));
            "tool_use"
        }
        Script::BrokenCall(name) => {
            content.push(json!({ "type": "tool_use", "id": format!("toolu_{number}_0"), "name": wire_name(&name), "input": {} }));
            "tool_use"
        }
        Script::Fault(status, kind, wait) => return fault(status, kind, "as scripted", wait),
        Script::Garbage(text) => return text.into_response(),
    };
    let (read, written) = (
        body["messages"].to_string().len() / 4 + 1,
        json!(content).to_string().len() / 4 + 1,
    );
    let whole = json!({
        "id": format!("msg_{number}"),
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": content,
        "stop_reason": reason,
        "stop_sequence": null,
        "usage": { "input_tokens": read, "output_tokens": written,
            "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0 },
    });
    if is_stream {
        return streamed(events(&whole, flow), flow);
    }
    Json(whole).into_response()
}

/// An answer as events, the way the vendor sends them.
fn events(whole: &Value, flow: Flow) -> Vec<Event> {
    let mut message = whole.clone();
    message["content"] = json!([]);
    message["stop_reason"] = Value::Null;
    message["usage"]["output_tokens"] = json!(1);
    let mut told = vec![
        json!({ "type": "message_start", "message": message }),
        json!({ "type": "ping" }),
    ];
    for (index, block) in whole["content"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
    {
        let mut empty = block.clone();
        let (field, kind, text) = match block["type"].as_str() {
            Some("text") => (
                "text",
                "text_delta",
                block["text"].as_str().unwrap_or_default().to_owned(),
            ),
            Some("tool_use") => ("input", "input_json_delta", block["input"].to_string()),
            _ => (
                "signature",
                "signature_delta",
                block["signature"].as_str().unwrap_or_default().to_owned(),
            ),
        };
        empty[field] = if field == "input" {
            json!({})
        } else {
            json!("")
        };
        told.push(json!({ "type": "content_block_start", "index": index, "content_block": empty }));
        let of = if field == "input" {
            "partial_json"
        } else {
            field
        };
        // No arguments travel as none at all.
        let text = if text == "{}" { String::new() } else { text };
        told.extend(pieces(&text).into_iter().map(|piece| {
            json!({ "type": "content_block_delta", "index": index, "delta": { "type": kind, of: piece } })
        }));
        if block["type"] != "text" || flow == Flow::Whole {
            told.push(json!({ "type": "content_block_stop", "index": index }));
        }
    }
    match flow {
        Flow::Whole => {
            let usage = json!({ "output_tokens": whole["usage"]["output_tokens"] });
            told.push(json!({ "type": "message_delta", "usage": usage,
                "delta": { "stop_reason": whole["stop_reason"], "stop_sequence": null } }));
            told.push(json!({ "type": "message_stop" }));
        }
        Flow::Fault => told.push(json!({ "type": "error",
            "error": { "type": "overloaded_error", "message": "Overloaded" } })),
        Flow::BreaksOff | Flow::Hangs => {}
    }
    told.into_iter()
        .map(|event| {
            let kind = event["type"].as_str().unwrap_or_default();
            Event::default().event(kind).data(event.to_string())
        })
        .collect()
}

fn unscripted(body: &Value) -> Script {
    let form = &body["output_config"]["format"]["schema"];
    if form.is_object() {
        return Script::Text(example(form).to_string());
    }
    // Old models are told the form in words, the schema being the last line.
    let told = body["system"].as_str().unwrap_or_default().lines().last();
    let schema = told.and_then(|line| serde_json::from_str::<Value>(line).ok());
    if let Some(schema) = schema.filter(Value::is_object) {
        return Script::Text(example(&schema).to_string());
    }
    let messages = body["messages"].as_array().cloned().unwrap_or_default();
    let said = messages
        .iter()
        .rev()
        .find_map(|message| message["content"].as_str());
    Script::Text(answer_in_words(said.unwrap_or_default()))
}

/// What the vendor refuses.
fn check(body: &Value) -> Result<(), String> {
    if !body["max_tokens"].is_u64() {
        return Err("max_tokens: Field required".to_owned());
    }
    let messages = body["messages"]
        .as_array()
        .ok_or("messages: Field required")?;
    for tool in body["tools"].as_array().into_iter().flatten() {
        if !tool["input_schema"].is_object() {
            return Err("tools.0.input_schema: Field required".to_owned());
        }
    }
    if messages.iter().any(|message| message["role"] == "system") {
        return Err("messages: Unexpected role \"system\"".to_owned());
    }
    if messages
        .last()
        .is_none_or(|message| message["role"] != "user")
    {
        return Err("the conversation must end with a user message".to_owned());
    }
    for (index, message) in messages.iter().enumerate() {
        let blocks = message["content"].as_array().cloned().unwrap_or_default();
        let next = messages.get(index + 1).map(|next| next["content"].clone());
        let given = next
            .as_ref()
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        for id in blocks
            .iter()
            .filter(|block| block["type"] == "tool_use")
            .map(|block| &block["id"])
        {
            let is_answered = given
                .iter()
                .any(|block| block["type"] == "tool_result" && &block["tool_use_id"] == id);
            if !is_answered {
                return Err(format!(
                    "messages.{index}: `tool_use` ids were found without `tool_result` blocks immediately after: {id}"
                ));
            }
        }
    }
    Ok(())
}

fn refused_headers(headers: &HeaderMap) -> Option<Response> {
    let given = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if given("x-api-key") != Some(KEY) {
        return Some(fault(
            401,
            "authentication_error",
            "invalid x-api-key",
            None,
        ));
    }
    (given("anthropic-version") != Some(VERSION)).then(|| {
        let said = "anthropic-version: header is required";
        fault(400, "invalid_request_error", said, None)
    })
}

fn fault(status: u16, kind: &str, said: &str, wait: Option<u64>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = json!({ "type": "error", "error": { "type": kind, "message": said }, "request_id": "req_1" });
    let mut answer = (status, Json(body)).into_response();
    if let Some(wait) = wait {
        answer.headers_mut().insert("retry-after", wait.into());
    }
    answer
}
