//! Backups: a copy made beside the work, checked and read back before anybody is told of it (P21).
//!
//! The copy is what `VACUUM INTO` gives: one file, consistent as of one instant, while the writer goes on. It appears
//! under its name only when it is whole.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, Row as _};

use crate::dialect::Connection;
use crate::folder::{self, private};
use crate::words::{counted, time};
use crate::{Store, StoreError, schema};

/// Where backups are kept that nobody gave a place to.
const FOLDER: &str = "backups";
/// How their names say when they were made, in UTC.
const NAME: &str = "avops-%Y%m%dT%H%M%SZ.db";

/// What a backup holds, as read back from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupFacts {
    /// Length of the file, in bytes.
    pub bytes: u64,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// The installation that it is of.
    pub installation: String,
    /// How many runs.
    pub runs: u64,
    /// How many of them are not over.
    pub open_runs: u64,
    /// How many steps.
    pub steps: u64,
    /// How many journal entries.
    pub entries: u64,
    /// When the newest entry was written; absent where there is none.
    pub newest: Option<Timestamp>,
}

/// A backup in the data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupFile {
    /// Its name.
    pub name: String,
    /// Length of the file, in bytes.
    pub bytes: u64,
    /// When it was made, to the second.
    pub made_at: Timestamp,
}

impl Store {
    /// Makes a backup in the data folder; gives its name and what it holds.
    ///
    /// # Errors
    /// As [`Store::back_up`].
    pub async fn back_up_here(&self, now: Timestamp) -> Result<(String, BackupFacts), StoreError> {
        let folder = self.data_dir().join(FOLDER);
        folder::make(&folder)?;
        let name = now.strftime(NAME).to_string();
        let facts = self.back_up(&folder.join(&name)).await?;
        Ok((name, facts))
    }

    /// Makes a backup as the file `to`, readable by this user only. When this returns, the file is durable, was checked,
    /// and was read back. One backup is made at a time; others wait.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where there is such a file, [`StoreError::Full`] where the disk has too little room, or
    /// when the copy cannot be made or does not hold what it must; nothing is left behind then.
    pub async fn back_up(&self, to: &Path) -> Result<BackupFacts, StoreError> {
        let _turn = self.inner.backing_up.lock().await;
        let mut connection = sqlx::SqliteConnection::connect_with(&self.read_options()).await?;
        let made = copy(&mut connection, to, self.inner.low_water).await;
        connection.close().await?;
        made
    }

    /// Lists the backups in the data folder, newest first.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn backups(&self) -> Result<Vec<BackupFile>, StoreError> {
        let folder = self.data_dir().join(FOLDER);
        let failed = |source| StoreError::Folder {
            path: folder.clone(),
            source,
        };
        let files = match fs::read_dir(&folder) {
            Ok(files) => files,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut found = Vec::new();
        for file in files {
            let file = file.map_err(failed)?;
            let Ok(name) = file.file_name().into_string() else {
                continue;
            };
            if let Some(made_at) = made_at(&name) {
                let bytes = file.metadata().map_err(failed)?.len();
                found.push(BackupFile {
                    name,
                    bytes,
                    made_at,
                });
            }
        }
        found.sort_by_key(|file| std::cmp::Reverse(file.made_at));
        Ok(found)
    }

    /// The file of a backup in the data folder; `None` where there is none of that name.
    pub fn backup_path(&self, name: &str) -> Option<PathBuf> {
        // Only names of our own making become part of a path.
        made_at(name)?;
        let path = self.data_dir().join(FOLDER).join(name);
        path.is_file().then_some(path)
    }

    /// Removes a backup from the data folder; returns whether there was one.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn delete_backup(&self, name: &str) -> Result<bool, StoreError> {
        let Some(path) = self.backup_path(name) else {
            return Ok(false);
        };
        fs::remove_file(&path).map_err(|source| StoreError::Folder { path, source })?;
        Ok(true)
    }
}

/// Keeps what an older program left, before its schema is brought up to date: the way back (P20).
///
/// # Errors
/// As [`Store::back_up`]; the database is unchanged then.
pub(crate) async fn before_upgrade(
    from: &mut Connection,
    data_dir: &Path,
    low_water: u64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let folder = data_dir.join(FOLDER);
    folder::make(&folder)?;
    let to = folder.join(now.strftime(NAME).to_string());
    match copy(from, &to, low_water).await {
        Ok(_) => {
            tracing::info!(backup = %to.display(), "kept a backup from before the upgrade");
            Ok(())
        }
        // A start just before this one came as far as this; what it kept was checked.
        Err(StoreError::Exists { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Makes a backup as the file `to`, or leaves nothing behind.
async fn copy(from: &mut Connection, to: &Path, low_water: u64) -> Result<BackupFacts, StoreError> {
    if to.exists() {
        return Err(StoreError::Exists {
            path: to.to_owned(),
        });
    }
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let made = copy_whole(from, &part, to, low_water).await;
    if made.is_err() {
        remove(&part)?;
    }
    made
}

async fn copy_whole(
    from: &mut Connection,
    part: &Path,
    to: &Path,
    low_water: u64,
) -> Result<BackupFacts, StoreError> {
    // What an earlier backup left that was cut off.
    remove(part)?;
    let bytes: i64 = sqlx::query_scalar(
        "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
    )
    .fetch_one(&mut *from)
    .await?;
    let bytes: u64 = counted("size", bytes)?;
    let folder = to.parent().filter(|path| !path.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    if !folder::has_room(folder, bytes.saturating_add(low_water))? {
        return Err(StoreError::Full(format!(
            "a backup of {bytes} bytes would leave too little room in {}",
            folder.display()
        )));
    }
    let file = private(part)?;
    let Some(name) = part.to_str() else {
        return Err(StoreError::Folder {
            path: part.to_owned(),
            source: io::Error::new(io::ErrorKind::InvalidInput, "its name is no text"),
        });
    };
    sqlx::query("VACUUM INTO $1")
        .bind(name)
        .execute(&mut *from)
        .await?;
    let failed = |source| StoreError::Folder {
        path: to.to_owned(),
        source,
    };
    file.sync_all().map_err(failed)?;
    let facts = read_backup(part).await?;
    fs::rename(part, to)
        .and_then(|()| File::open(folder)?.sync_all())
        .map_err(failed)?;
    Ok(facts)
}

/// Reads a backup whole: checks every page, every reference and that no journal has a gap, and counts what is in it.
/// Changes nothing.
///
/// # Errors
/// [`StoreError::NoBackup`] for another file, [`StoreError::BadBackup`] for a damaged one, [`StoreError::Newer`] for one
/// of a newer program.
pub async fn read_backup(path: &Path) -> Result<BackupFacts, StoreError> {
    let bad = |detail: String| StoreError::BadBackup {
        path: path.to_owned(),
        detail,
    };
    let (bytes, sha256) = fingerprint(path).await?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .read_only(true)
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON");
    let mut connection = sqlx::SqliteConnection::connect_with(&options)
        .await
        .map_err(|error| bad(error.to_string()))?;
    let facts = match schema::inspect(&mut connection, path).await {
        Ok(()) => count(&mut connection, path).await,
        Err(StoreError::Foreign { path }) => Err(StoreError::NoBackup { path }),
        Err(StoreError::Damaged { detail, .. }) => Err(bad(detail)),
        Err(error) => Err(error),
    };
    connection.close().await?;
    facts.map(|facts| BackupFacts {
        bytes,
        sha256,
        ..facts
    })
}

async fn count(connection: &mut Connection, path: &Path) -> Result<BackupFacts, StoreError> {
    let bad = |detail: String| StoreError::BadBackup {
        path: path.to_owned(),
        detail,
    };
    let unread = |error: sqlx::Error| bad(error.to_string());
    let application: i64 = sqlx::query_scalar("PRAGMA application_id")
        .fetch_one(&mut *connection)
        .await
        .map_err(unread)?;
    if application != schema::APPLICATION {
        return Err(StoreError::NoBackup {
            path: path.to_owned(),
        });
    }
    let verdict: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
        .fetch_one(&mut *connection)
        .await
        .map_err(unread)?;
    if verdict != "ok" {
        return Err(bad(verdict));
    }
    let dangling = sqlx::query("PRAGMA foreign_key_check")
        .fetch_optional(&mut *connection)
        .await
        .map_err(unread)?;
    if dangling.is_some() {
        return Err(bad("a row refers to one that is missing".to_owned()));
    }
    let row = sqlx::query(
        "SELECT (SELECT id FROM installation) AS installation, count(*) AS runs, \
         count(*) - count(finished_at) AS open_runs, coalesce(sum(seq), 0) AS promised, \
         (SELECT count(*) FROM steps) AS steps, (SELECT count(*) FROM journal) AS entries, \
         (SELECT max(at) FROM journal) AS newest FROM runs",
    )
    .fetch_one(&mut *connection)
    .await
    .map_err(unread)?;
    let number = |name: &'static str| counted::<u64>(name, row.try_get(name)?);
    let (entries, promised) = (number("entries")?, number("promised")?);
    if entries != promised {
        return Err(bad(format!(
            "it has {entries} journal entries where its runs have {promised}"
        )));
    }
    Ok(BackupFacts {
        bytes: 0,
        sha256: String::new(),
        installation: row.try_get("installation").map_err(unread)?,
        runs: number("runs")?,
        open_runs: number("open_runs")?,
        steps: number("steps")?,
        entries,
        newest: row
            .try_get::<Option<i64>, _>("newest")?
            .map(time)
            .transpose()?,
    })
}

/// Length and hash of a file.
async fn fingerprint(path: &Path) -> Result<(u64, String), StoreError> {
    let file = path.to_owned();
    let read = move || -> io::Result<(u64, String)> {
        let (mut file, mut hash, mut bytes) = (File::open(file)?, Sha256::new(), 0);
        let mut piece = vec![0; 1 << 16];
        loop {
            let length = file.read(&mut piece)?;
            if length == 0 {
                return Ok((bytes, hex::encode(hash.finalize())));
            }
            hash.update(piece.get(..length).unwrap_or_default());
            bytes += length as u64;
        }
    };
    let read = tokio::task::spawn_blocking(read).await;
    read.map_err(io::Error::other)
        .flatten()
        .map_err(|source| StoreError::Folder {
            path: path.to_owned(),
            source,
        })
}

/// When a backup of this name was made; `None` for any other name.
fn made_at(name: &str) -> Option<Timestamp> {
    let at = jiff::civil::DateTime::strptime(NAME, name).ok()?;
    let at = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    (at.strftime(NAME).to_string() == name).then_some(at)
}

fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StoreError::Folder {
            path: path.to_owned(),
            source: error,
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_our_own_making_are_backups() {
        let name = "avops-20261124T120000Z.db";
        assert_eq!(made_at(name), Some("2026-11-24T12:00:00Z".parse().unwrap()));
        for other in [
            "",
            "avops.db",
            "../avops-20261124T120000Z.db",
            "avops-20261124T120000Z.db.part",
            "avops-20261324T120000Z.db",
            "avops-2026 1124T120000Z.db",
        ] {
            assert_eq!(made_at(other), None, "{other}");
        }
    }
}
