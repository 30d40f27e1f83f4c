//! What an outside connector says of itself at `/manifest`, where it says something.

use std::time::Duration;

use indexmap::IndexMap;
use reqwest::{Method, StatusCode};
use serde::Deserialize;

use super::HttpAction;
use crate::outbound::{Deadline, Outbound, Reach, excerpt};

/// Longest wait for it.
const PATIENCE: Duration = Duration::from_secs(3);

/// What a connector says of itself.
#[derive(Debug, Clone, Deserialize)]
pub struct HttpManifest {
    /// A few words for people.
    #[serde(default)]
    pub title: Option<String>,
    /// One or two sentences for people.
    #[serde(default)]
    pub description: Option<String>,
    /// Its actions by name. What is not declared of one is assumed to be the worst.
    pub actions: IndexMap<String, HttpAction>,
}

/// Asks for it; nothing where the connector has none (404).
///
/// # Errors
/// Why it cannot be had, for people.
pub(crate) async fn ask(
    outbound: &Outbound,
    name: &str,
    base: &str,
) -> Result<Option<HttpManifest>, String> {
    let endpoint = outbound
        .endpoint(name, base, Reach::Registered)
        .map_err(|error| error.to_string())?;
    let answer = endpoint
        .send(
            endpoint.request(Method::GET, &["manifest"]),
            Deadline::after(PATIENCE),
        )
        .await
        .map_err(|error| error.to_string())?;
    if answer.status == StatusCode::NOT_FOUND {
        return Ok(None);
    }
    let said = excerpt(&answer.body);
    if !answer.status.is_success() {
        return Err(format!("`/manifest` answered {}: {said}", answer.status));
    }
    serde_json::from_slice(&answer.body)
        .map(Some)
        .map_err(|error| format!("`/manifest` is not as agreed ({error}): {said}"))
}
