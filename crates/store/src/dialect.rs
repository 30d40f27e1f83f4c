//! The one place where databases differ: names of the driver's types, bulk placeholders, classes of failure.
//!
//! Everything else in this room is SQL that `SQLite` and `PostgreSQL` both read, with `$1` placeholders and `ON CONFLICT`.
//! Only bulk statements have `?`: `SQLite` looks named placeholders up one by one, which is slow for hundreds of them.

use std::sync::Arc;

use sqlx::error::DatabaseError;
use sqlx::{Arguments, AssertSqlSafe, SqlSafeStr, SqlStr};

/// The database.
pub(crate) type Db = sqlx::Sqlite;
/// A connection to it.
pub(crate) type Connection = sqlx::SqliteConnection;
/// A pool of connections.
pub(crate) type Pool = sqlx::SqlitePool;
/// A row of an answer.
pub(crate) type Row = sqlx::sqlite::SqliteRow;
/// Values bound to a statement.
pub(crate) type Bound = sqlx::sqlite::SqliteArguments;

/// Begins a transaction that is going to write, so that it cannot fail half-way for want of the write lock.
pub(crate) const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";

/// A value for one column of a bulk statement.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Text(Arc<str>),
}

impl From<i64> for Cell {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Cell {
    fn from(value: &str) -> Self {
        Self::Text(value.into())
    }
}

impl From<String> for Cell {
    fn from(value: String) -> Self {
        Self::Text(value.into())
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Binds a cell behind those that are bound.
pub(crate) fn bind(bound: &mut Bound, cell: &Cell) -> Result<(), sqlx::Error> {
    match cell {
        Cell::Null => bound.add(None::<i64>),
        Cell::Int(value) => bound.add(*value),
        Cell::Text(value) => bound.add(Arc::clone(value)),
    }
    .map_err(sqlx::Error::Encode)
}

/// `(?, ?), (?, ?)` for two rows of two columns, between a head and a tail.
pub(crate) fn bulk(head: &str, rows: usize, columns: usize, tail: &str) -> SqlStr {
    let row = format!("({})", vec!["?"; columns].join(", "));
    let values = vec![row.as_str(); rows].join(", ");
    let text: Arc<str> = format!("{head} {values} {tail}").into();
    AssertSqlSafe(text).into_sql_str()
}

/// What a failure means for whoever writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No room on the disk: later it may go.
    Full,
    /// The file or disk cannot be trusted any more: nobody may go on (P17).
    Fatal,
    /// Somebody else holds the database, or it is closed: nothing was tried.
    Busy,
    /// A row with this key is there.
    Duplicate,
    /// This statement failed.
    Other,
}

/// Classifies a failure.
pub(crate) fn fault(error: &sqlx::Error) -> Fault {
    let Some(error) = error.as_database_error() else {
        return match error {
            sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => Fault::Fatal,
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => Fault::Busy,
            _ => Fault::Other,
        };
    };
    if error.is_unique_violation() {
        return Fault::Duplicate;
    }
    // The low byte is the primary code: 5 busy, 6 locked, 10 I/O error, 11 corrupt, 13 full, 26 not a database.
    match primary_code(error) {
        Some(5 | 6) => Fault::Busy,
        Some(13) => Fault::Full,
        Some(10 | 11 | 26) => Fault::Fatal,
        _ => Fault::Other,
    }
}

fn primary_code(error: &dyn DatabaseError) -> Option<i64> {
    let code: i64 = error.code()?.parse().ok()?;
    Some(code & 0xff)
}

/// States whether a version of `SQLite` is free of the WAL faults that were mended in 3.51.3.
pub(crate) fn is_sound_version(version: &str) -> bool {
    let mut numbers = version
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    (next(), next(), next()) >= (3, 51, 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_versions_of_sqlite_are_told_from_sound_ones() {
        assert!(!is_sound_version("3.51.2"));
        assert!(!is_sound_version("3.9.99"));
        assert!(is_sound_version("3.51.3"));
        assert!(is_sound_version("3.54.1"));
        assert!(is_sound_version("4.0.0"));
    }

    #[test]
    fn a_bulk_statement_has_a_placeholder_for_each_column_of_each_row() {
        let sql = bulk("INSERT INTO t VALUES", 2, 3, "ON CONFLICT DO NOTHING");
        assert_eq!(
            sql.as_str(),
            "INSERT INTO t VALUES (?, ?, ?), (?, ?, ?) ON CONFLICT DO NOTHING"
        );
    }
}
