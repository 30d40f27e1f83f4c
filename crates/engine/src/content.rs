//! Results too large for a row: kept apart under the hash of their content, and named where they belong.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::event::Event;
use crate::run::RunId;

/// Most bytes of a value that stays in its entry and row.
pub(crate) const MOST_INLINE_BYTES: usize = 256 * 1024;
/// Most bytes of a value that is kept at all; one that is larger is cut, and says so.
pub(crate) const MOST_KEPT_BYTES: usize = 20 * 1024 * 1024;

const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";

/// The values that a run's entries name and do not hold, by the hash of their content.
pub type Contents = HashMap<String, Arc<Value>>;

/// Names a content that is kept apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentName {
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its length, in bytes.
    pub bytes: u64,
    /// What it is: JSON, or plain text where the value was a text.
    pub media_type: String,
}

/// A content that is kept apart, at most 20 MB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Its name.
    pub name: ContentName,
    /// What it holds.
    pub text: Arc<str>,
}

impl ContentName {
    /// What stands in the place of the value: what was moved, and to which artifact of the run.
    pub(crate) fn marker(&self, run: RunId, artifact: u32) -> Value {
        json!({
            "moved": true,
            "artifact": format!("{run}:{artifact}"),
            "bytes": self.bytes,
            "media_type": self.media_type,
            "sha256": self.sha256,
        })
    }
}

impl Content {
    fn of(value: &Value) -> Self {
        let (text, media_type) = match value {
            Value::String(text) => (text.clone(), TEXT),
            value => (value.to_string(), JSON),
        };
        Self {
            name: ContentName {
                sha256: hex::encode(Sha256::digest(&text)),
                bytes: u64::try_from(text.len()).unwrap_or(u64::MAX),
                media_type: media_type.to_owned(),
            },
            text: text.into(),
        }
    }

    /// The value that was moved.
    ///
    /// # Errors
    /// When the text is not what its name says.
    pub fn value(&self) -> Result<Value, serde_json::Error> {
        if self.name.media_type == TEXT {
            return Ok(Value::String(self.text.as_ref().to_owned()));
        }
        serde_json::from_str(&self.text)
    }
}

/// Sees that an event is small enough for the journal: the result of a step that is done is moved into a content, the
/// arguments that a call shows are cut.
pub(crate) fn set_apart(event: &mut Event) -> Option<(Content, Arc<Value>)> {
    match event {
        Event::StepStarted {
            payload,
            call: Some(_),
            ..
        } => {
            *payload = bounded(std::mem::take(payload));
            None
        }
        Event::StepDone { result, moved, .. } if !stays_within(result, MOST_INLINE_BYTES) => {
            let value = cut(std::mem::take(result), MOST_KEPT_BYTES);
            let content = Content::of(&value);
            *moved = Some(content.name.clone());
            Some((content, Arc::new(value)))
        }
        _ => None,
    }
}

/// A value as an entry holds it where it cannot be moved: one that is too large is cut, and says so.
pub(crate) fn bounded(value: Value) -> Value {
    cut(value, MOST_INLINE_BYTES)
}

fn cut(value: Value, most: usize) -> Value {
    if stays_within(&value, most) {
        return value;
    }
    let text = value.to_string();
    // Written as a text inside JSON, it takes up to twice the room.
    let mut end = most / 2 - 1024;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    json!({"cut": true, "bytes": text.len(), "beginning": text.get(..end)})
}

fn stays_within(value: &Value, most: usize) -> bool {
    // Most results are small; only what might be too large is measured exactly.
    fits(value, &mut (most / 8)) || value.to_string().len() <= most
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
    use crate::run::StepKey;

    fn done(result: Value) -> Event {
        Event::StepDone {
            key: StepKey("act.1".to_owned()),
            bind: None,
            result,
            moved: None,
            message: None,
            artifacts: Vec::new(),
        }
    }

    #[test]
    fn a_value_that_is_too_large_to_stay_is_cut_and_says_so() {
        let small = json!({"a": [1, 2, "ü".repeat(100)]});
        assert_eq!(bounded(small.clone()), small);
        let just = json!("x".repeat(MOST_INLINE_BYTES - 2));
        assert_eq!(bounded(just.clone()), just);
        let large = bounded(json!({"text": "\"".repeat(MOST_INLINE_BYTES)}));
        assert_eq!(large["cut"], true);
        assert_eq!(large["bytes"], MOST_INLINE_BYTES * 2 + 11);
        assert!(large.to_string().len() <= MOST_INLINE_BYTES);
    }

    #[test]
    fn a_large_result_is_moved_whole_and_read_back_as_it_was() {
        let small = json!("x".repeat(MOST_INLINE_BYTES - 2));
        let mut event = done(small.clone());
        assert!(set_apart(&mut event).is_none());
        assert_eq!(event, done(small));
        for value in [
            json!({"rooms": vec!["ü"; MOST_INLINE_BYTES]}),
            json!("line\n".repeat(MOST_INLINE_BYTES)),
        ] {
            let mut event = done(value.clone());
            let (content, kept) = set_apart(&mut event).unwrap();
            assert_eq!(*kept, value);
            assert_eq!(content.value().unwrap(), value);
            let Event::StepDone { result, moved, .. } = event else {
                panic!("another event");
            };
            assert_eq!((result, moved), (Value::Null, Some(content.name)));
        }
    }

    #[test]
    fn what_is_too_large_to_be_kept_is_cut_first() {
        let mut event = done(json!("x".repeat(MOST_KEPT_BYTES)));
        let (content, value) = set_apart(&mut event).unwrap();
        assert_eq!(value["cut"], true);
        assert_eq!(value["bytes"], MOST_KEPT_BYTES + 2);
        assert!(content.text.len() <= MOST_KEPT_BYTES);
    }
}
