//! A damaged or shortened file is never taken for a sound one, and never replaced by an empty one (P18).

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use avops_engine::{Journal as _, RunStatus, StepStatus};
use avops_store::{Store, StoreError};
use rand::rngs::StdRng;
use rand::{Rng as _, RngCore as _, SeedableRng as _};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};
use tempfile::TempDir;

use crate::sample::{artifact, at, first, id, new_run, next, step, store};

/// So many files are damaged.
const CASES: u64 = 200;
/// The size of a page of the database, in bytes.
const PAGE: usize = 4_096;

/// An installation that has worked and was stopped, and the hash of a long text in it.
async fn worked() -> (TempDir, String) {
    let (folder, store) = store().await;
    for number in 0..60 {
        let run = new_run(id(1_000 + number));
        store.accept(&run, first(&run, at(0))).await.unwrap();
        let mut batch = next(run.id, 1, 12, RunStatus::Success);
        batch.steps = vec![step("act.1", 1, StepStatus::Ok)];
        batch.artifacts = vec![artifact(1)];
        store.append(batch).await.unwrap();
    }
    let hash = store.keep_recipe_text(&long_text()).await.unwrap();
    store.close().await.unwrap();
    (folder, hash)
}

/// A text of many pages.
fn long_text() -> String {
    "long\n".repeat(20_000)
}

/// Everything in the tables, in order, but for the texts of recipes.
async fn contents(database: &Path) -> Vec<String> {
    let mut connection = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(database)
        .read_only(true)
        .connect()
        .await
        .unwrap();
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    let mut all = Vec::new();
    for table in tables {
        let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info($1)")
            .bind(&table)
            .fetch_all(&mut connection)
            .await
            .unwrap();
        let columns = columns.iter().filter(|name| *name != "yaml");
        let quoted: Vec<String> = columns.map(|name| format!("quote({name})")).collect();
        let row = quoted.join(" || ',' || ");
        let text = format!("SELECT {row} AS row FROM {table} ORDER BY 1");
        let rows = sqlx::query(sqlx::AssertSqlSafe(text))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        all.extend(
            rows.iter()
                .map(|row| format!("{table}: {}", row.get::<String, _>("row"))),
        );
    }
    connection.close().await.unwrap();
    all
}

/// Damages one page, or shortens the file; says what was done.
fn damage(bytes: &mut Vec<u8>, seed: u64) -> String {
    let mut chance = StdRng::seed_from_u64(seed);
    let page = chance.random_range(0..bytes.len() / PAGE) * PAGE;
    match seed % 4 {
        0 => {
            chance.fill_bytes(&mut bytes[page..page + PAGE]);
            format!("page at {page} is noise")
        }
        1 => {
            bytes[page..page + PAGE].fill(0);
            format!("page at {page} is empty")
        }
        2 => {
            bytes.truncate(page);
            format!("the file ends at {page}, between pages")
        }
        _ => {
            let length = chance.random_range(0..bytes.len());
            bytes.truncate(length);
            format!("the file ends at {length}")
        }
    }
}

#[tokio::test]
async fn a_damaged_or_shortened_file_is_refused_unchanged() {
    let (sound, hash) = worked().await;
    let before = contents(&sound.path().join("avops.db")).await;
    let bytes = fs::read(sound.path().join("avops.db")).unwrap();
    assert!(bytes.len() > 40 * PAGE, "{} bytes", bytes.len());
    let mut refused = 0;
    for seed in 0..CASES {
        let folder = TempDir::new().unwrap();
        for file in ["avops.installation", "avops.key"] {
            if sound.path().join(file).exists() {
                fs::copy(sound.path().join(file), folder.path().join(file)).unwrap();
            }
        }
        let database = folder.path().join("avops.db");
        let mut damaged = bytes.clone();
        let what = damage(&mut damaged, seed);
        fs::write(&database, &damaged).unwrap();
        fs::set_permissions(&database, fs::Permissions::from_mode(0o600)).unwrap();
        match Store::open_in(folder.path()).await {
            Ok(store) => {
                // SQLite keeps no sums of its pages: what is inside a long text is checked when it is read.
                match store.recipe_text(&hash).await {
                    Ok(text) => assert_eq!(text.as_deref(), Some(&*long_text()), "{seed}: {what}"),
                    Err(error) => assert!(error.to_string().contains("damaged"), "{error}"),
                }
                store.close().await.unwrap();
                assert!(
                    contents(&database).await == before,
                    "{seed}: {what}: not the same rows"
                );
            }
            Err(error) => {
                refused += 1;
                assert!(
                    matches!(
                        error,
                        StoreError::Damaged { .. }
                            | StoreError::Missing { .. }
                            | StoreError::Foreign { .. }
                    ),
                    "{seed}: {what}: {error}"
                );
                assert!(
                    fs::read(&database).unwrap() == damaged,
                    "{seed}: {what}: changed"
                );
            }
        }
    }
    assert!(refused > CASES * 9 / 10, "only {refused} were refused");
}
