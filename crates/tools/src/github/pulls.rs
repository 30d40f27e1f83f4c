//! Pull requests. GitHub itself allows one open one for each pair of branches.

use avops_engine::{Artifact, ToolError, ToolReply};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::marks::{Creation, mark, marked};
use super::session::Session;
use super::wire::{NewPull, Pull};
use crate::outbound::{Deadline, set_json};

/// The arguments of `create_pull_request`.
#[derive(Deserialize)]
pub(super) struct Create {
    repository: Option<String>,
    title: String,
    head: String,
    base: Option<String>,
    #[serde(default)]
    body: String,
    #[serde(default)]
    draft: bool,
}

/// Opens a pull request, or finds the one that an earlier attempt or somebody else has opened.
pub(super) async fn create(
    session: &Session,
    args: &Create,
    key: &str,
    deadline: Deadline,
) -> Result<ToolReply, ToolError> {
    let place = session.place(args.repository.as_deref())?;
    let base = place.branch(args.base.as_deref(), deadline).await?;
    let mark = mark(key);
    let mut request = place.request(Method::POST, &["pulls"]);
    let new = NewPull {
        title: &args.title,
        head: &args.head,
        base: &base,
        body: marked(&args.body, &mark),
        draft: args.draft,
        maintainer_can_modify: true,
    };
    set_json(&mut request, &new)?;
    // The filter wants the owner before the branch, and gives everything without.
    let head = format!("{}:{}", place.owner, args.head);
    let query = [
        ("state", "all"),
        ("head", head.as_str()),
        ("base", base.as_str()),
        ("sort", "created"),
        ("direction", "desc"),
    ];
    let creation = Creation {
        place: &place,
        path: &["pulls"],
        key,
        query: &query,
        // Ours may have been closed or merged since.
        is_it: |pull: &Pull| pull.body.contains(&mark) || pull.state == "open",
    };
    let (pull, created) = match creation.once(request, deadline).await {
        // Somebody else was quicker.
        Err(ToolError::Refused { message, hint }) if message.contains("already exists") => {
            match creation.find(deadline).await {
                Ok(Some(found)) => (found, false),
                _ => return Err(ToolError::Refused { message, hint }),
            }
        }
        other => other?,
    };
    let opened = created || pull.body.contains(&mark);
    let output = json!({
        "repository": place.full_name(),
        "number": pull.number,
        "title": pull.title,
        "state": pull.state,
        "head": args.head,
        "base": base,
        "draft": pull.draft,
        "opened": opened,
        "url": pull.html_url,
    });
    let artifact = Artifact {
        kind: "pull_request".to_owned(),
        title: format!("{}#{}: {}", place.full_name(), pull.number, pull.title),
        external_id: Some(pull.number.to_string()),
        url: Some(pull.html_url),
        data: output.clone(),
    };
    Ok(ToolReply {
        output,
        artifacts: vec![artifact],
    })
}
