//! What the store does before it opens: whose folder it is, what is in it, who may read it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use avops_engine::{Journal, JournalError};
use avops_store::{Store, StoreError, StoreOptions};
use sqlx::{ConnectOptions, Connection, Executor};
use tempfile::TempDir;

use crate::sample::{at, first, id, new_run, store};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

async fn change(folder: &Path, sql: &'static str) {
    let mut connection = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(folder.join("avops.db"))
        .connect()
        .await
        .unwrap();
    connection.execute(sql).await.unwrap();
    connection.close().await.unwrap();
}

async fn refusal(folder: &Path) -> StoreError {
    Store::open_in(folder).await.unwrap_err()
}

#[tokio::test]
async fn a_new_folder_and_all_files_in_it_are_private() {
    let parent = TempDir::new().unwrap();
    let folder = parent.path().join("deep/data");
    let store = Store::open(StoreOptions::in_folder(&folder)).await.unwrap();
    let run = new_run(id(1));
    // Enough room or not: whatever this disk has, files are there.
    store.accept(&run, first(&run, at(0))).await.ok();
    assert_eq!(mode(&folder), 0o700);
    let files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert!(files.len() >= 4, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[tokio::test]
async fn a_folder_may_be_listed_by_others_but_not_changed_by_everybody() {
    let folder = TempDir::new().unwrap();
    chmod(folder.path(), 0o755);
    Store::open_in(folder.path())
        .await
        .unwrap()
        .close()
        .await
        .unwrap();
    chmod(folder.path(), 0o777);
    let refused = refusal(folder.path()).await;
    assert!(
        matches!(refused, StoreError::Exposed { mode: 0o777, .. }),
        "{refused}"
    );
    assert!(refused.to_string().contains("chmod 700"), "{refused}");
}

#[tokio::test]
async fn a_database_that_others_can_read_is_refused() {
    let (folder, store) = store().await;
    store.close().await.unwrap();
    chmod(&folder.path().join("avops.db"), 0o644);
    let refused = refusal(folder.path()).await;
    assert!(refused.to_string().contains("chmod 600"), "{refused}");
}

#[tokio::test]
async fn a_second_process_is_refused_and_told_which_is_the_first() {
    let (folder, store) = store().await;
    let refused = refusal(folder.path()).await;
    assert!(matches!(refused, StoreError::InUse { .. }), "{refused}");
    let own = format!("process {}", std::process::id());
    assert!(refused.to_string().contains(&own), "{refused}");
    drop(store);
    Store::open_in(folder.path()).await.unwrap();
}

#[tokio::test]
async fn a_database_that_is_gone_is_never_replaced_by_an_empty_one() {
    let (folder, store) = store().await;
    store.close().await.unwrap();
    let database = folder.path().join("avops.db");

    fs::write(&database, "").unwrap();
    assert!(matches!(
        refusal(folder.path()).await,
        StoreError::Missing { .. }
    ));
    fs::remove_file(&database).unwrap();
    let refused = refusal(folder.path()).await;
    assert!(matches!(refused, StoreError::Missing { .. }), "{refused}");
    assert!(
        refused.to_string().contains("avops.installation"),
        "{refused}"
    );
    assert!(!database.exists());
}

#[tokio::test]
async fn an_installation_keeps_its_id() {
    let (folder, store) = store().await;
    let installation = store.installation().to_owned();
    store.close().await.unwrap();
    let store = Store::open_in(folder.path()).await.unwrap();
    assert_eq!(store.installation(), installation);
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_left_alone() {
    let (folder, store) = store().await;
    store.close().await.unwrap();
    change(folder.path(), "PRAGMA user_version = 99").await;
    let before = fs::read(folder.path().join("avops.db")).unwrap();
    let refused = refusal(folder.path()).await;
    assert!(
        matches!(refused, StoreError::Newer { found: 99, .. }),
        "{refused}"
    );
    assert_eq!(fs::read(folder.path().join("avops.db")).unwrap(), before);
}

#[tokio::test]
async fn a_database_of_another_program_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let database = folder.path().join("avops.db");
    fs::write(&database, "").unwrap();
    chmod(&database, 0o600);
    change(folder.path(), "CREATE TABLE theirs (x)").await;
    let before = fs::read(&database).unwrap();
    let refused = refusal(folder.path()).await;
    assert!(matches!(refused, StoreError::Foreign { .. }), "{refused}");
    assert_eq!(fs::read(&database).unwrap(), before);
}

#[tokio::test]
async fn a_damaged_database_is_refused() {
    let (folder, store) = store().await;
    for n in 1..=50 {
        let run = new_run(id(n));
        store.accept(&run, first(&run, at(0))).await.unwrap();
    }
    store.close().await.unwrap();
    let database = folder.path().join("avops.db");
    let sound = fs::read(&database).unwrap();

    // Each page's header in turn: a page that is no page any more.
    let mut damaged = sound.clone();
    for page in damaged.chunks_mut(4096).skip(1) {
        page[..8].fill(0xa5);
    }
    fs::write(&database, &damaged).unwrap();
    let refused = refusal(folder.path()).await;
    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused}");

    fs::write(&database, &sound[..sound.len() / 2]).unwrap();
    let refused = refusal(folder.path()).await;
    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused}");

    fs::write(
        &database,
        "this is no database, and long enough to be looked at".repeat(50),
    )
    .unwrap();
    let refused = refusal(folder.path()).await;
    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused}");
}

#[tokio::test]
async fn a_file_that_fails_stops_all_writing() {
    let (folder, store) = store().await;
    for n in 1..=50 {
        let run = new_run(id(n));
        store.accept(&run, first(&run, at(0))).await.unwrap();
    }
    store.close().await.unwrap();
    let store = Store::open_in(folder.path()).await.unwrap();
    let database = folder.path().join("avops.db");
    let mut damaged = fs::read(&database).unwrap();
    for page in damaged.chunks_mut(4096).skip(1) {
        page[..8].fill(0xa5);
    }
    fs::write(&database, damaged).unwrap();

    let run = new_run(id(51));
    let refused = store.accept(&run, first(&run, at(0))).await.unwrap_err();
    assert!(matches!(refused, JournalError::Failed(_)), "{refused}");
    assert!(store.failure().await.contains("malformed"));
    // Nothing else is tried, neither runs nor the catalog.
    let refused = store
        .set_setting("mock", &serde_json::json!(true), "ann", at(0))
        .await;
    assert!(refused.unwrap_err().to_string().contains("the disk failed"));
    let refused = store.accept(&run, first(&run, at(0))).await.unwrap_err();
    assert!(refused.to_string().contains("the disk failed"), "{refused}");
    assert!(store.check().await.is_err());
}

#[tokio::test]
async fn nothing_new_is_accepted_on_a_disk_that_is_nearly_full() {
    let folder = TempDir::new().unwrap();
    let full = StoreOptions {
        data_dir: folder.path().to_owned(),
        low_water: u64::MAX,
    };
    let run = new_run(id(1));
    let store = Store::open_in(folder.path()).await.unwrap();
    store.accept(&run, first(&run, at(0))).await.unwrap();
    store.close().await.unwrap();

    let store = Store::open(full).await.unwrap();
    let other = new_run(id(2));
    let refused = store
        .accept(&other, first(&other, at(0)))
        .await
        .unwrap_err();
    assert!(matches!(refused, JournalError::Full(_)), "{refused}");
    // What was accepted goes on, and everything can be read.
    let goes_on = crate::sample::next(id(1), 1, 1, avops_engine::RunStatus::Running);
    store.append(goes_on).await.unwrap();
    assert_eq!(store.read(id(1), 0).await.unwrap().len(), 2);
}

#[tokio::test]
async fn an_ordinary_client_reads_runs_steps_and_artifacts() {
    let (folder, store) = store().await;
    let run = new_run(id(1));
    store.accept(&run, first(&run, at(0))).await.unwrap();
    let mut batch = crate::sample::next(id(1), 1, 1, avops_engine::RunStatus::Failed);
    batch.state.error = Some(avops_engine::RunError {
        phase: None,
        step: None,
        message: "the room did not answer".to_owned(),
        hint: None,
    });
    batch.steps = vec![crate::sample::step(
        "act.1",
        1,
        avops_engine::StepStatus::Ok,
    )];
    batch.artifacts = vec![crate::sample::artifact(1)];
    store.append(batch).await.unwrap();

    let mut connection = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(folder.path().join("avops.db"))
        .connect()
        .await
        .unwrap();
    let run: (String, String, String, i64, String, String, String) = sqlx::query_as(
        "SELECT recipe_id, trigger, status, duration, error, meta, accepted_at FROM workflow_run",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    let expected = (
        "recipe-1",
        "api",
        "failed",
        0,
        "the room did not answer",
        "{}",
        "2026-11-24T12:00:00.000Z",
    );
    let run = (&*run.0, &*run.1, &*run.2, run.3, &*run.4, &*run.5, &*run.6);
    assert_eq!(run, expected);
    let step: (String, String, String) =
        sqlx::query_as("SELECT phase, payload, result FROM step_event")
            .fetch_one(&mut connection)
            .await
            .unwrap();
    assert_eq!(
        step,
        (
            "act".into(),
            "{\"channel\":\"#avops\"}".into(),
            "null".into()
        )
    );
    let artifact: (String, String, String, String) =
        sqlx::query_as("SELECT kind, url, external_id, data FROM artifact")
            .fetch_one(&mut connection)
            .await
            .unwrap();
    assert_eq!(artifact.0, "message");
    assert_eq!(artifact.2, "171.5");
}
