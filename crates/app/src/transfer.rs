//! Carrying agents, recipes and workflows from one workspace to another: one ZIP, or the files in it.
//!
//! In it a recipe is `recipes/SLUG.yaml`, its later versions `recipes/SLUG-v2.yaml` and so on, its tests
//! `recipes/tests/SLUG.test.yaml`; an agent is `agents/SLUG.json`, a workflow `workflows/SLUG.json`. Keys, runs and the
//! simulated campus are not carried.

mod archive;
mod export;
mod import;
mod items;
mod place;

pub use archive::{BundleFile, pack, unpack};
pub use export::{Chosen, export};
pub use import::{Counts, ImportOutcome, Imported, ItemKind, OnConflict, Outcome, import};

use avops_recipe::Limits;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::schedule::{Missed, Overlap};
use crate::workflows::Trigger;

/// An agent as a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AgentFile {
    name: String,
    domain: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    tools: Vec<String>,
    /// By name.
    #[serde(default)]
    recipes: Vec<String>,
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    defaults: Map<String, Value>,
    #[serde(default)]
    guardrails: Limits,
}

/// A workflow as a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkflowFile {
    name: String,
    /// By name.
    agent: String,
    /// By name.
    recipe: String,
    #[serde(default)]
    version: Option<u32>,
    #[serde(default)]
    inputs: Map<String, Value>,
    #[serde(default)]
    trigger: Trigger,
    #[serde(default)]
    overlap: Option<Overlap>,
    #[serde(default)]
    missed: Missed,
}
