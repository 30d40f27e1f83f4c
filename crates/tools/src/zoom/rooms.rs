//! The rooms of an account: two vendor lists joined, in this program's words.

use std::collections::HashMap;
use std::sync::Arc;

use avops_engine::{Clock, ToolError};
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::Mutex;

use super::session::Session;
use super::wire::{ListedRoom, MetricsPage, RoomMetrics, RoomsPage};
use crate::outbound::{Deadline, set_query};

/// How long the dashboard's figures are kept: its calls have the tightest limits of all.
const METRICS_AGE: SignedDuration = SignedDuration::from_secs(60);

/// Largest page that Zoom gives.
const PAGE_SIZE: &str = "300";

/// Pages read of one list; 30,000 rooms. A list that never ends is not followed further.
const MAX_PAGES: usize = 100;

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

/// The dashboard's figures, and the status of each room when they were fetched.
#[derive(Default)]
struct Figures {
    fetched_at: Option<Timestamp>,
    by_id: HashMap<String, RoomMetrics>,
    status_then: HashMap<String, String>,
    /// Why there are none, for example a plan without dashboard.
    missing: Option<String>,
}

/// Reads rooms; keeps the dashboard's figures for a minute.
pub(super) struct Rooms {
    figures: Mutex<Figures>,
    clock: Arc<dyn Clock>,
}

impl Rooms {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            figures: Mutex::new(Figures::default()),
            clock,
        }
    }

    /// Every room of the account. Status is fresh; health and e-mail are at most a minute old, and
    /// newer than the room's last change of status.
    pub(super) async fn all(
        &self,
        zoom: &Session,
        deadline: Deadline,
    ) -> Result<Vec<Room>, ToolError> {
        let listed = list(zoom, deadline).await?;
        let Some(mut figures) = deadline.wait(self.figures.lock()).await else {
            return Err(ToolError::NotSent {
                message: "zoom's dashboard did not answer in time".to_owned(),
                retry_after: None,
            });
        };
        if !figures.fit(&listed, self.clock.now()) {
            *figures = Figures::fetch(zoom, &listed, self.clock.now(), deadline).await?;
        }
        Ok(listed
            .into_iter()
            .map(|room| {
                let metrics = figures.by_id.get(&room.id).cloned();
                Room::new(room, metrics)
            })
            .collect())
    }

    /// The one room that `query` names: by e-mail address, display name or id.
    pub(super) async fn find(
        &self,
        zoom: &Session,
        query: &str,
        deadline: Deadline,
    ) -> Result<Room, ToolError> {
        let rooms = self.all(zoom, deadline).await?;
        choose(&rooms, query).map_err(|mut refusal| {
            if let (ToolError::Refused { hint, .. }, true) = (&mut refusal, query.contains('@'))
                && let Ok(figures) = self.figures.try_lock()
                && let Some(missing) = &figures.missing
            {
                *hint = Some(format!(
                    "e-mail addresses come from Zoom's dashboard, which is not to be had: {missing}"
                ));
            }
            refusal
        })
    }

    /// Forgets the figures, after a call that changes them.
    pub(super) async fn expect_change(&self) {
        self.figures.lock().await.fetched_at = None;
    }
}

impl Figures {
    /// States whether the figures may still be used for these rooms.
    fn fit(&self, listed: &[ListedRoom], now: Timestamp) -> bool {
        let young = self.fetched_at.is_some_and(|at| {
            let age = now.duration_since(at);
            age < METRICS_AGE && age >= SignedDuration::ZERO
        });
        young
            && listed
                .iter()
                .all(|room| self.status_then.get(&room.id) == Some(&room.status))
    }

    async fn fetch(
        zoom: &Session,
        listed: &[ListedRoom],
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Self, ToolError> {
        let mut figures = Self {
            fetched_at: Some(now),
            status_then: listed
                .iter()
                .map(|r| (r.id.clone(), r.status.clone()))
                .collect(),
            ..Self::default()
        };
        let mut token = String::new();
        for _ in 0..MAX_PAGES {
            let mut request = zoom.request(Method::GET, &["metrics", "zoomrooms"]);
            set_query(&mut request, &[("page_size", PAGE_SIZE)]);
            if !token.is_empty() {
                set_query(&mut request, &[("next_page_token", &token)]);
            }
            let page: MetricsPage = match zoom.read(request, deadline).await {
                Ok(page) => page,
                // Smaller plans have rooms, but no dashboard.
                Err(ToolError::Refused { message, .. }) => {
                    figures.missing = Some(message);
                    break;
                }
                Err(error) => return Err(error),
            };
            figures
                .by_id
                .extend(page.zoom_rooms.into_iter().map(|m| (m.id.clone(), m)));
            token = page.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        Ok(figures)
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
    fn new(listed: ListedRoom, metrics: Option<RoomMetrics>) -> Self {
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
            room.health = metrics
                .health
                .map_or_else(|| "unknown".to_owned(), |h| h.to_lowercase());
            room.issues = metrics.issues.iter().map(issue_text).collect();
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
