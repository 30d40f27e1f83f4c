//! Each tool as the operation that it stands for.

use std::time::Duration;

use avops_app::recipes::{self, RecipeDetails};
use avops_app::runs::{self, Origin, RunDetails};
use avops_app::{App, Error, PageRequest, inbox};
use avops_engine::{Resolution, RunId, Signal, StepKey};
use rmcp::model::{CallToolResult, ContentBlock, ErrorData};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::{Caller, offer};

/// Longest wait for a run within one call, in seconds: clients give up after a minute.
const LONGEST_WAIT: u64 = 50;

/// What `list_recipes` takes.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListRecipes {
    /// A text in the name, the description or a tag.
    #[serde(default)]
    query: Option<String>,
}

/// What `describe_recipe` takes.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DescribeRecipe {
    /// Its name, short name or id.
    recipe: String,
}

/// What `get_run` takes.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GetRun {
    /// The run.
    run_id: RunId,
    /// So many seconds at most it is waited for, at most 50; not at all when absent.
    #[serde(default)]
    wait_seconds: u64,
}

/// What `list_waiting` takes: nothing.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListWaiting {}

/// What `start_run` takes.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StartRun {
    /// The recipe by name, short name or id.
    recipe: String,
    /// The agent that runs it; may be left out where only one does.
    #[serde(default)]
    agent: Option<String>,
    /// What the recipe takes, by name; what is missing and has no default is asked for.
    #[serde(default)]
    inputs: Map<String, Value>,
    /// The version; the newest when absent.
    #[serde(default)]
    version: Option<u32>,
    /// Looks for real, and acts on the simulated campus only.
    #[serde(default)]
    dry_run: bool,
    /// A text that stands for this request: whoever repeats it gets the same run.
    #[serde(default)]
    request_key: Option<String>,
}

/// What `answer` takes.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    /// The run that waits.
    run_id: RunId,
    /// Which answer; `list_waiting` says which there are.
    kind: AnswerKind,
    /// The waiting step; may be left out when only one waits.
    #[serde(default)]
    step: Option<StepKey>,
    /// For `answer`: what was asked for, by name.
    #[serde(default)]
    inputs: Map<String, Value>,
    /// Why, or what was done or seen.
    #[serde(default)]
    note: Option<String>,
    /// For `resolve`: what became of the call.
    #[serde(default, rename = "as")]
    resolution: Option<Resolution>,
    /// For `resolve` as `happened`: its result.
    #[serde(default)]
    result: Option<Value>,
}

/// The answers that there are.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum AnswerKind {
    /// The inputs that a run asks for.
    Answer,
    /// Yes.
    Approve,
    /// No.
    Reject,
    /// A manual step is done.
    Done,
    /// What became of a call whose outcome is unknown.
    Resolve,
    /// A run that is held since a backup was restored may go on.
    Release,
    /// No further step starts until somebody resumes the run.
    Pause,
    /// A paused run goes on.
    Resume,
    /// Stop the run; what it did is rolled back.
    Cancel,
}

impl Answer {
    fn signal(self) -> Result<Signal, Error> {
        let Self { step, note, .. } = self;
        Ok(match self.kind {
            AnswerKind::Answer => Signal::Answer {
                inputs: self.inputs,
            },
            AnswerKind::Approve => Signal::Approve { step, note },
            AnswerKind::Reject => Signal::Reject { step, note },
            AnswerKind::Done => Signal::Done {
                step,
                note,
                artifact: None,
            },
            AnswerKind::Resolve => Signal::Resolve {
                step,
                resolution: self.resolution.ok_or_else(|| Error::BadInput {
                    message: "`as` is missing: what became of the call".to_owned(),
                    hint: Some("happened, repeat, skip or fail".to_owned()),
                })?,
                result: self.result,
                note,
            },
            AnswerKind::Release => Signal::Release { note },
            AnswerKind::Pause => Signal::Pause { reason: note },
            AnswerKind::Resume => Signal::Resume { note },
            AnswerKind::Cancel => Signal::Cancel { reason: note },
        })
    }
}

/// Carries a tool out. What goes wrong in it is an answer that the caller sees; only a tool that there is not is a fault of
/// the protocol.
pub(super) async fn call(
    app: &App,
    caller: &Caller,
    tool: &str,
    arguments: Map<String, Value>,
) -> Result<CallToolResult, ErrorData> {
    let answer = match (tool, offer::recipe_of(tool)) {
        ("list_recipes", _) => list_recipes(app, caller, arguments).await,
        ("describe_recipe", _) => describe_recipe(app, caller, arguments).await,
        ("start_run", _) => start_run(app, caller, arguments).await,
        ("get_run", _) => get_run(app, caller, arguments).await,
        ("list_waiting", _) => list_waiting(app, caller, arguments).await,
        ("answer", _) => answer(app, caller, arguments).await,
        (_, Some(recipe)) => match promoted(app, caller, recipe).await {
            Ok(Some(recipe)) => run_recipe(app, caller, &recipe, arguments).await,
            Ok(None) => return Err(unknown(tool)),
            Err(error) => Err(error),
        },
        _ => return Err(unknown(tool)),
    };
    Ok(match answer {
        Ok(value) => CallToolResult::structured(value),
        Err(error) => refused(&error),
    })
}

fn unknown(tool: &str) -> ErrorData {
    ErrorData::invalid_params(format!("unknown tool: {tool}"), None)
}

/// A refusal as text, with what to do about it.
fn refused(error: &Error) -> CallToolResult {
    if let Error::Internal(reason) = error {
        tracing::error!(reason, "a call over MCP failed");
        let text = "something broke in here; the log of the server says what";
        return CallToolResult::error(vec![ContentBlock::text(text)]);
    }
    let hint = error.hint().map(|hint| format!("\n{hint}"));
    let text = format!("{error}{}", hint.unwrap_or_default());
    CallToolResult::error(vec![ContentBlock::text(text)])
}

fn read<T: DeserializeOwned>(arguments: Map<String, Value>) -> Result<T, Error> {
    serde_json::from_value(Value::Object(arguments)).map_err(|error| Error::BadInput {
        message: format!("the arguments do not fit: {error}"),
        hint: Some("compare them with the tool's input schema".to_owned()),
    })
}

async fn list_recipes(
    app: &App,
    caller: &Caller,
    arguments: Map<String, Value>,
) -> Result<Value, Error> {
    let ListRecipes { query } = read(arguments)?;
    let query = query.unwrap_or_default().to_lowercase();
    let found = recipes::list(app, &caller.by).await?;
    let fits = |text: &str| text.to_lowercase().contains(&query);
    let found: Vec<Value> = found
        .iter()
        .filter(|recipe| {
            fits(&recipe.name)
                || fits(&recipe.description)
                || recipe.tags.iter().any(|tag| fits(tag))
        })
        .map(|recipe| {
            json!({
                "name": recipe.name, "slug": recipe.slug, "version": recipe.version,
                "description": recipe.description, "risk": recipe.risk, "stage": recipe.stage,
                "tags": recipe.tags, "errors": recipe.errors, "success_rate": recipe.stats.success_rate,
            })
        })
        .collect();
    Ok(json!({ "recipes": found }))
}

async fn describe_recipe(
    app: &App,
    caller: &Caller,
    arguments: Map<String, Value>,
) -> Result<Value, Error> {
    let DescribeRecipe { recipe } = read(arguments)?;
    let recipe = recipes::get(app, &caller.by, &recipe).await?;
    let summary = &recipe.summary;
    Ok(json!({
        "name": summary.name, "slug": summary.slug, "version": summary.version,
        "description": summary.description, "risk": summary.risk, "stage": summary.stage,
        "agents": recipe.agents, "inputs_schema": recipe.inputs_schema, "steps": recipe.steps,
        "diagnostics": recipe.diagnostics, "stats": summary.stats,
    }))
}

/// The promoted recipe of that short name.
async fn promoted(app: &App, caller: &Caller, slug: &str) -> Result<Option<RecipeDetails>, Error> {
    let promoted = recipes::promoted(app, &caller.by).await?;
    Ok(promoted
        .into_iter()
        .find(|recipe| recipe.summary.slug == slug))
}

async fn run_recipe(
    app: &App,
    caller: &Caller,
    recipe: &RecipeDetails,
    inputs: Map<String, Value>,
) -> Result<Value, Error> {
    let agent = offer::agent_of(recipe).cloned();
    let request = StartRun {
        recipe: recipe.summary.id.clone(),
        agent,
        inputs,
        version: Some(recipe.summary.version),
        dry_run: false,
        request_key: None,
    };
    start(app, caller, request).await
}

async fn start_run(
    app: &App,
    caller: &Caller,
    arguments: Map<String, Value>,
) -> Result<Value, Error> {
    start(app, caller, read(arguments)?).await
}

async fn start(app: &App, caller: &Caller, request: StartRun) -> Result<Value, Error> {
    let agent = match request.agent {
        Some(agent) => agent,
        None => only_agent(app, caller, &request.recipe).await?,
    };
    let origin = Origin {
        trigger: "mcp".to_owned(),
        key: request.request_key.or_else(|| caller.key.clone()),
        workflow: None,
    };
    let request = runs::StartRun {
        agent,
        recipe: request.recipe,
        version: request.version,
        inputs: request.inputs,
        dry_run: request.dry_run,
        ..runs::StartRun::default()
    };
    let started = runs::start(app, &caller.by, request, origin).await?;
    Ok(json!({ "run_id": started.id, "url": started.url }))
}

async fn only_agent(app: &App, caller: &Caller, recipe: &str) -> Result<String, Error> {
    let recipe = recipes::get(app, &caller.by, recipe).await?;
    match recipe.agents.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(Error::BadInput {
            message: format!("no agent has the recipe {:?}", recipe.summary.name),
            hint: Some("attach it to an agent, or say which `agent` runs it".to_owned()),
        }),
        several => Err(Error::BadInput {
            message: format!("several agents have the recipe {:?}", recipe.summary.name),
            hint: Some(format!("say which `agent` runs it: {}", several.join(", "))),
        }),
    }
}

async fn get_run(
    app: &App,
    caller: &Caller,
    arguments: Map<String, Value>,
) -> Result<Value, Error> {
    let GetRun {
        run_id,
        wait_seconds,
    } = read(arguments)?;
    if wait_seconds > 0 {
        let patience = Duration::from_secs(wait_seconds.min(LONGEST_WAIT));
        runs::wait(app, &caller.by, run_id, patience).await?;
    }
    Ok(told(&runs::get(app, &caller.by, run_id).await?))
}

/// A run as whoever started it wants to know it: without what went into each step.
fn told(run: &RunDetails) -> Value {
    let summary = &run.summary;
    let steps: Vec<Value> = run
        .steps
        .iter()
        .map(|step| {
            json!({
                "id": step.id, "phase": step.state.phase, "title": step.state.title,
                "status": step.state.status, "message": step.state.message,
                "error": step.state.error, "gate": step.state.gate,
            })
        })
        .collect();
    let artifacts: Vec<Value> = run
        .artifacts
        .iter()
        .map(|kept| {
            let artifact = &kept.artifact;
            json!({ "kind": artifact.kind, "title": artifact.title, "url": artifact.url, "external_id": artifact.external_id })
        })
        .collect();
    json!({
        "run_id": summary.id, "name": summary.name, "recipe": summary.recipe, "version": summary.recipe_version,
        "agent": summary.agent, "mode": summary.mode, "status": summary.status,
        "waiting_for": summary.waiting_for, "outcome": summary.outcome, "error": summary.error,
        "rollback": summary.rollback, "started_at": summary.started_at, "finished_at": summary.finished_at,
        "url": summary.url, "inputs": run.inputs, "outputs": run.outputs, "steps": steps, "artifacts": artifacts,
    })
}

async fn list_waiting(
    app: &App,
    caller: &Caller,
    arguments: Map<String, Value>,
) -> Result<Value, Error> {
    let ListWaiting {} = read(arguments)?;
    let page = inbox::list(app, &caller.by, &PageRequest::default()).await?;
    Ok(json!({ "waiting": page.items, "more": page.next.is_some() }))
}

async fn answer(app: &App, caller: &Caller, arguments: Map<String, Value>) -> Result<Value, Error> {
    let answer: Answer = read(arguments)?;
    let id = answer.run_id;
    let state = runs::signal(app, &caller.by, id, answer.signal()?).await?;
    Ok(json!({ "run_id": id, "status": state.status }))
}
