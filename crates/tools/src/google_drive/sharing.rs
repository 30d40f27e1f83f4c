//! Who may see a file. Looked at before it is changed: a repetition changes nothing and sends no
//! second e-mail.

use avops_engine::{ToolError, ToolReply};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::session::Session;
use super::wire::{File, NewPermission, Permission, Permissions};
use crate::outbound::{Deadline, before_acting, set_json, set_query};

/// Pages of 100 permissions that are read.
const MAX_PAGES: usize = 20;

/// Roles, the weakest first. Source: Drive's guide "Roles and permissions".
const ROLES: [&str; 6] = [
    "reader",
    "commenter",
    "writer",
    "fileOrganizer",
    "organizer",
    "owner",
];

/// The arguments of `share_file`.
#[derive(Deserialize)]
pub(super) struct Share {
    id: String,
    with: String,
    to: Option<String>,
    #[serde(default = "reader")]
    role: String,
    #[serde(default)]
    notify: bool,
}

fn reader() -> String {
    "reader".to_owned()
}

/// Gives somebody access, unless they have as much or more.
pub(super) async fn share(
    session: &Session,
    args: &Share,
    deadline: Deadline,
) -> Result<ToolReply, ToolError> {
    let held = find(session, args, deadline).await.map_err(before_acting)?;
    let (permission, changed) = match held {
        Some(held) if rank(&held.role) >= rank(&args.role) => (held, false),
        _ => (give(session, args, deadline).await?, true),
    };
    if rank(&permission.role) < rank(&args.role) {
        return Err(ToolError::Refused {
            message: format!(
                "google gave the role {}, not {}",
                crate::outbound::excerpt(permission.role.as_bytes()),
                args.role
            ),
            hint: Some("the rules of the drive or the domain may not allow more".to_owned()),
        });
    }
    Ok(ToolReply {
        output: json!({
            "id": args.id,
            "permission": permission.id,
            "role": permission.role,
            "url": link(session, &args.id, deadline).await,
            "changed": changed,
        }),
        artifacts: Vec::new(),
    })
}

async fn give(
    session: &Session,
    args: &Share,
    deadline: Deadline,
) -> Result<Permission, ToolError> {
    let path = [args.id.as_str(), "permissions"];
    let mut request = session.request(Method::POST, &path, PERMISSION);
    let is_person = matches!(args.with.as_str(), "user" | "group");
    let to = args.to.as_deref();
    if is_person {
        // Google writes an e-mail unless it is told not to.
        let notify = if args.notify { "true" } else { "false" };
        set_query(&mut request, &[("sendNotificationEmail", notify)]);
    }
    let new = NewPermission {
        kind: &args.with,
        role: &args.role,
        email_address: to.filter(|_| is_person),
        domain: to.filter(|_| args.with == "domain"),
        // Whoever has the link, and nobody by searching.
        allow_file_discovery: (!is_person).then_some(false),
    };
    set_json(&mut request, &new)?;
    match session.ask::<Permission>(request, deadline).await {
        Ok(permission) => Ok(permission),
        Err(ToolError::Unknown { message }) => match find(session, args, deadline).await {
            Ok(Some(found)) if rank(&found.role) >= rank(&args.role) => Ok(found),
            Ok(_) => Err(ToolError::Unknown {
                message: format!("{message}; google does not show the access"),
            }),
            Err(error) => Err(ToolError::Unknown {
                message: format!("{message}; {error}"),
            }),
        },
        Err(definite) => Err(definite),
    }
}

const PERMISSION: &str = "id,type,role,emailAddress,domain";

/// The access that the one to share with has already.
async fn find(
    session: &Session,
    args: &Share,
    deadline: Deadline,
) -> Result<Option<Permission>, ToolError> {
    let same = |held: Option<&String>| {
        let held = held.map_or("", String::as_str);
        args.to
            .as_deref()
            .is_some_and(|to| to.eq_ignore_ascii_case(held))
    };
    let is_it = |held: &Permission| {
        held.kind == args.with
            && match args.with.as_str() {
                "anyone" => true,
                "domain" => same(held.domain.as_ref()),
                _ => same(held.email_address.as_ref()),
            }
    };
    let fields = format!("nextPageToken,permissions({PERMISSION})");
    let mut page: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let path = [args.id.as_str(), "permissions"];
        let mut request = session.request(Method::GET, &path, &fields);
        set_query(&mut request, &[("pageSize", "100")]);
        if let Some(token) = &page {
            set_query(&mut request, &[("pageToken", token)]);
        }
        let answer: Permissions = session.ask(request, deadline).await?;
        if let Some(found) = answer.permissions.into_iter().find(is_it) {
            return Ok(Some(found));
        }
        page = answer.next_page_token.filter(|token| !token.is_empty());
        if page.is_none() {
            break;
        }
    }
    Ok(None)
}

/// The link to a file. The access stands without it, so a failure costs only the link.
async fn link(session: &Session, id: &str, deadline: Deadline) -> Option<String> {
    let request = session.request(Method::GET, &[id], "id,webViewLink");
    match session.ask::<File>(request, deadline).await {
        Ok(file) => Some(file.web_view_link),
        Err(error) => {
            tracing::warn!(%error, "google gave no link to a shared file");
            None
        }
    }
}

fn rank(role: &str) -> Option<usize> {
    ROLES.iter().position(|known| *known == role)
}
