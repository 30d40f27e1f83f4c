//! A turn that comes in chunks, put together as it would have come whole.

use serde_json::{Map, Value, json};

use crate::ModelError;
use crate::stream::{Step, broken};

/// What came so far.
#[derive(Default)]
pub(super) struct Told {
    model: Option<Value>,
    content: String,
    refusal: String,
    /// In the order of their numbers.
    calls: Vec<Call>,
    finish: Option<String>,
    usage: Value,
}

#[derive(Default)]
struct Call {
    index: u64,
    id: String,
    name: String,
    arguments: String,
}

impl Told {
    /// Takes one event; gives its words.
    pub(super) fn take(&mut self, data: &str) -> Result<Step, ModelError> {
        if data == "[DONE]" {
            return Ok(Step::End);
        }
        let chunk: Value = serde_json::from_str(data)
            .map_err(|error| broken(&format!("a part of it is not JSON ({error})")))?;
        if let Some(error) = chunk.get("error").filter(|error| !error.is_null()) {
            return Err(broken(
                error["message"].as_str().unwrap_or("it gave no reason"),
            ));
        }
        if chunk["usage"].is_object() {
            self.usage = chunk["usage"].clone();
        }
        if chunk["model"].is_string() {
            self.model = Some(chunk["model"].clone());
        }
        let choice = &chunk["choices"][0];
        if let Some(finish) = choice["finish_reason"].as_str() {
            self.finish = Some(finish.to_owned());
        }
        let delta = &choice["delta"];
        self.refusal
            .push_str(delta["refusal"].as_str().unwrap_or_default());
        for part in delta["tool_calls"].as_array().into_iter().flatten() {
            self.call(part);
        }
        let words = delta["content"].as_str().unwrap_or_default();
        self.content.push_str(words);
        Ok(Step::Words(words.to_owned()))
    }

    fn call(&mut self, part: &Value) {
        let index = part["index"].as_u64().unwrap_or_default();
        let place = self.calls.iter().position(|call| call.index == index);
        let place = place.unwrap_or_else(|| {
            self.calls.push(Call {
                index,
                ..Call::default()
            });
            self.calls.len() - 1
        });
        let Some(call) = self.calls.get_mut(place) else {
            return;
        };
        let function = &part["function"];
        for (field, text) in [
            (&mut call.id, &part["id"]),
            (&mut call.name, &function["name"]),
            (&mut call.arguments, &function["arguments"]),
        ] {
            field.push_str(text.as_str().unwrap_or_default());
        }
    }

    /// The answer as it would have come whole.
    pub(super) fn answer(&self) -> Value {
        let mut message = Map::new();
        message.insert("role".to_owned(), json!("assistant"));
        message.insert("content".to_owned(), json!(self.content));
        if !self.refusal.is_empty() {
            message.insert("refusal".to_owned(), json!(self.refusal));
        }
        if !self.calls.is_empty() {
            let calls: Vec<Value> = self
                .calls
                .iter()
                .map(|call| {
                    json!({ "id": call.id, "type": "function",
                        "function": { "name": call.name, "arguments": call.arguments } })
                })
                .collect();
            message.insert("tool_calls".to_owned(), json!(calls));
        }
        json!({
            "model": self.model,
            "choices": [{ "index": 0, "finish_reason": self.finish, "message": message }],
            "usage": self.usage,
        })
    }
}
