//! Messages, the dialect of Anthropic.

pub(crate) mod simulator;
mod wire;

use std::time::Duration;

use async_trait::async_trait;
use avops_tools::{JsonAnswer, JsonEndpoint, JsonRequest, Secret};
use serde_json::Value;

use crate::{Model, ModelError, Provider, Transcript, Turn};

/// The version of the dialect; required with every request.
const VERSION: &str = "2023-06-01";
const WHO: &str = "Anthropic";

/// A model behind messages.
pub(crate) struct Anthropic {
    pub(crate) endpoint: JsonEndpoint,
    pub(crate) key: Option<Secret>,
    pub(crate) model: String,
}

impl Anthropic {
    async fn send(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        body: Option<&Value>,
        timeout: Duration,
    ) -> Result<Value, ModelError> {
        let mut headers = vec![("anthropic-version", VERSION)];
        if let Some(key) = &self.key {
            headers.push(("x-api-key", key.expose()));
        }
        let request = JsonRequest {
            path,
            query,
            headers: &headers,
            body,
        };
        let answer = self
            .endpoint
            .send(request, timeout)
            .await
            .map_err(|error| ModelError::without_answer(WHO, &error))?;
        if (200..300).contains(&answer.status()) {
            return answer.json().ok_or_else(|| ModelError::Malformed {
                who: WHO.to_owned(),
                said: format!("it is not JSON: {}", answer.excerpt()),
            });
        }
        Err(self.fault(&answer))
    }

    fn fault(&self, answer: &JsonAnswer) -> ModelError {
        let body = answer.json().unwrap_or_default();
        let error = &body["error"];
        let said = match error["message"].as_str() {
            Some(said) if !said.is_empty() => said.chars().take(500).collect(),
            _ => format!("{} {}", answer.status(), answer.excerpt()),
        };
        let kind = error["type"].as_str().unwrap_or_default();
        ModelError::of_answer(WHO, &self.model, answer, kind, said)
    }
}

#[async_trait]
impl Model for Anthropic {
    async fn reply(&self, transcript: &Transcript, timeout: Duration) -> Result<Turn, ModelError> {
        let body = wire::request(transcript, &self.model);
        let answer = self
            .send(&["v1", "messages"], &[], Some(&body), timeout)
            .await?;
        wire::turn(&answer, transcript, &self.model)
    }

    async fn models(&self, timeout: Duration) -> Result<Vec<String>, ModelError> {
        let answer = self
            .send(&["v1", "models"], &[("limit", "1000")], None, timeout)
            .await?;
        let listed = answer["data"]
            .as_array()
            .ok_or_else(|| malformed("the list of models is not there"))?;
        let mut names: Vec<String> = listed
            .iter()
            .filter_map(|model| model["id"].as_str().map(str::to_owned))
            .collect();
        names.sort();
        Ok(names)
    }
}

fn malformed(said: &str) -> ModelError {
    ModelError::Malformed {
        who: Provider::Anthropic.title().to_owned(),
        said: said.to_owned(),
    }
}
