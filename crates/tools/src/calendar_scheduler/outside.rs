//! The same actions over a vendor's calendar: Google's or Microsoft's.
//!
//! Neither stops two events in one room; the room itself says yes or no a moment later. So the room is asked whether it
//! is free before it is booked, and its answer is waited for after.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use avops_engine::{Artifact, Clock, ToolCall, ToolError, ToolReply};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::times::{self, Span, instant};
use super::{CancelEvent, CreateEvent, FreeBusy, ListEvents, RescheduleEvent};
use crate::arguments::read as arguments;
use crate::directory::{Directory, NotFound, Place};
use crate::outbound::{Deadline, before_acting};

/// The pauses in which a room may make up its mind.
const ANSWERS: [Duration; 4] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(3),
];

/// Name space of the marks that are made from keys.
const NAMESPACE: Uuid = Uuid::from_u128(0x6a2f_90c4_51be_4e0d_8a77_3c19_e0b5_42d1);

/// What the room says to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Pending,
    Accepted,
    Declined,
}

/// An event as a vendor has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Remote {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) description: String,
    /// E-mail address of the room, in small letters.
    pub(super) room: Option<String>,
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    /// Addresses of people.
    pub(super) attendees: Vec<String>,
    pub(super) cancelled: bool,
    pub(super) answer: Answer,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
    pub(super) url: Option<String>,
    /// Guards a change against one in between.
    pub(super) etag: Option<String>,
}

/// An event to be made.
pub(super) struct Draft<'d> {
    pub(super) title: &'d str,
    pub(super) description: &'d str,
    pub(super) room: &'d str,
    pub(super) room_name: &'d str,
    pub(super) span: Span,
    pub(super) attendees: &'d [String],
    /// Made from the call's key: an event is made once under it.
    pub(super) mark: Uuid,
}

/// What both vendors can do. Times are instants; addresses are rooms'.
#[async_trait]
pub(super) trait Vendor: Send + Sync {
    /// The event that was made under a draft's mark, if there is one.
    async fn made(
        &self,
        draft: &Draft<'_>,
        deadline: Deadline,
    ) -> Result<Option<Remote>, ToolError>;

    /// Makes an event; one under a mark that was seen before is not made again.
    async fn make(&self, draft: &Draft<'_>, deadline: Deadline) -> Result<Remote, ToolError>;

    /// Reads an event; nothing when there is none.
    async fn read(&self, id: &str, deadline: Deadline) -> Result<Option<Remote>, ToolError>;

    /// Gives an event another time, unless it changed meanwhile.
    async fn shift(
        &self,
        event: &Remote,
        span: Span,
        deadline: Deadline,
    ) -> Result<Remote, ToolError>;

    /// Cancels an event and tells its people.
    async fn cancel(
        &self,
        event: &Remote,
        reason: &str,
        deadline: Deadline,
    ) -> Result<(), ToolError>;

    /// When rooms are taken. An address that the vendor does not show is an error: it would look free.
    async fn busy(
        &self,
        rooms: &[&str],
        span: Span,
        deadline: Deadline,
    ) -> Result<Vec<(String, Span)>, ToolError>;

    /// The events in a room's own calendar, by their start.
    async fn events(
        &self,
        room: &str,
        span: Span,
        deadline: Deadline,
    ) -> Result<Vec<Remote>, ToolError>;

    /// Reads the calendar in which events are made.
    async fn health(&self, deadline: Deadline) -> Result<String, ToolError>;
}

/// A vendor's calendar.
pub(super) struct Outside {
    vendor: Box<dyn Vendor>,
    directory: Arc<Directory>,
    clock: Arc<dyn Clock>,
}

/// A room and the address of its calendar, in small letters.
struct Room {
    place: Place,
    address: String,
}

impl Outside {
    pub(super) fn new(
        vendor: Box<dyn Vendor>,
        directory: Arc<Directory>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            vendor,
            directory,
            clock,
        }
    }

    pub(super) async fn health(&self, limit: Duration) -> Result<String, String> {
        let health = self.vendor.health(Deadline::after(limit)).await;
        health.map_err(|error| error.to_string())
    }

    pub(super) async fn call(&self, call: &ToolCall) -> Result<ToolReply, ToolError> {
        let deadline = Deadline::after(call.timeout);
        let output = match call.action.as_str() {
            "free_busy" => self.free_busy(&arguments(call)?, deadline).await?,
            "list_events" => self.list(&arguments(call)?, deadline).await?,
            "create_event" => {
                return self
                    .create(&arguments(call)?, &call.idempotency_key, deadline)
                    .await;
            }
            "reschedule_event" => self.reschedule(&arguments(call)?, deadline).await?,
            "cancel_event" => self.cancel(&arguments(call)?, deadline).await?,
            other => return Err(crate::no_such_action("calendar_scheduler", other)),
        };
        Ok(ToolReply {
            output,
            artifacts: Vec::new(),
        })
    }

    fn room(&self, wanted: &str) -> Result<Room, ToolError> {
        let place = self.directory.room(wanted).map_err(|error: NotFound| {
            refused(
                &error.to_string(),
                "rooms are registered under MCP Tools, Rooms and devices",
            )
        })?;
        let address = place.ids.get("calendar_scheduler").or(place.email.as_ref());
        let address = address.ok_or_else(|| {
            refused(
                &format!("the room `{}` has no e-mail address", place.id),
                "register the address of its calendar as its e-mail, or as its id for calendar_scheduler",
            )
        })?;
        Ok(Room {
            address: address.to_lowercase(),
            place,
        })
    }

    async fn free_busy(&self, args: &FreeBusy, deadline: Deadline) -> Result<Value, ToolError> {
        let rooms: Vec<Room> = args
            .rooms
            .iter()
            .map(|room| self.room(room))
            .collect::<Result<_, _>>()?;
        let zone = args.timezone.as_deref();
        let zone = zone.or_else(|| rooms.first()?.place.time_zone.as_deref());
        let span = Span::within(&args.from, &args.to, zone)?;
        let addresses: Vec<&str> = rooms.iter().map(|room| room.address.as_str()).collect();
        let busy = self.vendor.busy(&addresses, span, deadline).await?;
        let shortest = args.minutes.unwrap_or(0);
        let mut all_free = true;
        let rooms: Vec<Value> = rooms
            .iter()
            .map(|room| {
                let mut taken: Vec<Span> = busy
                    .iter()
                    .filter(|(address, taken)| *address == room.address && taken.touches(span))
                    .map(|(_, taken)| *taken)
                    .collect();
                taken.sort_by_key(|taken| taken.start);
                all_free &= taken.is_empty();
                let free: Vec<Span> = span
                    .without(taken.iter().copied())
                    .into_iter()
                    .filter(|free| free.minutes() >= shortest)
                    .collect();
                json!({
                    "room": room.place.id,
                    "name": room.place.name,
                    "is_free": taken.is_empty(),
                    "busy": taken.iter().map(|taken| json!({
                        "start": taken.start, "end": taken.end, "event": null, "title": null,
                    })).collect::<Vec<_>>(),
                    "free": free,
                })
            })
            .collect();
        Ok(json!({ "from": span.start, "to": span.end, "all_free": all_free, "rooms": rooms }))
    }

    async fn list(&self, args: &ListEvents, deadline: Deadline) -> Result<Value, ToolError> {
        let Some(room) = &args.room else {
            return Err(refused(
                "`room` is missing: events are listed for one room at a time",
                "name a room; the built-in calendar alone lists all",
            ));
        };
        let room = self.room(room)?;
        let zone = args.timezone.as_deref().or(room.place.time_zone.as_deref());
        let span = Span::within(&args.from, &args.to, zone)?;
        let mut events = self.vendor.events(&room.address, span, deadline).await?;
        events.retain(|event| args.cancelled || !event.cancelled);
        let events = events.iter().map(|event| self.shown(event, None));
        Ok(json!(events.collect::<Vec<_>>()))
    }

    async fn create(
        &self,
        args: &CreateEvent,
        key: &str,
        deadline: Deadline,
    ) -> Result<ToolReply, ToolError> {
        let room = self.room(&args.room)?;
        let zone = args.timezone.as_deref().or(room.place.time_zone.as_deref());
        let start = instant("start", &args.start, zone)?;
        let end = times::end(start, args.end.as_deref(), args.minutes, zone)?;
        let end = end.ok_or_else(|| {
            refused(
                "neither `end` nor `minutes` says how long it lasts",
                "nothing was booked; give one of them",
            )
        })?;
        let draft = Draft {
            title: &args.title,
            description: &args.description,
            room: &room.address,
            room_name: &room.place.name,
            span: forwards(start, end)?,
            attendees: &args.attendees,
            mark: Uuid::new_v5(&NAMESPACE, key.as_bytes()),
        };
        let earlier = self
            .vendor
            .made(&draft, deadline)
            .await
            .map_err(before_acting)?;
        let event = if let Some(event) = earlier {
            event
        } else {
            if !args.overlap {
                self.refuse_taken(&room, draft.span, None, deadline).await?;
            }
            self.vendor.make(&draft, deadline).await?
        };
        let event = self.answered(event, args.overlap, deadline).await?;
        let output = self.shown(&event, None);
        let artifact = Artifact {
            kind: "event".to_owned(),
            title: event.title.clone(),
            external_id: Some(event.id.clone()),
            url: event.url.clone(),
            data: output.clone(),
        };
        Ok(ToolReply {
            output,
            artifacts: vec![artifact],
        })
    }

    async fn reschedule(
        &self,
        args: &RescheduleEvent,
        deadline: Deadline,
    ) -> Result<Value, ToolError> {
        let event = self.existing(&args.id, deadline).await?;
        if event.cancelled {
            return Err(refused(
                &format!("{} is cancelled", args.id),
                "create a new event",
            ));
        }
        let room = event
            .room
            .as_deref()
            .and_then(|address| self.room(address).ok());
        let zone = args.timezone.as_deref();
        let zone = zone.or_else(|| room.as_ref()?.place.time_zone.as_deref());
        let start = instant("start", &args.start, zone)?;
        let length = event.end.duration_since(event.start);
        let end = times::end(start, args.end.as_deref(), args.minutes, zone)?;
        let span = forwards(
            start,
            end.unwrap_or(start.saturating_add(length).unwrap_or(start)),
        )?;
        if span
            == (Span {
                start: event.start,
                end: event.end,
            })
        {
            return Ok(self.shown(&event, None));
        }
        if let Some(room) = &room
            && !args.overlap
        {
            self.refuse_taken(room, span, Some(&event), deadline)
                .await?;
        }
        let moved = self.vendor.shift(&event, span, deadline).await?;
        if moved.start != span.start || moved.end != span.end {
            return Err(refused(
                &format!(
                    "the event is from {} to {}, not as it was told",
                    moved.start, moved.end
                ),
                "look at it in the calendar",
            ));
        }
        let moved = self.answered(moved, args.overlap, deadline).await?;
        Ok(self.shown(&moved, None))
    }

    async fn cancel(&self, args: &CancelEvent, deadline: Deadline) -> Result<Value, ToolError> {
        let mut event = self.existing(&args.id, deadline).await?;
        if !event.cancelled {
            let reason = args.reason.as_deref().unwrap_or_default();
            self.vendor.cancel(&event, reason, deadline).await?;
            event.cancelled = true;
        }
        Ok(self.shown(&event, args.reason.as_deref()))
    }

    async fn existing(&self, id: &str, deadline: Deadline) -> Result<Remote, ToolError> {
        let found = self
            .vendor
            .read(id, deadline)
            .await
            .map_err(before_acting)?;
        found.ok_or_else(|| {
            refused(
                &format!("there is no event `{id}`"),
                "it may have been cancelled before; nothing was changed",
            )
        })
    }

    /// Refuses a span in which somebody else has the room. What the event itself takes does not count.
    async fn refuse_taken(
        &self,
        room: &Room,
        span: Span,
        own: Option<&Remote>,
        deadline: Deadline,
    ) -> Result<(), ToolError> {
        let busy = self.vendor.busy(&[&room.address], span, deadline).await;
        let busy = busy.map_err(before_acting)?;
        let own = own.map(|event| Span {
            start: event.start,
            end: event.end,
        });
        let others = busy
            .into_iter()
            .map(|(_, taken)| taken)
            .flat_map(|taken| match own {
                Some(own) => taken.without([own]),
                None => vec![taken],
            });
        let mut others = others.filter(|taken| taken.touches(span));
        match others.next() {
            None => Ok(()),
            Some(taken) => Err(refused(
                &format!(
                    "{} is taken from {} to {}",
                    room.place.id, taken.start, taken.end
                ),
                "nothing was booked; `free_busy` gives the times that are free",
            )),
        }
    }

    /// Waits a while for the room's answer. A room that says no is left: the event is cancelled and the call refused.
    async fn answered(
        &self,
        mut event: Remote,
        overlap: bool,
        deadline: Deadline,
    ) -> Result<Remote, ToolError> {
        for pause in ANSWERS {
            if event.answer != Answer::Pending || event.cancelled || event.room.is_none() {
                break;
            }
            if deadline.wait(self.clock.sleep(pause)).await.is_none() {
                break;
            }
            // That it cannot be asked just now leaves the answer open; the booking itself stands.
            if let Ok(Some(seen)) = self.vendor.read(&event.id, deadline).await {
                event = seen;
            }
        }
        if event.answer == Answer::Declined && !event.cancelled && !overlap {
            let reason = "The room declined.";
            self.vendor.cancel(&event, reason, deadline).await?;
            return Err(refused(
                "the room declined, and the event was cancelled",
                "somebody else booked it in the same moment, or its rules do not allow it",
            ));
        }
        Ok(event)
    }

    fn shown(&self, event: &Remote, reason: Option<&str>) -> Value {
        let address = event.room.as_deref();
        let room = address.map(|address| {
            let known = self.directory.room(address);
            known.map_or_else(|_| address.to_owned(), |room| room.id)
        });
        let status = match (event.cancelled, event.answer) {
            (true, _) => "cancelled",
            (false, Answer::Accepted) => "confirmed",
            (false, Answer::Pending) => "pending",
            (false, Answer::Declined) => "declined",
        };
        json!({
            "id": event.id,
            "title": event.title,
            "description": event.description,
            "room": room,
            "start": event.start,
            "end": event.end,
            "attendees": event.attendees,
            "status": status,
            "reason": reason,
            "created_at": event.created,
            "updated_at": event.updated,
            "url": event.url,
        })
    }
}

fn forwards(start: Timestamp, end: Timestamp) -> Result<Span, ToolError> {
    if end <= start {
        return Err(refused(
            &format!("an event ends after its start: {start} to {end}"),
            "nothing was booked",
        ));
    }
    Ok(Span { start, end })
}

pub(super) fn refused(message: &str, hint: &str) -> ToolError {
    ToolError::Refused {
        message: format!("calendar_scheduler: {message}"),
        hint: Some(hint.to_owned()),
    }
}
