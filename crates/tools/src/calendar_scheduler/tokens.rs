//! A bearer token that is fetched when it is needed, and fetched anew when it is not taken.

use std::sync::Arc;

use avops_engine::{Clock, ToolError};
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Method, Request, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;

use super::outside::refused;
use crate::outbound::{Answer, Deadline, Endpoint, Unavailable, before_acting, set_form};

/// A token is renewed when it has less than this left.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_mins(1);

/// The form that asks for a token at one moment.
pub(super) type Form =
    Box<dyn Fn(Timestamp) -> Result<Vec<(&'static str, String)>, ToolError> + Send + Sync>;

/// A vendor's API, and the token for it.
pub(super) struct Signed {
    pub(super) api: Endpoint,
    tokens: Endpoint,
    /// Behind the base of the token endpoint.
    path: Vec<String>,
    form: Option<Form>,
    /// What a person must do where credentials are missing.
    missing: &'static str,
    held: Mutex<Option<(HeaderValue, Timestamp)>>,
    clock: Arc<dyn Clock>,
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    #[serde(default)]
    expires_in: i64,
}

impl Signed {
    pub(super) fn new(
        api: Endpoint,
        tokens: Endpoint,
        path: Vec<String>,
        form: Option<Form>,
        missing: &'static str,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            api,
            tokens,
            path,
            form,
            missing,
            held: Mutex::new(None),
            clock,
        }
    }

    /// Sends a request. A token that is not taken any more is replaced once: such a request was refused before
    /// anything was done.
    pub(super) async fn send(
        &self,
        request: Request,
        deadline: Deadline,
    ) -> Result<Answer, ToolError> {
        let again = request.try_clone();
        let answer = self.once(request, deadline).await?;
        match again {
            Some(request) if answer.status == StatusCode::UNAUTHORIZED => {
                if let Some(mut held) = deadline.wait(self.held.lock()).await {
                    *held = None;
                }
                self.once(request, deadline).await
            }
            _ => Ok(answer),
        }
    }

    async fn once(&self, mut request: Request, deadline: Deadline) -> Result<Answer, ToolError> {
        let token = self.token(deadline).await.map_err(before_acting)?;
        request.headers_mut().insert(AUTHORIZATION, token);
        self.api.send(request, deadline).await
    }

    async fn token(&self, deadline: Deadline) -> Result<HeaderValue, ToolError> {
        let Some(form) = &self.form else {
            return Err(refused(
                "the calendar has no credentials; nothing was sent",
                self.missing,
            ));
        };
        let Some(mut held) = deadline.wait(self.held.lock()).await else {
            return Err(ToolError::NotSent {
                message: "calendar_scheduler: no token in time; nothing was sent".to_owned(),
                retry_after: None,
            });
        };
        let now = self.clock.now();
        if let Some((header, renew_at)) = held.as_ref()
            && now < *renew_at
        {
            return Ok(header.clone());
        }
        let form = form(now)?;
        let fields: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let mut request = self.tokens.request(Method::POST, &path);
        set_form(&mut request, &fields);
        let answer = self.tokens.send(request, deadline).await?;
        let said = serde_json::from_slice::<Value>(&answer.body).unwrap_or_default();
        let said = [&said["error"], &said["error_description"]];
        let said: Vec<&str> = said.into_iter().filter_map(Value::as_str).collect();
        if let Some(fault) =
            self.tokens
                .fault(&answer, Some(&said.join(": ")), Unavailable::NotSent)
        {
            return Err(match fault {
                ToolError::Refused { message, .. } => ToolError::Refused {
                    message,
                    hint: Some("check the calendar's credentials".to_owned()),
                },
                other => other,
            });
        }
        let answer: TokenAnswer = self.tokens.json(&answer)?;
        let header = HeaderValue::from_str(&format!("Bearer {}", answer.access_token));
        let mut header =
            header.map_err(|_| refused("the token that was given cannot be sent", self.missing))?;
        header.set_sensitive(true);
        let lifetime = SignedDuration::from_secs(answer.expires_in.clamp(0, 86_400));
        let usable = (lifetime - RENEW_BEFORE).max(lifetime / 2);
        let renew_at = now.saturating_add(usable).unwrap_or(Timestamp::MAX);
        *held = Some((header.clone(), renew_at));
        Ok(header)
    }
}
