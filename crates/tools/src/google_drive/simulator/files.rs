//! Files and folders of the drive.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::tree::{Account, FOLDER, File, Tree};
use super::{fields_of_entries, not_found, refuse, search, sparse};
use crate::campus::Shared;

/// What is told of a file when nothing is asked for: no link.
const USUAL: &str = "kind,id,name,mimeType";

type Asked = Query<HashMap<String, String>>;

pub(super) async fn about(Extension(account): Extension<Account>, query: Asked) -> Response {
    if !query.contains_key("fields") {
        let said = "The 'fields' parameter is required for this method.";
        return refuse(StatusCode::BAD_REQUEST, "required", said);
    }
    Json(json!({ "user": { "emailAddress": account.email } })).into_response()
}

pub(super) async fn ids(State(campus): State<Shared>) -> Json<Value> {
    let id = campus.world().drive.give_id();
    Json(json!({ "kind": "drive#generatedIds", "space": "drive", "ids": [id] }))
}

/// Files that a search finds, the last changed first.
pub(super) async fn list(State(campus): State<Shared>, Query(query): Asked) -> Response {
    let world = campus.world();
    let tree = &world.drive;
    let Some(terms) = search::read(query.get("q").map_or("", String::as_str)) else {
        return refuse(StatusCode::BAD_REQUEST, "invalid", "Invalid Value");
    };
    let is = |name: &str, value: &str| query.get(name).is_some_and(|given| given == value);
    let sees_shared = is("supportsAllDrives", "true") && is("includeItemsFromAllDrives", "true");
    if is("corpora", "drive") && !query.contains_key("driveId") {
        return refuse(StatusCode::BAD_REQUEST, "invalid", "driveId is needed");
    }
    let only_shared = is("corpora", "drive");
    let mut found: Vec<&File> = tree
        .files
        .iter()
        .filter(|file| terms.iter().all(|term| term.holds(file)))
        .filter(|file| {
            let shared = tree.is_shared(&file.parent);
            if shared { sees_shared } else { !only_shared }
        })
        .collect();
    found.reverse();
    found.sort_by_key(|file| std::cmp::Reverse(file.modified));
    let number = |name: &str| query.get(name).and_then(|text| text.parse::<usize>().ok());
    let size = number("pageSize").unwrap_or(100).clamp(1, tree.page_size);
    let start = number("pageToken").unwrap_or(0);
    let fields = fields_of_entries(query.get("fields"), "files");
    let page = found.iter().skip(start).take(size);
    let files: Vec<Value> = page
        .map(|file| sparse(&file.seen(), fields.as_ref(), USUAL))
        .collect();
    let mut answer = json!({ "files": files });
    if start + size < found.len() {
        answer["nextPageToken"] = json!((start + size).to_string());
    }
    Json(answer).into_response()
}

pub(super) async fn read(
    State(campus): State<Shared>,
    Path(id): Path<String>,
    Query(query): Asked,
) -> Response {
    let mut world = campus.world();
    let tree = &mut world.drive;
    let Some(file) = tree
        .find(&id)
        .map(|file| (file.seen(), file.parent.clone()))
    else {
        return not_found(&id);
    };
    let (seen, parent) = file;
    if tree.is_shared(&parent) && query.get("supportsAllDrives").is_none_or(|v| v != "true") {
        return not_found(&id);
    }
    Json(sparse(&seen, query.get("fields"), USUAL)).into_response()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewFile {
    id: Option<String>,
    name: String,
    mime_type: Option<String>,
    #[serde(default)]
    parents: Vec<String>,
    #[serde(default)]
    app_properties: HashMap<String, String>,
}

/// Makes a file without content: in practice a folder.
pub(super) async fn create(
    State(campus): State<Shared>,
    Extension(account): Extension<Account>,
    Query(query): Asked,
    body: Bytes,
) -> Response {
    let now = campus.now();
    let Ok(new) = serde_json::from_slice::<NewFile>(&body) else {
        return refuse(StatusCode::BAD_REQUEST, "parseError", "Parse Error");
    };
    keep(&mut campus.world().drive, &account, &query, new, None, now)
}

/// Makes a file from its description and its bytes in one body.
pub(super) async fn upload(
    State(campus): State<Shared>,
    Extension(account): Extension<Account>,
    Query(query): Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let now = campus.now();
    let bad = || {
        refuse(
            StatusCode::BAD_REQUEST,
            "badContent",
            "Malformed multipart body.",
        )
    };
    if query
        .get("uploadType")
        .is_none_or(|kind| kind != "multipart")
    {
        return bad();
    }
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok());
    let boundary = kind.and_then(|kind| kind.strip_prefix("multipart/related; boundary="));
    let Some((new, part_type, bytes)) = boundary.and_then(|b| parts(&body, b)) else {
        return bad();
    };
    let mut new = new;
    new.mime_type = new.mime_type.or(Some(part_type));
    keep(
        &mut campus.world().drive,
        &account,
        &query,
        new,
        Some(bytes),
        now,
    )
}

/// Takes the two parts of a body apart: description, and type and bytes of the content.
fn parts(body: &Bytes, boundary: &str) -> Option<(NewFile, String, Bytes)> {
    let opening = format!("--{boundary}\r\n");
    let between = format!("\r\n--{boundary}\r\n");
    let closing = format!("\r\n--{boundary}--\r\n");
    let inner = body.strip_prefix(opening.as_bytes())?;
    let inner = inner.strip_suffix(closing.as_bytes())?;
    let at = position(inner, between.as_bytes())?;
    let (first, second) = (inner.get(..at)?, inner.get(at + between.len()..)?);
    let (first_head, metadata) = split_head(first)?;
    let (head, bytes) = split_head(second)?;
    if !first_head.starts_with("Content-Type: application/json") {
        return None;
    }
    let kind = head.strip_prefix("Content-Type: ")?.to_owned();
    let new = serde_json::from_slice(metadata).ok()?;
    Some((new, kind, Bytes::copy_from_slice(bytes)))
}

fn split_head(part: &[u8]) -> Option<(&str, &[u8])> {
    let at = position(part, b"\r\n\r\n")?;
    let head = std::str::from_utf8(part.get(..at)?).ok()?;
    Some((head, part.get(at + 4..)?))
}

fn position(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

fn keep(
    tree: &mut Tree,
    account: &Account,
    query: &HashMap<String, String>,
    new: NewFile,
    bytes: Option<Bytes>,
    now: Timestamp,
) -> Response {
    let parent = new.parents.first().map_or("root", String::as_str);
    let sees_shared = query.get("supportsAllDrives").is_some_and(|v| v == "true");
    if !tree.is_place(parent) || (tree.is_shared(parent) && !sees_shared) {
        return not_found(parent);
    }
    let parent = parent.to_owned();
    if !account.has_storage && !tree.is_shared(&parent) {
        let said = "Service Accounts do not have storage quota. Leverage shared drives, or use OAuth delegation instead.";
        return refuse(StatusCode::FORBIDDEN, "storageQuotaExceeded", said);
    }
    let id = match new.id {
        Some(id) if tree.find(&id).is_some() => {
            let said = "A file already exists with the provided ID.";
            return refuse(StatusCode::CONFLICT, "fileIdInUse", said);
        }
        Some(id) => id,
        None => tree.give_id(),
    };
    if !tree.use_id(&id) {
        let said = "The provided file ID is not usable.";
        return refuse(StatusCode::BAD_REQUEST, "invalid", said);
    }
    let file = File {
        id,
        name: new.name,
        mime_type: new.mime_type.unwrap_or_else(|| FOLDER.to_owned()),
        parent,
        properties: new.app_properties,
        bytes,
        modified: now,
        permissions: Vec::new(),
    };
    let seen = sparse(&file.seen(), query.get("fields"), USUAL);
    tree.files.push(file);
    Json(seen).into_response()
}
