//! The state that all simulators share, and how it changes with time and with what is done to it.

use std::collections::{HashMap, VecDeque};

use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;

use super::fault::Fault;
use super::script::{AfterRestart, BaseStatus, RoomFault, Script, ScriptChannel, ScriptZoom};
use crate::calendar_scheduler::Calendar;
use crate::calendar_scheduler::simulator::Offices;
use crate::devices::simulator::SimulatedDevices;
use crate::github::simulator::Repositories;
use crate::google_drive::simulator::Tree;
use crate::incident_ticketing::TicketBook;
use crate::search::simulator::Web;
use crate::servicenow::simulator::Instance;
use crate::slack::simulator::Uploads;
use crate::zoom::booking::Bookings;

/// Messages and calls that are remembered; older ones are forgotten, so that a long run stays small.
const REMEMBERED: usize = 10_000;

/// Everything there is on the campus.
pub(crate) struct World {
    pub(crate) rooms: IndexMap<String, Room>,
    pub(crate) slack: Workspace,
    pub(crate) zoom: Account,
    pub(crate) servicenow: Instance,
    pub(crate) devices: SimulatedDevices,
    pub(crate) github: Repositories,
    pub(crate) drive: Tree,
    pub(crate) tickets: TicketBook,
    pub(crate) calendar: Calendar,
    /// Calendars at Google and Microsoft.
    pub(crate) offices: Offices,
    pub(crate) web: Web,
    pub(crate) faults: Vec<Fault>,
    pub(crate) restarts: Vec<Restart>,
    pub(crate) outside_calls: VecDeque<OutsideCall>,
    /// What simulated outside connectors answer, by tool and action.
    pub(crate) examples: HashMap<String, HashMap<String, Value>>,
    sites: HashMap<String, String>,
    restart_time: SignedDuration,
}

/// A room.
pub(crate) struct Room {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) site: Option<String>,
    base: BaseStatus,
    fault: Option<RoomFault>,
    restart_ends: Option<Timestamp>,
    meetings: Vec<Meeting>,
}

struct Meeting {
    starts: Timestamp,
    ends: Option<Timestamp>,
}

/// A room's status at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    Online,
    Offline,
    InMeeting,
    UnderConstruction,
}

/// The Slack workspace.
pub(crate) struct Workspace {
    pub(crate) team: String,
    pub(crate) channels: Vec<ScriptChannel>,
    pub(crate) messages: VecDeque<Message>,
    pub(crate) honours_client_msg_id: bool,
    pub(crate) uploads: Uploads,
    /// Microseconds of the newest message, so that ids only grow.
    last_ts: i64,
}

/// A posted message.
#[derive(Debug, Clone, Serialize)]
pub struct Message {
    /// The channel's id.
    pub channel: String,
    /// Its id.
    pub ts: String,
    /// As it was sent.
    pub text: String,
    /// The message it answers.
    pub thread_ts: Option<String>,
    /// The sender's own id.
    pub client_msg_id: Option<String>,
    /// What the sender put beside it.
    pub metadata: Value,
}

/// The Zoom account.
pub(crate) struct Account {
    pub(crate) script: ScriptZoom,
    pub(crate) token_ends: HashMap<String, Timestamp>,
    pub(crate) tokens_given: u64,
    pub(crate) bookings: Bookings,
}

/// A restart that was carried out.
#[derive(Debug, Clone, Serialize)]
pub struct Restart {
    /// The room's id.
    pub room: String,
    /// When it began.
    pub at: Timestamp,
}

/// A call of a simulated outside connector.
#[derive(Debug, Clone, Serialize)]
pub struct OutsideCall {
    /// The tool's name.
    pub tool: String,
    /// The action.
    pub action: String,
    /// Its arguments.
    pub args: Value,
    /// The idempotency key.
    pub key: Option<String>,
}

impl World {
    pub(super) fn new(script: Script, now: Timestamp) -> Self {
        let mut rooms: IndexMap<String, Room> = script
            .rooms
            .into_iter()
            .map(|room| {
                let id = room.id.clone();
                let room = Room {
                    id: room.id,
                    name: room.name,
                    email: room.email,
                    site: room.site,
                    base: room.status,
                    fault: room.fault,
                    restart_ends: None,
                    meetings: Vec::new(),
                };
                (id, room)
            })
            .collect();
        for meeting in script.meetings {
            let starts = later(now, SignedDuration::from_mins(meeting.starts_in_minutes));
            let ends = meeting
                .minutes
                .map(|m| later(starts, SignedDuration::from_mins(m)));
            if let Some(room) = rooms.get_mut(&meeting.room) {
                room.meetings.push(Meeting { starts, ends });
            }
        }
        Self {
            rooms,
            slack: Workspace {
                team: script.slack.team,
                channels: script.slack.channels,
                messages: VecDeque::new(),
                honours_client_msg_id: script.slack.honours_client_msg_id,
                uploads: Uploads::default(),
                last_ts: 0,
            },
            zoom: Account {
                script: script.zoom,
                token_ends: HashMap::new(),
                tokens_given: 0,
                bookings: Bookings::default(),
            },
            servicenow: Instance::new(&script.servicenow),
            devices: SimulatedDevices::new(&script.devices),
            github: Repositories::new(&script.github, now),
            drive: Tree::new(&script.google_drive, now),
            tickets: TicketBook::default(),
            calendar: Calendar::default(),
            offices: Offices::default(),
            web: Web::new(script.pages),
            faults: script.faults,
            restarts: Vec::new(),
            outside_calls: VecDeque::new(),
            examples: HashMap::new(),
            sites: script.sites.into_iter().map(|s| (s.id, s.name)).collect(),
            restart_time: SignedDuration::from_secs(script.restart_s.into()),
        }
    }

    /// The display name of a room's site.
    pub(crate) fn site_name(&self, room: &Room) -> Option<&str> {
        self.sites.get(room.site.as_ref()?).map(String::as_str)
    }

    /// Begins a restart. Gives `false` when the room cannot be reached.
    pub(crate) fn restart(&mut self, id: &str, now: Timestamp) -> Option<bool> {
        let room = self.rooms.get_mut(id)?;
        if matches!(
            room.status(now),
            Status::Offline | Status::UnderConstruction
        ) {
            return Some(false);
        }
        room.restart_ends = Some(later(now, self.restart_time));
        // A restart drops what was running.
        for meeting in &mut room.meetings {
            if meeting.starts <= now {
                meeting.ends = Some(meeting.ends.map_or(now, |ends| ends.min(now)));
            }
        }
        if room
            .fault
            .as_ref()
            .is_some_and(|f| f.after_restart == AfterRestart::Recovers)
        {
            room.fault = None;
        }
        self.restarts.push(Restart {
            room: id.to_owned(),
            at: now,
        });
        Some(true)
    }

    /// Notes a call of a simulated outside connector.
    pub(crate) fn note(&mut self, call: OutsideCall) {
        remember(&mut self.outside_calls, call);
    }
}

impl Room {
    pub(crate) fn status(&self, now: Timestamp) -> Status {
        if self.restart_ends.is_some_and(|ends| now < ends) {
            return Status::Offline;
        }
        match self.base {
            BaseStatus::Offline => Status::Offline,
            BaseStatus::UnderConstruction => Status::UnderConstruction,
            BaseStatus::Online => {
                if self.meets(now) {
                    Status::InMeeting
                } else {
                    Status::Online
                }
            }
        }
    }

    /// What the vendor's dashboard says is wrong.
    pub(crate) fn issues(&self, now: Timestamp) -> Vec<String> {
        let mut issues = Vec::new();
        if self.status(now) == Status::Offline {
            issues.push("Zoom room is offline".to_owned());
        }
        issues.extend(self.fault.as_ref().map(|f| f.issue.clone()));
        issues
    }

    /// States whether a meeting is going on, whatever the room's status.
    pub(crate) fn meets(&self, now: Timestamp) -> bool {
        let meets = |m: &Meeting| m.starts <= now && m.ends.is_none_or(|ends| now < ends);
        self.meetings.iter().any(meets)
    }

    /// How it is when neither a meeting nor a restart is going on.
    pub(crate) fn base(&self) -> BaseStatus {
        self.base
    }

    /// What is wrong with it.
    pub(crate) fn fault(&self) -> Option<&RoomFault> {
        self.fault.as_ref()
    }

    /// Gives the room a fault, or takes it away.
    pub(crate) fn set_fault(&mut self, fault: Option<RoomFault>) {
        self.fault = fault;
    }

    /// Sets how it is when neither a meeting nor a restart is going on.
    pub(crate) fn set_base(&mut self, base: BaseStatus) {
        self.base = base;
        self.restart_ends = None;
    }

    /// Begins a meeting, or ends those that are going on.
    pub(crate) fn set_meeting(&mut self, on: bool, now: Timestamp) {
        if on {
            self.meetings.push(Meeting {
                starts: now,
                ends: None,
            });
        } else {
            self.meetings.retain(|m| m.starts > now);
        }
    }
}

impl Workspace {
    /// Keeps a message under a new id.
    pub(crate) fn post(&mut self, mut message: Message, now: Timestamp) -> Message {
        self.last_ts = now.as_microsecond().max(self.last_ts + 1);
        message.ts = format!(
            "{}.{:06}",
            self.last_ts / 1_000_000,
            self.last_ts % 1_000_000
        );
        remember(&mut self.messages, message.clone());
        message
    }
}

fn remember<T>(list: &mut VecDeque<T>, item: T) {
    if list.len() >= REMEMBERED {
        list.pop_front();
    }
    list.push_back(item);
}

fn later(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.saturating_add(by).unwrap_or(time)
}
