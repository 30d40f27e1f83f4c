//! `SearXNG`, a search server of one's own. It answers in JSON only when its settings say so.

use std::time::Duration;

use async_trait::async_trait;
use avops_engine::ToolError;
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use super::provider::{Hit, Provider, Query};
use super::reading::plain;
use crate::lenient;
use crate::outbound::{Deadline, Endpoint, Unavailable, excerpt, set_query};

/// Longest wait for a search: it asks other engines in turn.
const TIMEOUT: Duration = Duration::from_secs(15);

pub(super) struct Searxng {
    api: Option<Endpoint>,
}

#[derive(Deserialize)]
struct Found {
    #[serde(default, deserialize_with = "lenient::or_default")]
    results: Vec<Item>,
    /// Pairs of an engine and the reason why it gave nothing.
    #[serde(default, deserialize_with = "lenient::or_default")]
    unresponsive_engines: Vec<Value>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default, deserialize_with = "lenient::text")]
    title: String,
    #[serde(default, deserialize_with = "lenient::text")]
    url: String,
    #[serde(default, deserialize_with = "lenient::text")]
    content: String,
    #[serde(default)]
    score: Option<f64>,
    #[serde(
        default,
        rename = "publishedDate",
        deserialize_with = "lenient::optional_text"
    )]
    published: Option<String>,
}

impl Searxng {
    pub(super) fn new(api: Option<Endpoint>) -> Self {
        Self { api }
    }

    fn api(&self) -> Result<&Endpoint, ToolError> {
        self.api.as_ref().ok_or_else(|| ToolError::Refused {
            message: "the SearXNG server has no address; nothing was sent".to_owned(),
            hint: Some(
                "set the tool's url (or AVOPS_SEARCH_URL), for example https://search.corp.example"
                    .to_owned(),
            ),
        })
    }
}

#[async_trait]
impl Provider for Searxng {
    fn name(&self) -> &'static str {
        "searxng"
    }

    async fn search(&self, query: &Query<'_>, deadline: Deadline) -> Result<Vec<Hit>, ToolError> {
        let api = self.api()?;
        let mut request = api.request(Method::GET, &["search"]);
        set_query(
            &mut request,
            &[("q", &query.with_sites()), ("format", "json")],
        );
        let answer = api.send(request, deadline.at_most(TIMEOUT)).await?;
        if answer.status == StatusCode::FORBIDDEN {
            return Err(ToolError::Refused {
                message: "the SearXNG server answered 403: it does not answer in JSON".to_owned(),
                hint: Some("list `json` under `search.formats` in its settings.yml".to_owned()),
            });
        }
        if let Some(fault) = api.fault(&answer, None, Unavailable::NotSent) {
            return Err(fault);
        }
        let found: Found = api.json(&answer)?;
        if found.results.is_empty() && !found.unresponsive_engines.is_empty() {
            let engines = Value::Array(found.unresponsive_engines).to_string();
            return Err(ToolError::NotSent {
                message: format!(
                    "the SearXNG server found nothing because its engines gave no answer: {}",
                    excerpt(engines.as_bytes())
                ),
                retry_after: None,
            });
        }
        let hit = |item: Item| Hit {
            title: plain(&item.title),
            url: item.url,
            snippet: plain(&item.content),
            published: item.published,
            score: item.score,
        };
        Ok(found.results.into_iter().map(hit).collect())
    }

    async fn health(&self, deadline: Deadline) -> Result<String, ToolError> {
        let api = self.api()?;
        let request = api.request(Method::GET, &["healthz"]);
        let answer = api.send(request, deadline).await?;
        match api.fault(&answer, None, Unavailable::NotSent) {
            Some(fault) => Err(fault),
            None => Ok("the SearXNG server answers".to_owned()),
        }
    }
}
