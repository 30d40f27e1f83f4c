//! Rooms and devices, found by whatever people call them: id, e-mail address, name or alias.

mod file;
mod plan;
mod sheet;

pub use file::{PlacesFile, PlacesFormat};
pub use plan::{DEVICE_TOOLS, PlaceChange, PlaceKind, PlacesPlan, WhatChanges, plan};

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A name that is at least so like another (0 to 1) is offered in its place.
const ALIKE: f64 = 0.75;

/// Names given in one message.
const NAMED: usize = 5;

/// A room.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Its id, unique among rooms.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Other names that people use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Address of its mailbox or calendar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The site it is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// IANA time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// What other systems call it, by tool: `zoom: zr-hq-204`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ids: BTreeMap<String, String>,
}

/// A device that is spoken to over the network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// Its id, unique among devices.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Other names that people use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Id of the room it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<String>,
    /// The tool that speaks to it: `qsys_control`, `extron_control`, `pjlink`.
    pub tool: String,
    /// Host name or number. Private addresses are allowed, since an admin registers them.
    pub host: String,
    /// TCP port; the protocol's own when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// Maker and model, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

/// Everything in the directory at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// Rooms.
    pub rooms: Vec<Place>,
    /// Devices.
    pub devices: Vec<Device>,
}

/// The directory as connectors see it. It can be replaced while calls are under way.
#[derive(Debug, Default)]
pub struct Directory {
    places: RwLock<Arc<Places>>,
    /// Where its entries come from, for people.
    origin: Option<&'static str>,
}

/// Why a name leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotFound {
    /// Nothing is called so.
    #[error("there is no {what} `{wanted}`{}", offer(.nearest))]
    Nothing {
        /// `room`, or `device of NAME`.
        what: String,
        /// As asked for.
        wanted: String,
        /// Names like it.
        nearest: Vec<String>,
    },
    /// Several are called so.
    #[error("`{wanted}` may be {}: give the id", .candidates.join(" or "))]
    Several {
        /// As asked for.
        wanted: String,
        /// The ids of those it may be.
        candidates: Vec<String>,
    },
}

fn offer(nearest: &[String]) -> String {
    if nearest.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}?", nearest.join(" or "))
    }
}

impl Directory {
    /// A directory with these rooms and devices.
    pub fn new(places: Places) -> Self {
        Self {
            places: RwLock::new(Arc::new(places)),
            origin: None,
        }
    }

    /// The same directory, whose refusals say where its entries come from.
    pub(crate) fn from(self, origin: &'static str) -> Self {
        Self {
            origin: Some(origin),
            ..self
        }
    }

    /// How somebody mends a name that leads to no device of `tool`: what there is, and where it comes from.
    pub(crate) fn hint_for(&self, tool: &str) -> String {
        let places = self.places();
        let ids: Vec<&str> = places
            .devices
            .iter()
            .filter(|device| device.tool == tool)
            .map(|device| device.id.as_str())
            .take(NAMED)
            .collect();
        let there = if ids.is_empty() {
            format!("there are no devices of {tool} yet")
        } else {
            format!("there are: {}", ids.join(", "))
        };
        let origin = self.origin.unwrap_or(
            "register it under MCP Tools, Rooms and devices, or with `avops rooms import`",
        );
        format!("{there}; {origin}")
    }

    /// Puts other rooms and devices in the place of those there are.
    pub fn replace(&self, places: Places) {
        *self.places.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(places);
    }

    /// The rooms and devices of this moment.
    pub fn places(&self) -> Arc<Places> {
        Arc::clone(&self.places.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Finds a room by id, e-mail address, name, alias, or what another system calls it.
    ///
    /// # Errors
    /// [`NotFound`].
    pub fn room(&self, wanted: &str) -> Result<Place, NotFound> {
        self.places().room(wanted).cloned()
    }

    /// Finds a device of one tool by id, name or alias, or by a room that has just one.
    ///
    /// # Errors
    /// [`NotFound`].
    pub fn device(&self, tool: &str, wanted: &str) -> Result<Device, NotFound> {
        self.places().device(tool, wanted).cloned()
    }

    /// What `tool` calls the room that people call `wanted`: the id that is registered for it, else the room's e-mail
    /// address, else its name; `wanted` itself where the directory knows nothing of it, so that the vendor's own look-up
    /// can answer. So it can for a name of several rooms, if `tool` knows every one of them.
    ///
    /// # Errors
    /// [`NotFound::Several`] when it does not: then it would take the one that it knows.
    pub fn room_id_for(&self, tool: &str, wanted: &str) -> Result<String, NotFound> {
        let places = self.places();
        match places.room(wanted) {
            Ok(room) => {
                let known = room.ids.get(tool).or(room.email.as_ref());
                Ok(known.unwrap_or(&room.name).clone())
            }
            Err(NotFound::Nothing { .. }) => Ok(wanted.to_owned()),
            Err(several) => {
                let mut named = places.named(wanted);
                if named.all(|room| room.ids.contains_key(tool)) {
                    Ok(wanted.to_owned())
                } else {
                    Err(several)
                }
            }
        }
    }
}

impl Places {
    /// Finds a room by id, e-mail address, name, alias, or what another system calls it; else by words of its name, where
    /// only one room has them.
    ///
    /// # Errors
    /// [`NotFound`].
    pub fn room(&self, wanted: &str) -> Result<&Place, NotFound> {
        let asked = folded(wanted);
        if let Some(room) = self.rooms.iter().find(|room| folded(&room.id) == asked) {
            return Ok(room);
        }
        let named: Vec<&Place> = self.named(wanted).collect();
        let found = if named.is_empty() {
            self.speaking_of(&asked)
        } else {
            named
        };
        one(&found, wanted, |room| &room.id).unwrap_or_else(|| {
            Err(NotFound::Nothing {
                what: "room".to_owned(),
                wanted: wanted.to_owned(),
                nearest: nearest(&asked, self.rooms.iter().map(|room| &room.name)),
            })
        })
    }

    /// The rooms whose name holds every word of `asked`: people say `204` to Huddle 204.
    fn speaking_of(&self, asked: &str) -> Vec<&Place> {
        let words: Vec<&str> = asked.split(' ').filter(|word| !word.is_empty()).collect();
        let holds = |name: &String| {
            let name = folded(name);
            let held: Vec<&str> = name.split(' ').collect();
            words.iter().all(|word| held.contains(word))
        };
        let speaks = |room: &&Place| room.aliases.iter().chain([&room.name]).any(holds);
        if words.is_empty() {
            return Vec::new();
        }
        self.rooms.iter().filter(speaks).collect()
    }

    /// The rooms that are called so, other than by their id.
    fn named(&self, wanted: &str) -> impl Iterator<Item = &Place> {
        let asked = folded(wanted);
        self.rooms.iter().filter(move |room| {
            let other = room.ids.values().chain(room.email.iter());
            let mut names = room.aliases.iter().chain([&room.name]).chain(other);
            names.any(|name| folded(name) == asked)
        })
    }

    fn device(&self, tool: &str, wanted: &str) -> Result<&Device, NotFound> {
        let asked = folded(wanted);
        let of_tool: Vec<&Device> = self.devices.iter().filter(|d| d.tool == tool).collect();
        if let Some(device) = of_tool.iter().find(|device| folded(&device.id) == asked) {
            return Ok(device);
        }
        let named = of_tool.iter().copied().filter(|device| {
            let mut names = device.aliases.iter().chain([&device.name]);
            names.any(|name| folded(name) == asked)
        });
        if let Some(found) = one(&named.collect::<Vec<_>>(), wanted, |device| &device.id) {
            return found;
        }
        if let Ok(room) = self.room(wanted) {
            let in_room = of_tool.iter().copied();
            let in_room = in_room.filter(|device| device.room.as_ref() == Some(&room.id));
            if let Some(found) = one(&in_room.collect::<Vec<_>>(), wanted, |device| &device.id) {
                return found;
            }
        }
        Err(NotFound::Nothing {
            what: format!("device of {tool}"),
            wanted: wanted.to_owned(),
            nearest: nearest(&asked, of_tool.iter().map(|device| &device.name)),
        })
    }
}

/// The one that was found, a refusal when there are several, nothing when there is none.
fn one<'p, T>(
    found: &[&'p T],
    wanted: &str,
    id: impl Fn(&T) -> &String,
) -> Option<Result<&'p T, NotFound>> {
    match found {
        [] => None,
        [only] => Some(Ok(only)),
        several => Some(Err(NotFound::Several {
            wanted: wanted.to_owned(),
            candidates: several.iter().take(NAMED).map(|t| id(t).clone()).collect(),
        })),
    }
}

/// Names without case and surplus white space.
fn folded(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

fn nearest<'n>(asked: &str, names: impl Iterator<Item = &'n String>) -> Vec<String> {
    let likeness = |name: &&String| strsim::jaro_winkler(asked, &folded(name));
    let mut alike: Vec<&String> = names.filter(|name| likeness(name) >= ALIKE).collect();
    alike.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
    alike.into_iter().take(2).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory() -> Directory {
        let room = |id: &str, name: &str, email: &str| Place {
            id: id.to_owned(),
            name: name.to_owned(),
            email: Some(email.to_owned()),
            ids: BTreeMap::from([("zoom".to_owned(), format!("zr-{id}"))]),
            ..Place::default()
        };
        let device = |id: &str, name: &str, room: &str| Device {
            id: id.to_owned(),
            name: name.to_owned(),
            room: Some(room.to_owned()),
            tool: "pjlink".to_owned(),
            host: "10.0.0.1".to_owned(),
            ..Device::default()
        };
        Directory::new(Places {
            rooms: vec![
                room("204", "Huddle 204", "huddle204@corp.example"),
                room("aud", "Auditorium", "aud@corp.example"),
                room("aud2", "Auditorium", "aud2@corp.example"),
            ],
            devices: vec![
                device("proj-204", "Projector 204", "204"),
                device("proj-l", "Projector left", "aud"),
                device("proj-r", "Projector right", "aud"),
            ],
        })
    }

    #[test]
    fn a_room_is_found_by_everything_people_call_it() {
        let directory = directory();
        for wanted in [
            "204",
            "huddle  204 ",
            "HUDDLE 204",
            "Huddle204@Corp.example",
            "zr-204",
        ] {
            assert_eq!(
                directory.room(wanted).map(|r| r.id),
                Ok("204".to_owned()),
                "{wanted}"
            );
        }
        let called = |tool, wanted| directory.room_id_for(tool, wanted);
        assert_eq!(called("zoom", "Huddle 204"), Ok("zr-204".to_owned()));
        assert_eq!(called("zoom", "Elsewhere"), Ok("Elsewhere".to_owned()));
        let email = "huddle204@corp.example".to_owned();
        assert_eq!(called("google_calendar", "204"), Ok(email));
        assert_eq!(called("zoom", "auditorium"), Ok("auditorium".to_owned()));
        let unknown_there = called("google_calendar", "auditorium");
        assert!(matches!(unknown_there, Err(NotFound::Several { .. })));
    }

    #[test]
    fn a_name_of_two_rooms_is_refused_with_both() {
        let error = directory().room("auditorium").expect_err("two rooms");
        assert_eq!(
            error.to_string(),
            "`auditorium` may be aud or aud2: give the id"
        );
    }

    #[test]
    fn words_of_a_name_find_a_room_that_has_them_alone() {
        let directory = Directory::new(Places {
            rooms: ["Huddle 204", "Huddle 205", "Training Room 2"]
                .map(|name| Place {
                    id: folded(name).replace(' ', "-"),
                    name: name.to_owned(),
                    ..Place::default()
                })
                .to_vec(),
            devices: Vec::new(),
        });
        let found = |wanted: &str| directory.room(wanted).map(|room| room.id);
        assert_eq!(found("204"), Ok("huddle-204".to_owned()));
        assert_eq!(found("training 2"), Ok("training-room-2".to_owned()));
        assert!(matches!(found("huddle"), Err(NotFound::Several { .. })));
        for nothing in ["20", "huddle 206", ""] {
            assert!(
                matches!(found(nothing), Err(NotFound::Nothing { .. })),
                "{nothing}"
            );
        }
    }

    #[test]
    fn a_misspelt_name_is_refused_with_the_nearest() {
        let error = directory().room("Hudle 204").expect_err("no such room");
        assert!(
            error.to_string().contains("did you mean Huddle 204?"),
            "{error}"
        );
    }

    #[test]
    fn a_room_stands_for_its_only_device() {
        let directory = directory();
        let id = |wanted: &str| directory.device("pjlink", wanted).map(|device| device.id);
        assert_eq!(id("proj-204"), Ok("proj-204".to_owned()));
        assert_eq!(id("huddle 204"), Ok("proj-204".to_owned()));
        assert!(matches!(id("aud"), Err(NotFound::Several { .. })));
        assert!(matches!(
            directory.device("qsys_control", "huddle 204"),
            Err(NotFound::Nothing { .. })
        ));
    }
}
