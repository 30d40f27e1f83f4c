//! What an idempotency key tells of its run.

use jiff::Timestamp;
use uuid::Uuid;

/// When the run of a key began. Keys begin with the run's id, whose first bits are a time; one that
/// does not gives `None`.
pub(crate) fn run_began(key: &str) -> Option<Timestamp> {
    let id = Uuid::parse_str(key.get(..36)?).ok()?;
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    Timestamp::new(i64::try_from(seconds).ok()?, i32::try_from(nanos).ok()?).ok()
}
