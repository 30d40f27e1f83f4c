//! Workflows: an agent, a recipe and what starts them together.

use jiff::Timestamp;
use serde_json::{Map, Value};
use sqlx::{QueryBuilder, Row as _};

use crate::dialect::{Connection, Db, Fault, Row, fault};
use crate::words::{counted, folded, json, nanos, parsed, time};
use crate::{Store, StoreError, hooks};

/// A workflow.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowRow {
    /// Its id.
    pub id: String,
    /// Unique without case.
    pub name: String,
    /// Who works.
    pub agent_id: String,
    /// What is run.
    pub recipe_id: String,
    /// The pinned version; the newest when absent.
    pub version: Option<u32>,
    /// Values of the recipe's inputs.
    pub inputs: Map<String, Value>,
    /// What starts it, as the room above writes it.
    pub trigger: Value,
    /// What happens when a time comes while a run of it is open.
    pub overlap: String,
    /// What happens to times that passed while nobody watched.
    pub missed: Value,
    /// Whether times and hooks start it.
    pub enabled: bool,
    /// Why it is not, where somebody said.
    pub pause_reason: Option<String>,
    /// When it is enabled again by itself.
    pub resume_at: Option<Timestamp>,
    /// The time from which intervals count.
    pub anchor_at: Timestamp,
    /// Due times up to and including this one are decided.
    pub decided_to: Timestamp,
    /// When the scheduler must look at it next; absent when nothing is planned.
    pub wake_at: Option<Timestamp>,
    /// Who made it, by name.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed by a person.
    pub updated_at: Timestamp,
}

const COLUMNS: &str = "id, name, folded, agent_id, recipe_id, version, inputs, trigger, overlap, missed, enabled, \
     pause_reason, resume_at, anchor_at, decided_to, wake_at, created_by, created_at, updated_at";

impl Store {
    /// Lists all workflows by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn workflows(&self) -> Result<Vec<WorkflowRow>, StoreError> {
        let mut query = QueryBuilder::<Db>::new("SELECT ");
        query.push(COLUMNS).push(" FROM workflows ORDER BY folded");
        let rows = query.build().fetch_all(self.reader()).await?;
        rows.iter().map(workflow).collect()
    }

    /// Finds a workflow by id, or by name without case.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn workflow(&self, asked: &str) -> Result<Option<WorkflowRow>, StoreError> {
        let mut query = QueryBuilder::<Db>::new("SELECT ");
        query
            .push(COLUMNS)
            .push(" FROM workflows WHERE id = ")
            .push_bind(asked.trim().to_owned())
            .push(" OR folded = ")
            .push_bind(folded(asked));
        let row = query.build().fetch_optional(self.reader()).await?;
        row.as_ref().map(workflow).transpose()
    }

    /// Workflows that the scheduler must look at by `now`, the longest waiting first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_workflows(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<WorkflowRow>, StoreError> {
        let mut query = QueryBuilder::<Db>::new("SELECT ");
        query
            .push(COLUMNS)
            .push(" FROM workflows WHERE wake_at <= ")
            .push_bind(nanos(now))
            .push(" ORDER BY wake_at LIMIT ")
            .push_bind(i64::from(limit));
        let rows = query.build().fetch_all(self.reader()).await?;
        rows.iter().map(workflow).collect()
    }

    /// When the scheduler must look next; absent when nothing is planned.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_wake(&self) -> Result<Option<Timestamp>, StoreError> {
        let next: Option<i64> =
            sqlx::query_scalar("SELECT min(wake_at) FROM workflows WHERE wake_at IS NOT NULL")
                .fetch_one(self.reader())
                .await?;
        next.map(time).transpose()
    }

    /// Makes a workflow, with an address to which messages come if `hook` names one.
    ///
    /// # Errors
    /// [`StoreError::Taken`] for the name.
    pub async fn create_workflow(
        &self,
        workflow: &WorkflowRow,
        hook: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        let mut query = QueryBuilder::<Db>::new("INSERT INTO workflows (");
        query.push(COLUMNS).push(") VALUES (");
        {
            let mut values = query.separated(", ");
            values
                .push_bind(workflow.id.clone())
                .push_bind(workflow.name.clone())
                .push_bind(folded(&workflow.name))
                .push_bind(workflow.agent_id.clone())
                .push_bind(workflow.recipe_id.clone())
                .push_bind(workflow.version.map(i64::from))
                .push_bind(text("inputs", &workflow.inputs)?)
                .push_bind(text("trigger", &workflow.trigger)?)
                .push_bind(workflow.overlap.clone())
                .push_bind(text("missed", &workflow.missed)?)
                .push_bind(i64::from(workflow.enabled))
                .push_bind(workflow.pause_reason.clone())
                .push_bind(workflow.resume_at.map(nanos))
                .push_bind(nanos(workflow.anchor_at))
                .push_bind(nanos(workflow.decided_to))
                .push_bind(workflow.wake_at.map(nanos))
                .push_bind(workflow.created_by.clone())
                .push_bind(nanos(workflow.created_at))
                .push_bind(nanos(workflow.updated_at));
        }
        query.push(")");
        query
            .build()
            .execute(&mut *transaction)
            .await
            .map_err(|error| taken(error, &workflow.name))?;
        if let Some(hook) = hook {
            hooks::add(&mut transaction, &workflow.id, hook, workflow.created_at).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Writes a workflow over the one of the same id, with the due times that this decides; who made it and when stays.
    /// It gets the address that `hook` names unless it has one.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Taken`] for the name.
    pub async fn update_workflow(
        &self,
        workflow: &WorkflowRow,
        decided: &[crate::OccurrenceRow],
        hook: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        let done = sqlx::query(
            "UPDATE workflows SET name = $2, folded = $3, agent_id = $4, recipe_id = $5, version = $6, inputs = $7, \
             trigger = $8, overlap = $9, missed = $10, updated_at = $11 WHERE id = $1",
        )
        .bind(&workflow.id)
        .bind(&workflow.name)
        .bind(folded(&workflow.name))
        .bind(&workflow.agent_id)
        .bind(&workflow.recipe_id)
        .bind(workflow.version.map(i64::from))
        .bind(text("inputs", &workflow.inputs)?)
        .bind(text("trigger", &workflow.trigger)?)
        .bind(&workflow.overlap)
        .bind(text("missed", &workflow.missed)?)
        .bind(nanos(workflow.updated_at))
        .execute(&mut *transaction)
        .await
        .map_err(|error| taken(error, &workflow.name))?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound {
                what: "workflow",
                name: workflow.name.clone(),
            });
        }
        keep_plan(&mut transaction, workflow).await?;
        crate::occurrences::insert(&mut transaction, decided).await?;
        if let Some(hook) = hook {
            hooks::add(&mut transaction, &workflow.id, hook, workflow.updated_at).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Keeps how far the due times of workflows are decided, with what was decided, in one transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_decisions(
        &self,
        workflows: &[WorkflowRow],
        decided: &[crate::OccurrenceRow],
    ) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        for workflow in workflows {
            keep_plan(&mut transaction, workflow).await?;
        }
        crate::occurrences::insert(&mut transaction, decided).await?;
        Ok(transaction.commit().await?)
    }

    /// Removes a workflow by id, with its record of due times; its runs stay. Returns whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_workflow(&self, id: &str) -> Result<bool, StoreError> {
        let mut transaction = self.writing().await?;
        let done = sqlx::query("DELETE FROM workflows WHERE id = $1")
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(done.rows_affected() > 0)
    }
}

/// Writes the columns that the scheduler moves.
async fn keep_plan(connection: &mut Connection, workflow: &WorkflowRow) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE workflows SET enabled = $2, pause_reason = $3, resume_at = $4, anchor_at = $5, decided_to = $6, \
         wake_at = $7 WHERE id = $1",
    )
    .bind(&workflow.id)
    .bind(i64::from(workflow.enabled))
    .bind(&workflow.pause_reason)
    .bind(workflow.resume_at.map(nanos))
    .bind(nanos(workflow.anchor_at))
    .bind(nanos(workflow.decided_to))
    .bind(workflow.wake_at.map(nanos))
    .execute(connection)
    .await?;
    Ok(())
}

fn text<T: serde::Serialize + ?Sized>(what: &'static str, value: &T) -> Result<String, StoreError> {
    json(value).map_err(|error| StoreError::unreadable(what, error))
}

fn taken(error: sqlx::Error, name: &str) -> StoreError {
    match fault(&error) {
        Fault::Duplicate => StoreError::Taken {
            what: "a workflow",
            name: name.to_owned(),
        },
        _ => error.into(),
    }
}

fn workflow(row: &Row) -> Result<WorkflowRow, StoreError> {
    let moment = |column: &str| -> Result<Option<Timestamp>, StoreError> {
        let nanos: Option<i64> = row.try_get(column)?;
        nanos.map(time).transpose()
    };
    let version: Option<i64> = row.try_get("version")?;
    Ok(WorkflowRow {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        agent_id: row.try_get("agent_id")?,
        recipe_id: row.try_get("recipe_id")?,
        version: version.map(|n| counted("version", n)).transpose()?,
        inputs: parsed("inputs", row.try_get("inputs")?)?,
        trigger: parsed("trigger", row.try_get("trigger")?)?,
        overlap: row.try_get("overlap")?,
        missed: parsed("missed", row.try_get("missed")?)?,
        enabled: row.try_get::<i64, _>("enabled")? != 0,
        pause_reason: row.try_get("pause_reason")?,
        resume_at: moment("resume_at")?,
        anchor_at: time(row.try_get("anchor_at")?)?,
        decided_to: time(row.try_get("decided_to")?)?,
        wake_at: moment("wake_at")?,
        created_by: row.try_get("created_by")?,
        created_at: time(row.try_get("created_at")?)?,
        updated_at: time(row.try_get("updated_at")?)?,
    })
}
