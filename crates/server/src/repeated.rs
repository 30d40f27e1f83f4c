//! Repeated requests: the same key and the same request get the first answer again. A request is noted before it is
//! carried out: after a crash in between, its repetition is refused instead of done twice.

use std::hash::{BuildHasher, RandomState};

use avops_app::answers::{self, Answer};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::Door;
use crate::auth::By;
use crate::body::whole;
use crate::error::Problem;

/// Largest answer that is kept, in bytes.
const MAX_ANSWER: usize = 4 * 1024 * 1024;

/// The header fields that are kept with an answer.
const FIELDS: [HeaderName; 3] = [header::CONTENT_TYPE, header::ETAG, header::LOCATION];

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
    // Who hangs up does not stop it half-way: what was begun comes to its answer.
    let key = key.to_owned();
    let whole = tokio::spawn(async move { once(&door, &by, &key, request, next).await });
    match whole.await {
        Ok(Ok(response)) => response,
        Ok(Err(problem)) => problem.into_response(),
        Err(error) => Problem::from(avops_app::Error::Internal(error.to_string())).into_response(),
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
    if let Some(kept) = answers::begin(&door.app, by, key, &same).await? {
        return Ok(response(kept));
    }
    let given = next.run(Request::from_parts(parts, Body::from(body))).await;
    let status = given.status();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        // It was not done, and the next time it may be.
        answers::forget(&door.app, by, key).await?;
        return Ok(given);
    }
    if status.is_server_error() {
        // How far it came is not known, so it stays begun.
        return Ok(given);
    }
    let fields = FIELDS
        .iter()
        .filter_map(|name| {
            let value = given.headers().get(name)?.to_str().ok()?;
            Some((name.as_str().to_owned(), value.to_owned()))
        })
        .collect();
    let text = to_bytes(given.into_body(), MAX_ANSWER)
        .await
        .map_err(|error| Problem::from(avops_app::Error::Internal(error.to_string())))?;
    let answer = Answer {
        status: status.as_u16(),
        fields,
        body: String::from_utf8_lossy(&text).into_owned(),
    };
    answers::keep(&door.app, by, key, &answer).await?;
    Ok(response(answer))
}

fn response(kept: Answer) -> Response {
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
    let mut response = (status, kept.body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    for name in FIELDS {
        let value = kept.fields.get(name.as_str());
        if let Some(Ok(value)) = value.map(|value| HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    response
}
