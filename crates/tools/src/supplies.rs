//! What a connector is made with, beside its own settings.

use std::sync::Arc;

use avops_engine::Clock;

use crate::calendar_scheduler::EventStore;
use crate::directory::Directory;
use crate::incident_ticketing::TicketStore;
use crate::outbound::{Names, Outbound};

/// What a connector may use of the program.
#[derive(Clone)]
pub(crate) struct Supplies {
    /// The only way out.
    pub(crate) outbound: Outbound,
    /// Where the names in addresses of pages lead.
    pub(crate) names: Names,
    /// Time.
    pub(crate) clock: Arc<dyn Clock>,
    /// Rooms and devices of the world that the connector is in.
    pub(crate) directory: Arc<Directory>,
    /// The built-in calendar of that world.
    pub(crate) events: Arc<dyn EventStore>,
    /// The built-in tickets of that world.
    pub(crate) tickets: Arc<dyn TicketStore>,
}
