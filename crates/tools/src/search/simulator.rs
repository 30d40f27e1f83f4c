//! The web in miniature: three search providers over the same few pages, and the sites that have them.

use std::collections::BTreeSet;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::campus::Shared;

/// The providers' key. Not secret: they exist on this machine only.
pub(crate) const KEY: &str = "campus-search-key";

/// A page of a campus.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptPage {
    /// Host and path, as in `support.zoom.example/hc/1`.
    pub at: String,
    /// Its title; a page without is found by no search.
    #[serde(default)]
    pub title: Option<String>,
    /// What its body holds.
    #[serde(default)]
    pub body: String,
    /// Its content type.
    #[serde(default = "html")]
    pub kind: String,
    /// How often the body is repeated.
    #[serde(default = "once")]
    pub times: usize,
    /// Its status.
    #[serde(default = "ok")]
    pub status: u16,
    /// Where it leads.
    #[serde(default)]
    pub location: Option<String>,
}

fn html() -> String {
    "text/html; charset=utf-8".to_owned()
}

fn once() -> usize {
    1
}

fn ok() -> u16 {
    200
}

/// All pages of a campus.
pub(crate) struct Web {
    pages: Vec<ScriptPage>,
}

impl Web {
    pub(crate) fn new(pages: Vec<ScriptPage>) -> Self {
        Self { pages }
    }

    /// The sites that tell something, as the setting `allowed_domains` has them: those whose names
    /// only look like another's are left out.
    pub(crate) fn domains(&self) -> String {
        let hosts = self
            .pages
            .iter()
            .filter_map(|page| page.at.split('/').next());
        let hosts: BTreeSet<&str> = hosts.filter(|host| !host.starts_with("evil")).collect();
        hosts.into_iter().collect::<Vec<_>>().join(",")
    }

    /// Pages that have words of `query`, those with most of them first. `site:` narrows.
    fn find(&self, query: &str) -> Vec<(&ScriptPage, usize)> {
        let query = query.replace(['(', ')'], " ").to_lowercase();
        let (sites, words): (Vec<&str>, Vec<&str>) = query
            .split_whitespace()
            .filter(|word| *word != "or")
            .partition(|word| word.starts_with("site:"));
        let on_site = |page: &ScriptPage| {
            let host = page.at.split('/').next().unwrap_or_default();
            let below = |site: &&str| host.ends_with(site.trim_start_matches("site:"));
            sites.is_empty() || sites.iter().any(below)
        };
        let mut found: Vec<(&ScriptPage, usize)> = self
            .pages
            .iter()
            .filter(|page| page.title.is_some() && on_site(page))
            .map(|page| {
                let title = page.title.as_deref().unwrap_or_default();
                let text = format!("{title} {}", page.body).to_lowercase();
                let hits = words.iter().filter(|word| text.contains(**word)).count();
                (page, hits)
            })
            .filter(|(_, hits)| *hits > 0)
            .collect();
        found.sort_by_key(|(_, hits)| std::cmp::Reverse(*hits));
        found
    }
}

/// The providers: `/brave`, `/tavily`, `/searxng`, each with its own paths and errors.
pub(crate) fn providers() -> Router<Shared> {
    Router::new()
        .route("/brave/res/v1/web/search", get(brave))
        .route("/tavily/search", post(tavily))
        .route("/tavily/usage", get(tavily_usage))
        .route("/searxng/search", get(searxng))
        .route("/searxng/healthz", get(|| async { "OK" }))
}

/// The sites: the first part of a path is the host.
pub(crate) fn pages() -> Router<Shared> {
    Router::new()
        .route(
            "/{host}/",
            get(|campus, Path(host): Path<String>| page(campus, Path((host, String::new())))),
        )
        .route("/{host}/{*path}", get(page))
}

async fn page(
    State(campus): State<Shared>,
    Path((host, path)): Path<(String, String)>,
) -> Response {
    let at = format!("{host}/{path}");
    let world = campus.world();
    let Some(page) = world.web.pages.iter().find(|page| page.at == at) else {
        return (StatusCode::NOT_FOUND, "there is no such page").into_response();
    };
    let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = page.body.repeat(page.times);
    let body = match &page.title {
        Some(title) => format!(
            "<!doctype html><html lang=\"en\"><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"
        ),
        None => body,
    };
    let mut response = (status, [(header::CONTENT_TYPE, page.kind.clone())], body).into_response();
    if let Some(location) = page
        .location
        .as_ref()
        .and_then(|location| location.parse().ok())
    {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

#[derive(Deserialize)]
struct BraveQuery {
    q: Option<String>,
    count: Option<usize>,
}

async fn brave(
    State(campus): State<Shared>,
    headers: HeaderMap,
    Query(query): Query<BraveQuery>,
) -> Response {
    let refuse = |code: &str, detail: &str| {
        let error = json!({ "id": "0", "status": 422, "code": code, "detail": detail, "meta": {} });
        let body = json!({ "type": "ErrorResponse", "error": error, "time": 1_764_000_000 });
        (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
    };
    let key = headers.get("x-subscription-token");
    if key.is_none_or(|key| key.as_bytes() != KEY.as_bytes()) {
        return refuse(
            "SUBSCRIPTION_TOKEN_INVALID",
            "The provided subscription token is invalid.",
        );
    }
    let count = query.count.unwrap_or(20);
    let q = query.q.unwrap_or_default();
    if q.is_empty()
        || q.len() > 400
        || q.split_whitespace().count() > 50
        || !(1..=20).contains(&count)
    {
        return refuse("VALIDATION", "Unable to validate request parameter(s)");
    }
    let world = campus.world();
    let results: Vec<Value> = world
        .web
        .find(&q)
        .into_iter()
        .take(count)
        .map(|(page, _)| {
            json!({
                "title": page.title,
                "url": format!("https://{}", page.at),
                "description": snippet(page),
                "page_age": "2026-05-01T00:00:00",
                "language": "en",
            })
        })
        .collect();
    let mut body =
        json!({ "type": "search", "query": { "original": q, "more_results_available": false } });
    if !results.is_empty() {
        body["web"] = json!({ "type": "search", "results": results });
    }
    Json(body).into_response()
}

#[derive(Deserialize)]
struct TavilyQuery {
    query: String,
    #[serde(default)]
    max_results: Option<usize>,
    #[serde(default)]
    include_domains: Vec<String>,
}

/// The refusal of a request without the right key.
fn tavily_refusal(headers: &HeaderMap) -> Option<Response> {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    if given.and_then(|value| value.strip_prefix("Bearer ")) == Some(KEY) {
        return None;
    }
    let body = json!({ "detail": { "error": "Unauthorized: missing or invalid API key." } });
    Some((StatusCode::UNAUTHORIZED, Json(body)).into_response())
}

async fn tavily(
    State(campus): State<Shared>,
    headers: HeaderMap,
    Json(query): Json<TavilyQuery>,
) -> Response {
    if let Some(refusal) = tavily_refusal(&headers) {
        return refusal;
    }
    let sites: Vec<String> = query
        .include_domains
        .iter()
        .map(|site| format!("site:{site}"))
        .collect();
    let world = campus.world();
    let results: Vec<Value> = world
        .web
        .find(&format!("{} {}", query.query, sites.join(" ")))
        .into_iter()
        .take(query.max_results.unwrap_or(5))
        .map(|(page, hits)| {
            json!({
                "title": page.title,
                "url": format!("https://{}", page.at),
                "content": snippet(page),
                "score": f64::from(u8::try_from(hits.min(10)).unwrap_or(10)) / 10.0,
                "raw_content": null,
            })
        })
        .collect();
    Json(json!({
        "query": query.query, "answer": null, "images": [], "results": results,
        "response_time": 0.1, "request_id": "campus",
    }))
    .into_response()
}

async fn tavily_usage(headers: HeaderMap) -> Response {
    tavily_refusal(&headers).unwrap_or_else(|| {
        Json(json!({
            "key": { "usage": 15, "limit": null },
            "account": { "current_plan": "Campus", "plan_usage": 15, "plan_limit": 1000, "paygo_usage": 0, "paygo_limit": null },
        }))
        .into_response()
    })
}

#[derive(Deserialize)]
struct SearxngQuery {
    q: String,
    format: Option<String>,
}

async fn searxng(State(campus): State<Shared>, Query(query): Query<SearxngQuery>) -> Response {
    if query.format.as_deref() != Some("json") {
        return "<html><body>results for people</body></html>".into_response();
    }
    let world = campus.world();
    let results: Vec<Value> = world
        .web
        .find(&query.q)
        .into_iter()
        .map(|(page, _)| {
            json!({
                "title": page.title,
                "url": format!("https://{}", page.at),
                "content": snippet(page),
                "engine": "campus", "engines": ["campus"], "score": 1.0, "category": "general",
                "publishedDate": null,
            })
        })
        .collect();
    Json(json!({
        "query": query.q, "results": results, "answers": [], "corrections": [], "infoboxes": [],
        "suggestions": [], "unresponsive_engines": [],
    }))
    .into_response()
}

/// The beginning of a page's body, with marks and entities as providers leave them in.
fn snippet(page: &ScriptPage) -> String {
    let start: String = page.body.chars().take(120).collect();
    format!(
        "<strong>Campus</strong> &amp; web: {}",
        start.replace('\n', " ")
    )
}
