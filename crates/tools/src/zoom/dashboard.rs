//! The vendor's dashboard: health and e-mail addresses, behind the tightest rate limits of all.

use std::collections::HashMap;

use avops_engine::ToolError;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;

use super::rooms::{MAX_PAGES, PAGE_SIZE, Room};
use super::session::Session;
use super::wire::{ListedRoom, MetricsPage, RoomMetrics};
use crate::outbound::{Deadline, set_query};

/// How long figures are kept.
const KEPT: SignedDuration = SignedDuration::from_secs(60);

/// The dashboard's figures, and the status of each room when they were fetched.
#[derive(Default)]
pub(super) struct Dashboard {
    fetched_at: Option<Timestamp>,
    by_id: HashMap<String, RoomMetrics>,
    status_then: HashMap<String, String>,
    /// Why there are none, for example a plan without dashboard.
    missing: Option<String>,
}

impl Dashboard {
    /// States whether the figures may still be used.
    pub(super) fn are_young(&self, now: Timestamp) -> bool {
        self.fetched_at.is_some_and(|at| {
            let age = now.duration_since(at);
            age < KEPT && age >= SignedDuration::ZERO
        })
    }

    /// States whether the figures were fetched when the room had the status that it has now.
    pub(super) fn are_of(&self, room: &ListedRoom) -> bool {
        self.status_then.get(&room.id) == Some(&room.status)
    }

    /// Why there are no figures.
    pub(super) fn missing(&self) -> Option<&str> {
        self.missing.as_deref()
    }

    /// Makes the next use fetch them again.
    pub(super) fn forget(&mut self) {
        self.fetched_at = None;
    }

    /// Puts figures and listed rooms together.
    pub(super) fn join(&self, listed: Vec<ListedRoom>) -> Vec<Room> {
        let with_figures = |room: ListedRoom| {
            let metrics = self.by_id.get(&room.id).cloned();
            let current = self.are_of(&room);
            Room::new(room, metrics, current)
        };
        listed.into_iter().map(with_figures).collect()
    }

    /// Fetches all figures.
    ///
    /// # Errors
    /// As any call; a refusal is kept as the reason why there are none.
    pub(super) async fn refresh(
        &mut self,
        zoom: &Session,
        listed: &[ListedRoom],
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<(), ToolError> {
        let mut fetched = Self {
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
                    fetched.missing = Some(message);
                    break;
                }
                Err(error) => return Err(error),
            };
            fetched
                .by_id
                .extend(page.zoom_rooms.into_iter().map(|m| (m.id.clone(), m)));
            token = page.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        *self = fetched;
        Ok(())
    }
}
