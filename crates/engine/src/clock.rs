//! Time and new ids, handed in so that tests and the simulator own them.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use rustix::time::{ClockId, clock_gettime};
use uuid::Uuid;

use crate::run::RunId;

/// Where the engine gets the time from.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Wall-clock time, for records and deadlines.
    fn now(&self) -> Timestamp;

    /// Returns after `duration` of this clock's time.
    async fn sleep(&self, duration: Duration);
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// The machine's clock, steady for as long as the process lives: when somebody sets the wall clock, deadlines neither
/// fire early nor late, and records stay in order. Suspending the machine counts as time that passed. The new wall
/// time is taken at the next start.
#[derive(Debug)]
pub struct SteadyClock {
    since: Mutex<Since>,
}

/// Two clocks read at one instant.
#[derive(Debug, Clone, Copy)]
struct Since {
    wall: Timestamp,
    steady: SignedDuration,
    /// A jump was seen and told.
    told: bool,
}

/// Corrections up to this are taken over: they are a time server at work, not somebody's hand.
const CORRECTION: SignedDuration = SignedDuration::from_secs(2);
#[cfg(target_os = "linux")]
const STEADY: ClockId = ClockId::Boottime;
#[cfg(not(target_os = "linux"))]
const STEADY: ClockId = ClockId::Monotonic;

impl SteadyClock {
    /// Starts from what the wall clock says now.
    pub fn start() -> Self {
        let since = Since {
            wall: SystemClock.now(),
            steady: steady(),
            told: false,
        };
        Self {
            since: Mutex::new(since),
        }
    }
}

impl Since {
    /// The time now, and what to count from next.
    fn at(self, wall: Timestamp, steady: SignedDuration) -> (Timestamp, Self) {
        let passed = steady.saturating_sub(self.steady);
        let expected = self.wall.saturating_add(passed).unwrap_or(wall);
        let ahead = wall.duration_since(expected);
        if ahead > SignedDuration::ZERO && ahead <= CORRECTION {
            let told = self.told;
            return (wall, Self { wall, steady, told });
        }
        let jumped = ahead.abs() > CORRECTION;
        if jumped && !self.told {
            tracing::warn!(
                "the wall clock jumped by {ahead:#}; times go on as before until the next start"
            );
        }
        let told = jumped;
        (expected, Self { told, ..self })
    }
}

fn steady() -> SignedDuration {
    let now = clock_gettime(STEADY);
    SignedDuration::new(now.tv_sec, i32::try_from(now.tv_nsec).unwrap_or_default())
}

#[async_trait]
impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        let (now, next) = since.at(SystemClock.now(), steady());
        *since = next;
        now
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// Where new run ids come from.
pub trait Ids: Send + Sync {
    /// Makes an id that no run has.
    fn run_id(&self) -> RunId;
}

/// `UUIDv7` from the machine's clock and randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn run_id(&self) -> RunId {
        RunId(Uuid::now_v7())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn since() -> Since {
        Since {
            wall: "2026-11-24T10:00:00Z".parse().unwrap(),
            steady: SignedDuration::from_secs(500),
            told: false,
        }
    }

    fn at(wall: &str, steady: i64) -> (String, Since) {
        let (now, next) = since().at(wall.parse().unwrap(), SignedDuration::from_secs(steady));
        (now.to_string(), next)
    }

    #[test]
    fn a_wall_clock_that_jumps_changes_nothing_until_the_next_start() {
        for jumped in [
            "1970-01-01T00:00:00Z",
            "2026-11-24T09:00:00Z",
            "2026-11-24T11:00:10Z",
            "2099-01-01T00:00:00Z",
        ] {
            let (now, next) = at(jumped, 510);
            assert_eq!(now, "2026-11-24T10:00:10Z", "{jumped}");
            assert!(next.told);
        }
    }

    #[test]
    fn small_corrections_are_taken_and_time_never_goes_back() {
        assert_eq!(at("2026-11-24T10:00:11Z", 510).0, "2026-11-24T10:00:11Z");
        assert_eq!(at("2026-11-24T10:00:09Z", 510).0, "2026-11-24T10:00:10Z");
    }

    #[test]
    fn the_machines_clocks_give_the_time() {
        let clock = SteadyClock::start();
        let apart = clock.now().duration_since(SystemClock.now()).abs();
        assert!(apart < SignedDuration::from_secs(60), "{apart:?}");
    }
}
