//! Attachments.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{error, no_record};
use crate::campus::Shared;

/// A file that hangs on a record.
pub(crate) struct File {
    sys_id: String,
    record: String,
    name: String,
    content_type: String,
    bytes: Bytes,
}

impl File {
    /// As the API shows it to whoever asked the address in these headers.
    fn seen(&self, headers: &HeaderMap) -> Value {
        let host = headers.get(header::HOST);
        let (sys_id, place) = (
            &self.sys_id,
            host.and_then(|h| h.to_str().ok()).unwrap_or_default(),
        );
        json!({
            "sys_id": sys_id,
            "table_sys_id": self.record,
            "file_name": self.name,
            "size_bytes": self.bytes.len().to_string(),
            "content_type": self.content_type,
            "download_link": format!("http://{place}/servicenow/api/now/attachment/{sys_id}/file"),
        })
    }
}

/// Takes a file. The same name twice makes two attachments, as with the vendor.
pub(super) async fn upload(
    State(campus): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response {
    let given = |name: &str| query.get(name).map_or("", String::as_str);
    let (table, record, name) = (
        given("table_name"),
        given("table_sys_id"),
        given("file_name"),
    );
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if content_type.is_empty() || name.is_empty() {
        return error(
            StatusCode::BAD_REQUEST,
            "file_name and Content-Type are needed",
            "",
        );
    }
    let mut world = campus.world();
    let instance = &mut world.servicenow;
    let has = |rows: &indexmap::IndexMap<String, _>| rows.contains_key(record);
    if !instance.tables.get(table).is_some_and(has) {
        return no_record();
    }
    let number = instance.files.len();
    let sys_id = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("file/{number}").as_bytes());
    let file = File {
        sys_id: sys_id.simple().to_string(),
        record: record.to_owned(),
        name: name.to_owned(),
        content_type: content_type.to_owned(),
        bytes,
    };
    let seen = file.seen(&headers);
    instance.files.push(file);
    (StatusCode::CREATED, Json(json!({ "result": seen }))).into_response()
}

/// The files of one record, newest first.
pub(super) async fn list(
    State(campus): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let terms = query.get("sysparm_query").map_or("", String::as_str);
    let record = terms
        .split('^')
        .find_map(|term| term.strip_prefix("table_sys_id="));
    let world = campus.world();
    let files = world.servicenow.files.iter().rev();
    let files = files.filter(|file| record.is_none_or(|record| file.record == record));
    let seen: Vec<Value> = files.map(|file| file.seen(&headers)).collect();
    Json(json!({ "result": seen })).into_response()
}

/// The bytes of a file.
pub(super) async fn content(State(campus): State<Shared>, Path(id): Path<String>) -> Response {
    let world = campus.world();
    match world.servicenow.files.iter().find(|file| file.sys_id == id) {
        Some(file) => {
            let kind = [(header::CONTENT_TYPE, file.content_type.clone())];
            (kind, file.bytes.clone()).into_response()
        }
        None => no_record(),
    }
}
