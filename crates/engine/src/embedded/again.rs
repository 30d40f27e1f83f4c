//! Accepting a run that runs another one again: what its journal begins with.

use super::pool::Pool;
use super::recover::contents;
use crate::EngineError;
use crate::again::Outlook;
use crate::event::{Entry, Event};
use crate::history::{History, HistoryError};
use crate::journal::JournalError;
use crate::library::Program;
use crate::next;
use crate::run::{NewRun, RunId};
use std::sync::Arc;

/// The first entries of a run, and their fold: that it was accepted, and what it takes over.
pub(super) async fn beginning(
    pool: &Arc<Pool>,
    run: &NewRun,
    program: &Program,
) -> Result<(History, Vec<Entry>), EngineError> {
    let outlook = outlook(pool, run, program).await?;
    if !outlook.refusals.is_empty() {
        return Err(EngineError::NotAgain {
            refusals: outlook.refusals,
        });
    }
    let at = pool.ports.clock.now();
    let accepted = Event::Accepted {
        run: Box::new(run.clone()),
    };
    let events = std::iter::once(accepted).chain(outlook.events);
    let entries: Vec<Entry> = (1..)
        .zip(events)
        .map(|(seq, event)| Entry { seq, at, event })
        .collect();
    let contents = contents(pool, &entries).await?;
    let history = History::fold_with(&entries, contents).map_err(|error| failed(&error))?;
    Ok((history, entries))
}

/// What becomes of each step; nothing to say of a run that runs none again.
pub(super) async fn outlook(
    pool: &Arc<Pool>,
    run: &NewRun,
    program: &Program,
) -> Result<Outlook, EngineError> {
    let Some(again) = run.again.as_ref().filter(|again| again.continues()) else {
        return Ok(Outlook::default());
    };
    let first = first(pool, again.of).await?;
    let asked = first.run();
    if asked.recipe.hash == run.recipe.hash {
        return Ok(next::outlook(&first, program, program, run));
    }
    let library = &pool.ports.library;
    let ran = library.program(&asked.recipe, asked.agent.as_ref()).await?;
    Ok(next::outlook(&first, &ran, program, run))
}

/// The run that is run again, as its journal tells it.
pub(super) async fn first(pool: &Arc<Pool>, of: RunId) -> Result<History, EngineError> {
    let entries = pool
        .ports
        .journal
        .read(of, 0)
        .await
        .map_err(|error| match error {
            JournalError::NoSuchRun(run) => EngineError::NoSuchRun(run),
            error => EngineError::Journal(error),
        })?;
    let contents = contents(pool, &entries).await?;
    Ok(History::fold_with(&entries, contents).map_err(|error| failed(&error))?)
}

fn failed(error: &HistoryError) -> JournalError {
    JournalError::Failed(error.to_string())
}
