//! Carrying commands out: each through the operation that the pages use, with what it came to as cards.

use std::time::Duration;

use avops_recipe::scaffold;
use serde_json::{Map, Value};

use super::cards::{Card, DraftCard};
use super::command::Command;
use super::lexer::{Arg, quote_name};
use super::mistake::{Mistake, replaced};
use super::threads::Phases;
use crate::agents::{self, Agent, AgentChange};
use crate::names::folded;
use crate::runs::{self, Origin, StartRun};
use crate::sop::{self, SopChoice, SopEngine, SopText};
use crate::{Actor, App, Error, Finding, connectors, recipes};

/// Runs that settle sooner are shown as they ended.
const PATIENCE: Duration = Duration::from_millis(700);

/// The recipe behind `/kb scout`.
const SCOUT: &str = "KB Scout";

/// What a command came to.
pub(super) struct Done {
    pub(super) cards: Vec<Card>,
    pub(super) phases: Phases,
}

/// Why a command was not carried out.
pub(super) enum Refused {
    /// The command itself is at fault.
    Mistake(Box<Mistake>),
    /// The operation refused.
    Error(Error),
}

impl From<Mistake> for Refused {
    fn from(mistake: Mistake) -> Self {
        Self::Mistake(Box::new(mistake))
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// Who asks, and with which words.
pub(super) struct Asked<'a> {
    pub(super) app: &'a App,
    pub(super) by: &'a Actor,
    pub(super) text: &'a str,
}

impl Asked<'_> {
    pub(super) async fn carry_out(&self, command: Command) -> Result<Done, Refused> {
        match command {
            Command::Sop {
                agent,
                name,
                engine,
                text,
            } => self.sop(agent, name, engine, text).await,
            Command::RecipeNew { name } => self.recipe_new(&name).await,
            Command::RecipeAttach { agent, recipe } => self.attach(&agent, &recipe).await,
            Command::AgentRun {
                agent,
                recipe,
                inputs,
                dry_run,
                end,
            } => {
                let inputs = inputs
                    .into_iter()
                    .map(|(key, arg)| (key, Value::String(arg.value)));
                self.run(&agent, recipe.as_ref(), inputs.collect(), dry_run, end)
                    .await
            }
            Command::ToolHealth { tool } => self.health(&tool).await,
            Command::KbScout {
                agent,
                query,
                allow,
                inputs,
            } => self.scout(agent.as_ref(), &query, allow, inputs).await,
            Command::ToolAction { tool, body } => self.call(&tool, body).await,
            Command::Help => Ok(Done {
                cards: vec![Card::Commands],
                phases: Phases::new("help", "nothing to check", "nothing is changed", "listed"),
            }),
        }
    }

    pub(super) fn origin() -> Origin {
        Origin {
            trigger: "chat".to_owned(),
            key: None,
            workflow: None,
        }
    }

    /// A name that is not there is a mistake in the command, where another may have been meant.
    pub(super) fn placed(&self, error: Error, args: &[&Arg]) -> Refused {
        let Error::NotFound {
            what,
            name,
            nearest,
        } = &error
        else {
            return Refused::Error(error);
        };
        let Some(arg) = args.iter().find(|arg| folded(&arg.value) == folded(name)) else {
            return Refused::Error(error);
        };
        let mistake = Mistake::at(
            self.text,
            arg.span.clone(),
            format!("there is no {what} {name:?}"),
        );
        Refused::from(match nearest {
            Some(near) => {
                mistake.corrected(replaced(self.text, arg.span.clone(), &quote_name(near)))
            }
            None => mistake.help(format!("the {what}s that there are stand on their page")),
        })
    }

    async fn agent(&self, agent: &Arg) -> Result<Agent, Refused> {
        agents::get(self.app, self.by, &agent.value)
            .await
            .map_err(|error| self.placed(error, &[agent]))
    }

    async fn sop(
        &self,
        agent: Option<Arg>,
        name: Option<Arg>,
        engine: SopChoice,
        text: String,
    ) -> Result<Done, Refused> {
        let agent = match &agent {
            Some(arg) => Some(self.agent(arg).await?.name),
            None => None,
        };
        let wanted = SopText {
            text: text.clone(),
            agent: agent.clone(),
            name: name.map(|arg| arg.value),
            engine,
            ..SopText::default()
        };
        let draft = sop::convert(self.app, self.by, wanted).await?;
        let unused = draft
            .trace
            .iter()
            .filter(|line| line.kind == avops_llm::sop::LineUse::Unused)
            .count();
        let verify = format!(
            "valid; {} of {} lines used, {} left open",
            draft.trace.len() - unused,
            draft.trace.len(),
            draft.questions.len()
        );
        let name = draft.name.clone();
        let read = match (&draft.work, &draft.reason) {
            (Some(work), _) => format!("read by {} {}", work.provider, work.model),
            (None, Some(reason)) => format!("read line by line, by rules: {reason}"),
            (None, None) => "read line by line, by rules".to_owned(),
        };
        let card = DraftCard {
            unused,
            has_errors: has_errors(&draft.diagnostics),
            problems: problems(&draft.diagnostics),
            name: draft.name,
            yaml: draft.yaml,
            agent,
            text: Some(text),
            by: draft.engine,
            reason: draft.reason,
            work: draft.work,
            assumptions: draft.assumptions,
            questions: draft.questions,
        };
        Ok(Done {
            cards: vec![Card::Draft { draft: card }],
            phases: Phases::new(
                "a procedure in words",
                read,
                format!("drafted {name}; nothing is saved"),
                verify,
            ),
        })
    }

    async fn recipe_new(&self, name: &Arg) -> Result<Done, Refused> {
        let there = recipes::get(self.app, self.by, &name.value).await;
        if let Ok(there) = there {
            let summary = there.summary;
            let card = Card::Recipe {
                name: summary.name.clone(),
                slug: summary.slug,
                version: summary.version,
            };
            return Ok(Done {
                cards: vec![card],
                phases: Phases::new(
                    format!("the name {:?}", name.value),
                    format!("there is a recipe {:?} already", summary.name),
                    "nothing is overwritten",
                    "it is shown",
                ),
            });
        }
        let yaml = scaffold(&name.value);
        let checked = recipes::validate(self.app, self.by, &yaml, None).await?;
        let card = DraftCard {
            name: name.value.clone(),
            yaml,
            agent: None,
            text: None,
            by: SopEngine::Rules,
            reason: None,
            work: None,
            unused: 0,
            has_errors: !checked.valid,
            problems: problems(&checked.diagnostics),
            assumptions: Vec::new(),
            questions: Vec::new(),
        };
        Ok(Done {
            cards: vec![Card::Draft { draft: card }],
            phases: Phases::new(
                format!("the name {:?}", name.value),
                "the name is free",
                "a recipe to start from; nothing is saved",
                "it is valid",
            ),
        })
    }

    async fn attach(&self, agent: &Arg, recipe: &Arg) -> Result<Done, Refused> {
        let found = self.agent(agent).await?;
        let details = recipes::get(self.app, self.by, &recipe.value)
            .await
            .map_err(|error| self.placed(error, &[recipe]))?;
        let (name, slug) = (details.summary.name, details.summary.slug);
        let is_new = !found.recipes.contains(&name);
        if is_new {
            let change = AgentChange {
                recipes: Some(found.recipes.iter().chain([&name]).cloned().collect()),
                ..AgentChange::default()
            };
            agents::change(self.app, self.by, &found.name, change).await?;
        }
        let verify = if is_new {
            format!("{} has {name} now", found.name)
        } else {
            format!("{} had {name} before", found.name)
        };
        let card = Card::Attached {
            agent: found.name.clone(),
            recipe: name.clone(),
            slug,
            is_new,
        };
        Ok(Done {
            cards: vec![card],
            phases: Phases::new(
                format!("agent {}, recipe {name}", found.name),
                "both are there",
                if is_new { "attached" } else { "nothing to do" },
                verify,
            ),
        })
    }

    async fn run(
        &self,
        agent: &Arg,
        recipe: Option<&Arg>,
        inputs: Map<String, Value>,
        dry_run: bool,
        end: usize,
    ) -> Result<Done, Refused> {
        let found = self.agent(agent).await?;
        let recipe_name = match recipe {
            Some(recipe) => recipe.value.clone(),
            None => self.only_recipe(&found, end)?,
        };
        let started = runs::start(
            self.app,
            self.by,
            StartRun {
                agent: found.name.clone(),
                recipe: recipe_name,
                inputs,
                dry_run,
                ..StartRun::default()
            },
            Self::origin(),
        )
        .await
        .map_err(|error| match recipe {
            Some(recipe) => self.placed(error, &[agent, recipe]),
            None => Refused::Error(error),
        })?;
        let state = runs::wait(self.app, self.by, started.id, PATIENCE).await?;
        let run = runs::get(self.app, self.by, started.id).await?.summary;
        let card = Card::Run {
            run_id: started.id,
            url: started.url,
            agent: found.name.clone(),
            recipe: run.recipe.clone(),
            dry_run,
        };
        Ok(Done {
            cards: vec![card],
            phases: Phases::new(
                format!("agent {}, recipe {}", found.name, run.recipe),
                "the recipe can run with this agent's tools",
                format!("run {} was accepted", started.id),
                format!("the run is {}", state.status.as_str()),
            ),
        })
    }

    /// The scout is a recipe like any other: its run asks a person before anything is saved.
    async fn scout(
        &self,
        agent: Option<&Arg>,
        query: &Arg,
        allow: Vec<String>,
        inputs: Vec<(&'static str, Arg)>,
    ) -> Result<Done, Refused> {
        let agent = match agent {
            Some(agent) => self.agent(agent).await?,
            None => self.scouting_agent().await?,
        };
        let mut given = Map::new();
        given.insert("query".to_owned(), Value::String(query.value.clone()));
        given.insert("allow".to_owned(), allow.into());
        for (name, arg) in inputs {
            given.insert(name.to_owned(), Value::String(arg.value));
        }
        let agent = Arg {
            value: agent.name,
            span: query.span.clone(),
            quoted: true,
        };
        let recipe = Arg {
            value: SCOUT.to_owned(),
            span: query.span.clone(),
            quoted: true,
        };
        let end = self.text.len();
        self.run(&agent, Some(&recipe), given, false, end).await
    }

    /// The agent that has the scout attached.
    async fn scouting_agent(&self) -> Result<Agent, Refused> {
        let agents = agents::list(self.app, self.by).await?;
        let scouts = |agent: &Agent| agent.recipes.iter().any(|name| name == SCOUT);
        agents.into_iter().find(scouts).ok_or_else(|| {
            let end = self.text.trim_end().len();
            Mistake::at(self.text, end..end, format!("no agent has the recipe {SCOUT}"))
                .help(format!(
                    "the Setup Wizard brings {SCOUT}; attach it to an agent that may use search, knowledge, servicenow and slack"
                ))
                .corrected(format!("/recipe attach agent=Events recipe={}", quote_name(SCOUT)))
                .into()
        })
    }

    /// Without a recipe, an agent runs the only one that it has.
    fn only_recipe(&self, agent: &Agent, end: usize) -> Result<String, Mistake> {
        let addition = |name: &str| {
            let before = self.text.get(..end).unwrap_or(self.text);
            format!("{before} recipe={}", quote_name(name))
        };
        let mistake = |message: String| Mistake::at(self.text, end..end, message);
        match agent.recipes.as_slice() {
            [only] => Ok(only.clone()),
            [] => Err(mistake(format!("no recipe is attached to {}", agent.name))
                .help("name one with recipe=")),
            [first, ..] => Err(mistake("`recipe=` is missing".to_owned())
                .help(format!("{} has {}", agent.name, agent.recipes.join(", ")))
                .corrected(addition(first))),
        }
    }

    async fn health(&self, tool: &Arg) -> Result<Done, Refused> {
        let found = connectors::get(self.app, self.by, &tool.value)
            .await
            .map_err(|error| self.placed(error, &[tool]))?;
        let health = connectors::health(self.app, self.by, &found.name, false).await?;
        let verify = if health.ok {
            "it is well"
        } else {
            "it is not well"
        };
        Ok(Done {
            phases: Phases::new(
                format!("tool {}", found.name),
                "the tool is there",
                format!("asked; {} ms", health.latency_ms),
                verify,
            ),
            cards: vec![Card::Health {
                tool: found.name,
                ok: health.ok,
                latency_ms: health.latency_ms,
                detail: health.detail,
            }],
        })
    }
}

fn has_errors(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|found| found.severity == avops_recipe::Severity::Error)
}

fn problems(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|found| format!("line {}: {} ({})", found.line, found.message, found.code))
        .collect()
}
