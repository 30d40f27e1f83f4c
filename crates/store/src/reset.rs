//! Emptying the catalog: workflows, agents, recipes and added connectors, in one transaction.

use sqlx::Row as _;

use crate::audit::append;
use crate::words::counted;
use crate::{AuditLine, Store, StoreError};

/// What emptying the catalog came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogReset {
    /// It is empty now.
    Done(RemovedCatalog),
    /// So many runs had not ended; nothing was changed.
    Unfinished(u64),
}

/// The names of what was removed, each group in the order of its names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemovedCatalog {
    /// Workflows.
    pub workflows: Vec<String>,
    /// Agents.
    pub agents: Vec<String>,
    /// Recipes, with all their versions.
    pub recipes: Vec<String>,
    /// Connectors that were added.
    pub connectors: Vec<String>,
}

impl Store {
    /// Removes all workflows, all agents, all recipes and all added connectors, and forgets the setting `forgotten`. Everything else
    /// stays: runs, the texts they refer to, settings, tokens and the audit trail, which gets the line that `said` makes
    /// of what was removed. Nothing is changed while a run has not ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reset_catalog(
        &self,
        forgotten: &str,
        said: impl FnOnce(&RemovedCatalog) -> AuditLine,
    ) -> Result<CatalogReset, StoreError> {
        // One transaction: no run can be accepted between the question and the deed, and no deed is without its line.
        let mut transaction = self.writing().await?;
        let unfinished: i64 =
            sqlx::query_scalar("SELECT count(*) FROM runs WHERE finished_at IS NULL")
                .fetch_one(&mut *transaction)
                .await?;
        if unfinished > 0 {
            return Ok(CatalogReset::Unfinished(counted("count", unfinished)?));
        }
        let mut removed = RemovedCatalog::default();
        for (group, select, delete) in [
            (
                &mut removed.workflows,
                "SELECT name FROM workflows ORDER BY folded",
                "DELETE FROM workflows",
            ),
            (
                &mut removed.agents,
                "SELECT name FROM agents ORDER BY folded",
                "DELETE FROM agents",
            ),
            (
                &mut removed.recipes,
                "SELECT name FROM recipes ORDER BY folded",
                "DELETE FROM recipes",
            ),
            (
                &mut removed.connectors,
                "SELECT name FROM connectors ORDER BY name",
                // What was sealed for one goes with it: another of that name must not get it.
                "DELETE FROM tool_settings WHERE tool IN (SELECT name FROM connectors)",
            ),
        ] {
            for row in sqlx::query(select).fetch_all(&mut *transaction).await? {
                group.push(row.try_get("name")?);
            }
            sqlx::query(delete).execute(&mut *transaction).await?;
        }
        sqlx::query("DELETE FROM connectors")
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM settings WHERE key = $1")
            .bind(forgotten)
            .execute(&mut *transaction)
            .await?;
        append(&mut transaction, &said(&removed)).await?;
        transaction.commit().await?;
        Ok(CatalogReset::Done(removed))
    }
}
