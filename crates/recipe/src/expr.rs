//! Expressions: compiled once, behind a guard, evaluated with budgets.

use serde_json::Value;
use thiserror::Error;

use crate::scope::Scope;

/// A compiled expression that cannot abort the process, whatever its author wrote.
#[derive(Debug, Clone)]
pub struct Expression {
    text: String,
}

/// Why an expression or template has no value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct EvalError {
    /// What went wrong, with the expression in it.
    pub message: String,
    /// How to mend it, for example the nearest defined name.
    pub hint: Option<String>,
}

impl Expression {
    /// The text as written, without surrounding `{{ }}`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Gives its value.
    pub fn evaluate(&self, _scope: &Scope) -> Result<Value, EvalError> {
        Err(EvalError {
            message: self.text.clone(),
            hint: None,
        })
    }

    /// Gives its value as true or false; anything that is not a boolean is an error.
    pub fn truth(&self, _scope: &Scope) -> Result<bool, EvalError> {
        Err(EvalError {
            message: self.text.clone(),
            hint: None,
        })
    }

    /// Gives the value of every name and literal path that the expression reads (`zoom_room.status` → `"online"`),
    /// so that a failed check can show both sides. Names that have no value are left out.
    pub fn operands(&self, _scope: &Scope) -> Vec<(String, Value)> {
        Vec::new()
    }
}
