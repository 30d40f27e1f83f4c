//! The tools of a test: the real connectors on a campus of its own, with what happens in that world right before a step,
//! and a record of every call.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use avops_engine::{ToolCall, ToolError, ToolReply, Toolbox};
use avops_recipe::Vocabulary;
use avops_tools::Registry;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::format::{Change, Trouble};

/// A call that a test saw.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SeenCall {
    /// Key of the step that made it.
    pub step: String,
    /// `tool.action`.
    pub action: String,
    /// Its arguments.
    pub args: Value,
    /// Why it did not end well, if it did not.
    pub error: Option<String>,
}

/// The engine's way to the tools.
pub(super) struct Watched {
    tools: Arc<Registry>,
    calls: Mutex<Vec<SeenCall>>,
    pending: Mutex<Vec<Change>>,
    /// Changes that named a room which is not there.
    unfit: Mutex<Vec<String>>,
}

impl Watched {
    pub(super) fn new(tools: Arc<Registry>, changes: Vec<Change>) -> Self {
        Self {
            tools,
            calls: Mutex::default(),
            pending: Mutex::new(changes),
            unfit: Mutex::default(),
        }
    }

    /// Lets happen what is to happen right before a step.
    pub(super) fn reach(&self, step: &str) {
        let mut pending = lock(&self.pending);
        let (due, later): (Vec<Change>, Vec<Change>) =
            pending.drain(..).partition(|change| change.at == step);
        *pending = later;
        drop(pending);
        for change in due {
            self.happen(change);
        }
    }

    fn happen(&self, change: Change) {
        let campus = self.tools.campus();
        if change.clear_faults {
            campus.clear_faults();
        }
        if let Some(fault) = change.fault {
            campus.add_fault(fault);
        }
        let Some(asked) = change.room else {
            return;
        };
        let Some(room) = campus.room_id(&asked) else {
            lock(&self.unfit).push(format!("the campus has no room {asked:?}"));
            return;
        };
        if let Some(status) = change.status {
            campus.set_room_status(&room, status);
        }
        if let Some(on) = change.meeting {
            campus.set_meeting(&room, on);
        }
        match change.trouble {
            Some(Trouble::Some(fault)) => campus.set_room_fault(&room, Some(fault)),
            Some(Trouble::None(_)) => campus.set_room_fault(&room, None),
            None => true,
        };
    }

    /// The calls so far, in the order in which they began.
    pub(super) fn calls(&self) -> Vec<SeenCall> {
        lock(&self.calls).clone()
    }

    /// The steps of changes that were never reached, and changes that fit nothing.
    pub(super) fn left_over(&self) -> (Vec<String>, Vec<String>) {
        let pending = lock(&self.pending);
        let steps = pending.iter().map(|change| change.at.clone()).collect();
        (steps, lock(&self.unfit).clone())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl Toolbox for Watched {
    fn vocabulary(&self) -> Arc<Vocabulary> {
        self.tools.vocabulary()
    }

    async fn call(&self, call: &ToolCall) -> Result<ToolReply, ToolError> {
        // The key is made of run and step.
        let step = call
            .idempotency_key
            .split_once(':')
            .map_or(call.idempotency_key.as_str(), |(_, step)| step);
        self.reach(step);
        let at = {
            let mut calls = lock(&self.calls);
            calls.push(SeenCall {
                step: step.to_owned(),
                action: format!("{}.{}", call.tool, call.action),
                args: call.args.clone(),
                error: None,
            });
            calls.len() - 1
        };
        let outcome = self.tools.call(call).await;
        if let Err(error) = &outcome
            && let Some(seen) = lock(&self.calls).get_mut(at)
        {
            seen.error = Some(error.to_string());
        }
        outcome
    }
}
