//! When parked runs go on by themselves.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::pool::Pool;
use crate::run::RunId;

/// Wall clocks can jump: a long sleep is cut into pieces of this length.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
pub(super) struct Timers {
    due: BinaryHeap<Reverse<(Timestamp, RunId)>>,
}

impl Timers {
    pub(super) fn set(&mut self, at: Timestamp, run: RunId) {
        self.due.push(Reverse((at, run)));
    }

    fn next(&self) -> Option<Timestamp> {
        self.due.peek().map(|Reverse((at, _))| *at)
    }

    fn take_due(&mut self, now: Timestamp) -> Vec<RunId> {
        let mut due = Vec::new();
        while self.next().is_some_and(|at| at <= now)
            && let Some(Reverse((_, run))) = self.due.pop()
        {
            due.push(run);
        }
        due
    }
}

/// Wakes parked runs at their time, for as long as it is polled. A run that has moved on meanwhile is looked at in vain.
pub(super) async fn ring(pool: &Arc<Pool>) {
    let clock = &pool.ports.clock;
    loop {
        let now = clock.now();
        let (due, next) = {
            let mut inner = pool.lock();
            (inner.timers.take_due(now), inner.timers.next())
        };
        for run in due {
            pool.wake(run);
        }
        let pause = next.map_or(LONGEST_SLEEP, |at| {
            Duration::try_from(at.duration_since(now)).unwrap_or_default()
        });
        tokio::select! {
            biased;
            () = pool.timer_set.notified() => {}
            () = clock.sleep(pause.min(LONGEST_SLEEP)) => {}
        }
    }
}
