//! Chat completions, the dialect of `OpenAI` and of most servers that run models locally.

pub(crate) mod simulator;
mod wire;

use std::time::Duration;

use async_trait::async_trait;
use avops_tools::{JsonAnswer, JsonEndpoint, JsonRequest, Secret};
use serde_json::Value;

use crate::{Model, ModelError, Provider, Transcript, Turn};

/// A model behind chat completions.
pub(crate) struct OpenAi {
    pub(crate) endpoint: JsonEndpoint,
    /// Absent for local servers that ask for none.
    pub(crate) key: Option<Secret>,
    pub(crate) model: String,
    /// Another server than the vendor's own, which may know the older words only.
    pub(crate) is_compatible_server: bool,
}

const WHO: &str = "OpenAI";

impl OpenAi {
    async fn send(
        &self,
        path: &[&str],
        body: Option<&Value>,
        timeout: Duration,
    ) -> Result<Value, ModelError> {
        let bearer = self
            .key
            .as_ref()
            .map(|key| format!("Bearer {}", key.expose()));
        let headers: Vec<(&'static str, &str)> = bearer
            .iter()
            .map(|value| ("authorization", value.as_str()))
            .collect();
        let request = JsonRequest {
            path,
            headers: &headers,
            body,
            ..JsonRequest::default()
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
        let word = |field: &str| body["error"][field].as_str().unwrap_or_default().to_owned();
        let kind = format!("{} {}", word("type"), word("code"));
        let said = match word("message") {
            empty if empty.is_empty() => format!("{} {}", answer.status(), answer.excerpt()),
            said => said.chars().take(500).collect(),
        };
        ModelError::of_answer(WHO, &self.model, answer, &kind, said)
    }
}

#[async_trait]
impl Model for OpenAi {
    async fn reply(&self, transcript: &Transcript, timeout: Duration) -> Result<Turn, ModelError> {
        let body = wire::request(transcript, &self.model, self.is_compatible_server);
        let answer = self
            .send(&["chat", "completions"], Some(&body), timeout)
            .await?;
        wire::turn(&answer, transcript, &self.model)
    }

    async fn models(&self, timeout: Duration) -> Result<Vec<String>, ModelError> {
        let answer = self.send(&["models"], None, timeout).await?;
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
        who: Provider::OpenAi.title().to_owned(),
        said: said.to_owned(),
    }
}
