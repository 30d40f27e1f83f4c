//! Issues, and the comments on them and on pull requests.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::repository::whole_seconds;
use super::{LOGIN, error, is_older, not_found, page, unreadable};
use crate::campus::Shared;

/// Issues and pull requests, newest first.
pub(super) async fn list(
    State(campus): State<Shared>,
    Path((owner, name)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let mut world = campus.world();
    let Some(repository) = world.github.find(&owner, &name) else {
        return not_found();
    };
    if !repository.has_issues {
        return error(StatusCode::GONE, "Issues are disabled for this repo");
    }
    let state = query.get("state").map_or("open", String::as_str);
    let since = query.get("since").map_or("", String::as_str);
    let issues = repository.issues.iter().rev();
    let wanted: Vec<Value> = issues
        .filter(|issue| state == "all" || issue["state"] == state)
        .filter(|issue| issue["updated_at"].as_str().is_some_and(|at| at >= since))
        .cloned()
        .collect();
    page(&wanted, &query, &format!("/repos/{owner}/{name}/issues"))
}

#[derive(Deserialize)]
struct Open {
    title: String,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    assignees: Vec<String>,
}

/// Opens an issue. Labels and people are dropped in silence where the token may not set them.
pub(super) async fn open(
    State(campus): State<Shared>,
    Path((owner, name)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let now = campus.now();
    let mut world = campus.world();
    let people = world.github.people.clone();
    let Some(repository) = world.github.find(&owner, &name) else {
        return not_found();
    };
    if !repository.has_issues {
        return error(StatusCode::GONE, "Issues are disabled for this repo");
    }
    let Ok(wanted) = serde_json::from_slice::<Open>(&body) else {
        return unreadable();
    };
    let may = repository.push;
    let labels: Vec<Value> = wanted
        .labels
        .iter()
        .filter(|_| may)
        .map(|label| json!({ "name": label }))
        .collect();
    let assignees: Vec<Value> = wanted
        .assignees
        .iter()
        .filter(|login| may && people.contains(login))
        .map(|login| json!({ "login": login }))
        .collect();
    let mut issue = json!({
        "title": wanted.title,
        "body": wanted.body,
        "labels": labels,
        "assignees": assignees,
    });
    if is_older(&headers) {
        issue["assignee"] = issue["assignees"].get(0).cloned().unwrap_or_default();
    }
    let kept = repository.keep("issues", issue, now);
    (StatusCode::CREATED, Json(kept)).into_response()
}

/// Comments, oldest first.
pub(super) async fn comments(
    State(campus): State<Shared>,
    Path((owner, name, number)): Path<(String, String, u64)>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let mut world = campus.world();
    let Some(repository) = world.github.find(&owner, &name) else {
        return not_found();
    };
    if !repository
        .issues
        .iter()
        .any(|issue| issue["number"] == number)
    {
        return not_found();
    }
    let since = query.get("since").map_or("", String::as_str);
    let wanted: Vec<Value> = repository
        .comments
        .iter()
        .filter(|(of, _)| *of == number)
        .map(|(_, comment)| comment.clone())
        .filter(|comment| comment["updated_at"].as_str().is_some_and(|at| at >= since))
        .collect();
    let path = format!("/repos/{owner}/{name}/issues/{number}/comments");
    page(&wanted, &query, &path)
}

#[derive(Deserialize)]
struct Say {
    body: String,
}

pub(super) async fn comment(
    State(campus): State<Shared>,
    Path((owner, name, number)): Path<(String, String, u64)>,
    body: Bytes,
) -> Response {
    let now = whole_seconds(campus.now());
    let mut world = campus.world();
    let Some(repository) = world.github.find(&owner, &name) else {
        return not_found();
    };
    let issue = repository
        .issues
        .iter()
        .find(|issue| issue["number"] == number);
    let Some(url) = issue.and_then(|issue| issue["html_url"].as_str()) else {
        return not_found();
    };
    let Ok(wanted) = serde_json::from_slice::<Say>(&body) else {
        return unreadable();
    };
    let id = 2_000_000 + repository.comments.len();
    let comment = json!({
        "id": id,
        "body": wanted.body,
        "user": { "login": LOGIN },
        "created_at": now,
        "updated_at": now,
        "html_url": format!("{url}#issuecomment-{id}"),
    });
    repository.comments.push((number, comment.clone()));
    (StatusCode::CREATED, Json(comment)).into_response()
}
