//! Zoom in miniature: the token endpoint, room lists, the dashboard and room control, as the
//! vendor documents them.

use std::collections::HashMap;

use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, patch, post};
use axum::{Form, Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::campus::{Room, Shared, Status, World};

/// The account's credentials. Not secret: the account exists on this machine only.
pub(crate) const ACCOUNT_ID: &str = "campus-account";
pub(crate) const CLIENT_ID: &str = "campus-client";
pub(crate) const CLIENT_SECRET: &str = "campus-secret";

pub(crate) fn routes(campus: &Shared) -> Router<Shared> {
    Router::new()
        .route("/v2/rooms", get(rooms))
        .route("/v2/rooms/{id}", get(room))
        .route("/v2/rooms/{id}/settings", get(settings))
        .route("/v2/rooms/{id}/devices", get(devices))
        .route("/v2/rooms/{id}/events", patch(event))
        .route("/v2/metrics/zoomrooms", get(metrics))
        .merge(super::booking::routes())
        .route_layer(axum::middleware::from_fn_with_state(
            campus.clone(),
            authorize,
        ))
        .route("/oauth/token", post(token))
}

#[derive(Deserialize)]
struct TokenRequest {
    grant_type: String,
    account_id: String,
}

async fn token(
    State(campus): State<Shared>,
    headers: HeaderMap,
    Form(form): Form<TokenRequest>,
) -> Response {
    let basic = format!(
        "Basic {}",
        BASE64.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"))
    );
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|h| h.to_str().ok());
    if given != Some(basic.as_str()) {
        return error(
            StatusCode::BAD_REQUEST,
            4702,
            "Invalid client_id or client_secret",
        );
    }
    if form.grant_type != "account_credentials" || form.account_id != ACCOUNT_ID {
        return error(StatusCode::BAD_REQUEST, 4700, "Bad request: account");
    }
    let now = campus.now();
    let mut world = campus.world();
    let zoom = &mut world.zoom;
    zoom.tokens_given += 1;
    zoom.token_ends.retain(|_, ends| *ends > now);
    let token = format!("campus-token-{}", zoom.tokens_given);
    let lifetime = zoom.script.token_s;
    let ends = now
        .saturating_add(SignedDuration::from_secs(lifetime.into()))
        .unwrap_or(Timestamp::MAX);
    zoom.token_ends.insert(token.clone(), ends);
    Json(json!({
        "access_token": token,
        "token_type": "bearer",
        "expires_in": lifetime,
        "scope": "zoom_rooms:read:list_rooms:admin",
        "api_url": "http://127.0.0.1",
    }))
    .into_response()
}

/// Refuses a request without a token that is valid now.
async fn authorize(State(campus): State<Shared>, request: Request, next: Next) -> Response {
    let now = campus.now();
    let token = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|h| h.to_str().ok())
        .and_then(|h| h.strip_prefix("Bearer "));
    let is_valid = token.is_some_and(|t| {
        campus
            .world()
            .zoom
            .token_ends
            .get(t)
            .is_some_and(|ends| now < *ends)
    });
    if is_valid {
        next.run(request).await
    } else {
        error(StatusCode::UNAUTHORIZED, 124, "Invalid access token.")
    }
}

#[derive(Deserialize)]
struct PageRequest {
    page_size: Option<usize>,
    next_page_token: Option<String>,
    status: Option<String>,
}

/// One page of `all`, and the token of the next.
fn page<'a>(world: &World, all: &[&'a Room], request: &PageRequest) -> (Vec<&'a Room>, String) {
    let size = request
        .page_size
        .unwrap_or(30)
        .min(world.zoom.script.page_size)
        .max(1);
    let start: usize = request
        .next_page_token
        .as_deref()
        .and_then(|t| t.strip_prefix("page-"))
        .and_then(|t| t.parse().ok())
        .unwrap_or(0);
    let rooms: Vec<&Room> = all.iter().copied().skip(start).take(size).collect();
    let end = start + rooms.len();
    let next = if end < all.len() {
        format!("page-{end}")
    } else {
        String::new()
    };
    (rooms, next)
}

async fn rooms(State(campus): State<Shared>, Query(request): Query<PageRequest>) -> Json<Value> {
    let now = campus.now();
    let world = campus.world();
    let all: Vec<&Room> = world
        .rooms
        .values()
        .filter(|r| {
            request
                .status
                .as_deref()
                .is_none_or(|s| s == vendor_status(r.status(now)))
        })
        .collect();
    let (rooms, next) = page(&world, &all, &request);
    let rooms: Vec<Value> = rooms
        .into_iter()
        .map(|room| {
            json!({
                "id": room.id,
                "room_id": format!("rid-{}", room.id),
                "name": room.name,
                "location_id": room.site,
                "activation_code": "",
                "status": vendor_status(room.status(now)),
            })
        })
        .collect();
    Json(json!({ "page_size": rooms.len(), "next_page_token": next, "rooms": rooms }))
}

async fn metrics(State(campus): State<Shared>, Query(request): Query<PageRequest>) -> Response {
    let now = campus.now();
    let world = campus.world();
    if !world.zoom.script.dashboard {
        return error(
            StatusCode::BAD_REQUEST,
            200,
            "Your plan does not include the dashboard.",
        );
    }
    let all: Vec<&Room> = world.rooms.values().collect();
    let (rooms, next) = page(&world, &all, &request);
    let rooms: Vec<Value> = rooms
        .into_iter()
        .map(|room| metrics_of(&world, room, now))
        .collect();
    Json(json!({ "page_size": rooms.len(), "next_page_token": next, "zoom_rooms": rooms }))
        .into_response()
}

fn metrics_of(world: &World, room: &Room, now: Timestamp) -> Value {
    let status = room.status(now);
    let issues = room.issues(now);
    let calendar = room.email.split('@').next().unwrap_or_default();
    json!({
        "id": room.id,
        "room_name": room.name,
        "calendar_name": calendar,
        "email": room.email,
        "account_type": "Office 365",
        "status": vendor_status(status),
        "device_ip": "Computer : 192.0.2.10",
        "camera": "Room camera",
        "microphone": "Ceiling microphone",
        "speaker": "Room speaker",
        "last_start_time": "",
        "location": world.site_name(room),
        "health": if issues.is_empty() { "good" } else { "critical" },
        "issues": issues,
    })
}

async fn room(State(campus): State<Shared>, Path(id): Path<String>) -> Response {
    let now = campus.now();
    let world = campus.world();
    match world.rooms.get(&id) {
        None => no_such_room(&id),
        Some(room) => Json(json!({
            "basic": { "name": room.name, "status": vendor_status(room.status(now)) },
            "device": {},
            "setup": { "checkin_and_checkout": {} },
        }))
        .into_response(),
    }
}

async fn settings(
    State(campus): State<Shared>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    if !campus.world().rooms.contains_key(&id) {
        return no_such_room(&id);
    }
    let body = match query.get("setting_type").map(String::as_str) {
        Some("alert") => json!({ "client_alert": {}, "notification": {} }),
        Some("signage") => json!({ "digital_signage": { "enable_digital_signage": false } }),
        Some("scheduling_display") => json!({ "scheduling_display": { "enabled": true } }),
        _ => json!({
            "zoom_rooms": {
                "upcoming_meeting_alert": true,
                "auto_start_stop_scheduled_meetings": false,
                "weekly_system_restart": true,
                "force_private_meeting": false,
            },
        }),
    };
    Json(body).into_response()
}

async fn devices(State(campus): State<Shared>, Path(id): Path<String>) -> Response {
    let now = campus.now();
    let world = campus.world();
    let Some(room) = world.rooms.get(&id) else {
        return no_such_room(&id);
    };
    let online = matches!(room.status(now), Status::Online | Status::InMeeting);
    let device = |kind: &str, number: u32| {
        json!({
            "id": format!("{id}-device-{number}"),
            "room_name": room.name,
            "device_type": kind,
            "app_version": "6.3.0 (1234)",
            "device_system": "Simulated",
            "status": if online { "Online" } else { "Offline" },
            "ip_address": "192.0.2.10",
            "serial_number": format!("SN-{number}"),
        })
    };
    Json(json!({ "devices": [device("Zoom Rooms Computer", 1), device("Controller", 2)] }))
        .into_response()
}

#[derive(Deserialize)]
struct Event {
    method: String,
}

async fn event(
    State(campus): State<Shared>,
    Path(id): Path<String>,
    Json(event): Json<Event>,
) -> Response {
    let now = campus.now();
    let mut world = campus.world();
    if event.method != "zoomroom.restart" {
        return error(StatusCode::BAD_REQUEST, 300, "Validation Failed.");
    }
    match world.restart(&id, now) {
        None => no_such_room(&id),
        Some(false) => error(StatusCode::BAD_REQUEST, 300, "The Zoom Room is offline."),
        // Queued, not done.
        Some(true) => StatusCode::ACCEPTED.into_response(),
    }
}

fn vendor_status(status: Status) -> &'static str {
    match status {
        Status::Online => "Available",
        Status::Offline => "Offline",
        Status::InMeeting => "InMeeting",
        Status::UnderConstruction => "UnderConstruction",
    }
}

fn no_such_room(id: &str) -> Response {
    error(
        StatusCode::NOT_FOUND,
        1012,
        &format!("Zoom Room does not exist: {id}."),
    )
}

pub(super) fn error(status: StatusCode, code: i64, message: &str) -> Response {
    (status, Json(json!({ "code": code, "message": message }))).into_response()
}
