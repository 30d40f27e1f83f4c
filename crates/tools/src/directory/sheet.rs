//! The directory as CSV: one line for each room or device, as spreadsheets read and write it.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord, Trim, WriterBuilder};

use super::file::{At, Entry, MOST_PROBLEMS, PlacesFile};
use super::{Device, Place};
use crate::connector_file::FileProblem;

/// The columns of a CSV file, in the order in which they are written.
const COLUMNS: [&str; 13] = [
    "kind",
    "id",
    "name",
    "aliases",
    "email",
    "site",
    "time_zone",
    "ids",
    "room",
    "tool",
    "host",
    "port",
    "model",
];

/// Which cell holds which column.
struct Header(Vec<&'static str>);

impl Header {
    fn read(record: &StringRecord) -> Result<Self, FileProblem> {
        let mut columns: Vec<&'static str> = Vec::new();
        for (number, cell) in (1..).zip(record) {
            let known = COLUMNS
                .into_iter()
                .find(|name| name.eq_ignore_ascii_case(cell));
            let problem = |message: String| FileProblem {
                message,
                line: 1,
                column: number,
                help: Some(format!("the columns are: {}", COLUMNS.join(", "))),
            };
            match known {
                None => return Err(problem(format!("there is no column `{cell}`"))),
                Some(name) if columns.contains(&name) => {
                    return Err(problem(format!("the column `{name}` is there twice")));
                }
                Some(name) => columns.push(name),
            }
        }
        for needed in ["kind", "id", "name"] {
            if !columns.contains(&needed) {
                return Err(FileProblem {
                    message: format!("the column `{needed}` is missing"),
                    line: 1,
                    column: 0,
                    help: Some(format!("the columns are: {}", COLUMNS.join(", "))),
                });
            }
        }
        Ok(Self(columns))
    }
}

/// One line of a CSV file.
struct Row<'r> {
    header: &'r Header,
    record: &'r StringRecord,
    line: u64,
}

impl Row<'_> {
    fn cell(&self, name: &str) -> (&str, At) {
        let place = self.header.0.iter().position(|column| *column == name);
        let cell = place
            .and_then(|place| self.record.get(place))
            .unwrap_or_default();
        let number = place
            .and_then(|place| u64::try_from(place).ok())
            .map_or(0, |n| n + 1);
        (cell, (self.line, number))
    }

    fn optional(&self, name: &str) -> Option<String> {
        Some(self.cell(name).0.to_owned()).filter(|text| !text.is_empty())
    }

    fn list(&self, name: &str) -> Vec<String> {
        let cell = self.cell(name).0;
        let parts = cell
            .split(';')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect()
    }

    fn problem(&self, name: &str, message: String, help: &str) -> FileProblem {
        let (line, column) = self.cell(name).1;
        FileProblem {
            message,
            line,
            column,
            help: Some(help.to_owned()),
        }
    }

    fn entry<T>(&self, value: T) -> Entry<T> {
        let fields = COLUMNS.into_iter();
        Entry {
            value,
            at: (self.line, 0),
            fields: fields
                .filter(|name| self.header.0.contains(name))
                .map(|name| (name, self.cell(name).1))
                .collect(),
        }
    }

    fn room(&self) -> Result<Place, FileProblem> {
        let mut ids = BTreeMap::new();
        for part in self.list("ids") {
            let Some((tool, id)) = part.split_once('=') else {
                let message = format!("`{part}` names no tool");
                return Err(self.problem(
                    "ids",
                    message,
                    "write it as `zoom=ID`, several with `;` between them",
                ));
            };
            ids.insert(tool.trim().to_owned(), id.trim().to_owned());
        }
        self.refuse(&["room", "tool", "host", "port", "model"], "a room")?;
        Ok(Place {
            id: self.cell("id").0.to_owned(),
            name: self.cell("name").0.to_owned(),
            aliases: self.list("aliases"),
            email: self.optional("email"),
            site: self.optional("site"),
            time_zone: self.optional("time_zone"),
            ids,
        })
    }

    fn device(&self) -> Result<Device, FileProblem> {
        self.refuse(&["email", "site", "time_zone", "ids"], "a device")?;
        let port = self.optional("port").map(|text| text.parse()).transpose();
        let port = port.map_err(|_| {
            let message = format!("`{}` is no port", self.cell("port").0);
            self.problem(
                "port",
                message,
                "a number from 1 to 65535, or nothing for the protocol's own",
            )
        })?;
        Ok(Device {
            id: self.cell("id").0.to_owned(),
            name: self.cell("name").0.to_owned(),
            aliases: self.list("aliases"),
            room: self.optional("room"),
            tool: self.cell("tool").0.to_owned(),
            host: self.cell("host").0.to_owned(),
            port,
            model: self.optional("model"),
        })
    }

    /// What is written where it means nothing would be lost.
    fn refuse(&self, columns: &[&str], what: &str) -> Result<(), FileProblem> {
        match columns.iter().find(|name| !self.cell(name).0.is_empty()) {
            None => Ok(()),
            Some(name) => {
                let message = format!("{what} has no `{name}`");
                Err(self.problem(name, message, "leave the cell empty, or correct `kind`"))
            }
        }
    }
}

pub(super) fn read_csv(text: &str) -> Result<PlacesFile, Vec<FileProblem>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = text.lines().next().unwrap_or_default();
    // Spreadsheets of half the world write semicolons.
    let delimiter = if first.contains(';') && !first.contains(',') {
        b';'
    } else {
        b','
    };
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let broken = |error: &csv::Error| FileProblem {
        message: error.to_string(),
        line: error.position().map_or(0, csv::Position::line),
        column: 0,
        help: Some(
            "each line has as many cells as the first; quote a cell that holds a comma".to_owned(),
        ),
    };
    let header = reader.headers().map_err(|error| vec![broken(&error)])?;
    let header = Header::read(header).map_err(|problem| vec![problem])?;
    let (mut file, mut problems) = (PlacesFile::default(), Vec::new());
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                problems.push(broken(&error));
                break;
            }
        };
        let row = Row {
            header: &header,
            line: record.position().map_or(0, csv::Position::line),
            record: &record,
        };
        let kind = row.cell("kind").0.to_lowercase();
        let read = match kind.as_str() {
            "room" => row.room().map(|room| file.rooms.push(row.entry(room))),
            "device" => row
                .device()
                .map(|device| file.devices.push(row.entry(device))),
            other => {
                let message = format!("there is no kind `{other}`");
                Err(row.problem("kind", message, "`room` or `device`"))
            }
        };
        problems.extend(read.err());
        if problems.len() >= MOST_PROBLEMS {
            break;
        }
    }
    if problems.is_empty() {
        Ok(file)
    } else {
        Err(problems)
    }
}

pub(super) fn write_csv(rooms: &[&Place], devices: &[&Device]) -> std::io::Result<String> {
    let mut writer = WriterBuilder::new().from_writer(Vec::new());
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let room = |room: &&Place| {
        let ids = room.ids.iter().map(|(tool, id)| format!("{tool}={id}"));
        [
            "room".to_owned(),
            room.id.clone(),
            room.name.clone(),
            room.aliases.join("; "),
            text(&room.email),
            text(&room.site),
            text(&room.time_zone),
            ids.collect::<Vec<_>>().join("; "),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
        ]
    };
    let device = |device: &&Device| {
        [
            "device".to_owned(),
            device.id.clone(),
            device.name.clone(),
            device.aliases.join("; "),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            text(&device.room),
            device.tool.clone(),
            device.host.clone(),
            device.port.map(|port| port.to_string()).unwrap_or_default(),
            text(&device.model),
        ]
    };
    let header = COLUMNS.map(str::to_owned);
    let lines = std::iter::once(header)
        .chain(rooms.iter().map(room))
        .chain(devices.iter().map(device));
    for line in lines {
        writer.write_record(line).map_err(std::io::Error::other)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(csv::IntoInnerError::into_error)?;
    String::from_utf8(bytes).map_err(std::io::Error::other)
}
