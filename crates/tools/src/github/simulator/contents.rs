//! Files on branches.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::contents::blob_sha;
use super::{error, forbidden, not_found, unreadable};
use crate::campus::Shared;

/// Above this many bytes a file's content is left out of the answer.
const SHOWN: usize = 1024 * 1024;

pub(super) async fn read(
    State(campus): State<Shared>,
    Path((owner, name, path)): Path<(String, String, String)>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let mut world = campus.world();
    let Some(repository) = world.github.find(&owner, &name) else {
        return not_found();
    };
    let branch = query.get("ref").unwrap_or(&repository.default_branch);
    let Some(files) = repository.branches.get(branch).map(|found| &found.files) else {
        return error(
            StatusCode::NOT_FOUND,
            &format!("No commit found for the ref {branch}"),
        );
    };
    if let Some(bytes) = files.get(&path) {
        let mut file = described(&repository.name, branch, &path, bytes);
        let is_shown = bytes.len() <= SHOWN;
        file["encoding"] = json!(if is_shown { "base64" } else { "none" });
        file["content"] = json!(if is_shown {
            wrapped(bytes)
        } else {
            String::new()
        });
        return Json(file).into_response();
    }
    let folder = format!("{path}/");
    let inside: Vec<Value> = files
        .iter()
        .filter(|(name, _)| name.starts_with(&folder))
        .map(|(name, bytes)| described(&repository.name, branch, name, bytes))
        .collect();
    if inside.is_empty() {
        return not_found();
    }
    Json(inside).into_response()
}

#[derive(Deserialize)]
struct Write {
    message: String,
    content: String,
    branch: Option<String>,
    sha: Option<String>,
}

/// Makes a commit. Also one that changes nothing, as the vendor does.
pub(super) async fn write(
    State(campus): State<Shared>,
    Path((owner, name, path)): Path<(String, String, String)>,
    body: Bytes,
) -> Response {
    let mut world = campus.world();
    let Some(repository) = world.github.find(&owner, &name) else {
        return not_found();
    };
    if !repository.push {
        return forbidden();
    }
    let Ok(wanted) = serde_json::from_slice::<Write>(&body) else {
        return unreadable();
    };
    let packed: String = wanted.content.split_whitespace().collect();
    let (Ok(bytes), false) = (BASE64.decode(packed), wanted.message.is_empty()) else {
        return error(
            StatusCode::UNPROCESSABLE_ENTITY,
            "content is not valid Base64",
        );
    };
    let branch = wanted.branch.unwrap_or(repository.default_branch.clone());
    let Some(files) = repository.branches.get(&branch).map(|found| &found.files) else {
        return error(StatusCode::NOT_FOUND, &format!("Branch {branch} not found"));
    };
    let held = files.get(&path).map(|bytes| blob_sha(bytes));
    match (&held, &wanted.sha) {
        (Some(_), None) => {
            let said = "Invalid request.\n\n\"sha\" wasn't supplied.";
            return error(StatusCode::UNPROCESSABLE_ENTITY, said);
        }
        (Some(held), Some(given)) if held != given => {
            return error(
                StatusCode::CONFLICT,
                &format!("{path} does not match {given}"),
            );
        }
        _ => {}
    }
    let content = described(&repository.name, &branch, &path, &bytes);
    let Some(commit) = repository.commit(&branch, &path, bytes) else {
        return not_found();
    };
    let status = if held.is_some() {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    let url = format!("https://github.example/{}/commit/{commit}", repository.name);
    let answer = json!({ "content": content, "commit": { "sha": commit, "html_url": url } });
    (status, Json(answer)).into_response()
}

fn described(repository: &str, branch: &str, path: &str, bytes: &[u8]) -> Value {
    json!({
        "type": "file",
        "name": path.rsplit('/').next(),
        "path": path,
        "sha": blob_sha(bytes),
        "size": bytes.len(),
        "html_url": format!("https://github.example/{repository}/blob/{branch}/{path}"),
    })
}

/// Base64 in lines of 60 characters, as the vendor writes it.
fn wrapped(bytes: &[u8]) -> String {
    let mut lines = String::new();
    for (at, c) in BASE64.encode(bytes).chars().enumerate() {
        if at > 0 && at % 60 == 0 {
            lines.push('\n');
        }
        lines.push(c);
    }
    lines.push('\n');
    lines
}
