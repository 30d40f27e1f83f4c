//! The schema: its stamp, its checks at the start, and the steps that bring an older one up to date.

use std::path::Path;

use sqlx::{Connection as _, Executor};

use crate::StoreError;
use crate::dialect::{BEGIN_WRITE, Connection, is_sound_version};
use crate::folder::new_installation;

/// The letters `AVOp`: tells our databases from those of other programs.
pub(crate) const APPLICATION: i64 = 0x4156_4f70;

/// The steps from an empty database to the newest schema; the schema's number is how many were taken.
const MIGRATIONS: [&str; 13] = [
    include_str!("../migrations/sqlite/0001_first.sql"),
    include_str!("../migrations/sqlite/0002_answer_fields.sql"),
    include_str!("../migrations/sqlite/0003_contents.sql"),
    include_str!("../migrations/sqlite/0004_tool_settings.sql"),
    include_str!("../migrations/sqlite/0005_workflows.sql"),
    include_str!("../migrations/sqlite/0006_model_calls.sql"),
    include_str!("../migrations/sqlite/0007_chat.sql"),
    include_str!("../migrations/sqlite/0011_hooks.sql"),
    include_str!("../migrations/sqlite/0012_notices.sql"),
    include_str!("../migrations/sqlite/0017_rooms.sql"),
    include_str!("../migrations/sqlite/0013_again.sql"),
    include_str!("../migrations/sqlite/0015_recipe_stages.sql"),
    include_str!("../migrations/sqlite/0014_rooms.sql"),
];

/// What a database file says of itself.
enum Found {
    Empty,
    Schema(i64),
}

/// Looks at a database without writing to it, and refuses what this program must not touch.
pub(crate) async fn inspect(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let version: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(&mut *connection)
        .await
        .map_err(|error| damaged(path, &error))?;
    if !is_sound_version(&version) {
        return Err(StoreError::OldSqlite { found: version });
    }
    let found = stamp(connection, path).await?;
    if matches!(found, Found::Empty) {
        return Ok(());
    }
    let verdict: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(&mut *connection)
        .await
        .map_err(|error| damaged(path, &error))?;
    if verdict == "ok" {
        return Ok(());
    }
    Err(StoreError::Damaged {
        path: path.to_owned(),
        detail: verdict,
    })
}

/// Whether the database was left by an older program.
pub(crate) async fn is_outdated(
    connection: &mut Connection,
    path: &Path,
) -> Result<bool, StoreError> {
    match stamp(connection, path).await? {
        Found::Empty => Ok(false),
        Found::Schema(found) => Ok(found < known()),
    }
}

/// Brings the schema up to date in one transaction; gives the installation's id.
pub(crate) async fn migrate(
    connection: &mut Connection,
    path: &Path,
    now: i64,
) -> Result<String, StoreError> {
    let known = known();
    let mut transaction = connection.begin_with(BEGIN_WRITE).await?;
    let found = match stamp(&mut transaction, path).await? {
        Found::Empty => 0,
        Found::Schema(found) => found,
    };
    let taken = usize::try_from(found).unwrap_or(MIGRATIONS.len());
    for step in MIGRATIONS.into_iter().skip(taken) {
        transaction.execute(sqlx::raw_sql(step)).await?;
    }
    if found == 0 {
        transaction
            .execute("PRAGMA application_id = 0x41564f70")
            .await?;
        sqlx::query("INSERT INTO installation (id, created_at) VALUES ($1, $2)")
            .bind(new_installation())
            .bind(now)
            .execute(&mut *transaction)
            .await?;
    }
    if found != known {
        // A pragma takes no bound values; this one is made of our own number.
        let stamp = format!("PRAGMA user_version = {known}");
        transaction.execute(sqlx::AssertSqlSafe(stamp)).await?;
    }
    let installation = sqlx::query_scalar("SELECT id FROM installation")
        .fetch_one(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(installation)
}

fn known() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

async fn stamp(connection: &mut Connection, path: &Path) -> Result<Found, StoreError> {
    let read = |error: sqlx::Error| damaged(path, &error);
    let application: i64 = sqlx::query_scalar("PRAGMA application_id")
        .fetch_one(&mut *connection)
        .await
        .map_err(read)?;
    let found: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&mut *connection)
        .await
        .map_err(read)?;
    let objects: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_master")
        .fetch_one(&mut *connection)
        .await
        .map_err(read)?;
    match (application, found, objects) {
        (0, 0, 0) => Ok(Found::Empty),
        (APPLICATION, found, _) if found > known() => Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known: known(),
        }),
        (APPLICATION, found, _) => Ok(Found::Schema(found)),
        _ => Err(StoreError::Foreign {
            path: path.to_owned(),
        }),
    }
}

fn damaged(path: &Path, error: &sqlx::Error) -> StoreError {
    StoreError::Damaged {
        path: path.to_owned(),
        detail: error.to_string(),
    }
}
