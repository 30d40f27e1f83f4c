//! The faults that people switch on and off while they try recipes: for rooms, for devices, and for whole vendors.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use super::fault::{Fault, FaultKind};
use super::script::{AfterRestart, BaseStatus, RoomFault};
use super::world::{Room, World};
use super::{Campus, Shared};

/// As Zoom's dashboard would say it.
const BLACK: &str = "No HDMI signal: the display is black";

/// How long a slow thing takes to answer.
const SLOW_MS: u64 = 4_000;

/// What a fault befalls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Befalls {
    /// A room, as Zoom sees it.
    Room,
    /// A device on its own line.
    Device,
    /// All requests to one vendor.
    Vendor,
}

/// A fault that can be switched.
struct Switch {
    befalls: Befalls,
    key: &'static str,
    title: &'static str,
}

const SWITCHES: [Switch; 14] = [
    switch(
        Befalls::Room,
        "hdmi_black",
        "HDMI is black; a restart mends it",
    ),
    switch(
        Befalls::Room,
        "hdmi_black_stays",
        "HDMI is black, also after a restart",
    ),
    switch(Befalls::Room, "offline", "Is offline"),
    switch(Befalls::Room, "in_meeting", "A meeting is going on"),
    switch(Befalls::Room, "under_construction", "Is under construction"),
    switch(
        Befalls::Device,
        "drops_line",
        "Drops the line at every command",
    ),
    switch(Befalls::Device, "silent", "Takes commands and says nothing"),
    switch(Befalls::Device, "slow", "Answers after four seconds"),
    switch(Befalls::Device, "garbled", "Answers what nobody can read"),
    switch(Befalls::Vendor, "down", "Answers 503"),
    switch(
        Befalls::Vendor,
        "rate_limited",
        "Answers 429: try again in 30 seconds",
    ),
    switch(Befalls::Vendor, "refuses_credentials", "Answers 401"),
    switch(Befalls::Vendor, "slow", "Answers after four seconds"),
    switch(
        Befalls::Vendor,
        "drops_line",
        "Closes the connection without an answer",
    ),
];

const fn switch(befalls: Befalls, key: &'static str, title: &'static str) -> Switch {
    Switch {
        befalls,
        key,
        title,
    }
}

/// The vendors whose requests can go wrong: below which paths they are asked.
const VENDORS: [(&str, &str); 9] = [
    ("zoom", "/zoom/"),
    ("slack", "/slack/"),
    ("servicenow", "/servicenow/"),
    ("github", "/github/"),
    ("search", "/search/"),
    ("google_drive", "/google_drive/"),
    ("incident_ticketing", "/tickets/"),
    ("google_calendar", "/google_calendar/"),
    ("microsoft_calendar", "/microsoft/"),
];

/// Something on the campus, how it is, and what can go wrong with it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CampusThing {
    /// What it is.
    pub befalls: Befalls,
    /// Its id.
    pub id: String,
    /// For people.
    pub name: String,
    /// A device's room.
    pub room: Option<String>,
    /// How it is, in a few words.
    pub state: String,
    /// All that is known of a device.
    pub details: Option<Value>,
    /// What can go wrong with it.
    pub faults: Vec<SwitchedFault>,
}

/// A fault, and whether it is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SwitchedFault {
    /// Its name in calls.
    pub fault: String,
    /// What happens.
    pub title: String,
    /// Whether it happens now.
    pub on: bool,
}

/// Why nothing was switched.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotSwitched {
    /// There is no such room, device or vendor.
    #[error("there is no {what} `{id}` on the simulated campus")]
    NoSuchThing {
        /// What was looked for.
        what: &'static str,
        /// As asked for.
        id: String,
    },
    /// It knows no such fault.
    #[error("there is no fault `{fault}`; there are: {known}")]
    NoSuchFault {
        /// As asked for.
        fault: String,
        /// Those there are.
        known: String,
    },
}

impl Befalls {
    fn noun(self) -> &'static str {
        match self {
            Self::Room => "room",
            Self::Device => "device",
            Self::Vendor => "vendor",
        }
    }
}

impl Campus {
    /// Everything that can be switched: rooms, devices, vendors.
    pub fn things(&self) -> Vec<CampusThing> {
        let places = self.directory.places();
        let now = self.shared.now();
        let world = self.shared.world();
        let rooms = world.rooms.values().map(|room| CampusThing {
            befalls: Befalls::Room,
            id: room.id.clone(),
            name: room.name.clone(),
            room: None,
            state: state(room, now),
            details: None,
            faults: faults(Befalls::Room, |key| room_has(room, key, now)),
        });
        let devices = places.devices.iter().map(|device| {
            let details = world.devices.show(&device.id, now);
            CampusThing {
                befalls: Befalls::Device,
                id: device.id.clone(),
                name: device.name.clone(),
                room: device.room.clone(),
                state: details.as_ref().map(summary).unwrap_or_default(),
                details,
                faults: faults(Befalls::Device, |key| {
                    has(&world, key, &device_path(&device.id))
                }),
            }
        });
        let vendors = VENDORS.into_iter().map(|(id, path)| CampusThing {
            befalls: Befalls::Vendor,
            id: id.to_owned(),
            name: id.to_owned(),
            room: None,
            state: String::new(),
            details: None,
            faults: faults(Befalls::Vendor, |key| has(&world, key, path)),
        });
        rooms.chain(devices).chain(vendors).collect()
    }

    /// Switches a fault on or off. Of the faults of a line or vendor, and of those of a room that exclude each other,
    /// the one that is switched on takes the place of the others.
    ///
    /// # Errors
    /// [`NotSwitched`].
    pub fn switch(
        &self,
        befalls: Befalls,
        id: &str,
        fault: &str,
        on: bool,
    ) -> Result<(), NotSwitched> {
        let of_kind = || SWITCHES.iter().filter(|switch| switch.befalls == befalls);
        if !of_kind().any(|switch| switch.key == fault) {
            return Err(NotSwitched::NoSuchFault {
                fault: fault.to_owned(),
                known: of_kind()
                    .map(|switch| switch.key)
                    .collect::<Vec<_>>()
                    .join(", "),
            });
        }
        let missing = || NotSwitched::NoSuchThing {
            what: befalls.noun(),
            id: id.to_owned(),
        };
        match befalls {
            Befalls::Room => {
                let room = self.directory.room(id).map_err(|_| missing())?.id;
                let done = self
                    .shared
                    .change_room(&room, |room, now| switch_room(room, fault, on, now));
                done.then_some(()).ok_or_else(missing)
            }
            Befalls::Device => {
                let places = self.directory.places();
                let known = places.devices.iter().any(|device| device.id == id);
                let path = known.then(|| device_path(id)).ok_or_else(missing)?;
                switch_line(&self.shared, &path, fault, on);
                Ok(())
            }
            Befalls::Vendor => {
                let path = VENDORS.into_iter().find(|(vendor, _)| *vendor == id);
                let (_, path) = path.ok_or_else(missing)?;
                switch_line(&self.shared, path, fault, on);
                Ok(())
            }
        }
    }

    /// Mends everything: no fault is on afterwards, also none of a script's own, and no meeting goes on.
    pub fn mend(&self) {
        let rooms: Vec<String> = self.shared.world().rooms.keys().cloned().collect();
        for room in rooms {
            self.shared.change_room(&room, |room, now| {
                room.set_fault(None);
                room.set_base(BaseStatus::Online);
                room.set_meeting(false, now);
            });
        }
        self.clear_faults();
    }
}

fn faults(befalls: Befalls, is_on: impl Fn(&str) -> bool) -> Vec<SwitchedFault> {
    SWITCHES
        .iter()
        .filter(|switch| switch.befalls == befalls)
        .map(|switch| SwitchedFault {
            fault: switch.key.to_owned(),
            title: switch.title.to_owned(),
            on: is_on(switch.key),
        })
        .collect()
}

fn state(room: &Room, now: Timestamp) -> String {
    let status = match room.status(now) {
        super::Status::Online => "online",
        super::Status::Offline => "offline",
        super::Status::InMeeting => "in a meeting",
        super::Status::UnderConstruction => "under construction",
    };
    match room.fault() {
        Some(fault) => format!("{status}; {}", fault.issue),
        None => status.to_owned(),
    }
}

fn room_has(room: &Room, key: &str, now: Timestamp) -> bool {
    let black = |after: AfterRestart| {
        let fault = room.fault();
        fault.is_some_and(|fault| fault.after_restart == after)
    };
    match key {
        "hdmi_black" => black(AfterRestart::Recovers),
        "hdmi_black_stays" => black(AfterRestart::Stays),
        "offline" => room.base() == BaseStatus::Offline,
        "under_construction" => room.base() == BaseStatus::UnderConstruction,
        "in_meeting" => room.meets(now),
        _ => false,
    }
}

fn switch_room(room: &mut Room, fault: &str, on: bool, now: Timestamp) {
    let black = |after_restart| RoomFault {
        issue: BLACK.to_owned(),
        after_restart,
    };
    match (fault, on) {
        ("hdmi_black", true) => room.set_fault(Some(black(AfterRestart::Recovers))),
        ("hdmi_black_stays", true) => room.set_fault(Some(black(AfterRestart::Stays))),
        ("hdmi_black" | "hdmi_black_stays", false) => room.set_fault(None),
        ("offline", true) => room.set_base(BaseStatus::Offline),
        ("under_construction", true) => room.set_base(BaseStatus::UnderConstruction),
        ("offline" | "under_construction", false) => room.set_base(BaseStatus::Online),
        ("in_meeting", on) if on != room.meets(now) => room.set_meeting(on, now),
        _ => {}
    }
}

/// Where the commands of a device stand among the paths of faults.
fn device_path(id: &str) -> String {
    format!("/devices/{id}/")
}

fn line_fault(key: &str, path: &str) -> Option<Fault> {
    let fault = |kind| Fault {
        on: path.to_owned(),
        kind,
        acts: false,
        times: None,
        delay_ms: 0,
        status: None,
        retry_after: None,
        body: None,
    };
    let status = |status| Fault {
        status: Some(status),
        ..fault(FaultKind::Status)
    };
    Some(match key {
        "drops_line" => fault(FaultKind::Drop),
        "silent" => fault(FaultKind::Hang),
        "slow" => Fault {
            delay_ms: SLOW_MS,
            ..fault(FaultKind::Delay)
        },
        "garbled" => fault(FaultKind::NotUtf8),
        "down" => status(503),
        "rate_limited" => Fault {
            retry_after: Some("30".to_owned()),
            ..status(429)
        },
        "refuses_credentials" => status(401),
        _ => return None,
    })
}

fn has(world: &World, key: &str, path: &str) -> bool {
    line_fault(key, path).is_some_and(|fault| world.faults.contains(&fault))
}

fn switch_line(campus: &Shared, path: &str, key: &str, on: bool) {
    let Some(wanted) = line_fault(key, path) else {
        return;
    };
    let all: Vec<Fault> = SWITCHES
        .iter()
        .filter_map(|switch| line_fault(switch.key, path))
        .collect();
    let mut world = campus.world();
    if on {
        world.faults.retain(|fault| !all.contains(fault));
        world.faults.insert(0, wanted);
    } else {
        world.faults.retain(|fault| *fault != wanted);
    }
}

/// A device in a few words: what is short enough of what it shows.
fn summary(shown: &Value) -> String {
    let mut text = String::new();
    let Some(fields) = shown.as_object() else {
        return text;
    };
    for (name, value) in fields {
        let value = match value {
            Value::String(value) if value.len() <= 30 => value.clone(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            _ => continue,
        };
        if text.len() + name.len() + value.len() > 100 {
            break;
        }
        let between = if text.is_empty() { "" } else { " · " };
        text.extend([between, &name.replace('_', " "), " ", &value]);
    }
    text
}
