//! The clock of a test: it stands still between turns, so that an hour's wait takes no time.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use avops_engine::Clock;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use tokio::time::Instant;

/// Starts at a given time, goes on as time passes, and can be turned forward.
#[derive(Debug)]
pub(super) struct StageClock {
    start: Timestamp,
    since: Instant,
    ahead: Mutex<SignedDuration>,
    turned: Notify,
}

impl StageClock {
    /// Shows `start` now.
    pub(super) fn new(start: Timestamp) -> Self {
        Self {
            start,
            since: Instant::now(),
            ahead: Mutex::default(),
            turned: Notify::new(),
        }
    }

    /// Turns it forward, unless that time is past.
    pub(super) fn turn_to(&self, until: Timestamp) {
        let by = until.duration_since(self.now());
        if by.is_positive() {
            let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
            *ahead = ahead.saturating_add(by);
            drop(ahead);
            self.turned.notify_waiters();
        }
    }
}

#[async_trait]
impl Clock for StageClock {
    fn now(&self) -> Timestamp {
        let ahead = *self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = SignedDuration::try_from(self.since.elapsed()).unwrap_or_default();
        self.start
            .saturating_add(ahead.saturating_add(passed))
            .unwrap_or(self.start)
    }

    async fn sleep(&self, duration: Duration) {
        let sleeping = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
        let until = self
            .now()
            .saturating_add(sleeping)
            .unwrap_or(Timestamp::MAX);
        loop {
            // Made before the look at the time: a turn in between is not missed.
            let turned = self.turned.notified();
            let Ok(left) = Duration::try_from(until.duration_since(self.now())) else {
                return;
            };
            if left.is_zero() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                () = turned => {}
            }
        }
    }
}
