//! Slack in miniature: refusals come with HTTP 200, ids only grow, nothing is promised about repeated posts.

mod files;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Form, Query, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::campus::{Message, Shared};
pub(crate) use files::Uploads;

/// The bot's token. Not secret: the workspace exists on this machine only.
pub(crate) const TOKEN: &str = "xoxb-campus";

/// Longest text that is taken; the vendor cuts what is longer.
const MAX_TEXT: usize = 40_000;

pub(crate) fn routes(campus: &Shared) -> Router<Shared> {
    Router::new()
        .route("/auth.test", post(auth_test))
        .route("/chat.postMessage", post(post_message))
        .route("/chat.getPermalink", get(permalink))
        .route("/conversations.list", get(list))
        .route("/conversations.history", post(history))
        .route("/conversations.replies", post(replies))
        .route("/files.getUploadURLExternal", post(files::address))
        .route("/files.completeUploadExternal", post(files::complete))
        .route("/files.info", get(files::info))
        .route_layer(axum::middleware::from_fn_with_state(
            campus.clone(),
            authorize,
        ))
        // The address itself is what lets bytes in.
        .route("/upload/v1/{id}", post(files::receive))
        .layer(DefaultBodyLimit::max(files::LARGEST))
}

/// Refuses a request without the bot's token.
async fn authorize(request: Request, next: Next) -> Response {
    match request
        .headers()
        .get(header::AUTHORIZATION)
        .map(|h| h.to_str())
    {
        None => refuse("not_authed"),
        Some(Ok(given)) if given.strip_prefix("Bearer ") == Some(TOKEN) => next.run(request).await,
        Some(_) => refuse("invalid_auth"),
    }
}

async fn auth_test(State(campus): State<Shared>) -> Json<Value> {
    let team = campus.world().slack.team.clone();
    Json(json!({
        "ok": true,
        "url": "https://campus.slack.example/",
        "team": team,
        "user": "avbot",
        "team_id": "T01",
        "user_id": "U01",
        "bot_id": "B01",
    }))
}

#[derive(Deserialize)]
struct PostRequest {
    channel: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    thread_ts: Option<String>,
    #[serde(default)]
    client_msg_id: Option<String>,
    #[serde(default)]
    metadata: Value,
}

async fn post_message(State(campus): State<Shared>, body: Bytes) -> Response {
    let Ok(request) = serde_json::from_slice::<PostRequest>(&body) else {
        return refuse("invalid_json");
    };
    let now = campus.now();
    let mut world = campus.world();
    let slack = &mut world.slack;
    let name = request.channel.trim_start_matches('#');
    let Some(channel) = slack
        .channels
        .iter()
        .find(|c| c.id == request.channel || c.name == name)
    else {
        return refuse("channel_not_found");
    };
    if channel.archived {
        return refuse("is_archived");
    }
    if !channel.member {
        return refuse("not_in_channel");
    }
    if request.text.is_empty() {
        return refuse("no_text");
    }
    let channel = channel.id.clone();
    let earlier = slack.messages.iter().find(|m| {
        slack.honours_client_msg_id
            && m.client_msg_id.is_some()
            && m.client_msg_id == request.client_msg_id
    });
    let message = if let Some(message) = earlier {
        message.clone()
    } else {
        let message = Message {
            channel,
            ts: String::new(),
            text: request.text.chars().take(MAX_TEXT).collect(),
            thread_ts: request.thread_ts,
            client_msg_id: request.client_msg_id,
            metadata: request.metadata,
        };
        slack.post(message, now)
    };
    Json(json!({
        "ok": true,
        "channel": message.channel,
        "ts": message.ts,
        "message": { "type": "message", "text": message.text, "bot_id": "B01" },
    }))
    .into_response()
}

#[derive(Deserialize)]
struct PermalinkRequest {
    channel: String,
    message_ts: String,
}

async fn permalink(
    State(campus): State<Shared>,
    Query(request): Query<PermalinkRequest>,
) -> Response {
    let world = campus.world();
    let is_there = world
        .slack
        .messages
        .iter()
        .rev()
        .any(|m| m.channel == request.channel && m.ts == request.message_ts);
    if !is_there {
        return refuse("message_not_found");
    }
    let number = request.message_ts.replace('.', "");
    Json(json!({
        "ok": true,
        "channel": request.channel,
        "permalink": format!("https://campus.slack.example/archives/{}/p{number}", request.channel),
    }))
    .into_response()
}

#[derive(Deserialize)]
struct ListRequest {
    limit: Option<usize>,
    cursor: Option<String>,
    exclude_archived: Option<bool>,
}

async fn list(State(campus): State<Shared>, Query(request): Query<ListRequest>) -> Response {
    let world = campus.world();
    let hide_archived = request.exclude_archived.unwrap_or(false);
    let all: Vec<Value> = world
        .slack
        .channels
        .iter()
        .filter(|c| !(hide_archived && c.archived))
        .map(|c| {
            json!({
                "id": c.id,
                "name": c.name,
                "is_archived": c.archived,
                "is_member": c.member,
                "is_private": c.private,
            })
        })
        .collect();
    let Some((page, next)) = page(&all, request.limit, request.cursor.as_deref()) else {
        return refuse("invalid_cursor");
    };
    Json(json!({ "ok": true, "channels": page, "response_metadata": { "next_cursor": next } }))
        .into_response()
}

#[derive(Deserialize)]
struct HistoryRequest {
    channel: String,
    ts: Option<String>,
    limit: Option<usize>,
    cursor: Option<String>,
    oldest: Option<String>,
    #[serde(default)]
    include_all_metadata: Option<bool>,
}

async fn history(State(campus): State<Shared>, Form(request): Form<HistoryRequest>) -> Response {
    messages(&campus, &request, |m| m.thread_ts.is_none())
}

async fn replies(State(campus): State<Shared>, Form(request): Form<HistoryRequest>) -> Response {
    messages(&campus, &request, |m| {
        m.thread_ts == request.ts || Some(&m.ts) == request.ts.as_ref()
    })
}

/// The messages of a channel that `wanted` keeps, newest first.
fn messages(
    campus: &Shared,
    request: &HistoryRequest,
    wanted: impl Fn(&Message) -> bool,
) -> Response {
    let world = campus.world();
    if !world.slack.channels.iter().any(|c| c.id == request.channel) {
        return refuse("channel_not_found");
    }
    let oldest: f64 = request
        .oldest
        .as_deref()
        .and_then(|t| t.parse().ok())
        .unwrap_or(0.0);
    let all: Vec<Value> = world
        .slack
        .messages
        .iter()
        .rev()
        .filter(|m| m.channel == request.channel && wanted(m))
        .filter(|m| m.ts.parse::<f64>().is_ok_and(|ts| ts >= oldest))
        .map(|m| {
            let mut message =
                json!({ "type": "message", "ts": m.ts, "text": m.text, "bot_id": "B01" });
            if request.include_all_metadata == Some(true) && !m.metadata.is_null() {
                message["metadata"] = m.metadata.clone();
            }
            message
        })
        .collect();
    let Some((page, next)) = page(&all, request.limit, request.cursor.as_deref()) else {
        return refuse("invalid_cursor");
    };
    Json(json!({
        "ok": true,
        "messages": page,
        "has_more": !next.is_empty(),
        "response_metadata": { "next_cursor": next },
    }))
    .into_response()
}

/// One page, and the cursor of the next; `None` for a cursor that was never given.
fn page(all: &[Value], limit: Option<usize>, cursor: Option<&str>) -> Option<(Vec<Value>, String)> {
    let start: usize = match cursor {
        None | Some("") => 0,
        Some(cursor) => cursor.strip_prefix("dGVhbTo")?.parse().ok()?,
    };
    let page: Vec<Value> = all
        .iter()
        .skip(start)
        .take(limit.unwrap_or(100).clamp(1, 999))
        .cloned()
        .collect();
    let end = start + page.len();
    let next = if end < all.len() {
        format!("dGVhbTo{end}")
    } else {
        String::new()
    };
    Some((page, next))
}

fn refuse(error: &str) -> Response {
    Json(json!({ "ok": false, "error": error })).into_response()
}
