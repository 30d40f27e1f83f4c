//! Request bodies and queries: one content type, known fields only, and errors that say what and where.

use std::time::Duration;

use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use crate::MAX_BODY;
use crate::error::Problem;

/// How long a body may take to come in.
const PATIENCE: Duration = Duration::from_secs(10);

/// A JSON body.
pub(crate) struct Body<T>(pub(crate) T);

/// Reads a body to its end, within [`MAX_BODY`] and [`PATIENCE`].
pub(crate) async fn whole(body: axum::body::Body) -> Result<Bytes, Problem> {
    let limited = Limited::new(body, MAX_BODY).collect();
    let Ok(read) = tokio::time::timeout(PATIENCE, limited).await else {
        return Err(Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "the body came too slowly",
            format!("a body must be here within {} seconds", PATIENCE.as_secs()),
        ));
    };
    match read {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Problem::too_large()),
        Err(_) => Err(Problem::bad_request("the body broke off")),
    }
}

/// A query string.
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let kind = kind
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        if kind != "application/json" {
            let detail = format!(
                "the body must be application/json, not {}",
                if kind.is_empty() {
                    "without a type"
                } else {
                    "another type"
                }
            );
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "wrong content type",
                detail,
            ));
        }
        let bytes = whole(request.into_body()).await?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            Problem::bad_request(error.to_string()).hint("compare it with /openapi.json")
        })
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        query
            .map(|Query(value)| Self(value))
            .map_err(|rejection| Problem::bad_request(rejection.body_text()))
    }
}
