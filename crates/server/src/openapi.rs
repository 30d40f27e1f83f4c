//! The API description, made from the same list as the routes.

use avops_app::App;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

use crate::addresses::{Access, Operation};
use crate::described::{Given, Schemas, tidy};
use crate::error::Problem;
use crate::{Door, ServerOptions, metrics, origin, routes};

/// The `OpenAPI` 3.1 document of a server that serves `app`.
pub fn document(app: &App) -> Value {
    let options = ServerOptions {
        hosts: Vec::new(),
        secure: false,
        stopping: CancellationToken::new(),
    };
    let door = Door {
        app: app.clone(),
        options: options.into(),
        metrics: metrics::Metrics::start(),
        turns: std::sync::Arc::default(),
    };
    describe(&routes::all(&door).into_parts().1)
}

pub(crate) fn describe(operations: &[Operation]) -> Value {
    let mut paths = Map::new();
    let mut schemas = Schemas::new();
    let problem = schemas.given::<Problem>();
    for operation in operations {
        let entry = paths
            .entry(operation.path.to_owned())
            .or_insert_with(|| json!({}));
        if let Value::Object(methods) = entry {
            methods.insert(
                operation.method.as_str().to_ascii_lowercase(),
                one(operation, &mut schemas, &problem),
            );
        }
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": { "title": "AVOps", "version": env!("CARGO_PKG_VERSION"), "description": "Times are RFC 3339 in UTC, durations whole milliseconds, ids UUIDv7. A name may stand wherever an id may." },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer" },
                "session": { "type": "apiKey", "in": "cookie", "name": crate::auth::SESSION_COOKIE }
            },
            "schemas": schemas.into_components()
        }
    });
    tidy(&mut document);
    document
}

fn one(operation: &Operation, schemas: &mut Schemas, problem: &Value) -> Value {
    let shape = (operation.shape)(schemas);
    let names = operation
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut in_path = shape.path.into_iter();
    let mut parameters: Vec<_> = names
        .map(|name| {
            // A middle part that the handler does not ask for is a text.
            let schema = in_path
                .next()
                .unwrap_or_else(|| json!({ "type": "string" }));
            json!({ "name": name, "in": "path", "required": true, "schema": schema })
        })
        .collect();
    parameters.extend(shape.query);
    parameters.extend(shape.head);
    if operation.once {
        parameters.push(origin::key_parameter());
    }
    let mut described = json!({
        "summary": operation.summary,
        "operationId": operation_id(operation),
        "parameters": parameters,
        "responses": responses(&shape.answer, problem)
    });
    if let Some(body) = shape.body {
        described["requestBody"] =
            json!({ "required": true, "content": content("application/json", &body) });
    }
    if operation.access == Access::Signed {
        described["description"] = json!(
            "Needs: a signature by the secret of the address, in the header fields of Standard Webhooks, GitHub, Slack or Zoom."
        );
    }
    if let (Access::Needs(permission), Value::Object(map)) = (operation.access, &mut described) {
        map.insert(
            "security".to_owned(),
            json!([{ "token": [] }, { "session": [] }]),
        );
        map.insert(
            "description".to_owned(),
            json!(format!("Needs: {}.", permission.describe())),
        );
        map.insert("x-needs".to_owned(), json!(permission));
    }
    described
}

fn responses(answer: &Given, problem: &Value) -> Value {
    let mut responses = Map::new();
    for status in &answer.statuses {
        let description = match *status {
            StatusCode::CREATED => "Made.",
            StatusCode::ACCEPTED => "Taken up, and under way.",
            StatusCode::SERVICE_UNAVAILABLE => "Not now.",
            _ => "Done.",
        };
        let mut response = json!({ "description": description });
        if let Some((kind, schema)) = &answer.content {
            response["content"] = content(kind, schema);
        }
        responses.insert(status.as_str().to_owned(), response);
    }
    let refusal = json!({ "description": "A refusal.", "content": content("application/problem+json", problem) });
    responses.insert("default".to_owned(), refusal);
    Value::Object(responses)
}

fn operation_id(operation: &Operation) -> String {
    let words = operation
        .path
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty() && !matches!(*word, "api" | "v1"));
    let path: Vec<_> = words.collect();
    format!(
        "{}_{}",
        operation.method.as_str().to_ascii_lowercase(),
        path.join("_")
    )
}

fn content(kind: &str, schema: &Value) -> Value {
    json!({ kind: { "schema": schema } })
}
