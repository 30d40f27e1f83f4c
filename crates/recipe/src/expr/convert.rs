//! JSON to live values and back, the way back within a budget.

use minijinja::Value as Live;
use minijinja::value::{Serde, ValueKind};
use serde_json::{Map, Number, Value};

/// Most bytes of text in one result.
pub(crate) const MAX_BYTES: usize = 256 * 1024;
/// Most values in one result.
const MAX_VALUES: usize = 100_000;
const MAX_DEPTH: usize = 64;

/// The result of an expression does not fit the budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLarge;

pub(crate) fn from_json(value: &Value) -> Live {
    Live::from(Serde(value))
}

/// Converts back, counting bytes and values: a lazy list of a billion items stops here.
pub(crate) fn to_json(value: &Live) -> Result<Value, TooLarge> {
    let mut budget = Budget {
        bytes: MAX_BYTES,
        values: MAX_VALUES,
    };
    budget.convert(value, 0)
}

struct Budget {
    bytes: usize,
    values: usize,
}

impl Budget {
    fn convert(&mut self, value: &Live, depth: usize) -> Result<Value, TooLarge> {
        self.values = self.values.checked_sub(1).ok_or(TooLarge)?;
        if depth > MAX_DEPTH {
            return Err(TooLarge);
        }
        match value.kind() {
            ValueKind::Bool => Ok(Value::Bool(value.is_true())),
            ValueKind::Number => Ok(number(value)),
            ValueKind::String => self.text(value).map(Value::String),
            ValueKind::Seq | ValueKind::Iterable => self.list(value, depth),
            ValueKind::Map => self.map(value, depth),
            _ => Ok(Value::Null),
        }
    }

    fn text(&mut self, value: &Live) -> Result<String, TooLarge> {
        let text = value.as_str().unwrap_or_default();
        self.bytes = self.bytes.checked_sub(text.len()).ok_or(TooLarge)?;
        Ok(text.to_owned())
    }

    fn list(&mut self, value: &Live, depth: usize) -> Result<Value, TooLarge> {
        let mut list = Vec::new();
        for item in value.try_iter().map_err(|_| TooLarge)? {
            list.push(self.convert(&item, depth + 1)?);
        }
        Ok(Value::Array(list))
    }

    fn map(&mut self, value: &Live, depth: usize) -> Result<Value, TooLarge> {
        let mut map = Map::new();
        for key in value.try_iter().map_err(|_| TooLarge)? {
            let item = value.get_item(&key).unwrap_or_default();
            let name = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
            self.bytes = self.bytes.checked_sub(name.len()).ok_or(TooLarge)?;
            map.insert(name, self.convert(&item, depth + 1)?);
        }
        Ok(Value::Object(map))
    }
}

fn number(value: &Live) -> Value {
    if let Some(whole) = value.as_i64() {
        return Value::Number(whole.into());
    }
    f64::try_from(value.clone())
        .ok()
        .and_then(Number::from_f64)
        .map_or(Value::Null, Value::Number)
}
