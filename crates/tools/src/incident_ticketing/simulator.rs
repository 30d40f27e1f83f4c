//! The campus's ticket service: two paths over the world's ticket book.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};

use super::{Entry, TicketChange, TicketError};
use crate::campus::Shared;

/// The service's routes, without the world they work on.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/health", get(health))
        .route("/changes", post(change))
        .route("/tickets/{id}", get(read))
}

async fn health(State(campus): State<Shared>) -> String {
    let tickets = campus.world().tickets.tickets().count();
    format!("{tickets} tickets on the simulated campus")
}

async fn change(
    State(campus): State<Shared>,
    headers: HeaderMap,
    Json(change): Json<TicketChange>,
) -> Response {
    let Some(key) = headers.get("idempotency-key").and_then(|k| k.to_str().ok()) else {
        return (
            StatusCode::BAD_REQUEST,
            "the header `Idempotency-Key` is missing",
        )
            .into_response();
    };
    let entry = Entry {
        key: key.to_owned(),
        at: campus.now(),
        change,
    };
    let outcome = campus.world().tickets.apply(entry);
    match outcome {
        Ok(ticket) => Json(ticket).into_response(),
        Err(error) => refuse(&error),
    }
}

async fn read(State(campus): State<Shared>, Path(id): Path<String>) -> Response {
    match campus.world().tickets.get(&id) {
        Ok(ticket) => Json(ticket.clone()).into_response(),
        Err(error) => refuse(&error),
    }
}

fn refuse(error: &TicketError) -> Response {
    let status = match error {
        TicketError::NoSuchTicket(_) => StatusCode::NOT_FOUND,
        TicketError::KeyReused(_) => StatusCode::CONFLICT,
        TicketError::NotAllowed(_) => StatusCode::UNPROCESSABLE_ENTITY,
        TicketError::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        TicketError::Unknown(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let detail = match error {
        TicketError::KeyReused(id) => id.clone(),
        other => other.to_string(),
    };
    (status, detail).into_response()
}
