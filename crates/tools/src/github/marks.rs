//! Marks in what we write, and the search for them: GitHub honours no idempotency key.
//!
//! A mark stands in a comment of the Markdown, which people do not see. It is looked for in lists,
//! never with GitHub's search, whose index lags behind.

use avops_engine::ToolError;
use jiff::SignedDuration;
use reqwest::{Method, Request};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::session::Place;
use crate::key::run_began;
use crate::outbound::{Answer, Deadline, before_acting, set_query};

/// Name space of the marks that are made from keys.
const NAMESPACE: Uuid = Uuid::from_u128(0x2d84_bb51_0f3e_5f7a_8a11_c3e0_64d7_19ab);

/// Pages of 100 that are searched.
const MAX_PAGES: usize = 20;

/// How much the two machines' clocks may differ.
const SKEW: SignedDuration = SignedDuration::from_mins(10);

/// The mark that one call leaves.
pub(super) fn mark(key: &str) -> String {
    format!(
        "<!-- avops:{} -->",
        Uuid::new_v5(&NAMESPACE, key.as_bytes())
    )
}

/// A text with a mark below it.
pub(super) fn marked(text: &str, mark: &str) -> String {
    format!("{text}\n\n{mark}")
}

/// Something that may be there already, and how it is looked for and made.
pub(super) struct Creation<'a, F> {
    pub(super) place: &'a Place<'a>,
    /// The path of the list, which is also that of a creation.
    pub(super) path: &'a [&'a str],
    pub(super) key: &'a str,
    /// How the list is ordered and filtered.
    pub(super) query: &'a [(&'a str, &'a str)],
    /// States whether an entry of the list is it.
    pub(super) is_it: F,
}

impl<F> Creation<'_, F> {
    /// Creates it, or finds the one that an earlier attempt has created; the flag says which.
    ///
    /// # Errors
    /// [`ToolError::Unknown`] when GitHub broke off and the list does not show it: the same key may be used again.
    pub(super) async fn once<T>(
        &self,
        request: Request,
        deadline: Deadline,
    ) -> Result<(T, bool), ToolError>
    where
        T: DeserializeOwned,
        F: Fn(&T) -> bool,
    {
        let earlier = self.find(deadline).await.map_err(before_acting)?;
        if let Some(found) = earlier {
            return Ok((found, false));
        }
        match self.place.session.ask::<T>(request, deadline).await {
            Ok(created) => Ok((created, true)),
            Err(ToolError::Unknown { message }) => match self.find(deadline).await {
                Ok(Some(found)) => Ok((found, true)),
                Ok(None) => Err(ToolError::Unknown {
                    message: format!("{message}; the list does not show it"),
                }),
                Err(error) => Err(ToolError::Unknown {
                    message: format!("{message}; {error}"),
                }),
            },
            Err(definite) => Err(definite),
        }
    }

    /// Looks through the list for it.
    pub(super) async fn find<T>(&self, deadline: Deadline) -> Result<Option<T>, ToolError>
    where
        T: DeserializeOwned,
        F: Fn(&T) -> bool,
    {
        // What this run has written was changed no earlier than the run began.
        let since = run_began(self.key)
            .and_then(|at| at.checked_sub(SKEW).ok())
            .map(|at| jiff::fmt::strtime::format("%Y-%m-%dT%H:%M:%SZ", at));
        let since = since.and_then(Result::ok);
        for page in 1..=MAX_PAGES {
            let mut request = self.place.request(Method::GET, self.path);
            set_query(&mut request, self.query);
            let page = page.to_string();
            set_query(&mut request, &[("per_page", "100"), ("page", &page)]);
            if let Some(since) = &since {
                set_query(&mut request, &[("since", since)]);
            }
            let answer = self.place.session.answer(request, deadline).await?;
            let entries: Vec<T> = read_list(&answer)?;
            if let Some(found) = entries.into_iter().find(|entry| (self.is_it)(entry)) {
                return Ok(Some(found));
            }
            if !has_next(&answer) {
                return Ok(None);
            }
        }
        // An earlier attempt of this call is among the newest, or there was none.
        tracing::warn!(
            list = self.path.join("/"),
            "github lists very many entries since the run began; only the first were searched for an earlier attempt"
        );
        Ok(None)
    }
}

fn read_list<T: DeserializeOwned>(answer: &Answer) -> Result<Vec<T>, ToolError> {
    serde_json::from_slice(&answer.body).map_err(|error| ToolError::Unknown {
        message: format!("the list that github answered cannot be read: {error}"),
    })
}

/// States whether there is a next page. Source: RFC 8288, which GitHub's paging follows.
fn has_next(answer: &Answer) -> bool {
    let links = answer.headers.get_all("link").into_iter();
    links
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|link| link.contains("rel=\"next\""))
}
