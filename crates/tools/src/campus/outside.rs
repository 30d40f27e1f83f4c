//! Stands in for any outside HTTP connector in mock mode: answers every action with the
//! example its configuration gives, or with its arguments.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use super::world::OutsideCall;

#[derive(Deserialize)]
struct Action {
    action: String,
    #[serde(default)]
    args: Value,
}

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/{tool}/health", get(health))
        .route("/{tool}/action", post(action))
}

async fn health(Path(tool): Path<String>) -> Json<Value> {
    Json(json!({ "ok": true, "simulated": true, "tool": tool }))
}

async fn action(
    State(campus): State<Shared>,
    Path(tool): Path<String>,
    headers: HeaderMap,
    Json(body): Json<Action>,
) -> Json<Value> {
    let key = headers.get("idempotency-key").and_then(|k| k.to_str().ok());
    let mut world = campus.world();
    let example = world
        .examples
        .get(&tool)
        .and_then(|actions| actions.get(&body.action));
    let result = example.unwrap_or(&body.args).clone();
    world.note(OutsideCall {
        tool,
        action: body.action,
        args: body.args,
        key: key.map(str::to_owned),
    });
    Json(json!({ "ok": true, "result": result, "simulated": true }))
}
