//! Recipes, and their texts by content.
//!
//! A text is kept once under its hash and never changed; versions of saved recipes and runs straight from a file both
//! refer to it.

use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::{QueryBuilder, Row as _};

use crate::dialect::{Connection, Db, Fault, Row, fault};
use crate::words::{counted, folded, nanos, parsed, time};
use crate::{Store, StoreError};

/// A saved recipe at its newest version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipeRow {
    /// Its id.
    pub id: String,
    /// Unique without case.
    pub name: String,
    /// Its name in addresses and file names; unique.
    pub slug: String,
    /// Its newest version.
    pub version: u32,
    /// SHA-256 of that version's text, in hex.
    pub hash: String,
    /// Where it stands.
    pub stage: RecipeStage,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its newest version was saved.
    pub updated_at: Timestamp,
}

/// Where a recipe stands on the way to work on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipeStage {
    /// `draft`, `supervised` or `promoted`.
    pub name: String,
    /// The version that is in it; absent for a draft.
    pub version: Option<u32>,
    /// How it came there, as the room above writes it.
    pub record: Value,
}

/// A recipe to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecipe {
    /// Its id.
    pub id: String,
    /// Unique without case.
    pub name: String,
    /// Unique.
    pub slug: String,
    /// `draft`, `supervised` or `promoted`.
    pub stage: String,
    /// Its first version.
    pub first: RecipeVersion,
}

/// A version to be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipeVersion {
    /// Its number.
    pub version: u32,
    /// Its text.
    pub yaml: String,
    /// What changed.
    pub changelog: Option<String>,
    /// Who saved it.
    pub author: String,
    /// When.
    pub at: Timestamp,
}

/// A saved version. It never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipeVersionRow {
    /// Its number.
    pub version: u32,
    /// SHA-256 of its text, in hex.
    pub hash: String,
    /// Its text.
    pub yaml: String,
    /// What changed.
    pub changelog: Option<String>,
    /// Who saved it.
    pub author: String,
    /// When.
    pub created_at: Timestamp,
}

const RECIPES: &str = "SELECT r.id, r.name, r.slug, r.version, v.hash, r.stage, r.stage_version, r.stage_record, r.created_at, r.updated_at \
     FROM recipes AS r JOIN recipe_versions AS v ON v.recipe_id = r.id AND v.version = r.version";
const VERSIONS: &str = "SELECT v.version, v.hash, t.yaml, v.changelog, v.author, v.created_at \
     FROM recipe_versions AS v JOIN recipe_texts AS t ON t.hash = v.hash";

impl Store {
    /// Lists all recipes by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recipes(&self) -> Result<Vec<RecipeRow>, StoreError> {
        let mut query = QueryBuilder::<Db>::new(RECIPES);
        let rows = query
            .push(" ORDER BY r.folded")
            .build()
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(recipe).collect()
    }

    /// Finds a recipe by id or slug, or by name without case.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recipe(&self, asked: &str) -> Result<Option<RecipeRow>, StoreError> {
        let exact = asked.trim().to_owned();
        let mut query = QueryBuilder::<Db>::new(RECIPES);
        query.push(" WHERE r.id = ").push_bind(exact.clone());
        query.push(" OR r.folded = ").push_bind(folded(asked));
        query.push(" OR r.slug = ").push_bind(exact.clone());
        // What is an id or a name stays that, even where another recipe has it for a slug.
        query.push(" ORDER BY r.id = ").push_bind(exact);
        query
            .push(" DESC, r.folded = ")
            .push_bind(folded(asked))
            .push(" DESC LIMIT 1");
        let found = query.build().fetch_optional(self.reader()).await?;
        found.as_ref().map(recipe).transpose()
    }

    /// Makes a recipe with its first version.
    ///
    /// # Errors
    /// [`StoreError::Taken`] for the name or slug.
    pub async fn create_recipe(&self, new: &NewRecipe) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        sqlx::query(
            "INSERT INTO recipes (id, name, folded, slug, version, stage, created_at, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
        )
        .bind(&new.id)
        .bind(&new.name)
        .bind(folded(&new.name))
        .bind(&new.slug)
        .bind(i64::from(new.first.version))
        .bind(&new.stage)
        .bind(nanos(new.first.at))
        .execute(&mut *transaction)
        .await
        .map_err(|error| taken(error, &new.name))?;
        add_version(&mut transaction, &new.id, &new.first).await?;
        Ok(transaction.commit().await?)
    }

    /// Saves a version over version `expected`, with the name and slug that its text gives the recipe.
    ///
    /// # Errors
    /// [`StoreError::Outdated`] when the recipe is at another version, [`StoreError::NotFound`],
    /// [`StoreError::Taken`] for the name.
    pub async fn save_recipe(
        &self,
        id: &str,
        expected: u32,
        name: &str,
        version: &RecipeVersion,
    ) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        let found: Option<i64> = sqlx::query_scalar("SELECT version FROM recipes WHERE id = $1")
            .bind(id)
            .fetch_optional(&mut *transaction)
            .await?;
        let found: u32 = match found {
            Some(found) => counted("version", found)?,
            None => return Err(no_recipe(id)),
        };
        if found != expected {
            return Err(StoreError::Outdated {
                what: format!("recipe {name:?}"),
                found,
                expected,
            });
        }
        add_version(&mut transaction, id, version).await?;
        sqlx::query("UPDATE recipes SET name = $2, folded = $3, version = $4, updated_at = $5 WHERE id = $1")
            .bind(id)
            .bind(name)
            .bind(folded(name))
            .bind(i64::from(version.version))
            .bind(nanos(version.at))
            .execute(&mut *transaction)
            .await
            .map_err(|error| taken(error, name))?;
        Ok(transaction.commit().await?)
    }

    /// Moves a recipe to another stage.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_recipe_stage(&self, id: &str, stage: &RecipeStage) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        let done = sqlx::query(
            "UPDATE recipes SET stage = $2, stage_version = $3, stage_record = $4 WHERE id = $1",
        )
        .bind(id)
        .bind(&stage.name)
        .bind(stage.version.map(i64::from))
        .bind(stage.record.to_string())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        if done.rows_affected() == 0 {
            return Err(no_recipe(id));
        }
        Ok(())
    }

    /// Removes a recipe and its versions; texts stay, for runs refer to them. Returns whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_recipe(&self, id: &str) -> Result<bool, StoreError> {
        let mut transaction = self.writing().await?;
        let done = sqlx::query("DELETE FROM recipes WHERE id = $1")
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Lists the versions of a recipe, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recipe_versions(&self, id: &str) -> Result<Vec<RecipeVersionRow>, StoreError> {
        let mut query = QueryBuilder::<Db>::new(VERSIONS);
        query
            .push(" WHERE v.recipe_id = ")
            .push_bind(id.to_owned())
            .push(" ORDER BY v.version DESC");
        let rows = query.build().fetch_all(self.reader()).await?;
        rows.iter().map(saved).collect()
    }

    /// Gives one version of a recipe.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recipe_version(
        &self,
        id: &str,
        version: u32,
    ) -> Result<Option<RecipeVersionRow>, StoreError> {
        let mut query = QueryBuilder::<Db>::new(VERSIONS);
        query.push(" WHERE v.recipe_id = ").push_bind(id.to_owned());
        query
            .push(" AND v.version = ")
            .push_bind(i64::from(version));
        let found = query.build().fetch_optional(self.reader()).await?;
        found.as_ref().map(saved).transpose()
    }

    /// Keeps a text under its hash; gives the hash. Keeping it again changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_recipe_text(&self, yaml: &str) -> Result<String, StoreError> {
        let hash = hash(yaml);
        if self.recipe_text(&hash).await?.is_some() {
            return Ok(hash);
        }
        let mut transaction = self.writing().await?;
        let hash = keep_text(&mut transaction, yaml).await?;
        transaction.commit().await?;
        Ok(hash)
    }

    /// Gives the text with this hash, whose letters are checked against it: a run never follows a damaged recipe.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] for a text that is not what was kept, or when the database fails.
    pub async fn recipe_text(&self, name: &str) -> Result<Option<String>, StoreError> {
        let found: Option<String> =
            sqlx::query_scalar("SELECT yaml FROM recipe_texts WHERE hash = $1")
                .bind(name)
                .fetch_optional(self.reader())
                .await?;
        match found {
            Some(text) if hash(&text) != name => Err(StoreError::unreadable(
                "recipe text",
                "the database is damaged: the text is not the one that was kept",
            )),
            found => Ok(found),
        }
    }
}

async fn add_version(
    connection: &mut Connection,
    recipe: &str,
    version: &RecipeVersion,
) -> Result<(), StoreError> {
    let hash = keep_text(connection, &version.yaml).await?;
    sqlx::query(
        "INSERT INTO recipe_versions (recipe_id, version, hash, changelog, author, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(recipe)
    .bind(i64::from(version.version))
    .bind(hash)
    .bind(&version.changelog)
    .bind(&version.author)
    .bind(nanos(version.at))
    .execute(connection)
    .await?;
    Ok(())
}

async fn keep_text(connection: &mut Connection, yaml: &str) -> Result<String, StoreError> {
    let hash = hash(yaml);
    sqlx::query(
        "INSERT INTO recipe_texts (hash, yaml) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING",
    )
    .bind(&hash)
    .bind(yaml)
    .execute(connection)
    .await?;
    Ok(hash)
}

fn hash(yaml: &str) -> String {
    hex::encode(Sha256::digest(yaml))
}

fn no_recipe(id: &str) -> StoreError {
    StoreError::NotFound {
        what: "recipe",
        name: id.to_owned(),
    }
}

fn taken(error: sqlx::Error, name: &str) -> StoreError {
    match fault(&error) {
        Fault::Duplicate => StoreError::Taken {
            what: "a recipe",
            name: name.to_owned(),
        },
        _ => error.into(),
    }
}

fn recipe(row: &Row) -> Result<RecipeRow, StoreError> {
    Ok(RecipeRow {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        slug: row.try_get("slug")?,
        version: counted("version", row.try_get("version")?)?,
        hash: row.try_get("hash")?,
        stage: RecipeStage {
            name: row.try_get("stage")?,
            version: row
                .try_get::<Option<i64>, _>("stage_version")?
                .map(|version| counted("stage version", version))
                .transpose()?,
            record: parsed("stage record", row.try_get("stage_record")?)?,
        },
        created_at: time(row.try_get("created_at")?)?,
        updated_at: time(row.try_get("updated_at")?)?,
    })
}

fn saved(row: &Row) -> Result<RecipeVersionRow, StoreError> {
    Ok(RecipeVersionRow {
        version: counted("version", row.try_get("version")?)?,
        hash: row.try_get("hash")?,
        yaml: row.try_get("yaml")?,
        changelog: row.try_get("changelog")?,
        author: row.try_get("author")?,
        created_at: time(row.try_get("created_at")?)?,
    })
}
