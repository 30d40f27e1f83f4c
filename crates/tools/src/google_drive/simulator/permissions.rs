//! Who may see a file.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{fields_of_entries, not_found, refuse, sparse};
use crate::campus::Shared;

const USUAL: &str = "id,type,role";

pub(super) async fn list(
    State(campus): State<Shared>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let mut world = campus.world();
    let Some(file) = world.drive.find(&id) else {
        return not_found(&id);
    };
    let fields = fields_of_entries(query.get("fields"), "permissions");
    let permissions: Vec<Value> = file
        .permissions
        .iter()
        .map(|permission| sparse(permission, fields.as_ref(), USUAL))
        .collect();
    Json(json!({ "permissions": permissions })).into_response()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Give {
    #[serde(rename = "type")]
    kind: String,
    role: String,
    email_address: Option<String>,
    domain: Option<String>,
}

/// Gives access. The same one has one access: it changes, and keeps its id.
pub(super) async fn give(
    State(campus): State<Shared>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    body: Bytes,
) -> Response {
    let mut world = campus.world();
    let closed = world.drive.closed_domain;
    let Ok(wanted) = serde_json::from_slice::<Give>(&body) else {
        return refuse(StatusCode::BAD_REQUEST, "parseError", "Parse Error");
    };
    if wanted.kind == "anyone" && closed {
        let said = "The domain administrators have disabled sharing with anyone.";
        return refuse(StatusCode::FORBIDDEN, "publishOutNotPermitted", said);
    }
    let is_person = matches!(wanted.kind.as_str(), "user" | "group");
    let whom = match wanted.kind.as_str() {
        "user" | "group" => wanted.email_address,
        "domain" => wanted.domain,
        _ => Some("anyoneWithLink".to_owned()),
    };
    let Some(whom) = whom else {
        let said = "The permission's emailAddress or domain is needed.";
        return refuse(StatusCode::BAD_REQUEST, "required", said);
    };
    let Some(file) = world.drive.find(&id) else {
        return not_found(&id);
    };
    let mut permission = json!({ "id": format!("p-{}", whom.to_lowercase()), "type": wanted.kind, "role": wanted.role });
    if wanted.kind != "anyone" {
        permission[if is_person { "emailAddress" } else { "domain" }] = json!(whom);
    }
    file.permissions
        .retain(|held| held["id"] != permission["id"]);
    file.permissions.push(permission.clone());
    // The vendor writes unless it is told not to.
    if is_person
        && query
            .get("sendNotificationEmail")
            .is_none_or(|v| v != "false")
    {
        world.drive.mails.push(whom);
    }
    Json(sparse(&permission, query.get("fields"), USUAL)).into_response()
}
