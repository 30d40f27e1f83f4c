//! Statements over many rows, in a few fixed sizes so that each is prepared once.

use sqlx::SqlStr;

use crate::dialect::{self, Bound, Cell, Connection};

/// How many rows one statement takes: fine steps for small groups, so that most take one statement or two. The largest
/// keeps clear of the limit of 32,766 values.
const SIZES: [usize; 20] = [
    64, 48, 32, 24, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1,
];

/// A statement with `VALUES (…), (…)` in the middle.
pub(crate) struct Bulk {
    columns: usize,
    statements: [SqlStr; SIZES.len()],
}

impl Bulk {
    pub(crate) fn new(head: &str, columns: usize, tail: &str) -> Self {
        Self {
            columns,
            statements: SIZES.map(|rows| dialect::bulk(head, rows, columns, tail)),
        }
    }

    /// Its texts, for tests of their plans.
    #[cfg(test)]
    pub(crate) fn statements(&self) -> &[SqlStr] {
        &self.statements
    }

    /// Runs it over all rows, in as few statements as the sizes allow.
    pub(crate) async fn run<'c>(
        &self,
        connection: &mut Connection,
        tables: impl Iterator<Item = &'c [Cell]>,
    ) -> Result<(), sqlx::Error> {
        let cells: Vec<&Cell> = tables.flatten().collect();
        let mut rest = cells.as_slice();
        while !rest.is_empty() {
            let rows = rest.len() / self.columns;
            let fits = SIZES
                .iter()
                .zip(&self.statements)
                .find(|(size, _)| **size <= rows);
            let Some((size, statement)) = fits else {
                return Err(sqlx::Error::Protocol("a row lacks columns".to_owned()));
            };
            let (now, later) = rest.split_at(size * self.columns);
            let mut bound = Bound::default();
            for cell in now {
                dialect::bind(&mut bound, cell)?;
            }
            sqlx::query_with(statement.clone(), bound)
                .execute(&mut *connection)
                .await?;
            rest = later;
        }
        Ok(())
    }
}
