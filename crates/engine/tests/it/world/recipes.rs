//! Recipes by their text.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use avops_engine::{AgentRef, Library, LibraryError, Nowhere, Program, RecipeRef};
use avops_recipe::{Severity, Source, Vocabulary};
use sha2::{Digest, Sha256};

use super::vocabulary;

#[derive(Default)]
pub(crate) struct Recipes {
    known: Mutex<BTreeMap<String, (RecipeRef, Arc<Program>)>>,
}

/// Phases that a test does not speak of are empty.
fn completed(yaml: &str) -> String {
    let mut text = yaml.to_owned();
    if !text.lines().any(|line| line.starts_with("name:")) {
        text = format!("name: Test\n{text}");
    }
    for phase in ["intake", "plan", "act", "verify"] {
        if !text
            .lines()
            .any(|line| line.starts_with(&format!("{phase}:")))
        {
            text = format!("{text}\n{phase}: []\n");
        }
    }
    text
}

impl Recipes {
    /// Adds a recipe; it must have no errors.
    pub(crate) fn add(&self, yaml: &str) -> RecipeRef {
        let text = completed(yaml);
        let hash = hex::encode(Sha256::digest(&text));
        let mut known = self.known.lock().unwrap();
        if let Some((recipe, _)) = known.get(&hash) {
            return recipe.clone();
        }
        let vocabulary = Arc::new(vocabulary());
        let program = parse(&text, &vocabulary);
        let recipe = RecipeRef {
            id: None,
            name: program.recipe.name.clone(),
            version: program.recipe.version,
            hash: hash.clone(),
        };
        known.insert(hash, (recipe.clone(), Arc::new(program)));
        recipe
    }
}

pub(crate) fn parse(text: &str, vocabulary: &Arc<Vocabulary>) -> Program {
    let parsed = avops_recipe::parse(&Source::new("test.yaml", text), vocabulary);
    let errors: Vec<String> = parsed
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .map(|diagnostic| format!("{} {}", diagnostic.code, diagnostic.message))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{text}");
    Program {
        recipe: parsed.recipe.unwrap(),
        vocabulary: Arc::clone(vocabulary),
        surroundings: Arc::new(Nowhere),
    }
}

#[async_trait]
impl Library for Recipes {
    async fn program(
        &self,
        recipe: &RecipeRef,
        _agent: Option<&AgentRef>,
    ) -> Result<Arc<Program>, LibraryError> {
        let known = self.known.lock().unwrap();
        let (_, program) = known
            .get(&recipe.hash)
            .ok_or_else(|| LibraryError::NotFound(recipe.name.clone()))?;
        Ok(Arc::clone(program))
    }

    async fn find(&self, name: &str) -> Result<RecipeRef, LibraryError> {
        let known = self.known.lock().unwrap();
        known
            .values()
            .map(|(recipe, _)| recipe)
            .filter(|recipe| recipe.name.eq_ignore_ascii_case(name))
            .max_by_key(|recipe| recipe.version)
            .cloned()
            .ok_or_else(|| LibraryError::NotFound(name.to_owned()))
    }
}
