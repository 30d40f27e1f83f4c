//! Opening and closing the store.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use avops_engine::{Clock, JournalError, SystemClock};
use sqlx::Connection as _;
use sqlx::Transaction;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::StoreError;
use crate::dialect::{BEGIN_WRITE, Connection, Db, Pool};
use crate::folder::Folder;
use crate::log::Log;
use crate::vault::Vault;
use crate::words::nanos;
use crate::writer::{QUEUE, Work, Writer};
use crate::{backup, folder, schema};

/// How many readers work beside the writer.
const READERS: u32 = 6;
/// How long a reader or writer waits for the other end of the file before it gives up.
const PATIENCE: Duration = Duration::from_secs(10);
/// Nothing new is accepted with less room than this, or than 2 % of the disk.
const LOW_WATER: u64 = 512 * 1024 * 1024;

/// Where and how to keep things.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// The data folder; made with mode 0700 where it is missing.
    pub data_dir: PathBuf,
    /// Room on the disk, in bytes, below which nothing new is accepted (P16); at least 2 % of the disk all the same.
    /// With 0 the disk is not looked at.
    pub low_water: u64,
}

impl StoreOptions {
    /// The usual options for a folder that was chosen for the data.
    pub fn in_folder(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            low_water: LOW_WATER,
        }
    }
}

/// Everything kept. Cheap to clone; the folder is free again when the last clone is gone.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) write: Pool,
    pub(crate) read: Pool,
    pub(crate) work: mpsc::Sender<Work>,
    failure: watch::Receiver<Option<String>>,
    commits: Arc<AtomicU64>,
    installation: String,
    pub(crate) low_water: u64,
    /// Held while a backup is made.
    pub(crate) backing_up: tokio::sync::Mutex<()>,
    folder: Folder,
    pub(crate) vault: Vault,
    writer: tokio::sync::Mutex<Option<JoinHandle<()>>>,
}

impl Store {
    /// Opens the store in a folder, and brings its schema up to date. Refuses, changing nothing, a folder that is in
    /// use or exposed, and a database that is missing, damaged, foreign or of a newer program.
    ///
    /// # Errors
    /// As above; each message says what to do.
    pub async fn open(options: StoreOptions) -> Result<Self, StoreError> {
        let folder = Folder::take(&options.data_dir)?;
        folder.prepare_database()?;
        let vault = Vault::open(folder.path())?;
        let path = folder.database();
        look_at(&path).await?;
        let write = SqlitePoolOptions::new()
            .min_connections(1)
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .acquire_timeout(PATIENCE)
            .after_release(|connection, _| Box::pin(is_reusable(connection)))
            .connect_with(write_options(&path))
            .await?;
        let installation = {
            let (mut connection, now) = (write.acquire().await?, SystemClock.now());
            if schema::is_outdated(&mut connection, &path).await? {
                let kept =
                    backup::before_upgrade(&mut connection, folder.path(), options.low_water, now);
                kept.await?;
            }
            schema::migrate(&mut connection, &path, nanos(now)).await?
        };
        folder.mark(&installation)?;
        let read = SqlitePoolOptions::new()
            .max_connections(READERS)
            .test_before_acquire(false)
            .acquire_timeout(PATIENCE)
            .connect_with(read_options(&path))
            .await?;
        let (work, queue) = mpsc::channel(QUEUE);
        let (failed, failure) = watch::channel(None);
        let commits = Arc::new(AtomicU64::new(0));
        let writer = Writer::new(
            write.clone(),
            folder.path(),
            Log::of(&path),
            options.low_water,
            failed,
            Arc::clone(&commits),
        );
        Ok(Self {
            inner: Arc::new(Inner {
                write,
                read,
                work,
                failure,
                commits,
                installation,
                low_water: options.low_water,
                backing_up: tokio::sync::Mutex::new(()),
                folder,
                vault,
                writer: tokio::sync::Mutex::new(Some(tokio::spawn(writer.serve(queue)))),
            }),
        })
    }

    /// Opens a store for a test: in any folder, whatever room the disk has.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_in(folder: &Path) -> Result<Self, StoreError> {
        Self::open(StoreOptions {
            data_dir: folder.to_owned(),
            low_water: 0,
        })
        .await
    }

    /// The data folder.
    pub fn data_dir(&self) -> &Path {
        self.inner.folder.path()
    }

    /// The installation's id: made with the database, the same ever after.
    pub fn installation(&self) -> &str {
        &self.inner.installation
    }

    /// How many groups of journal entries were committed since the start, each with one flush.
    pub fn commits(&self) -> u64 {
        self.inner.commits.load(Ordering::Relaxed)
    }

    /// Waits until the disk fails the store, and says how. Nothing is written from then on: the only sound thing to do
    /// is to end the process, so that the next start recovers from what is really there (P17).
    pub async fn failure(&self) -> String {
        let mut failure = self.inner.failure.clone();
        let seen = failure.wait_for(Option::is_some).await;
        match seen.as_deref() {
            Ok(Some(message)) => message.clone(),
            // The writer is gone without a failure: the store was closed, and nothing will fail any more.
            _ => std::future::pending().await,
        }
    }

    /// Commits what is under way, folds the write-ahead log into the file and closes it. Other clones can do nothing
    /// more. Dropping the store without this is a crash, and as safe as one.
    ///
    /// # Errors
    /// When the log cannot be folded in; it is at the next start.
    pub async fn close(self) -> Result<(), StoreError> {
        let writer = self.inner.writer.lock().await.take();
        if let Some(writer) = writer {
            self.inner.work.send(Work::Stop).await.ok();
            if let Err(error) = writer.await {
                tracing::error!(%error, "the writer ended badly");
            }
        }
        self.inner.read.close().await;
        let folded = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&self.inner.write)
            .await;
        self.inner.write.close().await;
        folded.map(drop).map_err(StoreError::from)
    }

    /// Whether the folder's disk has room, the database answers, and nothing failed: what a readiness check asks.
    ///
    /// # Errors
    /// Says what is wrong.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.refuse_after_failure()?;
        if !has_room(self.data_dir(), self.inner.low_water) {
            return Err(StoreError::Full(format!(
                "too little room is left in {}",
                self.data_dir().display()
            )));
        }
        sqlx::query("SELECT id FROM installation")
            .fetch_one(self.reader())
            .await?;
        Ok(())
    }

    /// How much room is left on the data folder's disk for this program, in bytes.
    ///
    /// # Errors
    /// [`StoreError::Folder`] when the file system cannot be asked.
    pub fn room(&self) -> Result<u64, StoreError> {
        folder::room(self.data_dir())
    }

    /// How large the write-ahead log is, in bytes. It shrinks by itself once nobody reads an old state any more.
    ///
    /// # Errors
    /// [`StoreError::Folder`] when the file system cannot be asked.
    pub fn log_size(&self) -> Result<u64, StoreError> {
        Log::of(&self.inner.folder.database()).size()
    }

    fn refuse_after_failure(&self) -> Result<(), JournalError> {
        match &*self.inner.failure.borrow() {
            Some(message) => Err(JournalError::Failed(message.clone())),
            None => Ok(()),
        }
    }

    pub(crate) fn reader(&self) -> &Pool {
        &self.inner.read
    }

    /// The options of a connection that only reads.
    pub(crate) fn read_options(&self) -> SqliteConnectOptions {
        read_options(&self.inner.folder.database())
    }

    /// Begins a transaction of the catalog, in turn with the writer's groups.
    pub(crate) async fn writing(&self) -> Result<Transaction<'static, Db>, StoreError> {
        self.refuse_after_failure()?;
        Ok(self.inner.write.begin_with(BEGIN_WRITE).await?)
    }
}

/// `SQLite` ends a transaction by itself when the disk is full or fails. The driver does not notice: to it the connection
/// is inside a transaction for ever, so such a connection is closed and the pool opens another.
async fn is_reusable(connection: &mut Connection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // Lets a rollback that is under way come to its end.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// Looks at the file before anything can change it.
async fn look_at(path: &Path) -> Result<(), StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(PATIENCE)
        .pragma("trusted_schema", "OFF");
    let mut connection = sqlx::SqliteConnection::connect_with(&options)
        .await
        .map_err(|error| StoreError::Damaged {
            path: path.to_owned(),
            detail: error.to_string(),
        })?;
    let verdict = schema::inspect(&mut connection, path).await;
    connection.close().await?;
    verdict
}

fn common_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(PATIENCE)
        .statement_cache_capacity(512)
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON")
        .pragma("mmap_size", "0")
        .pragma("temp_store", "MEMORY")
}

fn write_options(path: &Path) -> SqliteConnectOptions {
    common_options(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("cache_size", "-65536")
        .pragma("wal_autocheckpoint", "2000")
        .pragma("journal_size_limit", "67108864")
}

fn read_options(path: &Path) -> SqliteConnectOptions {
    common_options(path)
        .read_only(true)
        .pragma("cache_size", "-16384")
}

/// Room on the disk, for the writer.
pub(crate) fn has_room(path: &Path, low_water: u64) -> bool {
    folder::has_room(path, low_water).unwrap_or_else(|error| {
        tracing::error!(%error, "cannot tell how much room the disk has");
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_connection_may_write_to_the_schema_itself() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_in(folder.path()).await.unwrap();
        for pool in [&store.inner.write, &store.inner.read] {
            let mut connection = pool.acquire().await.unwrap();
            sqlx::query("PRAGMA writable_schema = ON")
                .execute(&mut *connection)
                .await
                .unwrap();
            let refused = sqlx::query("UPDATE sqlite_master SET sql = sql")
                .execute(&mut *connection)
                .await
                .unwrap_err();
            assert!(
                refused.to_string().contains("may not be modified"),
                "{refused}"
            );
        }
    }

    #[tokio::test]
    async fn writing_goes_on_once_a_full_database_has_room() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_in(folder.path()).await.unwrap();
        // A limit of the writer's connection stands in for a full disk; it goes with the connection.
        sqlx::query("PRAGMA max_page_count = 1")
            .execute(&store.inner.write)
            .await
            .unwrap();
        let long = "x".repeat(1_000_000);
        let refused = store.keep_recipe_text(&long).await.unwrap_err();
        assert!(matches!(refused, StoreError::Full(_)), "{refused}");
        let hash = store.keep_recipe_text(&long).await.unwrap();
        assert_eq!(store.recipe_text(&hash).await.unwrap(), Some(long));
    }
}
