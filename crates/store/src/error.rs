//! Why the store did not open, keep or find something.

use std::path::PathBuf;

use avops_engine::JournalError;
use thiserror::Error;

use crate::dialect::{Fault, fault};

/// Why the store did not do what it was asked.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Another process has the data folder.
    #[error(
        "the data folder {} is in use by another avops{holder}; stop that one, or give this one another --data-dir",
        path.display()
    )]
    InUse {
        /// The folder.
        path: PathBuf,
        /// ` (process 1234)`, where it is known.
        holder: String,
    },
    /// The folder is on another machine.
    #[error(
        "{} is on a network file system ({system}), where a database cannot be locked; choose a --data-dir on a disk \
         of this machine",
        path.display()
    )]
    Remote {
        /// The folder.
        path: PathBuf,
        /// Its file system.
        system: &'static str,
    },
    /// Other users of the machine could read or replace what is kept.
    #[error("{} is open to other users (mode {mode:o}); close it with: {fix}", path.display())]
    Exposed {
        /// The file or folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
        /// A command that closes it.
        fix: String,
    },
    /// The database was there and is gone.
    #[error(
        "there was a database here, and {} is missing or empty now; put the file back or restore a backup; to begin \
         anew, and lose all that it held, remove {}",
        path.display(), marker.display()
    )]
    Missing {
        /// The database file.
        path: PathBuf,
        /// The file that remembers the installation.
        marker: PathBuf,
    },
    /// The database is damaged. Nothing was changed.
    #[error("the database {} is damaged: {detail}; restore a backup, and keep this file for a rescue", path.display())]
    Damaged {
        /// The database file.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// The database was written by a newer program. Nothing was changed.
    #[error(
        "the database {} has schema {found}, this program knows up to {known}; start the newer program, or restore \
         the backup from before the upgrade",
        path.display()
    )]
    Newer {
        /// The database file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// The file is some other program's database. Nothing was changed.
    #[error("{} is a database of another program; give another --data-dir", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// There is a database that a restore would replace.
    #[error(
        "there is a database in {} already; with --force it is put aside, and the backup takes its place",
        path.display()
    )]
    Occupied {
        /// The database file.
        path: PathBuf,
    },
    /// There is a file where a new one was to be made.
    #[error("{} is there already; choose another name, or remove it", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The file is no backup of ours.
    #[error("{} is no backup of an AVOps database", path.display())]
    NoBackup {
        /// The file.
        path: PathBuf,
    },
    /// The backup is damaged.
    #[error("the backup {} is damaged: {detail}; use another one", path.display())]
    BadBackup {
        /// The file.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// The linked `SQLite` has known faults.
    #[error("this program is linked with SQLite {found}; it needs 3.51.3 or newer")]
    OldSqlite {
        /// Its version.
        found: String,
    },
    /// The data folder cannot be used.
    #[error("cannot use {}: {source}", path.display())]
    Folder {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// No room.
    #[error("the disk is full: {0}")]
    Full(String),
    /// A name that must be unique (without case) is taken.
    #[error("there is already {what} named {name:?}")]
    Taken {
        /// `an agent`, `a recipe` …
        what: &'static str,
        /// The name.
        name: String,
    },
    /// Somebody saved in between.
    #[error("{what} is at version {found} by now, not at {expected}")]
    Outdated {
        /// What.
        what: String,
        /// The version that is there.
        found: u32,
        /// The version that was expected.
        expected: u32,
    },
    /// What a row refers to is not there.
    #[error("there is no {what} {name:?}")]
    NotFound {
        /// `agent`, `recipe` …
        what: &'static str,
        /// Its id or name.
        name: String,
    },
    /// The idempotency key came with other content before.
    #[error("the idempotency key was used before with another request")]
    KeyReused,
    /// A cursor that no list gave out.
    #[error("this cursor was not given out by this list; start without one")]
    BadCursor,
    /// A stored value cannot be read.
    #[error("a stored {what} cannot be read: {detail}")]
    Unreadable {
        /// What.
        what: &'static str,
        /// Why.
        detail: String,
    },
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[source] sqlx::Error),
    /// The journal failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match fault(&error) {
            Fault::Full => Self::Full(error.to_string()),
            _ => Self::Database(error),
        }
    }
}

impl StoreError {
    pub(crate) fn unreadable(what: &'static str, detail: impl std::fmt::Display) -> Self {
        Self::Unreadable {
            what,
            detail: detail.to_string(),
        }
    }
}
