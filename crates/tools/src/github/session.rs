//! Requests with the token, and what GitHub's answers mean.
//!
//! One version of the API is named in each request. It is the older of the two that are served:
//! Enterprise Servers know it too, and nothing is read here that the newer one leaves out.

use std::sync::Arc;
use std::time::Duration;

use avops_engine::{Clock, ToolError};
use jiff::Timestamp;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Method, Request, StatusCode};
use serde::de::DeserializeOwned;

use super::wire::{ErrorAnswer, RateLimit, Repository};
use crate::outbound::{Answer, Deadline, Endpoint, Reach, Unavailable, before_acting};
use crate::{Error, Settings, Supplies};

/// What a person must do when there is no token.
const MISSING_TOKEN: &str = "set the tool's token (or AVOPS_GITHUB_TOKEN), or turn mock mode on";

/// GitHub's own address.
const API: &str = "https://api.github.com";

static VERSION: (HeaderName, HeaderValue) = (
    HeaderName::from_static("x-github-api-version"),
    HeaderValue::from_static("2022-11-28"),
);

/// Shortest wait after a limit that names no time. Source: GitHub's best practices for the REST API.
const LIMIT_WAIT: Duration = Duration::from_mins(1);

/// Longest wait that is passed on.
const LONGEST_WAIT: Duration = Duration::from_mins(15);

/// The way to what one token may see.
pub(super) struct Session {
    api: Endpoint,
    authorization: Option<HeaderValue>,
    repository: Option<String>,
    clock: Arc<dyn Clock>,
}

/// One repository, as the paths of requests name it.
pub(super) struct Place<'s> {
    pub(super) session: &'s Session,
    pub(super) owner: &'s str,
    pub(super) name: &'s str,
}

impl Session {
    pub(super) fn new(supplies: &Supplies, settings: &Settings) -> Result<Self, Error> {
        let authorization = match settings.secret("token") {
            None => None,
            Some(token) => {
                let mut header = HeaderValue::from_str(&format!("Bearer {}", token.expose()))
                    .map_err(|_| Error::Config {
                        tool: "github".to_owned(),
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
            api: supplies.outbound.endpoint("github", base, reach)?,
            authorization,
            repository: settings.text("repository").map(str::to_owned),
            clock: Arc::clone(&supplies.clock),
        })
    }

    /// The repository that a call names, or the setting's.
    ///
    /// # Errors
    /// [`ToolError::Refused`] when there is neither, or it has not the form `owner/name`.
    pub(super) fn place<'s>(&'s self, named: Option<&'s str>) -> Result<Place<'s>, ToolError> {
        let given = named.or(self.repository.as_deref());
        let parts = given.and_then(|repository| repository.trim().split_once('/'));
        match parts {
            Some((owner, name)) if !owner.is_empty() && !name.is_empty() && !name.contains('/') => {
                Ok(Place {
                    session: self,
                    owner,
                    name,
                })
            }
            _ => Err(ToolError::Refused {
                message: "no repository is named as owner/name; nothing was sent".to_owned(),
                hint: Some(
                    "give the argument `repository`, or set the tool's repository (or AVOPS_GITHUB_REPOSITORY)"
                        .to_owned(),
                ),
            }),
        }
    }

    /// Reads what is left of the limit, which costs nothing, and what may be done to the repository of the settings.
    pub(super) async fn health(&self, deadline: Deadline) -> Result<String, String> {
        let request = self.api.request(Method::GET, &["rate_limit"]);
        let limit: RateLimit = self
            .ask(request, deadline)
            .await
            .map_err(|error| error.to_string())?;
        let core = limit.resources.core;
        let left = format!(
            "{} of {} requests are left this hour",
            core.remaining, core.limit
        );
        let Some(repository) = &self.repository else {
            return Ok(left);
        };
        let place = self.place(None).map_err(|error| error.to_string())?;
        let request = place.request(Method::GET, &[]);
        let seen: Repository = self
            .ask(request, deadline)
            .await
            .map_err(|error| error.to_string())?;
        let may = if seen.permissions.push {
            "may be written"
        } else {
            "may only be read"
        };
        Ok(format!("{repository} {may}; {left}"))
    }

    /// Sends a request and reads the answer to its form.
    ///
    /// # Errors
    /// As [`Session::answer`], and [`ToolError::Unknown`] for an answer of another form.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        request: Request,
        deadline: Deadline,
    ) -> Result<T, ToolError> {
        let answer = self.answer(request, deadline).await?;
        self.read(&answer)
    }

    /// Reads an answer to its form.
    pub(super) fn read<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, ToolError> {
        self.api.json(answer)
    }

    /// Sends a request whose answer is one of success.
    ///
    /// # Errors
    /// Limits were not sent; what GitHub refuses is definite; its own failures are unknown.
    pub(super) async fn answer(
        &self,
        request: Request,
        deadline: Deadline,
    ) -> Result<Answer, ToolError> {
        let answer = self.exchange(request, deadline).await?;
        match self.fault(&answer) {
            Some(fault) => Err(fault),
            None => Ok(answer),
        }
    }

    /// As [`Session::answer`], with `None` for what is not there (or may not be seen).
    pub(super) async fn find(
        &self,
        request: Request,
        deadline: Deadline,
    ) -> Result<Option<Answer>, ToolError> {
        let answer = self.exchange(request, deadline).await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        match self.fault(&answer) {
            Some(fault) => Err(fault),
            None => Ok(Some(answer)),
        }
    }

    async fn exchange(
        &self,
        mut request: Request,
        deadline: Deadline,
    ) -> Result<Answer, ToolError> {
        let Some(authorization) = &self.authorization else {
            return Err(ToolError::Refused {
                message: "github has no token; nothing was sent".to_owned(),
                hint: Some(MISSING_TOKEN.to_owned()),
            });
        };
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, authorization.clone());
        let (version, number) = &VERSION;
        headers.insert(version.clone(), number.clone());
        let json = HeaderValue::from_static("application/vnd.github+json");
        headers.insert(ACCEPT, json);
        self.api.send(request, deadline).await
    }

    /// The error that an answer makes.
    fn fault(&self, answer: &Answer) -> Option<ToolError> {
        let said = serde_json::from_slice::<ErrorAnswer>(&answer.body).ok();
        let text = said.as_ref().map(ErrorAnswer::text);
        let fault = self
            .api
            .fault(answer, text.as_deref(), Unavailable::Unknown)?;
        if is_limit(answer, text.as_deref()) {
            return Some(ToolError::NotSent {
                message: fault.to_string(),
                retry_after: Some(self.wait_of(answer)),
            });
        }
        match fault {
            // Written at the same moment: this one did nothing, and the next attempt reads what is there first.
            ToolError::Refused { message, .. }
                if answer.status == StatusCode::CONFLICT
                    && !is_empty_repository(text.as_deref()) =>
            {
                Some(ToolError::NotSent {
                    message,
                    retry_after: None,
                })
            }
            ToolError::Refused { message, .. } => Some(ToolError::Refused {
                message,
                hint: hint_for(answer.status, text.as_deref()),
            }),
            other => Some(other),
        }
    }

    /// How long a limit asks to wait: `Retry-After`, else until the hour's limit begins anew, else a minute.
    fn wait_of(&self, answer: &Answer) -> Duration {
        let asked = answer.retry_after(self.clock.now());
        let reset = || {
            let is_used_up = header(answer, "x-ratelimit-remaining") == Some("0");
            let at = header(answer, "x-ratelimit-reset")?.parse().ok()?;
            let at = Timestamp::from_second(at).ok().filter(|_| is_used_up)?;
            let wait = at.duration_since(self.clock.now());
            Some(Duration::try_from(wait).unwrap_or_default())
        };
        asked.or_else(reset).unwrap_or(LIMIT_WAIT).min(LONGEST_WAIT)
    }
}

impl Place<'_> {
    /// A request to a path of the repository.
    pub(super) fn request(&self, method: Method, segments: &[&str]) -> Request {
        let mut path = vec!["repos", self.owner, self.name];
        path.extend_from_slice(segments);
        self.session.api.request(method, &path)
    }

    /// `owner/name`.
    pub(super) fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// The branch that a call names, or the repository's default, which is not always `main`.
    ///
    /// # Errors
    /// Those of reading it; none says that anything was changed.
    pub(super) async fn branch(
        &self,
        named: Option<&str>,
        deadline: Deadline,
    ) -> Result<String, ToolError> {
        if let Some(branch) = named {
            return Ok(branch.to_owned());
        }
        let request = self.request(Method::GET, &[]);
        let repository: Result<Repository, _> = self.session.ask(request, deadline).await;
        Ok(repository.map_err(before_acting)?.default_branch)
    }
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.get(name)?.to_str().ok()
}

/// States whether an answer is one of a limit, which comes as 429 or as 403.
fn is_limit(answer: &Answer, said: Option<&str>) -> bool {
    let said = said.unwrap_or_default().to_lowercase();
    match answer.status {
        StatusCode::TOO_MANY_REQUESTS => true,
        StatusCode::FORBIDDEN => {
            answer.headers.contains_key(RETRY_AFTER)
                || header(answer, "x-ratelimit-remaining") == Some("0")
                || said.contains("rate limit")
        }
        _ => false,
    }
}

fn is_empty_repository(said: Option<&str>) -> bool {
    said.is_some_and(|said| said.to_lowercase().contains("empty"))
}

fn hint_for(status: StatusCode, said: Option<&str>) -> Option<String> {
    let hint = match status {
        StatusCode::UNAUTHORIZED => {
            "check the tool's token (or AVOPS_GITHUB_TOKEN); it may have expired"
        }
        StatusCode::FORBIDDEN => {
            "the token lacks a permission: Contents for files, Issues, or Pull requests, each with write"
        }
        StatusCode::NOT_FOUND => {
            "check the name; github also says so of what the token may not see or change"
        }
        StatusCode::CONFLICT if is_empty_repository(said) => {
            "the repository has no commit yet: begin it with a first file"
        }
        StatusCode::GONE => "issues are turned off in the repository's settings",
        _ if status.is_redirection() => "the repository was renamed or moved: use its new name",
        _ => return None,
    };
    Some(hint.to_owned())
}
