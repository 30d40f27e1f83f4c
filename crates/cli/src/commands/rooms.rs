//! `avops rooms`: the directory of rooms and devices.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::{read, remove};
use crate::answers::{items, list, text};
use crate::api::{Api, Query};
use crate::error::Error;
use crate::terminal::{Terminal, Tone, toned};

/// What to do about rooms.
#[derive(Debug, Subcommand)]
pub(crate) enum Rooms {
    /// List rooms with their devices: those that calls reach now
    List(List),
    /// Show a room by id, name, alias or e-mail address
    Show {
        /// What people call it
        room: String,
        /// Whose rooms; those that calls reach now when absent
        #[arg(long, value_enum)]
        world: Option<World>,
    },
    /// Print what is registered as YAML or CSV
    Export {
        /// How
        #[arg(long, value_enum, default_value = "yaml")]
        format: Format,
    },
    /// Register the rooms and devices of a YAML or CSV file, all of them or none
    Import(Import),
    /// Take a room out of the directory; its runs stay
    Remove {
        /// Its id
        room: String,
    },
    /// Take a device out of the directory
    RemoveDevice {
        /// Its id
        device: String,
    },
}

/// Which rooms.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Text in what a room, or a device in it, is called
    #[arg(long, short)]
    q: Option<String>,
    /// The site
    #[arg(long)]
    site: Option<String>,
    /// Whose rooms; those that calls reach now when absent
    #[arg(long, value_enum)]
    world: Option<World>,
}

/// A file to be read.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The file; `-` reads the standard input
    file: PathBuf,
    /// How it is written; by the end of its name when absent
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The file is the whole directory: what is not in it is removed
    #[arg(long)]
    whole: bool,
    /// Only say what would change
    #[arg(long)]
    dry_run: bool,
}

/// Whose rooms.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum World {
    /// Those that are registered
    Live,
    /// Those of the simulated campus
    Mock,
}

/// How a directory is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Two lists
    Yaml,
    /// For spreadsheets
    Csv,
}

impl World {
    fn word(self) -> String {
        match self {
            Self::Live => "live".to_owned(),
            Self::Mock => "mock".to_owned(),
        }
    }
}

impl Format {
    fn word(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Csv => "csv",
        }
    }

    fn of(path: &Path) -> Self {
        let end = path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
        if end.is_some_and(|end| end == "csv") {
            Self::Csv
        } else {
            Self::Yaml
        }
    }
}

/// Carries it out.
pub(crate) async fn rooms(command: Rooms, api: &Api, terminal: Terminal) -> Result<(), Error> {
    match command {
        Rooms::List(which) => all(which, api, terminal).await,
        Rooms::Show { room, world } => {
            let query: Query = world
                .map(|world| ("world", world.word()))
                .into_iter()
                .collect();
            show(&api.find(&["rooms", &room], query).await?, terminal)
        }
        Rooms::Export { format } => {
            let query = vec![("format", format.word().to_owned())];
            let export = api.find(&["directory", "export"], query).await?;
            if terminal.json {
                return terminal.value(&export);
            }
            terminal.line(text(&export, "/text").trim_end())
        }
        Rooms::Import(import) => take_in(&import, api, terminal).await,
        Rooms::Remove { room } => remove(api, terminal, ["rooms", &room]).await,
        Rooms::RemoveDevice { device } => remove(api, terminal, ["devices", &device]).await,
    }
}

async fn all(which: List, api: &Api, terminal: Terminal) -> Result<(), Error> {
    let mut query: Query = vec![("limit", "500".to_owned())];
    query.extend(which.q.map(|q| ("q", q)));
    query.extend(which.site.map(|site| ("site", site)));
    query.extend(which.world.map(|world| ("world", world.word())));
    let mut found = Vec::new();
    loop {
        let bite = api.find(&["rooms"], query.clone()).await?;
        found.extend(items(&bite).iter().cloned());
        let Some(next) = bite["next"].as_str() else {
            break;
        };
        query.retain(|(name, _)| *name != "cursor");
        query.push(("cursor", next.to_owned()));
    }
    if terminal.json {
        return terminal.value(&json!({ "items": found, "next": null }));
    }
    let rows = found.iter().map(|room| {
        let devices = list(room, "/devices")
            .iter()
            .map(|device| text(device, "/id"));
        vec![
            text(room, "/id"),
            text(room, "/name"),
            text(room, "/site"),
            text(room, "/email"),
            devices.collect::<Vec<_>>().join(", "),
        ]
    });
    terminal.table(
        &["room", "name", "site", "e-mail", "devices"],
        rows.collect(),
        "there are no such rooms; `avops rooms import FILE` registers some",
    )
}

fn show(room: &Value, terminal: Terminal) -> Result<(), Error> {
    if terminal.json {
        return terminal.value(room);
    }
    terminal.line(toned(text(room, "/name"), Tone::Strong))?;
    let aliases: Vec<&str> = list(room, "/aliases")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let ids = room["ids"].as_object().into_iter().flatten();
    let ids = ids.map(|(tool, id)| format!("{tool}: {}", id.as_str().unwrap_or_default()));
    let facts = [
        ["id".to_owned(), text(room, "/id")],
        ["also".to_owned(), aliases.join(", ")],
        ["e-mail".to_owned(), text(room, "/email")],
        ["site".to_owned(), text(room, "/site")],
        ["time zone".to_owned(), text(room, "/time_zone")],
        ["elsewhere".to_owned(), ids.collect::<Vec<_>>().join(", ")],
    ];
    let known: Vec<[String; 2]> = facts
        .into_iter()
        .filter(|[_, fact]| !fact.is_empty())
        .collect();
    terminal.pairs(&known)?;
    let rows = list(room, "/devices").iter().map(|device| {
        let port = device["port"].as_u64().map(|port| format!(":{port}"));
        vec![
            text(device, "/id"),
            text(device, "/name"),
            text(device, "/tool"),
            format!("{}{}", text(device, "/host"), port.unwrap_or_default()),
            text(device, "/model"),
        ]
    });
    terminal.table(
        &["device", "name", "tool", "address", "model"],
        rows.collect(),
        "no devices are registered in it",
    )
}

async fn take_in(import: &Import, api: &Api, terminal: Terminal) -> Result<(), Error> {
    let format = import.format.unwrap_or_else(|| Format::of(&import.file));
    let body = |dry_run: bool, text: &str| json!({ "format": format.word(), "text": text, "whole": import.whole, "dry_run": dry_run });
    let path = ["directory", "import"];
    let file = read(&import.file)?;
    // What stands in the way is shown whole, which a refusal is not.
    let mut outcome = api.post(&path, body(true, &file)).await?;
    let in_the_way = list(&outcome, "/problems").len();
    if in_the_way == 0 && !import.dry_run {
        outcome = api.post(&path, body(false, &file)).await?;
    }
    if terminal.json {
        terminal.value(&outcome)?;
    } else {
        changes(&outcome, terminal)?;
    }
    let name = import.file.display();
    for problem in list(&outcome, "/problems") {
        let place: Vec<String> = ["line", "column"]
            .into_iter()
            .filter_map(|part| problem[part].as_u64())
            .map(|number| format!(":{number}"))
            .collect();
        let place = place.concat();
        let help = match text(problem, "/help") {
            help if help.is_empty() => help,
            help => format!(" ({help})"),
        };
        terminal.note(format_args!(
            "{name}{place}: {}{help}",
            text(problem, "/message")
        ))?;
    }
    if in_the_way > 0 {
        return Err(Error::failed(format!(
            "nothing was imported: {in_the_way} things stand in the way"
        )));
    }
    Ok(())
}

fn changes(outcome: &Value, terminal: Terminal) -> Result<(), Error> {
    let rows = list(outcome, "/changes").iter().map(|change| {
        let fields: Vec<&str> = list(change, "/fields")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        vec![
            text(change, "/what"),
            text(change, "/kind"),
            text(change, "/id"),
            text(change, "/name"),
            fields.join(", "),
        ]
    });
    terminal.table(
        &["what", "kind", "id", "name", "fields"],
        rows.collect(),
        "nothing changes",
    )?;
    let done = if outcome["done"] == json!(true) {
        "done"
    } else {
        "not done"
    };
    terminal.note(format_args!(
        "{} are as they were; {done}",
        text(outcome, "/unchanged")
    ))
}
