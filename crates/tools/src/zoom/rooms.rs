//! The rooms of an account: two vendor lists joined, in this program's words.

use std::sync::Arc;

use avops_engine::{Clock, ToolError};
use reqwest::Method;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::{Mutex, MutexGuard};

use super::dashboard::Dashboard;
use super::session::Session;
use super::wire::{ListedRoom, RoomMetrics, RoomsPage};
use crate::outbound::{Deadline, set_query};

/// Largest page that Zoom gives.
pub(super) const PAGE_SIZE: &str = "300";

/// Pages read of one list; 30,000 rooms. A list that never ends is not followed further.
pub(super) const MAX_PAGES: usize = 100;

/// A room in this program's words.
#[expect(
    clippy::struct_field_names,
    reason = "`room_id` is the vendor's own name for its other id"
)]
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Room {
    /// What calls take.
    pub(super) id: String,
    /// The vendor's other id.
    pub(super) room_id: Option<String>,
    pub(super) name: String,
    pub(super) email: Option<String>,
    pub(super) calendar_name: Option<String>,
    /// `online`, `offline`, `in_meeting` or `under_construction`.
    pub(super) status: String,
    /// `good`, `warning`, `critical`, or `unknown` where the dashboard is not to be had.
    pub(super) health: String,
    pub(super) issues: Vec<String>,
    pub(super) location: Option<String>,
    pub(super) location_id: Option<String>,
    pub(super) device_ip: Option<String>,
    pub(super) camera: Option<String>,
    pub(super) microphone: Option<String>,
    pub(super) speaker: Option<String>,
}

/// Reads rooms; keeps the dashboard's figures for a minute.
pub(super) struct Rooms {
    dashboard: Mutex<Dashboard>,
    clock: Arc<dyn Clock>,
}

impl Rooms {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            dashboard: Mutex::new(Dashboard::default()),
            clock,
        }
    }

    /// Every room of the account. Status is fresh; e-mail and health are at most a minute old. The
    /// health of a room whose status has changed since is `unknown`.
    pub(super) async fn all(
        &self,
        zoom: &Session,
        deadline: Deadline,
    ) -> Result<Vec<Room>, ToolError> {
        let listed = list(zoom, deadline).await?;
        let figures = self.figures(zoom, &listed, deadline).await?;
        Ok(figures.join(listed))
    }

    /// The one room that `query` names: by e-mail address, display name or id. Its health is newer
    /// than its last change of status.
    pub(super) async fn find(
        &self,
        zoom: &Session,
        query: &str,
        deadline: Deadline,
    ) -> Result<Room, ToolError> {
        let listed = list(zoom, deadline).await?;
        let mut figures = self.figures(zoom, &listed, deadline).await?;
        let mut room = choose(&figures.join(listed.clone()), query)
            .map_err(|refusal| explain(refusal, query, figures.missing()))?;
        if let Some(listed_room) = listed.iter().find(|r| r.id == room.id)
            && !figures.are_of(listed_room)
        {
            figures
                .refresh(zoom, &listed, self.clock.now(), deadline)
                .await?;
            if let Some(newer) = figures.join(vec![listed_room.clone()]).pop() {
                room = newer;
            }
        }
        Ok(room)
    }

    /// The dashboard's figures, fetched again when they are old.
    async fn figures(
        &self,
        zoom: &Session,
        listed: &[ListedRoom],
        deadline: Deadline,
    ) -> Result<MutexGuard<'_, Dashboard>, ToolError> {
        let Some(mut figures) = deadline.wait(self.dashboard.lock()).await else {
            return Err(ToolError::NotSent {
                message: "zoom's dashboard did not answer in time".to_owned(),
                retry_after: None,
            });
        };
        let now = self.clock.now();
        if !figures.are_young(now) {
            figures.refresh(zoom, listed, now, deadline).await?;
        }
        Ok(figures)
    }

    /// Forgets the figures, after a call that changes them.
    pub(super) async fn expect_change(&self) {
        self.dashboard.lock().await.forget();
    }
}

/// Reads all pages of the room list.
async fn list(zoom: &Session, deadline: Deadline) -> Result<Vec<ListedRoom>, ToolError> {
    let mut rooms = Vec::new();
    let mut token = String::new();
    for _ in 0..MAX_PAGES {
        let mut request = zoom.request(Method::GET, &["rooms"]);
        set_query(&mut request, &[("page_size", PAGE_SIZE)]);
        if !token.is_empty() {
            set_query(&mut request, &[("next_page_token", &token)]);
        }
        let page: RoomsPage = zoom.read(request, deadline).await?;
        rooms.extend(page.rooms);
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    Ok(rooms)
}

impl Room {
    /// Joins what the two lists say of a room. Figures of another status say nothing about its health.
    pub(super) fn new(listed: ListedRoom, metrics: Option<RoomMetrics>, current: bool) -> Self {
        let status = our_status(&listed.status);
        let mut room = Self {
            id: listed.id,
            room_id: listed.room_id,
            name: listed.name,
            status,
            location_id: listed.location_id,
            email: None,
            calendar_name: None,
            health: "unknown".to_owned(),
            issues: Vec::new(),
            location: None,
            device_ip: None,
            camera: None,
            microphone: None,
            speaker: None,
        };
        if let Some(metrics) = metrics {
            room.email = metrics.email.filter(|e| !e.is_empty());
            room.calendar_name = metrics.calendar_name;
            if current {
                room.health = metrics
                    .health
                    .map_or_else(|| "unknown".to_owned(), |h| h.to_lowercase());
                room.issues = metrics.issues.iter().map(issue_text).collect();
            }
            room.location = metrics.location;
            room.device_ip = metrics.device_ip;
            room.camera = metrics.camera;
            room.microphone = metrics.microphone;
            room.speaker = metrics.speaker;
        }
        room
    }
}

/// Zoom's word for a room's status in ours. A word that is new to us stays recognisable.
fn our_status(theirs: &str) -> String {
    match theirs {
        "Available" => "online".to_owned(),
        "Offline" => "offline".to_owned(),
        "InMeeting" => "in_meeting".to_owned(),
        "UnderConstruction" => "under_construction".to_owned(),
        "" => "unknown".to_owned(),
        other => other.to_lowercase().replace(' ', "_"),
    }
}

fn issue_text(issue: &Value) -> String {
    match issue {
        Value::String(text) => text.clone(),
        other => match other.get("issue") {
            Some(Value::String(text)) => text.clone(),
            _ => other.to_string(),
        },
    }
}

/// Chooses the room that a person means: an exact match first, then one without regard to case.
fn choose(rooms: &[Room], query: &str) -> Result<Room, ToolError> {
    let query = query.trim();
    let names = |room: &Room| {
        [Some(&room.id), Some(&room.name), room.email.as_ref()].map(Option::<&String>::cloned)
    };
    let matching = |fits: &dyn Fn(&str) -> bool| -> Vec<&Room> {
        rooms
            .iter()
            .filter(|room| names(room).iter().flatten().any(|name| fits(name)))
            .collect()
    };
    let folded = query.to_lowercase();
    let mut found = matching(&|name| name == query);
    if found.is_empty() {
        found = matching(&|name| name.to_lowercase() == folded);
    }
    match found.as_slice() {
        [room] => Ok((*room).clone()),
        [] => Err(ToolError::Refused {
            message: format!("zoom has no room `{query}`"),
            hint: Some(format!(
                "the nearest names are: {}",
                nearest(rooms, &folded)
            )),
        }),
        several => {
            let names: Vec<String> = several
                .iter()
                .map(|r| format!("{} ({})", r.name, r.email.as_deref().unwrap_or(&r.id)))
                .collect();
            Err(ToolError::Refused {
                message: format!(
                    "`{query}` names {} rooms: {}",
                    several.len(),
                    names.join(", ")
                ),
                hint: Some("give the room's e-mail address or id".to_owned()),
            })
        }
    }
}

/// Says why an e-mail address cannot be found where the list that holds them is not to be had.
fn explain(refusal: ToolError, query: &str, missing: Option<&str>) -> ToolError {
    match (refusal, missing) {
        (ToolError::Refused { message, .. }, Some(missing)) if query.contains('@') => {
            ToolError::Refused {
                message,
                hint: Some(format!(
                    "e-mail addresses come from Zoom's dashboard, which is not to be had: {missing}"
                )),
            }
        }
        (refusal, _) => refusal,
    }
}

/// The names most like `query`.
fn nearest(rooms: &[Room], query: &str) -> String {
    let mut by_likeness: Vec<(f64, &str)> = rooms
        .iter()
        .flat_map(|room| [Some(room.name.as_str()), room.email.as_deref()])
        .flatten()
        .map(|name| (strsim::jaro_winkler(&name.to_lowercase(), query), name))
        .collect();
    by_likeness.sort_by(|a, b| b.0.total_cmp(&a.0));
    let names: Vec<&str> = by_likeness.iter().take(3).map(|(_, name)| *name).collect();
    if names.is_empty() {
        "none, the account has no rooms".to_owned()
    } else {
        names.join(", ")
    }
}
