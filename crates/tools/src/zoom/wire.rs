//! What travels between this program and Zoom. Unknown fields are ignored and missing ones allowed
//! where the vendor's documentation is silent.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::lenient;

/// Answer of the token endpoint. The token lives for `expires_in` seconds and cannot be refreshed.
#[derive(Deserialize)]
pub(super) struct TokenAnswer {
    pub(super) access_token: String,
    #[serde(default = "one_hour")]
    pub(super) expires_in: i64,
}

fn one_hour() -> i64 {
    3600
}

/// The error form of both the API and the token endpoint.
#[derive(Deserialize)]
pub(super) struct ErrorAnswer {
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) code: i64,
    #[serde(default, deserialize_with = "lenient::text")]
    message: String,
    // The token endpoint's words for it.
    #[serde(default, deserialize_with = "lenient::text")]
    reason: String,
    #[serde(default, deserialize_with = "lenient::text")]
    error: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    errors: Vec<FieldError>,
}

#[derive(Deserialize)]
struct FieldError {
    #[serde(default, deserialize_with = "lenient::text")]
    field: String,
    #[serde(default, deserialize_with = "lenient::text")]
    message: String,
}

impl ErrorAnswer {
    /// The error on one line.
    pub(super) fn text(&self) -> String {
        let said = [&self.message, &self.reason, &self.error];
        let mut text = said
            .into_iter()
            .find(|t| !t.is_empty())
            .cloned()
            .unwrap_or_default();
        for error in &self.errors {
            text.push_str("; ");
            text.push_str(&error.field);
            text.push_str(": ");
            text.push_str(&error.message);
        }
        if self.code != 0 {
            text.push_str(" (Zoom code ");
            text.push_str(&self.code.to_string());
            text.push(')');
        }
        text
    }
}

/// One page of `GET /rooms`. An empty page token is the end.
#[derive(Deserialize)]
pub(super) struct RoomsPage {
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) rooms: Vec<ListedRoom>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) next_page_token: String,
}

/// A room as `GET /rooms` gives it. Paths take `id`; `room_id` is another number.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ListedRoom {
    pub(super) id: String,
    #[serde(default, deserialize_with = "lenient::optional_text")]
    pub(super) room_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) name: String,
    #[serde(default, deserialize_with = "lenient::optional_text")]
    pub(super) location_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) status: String,
}

/// One page of `GET /metrics/zoomrooms`.
#[derive(Deserialize)]
pub(super) struct MetricsPage {
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) zoom_rooms: Vec<RoomMetrics>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) next_page_token: String,
}

/// A room as the dashboard sees it: the only list that has the e-mail address and the health.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct RoomMetrics {
    pub(super) id: String,
    // Older texts of the vendor spell it with one letter wrong.
    #[serde(
        default,
        alias = "calender_name",
        deserialize_with = "lenient::optional_text"
    )]
    pub(super) calendar_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::optional_text")]
    pub(super) email: Option<String>,
    #[serde(default, deserialize_with = "lenient::optional_text")]
    pub(super) device_ip: Option<String>,
    #[serde(default, deserialize_with = "lenient::optional_text")]
    pub(super) camera: Option<String>,
    #[serde(default, deserialize_with = "lenient::optional_text")]
    pub(super) microphone: Option<String>,
    #[serde(default, deserialize_with = "lenient::optional_text")]
    pub(super) speaker: Option<String>,
    #[serde(default, deserialize_with = "lenient::optional_text")]
    pub(super) location: Option<String>,
    #[serde(default, deserialize_with = "lenient::optional_text")]
    pub(super) health: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) issues: Vec<Value>,
}

/// Answer of `GET /rooms/{id}/devices`.
#[derive(Deserialize)]
pub(super) struct DevicesAnswer {
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) devices: Vec<Device>,
}

/// A device in a room.
#[expect(
    clippy::struct_field_names,
    reason = "`device_type` is the vendor's field"
)]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Device {
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) device_type: String,
    #[serde(default, deserialize_with = "lenient::optional_text")]
    pub(super) app_version: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) status: String,
}

/// Body of `PATCH /rooms/{id}/events`.
#[derive(Serialize)]
pub(super) struct RoomEvent {
    pub(super) method: &'static str,
}

/// The body that creates a webinar or a meeting.
#[derive(Serialize)]
pub(super) struct NewOccasion<'a> {
    pub(super) topic: &'a str,
    #[serde(rename = "type")]
    pub(super) kind: u8,
    pub(super) start_time: &'a str,
    /// Minutes.
    pub(super) duration: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) timezone: Option<&'a str>,
    pub(super) agenda: &'a str,
    pub(super) settings: NewOccasionSettings,
}

#[derive(Serialize)]
pub(super) struct NewOccasionSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) practice_session: Option<bool>,
}

/// A webinar or a meeting. `id` needs 64 bits and is kept as text.
#[derive(Deserialize)]
pub(super) struct Occasion {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) host_id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) topic: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) start_time: String,
    /// Minutes.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) duration: u32,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) timezone: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) agenda: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) join_url: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) settings: OccasionSettings,
}

#[derive(Default, Deserialize)]
pub(super) struct OccasionSettings {
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) practice_session: bool,
}

/// One page of a host's webinars or meetings; the name of the list tells which.
#[derive(Deserialize)]
pub(super) struct OccasionPage {
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) webinars: Vec<Occasion>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) meetings: Vec<Occasion>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) next_page_token: String,
}
