//! Requests with a token that is fetched when needed, and what Google's answers mean.
//!
//! Google says the reason of a refusal in a word of its own; the status alone tells limits from
//! missing rights no better than it tells missing rights from a full drive.

use std::sync::Arc;

use avops_engine::{Clock, ToolError};
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Method, Request, StatusCode};
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

use super::identity::{Identity, MISSING};
use super::wire::{About, ErrorAnswer, TokenAnswer, TokenError};
use crate::outbound::{
    Answer, Deadline, Endpoint, Reach, Unavailable, before_acting, set_form, set_query,
};
use crate::{Error, Settings, Supplies};

const API: &str = "https://www.googleapis.com";
const TOKENS: &str = "https://oauth2.googleapis.com/token";

/// A token is renewed when it has less than this left.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_mins(1);

/// The way to one drive.
pub(super) struct Session {
    api: Endpoint,
    tokens: Endpoint,
    identity: Option<Identity>,
    token: Mutex<Option<(HeaderValue, Timestamp)>>,
    /// The shared drive that lists are limited to.
    pub(super) shared_drive: Option<String>,
    folder: Option<String>,
    clock: Arc<dyn Clock>,
}

impl Session {
    pub(super) fn new(supplies: &Supplies, settings: &Settings) -> Result<Self, Error> {
        let endpoint = |name: &str, vendor: &str| {
            supplies.outbound.endpoint(
                "google_drive",
                settings.text(name).unwrap_or(vendor),
                Reach::of_vendor(settings.is_chosen(name)),
            )
        };
        Ok(Self {
            api: endpoint("url", API)?,
            tokens: endpoint("token_url", TOKENS)?,
            identity: Identity::new(
                "google_drive",
                settings.text("scope").unwrap_or("drive"),
                settings,
            )?,
            token: Mutex::new(None),
            shared_drive: settings.text("shared_drive").map(str::to_owned),
            folder: settings.text("folder").map(str::to_owned),
            clock: Arc::clone(&supplies.clock),
        })
    }

    /// The folder that is meant: the one named, the settings', or the top of the drive.
    pub(super) fn folder<'s>(&'s self, named: Option<&'s str>) -> &'s str {
        named
            .or(self.folder.as_deref())
            .or(self.shared_drive.as_deref())
            .unwrap_or("root")
    }

    /// A request about files, which are not found on shared drives unless that is asked for.
    pub(super) fn request(&self, method: Method, segments: &[&str], fields: &str) -> Request {
        let mut path = vec!["drive", "v3", "files"];
        path.extend_from_slice(segments);
        self.with_fields(method, &path, fields)
    }

    /// A request that sends bytes.
    pub(super) fn upload_request(&self, fields: &str) -> Request {
        let path = ["upload", "drive", "v3", "files"];
        let mut request = self.with_fields(Method::POST, &path, fields);
        set_query(&mut request, &[("uploadType", "multipart")]);
        request
    }

    fn with_fields(&self, method: Method, path: &[&str], fields: &str) -> Request {
        let mut request = self.api.request(method, path);
        // Without, an answer holds neither links nor sizes.
        let query = [("supportsAllDrives", "true"), ("fields", fields)];
        set_query(&mut request, &query);
        request
    }

    /// Whom the credentials belong to.
    pub(super) async fn user(&self, deadline: Deadline) -> Result<String, ToolError> {
        let mut request = self.api.request(Method::GET, &["drive", "v3", "about"]);
        set_query(&mut request, &[("fields", "user")]);
        let about: About = self.ask(request, deadline).await?;
        Ok(about.user.email_address)
    }

    /// Sends a request and reads the answer to its form.
    ///
    /// # Errors
    /// Limits were not sent; what Google refuses is definite; its own failures are unknown.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        request: Request,
        deadline: Deadline,
    ) -> Result<T, ToolError> {
        let answer = self.answer(request, deadline).await?;
        match self.fault(&answer) {
            Some(fault) => Err(fault),
            None => self.read(&answer),
        }
    }

    /// Reads an answer to its form.
    pub(super) fn read<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, ToolError> {
        self.api.json(answer)
    }

    /// Sends a request, and gives the answer whatever its status. A token that is not taken (any more) is
    /// replaced once: such a request was refused before anything was done.
    pub(super) async fn answer(
        &self,
        request: Request,
        deadline: Deadline,
    ) -> Result<Answer, ToolError> {
        let again = request.try_clone();
        let answer = self.send(request, deadline).await?;
        match again {
            Some(request) if answer.status == StatusCode::UNAUTHORIZED => {
                if let Some(mut held) = deadline.wait(self.token.lock()).await {
                    *held = None;
                }
                self.send(request, deadline).await
            }
            _ => Ok(answer),
        }
    }

    async fn send(&self, mut request: Request, deadline: Deadline) -> Result<Answer, ToolError> {
        let token = self.token(deadline).await.map_err(before_acting)?;
        request.headers_mut().insert(AUTHORIZATION, token);
        self.api.send(request, deadline).await
    }

    /// The token. Concurrent callers wait for one request instead of making their own.
    async fn token(&self, deadline: Deadline) -> Result<HeaderValue, ToolError> {
        let Some(identity) = &self.identity else {
            return Err(ToolError::Refused {
                message: "google_drive has no credentials; nothing was sent".to_owned(),
                hint: Some(MISSING.to_owned()),
            });
        };
        let Some(mut held) = deadline.wait(self.token.lock()).await else {
            return Err(ToolError::NotSent {
                message: "google gave no token in time; nothing was sent".to_owned(),
                retry_after: None,
            });
        };
        let now = self.clock.now();
        if let Some((header, renew_at)) = held.as_ref()
            && now < *renew_at
        {
            return Ok(header.clone());
        }
        let form = identity.form(now)?;
        let fields: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let mut request = self.tokens.request(Method::POST, &[]);
        set_form(&mut request, &fields);
        let answer = self.tokens.send(request, deadline).await?;
        let said = serde_json::from_slice::<TokenError>(&answer.body).ok();
        let text = said.as_ref().map(TokenError::text);
        match self
            .tokens
            .fault(&answer, text.as_deref(), Unavailable::NotSent)
        {
            Some(ToolError::Refused { message, .. }) => {
                return Err(ToolError::Refused {
                    message,
                    hint: Some(
                        said.map_or("check the tool's credentials", |e| e.hint())
                            .to_owned(),
                    ),
                });
            }
            Some(fault) => return Err(fault),
            None => {}
        }
        let answer: TokenAnswer = self.tokens.json(&answer)?;
        let header = HeaderValue::from_str(&format!("Bearer {}", answer.access_token));
        let mut header = header.map_err(|_| ToolError::Refused {
            message: "google gave a token that cannot be sent".to_owned(),
            hint: None,
        })?;
        header.set_sensitive(true);
        let lifetime = SignedDuration::from_secs(answer.expires_in.clamp(0, 86_400));
        let usable = (lifetime - RENEW_BEFORE).max(lifetime / 2);
        let renew_at = now.saturating_add(usable).unwrap_or(Timestamp::MAX);
        *held = Some((header.clone(), renew_at));
        Ok(header)
    }

    /// The error that an answer makes.
    pub(super) fn fault(&self, answer: &Answer) -> Option<ToolError> {
        let said = serde_json::from_slice::<ErrorAnswer>(&answer.body).ok();
        let text = said.as_ref().map(ErrorAnswer::text);
        let fault = self
            .api
            .fault(answer, text.as_deref(), Unavailable::Unknown)?;
        let reason = said.as_ref().map_or("", ErrorAnswer::reason);
        match (fault, reason) {
            (ToolError::Refused { message, .. }, "rateLimitExceeded" | "userRateLimitExceeded") => {
                Some(ToolError::NotSent {
                    message,
                    retry_after: self.api.retry_after(answer),
                })
            }
            (ToolError::Refused { message, .. }, "backendError") => Some(ToolError::Unknown {
                message: format!("{message}; whether it acted is not known"),
            }),
            // A day's limit is not over in a moment, though it may come as 429 too.
            (ToolError::NotSent { message, .. }, "dailyLimitExceeded")
            | (ToolError::Refused { message, .. }, _) => Some(ToolError::Refused {
                message,
                hint: hint_for(answer.status, reason),
            }),
            (other, _) => Some(other),
        }
    }
}

fn hint_for(status: StatusCode, reason: &str) -> Option<String> {
    let hint = match reason {
        "storageQuotaExceeded" => {
            "the drive is full; a service account has no storage of its own: set the tool's shared_drive, or user"
        }
        "notFound" => {
            "check the id, and that the account was given access: google also says so of what it may not see"
        }
        "insufficientFilePermissions" => {
            "the account may not change this: make it a content manager"
        }
        "insufficientPermissions" => "the token's scope is too narrow: grant the scope drive",
        "sharingRateLimitExceeded" | "dailyLimitExceeded" => {
            "google's limit for today is reached; try again tomorrow"
        }
        _ if status == StatusCode::UNAUTHORIZED => "check the tool's credentials",
        _ => return None,
    };
    Some(hint.to_owned())
}
