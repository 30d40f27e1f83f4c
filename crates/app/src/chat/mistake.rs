//! What is wrong with a command, where, and how it was probably meant.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a command was not carried out. It names the place, and the command as it was probably meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mistake {
    /// What is wrong.
    pub message: String,
    /// Where it begins, in characters of the message, from 0.
    pub place: usize,
    /// How many characters it covers, at least one.
    pub length: usize,
    /// How to mend it.
    pub help: Option<String>,
    /// The whole command as it was probably meant.
    pub corrected: Option<String>,
    /// Whether a part was left open that the action's own schema can fill in.
    #[serde(skip)]
    pub(super) is_open: bool,
}

impl Mistake {
    /// A mistake at these bytes of `text`. A place that is not within the text moves to its end.
    pub(super) fn at(text: &str, bytes: Range<usize>, message: impl Into<String>) -> Self {
        let start = on_a_character(text, bytes.start);
        let end = on_a_character(text, bytes.end.max(start));
        let count = |part: &str| part.chars().count();
        Self {
            message: message.into(),
            place: count(text.get(..start).unwrap_or_default()),
            length: count(text.get(start..end).unwrap_or_default()).max(1),
            help: None,
            corrected: None,
            is_open: false,
        }
    }

    /// Something in it stands for what is to be filled in.
    pub(super) fn open(mut self) -> Self {
        self.is_open = true;
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn corrected(mut self, command: impl Into<String>) -> Self {
        self.corrected = Some(command.into());
        self
    }
}

/// The nearest place at or before `byte` where a character begins.
fn on_a_character(text: &str, byte: usize) -> usize {
    let mut byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}

/// `text` with `part` put in place of these bytes.
pub(super) fn replaced(text: &str, bytes: Range<usize>, part: &str) -> String {
    let before = text.get(..bytes.start).unwrap_or(text);
    let after = text.get(bytes.end..).unwrap_or_default();
    format!("{before}{part}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_and_not_bytes() {
        let text = "/sop „ä\" x";
        let at = text.find('x').unwrap();
        let mistake = Mistake::at(text, at..at + 1, "x");
        assert_eq!((mistake.place, mistake.length), (9, 1));
        let beyond = Mistake::at(text, 100..200, "end");
        assert_eq!((beyond.place, beyond.length), (10, 1));
    }
}
