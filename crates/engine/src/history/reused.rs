//! What it means that a step's result comes from another run.

use std::sync::Arc;

use super::{History, Stage};
use crate::event::{Entry, Event, ReusedAs, ReusedStep};
use crate::run::StepStatus;

impl History {
    pub(super) fn step_reused(&mut self, entry: &Entry) {
        let Event::StepReused { step } = &entry.event else {
            return;
        };
        let ReusedStep {
            key,
            run,
            phase,
            verb,
            title,
            tool,
            action,
            payload,
            stage,
            bind,
            result,
            moved,
            decision,
            acted,
            message,
            error,
            started_at,
            finished_at,
        } = step.as_ref();
        let whole = moved
            .as_ref()
            .and_then(|name| self.contents.get(&name.sha256).map(Arc::clone));
        let (at, seq) = (entry.at, entry.seq);
        let record = self.record(key, *phase, verb, title, at, seq);
        record.may_have_acted = *acted;
        record.decision.clone_from(decision);
        record.whole.clone_from(&whole);
        record.moved.clone_from(moved);
        record.state.tool.clone_from(tool);
        record.state.action.clone_from(action);
        record.state.payload.clone_from(payload);
        record.state.result.clone_from(result);
        record.state.error.clone_from(error);
        record.state.attempt = 1;
        record.state.reused_from = Some(*run);
        let (stage, status) = match stage {
            ReusedAs::Done => (Stage::Done, StepStatus::Ok),
            ReusedAs::Skipped => (Stage::Skipped, StepStatus::Skipped),
            ReusedAs::GivenUp => (Stage::GivenUp { carry_on: true }, StepStatus::Failed),
            ReusedAs::Open => (Stage::Begun, StepStatus::Running),
        };
        let is_done = stage == Stage::Done;
        let is_open = stage == Stage::Begun;
        self.stage(key, stage, status, at, seq);
        if let Some(record) = self.steps.get_mut(key) {
            if is_open {
                // A part of it is done here: it is this run's, and ends with it.
                record.state.reused_from = None;
                record.state.result = serde_json::Value::Null;
            } else {
                record.state.started_at = *started_at;
                record.state.finished_at = *finished_at;
                record.state.message.clone_from(message);
            }
        }
        if !is_done {
            return;
        }
        let value = whole.as_deref().unwrap_or(result);
        match (verb.as_str(), bind) {
            ("set", None) => {
                for (name, value) in value.as_object().into_iter().flatten() {
                    self.names.take_over(key, *phase, name, value);
                }
            }
            (_, Some(name)) => self.names.take_over(key, *phase, name, value),
            (_, None) => {}
        }
    }
}
