//! What the answer to a call means for its step.

use jiff::Timestamp;
use serde_json::{Value, json};

use avops_recipe::{Expression, Scope, Until};

use super::PlannedCall;
use crate::content::bounded;
use crate::event::{Event, PauseReason};
use crate::guardrail::{HARM_POLL, later};
use crate::run::{RollbackOutcome, RunState, RunStatus, StepKey};
use crate::tool::{ToolError, ToolReply};

/// How an answer is read.
#[derive(Debug, Clone)]
pub(super) enum Reading {
    /// It is the step's result.
    Result { bind: Option<String> },
    /// It is the step's result once a condition holds.
    Poll {
        bind: Option<String>,
        until: Until,
        scope: Box<Scope>,
    },
    /// It says whether somebody would be harmed.
    Harm { harm_if: Expression, reason: String },
    /// It says whether another step's call happened.
    Probe {
        bind: String,
        check: Expression,
        scope: Box<Scope>,
    },
}

impl PlannedCall {
    /// States whether everything before it must be durable, although it only reads.
    pub(crate) fn comes_after_all(&self) -> bool {
        self.after_all
    }

    /// Returns what to record now that the call has ended.
    pub fn ended(&self, outcome: Result<ToolReply, ToolError>, now: Timestamp) -> Vec<Event> {
        let key = self.key.clone();
        match outcome {
            Ok(reply) => self.answered(key, reply, now),
            Err(ToolError::NotSent {
                message,
                retry_after,
            }) => vec![Event::StepFailed {
                key,
                error: message,
                hint: None,
                retryable: true,
                result: Value::Null,
                not_before: retry_after.map(|pause| later(now, pause)),
            }],
            Err(ToolError::Refused { message, hint }) => vec![failed(key, message, hint)],
            Err(ToolError::Unknown { message }) => vec![Event::StepUnknown {
                key,
                error: message,
                by_restart: false,
            }],
        }
    }

    fn answered(&self, key: StepKey, reply: ToolReply, now: Timestamp) -> Vec<Event> {
        let ToolReply { output, artifacts } = reply;
        let (bind, result) = match &self.reading {
            Reading::Result { bind } => (bind.clone(), output),
            Reading::Poll { bind, until, scope } => {
                let mut scope = scope.as_ref().clone();
                if let Some(name) = bind {
                    scope.set(name, &output);
                }
                match until.condition.truth(&scope) {
                    Ok(true) => (bind.clone(), output),
                    Ok(false) => {
                        return vec![Event::StepPaused {
                            key,
                            until: later(now, until.every),
                            reason: PauseReason::Poll,
                            result: bounded(output),
                        }];
                    }
                    Err(error) => return vec![failed(key, error.message, error.hint)],
                }
            }
            Reading::Harm { harm_if, reason } => {
                let mut scope = Scope::new();
                scope.set("guard", &output);
                match harm_if.truth(&scope) {
                    Ok(false) => (None, json!({"harm": false, "guard": output})),
                    Ok(true) => {
                        return vec![Event::StepPaused {
                            key,
                            until: later(now, HARM_POLL),
                            reason: PauseReason::Harm,
                            result: json!({"harm": true, "reason": reason, "guard": bounded(output)}),
                        }];
                    }
                    Err(error) => return vec![failed(key, error.message, error.hint)],
                }
            }
            Reading::Probe { bind, check, scope } => {
                let mut scope = scope.as_ref().clone();
                scope.set(bind, &output);
                match check.truth(&scope) {
                    Ok(happened) => (None, json!({"happened": happened, "answer": output})),
                    Err(error) => return vec![failed(key, error.message, error.hint)],
                }
            }
        };
        vec![Event::StepDone {
            key,
            bind,
            result,
            moved: None,
            message: None,
            artifacts,
        }]
    }
}

fn failed(key: StepKey, error: String, hint: Option<String>) -> Event {
    Event::StepFailed {
        key,
        error,
        hint,
        retryable: false,
        result: Value::Null,
        not_before: None,
    }
}

/// Returns what to record now that the child run of a step has ended.
pub fn child_ended(key: StepKey, bind: Option<String>, child: &RunState) -> Vec<Event> {
    let rollback = match child.rollback {
        Some(RollbackOutcome::RollbackFailed) => "rollback_failed",
        Some(RollbackOutcome::RolledBack) => "rolled_back",
        _ => "not_needed",
    };
    if matches!(child.status, RunStatus::Success | RunStatus::Unproven) {
        return vec![Event::StepDone {
            key,
            bind,
            result: Value::Object(child.outputs.clone()),
            moved: None,
            message: Some(format!("run {} ended: {}", child.id, child.status.as_str())),
            artifacts: Vec::new(),
        }];
    }
    let why = child.error.as_ref().map_or("", |error| &error.message);
    vec![Event::StepFailed {
        key,
        error: format!("run {} ended: {} {why}", child.id, child.status.as_str())
            .trim_end()
            .to_owned(),
        hint: child.error.as_ref().and_then(|error| error.hint.clone()),
        retryable: false,
        result: json!({"run": child.id, "rollback": rollback}),
        not_before: None,
    }]
}

/// Returns what to record when the child run of a step cannot be started.
pub fn child_refused(key: StepKey, error: String) -> Vec<Event> {
    vec![failed(key, error, None)]
}
