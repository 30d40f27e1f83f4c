//! Signed messages from outside that start workflows.
//!
//! A message has no actor: what it proves is that its sender knows the secret of one workflow, and all it can do is to
//! start that one, with inputs that the workflow's author declared.

mod event;
mod prove;
mod receive;
mod secret;
mod subscribe;
mod view;

pub use event::TriedMessage;
pub use prove::{HEADERS, Parcel};
pub use receive::{Receipt, Reply, receive};
pub use secret::{IssuedSecret, NewSecret, renew_secret};
pub use view::{Delivery, Hook, deliveries};

pub(crate) use event::Mapping;
pub(crate) use receive::{drain, is_waiting};
pub(crate) use secret::forget;
pub(crate) use subscribe::subscribe;
pub(crate) use view::shown;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::secrets;
use crate::{App, Error};

/// Most messages a minute that a workflow may take.
pub(crate) const MOST_PER_MINUTE: u32 = 600;
/// Most messages a minute that prove nothing and are still noted.
const MOST_UNPROVEN: u32 = 60;

/// How a message shows who sent it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Signature {
    /// Standard Webhooks: `webhook-id`, `webhook-timestamp` and `webhook-signature`, HMAC-SHA256 over all three parts.
    #[default]
    Standard,
    /// GitHub, and what signs like it: `X-Hub-Signature-256` over the body.
    Github,
    /// Slack: `X-Slack-Signature` over time and body.
    Slack,
    /// Zoom: `x-zm-signature` over time and body.
    Zoom,
}

impl Signature {
    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Standard => "Standard Webhooks",
            Self::Github => "GitHub",
            Self::Slack => "Slack",
            Self::Zoom => "Zoom",
        }
    }

    /// Whether the sender makes the secret, so that it can only be set here.
    pub(crate) fn is_theirs(self) -> bool {
        matches!(self, Self::Slack | Self::Zoom)
    }
}

/// How often messages came within the last minute, by address.
#[derive(Default)]
pub(crate) struct Rates {
    proven: Mutex<HashMap<String, (Timestamp, u32)>>,
    unproven: Mutex<HashMap<String, (Timestamp, u32)>>,
}

impl Rates {
    /// Counts a proven message; false when it is one too many.
    fn admits(&self, hook: &str, most: u32, now: Timestamp) -> bool {
        count(&self.proven, hook, most, now)
    }

    /// Counts a message that proved nothing; false when no more of them are noted.
    fn notes(&self, hook: &str, now: Timestamp) -> bool {
        count(&self.unproven, hook, MOST_UNPROVEN, now)
    }
}

/// Only addresses that exist are counted, so there are never more than workflows.
fn count(
    counts: &Mutex<HashMap<String, (Timestamp, u32)>>,
    hook: &str,
    most: u32,
    now: Timestamp,
) -> bool {
    let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
    let (since, number) = counts.entry(hook.to_owned()).or_insert((now, 0));
    if now.duration_since(*since) >= SignedDuration::from_mins(1) || now < *since {
        (*since, *number) = (now, 0);
    }
    *number = number.saturating_add(1);
    *number <= most
}

/// A fresh last part of an address: 128 bits.
pub(crate) fn new_id() -> Result<String, Error> {
    secrets::hook_id()
}

/// Under which name the vault keeps the secrets of a workflow's address. No tool's name holds a colon.
fn vault_name(workflow: &str) -> String {
    format!("hook:{workflow}")
}

/// The address at which messages for a workflow are taken.
fn url(app: &App, hook: &str) -> String {
    format!("{}/hooks/{hook}", app.options.public_url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_own_minute() {
        let rates = Rates::default();
        let now: Timestamp = "2026-11-28T08:00:00Z".parse().unwrap();
        assert!(rates.admits("a", 2, now) && rates.admits("a", 2, now));
        assert!(!rates.admits("a", 2, now));
        assert!(rates.admits("b", 2, now));
        let later = now + SignedDuration::from_secs(60);
        assert!(rates.admits("a", 2, later));
        let turned_back = now - SignedDuration::from_hours(1);
        assert!(rates.admits("a", 2, turned_back));
    }
}
