//! What a file, or a form, would change in the directory; and what stands in its way.

use std::collections::{BTreeSet, HashMap};

use schemars::JsonSchema;
use serde::Serialize;

use super::file::{At, Entry, MOST_PROBLEMS, PlacesFile};
use super::{Device, Place, Places, folded};
use crate::connector_file::FileProblem;
use crate::http::is_tool_name;
use crate::outbound::{Reach, base_url};

/// The tools that speak to devices.
pub const DEVICE_TOOLS: [&str; 3] = [crate::pjlink::TOOL, crate::qsys::TOOL, crate::extron::TOOL];

/// Longest text, in characters.
const LONGEST: usize = 200;

/// Most rooms, and most devices.
const MOST: usize = 20_000;

/// A room or a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PlaceKind {
    /// A room.
    Room,
    /// A device.
    Device,
}

/// What happens to one room or device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum WhatChanges {
    /// It was not there before.
    New,
    /// Some of its fields are others.
    Changed,
    /// It is there no longer.
    Removed,
}

/// One thing that would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlaceChange {
    /// Room or device.
    pub kind: PlaceKind,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What happens to it.
    pub what: WhatChanges,
    /// The fields that are others, for one that changes.
    pub fields: Vec<&'static str>,
}

/// What would change, and the directory after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacesPlan {
    /// What would change, rooms first.
    pub changes: Vec<PlaceChange>,
    /// Entries that are as they were.
    pub unchanged: usize,
    /// What stands in the way; then nothing of it may be done.
    pub problems: Vec<FileProblem>,
    /// The directory after it.
    pub after: Places,
}

/// Works out what `file` would change. What is not in it stays, unless the file is the `whole` directory.
pub fn plan(now: &Places, file: PlacesFile, whole: bool) -> PlacesPlan {
    let mut problems = Problems::default();
    file.rooms
        .iter()
        .for_each(|entry| check_room(entry, &mut problems));
    file.devices
        .iter()
        .for_each(|entry| check_device(entry, &mut problems));
    let marks = Marks {
        rooms: marks(&file.rooms, |room| &room.id, &mut problems),
        devices: marks(&file.devices, |device| &device.id, &mut problems),
    };
    let mut changes = Vec::new();
    let rooms = merged(
        &now.rooms,
        file.rooms,
        whole,
        |room| (&room.id, &room.name),
        room_fields,
        (PlaceKind::Room, &mut changes),
    );
    let devices = merged(
        &now.devices,
        file.devices,
        whole,
        |device| (&device.id, &device.name),
        device_fields,
        (PlaceKind::Device, &mut changes),
    );
    let total = marks.rooms.len() + marks.devices.len();
    let touched = changes
        .iter()
        .filter(|change| change.what != WhatChanges::Removed)
        .count();
    let after = Places { rooms, devices };
    marks.conflicts(&after, &mut problems);
    for (count, what) in [
        (after.rooms.len(), "rooms"),
        (after.devices.len(), "devices"),
    ] {
        if count > MOST {
            problems.add(
                (0, 0),
                format!("there would be {count} {what}; at most {MOST} are kept"),
                "",
            );
        }
    }
    PlacesPlan {
        unchanged: total.saturating_sub(touched),
        changes,
        problems: problems.0,
        after,
    }
}

#[derive(Default)]
struct Problems(Vec<FileProblem>);

impl Problems {
    fn add(&mut self, (line, column): At, message: impl Into<String>, help: &str) {
        if self.0.len() < MOST_PROBLEMS {
            self.0.push(FileProblem {
                message: message.into(),
                line,
                column,
                help: Some(help.to_owned()).filter(|help| !help.is_empty()),
            });
        }
    }

    /// Checks a text of one line that spreadsheets do not take for something else.
    fn text(&mut self, at: At, what: &str, text: &str) {
        if text.trim() != text || text.is_empty() {
            let message = format!("{what} is empty, or has blanks around it");
            self.add(at, message, "write it without them, or leave it out");
        } else if text.chars().count() > LONGEST {
            self.add(
                at,
                format!("{what} has more than {LONGEST} characters"),
                "shorten it",
            );
        } else if text.chars().any(char::is_control) {
            let message = format!("{what} has a line break or another control character in it");
            self.add(at, message, "write it in one line");
        } else if text.starts_with(['=', '+', '-', '@']) {
            let message =
                format!("{what} begins with a sign that spreadsheets take for a formula: `{text}`");
            self.add(at, message, "put a letter or digit first");
        }
    }

    /// As [`Self::text`], for what stands in a list with `;` in CSV.
    fn part(&mut self, at: At, what: &str, text: &str) {
        self.text(at, what, text);
        if text.contains(';') {
            let message = format!("{what} has a semicolon in it: `{text}`");
            self.add(at, message, "semicolons stand between the parts of a list");
        }
    }
}

fn check_room(entry: &Entry<Place>, problems: &mut Problems) {
    let room = &entry.value;
    let what = |field: &str| format!("`{field}` of room `{}`", room.id);
    problems.text(entry.at("id"), "the `id` of a room", &room.id);
    problems.text(entry.at("name"), &what("name"), &room.name);
    for alias in &room.aliases {
        problems.part(entry.at("aliases"), &what("aliases"), alias);
    }
    if let Some(email) = &room.email {
        problems.text(entry.at("email"), &what("email"), email);
        let parts = email.split_once('@');
        if !parts.is_some_and(|(who, domain)| !who.is_empty() && domain.len() > 2)
            || email.contains(' ')
        {
            let message = format!("`{email}` is no e-mail address");
            problems.add(
                entry.at("email"),
                message,
                "for example boardroom4@corp.example",
            );
        }
    }
    if let Some(site) = &room.site {
        problems.text(entry.at("site"), &what("site"), site);
    }
    if let Some(zone) = &room.time_zone
        && jiff::tz::TimeZone::get(zone).is_err()
    {
        let message = format!("there is no time zone `{zone}`");
        problems.add(
            entry.at("time_zone"),
            message,
            "use an IANA name, for example Europe/Paris",
        );
    }
    for (tool, id) in &room.ids {
        if !is_tool_name(tool) {
            let message = format!("`{tool}` cannot be a tool's name");
            problems.add(entry.at("ids"), message, "for example `zoom: 8dd0…`");
        }
        problems.part(entry.at("ids"), &what("ids"), id);
    }
}

fn check_device(entry: &Entry<Device>, problems: &mut Problems) {
    let device = &entry.value;
    let what = |field: &str| format!("`{field}` of device `{}`", device.id);
    problems.text(entry.at("id"), "the `id` of a device", &device.id);
    problems.text(entry.at("name"), &what("name"), &device.name);
    for alias in &device.aliases {
        problems.part(entry.at("aliases"), &what("aliases"), alias);
    }
    if let Some(model) = &device.model {
        problems.text(entry.at("model"), &what("model"), model);
    }
    if !DEVICE_TOOLS.contains(&device.tool.as_str()) {
        let message = format!("no tool `{}` speaks to devices", device.tool);
        problems.add(
            entry.at("tool"),
            message,
            &format!("one of {}", DEVICE_TOOLS.join(", ")),
        );
    }
    let host = if device.host.contains(':') {
        format!("[{}]", device.host)
    } else {
        device.host.clone()
    };
    let plain = !device.host.is_empty() && !device.host.contains(['/', '@', '?', '#', ' ', '%']);
    let address = base_url(&format!("http://{host}"), Reach::Registered);
    if !plain || address.is_err() {
        let reason = address.err().map(|error| error.to_string());
        let message = reason.unwrap_or_else(|| format!("`{}` is no host", device.host));
        problems.add(
            entry.at("host"),
            message,
            "a host name or an IP address, without scheme and port",
        );
    }
    if device.port == Some(0) {
        problems.add(
            entry.at("port"),
            "0 is no port",
            "leave it out for the protocol's own",
        );
    }
}

/// Where the entries of a file stand, by id without case.
type ById = HashMap<String, Vec<(&'static str, At)>>;

/// Notes where entries stand, and which id is there twice.
fn marks<T>(entries: &[Entry<T>], id: impl Fn(&T) -> &String, problems: &mut Problems) -> ById {
    let mut marks = ById::new();
    for entry in entries {
        let name = id(&entry.value);
        let mut fields = entry.fields.clone();
        fields.push(("", entry.at));
        if let Some(first) = marks.insert(folded(name), fields) {
            let line = first.last().map_or(0, |(_, (line, _))| *line);
            let message = format!("the id `{name}` is there twice, first in line {line}");
            problems.add(entry.at("id"), message, "give one of the two another id");
        }
    }
    marks
}

/// The list after the change, in its old order with what is new behind it.
fn merged<T: Clone + PartialEq>(
    now: &[T],
    file: Vec<Entry<T>>,
    whole: bool,
    called: impl Fn(&T) -> (&String, &String),
    differs: impl Fn(&T, &T) -> Vec<&'static str>,
    (kind, changes): (PlaceKind, &mut Vec<PlaceChange>),
) -> Vec<T> {
    let change = |it: &T, what: WhatChanges, fields: Vec<&'static str>| {
        let (id, name) = called(it);
        PlaceChange {
            kind,
            id: id.clone(),
            name: name.clone(),
            what,
            fields,
        }
    };
    let mut given: HashMap<String, T> = HashMap::new();
    let mut order = Vec::new();
    for entry in file {
        let key = folded(called(&entry.value).0);
        if given.insert(key.clone(), entry.value).is_none() {
            order.push(key);
        }
    }
    let mut after = Vec::new();
    for old in now {
        match given.remove(&folded(called(old).0)) {
            Some(new) if new != *old => {
                changes.push(change(&new, WhatChanges::Changed, differs(old, &new)));
                after.push(new);
            }
            None if whole => changes.push(change(old, WhatChanges::Removed, Vec::new())),
            Some(_) | None => after.push(old.clone()),
        }
    }
    for key in order {
        if let Some(new) = given.remove(&key) {
            changes.push(change(&new, WhatChanges::New, Vec::new()));
            after.push(new);
        }
    }
    after
}

fn room_fields(old: &Place, new: &Place) -> Vec<&'static str> {
    let fields = [
        ("id", old.id != new.id),
        ("name", old.name != new.name),
        ("aliases", old.aliases != new.aliases),
        ("email", old.email != new.email),
        ("site", old.site != new.site),
        ("time_zone", old.time_zone != new.time_zone),
        ("ids", old.ids != new.ids),
    ];
    differing(fields)
}

fn device_fields(old: &Device, new: &Device) -> Vec<&'static str> {
    let fields = [
        ("id", old.id != new.id),
        ("name", old.name != new.name),
        ("aliases", old.aliases != new.aliases),
        ("room", old.room != new.room),
        ("tool", old.tool != new.tool),
        ("host", old.host != new.host),
        ("port", old.port != new.port),
        ("model", old.model != new.model),
    ];
    differing(fields)
}

fn differing<const N: usize>(fields: [(&'static str, bool); N]) -> Vec<&'static str> {
    let differs = |(name, differs): (&'static str, bool)| differs.then_some(name);
    fields.into_iter().filter_map(differs).collect()
}

/// Where what the file says stands.
struct Marks {
    rooms: ById,
    devices: ById,
}

impl Marks {
    /// Finds names that would lead to two things, and rooms that are not there. Two rooms may have one display name:
    /// who uses it is asked for the id.
    fn conflicts(&self, after: &Places, problems: &mut Problems) {
        let mut names: Owners<'_> = HashMap::new();
        for room in &after.rooms {
            let mut own = BTreeSet::new();
            let texts = [("id", &room.id), ("name", &room.name)].into_iter();
            let texts = texts
                .chain(room.aliases.iter().map(|alias| ("aliases", alias)))
                .chain(room.email.iter().map(|email| ("email", email)))
                .chain(room.ids.values().map(|id| ("ids", id)));
            for (field, text) in texts {
                if own.insert(folded(text)) {
                    names
                        .entry(folded(text))
                        .or_default()
                        .push((&room.id, field, text));
                }
            }
        }
        report(&names, "room", &self.rooms, problems);
        for tool in DEVICE_TOOLS {
            let mut names: Owners<'_> = HashMap::new();
            for device in after.devices.iter().filter(|device| device.tool == tool) {
                let mut own = BTreeSet::new();
                let texts = [("id", &device.id), ("name", &device.name)].into_iter();
                let texts = texts.chain(device.aliases.iter().map(|alias| ("aliases", alias)));
                for (field, text) in texts {
                    if own.insert(folded(text)) {
                        names
                            .entry(folded(text))
                            .or_default()
                            .push((&device.id, field, text));
                    }
                }
            }
            report(&names, "device", &self.devices, problems);
        }
        let rooms: BTreeSet<&String> = after.rooms.iter().map(|room| &room.id).collect();
        for device in &after.devices {
            if let Some(room) = &device.room
                && !rooms.contains(room)
            {
                let at = place(&self.devices, &device.id, "room");
                let message = format!(
                    "device `{}` is in room `{room}`, which is not there",
                    device.id
                );
                problems.add(
                    at,
                    message,
                    "give the id of a room that is there or in the file",
                );
            }
        }
    }
}

/// Who is called so: id, the field that says it, and how it is written there.
type Owners<'p> = HashMap<String, Vec<(&'p String, &'static str, &'p String)>>;

fn report(names: &Owners<'_>, what: &str, marks: &ById, problems: &mut Problems) {
    let mut found: Vec<(At, String)> = Vec::new();
    for owners in names.values().filter(|owners| owners.len() > 1) {
        if owners.iter().all(|(_, field, _)| *field == "name") {
            continue;
        }
        // Of those that share it, one that the file speaks of is pointed at, and the field that gives way.
        let rank = |field: &str| {
            ["name", "aliases", "ids", "email", "id"]
                .iter()
                .position(|f| *f == field)
        };
        let pointed = owners
            .iter()
            .filter(|(id, ..)| marks.contains_key(&folded(id)))
            .min_by_key(|(_, field, _)| rank(field))
            .or(owners.first());
        let Some((id, field, text)) = pointed else {
            continue;
        };
        let other = owners.iter().find(|(other, ..)| other != id);
        let Some((other, theirs, _)) = other else {
            continue;
        };
        let message = format!(
            "`{text}` is in `{field}` of {what} `{id}` and in `{theirs}` of {what} `{other}`: it would lead to both"
        );
        found.push((place(marks, id, field), message));
    }
    found.sort();
    for (at, message) in found {
        problems.add(at, message, "leave it to one of them");
    }
}

fn place(marks: &ById, id: &str, field: &str) -> At {
    let Some(fields) = marks.get(&folded(id)) else {
        return (0, 0);
    };
    let found = fields.iter().find(|(name, _)| *name == field);
    found.or(fields.last()).map_or((0, 0), |(_, at)| *at)
}
