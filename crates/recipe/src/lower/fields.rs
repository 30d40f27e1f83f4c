//! Reads a mapping key by key, and reports the keys that nobody asked for.

use crate::diagnostic::Diagnostic;
use crate::document::{Key, Kind, Node};
use crate::nearest::nearest;
use crate::source::Span;

/// The entries of one mapping.
pub(super) struct Fields<'n> {
    entries: &'n [(Key, Node)],
    taken: Vec<bool>,
    /// The whole mapping.
    pub(super) span: Span,
}

impl<'n> Fields<'n> {
    /// Wraps a mapping; anything else is an error at `what`.
    pub(super) fn of(
        node: &'n Node,
        what: &str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let Kind::Map(entries) = &node.kind else {
            let message = format!(
                "{what} must be a mapping (`key: value` lines), not {}",
                node.noun()
            );
            diagnostics.push(Diagnostic::error("R009", node.span, message));
            return None;
        };
        Some(Self {
            entries,
            taken: vec![false; entries.len()],
            span: node.span,
        })
    }

    /// Takes the value under `key`.
    pub(super) fn take(&mut self, key: &str) -> Option<&'n Node> {
        self.take_key(key).map(|(_, node)| node)
    }

    /// Takes key and value.
    pub(super) fn take_key(&mut self, key: &str) -> Option<(&'n Key, &'n Node)> {
        let at = self.entries.iter().position(|(name, _)| name.text == key)?;
        if let Some(taken) = self.taken.get_mut(at) {
            *taken = true;
        }
        self.entries.get(at).map(|(name, node)| (name, node))
    }

    /// The keys that are there, in order.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'n Key> {
        self.entries.iter().map(|(key, _)| key)
    }

    /// Reports every key that was not taken; `known` is for suggestions.
    pub(super) fn finish(self, place: &str, known: &[&str], diagnostics: &mut Vec<Diagnostic>) {
        for ((key, _), taken) in self.entries.iter().zip(&self.taken) {
            if *taken {
                continue;
            }
            let help = match key.text.as_str() {
                "args" | "arguments" | "params" if known.contains(&"with") => {
                    "in a recipe, arguments stand under `with:`".to_owned()
                }
                name => nearest(name, known.iter().copied()).map_or_else(
                    || format!("known here: {}", known.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                ),
            };
            let message = format!("{place} has no key `{}`", key.text);
            diagnostics.push(Diagnostic::error("R007", key.span, message).help(help));
        }
    }
}
