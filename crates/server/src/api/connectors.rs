//! Tools, and direct calls of their actions.

use avops_app::connectors::folder::{self, ConnectorFileApproval, ConnectorFileView};
use avops_app::connectors::{self, ActionReply, Approvals, Health, NewTool, Tool, ToolChange};
use avops_app::runs::Origin;
use avops_app::{Page, PageRequest};
use avops_engine::Artifact;
use axum::Json;
use axum::extract::{Path, State};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Door;
use crate::auth::By;
use crate::body::{Asked, Body};
use crate::error::Problem;
use crate::origin::CameFrom;
use crate::outcome::{Created, NoContent};

/// The runbook's own body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionBody {
    /// Name of the tool.
    tool: String,
    /// Name of the action.
    action: String,
    /// What the action takes.
    #[serde(default)]
    args: Value,
}

/// The plain connector protocol.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlainActionBody {
    /// Name of the action.
    action: String,
    /// What the action takes.
    #[serde(default)]
    args: Value,
}

/// Which world is asked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HealthQuery {
    /// Asks the real system, although the workspace is in mock mode or the tool is simulated; for those who manage tools.
    #[serde(default)]
    real: bool,
}

/// What a new key did.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Sealed {
    /// How many settings are sealed with it now.
    settings: usize,
}

/// The answer in the plain connector protocol.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PlainReply {
    /// Whether the call succeeded.
    ok: bool,
    /// What the action gave.
    result: Value,
    /// What it left behind.
    artifacts: Vec<Artifact>,
    /// Why not, where it failed.
    error: Option<String>,
}

pub(crate) async fn list(
    State(door): State<Door>,
    By(by): By,
    Asked(page): Asked<PageRequest>,
) -> Result<Json<Page<Tool>>, Problem> {
    let all = connectors::list(&door.app, &by).await?;
    Ok(Json(Page::of(all, &page, |tool| tool.name.clone())?))
}

pub(crate) async fn add(
    State(door): State<Door>,
    By(by): By,
    Body(new): Body<NewTool>,
) -> Result<Created<Json<Tool>>, Problem> {
    Ok(Created(Json(connectors::add(&door.app, &by, new).await?)))
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
) -> Result<NoContent, Problem> {
    connectors::remove(&door.app, &by, &tool).await?;
    Ok(NoContent)
}

pub(crate) async fn look(
    State(door): State<Door>,
    By(by): By,
    Path(tool): Path<String>,
) -> Result<Json<Tool>, Problem> {
    Ok(Json(connectors::look(&door.app, &by, &tool).await?))
}

pub(crate) async fn approve(
    State(door): State<Door>,
    By(by): By,
    Path(tool): Path<String>,
    Body(approvals): Body<Approvals>,
) -> Result<Json<Tool>, Problem> {
    Ok(Json(
        connectors::approve(&door.app, &by, &tool, approvals).await?,
    ))
}

pub(crate) async fn files(
    State(door): State<Door>,
    By(by): By,
    Asked(page): Asked<PageRequest>,
) -> Result<Json<Page<ConnectorFileView>>, Problem> {
    let all = folder::list_files(&door.app, &by)?;
    Ok(Json(Page::of(all, &page, |file| file.file.clone())?))
}

pub(crate) async fn approve_file(
    State(door): State<Door>,
    By(by): By,
    Path(file): Path<String>,
    Body(approval): Body<ConnectorFileApproval>,
) -> Result<Json<Page<ConnectorFileView>>, Problem> {
    let all = folder::approve_file(&door.app, &by, &file, approval).await?;
    Ok(Json(Page::of(
        all,
        &PageRequest {
            limit: Some(500),
            cursor: None,
        },
        |file| file.file.clone(),
    )?))
}

pub(crate) async fn health(
    State(door): State<Door>,
    By(by): By,
    Path(tool): Path<String>,
    Asked(query): Asked<HealthQuery>,
) -> Result<Json<Health>, Problem> {
    let health = connectors::health(&door.app, &by, &tool, query.real).await?;
    Ok(Json(health))
}

pub(crate) async fn rotate_key(
    State(door): State<Door>,
    By(by): By,
) -> Result<Json<Sealed>, Problem> {
    let settings = connectors::rotate_key(&door.app, &by).await?;
    Ok(Json(Sealed { settings }))
}

pub(crate) async fn check_all(
    State(door): State<Door>,
    By(by): By,
) -> Result<Json<IndexMap<String, Health>>, Problem> {
    Ok(Json(connectors::check_all(&door.app, &by).await?))
}

pub(crate) async fn action(
    State(door): State<Door>,
    By(by): By,
    CameFrom(origin): CameFrom,
    Body(call): Body<ActionBody>,
) -> Result<Json<ActionReply>, Problem> {
    Ok(Json(
        connectors::call(&door.app, &by, &call.tool, &call.action, call.args, origin).await?,
    ))
}

pub(crate) async fn named_action(
    State(door): State<Door>,
    By(by): By,
    Path((tool, action)): Path<(String, String)>,
    CameFrom(origin): CameFrom,
    Body(args): Body<Value>,
) -> Result<Json<ActionReply>, Problem> {
    Ok(Json(
        connectors::call(&door.app, &by, &tool, &action, args, origin).await?,
    ))
}

pub(crate) async fn plain_health(
    State(door): State<Door>,
    By(by): By,
    Path(tool): Path<String>,
) -> Result<Json<Health>, Problem> {
    Ok(Json(
        connectors::health(&door.app, &by, &tool, false).await?,
    ))
}

/// A caller of a connector expects the connector's own answer, also for a call that failed.
pub(crate) async fn plain_action(
    State(door): State<Door>,
    By(by): By,
    Path(tool): Path<String>,
    CameFrom(origin): CameFrom,
    Body(call): Body<PlainActionBody>,
) -> Result<Json<PlainReply>, Problem> {
    let origin = Origin {
        trigger: "api".to_owned(),
        ..origin
    };
    let reply = connectors::call(&door.app, &by, &tool, &call.action, call.args, origin).await?;
    Ok(Json(PlainReply {
        ok: reply.ok,
        result: reply.result,
        artifacts: reply.artifacts,
        error: reply.error,
    }))
}
