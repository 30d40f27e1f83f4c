//! Reads answers of the API. What comes from recipes, tools and people is cleaned before a terminal sees it.

use std::time::Duration;

use serde_json::Value;

/// The text at `pointer`, fit for a terminal; empty when there is none.
pub(crate) fn text(value: &Value, pointer: &str) -> String {
    match value.pointer(pointer) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => clean(text),
        Some(other) => clean(&other.to_string()),
    }
}

/// The items of a list, whether it comes in bites (`{"items": …}`) or whole.
pub(crate) fn items(value: &Value) -> &[Value] {
    value
        .get("items")
        .unwrap_or(value)
        .as_array()
        .map_or(&[], Vec::as_slice)
}

/// The elements of the array at `pointer`.
pub(crate) fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value
        .pointer(pointer)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Replaces control characters: a tool's answer must not move the cursor or rewrite what was said before.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            c if c.is_control() || is_reordering(c) => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// Characters that make text read in another order than it is.
fn is_reordering(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Shortens a text to one line of at most `limit` characters.
pub(crate) fn short(text: &str, limit: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= limit {
        return line;
    }
    let kept: String = line.chars().take(limit.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// The duration in milliseconds at `pointer`, for people; empty when there is none.
pub(crate) fn duration(value: &Value, pointer: &str) -> String {
    let millis = value.pointer(pointer).and_then(Value::as_u64);
    millis
        .map(Duration::from_millis)
        .map(spoken)
        .unwrap_or_default()
}

/// The time between two times, for people; empty unless there are both.
pub(crate) fn between(value: &Value, from: &str, to: &str) -> String {
    let at = |pointer: &str| {
        value
            .pointer(pointer)?
            .as_str()?
            .parse::<jiff::Timestamp>()
            .ok()
    };
    let passed = at(from)
        .zip(at(to))
        .and_then(|(from, to)| Duration::try_from(to.duration_since(from)).ok());
    passed.map(spoken).unwrap_or_default()
}

fn spoken(duration: Duration) -> String {
    match duration {
        short if short < Duration::from_secs(1) => format!("{} ms", short.as_millis()),
        middle if middle < Duration::from_mins(1) => format!("{:.1} s", middle.as_secs_f64()),
        long => format!("{} min {} s", long.as_secs() / 60, long.as_secs() % 60),
    }
}

/// The time at `pointer`, to the second, in the zone of this machine.
pub(crate) fn time(value: &Value, pointer: &str) -> String {
    let text = value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default();
    match text.parse::<jiff::Timestamp>() {
        Ok(at) => at
            .to_zoned(jiff::tz::TimeZone::system())
            .strftime("%Y-%m-%d %H:%M:%S")
            .to_string(),
        Err(_) => clean(text),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_hostile_answer_cannot_move_the_cursor() {
        let answer = json!({ "name": "ok\u{1b}[2Jgone\u{202e}txt" });
        assert_eq!(text(&answer, "/name"), "ok\u{fffd}[2Jgone\u{fffd}txt");
    }

    #[test]
    fn lists_come_whole_or_in_bites() {
        assert_eq!(items(&json!([1, 2])).len(), 2);
        assert_eq!(items(&json!({ "items": [1], "next": null })).len(), 1);
        assert!(items(&json!(null)).is_empty());
    }

    #[test]
    fn durations_read_like_speech() {
        assert_eq!(duration(&json!({ "ms": 240 }), "/ms"), "240 ms");
        assert_eq!(duration(&json!({ "ms": 1_250 }), "/ms"), "1.2 s");
        assert_eq!(duration(&json!({ "ms": 125_000 }), "/ms"), "2 min 5 s");
        assert_eq!(duration(&json!({ "ms": null }), "/ms"), "");
    }

    #[test]
    fn a_long_text_becomes_one_short_line() {
        assert_eq!(short("a\n  b", 10), "a b");
        assert_eq!(short("abcdef", 4), "abc…");
    }
}
