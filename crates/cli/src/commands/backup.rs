//! `avops backup`: everything kept, as one file that opens.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use avops_store::read_backup;
use clap::Args;
use serde_json::{Value, json};

use crate::answers::text;
use crate::api::Api;
use crate::client::Client;
use crate::error::Error;
use crate::session::Session;
use crate::terminal::Terminal;

/// Where to.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The file to make; without it the backup stands in `backups/` of the data folder
    file: Option<PathBuf>,
}

/// Makes the backup and says what it holds.
///
/// # Errors
/// When it cannot be made, or is not what it must be when it is read back.
pub(crate) async fn backup(
    command: &Backup,
    session: &Session,
    terminal: Terminal,
) -> Result<(), Error> {
    let made = match (&command.file, session.store(), &session.api) {
        (Some(file), Some(store), _) => {
            let facts = store.back_up(file).await?;
            let holds = avops_app::backups::BackupContent::from(facts);
            let mut made = serde_json::to_value(holds)
                .map_err(|error| Error::outside(format!("the answer cannot be shown: {error}")))?;
            made["file"] = json!(file);
            made
        }
        (Some(file), None, Api::Server(client)) => bring(file, session, client).await?,
        _ => session.api.post(&["backup"], Value::Null).await?,
    };
    if terminal.json {
        return terminal.value(&made);
    }
    let place = match &command.file {
        Some(file) => file.display().to_string(),
        None => format!("backups/{} in the data folder", text(&made, "/name")),
    };
    terminal.line(format_args!("backup: {place}"))?;
    terminal.pairs(&[
        ["size".to_owned(), format!("{} bytes", made["bytes"])],
        [
            "holds".to_owned(),
            format!(
                "{} runs ({} not over), {} steps, {} journal entries",
                made["runs"], made["open_runs"], made["steps"], made["entries"]
            ),
        ],
        ["sha256".to_owned(), text(&made, "/sha256")],
        [
            "not in it".to_owned(),
            "owner.token, secrets.key, and what the environment holds".to_owned(),
        ],
    ])
}

/// Has a server make the backup, brings it here, reads it back, and removes the server's copy.
async fn bring(file: &Path, session: &Session, client: &Client) -> Result<Value, Error> {
    if file.exists() {
        return Err(
            Error::call(format!("{} is there already", file.display())).hint("choose another name")
        );
    }
    let mut made = session.api.post(&["backup"], Value::Null).await?;
    let name = text(&made, "/name");
    let part = part_of(file);
    let brought = async {
        client
            .fetch(&["backups", &name], &[], &mut fresh(&part)?)
            .await?;
        let facts = read_backup(&part).await?;
        if made["sha256"] != json!(facts.sha256) {
            return Err(Error::outside(
                "the file that arrived is not the one that was sent",
            ));
        }
        Ok(fs::rename(&part, file)?)
    };
    let brought = brought.await;
    session.api.delete(&["backups", &name]).await?;
    if let Err(error) = brought {
        // What is wrong was said already; half a file is of no use.
        fs::remove_file(&part).ok();
        return Err(error);
    }
    made["file"] = json!(file);
    Ok(made)
}

fn part_of(file: &Path) -> PathBuf {
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    part.into()
}

fn fresh(path: &Path) -> Result<File, Error> {
    OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| Error::outside(format!("{}: {error}", path.display())))
}
