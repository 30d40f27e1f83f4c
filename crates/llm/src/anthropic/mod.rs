//! Messages, the dialect of Anthropic.

pub(crate) mod simulator;
mod told;
mod wire;

use std::time::Duration;

use async_trait::async_trait;
use avops_tools::{JsonAnswer, JsonEndpoint, JsonOpened, JsonRequest, Secret};
use serde_json::{Value, json};

use crate::{Listener, Model, ModelError, Provider, Transcript, Turn, stream};
use told::Told;

/// The version of the dialect; required with every request.
const VERSION: &str = "2023-06-01";
const WHO: &str = "Anthropic";

/// A model behind messages.
pub(crate) struct Anthropic {
    pub(crate) endpoint: JsonEndpoint,
    pub(crate) key: Option<Secret>,
    pub(crate) model: String,
    /// Another server than the vendor's own.
    pub(crate) is_compatible_server: bool,
}

impl Anthropic {
    async fn send(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        body: Option<&Value>,
        timeout: Duration,
    ) -> Result<Value, ModelError> {
        match self.open(path, query, body, timeout).await? {
            JsonOpened::Whole(answer) => self.whole(&answer),
            JsonOpened::Events(_) => Err(malformed("it is a stream, and none was asked for")),
        }
    }

    async fn open(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        body: Option<&Value>,
        timeout: Duration,
    ) -> Result<JsonOpened, ModelError> {
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

    async fn speak(
        &self,
        transcript: &Transcript,
        timeout: Duration,
        listener: &Listener,
    ) -> Result<Turn, ModelError> {
        let mut body = wire::request(transcript, &self.model);
        body["stream"] = json!(true);
        let opened = self.open(&["v1", "messages"], &[], Some(&body), timeout);
        let Some(opened) = listener.stop.run_until_cancelled(opened).await else {
            return Ok(stream::stopped(
                Provider::Anthropic,
                &self.model,
                transcript,
            ));
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
            // A server of one's own may know no streams.
            Err(ModelError::BadRequest { .. }) if self.is_compatible_server => {
                self.reply(transcript, timeout).await?
            }
            whole => wire::turn(&whole?, transcript, &self.model)?,
        };
        listener.words(&turn.text);
        Ok(turn)
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
