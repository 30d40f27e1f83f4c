//! The API description, made from the same list as the routes.

use avops_app::App;
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

use crate::addresses::{Access, Operation};
use crate::{Door, ServerOptions, metrics, routes};

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
    for operation in operations {
        let entry = paths
            .entry(operation.path.to_owned())
            .or_insert_with(|| json!({}));
        if let Value::Object(methods) = entry {
            methods.insert(
                operation.method.as_str().to_ascii_lowercase(),
                one(operation),
            );
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "AVOps", "version": env!("CARGO_PKG_VERSION"), "description": "Times are RFC 3339 in UTC, durations whole milliseconds, ids UUIDv7. A name may stand wherever an id may." },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer" },
                "session": { "type": "apiKey", "in": "cookie", "name": crate::auth::SESSION_COOKIE }
            },
            "schemas": { "Problem": problem() }
        }
    })
}

fn one(operation: &Operation) -> Value {
    let parameters: Vec<_> = operation
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    let mut described = json!({
        "summary": operation.summary,
        "operationId": operation_id(operation),
        "parameters": parameters,
        "responses": {
            "default": { "description": "A refusal.", "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } },
            "2XX": { "description": "Done." }
        }
    });
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

fn problem() -> Value {
    json!({
        "type": "object",
        "description": "RFC 9457 problem details.",
        "properties": {
            "type": { "type": "string" }, "title": { "type": "string" }, "status": { "type": "integer" },
            "detail": { "type": "string" }, "hint": { "type": "string" }, "request_id": { "type": "string" },
            "diagnostics": { "type": "array", "items": { "type": "object" } }
        }
    })
}
