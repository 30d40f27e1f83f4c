//! The Table API and the knowledge search, with their habits: unknown terms of a query are dropped, which widens the
//! answer.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use indexmap::IndexMap;
use serde_json::{Value, json};

use super::rows::{Row, TABLES};
use super::{error, no_record};
use crate::campus::Shared;

pub(super) async fn list(
    State(campus): State<Shared>,
    Path(table): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let Some((name, _, known)) = TABLES.iter().find(|(name, ..)| *name == table) else {
        return invalid_table(&table);
    };
    let terms = query.get("sysparm_query").map_or("", String::as_str);
    let limit = query
        .get("sysparm_limit")
        .and_then(|n| n.parse().ok())
        .unwrap_or(10_000);
    let world = campus.world();
    let rows = world
        .servicenow
        .tables
        .get(name)
        .into_iter()
        .flat_map(IndexMap::values);
    let fits = |row: &&Row| terms.split('^').all(|term| holds(row, known, term));
    let rows: Vec<Value> = rows
        .filter(fits)
        .take(limit)
        .map(|row| seen(row, &query))
        .collect();
    let count = rows.len().to_string();
    ([("x-total-count", count)], Json(json!({ "result": rows }))).into_response()
}

/// Whether one term of a query holds. A term about a field that the table does not have is dropped, and so holds.
fn holds(row: &Row, known: &[&str], term: &str) -> bool {
    let Some(at) = term.find(|c: char| !(c.is_ascii_lowercase() || c == '_')) else {
        return true;
    };
    let (field, rest) = term.split_at(at);
    if !known.contains(&field) && field != "sys_id" && field != "number" {
        return true;
    }
    let held = row
        .get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_lowercase();
    match (rest.strip_prefix('='), rest.strip_prefix("LIKE")) {
        (Some(wanted), _) => held == wanted.to_lowercase(),
        (_, Some(wanted)) => held.contains(&wanted.to_lowercase()),
        _ => true,
    }
}

/// A row with the fields that were asked for.
fn seen(row: &Row, query: &HashMap<String, String>) -> Value {
    let Some(fields) = query.get("sysparm_fields") else {
        return Value::Object(row.clone());
    };
    let fields = fields.split(',').filter(|name| row.contains_key(*name));
    fields
        .map(|name| (name.to_owned(), row[name].clone()))
        .collect()
}

/// What is to be written, with the time as the instance writes it: in GMT, without saying so.
fn dated(mut body: Value, campus: &Shared, fields: &[&str]) -> Value {
    let now = campus.now().strftime("%Y-%m-%d %H:%M:%S").to_string();
    if let Some(body) = body.as_object_mut() {
        for field in fields {
            body.insert((*field).to_owned(), json!(now));
        }
    }
    body
}

pub(super) async fn create(
    State(campus): State<Shared>,
    Path(table): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    Json(body): Json<Value>,
) -> Response {
    let body = dated(body, &campus, &["sys_created_on", "sys_updated_on"]);
    let row = campus.world().servicenow.insert(&table, &body);
    if row.is_empty() {
        return invalid_table(&table);
    }
    (
        StatusCode::CREATED,
        Json(json!({ "result": seen(&row, &query) })),
    )
        .into_response()
}

pub(super) async fn read(
    State(campus): State<Shared>,
    Path((table, id)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let world = campus.world();
    let rows = world.servicenow.tables.get(table.as_str());
    match rows.and_then(|rows| rows.get(&id)) {
        Some(row) => Json(json!({ "result": seen(row, &query) })).into_response(),
        None => no_record(),
    }
}

pub(super) async fn change(
    State(campus): State<Shared>,
    Path((table, id)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
    Json(body): Json<Value>,
) -> Response {
    let resolves = table == "incident" && body["state"] == "6";
    let explained = body["close_code"].is_string() && body["close_notes"].is_string();
    if resolves && !explained {
        let detail = "Data Policy Exception: Resolution code, Resolution notes are mandatory";
        return error(StatusCode::FORBIDDEN, "Operation Failed", detail);
    }
    let body = dated(body, &campus, &["sys_updated_on"]);
    match campus.world().servicenow.write(&table, &id, &body) {
        Some(row) => Json(json!({ "result": seen(&row, &query) })).into_response(),
        None => no_record(),
    }
}

pub(super) async fn search(
    State(campus): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let words = query.get("query").map_or("", String::as_str).to_lowercase();
    let limit = query
        .get("limit")
        .and_then(|n| n.parse().ok())
        .unwrap_or(30);
    let articles = campus.world().servicenow.records("kb_knowledge");
    let text = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
    let found = articles
        .iter()
        .filter(|row| row["workflow_state"] == "published");
    let found = found.filter(|row| {
        let all =
            format!("{} {}", text(row, "short_description"), text(row, "text")).to_lowercase();
        words.split_whitespace().all(|word| all.contains(word))
    });
    let found: Vec<Value> = found
        .take(limit)
        .map(|row| {
            json!({
                "id": format!("kb_knowledge:{}", text(row, "sys_id")),
                "number": text(row, "number"),
                "title": text(row, "short_description"),
                "snippet": text(row, "text").chars().take(120).collect::<String>(),
                "score": 1,
            })
        })
        .collect();
    Json(json!({ "result": { "meta": { "count": found.len() }, "articles": found } }))
        .into_response()
}

fn invalid_table(table: &str) -> Response {
    error(
        StatusCode::BAD_REQUEST,
        &format!("Invalid table {table}"),
        "",
    )
}
