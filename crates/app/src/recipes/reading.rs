//! A recipe's text as it reads against all tools, kept so that lists need not read every text again.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use avops_recipe::{Recipe, Severity, Source, Vocabulary};
use serde_json::Value;

use super::outline::{StepOutline, outline};
use crate::Finding;
use crate::library::RecipeLibrary;

/// So many readings are kept.
const KEPT: usize = 1_024;

/// What a text says.
pub(crate) struct Reading {
    /// The recipe, as far as errors let it be read.
    pub(crate) recipe: Option<Recipe>,
    /// Every problem.
    pub(crate) findings: Vec<Finding>,
    /// JSON Schema of the inputs.
    pub(crate) inputs_schema: Value,
    /// Its steps.
    pub(crate) steps: Vec<StepOutline>,
}

impl Reading {
    /// Reads a text against the tools that `tools` names (all when empty).
    pub(crate) fn new(library: &RecipeLibrary, source: &Source, tools: &[String]) -> Self {
        let (parsed, vocabulary) = library.parse(source, tools);
        Self {
            findings: parsed
                .diagnostics
                .iter()
                .map(|diagnostic| Finding::new(source, diagnostic))
                .collect(),
            steps: parsed
                .recipe
                .as_ref()
                .map(|recipe| outline(recipe, source, &vocabulary))
                .unwrap_or_default(),
            inputs_schema: parsed.inputs_schema,
            recipe: parsed.recipe,
        }
    }

    /// How many problems of a severity there are.
    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    }

    /// States whether it can run.
    pub(crate) fn is_valid(&self) -> bool {
        self.recipe.is_some() && self.count(Severity::Error) == 0
    }
}

/// Readings by content hash, as long as the tools stay the same.
#[derive(Default)]
pub(crate) struct Readings {
    kept: RwLock<Kept>,
}

/// What was read against one vocabulary.
#[derive(Default)]
struct Kept {
    vocabulary: Arc<Vocabulary>,
    readings: HashMap<String, Arc<Reading>>,
}

impl Readings {
    /// The reading of a text against all tools.
    pub(crate) fn of(
        &self,
        library: &RecipeLibrary,
        name: &str,
        hash: &str,
        text: &str,
    ) -> Arc<Reading> {
        let now = library.vocabulary_for(&[]);
        if let Some(reading) = self.known(&now, hash) {
            return reading;
        }
        let reading = Arc::new(Reading::new(library, &Source::new(name, text), &[]));
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if !Arc::ptr_eq(&kept.vocabulary, &now) || kept.readings.len() >= KEPT {
            *kept = Kept {
                vocabulary: now,
                readings: HashMap::new(),
            };
        }
        kept.readings.insert(hash.to_owned(), Arc::clone(&reading));
        reading
    }

    fn known(&self, now: &Arc<Vocabulary>, hash: &str) -> Option<Arc<Reading>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let reading = kept.readings.get(hash)?;
        Arc::ptr_eq(&kept.vocabulary, now).then(|| Arc::clone(reading))
    }
}
