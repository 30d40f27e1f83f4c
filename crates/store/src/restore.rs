//! Puts a backup in the place of a database, with every run that was open held: the world has moved on since.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use avops_engine::hold_open_runs;
use jiff::Timestamp;

use crate::backup::{BackupFacts, read_backup};
use crate::folder::{DATABASE, Folder, MARKER, make, private};
use crate::{AuditLine, Store, StoreError, StoreOptions};

/// Where a backup is made ready before it takes the database's place.
const WORKSHOP: &str = "restoring";

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What the backup held.
    pub facts: BackupFacts,
    /// How many runs are held now.
    pub held: u64,
    /// Where the database is that was there before.
    pub aside: Option<PathBuf>,
}

/// Restores a backup into a data folder that nobody works on. The backup is read whole first and is never changed.
///
/// Every run that is not over is held. Sessions and owners' tokens end: the owner's token is the one in the folder, or a
/// new one at the next start. A database that is there already is put aside, if `replace` allows it. Until the very last
/// step the old database is in its place; a restore that was cut off can be repeated.
///
/// # Errors
/// [`StoreError::InUse`], [`StoreError::Occupied`], what [`read_backup`] refuses, or when the folder cannot be written.
pub async fn restore(
    data_dir: &Path,
    from: &Path,
    replace: bool,
    now: Timestamp,
) -> Result<Restored, StoreError> {
    let folder = Folder::take(data_dir)?;
    let database = folder.database();
    let is_there = database.metadata().is_ok_and(|data| data.len() > 0);
    if is_there && !replace {
        return Err(StoreError::Occupied { path: database });
    }
    let facts = read_backup(from).await?;
    let workshop = folder.path().join(WORKSHOP);
    let held = prepare(&workshop, from, &facts, now).await?;
    let aside = put_in_place(&folder, &workshop, now).map_err(|source| StoreError::Folder {
        path: database,
        source,
    })?;
    Ok(Restored { facts, held, aside })
}

/// Makes a copy ready to take over; gives how many runs are held in it.
async fn prepare(
    workshop: &Path,
    from: &Path,
    facts: &BackupFacts,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let failed = |source| StoreError::Folder {
        path: workshop.to_owned(),
        source,
    };
    clear(workshop).map_err(failed)?;
    make(workshop)?;
    let (source, target) = (from.to_owned(), workshop.join(DATABASE));
    let mut copy = private(&target)?;
    let copied = tokio::task::spawn_blocking(move || {
        io::copy(&mut File::open(source)?, &mut copy)?;
        copy.sync_all()
    });
    copied
        .await
        .map_err(io::Error::other)
        .flatten()
        .map_err(failed)?;
    let store = Store::open(StoreOptions {
        data_dir: workshop.to_owned(),
        low_water: 0,
    })
    .await?;
    let why = match facts.newest {
        Some(newest) => format!(
            "This run comes from a backup whose last entry is of {}. Look at what has happened since, then release or cancel it.",
            newest.strftime("%Y-%m-%d %H:%M:%S UTC")
        ),
        None => "This run comes from a backup. Release or cancel it.".to_owned(),
    };
    let held = hold_open_runs(&store, now, &why).await?;
    store.end_access(now, facts).await?;
    store.close().await?;
    Ok(held)
}

impl Store {
    /// Ends what let people in when the backup was made, and puts the restore on record.
    async fn end_access(&self, now: Timestamp, facts: &BackupFacts) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        for statement in [
            "DELETE FROM sessions",
            "DELETE FROM sign_ins",
            "DELETE FROM tokens WHERE role = 'owner'",
        ] {
            sqlx::query(statement).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        let line = AuditLine {
            at: now,
            actor_id: "owner".to_owned(),
            who: "owner".to_owned(),
            what: "workspace.restore".to_owned(),
            object: "workspace".to_owned(),
            before: None,
            after: Some(facts.sha256.clone()),
            reason: None,
        };
        self.append_audit(&line).await.map(drop)
    }
}

/// Puts the old database aside and the new one in its place.
fn put_in_place(folder: &Folder, workshop: &Path, now: Timestamp) -> io::Result<Option<PathBuf>> {
    let base = folder.path();
    let mark = now.strftime("before-restore-%Y%m%dT%H%M%SZ");
    let aside = base.join(format!("{DATABASE}.{mark}"));
    let mut moved = None;
    // The database before its log: without the log, the old database would open and lack its newest entries.
    for suffix in ["", "-wal", "-shm"] {
        let old = base.join(format!("{DATABASE}{suffix}"));
        if old.exists() {
            let kept = base.join(format!("{DATABASE}.{mark}{suffix}"));
            fs::rename(&old, &kept)?;
            moved = Some(aside.clone());
        }
    }
    fs::rename(workshop.join(DATABASE), base.join(DATABASE))?;
    fs::rename(workshop.join(MARKER), base.join(MARKER))?;
    File::open(base)?.sync_all()?;
    clear(workshop)?;
    Ok(moved)
}

fn clear(workshop: &Path) -> io::Result<()> {
    match fs::remove_dir_all(workshop) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
