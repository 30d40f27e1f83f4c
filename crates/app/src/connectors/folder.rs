//! The folder `connectors/` of the data folder: a file in it is a tool, as long as it is there.
//!
//! Files are looked at every two seconds; that needs no help of the system and works on every file system. Tools that
//! ship with the program and those that were added go before a file of the same name. A file approves nothing: how an
//! MCP server is reached waits for somebody who manages tools, and a change of it waits again.

mod files;
mod view;

pub use view::{ConnectorFileApproval, ConnectorFileView, FileStanding, approve_file, list_files};

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use avops_store::ConnectorFileRow;
use avops_tools::{Approved, ConnectorFile, FileProblem, HttpConfig, McpConfig};
use futures::future::join_all;
use indexmap::IndexMap;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{configure, settings};
use crate::audit::{self, Deed};
use crate::secrets::sha256;
use crate::{Actor, App, Error, Role};
use files::{Found, Stamp};

/// How often the folder is looked at.
const EVERY: Duration = Duration::from_secs(2);

/// A connector whose actions are not known yet is asked for them once in so many looks.
const ASK_AGAIN: u32 = 15;

/// What is known of the folder.
#[derive(Default)]
pub(crate) struct Folder {
    known: Mutex<Known>,
    /// Who looks has the folder alone.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    stamp: Option<Stamp>,
    files: Arc<Vec<Kept>>,
}

/// A file, and what became of it.
#[derive(Debug, Clone)]
struct Kept {
    file: String,
    text_hash: String,
    /// What it describes, where it can be read.
    connector: Option<ConnectorFile>,
    became: Became,
}

#[derive(Debug, Clone)]
enum Became {
    /// It is a tool.
    Tool,
    /// How it is reached has to be approved, by this hash.
    Waiting(String),
    Refused(FileProblem),
}

impl Folder {
    fn files(&self) -> Arc<Vec<Kept>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&known.files)
    }

    fn stamp(&self) -> Option<Stamp> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.stamp.clone()
    }

    fn keep(&self, stamp: Stamp, files: Vec<Kept>) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Known {
            stamp: Some(stamp),
            files: Arc::new(files),
        };
    }

    /// The file that a tool comes from.
    pub(super) fn file_of(&self, tool: &str) -> Option<String> {
        self.files()
            .iter()
            .find(|kept| matches!(kept.became, Became::Tool) && kept.is_named(tool))
            .map(|kept| kept.file.clone())
    }
}

impl Kept {
    fn is_named(&self, tool: &str) -> bool {
        self.connector
            .as_ref()
            .is_some_and(|connector| connector.name() == tool)
    }

    /// An HTTP connector whose actions are those that it says itself.
    fn asks_for_actions(&self) -> Option<&HttpConfig> {
        match &self.connector {
            Some(ConnectorFile::Http(config)) if config.actions.is_empty() => Some(config),
            _ => None,
        }
    }
}

/// Looks at the folder again and again, until told to stop.
pub async fn serve(app: App, stop: CancellationToken) {
    let mut looks = 0_u32;
    loop {
        tokio::select! {
            () = app.clock.sleep(EVERY) => {}
            () = stop.cancelled() => return,
        }
        looks = looks.wrapping_add(1);
        let ask = looks.is_multiple_of(ASK_AGAIN) && some_have_no_actions(&app);
        if let Err(error) = look(&app, ask).await {
            tracing::warn!(%error, "the folder of connectors could not be looked at; trying again");
        }
    }
}

fn some_have_no_actions(app: &App) -> bool {
    app.connector_files.files().iter().any(|kept| {
        kept.asks_for_actions().is_some_and(|config| {
            app.tools
                .tool(&config.name)
                .is_ok_and(|info| info.spec.actions.is_empty())
        })
    })
}

/// Brings the tools in line with the files. Does nothing while these are as they were, unless it must (`anyway`).
///
/// # Errors
/// [`Error::Internal`] when the store fails. What is wrong with a file stands beside it in [`list_files`].
pub(crate) async fn look(app: &App, anyway: bool) -> Result<(), Error> {
    let _turn = app.connector_files.turn.lock().await;
    let folder = app.tools.data_dir().join("connectors");
    let before = app.connector_files.stamp().filter(|_| !anyway);
    let found = tokio::task::spawn_blocking(move || files::read(&folder, before.as_ref()))
        .await
        .map_err(|error| Error::Internal(format!("the folder cannot be read: {error}")))?;
    let Some((stamp, found)) = found else {
        return Ok(());
    };
    let files = settle(app, found).await?;
    app.connector_files.keep(stamp, files);
    Ok(())
}

/// Registers what the files describe, and takes away what they no longer do.
async fn settle(app: &App, found: Vec<Found>) -> Result<Vec<Kept>, Error> {
    let discovered = ask_all(app, &found).await;
    let _turn = app.tool_settings_turn.lock().await;
    let before = app.connector_files.files();
    let rows = app.store.connector_files().await?;
    let mut rows: HashMap<String, ConnectorFileRow> = rows
        .into_iter()
        .map(|row| (row.tool.clone(), row))
        .collect();
    let mut files: Vec<Kept> = Vec::new();
    for found in found {
        let Found {
            file,
            text_hash,
            read,
        } = found;
        let (connector, became) = match read {
            Err(problem) => (None, Became::Refused(problem)),
            Ok(connector) => {
                let problem = taken(app, &before, &files, connector.name());
                let became = if let Some(problem) = problem {
                    Became::Refused(problem)
                } else {
                    let row = rows.get(connector.name());
                    let text = Text {
                        file: &file,
                        hash: &text_hash,
                    };
                    register(app, &before, &connector, &discovered, row, text).await?
                };
                (Some(connector), became)
            }
        };
        files.push(Kept {
            file,
            text_hash,
            connector,
            became,
        });
    }
    for gone in before
        .iter()
        .filter(|kept| matches!(kept.became, Became::Tool))
    {
        let Some(connector) = &gone.connector else {
            continue;
        };
        let name = connector.name();
        let stays = |kept: &Kept| matches!(kept.became, Became::Tool) && kept.is_named(name);
        if !files.iter().any(stays) {
            if app.tools.tool(name).is_ok() {
                app.tools.remove(name)?;
            }
            note(app, "tool.file.remove", name, &gone.file).await?;
        }
    }
    // A file that is gone was not seen last: the same text is an addition when it comes back.
    for (tool, row) in rows.drain().filter(|(_, row)| !row.text_hash.is_empty()) {
        if !files.iter().any(|kept| kept.is_named(&tool)) {
            let text_hash = String::new();
            let row = ConnectorFileRow { text_hash, ..row };
            app.store
                .keep_connector_file(&row, false, app.now())
                .await?;
        }
    }
    Ok(files)
}

/// Asks those who say themselves what they can do. Who does not answer is asked again later.
async fn ask_all(app: &App, found: &[Found]) -> HashMap<String, HttpConfig> {
    let asked = found.iter().filter_map(|found| match &found.read {
        Ok(ConnectorFile::Http(config)) if config.actions.is_empty() => Some(config.clone()),
        _ => None,
    });
    let answers = asked.map(|mut config| async move {
        match configure::discover(app, &mut config).await {
            Ok(_) => Some((config.name.clone(), config)),
            Err(error) => {
                tracing::info!(tool = config.name, %error, "a connector has no actions yet");
                None
            }
        }
    });
    join_all(answers).await.into_iter().flatten().collect()
}

/// Who has the name already, if anybody.
fn taken(app: &App, before: &[Kept], files: &[Kept], name: &str) -> Option<FileProblem> {
    if let Some(other) = files.iter().find(|kept| kept.is_named(name)) {
        return Some(FileProblem::whole(
            format!(
                "{} describes a tool `{name}` too, and is read first",
                other.file
            ),
            "give one of the two another `name`, or remove one of the files",
        ));
    }
    let from_file = |kept: &Kept| matches!(kept.became, Became::Tool) && kept.is_named(name);
    let info = app.tools.tool(name).ok()?;
    if before.iter().any(from_file) {
        return None;
    }
    Some(if info.kind == avops_tools::Kind::Builtin {
        FileProblem::whole(
            format!("`{name}` ships with the program, which goes before a file"),
            "give it another `name`",
        )
    } else {
        FileProblem::whole(
            format!("a tool `{name}` was added to this workspace, which goes before a file"),
            format!(
                "give it another `name`, or remove the tool that is there: avops tools remove {name}"
            ),
        )
    })
}

/// A file as it was read.
#[derive(Clone, Copy)]
struct Text<'t> {
    file: &'t str,
    hash: &'t str,
}

async fn register(
    app: &App,
    before: &[Kept],
    connector: &ConnectorFile,
    discovered: &HashMap<String, HttpConfig>,
    row: Option<&ConnectorFileRow>,
    text: Text<'_>,
) -> Result<Became, Error> {
    let name = connector.name();
    let mut row = row.cloned().unwrap_or_else(|| ConnectorFileRow {
        tool: name.to_owned(),
        text_hash: String::new(),
        reached_by: None,
        approved: json!({}),
    });
    let was = before
        .iter()
        .find(|kept| matches!(kept.became, Became::Tool) && kept.is_named(name));
    let is_there = app.tools.tool(name).is_ok();
    if let Some(was) = was
        && was.text_hash == text.hash
        && is_there
        && !discovered.contains_key(name)
    {
        // A connection that stands is kept.
        return Ok(Became::Tool);
    }
    if let Some(was) = was
        && is_there
        && kind(was.connector.as_ref()) != kind(Some(connector))
    {
        // A tool of another kind does not take its place.
        app.tools.remove(name)?;
    }
    let registered = match connector {
        ConnectorFile::Http(config) => {
            let config = discovered.get(name).unwrap_or(config).clone();
            let config = keep_actions(app, was, config);
            app.tools.add_http(config)
        }
        ConnectorFile::Mcp(config) => {
            let hash = reached_by(config);
            if row.reached_by.as_deref() != Some(&hash) {
                return Ok(Became::Waiting(hash));
            }
            let mut config = config.clone();
            config.approved = approved(&row)?;
            app.tools.add_mcp(config, None)
        }
    };
    if let Err(error) = registered {
        let help = "what else is in the file stands; only this is in the way";
        return Ok(Became::Refused(FileProblem::whole(error.to_string(), help)));
    }
    if matches!(connector, ConnectorFile::Mcp(_)) {
        settings::apply(app, name).await?;
    }
    if row.text_hash != text.hash {
        let what = if row.text_hash.is_empty() {
            "tool.file.add"
        } else {
            "tool.file.change"
        };
        text.hash.clone_into(&mut row.text_hash);
        app.store
            .keep_connector_file(&row, false, app.now())
            .await?;
        note(app, what, name, text.file).await?;
    }
    Ok(Became::Tool)
}

/// A connector that does not answer just now keeps the actions that it said before.
fn keep_actions(app: &App, was: Option<&Kept>, mut config: HttpConfig) -> HttpConfig {
    let said = |was: &Kept| {
        was.asks_for_actions()
            .is_some_and(|was| was.base_url == config.base_url)
    };
    if config.actions.is_empty()
        && was.is_some_and(said)
        && let Ok(info) = app.tools.tool(&config.name)
        && let Some(known) = info.config
    {
        config.actions = known.actions;
    }
    config
}

fn kind(connector: Option<&ConnectorFile>) -> Option<&'static str> {
    connector.map(|connector| match connector {
        ConnectorFile::Http(_) => "http",
        ConnectorFile::Mcp(_) => super::mcp::KIND,
    })
}

/// The hash by which somebody approves how a server is reached: address, or program with arguments and variables.
fn reached_by(config: &McpConfig) -> String {
    sha256(&json!([config.name, config.transport]).to_string())
}

/// What was approved of what a server offers.
fn approved(row: &ConnectorFileRow) -> Result<IndexMap<String, Approved>, Error> {
    serde_json::from_value(row.approved.clone()).map_err(|error| {
        Error::Internal(format!("approvals of {} cannot be read: {error}", row.tool))
    })
}

/// Keeps what was approved of what a file's server offers. Gives whether the tool comes from a file.
pub(super) async fn keep_approved(app: &App, config: &McpConfig) -> Result<bool, Error> {
    if app.connector_files.file_of(&config.name).is_none() {
        return Ok(false);
    }
    let rows = app.store.connector_files().await?;
    let Some(mut row) = rows.into_iter().find(|row| row.tool == config.name) else {
        return Ok(false);
    };
    row.approved = json!(config.approved);
    app.store
        .keep_connector_file(&row, false, app.now())
        .await?;
    Ok(true)
}

/// Whoever can write into the folder did it; nobody signed in for it.
async fn note(app: &App, what: &'static str, tool: &str, file: &str) -> Result<(), Error> {
    let folder = Actor {
        id: "folder:connectors".to_owned(),
        name: "connectors folder".to_owned(),
        role: Role::Admin,
        may_approve: false,
    };
    let deed = Deed::on(what, tool).because(Some(format!("connectors/{file}")));
    audit::record(app, &folder, deed).await
}
