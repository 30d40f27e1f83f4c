//! Server-to-server OAuth: one token for the account, asked for when needed, shared by all calls.

use std::sync::Arc;

use avops_engine::{Clock, ToolError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Method, Request, StatusCode};
use tokio::sync::Mutex;

use super::wire::{ErrorAnswer, TokenAnswer};
use crate::outbound::{Answer, Deadline, Endpoint, Reach, Unavailable, before_acting, set_form};
use crate::{Error, Secret, Settings, Supplies};

const API: &str = "https://api.zoom.us/v2";
const OAUTH: &str = "https://zoom.us/oauth/token";

/// A token is renewed when it has less than this left.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_mins(5);

/// Credentials of a server-to-server OAuth app.
pub(super) struct Credentials {
    account_id: String,
    client_id: String,
    client_secret: Secret,
}

impl Credentials {
    /// The credentials in a tool's settings, when they are complete.
    pub(super) fn of(settings: &Settings) -> Option<Self> {
        Some(Self {
            account_id: settings.text("account_id")?.to_owned(),
            client_id: settings.text("client_id")?.to_owned(),
            client_secret: settings.secret("client_secret")?.clone(),
        })
    }
}

/// The way to one Zoom account.
pub(super) struct Session {
    api: Endpoint,
    oauth: Endpoint,
    credentials: Option<Credentials>,
    token: Mutex<Option<Token>>,
    clock: Arc<dyn Clock>,
}

#[derive(Clone)]
struct Token {
    header: HeaderValue,
    renew_at: Timestamp,
}

impl Session {
    pub(super) fn new(
        supplies: &Supplies,
        settings: &Settings,
        credentials: Option<Credentials>,
    ) -> Result<Self, Error> {
        let endpoint = |name: &str, vendor: &str| {
            supplies.outbound.endpoint(
                "zoom",
                settings.text(name).unwrap_or(vendor),
                Reach::of_vendor(settings.is_chosen(name)),
            )
        };
        Ok(Self {
            api: endpoint("api_url", API)?,
            oauth: endpoint("oauth_url", OAUTH)?,
            credentials,
            token: Mutex::new(None),
            clock: Arc::clone(&supplies.clock),
        })
    }

    /// A request to the API; [`Session::send`] adds the token.
    pub(super) fn request(&self, method: Method, segments: &[&str]) -> Request {
        self.api.request(method, segments)
    }

    /// Sends a request with the account's token. A token that Zoom does not take (any more) is
    /// replaced once: such a request was refused before anything was done.
    pub(super) async fn send(
        &self,
        request: Request,
        deadline: Deadline,
    ) -> Result<Answer, ToolError> {
        self.checked(self.answer(request, deadline).await?)
    }

    /// As [`Session::send`], whatever the answer's status.
    pub(super) async fn answer(
        &self,
        request: Request,
        deadline: Deadline,
    ) -> Result<Answer, ToolError> {
        let again = request.try_clone();
        let token = self.token(deadline).await?;
        let answer = self.send_with(request, &token, deadline).await?;
        match again {
            Some(request) if is_stale_token(&answer) => {
                self.forget(&token, deadline).await;
                let token = self.token(deadline).await?;
                self.send_with(request, &token, deadline).await
            }
            _ => Ok(answer),
        }
    }

    /// As [`Session::send`], for an answer with a JSON body.
    pub(super) async fn read<T: serde::de::DeserializeOwned>(
        &self,
        request: Request,
        deadline: Deadline,
    ) -> Result<T, ToolError> {
        let answer = self.send(request, deadline).await?;
        self.api.json(&answer)
    }

    async fn send_with(
        &self,
        mut request: Request,
        token: &Token,
        deadline: Deadline,
    ) -> Result<Answer, ToolError> {
        request
            .headers_mut()
            .insert(AUTHORIZATION, token.header.clone());
        self.api.send(request, deadline).await
    }

    /// Passes on an answer of success; sorts every other.
    pub(super) fn checked(&self, answer: Answer) -> Result<Answer, ToolError> {
        let said = serde_json::from_slice::<ErrorAnswer>(&answer.body)
            .ok()
            .map(|e| e.text());
        match self
            .api
            .fault(&answer, said.as_deref(), Unavailable::Unknown)
        {
            None => Ok(answer),
            Some(ToolError::Refused { message, hint }) => Err(ToolError::Refused {
                message,
                hint: hint.or_else(|| hint_for(&answer)),
            }),
            Some(fault) => Err(fault),
        }
    }

    /// The account's token. Concurrent callers wait for one request instead of making their own.
    async fn token(&self, deadline: Deadline) -> Result<Token, ToolError> {
        let Some(mut held) = deadline.wait(self.token.lock()).await else {
            return Err(ToolError::NotSent {
                message: "zoom gave no token in time; nothing was sent".to_owned(),
                retry_after: None,
            });
        };
        if let Some(token) = held.as_ref()
            && self.clock.now() < token.renew_at
        {
            return Ok(token.clone());
        }
        let token = self.new_token(deadline).await.map_err(before_acting)?;
        *held = Some(token.clone());
        Ok(token)
    }

    async fn new_token(&self, deadline: Deadline) -> Result<Token, ToolError> {
        let credentials = self
            .credentials
            .as_ref()
            .ok_or_else(|| ToolError::Refused {
                message: "zoom has no credentials; nothing was sent".to_owned(),
                hint: Some(MISSING_CREDENTIALS.to_owned()),
            })?;
        let mut request = self.oauth.request(Method::POST, &[]);
        let basic = BASE64.encode(format!(
            "{}:{}",
            credentials.client_id,
            credentials.client_secret.expose()
        ));
        request
            .headers_mut()
            .insert(AUTHORIZATION, sensitive(&format!("Basic {basic}"))?);
        set_form(
            &mut request,
            &[
                ("grant_type", "account_credentials"),
                ("account_id", &credentials.account_id),
            ],
        );
        let answer = self.oauth.send(request, deadline).await?;
        let said = serde_json::from_slice::<ErrorAnswer>(&answer.body)
            .ok()
            .map(|e| e.text());
        match self
            .oauth
            .fault(&answer, said.as_deref(), Unavailable::NotSent)
        {
            None => {}
            Some(ToolError::Refused { message, .. }) => {
                return Err(ToolError::Refused {
                    message: format!("no token: {message}"),
                    hint: Some(
                        "check the tool's account_id, client_id and client_secret (or AVOPS_ZOOM_ACCOUNT_ID, AVOPS_ZOOM_CLIENT_ID and AVOPS_ZOOM_CLIENT_SECRET)".to_owned(),
                    ),
                });
            }
            Some(fault) => return Err(fault),
        }
        let answer: TokenAnswer = self.oauth.json(&answer)?;
        let lifetime = SignedDuration::from_secs(answer.expires_in.clamp(0, 86_400));
        // A token that lives less than the margin is used for half its life.
        let usable = (lifetime - RENEW_BEFORE).max(lifetime / 2);
        Ok(Token {
            header: sensitive(&format!("Bearer {}", answer.access_token))?,
            renew_at: self
                .clock
                .now()
                .saturating_add(usable)
                .unwrap_or(Timestamp::MAX),
        })
    }

    /// Drops a token that Zoom did not take, unless somebody has replaced it already.
    async fn forget(&self, stale: &Token, deadline: Deadline) {
        if let Some(mut held) = deadline.wait(self.token.lock()).await
            && held.as_ref().is_some_and(|t| t.header == stale.header)
        {
            *held = None;
        }
    }
}

/// What a person must do when there are no credentials.
pub(super) const MISSING_CREDENTIALS: &str = "set the tool's account_id, client_id and client_secret (or AVOPS_ZOOM_ACCOUNT_ID, AVOPS_ZOOM_CLIENT_ID and AVOPS_ZOOM_CLIENT_SECRET), or turn mock mode on";

/// States whether Zoom did not take the token. The code beside it is 124, or another on some calls.
fn is_stale_token(answer: &Answer) -> bool {
    answer.status == StatusCode::UNAUTHORIZED
}

/// How to mend what Zoom's error codes mean. They vary between calls, so only the clear ones are here.
fn hint_for(answer: &Answer) -> Option<String> {
    let error: ErrorAnswer = serde_json::from_slice(&answer.body).ok()?;
    let hint = match error.code {
        1012 => "give the room's `id` as lookup_zoom_room returns it",
        300 => "the room may be offline: ask room_status",
        4700 | 4711 => {
            "the Zoom app lacks a scope: see the scopes of the call in Zoom's app settings"
        }
        200 => "the account's plan or the app's permissions do not cover this call",
        _ => return None,
    };
    Some(hint.to_owned())
}

fn sensitive(value: &str) -> Result<HeaderValue, ToolError> {
    let mut header = HeaderValue::from_str(value).map_err(|_| ToolError::Refused {
        message: "the zoom credentials hold characters that no header may hold; nothing was sent"
            .to_owned(),
        hint: Some("copy them again, without line breaks".to_owned()),
    })?;
    header.set_sensitive(true);
    Ok(header)
}
