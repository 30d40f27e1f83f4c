//! Agents, with the recipes attached to them.

use avops_engine::RunStatus;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::{QueryBuilder, Row as _};

use crate::dialect::{Connection, Db, Fault, Row, fault};
use crate::words::{folded, json, named, nanos, parsed, time};
use crate::{Store, StoreError};

/// An agent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgentRow {
    /// Its id.
    pub id: String,
    /// Unique without case.
    pub name: String,
    /// `support`, `events` …
    pub domain: String,
    /// What it is for.
    pub description: String,
    /// Tools and `tool.action`s it may use; empty means all.
    pub tools: Vec<String>,
    /// Ids of the recipes attached to it, in its order.
    pub recipes: Vec<String>,
    /// Values for inputs that a run leaves out.
    pub defaults: Map<String, Value>,
    /// Model for agent steps.
    pub model: Option<String>,
    /// Guardrails of its own.
    pub guardrails: Value,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed.
    pub updated_at: Timestamp,
}

const COLUMNS: &str =
    "id, name, domain, description, tools, defaults, model, guardrails, created_at, updated_at";

impl Store {
    /// Lists all agents by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn agents(&self) -> Result<Vec<AgentRow>, StoreError> {
        let mut query = QueryBuilder::<Db>::new("SELECT ");
        query.push(COLUMNS).push(" FROM agents ORDER BY folded");
        let rows = query.build().fetch_all(self.reader()).await?;
        let mut agents = rows.iter().map(agent).collect::<Result<Vec<_>, _>>()?;
        let attached =
            sqlx::query("SELECT agent_id, recipe_id FROM agent_recipes ORDER BY agent_id, place")
                .fetch_all(self.reader())
                .await?;
        for row in attached {
            let id: &str = row.try_get("agent_id")?;
            if let Some(agent) = agents.iter_mut().find(|agent| agent.id == id) {
                agent.recipes.push(row.try_get("recipe_id")?);
            }
        }
        Ok(agents)
    }

    /// Finds an agent by id, or by name without case.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn agent(&self, asked: &str) -> Result<Option<AgentRow>, StoreError> {
        let mut query = QueryBuilder::<Db>::new("SELECT ");
        query
            .push(COLUMNS)
            .push(" FROM agents WHERE id = ")
            .push_bind(asked.trim().to_owned());
        query.push(" OR folded = ").push_bind(folded(asked));
        let Some(row) = query.build().fetch_optional(self.reader()).await? else {
            return Ok(None);
        };
        let mut agent = agent(&row)?;
        agent.recipes = sqlx::query_scalar(
            "SELECT recipe_id FROM agent_recipes WHERE agent_id = $1 ORDER BY place",
        )
        .bind(&agent.id)
        .fetch_all(self.reader())
        .await?;
        Ok(Some(agent))
    }

    /// How the newest finished runs of an agent ended, newest first: at most `limit`. Cancelled runs have no outcome.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn agent_outcomes(&self, id: &str, limit: u32) -> Result<Vec<RunStatus>, StoreError> {
        let rows: Vec<String> = sqlx::query_scalar(
            "SELECT status FROM runs WHERE agent_id = $1 AND status IN ('success', 'unproven', 'failed') \
             ORDER BY accepted_at DESC, id DESC LIMIT $2",
        )
        .bind(id)
        .bind(i64::from(limit))
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(|status| named("status", status)).collect()
    }

    /// Makes an agent.
    ///
    /// # Errors
    /// [`StoreError::Taken`] for the name, [`StoreError::NotFound`] for a recipe.
    pub async fn create_agent(&self, agent: &AgentRow) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        sqlx::query(
            "INSERT INTO agents (id, name, folded, domain, description, tools, defaults, model, guardrails, \
             created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(&agent.id)
        .bind(&agent.name)
        .bind(folded(&agent.name))
        .bind(&agent.domain)
        .bind(&agent.description)
        .bind(text("tools", &agent.tools)?)
        .bind(text("defaults", &agent.defaults)?)
        .bind(&agent.model)
        .bind(text("guardrails", &agent.guardrails)?)
        .bind(nanos(agent.created_at))
        .bind(nanos(agent.updated_at))
        .execute(&mut *transaction)
        .await
        .map_err(|error| taken(error, &agent.name))?;
        attach(&mut transaction, agent).await?;
        Ok(transaction.commit().await?)
    }

    /// Writes an agent over the one of the same id; when it was made stays.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Taken`] for the name.
    pub async fn update_agent(&self, agent: &AgentRow) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        let done = sqlx::query(
            "UPDATE agents SET name = $2, folded = $3, domain = $4, description = $5, tools = $6, defaults = $7, \
             model = $8, guardrails = $9, updated_at = $10 WHERE id = $1",
        )
        .bind(&agent.id)
        .bind(&agent.name)
        .bind(folded(&agent.name))
        .bind(&agent.domain)
        .bind(&agent.description)
        .bind(text("tools", &agent.tools)?)
        .bind(text("defaults", &agent.defaults)?)
        .bind(&agent.model)
        .bind(text("guardrails", &agent.guardrails)?)
        .bind(nanos(agent.updated_at))
        .execute(&mut *transaction)
        .await
        .map_err(|error| taken(error, &agent.name))?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound {
                what: "agent",
                name: agent.name.clone(),
            });
        }
        sqlx::query("DELETE FROM agent_recipes WHERE agent_id = $1")
            .bind(&agent.id)
            .execute(&mut *transaction)
            .await?;
        attach(&mut transaction, agent).await?;
        Ok(transaction.commit().await?)
    }

    /// Attaches a recipe to an agent, behind those that are; returns false when it was attached before.
    ///
    /// # Errors
    /// When there is no such agent or recipe.
    pub async fn attach_recipe(&self, agent: &str, recipe: &str) -> Result<bool, StoreError> {
        let mut transaction = self.writing().await?;
        let done = sqlx::query(
            "INSERT INTO agent_recipes (agent_id, recipe_id, place) \
             SELECT $1, $2, coalesce(max(place), 0) + 1 FROM agent_recipes WHERE agent_id = $1 \
             ON CONFLICT (agent_id, recipe_id) DO NOTHING",
        )
        .bind(agent)
        .bind(recipe)
        .execute(&mut *transaction)
        .await
        .map_err(|error| missing_recipe(error, recipe))?;
        transaction.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Removes an agent by id; returns whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_agent(&self, id: &str) -> Result<bool, StoreError> {
        let mut transaction = self.writing().await?;
        let done = sqlx::query("DELETE FROM agents WHERE id = $1")
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(done.rows_affected() > 0)
    }
}

async fn attach(connection: &mut Connection, agent: &AgentRow) -> Result<(), StoreError> {
    for (place, recipe) in (1_i64..).zip(&agent.recipes) {
        sqlx::query(
            "INSERT INTO agent_recipes (agent_id, recipe_id, place) VALUES ($1, $2, $3) \
             ON CONFLICT (agent_id, recipe_id) DO NOTHING",
        )
        .bind(&agent.id)
        .bind(recipe)
        .bind(place)
        .execute(&mut *connection)
        .await
        .map_err(|error| missing_recipe(error, recipe))?;
    }
    Ok(())
}

fn text<T: Serialize + ?Sized>(what: &'static str, value: &T) -> Result<String, StoreError> {
    json(value).map_err(|error| StoreError::unreadable(what, error))
}

fn taken(error: sqlx::Error, name: &str) -> StoreError {
    match fault(&error) {
        Fault::Duplicate => StoreError::Taken {
            what: "an agent",
            name: name.to_owned(),
        },
        _ => error.into(),
    }
}

fn missing_recipe(error: sqlx::Error, recipe: &str) -> StoreError {
    let missing = error
        .as_database_error()
        .is_some_and(sqlx::error::DatabaseError::is_foreign_key_violation);
    if missing {
        return StoreError::NotFound {
            what: "recipe",
            name: recipe.to_owned(),
        };
    }
    error.into()
}

fn agent(row: &Row) -> Result<AgentRow, StoreError> {
    Ok(AgentRow {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        domain: row.try_get("domain")?,
        description: row.try_get("description")?,
        tools: parsed("tools", row.try_get("tools")?)?,
        recipes: Vec::new(),
        defaults: parsed("defaults", row.try_get("defaults")?)?,
        model: row.try_get("model")?,
        guardrails: parsed("guardrails", row.try_get("guardrails")?)?,
        created_at: time(row.try_get("created_at")?)?,
        updated_at: time(row.try_get("updated_at")?)?,
    })
}
