//! What travels between this program and Microsoft Graph.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::calendar_scheduler::outside::{Answer, Remote};

#[derive(Deserialize)]
pub(super) struct Events {
    #[serde(default)]
    pub(super) value: Vec<Event>,
    #[serde(rename = "@odata.nextLink")]
    pub(super) next_link: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Schedules {
    #[serde(default)]
    pub(super) value: Vec<Schedule>,
}

#[derive(Deserialize)]
pub(super) struct Schedule {
    #[serde(rename = "scheduleId")]
    pub(super) id: String,
    #[serde(rename = "scheduleItems", default)]
    pub(super) items: Vec<Item>,
    pub(super) error: Option<ScheduleError>,
}

#[derive(Deserialize)]
pub(super) struct ScheduleError {
    #[serde(default)]
    pub(super) message: String,
}

#[derive(Deserialize)]
pub(super) struct Item {
    #[serde(default)]
    pub(super) status: String,
    pub(super) start: Local,
    pub(super) end: Local,
}

/// A time in the zone that was asked for, without an offset.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Local {
    pub(super) date_time: Option<DateTime>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event {
    pub(super) id: String,
    #[serde(default)]
    pub(super) subject: String,
    #[serde(default)]
    pub(super) body: Text,
    #[serde(default)]
    pub(super) start: Local,
    #[serde(default)]
    pub(super) end: Local,
    #[serde(default)]
    pub(super) attendees: Vec<Attendee>,
    #[serde(default)]
    pub(super) is_cancelled: bool,
    pub(super) transaction_id: Option<String>,
    #[serde(default)]
    pub(super) created_date_time: Timestamp,
    #[serde(default)]
    pub(super) last_modified_date_time: Timestamp,
    pub(super) web_link: Option<String>,
    #[serde(rename = "@odata.etag")]
    pub(super) etag: Option<String>,
}

#[derive(Default, Deserialize)]
pub(super) struct Text {
    #[serde(default)]
    pub(super) content: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attendee {
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) status: Response,
    #[serde(default)]
    pub(super) email_address: Address,
}

#[derive(Default, Deserialize)]
pub(super) struct Response {
    #[serde(default)]
    pub(super) response: String,
}

#[derive(Default, Deserialize)]
pub(super) struct Address {
    #[serde(default)]
    pub(super) address: String,
}

impl Local {
    pub(super) fn moment(&self) -> Timestamp {
        let zoned = self
            .date_time
            .and_then(|time| time.to_zoned(TimeZone::UTC).ok());
        zoned.map(|time| time.timestamp()).unwrap_or_default()
    }
}

impl Event {
    pub(super) fn remote(self) -> Remote {
        let room = self
            .attendees
            .iter()
            .find(|attendee| attendee.kind == "resource");
        let answer = match room.map(|room| room.status.response.as_str()) {
            Some("accepted") | None => Answer::Accepted,
            Some("declined") => Answer::Declined,
            Some(_) => Answer::Pending,
        };
        Remote {
            room: room.map(|room| room.email_address.address.to_lowercase()),
            answer,
            title: self.subject,
            description: self.body.content,
            start: self.start.moment(),
            end: self.end.moment(),
            attendees: self
                .attendees
                .iter()
                .filter(|attendee| attendee.kind != "resource")
                .map(|attendee| attendee.email_address.address.clone())
                .collect(),
            cancelled: self.is_cancelled,
            created: self.created_date_time,
            updated: self.last_modified_date_time,
            url: self.web_link,
            etag: self.etag,
            id: self.id,
        }
    }
}
