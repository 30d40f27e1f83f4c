//! Messages that start workflows, for `avops workflows`: their secret, what came, what one would do.

use std::path::Path;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::read;
use crate::answers::{short, text, time};
use crate::api::Api;
use crate::error::Error;
use crate::terminal::Terminal;

/// Who signs messages, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Signature {
    /// Standard Webhooks, for your own programs and many services
    Standard,
    /// GitHub, and what signs like it
    Github,
    /// Slack
    Slack,
    /// Zoom
    Zoom,
}

impl Signature {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Github => "github",
            Self::Slack => "slack",
            Self::Zoom => "zoom",
        }
    }
}

/// A secret.
#[derive(Debug, Args)]
pub(crate) struct Secret {
    /// Name or id
    workflow: String,
    /// Set the one that the sender made: asked for, or read from the standard input
    #[arg(long)]
    theirs: bool,
    /// Take the secret before as well, for so many minutes
    #[arg(long, value_name = "MINUTES", default_value_t = 0)]
    keep: u32,
}

/// Makes or sets it.
pub(super) async fn renew(secret: &Secret, api: &Api, terminal: Terminal) -> Result<(), Error> {
    let mut body = json!({ "keep_minutes": secret.keep });
    if secret.theirs {
        // Never from the arguments, which other users of the machine can see.
        let typed = if terminal.can_ask() {
            rpassword::prompt_password("secret (not shown): ")?
        } else {
            read(Path::new("-"))?
        };
        body["secret"] = json!(typed.trim());
    }
    let path = ["workflows", secret.workflow.as_str(), "secret"];
    let issued = api.post(&path, body).await?;
    if terminal.json {
        return terminal.value(&issued);
    }
    let mut pairs = vec![["address".to_owned(), text(&issued, "/hook/url")]];
    if issued["secret"].is_string() {
        pairs.push(["secret".to_owned(), text(&issued, "/secret")]);
    }
    terminal.pairs(&pairs)?;
    if issued["secret"].is_string() {
        terminal.note(format_args!("copy the secret now: it is not shown again"))?;
    }
    Ok(())
}

/// Says what a message would do.
pub(super) fn tried(preview: &Value, terminal: Terminal) -> Result<(), Error> {
    let tried = &preview["tried"];
    if tried.is_null() {
        return Err(Error::call("no message starts this workflow".to_owned()));
    }
    if terminal.json {
        return terminal.value(tried);
    }
    if tried["starts"] != json!(true) {
        return terminal.line(format_args!("starts nothing: {}", text(tried, "/reason")));
    }
    terminal.line("starts a run with")?;
    terminal.value(&tried["inputs"])
}

/// A message that came, as a row.
pub(super) fn delivery(row: &Value) -> Vec<String> {
    vec![
        time(row, "/received_at"),
        text(row, "/times"),
        text(row, "/event"),
        text(row, "/outcome"),
        short(&text(row, "/reason"), 60),
        text(row, "/run_id"),
    ]
}
