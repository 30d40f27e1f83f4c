//! Zoom in miniature: a host's webinars and meetings.

use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use indexmap::IndexMap;
use serde_json::{Value, json};

use super::simulator::error;
use crate::campus::Shared;

/// The first id that is given: larger than 32 bits, as the vendor's are.
const FIRST_ID: u64 = 81_234_567_890;

/// Most on one page, whatever is asked for.
const PAGE: usize = 300;

/// What a host has booked, by id.
#[derive(Default)]
pub(crate) struct Bookings {
    webinars: IndexMap<u64, Value>,
    meetings: IndexMap<u64, Value>,
}

impl Bookings {
    fn of(&mut self, kind: Kind) -> &mut IndexMap<u64, Value> {
        match kind {
            Kind::Webinar => &mut self.webinars,
            Kind::Meeting => &mut self.meetings,
        }
    }

    /// Everything that is booked, for whoever looks at the campus.
    pub(crate) fn all(&self) -> Vec<Value> {
        let all = self.webinars.values().chain(self.meetings.values());
        all.cloned().collect()
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Webinar,
    Meeting,
}

/// The paths of both kinds, without the token check.
pub(super) fn routes() -> Router<Shared> {
    let of = |kind: Kind, name: &str| {
        Router::new()
            .route(
                &format!("/v2/users/{{user}}/{name}"),
                get(
                    move |State(campus): State<Shared>,
                          Path(user): Path<String>,
                          Query(query): Query<HashMap<String, String>>| async move {
                        list(&campus, kind, &user, &query)
                    },
                )
                .post(
                    move |State(campus): State<Shared>,
                          Path(user): Path<String>,
                          Json(body): Json<Value>| async move {
                        create(&campus, kind, &user, &body)
                    },
                ),
            )
            .route(
                &format!("/v2/{name}/{{id}}"),
                get(
                    move |State(campus): State<Shared>, Path(id): Path<String>| async move {
                        let found = find(&campus, kind, &id);
                        found.map_or_else(|| missing(kind), |one| Json(one).into_response())
                    },
                )
                .delete(
                    move |State(campus): State<Shared>, Path(id): Path<String>| async move {
                        match remove(&campus, kind, &id) {
                            Some(_) => StatusCode::NO_CONTENT.into_response(),
                            None => missing(kind),
                        }
                    },
                ),
            )
    };
    of(Kind::Webinar, "webinars").merge(of(Kind::Meeting, "meetings"))
}

/// Refuses a host that is not there, and `me`, which an app's token does not have.
fn refused_host(campus: &Shared, user: &str) -> Option<Response> {
    let known = campus.world().zoom.script.hosts.iter().any(|h| h == user);
    if user == "me" {
        let text = "This API does not support client credentials for authorization.";
        return Some(error(StatusCode::BAD_REQUEST, 200, text));
    }
    (!known).then(|| {
        let text = format!("User does not exist: {user}.");
        error(StatusCode::NOT_FOUND, 1001, &text)
    })
}

fn list(campus: &Shared, kind: Kind, user: &str, query: &HashMap<String, String>) -> Response {
    if let Some(refusal) = refused_host(campus, user) {
        return refusal;
    }
    let number = |name: &str| query.get(name).and_then(|text| text.parse::<usize>().ok());
    let from = number("next_page_token").unwrap_or_default();
    let mut world = campus.world();
    let size = number("page_size").unwrap_or(30).min(PAGE);
    let size = size.min(world.zoom.script.page_size).max(1);
    let all: Vec<Value> = world.zoom.bookings.of(kind).values().cloned().collect();
    let mine = all.iter().filter(|one| one["host_id"] == user);
    let mut page: Vec<Value> = mine.skip(from).take(size + 1).cloned().collect();
    let next = if page.len() > size {
        page.truncate(size);
        (from + size).to_string()
    } else {
        String::new()
    };
    for one in &mut page {
        if let Some(fields) = one.as_object_mut() {
            // The list shows the first 250 characters of an agenda, and no settings.
            let agenda = fields["agenda"].as_str().unwrap_or_default();
            let short: String = agenda.chars().take(250).collect();
            fields.insert("agenda".to_owned(), json!(short));
            fields.shift_remove("settings");
            fields.shift_remove("start_url");
        }
    }
    let name = match kind {
        Kind::Webinar => "webinars",
        Kind::Meeting => "meetings",
    };
    Json(json!({ name: page, "page_size": size, "next_page_token": next })).into_response()
}

fn create(campus: &Shared, kind: Kind, user: &str, body: &Value) -> Response {
    if let Some(refusal) = refused_host(campus, user) {
        return refusal;
    }
    let right_type = match kind {
        Kind::Webinar => body["type"] == 5,
        Kind::Meeting => body["type"] == 2,
    };
    let agenda = body["agenda"].as_str().unwrap_or_default();
    if !right_type || !body["topic"].is_string() || agenda.chars().count() > 2_000 {
        return error(StatusCode::BAD_REQUEST, 300, "Validation Failed.");
    }
    let now = campus.now();
    let mut world = campus.world();
    let bookings = &mut world.zoom.bookings;
    let count = bookings.webinars.len() + bookings.meetings.len();
    let newest = bookings.webinars.keys().chain(bookings.meetings.keys());
    let id = newest.max().map_or(FIRST_ID, |id| id + 1);
    let practice = body["settings"]["practice_session"].as_bool();
    let one = json!({
        "id": id,
        "uuid": format!("campus/{count}=="),
        "host_id": user,
        "topic": body["topic"],
        "type": body["type"],
        "start_time": body["start_time"],
        "duration": body["duration"],
        "timezone": body["timezone"].as_str().unwrap_or("UTC"),
        "agenda": agenda,
        "created_at": now.to_string(),
        "start_url": format!("https://campus.zoom.example/s/{id}?zak=host-power"),
        "join_url": format!("https://campus.zoom.example/j/{id}"),
        "settings": { "practice_session": practice.unwrap_or(false) },
    });
    bookings.of(kind).insert(id, one.clone());
    (StatusCode::CREATED, Json(one)).into_response()
}

fn find(campus: &Shared, kind: Kind, id: &str) -> Option<Value> {
    let id: u64 = id.parse().ok()?;
    campus.world().zoom.bookings.of(kind).get(&id).cloned()
}

fn remove(campus: &Shared, kind: Kind, id: &str) -> Option<Value> {
    let id: u64 = id.parse().ok()?;
    campus.world().zoom.bookings.of(kind).shift_remove(&id)
}

fn missing(kind: Kind) -> Response {
    match kind {
        Kind::Webinar => error(StatusCode::NOT_FOUND, 3001, "Webinar does not exist."),
        Kind::Meeting => error(StatusCode::NOT_FOUND, 3001, "Meeting does not exist."),
    }
}
