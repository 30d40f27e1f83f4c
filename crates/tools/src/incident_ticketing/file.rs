//! The built-in ticket store: a file to which one line is added for everything that happens.

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Entry, Ticket, TicketBook, TicketChange, TicketError, TicketStore};
use crate::Error;
use crate::line_file::{Fold, LineFile, Trouble};

/// The file's name in the data folder.
const FILE_NAME: &str = "tickets.jsonl";

/// Longest wait of a health check.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(3);

/// Tickets in a file, which several processes may use.
pub struct FileTickets {
    lines: LineFile<TicketBook>,
}

impl FileTickets {
    /// Opens the store in a data folder; the file itself comes with the first ticket.
    ///
    /// # Errors
    /// [`Error::Io`] when the file is there and cannot be read.
    pub fn open(data_dir: &Path) -> Result<Self, Error> {
        let lines = LineFile::open(data_dir.join(FILE_NAME))?;
        Ok(Self { lines })
    }
}

#[async_trait]
impl TicketStore for FileTickets {
    async fn change(
        &self,
        key: &str,
        change: TicketChange,
        at: Timestamp,
        timeout: Duration,
    ) -> Result<Ticket, TicketError> {
        let entry = Entry {
            key: key.to_owned(),
            at,
            change,
        };
        self.lines.change(entry, timeout).await
    }

    async fn get(&self, id: &str, timeout: Duration) -> Result<Ticket, TicketError> {
        let id = id.to_owned();
        self.lines
            .read(timeout, move |book| book.get(&id).cloned())
            .await
    }

    async fn health(&self) -> Result<String, String> {
        let open = |book: &TicketBook| book.tickets().filter(|t| t.status != "closed").count();
        match self.lines.ready(HEALTH_TIMEOUT, open).await {
            Ok(open) => Ok(format!("{open} open tickets in {FILE_NAME}")),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl Fold for TicketBook {
    type Entry = Entry;
    type Outcome = Ticket;
    type Error = TicketError;
    const WHAT: &'static str = "ticket";

    fn earlier(&self, entry: &Entry) -> Result<Option<Ticket>, TicketError> {
        Self::earlier(self, &entry.key, &entry.change)
    }

    fn check(&self, entry: &Entry) -> Result<(), TicketError> {
        self.changed(&entry.change, entry.at).map(|_| ())
    }

    fn apply(&mut self, entry: Entry) -> Result<Ticket, TicketError> {
        Self::apply(self, entry)
    }
}

impl From<Trouble> for TicketError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Unavailable(message) => Self::Unavailable(message),
            Trouble::Unknown(message) => Self::Unknown(message),
        }
    }
}
