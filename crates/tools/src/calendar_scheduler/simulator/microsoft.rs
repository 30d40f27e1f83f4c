//! Microsoft Graph's part of the API.

use std::collections::HashMap;

use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    CLIENT, Entry, ORGANIZER, Office, Refusal, SECRET, TENANT, TOKEN, Word, is_known, is_signed,
    text,
};
use crate::campus::Shared;

pub(super) fn routes(_: &Shared) -> Router<Shared> {
    Router::new()
        .route("/v1.0/users/{user}/calendar", get(calendar))
        .route("/v1.0/users/{user}/calendar/getSchedule", post(schedule))
        .route("/v1.0/users/{user}/calendarView", get(view))
        .route("/v1.0/users/{user}/events", post(insert))
        .route("/v1.0/users/{user}/events/{id}", get(read).patch(shift))
        .route("/v1.0/users/{user}/events/{id}/cancel", post(cancel))
        .route_layer(axum::middleware::from_fn(authorize))
        .route("/{tenant}/oauth2/v2.0/token", post(token))
}

async fn token(Path(tenant): Path<String>, Form(form): Form<HashMap<String, String>>) -> Response {
    let is = |name: &str, value: &str| form.get(name).is_some_and(|given| given == value);
    if tenant == TENANT
        && is("grant_type", "client_credentials")
        && is("client_id", CLIENT)
        && is("client_secret", SECRET)
        && is("scope", "https://graph.microsoft.com/.default")
    {
        return Json(json!({ "access_token": TOKEN, "expires_in": 3599 })).into_response();
    }
    let body = json!({ "error": "invalid_client", "error_description": "AADSTS7000215" });
    (StatusCode::UNAUTHORIZED, Json(body)).into_response()
}

async fn authorize(request: Request, next: Next) -> Response {
    if is_signed(request.headers()) {
        return next.run(request).await;
    }
    let message = "Access token is empty.".to_owned();
    refuse((
        StatusCode::UNAUTHORIZED,
        "InvalidAuthenticationToken",
        message,
    ))
}

fn refuse((status, code, message): Refusal) -> Response {
    (
        status,
        Json(json!({ "error": { "code": code, "message": message } })),
    )
        .into_response()
}

fn not_found() -> Response {
    let message = "The specified object was not found in the store.".to_owned();
    refuse((StatusCode::NOT_FOUND, "ErrorItemNotFound", message))
}

/// A time without an offset, as Graph writes it.
fn local(time: Timestamp) -> Value {
    let text = time.strftime("%Y-%m-%dT%H:%M:%S.0000000").to_string();
    json!({ "dateTime": text, "timeZone": "UTC" })
}

/// A time that says in which zone it is.
fn moment(body: &Value, field: &str) -> Option<Timestamp> {
    let local: DateTime = text(body, &format!("/{field}/dateTime")).parse().ok()?;
    let zone = TimeZone::get(&text(body, &format!("/{field}/timeZone"))).ok()?;
    Some(local.to_zoned(zone).ok()?.timestamp())
}

fn shown(office: &Office, entry: &Entry, now: Timestamp) -> Value {
    let word = match office.word(entry, now) {
        Word::Nothing => "none",
        Word::Yes => "accepted",
        Word::No => "declined",
    };
    let attendee = |address: &str, kind: &str, word: &str| json!({ "type": kind, "status": { "response": word }, "emailAddress": { "address": address } });
    let room = entry
        .room
        .iter()
        .map(|room| attendee(room, "resource", word));
    let people = entry
        .people
        .iter()
        .map(|person| attendee(person, "required", "none"));
    let attendees: Vec<Value> = room.chain(people).collect();
    json!({
        "id": entry.id,
        "subject": entry.title,
        "body": { "contentType": "text", "content": entry.description },
        "start": local(entry.start),
        "end": local(entry.end),
        "attendees": attendees,
        "isCancelled": entry.cancelled,
        "transactionId": entry.mark,
        "createdDateTime": entry.created,
        "lastModifiedDateTime": entry.updated,
        "webLink": format!("https://outlook.office365.com/owa/?itemid={}", entry.id),
        "@odata.etag": format!("W/\"{}\"", entry.version),
    })
}

async fn calendar(State(campus): State<Shared>, Path(user): Path<String>) -> Response {
    if !is_known(&campus, &user) {
        return not_found();
    }
    Json(json!({ "id": user, "name": "Calendar" })).into_response()
}

async fn insert(
    State(campus): State<Shared>,
    Path(user): Path<String>,
    Json(body): Json<Value>,
) -> Response {
    if user != ORGANIZER {
        return not_found();
    }
    let (Some(start), Some(end)) = (moment(&body, "start"), moment(&body, "end")) else {
        let message = "At least one property failed validation.".to_owned();
        return refuse((
            StatusCode::BAD_REQUEST,
            "ErrorPropertyValidationFailure",
            message,
        ));
    };
    let now = campus.now();
    let mut world = campus.world();
    let office = &mut world.offices.microsoft;
    let mark = Some(text(&body, "/transactionId")).filter(|mark| !mark.is_empty());
    let before = office
        .events
        .values()
        .find(|entry| mark.is_some() && entry.mark == mark);
    if let Some(before) = before {
        return (StatusCode::CREATED, Json(shown(office, before, now))).into_response();
    }
    let attendees = body["attendees"].as_array().cloned().unwrap_or_default();
    let address = |attendee: &Value| text(attendee, "/emailAddress/address");
    let is_room = |attendee: &&Value| attendee["type"] == "resource";
    let number = office.events.len().to_string();
    let mut entry = Entry {
        id: format!(
            "AAkALg{}=",
            Uuid::new_v5(&Uuid::NAMESPACE_OID, number.as_bytes()).simple()
        ),
        title: text(&body, "/subject"),
        description: text(&body, "/body/content"),
        room: attendees
            .iter()
            .find(is_room)
            .map(|room| address(room).to_lowercase()),
        people: attendees
            .iter()
            .filter(|a| !is_room(a))
            .map(address)
            .collect(),
        start,
        end,
        cancelled: false,
        created: now,
        updated: now,
        version: 0,
        mark,
        invited: true,
        turn: 0,
    };
    office.ask_room(&mut entry, now);
    office.keep(entry.clone());
    (StatusCode::CREATED, Json(shown(office, &entry, now))).into_response()
}

async fn read(State(campus): State<Shared>, Path((_, id)): Path<(String, String)>) -> Response {
    let now = campus.now();
    let world = campus.world();
    let office = &world.offices.microsoft;
    // What its organizer has cancelled is gone from the calendar.
    match office.events.get(&id).filter(|entry| !entry.cancelled) {
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
    let office = &mut world.offices.microsoft;
    let Some(mut entry) = office.events.get(&id).cloned() else {
        return not_found();
    };
    let guard = headers
        .get("if-match")
        .and_then(|value| value.to_str().ok());
    if guard.is_some_and(|guard| guard != format!("W/\"{}\"", entry.version)) {
        let message = "The send or update operation could not be performed because the change key did not match.";
        let refusal = (
            StatusCode::PRECONDITION_FAILED,
            "ErrorIrresolvableConflict",
            message.to_owned(),
        );
        return refuse(refusal);
    }
    if let (Some(start), Some(end)) = (moment(&body, "start"), moment(&body, "end")) {
        (entry.start, entry.end) = (start, end);
    }
    office.ask_room(&mut entry, now);
    office.keep(entry.clone());
    Json(shown(office, &entry, now)).into_response()
}

async fn cancel(State(campus): State<Shared>, Path((_, id)): Path<(String, String)>) -> Response {
    let mut world = campus.world();
    match world
        .offices
        .microsoft
        .events
        .get_mut(&id)
        .filter(|entry| !entry.cancelled)
    {
        Some(entry) => {
            entry.cancelled = true;
            StatusCode::ACCEPTED.into_response()
        }
        None => not_found(),
    }
}

async fn view(
    State(campus): State<Shared>,
    Path(user): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let time = |name: &str| {
        query
            .get(name)
            .and_then(|text| text.parse::<Timestamp>().ok())
    };
    let (Some(start), Some(end)) = (time("startDateTime"), time("endDateTime")) else {
        let message = "This request requires a time window.".to_owned();
        return refuse((StatusCode::BAD_REQUEST, "ErrorInvalidParameter", message));
    };
    if !is_known(&campus, &user) {
        return not_found();
    }
    let now = campus.now();
    let world = campus.world();
    let office = &world.offices.microsoft;
    let found = office.within(&user.to_lowercase(), start, end);
    let from: usize = query
        .get("$skip")
        .and_then(|skip| skip.parse().ok())
        .unwrap_or(0);
    // Two to a page, so that pages are turned; the link is the vendor's own, whatever stands between.
    let value: Vec<Value> = found
        .iter()
        .skip(from)
        .take(2)
        .map(|entry| shown(office, entry, now))
        .collect();
    let mut body = json!({ "value": value });
    if found.len() > from + 2 {
        let link = format!(
            "https://graph.microsoft.com/v1.0/users/{user}/calendarView?startDateTime={start}&endDateTime={end}&$skip={}",
            from + 2
        );
        body["@odata.nextLink"] = json!(link);
    }
    Json(body).into_response()
}

async fn schedule(State(campus): State<Shared>, Json(body): Json<Value>) -> Response {
    let (Some(start), Some(end)) = (moment(&body, "startTime"), moment(&body, "endTime")) else {
        let message = "The time window is invalid.".to_owned();
        return refuse((StatusCode::BAD_REQUEST, "ErrorInvalidParameter", message));
    };
    let asked = body["schedules"].as_array().cloned().unwrap_or_default();
    let schedules = asked.iter().filter_map(Value::as_str).map(|address| {
        if !is_known(&campus, address) {
            let error = json!({ "message": "The mailbox was not found.", "responseCode": "ErrorMailRecipientNotFound" });
            return json!({ "scheduleId": address, "error": error });
        }
        let now = campus.now();
        let world = campus.world();
        let office = &world.offices.microsoft;
        let taken = office.within(&address.to_lowercase(), start, end);
        let items = taken.into_iter().filter_map(|entry| {
            let status = match office.word(entry, now) {
                Word::Nothing => "tentative",
                Word::Yes => "busy",
                Word::No => return None,
            };
            Some(json!({ "status": status, "start": local(entry.start), "end": local(entry.end) }))
        });
        json!({ "scheduleId": address, "scheduleItems": items.collect::<Vec<_>>() })
    });
    let schedules: Vec<Value> = schedules.collect();
    Json(json!({ "value": schedules })).into_response()
}
