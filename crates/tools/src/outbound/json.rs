//! JSON over HTTP for the rooms above this one: the same way out, with the same rules and without its machinery.

use std::sync::Arc;
use std::time::Duration;

use avops_engine::{Clock, ToolError};
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Method, Request};
use serde_json::Value;

use super::{
    Answer, Deadline, Endpoint, EventStream, Opened, Outbound, Reach, excerpt, set_json, set_query,
};
use crate::Error;

/// The way out for systems that speak JSON. Cheap to clone.
#[derive(Clone)]
pub struct Exchanger(Outbound);

/// One system's address. Requests made from it cannot leave its host and port.
#[derive(Clone)]
pub struct JsonEndpoint(Endpoint);

/// One request.
#[derive(Debug, Clone, Copy, Default)]
pub struct JsonRequest<'a> {
    /// The path below the base, segment by segment.
    pub path: &'a [&'a str],
    /// What follows `?`.
    pub query: &'a [(&'a str, &'a str)],
    /// Headers. Their values are kept out of every log.
    pub headers: &'a [(&'static str, &'a str)],
    /// Posted when there is one; without it the request is a GET.
    pub body: Option<&'a Value>,
}

/// A whole answer of at most 8 MB, whatever its status.
#[derive(Debug)]
pub struct JsonAnswer {
    answer: Answer,
    /// How long the system asks to be left alone (`Retry-After`), at most 15 minutes.
    pub retry_after: Option<Duration>,
}

/// An answer, whole or as it comes.
pub enum JsonOpened {
    /// Whole, whatever its status.
    Whole(JsonAnswer),
    /// Bit by bit, with a status of success.
    Events(EventStream),
}

impl Exchanger {
    /// Builds the clients.
    ///
    /// # Errors
    /// [`Error::Client`] when the machine's TLS or resolver configuration cannot be used.
    pub fn new(clock: Arc<dyn Clock>) -> Result<Self, Error> {
        Outbound::new(clock).map(Self)
    }

    /// Fixes host, port and base path. An address that an admin has set may be private or this machine; the
    /// vendor's own is public.
    ///
    /// # Errors
    /// [`Error::Address`] when the address may not be used.
    pub fn endpoint(
        &self,
        who: &str,
        base: &str,
        is_set_by_admin: bool,
    ) -> Result<JsonEndpoint, Error> {
        let reach = Reach::of_vendor(is_set_by_admin);
        self.0.endpoint(who, base, reach).map(JsonEndpoint)
    }
}

impl JsonEndpoint {
    /// Sends one request, once, and reads the whole answer.
    ///
    /// # Errors
    /// [`ToolError::NotSent`] when no connection came about, [`ToolError::Refused`] when the request cannot be written,
    /// else [`ToolError::Unknown`].
    pub async fn send(
        &self,
        request: JsonRequest<'_>,
        timeout: Duration,
    ) -> Result<JsonAnswer, ToolError> {
        let sent = self.written(request)?;
        let answer = self.0.send(sent, Deadline::after(timeout)).await?;
        Ok(JsonAnswer {
            retry_after: self.0.retry_after(&answer),
            answer,
        })
    }

    /// Sends one request, once; the answer may come bit by bit. The time is that of a whole answer, or of the beginning
    /// of a stream.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn open(
        &self,
        request: JsonRequest<'_>,
        timeout: Duration,
    ) -> Result<JsonOpened, ToolError> {
        let sent = self.written(request)?;
        Ok(match self.0.open(sent, Deadline::after(timeout)).await? {
            Opened::Events(events) => JsonOpened::Events(events),
            Opened::Whole(answer) => JsonOpened::Whole(JsonAnswer {
                retry_after: self.0.retry_after(&answer),
                answer,
            }),
        })
    }

    fn written(&self, request: JsonRequest<'_>) -> Result<Request, ToolError> {
        let method = match request.body {
            Some(_) => Method::POST,
            None => Method::GET,
        };
        let mut sent = self.0.request(method, request.path);
        if !request.query.is_empty() {
            set_query(&mut sent, request.query);
        }
        for (name, value) in request.headers {
            let mut value = HeaderValue::from_str(value).map_err(|_| ToolError::Refused {
                message: format!(
                    "the value for the header `{name}` holds characters that no header may hold"
                ),
                hint: Some("was it copied whole and alone?".to_owned()),
            })?;
            value.set_sensitive(true);
            sent.headers_mut()
                .insert(HeaderName::from_static(name), value);
        }
        if let Some(body) = request.body {
            set_json(&mut sent, body)?;
        }
        Ok(sent)
    }
}

impl JsonAnswer {
    /// The status of HTTP.
    pub fn status(&self) -> u16 {
        self.answer.status.as_u16()
    }

    /// A header, where it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.answer.headers.get(name)?.to_str().ok()
    }

    /// The body as JSON, if it is any.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.answer.body).ok()
    }

    /// A short piece of the body, harmless to show.
    pub fn excerpt(&self) -> String {
        excerpt(&self.answer.body)
    }
}
