//! The setup wizard: what is missing, and making it.

use serde::{Deserialize, Serialize};

use crate::{Actor, App, Error};

/// Which groups to seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Seed {
    /// One agent per domain.
    pub agents: bool,
    /// The example recipes.
    pub recipes: bool,
    /// The built-in tools.
    pub tools: bool,
    /// Example workflows. Accepted; there is nothing to create yet, so the counts are zero.
    pub workflows: bool,
}

/// What there is and what seeding would make.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SetupStatus {
    /// Whether Initialize was pressed before.
    pub initialized: bool,
    /// The choices of last time.
    pub choices: Seed,
    /// Per group.
    pub groups: Vec<GroupStatus>,
    /// What must be well for the product to work.
    pub health: Vec<HealthLine>,
}

/// One group of the wizard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupStatus {
    /// `agents`, `recipes`, `tools` or `workflows`.
    pub group: &'static str,
    /// Names that seeding would create.
    pub missing: Vec<String>,
    /// Names that exist.
    pub existing: Vec<String>,
}

/// One line of the health list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HealthLine {
    /// `store`, `clock`, `tool slack` …
    pub name: String,
    /// Green or red.
    pub ok: bool,
    /// What was seen.
    pub detail: String,
    /// How to mend it, when red.
    pub fix: Option<String>,
}

/// What seeding did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SetupOutcome {
    /// Made now.
    pub created: Counts,
    /// There already.
    pub skipped: Counts,
    /// Could not be made.
    pub failed: Counts,
    /// Names of what was made, per group, so that lists can mark them.
    pub names: Vec<GroupStatus>,
    /// Why something failed.
    pub errors: Vec<String>,
}

/// A number per group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Agents.
    pub agents: u32,
    /// Recipes.
    pub recipes: u32,
    /// Tools.
    pub tools: u32,
    /// Workflows.
    pub workflows: u32,
}

impl Default for Seed {
    fn default() -> Self {
        Self {
            agents: true,
            recipes: true,
            tools: true,
            workflows: true,
        }
    }
}

/// Says what there is and what is missing.
pub async fn status(app: &App, by: &Actor) -> Result<SetupStatus, Error> {
    let _ = by;
    app.soon()
}

/// Makes what is missing in the chosen groups. Safe to repeat; what exists is left as it is.
pub async fn initialize(app: &App, by: &Actor, seed: Seed) -> Result<SetupOutcome, Error> {
    let _ = (by, seed);
    app.soon()
}
