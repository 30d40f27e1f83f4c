//! GitHub in miniature: repositories with branches and real names of bytes, issues, pull requests.

mod contents;
mod issues;
mod pulls;
mod repository;

use std::collections::HashMap;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::campus::Shared;
use crate::{Campus, Settings};
pub(crate) use repository::Repositories;
pub use repository::{ScriptGitHub, ScriptRepository};

/// The token. Not secret: the repositories exist on this machine only.
const TOKEN: &str = "github_pat_campus";

/// Whom the token belongs to.
const LOGIN: &str = "av-bot";

const VERSION: &str = "x-github-api-version";

/// The versions that are served; the newer one leaves out some fields.
const VERSIONS: [&str; 2] = ["2022-11-28", "2026-03-10"];

/// What a limit shows when the script sets none.
const USUAL_LIMIT: u64 = 5000;

/// The largest request: a file of 5 MB as base64.
const LARGEST_BODY: usize = 8 * 1024 * 1024;

pub(crate) fn routes(campus: &Shared) -> Router<Shared> {
    Router::new()
        .route("/repos/{owner}/{name}", get(repository))
        .route(
            "/repos/{owner}/{name}/contents/{*path}",
            get(contents::read).put(contents::write),
        )
        .route(
            "/repos/{owner}/{name}/git/ref/heads/{*branch}",
            get(pulls::branch),
        )
        .route("/repos/{owner}/{name}/git/refs", post(pulls::make_branch))
        .route(
            "/repos/{owner}/{name}/pulls",
            get(pulls::list).post(pulls::open),
        )
        .route(
            "/repos/{owner}/{name}/issues",
            get(issues::list).post(issues::open),
        )
        .route(
            "/repos/{owner}/{name}/issues/{number}/comments",
            get(issues::comments).post(issues::comment),
        )
        .layer(axum::extract::DefaultBodyLimit::max(LARGEST_BODY))
        .layer(axum::middleware::from_fn_with_state(campus.clone(), count))
        // Free of the limit.
        .route("/rate_limit", get(rate_limit))
        .layer(axum::middleware::from_fn(authorize))
}

impl Campus {
    /// How the GitHub connector reaches the campus.
    pub(crate) fn github_settings(&self) -> Settings {
        Settings::of([
            ("url", format!("http://{}/github", self.address())),
            ("token", TOKEN.to_owned()),
            ("repository", "corp/av-config".to_owned()),
        ])
    }

    /// The bytes of a file in a GitHub repository.
    pub fn github_file(&self, repository: &str, branch: &str, path: &str) -> Option<Vec<u8>> {
        self.shared().world().github.file(repository, branch, path)
    }

    /// How many commits were made in a GitHub repository.
    pub fn github_commits(&self, repository: &str) -> u64 {
        self.shared().world().github.commits(repository)
    }

    /// The issues and pull requests of a GitHub repository, oldest first.
    pub fn github_issues(&self, repository: &str) -> Vec<Value> {
        self.shared().world().github.issues(repository)
    }

    /// The comments in a GitHub repository, oldest first.
    pub fn github_comments(&self, repository: &str) -> Vec<Value> {
        self.shared().world().github.comments(repository)
    }
}

/// Refuses a request without token, without a name of its program, or of a version that there never was.
async fn authorize(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let text = |name: &str| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or_default())
    };
    if text("user-agent").is_none_or(str::is_empty) {
        return error(
            StatusCode::FORBIDDEN,
            "Request forbidden by administrative rules.",
        );
    }
    if text("authorization") != Some(&format!("Bearer {TOKEN}")) {
        return error(StatusCode::UNAUTHORIZED, "Bad credentials");
    }
    if text(VERSION).is_some_and(|version| !VERSIONS.contains(&version)) {
        return error(StatusCode::BAD_REQUEST, "unsupported API version");
    }
    next.run(request).await
}

/// Counts requests where the script sets a limit.
async fn count(State(campus): State<Shared>, request: Request, next: Next) -> Response {
    let now = campus.now();
    let left = campus.world().github.count(now);
    let Some((remaining, reset)) = left else {
        return next.run(request).await;
    };
    let mut response = match remaining {
        Some(_) => next.run(request).await,
        None => error(
            StatusCode::FORBIDDEN,
            "API rate limit exceeded for user ID 1.",
        ),
    };
    let headers = response.headers_mut();
    headers.insert("x-ratelimit-remaining", remaining.unwrap_or(0).into());
    headers.insert("x-ratelimit-reset", reset.as_second().into());
    response
}

async fn rate_limit(State(campus): State<Shared>, headers: HeaderMap) -> Json<Value> {
    let now = campus.now();
    let (limit, remaining) = campus.world().github.left(now);
    let core = json!({ "limit": limit, "remaining": remaining, "used": limit - remaining });
    let mut answer = json!({ "resources": { "core": core } });
    if is_older(&headers) {
        answer["rate"] = core;
    }
    Json(answer)
}

async fn repository(
    State(campus): State<Shared>,
    Path((owner, name)): Path<(String, String)>,
) -> Response {
    let mut world = campus.world();
    let Some(repository) = world.github.find(&owner, &name) else {
        return not_found();
    };
    Json(json!({
        "full_name": repository.name,
        "private": true,
        "default_branch": repository.default_branch,
        "permissions": { "pull": true, "push": repository.push },
    }))
    .into_response()
}

/// States whether a request asks for the older version.
fn is_older(headers: &HeaderMap) -> bool {
    let version = headers.get(VERSION).and_then(|value| value.to_str().ok());
    version.is_none_or(|version| version == VERSIONS[0])
}

/// One page of a list, with the link to the next.
fn page(all: &[Value], query: &HashMap<String, String>, path: &str) -> Response {
    let number = |name: &str, usual: usize| {
        let given = query.get(name).and_then(|text| text.parse().ok());
        given.unwrap_or(usual)
    };
    let size = number("per_page", 30).clamp(1, 100);
    let page = number("page", 1).max(1);
    let entries: Vec<&Value> = all.iter().skip((page - 1) * size).take(size).collect();
    let mut response = Json(json!(entries)).into_response();
    if page * size < all.len() {
        let link = format!("<{path}?per_page={size}&page={}>; rel=\"next\"", page + 1);
        if let Ok(link) = HeaderValue::from_str(&link) {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    response
}

fn not_found() -> Response {
    error(StatusCode::NOT_FOUND, "Not Found")
}

fn forbidden() -> Response {
    error(
        StatusCode::FORBIDDEN,
        "Resource not accessible by personal access token",
    )
}

fn unreadable() -> Response {
    error(StatusCode::BAD_REQUEST, "Problems parsing JSON")
}

fn error(status: StatusCode, message: &str) -> Response {
    let body = json!({
        "message": message,
        "documentation_url": "https://docs.github.com/rest",
        "status": status.as_str(),
    });
    (status, Json(body)).into_response()
}

/// A refusal with what is wrong in detail.
fn invalid(detail: &Value) -> Response {
    let body = json!({
        "message": "Validation Failed",
        "errors": [detail],
        "documentation_url": "https://docs.github.com/rest",
        "status": "422",
    });
    (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
}
