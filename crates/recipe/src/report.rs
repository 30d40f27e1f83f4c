//! Diagnostics as people and programs read them: with line, column and excerpt.

use std::fmt::Write;

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Source;

/// A diagnostic with its place spelled out. Lines and columns count from 1; columns count characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiagnosticView {
    /// `R007`, `W003` …
    pub code: &'static str,
    /// `error` or `warning`.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where it starts.
    pub line: usize,
    /// Where it starts.
    pub column: usize,
    /// Where it ends.
    pub end_line: usize,
    /// One past its last character.
    pub end_column: usize,
    /// The line that it starts on.
    pub excerpt: String,
    /// How to mend it.
    pub help: Option<String>,
}

/// Longest excerpt, in characters.
const MAX_EXCERPT: usize = 200;

impl Diagnostic {
    /// Spells the place out.
    pub fn view(&self, source: &Source) -> DiagnosticView {
        let start = source.position(self.span.start);
        let end = source.position(self.span.end.max(self.span.start));
        let line = source
            .text()
            .lines()
            .nth(start.line - 1)
            .unwrap_or_default();
        DiagnosticView {
            code: self.code.0,
            severity: self.severity,
            message: self.message.clone(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            excerpt: line.chars().take(MAX_EXCERPT).collect(),
            help: self.help.clone(),
        }
    }

    /// Several lines for a terminal: severity, code and message, the place, the excerpt with a mark, the fix.
    pub fn render(&self, source: &Source) -> String {
        let view = self.view(source);
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let number = view.line.to_string();
        let gap = " ".repeat(number.len());
        let width = if view.end_line == view.line {
            view.end_column.saturating_sub(view.column)
        } else {
            view.excerpt.chars().count() + 1 - view.column.min(view.excerpt.chars().count() + 1)
        };
        let mark = "^".repeat(width.clamp(1, MAX_EXCERPT));
        let indent: String = view
            .excerpt
            .chars()
            .take(view.column - 1)
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        let mut text = String::new();
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{severity}[{}]: {}", view.code, view.message);
        let _ = writeln!(
            text,
            "{gap}--> {}:{}:{}",
            source.name(),
            view.line,
            view.column
        );
        let _ = writeln!(text, "{gap} |");
        let _ = writeln!(text, "{number} | {}", view.excerpt);
        let _ = writeln!(text, "{gap} | {indent}{mark}");
        if let Some(help) = &view.help {
            let _ = writeln!(text, "{gap} = help: {help}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    #[test]
    fn a_diagnostic_shows_its_place_its_line_and_its_fix() {
        let source = Source::new("projector.yaml", "name: x\ngaurdrails: {}\n");
        let diagnostic =
            Diagnostic::error("R007", Span::new(8, 18), "a recipe has no key `gaurdrails`")
                .help("did you mean `guardrails`?");
        insta::assert_snapshot!(diagnostic.render(&source), @"
        error[R007]: a recipe has no key `gaurdrails`
         --> projector.yaml:2:1
          |
        2 | gaurdrails: {}
          | ^^^^^^^^^^
          = help: did you mean `guardrails`?
        ");
    }
}
