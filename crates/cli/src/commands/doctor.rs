//! `avops doctor`: what is well with this installation, what is not, and how to mend it.

use clap::Args;
use serde_json::{Value, json};

use super::Context;
use crate::answers::{list, text};
use crate::error::Error;
use crate::folder::Folder;
use crate::session::Session;
use crate::terminal::{Tone, toned};

/// How deep to look.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Do not open the database and ask no tool
    #[arg(long)]
    shallow: bool,
}

/// Looks at everything and prints a line for each.
///
/// # Errors
/// When anything is not well.
pub(crate) async fn doctor(command: &Doctor, context: &Context) -> Result<(), Error> {
    let mut lines = vec![
        token_line(&Folder::new(&context.config.data_dir)),
        server_line(context).await,
    ];
    if !command.shallow {
        lines.extend(inside(context).await);
    }
    let sick: Vec<String> = lines
        .iter()
        .filter(|line| line["ok"] != json!(true))
        .map(|line| text(line, "/name"))
        .collect();
    if context.terminal.json {
        context
            .terminal
            .value(&json!({ "ok": sick.is_empty(), "checks": lines }))?;
    } else {
        for line in &lines {
            let mark = if line["ok"] == json!(true) {
                toned("✓", Tone::Good)
            } else {
                toned("✗", Tone::Bad)
            };
            context.terminal.line(format_args!(
                "{mark} {}: {}",
                text(line, "/name"),
                text(line, "/detail")
            ))?;
            let fix = text(line, "/fix");
            if !fix.is_empty() {
                context.terminal.line(format_args!("    {fix}"))?;
            }
        }
    }
    if sick.is_empty() {
        return Ok(());
    }
    Err(Error::failed(format!("not well: {}", sick.join(", "))))
}

fn token_line(folder: &Folder) -> Value {
    match folder.owner_token() {
        Ok(Some(_)) => line(
            "owner token",
            true,
            "in the data folder, for its owner only",
            None,
        ),
        Ok(None) => line(
            "owner token",
            true,
            "none yet: the first start makes one",
            None,
        ),
        Err(error) => line("owner token", false, &error.message, error.hint.as_deref()),
    }
}

async fn server_line(context: &Context) -> Value {
    match Session::server(&context.config).await {
        Ok(Some(_)) => line("server", true, "runs on this data folder", None),
        Ok(None) => line(
            "server",
            true,
            "does not run; commands work without it",
            None,
        ),
        Err(error) => line("server", false, &error.message, error.hint.as_deref()),
    }
}

/// What only the program itself can say: the database, the clock, the tools.
async fn inside(context: &Context) -> Vec<Value> {
    let session = match Session::open(&context.config, false).await {
        Ok(session) => session,
        Err(error) => return vec![line("data", false, &error.message, error.hint.as_deref())],
    };
    let status = session.api.get(&["setup"]).await;
    let closed = session.close().await;
    match status.and_then(|status| closed.map(|()| status)) {
        Ok(status) => list(&status, "/health").to_vec(),
        Err(error) => vec![line("data", false, &error.message, error.hint.as_deref())],
    }
}

fn line(name: &str, ok: bool, detail: &str, fix: Option<&str>) -> Value {
    json!({ "name": name, "ok": ok, "detail": detail, "fix": fix })
}
