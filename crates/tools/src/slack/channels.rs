//! Channel names and ids: people write names, the API wants ids.

use std::collections::HashMap;
use std::sync::Arc;

use avops_engine::{Clock, ToolError};
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use tokio::sync::Mutex;

use super::session::Session;
use super::wire::{self, Channel};
use crate::outbound::{Deadline, before_acting, set_query};

/// How long names are kept.
const KEPT: SignedDuration = SignedDuration::from_mins(10);

/// A name that is not known is asked for again, but not more often than this.
const ASK_AGAIN: SignedDuration = SignedDuration::from_secs(5);

/// Pages read of the channel list; 20,000 channels.
const MAX_PAGES: usize = 100;

/// The workspace's channels by name.
pub(super) struct Channels {
    known: Mutex<Option<Known>>,
    clock: Arc<dyn Clock>,
}

struct Known {
    at: Timestamp,
    ids: HashMap<String, String>,
}

impl Channels {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            known: Mutex::new(None),
            clock,
        }
    }

    /// The id of a channel given as `#name`, `name` or id, and its name where that is known.
    ///
    /// # Errors
    /// [`ToolError::Refused`] with the nearest names when there is none; no error says that
    /// anything was changed.
    pub(super) async fn resolve(
        &self,
        slack: &Session,
        target: &str,
        deadline: Deadline,
    ) -> Result<(String, Option<String>), ToolError> {
        let target = target.trim();
        if is_id(target) {
            return Ok((target.to_owned(), None));
        }
        let name = target.strip_prefix('#').unwrap_or(target).to_lowercase();
        let Some(mut known) = deadline.wait(self.known.lock()).await else {
            return Err(ToolError::NotSent {
                message: "slack's channel list did not come in time; nothing was sent".to_owned(),
                retry_after: None,
            });
        };
        let age = known
            .as_ref()
            .map(|k| self.clock.now().duration_since(k.at));
        let held = known.as_ref().and_then(|k| k.ids.get(&name));
        let fresh = age.is_some_and(|age| age < if held.is_some() { KEPT } else { ASK_AGAIN });
        if !fresh {
            let channels = match list(slack, deadline).await {
                Ok(channels) => channels,
                // A bot that may not list may still post: names work too, though they are legacy.
                Err(ToolError::Refused { message, .. }) if message.contains("missing_scope") => {
                    return Ok((format!("#{name}"), Some(name)));
                }
                Err(error) => return Err(before_acting(error)),
            };
            *known = Some(Known {
                at: self.clock.now(),
                ids: channels
                    .into_iter()
                    .map(|c| (c.name.to_lowercase(), c.id))
                    .collect(),
            });
        }
        let ids = known.as_ref().map(|k| &k.ids);
        if let Some(id) = ids.and_then(|ids| ids.get(&name)) {
            return Ok((id.clone(), Some(name)));
        }
        let near = ids.map(|ids| nearest(ids, &name)).unwrap_or_default();
        Err(ToolError::Refused {
            message: format!(
                "slack has no channel `#{name}` that the bot can see; nothing was sent"
            ),
            hint: Some(format!("the nearest are: {near}")),
        })
    }
}

/// Reads all pages of the channel list.
pub(super) async fn list(slack: &Session, deadline: Deadline) -> Result<Vec<Channel>, ToolError> {
    let mut channels = Vec::new();
    let mut cursor = String::new();
    for _ in 0..MAX_PAGES {
        let mut request = slack.request(Method::GET, "conversations.list");
        set_query(
            &mut request,
            &[
                ("limit", "200"),
                ("exclude_archived", "true"),
                ("types", "public_channel,private_channel"),
            ],
        );
        if !cursor.is_empty() {
            set_query(&mut request, &[("cursor", &cursor)]);
        }
        let page: wire::Channels = slack.ask(request, deadline).await?;
        channels.extend(page.channels);
        cursor = page.response_metadata.unwrap_or_default().next_cursor;
        if cursor.is_empty() {
            break;
        }
    }
    Ok(channels)
}

/// States whether `text` looks like an id of the API rather than a name, which is never in capitals.
fn is_id(text: &str) -> bool {
    text.len() >= 9
        && text.starts_with(['C', 'G', 'D'])
        && text
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

fn nearest(ids: &HashMap<String, String>, name: &str) -> String {
    let mut by_likeness: Vec<(f64, &String)> = ids
        .keys()
        .map(|known| (strsim::jaro_winkler(known, name), known))
        .collect();
    by_likeness.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let names: Vec<String> = by_likeness
        .iter()
        .take(3)
        .map(|(_, n)| format!("#{n}"))
        .collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}
