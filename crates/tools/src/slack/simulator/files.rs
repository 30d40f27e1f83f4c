//! Files: an address for the bytes, the bytes, then the channel. Bytes that are never shown are lost.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::refuse;
use crate::Campus;
use crate::campus::Shared;

/// Largest file, in bytes.
pub(super) const LARGEST: usize = 6 * 1024 * 1024;

/// The files of the workspace.
#[derive(Default)]
pub(crate) struct Uploads(Vec<Upload>);

struct Upload {
    id: String,
    name: String,
    length: usize,
    bytes: Option<Bytes>,
    shown: Option<Shown>,
}

struct Shown {
    channel: String,
    title: String,
    comment: Option<String>,
    thread_ts: Option<String>,
}

impl Uploads {
    fn find(&mut self, id: &str) -> Option<&mut Upload> {
        self.0.iter_mut().find(|upload| upload.id == id)
    }
}

impl Upload {
    fn permalink(&self) -> String {
        format!("https://campus.slack.example/files/U01/{}/file", self.id)
    }
}

impl Campus {
    /// The files shown in Slack, oldest first: `name`, `title`, `channel`, `comment`, `thread_ts`, `size_bytes`.
    pub fn slack_files(&self) -> Vec<Value> {
        let world = self.shared().world();
        let seen = |upload: &Upload| {
            let shown = upload.shown.as_ref()?;
            Some(json!({
                "id": upload.id,
                "name": upload.name,
                "title": shown.title,
                "channel": shown.channel,
                "comment": shown.comment,
                "thread_ts": shown.thread_ts,
                "size_bytes": upload.bytes.as_ref().map(Bytes::len),
            }))
        };
        world.slack.uploads.0.iter().filter_map(seen).collect()
    }
}

#[derive(Deserialize)]
pub(super) struct AddressRequest {
    filename: String,
    length: usize,
}

pub(super) async fn address(
    State(campus): State<Shared>,
    headers: HeaderMap,
    Form(request): Form<AddressRequest>,
) -> Response {
    if request.length == 0 || request.filename.is_empty() {
        return refuse("invalid_arguments");
    }
    let mut world = campus.world();
    let uploads = &mut world.slack.uploads.0;
    let id = format!("F0CAMPUS{:03}", uploads.len() + 1);
    uploads.push(Upload {
        id: id.clone(),
        name: request.filename,
        length: request.length,
        bytes: None,
        shown: None,
    });
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok());
    let host = host.unwrap_or_default();
    // The real one carries a ticket in its query.
    let url = format!("http://{host}/slack/upload/v1/{id}?ticket=a%2Fb");
    Json(json!({ "ok": true, "upload_url": url, "file_id": id })).into_response()
}

#[derive(Deserialize)]
pub(super) struct Ticket {
    ticket: String,
}

/// Takes the bytes, as many as were announced, from anybody who has the address, and never the token.
pub(super) async fn receive(
    State(campus): State<Shared>,
    Path(id): Path<String>,
    Query(Ticket { ticket }): Query<Ticket>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response {
    if headers.contains_key(header::AUTHORIZATION) || ticket != "a/b" {
        return (StatusCode::FORBIDDEN, "the address is all that is needed").into_response();
    }
    let mut world = campus.world();
    match world.slack.uploads.find(&id) {
        Some(upload) if upload.length == bytes.len() => {
            let said = format!("OK - {}", bytes.len());
            upload.bytes = Some(bytes);
            said.into_response()
        }
        Some(_) => (StatusCode::BAD_REQUEST, "another length was announced").into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[derive(Deserialize)]
pub(super) struct CompleteRequest {
    files: String,
    channel_id: Option<String>,
    initial_comment: Option<String>,
    thread_ts: Option<String>,
}

#[derive(Deserialize)]
struct CompleteFile {
    id: String,
    title: Option<String>,
}

pub(super) async fn complete(
    State(campus): State<Shared>,
    Form(request): Form<CompleteRequest>,
) -> Response {
    let Ok([file]) = serde_json::from_str::<[CompleteFile; 1]>(&request.files) else {
        return refuse("invalid_arguments");
    };
    let mut world = campus.world();
    let slack = &mut world.slack;
    let channel = slack
        .channels
        .iter()
        .find(|channel| Some(&channel.id) == request.channel_id.as_ref());
    let Some(channel) = channel else {
        return refuse("channel_not_found");
    };
    if !channel.member {
        return refuse("not_in_channel");
    }
    let channel = channel.id.clone();
    let Some(upload) = slack.uploads.find(&file.id) else {
        return refuse("file_not_found");
    };
    // It may be shown once, and only when its bytes are there.
    if upload.bytes.is_none() || upload.shown.is_some() {
        return refuse("file_not_found");
    }
    let title = file.title.unwrap_or_else(|| upload.name.clone());
    upload.shown = Some(Shown {
        channel,
        title: title.clone(),
        comment: request.initial_comment,
        thread_ts: request.thread_ts,
    });
    let file = json!({ "id": upload.id, "title": title, "permalink": upload.permalink() });
    Json(json!({ "ok": true, "files": [file] })).into_response()
}

#[derive(Deserialize)]
pub(super) struct InfoRequest {
    file: String,
}

pub(super) async fn info(
    State(campus): State<Shared>,
    Query(request): Query<InfoRequest>,
) -> Response {
    let mut world = campus.world();
    let Some(upload) = world.slack.uploads.find(&request.file) else {
        return refuse("file_not_found");
    };
    let mut shares = json!({});
    if let Some(shown) = &upload.shown {
        shares["public"][&shown.channel] = json!([{ "ts": "1760000000.000100" }]);
    }
    let file = json!({
        "id": upload.id,
        "name": upload.name,
        "permalink": upload.permalink(),
        "shares": shares,
    });
    Json(json!({ "ok": true, "file": file })).into_response()
}
