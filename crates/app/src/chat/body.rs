//! The JSON body of a command, however it was pasted: in quotes of either kind, fenced, on the lines below.

use std::ops::Range;

use serde_json::{Map, Value};

use super::lexer::{is_double_quote, is_quote, is_single_quote};
use super::mistake::{Mistake, replaced};

/// A body that was read.
#[derive(Debug, PartialEq)]
pub(super) struct Body {
    pub(super) value: Map<String, Value>,
    pub(super) span: Range<usize>,
    /// Whether typographic quotes were read as plain ones.
    pub(super) typographic: bool,
}

/// Reads the body that stands in these bytes of `text`; nothing when there is only space.
pub(super) fn read(text: &str, bytes: Range<usize>) -> Result<Option<Body>, Mistake> {
    let (start, end) = trimmed(text, bytes);
    if start == end {
        return Ok(None);
    }
    let whole = text.get(start..end).unwrap_or_default();
    if whole.starts_with("```") {
        return fenced(text, start..end);
    }
    let first = whole.chars().next().unwrap_or('{');
    if !is_quote(first) {
        return parse(text, start..end, first != '{').map(Some);
    }
    let last = whole.chars().next_back().unwrap_or(first);
    let closes = whole.len() > first.len_utf8()
        && (is_single_quote(first) && is_single_quote(last)
            || is_double_quote(first) && is_double_quote(last));
    let inner = start + first.len_utf8()..end;
    if !closes {
        let mended = format!("{}{}", text.get(..end).unwrap_or(text), plain(first));
        return Err(Mistake::at(
            text,
            start..start + first.len_utf8(),
            "this quote is never closed",
        )
        .help("close it behind the last `}`")
        .corrected(mended));
    }
    let inner = inner.start..end - last.len_utf8();
    if is_double_quote(first)
        && let Ok(unescaped) = serde_json::from_str::<String>(&format!(
            "\"{}\"",
            text.get(inner.clone()).unwrap_or_default()
        ))
        && let Ok(Value::Object(value)) = serde_json::from_str(&unescaped)
    {
        return Ok(Some(Body {
            value,
            span: start..end,
            typographic: false,
        }));
    }
    let mut body = parse(text, inner, false)?;
    body.typographic |= plain(first) != first;
    body.span = start..end;
    Ok(Some(body))
}

/// A body in a Markdown fence, with or without a language behind its opening.
fn fenced(text: &str, bytes: Range<usize>) -> Result<Option<Body>, Mistake> {
    let whole = text.get(bytes.clone()).unwrap_or_default();
    let opening = whole.find('\n').map_or(whole.len(), |at| at + 1);
    let inner = bytes.start + opening..bytes.end;
    let Some(closing) = text.get(inner.clone()).and_then(|inner| inner.rfind("```")) else {
        return Err(Mistake::at(
            text,
            bytes.start..bytes.start + 3,
            "this fence is never closed",
        )
        .help("close it with ``` on a line of its own")
        .corrected(format!("{}\n```", text.trim_end())));
    };
    let (start, end) = trimmed(text, inner.start..inner.start + closing);
    if start == end {
        return Ok(None);
    }
    parse(text, start..end, false).map(Some)
}

fn parse(text: &str, bytes: Range<usize>, needs_brace: bool) -> Result<Body, Mistake> {
    let inner = text.get(bytes.clone()).unwrap_or_default();
    if needs_brace {
        return Err(Mistake::at(text, bytes.clone(), "the body of a call is JSON")
            .help("for example '{\"action\":\"post_message\",\"args\":{\"channel\":\"#avops\",\"text\":\"hello\"}}'"));
    }
    let error = match serde_json::from_str::<Value>(inner) {
        Ok(Value::Object(value)) => {
            return Ok(Body {
                value,
                span: bytes,
                typographic: false,
            });
        }
        Ok(_) => {
            return Err(
                Mistake::at(text, bytes, "the body of a call is a JSON object")
                    .help("it begins with { and ends with }"),
            );
        }
        Err(error) => error,
    };
    if let Some(at) = ellipsis(inner) {
        return Err(Mistake::at(
            text,
            bytes.start + at.start..bytes.start + at.end,
            "the dots stand for something that you fill in",
        )
        .open());
    }
    let straight: String = inner
        .chars()
        .map(|c| if is_double_quote(c) { '"' } else { c })
        .collect();
    if straight != inner
        && let Ok(Value::Object(value)) = serde_json::from_str(&straight)
    {
        return Ok(Body {
            value,
            span: bytes,
            typographic: true,
        });
    }
    let at = bytes.start + offset(inner, &error);
    let mistake = Mistake::at(
        text,
        at..at + 1,
        format!("this is no JSON: {}", reason(&error)),
    );
    // What a looser reading makes of it is shown, and never carried out.
    Err(match json5::from_str::<Value>(&straight) {
        Ok(Value::Object(value)) => {
            mistake.corrected(replaced(text, bytes, &Value::Object(value).to_string()))
        }
        _ => mistake
            .help("names and texts stand in double quotes, and parts are separated by commas"),
    })
}

/// Where `...` or `…` stands outside of texts.
fn ellipsis(json: &str) -> Option<Range<usize>> {
    let mut within = false;
    let mut escaped = false;
    for (at, c) in json.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match c {
            '\\' => escaped = within,
            '"' => within = !within,
            '…' if !within => return Some(at..at + c.len_utf8()),
            '.' if !within && json.get(at..at + 3) == Some("...") => return Some(at..at + 3),
            _ => {}
        }
    }
    None
}

/// Where in `json` an error lies, in bytes.
pub(super) fn offset(json: &str, error: &serde_json::Error) -> usize {
    let before: usize = json
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    (before + error.column().saturating_sub(1)).min(json.len())
}

/// The reason of an error, without its place: that is shown in the message itself.
pub(super) fn reason(error: &serde_json::Error) -> String {
    let whole = error.to_string();
    match whole.rfind(" at line ") {
        Some(at) => whole.get(..at).unwrap_or(&whole).to_owned(),
        None => whole,
    }
}

fn plain(quote: char) -> char {
    if is_single_quote(quote) { '\'' } else { '"' }
}

fn trimmed(text: &str, bytes: Range<usize>) -> (usize, usize) {
    let whole = text.get(bytes.clone()).unwrap_or_default();
    let start = bytes.start + (whole.len() - whole.trim_start().len());
    let end = bytes.start + whole.trim_end().len();
    (start, end.max(start))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(text: &str) -> Value {
        Value::Object(read(text, 0..text.len()).unwrap().unwrap().value)
    }

    #[test]
    fn every_way_of_pasting_gives_the_same_body() {
        let wanted = json!({ "action": "create", "args": { "title": "it's black" } });
        for text in [
            r#"'{"action":"create","args":{"title":"it's black"}}'"#,
            r#"{"action":"create","args":{"title":"it's black"}}"#,
            r#""{\"action\":\"create\",\"args\":{\"title\":\"it's black\"}}""#,
            "```json\n{\"action\":\"create\",\n \"args\":{\"title\":\"it's black\"}}\n```",
            "\n{\n  \"action\": \"create\",\n  \"args\": { \"title\": \"it's black\" }\n}\n",
            "‘{“action”:“create”,“args”:{“title”:“it's black”}}’",
        ] {
            assert_eq!(body(text), wanted, "{text}");
        }
    }

    #[test]
    fn dots_that_stand_for_something_are_pointed_at() {
        let text = r#"'{"action":"create","args":{...}}'"#;
        let mistake = read(text, 0..text.len()).unwrap_err();
        assert_eq!((mistake.place, mistake.length), (28, 3));
    }

    #[test]
    fn a_slip_in_the_json_is_pointed_at_and_shown_mended() {
        let text = "'{action: \"create\", \"args\": {\"title\": \"x\",}}'";
        let mistake = read(text, 0..text.len()).unwrap_err();
        assert_eq!(mistake.place, 2);
        assert_eq!(
            mistake.corrected.as_deref(),
            Some(r#"'{"action":"create","args":{"title":"x"}}'"#)
        );
        let text = "'{\"action\" \"create\"}'";
        let mistake = read(text, 0..text.len()).unwrap_err();
        assert_eq!((mistake.place, mistake.corrected), (11, None));
    }

    #[test]
    fn an_unclosed_quote_or_fence_is_pointed_at() {
        let text = "'{\"action\":\"create\"}";
        let mistake = read(text, 0..text.len()).unwrap_err();
        assert_eq!(mistake.place, 0);
        assert_eq!(
            mistake.corrected.as_deref(),
            Some("'{\"action\":\"create\"}'")
        );
        let text = "```json\n{}";
        assert!(
            read(text, 0..text.len())
                .unwrap_err()
                .message
                .contains("fence")
        );
    }
}
