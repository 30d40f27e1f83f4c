//! Tickets and what may happen to them: pure, so that every store of them behaves alike.

use std::collections::HashMap;

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// One ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// For people and calls, for example `INC0000012`.
    pub id: String,
    /// One line.
    pub title: String,
    /// The rest.
    #[serde(default)]
    pub description: String,
    /// `low`, `medium`, `high` or `critical`.
    pub priority: String,
    /// The room it is about.
    #[serde(default)]
    pub room: Option<String>,
    /// Who works on it.
    #[serde(default)]
    pub assignee: Option<String>,
    /// `open`, `in_progress`, `on_hold` or `closed`.
    pub status: String,
    /// How it was closed.
    #[serde(default)]
    pub resolution: Option<String>,
    /// In the order they were made.
    #[serde(default)]
    pub comments: Vec<Comment>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Where people look at it, for one that is kept elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A remark on a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// What it says.
    pub text: String,
    /// When it was made.
    pub at: Timestamp,
}

/// Something that happens to a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum TicketChange {
    /// A new ticket.
    Create {
        /// One line.
        title: String,
        /// The rest.
        #[serde(default)]
        description: String,
        /// `low`, `medium` when absent, `high` or `critical`.
        #[serde(default)]
        priority: Option<String>,
        /// The room it is about.
        #[serde(default)]
        room: Option<String>,
        /// Who works on it.
        #[serde(default)]
        assignee: Option<String>,
    },
    /// New values for some fields; absent ones stay.
    Update {
        /// Which ticket.
        id: String,
        /// One line.
        #[serde(default)]
        title: Option<String>,
        /// The rest.
        #[serde(default)]
        description: Option<String>,
        /// `low`, `medium`, `high` or `critical`.
        #[serde(default)]
        priority: Option<String>,
        /// Who works on it.
        #[serde(default)]
        assignee: Option<String>,
        /// `open`, `in_progress` or `on_hold`; `open` also takes a closed ticket up again.
        #[serde(default)]
        status: Option<String>,
    },
    /// A remark.
    Comment {
        /// Which ticket.
        id: String,
        /// What it says.
        text: String,
    },
    /// The end of it. Closing a closed ticket changes nothing.
    Close {
        /// Which ticket.
        id: String,
        /// How it was solved.
        #[serde(default)]
        resolution: Option<String>,
    },
}

/// Why a ticket store did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TicketError {
    /// No such ticket.
    #[error("there is no ticket `{0}`")]
    NoSuchTicket(String),
    /// The ticket's state does not allow it.
    #[error("{0}")]
    NotAllowed(String),
    /// The key was used before, for something else.
    #[error("the idempotency key was used before with another request, for ticket {0}")]
    KeyReused(String),
    /// The store cannot be reached: nothing was done.
    #[error("{0}")]
    Unavailable(String),
    /// Nobody knows whether it was done.
    #[error("{0}")]
    Unknown(String),
}

/// All tickets, and which key did what. A fold of [`Entry`]s.
#[derive(Debug, Default)]
pub struct TicketBook {
    tickets: IndexMap<String, Ticket>,
    /// Key → what it asked for, and the ticket as it was right after.
    done: HashMap<String, (TicketChange, Ticket)>,
    last_number: u64,
}

/// One thing that happened, as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) at: Timestamp,
    #[serde(flatten)]
    pub(crate) change: TicketChange,
}

impl TicketBook {
    /// Gives the ticket that a key has already made or changed.
    ///
    /// # Errors
    /// [`TicketError::KeyReused`] when it asked for something else then.
    pub(crate) fn earlier(
        &self,
        key: &str,
        change: &TicketChange,
    ) -> Result<Option<Ticket>, TicketError> {
        match self.done.get(key) {
            None => Ok(None),
            Some((before, ticket)) if before == change => Ok(Some(ticket.clone())),
            Some((_, ticket)) => Err(TicketError::KeyReused(ticket.id.clone())),
        }
    }

    /// Carries an entry out. An entry whose key was seen before changes nothing and gives the
    /// ticket of the first time.
    ///
    /// # Errors
    /// [`TicketError::NoSuchTicket`], [`TicketError::NotAllowed`] or [`TicketError::KeyReused`]; nothing has changed then.
    pub(crate) fn apply(&mut self, entry: Entry) -> Result<Ticket, TicketError> {
        if let Some(ticket) = self.earlier(&entry.key, &entry.change)? {
            return Ok(ticket);
        }
        let ticket = self.changed(&entry.change, entry.at)?;
        if let TicketChange::Create { .. } = entry.change {
            self.last_number += 1;
        }
        self.tickets.insert(ticket.id.clone(), ticket.clone());
        self.done.insert(entry.key, (entry.change, ticket.clone()));
        Ok(ticket)
    }

    /// The ticket as it would be after a change; nothing is kept yet.
    ///
    /// # Errors
    /// As [`TicketBook::apply`].
    pub(crate) fn changed(
        &self,
        change: &TicketChange,
        at: Timestamp,
    ) -> Result<Ticket, TicketError> {
        let mut ticket = match change {
            TicketChange::Create {
                title,
                description,
                priority,
                room,
                assignee,
            } => Ticket {
                id: format!("INC{:07}", self.last_number + 1),
                title: title.clone(),
                description: description.clone(),
                priority: priority.clone().unwrap_or_else(|| "medium".to_owned()),
                room: room.clone(),
                assignee: assignee.clone(),
                status: "open".to_owned(),
                resolution: None,
                comments: Vec::new(),
                created_at: at,
                updated_at: at,
                url: None,
            },
            TicketChange::Update { id, .. }
            | TicketChange::Comment { id, .. }
            | TicketChange::Close { id, .. } => self.get(id)?.clone(),
        };
        ticket.updated_at = at;
        match change.clone() {
            TicketChange::Create { .. } => {}
            TicketChange::Update {
                title,
                description,
                priority,
                assignee,
                status,
                ..
            } => {
                let reopens = status.as_deref() == Some("open");
                if ticket.status == "closed" && !reopens {
                    return Err(TicketError::NotAllowed(format!(
                        "{} is closed; set its status to `open` to take it up again",
                        ticket.id
                    )));
                }
                if reopens {
                    ticket.resolution = None;
                }
                ticket.title = title.unwrap_or(ticket.title);
                ticket.description = description.unwrap_or(ticket.description);
                ticket.priority = priority.unwrap_or(ticket.priority);
                ticket.assignee = assignee.or(ticket.assignee);
                ticket.status = status.unwrap_or(ticket.status);
            }
            TicketChange::Comment { text, .. } => ticket.comments.push(Comment { text, at }),
            TicketChange::Close { resolution, .. } => {
                if ticket.status != "closed" {
                    ticket.resolution = resolution;
                }
                "closed".clone_into(&mut ticket.status);
            }
        }
        Ok(ticket)
    }

    /// One ticket.
    ///
    /// # Errors
    /// [`TicketError::NoSuchTicket`].
    pub fn get(&self, id: &str) -> Result<&Ticket, TicketError> {
        self.tickets
            .get(id)
            .ok_or_else(|| TicketError::NoSuchTicket(id.to_owned()))
    }

    /// All tickets, oldest first.
    pub fn tickets(&self) -> impl Iterator<Item = &Ticket> {
        self.tickets.values()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn change() -> impl Strategy<Value = TicketChange> {
        let id = (1_u8..5).prop_map(|n| format!("INC{n:07}"));
        let text = "[a-c]{1,2}";
        prop_oneof![
            text.prop_map(|title| TicketChange::Create {
                title,
                description: String::new(),
                priority: None,
                room: None,
                assignee: None,
            }),
            (id.clone(), text).prop_map(|(id, text)| TicketChange::Comment { id, text }),
            (id.clone(), proptest::option::of("open|on_hold")).prop_map(|(id, status)| {
                TicketChange::Update {
                    id,
                    title: None,
                    description: None,
                    priority: None,
                    assignee: None,
                    status,
                }
            }),
            (id, proptest::option::of(text))
                .prop_map(|(id, resolution)| TicketChange::Close { id, resolution }),
        ]
    }

    proptest! {
        #[test]
        fn what_was_accepted_gives_the_same_book_again_and_each_key_counts_once(
            asked in proptest::collection::vec((0_u8..12, change()), 0..40),
        ) {
            let mut book = TicketBook::default();
            let mut accepted: Vec<Entry> = Vec::new();
            for (number, (key, change)) in asked.into_iter().enumerate() {
                let at = Timestamp::from_second(i64::try_from(number).unwrap()).unwrap();
                let entry = Entry { key: key.to_string(), at, change };
                let before: Vec<Ticket> = book.tickets().cloned().collect();
                let is_known = accepted.iter().any(|e| e.key == entry.key);
                let outcome = book.apply(entry.clone());
                let after: Vec<Ticket> = book.tickets().cloned().collect();
                if outcome.is_err() || is_known {
                    prop_assert_eq!(before, after);
                } else {
                    accepted.push(entry);
                }
            }
            let mut again = TicketBook::default();
            for entry in accepted {
                // As a file keeps it.
                let line = serde_json::to_string(&entry).unwrap();
                again.apply(serde_json::from_str(&line).unwrap()).unwrap();
            }
            prop_assert!(book.tickets().eq(again.tickets()));
        }
    }
}
