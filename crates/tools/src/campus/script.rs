//! The text file that a campus begins with.

use serde::Deserialize;

use super::fault::Fault;
use crate::Error;
pub use crate::devices::simulator::ScriptDevice;
pub use crate::github::simulator::{ScriptGitHub, ScriptRepository};
pub use crate::google_drive::simulator::ScriptGoogleDrive;
pub use crate::search::simulator::ScriptPage;
pub use crate::servicenow::simulator::ScriptServiceNow;

/// A world as it begins.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// How long a restarted room is offline.
    #[serde(default = "restart_time")]
    pub restart_s: u32,
    /// Sites.
    #[serde(default)]
    pub sites: Vec<ScriptSite>,
    /// Rooms.
    pub rooms: Vec<ScriptRoom>,
    /// Devices, each on a port of its own.
    #[serde(default)]
    pub devices: Vec<ScriptDevice>,
    /// Meetings.
    #[serde(default)]
    pub meetings: Vec<ScriptMeeting>,
    /// The Slack workspace.
    #[serde(default)]
    pub slack: ScriptSlack,
    /// The Zoom account.
    #[serde(default)]
    pub zoom: ScriptZoom,
    /// The ServiceNow instance.
    #[serde(default)]
    pub servicenow: ScriptServiceNow,
    /// The repositories on GitHub.
    #[serde(default)]
    pub github: ScriptGitHub,
    /// Pages of the web, to search and to read.
    #[serde(default)]
    pub pages: Vec<ScriptPage>,
    /// The files in Google Drive.
    #[serde(default)]
    pub google_drive: ScriptGoogleDrive,
    /// Faults of the vendors themselves, in the order in which they are looked at.
    #[serde(default)]
    pub faults: Vec<Fault>,
}

/// A site.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptSite {
    /// Its id.
    pub id: String,
    /// For people.
    pub name: String,
}

/// A room.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptRoom {
    /// Its id in calls.
    pub id: String,
    /// Display name.
    pub name: String,
    /// The calendar's address.
    pub email: String,
    /// The site's id.
    #[serde(default)]
    pub site: Option<String>,
    /// How it is when nothing is wrong.
    #[serde(default)]
    pub status: BaseStatus,
    /// What is wrong with it.
    #[serde(default)]
    pub fault: Option<RoomFault>,
}

/// How a room is when neither a meeting nor a restart is going on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BaseStatus {
    /// It can be used.
    #[default]
    Online,
    /// It cannot be reached.
    Offline,
    /// It is not in use yet.
    UnderConstruction,
}

/// What is wrong with a room.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoomFault {
    /// As the vendor's dashboard says it.
    pub issue: String,
    /// What a restart does about it.
    #[serde(default)]
    pub after_restart: AfterRestart,
}

/// What a restart does about a room's fault.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterRestart {
    /// It is gone.
    #[default]
    Recovers,
    /// Nothing.
    Stays,
}

/// A meeting.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptMeeting {
    /// The room's id.
    pub room: String,
    /// What it is about.
    pub topic: String,
    /// Counted from the start of the campus; may be negative.
    #[serde(default)]
    pub starts_in_minutes: i64,
    /// How long it lasts; it does not end when absent.
    #[serde(default)]
    pub minutes: Option<i64>,
}

/// The Slack workspace.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptSlack {
    /// Its name.
    #[serde(default)]
    pub team: String,
    /// Its channels.
    #[serde(default)]
    pub channels: Vec<ScriptChannel>,
    /// A post with a `client_msg_id` that was seen before gives the first message. The vendor
    /// promises no such thing.
    #[serde(default)]
    pub honours_client_msg_id: bool,
}

/// A channel.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptChannel {
    /// Its id in calls.
    pub id: String,
    /// Without `#`.
    pub name: String,
    /// Whether the bot is in it.
    #[serde(default = "yes")]
    pub member: bool,
    /// Whether it is private.
    #[serde(default)]
    pub private: bool,
    /// Whether it is archived.
    #[serde(default)]
    pub archived: bool,
}

/// The Zoom account.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptZoom {
    /// How long a token lives.
    #[serde(default = "token_time")]
    pub token_s: u32,
    /// Most rooms on one page, whatever is asked for.
    #[serde(default = "page_size")]
    pub page_size: usize,
    /// Whether the account's plan has the dashboard.
    #[serde(default = "yes")]
    pub dashboard: bool,
    /// Users who can host webinars and meetings.
    #[serde(default = "hosts")]
    pub hosts: Vec<String>,
}

impl Default for ScriptZoom {
    fn default() -> Self {
        Self {
            token_s: token_time(),
            page_size: page_size(),
            dashboard: true,
            hosts: hosts(),
        }
    }
}

impl Script {
    /// Reads a script.
    ///
    /// # Errors
    /// [`Error::Script`] with line and column.
    pub fn parse(yaml: &str) -> Result<Self, Error> {
        let options = serde_saphyr::options! { strict_booleans: true };
        let script: Self = serde_saphyr::from_str_with_options(yaml, options)
            .map_err(|e| Error::Script(e.to_string()))?;
        for meeting in &script.meetings {
            if !script.rooms.iter().any(|room| room.id == meeting.room) {
                return Err(Error::Script(format!(
                    "the meeting `{}` is in room `{}`, which is not there",
                    meeting.topic, meeting.room
                )));
            }
        }
        for device in &script.devices {
            let problem = device.problem().or_else(|| {
                let room = device.room.as_ref()?;
                let known = script.rooms.iter().any(|known| known.id == *room);
                (!known).then_some("is in a room that is not there")
            });
            if let Some(problem) = problem {
                return Err(Error::Script(format!(
                    "the device `{}` {problem}",
                    device.id
                )));
            }
        }
        Ok(script)
    }

    /// The campus that ships with the program.
    ///
    /// # Errors
    /// [`Error::Script`] when it cannot be read.
    pub fn shipped() -> Result<Self, Error> {
        Self::parse(include_str!("campus.yaml"))
    }
}

fn restart_time() -> u32 {
    20
}

fn token_time() -> u32 {
    3600
}

fn hosts() -> Vec<String> {
    vec!["events@corp.example".to_owned()]
}

fn page_size() -> usize {
    300
}

fn yes() -> bool {
    true
}
