//! What runs left behind, as files.

use avops_app::runs;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::run_id;
use crate::Door;
use crate::auth::By;
use crate::described::{Given, Gives, Schemas};
use crate::error::Problem;

/// A file that browsers save and never show.
pub(crate) struct Download {
    /// Its kind.
    kind: String,
    /// Under which name it is saved; made of our own words only.
    name: String,
    text: String,
}

pub(crate) async fn content(
    State(door): State<Door>,
    By(by): By,
    Path((run, artifact)): Path<(String, String)>,
) -> Result<Download, Problem> {
    let run = run_id(&run)?;
    let content = runs::artifact_content(&door.app, &by, run, &artifact).await?;
    let ending = if content.name.media_type == "application/json" {
        "json"
    } else {
        "txt"
    };
    let short: String = content.name.sha256.chars().take(12).collect();
    Ok(Download {
        name: format!("result-{short}.{ending}"),
        kind: content.name.media_type,
        text: content.text.as_ref().to_owned(),
    })
}

impl IntoResponse for Download {
    fn into_response(self) -> Response {
        let saved_as = format!("attachment; filename=\"{}\"", self.name);
        let fields = [
            (header::CONTENT_TYPE, self.kind),
            (header::CONTENT_DISPOSITION, saved_as),
        ];
        (fields, self.text).into_response()
    }
}

impl Gives for Download {
    fn give(_: &mut Schemas) -> Given {
        Given {
            statuses: vec![axum::http::StatusCode::OK],
            content: Some(("*/*", json!({"description": "The file."}))),
        }
    }
}
