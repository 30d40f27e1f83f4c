//! What becomes of open steps when the run ends, fails or is stopped on purpose.

use jiff::Timestamp;

use super::{History, Stage};
use crate::run::{Seq, StepKey, StepStatus};

impl History {
    fn open_steps(&self) -> Vec<StepKey> {
        let open = self.steps.iter();
        open.filter(|(_, record)| !record.stage.is_over())
            .map(|(key, _)| key.clone())
            .collect()
    }

    /// Ends the branches whose chosen side stopped the run: they did what the recipe says.
    pub(super) fn finish_branches_to_the_stop(&mut self, at: Timestamp, seq: Seq) {
        let Some(stop) = self.stopped.as_ref().map(|stop| stop.step.clone()) else {
            return;
        };
        for key in self.open_steps() {
            let Some(record) = self.steps.get_mut(&key) else {
                continue;
            };
            let Some(decision) = &record.decision else {
                continue;
            };
            if decision["taken"].is_string() && stop.lies_in(&key) {
                record.state.result.clone_from(decision);
                self.stage(&key, Stage::Done, StepStatus::Ok, at, seq);
            }
        }
    }

    /// Ends every step that is open when the recipe stops the run on purpose.
    pub(super) fn leave_open_steps(&mut self, at: Timestamp, seq: Seq) {
        for key in self.open_steps() {
            self.stage(&key, Stage::Skipped, StepStatus::Skipped, at, seq);
        }
    }

    /// Ends every step that is open when the run fails.
    pub(super) fn fail_open_steps(&mut self, why: &str, at: Timestamp, seq: Seq) {
        let open = self.open_steps();
        for key in open {
            let stage = Stage::GivenUp { carry_on: false };
            self.stage(&key, stage, StepStatus::Failed, at, seq);
            if let Some(record) = self.steps.get_mut(&key)
                && record.state.error.is_none()
            {
                record.state.error = Some(why.to_owned());
            }
        }
    }
}
