//! Where the built-in calendar keeps its events: a file of lines, or on the campus its memory.

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Calendar, CalendarError, Entry, Event, EventStore};
use crate::Error;
use crate::campus::Shared;
use crate::line_file::{Fold as _, LineFile};

/// The file's name in the data folder.
const FILE_NAME: &str = "calendar.jsonl";

/// Longest wait of a health check.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(3);

/// Events in a file, which several processes may use.
pub(crate) struct FileCalendar {
    lines: LineFile<Calendar>,
}

impl FileCalendar {
    /// Opens the calendar in a data folder; the file itself comes with the first event.
    ///
    /// # Errors
    /// [`Error::Io`] when the file is there and cannot be read.
    pub(crate) fn open(data_dir: &Path) -> Result<Self, Error> {
        let lines = LineFile::open(data_dir.join(FILE_NAME))?;
        Ok(Self { lines })
    }
}

#[async_trait]
impl EventStore for FileCalendar {
    async fn change(&self, entry: Entry, timeout: Duration) -> Result<Event, CalendarError> {
        self.lines.change(entry, timeout).await
    }

    async fn get(&self, id: &str, timeout: Duration) -> Result<Event, CalendarError> {
        let id = id.to_owned();
        let one = move |calendar: &Calendar| calendar.get(&id).cloned();
        self.lines.read(timeout, one).await
    }

    async fn within(
        &self,
        start: Timestamp,
        end: Timestamp,
        timeout: Duration,
    ) -> Result<Vec<Event>, CalendarError> {
        let some = move |calendar: &Calendar| Ok(calendar.within(start, end));
        self.lines.read(timeout, some).await
    }

    async fn health(&self) -> Result<String, String> {
        let count = |calendar: &Calendar| calendar.events().count();
        match self.lines.ready(HEALTH_TIMEOUT, count).await {
            Ok(events) => Ok(format!("{events} events in {FILE_NAME}")),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// The events of the campus, gone with it.
#[async_trait]
impl EventStore for Shared {
    async fn change(&self, entry: Entry, _timeout: Duration) -> Result<Event, CalendarError> {
        self.world().calendar.apply(entry)
    }

    async fn get(&self, id: &str, _timeout: Duration) -> Result<Event, CalendarError> {
        self.world().calendar.get(id).cloned()
    }

    async fn within(
        &self,
        start: Timestamp,
        end: Timestamp,
        _timeout: Duration,
    ) -> Result<Vec<Event>, CalendarError> {
        Ok(self.world().calendar.within(start, end))
    }

    async fn health(&self) -> Result<String, String> {
        let events = self.world().calendar.events().count();
        Ok(format!("{events} events on the simulated campus"))
    }
}
