//! The port to recipes: the program of a run, by content or by name.

use std::sync::Arc;

use async_trait::async_trait;
use avops_recipe::{Recipe, Vocabulary};
use thiserror::Error;

use crate::run::{AgentRef, RecipeRef};
use crate::surroundings::Surroundings;

/// What a run executes: the recipe, and the actions it was resolved against.
#[derive(Debug, Clone)]
pub struct Program {
    /// The recipe.
    pub recipe: Recipe,
    /// The tools the agent may use.
    pub vocabulary: Arc<Vocabulary>,
    /// What surrounds it: rooms, and days on which nothing is changed.
    pub surroundings: Arc<dyn Surroundings>,
}

/// Gives recipes to the engine. Implementations cache: the engine asks often.
#[async_trait]
pub trait Library: Send + Sync {
    /// Loads the recipe with this content, resolved for what `agent` may use.
    async fn program(
        &self,
        recipe: &RecipeRef,
        agent: Option<&AgentRef>,
    ) -> Result<Arc<Program>, LibraryError>;

    /// Finds the newest version of the recipe with this name, without case.
    async fn find(&self, name: &str) -> Result<RecipeRef, LibraryError>;
}

/// Why a recipe could not be had.
#[derive(Debug, Error)]
pub enum LibraryError {
    /// Nothing by that name or content.
    #[error("there is no recipe {0}")]
    NotFound(String),
    /// It does not fit the tools that are there now.
    #[error("recipe {name} cannot run: {message}")]
    Invalid {
        /// Its name.
        name: String,
        /// The first diagnostic.
        message: String,
    },
    /// The store failed.
    #[error("recipes cannot be read: {0}")]
    Unreadable(String),
}
