//! Google Calendar and Microsoft 365 in miniature: events that may lie over each other, and rooms that say yes or no a
//! moment later.

mod google;
mod microsoft;

use axum::Router;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::Settings;
use crate::campus::{Campus, Shared};

/// In whose calendar events are made.
const ORGANIZER: &str = "events@corp.example";

/// Not secret: these calendars exist on this machine only.
const CLIENT: &str = "campus-calendar-client";
const SECRET: &str = "campus-calendar-secret";
const REFRESH: &str = "campus-calendar-refresh";
const TENANT: &str = "campus-tenant";
const TOKEN: &str = "campus-calendar-token";

/// How long a room thinks.
const THINKS: SignedDuration = SignedDuration::from_millis(400);

/// The calendars of both vendors.
#[derive(Default)]
pub(crate) struct Offices {
    google: Office,
    microsoft: Office,
}

/// The calendars at one vendor.
#[derive(Default)]
struct Office {
    events: IndexMap<String, Entry>,
    /// Rises with everything that a room must decide about.
    turn: u64,
}

/// An event.
#[derive(Clone)]
struct Entry {
    id: String,
    title: String,
    description: String,
    room: Option<String>,
    people: Vec<String>,
    start: Timestamp,
    end: Timestamp,
    cancelled: bool,
    created: Timestamp,
    updated: Timestamp,
    version: u32,
    /// What a repetition is known by.
    mark: Option<String>,
    /// Whether the room has heard of it.
    invited: bool,
    /// Who asked a room first has it.
    turn: u64,
}

/// What a room says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Nothing,
    Yes,
    No,
}

impl Office {
    fn ask_room(&mut self, entry: &mut Entry, now: Timestamp) {
        self.turn += 1;
        entry.turn = self.turn;
        entry.updated = now;
        entry.version += 1;
    }

    fn keep(&mut self, entry: Entry) {
        self.events.insert(entry.id.clone(), entry);
    }

    fn word(&self, entry: &Entry, now: Timestamp) -> Word {
        if !entry.invited || now.duration_since(entry.updated) < THINKS {
            return Word::Nothing;
        }
        let first = |other: &&Entry| {
            other.id != entry.id
                && !other.cancelled
                && other.room == entry.room
                && other.turn < entry.turn
                && other.start < entry.end
                && entry.start < other.end
        };
        if self.events.values().any(|other| first(&other)) {
            Word::No
        } else {
            Word::Yes
        }
    }

    /// What keeps a room from others, or lies in somebody's calendar, within a span.
    fn within(&self, who: &str, start: Timestamp, end: Timestamp) -> Vec<&Entry> {
        let fits = |entry: &&Entry| {
            let theirs = who == ORGANIZER || entry.room.as_deref() == Some(who);
            theirs && !entry.cancelled && entry.start < end && start < entry.end
        };
        let mut found: Vec<&Entry> = self.events.values().filter(fits).collect();
        found.sort_by_key(|entry| entry.start);
        found
    }
}

pub(crate) fn google_routes(campus: &Shared) -> Router<Shared> {
    google::routes(campus)
}

pub(crate) fn microsoft_routes(campus: &Shared) -> Router<Shared> {
    microsoft::routes(campus)
}

impl Campus {
    /// How the calendar reaches both vendors of the campus.
    pub(crate) fn calendar_settings(&self) -> Settings {
        let google = format!("http://{}/google_calendar", self.address());
        let microsoft = format!("http://{}/microsoft", self.address());
        Settings::of([
            ("organizer", ORGANIZER.to_owned()),
            ("google_token_url", format!("{google}/token")),
            ("google_url", google),
            ("google_client_id", CLIENT.to_owned()),
            ("google_client_secret", SECRET.to_owned()),
            ("google_refresh_token", REFRESH.to_owned()),
            ("microsoft_token_url", microsoft.clone()),
            ("microsoft_url", microsoft),
            ("microsoft_tenant", TENANT.to_owned()),
            ("microsoft_client_id", CLIENT.to_owned()),
            ("microsoft_client_secret", SECRET.to_owned()),
        ])
    }
}

/// Whether a mailbox is there: a room's or the organizer's.
fn is_known(campus: &Shared, address: &str) -> bool {
    let world = campus.world();
    let mut rooms = world.rooms.values();
    address.eq_ignore_ascii_case(ORGANIZER)
        || rooms.any(|room| room.email.eq_ignore_ascii_case(address))
}

fn is_signed(headers: &HeaderMap) -> bool {
    let given = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    given == Some(&format!("Bearer {TOKEN}"))
}

type Refusal = (StatusCode, &'static str, String);

/// A text of a body; empty when it is absent.
fn text(body: &Value, pointer: &str) -> String {
    body.pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}
