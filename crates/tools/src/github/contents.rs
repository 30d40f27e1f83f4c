//! Files: read, and saved by commits that are made only where something changes.
//!
//! Git names bytes by their hash. The hash of what is wanted is computed here and compared with the
//! hash of what is there: the same content again makes no commit, and after an answer that was lost
//! the file itself tells whether the commit was made.

use avops_engine::{Artifact, ToolError, ToolReply};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use sha1::{Digest as _, Sha1};

use super::branches;
use super::session::{Place, Session};
use super::wire::{Committed, File, NewContent};
use crate::file_content::FileContent;
use crate::outbound::{Deadline, before_acting, set_json, set_query};

/// Largest file that is read, in bytes: as base64 it still fits what a run keeps of a result.
const LARGEST_READ: u64 = 180 * 1024;

/// The arguments of `get_file`.
#[derive(Deserialize)]
pub(super) struct Get {
    repository: Option<String>,
    path: String,
    branch: Option<String>,
}

/// The arguments of `commit_file`.
#[derive(Deserialize)]
pub(super) struct Commit {
    repository: Option<String>,
    path: String,
    #[serde(flatten)]
    content: FileContent,
    message: Option<String>,
    branch: Option<String>,
    branch_from: Option<String>,
    replaces: Option<String>,
}

/// Reads a file.
pub(super) async fn get(
    session: &Session,
    args: &Get,
    deadline: Deadline,
) -> Result<ToolReply, ToolError> {
    let place = session.place(args.repository.as_deref())?;
    let path = segments(&args.path)?;
    let found = find(&place, &path, args.branch.as_deref(), deadline).await?;
    let Some(file) = found else {
        return Err(ToolError::Refused {
            message: format!("{} has no file `{}` there", place.full_name(), args.path),
            hint: Some(
                "check repository, branch and path; github also says so of what the token may not see"
                    .to_owned(),
            ),
        });
    };
    if file.size > LARGEST_READ {
        return Err(ToolError::Refused {
            message: format!(
                "the file `{}` has {} bytes; at most {LARGEST_READ} are read",
                args.path, file.size
            ),
            hint: None,
        });
    }
    // The vendor's base64 has line breaks in it.
    let packed: String = file.content.split_whitespace().collect();
    let bytes = BASE64.decode(packed).map_err(|error| ToolError::Unknown {
        message: format!("the content that github answered cannot be read: {error}"),
    })?;
    let (text, base64) = match String::from_utf8(bytes) {
        Ok(text) => (Some(text), None),
        Err(error) => (None, Some(BASE64.encode(error.as_bytes()))),
    };
    Ok(ToolReply {
        output: json!({
            "repository": place.full_name(),
            "path": args.path,
            "sha": file.sha,
            "size_bytes": file.size,
            "text": text,
            "base64": base64,
            "url": file.html_url,
        }),
        artifacts: Vec::new(),
    })
}

/// Saves a file, unless it is there with this content already.
pub(super) async fn commit(
    session: &Session,
    args: &Commit,
    deadline: Deadline,
) -> Result<ToolReply, ToolError> {
    let place = session.place(args.repository.as_deref())?;
    let path = segments(&args.path)?;
    let bytes = args.content.bytes()?;
    let wanted = blob_sha(&bytes);
    let branch = place.branch(args.branch.as_deref(), deadline).await?;
    if let Some(from) = &args.branch_from {
        // A branch that may have been made is found by the next attempt, and holds no change yet.
        let made = branches::ensure(&place, &branch, from, deadline).await;
        made.map_err(before_acting)?;
    }
    let held = find(&place, &path, Some(&branch), deadline).await;
    let held = held.map_err(before_acting)?;
    if let Some(file) = held.as_ref().filter(|file| file.sha == wanted) {
        return Ok(reply(&place, args, &branch, file, None, false));
    }
    if let Some(expected) = &args.replaces {
        let there = held.as_ref().map_or("none", |file| file.sha.as_str());
        if there != expected {
            return Err(ToolError::Refused {
                message: format!(
                    "`{}` has changed: its sha is {there}, not {expected}; nothing was sent",
                    args.path
                ),
                hint: Some("read the file again with get_file and make the change anew".to_owned()),
            });
        }
    }
    let mut request = place.request(Method::PUT, &with("contents", &path));
    let update = format!("Update {}", args.path);
    let new = NewContent {
        message: args.message.as_deref().unwrap_or(&update),
        content: BASE64.encode(&bytes),
        branch: &branch,
        sha: held.as_ref().map(|file| file.sha.as_str()),
    };
    set_json(&mut request, &new)?;
    match session.ask::<Committed>(request, deadline).await {
        Ok(made) => {
            let commit = Some(made.commit.sha.as_str());
            Ok(reply(&place, args, &branch, &made.content, commit, true))
        }
        Err(ToolError::Unknown { message }) => {
            match find(&place, &path, Some(&branch), deadline).await {
                Ok(Some(file)) if file.sha == wanted => {
                    Ok(reply(&place, args, &branch, &file, None, true))
                }
                Ok(_) => Err(ToolError::Unknown {
                    message: format!("{message}; the branch does not show the change"),
                }),
                Err(error) => Err(ToolError::Unknown {
                    message: format!("{message}; {error}"),
                }),
            }
        }
        // Made by somebody else between our look and our write; the next attempt sees it.
        Err(ToolError::Refused { message, .. }) if message.contains("wasn't supplied") => {
            Err(ToolError::NotSent {
                message,
                retry_after: None,
            })
        }
        Err(definite) => Err(definite),
    }
}

fn reply(
    place: &Place<'_>,
    args: &Commit,
    branch: &str,
    file: &File,
    commit: Option<&str>,
    changed: bool,
) -> ToolReply {
    let output = json!({
        "repository": place.full_name(),
        "path": args.path,
        "branch": branch,
        "sha": file.sha,
        "commit": commit,
        "changed": changed,
        "url": file.html_url,
    });
    let artifact = Artifact {
        kind: "file".to_owned(),
        title: format!("{} in {}", args.path, place.full_name()),
        external_id: Some(commit.unwrap_or(&file.sha).to_owned()),
        url: Some(file.html_url.clone()),
        data: output.clone(),
    };
    ToolReply {
        output,
        artifacts: vec![artifact],
    }
}

/// The file at a path; `None` when there is none.
async fn find(
    place: &Place<'_>,
    path: &[&str],
    branch: Option<&str>,
    deadline: Deadline,
) -> Result<Option<File>, ToolError> {
    let mut request = place.request(Method::GET, &with("contents", path));
    if let Some(branch) = branch {
        set_query(&mut request, &[("ref", branch)]);
    }
    let Some(answer) = place.session.find(request, deadline).await? else {
        return Ok(None);
    };
    let no_file = |what: &str| ToolError::Refused {
        message: format!("`{}` is {what}, not a file", path.join("/")),
        hint: Some("name a file in it".to_owned()),
    };
    // A folder is answered as the list of what is in it.
    if answer.body.trim_ascii_start().starts_with(b"[") {
        return Err(no_file("a folder"));
    }
    let file: File = place.session.read(&answer)?;
    match file.kind.as_str() {
        "file" | "" => Ok(Some(file)),
        other => Err(no_file(&format!(
            "a {}",
            crate::outbound::excerpt(other.as_bytes())
        ))),
    }
}

fn with<'a>(first: &'a str, path: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec![first];
    all.extend_from_slice(path);
    all
}

/// The parts of a path, none of which may lead elsewhere.
fn segments(path: &str) -> Result<Vec<&str>, ToolError> {
    let parts: Vec<&str> = path.split('/').collect();
    if parts.iter().any(|part| matches!(*part, "" | "." | "..")) {
        return Err(ToolError::Refused {
            message: format!("`{path}` is no path of a file in a repository; nothing was sent"),
            hint: Some("write it from the top, without `/` before it: rooms/br4.json".to_owned()),
        });
    }
    Ok(parts)
}

/// The name that git gives to bytes. Source: git's object format, `blob <length>\0<bytes>`.
pub(super) fn blob_sha(bytes: &[u8]) -> String {
    let mut hash = Sha1::new();
    hash.update(format!("blob {}\0", bytes.len()));
    hash.update(bytes);
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_named_as_git_names_them() {
        assert_eq!(
            blob_sha(b"{\"a\":1}"),
            "daa5053ecf5f9a37b2de733d0751cc1ab53ac010"
        );
        assert_eq!(blob_sha(b""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    }

    #[test]
    fn a_path_cannot_lead_elsewhere() {
        assert_eq!(segments("rooms/br 4.json").unwrap(), ["rooms", "br 4.json"]);
        for path in ["/rooms", "rooms/", "a//b", "../x", "a/./b", ""] {
            segments(path).unwrap_err();
        }
    }
}
