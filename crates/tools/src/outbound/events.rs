//! Answers that come as a stream of server-sent events, within bounds of size and patience.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use avops_engine::ToolError;
use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::{Stream, unfold};
use reqwest::Response;
use sse_stream::SseStream;

use super::{MAX_BODY, chain};

/// Longest silence between two events.
const SILENCE: Duration = Duration::from_secs(90);

/// Events of one answer. Dropping it closes the connection.
pub struct EventStream {
    events: Pin<Box<dyn Stream<Item = Result<ServerEvent, String>> + Send>>,
    place: Arc<str>,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerEvent {
    /// Its kind, where it names one.
    pub event: Option<String>,
    /// What it holds; empty for a comment that only keeps the connection.
    pub data: String,
}

impl EventStream {
    pub(super) fn new(response: Response, place: String) -> Self {
        let chunks = unfold(Some((response, 0_usize)), |left| async move {
            let (mut response, read) = left?;
            match response.chunk().await {
                Ok(None) => None,
                Ok(Some(chunk)) if read + chunk.len() > MAX_BODY => {
                    let said = format!("it is larger than {} MB", MAX_BODY / 1024 / 1024);
                    Some((Err(io::Error::other(said)), None))
                }
                Ok(Some(chunk)) => {
                    let read = read + chunk.len();
                    Some((Ok::<Bytes, io::Error>(chunk), Some((response, read))))
                }
                Err(error) => {
                    let said = chain(&error.without_url());
                    Some((Err(io::Error::other(said)), None))
                }
            }
        });
        let events = SseStream::from_bytes_stream(chunks).map(|event| {
            event
                .map(|event| ServerEvent {
                    event: event.event,
                    data: event.data.unwrap_or_default(),
                })
                .map_err(|error| chain(&error))
        });
        Self {
            events: Box::pin(events),
            place: place.into(),
        }
    }

    /// The next event; nothing when the stream has ended.
    ///
    /// # Errors
    /// [`ToolError::Unknown`] when it broke off, is too large or too long silent.
    pub async fn next(&mut self) -> Result<Option<ServerEvent>, ToolError> {
        let unknown = |said: &str| ToolError::Unknown {
            message: format!("the answer of {} broke off: {said}", self.place),
        };
        match tokio::time::timeout(SILENCE, self.events.next()).await {
            Ok(None) => Ok(None),
            Ok(Some(Ok(event))) => Ok(Some(event)),
            Ok(Some(Err(said))) => Err(unknown(&said)),
            Err(_) => Err(unknown("nothing came for 90 seconds")),
        }
    }
}
