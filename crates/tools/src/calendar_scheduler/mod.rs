//! Calendar of rooms: the actions, over any store of events.

mod calendar;
mod file;
mod google;
mod microsoft;
mod outside;
pub(crate) mod simulator;
mod times;
mod tokens;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use avops_engine::{Artifact, Clock, ToolCall, ToolError, ToolReply};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::arguments::read as arguments;
use crate::directory::{Directory, Place};
use crate::{Connector, Error, Manifest, Settings, Supplies};
pub(crate) use calendar::{Calendar, CalendarError, Entry, Event, EventChange};
pub(crate) use file::FileCalendar;
use google::Google;
use microsoft::Microsoft;
use outside::{Outside, Vendor};
use times::{Span, instant};

/// What the connector says about itself.
pub(crate) const MANIFEST: &str = include_str!("manifest.yaml");

/// Keeps events. Changes are durable when they return, and a key does its work once.
#[async_trait]
pub(crate) trait EventStore: Send + Sync {
    /// Carries an entry out; with a key that was seen before, gives the event of the first time.
    async fn change(&self, entry: Entry, timeout: Duration) -> Result<Event, CalendarError>;

    /// Reads one event.
    async fn get(&self, id: &str, timeout: Duration) -> Result<Event, CalendarError>;

    /// The events that lie within a span of time at least in part, cancelled ones included, by their start.
    async fn within(
        &self,
        start: Timestamp,
        end: Timestamp,
        timeout: Duration,
    ) -> Result<Vec<Event>, CalendarError>;

    /// Says whether a change would be kept now, and where.
    async fn health(&self) -> Result<String, String>;
}

/// Longest wait for a vendor's health check.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(3);

/// The connector.
pub(crate) struct CalendarScheduler {
    manifest: Manifest,
    /// The vendor's calendar in place of the built-in one, where that is set.
    outside: Option<Outside>,
    store: Arc<dyn EventStore>,
    directory: Arc<Directory>,
    clock: Arc<dyn Clock>,
}

#[derive(Deserialize)]
struct FreeBusy {
    rooms: Vec<String>,
    from: String,
    to: String,
    minutes: Option<i64>,
    timezone: Option<String>,
}

#[derive(Deserialize)]
struct ListEvents {
    room: Option<String>,
    from: String,
    to: String,
    timezone: Option<String>,
    #[serde(default)]
    cancelled: bool,
}

#[derive(Deserialize)]
struct CreateEvent {
    title: String,
    #[serde(default)]
    description: String,
    room: String,
    start: String,
    end: Option<String>,
    minutes: Option<i64>,
    timezone: Option<String>,
    #[serde(default)]
    attendees: Vec<String>,
    #[serde(default)]
    overlap: bool,
}

#[derive(Deserialize)]
struct RescheduleEvent {
    id: String,
    start: String,
    end: Option<String>,
    minutes: Option<i64>,
    timezone: Option<String>,
    #[serde(default)]
    overlap: bool,
}

#[derive(Deserialize)]
struct CancelEvent {
    id: String,
    reason: Option<String>,
}

impl CalendarScheduler {
    pub(crate) fn new(supplies: &Supplies, settings: &Settings) -> Result<Self, Error> {
        let vendor: Option<Box<dyn Vendor>> = match settings.text("backend") {
            Some("google") => Some(Box::new(Google::new(supplies, settings)?)),
            Some("microsoft") => Some(Box::new(Microsoft::new(supplies, settings)?)),
            _ => None,
        };
        let (directory, clock) = (&supplies.directory, &supplies.clock);
        let outside = |vendor| Outside::new(vendor, Arc::clone(directory), Arc::clone(clock));
        Ok(Self {
            manifest: Manifest::builtin(MANIFEST)?,
            outside: vendor.map(outside),
            store: Arc::clone(&supplies.events),
            directory: Arc::clone(&supplies.directory),
            clock: Arc::clone(&supplies.clock),
        })
    }

    fn room(&self, wanted: &str) -> Result<Place, ToolError> {
        self.directory
            .room(wanted)
            .map_err(|error| ToolError::Refused {
                message: format!("calendar_scheduler: {error}"),
                hint: Some("rooms are registered in the directory of rooms and devices".to_owned()),
            })
    }

    async fn free_busy(&self, args: &FreeBusy, timeout: Duration) -> Result<Value, ToolError> {
        let rooms: Vec<Place> = args
            .rooms
            .iter()
            .map(|room| self.room(room))
            .collect::<Result<_, _>>()?;
        let zone = args.timezone.as_deref();
        let zone = zone.or_else(|| rooms.first()?.time_zone.as_deref());
        let span = Span::within(&args.from, &args.to, zone)?;
        let events = self.within(span, timeout).await?;
        let shortest = args.minutes.unwrap_or(0);
        let mut all_free = true;
        let rooms: Vec<Value> = rooms
            .iter()
            .map(|room| {
                let busy: Vec<&Event> = events
                    .iter()
                    .filter(|event| event.room == room.id && event.takes(span.start, span.end))
                    .collect();
                all_free &= busy.is_empty();
                let free = span.without(busy.iter().map(|event| Span {
                    start: event.start,
                    end: event.end,
                }));
                let free: Vec<Span> = free
                    .into_iter()
                    .filter(|free| free.minutes() >= shortest)
                    .collect();
                json!({
                    "room": room.id,
                    "name": room.name,
                    "is_free": busy.is_empty(),
                    "busy": busy.iter().map(|event| json!({
                        "start": event.start, "end": event.end, "event": event.id, "title": event.title,
                    })).collect::<Vec<_>>(),
                    "free": free,
                })
            })
            .collect();
        Ok(json!({ "from": span.start, "to": span.end, "all_free": all_free, "rooms": rooms }))
    }

    async fn list(&self, args: &ListEvents, timeout: Duration) -> Result<Value, ToolError> {
        let room = match &args.room {
            None => None,
            Some(room) => Some(self.room(room)?),
        };
        let zone = args.timezone.as_deref();
        let zone = zone.or_else(|| room.as_ref()?.time_zone.as_deref());
        let span = Span::within(&args.from, &args.to, zone)?;
        let mut events = self.within(span, timeout).await?;
        events.retain(|event| {
            (args.cancelled || event.status != "cancelled")
                && room.as_ref().is_none_or(|room| room.id == event.room)
        });
        Ok(json!(events))
    }

    async fn within(&self, span: Span, timeout: Duration) -> Result<Vec<Event>, ToolError> {
        let events = self.store.within(span.start, span.end, timeout).await;
        events.map_err(|error| refusal(&error))
    }

    async fn change(&self, call: &ToolCall, change: EventChange) -> Result<Event, ToolError> {
        let entry = Entry {
            key: call.idempotency_key.clone(),
            at: self.clock.now(),
            change,
        };
        let event = self.store.change(entry, call.timeout).await;
        event.map_err(|error| refusal(&error))
    }

    async fn create(&self, call: &ToolCall) -> Result<ToolReply, ToolError> {
        let args: CreateEvent = arguments(call)?;
        let room = self.room(&args.room)?;
        let zone = args.timezone.as_deref().or(room.time_zone.as_deref());
        let start = instant("start", &args.start, zone)?;
        let end = times::end(start, args.end.as_deref(), args.minutes, zone)?;
        let end = end.ok_or_else(|| ToolError::Refused {
            message: "calendar_scheduler: neither `end` nor `minutes` says how long it lasts"
                .to_owned(),
            hint: Some("nothing was booked; give one of them".to_owned()),
        })?;
        let change = EventChange::Create {
            title: args.title,
            description: args.description,
            room: room.id,
            start,
            end,
            attendees: args.attendees,
            overlap: args.overlap,
        };
        let event = self.change(call, change).await?;
        let artifact = Artifact {
            kind: "event".to_owned(),
            title: format!("{}: {}", event.id, event.title),
            external_id: Some(event.id.clone()),
            url: None,
            data: json!(event),
        };
        Ok(ToolReply {
            output: json!(event),
            artifacts: vec![artifact],
        })
    }

    async fn reschedule(&self, call: &ToolCall) -> Result<Value, ToolError> {
        let args: RescheduleEvent = arguments(call)?;
        let event = self.store.get(&args.id, call.timeout).await;
        let event = event.map_err(|error| refusal(&error))?;
        // The room may have left the directory since; then local times need a zone of their own.
        let room = self.directory.room(&event.room).ok();
        let zone = args.timezone.as_deref();
        let zone = zone.or_else(|| room.as_ref()?.time_zone.as_deref());
        let start = instant("start", &args.start, zone)?;
        let change = EventChange::Reschedule {
            id: args.id,
            start,
            end: times::end(start, args.end.as_deref(), args.minutes, zone)?,
            overlap: args.overlap,
        };
        Ok(json!(self.change(call, change).await?))
    }
}

#[async_trait]
impl Connector for CalendarScheduler {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    async fn health(&self) -> Result<String, String> {
        match &self.outside {
            Some(outside) => outside.health(HEALTH_TIMEOUT).await,
            None => self.store.health().await,
        }
    }

    async fn call(&self, call: &ToolCall) -> Result<ToolReply, ToolError> {
        if let Some(outside) = &self.outside {
            return outside.call(call).await;
        }
        let output = match call.action.as_str() {
            "free_busy" => self.free_busy(&arguments(call)?, call.timeout).await?,
            "list_events" => self.list(&arguments(call)?, call.timeout).await?,
            "create_event" => return self.create(call).await,
            "reschedule_event" => self.reschedule(call).await?,
            "cancel_event" => {
                let CancelEvent { id, reason } = arguments(call)?;
                let event = self
                    .change(call, EventChange::Cancel { id, reason })
                    .await?;
                json!(event)
            }
            other => return Err(crate::no_such_action("calendar_scheduler", other)),
        };
        Ok(ToolReply {
            output,
            artifacts: Vec::new(),
        })
    }
}

/// What a store's error means for the call.
fn refusal(error: &CalendarError) -> ToolError {
    let message = format!("calendar_scheduler: {error}");
    match error {
        CalendarError::Unavailable(_) => ToolError::NotSent {
            message,
            retry_after: None,
        },
        CalendarError::Unknown(_) => ToolError::Unknown { message },
        CalendarError::Taken { .. } => ToolError::Refused {
            message,
            hint: Some("nothing was booked; `free_busy` gives the times that are free".to_owned()),
        },
        CalendarError::NoSuchEvent(_)
        | CalendarError::Backwards { .. }
        | CalendarError::Cancelled(_)
        | CalendarError::KeyReused(_) => ToolError::Refused {
            message,
            hint: None,
        },
    }
}
