//! Tools, and direct calls of their actions.

use avops_app::connectors::{self, ActionReply, NewTool, Tool, ToolChange};
use avops_app::runs::Origin;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::runs::origin;
use crate::Door;
use crate::auth::{By, FromPage};
use crate::body::Body;
use crate::error::Problem;

/// The runbook's own body.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ToolAction {
    tool: String,
    action: String,
    #[serde(default)]
    args: Value,
}

/// The plain connector protocol.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlainAction {
    action: String,
    #[serde(default)]
    args: Value,
}

pub(crate) async fn list(State(door): State<Door>, By(by): By) -> Result<Json<Value>, Problem> {
    Ok(Json(
        json!({ "items": connectors::list(&door.app, &by).await?, "next": null }),
    ))
}

pub(crate) async fn add(
    State(door): State<Door>,
    By(by): By,
    Body(new): Body<NewTool>,
) -> Result<(StatusCode, Json<Tool>), Problem> {
    Ok((
        StatusCode::CREATED,
        Json(connectors::add(&door.app, &by, new).await?),
    ))
}

pub(crate) async fn get(
    State(door): State<Door>,
    By(by): By,
    Path(tool): Path<String>,
) -> Result<Json<Tool>, Problem> {
    Ok(Json(connectors::get(&door.app, &by, &tool).await?))
}

pub(crate) async fn change(
    State(door): State<Door>,
    By(by): By,
    Path(tool): Path<String>,
    Body(change): Body<ToolChange>,
) -> Result<Json<Tool>, Problem> {
    Ok(Json(
        connectors::change(&door.app, &by, &tool, change).await?,
    ))
}

pub(crate) async fn remove(
    State(door): State<Door>,
    By(by): By,
    Path(tool): Path<String>,
) -> Result<StatusCode, Problem> {
    connectors::remove(&door.app, &by, &tool).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn health(
    State(door): State<Door>,
    By(by): By,
    Path(tool): Path<String>,
) -> Result<Response, Problem> {
    Ok(Json(connectors::health(&door.app, &by, &tool).await?).into_response())
}

pub(crate) async fn check_all(State(door): State<Door>, By(by): By) -> Result<Response, Problem> {
    Ok(Json(connectors::check_all(&door.app, &by).await?).into_response())
}

pub(crate) async fn action(
    State(door): State<Door>,
    By(by): By,
    headers: HeaderMap,
    page: axum::Extension<FromPage>,
    Body(call): Body<ToolAction>,
) -> Result<Json<ActionReply>, Problem> {
    let origin = origin(&headers, *page);
    Ok(Json(
        connectors::call(&door.app, &by, &call.tool, &call.action, call.args, origin).await?,
    ))
}

pub(crate) async fn named_action(
    State(door): State<Door>,
    By(by): By,
    Path((tool, action)): Path<(String, String)>,
    headers: HeaderMap,
    page: axum::Extension<FromPage>,
    Body(args): Body<Value>,
) -> Result<Json<ActionReply>, Problem> {
    let origin = origin(&headers, *page);
    Ok(Json(
        connectors::call(&door.app, &by, &tool, &action, args, origin).await?,
    ))
}

pub(crate) async fn plain_health(
    State(door): State<Door>,
    By(by): By,
    Path(tool): Path<String>,
) -> Result<Response, Problem> {
    Ok(Json(connectors::health(&door.app, &by, &tool).await?).into_response())
}

/// A caller of a connector expects the connector's own answer, also for a call that failed.
pub(crate) async fn plain_action(
    State(door): State<Door>,
    By(by): By,
    Path(tool): Path<String>,
    headers: HeaderMap,
    Body(call): Body<PlainAction>,
) -> Result<Json<Value>, Problem> {
    let key = headers
        .get("idempotency-key")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let origin = Origin {
        trigger: "api".to_owned(),
        key,
    };
    let reply = connectors::call(&door.app, &by, &tool, &call.action, call.args, origin).await?;
    Ok(Json(
        json!({ "ok": reply.ok, "result": reply.result, "artifacts": reply.artifacts, "error": reply.error }),
    ))
}
