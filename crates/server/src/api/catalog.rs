//! What the server says of itself: health, figures, description.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Value, json};

use crate::addresses::Access;
use crate::routes;
use crate::{Door, openapi as description};

pub(crate) async fn live() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

pub(crate) async fn ready(State(door): State<Door>) -> Response {
    let ready = !door.options.stopping.is_cancelled() && door.app.ready().await.is_ok();
    if ready {
        return Json(json!({ "status": "ok" })).into_response();
    }
    (
        StatusCode::SERVICE_UNAVAILABLE,
        Json(json!({ "status": "not ready" })),
    )
        .into_response()
}

pub(crate) async fn metrics(State(door): State<Door>) -> Response {
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        door.metrics.text(&door.app),
    )
        .into_response()
}

pub(crate) async fn openapi(State(door): State<Door>) -> Json<Value> {
    Json(description::describe(&routes::all(&door).into_parts().1))
}

/// The description as a plain page: no script, nothing from outside.
pub(crate) async fn docs(State(door): State<Door>) -> Html<String> {
    let (_, operations) = routes::all(&door).into_parts();
    let rows: Vec<String> = operations
        .iter()
        .map(|operation| {
            let needs = match operation.access {
                Access::Open => "open to all",
                Access::Needs(permission) => permission.describe(),
            };
            format!(
                "<tr><td><code>{}</code></td><td><code>{}</code></td><td>{}</td><td>{needs}</td></tr>",
                operation.method, operation.path, operation.summary
            )
        })
        .collect();
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>AVOps API</title>\
         <style>body{{font:16px/1.5 system-ui;margin:2rem auto;max-width:70rem;padding:0 1rem}}td{{padding:.25rem 1rem .25rem 0;vertical-align:top}}</style>\
         <h1>AVOps API</h1><p>JSON over HTTP. The same as <a href=\"/openapi.json\">OpenAPI 3.1</a>. Send <code>Authorization: Bearer TOKEN</code>.</p>\
         <table><thead><tr><th>Method</th><th>Address</th><th>Does</th><th>Needs</th></tr></thead><tbody>{}</tbody></table></html>",
        rows.concat()
    ))
}
