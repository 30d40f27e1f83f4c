//! Agents and recipes by id or name, kept ready for the path on which runs start.
//!
//! Every write in this process goes through [`Catalog::forget`]; there is no other writer, since a database file has
//! one server. A read that was under way during a write is used but not kept.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use avops_engine::{AgentRef, RecipeRef};
use avops_store::Store;

use crate::Error;
use crate::agents::limits_of;
use crate::names::nearest;
use crate::recipes::{Stage, staged};

/// So many names are kept at most.
const KEPT: usize = 4_096;

/// A recipe as somebody named it, and the version if one was named.
type Asked = (String, Option<u32>);

/// The cache.
pub(crate) struct Catalog {
    store: Store,
    generation: AtomicU64,
    agents: RwLock<HashMap<String, Arc<AgentRef>>>,
    /// By what was asked for: a name and perhaps a version.
    recipes: RwLock<HashMap<Asked, Arc<RecipeRef>>>,
    /// By id.
    standings: RwLock<HashMap<String, Arc<Standing>>>,
}

/// Where a recipe stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The stage that was given to one version.
    pub(crate) stage: Stage,
    /// That version; `None` for a draft.
    pub(crate) version: Option<u32>,
}

impl Standing {
    /// States whether a run of a version asks a person before each act.
    pub(crate) fn supervises(self, version: u32) -> bool {
        match self.stage {
            Stage::Draft => false,
            Stage::Supervised => true,
            Stage::Promoted => self.version != Some(version),
        }
    }
}

impl Catalog {
    pub(crate) fn new(store: Store) -> Self {
        Self {
            store,
            generation: AtomicU64::new(0),
            agents: RwLock::default(),
            recipes: RwLock::default(),
            standings: RwLock::default(),
        }
    }

    /// Drops everything that is kept. Called after each write to agents or recipes.
    pub(crate) fn forget(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        write(&self.agents).clear();
        write(&self.recipes).clear();
        write(&self.standings).clear();
    }

    /// Finds an agent by id or name.
    pub(crate) async fn agent(&self, asked: &str) -> Result<Arc<AgentRef>, Error> {
        let known = read(&self.agents).get(asked).cloned();
        if let Some(agent) = known {
            return Ok(agent);
        }
        let seen = self.generation.load(Ordering::SeqCst);
        let Some(row) = self.store.agent(asked).await? else {
            let agents = self.store.agents().await?;
            return Err(Error::NotFound {
                what: "agent",
                name: asked.to_owned(),
                nearest: nearest(asked, agents.iter().map(|agent| agent.name.as_str())),
            });
        };
        let limits = limits_of(&row)?;
        let agent = Arc::new(AgentRef {
            id: row.id,
            name: row.name,
            domain: row.domain,
            tools: row.tools,
            model: row.model,
            defaults: row.defaults,
            limits,
        });
        self.keep(seen, &self.agents, asked.to_owned(), &agent);
        Ok(agent)
    }

    /// Finds a recipe by id, name or slug: its newest version, or the one asked for.
    pub(crate) async fn recipe(
        &self,
        asked: &str,
        version: Option<u32>,
    ) -> Result<Arc<RecipeRef>, Error> {
        let key = (asked.to_owned(), version);
        let known = read(&self.recipes).get(&key).cloned();
        if let Some(recipe) = known {
            return Ok(recipe);
        }
        let seen = self.generation.load(Ordering::SeqCst);
        let recipe = Arc::new(self.look_up(asked, version).await?);
        self.keep(seen, &self.recipes, key, &recipe);
        Ok(recipe)
    }

    /// Where a recipe stands; `None` when it is gone.
    pub(crate) async fn standing(&self, id: &str) -> Result<Option<Standing>, Error> {
        let known = read(&self.standings).get(id).cloned();
        if let Some(standing) = known {
            return Ok(Some(*standing));
        }
        let seen = self.generation.load(Ordering::SeqCst);
        let Some(row) = self.store.recipe(id).await? else {
            return Ok(None);
        };
        let standing = Arc::new(Standing {
            stage: Stage::of(&row)?,
            version: staged(&row),
        });
        self.keep(seen, &self.standings, id.to_owned(), &standing);
        Ok(Some(*standing))
    }

    async fn look_up(&self, asked: &str, version: Option<u32>) -> Result<RecipeRef, Error> {
        let Some(row) = self.store.recipe(asked).await? else {
            let recipes = self.store.recipes().await?;
            return Err(Error::NotFound {
                what: "recipe",
                name: asked.to_owned(),
                nearest: nearest(asked, recipes.iter().map(|recipe| recipe.name.as_str())),
            });
        };
        let (version, hash) = match version {
            Some(number) if number != row.version => {
                let found = self.store.recipe_version(&row.id, number).await?;
                let found = found.ok_or_else(|| Error::NotFound {
                    what: "version",
                    name: format!("{} v{number}", row.name),
                    nearest: Some(format!("{} v{}", row.name, row.version)),
                })?;
                (found.version, found.hash)
            }
            _ => (row.version, row.hash),
        };
        Ok(RecipeRef {
            id: Some(row.id),
            name: row.name,
            version,
            hash,
        })
    }

    fn keep<K: Eq + std::hash::Hash, V>(
        &self,
        seen: u64,
        kept: &RwLock<HashMap<K, Arc<V>>>,
        key: K,
        value: &Arc<V>,
    ) {
        let mut kept = write(kept);
        if self.generation.load(Ordering::SeqCst) != seen {
            return;
        }
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key, Arc::clone(value));
    }
}

fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
