//! Recipes for the engine: by content, read and checked once for each set of tools.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use avops_engine::{
    AgentRef, Library, LibraryError, Program, RecipeRef, Surroundings, Toolbox as _,
};
use avops_recipe::{Limits, Parsed, Severity, Source, Vocabulary};
use avops_store::Store;
use avops_tools::Registry;

use crate::surroundings::Workplace;

/// So many recipe contents are kept ready. Beyond it all are dropped and read again when they are asked for.
const KEPT: usize = 1_024;

/// Gives the engine recipes out of the store, resolved against the tools that an agent may use.
///
/// The engine asks at the start and at each resume of a run, so what was read once is kept until the tools change.
pub struct RecipeLibrary {
    store: Store,
    tools: Arc<Registry>,
    workplace: Arc<Workplace>,
    ready: RwLock<Ready>,
}

/// What was read against one vocabulary.
#[derive(Default)]
struct Ready {
    vocabulary: Arc<Vocabulary>,
    /// By content hash.
    programs: HashMap<String, Vec<Narrowed>>,
}

/// A program for one list of tools that an agent may use, within the agent's limits.
struct Narrowed {
    tools: Vec<String>,
    limits: Limits,
    program: Arc<Program>,
}

impl Narrowed {
    fn is_for(&self, tools: &[String], limits: &Limits) -> bool {
        self.tools == tools && self.limits == *limits
    }
}

impl RecipeLibrary {
    /// Reads recipes from `store` and checks them against `tools`.
    pub fn new(store: Store, tools: Arc<Registry>) -> Self {
        Self {
            store,
            workplace: Arc::new(Workplace::new(Arc::clone(&tools))),
            tools,
            ready: RwLock::default(),
        }
    }

    /// What surrounds the runs of these recipes.
    pub(crate) fn workplace(&self) -> &Workplace {
        &self.workplace
    }

    /// Reads a text against the tools that `agent_tools` names (all when empty).
    pub fn parse(&self, source: &Source, agent_tools: &[String]) -> (Parsed, Arc<Vocabulary>) {
        let vocabulary = self.vocabulary_for(agent_tools);
        (avops_recipe::parse(source, &vocabulary), vocabulary)
    }

    /// The tools that `agent_tools` names (all when empty).
    pub fn vocabulary_for(&self, agent_tools: &[String]) -> Arc<Vocabulary> {
        let all = self.tools.vocabulary();
        if agent_tools.is_empty() {
            all
        } else {
            Arc::new(all.narrowed_to(agent_tools))
        }
    }

    fn known(
        &self,
        now: &Arc<Vocabulary>,
        hash: &str,
        tools: &[String],
        limits: &Limits,
    ) -> Option<Arc<Program>> {
        let ready = self.ready.read().unwrap_or_else(PoisonError::into_inner);
        if !Arc::ptr_eq(&ready.vocabulary, now) {
            return None;
        }
        let programs = ready.programs.get(hash)?;
        programs
            .iter()
            .find(|narrowed| narrowed.is_for(tools, limits))
            .map(|narrowed| Arc::clone(&narrowed.program))
    }

    fn keep(
        &self,
        now: Arc<Vocabulary>,
        hash: &str,
        tools: &[String],
        limits: &Limits,
        program: &Arc<Program>,
    ) {
        let mut ready = self.ready.write().unwrap_or_else(PoisonError::into_inner);
        if !Arc::ptr_eq(&ready.vocabulary, &now) || ready.programs.len() >= KEPT {
            *ready = Ready {
                vocabulary: now,
                programs: HashMap::new(),
            };
        }
        let programs = ready.programs.entry(hash.to_owned()).or_default();
        if !programs
            .iter()
            .any(|narrowed| narrowed.is_for(tools, limits))
        {
            programs.push(Narrowed {
                tools: tools.to_vec(),
                limits: limits.clone(),
                program: Arc::clone(program),
            });
        }
    }
}

#[async_trait]
impl Library for RecipeLibrary {
    async fn program(
        &self,
        recipe: &RecipeRef,
        agent: Option<&AgentRef>,
    ) -> Result<Arc<Program>, LibraryError> {
        let tools = agent.map_or(&[][..], |agent| agent.tools.as_slice());
        let limits = agent.map(|agent| agent.limits.clone()).unwrap_or_default();
        let now = self.tools.vocabulary();
        if let Some(program) = self.known(&now, &recipe.hash, tools, &limits) {
            return Ok(program);
        }
        let text = self
            .store
            .recipe_text(&recipe.hash)
            .await
            .map_err(|error| LibraryError::Unreadable(error.to_string()))?
            .ok_or_else(|| LibraryError::NotFound(recipe.name.clone()))?;
        let source = Source::new(&recipe.name, text);
        let (parsed, vocabulary) = self.parse(&source, tools);
        let mut runnable = runnable(&recipe.name, &source, parsed)?;
        limits.narrow(&mut runnable.guardrails);
        let program = Arc::new(Program {
            recipe: runnable,
            vocabulary,
            surroundings: Arc::clone(&self.workplace) as Arc<dyn Surroundings>,
        });
        self.keep(now, &recipe.hash, tools, &limits, &program);
        Ok(program)
    }

    async fn find(&self, name: &str) -> Result<RecipeRef, LibraryError> {
        self.store
            .recipe(name)
            .await
            .map_err(|error| LibraryError::Unreadable(error.to_string()))?
            .map(|row| RecipeRef {
                id: Some(row.id),
                name: row.name,
                version: row.version,
                hash: row.hash,
            })
            .ok_or_else(|| LibraryError::NotFound(name.to_owned()))
    }
}

/// The recipe, unless an error stands in its way; the first one then says why.
fn runnable(
    name: &str,
    source: &Source,
    parsed: Parsed,
) -> Result<avops_recipe::Recipe, LibraryError> {
    let first = parsed
        .diagnostics
        .iter()
        .find(|found| found.severity == Severity::Error);
    match (parsed.recipe, first) {
        (Some(recipe), None) => Ok(recipe),
        (_, first) => Err(LibraryError::Invalid {
            name: name.to_owned(),
            message: first.map_or_else(
                || "it cannot be read".to_owned(),
                |found| {
                    let at = source.position(found.span.start);
                    format!("line {}: {}", at.line, found.message)
                },
            ),
        }),
    }
}
