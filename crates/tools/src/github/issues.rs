//! Issues.

use avops_engine::{Artifact, ToolError, ToolReply};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::marks::{Creation, mark, marked};
use super::session::Session;
use super::wire::{Issue, NewIssue};
use crate::outbound::{Deadline, set_json};

/// The arguments of `create_issue`.
#[derive(Deserialize)]
pub(super) struct Create {
    repository: Option<String>,
    title: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    assignees: Vec<String>,
}

/// Opens an issue, or finds the one that an earlier attempt has opened.
pub(super) async fn create(
    session: &Session,
    args: &Create,
    key: &str,
    deadline: Deadline,
) -> Result<ToolReply, ToolError> {
    let place = session.place(args.repository.as_deref())?;
    let mark = mark(key);
    let mut request = place.request(Method::POST, &["issues"]);
    let new = NewIssue {
        title: &args.title,
        body: marked(&args.body, &mark),
        labels: &args.labels,
        assignees: &args.assignees,
    };
    set_json(&mut request, &new)?;
    let creation = Creation {
        place: &place,
        path: &["issues"],
        key,
        query: &[("state", "all"), ("sort", "created"), ("direction", "desc")],
        is_it: |issue: &Issue| issue.pull_request.is_none() && issue.body.contains(&mark),
    };
    let (issue, _) = creation.once(request, deadline).await?;
    let labels: Vec<&str> = issue.labels.iter().map(|l| l.name.as_str()).collect();
    let assignees: Vec<&str> = issue.assignees.iter().map(|a| a.login.as_str()).collect();
    let missing = |wanted: &[String], held: &[&str]| -> Vec<String> {
        let is_held = |name: &&String| held.iter().any(|held| held.eq_ignore_ascii_case(name));
        wanted
            .iter()
            .filter(|name| !is_held(name))
            .cloned()
            .collect()
    };
    let mut not_taken = missing(&args.labels, &labels);
    not_taken.extend(missing(&args.assignees, &assignees));
    let output = json!({
        "repository": place.full_name(),
        "number": issue.number,
        "title": issue.title,
        "state": issue.state,
        "labels": labels,
        "assignees": assignees,
        "not_taken": not_taken,
        "url": issue.html_url,
    });
    let artifact = Artifact {
        kind: "ticket".to_owned(),
        title: format!("{}#{}: {}", place.full_name(), issue.number, issue.title),
        external_id: Some(issue.number.to_string()),
        url: Some(issue.html_url),
        data: output.clone(),
    };
    Ok(ToolReply {
        output,
        artifacts: vec![artifact],
    })
}
