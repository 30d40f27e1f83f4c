//! What travels between this program and GitHub.

use serde::{Deserialize, Serialize};

use crate::lenient;

/// An answer that is none of success.
#[derive(Deserialize)]
pub(super) struct ErrorAnswer {
    #[serde(default, deserialize_with = "lenient::text")]
    message: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    errors: Vec<serde_json::Value>,
}

impl ErrorAnswer {
    /// The message, and what is wrong in detail: objects of several forms, or texts.
    pub(super) fn text(&self) -> String {
        let mut text = self.message.clone();
        for error in &self.errors {
            let part = |name: &str| error.get(name).and_then(|v| v.as_str()).unwrap_or_default();
            let detail = match (error.as_str(), part("message")) {
                (None, "") => format!("{} {} {}", part("resource"), part("field"), part("code")),
                (Some(said), _) | (None, said) => said.to_owned(),
            };
            text.push_str("; ");
            text.push_str(detail.trim());
        }
        text
    }
}

/// Answer of `GET /rate_limit`.
#[derive(Deserialize)]
pub(super) struct RateLimit {
    pub(super) resources: Resources,
}

/// The limits there are. (A top-level `rate` is gone in newer versions.)
#[derive(Deserialize)]
pub(super) struct Resources {
    pub(super) core: Core,
}

/// The limit of ordinary requests.
#[derive(Deserialize)]
pub(super) struct Core {
    pub(super) limit: u64,
    pub(super) remaining: u64,
}

/// A repository.
#[derive(Deserialize)]
pub(super) struct Repository {
    pub(super) default_branch: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) permissions: Permissions,
}

/// What the token may do.
#[derive(Default, Deserialize)]
pub(super) struct Permissions {
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) push: bool,
}

/// Where a branch points.
#[derive(Deserialize)]
pub(super) struct Reference {
    pub(super) object: Target,
}

/// A commit.
#[derive(Deserialize)]
pub(super) struct Target {
    pub(super) sha: String,
}

/// Body of `POST …/git/refs`.
#[derive(Serialize)]
pub(super) struct NewReference<'a> {
    #[serde(rename = "ref")]
    pub(super) name: String,
    pub(super) sha: &'a str,
}

/// A file. Above 1 MB its content is left out.
#[derive(Deserialize)]
pub(super) struct File {
    #[serde(default, rename = "type", deserialize_with = "lenient::text")]
    pub(super) kind: String,
    pub(super) sha: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) size: u64,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) content: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) html_url: String,
}

/// Body of `PUT …/contents/PATH`. `sha` is that of the bytes that are replaced, not of a commit.
#[derive(Serialize)]
pub(super) struct NewContent<'a> {
    pub(super) message: &'a str,
    pub(super) content: String,
    pub(super) branch: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sha: Option<&'a str>,
}

/// Answer of `PUT …/contents/PATH`.
#[derive(Deserialize)]
pub(super) struct Committed {
    pub(super) content: File,
    pub(super) commit: Target,
}

/// Body of `POST …/issues`.
#[derive(Serialize)]
pub(super) struct NewIssue<'a> {
    pub(super) title: &'a str,
    pub(super) body: String,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub(super) labels: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub(super) assignees: &'a [String],
}

/// An issue; the list of them shows pull requests too.
#[derive(Deserialize)]
pub(super) struct Issue {
    pub(super) number: u64,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) title: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) state: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) body: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) html_url: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) labels: Vec<Label>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) assignees: Vec<User>,
    #[serde(default)]
    pub(super) pull_request: Option<serde_json::Value>,
}

/// A label.
#[derive(Deserialize)]
pub(super) struct Label {
    pub(super) name: String,
}

/// A person.
#[derive(Deserialize)]
pub(super) struct User {
    pub(super) login: String,
}

/// Body of `POST …/pulls`.
#[derive(Serialize)]
pub(super) struct NewPull<'a> {
    pub(super) title: &'a str,
    pub(super) head: &'a str,
    pub(super) base: &'a str,
    pub(super) body: String,
    pub(super) draft: bool,
    pub(super) maintainer_can_modify: bool,
}

/// A pull request.
#[derive(Deserialize)]
pub(super) struct Pull {
    pub(super) number: u64,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) title: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) state: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) body: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) html_url: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) draft: bool,
}

/// Body of `POST …/comments`.
#[derive(Serialize)]
pub(super) struct NewComment {
    pub(super) body: String,
}

/// A comment.
#[derive(Deserialize)]
pub(super) struct Comment {
    pub(super) id: u64,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) body: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) html_url: String,
}
