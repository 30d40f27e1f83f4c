//! The status report: what is kept with a run as its artifact.

use std::fmt::Write as _;

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::Serialize;

use super::rooms::Room;

/// The state of some rooms at one moment.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) title: String,
    /// The whole report as text.
    text: String,
    total: usize,
    by_status: IndexMap<String, usize>,
    attention: Vec<Attention>,
    made_at: Timestamp,
}

/// A room that somebody should look at.
#[derive(Debug, Serialize)]
struct Attention {
    id: String,
    name: String,
    status: String,
    health: String,
    issues: Vec<String>,
}

/// Sums rooms up. Rooms that are offline or not in good health come out for attention.
pub(super) fn make(rooms: &[Room], now: Timestamp) -> Report {
    let mut by_status: IndexMap<String, usize> = IndexMap::new();
    for room in rooms {
        *by_status.entry(room.status.clone()).or_default() += 1;
    }
    let attention: Vec<Attention> = rooms
        .iter()
        .filter(|r| r.status == "offline" || matches!(r.health.as_str(), "warning" | "critical"))
        .map(|r| Attention {
            id: r.id.clone(),
            name: r.name.clone(),
            status: r.status.clone(),
            health: r.health.clone(),
            issues: r.issues.clone(),
        })
        .collect();
    let title = if let [room] = rooms {
        format!("{}: {}, health {}", room.name, room.status, room.health)
    } else {
        let counts: Vec<String> = by_status.iter().map(|(s, n)| format!("{n} {s}")).collect();
        format!("{} Zoom Rooms: {}", rooms.len(), counts.join(", "))
    };
    let mut text = title.clone();
    for room in &attention {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\n- {}: {}, health {}",
            room.name, room.status, room.health
        );
        if !room.issues.is_empty() {
            let _ = write!(text, " ({})", room.issues.join(", "));
        }
    }
    Report {
        title,
        text,
        total: rooms.len(),
        by_status,
        attention,
        made_at: now,
    }
}
