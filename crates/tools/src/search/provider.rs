//! What every search provider can do, and which one is chosen.

use async_trait::async_trait;
use avops_engine::ToolError;
use reqwest::header::HeaderValue;
use serde::Serialize;

use super::{brave::Brave, searxng::Searxng, tavily::Tavily};
use crate::outbound::{Deadline, Domains, Endpoint, Outbound, Reach};
use crate::{Error, Secret, Settings};

/// Sites named in a query; more would make it too long for the providers.
const MAX_SITES: usize = 8;

/// What is searched for.
pub(super) struct Query<'q> {
    pub(super) text: &'q str,
    /// Most results, 1 to 20.
    pub(super) limit: usize,
    /// Never empty.
    pub(super) allowed: &'q Domains,
}

/// One page that was found. All text is plain.
#[derive(Debug, Serialize)]
pub(super) struct Hit {
    pub(super) title: String,
    pub(super) url: String,
    pub(super) snippet: String,
    pub(super) published: Option<String>,
    pub(super) score: Option<f64>,
}

/// A search provider.
#[async_trait]
pub(super) trait Provider: Send + Sync {
    /// Its name among the setting's options.
    fn name(&self) -> &'static str;

    /// Searches, best first. The list of sites is a wish: what comes back is held against it again.
    ///
    /// # Errors
    /// As the provider's errors mean it.
    async fn search(&self, query: &Query<'_>, deadline: Deadline) -> Result<Vec<Hit>, ToolError>;

    /// Asks whether a search would be served, without paying for one where that is possible.
    ///
    /// # Errors
    /// The reason why not.
    async fn health(&self, deadline: Deadline) -> Result<String, ToolError>;
}

impl Query<'_> {
    /// The text with the sites in the form that search engines know, for providers without a list of
    /// sites of their own.
    pub(super) fn with_sites(&self) -> String {
        let sites: Vec<String> = self
            .allowed
            .names()
            .take(MAX_SITES + 1)
            .map(|name| format!("site:{name}"))
            .collect();
        match sites.as_slice() {
            [one] => format!("{} {one}", self.text),
            some if some.len() <= MAX_SITES => format!("{} ({})", self.text, some.join(" OR ")),
            _ => self.text.to_owned(),
        }
    }
}

/// The provider that the settings choose.
pub(super) fn chosen(outbound: &Outbound, settings: &Settings) -> Result<Box<dyn Provider>, Error> {
    let own_address = |default: &str| -> Result<Endpoint, Error> {
        let address = settings.text("url");
        let reach = Reach::of_vendor(address.is_some());
        outbound.endpoint("the search provider", address.unwrap_or(default), reach)
    };
    let key = settings.secret("key");
    Ok(match settings.text("provider") {
        Some("tavily") => Box::new(Tavily::new(own_address("https://api.tavily.com")?, key)?),
        Some("searxng") => {
            let api = match settings.text("url") {
                None => None,
                Some(_) => Some(own_address("")?),
            };
            Box::new(Searxng::new(api))
        }
        _ => Box::new(Brave::new(
            own_address("https://api.search.brave.com")?,
            key,
        )?),
    })
}

/// A key as a header's value; `None` when there is no key.
pub(super) fn header(prefix: &str, key: Option<&Secret>) -> Result<Option<HeaderValue>, Error> {
    let Some(key) = key else { return Ok(None) };
    let mut header =
        HeaderValue::from_str(&format!("{prefix}{}", key.expose())).map_err(|_| Error::Config {
            tool: "search".to_owned(),
            message: "the key holds characters that no header may hold; copy it again".to_owned(),
        })?;
    header.set_sensitive(true);
    Ok(Some(header))
}

/// The refusal of a provider that has no key.
pub(super) fn no_key(provider: &str) -> ToolError {
    ToolError::Refused {
        message: format!("the search provider {provider} has no key; nothing was sent"),
        hint: Some("set the tool's key (or AVOPS_SEARCH_KEY), or turn mock mode on".to_owned()),
    }
}

/// The hint to a key that is not taken.
pub(super) const CHECK_KEY: &str =
    "check the tool's key (or AVOPS_SEARCH_KEY), and that it belongs to the chosen provider";
