//! Repeated requests: the same key and the same request get the first answer again.

use std::hash::{BuildHasher, RandomState};

use avops_app::answers::{self, Answer};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::Door;
use crate::auth::By;
use crate::body::whole;
use crate::error::Problem;

/// Largest answer that is kept, in bytes.
const MAX_ANSWER: usize = 4 * 1024 * 1024;

/// Requests with one key take turns: the second sees the answer of the first. Keys share a few locks by their hash, so
/// nothing has to be cleaned up.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    hasher: RandomState,
    locks: [tokio::sync::Mutex<()>; 32],
}

impl Turns {
    async fn take(&self, actor: &str, key: &str) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        let hash = self.hasher.hash_one((actor, key));
        let at = usize::try_from(hash % 32).unwrap_or_default();
        Some(self.locks.get(at)?.lock().await)
    }
}

/// Gives the kept answer of an earlier, equal request; else carries the request out and keeps its answer.
pub(crate) async fn answer(
    State(door): State<Door>,
    By(by): By,
    request: Request,
    next: Next,
) -> Response {
    let key = request.headers().get("idempotency-key").cloned();
    let Some(key) = key.as_ref().and_then(|key| key.to_str().ok()) else {
        return next.run(request).await;
    };
    match once(&door, &by, key, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn once(
    door: &Door,
    by: &avops_app::Actor,
    key: &str,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let body = whole(body).await?;
    let same = format!(
        "{} {}\n{}",
        parts.method,
        parts.uri,
        String::from_utf8_lossy(&body)
    );
    let _turn = door.turns.take(&by.id, key).await;
    if let Some(kept) = answers::find(&door.app, by, key, &same).await? {
        return Ok(response(kept));
    }
    let given = next.run(Request::from_parts(parts, Body::from(body))).await;
    // What broke in here may work the next time; everything else is the answer.
    if given.status().is_server_error() {
        return Ok(given);
    }
    let status = given.status().as_u16();
    let text = to_bytes(given.into_body(), MAX_ANSWER)
        .await
        .map_err(|error| Problem::from(avops_app::Error::Internal(error.to_string())))?;
    let body = String::from_utf8_lossy(&text).into_owned();
    let kept = answers::keep(&door.app, by, key, &same, Answer { status, body }).await?;
    Ok(response(kept))
}

fn response(kept: Answer) -> Response {
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
    let kind = if status.is_client_error() {
        "application/problem+json"
    } else {
        "application/json"
    };
    let mut response = (status, kept.body).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
