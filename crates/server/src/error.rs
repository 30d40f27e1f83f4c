//! Refusals as problem details (RFC 9457). The only file that knows which kind has which status.

use std::any::Any;

use avops_app::{Error, Finding};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::refusals::shown;

/// A refusal on its way out.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(description = "A refusal: problem details (RFC 9457).")]
pub(crate) struct Problem {
    /// `about:blank`: the status says what kind it is.
    r#type: &'static str,
    /// What kind of refusal it is, for people.
    title: &'static str,
    /// The status of the answer.
    status: u16,
    /// What is wrong here.
    detail: String,
    /// How to mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<Box<str>>,
    /// What to ask for in the log.
    request_id: Uuid,
    /// Where a recipe is at fault: every problem in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    diagnostics: Vec<Finding>,
    #[serde(skip)]
    code: StatusCode,
}

impl Problem {
    pub(crate) fn new(code: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            r#type: "about:blank",
            title,
            status: code.as_u16(),
            detail: shown(&detail.into()),
            hint: None,
            request_id: Uuid::now_v7(),
            diagnostics: Vec::new(),
            code,
        }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(shown(&hint.into()).into_boxed_str());
        self
    }

    /// Who asks is not known.
    pub(crate) fn unknown_caller() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "sign in first",
            "this needs a token or a session",
        )
        .hint(
            "send `Authorization: Bearer TOKEN`, or open the sign-in link that the server printed",
        )
    }

    /// The request cannot be understood.
    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "the request does not fit", detail)
    }

    /// The body is too large.
    pub(crate) fn too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the body is too large",
            "a body may have 1 MB",
        )
    }

    /// No such address.
    pub(crate) fn no_such_address(path: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not found",
            format!("there is nothing at `{path}`"),
        )
        .hint("/openapi.json lists every address")
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let (code, title) = match &error {
            Error::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "the recipe has errors"),
            Error::NotFound { .. } => (StatusCode::NOT_FOUND, "not found"),
            Error::NotAllowed { .. } => (StatusCode::FORBIDDEN, "not allowed"),
            Error::NeedsAnother { .. } => (StatusCode::FORBIDDEN, "somebody else must"),
            Error::Conflict { .. } => (StatusCode::CONFLICT, "conflict"),
            Error::Outdated { .. } => {
                (StatusCode::PRECONDITION_FAILED, "somebody saved in between")
            }
            Error::BadInput { .. } => (StatusCode::BAD_REQUEST, "the request does not fit"),
            Error::Unproven => (StatusCode::UNAUTHORIZED, "not proven"),
            Error::TooOften { .. } => (StatusCode::TOO_MANY_REQUESTS, "too often"),
            Error::Unavailable { .. } => (StatusCode::SERVICE_UNAVAILABLE, "not now"),
            Error::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "something broke"),
        };
        let mut problem = Self::new(code, title, error.to_string());
        problem.hint = error.hint().map(|hint| shown(&hint).into_boxed_str());
        match error {
            Error::Invalid(diagnostics) => problem.diagnostics = diagnostics,
            Error::Internal(reason) => {
                // What broke is for the log; the caller gets the number to ask for.
                tracing::error!(
                    request.id = %problem.request_id,
                    "a request failed: {reason}"
                );
                "the server could not do this; its log has the reason"
                    .clone_into(&mut problem.detail);
            }
            _ => {}
        }
        problem
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let code = self.code;
        let mut response = (code, Json(self)).into_response();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if code == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"avops\""),
            );
        }
        let later = match code {
            StatusCode::SERVICE_UNAVAILABLE => Some("5"),
            StatusCode::TOO_MANY_REQUESTS => Some("60"),
            _ => None,
        };
        if let Some(seconds) = later {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
        }
        response
    }
}

/// Answers for a handler that panicked; nothing of the panic leaves the log.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the form that the catching layer calls"
)]
pub(crate) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let reason = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(
        "a handler panicked: {}",
        reason.unwrap_or("without a message")
    );
    Problem::from(Error::Internal("a handler panicked".to_owned())).into_response()
}
