//! What a pause does to a run's time limits: they stand still, as while the run waits for a person.

use std::time::Duration;

use jiff::Timestamp;

use super::stopwatch::millis_between;
use super::{History, Stage};
use crate::guardrail::later;
use crate::run::{StepKey, WaitReason};

impl History {
    /// For what the run stands still: held since a restore, or paused; `None` while it works.
    pub(crate) fn stands_still_for(&self) -> Option<WaitReason> {
        let key = self.held.as_ref()?;
        match &self.steps.get(key)?.stage {
            Stage::Gate(gate) => Some(gate.reason),
            _ => None,
        }
    }

    /// Gives every step that was open the time back for which the run was paused by the step `pause`.
    pub(super) fn set_limits_back(&mut self, pause: &StepKey, now: Timestamp) {
        let Some(since) = self.steps.get(pause).map(|record| record.state.started_at) else {
            return;
        };
        let mut changed = Vec::new();
        for (index, record) in self.steps.values_mut().enumerate() {
            if record.state.key == *pause || record.stage.is_over() {
                continue;
            }
            let passed = millis_between(since.max(record.state.started_at), now);
            record.stood_still += passed;
            if let Stage::Gate(gate) = &mut record.stage
                && let Some(until) = gate.until
            {
                gate.until = Some(later(until, Duration::from_millis(passed)));
                record.state.gate = Some(gate.as_ref().clone());
                changed.push(index);
            }
        }
        for index in changed {
            if !self.fresh.steps.contains(&index) {
                self.fresh.steps.push(index);
            }
        }
    }
}
