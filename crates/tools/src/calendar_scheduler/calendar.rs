//! Events and what may happen to them: pure, so that every store of them behaves alike.

use std::collections::HashMap;

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::line_file::{Fold, Trouble};

/// One event in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Event {
    /// For people and calls, for example `EVT0000012`.
    pub(crate) id: String,
    /// One line.
    pub(crate) title: String,
    /// The rest.
    #[serde(default)]
    pub(crate) description: String,
    /// The room's id in the directory.
    pub(crate) room: String,
    /// When it begins.
    pub(crate) start: Timestamp,
    /// When it has ended: the next event may begin then.
    pub(crate) end: Timestamp,
    /// E-mail addresses. Nobody is written to.
    #[serde(default)]
    pub(crate) attendees: Vec<String>,
    /// `confirmed` or `cancelled`.
    pub(crate) status: String,
    /// Why it was cancelled.
    #[serde(default)]
    pub(crate) reason: Option<String>,
    /// When it was made.
    pub(crate) created_at: Timestamp,
    /// When it last changed.
    pub(crate) updated_at: Timestamp,
}

/// Something that happens to an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub(crate) enum EventChange {
    /// A new event.
    Create {
        title: String,
        description: String,
        room: String,
        start: Timestamp,
        end: Timestamp,
        attendees: Vec<String>,
        /// Whether it may lie over others.
        overlap: bool,
    },
    /// Another time.
    Reschedule {
        id: String,
        start: Timestamp,
        /// Keeps its length when absent.
        end: Option<Timestamp>,
        overlap: bool,
    },
    /// The end of it. Cancelling a cancelled event changes nothing.
    Cancel { id: String, reason: Option<String> },
}

/// One thing that happened, as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) at: Timestamp,
    #[serde(flatten)]
    pub(crate) change: EventChange,
}

/// Why a calendar did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum CalendarError {
    /// No such event.
    #[error("there is no event `{0}`")]
    NoSuchEvent(String),
    /// It would not end after its start.
    #[error("an event ends after its start: {start} to {end}")]
    Backwards { start: Timestamp, end: Timestamp },
    /// Somebody has the room.
    #[error("{room} is taken from {} to {} by `{}` ({})", .by.start, .by.end, .by.title, .by.id)]
    Taken { room: String, by: Box<Event> },
    /// Its state does not allow it.
    #[error("{0} is cancelled; create a new event")]
    Cancelled(String),
    /// The key was used before, for something else.
    #[error("the idempotency key was used before with another request, for event {0}")]
    KeyReused(String),
    /// The store cannot be reached: nothing was done.
    #[error("{0}")]
    Unavailable(String),
    /// Nobody knows whether it was done.
    #[error("{0}")]
    Unknown(String),
}

/// All events, and which key did what. A fold of [`Entry`]s.
#[derive(Debug, Default)]
pub(crate) struct Calendar {
    events: IndexMap<String, Event>,
    /// Key → what it asked for, and the event as it was right after.
    done: HashMap<String, (EventChange, Event)>,
}

impl Event {
    /// States whether it keeps its room from others within a span of time.
    pub(crate) fn takes(&self, start: Timestamp, end: Timestamp) -> bool {
        self.status == "confirmed" && self.start < end && start < self.end
    }
}

impl Calendar {
    /// One event.
    ///
    /// # Errors
    /// [`CalendarError::NoSuchEvent`].
    pub(crate) fn get(&self, id: &str) -> Result<&Event, CalendarError> {
        self.events
            .get(id)
            .ok_or_else(|| CalendarError::NoSuchEvent(id.to_owned()))
    }

    /// All events, in the order they were made.
    pub(crate) fn events(&self) -> impl Iterator<Item = &Event> {
        self.events.values()
    }

    /// The events that lie within a span of time at least in part, by their start.
    pub(crate) fn within(&self, start: Timestamp, end: Timestamp) -> Vec<Event> {
        let within = |event: &&Event| event.start < end && start < event.end;
        let mut events: Vec<Event> = self.events().filter(within).cloned().collect();
        events.sort_by_key(|event| event.start);
        events
    }

    /// The event as it would be after a change; nothing is kept yet.
    fn changed(&self, change: &EventChange, at: Timestamp) -> Result<Event, CalendarError> {
        match change {
            EventChange::Create {
                title,
                description,
                room,
                start,
                end,
                attendees,
                overlap,
            } => {
                let event = Event {
                    id: format!("EVT{:07}", self.events.len() + 1),
                    title: title.clone(),
                    description: description.clone(),
                    room: room.clone(),
                    start: *start,
                    end: *end,
                    attendees: attendees.clone(),
                    status: "confirmed".to_owned(),
                    reason: None,
                    created_at: at,
                    updated_at: at,
                };
                self.fits(event, *overlap)
            }
            EventChange::Reschedule {
                id,
                start,
                end,
                overlap,
            } => {
                let mut event = self.get(id)?.clone();
                if event.status == "cancelled" {
                    return Err(CalendarError::Cancelled(event.id));
                }
                let length = event.end.duration_since(event.start);
                event.end = end.unwrap_or(start.saturating_add(length).unwrap_or(*start));
                event.start = *start;
                event.updated_at = at;
                self.fits(event, *overlap)
            }
            EventChange::Cancel { id, reason } => {
                let mut event = self.get(id)?.clone();
                if event.status != "cancelled" {
                    "cancelled".clone_into(&mut event.status);
                    event.reason.clone_from(reason);
                    event.updated_at = at;
                }
                Ok(event)
            }
        }
    }

    /// Passes on an event that ends after its start and has its room to itself, unless it need not.
    fn fits(&self, event: Event, overlap: bool) -> Result<Event, CalendarError> {
        if event.end <= event.start {
            return Err(CalendarError::Backwards {
                start: event.start,
                end: event.end,
            });
        }
        let other = self.events().find(|other| {
            other.id != event.id && other.room == event.room && other.takes(event.start, event.end)
        });
        match other {
            Some(other) if !overlap => Err(CalendarError::Taken {
                room: event.room,
                by: Box::new(other.clone()),
            }),
            _ => Ok(event),
        }
    }
}

impl Fold for Calendar {
    type Entry = Entry;
    type Outcome = Event;
    type Error = CalendarError;
    const WHAT: &'static str = "calendar";

    fn earlier(&self, entry: &Entry) -> Result<Option<Event>, CalendarError> {
        match self.done.get(&entry.key) {
            None => Ok(None),
            Some((before, event)) if *before == entry.change => Ok(Some(event.clone())),
            Some((_, event)) => Err(CalendarError::KeyReused(event.id.clone())),
        }
    }

    fn check(&self, entry: &Entry) -> Result<(), CalendarError> {
        self.changed(&entry.change, entry.at).map(|_| ())
    }

    fn apply(&mut self, entry: Entry) -> Result<Event, CalendarError> {
        if let Some(event) = self.earlier(&entry)? {
            return Ok(event);
        }
        let event = self.changed(&entry.change, entry.at)?;
        self.events.insert(event.id.clone(), event.clone());
        self.done.insert(entry.key, (entry.change, event.clone()));
        Ok(event)
    }
}

impl From<Trouble> for CalendarError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Unavailable(message) => Self::Unavailable(message),
            Trouble::Unknown(message) => Self::Unknown(message),
        }
    }
}
