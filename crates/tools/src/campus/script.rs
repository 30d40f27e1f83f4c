//! The text file that a campus begins with.

use serde::Deserialize;
use serde_json::Value;

use super::fault::Fault;
use crate::Error;
pub use crate::devices::simulator::ScriptDevice;
pub use crate::github::simulator::{ScriptGitHub, ScriptRepository};
pub use crate::google_drive::simulator::ScriptGoogleDrive;
pub use crate::search::simulator::ScriptPage;
pub use crate::servicenow::simulator::ScriptServiceNow;

/// Most rooms of a script that came from outside.
const MOST_ROOMS: usize = 1_000;
/// Most devices of it.
const MOST_DEVICES: usize = 50;
/// All its pages together, in bytes.
const LARGEST_WEB: usize = 16 * 1024 * 1024;

const SHIPPED: &str = include_str!("campus.yaml");

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
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
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

    /// The campus that ships with the program, with `changes` laid over it: what is a mapping is changed key by key,
    /// what stands in a list under an `id` (or `name`) is changed or added under it, everything else is replaced.
    ///
    /// # Errors
    /// [`Error::Script`] when the outcome does not have the form of a script.
    pub fn shipped_with(changes: &Value) -> Result<Self, Error> {
        let mut script: Value =
            serde_saphyr::from_str(SHIPPED).map_err(|error| Error::Script(error.to_string()))?;
        lay_over(&mut script, changes);
        // JSON is YAML, so the one reader checks both.
        let script = Self::parse(&script.to_string())?;
        script.check_size()?;
        Ok(script)
    }

    /// Bounds what a script that came from outside may take: each device has a socket, and pages are kept in memory.
    fn check_size(&self) -> Result<(), Error> {
        let pages = self.pages.iter().fold(0_usize, |total, page| {
            total.saturating_add(page.body.len().saturating_mul(page.times))
        });
        if self.rooms.len() > MOST_ROOMS || self.devices.len() > MOST_DEVICES || pages > LARGEST_WEB
        {
            return Err(Error::Script(format!(
                "it may have {MOST_ROOMS} rooms, {MOST_DEVICES} devices, and pages of {LARGEST_WEB} bytes together"
            )));
        }
        Ok(())
    }

    /// The campus that ships with the program.
    ///
    /// # Errors
    /// [`Error::Script`] when it cannot be read.
    pub fn shipped() -> Result<Self, Error> {
        Self::parse(SHIPPED)
    }
}

/// Lays changes over a part of a script.
fn lay_over(below: &mut Value, above: &Value) {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            for (key, value) in above {
                match below.get_mut(key) {
                    Some(there) => lay_over(there, value),
                    None => {
                        below.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (Value::Array(below), Value::Array(above))
            if !above.is_empty() && above.iter().all(|item| key_of(item).is_some()) =>
        {
            for item in above {
                match below.iter_mut().find(|there| key_of(there) == key_of(item)) {
                    Some(there) => lay_over(there, item),
                    None => below.push(item.clone()),
                }
            }
        }
        (below, above) => *below = above.clone(),
    }
}

/// What tells an item of a list from the others.
fn key_of(item: &Value) -> Option<&Value> {
    item.get("id").or_else(|| item.get("name"))
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_laid_over_changes_one_room_and_leaves_the_others() {
        let changes = json!({ "rooms": [
            { "id": "zr-hq-204", "fault": { "issue": "No signal", "after_restart": "stays" } },
            { "id": "zr-new", "name": "New", "email": "new@corp.example" },
        ] });
        let script = Script::shipped_with(&changes).unwrap();
        let shipped = Script::shipped().unwrap();
        assert_eq!(script.rooms.len(), shipped.rooms.len() + 1);
        let in_trouble = script
            .rooms
            .iter()
            .find(|room| room.id == "zr-hq-204")
            .unwrap();
        assert_eq!(in_trouble.name, "Huddle 204");
        assert_eq!(
            in_trouble.fault.as_ref().map(|fault| fault.after_restart),
            Some(AfterRestart::Stays)
        );
    }

    #[test]
    fn a_script_that_would_fill_the_memory_is_refused() {
        let page = json!({ "at": "a.example/x", "body": "0123456789", "times": 1_000_000_000 });
        let refused = Script::shipped_with(&json!({ "pages": [page] })).unwrap_err();
        assert!(refused.to_string().contains("bytes together"), "{refused}");
    }

    #[test]
    fn what_does_not_fit_a_script_is_refused() {
        let refused = Script::shipped_with(&json!({ "romms": [] })).unwrap_err();
        assert!(refused.to_string().contains("romms"), "{refused}");
    }
}
