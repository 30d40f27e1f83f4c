//! A turn that comes in events, put together as it would have come whole.

use serde_json::{Value, json};

use crate::ModelError;
use crate::stream::{Step, broken};

/// What came so far.
#[derive(Default)]
pub(super) struct Told {
    blocks: Vec<Block>,
    stop_reason: Value,
    stop_details: Value,
    usage: serde_json::Map<String, Value>,
}

struct Block {
    index: u64,
    value: Value,
    /// Arguments of a call, piece by piece.
    input: String,
}

impl Told {
    /// Takes one event; gives its words. Kinds of events that are not known mean nothing.
    pub(super) fn take(&mut self, data: &str) -> Result<Step, ModelError> {
        let event: Value = serde_json::from_str(data)
            .map_err(|error| broken(&format!("a part of it is not JSON ({error})")))?;
        let mut words = String::new();
        match event["type"].as_str().unwrap_or_default() {
            "message_start" => self.count(&event["message"]["usage"]),
            "content_block_start" => {
                // Texts of several blocks stand on lines of their own, as in a whole answer.
                let is_text = event["content_block"]["type"] == "text";
                if is_text
                    && self
                        .blocks
                        .iter()
                        .any(|block| block.value["type"] == "text")
                {
                    words.push('\n');
                }
                self.blocks.push(Block {
                    index: event["index"].as_u64().unwrap_or_default(),
                    value: event["content_block"].clone(),
                    input: String::new(),
                });
                words.push_str(event["content_block"]["text"].as_str().unwrap_or_default());
            }
            "content_block_delta" => words = self.delta(&event),
            "content_block_stop" => self.close(event["index"].as_u64().unwrap_or_default())?,
            "message_delta" => {
                self.stop_reason = event["delta"]["stop_reason"].clone();
                self.stop_details = event["delta"]["stop_details"].clone();
                self.count(&event["usage"]);
            }
            "message_stop" => return Ok(Step::End),
            "error" => {
                let said = event["error"]["message"].as_str();
                return Err(broken(said.unwrap_or("it gave no reason")));
            }
            _ => {}
        }
        Ok(Step::Words(words))
    }

    fn block(&mut self, index: u64) -> Option<&mut Block> {
        self.blocks.iter_mut().find(|block| block.index == index)
    }

    fn delta(&mut self, event: &Value) -> String {
        let delta = &event["delta"];
        let Some(block) = self.block(event["index"].as_u64().unwrap_or_default()) else {
            return String::new();
        };
        let mut add = |field: &str| {
            let more = delta[field].as_str().unwrap_or_default().to_owned();
            let before = block.value[field].as_str().unwrap_or_default();
            block.value[field] = json!(format!("{before}{more}"));
            more
        };
        match delta["type"].as_str().unwrap_or_default() {
            "text_delta" => return add("text"),
            "thinking_delta" => drop(add("thinking")),
            "signature_delta" => drop(add("signature")),
            "input_json_delta" => {
                let piece = delta["partial_json"].as_str().unwrap_or_default();
                block.input.push_str(piece);
            }
            _ => {}
        }
        String::new()
    }

    /// Arguments are whole when their block ends; nothing stands for none.
    fn close(&mut self, index: u64) -> Result<(), ModelError> {
        let Some(block) = self
            .block(index)
            .filter(|block| block.value["type"] == "tool_use")
        else {
            return Ok(());
        };
        if !block.input.trim().is_empty() {
            block.value["input"] = serde_json::from_str(&block.input).map_err(|error| {
                broken(&format!("the arguments of a call are not JSON ({error})"))
            })?;
        }
        Ok(())
    }

    /// Counts are those so far, not those since.
    fn count(&mut self, usage: &Value) {
        for (name, value) in usage.as_object().into_iter().flatten() {
            if value.is_u64() {
                self.usage.insert(name.clone(), value.clone());
            }
        }
    }

    /// The answer as it would have come whole.
    pub(super) fn answer(&self) -> Value {
        let blocks: Vec<&Value> = self.blocks.iter().map(|block| &block.value).collect();
        json!({
            "content": blocks, "stop_reason": self.stop_reason, "stop_details": self.stop_details,
            "usage": self.usage,
        })
    }
}
