//! `avops support`: a ZIP file for whoever helps, without secrets.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use serde_json::{Value, json};

use crate::answers::text;
use crate::api::Api;
use crate::error::Error;
use crate::terminal::Terminal;

/// Where to.
#[derive(Debug, Args)]
pub(crate) struct Support {
    /// The file to make; its own name in this folder when left out
    file: Option<PathBuf>,
}

/// Makes the bundle and says what is in it.
pub(crate) async fn support(command: &Support, api: &Api, terminal: Terminal) -> Result<(), Error> {
    let made = api.post(&["support", "bundle"], Value::Null).await?;
    let bytes = STANDARD
        .decode(text(&made, "/zip"))
        .map_err(|error| Error::outside(format!("the bundle cannot be read: {error}")))?;
    let file = command
        .file
        .clone()
        .unwrap_or_else(|| PathBuf::from(text(&made, "/name")));
    std::fs::write(&file, &bytes)
        .map_err(|error| Error::call(format!("cannot write {}: {error}", file.display())))?;
    if terminal.json {
        return terminal.value(&json!({ "file": file, "bytes": bytes.len() }));
    }
    terminal.line(format_args!("support bundle: {}", file.display()))?;
    terminal.note(
        "look through it before you send it on: it names rooms, recipes and tools, and holds no keys, inputs or results",
    )
}
