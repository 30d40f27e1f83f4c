//! Runs: started, listed, looked at, spoken to.

use std::time::Duration;

use avops_app::runs::{
    self, Bulk, BulkOutcome, Rerun, RunArticle, RunDetails, RunFilter, RunSummary, StartRun,
    StartText, Started,
};
use avops_app::{Page, PageRequest};
use avops_engine::{Mode, RollbackOutcome, RunError, RunId, RunStatus, Signal, WaitReason};
use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::de::IntoDeserializer;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::run_id;
use crate::Door;
use crate::auth::By;
use crate::body::{Asked, Body};
use crate::described::{Given, Gives, Schemas, Shape, Takes, asked};
use crate::error::Problem;
use crate::origin::CameFrom;

/// A run to start: of a saved recipe, or straight from a text.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartBody {
    /// Agent by id or name; needed for a saved recipe.
    agent: Option<String>,
    /// A saved recipe by id or name; or else a text as `yaml`.
    recipe: Option<String>,
    /// Version of the saved recipe; the newest when absent.
    version: Option<u32>,
    /// Input values by name. What is missing and has no default parks the run.
    #[serde(default)]
    inputs: Map<String, Value>,
    /// Intake and plan for real, act against the simulators.
    #[serde(default)]
    dry_run: bool,
    /// What lists call the run; the recipe's name when absent.
    name: Option<String>,
    /// Free data of the caller.
    #[serde(default)]
    meta: Map<String, Value>,
    /// A recipe's text that need not be saved.
    yaml: Option<String>,
    /// What messages call the text, for example a file name.
    source: Option<String>,
}

/// A run that was accepted.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StartedRun {
    /// Its id.
    id: RunId,
    /// Where it stands.
    status: RunStatus,
    /// Absolute address of its page.
    url: String,
    #[serde(flatten)]
    settled: Option<Settled>,
}

/// What became of it so far; only with `?wait=`, and for a repeated request.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Settled {
    /// For what it waits.
    waiting_for: Option<WaitReason>,
    /// The result.
    outputs: Map<String, Value>,
    /// Where and why it failed.
    error: Option<RunError>,
    /// What became of the rollback.
    rollback: Option<RollbackOutcome>,
}

/// The answer to whoever starts a run: 202 as long as it is under way, 200 when it is over.
pub(crate) struct Begun(StartedRun);

impl IntoResponse for Begun {
    fn into_response(self) -> Response {
        let status = if self.0.status.is_final() {
            StatusCode::OK
        } else {
            StatusCode::ACCEPTED
        };
        (status, Json(self.0)).into_response()
    }
}

impl Gives for Begun {
    fn give(schemas: &mut Schemas) -> Given {
        Given {
            statuses: vec![StatusCode::ACCEPTED, StatusCode::OK],
            ..Json::<StartedRun>::give(schemas)
        }
    }
}

/// A run that was told something.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Signalled {
    /// Its id.
    id: RunId,
    /// Where it stands now.
    status: RunStatus,
    /// For what it waits now.
    waiting_for: Option<WaitReason>,
}

/// `?wait=10s`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaitQuery {
    /// How long the answer may wait for the run to end or to wait for somebody: `500ms`, `10s`, `2m`.
    wait: Option<String>,
}

pub(crate) async fn start(
    State(door): State<Door>,
    By(by): By,
    CameFrom(origin): CameFrom,
    Asked(query): Asked<WaitQuery>,
    Body(body): Body<StartBody>,
) -> Result<Begun, Problem> {
    begin(&door, &by, &query, begun(&door, &by, body, origin)).await
}

/// Starts what was asked for, unless the server is stopping, and waits for it as long as the caller wants.
pub(crate) async fn begin(
    door: &Door,
    by: &avops_app::Actor,
    query: &WaitQuery,
    start: impl Future<Output = Result<Started, impl Into<Problem>>>,
) -> Result<Begun, Problem> {
    if door.options.stopping.is_cancelled() {
        return Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not now",
            "the server is stopping",
        ));
    }
    let patience = query.wait.as_deref().map(duration).transpose()?;
    let started = start.await.map_err(Into::into)?;
    settle(door, by, started, patience).await
}

async fn begun(
    door: &Door,
    by: &avops_app::Actor,
    body: StartBody,
    origin: runs::Origin,
) -> Result<Started, Problem> {
    match (body.yaml, body.recipe) {
        (Some(text), None) => {
            let source = body.source.unwrap_or_else(|| "recipe".to_owned());
            let request = StartText {
                source,
                text,
                agent: body.agent,
                inputs: body.inputs,
                dry_run: body.dry_run,
                meta: body.meta,
            };
            Ok(runs::start_text(&door.app, by, request, origin).await?)
        }
        (None, Some(recipe)) => {
            let agent = body.agent.ok_or_else(|| {
                Problem::bad_request("`agent` is missing: a saved recipe is run by an agent")
            })?;
            let request = StartRun {
                agent,
                recipe,
                version: body.version,
                inputs: body.inputs,
                dry_run: body.dry_run,
                name: body.name,
                meta: body.meta,
            };
            Ok(runs::start(&door.app, by, request, origin).await?)
        }
        _ => Err(Problem::bad_request(
            "name a saved `recipe`, or send a text as `yaml`; not both",
        )),
    }
}

async fn settle(
    door: &Door,
    by: &avops_app::Actor,
    started: Started,
    patience: Option<Duration>,
) -> Result<Begun, Problem> {
    // A new run that nobody waits for is queued, without asking. An old one is wherever it is by now.
    if patience.is_none() && started.is_new {
        let answer = StartedRun {
            id: started.id,
            status: RunStatus::Queued,
            url: started.url,
            settled: None,
        };
        return Ok(Begun(answer));
    }
    let patience = patience.unwrap_or_default();
    let state = runs::wait(&door.app, by, started.id, patience).await?;
    Ok(Begun(StartedRun {
        id: started.id,
        status: state.status,
        url: started.url,
        settled: Some(Settled {
            waiting_for: state.waiting_for,
            outputs: state.outputs,
            error: state.error,
            rollback: state.rollback,
        }),
    }))
}

pub(crate) async fn get(
    State(door): State<Door>,
    By(by): By,
    Path(run): Path<String>,
) -> Result<Json<RunDetails>, Problem> {
    Ok(Json(runs::get(&door.app, &by, run_id(&run)?).await?))
}

pub(crate) async fn list(
    State(door): State<Door>,
    By(by): By,
    AskedRuns { filter, page }: AskedRuns,
) -> Result<Json<Page<RunSummary>>, Problem> {
    Ok(Json(runs::list(&door.app, &by, &filter, &page).await?))
}

/// Filters may repeat (`status=failed&status=waiting`), which plain query decoding does not know.
pub(crate) struct AskedRuns {
    filter: RunFilter,
    page: PageRequest,
}

impl<S: Send + Sync> FromRequestParts<S> for AskedRuns {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        filters(parts.uri.query().unwrap_or_default())
    }
}

impl Takes for AskedRuns {
    fn take(schemas: &mut Schemas, shape: &mut Shape) {
        asked::<RunFilter>(schemas, shape);
        asked::<PageRequest>(schemas, shape);
    }
}

fn filters(query: &str) -> Result<AskedRuns, Problem> {
    let mut filter = RunFilter::default();
    let mut page = PageRequest::default();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let time = || {
            value.parse().map_err(|_| {
                Problem::bad_request(format!(
                    "`{name}` must be a time such as 2026-11-24T09:00:00Z"
                ))
            })
        };
        match &*name {
            "status" => filter.status.extend(
                value
                    .split(',')
                    .filter(|word| !word.is_empty())
                    .map(str::to_owned),
            ),
            "since" => filter.since = Some(time()?),
            "until" => filter.until = Some(time()?),
            "agent" => filter.agent = Some(value.into_owned()),
            "recipe" => filter.recipe = Some(value.into_owned()),
            "workflow" => filter.workflow = Some(value.into_owned()),
            "trigger" => filter.trigger = Some(value.into_owned()),
            "mode" => {
                let mode = Mode::deserialize(value.as_ref().into_deserializer());
                let mode: Result<Mode, serde::de::value::Error> = mode;
                filter.mode = Some(
                    mode.map_err(|_| Problem::bad_request("`mode` must be live, mock or dry"))?,
                );
            }
            "waiting_for" => filter.waiting_for = Some(value.into_owned()),
            "q" => filter.q = Some(value.into_owned()),
            "sort" => filter.sort = Some(value.into_owned()),
            "cursor" => page.cursor = Some(value.into_owned()),
            "room" => filter.room = Some(value.into_owned()),
            "limit" => {
                let limit = value
                    .parse()
                    .map_err(|_| Problem::bad_request("`limit` must be a number from 1 to 500"))?;
                page.limit = Some(limit);
            }
            other => {
                let known = "status, since, until, agent, recipe, workflow, trigger, mode, waiting_for, room, q, sort, limit, cursor";
                return Err(
                    Problem::bad_request(format!("runs have no filter `{other}`"))
                        .hint(format!("filters are: {known}")),
                );
            }
        }
    }
    Ok(AskedRuns { filter, page })
}

pub(crate) async fn signal(
    State(door): State<Door>,
    By(by): By,
    Path(run): Path<String>,
    Body(signal): Body<Signal>,
) -> Result<Json<Signalled>, Problem> {
    let state = runs::signal(&door.app, &by, run_id(&run)?, signal).await?;
    Ok(Json(Signalled {
        id: state.id,
        status: state.status,
        waiting_for: state.waiting_for,
    }))
}

pub(crate) async fn bulk(
    State(door): State<Door>,
    By(by): By,
    CameFrom(origin): CameFrom,
    Body(request): Body<Bulk>,
) -> Result<Json<BulkOutcome>, Problem> {
    Ok(Json(runs::bulk(&door.app, &by, request, &origin).await?))
}

pub(crate) async fn rerun(
    State(door): State<Door>,
    By(by): By,
    Path(run): Path<String>,
    CameFrom(origin): CameFrom,
    Asked(query): Asked<WaitQuery>,
    Body(request): Body<Rerun>,
) -> Result<Begun, Problem> {
    let id = run_id(&run)?;
    let started = runs::rerun(&door.app, &by, id, request, origin);
    begin(&door, &by, &query, started).await
}

/// `10s`, `500ms`, `2m`, or a number of seconds.
fn duration(text: &str) -> Result<Duration, Problem> {
    let split = text
        .find(|c: char| c.is_ascii_alphabetic())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let factor = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        _ => f64::NAN,
    };
    let seconds = number
        .parse::<f64>()
        .map_or(f64::NAN, |number| number * factor);
    Duration::try_from_secs_f64(seconds).map_err(|_| {
        Problem::bad_request("`wait` must be a duration such as 10s").hint("write 500ms, 10s or 2m")
    })
}

pub(crate) async fn article(
    State(door): State<Door>,
    By(by): By,
    Path(run): Path<String>,
) -> Result<Json<RunArticle>, Problem> {
    let article = runs::article(&door.app, &by, run_id(&run)?).await?;
    Ok(Json(article))
}
