//! Runs: started, listed, looked at, spoken to.

use std::time::Duration;

use avops_app::runs::{self, Origin, Rerun, RunFilter, RunSummary, StartRun, StartText, Started};
use avops_app::{Page, PageRequest};
use avops_engine::{RunStatus, Signal, StepState};
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::run_id;
use crate::Door;
use crate::auth::{By, FromPage};
use crate::body::{Asked, Body};
use crate::error::Problem;

/// A run to start: of a saved recipe, or straight from a text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartBody {
    agent: Option<String>,
    recipe: Option<String>,
    version: Option<u32>,
    #[serde(default)]
    inputs: Map<String, Value>,
    #[serde(default)]
    dry_run: bool,
    name: Option<String>,
    #[serde(default)]
    meta: Map<String, Value>,
    yaml: Option<String>,
    source: Option<String>,
}

/// `?wait=10s`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaitQuery {
    wait: Option<String>,
}

pub(crate) async fn start(
    State(door): State<Door>,
    By(by): By,
    page: Extension<FromPage>,
    headers: HeaderMap,
    Asked(query): Asked<WaitQuery>,
    Body(body): Body<StartBody>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    if door.options.stopping.is_cancelled() {
        return Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not now",
            "the server is stopping",
        ));
    }
    let patience = query.wait.as_deref().map(duration).transpose()?;
    let origin = origin(&headers, *page);
    let started = match (body.yaml, body.recipe) {
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
            runs::start_text(&door.app, &by, request, origin).await?
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
            runs::start(&door.app, &by, request, origin).await?
        }
        _ => {
            return Err(Problem::bad_request(
                "name a saved `recipe`, or send a text as `yaml`; not both",
            ));
        }
    };
    settle(&door, &by, started, patience).await
}

async fn settle(
    door: &Door,
    by: &avops_app::Actor,
    started: Started,
    patience: Option<Duration>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    // A new run that nobody waits for is queued, without asking. An old one is wherever it is by now.
    if patience.is_none() && started.is_new {
        let answer = json!({ "id": started.id, "status": RunStatus::Queued, "url": started.url });
        return Ok((StatusCode::ACCEPTED, Json(answer)));
    }
    let patience = patience.unwrap_or_default();
    let state = runs::wait(&door.app, by, started.id, patience).await?;
    let status = if state.status.is_final() {
        StatusCode::OK
    } else {
        StatusCode::ACCEPTED
    };
    let answer = json!({
        "id": started.id,
        "status": state.status,
        "waiting_for": state.waiting_for,
        "outputs": state.outputs,
        "error": state.error,
        "rollback": state.rollback,
        "url": started.url,
    });
    Ok((status, Json(answer)))
}

pub(crate) async fn get(
    State(door): State<Door>,
    By(by): By,
    Path(run): Path<String>,
) -> Result<Json<Value>, Problem> {
    let details = runs::get(&door.app, &by, run_id(&run)?).await?;
    let steps: Vec<_> = details.steps.iter().map(step).collect();
    let mut answer = json!(details);
    if let Value::Object(map) = &mut answer {
        map.insert("steps".to_owned(), json!(steps));
    }
    Ok(Json(answer))
}

/// A step with its id and duration.
fn step(step: &StepState) -> Value {
    let mut answer = json!(step);
    if let Value::Object(map) = &mut answer {
        map.insert("id".to_owned(), json!(step.key));
        let took = step
            .finished_at
            .map(|end| end.as_millisecond() - step.started_at.as_millisecond());
        map.insert("duration_ms".to_owned(), json!(took));
    }
    answer
}

/// Filters may repeat (`status=failed&status=waiting`), which plain query decoding does not know.
pub(crate) async fn list(
    State(door): State<Door>,
    By(by): By,
    RawQuery(query): RawQuery,
) -> Result<Json<Page<RunSummary>>, Problem> {
    let mut filter = RunFilter::default();
    let mut page = PageRequest::default();
    for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
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
            "waiting_for" => filter.waiting_for = Some(value.into_owned()),
            "q" => filter.q = Some(value.into_owned()),
            "cursor" => page.cursor = Some(value.into_owned()),
            "limit" => {
                let limit = value
                    .parse()
                    .map_err(|_| Problem::bad_request("`limit` must be a number from 1 to 500"))?;
                page.limit = Some(limit);
            }
            other => {
                let known = "status, since, until, agent, recipe, workflow, trigger, waiting_for, q, limit, cursor";
                return Err(
                    Problem::bad_request(format!("runs have no filter `{other}`"))
                        .hint(format!("filters are: {known}")),
                );
            }
        }
    }
    Ok(Json(runs::list(&door.app, &by, &filter, &page).await?))
}

pub(crate) async fn signal(
    State(door): State<Door>,
    By(by): By,
    Path(run): Path<String>,
    Body(signal): Body<Signal>,
) -> Result<Json<Value>, Problem> {
    let state = runs::signal(&door.app, &by, run_id(&run)?, signal).await?;
    Ok(Json(
        json!({ "id": state.id, "status": state.status, "waiting_for": state.waiting_for }),
    ))
}

pub(crate) async fn rerun(
    State(door): State<Door>,
    By(by): By,
    page: Extension<FromPage>,
    Path(run): Path<String>,
    headers: HeaderMap,
    Asked(query): Asked<WaitQuery>,
    Body(request): Body<Rerun>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let patience = query.wait.as_deref().map(duration).transpose()?;
    let started = runs::rerun(
        &door.app,
        &by,
        run_id(&run)?,
        request,
        origin(&headers, *page),
    )
    .await?;
    settle(&door, &by, started, patience).await
}

/// What goes into a run's `trigger`, and the key that makes a repetition the same run.
pub(crate) fn origin(headers: &HeaderMap, FromPage(from_page): FromPage) -> Origin {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let cli = text("user-agent").is_some_and(|agent| agent.starts_with("avops-cli/"));
    let trigger = if cli {
        "cli"
    } else if from_page {
        "manual"
    } else {
        "api"
    };
    Origin {
        trigger: trigger.to_owned(),
        key: text("idempotency-key").map(str::to_owned),
    }
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
