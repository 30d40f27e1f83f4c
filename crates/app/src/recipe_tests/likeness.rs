//! When a value is like the one that a test gives: in the parts that the test names.

use serde_json::Value;

/// States whether `actual` has everything that `expected` names: mappings key by key, lists item by item in any order,
/// numbers by value, texts by [`text_is_like`].
pub(super) fn is_like(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => expected.iter().all(|(key, value)| {
            let there = actual.get(key).unwrap_or(&Value::Null);
            is_like(value, there)
        }),
        // An empty list is expected to be empty; otherwise each item must be found.
        (Value::Array(expected), Value::Array(actual)) => {
            if expected.is_empty() {
                return actual.is_empty();
            }
            let mut left: Vec<&Value> = actual.iter().collect();
            expected.iter().all(|item| {
                let at = left.iter().position(|there| is_like(item, there));
                at.map(|at| left.remove(at)).is_some()
            })
        }
        (Value::String(expected), Value::String(actual)) => text_is_like(expected, actual),
        (Value::Number(expected), Value::Number(actual)) => expected.as_f64() == actual.as_f64(),
        (expected, actual) => expected == actual,
    }
}

/// States whether a text is the expected one, in which `*` stands for any text.
pub(super) fn text_is_like(expected: &str, actual: &str) -> bool {
    let mut parts = expected.split('*');
    let Some(mut rest) = parts.next().and_then(|first| actual.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, between)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in between {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_named_parts_are_compared() {
        let actual = json!({ "id": 1, "rooms": [{ "id": "a", "on": true }, { "id": "b" }] });
        assert!(is_like(&json!({ "id": 1.0 }), &actual));
        assert!(is_like(&json!({ "rooms": [{ "id": "b" }] }), &actual));
        assert!(!is_like(&json!({ "rooms": [{ "id": "c" }] }), &actual));
        assert!(!is_like(&json!({ "rooms": [] }), &actual));
    }

    #[test]
    fn one_item_does_not_stand_for_two() {
        let twice = json!([{ "a": 1 }, { "a": 1 }]);
        assert!(!is_like(&twice, &json!([{ "a": 1 }])));
        assert!(is_like(&twice, &json!([{ "a": 1 }, { "a": 1, "b": 2 }])));
    }

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(text_is_like("INC*", "INC0010001"));
        assert!(text_is_like("*black*", "HDMI black in Huddle"));
        assert!(text_is_like("a*b*c", "a-b-b-c"));
        assert!(!text_is_like("INC*", "REQ1"));
        assert!(!text_is_like("black", "HDMI black"));
        assert!(!text_is_like("ab*ba", "aba"));
    }
}
