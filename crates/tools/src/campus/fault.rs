//! Scripted faults of the vendors: what goes wrong on the way to and from a simulator.

use std::io::Write as _;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};

use super::{Cut, Shared};

/// Size of an answer that is too large, and of what a compressed one unfolds to.
const HUGE: usize = 16 * 1024 * 1024;

/// Something that goes wrong with requests to one path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The beginning of the paths it befalls, for example `/slack/chat.postMessage`.
    pub on: String,
    /// What happens.
    #[serde(rename = "do")]
    pub kind: FaultKind,
    /// Whether the vendor does what it was asked before the fault.
    #[serde(default)]
    pub acts: bool,
    /// To how many requests it happens; to all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// Wait before the answer.
    #[serde(default)]
    pub delay_ms: u64,
    /// For `status`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// `Retry-After` of the answer, as it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<String>,
    /// Body of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Nothing but the delay.
    Delay,
    /// The connection is closed without an answer.
    Drop,
    /// No answer ever comes.
    Hang,
    /// An answer with a status of its own.
    Status,
    /// The right answer breaks off in the middle.
    Truncate,
    /// An answer that is not JSON.
    NotJson,
    /// An answer that is not even text.
    NotUtf8,
    /// An answer larger than anybody reads.
    Huge,
    /// A small answer that unfolds to a huge one.
    GzipBomb,
    /// Devices: the answer comes byte by byte.
    Split,
    /// Devices: the answer comes glued together with messages that nobody asked for.
    Merge,
    /// Devices: a message that nobody asked for comes before the answer.
    Event,
    /// Devices: the command comes back before its answer.
    Echo,
}

/// Lets the first fault that fits befall a request.
pub(super) async fn befall(State(campus): State<Shared>, request: Request, next: Next) -> Response {
    let Some(fault) = take(&campus, request.uri().path()) else {
        return next.run(request).await;
    };
    let needs_answer = matches!(
        fault.kind,
        FaultKind::Delay
            | FaultKind::Truncate
            | FaultKind::Split
            | FaultKind::Merge
            | FaultKind::Event
            | FaultKind::Echo
    );
    let answer = if fault.acts || needs_answer {
        Some(next.run(request).await)
    } else {
        None
    };
    campus.sleep(Duration::from_millis(fault.delay_ms)).await;
    let mut response = match fault.kind {
        // What only befalls a device's line leaves a request as it is.
        FaultKind::Delay
        | FaultKind::Split
        | FaultKind::Merge
        | FaultKind::Event
        | FaultKind::Echo => answer.unwrap_or_default(),
        FaultKind::Drop => cut(),
        FaultKind::Hang => std::future::pending().await,
        FaultKind::Status => {
            let status = fault.status.and_then(|s| StatusCode::from_u16(s).ok());
            let body = fault.body.clone().unwrap_or_default();
            (status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), body).into_response()
        }
        FaultKind::Truncate => truncate(answer.unwrap_or_default()).await,
        FaultKind::NotJson => fault
            .body
            .clone()
            .unwrap_or_else(|| "<html>It works!</html>".to_owned())
            .into_response(),
        FaultKind::NotUtf8 => {
            Bytes::from_static(b"{\"ok\":true,\"text\":\"\xff\xfe\xfd\"}").into_response()
        }
        FaultKind::Huge => Bytes::from(vec![b' '; HUGE]).into_response(),
        FaultKind::GzipBomb => gzip_bomb(),
    };
    if let Some(value) = fault
        .retry_after
        .and_then(|v| HeaderValue::from_str(&v).ok())
    {
        response.headers_mut().insert(RETRY_AFTER, value);
    }
    response
}

/// The first fault for a path, counted down.
pub(super) fn take(campus: &Shared, path: &str) -> Option<Fault> {
    let mut world = campus.world();
    let index = world.faults.iter().position(|f| path.starts_with(&f.on))?;
    let fault = world.faults.get_mut(index)?;
    let taken = fault.clone();
    if let Some(left) = &mut fault.times {
        *left = left.saturating_sub(1);
        if *left == 0 {
            world.faults.remove(index);
        }
    }
    Some(taken)
}

/// An answer that the server turns into a closed connection.
fn cut() -> Response {
    let mut response = Response::default();
    response.extensions_mut().insert(Cut);
    response
}

/// The first half of an answer, announced as the whole.
async fn truncate(answer: Response) -> Response {
    let (mut parts, body) = answer.into_parts();
    let whole = axum::body::to_bytes(body, HUGE).await.unwrap_or_default();
    let half = whole.slice(..whole.len() / 2);
    parts.headers.insert(CONTENT_LENGTH, whole.len().into());
    let stream = futures::stream::iter([Ok(half), Err(std::io::Error::other("scripted"))]);
    Response::from_parts(parts, Body::from_stream(stream))
}

fn gzip_bomb() -> Response {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let bytes = match encoder
        .write_all(&vec![b' '; HUGE])
        .and_then(|()| encoder.finish())
    {
        Ok(bytes) => bytes,
        Err(error) => {
            return (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response();
        }
    };
    (
        [
            (CONTENT_TYPE, "application/json"),
            (CONTENT_ENCODING, "gzip"),
        ],
        bytes,
    )
        .into_response()
}
