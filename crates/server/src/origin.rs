//! Where a run comes from: what asked for it, and under which key.

use avops_app::runs;
use axum::Extension;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde_json::{Value, json};

use crate::auth::FromPage;
use crate::described::{Schemas, Shape, Takes};
use crate::error::Problem;

/// What goes into a run's `trigger`, and the key that makes a repetition the same run.
pub(crate) struct CameFrom(pub(crate) runs::Origin);

impl<S: Send + Sync> FromRequestParts<S> for CameFrom {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let page = Extension::<FromPage>::from_request_parts(parts, state).await;
        let Extension(FromPage(from_page)) = page.map_err(|_| Problem::unknown_caller())?;
        let text = |name: &str| {
            parts
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let cli = text("user-agent").is_some_and(|agent| agent.starts_with("avops-cli/"));
        let trigger = if cli {
            "cli"
        } else if from_page {
            "manual"
        } else {
            "api"
        };
        Ok(Self(runs::Origin {
            trigger: trigger.to_owned(),
            key: text("idempotency-key").map(str::to_owned),
            workflow: None,
        }))
    }
}

impl Takes for CameFrom {
    fn take(_: &mut Schemas, shape: &mut Shape) {
        shape.head.push(key_parameter());
    }
}

/// How the description shows the key of an operation that honours one.
pub(crate) fn key_parameter() -> Value {
    json!({
        "name": "Idempotency-Key", "in": "header", "required": false, "schema": { "type": "string" },
        "description": "The same key with the same request gives the first answer again and does nothing."
    })
}
