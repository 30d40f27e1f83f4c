//! Brave Search. A bad key is a 422, and limits come for each second and each month at once.

use std::time::Duration;

use async_trait::async_trait;
use avops_engine::ToolError;
use reqwest::header::HeaderValue;
use reqwest::{Method, Request, StatusCode};
use serde::Deserialize;

use super::provider::{CHECK_KEY, Hit, Provider, Query, header, no_key};
use super::reading::plain;
use crate::outbound::{Answer, Deadline, Endpoint, Unavailable, excerpt, set_query};
use crate::{Error, Secret, lenient};

/// Longest wait for a search.
const TIMEOUT: Duration = Duration::from_secs(10);

pub(super) struct Brave {
    api: Endpoint,
    token: Option<HeaderValue>,
}

#[derive(Deserialize)]
struct Found {
    /// Absent when nothing was found.
    #[serde(default)]
    web: Option<Web>,
}

#[derive(Deserialize)]
struct Web {
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
    description: String,
    #[serde(default, deserialize_with = "lenient::optional_text")]
    page_age: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    error: RefusalError,
}

#[derive(Deserialize)]
struct RefusalError {
    #[serde(default, deserialize_with = "lenient::text")]
    code: String,
    #[serde(default, deserialize_with = "lenient::text")]
    detail: String,
}

impl Brave {
    pub(super) fn new(api: Endpoint, key: Option<&Secret>) -> Result<Self, Error> {
        let token = header("", key)?;
        Ok(Self { api, token })
    }

    fn request(&self) -> Result<Request, ToolError> {
        let token = self.token.clone().ok_or_else(|| no_key("brave"))?;
        let mut request = self
            .api
            .request(Method::GET, &["res", "v1", "web", "search"]);
        request.headers_mut().insert("x-subscription-token", token);
        Ok(request)
    }

    /// What an answer that is none of success means.
    fn fault(&self, answer: &Answer) -> Option<ToolError> {
        let refusal: Option<Refusal> = serde_json::from_slice(&answer.body).ok();
        let (code, said) = refusal.map_or_else(Default::default, |refusal| {
            let said = format!("{} ({})", refusal.error.detail, refusal.error.code);
            (refusal.error.code, said)
        });
        let said = (!said.is_empty()).then_some(said.as_str());
        let fault = self.api.fault(answer, said, Unavailable::NotSent)?;
        Some(match fault {
            ToolError::NotSent { message, .. }
                if answer.status == StatusCode::TOO_MANY_REQUESTS =>
            {
                limit_reached(answer, message)
            }
            ToolError::Refused { message, hint } => ToolError::Refused {
                message,
                hint: match code.as_str() {
                    "SUBSCRIPTION_TOKEN_INVALID" => Some(CHECK_KEY.to_owned()),
                    "OPTION_NOT_IN_PLAN" => {
                        Some("the plan does not have this; choose another".to_owned())
                    }
                    _ => hint,
                },
            },
            other => other,
        })
    }
}

#[async_trait]
impl Provider for Brave {
    fn name(&self) -> &'static str {
        "brave"
    }

    async fn search(&self, query: &Query<'_>, deadline: Deadline) -> Result<Vec<Hit>, ToolError> {
        let mut request = self.request()?;
        let fields = [
            ("q", query.with_sites()),
            ("count", query.limit.to_string()),
            ("text_decorations", "false".to_owned()),
            ("result_filter", "web".to_owned()),
        ];
        set_query(
            &mut request,
            &fields
                .each_ref()
                .map(|(name, value)| (*name, value.as_str())),
        );
        let answer = self.api.send(request, deadline.at_most(TIMEOUT)).await?;
        if let Some(fault) = self.fault(&answer) {
            return Err(fault);
        }
        let found: Found = self.api.json(&answer)?;
        let items = found.web.map(|web| web.results).unwrap_or_default();
        let hit = |item: Item| Hit {
            title: plain(&item.title),
            url: item.url,
            snippet: plain(&item.description),
            published: item.page_age,
            score: None,
        };
        Ok(items.into_iter().map(hit).collect())
    }

    /// Asks without a query: a key that is taken is told that the query is missing, and only searches
    /// that succeed count against the plan.
    async fn health(&self, deadline: Deadline) -> Result<String, ToolError> {
        let answer = self.api.send(self.request()?, deadline).await?;
        let refusal: Option<Refusal> = serde_json::from_slice(&answer.body).ok();
        let key_is_taken = refusal.is_some_and(|refusal| refusal.error.code == "VALIDATION");
        match self.fault(&answer) {
            Some(fault) if !key_is_taken => Err(fault),
            _ => Ok("brave takes the key".to_owned()),
        }
    }
}

/// Waits for the next second when the month has searches left; else only the plan helps. The headers
/// hold one number for each window, the shortest first; a monthly limit of 0 is none.
/// Source: Brave's page on rate limiting headers.
fn limit_reached(answer: &Answer, message: String) -> ToolError {
    let numbers = |name: &str| -> Vec<u64> {
        let value = answer
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok());
        let numbers = value.unwrap_or_default().split(',');
        numbers
            .filter_map(|number| number.trim().parse().ok())
            .collect()
    };
    let limit = numbers("x-ratelimit-limit");
    let left = numbers("x-ratelimit-remaining");
    if let ([_, month, ..], [_, 0, ..]) = (limit.as_slice(), left.as_slice())
        && *month > 0
    {
        return ToolError::Refused {
            message: excerpt(
                format!("{message}; the month's {month} searches are used up").as_bytes(),
            ),
            hint: Some("wait for the next month, or take a larger plan".to_owned()),
        };
    }
    let wait = numbers("x-ratelimit-reset").first().copied().unwrap_or(1);
    ToolError::NotSent {
        message,
        retry_after: Some(Duration::from_secs(wait.clamp(1, 60))),
    }
}
