//! What the program says on stderr while it works, and when something in it breaks.

use std::io::{IsTerminal as _, stderr};

use avops_app::support::RecentLog;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::MakeWriterExt as _;

use crate::error::Error;

/// Sends the log to stderr: as text to a terminal, as JSON lines to anything else that asked for more than warnings.
///
/// Gives what remembers its newest lines.
///
/// # Errors
/// When the filter cannot be read.
pub(crate) fn start(filter: &str) -> Result<RecentLog, Error> {
    let filter = EnvFilter::try_new(filter).map_err(|error| {
        Error::call(format!("the log filter {filter:?} cannot be read: {error}"))
            .hint("for example `info`, or `warn,avops_engine=debug`")
    })?;
    let recent = RecentLog::default();
    let into = recent.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr.and(move || into.clone()));
    let started = if stderr().is_terminal() {
        subscriber.with_target(false).try_init()
    } else {
        subscriber.json().flatten_event(true).try_init()
    };
    started.map_err(|error| Error::outside(error.to_string()))?;
    report_panics();
    Ok(recent)
}

/// A panic in one task must not pass unseen, whatever becomes of the task.
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or("no message");
        tracing::error!(
            place,
            message,
            "internal fault: a part of the program broke; please report this"
        );
    }));
}
