//! What travels between this program and an outside connector. `docs/guide/tools.md` is its manual.

use avops_engine::Artifact;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The body of `POST /action`.
#[derive(Serialize)]
pub(super) struct ActionRequest<'a> {
    pub(super) action: &'a str,
    pub(super) args: &'a Value,
}

/// The answer to `POST /action`.
#[derive(Deserialize)]
pub(super) struct ActionAnswer {
    pub(super) ok: bool,
    #[serde(default)]
    pub(super) result: Value,
    #[serde(default, deserialize_with = "null_as_empty")]
    pub(super) artifacts: Vec<ArtifactAnswer>,
    #[serde(default)]
    error: Value,
}

/// Something that the connector left behind.
#[derive(Deserialize)]
pub(super) struct ArtifactAnswer {
    kind: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    external_id: Option<Value>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    data: Value,
}

/// The answer to `GET /health`.
#[derive(Deserialize)]
pub(super) struct HealthAnswer {
    pub(super) ok: bool,
}

impl ActionAnswer {
    /// The reason of a refusal: a text, or an object with a `message`.
    pub(super) fn error_text(&self) -> Option<String> {
        match &self.error {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            Value::Object(fields) => match fields.get("message") {
                Some(Value::String(text)) => Some(text.clone()),
                _ => Some(self.error.to_string()),
            },
            other => Some(other.to_string()),
        }
    }
}

impl From<ArtifactAnswer> for Artifact {
    fn from(answer: ArtifactAnswer) -> Self {
        let external_id = answer.external_id.and_then(|id| match id {
            Value::Null => None,
            Value::String(text) => Some(text),
            other => Some(other.to_string()),
        });
        Self {
            title: answer
                .title
                .or_else(|| external_id.clone())
                .unwrap_or_else(|| answer.kind.clone()),
            kind: answer.kind,
            external_id,
            // Shown as a link, so it must be one that a browser may follow.
            url: answer
                .url
                .filter(|u| u.starts_with("https://") || u.starts_with("http://")),
            data: answer.data,
        }
    }
}

fn null_as_empty<'de, D: serde::Deserializer<'de>>(
    from: D,
) -> Result<Vec<ArtifactAnswer>, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}
