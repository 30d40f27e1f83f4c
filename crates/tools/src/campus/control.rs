//! Looks at the world and changes it from outside: for tests, and for a person with `curl`.

use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, patch};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use super::fault::Fault;
use super::script::{BaseStatus, RoomFault};

/// The header that every control request must carry. A web page of another origin cannot set it
/// without asking, and is never allowed to.
const HEADER: &str = "x-campus-control";

/// What to change about a room; absent fields stay.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoomChange {
    status: Option<BaseStatus>,
    meeting: Option<bool>,
    fault: Option<FaultChange>,
}

/// A new fault, or the word `none`.
#[derive(Deserialize)]
#[serde(untagged)]
enum FaultChange {
    None(NoFault),
    Some(RoomFault),
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum NoFault {
    None,
}

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/state", get(state))
        .route("/rooms/{room}", patch(change_room))
        .route("/faults", delete(clear_faults).post(add_fault))
        .layer(axum::middleware::from_fn(guard))
}

/// Keeps web pages out, also those whose name has been pointed at this machine.
async fn guard(request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|h| h.to_str().ok());
    let is_numeric_loopback = host.is_some_and(|h| h.starts_with("127.0.0.1:"));
    if is_numeric_loopback && request.headers().contains_key(HEADER) {
        return next.run(request).await;
    }
    (
        StatusCode::FORBIDDEN,
        format!("send the header `{HEADER}: 1` to the address 127.0.0.1"),
    )
        .into_response()
}

async fn state(State(campus): State<Shared>) -> Json<Value> {
    Json(shown(&campus))
}

/// The whole world as people and tests see it.
pub(super) fn shown(campus: &Shared) -> Value {
    let now = campus.now();
    let devices = crate::devices::simulator::shown(campus);
    let world = campus.world();
    let rooms: Vec<Value> = world
        .rooms
        .values()
        .map(|room| {
            json!({
                "id": room.id,
                "name": room.name,
                "email": room.email,
                "status": room.status(now),
                "issues": room.issues(now),
            })
        })
        .collect();
    let tickets: Vec<_> = world.tickets.tickets().collect();
    json!({
        "rooms": rooms,
        "devices": devices,
        "messages": world.slack.messages,
        "restarts": world.restarts,
        "incidents": world.servicenow.records("incident"),
        "stories": world.servicenow.records("rm_story"),
        "articles": world.servicenow.records("kb_knowledge"),
        "bookings": world.zoom.bookings.all(),
        "tickets": tickets,
        "outside_calls": world.outside_calls,
        "faults": world.faults,
    })
}

async fn change_room(
    State(campus): State<Shared>,
    Path(id): Path<String>,
    Json(change): Json<RoomChange>,
) -> Response {
    let is_there = campus.change_room(&id, |room, now| {
        if let Some(status) = change.status {
            room.set_base(status);
        }
        if let Some(on) = change.meeting {
            room.set_meeting(on, now);
        }
        match change.fault {
            None => {}
            Some(FaultChange::None(NoFault::None)) => room.set_fault(None),
            Some(FaultChange::Some(fault)) => room.set_fault(Some(fault)),
        }
    });
    if is_there {
        return StatusCode::NO_CONTENT.into_response();
    }
    (StatusCode::NOT_FOUND, format!("there is no room `{id}`")).into_response()
}

async fn add_fault(State(campus): State<Shared>, Json(fault): Json<Fault>) -> StatusCode {
    campus.world().faults.push(fault);
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(campus): State<Shared>) -> StatusCode {
    campus.world().faults.clear();
    StatusCode::NO_CONTENT
}
