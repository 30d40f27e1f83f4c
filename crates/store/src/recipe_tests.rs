//! The tests of saved recipes: one text for each.

use jiff::Timestamp;
use sqlx::Row as _;

use crate::words::{nanos, time};
use crate::{Store, StoreError};

/// The tests of a recipe as they were saved last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipeTestsRow {
    /// Their text.
    pub yaml: String,
    /// Who saved them.
    pub author: String,
    /// When.
    pub updated_at: Timestamp,
}

impl Store {
    /// Gives the tests of a recipe, if there are any.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recipe_tests(&self, recipe: &str) -> Result<Option<RecipeTestsRow>, StoreError> {
        let found =
            sqlx::query("SELECT yaml, author, updated_at FROM recipe_tests WHERE recipe_id = $1")
                .bind(recipe)
                .fetch_optional(self.reader())
                .await?;
        let Some(row) = found else {
            return Ok(None);
        };
        Ok(Some(RecipeTestsRow {
            yaml: row.try_get("yaml")?,
            author: row.try_get("author")?,
            updated_at: time(row.try_get("updated_at")?)?,
        }))
    }

    /// Keeps the tests of a recipe in the place of those before; without tests it has none any more.
    ///
    /// # Errors
    /// When the database fails, also for a recipe that is not there.
    pub async fn keep_recipe_tests(
        &self,
        recipe: &str,
        tests: Option<&RecipeTestsRow>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        sqlx::query("DELETE FROM recipe_tests WHERE recipe_id = $1")
            .bind(recipe)
            .execute(&mut *transaction)
            .await?;
        if let Some(tests) = tests {
            sqlx::query(
                "INSERT INTO recipe_tests (recipe_id, yaml, author, updated_at) VALUES ($1, $2, $3, $4)",
            )
            .bind(recipe)
            .bind(&tests.yaml)
            .bind(&tests.author)
            .bind(nanos(tests.updated_at))
            .execute(&mut *transaction)
            .await?;
        }
        Ok(transaction.commit().await?)
    }
}
