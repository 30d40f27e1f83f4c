//! What travels to a Q-SYS core: JSON-RPC 2.0 objects, each ended by a NUL byte (QRC).
//!
//! Source: QSC, Q-SYS Help, "QRC Overview" and "QRC Commands".

use bytes::{Buf as _, BytesMut};
use serde::Deserialize;
use serde_json::{Value, json};

/// One object from a core: an answer when it has our id, else a message that nobody asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Frame {
    #[serde(default)]
    pub(super) id: Value,
    #[serde(default)]
    pub(super) method: Option<String>,
    #[serde(default)]
    pub(super) result: Value,
    #[serde(default)]
    pub(super) error: Option<Fault>,
}

/// A core's refusal.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Fault {
    pub(super) code: i64,
    #[serde(default)]
    pub(super) message: String,
}

/// A control's value as a core tells it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Control {
    #[serde(default)]
    pub(super) component: Option<String>,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) value: Value,
    #[serde(default)]
    pub(super) string: Value,
    #[serde(default)]
    pub(super) position: Value,
}

impl Control {
    /// In this program's words.
    pub(super) fn show(&self) -> Value {
        let mut shown = json!({
            "control": self.name,
            "value": self.value,
            "string": self.string,
            "position": self.position,
        });
        if let (Some(component), Some(shown)) = (&self.component, shown.as_object_mut()) {
            shown.insert("component".to_owned(), json!(component));
        }
        shown
    }
}

/// A command as it travels.
pub(super) fn command(id: u64, method: &str, params: &Value) -> Vec<u8> {
    let object = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
    framed(&object)
}

/// What keeps a line open; nothing answers it.
pub(super) fn no_op() -> Vec<u8> {
    framed(&json!({ "jsonrpc": "2.0", "method": "NoOp", "params": {} }))
}

fn framed(object: &Value) -> Vec<u8> {
    let mut bytes = object.to_string().into_bytes();
    bytes.push(0);
    bytes
}

/// Takes the next object out of what was heard. An object that comes without its NUL counts once it
/// is complete; what cannot be read is skipped.
pub(super) fn take_frame(heard: &mut BytesMut) -> Option<Frame> {
    loop {
        let blank = |byte: &u8| *byte == 0 || byte.is_ascii_whitespace();
        let begins = heard
            .iter()
            .position(|byte| !blank(byte))
            .unwrap_or(heard.len());
        heard.advance(begins);
        if let Some(end) = heard.iter().position(|byte| *byte == 0) {
            let frame = heard.split_to(end);
            if let Some(frame) = first_object(&frame) {
                return Some(frame.0);
            }
            continue;
        }
        if heard.last() != Some(&b'}') {
            return None;
        }
        let (frame, length) = first_object(heard)?;
        heard.advance(length);
        return Some(frame);
    }
}

/// The object that the bytes begin with, and its length.
fn first_object(bytes: &[u8]) -> Option<(Frame, usize)> {
    let mut objects = serde_json::Deserializer::from_slice(bytes).into_iter::<Frame>();
    let frame = objects.next()?.ok()?;
    Some((frame, objects.byte_offset()))
}

/// States whether a core shows what was set. Versions differ in how they tell a mute: as a bool, as a
/// number or as a text.
pub(super) fn is_same(wanted: &Value, shown: &Control) -> bool {
    let number = |value: &Value| match value {
        Value::Bool(on) => Some(f64::from(u8::from(*on))),
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_f64(),
    };
    if *wanted == shown.value || (wanted.is_string() && *wanted == shown.string) {
        return true;
    }
    match (number(wanted), number(&shown.value)) {
        // Cores keep values as 32-bit numbers.
        (Some(wanted), Some(shown)) => (wanted - shown).abs() <= 1e-3 * wanted.abs().max(1.0),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_whole_whatever_they_are_cut_into_or_glued_to() {
        let mut heard = BytesMut::from(&b"\0 {\"id\":1,\"result\":"[..]);
        assert!(take_frame(&mut heard).is_none());
        heard.extend_from_slice(b"true}\0{\"method\":\"EngineStatus\"}\0\0?\0{\"id\":2}{\"id\":3}");
        let mut ids = Vec::new();
        while let Some(frame) = take_frame(&mut heard) {
            ids.push(frame.id);
        }
        assert_eq!(ids, [json!(1), Value::Null, json!(2), json!(3)]);
        assert!(heard.is_empty());
    }

    #[test]
    fn a_mute_is_the_same_in_each_of_its_forms() {
        let shown = |value: Value| Control {
            component: None,
            name: "mute".to_owned(),
            value,
            string: json!("muted"),
            position: Value::Null,
        };
        for value in [json!(true), json!(1), json!(1.0)] {
            assert!(is_same(&json!(true), &shown(value)));
        }
        assert!(is_same(&json!("muted"), &shown(json!(1.0))));
        assert!(is_same(
            &json!(-12.1),
            &shown(json!(-12.100_000_381_469_727))
        ));
        for value in [json!(false), json!(0), json!(-12.2), Value::Null] {
            assert!(!is_same(&json!(true), &shown(value)));
        }
    }
}
