//! Starting a run.

use std::sync::Arc;

use avops_engine::{
    Again, AgentRef, Library, LibraryError, Mode, NewRun, Program, RecipeRef, RequestKey, RunId,
};
use avops_recipe::{Recipe, Severity, Source};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::preflight;
use crate::secrets::sha256;
use crate::{Actor, App, Error, Finding, Permission, inputs};

/// A request for a run of a saved recipe.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct StartRun {
    /// Agent by id or name.
    pub agent: String,
    /// Recipe by id or name.
    pub recipe: String,
    /// The newest when absent.
    #[serde(default)]
    pub version: Option<u32>,
    /// Input values by name. What is missing and has no default parks the run.
    #[serde(default)]
    pub inputs: Map<String, Value>,
    /// Intake and plan for real, act against the simulators.
    #[serde(default)]
    pub dry_run: bool,
    /// What lists call the run; the recipe's name when absent.
    #[serde(default)]
    pub name: Option<String>,
    /// Free data of the caller.
    #[serde(default)]
    pub meta: Map<String, Value>,
}

/// A request for a run straight from a text that need not be saved.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StartText {
    /// What messages call the text, for example a file name.
    pub source: String,
    /// The YAML.
    pub text: String,
    /// Agent by id or name; without one every tool may be used.
    pub agent: Option<String>,
    /// Input values by name.
    pub inputs: Map<String, Value>,
    /// Intake and plan for real, act against the simulators.
    pub dry_run: bool,
    /// Free data of the caller.
    pub meta: Map<String, Value>,
}

/// Where a request came from, and how its repetition is recognized.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// What goes into the run's `trigger`: `manual`, `api`, `cli`, `chat`, `mcp` …
    pub trigger: String,
    /// The caller's `Idempotency-Key`.
    pub key: Option<String>,
    /// The workflow that asks, by id.
    pub workflow: Option<String>,
}

/// A run that was accepted: from here on it survives a crash.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Started {
    /// The run.
    pub id: RunId,
    /// Absolute address of its page.
    pub url: String,
    /// False when an earlier, equal request had started it.
    #[serde(skip)]
    pub is_new: bool,
}

/// Starts a run of a saved recipe. When this returns, the run is durable.
///
/// # Errors
/// [`Error::NotFound`] for the agent or recipe, [`Error::Invalid`] for a recipe with errors (or one that needs tools
/// which the agent may not use), [`Error::BadInput`] for inputs that do not fit, [`Error::Conflict`] when the key
/// was used for another request, or a tool lacks a setting that it needs on real systems.
pub async fn start(
    app: &App,
    by: &Actor,
    request: StartRun,
    origin: Origin,
) -> Result<Started, Error> {
    let mode = allowed_mode(app, by, request.dry_run)?;
    let content = origin.key.is_some().then(|| json!(request).to_string());
    let agent = app.catalog.agent(&request.agent).await?;
    let recipe = app.catalog.recipe(&request.recipe, request.version).await?;
    let plan = Plan {
        name: request.name,
        agent: Some((*agent).clone()),
        recipe: (*recipe).clone(),
        mode,
        inputs: request.inputs,
        meta: request.meta,
        again: None,
        content,
    };
    plan.start(app, by, origin).await
}

/// Starts a run from a text, pinned by its content. The text is kept, but does not become a saved recipe.
///
/// Who brings a text writes a recipe: on real systems that takes an author's right beside an operator's.
///
/// # Errors
/// As [`start`].
pub async fn start_text(
    app: &App,
    by: &Actor,
    request: StartText,
    origin: Origin,
) -> Result<Started, Error> {
    if !app.tools.mock() {
        by.require(Permission::Author)?;
    }
    start_own_text(app, by, request, origin).await
}

/// Starts a run from a text that this program wrote.
pub(crate) async fn start_own_text(
    app: &App,
    by: &Actor,
    request: StartText,
    origin: Origin,
) -> Result<Started, Error> {
    let mode = allowed_mode(app, by, request.dry_run)?;
    let content = origin.key.is_some().then(|| json!(request).to_string());
    let agent = match &request.agent {
        Some(asked) => Some((*app.catalog.agent(asked).await?).clone()),
        None => None,
    };
    let source = Source::new(&request.source, &request.text);
    let tools = agent
        .as_ref()
        .map_or(&[][..], |agent| agent.tools.as_slice());
    let (parsed, _) = app.library.parse(&source, tools);
    let recipe = match parsed.recipe {
        Some(recipe) if !has_error(&parsed.diagnostics) => recipe,
        _ => return Err(invalid(&source, &parsed.diagnostics)),
    };
    let hash = app.store.keep_recipe_text(&request.text).await?;
    let plan = Plan {
        name: None,
        agent,
        recipe: RecipeRef {
            id: None,
            name: recipe.name,
            version: recipe.version,
            hash,
        },
        mode,
        inputs: request.inputs,
        meta: request.meta,
        again: None,
        content,
    };
    plan.start(app, by, origin).await
}

/// A run that is about to be asked for.
pub(super) struct Plan {
    pub(super) name: Option<String>,
    pub(super) agent: Option<AgentRef>,
    pub(super) recipe: RecipeRef,
    pub(super) mode: Mode,
    pub(super) inputs: Map<String, Value>,
    pub(super) meta: Map<String, Value>,
    /// The run that is run again, and from where.
    pub(super) again: Option<Again>,
    /// The request as text, where a key came with it.
    pub(super) content: Option<String>,
}

impl Plan {
    /// Checks what can be checked now and asks the engine.
    pub(super) async fn start(
        self,
        app: &App,
        by: &Actor,
        origin: Origin,
    ) -> Result<Started, Error> {
        let run = self.checked(app, by, origin).await?;
        let accepted = app.engine.start(run).await?;
        Ok(Started {
            id: accepted.run,
            url: app.run_url(accepted.run),
            is_new: accepted.is_new,
        })
    }

    /// The request for the engine, with everything checked that can be checked now.
    pub(super) async fn checked(
        self,
        app: &App,
        by: &Actor,
        origin: Origin,
    ) -> Result<NewRun, Error> {
        let program = program(app, &self.recipe, self.agent.as_ref()).await?;
        let model = self.agent.as_ref().and_then(|agent| agent.model.as_deref());
        preflight::check(app, &program.recipe, self.mode, model)?;
        let inputs = inputs::fit(&program.recipe, self.inputs)?;
        let supervised = is_supervised(app, &self.recipe, self.mode).await?;
        let (inputs, meta) = match &self.agent {
            Some(agent) => of_agent(agent, &program.recipe, inputs, self.meta)?,
            None => (inputs, self.meta),
        };
        let id = RunId(Uuid::now_v7());
        let request = origin
            .key
            .zip(self.content)
            .map(|(key, content)| RequestKey {
                principal: by.id.clone(),
                key,
                content: sha256(&content),
            });
        Ok(NewRun {
            id,
            name: self.name.unwrap_or_else(|| self.recipe.name.clone()),
            agent: self.agent,
            recipe: self.recipe,
            workflow_id: origin.workflow,
            trigger: origin.trigger,
            mode: self.mode,
            supervised,
            inputs,
            requested_by: by.name.clone(),
            parent: None,
            again: self.again,
            request,
            meta,
            url: app.run_url(id),
        })
    }
}

/// Values by name.
type Named = Map<String, Value>;

/// Inputs with the agent's defaults where nobody gave a value, and what of the agent holds in this run, for people.
fn of_agent(
    agent: &AgentRef,
    recipe: &Recipe,
    mut inputs: Named,
    mut meta: Named,
) -> Result<(Named, Named), Error> {
    let asked = recipe.inputs.iter().map(|input| &input.name);
    let open: Map<String, Value> = asked
        .filter(|name| !inputs.contains_key(*name))
        .filter_map(|name| Some((name.clone(), agent.defaults.get(name)?.clone())))
        .collect();
    let filled: Vec<String> = open.keys().cloned().collect();
    let open = inputs::fit(recipe, open).map_err(|error| {
        Error::bad_input(
            format!("a default of agent {:?} does not fit: {error}", agent.name),
            "change it on the agent's page, or give the input with the run",
        )
    })?;
    inputs.extend(open);
    if !filled.is_empty() || agent.model.is_some() || !agent.limits.is_empty() {
        let of_agent =
            json!({ "model": agent.model, "guardrails": agent.limits, "defaults": filled });
        meta.insert("agent_settings".to_owned(), of_agent);
    }
    Ok((inputs, meta))
}

/// The mode in which a run starts now, if the actor may start one in it.
pub(super) fn allowed_mode(app: &App, by: &Actor, dry_run: bool) -> Result<Mode, Error> {
    // A dry run reads what the workspace reads: in mock mode the simulated campus, else the real systems.
    by.require(if app.tools.mock() {
        Permission::Simulate
    } else {
        Permission::Operate
    })?;
    Ok(if dry_run { Mode::Dry } else { app.tools.mode() })
}

/// Whether a person is asked before each act: so long as the version that runs has not earned to work on its own. A dry run
/// acts on nothing that needs asking.
async fn is_supervised(app: &App, recipe: &RecipeRef, mode: Mode) -> Result<bool, Error> {
    let Some(id) = recipe.id.as_ref().filter(|_| mode != Mode::Dry) else {
        return Ok(false);
    };
    let standing = app.catalog.standing(id).await?;
    Ok(standing.is_some_and(|standing| standing.supervises(recipe.version)))
}

/// The recipe, ready to run; where it cannot run, every reason why.
async fn program(
    app: &App,
    recipe: &RecipeRef,
    agent: Option<&AgentRef>,
) -> Result<Arc<Program>, Error> {
    let refusal = match app.library.program(recipe, agent).await {
        Ok(program) => return Ok(program),
        Err(refusal) => refusal,
    };
    if !matches!(refusal, LibraryError::Invalid { .. }) {
        return Err(refusal.into());
    }
    let text = app.store.recipe_text(&recipe.hash).await?;
    let source = Source::new(&recipe.name, text.unwrap_or_default());
    let tools = agent.map_or(&[][..], |agent| agent.tools.as_slice());
    let (parsed, _) = app.library.parse(&source, tools);
    Err(invalid(&source, &parsed.diagnostics))
}

fn has_error(diagnostics: &[avops_recipe::Diagnostic]) -> bool {
    diagnostics.iter().any(|d| d.severity == Severity::Error)
}

fn invalid(source: &Source, diagnostics: &[avops_recipe::Diagnostic]) -> Error {
    Error::Invalid(
        diagnostics
            .iter()
            .map(|diagnostic| Finding::new(source, diagnostic))
            .collect(),
    )
}
