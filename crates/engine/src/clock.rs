//! Time and new ids, handed in so that tests and the simulator own them.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
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
