//! ServiceNow in miniature: the token endpoint, records, attachments, and the pages behind the links.

mod files;
mod pages;
mod rows;
mod table_api;

use std::collections::HashMap;

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::json;

use crate::campus::Shared;
pub(crate) use rows::Instance;
pub use rows::ScriptServiceNow;

/// Who may come in. Not secret: the instance exists on this machine only.
pub(crate) const USER: &str = "avops.integration";
pub(crate) const PASSWORD: &str = "campus-password";
pub(crate) const CLIENT_ID: &str = "campus-client";
pub(crate) const CLIENT_SECRET: &str = "campus-client-secret";
const TOKEN: &str = "campus-servicenow-token";

/// Largest file that the instance takes, in bytes.
const LARGEST_FILE: usize = 6 * 1024 * 1024;

pub(crate) fn routes(campus: &Shared) -> Router<Shared> {
    Router::new()
        .route(
            "/api/now/table/{table}",
            get(table_api::list).post(table_api::create),
        )
        .route(
            "/api/now/table/{table}/{id}",
            get(table_api::read).patch(table_api::change),
        )
        .route("/api/sn_km_api/knowledge/articles", get(table_api::search))
        .route("/api/now/attachment", get(files::list))
        .route("/api/now/attachment/file", post(files::upload))
        .route("/api/now/attachment/{id}/file", get(files::content))
        .layer(DefaultBodyLimit::max(LARGEST_FILE))
        .route_layer(axum::middleware::from_fn_with_state(
            campus.clone(),
            authorize,
        ))
        .route("/oauth_token.do", post(token))
        .route("/kb_view.do", get(pages::article_page))
        .route("/nav_to.do", get(pages::record_page))
}

async fn token(Form(form): Form<HashMap<String, String>>) -> Response {
    let is = |name: &str, value: &str| form.get(name).is_some_and(|given| given == value);
    if is("grant_type", "client_credentials")
        && is("client_id", CLIENT_ID)
        && is("client_secret", CLIENT_SECRET)
    {
        return Json(json!({ "access_token": TOKEN, "token_type": "Bearer", "expires_in": 1800 }))
            .into_response();
    }
    let body = json!({ "error": "access_denied", "error_description": "access_denied" });
    (StatusCode::UNAUTHORIZED, Json(body)).into_response()
}

/// Asks for credentials, and for the headers without which the vendor answers 400.
async fn authorize(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let text = |name| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let basic = format!("Basic {}", BASE64.encode(format!("{USER}:{PASSWORD}")));
    let given = text(header::AUTHORIZATION);
    if given != basic && given != format!("Bearer {TOKEN}") {
        return error(
            StatusCode::UNAUTHORIZED,
            "User Not Authenticated",
            "Required to provide Auth information",
        );
    }
    // A file travels as it is.
    if request.uri().path().starts_with("/api/now/attachment") {
        return next.run(request).await;
    }
    let writes = request.method() != axum::http::Method::GET;
    if text(header::ACCEPT) != "application/json"
        || (writes && !text(header::CONTENT_TYPE).starts_with("application/json"))
    {
        return error(
            StatusCode::BAD_REQUEST,
            "Invalid content-type",
            "application/json is needed",
        );
    }
    next.run(request).await
}

fn no_record() -> Response {
    error(
        StatusCode::NOT_FOUND,
        "No Record found",
        "Record doesn't exist or ACL restricts the record retrieval",
    )
}

fn error(status: StatusCode, message: &str, detail: &str) -> Response {
    let body = json!({ "error": { "message": message, "detail": detail }, "status": "failure" });
    (status, Json(body)).into_response()
}
