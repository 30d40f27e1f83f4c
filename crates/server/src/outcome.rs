//! Answers of a success whose type says with which status they come, so that the description cannot say another.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::described::{Given, Gives, Schemas};

/// 201: it was made, and this is it.
pub(crate) struct Created<T>(pub(crate) T);

/// 204: it was done, and there is nothing to say about it.
pub(crate) struct NoContent;

impl<T: IntoResponse> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, self.0).into_response()
    }
}

impl<T: Gives> Gives for Created<T> {
    fn give(schemas: &mut Schemas) -> Given {
        Given {
            statuses: vec![StatusCode::CREATED],
            ..T::give(schemas)
        }
    }
}

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

impl Gives for NoContent {
    fn give(_: &mut Schemas) -> Given {
        Given {
            statuses: vec![StatusCode::NO_CONTENT],
            content: None,
        }
    }
}
