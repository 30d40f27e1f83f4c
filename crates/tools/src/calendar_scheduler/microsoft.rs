//! Calendars of Microsoft 365 (Graph v1.0) as a vendor.
//!
//! Sources: Microsoft's Graph documentation. A `transactionId` lets the server spot a repeated creation; it cannot be
//! searched for, so the organizer's calendar is looked through around the event's time first. Times carry no offset: UTC
//! is asked for. `getSchedule` answers 200 also for addresses that it does not know, with the error beside them.

mod wire;

use async_trait::async_trait;
use avops_engine::ToolError;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Method, Request, StatusCode, Url};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::google::{changed_meanwhile, guard};
use super::outside::{Draft, Remote, Vendor, refused};
use super::times::Span;
use super::tokens::{Form, Signed};
use crate::outbound::{Answer as HttpAnswer, Deadline, Reach, Unavailable, set_json, set_query};
use crate::{Error, Settings, Supplies};
use wire::{Event, Events, Schedules};

const API: &str = "https://graph.microsoft.com";
const TOKENS: &str = "https://login.microsoftonline.com";
const SCOPE: &str = "https://graph.microsoft.com/.default";

const MISSING: &str = "set microsoft_tenant, microsoft_client_id, microsoft_client_secret and the organizer; or turn mock mode on";

/// Most bites of one list that are read.
const MOST_BITES: usize = 20;

static PREFER: HeaderName = HeaderName::from_static("prefer");

pub(super) struct Microsoft {
    signed: Signed,
    /// The mailbox in whose calendar events are made.
    organizer: Option<String>,
}

impl Microsoft {
    pub(super) fn new(supplies: &Supplies, settings: &Settings) -> Result<Self, Error> {
        let own = settings.below("microsoft_");
        let endpoint = |name: &str, vendor: &str| {
            let address = own.text(name).unwrap_or(vendor);
            let reach = Reach::of_vendor(own.is_chosen(name));
            supplies
                .outbound
                .endpoint("microsoft graph", address, reach)
        };
        let credentials = (
            own.text("tenant"),
            own.text("client_id"),
            own.secret("client_secret"),
        );
        let (path, form) = match credentials {
            (Some(tenant), Some(id), Some(secret)) => {
                let path = [tenant, "oauth2", "v2.0", "token"]
                    .map(str::to_owned)
                    .to_vec();
                let (id, secret) = (id.to_owned(), secret.clone());
                let form: Form = Box::new(move |_| {
                    Ok(vec![
                        ("grant_type", "client_credentials".to_owned()),
                        ("client_id", id.clone()),
                        ("client_secret", secret.expose().to_owned()),
                        ("scope", SCOPE.to_owned()),
                    ])
                });
                (path, Some(form))
            }
            _ => (Vec::new(), None),
        };
        Ok(Self {
            signed: Signed::new(
                endpoint("url", API)?,
                endpoint("token_url", TOKENS)?,
                path,
                form,
                MISSING,
                std::sync::Arc::clone(&supplies.clock),
            ),
            organizer: settings.text("organizer").map(str::to_owned),
        })
    }

    /// With an application's credentials there is no `me`.
    fn organizer(&self) -> Result<&str, ToolError> {
        self.organizer
            .as_deref()
            .ok_or_else(|| refused("no organizer is set; nothing was sent", MISSING))
    }

    fn request(&self, method: Method, user: &str, path: &[&str]) -> Request {
        let whole: Vec<&str> = ["v1.0", "users", user]
            .into_iter()
            .chain(path.iter().copied())
            .collect();
        let mut request = self.signed.api.request(method, &whole);
        let prefer = HeaderValue::from_static(r#"outlook.timezone="UTC", IdType="ImmutableId""#);
        request.headers_mut().insert(PREFER.clone(), prefer);
        request
    }

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
        let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let text = |field: &str| said["error"][field].as_str().unwrap_or_default().to_owned();
        let said = format!("{}: {}", text("code"), text("message"));
        match self
            .signed
            .api
            .fault(&answer, Some(&said), Unavailable::Unknown)
        {
            None => Ok(answer),
            Some(ToolError::Refused { message, .. }) => Err(ToolError::Refused {
                message,
                hint: hint_for(answer.status).map(str::to_owned),
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

    /// The events of a mailbox within a span. Links to further bites are followed by their query alone: never to
    /// another host.
    async fn view(
        &self,
        user: &str,
        span: Span,
        deadline: Deadline,
    ) -> Result<Vec<Event>, ToolError> {
        let first = |request: &mut Request| {
            let (from, to) = (span.start.to_string(), span.end.to_string());
            let query = [
                ("startDateTime", from.as_str()),
                ("endDateTime", to.as_str()),
                ("$top", "100"),
            ];
            set_query(request, &query);
        };
        let (mut events, mut next) = (Vec::new(), None::<String>);
        for _ in 0..MOST_BITES {
            let mut request = self.request(Method::GET, user, &["calendarView"]);
            match &next {
                None => first(&mut request),
                Some(query) => request.url_mut().set_query(Some(query)),
            }
            let bite: Events = self.ask(request, deadline).await?;
            events.extend(bite.value);
            let link = bite
                .next_link
                .as_deref()
                .and_then(|link| Url::parse(link).ok());
            next = link.and_then(|link| link.query().map(str::to_owned));
            if next.is_none() {
                break;
            }
        }
        Ok(events)
    }
}

fn hint_for(status: StatusCode) -> Option<&'static str> {
    Some(match status {
        StatusCode::UNAUTHORIZED => "check the calendar's credentials",
        StatusCode::FORBIDDEN => {
            "grant the application Calendars.ReadWrite with an admin's consent, and access to the mailbox"
        }
        StatusCode::NOT_FOUND => "check the organizer and the address of the room",
        _ => return None,
    })
}

fn zoned(time: Timestamp) -> Value {
    let local = time.to_zoned(TimeZone::UTC).datetime();
    json!({ "dateTime": local.to_string(), "timeZone": "UTC" })
}

#[async_trait]
impl Vendor for Microsoft {
    async fn made(
        &self,
        draft: &Draft<'_>,
        deadline: Deadline,
    ) -> Result<Option<Remote>, ToolError> {
        let events = self.view(self.organizer()?, draft.span, deadline).await?;
        let mark = draft.mark.to_string();
        let is_it = |event: &Event| event.transaction_id.as_deref() == Some(&mark);
        Ok(events.into_iter().find(is_it).map(Event::remote))
    }

    async fn make(&self, draft: &Draft<'_>, deadline: Deadline) -> Result<Remote, ToolError> {
        let address = |address: &str, kind: &str| json!({ "emailAddress": { "address": address }, "type": kind });
        let mut attendees = vec![address(draft.room, "resource")];
        attendees.extend(
            draft
                .attendees
                .iter()
                .map(|person| address(person, "required")),
        );
        let body = json!({
            "subject": draft.title,
            "body": { "contentType": "text", "content": draft.description },
            "start": zoned(draft.span.start),
            "end": zoned(draft.span.end),
            "location": { "displayName": draft.room_name, "locationEmailAddress": draft.room },
            "attendees": attendees,
            "transactionId": draft.mark,
        });
        let mut request = self.request(Method::POST, self.organizer()?, &["events"]);
        set_json(&mut request, &body)?;
        match self.ask::<Event>(request, deadline).await {
            Ok(event) => Ok(event.remote()),
            // The answer was lost: the mark tells whether the event is there.
            Err(ToolError::Unknown { message }) => match self.made(draft, deadline).await {
                Ok(Some(event)) => Ok(event),
                Ok(None) | Err(_) => Err(ToolError::Unknown { message }),
            },
            Err(other) => Err(other),
        }
    }

    async fn read(&self, id: &str, deadline: Deadline) -> Result<Option<Remote>, ToolError> {
        let request = self.request(Method::GET, self.organizer()?, &["events", id]);
        let answer = self.answer(request, &[404], deadline).await?;
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
        let mut request = self.request(Method::PATCH, self.organizer()?, &["events", &event.id]);
        guard(&mut request, event);
        set_json(
            &mut request,
            &json!({ "start": zoned(span.start), "end": zoned(span.end) }),
        )?;
        let answer = self.answer(request, &[412], deadline).await?;
        if answer.status == StatusCode::PRECONDITION_FAILED {
            return Err(changed_meanwhile());
        }
        Ok(self.signed.api.json::<Event>(&answer)?.remote())
    }

    async fn cancel(
        &self,
        event: &Remote,
        reason: &str,
        deadline: Deadline,
    ) -> Result<(), ToolError> {
        let mut request = self.request(
            Method::POST,
            self.organizer()?,
            &["events", &event.id, "cancel"],
        );
        set_json(&mut request, &json!({ "comment": reason }))?;
        match self.answer(request, &[404], deadline).await {
            Ok(_) => Ok(()),
            // A cancelled event is gone from the organizer's calendar.
            Err(ToolError::Unknown { message }) => match self.read(&event.id, deadline).await {
                Ok(None) => Ok(()),
                _ => Err(ToolError::Unknown { message }),
            },
            Err(other) => Err(other),
        }
    }

    async fn busy(
        &self,
        rooms: &[&str],
        span: Span,
        deadline: Deadline,
    ) -> Result<Vec<(String, Span)>, ToolError> {
        let mut request = self.request(
            Method::POST,
            self.organizer()?,
            &["calendar", "getSchedule"],
        );
        let body = json!({
            "schedules": rooms,
            "startTime": zoned(span.start),
            "endTime": zoned(span.end),
            "availabilityViewInterval": 30,
        });
        set_json(&mut request, &body)?;
        let answer: Schedules = self.ask(request, deadline).await?;
        let mut busy = Vec::new();
        for room in rooms {
            let schedule = answer
                .value
                .iter()
                .find(|one| one.id.eq_ignore_ascii_case(room));
            let reason = match schedule {
                None => Some("it is not in the answer".to_owned()),
                Some(schedule) => schedule.error.as_ref().map(|error| error.message.clone()),
            };
            if let Some(reason) = reason {
                return Err(refused(
                    &format!("microsoft does not show when `{room}` is taken: {reason}"),
                    "check the address of the room",
                ));
            }
            for item in schedule.into_iter().flat_map(|schedule| &schedule.items) {
                if !matches!(item.status.as_str(), "free" | "workingElsewhere") {
                    let taken = Span {
                        start: item.start.moment(),
                        end: item.end.moment(),
                    };
                    busy.push(((*room).to_owned(), taken));
                }
            }
        }
        Ok(busy)
    }

    async fn events(
        &self,
        room: &str,
        span: Span,
        deadline: Deadline,
    ) -> Result<Vec<Remote>, ToolError> {
        let events = self.view(room, span, deadline).await?;
        let of_room = |event: Event| Remote {
            room: Some(room.to_owned()),
            ..event.remote()
        };
        Ok(events.into_iter().map(of_room).collect())
    }

    async fn health(&self, deadline: Deadline) -> Result<String, ToolError> {
        let mut request = self.request(Method::GET, self.organizer()?, &["calendar"]);
        set_query(&mut request, &[("$select", "id,name")]);
        let calendar: Value = self.ask(request, deadline).await?;
        Ok(format!(
            "microsoft shows the calendar {}",
            calendar["name"].as_str().unwrap_or_default()
        ))
    }
}
