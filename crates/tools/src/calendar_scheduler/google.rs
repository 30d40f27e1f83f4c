//! Google Calendar (API v3) as a vendor.
//!
//! Sources: Google's discovery document and error guide. Event ids are ours, of the letters a to v and digits; an id is
//! taken once, so a repetition is told 409 and reads what is there. Free/busy answers 200 also for calendars that it does
//! not show, with the error beside them.

use async_trait::async_trait;
use avops_engine::ToolError;
use jiff::Timestamp;
use reqwest::header::{HeaderValue, IF_MATCH};
use reqwest::{Method, Request, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::HashMap;

use super::outside::{Answer, Draft, Remote, Vendor, refused};
use super::times::Span;
use super::tokens::{Form, Signed};
use crate::google_drive::Identity;
use crate::outbound::{Answer as HttpAnswer, Deadline, Reach, Unavailable, set_json, set_query};
use crate::{Error, Settings, Supplies};

const API: &str = "https://www.googleapis.com";
const TOKENS: &str = "https://oauth2.googleapis.com/token";

const MISSING: &str = "set google_service_account, or google_client_id, google_client_secret and google_refresh_token, \
     and the organizer; or turn mock mode on";

/// Most bites of one list that are read.
const MOST_BITES: usize = 20;

pub(super) struct Google {
    signed: Signed,
    /// The calendar in which events are made.
    organizer: String,
}

impl Google {
    pub(super) fn new(supplies: &Supplies, settings: &Settings) -> Result<Self, Error> {
        let organizer = settings.text("organizer").unwrap_or("primary").to_owned();
        let mut own = settings.below("google_");
        if organizer != "primary" {
            // Without acting as a person, a service account may invite nobody.
            own = own.with([("user", organizer.clone())]);
        }
        let endpoint = |name: &str, vendor: &str| {
            let address = own.text(name).unwrap_or(vendor);
            let reach = Reach::of_vendor(own.is_chosen(name));
            supplies
                .outbound
                .endpoint("google calendar", address, reach)
        };
        let identity = Identity::new("calendar_scheduler", "calendar", &own)?;
        let form = identity.map(|identity| -> Form { Box::new(move |now| identity.form(now)) });
        Ok(Self {
            signed: Signed::new(
                endpoint("url", API)?,
                endpoint("token_url", TOKENS)?,
                Vec::new(),
                form,
                MISSING,
                std::sync::Arc::clone(&supplies.clock),
            ),
            organizer,
        })
    }

    fn request(&self, method: Method, path: &[&str]) -> Request {
        let whole: Vec<&str> = ["calendar", "v3"]
            .into_iter()
            .chain(path.iter().copied())
            .collect();
        self.signed.api.request(method, &whole)
    }

    fn of_event(&self, method: Method, id: &str) -> Request {
        self.request(method, &["calendars", &self.organizer, "events", id])
    }

    /// Sends, and gives the answer when it is no error or of a status that is expected.
    async fn answer(
        &self,
        request: Request,
        expected: &[u16],
        deadline: Deadline,
    ) -> Result<HttpAnswer, ToolError> {
        let answer = self.signed.send(request, deadline).await?;
        if expected.contains(&answer.status.as_u16()) {
            return Ok(answer);
        }
        let said: ErrorAnswer = serde_json::from_slice(&answer.body).unwrap_or_default();
        let reason = said
            .error
            .errors
            .first()
            .map_or("", |error| error.reason.as_str());
        let fault = self
            .signed
            .api
            .fault(&answer, Some(&said.error.message), Unavailable::Unknown);
        match fault {
            None => Ok(answer),
            // Limits come as 403 too.
            Some(ToolError::Refused { message, .. })
                if matches!(
                    reason,
                    "rateLimitExceeded" | "userRateLimitExceeded" | "quotaExceeded"
                ) =>
            {
                Err(ToolError::NotSent {
                    message,
                    retry_after: self.signed.api.retry_after(&answer),
                })
            }
            Some(ToolError::Refused { message, .. }) => Err(ToolError::Refused {
                message,
                hint: hint_for(answer.status, reason).map(str::to_owned),
            }),
            Some(other) => Err(other),
        }
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        request: Request,
        deadline: Deadline,
    ) -> Result<T, ToolError> {
        let answer = self.answer(request, &[], deadline).await?;
        self.signed.api.json(&answer)
    }
}

fn hint_for(status: StatusCode, reason: &str) -> Option<&'static str> {
    Some(match (status, reason) {
        (StatusCode::UNAUTHORIZED, _) => "check the calendar's credentials",
        (_, "forbiddenForNonOrganizer") => {
            "only the organizer may change this event; set the organizer that made it"
        }
        (_, "forbidden" | "insufficientPermissions") => {
            "grant the scope calendar, and access to the calendar"
        }
        (StatusCode::NOT_FOUND, _) => {
            "check the organizer, and that the account was given access to its calendar"
        }
        _ => return None,
    })
}

/// Letters a to v and digits, and never the same for two keys.
fn event_id(draft: &Draft<'_>) -> String {
    format!("avops{}", draft.mark.simple())
}

#[async_trait]
impl Vendor for Google {
    async fn made(
        &self,
        draft: &Draft<'_>,
        deadline: Deadline,
    ) -> Result<Option<Remote>, ToolError> {
        self.read(&event_id(draft), deadline).await
    }

    async fn make(&self, draft: &Draft<'_>, deadline: Deadline) -> Result<Remote, ToolError> {
        let id = event_id(draft);
        let mut attendees = vec![json!({ "email": draft.room, "resource": true })];
        attendees.extend(
            draft
                .attendees
                .iter()
                .map(|email| json!({ "email": email })),
        );
        let body = json!({
            "id": id,
            "summary": draft.title,
            "description": draft.description,
            "location": draft.room_name,
            "start": { "dateTime": draft.span.start, "timeZone": "UTC" },
            "end": { "dateTime": draft.span.end, "timeZone": "UTC" },
            "attendees": attendees,
            "extendedProperties": { "private": { "avops": draft.mark } },
        });
        let mut request = self.request(Method::POST, &["calendars", &self.organizer, "events"]);
        // Without, nobody hears of it, also not the room.
        set_query(&mut request, &[("sendUpdates", "all")]);
        set_json(&mut request, &body)?;
        let made = match self.answer(request, &[409], deadline).await {
            Ok(answer) if answer.status == StatusCode::CONFLICT => None,
            Ok(answer) => Some(self.signed.api.json::<Event>(&answer)?),
            // The answer was lost: the id tells whether the event is there.
            Err(ToolError::Unknown { message }) => {
                return match self.read(&id, deadline).await {
                    Ok(Some(event)) => Ok(event),
                    Ok(None) | Err(_) => Err(ToolError::Unknown { message }),
                };
            }
            Err(other) => return Err(other),
        };
        match made {
            Some(event) => Ok(event.remote()),
            None => self.read(&id, deadline).await?.ok_or_else(|| ToolError::Unknown {
                message: "calendar_scheduler: google says that the event is there, and does not show it".to_owned(),
            }),
        }
    }

    async fn read(&self, id: &str, deadline: Deadline) -> Result<Option<Remote>, ToolError> {
        let answer = self
            .answer(self.of_event(Method::GET, id), &[404, 410], deadline)
            .await?;
        if !answer.status.is_success() {
            return Ok(None);
        }
        Ok(Some(self.signed.api.json::<Event>(&answer)?.remote()))
    }

    async fn shift(
        &self,
        event: &Remote,
        span: Span,
        deadline: Deadline,
    ) -> Result<Remote, ToolError> {
        let mut request = self.of_event(Method::PATCH, &event.id);
        set_query(&mut request, &[("sendUpdates", "all")]);
        guard(&mut request, event);
        let at = |time: Timestamp| json!({ "dateTime": time, "timeZone": "UTC" });
        set_json(
            &mut request,
            &json!({ "start": at(span.start), "end": at(span.end) }),
        )?;
        let answer = self.answer(request, &[412], deadline).await?;
        if answer.status == StatusCode::PRECONDITION_FAILED {
            return Err(changed_meanwhile());
        }
        Ok(self.signed.api.json::<Event>(&answer)?.remote())
    }

    /// Google keeps no reason with a cancellation.
    async fn cancel(
        &self,
        event: &Remote,
        _reason: &str,
        deadline: Deadline,
    ) -> Result<(), ToolError> {
        let mut request = self.of_event(Method::DELETE, &event.id);
        set_query(&mut request, &[("sendUpdates", "all")]);
        // 410: it was cancelled before.
        self.answer(request, &[410], deadline).await.map(drop)
    }

    async fn busy(
        &self,
        rooms: &[&str],
        span: Span,
        deadline: Deadline,
    ) -> Result<Vec<(String, Span)>, ToolError> {
        let items: Vec<Value> = rooms.iter().map(|room| json!({ "id": room })).collect();
        let mut request = self.request(Method::POST, &["freeBusy"]);
        let body = json!({ "timeMin": span.start, "timeMax": span.end, "timeZone": "UTC", "items": items });
        set_json(&mut request, &body)?;
        let answer: FreeBusyAnswer = self.ask(request, deadline).await?;
        let mut busy = Vec::new();
        for room in rooms {
            let found = answer
                .calendars
                .iter()
                .find(|(id, _)| id.eq_ignore_ascii_case(room));
            let reason = match found {
                None => Some("it is not in the answer"),
                Some((_, calendar)) => calendar.errors.first().map(|error| error.reason.as_str()),
            };
            if let Some(reason) = reason {
                return Err(refused(
                    &format!("google does not show when `{room}` is taken: {reason}"),
                    "check the address, and share the room's calendar with the account",
                ));
            }
            let spans = found.into_iter().flat_map(|(_, calendar)| &calendar.busy);
            busy.extend(spans.map(|taken| {
                let taken = Span {
                    start: taken.start,
                    end: taken.end,
                };
                ((*room).to_owned(), taken)
            }));
        }
        Ok(busy)
    }

    async fn events(
        &self,
        room: &str,
        span: Span,
        deadline: Deadline,
    ) -> Result<Vec<Remote>, ToolError> {
        let (mut events, mut token) = (Vec::new(), String::new());
        for _ in 0..MOST_BITES {
            let mut request = self.request(Method::GET, &["calendars", room, "events"]);
            let (from, to) = (span.start.to_string(), span.end.to_string());
            set_query(
                &mut request,
                &[
                    ("timeMin", from.as_str()),
                    ("timeMax", to.as_str()),
                    ("singleEvents", "true"),
                    ("orderBy", "startTime"),
                    ("maxResults", "250"),
                ],
            );
            if !token.is_empty() {
                set_query(&mut request, &[("pageToken", &token)]);
            }
            let bite: Events = self.ask(request, deadline).await?;
            let of_room = |event: Event| Remote {
                room: Some(room.to_owned()),
                ..event.remote()
            };
            events.extend(bite.items.into_iter().map(of_room));
            token = bite.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        Ok(events)
    }

    async fn health(&self, deadline: Deadline) -> Result<String, ToolError> {
        let request = self.request(Method::GET, &["calendars", &self.organizer]);
        let calendar: CalendarAnswer = self.ask(request, deadline).await?;
        Ok(format!("google shows the calendar {}", calendar.summary))
    }
}

/// An etag guards against a change in between.
pub(super) fn guard(request: &mut Request, event: &Remote) {
    let etag = event
        .etag
        .as_deref()
        .and_then(|etag| HeaderValue::from_str(etag).ok());
    if let Some(etag) = etag {
        request.headers_mut().insert(IF_MATCH, etag);
    }
}

/// The guard held, so nothing was done.
pub(super) fn changed_meanwhile() -> ToolError {
    ToolError::NotSent {
        message: "calendar_scheduler: somebody changed the event meanwhile; nothing was changed"
            .to_owned(),
        retry_after: None,
    }
}

#[derive(Default, Deserialize)]
struct ErrorAnswer {
    #[serde(default)]
    error: ErrorText,
}

#[derive(Default, Deserialize)]
struct ErrorText {
    #[serde(default)]
    message: String,
    #[serde(default)]
    errors: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
struct FreeBusyAnswer {
    #[serde(default)]
    calendars: HashMap<String, BusyCalendar>,
}

#[derive(Deserialize)]
struct BusyCalendar {
    #[serde(default)]
    busy: Vec<Taken>,
    #[serde(default)]
    errors: Vec<Reason>,
}

#[derive(Deserialize)]
struct Taken {
    start: Timestamp,
    end: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Events {
    #[serde(default)]
    items: Vec<Event>,
    #[serde(default)]
    next_page_token: String,
}

#[derive(Deserialize)]
struct CalendarAnswer {
    #[serde(default)]
    summary: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    id: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    start: When,
    #[serde(default)]
    end: When,
    #[serde(default)]
    attendees: Vec<Attendee>,
    #[serde(default)]
    created: Timestamp,
    #[serde(default)]
    updated: Timestamp,
    html_link: Option<String>,
    etag: Option<String>,
}

/// A moment, or a whole day.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct When {
    date_time: Option<Timestamp>,
    date: Option<jiff::civil::Date>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attendee {
    #[serde(default)]
    email: String,
    #[serde(default)]
    resource: bool,
    #[serde(default)]
    response_status: String,
}

impl When {
    /// Days begin at midnight UTC here: nobody says in which zone the room is.
    fn moment(&self) -> Timestamp {
        let day = self
            .date
            .and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC).ok());
        let day = day.map(|day| day.timestamp());
        self.date_time.or(day).unwrap_or_default()
    }
}

impl Event {
    fn remote(self) -> Remote {
        let room = self.attendees.iter().find(|attendee| attendee.resource);
        let answer = match room.map(|room| room.response_status.as_str()) {
            Some("accepted") | None => Answer::Accepted,
            Some("declined") => Answer::Declined,
            Some(_) => Answer::Pending,
        };
        Remote {
            room: room.map(|room| room.email.to_lowercase()),
            answer,
            title: self.summary,
            description: self.description,
            start: self.start.moment(),
            end: self.end.moment(),
            attendees: self
                .attendees
                .iter()
                .filter(|attendee| !attendee.resource)
                .map(|attendee| attendee.email.clone())
                .collect(),
            cancelled: self.status == "cancelled",
            created: self.created,
            updated: self.updated,
            url: self.html_link,
            etag: self.etag,
            id: self.id,
        }
    }
}
