//! What people see of the folder, and what they approve of it.

use avops_store::ConnectorFileRow;
use avops_tools::{ConnectorFile, McpTransport};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Became, kind, look, reached_by};
use crate::audit::{self, Deed};
use crate::names::nearest;
use crate::{Actor, App, Error, Permission};

/// A file in the folder of connectors.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ConnectorFileView {
    /// Its name in `connectors/` of the data folder.
    pub file: String,
    /// What became of it.
    pub standing: FileStanding,
    /// The tool that it describes, where it can be read.
    pub tool: Option<String>,
    /// `http` or `mcp`.
    pub kind: Option<&'static str>,
    /// How an MCP server would be reached; only for those who manage tools.
    pub transport: Option<McpTransport>,
    /// The hash to approve that by, while it waits.
    pub hash: Option<String>,
    /// What is wrong with it.
    pub problem: Option<ConnectorFileProblem>,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FileStanding {
    /// It is a tool.
    Active,
    /// Nothing of it is started or called before somebody has approved how it is reached.
    Waiting,
    /// It is no tool; the problem says why.
    Refused,
}

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConnectorFileProblem {
    /// What.
    pub message: String,
    /// From 1; absent when it is the whole file.
    pub line: Option<u64>,
    /// In characters, from 1; absent when it is the whole line or file.
    pub column: Option<u64>,
    /// How to mend it.
    pub help: Option<String>,
}

/// What somebody who manages tools has seen of a file.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectorFileApproval {
    /// The hash that was shown with it. What the file says otherwise by now is not approved.
    pub hash: String,
}

/// Lists the files of the folder by name, with what became of each.
///
/// # Errors
/// [`Error::NotAllowed`].
pub fn list_files(app: &App, by: &Actor) -> Result<Vec<ConnectorFileView>, Error> {
    by.require(Permission::See)?;
    let sees_transport = by.may(Permission::ManageTools);
    let shown = app.connector_files.files();
    let shown = shown.iter().map(|kept| {
        let (standing, hash, problem) = match &kept.became {
            Became::Tool => (FileStanding::Active, None, None),
            Became::Waiting(hash) => (FileStanding::Waiting, Some(hash.clone()), None),
            Became::Refused(problem) => (FileStanding::Refused, None, Some(problem)),
        };
        let transport = match &kept.connector {
            Some(ConnectorFile::Mcp(config)) => Some(config.transport.clone()),
            _ => None,
        };
        ConnectorFileView {
            file: kept.file.clone(),
            standing,
            tool: kept.connector.as_ref().map(|it| it.name().to_owned()),
            kind: kind(kept.connector.as_ref()),
            transport: transport.filter(|_| sees_transport),
            hash: hash.filter(|_| sees_transport),
            problem: problem.map(|problem| ConnectorFileProblem {
                message: problem.message.clone(),
                line: Some(problem.line).filter(|line| *line > 0),
                column: Some(problem.column).filter(|column| *column > 0),
                help: problem.help.clone(),
            }),
        }
    });
    Ok(shown.collect())
}

/// Lets the MCP server of a file be reached as the file says. What was set for a server that was reached otherwise
/// is forgotten: credentials belong to what they were given to.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when there is nothing to approve, or it is not what was looked at.
pub async fn approve_file(
    app: &App,
    by: &Actor,
    file: &str,
    approval: ConnectorFileApproval,
) -> Result<Vec<ConnectorFileView>, Error> {
    by.require(Permission::ManageTools)?;
    look(app, true).await?;
    let files = app.connector_files.files();
    let names = files.iter().map(|kept| kept.file.as_str());
    let kept = files.iter().find(|kept| kept.file == file);
    let kept = kept.ok_or_else(|| Error::NotFound {
        what: "connector file",
        name: file.to_owned(),
        nearest: nearest(file, names),
    })?;
    let (Some(ConnectorFile::Mcp(config)), Became::Waiting(hash)) = (&kept.connector, &kept.became)
    else {
        return Err(Error::Conflict {
            message: format!("nothing of connectors/{file} waits to be approved"),
            hint: Some("only how an MCP server is reached does, until it was approved".to_owned()),
        });
    };
    if *hash != approval.hash {
        return Err(Error::Conflict {
            message: format!("connectors/{file} says by now how to reach its server otherwise"),
            hint: Some("look at it again, then approve what it shows".to_owned()),
        });
    }
    {
        let _turn = app.tool_settings_turn.lock().await;
        let rows = app.store.connector_files().await?;
        let before = rows.into_iter().find(|row| row.tool == config.name);
        let row = ConnectorFileRow {
            tool: config.name.clone(),
            text_hash: before
                .as_ref()
                .map(|row| row.text_hash.clone())
                .unwrap_or_default(),
            reached_by: Some(reached_by(config)),
            // What a server offers is held by its form, wherever the server is.
            approved: before.map_or_else(|| json!({}), |row| row.approved),
        };
        app.store.keep_connector_file(&row, true, app.now()).await?;
    }
    let deed = Deed::on("tool.file.approve", &config.name)
        .after(&json!(config.transport))
        .because(Some(format!("connectors/{file}")));
    audit::record(app, by, deed).await?;
    look(app, true).await?;
    list_files(app, by)
}
