//! What the repositories hold, and how commits change it.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::contents::blob_sha;
use super::{LOGIN, USUAL_LIMIT};

/// What the account begins with.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptGitHub {
    /// Its repositories.
    #[serde(default = "repositories")]
    pub repositories: Vec<ScriptRepository>,
    /// People who can be assigned.
    #[serde(default)]
    pub people: Vec<String>,
    /// How many requests are answered in an hour; as many as there are when absent.
    #[serde(default)]
    pub requests_per_hour: Option<u64>,
}

/// A repository.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptRepository {
    /// `owner/name`.
    pub name: String,
    /// The branch that is meant when none is named.
    #[serde(default = "main")]
    pub default_branch: String,
    /// Files on that branch.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
    /// Whether the token may change it.
    #[serde(default = "yes")]
    pub push: bool,
    /// Whether issues are turned on.
    #[serde(default = "yes")]
    pub issues: bool,
}

impl Default for ScriptGitHub {
    fn default() -> Self {
        Self {
            repositories: repositories(),
            people: vec!["av-lead".to_owned()],
            requests_per_hour: None,
        }
    }
}

/// All repositories, and how much of the limit is used.
pub(crate) struct Repositories {
    by_name: IndexMap<String, Repository>,
    pub(super) people: Vec<String>,
    limit: Option<u64>,
    used: u64,
    hour_ends: Timestamp,
}

/// One repository.
pub(crate) struct Repository {
    pub(super) name: String,
    pub(super) default_branch: String,
    pub(super) push: bool,
    pub(super) has_issues: bool,
    pub(super) branches: IndexMap<String, Branch>,
    /// Issues and pull requests, which share one series of numbers.
    pub(super) issues: Vec<Value>,
    /// Comments with the number that they belong to.
    pub(super) comments: Vec<(u64, Value)>,
    commits: u64,
}

/// A branch: the newest commit, and the files as it has them.
#[derive(Clone)]
pub(super) struct Branch {
    pub(super) tip: String,
    pub(super) files: BTreeMap<String, Vec<u8>>,
}

impl Repositories {
    pub(crate) fn new(script: &ScriptGitHub, now: Timestamp) -> Self {
        let repositories = script.repositories.iter();
        Self {
            by_name: repositories
                .map(|repository| (repository.name.to_lowercase(), Repository::new(repository)))
                .collect(),
            people: script.people.clone(),
            limit: script.requests_per_hour,
            used: 0,
            hour_ends: hour_after(now),
        }
    }

    /// A repository, by its name in any case.
    pub(super) fn find(&mut self, owner: &str, name: &str) -> Option<&mut Repository> {
        self.by_name
            .get_mut(&format!("{owner}/{name}").to_lowercase())
    }

    /// The bytes of a file, for tests and for people who look.
    pub(crate) fn file(&self, repository: &str, branch: &str, path: &str) -> Option<Vec<u8>> {
        let repository = self.by_name.get(&repository.to_lowercase())?;
        repository.branches.get(branch)?.files.get(path).cloned()
    }

    /// How many commits were made in a repository.
    pub(crate) fn commits(&self, repository: &str) -> u64 {
        let repository = self.by_name.get(&repository.to_lowercase());
        repository.map_or(0, |repository| repository.commits)
    }

    /// The issues and pull requests of a repository, oldest first.
    pub(crate) fn issues(&self, repository: &str) -> Vec<Value> {
        let repository = self.by_name.get(&repository.to_lowercase());
        repository.map_or_else(Vec::new, |repository| repository.issues.clone())
    }

    /// The comments of a repository, oldest first.
    pub(crate) fn comments(&self, repository: &str) -> Vec<Value> {
        let repository = self.by_name.get(&repository.to_lowercase());
        let comments = repository.map(|r| r.comments.iter().map(|(_, c)| c.clone()).collect());
        comments.unwrap_or_default()
    }

    /// Counts one request. Gives how many are left (none when this is one too many) and until when,
    /// where there is a limit.
    pub(super) fn count(&mut self, now: Timestamp) -> Option<(Option<u64>, Timestamp)> {
        let limit = self.limit?;
        self.begin_hour(now);
        if self.used >= limit {
            return Some((None, self.hour_ends));
        }
        self.used += 1;
        Some((Some(limit - self.used), self.hour_ends))
    }

    /// The limit, and how much of it is left.
    pub(super) fn left(&mut self, now: Timestamp) -> (u64, u64) {
        self.begin_hour(now);
        let limit = self.limit.unwrap_or(USUAL_LIMIT);
        (limit, limit.saturating_sub(self.used))
    }

    fn begin_hour(&mut self, now: Timestamp) {
        if now >= self.hour_ends {
            self.used = 0;
            self.hour_ends = hour_after(now);
        }
    }
}

impl Repository {
    fn new(script: &ScriptRepository) -> Self {
        let files = script.files.iter();
        let branch = Branch {
            tip: blob_sha(script.name.as_bytes()),
            files: files
                .map(|(path, text)| (path.clone(), text.clone().into_bytes()))
                .collect(),
        };
        Self {
            name: script.name.clone(),
            default_branch: script.default_branch.clone(),
            push: script.push,
            has_issues: script.issues,
            branches: IndexMap::from([(script.default_branch.clone(), branch)]),
            issues: Vec::new(),
            comments: Vec::new(),
            commits: 0,
        }
    }

    /// Commits one file to a branch that is there. Gives the commit's name.
    pub(super) fn commit(&mut self, branch: &str, path: &str, bytes: Vec<u8>) -> Option<String> {
        let number = self.commits + 1;
        let branch = self.branches.get_mut(branch)?;
        branch.files.insert(path.to_owned(), bytes);
        branch.tip = blob_sha(format!("{} {number}", branch.tip).as_bytes());
        self.commits = number;
        Some(branch.tip.clone())
    }

    /// Keeps an issue or a pull request under the next number.
    pub(super) fn keep(&mut self, path: &str, mut entry: Value, now: Timestamp) -> Value {
        let number = self.issues.len() + 1;
        entry["number"] = json!(number);
        entry["id"] = json!(1_000_000 + number);
        entry["state"] = json!("open");
        entry["user"] = json!({ "login": LOGIN });
        entry["created_at"] = json!(whole_seconds(now));
        entry["updated_at"] = json!(whole_seconds(now));
        entry["html_url"] = json!(format!(
            "https://github.example/{}/{path}/{number}",
            self.name
        ));
        self.issues.push(entry.clone());
        entry
    }
}

/// A time as GitHub writes it.
pub(super) fn whole_seconds(time: Timestamp) -> String {
    jiff::fmt::strtime::format("%Y-%m-%dT%H:%M:%SZ", time).unwrap_or_default()
}

fn hour_after(now: Timestamp) -> Timestamp {
    now.saturating_add(SignedDuration::from_hours(1))
        .unwrap_or(now)
}

fn repositories() -> Vec<ScriptRepository> {
    let readme = "# AV configuration\n\nBackups and runbooks of the campus.\n";
    vec![ScriptRepository {
        name: "corp/av-config".to_owned(),
        default_branch: main(),
        files: [("README.md".to_owned(), readme.to_owned())].into(),
        push: true,
        issues: true,
    }]
}

fn main() -> String {
    "main".to_owned()
}

fn yes() -> bool {
    true
}
