//! `avops restore`: a backup takes the place of the database.

use std::path::PathBuf;

use avops_engine::{Clock as _, SystemClock};
use clap::Args;
use serde_json::json;

use super::Context;
use crate::error::Error;

/// What to restore.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup
    file: PathBuf,
    /// Replace a database that is there already; it is put aside, not deleted
    #[arg(long)]
    force: bool,
}

/// Restores and says what became of what.
///
/// # Errors
/// When a server runs on the folder, a database is there, or the file is no sound backup.
pub(crate) async fn restore(command: &Restore, context: &Context) -> Result<(), Error> {
    let Context {
        config, terminal, ..
    } = context;
    if config.url.is_some() {
        return Err(
            Error::call("a backup is restored on the machine that holds the data folder")
                .hint("stop the server there, then run `avops restore` with its --data-dir"),
        );
    }
    let done = avops_store::restore(
        &config.data_dir,
        &command.file,
        command.force,
        SystemClock.now(),
    )
    .await?;
    if terminal.json {
        return terminal.value(&json!({
            "runs": done.facts.runs,
            "held": done.held,
            "newest": done.facts.newest,
            "aside": done.aside,
        }));
    }
    terminal.line(format_args!(
        "restored {} runs into {}",
        done.facts.runs,
        config.data_dir.display()
    ))?;
    if let Some(aside) = &done.aside {
        terminal.line(format_args!("the database before it: {}", aside.display()))?;
    }
    if done.held > 0 {
        terminal.line(format_args!(
            "{} runs were not over: each is held until somebody releases or cancels it (`avops inbox`)",
            done.held
        ))?;
    }
    terminal.note("sign in again: sessions did not come back; revoke tokens that were revoked since the backup")
}
