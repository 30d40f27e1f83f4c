//! `avops campus`: the simulated campus of a running server, and the faults in it.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::tools::Switch;
use crate::answers::{list, text};
use crate::api::Api;
use crate::error::Error;
use crate::terminal::Terminal;

/// What to do about the simulated campus.
#[derive(Debug, Subcommand)]
pub(crate) enum Campus {
    /// Show rooms, devices and vendors, and what goes wrong with each
    Show,
    /// List the faults that can be switched
    Faults,
    /// Switch a fault on or off; only in mock mode
    Fault(Switched),
    /// Switch every fault off, and end the meetings
    Mend,
}

/// A fault to be switched.
#[derive(Debug, Args)]
pub(crate) struct Switched {
    /// What it befalls
    #[arg(value_enum)]
    befalls: Befalls,
    /// Which room, device or vendor
    id: String,
    /// The fault, as `avops campus faults` lists it
    fault: String,
    /// Whether it shall happen
    #[arg(value_enum)]
    state: Switch,
}

/// What a fault befalls.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Befalls {
    /// A room, as Zoom sees it
    Room,
    /// A device on its own line
    Device,
    /// All requests to one vendor
    Vendor,
}

impl Befalls {
    fn word(self) -> &'static str {
        match self {
            Self::Room => "room",
            Self::Device => "device",
            Self::Vendor => "vendor",
        }
    }
}

/// Carries it out.
pub(crate) async fn campus(command: Campus, api: &Api, terminal: Terminal) -> Result<(), Error> {
    let Api::Server(_) = api else {
        return Err(Error::outside("no server runs on this data folder").hint(
            "the simulated campus lives in a server: start `avops serve`, then say it again",
        ));
    };
    match command {
        Campus::Show => show(&api.get(&["campus"]).await?, terminal),
        Campus::Faults => faults(&api.get(&["campus"]).await?, terminal),
        Campus::Fault(fault) => {
            let body = json!({
                "befalls": fault.befalls.word(), "id": fault.id, "fault": fault.fault,
                "on": fault.state == Switch::On,
            });
            show(&api.post(&["campus", "faults"], body).await?, terminal)
        }
        Campus::Mend => show(&api.delete(&["campus", "faults"]).await?, terminal),
    }
}

fn show(campus: &Value, terminal: Terminal) -> Result<(), Error> {
    if terminal.json {
        return terminal.value(campus);
    }
    let rows = list(campus, "/things").iter().map(|thing| {
        let on = list(thing, "/faults")
            .iter()
            .filter(|fault| fault["on"] == json!(true));
        let on: Vec<String> = on.map(|fault| text(fault, "/fault")).collect();
        vec![
            text(thing, "/befalls"),
            text(thing, "/id"),
            text(thing, "/name"),
            text(thing, "/state"),
            on.join(", "),
        ]
    });
    terminal.table(
        &["kind", "id", "name", "state", "goes wrong"],
        rows.collect(),
        "the campus is empty",
    )
}

fn faults(campus: &Value, terminal: Terminal) -> Result<(), Error> {
    if terminal.json {
        return terminal.value(campus);
    }
    let mut rows: Vec<Vec<String>> = Vec::new();
    for thing in list(campus, "/things") {
        for fault in list(thing, "/faults") {
            let row = vec![
                text(thing, "/befalls"),
                text(fault, "/fault"),
                text(fault, "/title"),
            ];
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
    }
    terminal.table(
        &["befalls", "fault", "what happens"],
        rows,
        "there are none",
    )
}
