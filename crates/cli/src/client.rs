//! Asks a running server over HTTP.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::time::Duration;

use reqwest::{RequestBuilder, StatusCode};
use serde_json::Value;
use url::Url;
use uuid::Uuid;

use crate::api::Method;
use crate::error::Error;

/// How long an answer may take; longer than the longest wait that the API grants.
const PATIENCE: Duration = Duration::from_secs(150);

/// How long a file of any size may take.
const LONG: Duration = Duration::from_hours(12);

/// One server and a token for it.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: Url,
    token: Option<String>,
}

impl Client {
    /// A client for the server at `base`.
    ///
    /// # Errors
    /// When `base` is no address.
    pub(crate) fn new(base: &str, token: Option<String>) -> Result<Self, Error> {
        let refused = || {
            Error::call(format!("{base:?} is no address of a server"))
                .hint("for example http://127.0.0.1:8420")
        };
        let base: Url = base.parse().map_err(|_| refused())?;
        if base.cannot_be_a_base() || !base.has_host() {
            return Err(refused());
        }
        let http = reqwest::Client::builder()
            .user_agent(concat!("avops-cli/", env!("CARGO_PKG_VERSION")))
            .timeout(PATIENCE)
            // The answer of whoever stands between is never a server of ours.
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| Error::outside(reason(&error)))?;
        Ok(Self { http, base, token })
    }

    /// States whether something that speaks our API answers there.
    pub(crate) async fn is_alive(&self) -> bool {
        let request = self
            .http
            .get(self.address(&["health", "live"]))
            .timeout(Duration::from_secs(2));
        matches!(request.send().await, Ok(answer) if answer.status() == StatusCode::OK)
    }

    /// Asks `/api/v1/…`. What changes something goes under a key of its own, so that no layer below can make it happen
    /// twice.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, String)],
        body: &Value,
    ) -> Result<Value, Error> {
        let request = match method {
            Method::Get => self.request(reqwest::Method::GET, path).query(query),
            Method::Post => self
                .request(reqwest::Method::POST, path)
                .query(query)
                .header("idempotency-key", Uuid::now_v7().to_string())
                .json(body),
            Method::Put => self.request(reqwest::Method::PUT, path).json(body),
            Method::Patch => self.request(reqwest::Method::PATCH, path).json(body),
            Method::Delete => self.request(reqwest::Method::DELETE, path),
        };
        self.send(request).await
    }

    /// Writes what the server has at `/api/v1/…` into a file, piece by piece.
    ///
    /// # Errors
    /// When the server refuses or breaks off, or the file cannot be written.
    pub(crate) async fn fetch(
        &self,
        path: &[&str],
        query: &[(&str, String)],
        into: &mut File,
    ) -> Result<(), Error> {
        let unreachable = |error: &reqwest::Error| {
            Error::outside(format!("no answer from {}: {}", self.base, reason(error)))
        };
        let request = self.request(reqwest::Method::GET, path);
        let request = request.query(query).timeout(LONG);
        let mut answer = request.send().await.map_err(|error| unreachable(&error))?;
        let status = answer.status();
        if !status.is_success() {
            let body = answer.json().await.unwrap_or_default();
            return Err(Error::from_problem(status.as_u16(), &body));
        }
        while let Some(piece) = answer.chunk().await.map_err(|error| unreachable(&error))? {
            into.write_all(&piece)?;
        }
        Ok(into.sync_all()?)
    }

    fn request(&self, method: reqwest::Method, path: &[&str]) -> RequestBuilder {
        let path: Vec<&str> = ["api", "v1"].iter().chain(path).copied().collect();
        let request = self.http.request(method, self.address(&path));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Names in paths may hold anything; each becomes one segment.
    fn address(&self, path: &[&str]) -> Url {
        let mut address = self.base.clone();
        if let Ok(mut segments) = address.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        address
    }

    async fn send(&self, request: RequestBuilder) -> Result<Value, Error> {
        let unreachable = |error: &reqwest::Error| {
            Error::outside(format!("no answer from {}: {}", self.base, reason(error)))
                .hint("is the server running? `avops serve` starts one")
        };
        let answer = request.send().await.map_err(|error| unreachable(&error))?;
        let status = answer.status();
        let bytes = answer.bytes().await.map_err(|error| unreachable(&error))?;
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes).map_err(|_| {
                Error::outside(format!(
                    "{} answered {status} with something that is not JSON",
                    self.base
                ))
                .hint("is it an AVOps server?")
            })?
        };
        if status == StatusCode::UNAUTHORIZED {
            return Err(Error::call(format!("the server at {} does not know this token", self.base))
                .hint("set AVOPS_TOKEN to a token of that server, or use --data-dir with the folder that holds its owner.token"));
        }
        if !status.is_success() {
            return Err(Error::from_problem(status.as_u16(), &body));
        }
        Ok(body)
    }
}

/// An error with its causes; the outermost alone says little.
fn reason(error: &reqwest::Error) -> String {
    let mut text = String::new();
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(error) = cause {
        // Writing to a string cannot fail.
        write!(text, "{}{error}", if text.is_empty() { "" } else { ": " }).ok();
        cause = error.source();
    }
    if text.is_empty() {
        error.to_string()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_anything_in_it_stays_one_segment() {
        crate::install_tls();
        let client = Client::new("http://127.0.0.1:1", None).unwrap();
        let address = client.address(&["recipes", "a/b ?#%.."]);
        assert_eq!(
            address.as_str(),
            "http://127.0.0.1:1/recipes/a%2Fb%20%3F%23%25.."
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        crate::install_tls();
        assert!(Client::new("mailto:somebody", None).is_err());
        assert!(Client::new("here", None).is_err());
    }
}
