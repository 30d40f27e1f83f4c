//! The `git` program, for a repository that somebody else may have set up.
//!
//! Only commands that run nothing of the repository's own are used: no hooks, no filters, no file monitor, no signing
//! program. A commit is put together from its parts beside the index, so that it holds one file and leaves what people
//! have staged as it is.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use uuid::Uuid;

/// Longest wait for one command.
const PATIENCE: Duration = Duration::from_secs(20);
/// Settings of a repository that could start programs, out of force.
const HARMLESS: [&str; 10] = [
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "protocol.allow=never",
    "-c",
    "core.quotePath=false",
    "--no-pager",
    "--literal-pathspecs",
];

/// A folder in a repository.
#[derive(Debug, Clone)]
pub(super) struct Repository {
    folder: PathBuf,
    /// The folder's place in the repository: empty, or with a slash at its end.
    prefix: String,
}

/// Who changed a file last, and what they said.
pub(super) struct LastCommit {
    pub(super) author: String,
    pub(super) subject: String,
}

impl Repository {
    /// The repository that a folder is in; the error says why it is in none, or why it cannot be used.
    pub(super) async fn of(folder: &Path) -> Result<Self, String> {
        let mut repository = Self {
            folder: folder.to_owned(),
            prefix: String::new(),
        };
        let prefix = repository
            .git(&["rev-parse", "--show-prefix"], &[], None)
            .await?;
        prefix.trim_end().clone_into(&mut repository.prefix);
        Ok(repository)
    }

    /// The files of the last commit in this folder, each with the name of its content; none before the first.
    pub(super) async fn committed(&self) -> Result<Vec<(String, String)>, String> {
        if self.head().await.is_none() {
            return Ok(Vec::new());
        }
        let listed = self.git(&["ls-tree", "-z", "HEAD"], &[], None).await?;
        let of_line = |line: &str| {
            let (head, file) = line.split_once('\t')?;
            Some((file.to_owned(), head.split(' ').nth(2)?.to_owned()))
        };
        Ok(listed.split('\0').filter_map(of_line).collect())
    }

    /// The name that git gives to a content.
    pub(super) async fn name_of(&self, content: &str) -> Result<String, String> {
        let hashed = self
            .git(
                &["hash-object", "--stdin", "--no-filters"],
                &[],
                Some(content),
            )
            .await?;
        Ok(hashed.trim().to_owned())
    }

    /// The commit that changed a file last, if there is one.
    pub(super) async fn last(&self, file: &str) -> Option<LastCommit> {
        let said = self
            .git(
                &[
                    "log",
                    "-1",
                    "--no-show-signature",
                    "--format=%an%x00%s",
                    "--",
                    file,
                ],
                &[],
                None,
            )
            .await
            .ok()?;
        let (author, subject) = said.trim_end().split_once('\0')?;
        Some(LastCommit {
            author: author.to_owned(),
            subject: subject.to_owned(),
        })
    }

    /// Commits one file with this content. Gives whether there was anything to commit.
    pub(super) async fn commit(
        &self,
        file: &str,
        content: &str,
        message: &str,
        author: &str,
    ) -> Result<bool, String> {
        let stored = ["hash-object", "-w", "--stdin", "--no-filters"];
        let blob = self.git(&stored, &[], Some(content)).await?;
        let entry = format!("100644,{},{}{file}", blob.trim(), self.prefix);
        let folder = self
            .git(&["rev-parse", "--absolute-git-dir"], &[], None)
            .await?;
        let index = PathBuf::from(folder.trim()).join(format!("avops-{}", Uuid::now_v7()));
        let done = self.commit_beside(&index, &entry, message, author).await;
        // It may not have been made at all.
        tokio::fs::remove_file(&index).await.ok();
        let committed = done?;
        if committed {
            // Otherwise the file would look as if somebody had staged its removal.
            let add = ["update-index", "--add", "--cacheinfo", &entry];
            self.git(&add, &[], None).await?;
        }
        Ok(committed)
    }

    async fn commit_beside(
        &self,
        index: &Path,
        entry: &str,
        message: &str,
        author: &str,
    ) -> Result<bool, String> {
        let index = index.display().to_string();
        let beside = [("GIT_INDEX_FILE", index.as_str())];
        let head = self.head().await;
        let read = match &head {
            Some(_) => ["read-tree", "HEAD"],
            None => ["read-tree", "--empty"],
        };
        self.git(&read, &beside, None).await?;
        let add = ["update-index", "--add", "--cacheinfo", entry];
        self.git(&add, &beside, None).await?;
        let tree = self.git(&["write-tree"], &beside, None).await?;
        let tree = tree.trim().to_owned();
        if head.is_some() {
            let before = self.git(&["rev-parse", "HEAD^{tree}"], &[], None).await?;
            if before.trim() == tree {
                return Ok(false);
            }
        }
        let mut make = vec!["commit-tree", tree.as_str(), "-F", "-"];
        if let Some(head) = &head {
            make.extend(["-p", head.as_str()]);
        }
        let who = [
            ("GIT_AUTHOR_NAME", author),
            ("GIT_AUTHOR_EMAIL", "avops@localhost"),
            ("GIT_COMMITTER_NAME", "AVOps"),
            ("GIT_COMMITTER_EMAIL", "avops@localhost"),
        ];
        let commit = self.git(&make, &who, Some(message)).await?;
        // Whoever committed in between has it first: then nothing is moved.
        let before = head.unwrap_or_default();
        let moved = ["update-ref", "-m", "avops", "HEAD", commit.trim(), &before];
        self.git(&moved, &[], None).await?;
        Ok(true)
    }

    async fn head(&self) -> Option<String> {
        let head = self
            .git(&["rev-parse", "--verify", "--quiet", "HEAD"], &[], None)
            .await
            .ok()?;
        Some(head.trim().to_owned())
    }

    async fn git(
        &self,
        arguments: &[&str],
        variables: &[(&str, &str)],
        input: Option<&str>,
    ) -> Result<String, String> {
        let mut command = Command::new("git");
        command
            .args(HARMLESS)
            .args(arguments)
            .current_dir(&self.folder)
            .env_clear()
            .envs(std::env::vars_os().filter(|(name, _)| name == "PATH" || name == "HOME"))
            .env("LC_ALL", "C")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command
            .spawn()
            .map_err(|error| format!("git cannot be started: {error}"))?;
        let stdin = child.stdin.take();
        let feed = async move {
            if let (Some(mut stdin), Some(input)) = (stdin, input) {
                // A git that does not read to the end says why in what it answers.
                stdin.write_all(input.as_bytes()).await.ok();
            }
        };
        let both = async { tokio::join!(feed, child.wait_with_output()).1 };
        let output = tokio::time::timeout(PATIENCE, both)
            .await
            .map_err(|_| format!("git took longer than {} s", PATIENCE.as_secs()))?
            .map_err(|error| format!("git cannot be asked: {error}"))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.trim().lines().next().unwrap_or("no reason given");
        Err(format!("git {}: {said}", arguments.first().unwrap_or(&"")))
    }
}
