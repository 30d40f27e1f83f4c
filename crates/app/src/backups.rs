//! Backups of everything kept, in the data folder. Whoever has one has all records; the owner's token is not in it.

use std::path::PathBuf;

use avops_store::{BackupFacts, BackupFile};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::audit::{self, Deed};
use crate::{Actor, App, Error, Permission};

/// A backup in the data folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Backup {
    /// Its name: `avops-20261124T120000Z.db`.
    pub name: String,
    /// Length of the file, in bytes.
    pub bytes: u64,
    /// When it was made, to the second.
    pub made_at: Timestamp,
}

/// A backup that was made just now: checked, and read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NewBackup {
    /// Its name.
    pub name: String,
    /// What was read back from it.
    #[serde(flatten)]
    pub holds: BackupContent,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BackupContent {
    /// Length of the file, in bytes.
    pub bytes: u64,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// How many runs.
    pub runs: u64,
    /// How many of them are not over.
    pub open_runs: u64,
    /// How many steps.
    pub steps: u64,
    /// How many journal entries.
    pub entries: u64,
    /// When the newest entry was written.
    pub newest: Option<Timestamp>,
}

impl From<BackupFacts> for BackupContent {
    fn from(facts: BackupFacts) -> Self {
        Self {
            bytes: facts.bytes,
            sha256: facts.sha256,
            runs: facts.runs,
            open_runs: facts.open_runs,
            steps: facts.steps,
            entries: facts.entries,
            newest: facts.newest,
        }
    }
}

/// Makes a backup while everything goes on. When this returns it is on the disk, was checked and was read back.
///
/// # Errors
/// [`Error::NotAllowed`]; [`Error::Conflict`] for a second one within a second; [`Error::Unavailable`] where the disk
/// has too little room.
pub async fn make(app: &App, by: &Actor) -> Result<NewBackup, Error> {
    by.require(Permission::ManageWorkspace)?;
    let (name, facts) = app.store.back_up_here(app.now()).await?;
    let made = NewBackup {
        name,
        holds: facts.into(),
    };
    let deed = Deed::on("backup.make", &made.name).after(&json!(made));
    audit::record(app, by, deed).await?;
    Ok(made)
}

/// Lists backups, newest first.
///
/// # Errors
/// [`Error::NotAllowed`], or when the folder cannot be read.
pub fn list(app: &App, by: &Actor) -> Result<Vec<Backup>, Error> {
    by.require(Permission::ManageWorkspace)?;
    let files = app.store.backups()?;
    let shown = |file: BackupFile| Backup {
        name: file.name,
        bytes: file.bytes,
        made_at: file.made_at,
    };
    Ok(files.into_iter().map(shown).collect())
}

/// Gives the file of a backup, to be sent away. That it was fetched goes on record.
///
/// # Errors
/// [`Error::NotAllowed`], [`Error::NotFound`].
pub async fn fetch(app: &App, by: &Actor, name: &str) -> Result<PathBuf, Error> {
    by.require(Permission::ManageWorkspace)?;
    let path = app.store.backup_path(name).ok_or_else(|| unknown(name))?;
    audit::record(app, by, Deed::on("backup.fetch", name)).await?;
    Ok(path)
}

/// Removes a backup.
///
/// # Errors
/// [`Error::NotAllowed`], [`Error::NotFound`].
pub async fn delete(app: &App, by: &Actor, name: &str) -> Result<(), Error> {
    by.require(Permission::ManageWorkspace)?;
    if !app.store.delete_backup(name)? {
        return Err(unknown(name));
    }
    audit::record(app, by, Deed::on("backup.delete", name)).await
}

fn unknown(name: &str) -> Error {
    Error::NotFound {
        what: "backup",
        name: name.to_owned(),
        nearest: None,
    }
}
