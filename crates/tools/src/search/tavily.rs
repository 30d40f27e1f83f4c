//! Tavily. A plan that is used up answers 432 or 433, which asking again does not mend.

use std::time::Duration;

use async_trait::async_trait;
use avops_engine::ToolError;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Method, Request};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::provider::{CHECK_KEY, Hit, Provider, Query, header, no_key};
use super::reading::plain;
use crate::outbound::{Answer, Deadline, Endpoint, Unavailable, set_json};
use crate::{Error, Secret, lenient};

/// Longest wait for a search of basic depth.
const TIMEOUT: Duration = Duration::from_secs(30);

pub(super) struct Tavily {
    api: Endpoint,
    authorization: Option<HeaderValue>,
}

#[derive(Serialize)]
struct Wanted<'q> {
    query: &'q str,
    max_results: usize,
    /// Costs one credit; the other depths cost two.
    search_depth: &'static str,
    include_domains: Vec<&'q str>,
}

#[derive(Deserialize)]
struct Found {
    #[serde(default, deserialize_with = "lenient::or_default")]
    results: Vec<Item>,
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
    #[serde(default, deserialize_with = "lenient::optional_text")]
    published_date: Option<String>,
}

#[derive(Deserialize)]
struct Usage {
    #[serde(default, deserialize_with = "lenient::or_default")]
    key: UsageOfKey,
    #[serde(default, deserialize_with = "lenient::or_default")]
    account: UsageOfAccount,
}

#[derive(Default, Deserialize)]
struct UsageOfKey {
    #[serde(default)]
    usage: Option<u64>,
    #[serde(default)]
    limit: Option<u64>,
}

#[derive(Default, Deserialize)]
struct UsageOfAccount {
    #[serde(default)]
    plan_usage: Option<u64>,
    #[serde(default)]
    plan_limit: Option<u64>,
}

impl Tavily {
    pub(super) fn new(api: Endpoint, key: Option<&Secret>) -> Result<Self, Error> {
        let authorization = header("Bearer ", key)?;
        Ok(Self { api, authorization })
    }

    fn request(&self, method: Method, name: &str) -> Result<Request, ToolError> {
        let authorization = self.authorization.clone().ok_or_else(|| no_key("tavily"))?;
        let mut request = self.api.request(method, &[name]);
        request.headers_mut().insert(AUTHORIZATION, authorization);
        Ok(request)
    }

    async fn ask(&self, request: Request, deadline: Deadline) -> Result<Answer, ToolError> {
        let answer = self.api.send(request, deadline).await?;
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let said = ["/detail/error", "/error/message", "/detail"]
            .iter()
            .find_map(|place| body.pointer(place).and_then(Value::as_str));
        match self.api.fault(&answer, said, Unavailable::NotSent) {
            None => Ok(answer),
            Some(ToolError::Refused { message, hint }) => Err(ToolError::Refused {
                message,
                hint: match answer.status.as_u16() {
                    401 => Some(CHECK_KEY.to_owned()),
                    403 | 432 | 433 => {
                        Some("the plan's searches are used up: wait for the next period, or take a larger plan".to_owned())
                    }
                    _ => hint,
                },
            }),
            Some(other) => Err(other),
        }
    }
}

#[async_trait]
impl Provider for Tavily {
    fn name(&self) -> &'static str {
        "tavily"
    }

    async fn search(&self, query: &Query<'_>, deadline: Deadline) -> Result<Vec<Hit>, ToolError> {
        let mut request = self.request(Method::POST, "search")?;
        let wanted = Wanted {
            query: query.text,
            max_results: query.limit,
            search_depth: "basic",
            include_domains: query.allowed.names().collect(),
        };
        set_json(&mut request, &wanted)?;
        let answer = self.ask(request, deadline.at_most(TIMEOUT)).await?;
        let found: Found = self.api.json(&answer)?;
        let hit = |item: Item| Hit {
            title: plain(&item.title),
            url: item.url,
            snippet: plain(&item.content),
            published: item.published_date,
            score: item.score,
        };
        Ok(found.results.into_iter().map(hit).collect())
    }

    async fn health(&self, deadline: Deadline) -> Result<String, ToolError> {
        let request = self.request(Method::GET, "usage")?;
        let answer = self.ask(request, deadline).await?;
        let usage: Usage = self.api.json(&answer)?;
        // A key without a limit of its own draws on the account's.
        let (used, limit) = match usage.key.limit {
            Some(limit) => (usage.key.usage, Some(limit)),
            None => (usage.account.plan_usage, usage.account.plan_limit),
        };
        Ok(match (used, limit) {
            (Some(used), Some(limit)) => {
                format!("tavily takes the key; {used} of {limit} credits used")
            }
            _ => "tavily takes the key".to_owned(),
        })
    }
}
