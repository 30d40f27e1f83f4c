//! Branches, and pull requests from one to another.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{error, forbidden, invalid, not_found, page, unreadable};
use crate::campus::Shared;

pub(super) async fn branch(
    State(campus): State<Shared>,
    Path((owner, name, branch)): Path<(String, String, String)>,
) -> Response {
    let mut world = campus.world();
    let repository = world.github.find(&owner, &name);
    let Some(found) = repository.and_then(|repository| repository.branches.get(&branch)) else {
        return not_found();
    };
    let object = json!({ "type": "commit", "sha": found.tip });
    Json(json!({ "ref": format!("refs/heads/{branch}"), "object": object })).into_response()
}

#[derive(Deserialize)]
struct MakeBranch {
    #[serde(rename = "ref")]
    name: String,
    sha: String,
}

pub(super) async fn make_branch(
    State(campus): State<Shared>,
    Path((owner, name)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let mut world = campus.world();
    let Some(repository) = world.github.find(&owner, &name) else {
        return not_found();
    };
    if !repository.push {
        return forbidden();
    }
    let Ok(wanted) = serde_json::from_slice::<MakeBranch>(&body) else {
        return unreadable();
    };
    let Some(branch) = wanted.name.strip_prefix("refs/heads/") else {
        return error(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Reference name must begin with refs/",
        );
    };
    if repository.branches.contains_key(branch) {
        return error(StatusCode::UNPROCESSABLE_ENTITY, "Reference already exists");
    }
    let from = repository
        .branches
        .values()
        .find(|b| b.tip == wanted.sha)
        .cloned();
    let Some(from) = from else {
        return error(StatusCode::UNPROCESSABLE_ENTITY, "Object does not exist");
    };
    let object = json!({ "type": "commit", "sha": from.tip });
    repository.branches.insert(branch.to_owned(), from);
    (
        StatusCode::CREATED,
        Json(json!({ "ref": wanted.name, "object": object })),
    )
        .into_response()
}

/// Pull requests, newest first. A `head` without its owner filters nothing, as with the vendor.
pub(super) async fn list(
    State(campus): State<Shared>,
    Path((owner, name)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let mut world = campus.world();
    let Some(repository) = world.github.find(&owner, &name) else {
        return not_found();
    };
    let state = query.get("state").map_or("open", String::as_str);
    let head = query.get("head").and_then(|head| head.split_once(':'));
    let base = query.get("base");
    let entries = repository.issues.iter().rev();
    let wanted: Vec<Value> = entries
        .filter(|pull| !pull["pull_request"].is_null())
        .filter(|pull| state == "all" || pull["state"] == state)
        .filter(|pull| head.is_none_or(|(_, branch)| pull["head"]["ref"] == branch))
        .filter(|pull| base.is_none_or(|base| pull["base"]["ref"] == base.as_str()))
        .cloned()
        .collect();
    page(&wanted, &query, &format!("/repos/{owner}/{name}/pulls"))
}

#[derive(Deserialize)]
struct Open {
    title: String,
    head: String,
    base: String,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    draft: bool,
}

pub(super) async fn open(
    State(campus): State<Shared>,
    Path((owner, name)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let now = campus.now();
    let mut world = campus.world();
    let Some(repository) = world.github.find(&owner, &name) else {
        return not_found();
    };
    if !repository.push {
        return forbidden();
    }
    let Ok(wanted) = serde_json::from_slice::<Open>(&body) else {
        return unreadable();
    };
    let tip = |branch: &str| repository.branches.get(branch).map(|b| b.tip.clone());
    let about =
        |field: &str| json!({ "resource": "PullRequest", "field": field, "code": "invalid" });
    let Some(head) = tip(&wanted.head) else {
        return invalid(&about("head"));
    };
    let Some(base) = tip(&wanted.base) else {
        return invalid(&about("base"));
    };
    let refuse = |message: String| {
        invalid(&json!({ "resource": "PullRequest", "code": "custom", "message": message }))
    };
    if head == base {
        let (head, base) = (&wanted.head, &wanted.base);
        return refuse(format!("No commits between {base} and {head}"));
    }
    let is_open = |pull: &Value| {
        pull["state"] == "open"
            && pull["head"]["ref"] == wanted.head.as_str()
            && pull["base"]["ref"] == wanted.base.as_str()
    };
    if repository.issues.iter().any(is_open) {
        let head = &wanted.head;
        return refuse(format!("A pull request already exists for {owner}:{head}."));
    }
    let pull = json!({
        "title": wanted.title,
        "body": wanted.body,
        "draft": wanted.draft,
        "head": { "ref": wanted.head, "sha": head },
        "base": { "ref": wanted.base, "sha": base },
        "pull_request": {},
    });
    let kept = repository.keep("pull", pull, now);
    (StatusCode::CREATED, Json(kept)).into_response()
}
