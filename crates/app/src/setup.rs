//! The setup wizard: what is missing, making it, and starting over.

mod health;
mod reset;

pub use health::HealthLine;
pub use reset::{Removed, ResetRequest, reset};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::agents::{self, NewAgent};
use crate::audit::{self, Deed};
use crate::names::folded;
use crate::recipe_tests::{self, SaveTests};
use crate::recipes::{self, SaveRecipe};
use crate::seed::{self, SeedRecipe, SeedWorkflow};
use crate::workflows::{self, WorkflowChange};
use crate::{Actor, App, Error, Permission};

/// Under which key the store keeps the choices of last time.
const CHOICES: &str = "setup.choices";

/// Which groups to seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one switch for each group, as the wizard shows them"
)]
pub struct Seed {
    /// One agent for each domain.
    pub agents: bool,
    /// The example recipes.
    pub recipes: bool,
    /// The built-in tools. They are always there, so they are only ever counted as skipped.
    pub tools: bool,
    /// Example workflows. The choice is kept; there is nothing to create in this group yet, so its counts are zero.
    pub workflows: bool,
}

/// What there is and what seeding would make.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
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

/// What one switch of the wizard stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeedGroup {
    /// The agents of each domain.
    Agents,
    /// The example recipes.
    Recipes,
    /// The built-in tools.
    Tools,
    /// The example workflows.
    Workflows,
}

/// One group of the wizard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupStatus {
    /// Which one.
    pub group: SeedGroup,
    /// Names that seeding would create.
    pub missing: Vec<String>,
    /// Names that seeding would find there already.
    pub existing: Vec<String>,
    /// How many there are in all, seeded or not.
    pub total: usize,
}

/// What seeding did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SetupOutcome {
    /// Made now.
    pub created: Counts,
    /// There already.
    pub skipped: Counts,
    /// Could not be made.
    pub failed: Counts,
    /// Names of what was made now, so that lists can mark them.
    pub new_agents: Vec<String>,
    /// Names of what was made now, so that lists can mark them.
    pub new_recipes: Vec<String>,
    /// Names of what was made now, so that lists can mark them.
    pub new_workflows: Vec<String>,
    /// Why something could not be made.
    pub errors: Vec<String>,
}

/// A number per group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
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
///
/// # Errors
/// [`Error::NotAllowed`].
pub async fn status(app: &App, by: &Actor) -> Result<SetupStatus, Error> {
    by.require(Permission::See)?;
    let choices = app.store.setting(CHOICES).await?;
    let agents: Vec<String> = names(app.store.agents().await?, |agent| agent.name);
    let recipes: Vec<String> = names(app.store.recipes().await?, |recipe| recipe.name);
    let workflows: Vec<String> = names(app.store.workflows().await?, |workflow| workflow.name);
    let tools: Vec<String> = names(app.tools.tools(), |info| info.spec.name.clone());
    Ok(SetupStatus {
        initialized: choices.is_some(),
        choices: choices
            .and_then(|row| serde_json::from_value(row.value).ok())
            .unwrap_or_default(),
        groups: vec![
            group(
                SeedGroup::Agents,
                names(seed::agents(), |agent| agent.name),
                &agents,
            ),
            group(
                SeedGroup::Recipes,
                names(seed::RECIPES, |recipe| recipe.name.to_owned()),
                &recipes,
            ),
            group(SeedGroup::Tools, tools.clone(), &tools),
            group(
                SeedGroup::Workflows,
                names(seed::workflows(), |seed| seed.workflow.name),
                &workflows,
            ),
        ],
        health: health::lines(app, by).await?,
    })
}

fn names<T>(things: impl IntoIterator<Item = T>, name: impl Fn(T) -> String) -> Vec<String> {
    things.into_iter().map(name).collect()
}

fn group(group: SeedGroup, wanted: Vec<String>, there: &[String]) -> GroupStatus {
    let (existing, missing) = wanted
        .into_iter()
        .partition(|name| there.iter().any(|other| folded(other) == folded(name)));
    GroupStatus {
        group,
        missing,
        existing,
        total: there.len(),
    }
}

/// Makes what is missing in the chosen groups and remembers the choice. Safe to repeat: what exists (by name, without
/// case) is left as it is, whatever somebody made of it.
///
/// # Errors
/// [`Error::NotAllowed`]. What cannot be made is counted and named, and does not stop the rest.
pub async fn initialize(app: &App, by: &Actor, seed: Seed) -> Result<SetupOutcome, Error> {
    by.require(Permission::ManageWorkspace)?;
    app.store
        .set_setting(CHOICES, &json!(seed), &by.name, app.now())
        .await?;
    let mut outcome = SetupOutcome::default();
    // Recipes first: agents have them attached.
    if seed.recipes {
        for recipe in seed::RECIPES {
            let made = seed_recipe(app, by, &recipe).await;
            let counts = outcome.counted(recipe.name, &made);
            counts.recipes += 1;
            if matches!(made, Ok(true)) {
                outcome.new_recipes.push(recipe.name.to_owned());
            }
        }
    }
    if seed.agents {
        for agent in seed::agents() {
            let name = agent.name.clone();
            let made = seed_agent(app, by, agent).await;
            let counts = outcome.counted(&name, &made);
            counts.agents += 1;
            if matches!(made, Ok(true)) {
                outcome.new_agents.push(name);
            }
        }
    }
    if seed.tools {
        outcome.skipped.tools = u32::try_from(app.tools.tools().len()).unwrap_or(u32::MAX);
    }
    if seed.workflows {
        for example in seed::workflows() {
            let name = example.workflow.name.clone();
            let made = seed_workflow(app, by, example).await;
            let counts = outcome.counted(&name, &made);
            counts.workflows += 1;
            if matches!(made, Ok(true)) {
                outcome.new_workflows.push(name);
            }
        }
    }
    let deed = Deed::on("setup.initialize", "workspace").after(&json!(outcome));
    audit::record(app, by, deed).await?;
    Ok(outcome)
}

impl SetupOutcome {
    /// The counts that one attempt belongs to: made, there already, or not to be made.
    fn counted(&mut self, name: &str, made: &Result<bool, Error>) -> &mut Counts {
        match made {
            Ok(true) => &mut self.created,
            Ok(false) => &mut self.skipped,
            Err(error) => {
                self.errors.push(format!("{name}: {error}"));
                &mut self.failed
            }
        }
    }
}

/// Returns whether the recipe was made; false when there is one of that name.
async fn seed_recipe(app: &App, by: &Actor, recipe: &SeedRecipe) -> Result<bool, Error> {
    if app.store.recipe(recipe.name).await?.is_some() {
        return Ok(false);
    }
    let text = SaveRecipe {
        yaml: recipe.yaml.to_owned(),
        changelog: Some("shipped with AVOps".to_owned()),
    };
    let made = recipes::create(app, by, text).await?;
    let tests = SaveTests {
        yaml: recipe.tests.to_owned(),
    };
    recipe_tests::save(app, by, &made.summary.id, tests).await?;
    Ok(true)
}

/// Returns whether the agent was made; false when there is one of that name.
async fn seed_agent(app: &App, by: &Actor, mut agent: NewAgent) -> Result<bool, Error> {
    if app.store.agent(&agent.name).await?.is_some() {
        return Ok(false);
    }
    // Without its recipes (the group was not chosen) an agent is still of use.
    let there = app.store.recipes().await?;
    agent.recipes.retain(|wanted| {
        there
            .iter()
            .any(|recipe| folded(&recipe.name) == folded(wanted))
    });
    agents::create(app, by, agent).await.map(|_| true)
}

/// Returns whether the workflow was made; false when there is one of that name, or when the agent or the recipe it needs is
/// not there (their group was not chosen).
async fn seed_workflow(app: &App, by: &Actor, seed: SeedWorkflow) -> Result<bool, Error> {
    let new = seed.workflow;
    if app.store.workflow(&new.name).await?.is_some()
        || app.store.agent(&new.agent).await?.is_none()
        || app.store.recipe(&new.recipe).await?.is_none()
    {
        return Ok(false);
    }
    let made = workflows::create(app, by, new).await?;
    if let Some(reason) = seed.off_because {
        let change = WorkflowChange {
            enabled: Some(false),
            reason: Some(reason.to_owned()),
            ..WorkflowChange::default()
        };
        workflows::change(app, by, &made.id, change).await?;
    }
    Ok(true)
}
