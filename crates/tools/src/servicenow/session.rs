//! The way to one instance: signing in, and what its answers mean.

use std::sync::Arc;

use avops_engine::{Clock, ToolError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use reqwest::{Method, Request, StatusCode};
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

use super::wire::{ErrorAnswer, TokenAnswer};
use crate::outbound::{Answer, Deadline, Endpoint, Reach, Unavailable, before_acting, set_form};
use crate::{Error, Secret, Settings, Supplies};

/// What a person must do when something is missing.
pub(super) const MISSING: &str = "set the tool's url, and username with password or client_id with client_secret \
     (or AVOPS_SERVICENOW_URL, AVOPS_SERVICENOW_USERNAME …), or turn mock mode on";

/// A token is renewed when it has less than this left.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_mins(1);

/// How the program proves who it is.
enum Identity {
    Basic(HeaderValue),
    OAuth {
        client_id: String,
        client_secret: Secret,
        token: Mutex<Option<(HeaderValue, Timestamp)>>,
    },
}

/// The way to one instance.
pub(super) struct Session {
    instance: Endpoint,
    /// Beginning of links for people.
    pub(super) base: String,
    identity: Identity,
    clock: Arc<dyn Clock>,
}

impl Session {
    /// A session, or none where address or credentials are missing.
    pub(super) fn new(supplies: &Supplies, settings: &Settings) -> Result<Option<Self>, Error> {
        let Some(url) = settings.text("url") else {
            return Ok(None);
        };
        let instance = supplies
            .outbound
            .endpoint("servicenow", url, Reach::of_vendor(true))?;
        let Some(identity) = identity(settings)? else {
            return Ok(None);
        };
        Ok(Some(Self {
            instance,
            base: url.trim().trim_end_matches('/').to_owned(),
            identity,
            clock: Arc::clone(&supplies.clock),
        }))
    }

    /// A request to a path of the instance.
    pub(super) fn request(&self, method: Method, segments: &[&str]) -> Request {
        let mut request = self.instance.request(method, segments);
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(ACCEPT, json);
        request
    }

    /// Sends a request and reads the answer to its form.
    ///
    /// # Errors
    /// A rate limit was not sent; what the instance refuses is definite; its own failures, and pages in place of
    /// JSON (an instance that sleeps shows one), are unknown.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        request: Request,
        deadline: Deadline,
    ) -> Result<T, ToolError> {
        let answer = self.answer(request, deadline).await?;
        self.instance.json(&answer)
    }

    /// Fetches what is not JSON: the bytes of a file.
    ///
    /// # Errors
    /// As [`Session::ask`].
    pub(super) async fn fetch(
        &self,
        mut request: Request,
        deadline: Deadline,
    ) -> Result<Answer, ToolError> {
        let anything = HeaderValue::from_static("*/*");
        request.headers_mut().insert(ACCEPT, anything);
        self.answer(request, deadline).await
    }

    async fn answer(&self, request: Request, deadline: Deadline) -> Result<Answer, ToolError> {
        let again = request.try_clone();
        let answer = self.send(request, deadline).await?;
        let answer = match (&self.identity, again) {
            // A token that is not taken was refused before anything was done.
            (Identity::OAuth { token, .. }, Some(request))
                if answer.status == StatusCode::UNAUTHORIZED =>
            {
                if let Some(mut held) = deadline.wait(token.lock()).await {
                    *held = None;
                }
                self.send(request, deadline).await?
            }
            _ => answer,
        };
        if let Some(fault) = fault(&self.instance, &answer, Unavailable::Unknown) {
            return Err(fault);
        }
        Ok(answer)
    }

    async fn send(&self, mut request: Request, deadline: Deadline) -> Result<Answer, ToolError> {
        let header = match &self.identity {
            Identity::Basic(header) => header.clone(),
            Identity::OAuth { .. } => self.token(deadline).await.map_err(before_acting)?,
        };
        request.headers_mut().insert(AUTHORIZATION, header);
        self.instance.send(request, deadline).await
    }

    /// The client's token. Concurrent callers wait for one request instead of making their own.
    async fn token(&self, deadline: Deadline) -> Result<HeaderValue, ToolError> {
        let Identity::OAuth {
            client_id,
            client_secret,
            token,
        } = &self.identity
        else {
            return Err(unusable());
        };
        let Some(mut held) = deadline.wait(token.lock()).await else {
            return Err(ToolError::NotSent {
                message: "servicenow gave no token in time; nothing was sent".to_owned(),
                retry_after: None,
            });
        };
        let now = self.clock.now();
        if let Some((header, renew_at)) = held.as_ref()
            && now < *renew_at
        {
            return Ok(header.clone());
        }
        // The endpoint takes a form only.
        let mut request = self.request(Method::POST, &["oauth_token.do"]);
        set_form(
            &mut request,
            &[
                ("grant_type", "client_credentials"),
                ("client_id", client_id),
                ("client_secret", client_secret.expose()),
            ],
        );
        let answer = self.instance.send(request, deadline).await?;
        if let Some(fault) = fault(&self.instance, &answer, Unavailable::NotSent) {
            return Err(fault);
        }
        let answer: TokenAnswer = self.instance.json(&answer)?;
        let header = sensitive(&format!("Bearer {}", answer.access_token)).ok_or_else(unusable)?;
        let lifetime = SignedDuration::from_secs(answer.expires_in.clamp(0, 86_400));
        let usable = (lifetime - RENEW_BEFORE).max(lifetime / 2);
        let renew_at = now.saturating_add(usable).unwrap_or(Timestamp::MAX);
        *held = Some((header.clone(), renew_at));
        Ok(header)
    }
}

fn identity(settings: &Settings) -> Result<Option<Identity>, Error> {
    if let (Some(client_id), Some(client_secret)) =
        (settings.text("client_id"), settings.secret("client_secret"))
    {
        return Ok(Some(Identity::OAuth {
            client_id: client_id.to_owned(),
            client_secret: client_secret.clone(),
            token: Mutex::new(None),
        }));
    }
    let (Some(user), Some(password)) = (settings.text("username"), settings.secret("password"))
    else {
        return Ok(None);
    };
    let basic = BASE64.encode(format!("{user}:{}", password.expose()));
    let header = sensitive(&format!("Basic {basic}")).ok_or_else(|| Error::Config {
        tool: "servicenow".to_owned(),
        message: "user and password cannot be sent".to_owned(),
    })?;
    Ok(Some(Identity::Basic(header)))
}

fn sensitive(value: &str) -> Option<HeaderValue> {
    let mut header = HeaderValue::from_str(value).ok()?;
    header.set_sensitive(true);
    Some(header)
}

fn unusable() -> ToolError {
    ToolError::Refused {
        message: "servicenow gave a token that cannot be sent".to_owned(),
        hint: None,
    }
}

/// The error that an answer makes, with a hint where the instance's words are known.
fn fault(instance: &Endpoint, answer: &Answer, unavailable: Unavailable) -> Option<ToolError> {
    let said = serde_json::from_slice::<ErrorAnswer>(&answer.body)
        .ok()
        .map(|error| error.text());
    match instance.fault(answer, said.as_deref(), unavailable)? {
        ToolError::Refused { message, hint } => {
            let hint = hint.or_else(|| hint_for(answer.status, said.as_deref()));
            Some(ToolError::Refused { message, hint })
        }
        other => Some(other),
    }
}

fn hint_for(status: StatusCode, said: Option<&str>) -> Option<String> {
    let said = said.unwrap_or_default().to_lowercase();
    let hint = match status {
        StatusCode::UNAUTHORIZED => {
            "check the tool's username and password, or client_id and client_secret"
        }
        StatusCode::FORBIDDEN => {
            "the user lacks a role: itil for incidents, knowledge for articles, scrum_user for stories"
        }
        _ if said.contains("invalid table") => {
            "the instance has no such table: stories need the plugin Agile Development 2.0"
        }
        StatusCode::NOT_FOUND => "check the number or sys_id, and that the user may see the record",
        _ => return None,
    };
    Some(hint.to_owned())
}
