//! Comments on issues and on pull requests, which share one series of numbers and one path.

use avops_engine::{Artifact, ToolError, ToolReply};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::marks::{Creation, mark, marked};
use super::session::Session;
use super::wire::{Comment, NewComment};
use crate::outbound::{Deadline, set_json};

/// The arguments of `add_comment`.
#[derive(Deserialize)]
pub(super) struct Add {
    repository: Option<String>,
    number: u64,
    body: String,
}

/// Comments, or finds the comment of an earlier attempt.
pub(super) async fn add(
    session: &Session,
    args: &Add,
    key: &str,
    deadline: Deadline,
) -> Result<ToolReply, ToolError> {
    let place = session.place(args.repository.as_deref())?;
    let number = args.number.to_string();
    let path = ["issues", &number, "comments"];
    let mark = mark(key);
    let mut request = place.request(Method::POST, &path);
    let new = NewComment {
        body: marked(&args.body, &mark),
    };
    set_json(&mut request, &new)?;
    let creation = Creation {
        place: &place,
        path: &path,
        key,
        query: &[],
        is_it: |comment: &Comment| comment.body.contains(&mark),
    };
    let (comment, _) = creation.once(request, deadline).await?;
    let output = json!({
        "repository": place.full_name(),
        "number": args.number,
        "id": comment.id,
        "url": comment.html_url,
    });
    let artifact = Artifact {
        kind: "comment".to_owned(),
        title: format!("Comment on {}#{number}", place.full_name()),
        external_id: Some(comment.id.to_string()),
        url: Some(comment.html_url),
        data: output.clone(),
    };
    Ok(ToolReply {
        output,
        artifacts: vec![artifact],
    })
}
