//! The simulated provider in the dialect of chat completions.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::Event;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::model::wire_name;
use crate::simulator::{Flow, KEY, Played, Script, answer_in_words, example, pieces, streamed};

const MODELS: [&str; 4] = ["gpt-4.1", "gpt-4.1-mini", "gpt-4o", "gpt-4o-mini"];

pub(crate) fn routes() -> Router<Played> {
    Router::new()
        .route("/models", get(models))
        .route("/chat/completions", post(complete))
}

async fn models(headers: HeaderMap) -> Response {
    if let Some(refusal) = refused_key(&headers) {
        return refusal;
    }
    let listed: Vec<Value> = MODELS
        .iter()
        .map(|id| json!({ "id": id, "object": "model", "owned_by": "system" }))
        .collect();
    Json(json!({ "object": "list", "data": listed })).into_response()
}

async fn complete(
    State(played): State<Played>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let (number, script) = played.asked(&body);
    if let Some(refusal) = refused_key(&headers) {
        return refusal;
    }
    if let Err(said) = check(&body) {
        return fault(400, "invalid_request_error", &said, None);
    }
    let script = script.unwrap_or_else(|| unscripted(&body));
    let flow = script.flow();
    let is_stream = body["stream"] == true && !matches!(script, Script::Whole(_));
    let (message, reason) = match script {
        Script::Text(text)
        | Script::Whole(text)
        | Script::BreaksOff(text)
        | Script::FaultAfter(text)
        | Script::Hangs(text) => (json!({ "content": text, "refusal": null }), "stop"),
        Script::CutShort(text) => (json!({ "content": text, "refusal": null }), "length"),
        Script::Refusal(said) => (json!({ "content": null, "refusal": said }), "stop"),
        Script::Calls(calls) => {
            let calls: Vec<Value> = calls
                .iter()
                .enumerate()
                .map(|(index, (name, arguments))| call(number, index, name, &arguments.to_string()))
                .collect();
            (
                json!({ "content": null, "tool_calls": calls }),
                "tool_calls",
            )
        }
        Script::BrokenCall(name) => (
            json!({ "content": null, "tool_calls": [call(number, 0, &name, "{\"room\": ")] }),
            "tool_calls",
        ),
        Script::Fault(status, kind, wait) => return fault(status, kind, "as scripted", wait),
        Script::Garbage(text) => return text.into_response(),
    };
    let mut message = message;
    message["role"] = json!("assistant");
    let written = message.to_string().len() / 4 + 1;
    let read = body["messages"].to_string().len() / 4 + 1;
    let whole = json!({
        "id": format!("chatcmpl-{number}"),
        "object": "chat.completion",
        "model": body["model"],
        "choices": [{ "index": 0, "finish_reason": reason, "message": message }],
        "usage": { "prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written },
    });
    if is_stream {
        return streamed(chunks(&whole, flow), flow);
    }
    Json(whole).into_response()
}

/// An answer as chunks, the way the vendor sends them.
fn chunks(whole: &Value, flow: Flow) -> Vec<Event> {
    let chunk = |delta: Value, reason: Value| {
        let choice = json!({ "index": 0, "delta": delta, "finish_reason": reason });
        json!({ "id": whole["id"], "object": "chat.completion.chunk", "model": whole["model"], "choices": [choice] })
    };
    let choice = &whole["choices"][0];
    let message = &choice["message"];
    let mut told = vec![chunk(
        json!({ "role": "assistant", "content": "" }),
        Value::Null,
    )];
    for field in ["content", "refusal"] {
        let text = message[field].as_str().unwrap_or_default();
        told.extend(
            pieces(text)
                .into_iter()
                .map(|piece| chunk(json!({ field: piece }), Value::Null)),
        );
    }
    for (index, call) in message["tool_calls"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
    {
        let function = &call["function"];
        let head = json!({ "index": index, "id": call["id"], "type": "function",
            "function": { "name": function["name"], "arguments": "" } });
        told.push(chunk(json!({ "tool_calls": [head] }), Value::Null));
        for piece in pieces(function["arguments"].as_str().unwrap_or_default()) {
            let part = json!({ "index": index, "function": { "arguments": piece } });
            told.push(chunk(json!({ "tool_calls": [part] }), Value::Null));
        }
    }
    match flow {
        Flow::Whole => {
            told.push(chunk(json!({}), choice["finish_reason"].clone()));
            told.push(json!({ "id": whole["id"], "choices": [], "usage": whole["usage"], "model": whole["model"] }));
        }
        Flow::Fault => told.push(
            json!({ "error": { "message": "the server had an error", "type": "server_error" } }),
        ),
        Flow::BreaksOff | Flow::Hangs => {}
    }
    let mut events: Vec<Event> = told
        .into_iter()
        .map(|chunk| Event::default().data(chunk.to_string()))
        .collect();
    if flow == Flow::Whole {
        events.push(Event::default().data("[DONE]"));
    }
    events
}

fn call(number: u64, index: usize, name: &str, arguments: &str) -> Value {
    json!({ "id": format!("call_{number}_{index}"), "type": "function",
        "function": { "name": wire_name(name), "arguments": arguments } })
}

fn unscripted(body: &Value) -> Script {
    let form = &body["response_format"]["json_schema"]["schema"];
    if form.is_object() {
        return Script::Text(example(form).to_string());
    }
    let messages = body["messages"].as_array().cloned().unwrap_or_default();
    let last = messages
        .iter()
        .rev()
        .find(|message| message["role"] == "user");
    Script::Text(answer_in_words(
        last.and_then(|message| message["content"].as_str())
            .unwrap_or_default(),
    ))
}

/// What the vendor refuses: tools in the wrong shape, calls without their results.
fn check(body: &Value) -> Result<(), String> {
    if !body["model"].is_string() {
        return Err("you must provide a model parameter".to_owned());
    }
    for tool in body["tools"].as_array().into_iter().flatten() {
        if tool["type"] != "function" || !tool["function"]["name"].is_string() {
            return Err("Missing required parameter: 'tools[0].function'.".to_owned());
        }
    }
    let messages = body["messages"].as_array().ok_or("messages are missing")?;
    let mut open: Vec<String> = Vec::new();
    for message in messages {
        if message["role"] == "tool" {
            let id = message["tool_call_id"].as_str().unwrap_or_default();
            if !open.iter().any(|call| call == id) {
                return Err(format!("no tool call `{id}` came before its result"));
            }
            open.retain(|call| call != id);
            continue;
        }
        if !open.is_empty() {
            break;
        }
        let calls = message["tool_calls"].as_array().into_iter().flatten();
        open = calls
            .filter_map(|call| call["id"].as_str().map(str::to_owned))
            .collect();
    }
    if open.is_empty() {
        return Ok(());
    }
    Err(format!(
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: {}",
        open.join(", ")
    ))
}

fn refused_key(headers: &HeaderMap) -> Option<Response> {
    let given = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    if given == Some(&format!("Bearer {KEY}")) {
        return None;
    }
    Some(fault(
        401,
        "invalid_request_error",
        "Incorrect API key provided. You can find your API key at the provider's console.",
        None,
    ))
}

fn fault(status: u16, kind: &str, said: &str, wait: Option<u64>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = json!({ "error": { "message": said, "type": kind, "param": null, "code": kind } });
    let mut answer = (status, Json(body)).into_response();
    if let Some(wait) = wait {
        answer.headers_mut().insert("retry-after", wait.into());
    }
    answer
}
