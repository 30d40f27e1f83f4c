//! The write-ahead log. It shrinks by itself, unless somebody goes on reading an old state of the database: then it grows
//! with every commit, and this says so (F39).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::StoreError;

/// Beyond this, in bytes, something keeps the log from shrinking.
pub const LARGE_LOG: u64 = 256 * 1024 * 1024;

/// The log's file.
#[derive(Debug)]
pub(crate) struct Log {
    path: PathBuf,
    told: bool,
}

impl Log {
    /// The log of the database `database`.
    pub(crate) fn of(database: &Path) -> Self {
        let mut path = database.as_os_str().to_owned();
        path.push("-wal");
        Self {
            path: path.into(),
            told: false,
        }
    }

    /// Its length in bytes; 0 where there is none.
    pub(crate) fn size(&self) -> Result<u64, StoreError> {
        match fs::metadata(&self.path) {
            Ok(data) => Ok(data.len()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(source) => Err(StoreError::Folder {
                path: self.path.clone(),
                source,
            }),
        }
    }

    /// Warns once each time the log has become large.
    pub(crate) fn watch(&mut self) {
        let large = match self.size() {
            Ok(size) => size > LARGE_LOG,
            Err(error) => {
                tracing::warn!(%error, "cannot tell how large the write-ahead log is");
                return;
            }
        };
        if large && !self.told {
            tracing::warn!(
                file = %self.path.display(),
                "the write-ahead log cannot shrink: a program reads an old state of the database; close it"
            );
        }
        self.told = large;
    }
}
