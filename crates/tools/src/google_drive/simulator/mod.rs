//! Google Drive in miniature: tokens for signed claims and refresh tokens, sparse answers, ids that are taken once.

mod files;
mod permissions;
mod search;
mod tokens;
mod tree;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use crate::campus::Shared;
use crate::{Campus, Settings};
pub use tree::ScriptGoogleDrive;
pub(crate) use tree::Tree;

/// Largest upload, in bytes.
const LARGEST: usize = 6 * 1024 * 1024;

pub(crate) fn routes(campus: &Shared) -> Router<Shared> {
    Router::new()
        .route("/drive/v3/about", get(files::about))
        .route("/drive/v3/files/generateIds", get(files::ids))
        .route("/drive/v3/files", get(files::list).post(files::create))
        .route("/drive/v3/files/{id}", get(files::read))
        .route(
            "/drive/v3/files/{id}/permissions",
            get(permissions::list).post(permissions::give),
        )
        .route("/upload/drive/v3/files", post(files::upload))
        .layer(DefaultBodyLimit::max(LARGEST))
        .route_layer(axum::middleware::from_fn_with_state(
            campus.clone(),
            authorize,
        ))
        .route("/token", post(tokens::give))
}

impl Campus {
    /// How the Google Drive connector reaches the campus.
    pub(crate) fn google_drive_settings(&self) -> Settings {
        let base = format!("http://{}/google_drive", self.address());
        Settings::of([
            ("token_url", format!("{base}/token")),
            ("url", base),
            ("client_id", tokens::CLIENT_ID.to_owned()),
            ("client_secret", tokens::CLIENT_SECRET.to_owned()),
            ("refresh_token", tokens::REFRESH_TOKEN.to_owned()),
            (
                "shared_drive",
                self.shared().world().drive.shared_drive.clone(),
            ),
        ])
    }

    /// The files and folders in Google Drive, oldest first, with the texts of the files.
    pub fn drive_files(&self) -> Vec<Value> {
        self.shared().world().drive.shown()
    }

    /// The e-mails that Google Drive has sent about shared files: to whom.
    pub fn drive_mails(&self) -> Vec<String> {
        self.shared().world().drive.mails.clone()
    }
}

/// Refuses a request without a token that is valid now.
async fn authorize(State(campus): State<Shared>, mut request: Request, next: Next) -> Response {
    let now = campus.now();
    let given = request.headers().get(header::AUTHORIZATION);
    let given = given.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let account = given.and_then(|token| campus.world().drive.account(token, now));
    match account {
        Some(account) => {
            request.extensions_mut().insert(account);
            next.run(request).await
        }
        None => refuse(StatusCode::UNAUTHORIZED, "authError", "Invalid Credentials"),
    }
}

/// What of an object was asked for; without a wish, next to nothing.
fn sparse(object: &Value, fields: Option<&String>, usual: &str) -> Value {
    let wanted = fields.map_or(usual, String::as_str);
    if wanted == "*" {
        return object.clone();
    }
    let kept: Map<String, Value> = wanted
        .split(',')
        .filter_map(|name| Some((name.to_owned(), object.get(name)?.clone())))
        .collect();
    Value::Object(kept)
}

/// The fields asked for of each entry of a list: those in `entries(…)`.
fn fields_of_entries(fields: Option<&String>, entries: &str) -> Option<String> {
    let (_, rest) = fields?.split_once(&format!("{entries}("))?;
    let (inner, _) = rest.split_once(')')?;
    Some(inner.to_owned())
}

fn not_found(id: &str) -> Response {
    refuse(
        StatusCode::NOT_FOUND,
        "notFound",
        &format!("File not found: {id}."),
    )
}

fn refuse(status: StatusCode, reason: &str, message: &str) -> Response {
    let body = json!({ "error": {
        "code": status.as_u16(),
        "message": message,
        "errors": [{ "domain": "global", "reason": reason, "message": message }],
    }});
    (status, Json(body)).into_response()
}
