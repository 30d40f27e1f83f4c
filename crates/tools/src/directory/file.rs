//! The directory as a file: read with the place of each value, and written so that reading gives the same. YAML is here.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_saphyr::{Location, Spanned};

use super::sheet::{read_csv, write_csv};
use super::{Device, Place, Places};
use crate::Error;
use crate::connector_file::{FileProblem, read as yaml};

/// Most problems that are named at once.
pub(super) const MOST_PROBLEMS: usize = 100;

/// How a directory is written down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PlacesFormat {
    /// Two lists, `rooms` and `devices`.
    #[default]
    Yaml,
    /// One line for each room or device; the column `kind` says which.
    Csv,
}

/// Line and column, from 1. In CSV the column counts cells.
pub(super) type At = (u64, u64);

/// A room or device of a file, and where things of it stand.
#[derive(Debug)]
pub(super) struct Entry<T> {
    pub(super) value: T,
    pub(super) at: At,
    /// By field.
    pub(super) fields: Vec<(&'static str, At)>,
}

/// What a file holds.
#[derive(Debug, Default)]
pub struct PlacesFile {
    pub(super) rooms: Vec<Entry<Place>>,
    pub(super) devices: Vec<Entry<Device>>,
}

impl<T> Entry<T> {
    /// Something that comes from no file.
    pub(super) fn loose(value: T) -> Self {
        Self {
            value,
            at: (0, 0),
            fields: Vec::new(),
        }
    }

    /// Where a field stands; the entry itself where the file does not have it.
    pub(super) fn at(&self, field: &str) -> At {
        let found = self.fields.iter().find(|(name, _)| *name == field);
        found.map_or(self.at, |(_, at)| *at)
    }
}

impl PlacesFile {
    /// Reads a file.
    ///
    /// # Errors
    /// What cannot be read, with its places. What can be read and does not hold together is for the plan to say.
    pub fn read(format: PlacesFormat, text: &str) -> Result<Self, Vec<FileProblem>> {
        match format {
            PlacesFormat::Yaml => read_yaml(text).map_err(|problem| vec![problem]),
            PlacesFormat::Csv => read_csv(text),
        }
    }

    /// One room alone, as a form gives it.
    pub fn of_room(room: Place) -> Self {
        Self {
            rooms: vec![Entry::loose(room)],
            devices: Vec::new(),
        }
    }

    /// One device alone, as a form gives it.
    pub fn of_device(device: Device) -> Self {
        Self {
            rooms: Vec::new(),
            devices: vec![Entry::loose(device)],
        }
    }
}

impl Places {
    /// Writes all of it, by id.
    ///
    /// # Errors
    /// [`Error::Io`] when the writer fails.
    pub fn write(&self, format: PlacesFormat) -> Result<String, Error> {
        let mut rooms: Vec<&Place> = self.rooms.iter().collect();
        rooms.sort_by(|a, b| a.id.cmp(&b.id));
        let mut devices: Vec<&Device> = self.devices.iter().collect();
        devices.sort_by(|a, b| a.id.cmp(&b.id));
        match format {
            PlacesFormat::Yaml => serde_saphyr::to_string(&WholeYaml { rooms, devices })
                .map_err(|error| unwritten(std::io::Error::other(error.to_string()))),
            PlacesFormat::Csv => write_csv(&rooms, &devices).map_err(unwritten),
        }
    }
}

fn unwritten(cause: std::io::Error) -> Error {
    Error::Io {
        what: "the directory cannot be written".to_owned(),
        cause,
    }
}

#[derive(Serialize)]
struct WholeYaml<'p> {
    rooms: Vec<&'p Place>,
    devices: Vec<&'p Device>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YamlFile {
    #[serde(default)]
    rooms: Vec<Spanned<YamlRoom>>,
    #[serde(default)]
    devices: Vec<Spanned<YamlDevice>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YamlRoom {
    id: Spanned<String>,
    name: Spanned<String>,
    aliases: Option<Spanned<Vec<String>>>,
    email: Option<Spanned<String>>,
    site: Option<Spanned<String>>,
    time_zone: Option<Spanned<String>>,
    ids: Option<Spanned<BTreeMap<String, String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YamlDevice {
    id: Spanned<String>,
    name: Spanned<String>,
    aliases: Option<Spanned<Vec<String>>>,
    room: Option<Spanned<String>>,
    tool: Spanned<String>,
    host: Spanned<String>,
    port: Option<Spanned<u16>>,
    model: Option<Spanned<String>>,
}

fn at(place: Location) -> At {
    (place.line(), place.column())
}

/// Takes a value, and notes where it stands.
fn noted<T>(fields: &mut Vec<(&'static str, At)>, name: &'static str, spanned: Spanned<T>) -> T {
    fields.push((name, at(spanned.referenced)));
    spanned.value
}

fn read_yaml(text: &str) -> Result<PlacesFile, FileProblem> {
    let file: YamlFile = yaml(text)?;
    let room = |spanned: Spanned<YamlRoom>| {
        let (place, room) = (spanned.referenced, spanned.value);
        let mut fields = Vec::new();
        let f = &mut fields;
        let value = Place {
            id: noted(f, "id", room.id),
            name: noted(f, "name", room.name),
            aliases: room
                .aliases
                .map(|it| noted(f, "aliases", it))
                .unwrap_or_default(),
            email: room.email.map(|it| noted(f, "email", it)),
            site: room.site.map(|it| noted(f, "site", it)),
            time_zone: room.time_zone.map(|it| noted(f, "time_zone", it)),
            ids: room.ids.map(|it| noted(f, "ids", it)).unwrap_or_default(),
        };
        Entry {
            value,
            at: at(place),
            fields,
        }
    };
    let device = |spanned: Spanned<YamlDevice>| {
        let (place, device) = (spanned.referenced, spanned.value);
        let mut fields = Vec::new();
        let f = &mut fields;
        let value = Device {
            id: noted(f, "id", device.id),
            name: noted(f, "name", device.name),
            aliases: device
                .aliases
                .map(|it| noted(f, "aliases", it))
                .unwrap_or_default(),
            room: device.room.map(|it| noted(f, "room", it)),
            tool: noted(f, "tool", device.tool),
            host: noted(f, "host", device.host),
            port: device.port.map(|it| noted(f, "port", it)),
            model: device.model.map(|it| noted(f, "model", it)),
        };
        Entry {
            value,
            at: at(place),
            fields,
        }
    };
    Ok(PlacesFile {
        rooms: file.rooms.into_iter().map(room).collect(),
        devices: file.devices.into_iter().map(device).collect(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::collection::{btree_map, vec};
    use proptest::option::of;
    use proptest::prelude::*;

    use super::*;
    use crate::directory::plan;

    /// A text of one line with whatever YAML and CSV have to quote.
    const TEXT: &str = "[a-z0-9ä][-a-z0-9 :,'\"#|&*!%@`{}\\[\\]äß]{0,12}[a-z0-9]";

    prop_compose! {
        fn room(number: usize)(
            name in TEXT, aliases in vec(TEXT, 0..3), site in of(TEXT), ids in btree_map("[a-z]{3,8}", TEXT, 0..3),
        ) -> Place {
            Place {
                id: format!("{number}"),
                name,
                aliases: aliases.into_iter().map(|alias| format!("{alias} {number}")).collect(),
                email: Some(format!("room{number}@corp.example")),
                site,
                time_zone: Some("Europe/Paris".to_owned()),
                ids: ids.into_iter().map(|(tool, id)| (tool, format!("{id} {number}"))).collect(),
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_written_reads_back_as_it_was(one in room(1), two in room(20), port in of(1_u16..), model in of(TEXT)) {
            let device = Device {
                id: "007".to_owned(),
                name: "true".to_owned(),
                room: Some("1".to_owned()),
                tool: "pjlink".to_owned(),
                host: "10.0.0.1".to_owned(),
                port,
                model,
                ..Device::default()
            };
            let places = Places { rooms: vec![one, two], devices: vec![device] };
            for format in [PlacesFormat::Yaml, PlacesFormat::Csv] {
                let text = places.write(format).expect("it can be written");
                let file = PlacesFile::read(format, &text).expect(&text);
                let planned = plan(&Places::default(), file, true);
                prop_assert_eq!(&planned.after, &places, "{}", text);
            }
        }
    }
}
