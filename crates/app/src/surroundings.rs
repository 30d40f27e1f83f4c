//! What runs must know of the world around them: the directory's rooms and the workspace's calendars.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use avops_engine::{Calendar, Mode, RunRoom, Surroundings};
use avops_tools::Registry;

/// Rooms as the registry has them, calendars as they were last kept.
pub(crate) struct Workplace {
    tools: Arc<Registry>,
    calendars: RwLock<Arc<[Calendar]>>,
}

impl Workplace {
    /// The rooms of these tools, and no calendars yet.
    pub(crate) fn new(tools: Arc<Registry>) -> Self {
        Self {
            tools,
            calendars: RwLock::default(),
        }
    }

    /// Puts other calendars in the place of those there are.
    pub(crate) fn set_calendars(&self, calendars: Vec<Calendar>) {
        let mut kept = self
            .calendars
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *kept = calendars.into();
    }

    /// The id of the room that people call so in the workspace's mode; the name itself where none or several are called so.
    pub(crate) fn room_id(&self, wanted: &str) -> String {
        let places = self.tools.places();
        let found = places.room(wanted);
        found.map_or_else(|_| wanted.to_owned(), |room| room.id.clone())
    }
}

impl fmt::Debug for Workplace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workplace").finish_non_exhaustive()
    }
}

impl Surroundings for Workplace {
    fn room(&self, mode: Mode, wanted: &str) -> Option<RunRoom> {
        let places = self.tools.places_in(mode);
        let room = places.room(wanted).ok()?;
        Some(RunRoom {
            id: room.id.clone(),
            name: room.name.clone(),
            site: room.site.clone(),
            time_zone: room.time_zone.clone(),
        })
    }

    fn calendars(&self) -> Arc<[Calendar]> {
        Arc::clone(
            &self
                .calendars
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }
}
