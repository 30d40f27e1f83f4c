//! Puts one thing of a bundle in its place: decides what becomes of it, and does it unless it is a dry run.

use std::collections::{BTreeSet, HashMap};

use serde_json::json;

use super::import::{Imported, ItemKind, OnConflict, Outcome, free_name};
use super::items::{RecipeItem, RecipeText};
use super::{AgentFile, WorkflowFile};
use crate::agents::{self, AgentChange, NewAgent};
use crate::names::folded;
use crate::recipe_tests::{self, SaveTests};
use crate::recipes::{self, SaveRecipe};
use crate::workflows::{self, NewWorkflow, Trigger, WorkflowChange};
use crate::{Actor, App, Error};

/// An import under way.
pub(super) struct Place<'a> {
    pub(super) app: &'a App,
    pub(super) by: &'a Actor,
    pub(super) on_conflict: OnConflict,
    pub(super) dry_run: bool,
    /// What things of the bundle are called here, by kind and folded name.
    pub(super) names: HashMap<(ItemKind, String), String>,
    pub(super) items: Vec<Imported>,
}

/// What is decided about a thing.
struct Decision {
    outcome: Outcome,
    /// What it is called here.
    name: String,
}

impl Place<'_> {
    /// Decides by what there is of that kind, in the workspace and from the bundle.
    fn decide(&self, kind: ItemKind, name: &str, there: &BTreeSet<String>) -> Decision {
        let from_bundle = |wanted: &str| {
            self.names
                .iter()
                .any(|((of, _), here)| *of == kind && folded(here) == wanted)
        };
        let is_taken = |wanted: &str| there.contains(wanted) || from_bundle(wanted);
        if !is_taken(&folded(name)) {
            return Decision {
                outcome: Outcome::Created,
                name: name.to_owned(),
            };
        }
        match self.on_conflict {
            OnConflict::Rename => Decision {
                outcome: Outcome::Renamed,
                name: free_name(name, is_taken),
            },
            OnConflict::Overwrite => Decision {
                outcome: Outcome::Replaced,
                name: name.to_owned(),
            },
            OnConflict::Skip => Decision {
                outcome: Outcome::Skipped,
                name: name.to_owned(),
            },
        }
    }

    fn settle(
        &mut self,
        kind: ItemKind,
        name: &str,
        decision: Decision,
        done: Result<Option<String>, Error>,
    ) {
        let renamed_to = (decision.name != name).then(|| decision.name.clone());
        let (outcome, detail) = match done {
            Ok(detail) => {
                self.names.insert((kind, folded(name)), decision.name);
                (decision.outcome, detail)
            }
            Err(error) => (Outcome::Failed, Some(said(&error))),
        };
        self.items.push(Imported {
            kind,
            name: name.to_owned(),
            outcome,
            renamed_to: renamed_to.filter(|_| outcome != Outcome::Failed),
            detail,
        });
    }

    /// The name here of a thing that the bundle names.
    fn here(&self, kind: ItemKind, name: &str) -> String {
        self.names
            .get(&(kind, folded(name)))
            .cloned()
            .unwrap_or_else(|| name.to_owned())
    }

    pub(super) async fn recipe(&mut self, item: &RecipeItem) -> Result<(), Error> {
        let rows = self.app.store.recipes().await?;
        let there = rows.iter().map(|row| folded(&row.name)).collect();
        let mut decision = self.decide(ItemKind::Recipe, &item.name, &there);
        if let Some(bad) = item.versions.iter().find(|text| text.problem.is_some()) {
            let problem = bad.problem.clone().unwrap_or_default();
            let done = Err(Error::bad_input(
                format!("{}: {problem}", bad.file),
                "mend it first",
            ));
            self.settle(ItemKind::Recipe, &item.name, decision, done);
            return Ok(());
        }
        let row = rows
            .iter()
            .find(|row| folded(&row.name) == folded(&item.name));
        if let (Some(row), Some(newest)) = (row, item.versions.last())
            && decision.outcome != Outcome::Renamed
        {
            let here = self.app.store.recipe_text(&row.hash).await?;
            if here.as_deref() == Some(newest.yaml.as_str()) {
                decision.outcome = Outcome::Skipped;
                let same = format!("v{} is the same text", row.version);
                self.settle(ItemKind::Recipe, &item.name, decision, Ok(Some(same)));
                return Ok(());
            }
        }
        let done = self.put_recipe(item, &decision).await;
        self.settle(ItemKind::Recipe, &item.name, decision, done);
        Ok(())
    }

    async fn put_recipe(
        &self,
        item: &RecipeItem,
        decision: &Decision,
    ) -> Result<Option<String>, Error> {
        let (app, by) = (self.app, self.by);
        let many = item.versions.len();
        let detail = match decision.outcome {
            Outcome::Skipped => return Ok(None),
            Outcome::Replaced => "as the next version".to_owned(),
            _ if many > 1 => format!("{many} versions"),
            _ => return self.first(item, decision).await,
        };
        if self.dry_run {
            return Ok(Some(detail));
        }
        if decision.outcome == Outcome::Replaced {
            let Some(newest) = item.versions.last() else {
                return Ok(None);
            };
            let saved = recipes::save(app, by, &decision.name, text(newest, None)?, None).await?;
            let tests = self.tests(item, &decision.name).await?;
            return Ok(Some(with(format!("v{}", saved.summary.version), tests)));
        }
        self.first(item, decision).await?;
        for later in item.versions.iter().skip(1) {
            let renamed = (decision.name != item.name).then_some(decision.name.as_str());
            recipes::save(app, by, &decision.name, text(later, renamed)?, None).await?;
        }
        Ok(Some(detail))
    }

    /// Makes a recipe with its oldest version, and keeps its tests.
    async fn first(&self, item: &RecipeItem, decision: &Decision) -> Result<Option<String>, Error> {
        let Some(first) = item.versions.first().filter(|_| !self.dry_run) else {
            return Ok(None);
        };
        let renamed = (decision.name != item.name).then_some(decision.name.as_str());
        recipes::create(self.app, self.by, text(first, renamed)?).await?;
        self.tests(item, &decision.name).await
    }

    /// Keeps the tests of a recipe under its name here. What does not fit is said, and does not take the recipe back.
    async fn tests(&self, item: &RecipeItem, name: &str) -> Result<Option<String>, Error> {
        let Some(tests) = &item.tests else {
            return Ok(None);
        };
        let yaml = retitled(tests, "recipe", name);
        let saved = recipe_tests::save(self.app, self.by, name, SaveTests { yaml }).await;
        match saved {
            Ok(_) => Ok(None),
            Err(error @ Error::BadInput { .. }) => {
                Ok(Some(format!("its tests are left out: {error}")))
            }
            Err(error) => Err(error),
        }
    }

    pub(super) async fn agent(&mut self, agent: AgentFile) -> Result<(), Error> {
        let rows = self.app.store.agents().await?;
        let there = rows.iter().map(|row| folded(&row.name)).collect();
        let decision = self.decide(ItemKind::Agent, &agent.name, &there);
        let name = agent.name.clone();
        let done = self.put_agent(agent, &decision).await;
        self.settle(ItemKind::Agent, &name, decision, done);
        Ok(())
    }

    async fn put_agent(
        &self,
        agent: AgentFile,
        decision: &Decision,
    ) -> Result<Option<String>, Error> {
        let known = self.known(ItemKind::Recipe).await?;
        let (attached, missing): (Vec<String>, Vec<String>) = agent
            .recipes
            .iter()
            .map(|recipe| self.here(ItemKind::Recipe, recipe))
            .partition(|recipe| known.contains(&folded(recipe)));
        let detail = (!missing.is_empty())
            .then(|| format!("without recipes that are not here: {}", missing.join(", ")));
        if self.dry_run || decision.outcome == Outcome::Skipped {
            return Ok(detail.filter(|_| decision.outcome != Outcome::Skipped));
        }
        if decision.outcome == Outcome::Replaced {
            let change = AgentChange {
                name: None,
                domain: Some(agent.domain),
                description: Some(agent.description),
                tools: Some(agent.tools),
                recipes: Some(attached),
                model: agent.model,
                defaults: Some(agent.defaults),
                guardrails: Some(agent.guardrails),
            };
            agents::change(self.app, self.by, &decision.name, change).await?;
        } else {
            let new = NewAgent {
                name: decision.name.clone(),
                domain: agent.domain,
                description: agent.description,
                tools: agent.tools,
                recipes: attached,
                model: agent.model,
                defaults: agent.defaults,
                guardrails: agent.guardrails,
            };
            agents::create(self.app, self.by, new).await?;
        }
        Ok(detail)
    }

    pub(super) async fn workflow(&mut self, workflow: WorkflowFile) -> Result<(), Error> {
        let rows = self.app.store.workflows().await?;
        let there = rows.iter().map(|row| folded(&row.name)).collect();
        let decision = self.decide(ItemKind::Workflow, &workflow.name, &there);
        let name = workflow.name.clone();
        let done = self.put_workflow(workflow, &decision).await;
        self.settle(ItemKind::Workflow, &name, decision, done);
        Ok(())
    }

    async fn put_workflow(
        &self,
        workflow: WorkflowFile,
        decision: &Decision,
    ) -> Result<Option<String>, Error> {
        if decision.outcome == Outcome::Skipped {
            return Ok(None);
        }
        let agent = self.here(ItemKind::Agent, &workflow.agent);
        let recipe = self.here(ItemKind::Recipe, &workflow.recipe);
        for (kind, what, name) in [
            (ItemKind::Agent, "agent", &agent),
            (ItemKind::Recipe, "recipe", &recipe),
        ] {
            if !self.known(kind).await?.contains(&folded(name)) {
                return Err(Error::NotFound {
                    what,
                    name: name.clone(),
                    nearest: None,
                });
            }
        }
        let starts_itself = workflow.trigger != Trigger::Manual;
        // Nothing that was carried in starts by itself before somebody here has looked at it.
        let detail = starts_itself.then(|| "switched off; switch it on after a look".to_owned());
        if self.dry_run {
            return Ok(detail);
        }
        if decision.outcome == Outcome::Replaced {
            let change = json!({
                "agent": agent, "recipe": recipe, "inputs": workflow.inputs, "trigger": workflow.trigger,
                "version": workflow.version.map_or_else(|| json!("latest"), |version| json!(version)),
                "overlap": workflow.overlap, "missed": workflow.missed,
            });
            let mut change: WorkflowChange = serde_json::from_value(change)
                .map_err(|error| Error::Internal(error.to_string()))?;
            if starts_itself {
                change.enabled = Some(false);
                change.reason = Some("imported".to_owned());
            }
            workflows::change(self.app, self.by, &decision.name, change).await?;
        } else {
            let new = NewWorkflow {
                name: decision.name.clone(),
                agent,
                recipe,
                version: workflow.version,
                inputs: workflow.inputs,
                trigger: workflow.trigger,
                enabled: starts_itself.then_some(false),
                overlap: workflow.overlap,
                missed: workflow.missed,
            };
            workflows::create(self.app, self.by, new).await?;
        }
        Ok(detail)
    }

    /// Folded names of what is here, or will be after the import.
    async fn known(&self, kind: ItemKind) -> Result<BTreeSet<String>, Error> {
        let mut known: BTreeSet<String> = match kind {
            ItemKind::Recipe => {
                let rows = self.app.store.recipes().await?;
                rows.iter().map(|row| folded(&row.name)).collect()
            }
            ItemKind::Agent => {
                let rows = self.app.store.agents().await?;
                rows.iter().map(|row| folded(&row.name)).collect()
            }
            ItemKind::Workflow | ItemKind::File => BTreeSet::new(),
        };
        let from_bundle = self.names.iter().filter(|((of, _), _)| *of == kind);
        known.extend(from_bundle.map(|(_, here)| folded(here)));
        Ok(known)
    }
}

/// A version to be saved, under another name where it gets one.
fn text(version: &RecipeText, renamed: Option<&str>) -> Result<SaveRecipe, Error> {
    let yaml = match renamed {
        Some(name) => retitled(&version.yaml, "name", name),
        None => version.yaml.clone(),
    };
    if renamed.is_some() && yaml == version.yaml {
        return Err(Error::bad_input(
            format!(
                "{} cannot be renamed: its name stands on no line of its own",
                version.file
            ),
            "write `name: …` on a line of its own",
        ));
    }
    let imported = || format!("imported from {}", version.file);
    Ok(SaveRecipe {
        yaml,
        changelog: Some(version.changelog.clone().unwrap_or_else(imported)),
    })
}

/// A text whose first `key:` at the beginning of a line has another value.
fn retitled(yaml: &str, key: &str, value: &str) -> String {
    let lead = format!("{key}:");
    let mut done = false;
    let mut text = String::with_capacity(yaml.len());
    for line in yaml.split_inclusive('\n') {
        if !done && line.starts_with(&lead) {
            done = true;
            text.push_str(&lead);
            text.push(' ');
            text.push_str(&json!(value).to_string());
            text.push('\n');
        } else {
            text.push_str(line);
        }
    }
    text
}

fn with(first: String, second: Option<String>) -> String {
    match second {
        Some(second) => format!("{first}; {second}"),
        None => first,
    }
}

fn said(error: &Error) -> String {
    match error.hint() {
        Some(hint) => format!("{error} ({hint})"),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_replaced_where_it_stands() {
        let yaml = "# a\nname: Old # why\nplan:\n  - name: x\n";
        assert_eq!(
            retitled(yaml, "name", "New: 2"),
            "# a\nname: \"New: 2\"\nplan:\n  - name: x\n"
        );
    }
}
