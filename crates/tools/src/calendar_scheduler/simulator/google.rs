//! Google Calendar's part of the API.

use std::collections::HashMap;

use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    CLIENT, Entry, ORGANIZER, Office, REFRESH, Refusal, SECRET, TOKEN, Word, is_known, is_signed,
    text,
};
use crate::campus::Shared;

pub(super) fn routes(_: &Shared) -> Router<Shared> {
    Router::new()
        .route("/calendar/v3/freeBusy", post(free_busy))
        .route("/calendar/v3/calendars/{calendar}", get(calendar))
        .route(
            "/calendar/v3/calendars/{calendar}/events",
            get(list).post(insert),
        )
        .route(
            "/calendar/v3/calendars/{calendar}/events/{id}",
            get(read).patch(shift).delete(cancel),
        )
        .route_layer(axum::middleware::from_fn(authorize))
        .route("/token", post(token))
}

async fn token(Form(form): Form<HashMap<String, String>>) -> Response {
    let is = |name: &str, value: &str| form.get(name).is_some_and(|given| given == value);
    if is("grant_type", "refresh_token")
        && is("client_id", CLIENT)
        && is("client_secret", SECRET)
        && is("refresh_token", REFRESH)
    {
        return Json(json!({ "access_token": TOKEN, "expires_in": 3599 })).into_response();
    }
    let body = json!({ "error": "invalid_grant", "error_description": "Bad Request" });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

async fn authorize(request: Request, next: Next) -> Response {
    if is_signed(request.headers()) {
        return next.run(request).await;
    }
    refuse((
        StatusCode::UNAUTHORIZED,
        "authError",
        "Invalid Credentials".to_owned(),
    ))
}

fn refuse((status, reason, message): Refusal) -> Response {
    let errors = json!([{ "domain": "global", "reason": reason, "message": message }]);
    let body =
        json!({ "error": { "code": status.as_u16(), "message": message, "errors": errors } });
    (status, Json(body)).into_response()
}

fn not_found() -> Response {
    refuse((StatusCode::NOT_FOUND, "notFound", "Not Found".to_owned()))
}

async fn calendar(State(campus): State<Shared>, Path(calendar): Path<String>) -> Response {
    if !is_known(&campus, &calendar) {
        return not_found();
    }
    Json(json!({ "id": calendar, "summary": calendar })).into_response()
}

fn shown(office: &Office, entry: &Entry, now: Timestamp) -> Value {
    let word = match office.word(entry, now) {
        Word::Nothing => "needsAction",
        Word::Yes => "accepted",
        Word::No => "declined",
    };
    let room = entry
        .room
        .iter()
        .map(|room| json!({ "email": room, "resource": true, "responseStatus": word }));
    let people = entry
        .people
        .iter()
        .map(|email| json!({ "email": email, "responseStatus": "needsAction" }));
    let attendees: Vec<Value> = room.chain(people).collect();
    json!({
        "id": entry.id,
        "status": if entry.cancelled { "cancelled" } else { "confirmed" },
        "summary": entry.title,
        "description": entry.description,
        "start": { "dateTime": entry.start, "timeZone": "UTC" },
        "end": { "dateTime": entry.end, "timeZone": "UTC" },
        "attendees": attendees,
        "created": entry.created,
        "updated": entry.updated,
        "htmlLink": format!("https://www.google.com/calendar/event?eid={}", entry.id),
        "etag": format!("\"{}\"", entry.version),
    })
}

/// The times of a body; `None` when one of them is none.
fn times(body: &Value) -> Option<(Timestamp, Timestamp)> {
    Some((
        text(body, "/start/dateTime").parse().ok()?,
        text(body, "/end/dateTime").parse().ok()?,
    ))
}

async fn insert(
    State(campus): State<Shared>,
    Path(calendar): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    Json(body): Json<Value>,
) -> Response {
    if calendar != ORGANIZER {
        return not_found();
    }
    let id = text(&body, "/id");
    let allowed = |c: char| c.is_ascii_digit() || ('a'..='v').contains(&c);
    if id.len() < 5 || !id.chars().all(allowed) {
        return refuse((
            StatusCode::BAD_REQUEST,
            "invalid",
            "Invalid resource id value.".to_owned(),
        ));
    }
    let Some((start, end)) = times(&body).filter(|(start, end)| start < end) else {
        return refuse((
            StatusCode::BAD_REQUEST,
            "timeRangeEmpty",
            "The specified time range is empty.".to_owned(),
        ));
    };
    let now = campus.now();
    let mut world = campus.world();
    let office = &mut world.offices.google;
    if office.events.contains_key(&id) {
        return refuse((
            StatusCode::CONFLICT,
            "duplicate",
            "The requested identifier already exists.".to_owned(),
        ));
    }
    let attendees = body["attendees"].as_array().cloned().unwrap_or_default();
    let is_room = |attendee: &&Value| attendee["resource"] == true;
    let mut entry = Entry {
        id,
        title: text(&body, "/summary"),
        description: text(&body, "/description"),
        room: attendees
            .iter()
            .find(is_room)
            .map(|room| text(room, "/email").to_lowercase()),
        people: attendees
            .iter()
            .filter(|a| !is_room(a))
            .map(|a| text(a, "/email"))
            .collect(),
        start,
        end,
        cancelled: false,
        created: now,
        updated: now,
        version: 0,
        mark: None,
        // By default nobody hears of anything.
        invited: query.get("sendUpdates").is_some_and(|who| who == "all"),
        turn: 0,
    };
    office.ask_room(&mut entry, now);
    office.keep(entry.clone());
    Json(shown(office, &entry, now)).into_response()
}

async fn read(
    State(campus): State<Shared>,
    Path((calendar, id)): Path<(String, String)>,
) -> Response {
    let now = campus.now();
    let world = campus.world();
    let office = &world.offices.google;
    match office.events.get(&id).filter(|_| calendar == ORGANIZER) {
        Some(entry) => Json(shown(office, entry, now)).into_response(),
        None => not_found(),
    }
}

async fn shift(
    State(campus): State<Shared>,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let now = campus.now();
    let mut world = campus.world();
    let office = &mut world.offices.google;
    let Some(mut entry) = office.events.get(&id).cloned() else {
        return not_found();
    };
    let guard = headers
        .get("if-match")
        .and_then(|value| value.to_str().ok());
    if guard.is_some_and(|guard| guard != format!("\"{}\"", entry.version)) {
        return refuse((
            StatusCode::PRECONDITION_FAILED,
            "conditionNotMet",
            "Precondition Failed".to_owned(),
        ));
    }
    if let Some((start, end)) = times(&body) {
        (entry.start, entry.end) = (start, end);
    }
    office.ask_room(&mut entry, now);
    office.keep(entry.clone());
    Json(shown(office, &entry, now)).into_response()
}

async fn cancel(State(campus): State<Shared>, Path((_, id)): Path<(String, String)>) -> Response {
    let mut world = campus.world();
    match world.offices.google.events.get_mut(&id) {
        None => not_found(),
        Some(entry) if entry.cancelled => refuse((
            StatusCode::GONE,
            "deleted",
            "Resource has been deleted".to_owned(),
        )),
        Some(entry) => {
            entry.cancelled = true;
            StatusCode::NO_CONTENT.into_response()
        }
    }
}

async fn list(
    State(campus): State<Shared>,
    Path(calendar): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let time = |name: &str| {
        query
            .get(name)
            .and_then(|text| text.parse::<Timestamp>().ok())
    };
    let (Some(start), Some(end)) = (time("timeMin"), time("timeMax")) else {
        return refuse((
            StatusCode::BAD_REQUEST,
            "badRequest",
            "Bad Request".to_owned(),
        ));
    };
    if !is_known(&campus, &calendar) {
        return not_found();
    }
    let now = campus.now();
    let world = campus.world();
    let office = &world.offices.google;
    let found = office.within(&calendar.to_lowercase(), start, end);
    // Two to a page, so that pages are turned.
    let from: usize = query
        .get("pageToken")
        .and_then(|token| token.parse().ok())
        .unwrap_or(0);
    let items: Vec<Value> = found
        .iter()
        .skip(from)
        .take(2)
        .map(|entry| shown(office, entry, now))
        .collect();
    let mut body = json!({ "items": items });
    if found.len() > from + 2 {
        body["nextPageToken"] = json!((from + 2).to_string());
    }
    Json(body).into_response()
}

async fn free_busy(State(campus): State<Shared>, Json(body): Json<Value>) -> Response {
    let time = |pointer: &str| text(&body, pointer).parse::<Timestamp>();
    let (Ok(start), Ok(end)) = (time("/timeMin"), time("/timeMax")) else {
        return refuse((
            StatusCode::BAD_REQUEST,
            "badRequest",
            "Bad Request".to_owned(),
        ));
    };
    let items = body["items"].as_array().cloned().unwrap_or_default();
    let mut calendars = json!({});
    for item in items {
        let id = text(&item, "/id");
        calendars[&id] = if is_known(&campus, &id) {
            let now = campus.now();
            let world = campus.world();
            let office = &world.offices.google;
            let taken = office.within(&id.to_lowercase(), start, end);
            let taken = taken
                .into_iter()
                .filter(|entry| office.word(entry, now) != Word::No);
            let busy: Vec<Value> = taken
                .map(|entry| json!({ "start": entry.start, "end": entry.end }))
                .collect();
            json!({ "busy": busy })
        } else {
            json!({ "busy": [], "errors": [{ "domain": "global", "reason": "notFound" }] })
        };
    }
    Json(json!({ "calendars": calendars })).into_response()
}
