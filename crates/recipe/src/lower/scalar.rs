//! Single values: texts, numbers, durations, names.

use std::time::Duration;

use super::Lower;
use crate::document::{Kind, Node};
use crate::expr::Expression;
use crate::source::Span;
use crate::template::{Template, ValueTemplate};

/// Longest duration that can be written: a year.
const MAX_DURATION_S: f64 = 366.0 * 86_400.0;

impl Lower<'_> {
    /// A text; any single value will do.
    pub(super) fn text(&mut self, node: &Node, what: &str) -> Option<String> {
        match &node.kind {
            Kind::Scalar { text, .. } if !node.is_null() => Some(text.clone()),
            _ => {
                let message = format!(
                    "{what} must be a text, not {}",
                    if node.is_null() { "empty" } else { node.noun() }
                );
                self.error("R009", node.span, message);
                None
            }
        }
    }

    /// A list of texts; a single text is a list of one.
    pub(super) fn texts(&mut self, node: &Node, what: &str) -> Vec<String> {
        match &node.kind {
            Kind::List(items) => items
                .iter()
                .filter_map(|item| self.text(item, what))
                .collect(),
            _ if node.is_null() => Vec::new(),
            _ => self.text(node, what).into_iter().collect(),
        }
    }

    pub(super) fn boolean(&mut self, node: &Node, what: &str) -> Option<bool> {
        let value = node.to_json().as_bool();
        if value.is_none() {
            self.error_help(
                "R009",
                node.span,
                format!("{what} must be true or false"),
                "write `true` or `false`",
            );
        }
        value
    }

    /// A whole number of at least `least`.
    pub(super) fn whole(&mut self, node: &Node, what: &str, least: u64) -> Option<u64> {
        let value = node.to_json().as_u64().filter(|number| *number >= least);
        if value.is_none() {
            self.error(
                "R016",
                node.span,
                format!("{what} must be a whole number of at least {least}"),
            );
        }
        value
    }

    /// Seconds as a plain number.
    pub(super) fn seconds(&mut self, node: &Node, what: &str) -> Option<Duration> {
        self.amount(
            node,
            what,
            1.0,
            "a number of seconds above 0, for example `20`",
        )
    }

    /// Minutes as a plain number.
    pub(super) fn minutes(&mut self, node: &Node, what: &str) -> Option<Duration> {
        self.amount(
            node,
            what,
            60.0,
            "a number of minutes above 0, for example `10`",
        )
    }

    fn amount(&mut self, node: &Node, what: &str, unit: f64, wanted: &str) -> Option<Duration> {
        let value = node.to_json().as_f64().map(|number| number * unit);
        let value = value.filter(|seconds| *seconds > 0.0 && *seconds <= MAX_DURATION_S);
        if value.is_none() {
            self.error("R016", node.span, format!("{what} must be {wanted}"));
        }
        value.map(Duration::from_secs_f64)
    }

    /// `500ms`, `30s`, `5m`, `2h`, or a plain number of seconds.
    pub(super) fn duration(&mut self, node: &Node, what: &str) -> Option<Duration> {
        let text = self.text(node, what)?;
        let text = text.trim();
        let split = text
            .find(|c: char| c.is_ascii_alphabetic())
            .unwrap_or(text.len());
        let (number, unit) = text.split_at(split);
        let factor = match unit.trim() {
            "ms" => 0.001,
            "s" | "" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3600.0,
            _ => f64::NAN,
        };
        let seconds = number
            .trim()
            .parse::<f64>()
            .map_or(f64::NAN, |number| number * factor);
        if seconds > 0.0 && seconds <= MAX_DURATION_S {
            return Some(Duration::from_secs_f64(seconds));
        }
        self.error_help(
            "R016",
            node.span,
            format!("`{text}` is not a duration"),
            "write for example `500ms`, `30s`, `5m` or `2h`",
        );
        None
    }

    pub(super) fn expression(&mut self, node: &Node, what: &str) -> Option<Expression> {
        let text = self.text(node, what)?;
        match Expression::parse(&text) {
            Ok(mut expression) => {
                let written = self.source.excerpt(node.span);
                let span = written.find(expression.text()).map_or(node.span, |at| {
                    let start = node.span.start + at;
                    Span::new(start, start + expression.text().len())
                });
                expression.locate(span);
                Some(expression)
            }
            Err(error) => {
                self.broken(
                    "R017",
                    node,
                    &format!("{what} is not an expression: {error}"),
                    error.help,
                );
                None
            }
        }
    }

    pub(super) fn template(&mut self, node: &Node, what: &str) -> Option<Template> {
        let text = self.text(node, what)?;
        match Template::parse(&text) {
            Ok(mut template) => {
                template.locate(self.source.excerpt(node.span), node.span);
                Some(template)
            }
            Err(error) => {
                self.broken(
                    "R018",
                    node,
                    &format!("{what} cannot be filled in: {error}"),
                    error.help,
                );
                None
            }
        }
    }

    /// Any value, with templates in its texts. Every broken leaf is reported where it stands.
    pub(super) fn value(&mut self, node: &Node, what: &str) -> Option<ValueTemplate> {
        match &node.kind {
            Kind::Scalar { text, .. } => {
                if let Err(error) = Template::parse(text) {
                    self.broken(
                        "R018",
                        node,
                        &format!("{what} cannot be filled in: {error}"),
                        error.help,
                    );
                    return None;
                }
            }
            // Every item is read, so that every broken one is reported.
            Kind::List(items) => {
                if items
                    .iter()
                    .filter(|item| self.value(item, what).is_none())
                    .count()
                    > 0
                {
                    return None;
                }
            }
            Kind::Map(entries) => {
                if entries
                    .iter()
                    .filter(|(_, item)| self.value(item, what).is_none())
                    .count()
                    > 0
                {
                    return None;
                }
            }
        }
        let mut value = ValueTemplate::parse(&node.to_json()).ok()?;
        value.locate(node, self.source);
        Some(value)
    }

    fn broken(&mut self, code: &'static str, node: &Node, message: &str, help: Option<String>) {
        match help {
            Some(help) => self.error_help(code, node.span, message, help),
            None => self.error(code, node.span, message),
        }
    }
}
