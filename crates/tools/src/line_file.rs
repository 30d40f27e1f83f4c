//! A file to which one line is added for everything that happens, and what its lines add up to.
//!
//! Several processes may use one file: each change locks it, reads what others have added, adds its own
//! line and flushes it to the disk.

use std::fmt::Display;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;

/// What lines add up to. The same entries give the same state again, and each key counts once.
pub(crate) trait Fold: Default + Send + 'static {
    /// One line.
    type Entry: Serialize + DeserializeOwned + Send + 'static;
    /// What an entry comes to.
    type Outcome: Send + 'static;
    /// Why an entry is not accepted.
    type Error: From<Trouble> + Display + Send + 'static;
    /// What is kept, for messages: `ticket`.
    const WHAT: &'static str;

    /// What an entry has come to already, by its key.
    fn earlier(&self, entry: &Self::Entry) -> Result<Option<Self::Outcome>, Self::Error>;

    /// Whether an entry would be accepted; nothing changes.
    fn check(&self, entry: &Self::Entry) -> Result<(), Self::Error>;

    /// Carries an entry out. On an error nothing has changed.
    fn apply(&mut self, entry: Self::Entry) -> Result<Self::Outcome, Self::Error>;
}

/// What can go wrong with the file itself.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// It cannot be used: nothing was done.
    Unavailable(String),
    /// Nobody knows whether it was done.
    Unknown(String),
}

/// A file, and what its lines add up to so far.
pub(crate) struct LineFile<F> {
    inner: Arc<Mutex<Inner<F>>>,
}

struct Inner<F> {
    path: PathBuf,
    fold: F,
    /// How much of the file is in `fold`.
    read_to: u64,
}

impl<F: Fold> LineFile<F> {
    /// Opens a file; the file itself comes with the first line.
    ///
    /// # Errors
    /// [`Error::Io`] when the file is there and cannot be read.
    pub(crate) fn open(path: PathBuf) -> Result<Self, Error> {
        let mut inner = Inner {
            path,
            fold: F::default(),
            read_to: 0,
        };
        match File::open(&inner.path) {
            Ok(file) => inner.catch_up(&file).map(|_| ()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
        .map_err(|cause| Error::Io {
            what: format!(
                "the {} file {} cannot be read",
                F::WHAT,
                inner.path.display()
            ),
            cause,
        })?;
        Ok(Self {
            inner: Arc::new(Mutex::new(inner)),
        })
    }

    /// Carries an entry out, durable when this returns. A key that was seen before gives what it came to then.
    ///
    /// # Errors
    /// The fold's own, and [`Trouble`] with the file.
    pub(crate) async fn change(
        &self,
        entry: F::Entry,
        timeout: Duration,
    ) -> Result<F::Outcome, F::Error> {
        self.off_thread(timeout, move |inner| inner.change(entry))
            .await
    }

    /// Looks at everything that has been kept until now.
    ///
    /// # Errors
    /// What `look` gives, and [`Trouble`] with the file.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        timeout: Duration,
        look: impl FnOnce(&F) -> Result<T, F::Error> + Send + 'static,
    ) -> Result<T, F::Error> {
        self.off_thread(timeout, move |inner| {
            match File::open(&inner.path) {
                Ok(file) => {
                    inner.catch_up(&file).map_err(|e| inner.unavailable(&e))?;
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(inner.unavailable(&error)),
            }
            look(&inner.fold)
        })
        .await
    }

    /// As [`LineFile::read`], when a line could also be added.
    ///
    /// # Errors
    /// [`Trouble`] with the file.
    pub(crate) async fn ready<T: Send + 'static>(
        &self,
        timeout: Duration,
        look: impl FnOnce(&F) -> T + Send + 'static,
    ) -> Result<T, F::Error> {
        self.off_thread(timeout, |inner| {
            let file = inner.open_for_adding().map_err(|e| inner.unavailable(&e))?;
            inner.catch_up(&file).map_err(|e| inner.unavailable(&e))?;
            Ok(look(&inner.fold))
        })
        .await
    }

    /// Runs work that waits for the disk where it holds up nobody else.
    async fn off_thread<T: Send + 'static>(
        &self,
        timeout: Duration,
        work: impl FnOnce(&mut Inner<F>) -> Result<T, F::Error> + Send + 'static,
    ) -> Result<T, F::Error> {
        let inner = Arc::clone(&self.inner);
        let work = tokio::task::spawn_blocking(move || {
            work(&mut inner.lock().unwrap_or_else(PoisonError::into_inner))
        });
        match tokio::time::timeout(timeout, work).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => {
                Err(Trouble::Unknown(format!("the {} store broke off: {error}", F::WHAT)).into())
            }
            Err(_) => Err(Trouble::Unknown(format!(
                "the {} store did not finish in time; whether it did its work is not known",
                F::WHAT
            ))
            .into()),
        }
    }
}

impl<F: Fold> Inner<F> {
    fn change(&mut self, entry: F::Entry) -> Result<F::Outcome, F::Error> {
        let file = self.open_for_adding().map_err(|e| self.unavailable(&e))?;
        // Freed when the file is closed, also by a crash.
        file.lock().map_err(|e| self.unavailable(&e))?;
        let torn = self.catch_up(&file).map_err(|e| self.unavailable(&e))?;
        if torn {
            // The line of a writer that crashed: never acknowledged, and in the way of the next.
            file.set_len(self.read_to)
                .map_err(|e| self.unavailable(&e))?;
        }
        if let Some(outcome) = self.fold.earlier(&entry)? {
            return Ok(outcome);
        }
        self.fold.check(&entry)?;
        let mut line =
            serde_json::to_vec(&entry).map_err(|e| self.unavailable(&io::Error::other(e)))?;
        line.push(b'\n');
        (&file).write_all(&line).map_err(|e| self.unavailable(&e))?;
        file.sync_data().map_err(|error| {
            Trouble::Unknown(format!(
                "{} was written but not flushed: {error}",
                self.path.display()
            ))
        })?;
        self.read_to += line.len() as u64;
        self.fold.apply(entry)
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
            let entry: F::Entry = serde_json::from_slice(&line)
                .map_err(|e| io::Error::other(format!("byte {}: {e}", self.read_to)))?;
            self.fold
                .apply(entry)
                .map_err(|e| io::Error::other(format!("byte {}: {e}", self.read_to)))?;
            self.read_to += length as u64;
        }
    }

    fn unavailable(&self, error: &io::Error) -> F::Error {
        Trouble::Unavailable(format!(
            "the {} file {}: {error}",
            F::WHAT,
            self.path.display()
        ))
        .into()
    }
}
