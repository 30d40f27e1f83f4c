//! Posting a message once, to a system that honours no key.
//!
//! Slack promises nothing about repeated posts. Each message carries our key in its metadata, and
//! before a post that may be a second attempt the channel's history is searched for it. A post
//! is surely a first attempt when its run began after this program did and no attempt in this
//! program ended without an answer; then the search, which has a tight rate limit, is saved.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use avops_engine::{Clock, ToolError};
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use uuid::Uuid;

use super::session::Session;
use super::wire::{EventPayload, History, MessageMetadata, OldMessage, PostMessage, Posted};
use crate::key::run_began;
use crate::outbound::{Deadline, before_acting, set_form, set_json};

/// The type under which our metadata stands.
const EVENT_TYPE: &str = "avops_call";

/// Name space of the message ids that are made from keys.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f1d_6c2e_52a4_5b0e_9d52_0c3a_8be1_77d4);

/// Pages of 200 messages searched for an earlier attempt.
const MAX_PAGES: usize = 20;

/// How much the two machines' clocks may differ.
const SKEW: SignedDuration = SignedDuration::from_mins(10);

/// A message to be posted once.
pub(super) struct Message<'a> {
    pub(super) channel: &'a str,
    pub(super) text: &'a str,
    pub(super) thread_ts: Option<&'a str>,
    pub(super) key: &'a str,
}

/// Remembers what may have been posted already.
pub(super) struct Delivery {
    started_at: Timestamp,
    doubtful: Mutex<HashSet<String>>,
}

impl Delivery {
    pub(super) fn new(clock: &dyn Clock) -> Self {
        Self {
            started_at: clock.now(),
            doubtful: Mutex::new(HashSet::new()),
        }
    }

    /// Posts a message, or finds the one that an earlier attempt has posted.
    ///
    /// # Errors
    /// [`ToolError::Unknown`] when Slack broke off and its history does not tell (yet): the same key
    /// may be used again.
    pub(super) async fn post(
        &self,
        slack: &Session,
        message: &Message<'_>,
        deadline: Deadline,
    ) -> Result<Posted, ToolError> {
        if self.may_be_a_repetition(message.key) {
            match search(slack, message, deadline)
                .await
                .map_err(before_acting)?
            {
                Search::Found(posted) => {
                    self.settle(message.key);
                    return Ok(posted);
                }
                Search::NotThere => {}
                Search::CannotTell(reason) if self.is_doubtful(message.key) => {
                    return Err(ToolError::Unknown {
                        message: format!(
                            "an earlier attempt may have been posted, and slack's history does not tell: {reason}"
                        ),
                    });
                }
                // Nothing says that there was an earlier attempt.
                Search::CannotTell(reason) => {
                    tracing::warn!(%reason, "slack's history cannot be searched for an earlier attempt");
                }
            }
        }
        let mut request = slack.request(Method::POST, "chat.postMessage");
        set_json(
            &mut request,
            &PostMessage {
                channel: message.channel,
                text: message.text,
                thread_ts: message.thread_ts,
                client_msg_id: Uuid::new_v5(&NAMESPACE, message.key.as_bytes()).to_string(),
                metadata: MessageMetadata {
                    event_type: EVENT_TYPE.to_owned(),
                    event_payload: EventPayload {
                        key: message.key.to_owned(),
                    },
                },
            },
        )?;
        // Noted before it is sent: the engine may stop waiting for this call at any moment.
        let was_doubtful = self.doubt(message.key);
        match slack.ask::<Posted>(request, deadline).await {
            Ok(posted) => {
                self.settle(message.key);
                Ok(posted)
            }
            Err(ToolError::Unknown { message: seen }) => {
                let told = match search(slack, message, deadline).await {
                    Ok(Search::Found(posted)) => {
                        self.settle(message.key);
                        return Ok(posted);
                    }
                    Ok(Search::NotThere) => "the channel does not show the message".to_owned(),
                    Ok(Search::CannotTell(reason)) => reason,
                    Err(error) => error.to_string(),
                };
                Err(ToolError::Unknown {
                    message: format!("{seen}; {told}"),
                })
            }
            // This attempt did nothing, which says nothing of an earlier one.
            Err(definite) => {
                if !was_doubtful {
                    self.settle(message.key);
                }
                Err(definite)
            }
        }
    }

    fn may_be_a_repetition(&self, key: &str) -> bool {
        let run_began = run_began(key);
        let known_first = run_began.is_some_and(|at| at > self.started_at);
        !known_first || self.is_doubtful(key)
    }

    /// Notes that a post with this key may be there. Gives whether that was so before.
    fn doubt(&self, key: &str) -> bool {
        !self.doubtful().insert(key.to_owned())
    }

    fn is_doubtful(&self, key: &str) -> bool {
        self.doubtful().contains(key)
    }

    fn settle(&self, key: &str) {
        self.doubtful().remove(key);
    }

    fn doubtful(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.doubtful.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a search for an earlier attempt came to.
enum Search {
    Found(Posted),
    NotThere,
    CannotTell(String),
}

/// Searches a channel's recent history for a message with our key.
async fn search(
    slack: &Session,
    message: &Message<'_>,
    deadline: Deadline,
) -> Result<Search, ToolError> {
    let began = run_began(message.key).map_or(0, |at| at.as_second() - SKEW.as_secs());
    let oldest = began.max(0).to_string();
    let mut cursor = String::new();
    for _ in 0..MAX_PAGES {
        let method = match message.thread_ts {
            Some(_) => "conversations.replies",
            None => "conversations.history",
        };
        let mut request = slack.request(Method::POST, method);
        let mut fields = vec![
            ("channel", message.channel),
            ("include_all_metadata", "true"),
            ("limit", "200"),
            ("oldest", &oldest),
        ];
        fields.extend(message.thread_ts.map(|ts| ("ts", ts)));
        if !cursor.is_empty() {
            fields.push(("cursor", &cursor));
        }
        set_form(&mut request, &fields);
        let page: History = match slack.ask(request, deadline).await {
            Ok(page) => page,
            // For example a bot without the scope to read the channel.
            Err(ToolError::Refused { message, .. }) => return Ok(Search::CannotTell(message)),
            Err(error) => return Err(error),
        };
        if let Some(found) = page.messages.iter().find(|m| has_key(m, message.key)) {
            return Ok(Search::Found(Posted {
                channel: message.channel.to_owned(),
                ts: found.ts.clone(),
            }));
        }
        cursor = page.response_metadata.unwrap_or_default().next_cursor;
        if cursor.is_empty() {
            return Ok(Search::NotThere);
        }
    }
    Ok(Search::CannotTell(format!(
        "the channel has more than {} messages since",
        MAX_PAGES * 200
    )))
}

fn has_key(message: &OldMessage, key: &str) -> bool {
    message.metadata.get("event_type").and_then(|t| t.as_str()) == Some(EVENT_TYPE)
        && message
            .metadata
            .pointer("/event_payload/key")
            .and_then(|k| k.as_str())
            == Some(key)
}
