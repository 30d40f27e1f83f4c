//! Requests with the bot's token, and what Slack's answers mean.

use std::time::Duration;

use avops_engine::ToolError;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Request, Url};
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
    base: String,
    reach: Reach,
    outbound: Outbound,
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
        let reach = Reach::of_vendor(settings.is_chosen("url"));
        Ok(Self {
            api: outbound.endpoint("slack", base, reach)?,
            base: base.to_owned(),
            reach,
            outbound: outbound.clone(),
            authorization,
        })
    }

    /// A request for one method of the API.
    pub(super) fn request(&self, method: Method, name: &str) -> Request {
        self.api.request(method, &[name])
    }

    /// Sends bytes to an address that Slack named for them, without the token.
    ///
    /// # Errors
    /// [`ToolError::Refused`] for an address that is neither Slack's own nor at the host and port of the settings;
    /// no error says that anything was shown to anybody.
    pub(super) async fn send_to(
        &self,
        address: &str,
        bytes: Vec<u8>,
        deadline: Deadline,
    ) -> Result<(), ToolError> {
        let refused = |reason: &str| ToolError::Refused {
            message: format!("slack named an address for the file that is not used: {reason}"),
            hint: Some("check the tool's url".to_owned()),
        };
        let mut url = Url::parse(address).map_err(|error| refused(&error.to_string()))?;
        let reach = self.reach_of(&url).ok_or_else(|| {
            refused(&format!(
                "{} is neither slack's nor the address of the settings",
                excerpt(url.host_str().unwrap_or_default().as_bytes())
            ))
        })?;
        let query = url.query().map(str::to_owned);
        url.set_query(None);
        url.set_fragment(None);
        let endpoint = self
            .outbound
            .endpoint("slack", url.as_str(), reach)
            .map_err(|error| refused(&error.to_string()))?;
        let mut request = endpoint.request(Method::POST, &[]);
        request.url_mut().set_path(url.path());
        request.url_mut().set_query(query.as_deref());
        let kind = HeaderValue::from_static("application/octet-stream");
        request.headers_mut().insert(CONTENT_TYPE, kind);
        *request.body_mut() = Some(bytes.into());
        let answer = endpoint.send(request, deadline).await?;
        match endpoint.fault(&answer, None, Unavailable::NotSent) {
            Some(fault) => Err(fault),
            None => Ok(()),
        }
    }

    /// How far a request to an address that Slack named may reach; not at all when it is a stranger's.
    fn reach_of(&self, url: &Url) -> Option<Reach> {
        let ours = Url::parse(&self.base).ok()?;
        if url.origin() == ours.origin() {
            return Some(self.reach);
        }
        let host = url.host_str()?;
        let is_slack = ["slack.com", "slack-gov.com"].iter().any(|domain| {
            let rest = host.strip_suffix(domain);
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        });
        let is_plain = url.scheme() == "https" && url.port().is_none();
        (is_slack && is_plain).then_some(Reach::Public)
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use avops_engine::SystemClock;

    use super::*;

    fn session(url: Option<&str>) -> Session {
        let outbound = Outbound::new(Arc::new(SystemClock)).unwrap();
        let settings = match url {
            Some(url) => Settings::of([("url", url.to_owned())]),
            None => Settings::default(),
        };
        Session::new(&outbound, &settings).unwrap()
    }

    #[test]
    fn bytes_go_to_slack_or_to_the_chosen_address_and_nowhere_else() {
        let (slack, gateway) = (session(None), session(Some("http://10.1.2.3:8080/slack")));
        let reach = |session: &Session, url: &str| session.reach_of(&Url::parse(url).unwrap());
        for session in [&slack, &gateway] {
            for address in [
                "https://files.slack.com/upload/v1/x?y=1",
                "https://files.slack-gov.com/upload",
            ] {
                assert_eq!(reach(session, address), Some(Reach::Public), "{address}");
            }
            for address in [
                "http://files.slack.com/upload",
                "https://files.slack.com:8443/upload",
                "https://notslack.com/upload",
                "https://slack.com.evil.example/upload",
                "https://127.0.0.1/upload",
                "http://10.1.2.3/slack/upload",
                "http://169.254.169.254/latest",
                "file:///etc/passwd",
            ] {
                assert_eq!(reach(session, address), None, "{address}");
            }
        }
        let own = "http://10.1.2.3:8080/upload/v1/x";
        assert_eq!(reach(&gateway, own), Some(Reach::Registered));
        assert_eq!(reach(&slack, own), None);
    }
}
