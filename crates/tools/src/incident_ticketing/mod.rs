//! Incident tickets: the actions, over any store of tickets.

mod book;
mod file;
mod remote;
pub(crate) mod simulator;

use std::sync::Arc;

use async_trait::async_trait;
use avops_engine::{Artifact, Clock, ToolCall, ToolError, ToolReply};
use serde::Deserialize;
use serde_json::json;

use crate::arguments::read as arguments;
use crate::servicenow::ServiceNowTickets;
use crate::{Connector, Error, Manifest, Settings, Supplies};
pub(crate) use book::Entry;
pub use book::{Comment, Ticket, TicketBook, TicketChange, TicketError};
pub use file::FileTickets;
pub(crate) use remote::CampusTickets;

/// What the connector says about itself.
pub(crate) const MANIFEST: &str = include_str!("manifest.yaml");

/// Keeps tickets. Changes are durable when they return, and a key does its work once.
#[async_trait]
pub trait TicketStore: Send + Sync {
    /// Carries out a change at the time `at`; with a key that was seen before, gives the ticket of the first time.
    ///
    /// # Errors
    /// [`TicketError`]; the kinds tell what has happened.
    async fn change(
        &self,
        key: &str,
        change: TicketChange,
        at: jiff::Timestamp,
        timeout: std::time::Duration,
    ) -> Result<Ticket, TicketError>;

    /// Reads one ticket.
    ///
    /// # Errors
    /// [`TicketError::NoSuchTicket`] or [`TicketError::Unavailable`].
    async fn get(&self, id: &str, timeout: std::time::Duration) -> Result<Ticket, TicketError>;

    /// Says whether a change would be kept now, and where.
    async fn health(&self) -> Result<String, String>;
}

/// The connector.
pub(crate) struct IncidentTicketing {
    manifest: Manifest,
    store: Arc<dyn TicketStore>,
    clock: Arc<dyn Clock>,
}

#[derive(Deserialize)]
struct Get {
    id: String,
}

impl IncidentTicketing {
    pub(crate) fn new(supplies: &Supplies, settings: &Settings) -> Result<Self, Error> {
        let store: Arc<dyn TicketStore> = match settings.text("backend") {
            Some("servicenow") => Arc::new(ServiceNowTickets::new(supplies, settings)?),
            _ => Arc::clone(&supplies.tickets),
        };
        Ok(Self {
            manifest: Manifest::builtin(MANIFEST)?,
            store,
            clock: Arc::clone(&supplies.clock),
        })
    }

    async fn change(&self, call: &ToolCall) -> Result<ToolReply, ToolError> {
        let mut tagged = call.clone();
        if let Some(fields) = tagged.args.as_object_mut() {
            fields.insert("change".to_owned(), json!(call.action));
        }
        let change: TicketChange = arguments(&tagged)?;
        let creates = matches!(change, TicketChange::Create { .. });
        let ticket = self
            .store
            .change(
                &call.idempotency_key,
                change,
                self.clock.now(),
                call.timeout,
            )
            .await
            .map_err(|e| refusal(&e))?;
        let artifacts = if creates {
            vec![artifact(&ticket)]
        } else {
            Vec::new()
        };
        Ok(ToolReply {
            output: json!(ticket),
            artifacts,
        })
    }
}

#[async_trait]
impl Connector for IncidentTicketing {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    async fn health(&self) -> Result<String, String> {
        self.store.health().await
    }

    async fn call(&self, call: &ToolCall) -> Result<ToolReply, ToolError> {
        match call.action.as_str() {
            "get" => {
                let args: Get = arguments(call)?;
                let ticket = self
                    .store
                    .get(&args.id, call.timeout)
                    .await
                    .map_err(|e| refusal(&e))?;
                Ok(ToolReply {
                    output: json!(ticket),
                    artifacts: Vec::new(),
                })
            }
            "create" | "update" | "comment" | "close" => self.change(call).await,
            other => Err(crate::no_such_action("incident_ticketing", other)),
        }
    }
}

fn artifact(ticket: &Ticket) -> Artifact {
    Artifact {
        kind: "incident".to_owned(),
        title: format!("{}: {}", ticket.id, ticket.title),
        external_id: Some(ticket.id.clone()),
        url: ticket.url.clone(),
        data: json!(ticket),
    }
}

/// What a store's error means for the call.
fn refusal(error: &TicketError) -> ToolError {
    let message = format!("incident_ticketing: {error}");
    match error {
        TicketError::Unavailable(_) => ToolError::NotSent {
            message,
            retry_after: None,
        },
        TicketError::Unknown(_) => ToolError::Unknown { message },
        TicketError::NoSuchTicket(_) | TicketError::NotAllowed(_) | TicketError::KeyReused(_) => {
            ToolError::Refused {
                message,
                hint: None,
            }
        }
    }
}
