//! Which part of a run's time was work, and which was waiting.

use jiff::Timestamp;

use crate::run::RunPhase;

/// What the run did since the latest entry.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Doing {
    /// Waits for a person, a timer, a lock, a window or a child run.
    pub(super) waits: bool,
    /// Its time limit stands still.
    pub(super) limit_stands_still: bool,
}

impl Doing {
    /// Waits for a person.
    pub(super) const NOTHING: Self = Self {
        waits: true,
        limit_stands_still: true,
    };
}

/// Sums up times, entry by entry, in milliseconds.
#[derive(Debug, Clone, Default)]
pub(super) struct Stopwatch {
    pub(super) working: u64,
    pub(super) plan_act: u64,
    pub(super) limit_stood_still: u64,
    began: bool,
    latest: Option<Timestamp>,
    doing: Doing,
}

impl Stopwatch {
    /// Work begins: time before it was spent in the queue.
    pub(super) fn begin(&mut self) {
        self.began = true;
    }

    /// Adds the time since the latest entry to what the run was doing in it.
    pub(super) fn advance(&mut self, at: Timestamp, phase: RunPhase) {
        let passed = self.latest.map_or(0, |latest| millis_between(latest, at));
        self.latest = Some(at);
        if !self.began {
            return;
        }
        if self.doing.limit_stands_still {
            self.limit_stood_still += passed;
        }
        if !self.doing.waits {
            self.working += passed;
            if matches!(phase, RunPhase::Plan | RunPhase::Act) {
                self.plan_act += passed;
            }
        }
    }

    /// Says what the run does from now on.
    pub(super) fn now_doing(&mut self, doing: Doing) {
        self.doing = doing;
    }

    /// For how long the limit has stood still, were it to run again from `now` on.
    pub(super) fn limit_stood_still_until(&self, now: Timestamp) -> u64 {
        let since = self.latest.filter(|_| self.doing.limit_stands_still);
        self.limit_stood_still + since.map_or(0, |since| millis_between(since, now))
    }

    pub(super) fn limit_stands_still(&self) -> bool {
        self.doing.limit_stands_still
    }
}

/// Milliseconds from `earlier` to `later`; none when the clock went back.
pub(crate) fn millis_between(earlier: Timestamp, later: Timestamp) -> u64 {
    u64::try_from(later.as_millisecond() - earlier.as_millisecond()).unwrap_or(0)
}
