//! Steps that wait for a person.

use avops_engine::{Mode, RunId, StepState};
use serde_json::{Map, Value};
use sqlx::{QueryBuilder, Row as _};

use crate::cursor::{bounded, cursor, read};
use crate::dialect::{Db, Row};
use crate::journal::run_id;
use crate::words::{counted, named, nanos, parsed};
use crate::{Page, Store, StoreError, steps};

/// The steps that wait for a person. While a run is held, nothing else of it can be answered.
const WAITING: &str = "FROM steps AS s JOIN runs AS r ON r.id = s.run_id \
     WHERE s.gate IS NOT NULL AND r.finished_at IS NULL \
     AND (s.verb = 'hold' OR coalesce(r.waiting_for, '') <> 'held')";

/// A step that waits for a person, with what lists show of its run.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitingStep {
    /// The run.
    pub run: RunId,
    /// Its name.
    pub run_name: String,
    /// Absolute address of its page.
    pub url: String,
    /// Name of its agent.
    pub agent: Option<String>,
    /// Id of its recipe; absent for a run from a text.
    pub recipe_id: Option<String>,
    /// Name of its recipe.
    pub recipe: String,
    /// Version of its recipe.
    pub recipe_version: u32,
    /// Id of its workflow.
    pub workflow_id: Option<String>,
    /// The inputs it was given.
    pub inputs: Map<String, Value>,
    /// Live, mock or dry.
    pub mode: Mode,
    /// Who asked for it.
    pub requested_by: String,
    /// The step; its gate says what is needed.
    pub step: StepState,
}

impl Store {
    /// Lists the steps that wait for a person in runs that are not over, longest waiting first: at most `limit`
    /// (1 to 500) after `cursor`.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or when the database fails.
    pub async fn waiting(
        &self,
        limit: u32,
        after: Option<&str>,
    ) -> Result<Page<WaitingStep>, StoreError> {
        let limit = bounded(limit);
        let rows = listing(limit, after)?
            .build()
            .fetch_all(self.reader())
            .await?;
        let found = rows
            .iter()
            .map(waiting_step)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(found, limit, |waiting| {
            let step = &waiting.step;
            cursor(
                nanos(step.started_at),
                &[&waiting.run.to_string(), &step.key.0],
            )
        }))
    }

    /// Counts the steps that wait for a person.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn waiting_count(&self) -> Result<u64, StoreError> {
        let mut question = QueryBuilder::<Db>::new(format!("SELECT count(*) {WAITING}"));
        let found: i64 = question
            .build_query_scalar()
            .fetch_one(self.reader())
            .await?;
        counted("count", found)
    }
}

/// The query of [`Store::waiting`].
pub(crate) fn listing(limit: u32, after: Option<&str>) -> Result<QueryBuilder<Db>, StoreError> {
    let mut query = select();
    if let Some(after) = after {
        let (at, [run, key]) = read::<2>(after)?;
        query
            .push(" AND (s.started_at, s.run_id, s.key) > (")
            .push_bind(at);
        query
            .push(", ")
            .push_bind(run)
            .push(", ")
            .push_bind(key)
            .push(")");
    }
    query
        .push(" ORDER BY s.started_at, s.run_id, s.key LIMIT ")
        .push_bind(i64::from(limit) + 1);
    Ok(query)
}

/// The query of [`Store::waits_without_notice`].
pub(crate) fn unannounced(since: i64, limit: u32) -> QueryBuilder<Db> {
    let mut query = select();
    query
        .push(" AND s.started_at >= ")
        .push_bind(since)
        .push(
            // Whoever pauses a run knows of it.
            " AND s.verb <> 'pause' AND NOT EXISTS (SELECT 1 FROM notices AS n WHERE n.run_id = s.run_id AND n.step = s.key \
             AND n.attempt = s.attempt) ORDER BY s.started_at, s.run_id, s.key LIMIT ",
        )
        .push_bind(i64::from(limit));
    query
}

fn select() -> QueryBuilder<Db> {
    QueryBuilder::new(format!(
        "SELECT s.run_id, s.key, s.seq, s.phase, s.title, s.verb, s.tool, s.action, s.attempt, s.status, s.message, \
         s.payload, s.result, s.error, s.started_at, s.finished_at, s.gate, s.reused_from, \
         r.name AS run_name, r.url, r.agent, r.recipe_id, r.recipe, r.recipe_version, r.workflow_id, r.inputs, r.mode, \
         r.requested_by {WAITING}",
    ))
}

pub(crate) fn waiting_step(row: &Row) -> Result<WaitingStep, StoreError> {
    Ok(WaitingStep {
        run: run_id(row.try_get("run_id")?)?,
        run_name: row.try_get("run_name")?,
        url: row.try_get("url")?,
        agent: row.try_get("agent")?,
        recipe_id: row.try_get("recipe_id")?,
        recipe: row.try_get("recipe")?,
        recipe_version: counted("version", row.try_get("recipe_version")?)?,
        workflow_id: row.try_get("workflow_id")?,
        inputs: parsed("inputs", row.try_get("inputs")?)?,
        mode: named("mode", row.try_get("mode")?)?,
        requested_by: row.try_get("requested_by")?,
        step: steps::step(row)?,
    })
}
