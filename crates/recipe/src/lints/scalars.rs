//! W008: single values that other readers of YAML take for something else.

use crate::diagnostic::Diagnostic;
use crate::document::{Kind, Node};

/// Warns about words that YAML 1.1 takes for true or false, and numbers with a zero in front.
///
/// Both are kept as texts. An author who meant something else learns it here, before a run.
pub(crate) fn check(node: &Node, diagnostics: &mut Vec<Diagnostic>) {
    match &node.kind {
        Kind::Scalar { text, plain: true } => {
            if let Some(message) = doubt(text) {
                let help = format!("write `\"{text}\"` to say that the text is meant");
                diagnostics.push(Diagnostic::warning("W008", node.span, message).help(help));
            }
        }
        Kind::Scalar { .. } => {}
        Kind::List(items) => items.iter().for_each(|item| check(item, diagnostics)),
        Kind::Map(entries) => {
            for (_, value) in entries {
                check(value, diagnostics);
            }
        }
    }
}

fn doubt(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    if matches!(lower.as_str(), "on" | "off" | "yes" | "no") {
        return Some(format!("`{text}` is a text here, not true or false"));
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let zero_in_front = digits.len() > 1
        && digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    zero_in_front.then(|| format!("`{text}` begins with a zero and is kept as a text"))
}
