//! The pages behind the links of articles and records.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use serde_json::Value;

use crate::campus::Shared;

/// The page behind an article's link. It may show no more than the article: no scripts, no other sites.
pub(super) async fn article_page(
    State(campus): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let number = query.get("sysparm_article").map_or("", String::as_str);
    let articles = campus.world().servicenow.records("kb_knowledge");
    page(
        articles
            .into_iter()
            .find(|row| row["number"] == number)
            .map(|row| {
                let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
                (text("number"), text("short_description"), text("text"))
            }),
    )
}

/// The page behind a record's link.
pub(super) async fn record_page(
    State(campus): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let target = query.get("uri").map_or("", String::as_str);
    let found = target
        .split_once(".do?sys_id=")
        .and_then(|(table, sys_id)| {
            let world = campus.world();
            let row = world.servicenow.tables.get(table)?.get(sys_id)?;
            let text = |field: &str| {
                row.get(field)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            let body = ammonia::clean_text(&text("description"));
            Some((text("number"), text("short_description"), body))
        });
    page(found)
}

fn page(found: Option<(String, String, String)>) -> Response {
    let Some((number, title, body)) = found else {
        return (StatusCode::NOT_FOUND, "there is no such record").into_response();
    };
    let title = ammonia::clean_text(&title);
    let html = format!("<!doctype html><title>{number}</title><h1>{number}: {title}</h1>{body}");
    let policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response()
}
