//! An MCP server that is a program on this machine: started without a shell, in a folder and a process
//! group of its own, with the variables that were listed for it and no others.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};

use process_wrap::tokio::{CommandWrap, KillOnDrop, ProcessGroup};
use rmcp::transport::TokioChildProcess;
use tokio::io::AsyncReadExt as _;
use tokio::process::{ChildStderr, Command};

use crate::Secret;

/// So much of what a program complains about is logged; the rest is read and dropped.
const MAX_STDERR: usize = 1024 * 1024;
/// The end of it, which says why a program would not start.
const TAIL: usize = 400;

/// What a program complained about last.
#[derive(Clone, Default)]
pub(super) struct Complaints(Arc<Mutex<String>>);

/// Starts the program.
///
/// # Errors
/// When the folder cannot be made or the program cannot be started.
pub(super) fn start(
    who: &str,
    command: &str,
    args: &[String],
    env: &BTreeMap<String, Secret>,
    folder: &Path,
) -> std::io::Result<(TokioChildProcess, Complaints)> {
    std::fs::create_dir_all(folder)?;
    let mut program = Command::new(command);
    program.args(args).env_clear().current_dir(folder);
    for (name, value) in env {
        program.env(name, value.expose());
    }
    let mut program = CommandWrap::from(program);
    program.wrap(ProcessGroup::leader()).wrap(KillOnDrop);
    let (process, stderr) = TokioChildProcess::builder(program)
        .stderr(Stdio::piped())
        .spawn()?;
    let complaints = Complaints::default();
    if let Some(stderr) = stderr {
        tokio::spawn(drain(who.to_owned(), stderr, complaints.clone()));
    }
    Ok((process, complaints))
}

/// Reads what the program complains about to its end, so that it never waits for a reader.
async fn drain(who: String, mut stderr: ChildStderr, complaints: Complaints) {
    let mut piece = vec![0; 8 * 1024];
    let mut logged = 0;
    while let Ok(count @ 1..) = stderr.read(&mut piece).await {
        let text = String::from_utf8_lossy(piece.get(..count).unwrap_or_default());
        if logged < MAX_STDERR {
            logged += count;
            tracing::debug!(server = who, "{}", text.trim_end());
        }
        complaints.note(&text);
    }
}

impl Complaints {
    fn note(&self, text: &str) {
        let mut tail = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tail.push_str(text);
        let surplus = tail.len().saturating_sub(TAIL);
        let cut = tail.ceil_char_boundary(surplus);
        tail.drain(..cut);
    }

    /// The last of it, without the values that the program was given.
    pub(super) fn last(&self, env: &BTreeMap<String, Secret>) -> String {
        let tail = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        env.values()
            .map(Secret::expose)
            .filter(|value| !value.is_empty())
            .fold(tail.trim().to_owned(), |text, value| {
                text.replace(value, "…")
            })
    }
}
