//! A database of an older program: kept as it is before it is brought up to date (P20).

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use avops_engine::Journal as _;
use avops_store::{Store, read_backup};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};
use tempfile::TempDir;

use crate::sample::{at, first, id, new_run};

/// What the first program left: its schema, its stamp, its installation.
async fn first_program(folder: &Path) {
    let database = folder.join("avops.db");
    let mut connection = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(&database)
        .create_if_missing(true)
        .connect()
        .await
        .unwrap();
    let schema = include_str!("../../migrations/sqlite/0001_first.sql");
    connection.execute(sqlx::raw_sql(schema)).await.unwrap();
    connection
        .execute(
            "PRAGMA application_id = 0x41564f70; PRAGMA user_version = 1; \
             INSERT INTO installation (id, created_at) VALUES ('the-first', 1)",
        )
        .await
        .unwrap();
    connection.close().await.unwrap();
    fs::set_permissions(&database, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(folder.join("avops.installation"), "the-first\n").unwrap();
}

async fn schema_of(database: &Path) -> i64 {
    let mut connection = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(database)
        .read_only(true)
        .connect()
        .await
        .unwrap();
    let found = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    found
}

#[tokio::test]
async fn an_older_database_is_backed_up_then_brought_up_to_date_once() {
    let folder = TempDir::new().unwrap();
    first_program(folder.path()).await;

    let store = Store::open_in(folder.path()).await.unwrap();
    assert_eq!(store.installation(), "the-first");
    let run = new_run(id(1));
    store.accept(&run, first(&run, at(0))).await.unwrap();
    let backups = store.backups().unwrap();
    assert_eq!(backups.len(), 1);
    let kept = store.backup_path(&backups[0].name).unwrap();
    assert_eq!(schema_of(&kept).await, 1, "the way back is the old schema");
    assert_eq!(read_backup(&kept).await.unwrap().installation, "the-first");
    store.close().await.unwrap();
    assert!(schema_of(&folder.path().join("avops.db")).await > 1);

    let store = Store::open_in(folder.path()).await.unwrap();
    assert_eq!(store.backups().unwrap().len(), 1, "nothing was left to do");
}

#[tokio::test]
async fn without_room_for_the_way_back_nothing_is_changed() {
    let folder = TempDir::new().unwrap();
    first_program(folder.path()).await;
    let options = avops_store::StoreOptions {
        data_dir: folder.path().to_owned(),
        low_water: u64::MAX / 2,
    };
    let refused = Store::open(options).await.unwrap_err();
    assert!(
        matches!(refused, avops_store::StoreError::Full(_)),
        "{refused}"
    );
    assert_eq!(schema_of(&folder.path().join("avops.db")).await, 1);
}
