//! Workflows: an agent, a recipe and what starts them together.

mod change;
mod checks;
mod preview;
mod view;

pub use change::{NewWorkflow, RunNow, WorkflowChange, change, create, delete, run_now};
pub use preview::{Preview, PreviewRequest, preview};
pub use view::{Dot, Occurrence, RecentRun, Workflow, get, list, occurrences};

pub(crate) use view::find;

use avops_store::WorkflowRow;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::{Mutex, Notify};

use crate::hooks::Signature;
use crate::schedule::{Missed, Overlap, Times};
use crate::{App, Error};

/// What starts a workflow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Trigger {
    /// A person, by Run now.
    #[default]
    Manual,
    /// Elapsed time.
    Interval {
        /// Whole minutes between two starts.
        minutes: u32,
    },
    /// The clock on the wall.
    Cron {
        /// Minute, hour, day of month, month, day of week. Where both days are restricted, either will do.
        expression: String,
        /// IANA name of the time zone; UTC when absent.
        #[serde(default = "utc")]
        tz: String,
    },
    /// A signed message from outside, posted to the workflow's own address.
    Webhook {
        /// How a message shows who sent it.
        #[serde(default)]
        signature: Signature,
        /// Which messages start a run: an expression over `event` (the message) and `delivery`; all when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        when: Option<String>,
        /// Inputs made of the message, put over the workflow's own: `{"room": "{{ event.payload.object.room_name }}"}`.
        #[serde(default)]
        inputs: Map<String, Value>,
        /// Most messages that are taken a minute, 1 to 600.
        #[serde(default = "sixty")]
        per_minute: u32,
    },
}

fn sixty() -> u32 {
    60
}

fn utc() -> String {
    "UTC".to_owned()
}

impl Trigger {
    /// What a run started by it has as its `trigger`.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Interval { .. } => "interval",
            Self::Cron { .. } => "schedule",
            Self::Webhook { .. } => "webhook",
        }
    }

    /// The trigger in words.
    pub fn in_words(&self) -> String {
        match self {
            Self::Manual => "by hand".to_owned(),
            Self::Interval { minutes: 1 } => "every minute".to_owned(),
            Self::Interval { minutes } if minutes % 1440 == 0 => every(minutes / 1440, "day"),
            Self::Interval { minutes } if minutes % 60 == 0 => every(minutes / 60, "hour"),
            Self::Interval { minutes } => every(*minutes, "minute"),
            Self::Cron { expression, tz } => format!("{expression} ({tz})"),
            Self::Webhook { signature, .. } => format!("by webhook ({})", signature.title()),
        }
    }
}

fn every(number: u32, unit: &str) -> String {
    if number == 1 {
        format!("every {unit}")
    } else {
        format!("every {number} {unit}s")
    }
}

/// The version that a workflow runs now: the one it is pinned to; else the one of its recipe that was supervised or
/// promoted last, so that a colleague's newest draft starts nowhere by itself; else the newest.
pub(crate) async fn version_to_run(app: &App, row: &WorkflowRow) -> Result<Option<u32>, Error> {
    if row.version.is_some() {
        return Ok(row.version);
    }
    let standing = app.catalog.standing(&row.recipe_id).await?;
    Ok(standing.and_then(|standing| standing.version))
}

/// Who has the turn at the schedules, and who waits for a change of them.
#[derive(Default)]
pub(crate) struct Schedule {
    /// One look or change at a time.
    pub(crate) turn: Mutex<()>,
    /// Told after each change.
    pub(crate) changed: Notify,
}

/// What a stored workflow says about its times.
pub(crate) struct Binding {
    pub(crate) trigger: Trigger,
    pub(crate) times: Times,
    pub(crate) overlap: Overlap,
    pub(crate) missed: Missed,
}

impl Binding {
    pub(crate) fn of(row: &WorkflowRow) -> Result<Self, Error> {
        let unreadable = |what: &str, error: &dyn std::fmt::Display| {
            Error::Internal(format!(
                "the {what} of workflow {:?} cannot be read: {error}",
                row.name
            ))
        };
        let trigger: Trigger = serde_json::from_value(row.trigger.clone())
            .map_err(|error| unreadable("trigger", &error))?;
        let overlap = serde_json::from_value(row.overlap.clone().into())
            .map_err(|error| unreadable("overlap policy", &error))?;
        let missed = serde_json::from_value(row.missed.clone())
            .map_err(|error| unreadable("policy for missed times", &error))?;
        Ok(Self {
            times: Times::of(&trigger, row.anchor_at)?,
            trigger,
            overlap,
            missed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triggers_are_told_in_words() {
        let told = |minutes| Trigger::Interval { minutes }.in_words();
        assert_eq!(told(1), "every minute");
        assert_eq!(told(15), "every 15 minutes");
        assert_eq!(told(60), "every hour");
        assert_eq!(told(2880), "every 2 days");
        assert_eq!(Trigger::Manual.in_words(), "by hand");
    }
}
