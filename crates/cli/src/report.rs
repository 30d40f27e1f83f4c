//! Problems in a recipe as people read them: what, where, the excerpt, how to mend it.

use std::fmt::Write as _;

use serde_json::Value;

use crate::answers::{clean, text};
use crate::terminal::{Tone, toned};

/// Renders the findings of one text, most of all the place: `name:line:column`.
pub(crate) fn findings(name: &str, source: &str, findings: &[Value]) -> String {
    findings
        .iter()
        .map(|finding| one(name, source, finding))
        .collect::<Vec<_>>()
        .join("\n")
}

/// How many findings are errors.
pub(crate) fn errors(findings: &[Value]) -> usize {
    findings.iter().filter(|finding| is_error(finding)).count()
}

fn is_error(finding: &Value) -> bool {
    text(finding, "/severity") == "error"
}

fn one(name: &str, source: &str, finding: &Value) -> String {
    let number = |field: &str| {
        finding
            .get(field)
            .and_then(Value::as_u64)
            .and_then(|n| usize::try_from(n).ok())
    };
    let (line, column) = (number("line").unwrap_or(1), number("column").unwrap_or(1));
    let (end_line, end_column) = (
        number("end_line").unwrap_or(line),
        number("end_column").unwrap_or(column),
    );
    let (word, tone) = if is_error(finding) {
        ("error", Tone::Bad)
    } else {
        ("warning", Tone::Waiting)
    };
    let mut page = String::new();
    let excerpt = clean(source.lines().nth(line - 1).unwrap_or_default()).replace('\t', " ");
    let gutter = " ".repeat(line.to_string().len());
    let width = excerpt.chars().count();
    let marks = if end_line > line {
        width + 1
    } else {
        end_column
    }
    .saturating_sub(column)
    .clamp(1, width.max(1));
    // Writing to a string cannot fail.
    let mut say = |text: String| writeln!(page, "{text}").ok();
    say(format!(
        "{}: {}",
        toned(format!("{word}[{}]", text(finding, "/code")), tone),
        toned(text(finding, "/message"), Tone::Strong)
    ));
    say(format!(
        "{gutter}{} {name}:{line}:{column}",
        toned("-->", Tone::Faint)
    ));
    if !excerpt.trim().is_empty() {
        let bar = toned("|", Tone::Faint);
        say(format!("{gutter} {bar}"));
        say(format!("{} {bar} {excerpt}", toned(line, Tone::Faint)));
        say(format!(
            "{gutter} {bar} {}{}",
            " ".repeat(column - 1),
            toned("^".repeat(marks), tone)
        ));
    }
    let help = text(finding, "/help");
    if !help.is_empty() {
        say(format!("{gutter} {} {help}", toned("= help:", Tone::Faint)));
    }
    page
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn finding(line: u64, column: u64, end_line: u64, end_column: u64) -> Value {
        json!({
            "code": "R003", "severity": "error", "message": "there is no key `gaurdrails`",
            "line": line, "column": column, "end_line": end_line, "end_column": end_column,
            "help": "did you mean `guardrails`?",
        })
    }

    #[test]
    fn a_finding_shows_the_place_the_words_and_the_way_out() {
        let page = findings(
            "typo.yaml",
            "name: x\ngaurdrails: []\n",
            &[finding(2, 1, 2, 11)],
        );
        insta::assert_snapshot!(page, @r"
        error[R003]: there is no key `gaurdrails`
         --> typo.yaml:2:1
          |
        2 | gaurdrails: []
          | ^^^^^^^^^^
          = help: did you mean `guardrails`?
        ");
    }

    #[test]
    fn a_finding_over_several_lines_marks_the_first_to_its_end() {
        let page = findings("a.yaml", "act:\n  - x\n", &[finding(1, 1, 2, 6)]);
        assert!(page.contains("| ^^^^\n"), "{page}");
    }

    #[test]
    fn a_place_outside_the_text_is_shown_without_an_excerpt() {
        let page = findings("a.yaml", "", &[finding(9, 9, 9, 9)]);
        assert!(page.contains("a.yaml:9:9") && !page.contains('^'), "{page}");
    }
}
