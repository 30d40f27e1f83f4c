//! `slack:#avops Room is fine`: the short form of a message.

use super::Lower;
use super::fields::Fields;
use crate::document::{Kind, Node};
use crate::nearest::nearest;
use crate::recipe::Notice;
use crate::source::Span;
use crate::template::Template;

impl Lower<'_> {
    /// Reads a notice in its short or long form.
    pub(super) fn notice(&mut self, node: &Node) -> Option<Notice> {
        if let Kind::Map(_) = node.kind {
            return self.long_notice(node);
        }
        let text = self.text(node, "the notice")?;
        let Some((tool, rest)) = text.trim().split_once(':') else {
            let message = format!("`{text}` does not say where to post it");
            self.error_help("R029", node.span, message, "write `slack:#channel text`");
            return None;
        };
        let split = end_of_target(rest);
        let (target, text) = (&rest[..split], unquoted(rest[split..].trim()));
        if target.is_empty() || text.is_empty() {
            let message = if target.is_empty() {
                "the notice names no channel"
            } else {
                "the notice has no text"
            };
            self.error_help("R029", node.span, message, "write `slack:#channel text`");
            return None;
        }
        let tool = self.notice_tool(tool.trim(), node.span)?;
        Some(Notice {
            tool,
            target: self.part(target, node)?,
            text: self.part(text, node)?,
        })
    }

    fn long_notice(&mut self, node: &Node) -> Option<Notice> {
        let mut fields = Fields::of(node, "`notify`", self.diagnostics)?;
        let incomplete = ["tool", "channel", "text"]
            .iter()
            .any(|key| fields.keys().all(|found| found.text != *key));
        let tool = fields.take("tool").and_then(|tool| {
            let name = self.text(tool, "`tool`")?;
            self.notice_tool(&name, tool.span)
        });
        let target = fields
            .take("channel")
            .and_then(|node| self.template(node, "`channel`"));
        let text = fields
            .take("text")
            .and_then(|node| self.template(node, "`text`"));
        fields.finish("`notify`", &["tool", "channel", "text"], self.diagnostics);
        if incomplete {
            self.error_help(
                "R029",
                node.span,
                "`notify` needs `tool`, `channel` and `text`",
                "or write `slack:#channel text`",
            );
        }
        Some(Notice {
            tool: tool?,
            target: target?,
            text: text?,
        })
    }

    fn notice_tool(&mut self, name: &str, span: Span) -> Option<String> {
        let posting: Vec<_> = self
            .vocabulary
            .tools
            .values()
            .filter(|tool| tool.notify.is_some())
            .collect();
        if posting.iter().any(|tool| tool.name == name) {
            return Some(name.to_owned());
        }
        let names: Vec<_> = posting.iter().map(|tool| tool.name.as_str()).collect();
        let help = nearest(name, names.iter().copied()).map_or_else(
            || format!("tools that can post: {}", names.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        self.error_help(
            "R029",
            span,
            format!("`{name}` is not a tool that can post messages"),
            help,
        );
        None
    }

    fn part(&mut self, text: &str, node: &Node) -> Option<Template> {
        match Template::parse(text) {
            Ok(mut template) => {
                let written = self.source.excerpt(node.span);
                let start = written.find(text).unwrap_or_default();
                let span = Span::new(node.span.start + start, node.span.end);
                template.locate(written.get(start..).unwrap_or_default(), span);
                Some(template)
            }
            Err(error) => {
                self.error(
                    "R018",
                    node.span,
                    format!("the notice cannot be filled in: {error}"),
                );
                None
            }
        }
    }
}

/// The target ends at the first space that stands in no `{{ }}`.
fn end_of_target(rest: &str) -> usize {
    let mut inside = false;
    for (at, character) in rest.char_indices() {
        if rest[at..].starts_with("{{") {
            inside = true;
        } else if rest[at..].starts_with("}}") {
            inside = false;
        } else if character.is_whitespace() && !inside {
            return at;
        }
    }
    rest.len()
}

fn unquoted(text: &str) -> &str {
    for quote in ['\'', '"'] {
        let inner = text
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner.filter(|inner| !inner.contains(quote)) {
            return inner;
        }
    }
    text
}
