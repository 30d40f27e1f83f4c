//! Backups of everything kept.

use std::path::PathBuf;

use avops_app::backups::{self, Backup, NewBackup};
use avops_app::{Page, PageRequest};
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokio::fs::File;
use tokio_util::io::ReaderStream;

use crate::Door;
use crate::auth::By;
use crate::body::Asked;
use crate::described::{Given, Gives, Schemas};
use crate::error::Problem;
use crate::outcome::{Created, NoContent};

pub(crate) async fn make(
    State(door): State<Door>,
    By(by): By,
) -> Result<Created<Json<NewBackup>>, Problem> {
    Ok(Created(Json(backups::make(&door.app, &by).await?)))
}

pub(crate) async fn list(
    State(door): State<Door>,
    By(by): By,
    Asked(page): Asked<PageRequest>,
) -> Result<Json<Page<Backup>>, Problem> {
    let all = backups::list(&door.app, &by)?;
    Ok(Json(Page::of(all, &page, |backup| backup.name.clone())?))
}

pub(crate) async fn fetch(
    State(door): State<Door>,
    By(by): By,
    Path(name): Path<String>,
) -> Result<BackupDownload, Problem> {
    let path = backups::fetch(&door.app, &by, &name).await?;
    BackupDownload::open(path, name)
        .await
        .map_err(|error| avops_app::Error::Internal(error.to_string()).into())
}

pub(crate) async fn delete(
    State(door): State<Door>,
    By(by): By,
    Path(name): Path<String>,
) -> Result<NoContent, Problem> {
    backups::delete(&door.app, &by, &name).await?;
    Ok(NoContent)
}

/// A backup on its way out, piece by piece.
pub(crate) struct BackupDownload {
    file: File,
    bytes: u64,
    /// One of our own making: it holds letters, digits, `-` and `.` only.
    name: String,
}

impl BackupDownload {
    async fn open(path: PathBuf, name: String) -> std::io::Result<Self> {
        let file = File::open(path).await?;
        let bytes = file.metadata().await?.len();
        Ok(Self { file, bytes, name })
    }
}

impl IntoResponse for BackupDownload {
    fn into_response(self) -> Response {
        let saved_as = format!("attachment; filename=\"{}\"", self.name);
        let fields = [
            (header::CONTENT_TYPE, "application/vnd.sqlite3".to_owned()),
            (header::CONTENT_LENGTH, self.bytes.to_string()),
            (header::CONTENT_DISPOSITION, saved_as),
        ];
        (fields, Body::from_stream(ReaderStream::new(self.file))).into_response()
    }
}

impl Gives for BackupDownload {
    fn give(_: &mut Schemas) -> Given {
        let file = json!({"type": "string", "format": "binary"});
        Given {
            statuses: vec![StatusCode::OK],
            content: Some(("application/vnd.sqlite3", file)),
        }
    }
}
