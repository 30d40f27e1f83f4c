//! The simulated campus's ticket service, as a store.

use std::time::Duration;

use async_trait::async_trait;
use avops_engine::ToolError;
use jiff::Timestamp;
use reqwest::{Method, StatusCode};

use super::{Ticket, TicketChange, TicketError, TicketStore};
use crate::outbound::{
    Deadline, Endpoint, Outbound, Reach, Unavailable, excerpt, set_json, set_key,
};
use crate::{Campus, Error};

/// Tickets kept by the campus, reached over its socket.
pub(crate) struct CampusTickets {
    service: Endpoint,
}

impl CampusTickets {
    pub(crate) fn new(outbound: &Outbound, campus: &Campus) -> Result<Self, Error> {
        Ok(Self {
            service: outbound.endpoint(
                "the ticket service",
                &campus.tickets_url(),
                Reach::Registered,
            )?,
        })
    }

    async fn ask(
        &self,
        request: reqwest::Request,
        id: &str,
        timeout: Duration,
    ) -> Result<Ticket, TicketError> {
        let answer = self
            .service
            .send(request, Deadline::after(timeout))
            .await
            .map_err(from_call)?;
        let said = excerpt(&answer.body);
        match answer.status {
            StatusCode::NOT_FOUND => return Err(TicketError::NoSuchTicket(id.to_owned())),
            StatusCode::CONFLICT => return Err(TicketError::KeyReused(said)),
            StatusCode::UNPROCESSABLE_ENTITY => return Err(TicketError::NotAllowed(said)),
            _ => {}
        }
        if let Some(fault) = self.service.fault(&answer, None, Unavailable::Unknown) {
            return Err(from_call(fault));
        }
        self.service.json(&answer).map_err(from_call)
    }
}

#[async_trait]
impl TicketStore for CampusTickets {
    async fn change(
        &self,
        key: &str,
        change: TicketChange,
        _at: Timestamp,
        timeout: Duration,
    ) -> Result<Ticket, TicketError> {
        let mut request = self.service.request(Method::POST, &["changes"]);
        set_key(&mut request, key);
        set_json(&mut request, &change).map_err(from_call)?;
        let id = match &change {
            TicketChange::Create { .. } => "",
            TicketChange::Update { id, .. }
            | TicketChange::Comment { id, .. }
            | TicketChange::Close { id, .. } => id,
        };
        self.ask(request, id, timeout).await
    }

    async fn get(&self, id: &str, timeout: Duration) -> Result<Ticket, TicketError> {
        let request = self.service.request(Method::GET, &["tickets", id]);
        self.ask(request, id, timeout).await
    }

    async fn health(&self) -> Result<String, String> {
        let request = self.service.request(Method::GET, &["health"]);
        let answer = self
            .service
            .send(request, Deadline::after(Duration::from_secs(3)))
            .await
            .map_err(|e| e.to_string())?;
        let said = excerpt(&answer.body);
        if answer.status.is_success() {
            Ok(said)
        } else {
            Err(said)
        }
    }
}

fn from_call(error: ToolError) -> TicketError {
    match error {
        ToolError::NotSent { message, .. } => TicketError::Unavailable(message),
        ToolError::Refused { message, .. } => TicketError::NotAllowed(message),
        ToolError::Unknown { message } => TicketError::Unknown(message),
    }
}
