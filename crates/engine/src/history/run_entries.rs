//! What an entry says about the run as a whole.

use std::time::Duration;

use super::{Cancelled, History, LockStand, Stage, Stop, stopwatch};
use crate::event::{Entry, Event};
use crate::run::{RunStatus, StepStatus};

impl History {
    pub(super) fn apply(&mut self, entry: &Entry) {
        let (at, seq) = (entry.at, entry.seq);
        match &entry.event {
            Event::Accepted { .. } | Event::Unknown => self.unknown_entry = Some(seq),
            Event::Began { limit_ms } => {
                self.state.started_at = Some(at);
                self.state.status = RunStatus::Running;
                self.limit = Some(Duration::from_millis(*limit_ms));
                self.stopwatch.begin();
                self.names.begin(at);
            }
            Event::RoomFound { room } => self.state.room = Some(room.clone()),
            Event::LockAwaited { lock } => {
                self.lock = LockStand::Awaited;
                self.state.lock = Some(lock.clone());
            }
            Event::LockTaken { lock } => {
                self.lock = LockStand::Held;
                self.state.lock = Some(lock.clone());
            }
            Event::TurnTaken { .. } => self.turn_taken = true,
            Event::CancelRequested { by, reason } => {
                self.cancelled = Some(Cancelled {
                    by: by.clone(),
                    reason: reason.clone(),
                });
                if let Some(hold) = self.held.clone() {
                    self.stage(&hold, Stage::Skipped, StepStatus::Skipped, at, seq);
                    self.message(&hold, &format!("cancelled by {by}"));
                }
            }
            Event::Stopped { key, reason } => {
                self.stopped = Some(Stop {
                    step: key.clone(),
                    reason: reason.clone(),
                });
            }
            Event::Failing { error } => {
                self.fail_open_steps(&error.message, at, seq);
                if self.lock == LockStand::Awaited {
                    self.lock = LockStand::None;
                    self.state.lock = None;
                }
                self.failing = Some(error.clone());
                self.state.error = Some(error.clone());
            }
            Event::Finished {
                status,
                outcome,
                rollback,
                outputs,
                metrics,
            } => {
                self.finish_branches_to_the_stop(at, seq);
                self.leave_open_steps(at, seq);
                self.state.status = *status;
                self.state.outcome.clone_from(outcome);
                self.state.rollback = *rollback;
                self.state.outputs.clone_from(outputs);
                self.state.metrics.clone_from(metrics);
                self.state.lock = None;
                self.state.finished_at = Some(at);
                let taken = stopwatch::millis_between(self.state.accepted_at, at);
                self.state.duration_ms = Some(taken);
                self.state.working_ms = Some(self.stopwatch.working);
                self.state.plan_act_ms = Some(self.stopwatch.plan_act);
            }
            _ => self.apply_to_step(entry),
        }
    }
}
