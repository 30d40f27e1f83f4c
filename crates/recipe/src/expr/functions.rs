//! The closed list of filters, tests and functions. All are pure, and all bound what they read and give.

use std::cmp::Ordering;

use minijinja::value::{Kwargs, Rest, ValueKind};
use minijinja::{Environment, Error, ErrorKind, Value};

/// Most items a filter reads.
const MAX_ITEMS: usize = 10_000;
/// Longest text a filter gives, in bytes.
const MAX_TEXT: usize = 256 * 1024;

/// Adds everything an expression may call.
pub(crate) fn register(environment: &mut Environment<'static>) {
    environment.add_filter("length", length);
    environment.add_filter("count", length);
    environment.add_filter("int", |value: &Value| {
        number(value).map(f64::trunc).map(whole)
    });
    environment.add_filter("float", |value: &Value| number(value).map(Value::from));
    environment.add_filter("abs", |value: &Value| number(value).map(|n| whole(n.abs())));
    environment.add_filter("round", round);
    environment.add_filter("string", |value: &Value| text(value));
    environment.add_filter("lower", |value: &Value| {
        text(value).map(|t| t.to_lowercase())
    });
    environment.add_filter("upper", |value: &Value| {
        text(value).map(|t| t.to_uppercase())
    });
    environment.add_filter("trim", |value: &Value| {
        text(value).map(|t| t.trim().to_owned())
    });
    environment.add_filter("replace", replace);
    environment.add_filter("split", split);
    environment.add_filter("join", join);
    environment.add_filter("first", |value: &Value| {
        items(value).map(|list| list.first().cloned().unwrap_or_default())
    });
    environment.add_filter("last", |value: &Value| {
        items(value).map(|list| list.last().cloned().unwrap_or_default())
    });
    environment.add_filter("sum", sum);
    environment.add_filter("min", |value: &Value| extreme(value, Ordering::Less));
    environment.add_filter("max", |value: &Value| extreme(value, Ordering::Greater));
    environment.add_filter("sort", |value: &Value| sorted(value));
    environment.add_filter("unique", unique);
    environment.add_filter("map", map);
    environment.add_filter("selectattr", |value: &Value, rest: Rest<Value>| {
        select(value, &rest, true)
    });
    environment.add_filter("rejectattr", |value: &Value, rest: Rest<Value>| {
        select(value, &rest, false)
    });
    environment.add_filter("default", fallback);
    environment.add_filter("tojson", |value: &Value| json(value));
    environment.add_test("defined", |value: &Value| !value.is_undefined());
    environment.add_test("undefined", Value::is_undefined);
    environment.add_test("none", Value::is_none);
    environment.add_test("string", |value: &Value| value.kind() == ValueKind::String);
    environment.add_test("number", |value: &Value| value.kind() == ValueKind::Number);
    environment.add_test("boolean", |value: &Value| value.kind() == ValueKind::Bool);
    environment.add_test("sequence", |value: &Value| value.kind() == ValueKind::Seq);
    environment.add_test("mapping", |value: &Value| value.kind() == ValueKind::Map);
    environment.add_test("startingwith", |value: &str, start: &str| {
        value.starts_with(start)
    });
    environment.add_test("endingwith", |value: &str, end: &str| value.ends_with(end));
}

/// The names of all filters, for messages and completion.
pub const FILTERS: &[&str] = &[
    "abs",
    "count",
    "default",
    "first",
    "float",
    "int",
    "join",
    "last",
    "length",
    "lower",
    "map",
    "max",
    "min",
    "rejectattr",
    "replace",
    "round",
    "selectattr",
    "sort",
    "split",
    "string",
    "sum",
    "tojson",
    "trim",
    "unique",
    "upper",
];

/// The names of all tests, for messages and completion.
pub const TESTS: &[&str] = &[
    "boolean",
    "defined",
    "endingwith",
    "mapping",
    "none",
    "number",
    "sequence",
    "startingwith",
    "string",
    "undefined",
];

fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message.into())
}

fn bounded(text: String) -> Result<String, Error> {
    if text.len() > MAX_TEXT {
        return Err(wrong(format!(
            "the text would be longer than {MAX_TEXT} bytes"
        )));
    }
    Ok(text)
}

fn items(value: &Value) -> Result<Vec<Value>, Error> {
    let mut list = Vec::new();
    for item in value.try_iter()? {
        if list.len() == MAX_ITEMS {
            return Err(wrong(format!("the list has more than {MAX_ITEMS} items")));
        }
        list.push(item);
    }
    Ok(list)
}

fn length(value: &Value) -> Result<usize, Error> {
    match value.as_str() {
        Some(text) => Ok(text.chars().count()),
        None => value
            .len()
            .ok_or_else(|| wrong(format!("a {} has no length", value.kind()))),
    }
}

fn number(value: &Value) -> Result<f64, Error> {
    let parsed = match value.as_str() {
        Some(text) => text.trim().parse().ok(),
        None => f64::try_from(value.clone()).ok(),
    };
    parsed
        .filter(|n: &f64| n.is_finite())
        .ok_or_else(|| wrong(format!("`{}` is not a number", short(value))))
}

fn whole(number: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
    if number.fract() == 0.0 && number.abs() < 9e15 {
        Value::from(number as i64)
    } else {
        Value::from(number)
    }
}

fn round(value: &Value, digits: Option<u32>) -> Result<Value, Error> {
    let digits = digits.unwrap_or(0).min(12);
    let scale = f64::from(10_u32.pow(digits.min(9)));
    Ok(whole((number(value)? * scale).round() / scale))
}

fn short(value: &Value) -> String {
    let text = if value.as_str().is_some() || value.len().is_none() {
        value.to_string()
    } else {
        value.kind().to_string()
    };
    text.chars().take(60).collect()
}

fn text(value: &Value) -> Result<String, Error> {
    match value.kind() {
        ValueKind::String | ValueKind::Number | ValueKind::Bool | ValueKind::None => {
            Ok(value.to_string())
        }
        kind => Err(wrong(format!(
            "a {kind} is not a text; use `tojson` or `join`"
        ))),
    }
}

fn json(value: &Value) -> Result<String, Error> {
    let value = super::convert::to_json(value).map_err(|_| wrong("the value is too large"))?;
    bounded(value.to_string())
}

fn replace(value: &Value, from: &str, to: &str) -> Result<String, Error> {
    let value = text(value)?;
    let found = if from.is_empty() {
        value.chars().count() + 1
    } else {
        value.matches(from).count()
    };
    if found.saturating_mul(to.len()).saturating_add(value.len()) > MAX_TEXT {
        return Err(wrong(format!(
            "the text would be longer than {MAX_TEXT} bytes"
        )));
    }
    Ok(value.replace(from, to))
}

fn split(value: &str, separator: Option<&str>) -> Result<Vec<String>, Error> {
    let parts: Vec<_> = match separator {
        Some(separator) if !separator.is_empty() => value
            .split(separator)
            .map(str::to_owned)
            .take(MAX_ITEMS + 1)
            .collect(),
        _ => value
            .split_whitespace()
            .map(str::to_owned)
            .take(MAX_ITEMS + 1)
            .collect(),
    };
    if parts.len() > MAX_ITEMS {
        return Err(wrong(format!("the text has more than {MAX_ITEMS} parts")));
    }
    Ok(parts)
}

fn join(value: &Value, separator: Option<&str>) -> Result<String, Error> {
    let separator = separator.unwrap_or("");
    let mut joined = String::new();
    for (index, item) in items(value)?.iter().enumerate() {
        if index > 0 {
            joined.push_str(separator);
        }
        joined.push_str(&text(item)?);
        if joined.len() > MAX_TEXT {
            return Err(wrong(format!(
                "the text would be longer than {MAX_TEXT} bytes"
            )));
        }
    }
    Ok(joined)
}

fn sum(value: &Value) -> Result<Value, Error> {
    let mut total = 0.0;
    for item in items(value)? {
        total += number(&item)?;
    }
    Ok(whole(total))
}

fn extreme(value: &Value, wanted: Ordering) -> Result<Value, Error> {
    let best = items(value)?.into_iter().reduce(|best, item| {
        if item.cmp(&best) == wanted {
            item
        } else {
            best
        }
    });
    Ok(best.unwrap_or_default())
}

fn sorted(value: &Value) -> Result<Vec<Value>, Error> {
    let mut list = items(value)?;
    list.sort();
    Ok(list)
}

fn unique(value: &Value) -> Result<Vec<Value>, Error> {
    let mut seen = std::collections::BTreeSet::new();
    Ok(items(value)?
        .into_iter()
        .filter(|item| seen.insert(item.clone()))
        .collect())
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the library hands named arguments over by value"
)]
fn map(value: &Value, options: Kwargs) -> Result<Vec<Value>, Error> {
    let attribute: &str = options.get("attribute")?;
    options.assert_all_used()?;
    items(value)?
        .iter()
        .map(|item| item.get_attr(attribute))
        .collect()
}

fn select(value: &Value, rest: &[Value], keep: bool) -> Result<Vec<Value>, Error> {
    let Some(attribute) = rest.first().and_then(Value::as_str) else {
        return Err(wrong(
            "give the attribute's name, for example selectattr('status', 'eq', 'online')",
        ));
    };
    let wanted = match (rest.get(1).and_then(Value::as_str), rest.get(2)) {
        (None, None) => None,
        (Some("eq" | "equalto" | "=="), Some(wanted)) => Some(wanted),
        _ => {
            return Err(wrong(
                "only `eq` is known here, for example selectattr('status', 'eq', 'online')",
            ));
        }
    };
    let mut selected = Vec::new();
    for item in items(value)? {
        let found = item.get_attr(attribute)?;
        let fits = wanted.map_or_else(|| found.is_true(), |wanted| found == *wanted);
        if fits == keep {
            selected.push(item);
        }
    }
    Ok(selected)
}

fn fallback(value: &Value, other: Option<Value>) -> Value {
    if value.is_undefined() || value.is_none() {
        other.unwrap_or_else(|| Value::from(""))
    } else {
        value.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_written_is_what_is_registered() {
        let mut environment = Environment::empty();
        register(&mut environment);
        let callable = |name: &str, sign: &str| {
            let source = match sign {
                "is" => format!("x is {name}"),
                _ => format!("x | {name}"),
            };
            let missing = [ErrorKind::UnknownFilter, ErrorKind::UnknownTest];
            let error = environment
                .compile_expression(&source)
                .and_then(|expression| expression.eval(minijinja::Value::UNDEFINED))
                .err();
            !error.is_some_and(|error| missing.contains(&error.kind()))
        };
        for name in FILTERS {
            assert!(callable(name, "|"), "{name}");
        }
        for name in TESTS {
            assert!(callable(name, "is"), "{name}");
        }
        assert!(!callable("indent", "|") && !callable("callable", "is"));
    }
}
