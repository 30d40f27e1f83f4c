//! After a crash or stop: which runs go on at once, which wait, and which steps are in doubt.

use std::sync::Arc;

use super::driver::Driver;
use super::pool::Pool;
use crate::EngineError;
use crate::content::Contents;
use crate::event::{Entry, Event};
use crate::failpoint::{self, FailPoint};
use crate::history::History;
use crate::journal::{JournalError, OpenRun};
use crate::run::{RunId, RunStatus, WaitReason};

/// Finds the runs that are not over. Those that wait for a person or a time stay on the disk until then.
pub(super) async fn pick_up(pool: &Arc<Pool>) -> Result<(), EngineError> {
    failpoint::reach(FailPoint::BeforeRecovery);
    let open = pool.ports.journal.open_runs().await?;
    let (awaiting, others): (Vec<&OpenRun>, Vec<&OpenRun>) = open
        .iter()
        .partition(|run| run.waiting_for == Some(WaitReason::Lock));
    {
        let mut inner = pool.lock();
        for run in &others {
            if let Some(lock) = &run.lock {
                inner.locks.restore(lock, run.run);
            }
        }
    }
    for run in others {
        match (run.status, run.waiting_for, run.wake_at) {
            (RunStatus::Waiting, Some(WaitReason::Child), _) => pool.wake(run.run),
            (RunStatus::Waiting, _, Some(at)) => pool.set_timer(at, run.run),
            (RunStatus::Waiting, Some(reason), None) if reason.needs_person() => {}
            _ => pool.wake(run.run),
        }
    }
    // They ask for the lock again, in the order in which they were accepted.
    for run in awaiting {
        pool.wake(run.run);
    }
    failpoint::reach(FailPoint::AfterRecovery);
    if !open.is_empty() {
        tracing::info!(runs = open.len(), "picked up the runs that are not over");
    }
    Ok(())
}

/// Reads a run from its journal. A call without an outcome was under way when the process ended: nobody knows whether it
/// happened, and `next` decides what follows.
pub(super) async fn load(pool: &Arc<Pool>, run: RunId) -> Result<Driver, EngineError> {
    let ports = &pool.ports;
    let entries = ports
        .journal
        .read(run, 0)
        .await
        .map_err(|error| match error {
            JournalError::NoSuchRun(run) => EngineError::NoSuchRun(run),
            error => EngineError::Journal(error),
        })?;
    if entries.is_empty() {
        return Err(EngineError::NoSuchRun(run));
    }
    let contents = contents(pool, &entries).await?;
    let mut history = History::fold_with(&entries, contents)
        .map_err(|error| JournalError::Failed(error.to_string()))?;
    // What the entries changed is stored already.
    history.take_fresh();
    let asked = history.run();
    let program = ports
        .library
        .program(&asked.recipe, asked.agent.as_ref())
        .await?;
    let in_doubt: Vec<Event> = history
        .calling()
        .map(|record| Event::StepUnknown {
            key: record.state.key.clone(),
            error: "the server stopped in the middle of the call".to_owned(),
            by_restart: true,
        })
        .collect();
    let mut driver = Driver::new(Arc::clone(pool), program, history);
    if driver.history.unknown_entry().is_none() {
        driver
            .record(in_doubt)
            .map_err(|lost| JournalError::Failed(lost.0))?;
    }
    Ok(driver)
}

/// What the entries name and do not hold: expressions must see it whole, as before.
pub(super) async fn contents(
    pool: &Arc<Pool>,
    entries: &[Entry],
) -> Result<Contents, JournalError> {
    let mut contents = Contents::new();
    for name in entries.iter().filter_map(|entry| entry.event.content()) {
        if contents.contains_key(&name.sha256) {
            continue;
        }
        let failed = |why: String| {
            JournalError::Failed(format!("the content {} cannot be read: {why}", name.sha256))
        };
        let found = pool.ports.journal.content(&name.sha256).await?;
        let found = found.ok_or_else(|| failed("it is missing".to_owned()))?;
        let value = found.value().map_err(|error| failed(error.to_string()))?;
        contents.insert(name.sha256.clone(), Arc::new(value));
    }
    Ok(contents)
}
