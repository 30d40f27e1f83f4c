//! What the server says of itself: health, figures, description.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::described::{self, Document, Given, Gives, Schemas};
use crate::{Door, manual, openapi as description, routes};

/// How the server feels.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ServerHealth {
    /// `ok` or `not ready`.
    status: &'static str,
}

/// Whether it can take work: 200 or 503.
pub(crate) struct Readiness(bool);

impl IntoResponse for Readiness {
    fn into_response(self) -> Response {
        let (code, status) = if self.0 {
            (StatusCode::OK, "ok")
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, "not ready")
        };
        (code, Json(ServerHealth { status })).into_response()
    }
}

impl Gives for Readiness {
    fn give(schemas: &mut Schemas) -> Given {
        Given {
            statuses: vec![StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE],
            ..Json::<ServerHealth>::give(schemas)
        }
    }
}

/// Figures in the text format of Prometheus.
pub(crate) struct Figures(String);

impl IntoResponse for Figures {
    fn into_response(self) -> Response {
        let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
        (kind, self.0).into_response()
    }
}

impl Gives for Figures {
    fn give(_: &mut Schemas) -> Given {
        described::text("text/plain")
    }
}

pub(crate) async fn live() -> Json<ServerHealth> {
    Json(ServerHealth { status: "ok" })
}

pub(crate) async fn ready(State(door): State<Door>) -> Readiness {
    let ready = !door.options.stopping.is_cancelled() && door.app.ready().await.is_ok();
    Readiness(ready)
}

pub(crate) async fn metrics(State(door): State<Door>) -> Figures {
    Figures(door.metrics.text(&door.app))
}

pub(crate) async fn openapi(State(door): State<Door>) -> Json<Document> {
    let (_, operations) = routes::all(&door).into_parts();
    Json(Document(description::describe(&operations)))
}

/// The description as a plain page: no script, nothing from outside.
pub(crate) async fn docs(State(door): State<Door>) -> Html<String> {
    let (_, operations) = routes::all(&door).into_parts();
    Html(manual::page(&description::describe(&operations)))
}
