//! When workflows are due: times of a trigger, what is to be done about those that came, and who does it.

mod decide;
mod overlap;
mod pattern;
mod ticker;
mod times;

pub(crate) use decide::{Decision, Lateness, decide};
pub use decide::{Missed, MissedPolicy, Overlap};
pub(crate) use overlap::{Turn, actor, turn_of};
pub(crate) use ticker::settle_until;
pub use ticker::{Ticked, serve, tick};
pub(crate) use times::Times;
