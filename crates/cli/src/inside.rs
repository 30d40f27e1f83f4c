//! The API's calls carried out in this process: what a command uses on a data folder on which no server runs.
//!
//! Whoever may open the database may do everything with it, so there is no token here; records name the owner.

mod places;

use avops_app::agents::{self, AgentChange, NewAgent};
use avops_app::calendars;
use avops_app::chat::{self, SayText};
use avops_app::connectors::folder::{self, ConnectorFileApproval};
use avops_app::connectors::{self, Approvals, NewTool, ToolChange};
use avops_app::hooks::{self, NewSecret};
use avops_app::inbox::{self, Answers};
use avops_app::models::{self, TryProvider};
use avops_app::notices::{self, NoticeTest};
use avops_app::recipe_folder;
use avops_app::recipe_tests::{self, RunTests, SaveTests};
use avops_app::recipes::{self, Demote, Promote, SaveRecipe};
use avops_app::runs::{self, Origin, Rerun, RunFilter, StartRun, StartText};
use avops_app::settings::{self, SettingsChange};
use avops_app::setup::{self, Seed};
use avops_app::sop::{self, SopExpected, SopText};
use avops_app::tokens::{self, NewToken};
use avops_app::transfer::{self, Chosen, OnConflict};
use avops_app::workflows::{self, NewWorkflow, PreviewRequest, RunNow, WorkflowChange};
use avops_app::{Actor, App, PageRequest, backups, schedule, sessions, support};
use avops_engine::{Calendar, RunId, Signal};
use avops_server::SIGN_IN_PATH;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::api::{Method, Query};
use crate::error::Error;

/// The operations, and who asks.
pub(crate) struct Inside {
    app: App,
    by: Actor,
}

impl Inside {
    /// Asks as the owner.
    pub(crate) fn new(app: App) -> Self {
        Self {
            app,
            by: Actor::owner("owner"),
        }
    }

    /// Carries out what the API would do at this path.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &[&str],
        query: Query,
        body: Value,
    ) -> Result<Value, Error> {
        match path {
            ["recipes", rest @ ..] => self.recipes(method, rest, body).await,
            ["agents", rest @ ..] => self.agents(method, rest, body).await,
            ["runs", rest @ ..] => self.runs(method, rest, query, body).await,
            ["tools", rest @ ..] => self.tools(method, rest, body).await,
            ["workflows", rest @ ..] => self.workflows(method, rest, query, body).await,
            ["tokens", rest @ ..] => self.tokens(method, rest, body).await,
            ["rooms" | "devices" | "directory", ..] => self.places(method, path, query, body).await,
            ["connector-files", rest @ ..] => self.connector_files(method, rest, body).await,
            _ => self.workspace(method, path, query, body).await,
        }
    }

    async fn recipes(&self, method: Method, path: &[&str], body: Value) -> Result<Value, Error> {
        let Self { app, by } = self;
        match (method, path) {
            (Method::Get, []) => list(recipes::list(app, by).await?),
            (Method::Post, []) => shown(recipes::create(app, by, read::<SaveRecipe>(body)?).await?),
            (Method::Post, ["validate"]) => {
                let yaml = body["yaml"].as_str().unwrap_or_default();
                shown(recipes::validate(app, by, yaml, body["agent"].as_str()).await?)
            }
            (Method::Get, [recipe]) => shown(recipes::get(app, by, recipe).await?),
            (Method::Put, [recipe]) => {
                shown(recipes::save(app, by, recipe, read::<SaveRecipe>(body)?, None).await?)
            }
            (Method::Delete, [recipe]) => shown(recipes::delete(app, by, recipe, false).await?),
            (Method::Get, [recipe, "versions"]) => list(recipes::versions(app, by, recipe).await?),
            (Method::Get, [recipe, "versions", number]) => {
                let number = number
                    .parse()
                    .map_err(|_| Error::call(format!("{number:?} is no version")))?;
                shown(recipes::version(app, by, recipe, number).await?)
            }
            (Method::Get, [recipe, "promotion"]) => {
                shown(recipes::promotion(app, by, recipe, None).await?)
            }
            (Method::Post, [recipe, "promote"]) => {
                shown(recipes::promote(app, by, recipe, read::<Promote>(body)?).await?)
            }
            (Method::Post, [recipe, "demote"]) => {
                shown(recipes::demote(app, by, recipe, read::<Demote>(body)?).await?)
            }
            (Method::Get, [recipe, "tests"]) => shown(recipe_tests::get(app, by, recipe).await?),
            (Method::Put, [recipe, "tests"]) => {
                shown(recipe_tests::save(app, by, recipe, read::<SaveTests>(body)?).await?)
            }
            (Method::Post, [recipe, "tests", "run"]) => {
                shown(recipe_tests::run(app, by, recipe, read::<RunTests>(body)?).await?)
            }
            _ => Err(unknown(path)),
        }
    }

    async fn agents(&self, method: Method, path: &[&str], body: Value) -> Result<Value, Error> {
        let Self { app, by } = self;
        match (method, path) {
            (Method::Get, []) => list(agents::list(app, by).await?),
            (Method::Post, []) => shown(agents::create(app, by, read::<NewAgent>(body)?).await?),
            (Method::Get, [agent]) => shown(agents::get(app, by, agent).await?),
            (Method::Get, [agent, "reach"]) => shown(agents::reach(app, by, agent).await?),
            (Method::Patch, [agent]) => {
                shown(agents::change(app, by, agent, read::<AgentChange>(body)?).await?)
            }
            (Method::Delete, [agent]) => shown(agents::delete(app, by, agent).await?),
            _ => Err(unknown(path)),
        }
    }

    async fn runs(
        &self,
        method: Method,
        path: &[&str],
        query: Query,
        body: Value,
    ) -> Result<Value, Error> {
        let Self { app, by } = self;
        match (method, path) {
            (Method::Get, []) => {
                let (filter, page) = filter(query)?;
                shown(runs::list(app, by, &filter, &page).await?)
            }
            (Method::Post, []) if body.get("yaml").is_some() => {
                shown(runs::start_text(app, by, text(&body)?, origin()).await?)
            }
            (Method::Post, []) => {
                shown(runs::start(app, by, read::<StartRun>(body)?, origin()).await?)
            }
            (Method::Get, [run]) => shown(runs::get(app, by, id(run)?).await?),
            (Method::Get, [run, "test"]) => shown(recipe_tests::draft(app, by, id(run)?).await?),
            (Method::Post, [run, "test"]) => {
                shown(recipe_tests::add_draft(app, by, id(run)?).await?)
            }
            (Method::Post, [run, "signals"]) => {
                shown(runs::signal(app, by, id(run)?, read::<Signal>(body)?).await?)
            }
            (Method::Post, [run, "rerun", "preview"]) => {
                shown(runs::preview(app, by, id(run)?, read::<Rerun>(body)?).await?)
            }
            (Method::Get, [run, "compare"]) => {
                let with = query
                    .iter()
                    .find(|(name, _)| *name == "with")
                    .map_or("", |(_, with)| with.as_str());
                shown(runs::compare(app, by, id(run)?, id(with)?).await?)
            }
            (Method::Post, [run, "rerun"]) => {
                shown(runs::rerun(app, by, id(run)?, read::<Rerun>(body)?, origin()).await?)
            }
            _ => Err(unknown(path)),
        }
    }

    async fn tools(&self, method: Method, path: &[&str], body: Value) -> Result<Value, Error> {
        let Self { app, by } = self;
        match (method, path) {
            (Method::Get, []) => list(connectors::list(app, by).await?),
            (Method::Post, []) => shown(connectors::add(app, by, read::<NewTool>(body)?).await?),
            (Method::Post, ["action"]) => {
                let word = |name: &str| body[name].as_str().unwrap_or_default();
                let args = body["args"].clone();
                shown(
                    connectors::call(app, by, word("tool"), word("action"), args, origin()).await?,
                )
            }
            (Method::Get, [tool]) => shown(connectors::get(app, by, tool).await?),
            (Method::Patch, [tool]) => {
                shown(connectors::change(app, by, tool, read::<ToolChange>(body)?).await?)
            }
            (Method::Get, [tool, "health"]) => {
                shown(connectors::health(app, by, tool, false).await?)
            }
            (Method::Post, [tool, "look"]) => shown(connectors::look(app, by, tool).await?),
            (Method::Post, [tool, "approvals"]) => {
                shown(connectors::approve(app, by, tool, read::<Approvals>(body)?).await?)
            }
            (Method::Delete, [tool]) => shown(connectors::remove(app, by, tool).await?),
            _ => Err(unknown(path)),
        }
    }

    async fn workflows(
        &self,
        method: Method,
        path: &[&str],
        query: Query,
        body: Value,
    ) -> Result<Value, Error> {
        let Self { app, by } = self;
        match (method, path) {
            (Method::Get, []) => shown(workflows::list(app, by, &filter(query)?.1).await?),
            (Method::Post, []) => {
                shown(workflows::create(app, by, read::<NewWorkflow>(body)?).await?)
            }
            (Method::Get, [workflow]) => shown(workflows::get(app, by, workflow).await?),
            (Method::Patch, [workflow]) => {
                let change = read::<WorkflowChange>(body)?;
                shown(workflows::change(app, by, workflow, change).await?)
            }
            (Method::Delete, [workflow]) => shown(workflows::delete(app, by, workflow).await?),
            (Method::Post, [workflow, "runs"]) => {
                let request = read::<RunNow>(body)?;
                shown(workflows::run_now(app, by, workflow, request, origin()).await?)
            }
            (Method::Get, [workflow, "occurrences"]) => {
                let page = filter(query)?.1;
                shown(workflows::occurrences(app, by, workflow, &page).await?)
            }
            (Method::Get, [workflow, "deliveries"]) => {
                let page = filter(query)?.1;
                shown(hooks::deliveries(app, by, workflow, &page).await?)
            }
            (Method::Post, [workflow, "secret"]) => {
                let new = read::<NewSecret>(body)?;
                shown(hooks::renew_secret(app, by, workflow, new).await?)
            }
            (Method::Post, ["preview"]) => {
                shown(workflows::preview(app, by, &read::<PreviewRequest>(body)?)?)
            }
            _ => Err(unknown(path)),
        }
    }

    async fn connector_files(
        &self,
        method: Method,
        path: &[&str],
        body: Value,
    ) -> Result<Value, Error> {
        let Self { app, by } = self;
        match (method, path) {
            (Method::Get, []) => list(folder::list_files(app, by)?),
            (Method::Post, [file, "approval"]) => {
                let approval = read::<ConnectorFileApproval>(body)?;
                list(folder::approve_file(app, by, file, approval).await?)
            }
            _ => Err(unknown(path)),
        }
    }

    async fn tokens(&self, method: Method, path: &[&str], body: Value) -> Result<Value, Error> {
        let Self { app, by } = self;
        match (method, path) {
            (Method::Get, []) => list(tokens::list(app, by).await?),
            (Method::Post, []) => shown(tokens::create(app, by, read::<NewToken>(body)?).await?),
            (Method::Delete, [token]) => shown(tokens::revoke(app, by, token).await?),
            _ => Err(unknown(path)),
        }
    }

    async fn workspace(
        &self,
        method: Method,
        path: &[&str],
        query: Query,
        body: Value,
    ) -> Result<Value, Error> {
        let Self { app, by } = self;
        match (method, path) {
            (Method::Post, ["tool-settings", "key"]) => {
                let settings = connectors::rotate_key(app, by).await?;
                Ok(json!({ "settings": settings }))
            }
            (Method::Post, ["inbox", "answers"]) => {
                shown(inbox::answer(app, by, read::<Answers>(body)?).await?)
            }
            (Method::Get, ["inbox"]) => shown(inbox::list(app, by, &filter(query)?.1).await?),
            (Method::Post, ["scheduler", "tick"]) => shown(schedule::tick(app, by).await?),
            (Method::Post, ["sop", "convert"]) => {
                shown(sop::convert(app, by, read::<SopText>(body)?).await?)
            }
            (Method::Post, ["sop", "score"]) => {
                shown(sop::score(app, by, read::<SopExpected>(body)?).await?)
            }
            (Method::Post, ["chat", "messages"]) => {
                shown(chat::say(app, by, read::<SayText>(body)?).await?)
            }
            (Method::Post, ["support", "bundle"]) => shown(support::bundle(app, by).await?),
            (Method::Post, ["backup"]) => shown(backups::make(app, by).await?),
            (Method::Get, ["settings"]) => shown(settings::get(app, by).await?),
            (Method::Patch, ["settings"]) => {
                let change = read::<SettingsChange>(body)?;
                shown(settings::change(app, by, change).await?)
            }
            (Method::Post, ["settings", "provider", "test"]) => {
                let which = read::<TryProvider>(body)?;
                shown(models::try_provider(app, by, &which).await?)
            }
            (Method::Post, ["settings", "notices", "test"]) => {
                let which = read::<NoticeTest>(body)?;
                shown(notices::test(app, by, which).await?)
            }
            (Method::Get, ["settings", "providers", provider, "models"]) => {
                list(models::list(app, by, provider).await?)
            }
            (Method::Get, ["calendars"]) => list(calendars::list(app, by).await?),
            (Method::Put, ["calendars"]) => {
                shown(calendars::save(app, by, read::<Calendar>(body)?).await?)
            }
            (Method::Delete, ["calendars", name]) => shown(calendars::remove(app, by, name).await?),
            (Method::Get, ["recipe-folder"]) => shown(recipe_folder::status(app, by).await?),
            (Method::Get, ["export"]) => list(transfer::export(app, by, &chosen(query)).await?),
            (Method::Post, ["import"]) => {
                let zip = body["zip"].as_str().unwrap_or_default();
                let bytes = STANDARD
                    .decode(zip)
                    .map_err(|_| Error::call("the bundle is not Base64"))?;
                let (on_conflict, is_dry) = importing(query)?;
                let files = transfer::unpack(&bytes)?;
                shown(transfer::import(app, by, files, on_conflict, is_dry).await?)
            }
            (Method::Get, ["setup"]) => shown(setup::status(app, by).await?),
            (Method::Post, ["sign-in-links"]) => {
                let link = sessions::link(app, by).await?;
                let url = format!("{}{SIGN_IN_PATH}{}", app.options().public_url, link.code);
                Ok(json!({ "url": url, "expires_at": link.expires_at }))
            }
            (Method::Post, ["setup"]) => {
                let seed = read::<Seed>(body.get("seed").cloned().unwrap_or_default())?;
                shown(setup::initialize(app, by, seed).await?)
            }
            _ => Err(unknown(path)),
        }
    }
}

fn shown(value: impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(value)
        .map_err(|error| Error::outside(format!("the answer cannot be shown: {error}")))
}

/// Lists come in the API's form also when they come whole.
fn list(items: Vec<impl Serialize>) -> Result<Value, Error> {
    Ok(json!({ "items": shown(items)?, "next": null }))
}

fn read<T: DeserializeOwned>(body: Value) -> Result<T, Error> {
    serde_json::from_value(body)
        .map_err(|error| Error::call(format!("the request does not fit: {error}")))
}

fn unknown(path: &[&str]) -> Error {
    Error::outside(format!(
        "this version has no operation for {}",
        path.join("/")
    ))
}

fn id(run: &str) -> Result<RunId, Error> {
    run.parse().map_err(|_| {
        Error::call(format!("{run:?} is no run's id"))
            .hint("`avops runs list` shows the ids of runs")
    })
}

fn origin() -> Origin {
    Origin {
        trigger: "cli".to_owned(),
        key: None,
        workflow: None,
    }
}

fn text(body: &Value) -> Result<StartText, Error> {
    let word = |name: &str| body[name].as_str().map(str::to_owned);
    Ok(StartText {
        source: word("source").unwrap_or_default(),
        text: word("yaml").unwrap_or_default(),
        agent: word("agent"),
        inputs: read(body["inputs"].clone())?,
        dry_run: body["dry_run"].as_bool().unwrap_or_default(),
        ..StartText::default()
    })
}

fn chosen(query: Query) -> Chosen {
    let mut chosen = Chosen::default();
    for (name, value) in query {
        match name {
            "agent" => chosen.agents.push(value),
            "workflow" => chosen.workflows.push(value),
            _ => chosen.recipes.push(value),
        }
    }
    chosen
}

fn importing(query: Query) -> Result<(OnConflict, bool), Error> {
    let (mut on_conflict, mut is_dry) = (OnConflict::default(), false);
    for (name, value) in query {
        match name {
            "on_conflict" => on_conflict = read(json!(value))?,
            _ => is_dry = value == "true",
        }
    }
    Ok((on_conflict, is_dry))
}

fn filter(query: Query) -> Result<(RunFilter, PageRequest), Error> {
    let (mut filter, mut page) = (RunFilter::default(), PageRequest::default());
    for (name, value) in query {
        match name {
            "limit" => page.limit = value.parse().ok(),
            "cursor" => page.cursor = Some(value),
            "status" => filter.status.push(value),
            "since" => {
                let since = value.parse().map_err(|error| {
                    Error::call(format!("{value:?} is no time: {error}"))
                        .hint("for example 2026-11-24T08:00:00Z")
                })?;
                filter.since = Some(since);
            }
            "agent" => filter.agent = Some(value),
            "recipe" => filter.recipe = Some(value),
            "waiting_for" => filter.waiting_for = Some(value),
            "q" => filter.q = Some(value),
            "trigger" => filter.trigger = Some(value),
            "sort" => filter.sort = Some(value),
            other => return Err(Error::call(format!("runs cannot be found by {other}"))),
        }
    }
    Ok((filter, page))
}
