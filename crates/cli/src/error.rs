//! Why a command did not do what was asked, sorted into exit codes.

use std::io;

use serde_json::Value;
use thiserror::Error;

/// A refusal or failure, for people.
#[derive(Debug, Error)]
#[error("{message}")]
pub(crate) struct Error {
    pub(crate) kind: Kind,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    /// Problems in a recipe, as the API shows them.
    pub(crate) findings: Vec<Value>,
}

/// What kind of failure; decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The run or check failed.
    Failed,
    /// The call was wrong.
    Call,
    /// The outside was not there: a server, a file system, a socket.
    Outside,
    /// Whoever read our output has gone; nothing is left to say.
    Silent,
}

impl Kind {
    /// The exit code.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Silent => 0,
            Self::Failed => 1,
            Self::Call => 2,
            Self::Outside => 3,
        }
    }
}

impl Error {
    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hint: None,
            findings: Vec::new(),
        }
    }

    /// The run or check failed.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::new(Kind::Failed, message)
    }

    /// The call was wrong.
    pub(crate) fn call(message: impl Into<String>) -> Self {
        Self::new(Kind::Call, message)
    }

    /// The outside was not there.
    pub(crate) fn outside(message: impl Into<String>) -> Self {
        Self::new(Kind::Outside, message)
    }

    /// Adds how to go on.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Reads a refusal of the API (problem details).
    pub(crate) fn from_problem(status: u16, body: &Value) -> Self {
        let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
        let findings = body
            .get("diagnostics")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let kind = match status {
            _ if !findings.is_empty() => Kind::Failed,
            409 => Kind::Failed,
            500.. => Kind::Outside,
            _ => Kind::Call,
        };
        let message = text("detail")
            .or_else(|| text("title"))
            .unwrap_or_else(|| format!("the server answered {status}"));
        Self {
            kind,
            message,
            hint: text("hint"),
            findings,
        }
    }
}

impl From<io::Error> for Error {
    /// Output that nobody reads any more ends a command quietly, as `avops runs list | head` expects.
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::new(Kind::Silent, String::new());
        }
        Self::outside(error.to_string())
    }
}

impl From<avops_app::Error> for Error {
    fn from(error: avops_app::Error) -> Self {
        use avops_app::Error as App;
        let hint = error.hint();
        let kind = match &error {
            App::Invalid(_) | App::Conflict { .. } | App::Outdated { .. } => Kind::Failed,
            App::NotFound { .. }
            | App::NotAllowed { .. }
            | App::NeedsAnother { .. }
            | App::BadInput { .. }
            | App::Unproven => Kind::Call,
            App::Unavailable { .. } | App::TooOften { .. } | App::Internal(_) => Kind::Outside,
        };
        let findings = match &error {
            App::Invalid(findings) => findings
                .iter()
                .filter_map(|f| serde_json::to_value(f).ok())
                .collect(),
            _ => Vec::new(),
        };
        Self {
            kind,
            message: error.to_string(),
            hint,
            findings,
        }
    }
}

impl From<avops_store::StoreError> for Error {
    fn from(error: avops_store::StoreError) -> Self {
        Self::outside(error.to_string())
    }
}

impl From<avops_tools::Error> for Error {
    fn from(error: avops_tools::Error) -> Self {
        Self::outside(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn refusals_become_the_four_exit_codes() {
        let code = |status, body: Value| Error::from_problem(status, &body).kind.code();
        assert_eq!(code(404, json!({})), 2);
        assert_eq!(code(409, json!({})), 1);
        assert_eq!(code(422, json!({ "diagnostics": [{ "code": "R001" }] })), 1);
        assert_eq!(code(503, json!({})), 3);
    }

    #[test]
    fn a_problem_keeps_its_detail_and_hint() {
        let error = Error::from_problem(
            400,
            &json!({ "title": "Bad", "detail": "no room", "hint": "name one" }),
        );
        assert_eq!(
            (error.message.as_str(), error.hint.as_deref()),
            ("no room", Some("name one"))
        );
    }

    #[test]
    fn a_closed_pipe_is_no_failure() {
        assert_eq!(
            Error::from(io::Error::from(io::ErrorKind::BrokenPipe))
                .kind
                .code(),
            0
        );
    }
}
