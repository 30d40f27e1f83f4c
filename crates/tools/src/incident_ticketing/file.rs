//! The built-in ticket store: a file to which one line is added for everything that happens.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Entry, Ticket, TicketBook, TicketChange, TicketError, TicketStore};
use crate::Error;

/// The file's name in the data folder.
const FILE_NAME: &str = "tickets.jsonl";

/// Longest wait of a health check.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(3);

/// Tickets in a file. Several processes may use one file: each change locks it, reads what others
/// have added, adds its own line and flushes it to the disk.
pub struct FileTickets {
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    path: PathBuf,
    book: TicketBook,
    /// How much of the file is in `book`.
    read_to: u64,
}

impl FileTickets {
    /// Opens the store in a data folder; the file itself comes with the first ticket.
    ///
    /// # Errors
    /// [`Error::Io`] when the file is there and cannot be read.
    pub fn open(data_dir: &Path) -> Result<Self, Error> {
        let mut inner = Inner {
            path: data_dir.join(FILE_NAME),
            book: TicketBook::default(),
            read_to: 0,
        };
        match File::open(&inner.path) {
            Ok(file) => inner.catch_up(&file).map(|_| ()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
        .map_err(|cause| Error::Io {
            what: format!("the ticket file {} cannot be read", inner.path.display()),
            cause,
        })?;
        Ok(Self {
            inner: Arc::new(Mutex::new(inner)),
        })
    }

    /// Runs work that waits for the disk where it holds up nobody else.
    async fn off_thread<T: Send + 'static>(
        &self,
        timeout: Duration,
        work: impl FnOnce(&mut Inner) -> Result<T, TicketError> + Send + 'static,
    ) -> Result<T, TicketError> {
        let inner = Arc::clone(&self.inner);
        let work = tokio::task::spawn_blocking(move || {
            work(&mut inner.lock().unwrap_or_else(PoisonError::into_inner))
        });
        match tokio::time::timeout(timeout, work).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => Err(TicketError::Unknown(format!(
                "the ticket store broke off: {error}"
            ))),
            Err(_) => Err(TicketError::Unknown(
                "the ticket store did not finish in time; whether it did its work is not known"
                    .to_owned(),
            )),
        }
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
        self.off_thread(timeout, move |inner| inner.change(entry))
            .await
    }

    async fn get(&self, id: &str, timeout: Duration) -> Result<Ticket, TicketError> {
        let id = id.to_owned();
        self.off_thread(timeout, move |inner| {
            match File::open(&inner.path) {
                Ok(file) => {
                    inner.catch_up(&file).map_err(|e| inner.unavailable(&e))?;
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(inner.unavailable(&error)),
            }
            inner.book.get(&id).cloned()
        })
        .await
    }

    async fn health(&self) -> Result<String, String> {
        self.off_thread(HEALTH_TIMEOUT, |inner| {
            let file = inner.open_for_adding().map_err(|e| inner.unavailable(&e))?;
            inner.catch_up(&file).map_err(|e| inner.unavailable(&e))?;
            let open = inner
                .book
                .tickets()
                .filter(|t| t.status != "closed")
                .count();
            Ok(format!("{open} open tickets in {FILE_NAME}"))
        })
        .await
        .map_err(|e| e.to_string())
    }
}

impl Inner {
    fn change(&mut self, entry: Entry) -> Result<Ticket, TicketError> {
        let file = self.open_for_adding().map_err(|e| self.unavailable(&e))?;
        // Freed when the file is closed, also by a crash.
        file.lock().map_err(|e| self.unavailable(&e))?;
        let torn = self.catch_up(&file).map_err(|e| self.unavailable(&e))?;
        if torn {
            // The line of a writer that crashed: never acknowledged, and in the way of the next.
            file.set_len(self.read_to)
                .map_err(|e| self.unavailable(&e))?;
        }
        if let Some(ticket) = self.book.earlier(&entry.key, &entry.change)? {
            return Ok(ticket);
        }
        self.book.changed(&entry.change, entry.at)?;
        let mut line = serde_json::to_vec(&entry)
            .map_err(|e| TicketError::NotAllowed(format!("the ticket cannot be written: {e}")))?;
        line.push(b'\n');
        (&file).write_all(&line).map_err(|e| self.unavailable(&e))?;
        file.sync_data().map_err(|error| {
            TicketError::Unknown(format!(
                "{} was written but not flushed: {error}",
                self.path.display()
            ))
        })?;
        self.read_to += line.len() as u64;
        self.book.apply(entry)
    }

    fn open_for_adding(&self) -> io::Result<File> {
        let is_new = !self.path.exists();
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(&self.path)?;
        if is_new && let Some(folder) = self.path.parent().filter(|p| !p.as_os_str().is_empty()) {
            // Makes the new name itself survive a power cut.
            File::open(folder)?.sync_all()?;
        }
        Ok(file)
    }

    /// Reads what has been added since the last time. Gives whether the last line is incomplete.
    fn catch_up(&mut self, mut file: &File) -> io::Result<bool> {
        file.seek(SeekFrom::Start(self.read_to))?;
        let mut reader = BufReader::new(file);
        let mut line = Vec::new();
        loop {
            line.clear();
            let length = reader.read_until(b'\n', &mut line)?;
            if length == 0 {
                return Ok(false);
            }
            if line.last() != Some(&b'\n') {
                return Ok(true);
            }
            let entry: Entry = serde_json::from_slice(&line)
                .map_err(|e| io::Error::other(format!("byte {}: {e}", self.read_to)))?;
            self.book
                .apply(entry)
                .map_err(|e| io::Error::other(format!("byte {}: {e}", self.read_to)))?;
            self.read_to += length as u64;
        }
    }

    fn unavailable(&self, error: &io::Error) -> TicketError {
        TicketError::Unavailable(format!("the ticket file {}: {error}", self.path.display()))
    }
}
