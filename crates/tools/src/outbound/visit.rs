//! Visits to pages whose addresses nobody registered: found by a search, or written by a person.
//!
//! Every hop is held against the same rules before anything is sent: http or https, a domain on the
//! list, an address of the public internet. Names are resolved and checked by the client's resolver,
//! which connects to exactly what it checked. Nothing personal travels: no cookies, no credentials.

use std::time::Duration;

use avops_engine::ToolError;
use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue, LOCATION};
use reqwest::{Client, Method, Request, Url};

use super::answer::Unreadable;
use super::{Answer, Deadline, Domains, Outbound, Reach, Unavailable, chain, excerpt};

/// Most redirects that are followed.
const MAX_REDIRECTS: usize = 3;

/// Largest page, after decompression.
pub(crate) const MAX_PAGE: usize = 2 * 1024 * 1024;

/// Longest time for one hop.
const HOP_TIMEOUT: Duration = Duration::from_secs(10);

/// What is asked for.
const WANTED: HeaderValue =
    HeaderValue::from_static("text/html, application/xhtml+xml, text/plain;q=0.8");

/// Where the names in addresses lead.
#[derive(Debug, Clone, Default)]
pub(crate) enum Names {
    /// To the internet.
    #[default]
    Internet,
    /// To sites in miniature: the host's name becomes the first part of a path below this address.
    Sites(Url),
}

/// The end of a way.
#[derive(Debug)]
pub(crate) struct Visited {
    /// Where it was in the end.
    pub(crate) url: Url,
    /// The addresses asked, the last one included.
    pub(crate) hops: Vec<String>,
    /// As it came, whatever its status.
    pub(crate) answer: Answer,
}

/// A page of text.
#[derive(Debug)]
pub(crate) struct Page {
    /// Where it is.
    pub(crate) url: Url,
    /// The addresses asked, the last one included.
    pub(crate) hops: Vec<String>,
    /// What it is, without parameters: `text/html`.
    pub(crate) kind: String,
    /// The character set that its head names.
    pub(crate) charset: Option<String>,
    /// At most [`MAX_PAGE`] bytes, none of them zero.
    pub(crate) body: Bytes,
}

/// The way to pages.
#[derive(Clone)]
pub(crate) struct Visitor {
    outbound: Outbound,
    names: Names,
}

impl Visitor {
    pub(crate) fn new(outbound: &Outbound, names: Names) -> Self {
        Self {
            outbound: outbound.clone(),
            names,
        }
    }

    /// Goes to an address, following at most three redirects, each held against the rules.
    ///
    /// `may_go` is asked before each hop, after the rules: the site's own wishes.
    ///
    /// # Errors
    /// [`ToolError::Refused`] when a rule forbids a hop (the message names it and those before it) or the
    /// answer is too large, else [`ToolError::NotSent`]: nothing can have been changed.
    pub(crate) async fn visit<F>(
        &self,
        mut url: Url,
        allowed: &Domains,
        deadline: Deadline,
        may_go: impl Fn(Url) -> F,
    ) -> Result<Visited, ToolError>
    where
        F: Future<Output = Result<(), ToolError>>,
    {
        let mut hops: Vec<String> = Vec::new();
        loop {
            url.set_fragment(None);
            permit(&url, allowed).map_err(|reason| blocked(&hops, &url, &reason))?;
            may_go(url.clone()).await?;
            let answer = self.get(&url, deadline).await?;
            hops.push(url.to_string());
            let location = answer.headers.get(LOCATION);
            let Some(location) = location.filter(|_| answer.status.is_redirection()) else {
                return Ok(Visited { url, hops, answer });
            };
            let location = String::from_utf8_lossy(location.as_bytes());
            let next = url
                .join(&location)
                .map_err(|error| refused(format!("{url} leads to no address: {error}")))?;
            if hops.len() > MAX_REDIRECTS {
                return Err(blocked(&hops, &next, "more than 3 redirects"));
            }
            if url.scheme() == "https" && next.scheme() == "http" {
                return Err(blocked(&hops, &next, "it leads from https to http"));
            }
            url = next;
        }
    }

    /// Asks for one address that has been permitted, and reads the whole answer.
    async fn get(&self, url: &Url, deadline: Deadline) -> Result<Answer, ToolError> {
        let (client, request) = self.request(url);
        let failed = |reason: String| ToolError::NotSent {
            message: format!("{url} cannot be fetched: {reason}"),
            retry_after: None,
        };
        let exchange = async {
            let response = client
                .execute(request)
                .await
                .map_err(|error| failed(chain(&error.without_url())))?;
            match Answer::read(response, MAX_PAGE).await {
                Ok(answer) => Ok(answer),
                Err(Unreadable::TooLarge(reason)) => Err(refused(format!("{url}: {reason}"))),
                Err(Unreadable::Broken(reason)) => Err(failed(reason)),
            }
        };
        deadline
            .at_most(HOP_TIMEOUT)
            .wait(exchange)
            .await
            .unwrap_or_else(|| Err(failed("there was no whole answer in time".to_owned())))
    }

    /// The request for an address, and the client that may make it.
    fn request(&self, url: &Url) -> (&Client, Request) {
        let (client, mut request) = match &self.names {
            Names::Internet => {
                let request = Request::new(Method::GET, url.clone());
                (&self.outbound.public, request)
            }
            Names::Sites(base) => {
                let host = url.host_str().unwrap_or_default();
                let mut site = base.clone();
                site.set_path(&format!("{}/{host}{}", base.path(), url.path()));
                site.set_query(url.query());
                (&self.outbound.registered, Request::new(Method::GET, site))
            }
        };
        request.headers_mut().insert(ACCEPT, WANTED);
        (client, request)
    }

    /// Holds what came against what pages may be: a success, HTML or text by its type, and text in fact.
    ///
    /// # Errors
    /// [`ToolError::Refused`], or [`ToolError::NotSent`] where the site may answer later.
    pub(crate) fn page(&self, visited: Visited) -> Result<Page, ToolError> {
        let Visited { url, hops, answer } = visited;
        let host = url.host_str().unwrap_or_default();
        let now = self.outbound.clock.now();
        // The text of an error page is the site's, and says nothing that helps.
        let fault = answer.fault(host, Some(url.as_str()), Unavailable::NotSent, now);
        match fault {
            None => {}
            Some(ToolError::Unknown { .. }) => {
                return Err(ToolError::NotSent {
                    message: format!("{url} answered {}", answer.status),
                    retry_after: None,
                });
            }
            Some(other) => return Err(other),
        }
        let (kind, charset) = kind_of(&answer);
        if !matches!(
            kind.as_str(),
            "text/html" | "application/xhtml+xml" | "text/plain" | "text/markdown"
        ) {
            let kind = match kind.as_str() {
                "" => "of no stated type".to_owned(),
                kind => excerpt(kind.as_bytes()),
            };
            return Err(refused(format!(
                "{url} is {kind}: only HTML and text are read"
            )));
        }
        if answer.body.contains(&0) {
            return Err(refused(format!("{url} claims to be {kind} and is no text")));
        }
        Ok(Page {
            url,
            hops,
            kind,
            charset,
            body: answer.body,
        })
    }
}

/// Type and character set that the head of an answer names.
fn kind_of(answer: &Answer) -> (String, Option<String>) {
    let header = answer.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let header = String::from_utf8_lossy(header.unwrap_or_default());
    let mut parts = header.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches('"').to_owned())
    });
    (kind, charset)
}

/// The rules that every hop is held against before anything is sent. The error says which one forbids it.
fn permit(url: &Url, allowed: &Domains) -> Result<(), String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err("only http and https are fetched".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("an address with credentials is not fetched".to_owned());
    }
    // The client asks no resolver about a number, so it is checked here.
    let number = match url.host() {
        Some(url::Host::Ipv4(v4)) => Some(v4.into()),
        Some(url::Host::Ipv6(v6)) => Some(v6.into()),
        _ => None,
    };
    if let Some(number) = number.filter(|number| !Reach::Public.allows(*number)) {
        return Err(format!("{number} is not an address of the public internet"));
    }
    if !allowed.cover(url) {
        return Err(format!(
            "its site is not on the list of allowed domains ({allowed})"
        ));
    }
    Ok(())
}

fn blocked(hops: &[String], url: &Url, reason: &str) -> ToolError {
    let to = excerpt(url.as_str().as_bytes());
    let message = if hops.is_empty() {
        format!("{to} is not fetched: {reason}")
    } else {
        format!(
            "{} leads to {to}, which is not fetched: {reason}",
            hops.join(", then ")
        )
    };
    refused(message)
}

fn refused(message: String) -> ToolError {
    ToolError::Refused {
        message,
        hint: None,
    }
}
