//! Folders and files: made, and listed.

use avops_engine::{Artifact, ToolError, ToolReply};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::creation::{self, Creations, FIELDS, Wanted};
use super::query;
use super::session::Session;
use super::wire::{File, NewFile};
use crate::file_content::FileContent;
use crate::outbound::{Deadline, before_acting, set_json};

/// What Drive calls a folder.
const FOLDER: &str = "application/vnd.google-apps.folder";

/// The arguments of `create_folder`.
#[derive(Deserialize)]
pub(super) struct CreateFolder {
    name: String,
    folder: Option<String>,
    #[serde(default)]
    another: bool,
}

/// The arguments of `upload_file`.
#[derive(Deserialize)]
pub(super) struct Upload {
    name: String,
    folder: Option<String>,
    #[serde(flatten)]
    content: FileContent,
    content_type: Option<String>,
}

/// The arguments of `list_files`.
#[derive(Deserialize)]
pub(super) struct List {
    folder: Option<String>,
    name: Option<String>,
    #[serde(default = "usual_limit")]
    limit: usize,
}

fn usual_limit() -> usize {
    100
}

/// Gives the folder of a name, and makes it where there is none.
pub(super) async fn create_folder(
    session: &Session,
    creations: &Creations,
    args: &CreateFolder,
    key: &str,
    deadline: Deadline,
) -> Result<ToolReply, ToolError> {
    let parent = session.folder(args.folder.as_deref());
    let there = if args.another {
        None
    } else {
        let terms = format!(
            "{} and name = {} and mimeType = {}",
            query::within(parent),
            query::quoted(&args.name),
            query::quoted(FOLDER)
        );
        let found = creation::list(session, &terms, 100, deadline).await;
        let found = found.map_err(before_acting)?;
        found.into_iter().find(|file| file.name == args.name)
    };
    let created = there.is_none();
    let folder = if let Some(folder) = there {
        folder
    } else {
        let wanted = Wanted {
            name: &args.name,
            folder: parent,
            mime_type: Some(FOLDER),
            key,
        };
        let request = |new: &NewFile<'_>| {
            let mut request = session.request(Method::POST, &[], FIELDS);
            set_json(&mut request, new)?;
            Ok(request)
        };
        creations.once(session, &wanted, request, deadline).await?
    };
    let output = json!({
        "id": folder.id,
        "name": folder.name,
        "url": folder.web_view_link,
        "created": created,
    });
    Ok(reply("folder", folder, output))
}

/// Saves a new file.
pub(super) async fn upload(
    session: &Session,
    creations: &Creations,
    args: &Upload,
    key: &str,
    deadline: Deadline,
) -> Result<ToolReply, ToolError> {
    let bytes = args.content.bytes()?;
    let named = args.content_type.as_deref();
    let part_type = named.unwrap_or_else(|| args.content.content_type());
    HeaderValue::from_str(part_type).map_err(|_| ToolError::Refused {
        message: "the argument `content_type` cannot be sent; nothing was sent".to_owned(),
        hint: None,
    })?;
    let wanted = Wanted {
        name: &args.name,
        folder: session.folder(args.folder.as_deref()),
        mime_type: named,
        key,
    };
    let request = |new: &NewFile<'_>| {
        let mut request = session.upload_request(FIELDS);
        let boundary = format!("avops-{}", Uuid::new_v5(&Uuid::NAMESPACE_OID, &bytes));
        let kind = format!("multipart/related; boundary={boundary}");
        if let Ok(kind) = HeaderValue::from_str(&kind) {
            request.headers_mut().insert(CONTENT_TYPE, kind);
        }
        *request.body_mut() = Some(related(&boundary, new, part_type, &bytes)?.into());
        Ok(request)
    };
    let file = creations.once(session, &wanted, request, deadline).await?;
    let size = bytes.len();
    // Google's own documents have no size; what was sent here has one.
    if file
        .size
        .as_ref()
        .is_some_and(|held| *held != size.to_string())
    {
        return Err(ToolError::Unknown {
            message: format!(
                "the file {} is there with {} bytes, not {size}",
                file.id,
                file.size.unwrap_or_default()
            ),
        });
    }
    let output = json!({
        "id": file.id,
        "name": file.name,
        "size_bytes": size,
        "url": file.web_view_link,
    });
    Ok(reply("file", file, output))
}

/// Gives what is in a folder.
pub(super) async fn list(
    session: &Session,
    args: &List,
    deadline: Deadline,
) -> Result<Vec<Value>, ToolError> {
    let mut terms = query::within(session.folder(args.folder.as_deref()));
    if let Some(name) = &args.name {
        terms.push_str(" and name = ");
        terms.push_str(&query::quoted(name));
    }
    let files = creation::list(session, &terms, args.limit, deadline).await?;
    let shown = |file: File| {
        json!({
            "id": file.id,
            "name": file.name,
            "type": file.mime_type,
            "modified": file.modified_time,
            "url": file.web_view_link,
        })
    };
    Ok(files.into_iter().map(shown).collect())
}

fn reply(kind: &str, file: File, output: Value) -> ToolReply {
    let artifact = Artifact {
        kind: kind.to_owned(),
        title: file.name,
        external_id: Some(file.id),
        url: Some(file.web_view_link),
        data: output.clone(),
    };
    ToolReply {
        output,
        artifacts: vec![artifact],
    }
}

/// Metadata and bytes in one body. Source: RFC 2387, and Drive's guide "Upload file data"; a form
/// (`multipart/form-data`) is not taken.
fn related(
    boundary: &str,
    new: &NewFile<'_>,
    part_type: &str,
    bytes: &[u8],
) -> Result<Vec<u8>, ToolError> {
    let metadata = serde_json::to_string(new).map_err(|error| ToolError::Refused {
        message: format!("the arguments cannot be written as JSON: {error}"),
        hint: None,
    })?;
    let head = format!(
        "--{boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{metadata}\r\n\
         --{boundary}\r\nContent-Type: {part_type}\r\n\r\n"
    );
    let mut body = head.into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    Ok(body)
}
