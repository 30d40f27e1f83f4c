//! Reads fields of answers whose documentation is silent on whether they may be null or numbers.

use serde::de::Deserializer;
use serde::{Deserialize, de};
use serde_json::Value;

/// A text; a number in its own spelling; empty for null. For fields with `#[serde(default)]`.
pub(crate) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    optional_text(from).map(Option::unwrap_or_default)
}

/// As [`text`], `None` for null.
pub(crate) fn optional_text<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<String>, D::Error> {
    match Value::deserialize(from)? {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        Value::Number(number) => Ok(Some(number.to_string())),
        other => Err(de::Error::custom(format_args!(
            "a text was expected, not {other}"
        ))),
    }
}

/// A value; its default for null.
pub(crate) fn or_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(from)?.unwrap_or_default())
}
