//! Chat completions, the dialect of `OpenAI` and of most servers that run models locally.

pub(crate) mod simulator;
mod told;
mod wire;

use std::time::Duration;

use async_trait::async_trait;
use avops_tools::{JsonAnswer, JsonEndpoint, JsonOpened, JsonRequest, Secret};
use serde_json::{Value, json};

use crate::{Listener, Model, ModelError, Provider, Transcript, Turn, stream};
use told::Told;

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
        match self.open(path, body, timeout).await? {
            JsonOpened::Whole(answer) => self.whole(&answer),
            JsonOpened::Events(_) => Err(malformed("it is a stream, and none was asked for")),
        }
    }

    async fn open(
        &self,
        path: &[&str],
        body: Option<&Value>,
        timeout: Duration,
    ) -> Result<JsonOpened, ModelError> {
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
        let opened = self.endpoint.open(request, timeout).await;
        opened.map_err(|error| ModelError::without_answer(WHO, &error))
    }

    fn whole(&self, answer: &JsonAnswer) -> Result<Value, ModelError> {
        if (200..300).contains(&answer.status()) {
            return answer.json().ok_or_else(|| ModelError::Malformed {
                who: WHO.to_owned(),
                said: format!("it is not JSON: {}", answer.excerpt()),
            });
        }
        Err(self.fault(answer))
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

    async fn speak(
        &self,
        transcript: &Transcript,
        timeout: Duration,
        listener: &Listener,
    ) -> Result<Turn, ModelError> {
        let mut body = wire::request(transcript, &self.model, self.is_compatible_server);
        body["stream"] = json!(true);
        body["stream_options"] = json!({ "include_usage": true });
        let opened = self.open(&["chat", "completions"], Some(&body), timeout);
        let Some(opened) = listener.stop.run_until_cancelled(opened).await else {
            return Ok(stream::stopped(Provider::OpenAi, &self.model, transcript));
        };
        let answer = match opened? {
            JsonOpened::Events(events) => {
                let mut told = Told::default();
                let is_whole =
                    stream::follow(events, listener, WHO, |event| told.take(event)).await?;
                let mut turn = wire::turn(&told.answer(), transcript, &self.model)?;
                if !is_whole {
                    stream::stop(&mut turn, transcript);
                }
                return Ok(turn);
            }
            JsonOpened::Whole(answer) => answer,
        };
        let turn = match self.whole(&answer) {
            // Some local servers know no streams, or not these options of them.
            Err(ModelError::BadRequest { .. }) if self.is_compatible_server => {
                self.reply(transcript, timeout).await?
            }
            whole => wire::turn(&whole?, transcript, &self.model)?,
        };
        listener.words(&turn.text);
        Ok(turn)
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
