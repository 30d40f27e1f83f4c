//! The one way out: every request that leaves this program goes through here.
//!
//! What comes back is sorted by what may follow from it (see [`ToolError`]): nothing was sent, the
//! tool refused, or nobody knows. Requests are never repeated, proxies never read from the
//! environment, and redirects followed nowhere but in visits to pages (see `visit`).

mod address;
mod answer;
#[cfg(test)]
mod canary;
mod dial;
mod domains;
mod events;
mod json;
mod visit;

use std::sync::Arc;
use std::time::Duration;

use avops_engine::{Clock, ToolError};
use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT,
};
use reqwest::{Client, Method, Request, Url};
use serde::Serialize;
use tokio::time::Instant;
use uuid::Uuid;

use crate::Error;
pub(crate) use address::{Reach, base_url};
pub(crate) use answer::{Answer, MAX_BODY, Unavailable, excerpt};
pub(crate) use dial::dial;
pub(crate) use domains::Domains;
pub use events::{EventStream, ServerEvent};
pub use json::{Exchanger, JsonAnswer, JsonEndpoint, JsonOpened, JsonRequest};
pub(crate) use visit::{Names, Page, Visitor};

/// Longest wait for a connection, name look-up and TLS included. Shorter than a sensible call, so that
/// "cannot connect" is told apart from "sent, and no answer"; long enough for one lost packet.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long an unused connection is kept. Shorter than common servers keep theirs (2 s and up): a
/// request written to a connection that the server is just closing would end as *unknown*.
const IDLE_TIMEOUT: Duration = Duration::from_millis(1500);

/// Unused connections kept for each host.
const IDLE_CONNECTIONS: usize = 256;

static IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The HTTP clients, one for each reach. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Outbound {
    public: Client,
    registered: Client,
    clock: Arc<dyn Clock>,
}

impl Outbound {
    /// Builds the clients.
    ///
    /// # Errors
    /// [`Error::Client`] when the machine's TLS or resolver configuration cannot be used.
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Result<Self, Error> {
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // Somebody else may have been quicker: then theirs serves as well.
            drop(rustls::crypto::ring::default_provider().install_default());
        }
        Ok(Self {
            public: client(Reach::Public)?,
            registered: client(Reach::Registered)?,
            clock,
        })
    }

    /// The client for tools that an admin registered, for protocols that make their own requests. It
    /// connects to no address that such a tool may not have.
    pub(crate) fn registered(&self) -> &Client {
        &self.registered
    }

    /// Fixes host, port and base path of a tool.
    ///
    /// # Errors
    /// [`Error::Address`] when the address may not be used with this reach.
    pub(crate) fn endpoint(&self, who: &str, base: &str, reach: Reach) -> Result<Endpoint, Error> {
        let client = match reach {
            Reach::Public => &self.public,
            Reach::Registered => &self.registered,
        };
        Ok(Endpoint {
            client: client.clone(),
            base: address::base_url(base, reach)?,
            who: who.into(),
            clock: Arc::clone(&self.clock),
        })
    }
}

fn client(reach: Reach) -> Result<Client, Error> {
    let mut headers = HeaderMap::new();
    // Answers are small or local; an unasked compressed one is still understood (see `answer`).
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    headers.insert(
        USER_AGENT,
        HeaderValue::from_static(concat!("avops/", env!("CARGO_PKG_VERSION"))),
    );
    let builder = || {
        Client::builder()
            .default_headers(headers.clone())
            .no_proxy()
            .no_gzip()
            .referer(false)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .dns_resolver(Arc::new(address::GuardedResolver(reach)))
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .tcp_nodelay(true)
    };
    builder()
        .build()
        .or_else(|error| {
            tracing::warn!(%error, "no certificate authorities on this machine: https calls will be refused");
            builder().tls_certs_only([]).build()
        })
        .map_err(|e| Error::Client(chain(&e)))
}

/// When a call must be over. Every request of one call shares it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    /// A deadline `timeout` from now.
    pub(crate) fn after(timeout: Duration) -> Self {
        let now = Instant::now();
        Self(
            now.checked_add(timeout)
                .unwrap_or(now + Duration::from_hours(24)),
        )
    }

    /// The earlier of this deadline and `limit` from now.
    pub(crate) fn at_most(self, limit: Duration) -> Self {
        Self(self.0.min(Self::after(limit).0))
    }

    /// Waits for `work`, or gives `None` when the time is up.
    pub(crate) async fn wait<T>(self, work: impl Future<Output = T>) -> Option<T> {
        tokio::time::timeout_at(self.0, work).await.ok()
    }
}

/// An answer, whole or as it comes.
pub(crate) enum Opened {
    Whole(Answer),
    Events(EventStream),
}

/// One tool's address. Requests made from it cannot leave its host and port.
#[derive(Clone)]
pub(crate) struct Endpoint {
    client: Client,
    base: Url,
    who: Arc<str>,
    clock: Arc<dyn Clock>,
}

impl Endpoint {
    /// A request to the path made of the base's path and `segments`, each of which is escaped: an
    /// argument cannot climb out of its segment.
    pub(crate) fn request(&self, method: Method, segments: &[&str]) -> Request {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty();
            for segment in segments {
                // The URL parser drops `.` and `..`, which would name another resource.
                let inert = matches!(*segment, "." | "..");
                path.push(if inert { "%2E" } else { segment });
            }
        }
        Request::new(method, url)
    }

    /// Sends one request and reads the whole answer, whatever its status.
    ///
    /// # Errors
    /// [`ToolError::NotSent`] when no connection came about, else [`ToolError::Unknown`].
    pub(crate) async fn send(
        &self,
        request: Request,
        deadline: Deadline,
    ) -> Result<Answer, ToolError> {
        let exchange = async {
            let response = self.execute(request).await?;
            self.whole(response).await
        };
        deadline
            .wait(exchange)
            .await
            .unwrap_or_else(|| Err(self.late()))
    }

    /// Sends one request; the answer is a stream of events where the system gives one, else it is read whole. The
    /// deadline is that of the whole answer, or of the stream's beginning.
    pub(crate) async fn open(
        &self,
        request: Request,
        deadline: Deadline,
    ) -> Result<Opened, ToolError> {
        let exchange = async {
            let response = self.execute(request).await?;
            let headers = response.headers();
            let says = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
            let is_stream = response.status().is_success()
                && says(CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/event-stream"))
                && says(CONTENT_ENCODING).is_none_or(|encoding| encoding == "identity");
            if is_stream {
                return Ok(Opened::Events(EventStream::new(response, self.place())));
            }
            self.whole(response).await.map(Opened::Whole)
        };
        deadline
            .wait(exchange)
            .await
            .unwrap_or_else(|| Err(self.late()))
    }

    async fn execute(&self, request: Request) -> Result<reqwest::Response, ToolError> {
        match self.client.execute(request).await {
            Ok(response) => Ok(response),
            Err(error) if error.is_connect() || error.is_builder() => Err(ToolError::NotSent {
                message: format!(
                    "cannot reach {}: {}",
                    self.place(),
                    chain(&error.without_url())
                ),
                retry_after: None,
            }),
            Err(error) => Err(ToolError::Unknown {
                message: format!(
                    "{} got the request and broke off without an answer ({}); whether it acted is not known",
                    self.place(),
                    chain(&error.without_url())
                ),
            }),
        }
    }

    async fn whole(&self, response: reqwest::Response) -> Result<Answer, ToolError> {
        Answer::read(response, answer::MAX_BODY)
            .await
            .map_err(|unreadable| ToolError::Unknown {
                message: format!(
                    "the answer of {} cannot be read: {}",
                    self.place(),
                    unreadable.reason()
                ),
            })
    }

    fn late(&self) -> ToolError {
        ToolError::Unknown {
            message: format!(
                "{} gave no answer in time; whether it acted is not known",
                self.place()
            ),
        }
    }

    /// Sorts an answer whose status is not one of success. `said` is what the tool's own error
    /// format says, where it has one.
    pub(crate) fn fault(
        &self,
        answer: &Answer,
        said: Option<&str>,
        unavailable: Unavailable,
    ) -> Option<ToolError> {
        answer.fault(&self.who, said, unavailable, self.clock.now())
    }

    /// How long the tool asks to be left alone, for errors that come with a status of success.
    pub(crate) fn retry_after(&self, answer: &Answer) -> Option<Duration> {
        answer.retry_after(self.clock.now())
    }

    /// Reads the body as a JSON object of a known form.
    ///
    /// # Errors
    /// [`ToolError::Unknown`]: the tool did something, but did not say what.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(
        &self,
        answer: &Answer,
    ) -> Result<T, ToolError> {
        // A list would be taken for a struct's fields in their order.
        let is_object = answer.body.trim_ascii_start().starts_with(b"{");
        let read = if is_object {
            serde_json::from_slice(&answer.body).map_err(|error| error.to_string())
        } else {
            Err("it is not a JSON object".to_owned())
        };
        read.map_err(|reason| ToolError::Unknown {
            message: format!(
                "the answer of {} cannot be read ({reason}): {}",
                self.who,
                excerpt(&answer.body)
            ),
        })
    }

    /// Name and address, for messages.
    fn place(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        match self.base.port() {
            Some(port) => format!("{} at {host}:{port}", self.who),
            None => format!("{} at {host}", self.who),
        }
    }
}

/// Puts a JSON body into a request.
pub(crate) fn set_json<T: Serialize>(request: &mut Request, body: &T) -> Result<(), ToolError> {
    let bytes = serde_json::to_vec(body).map_err(|error| ToolError::Refused {
        message: format!("the arguments cannot be written as JSON: {error}"),
        hint: None,
    })?;
    request.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    *request.body_mut() = Some(bytes.into());
    Ok(())
}

/// Puts the idempotency key into a request's header. A key with other characters than a header may
/// hold travels as the id that is made from it.
pub(crate) fn set_key(request: &mut Request, key: &str) {
    let value = HeaderValue::from_str(key).or_else(|_| {
        let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, key.as_bytes());
        HeaderValue::from_str(&id.to_string())
    });
    if let Ok(value) = value {
        request.headers_mut().insert(IDEMPOTENCY_KEY.clone(), value);
    }
}

/// Puts a form body into a request.
pub(crate) fn set_form(request: &mut Request, fields: &[(&str, &str)]) {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    request.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-www-form-urlencoded"),
    );
    *request.body_mut() = Some(body.into());
}

/// Adds query arguments to a request.
pub(crate) fn set_query(request: &mut Request, fields: &[(&str, &str)]) {
    request.url_mut().query_pairs_mut().extend_pairs(fields);
}

/// What a failed preparation means for the call as a whole: nothing has acted yet.
pub(crate) fn before_acting(error: ToolError) -> ToolError {
    match error {
        ToolError::Unknown { message } => ToolError::NotSent {
            message: format!("nothing was changed: {message}"),
            retry_after: None,
        },
        other => other,
    }
}

/// An error and its causes, most general first, without saying anything twice.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let part = error.to_string();
        if !text.contains(&part) {
            text.push_str(": ");
            text.push_str(&part);
        }
        cause = error.source();
    }
    text
}
