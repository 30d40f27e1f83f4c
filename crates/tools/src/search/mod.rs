//! Web search and reading pages: the actions, and which sites they may touch.

mod brave;
mod provider;
mod reading;
mod robots;
mod searxng;
pub(crate) mod simulator;
mod tavily;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use avops_engine::{Artifact, Clock, ToolCall, ToolError, ToolReply};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::arguments::read as arguments;
use crate::outbound::{Deadline, Domains, Visitor, excerpt};
use crate::{Connector, Error, Manifest, Settings, Supplies};
use provider::{Provider, Query};

/// What the connector says about itself.
pub(crate) const MANIFEST: &str = include_str!("manifest.yaml");

/// Longest wait for a health check's single request.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(3);

/// The connector for one search provider and the web's pages.
pub(crate) struct Search {
    manifest: Manifest,
    provider: Box<dyn Provider>,
    /// Where the workspace lets recipes go; empty leaves it to each step.
    allowed: Domains,
    visitor: Visitor,
    clock: Arc<dyn Clock>,
}

#[derive(Deserialize)]
struct SearchWeb {
    query: String,
    #[serde(default = "five")]
    limit: usize,
    #[serde(default)]
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct FetchPage {
    url: String,
    #[serde(default)]
    allow: Vec<String>,
    #[serde(default = "twenty_thousand")]
    max_chars: usize,
}

#[derive(Deserialize)]
struct ReadPages {
    urls: Vec<String>,
    #[serde(default)]
    allow: Vec<String>,
    #[serde(default = "eight_thousand")]
    max_chars: usize,
}

fn eight_thousand() -> usize {
    8_000
}

fn five() -> usize {
    5
}

fn twenty_thousand() -> usize {
    20_000
}

impl Search {
    pub(crate) fn new(supplies: &Supplies, settings: &Settings) -> Result<Self, Error> {
        let allowed = settings.text("allowed_domains").unwrap_or_default();
        let allowed = allowed.split([',', ' ', '\n']);
        Ok(Self {
            manifest: Manifest::builtin(MANIFEST)?,
            provider: provider::chosen(&supplies.outbound, settings)?,
            allowed: Domains::parse(allowed).map_err(|message| Error::Config {
                tool: "search".to_owned(),
                message: format!("allowed_domains: {message}"),
            })?,
            visitor: Visitor::new(&supplies.outbound, supplies.names.clone()),
            clock: Arc::clone(&supplies.clock),
        })
    }

    /// Where a step may go: its own list, the workspace's, or what both have in common.
    fn allowed(&self, of_step: &[String]) -> Result<Domains, ToolError> {
        let refuse = |message: String, hint: &str| ToolError::Refused {
            message,
            hint: Some(hint.to_owned()),
        };
        let of_step = Domains::parse(of_step.iter().map(String::as_str))
            .map_err(|message| refuse(format!("`allow`: {message}"), "nothing was sent"))?;
        let allowed = match (of_step.is_empty(), self.allowed.is_empty()) {
            (true, true) => {
                return Err(refuse(
                    "no site is allowed: neither the step's `allow` nor the tool's setting `allowed_domains` names one"
                        .to_owned(),
                    "give the step a list, for example `allow: [support.zoom.com]`, or set the tool's allowed_domains",
                ));
            }
            (true, false) => self.allowed.clone(),
            (false, true) => of_step,
            (false, false) => {
                let both = of_step.within(&self.allowed);
                if both.is_empty() {
                    return Err(refuse(
                        format!(
                            "no site is allowed: none of {of_step} is within the tool's allowed_domains ({})",
                            self.allowed
                        ),
                        "a step's `allow` can only narrow the tool's list",
                    ));
                }
                both
            }
        };
        Ok(allowed)
    }

    async fn search(&self, args: &SearchWeb, deadline: Deadline) -> Result<ToolReply, ToolError> {
        let allowed = self.allowed(&args.allow)?;
        let query = Query {
            text: &args.query,
            limit: args.limit,
            allowed: &allowed,
        };
        let hits = self.provider.search(&query, deadline).await?;
        let found = hits.len();
        // Providers take a list of sites for a wish.
        let results: Vec<_> = hits
            .into_iter()
            .filter(|hit| Url::parse(&hit.url).is_ok_and(|url| allowed.cover(&url)))
            .collect();
        let left_out = found - results.len();
        let output = json!({
            "query": args.query,
            "provider": self.provider.name(),
            "allowed": allowed.names().collect::<Vec<_>>(),
            "results": results.into_iter().take(args.limit).collect::<Vec<_>>(),
            "left_out": left_out,
        });
        Ok(ToolReply {
            output,
            artifacts: Vec::new(),
        })
    }

    async fn fetch(&self, args: FetchPage, deadline: Deadline) -> Result<ToolReply, ToolError> {
        let allowed = self.allowed(&args.allow)?;
        let url = Url::parse(args.url.trim()).map_err(|error| ToolError::Refused {
            message: format!("`{}` is no address: {error}", excerpt(args.url.as_bytes())),
            hint: Some("write it in full, for example https://support.zoom.com/…".to_owned()),
        })?;
        let may_go = |url: Url| {
            let allowed = &allowed;
            async move { robots::permit(&self.visitor, &url, allowed, deadline).await }
        };
        let visited = self.visitor.visit(url, &allowed, deadline, may_go).await?;
        let page = self.visitor.page(visited)?;
        let (url, hops) = (page.url.to_string(), page.hops.clone());
        let reading = reading::read(page, args.max_chars, deadline).await?;
        let fetched_at = self.clock.now();
        let artifact = Artifact {
            kind: "page".to_owned(),
            title: reading.title.clone(),
            external_id: None,
            url: Some(url.clone()),
            data: json!({ "url": url, "title": reading.title, "fetched_at": fetched_at }),
        };
        let output = json!({
            "url": url,
            "title": reading.title,
            "text": reading.text,
            "truncated": reading.truncated,
            "language": reading.language,
            "published": reading.published,
            "links": reading.links,
            "hops": hops,
            "fetched_at": fetched_at,
        });
        Ok(ToolReply {
            output,
            artifacts: vec![artifact],
        })
    }
}

impl Search {
    /// Reads pages one after another, so that no site is asked twice at a time. One that cannot be read is left out.
    async fn read_pages(
        &self,
        args: ReadPages,
        deadline: Deadline,
    ) -> Result<ToolReply, ToolError> {
        // What no page may be read for is said at once.
        self.allowed(&args.allow)?;
        let (mut pages, mut left_out, mut artifacts) = (Vec::new(), Vec::new(), Vec::new());
        for url in args.urls {
            let one = FetchPage {
                url: url.clone(),
                allow: args.allow.clone(),
                max_chars: args.max_chars,
            };
            match self.fetch(one, deadline).await {
                Ok(read) => {
                    let page = &read.output;
                    pages.push(
                        json!({ "url": page["url"], "title": page["title"], "text": page["text"] }),
                    );
                    artifacts.extend(read.artifacts);
                }
                Err(error) => left_out.push(json!({ "url": url, "reason": error.to_string() })),
            }
        }
        Ok(ToolReply {
            output: json!({ "pages": pages, "left_out": left_out }),
            artifacts,
        })
    }
}

#[async_trait]
impl Connector for Search {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    async fn health(&self) -> Result<String, String> {
        self.provider
            .health(Deadline::after(HEALTH_TIMEOUT))
            .await
            .map_err(|error| error.to_string())
    }

    async fn call(&self, call: &ToolCall) -> Result<ToolReply, ToolError> {
        let deadline = Deadline::after(call.timeout);
        match call.action.as_str() {
            "search_web" => self.search(&arguments(call)?, deadline).await,
            "fetch_page" => self.fetch(arguments(call)?, deadline).await,
            "read_pages" => self.read_pages(arguments(call)?, deadline).await,
            other => Err(crate::no_such_action("search", other)),
        }
    }
}
