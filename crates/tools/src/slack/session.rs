//! Requests with the bot's token, and what Slack's answers mean.

use std::time::Duration;

use avops_engine::ToolError;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Method, Request};
use serde::de::DeserializeOwned;

use super::wire::Envelope;
use crate::outbound::{Deadline, Endpoint, Outbound, Reach, Unavailable, excerpt};
use crate::{Error, Settings};

const API: &str = "https://slack.com/api";

/// What a person must do when there is no token.
pub(super) const MISSING_TOKEN: &str =
    "set the tool's token (or AVOPS_SLACK_TOKEN), or turn mock mode on";

/// The way to one workspace.
pub(super) struct Session {
    api: Endpoint,
    authorization: Option<HeaderValue>,
}

impl Session {
    pub(super) fn new(outbound: &Outbound, settings: &Settings) -> Result<Self, Error> {
        let authorization = match settings.secret("token") {
            None => None,
            Some(token) => {
                let mut header = HeaderValue::from_str(&format!("Bearer {}", token.expose()))
                    .map_err(|_| Error::Config {
                        tool: "slack".to_owned(),
                        message:
                            "the token holds characters that no header may hold; copy it again"
                                .to_owned(),
                    })?;
                header.set_sensitive(true);
                Some(header)
            }
        };
        let base = settings.text("url").unwrap_or(API);
        Ok(Self {
            api: outbound.endpoint("slack", base, Reach::of_vendor(settings.is_chosen("url")))?,
            authorization,
        })
    }

    /// A request for one method of the API.
    pub(super) fn request(&self, method: Method, name: &str) -> Request {
        self.api.request(method, &[name])
    }

    /// Sends a request and reads the answer to its form.
    ///
    /// # Errors
    /// As Slack's errors mean it: rate limits were not sent, the named refusals are definite, its
    /// own failures are unknown.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        mut request: Request,
        deadline: Deadline,
    ) -> Result<T, ToolError> {
        let Some(authorization) = &self.authorization else {
            return Err(ToolError::Refused {
                message: "slack has no token; nothing was sent".to_owned(),
                hint: Some(MISSING_TOKEN.to_owned()),
            });
        };
        request
            .headers_mut()
            .insert(AUTHORIZATION, authorization.clone());
        let answer = self.api.send(request, deadline).await?;
        if let Some(fault) = self.api.fault(&answer, None, Unavailable::Unknown) {
            return Err(fault);
        }
        let envelope: Envelope = self.api.json(&answer)?;
        if envelope.ok {
            self.api.json(&answer)
        } else {
            Err(error_of(&envelope, self.api.retry_after(&answer)))
        }
    }
}

/// What an error that came with HTTP 200 means.
fn error_of(envelope: &Envelope, retry_after: Option<Duration>) -> ToolError {
    let mut message = format!("slack: {}", excerpt(envelope.error.as_bytes()));
    if let Some(metadata) = &envelope.response_metadata {
        for hint in &metadata.messages {
            message.push_str("; ");
            message.push_str(&excerpt(hint.as_bytes()));
        }
    }
    match envelope.error.as_str() {
        "ratelimited" | "rate_limited" => ToolError::NotSent {
            message,
            retry_after,
        },
        "fatal_error" | "internal_error" | "request_timeout" | "service_unavailable" | "" => {
            ToolError::Unknown {
                message: format!("{message}; whether it acted is not known"),
            }
        }
        error => ToolError::Refused {
            message,
            hint: hint_for(error, envelope.needed.as_deref()),
        },
    }
}

fn hint_for(error: &str, needed: Option<&str>) -> Option<String> {
    let hint = match error {
        "channel_not_found" => "check the channel's name, and that the bot can see it",
        "not_in_channel" => "invite the bot to the channel, or give it the scope chat:write.public",
        "is_archived" => "the channel is archived: choose another",
        "msg_too_long" => "shorten the text to 4,000 characters",
        "invalid_auth" | "not_authed" | "account_inactive" | "token_revoked" => {
            "check the tool's token (or AVOPS_SLACK_TOKEN)"
        }
        "missing_scope" => {
            return Some(format!(
                "give the bot the scope {}",
                needed.unwrap_or("that the method needs")
            ));
        }
        _ => return None,
    };
    Some(hint.to_owned())
}
