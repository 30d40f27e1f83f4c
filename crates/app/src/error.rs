//! The kinds of refusal that every front door translates: to a status, an exit code, a reply.

use avops_engine::{EngineError, JournalError, LibraryError, RunId};
use avops_recipe::{Diagnostic, Severity, Source};
use avops_store::StoreError;
use schemars::JsonSchema;
use serde::Serialize;
use thiserror::Error;

use crate::access::Role;

/// Why an operation was not carried out.
#[derive(Debug, Error)]
pub enum Error {
    /// A recipe is at fault.
    #[error("{}", summarize(.0))]
    Invalid(Vec<Finding>),
    /// There is no such thing.
    #[error("there is no {what} {name:?}")]
    NotFound {
        /// `agent`, `recipe`, `run`, `tool` …
        what: &'static str,
        /// What was asked for.
        name: String,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// The actor's role does not allow it.
    #[error("role {} may not: {what}", .role.as_str())]
    NotAllowed {
        /// What was asked for.
        what: String,
        /// The role that was not enough.
        role: Role,
    },
    /// The actor may do such things, but this one is for somebody else.
    #[error("{message}")]
    NeedsAnother {
        /// Why.
        message: String,
    },
    /// It does not fit what is there: a name that is taken, a wait that is over, a key that was used.
    #[error("{message}")]
    Conflict {
        /// What stands in the way.
        message: String,
        /// How to go on.
        hint: Option<String>,
    },
    /// Somebody saved in between.
    #[error("{message}")]
    Outdated {
        /// What is there now.
        message: String,
    },
    /// The request itself does not fit.
    #[error("{message}")]
    BadInput {
        /// What does not fit.
        message: String,
        /// What would.
        hint: Option<String>,
    },
    /// A message from outside came to no address, or does not prove who sent it.
    #[error("there is no such address, or the message is not signed by its secret")]
    Unproven,
    /// It comes more often than is taken.
    #[error("{message}")]
    TooOften {
        /// What the limit is.
        message: String,
        /// When to try again.
        seconds: u32,
    },
    /// It cannot be done now; later it may.
    #[error("{message}")]
    Unavailable {
        /// Why.
        message: String,
    },
    /// Something broke in here.
    #[error("{0}")]
    Internal(String),
}

/// A problem in a recipe with its place in lines and columns: [`Diagnostic`] as front doors show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    /// `R012` …
    pub code: String,
    /// Whether it stops the recipe from running.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// Where it ends.
    pub end_line: usize,
    /// Where it ends, exclusive.
    pub end_column: usize,
    /// How to mend it.
    pub help: Option<String>,
}

impl Finding {
    /// Places a diagnostic in its source.
    pub fn new(source: &Source, diagnostic: &Diagnostic) -> Self {
        let start = source.position(diagnostic.span.start);
        let end = source.position(diagnostic.span.end);
        Self {
            code: diagnostic.code.to_string(),
            severity: diagnostic.severity,
            message: diagnostic.message.clone(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            help: diagnostic.help.clone(),
        }
    }
}

impl Error {
    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotFound {
                nearest: Some(nearest),
                ..
            } => Some(format!("did you mean {nearest:?}?")),
            Self::Conflict { hint, .. } | Self::BadInput { hint, .. } => hint.clone(),
            Self::Outdated { .. } => Some("load it again, then repeat the change".to_owned()),
            Self::NeedsAnother { .. } => Some(
                "ask somebody else who may approve; administrators set who that may be under Separation of duties in Settings"
                    .to_owned(),
            ),
            Self::Unproven => Some(
                "compare address and secret with those of the workflow; its page says what was wrong with each message"
                    .to_owned(),
            ),
            Self::TooOften { seconds, .. } => Some(format!("try again in {seconds} seconds")),
            Self::Invalid(findings) => findings.iter().find_map(|f| f.help.clone()),
            _ => None,
        }
    }

    pub(crate) fn bad_input(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::BadInput {
            message: message.into(),
            hint: Some(hint.into()),
        }
    }

    pub(crate) fn no_run(id: RunId) -> Self {
        Self::NotFound {
            what: "run",
            name: id.to_string(),
            nearest: None,
        }
    }
}

fn summarize(findings: &[Finding]) -> String {
    let errors: Vec<_> = findings
        .iter()
        .filter(|f| f.severity == Severity::Error)
        .collect();
    match errors.as_slice() {
        [] => "the recipe has warnings".to_owned(),
        [one] => format!("line {}: {}", one.line, one.message),
        [first, rest @ ..] => format!(
            "line {}: {} (and {} more)",
            first.line,
            first.message,
            rest.len()
        ),
    }
}

impl From<EngineError> for Error {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::NoSuchRun(id) => Self::no_run(id),
            EngineError::NotWaiting { message } => Self::Conflict {
                message,
                hint: None,
            },
            EngineError::Unfit { message } => Self::BadInput {
                message,
                hint: None,
            },
            EngineError::NotAgain { ref refusals } => Self::Conflict {
                message: error.to_string(),
                hint: refusals.first().and_then(|refusal| refusal.hint.clone()),
            },
            EngineError::KeyReused(_) => Self::Conflict {
                message: error.to_string(),
                hint: Some("use another key for another request".to_owned()),
            },
            EngineError::Unavailable(message) => Self::Unavailable { message },
            EngineError::Library(error) => error.into(),
            EngineError::Journal(error) => error.into(),
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full(_) => Self::Unavailable {
                message: error.to_string(),
            },
            StoreError::Taken { .. } => Self::Conflict {
                message: error.to_string(),
                hint: Some("choose another name, or change the one that is there".to_owned()),
            },
            StoreError::Outdated { .. } => Self::Outdated {
                message: error.to_string(),
            },
            StoreError::NotFound { what, name } => Self::NotFound {
                what,
                name,
                nearest: None,
            },
            StoreError::Exists { .. } => Self::Conflict {
                message: error.to_string(),
                hint: None,
            },
            StoreError::KeyReused => Self::Conflict {
                message: error.to_string(),
                hint: Some("use another key for another request".to_owned()),
            },
            StoreError::BadCursor => Self::BadInput {
                message: error.to_string(),
                hint: None,
            },
            StoreError::Journal(error) => error.into(),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<avops_tools::Error> for Error {
    fn from(error: avops_tools::Error) -> Self {
        use avops_tools::Error as Tools;
        match error {
            Tools::Manifest { .. }
            | Tools::Config { .. }
            | Tools::Address { .. }
            | Tools::Unreachable { .. } => Self::BadInput {
                message: error.to_string(),
                hint: None,
            },
            Tools::NoSuchTool { name, .. } => Self::NotFound {
                what: "tool",
                name,
                nearest: None,
            },
            Tools::NameTaken(_) | Tools::Builtin(_) => Self::Conflict {
                message: error.to_string(),
                hint: None,
            },
            Tools::Script(_) | Tools::Io { .. } | Tools::Client(_) => {
                Self::Internal(error.to_string())
            }
        }
    }
}

impl From<LibraryError> for Error {
    fn from(error: LibraryError) -> Self {
        match error {
            LibraryError::NotFound(name) => Self::NotFound {
                what: "recipe",
                name,
                nearest: None,
            },
            LibraryError::Invalid { .. } => Self::Conflict {
                message: error.to_string(),
                hint: Some("validate the recipe, and check the agent's tools".to_owned()),
            },
            LibraryError::Unreadable(message) => Self::Internal(message),
        }
    }
}

impl From<JournalError> for Error {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::NoSuchRun(id) => Self::no_run(id),
            JournalError::Full(_) => Self::Unavailable {
                message: error.to_string(),
            },
            JournalError::Continued { .. } => Self::Conflict {
                message: error.to_string(),
                hint: None,
            },
            JournalError::KeyReused(_) => Self::Conflict {
                message: error.to_string(),
                hint: Some("use another key for another request".to_owned()),
            },
            JournalError::Taken { .. } | JournalError::Failed(_) => {
                Self::Internal(error.to_string())
            }
        }
    }
}
