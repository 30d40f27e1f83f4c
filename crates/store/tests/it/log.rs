//! The write-ahead log beside a reader that holds on to an old state (F39).

use avops_engine::{Journal as _, RunStatus};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};

use crate::sample::{at, first, id, new_run, next, store};

/// What the log is cut to when it begins anew, in bytes.
const KEPT: u64 = 64 * 1024 * 1024;

#[tokio::test]
async fn a_reader_that_does_not_let_go_stops_no_write_and_the_log_shrinks_when_it_does() {
    let (folder, store) = store().await;
    let mut reader = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(folder.path().join("avops.db"))
        .read_only(true)
        .connect()
        .await
        .unwrap();
    reader.execute("BEGIN").await.unwrap();
    let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM runs")
        .fetch_one(&mut reader)
        .await
        .unwrap();

    let mut number = 0;
    while store.log_size().unwrap() <= KEPT {
        number += 1;
        let run = new_run(id(number));
        store.accept(&run, first(&run, at(0))).await.unwrap();
        store
            .append(next(run.id, 1, 2, RunStatus::Success))
            .await
            .unwrap();
        let text = format!("{number}{}", "x".repeat(1_000_000));
        store.keep_recipe_text(&text).await.unwrap();
    }
    let still: i64 = sqlx::query_scalar("SELECT count(*) FROM runs")
        .fetch_one(&mut reader)
        .await
        .unwrap();
    assert_eq!(still, seen, "the reader sees the state it began with");

    reader.close().await.unwrap();
    // The first commit folds the log into the file, the second begins it anew.
    for number in number + 1..=number + 2 {
        let run = new_run(id(number));
        store.accept(&run, first(&run, at(0))).await.unwrap();
    }
    assert!(store.log_size().unwrap() <= KEPT);
}
