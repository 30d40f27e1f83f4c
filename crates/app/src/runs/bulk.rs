//! One word to many runs. Each is spoken to as if it were the only one: what one refuses stops no other.

use std::collections::HashSet;

use avops_engine::{RunId, Signal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::answer::signal;
use super::rerun::{Rerun, rerun};
use super::start::Origin;
use crate::{Actor, App, Error, Permission};

/// Most runs that one request may name.
const MOST: usize = 200;

/// What is asked of many runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bulk {
    /// What to do with each.
    pub action: BulkAction,
    /// Which, 1 to 200; one named twice counts once.
    pub runs: Vec<RunId>,
    /// Why; kept with every run that is cancelled, paused or resumed.
    #[serde(default)]
    pub reason: Option<String>,
    /// Where running again begins: `start` (as when absent), `failed` or `failed_items`.
    #[serde(default)]
    pub from: Option<String>,
}

/// What to do with each of many runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BulkAction {
    /// Stop it; rollback may follow.
    Cancel,
    /// No further step starts until somebody resumes it.
    Pause,
    /// A paused run goes on.
    Resume,
    /// Run the same version with the same inputs again.
    Rerun,
}

/// What became of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BulkOutcome {
    /// How many did as asked.
    pub done: usize,
    /// How many refused.
    pub refused: usize,
    /// Each, in the order asked.
    pub items: Vec<BulkItem>,
}

/// What became of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BulkItem {
    /// The run.
    pub run: RunId,
    /// The run that runs it again.
    pub started: Option<RunId>,
    /// Why it refused; absent when it did as asked.
    pub error: Option<String>,
}

/// Says one thing to many runs. Partial results are results: nothing is taken back when one refuses.
///
/// # Errors
/// [`Error::NotAllowed`] for whoever may do it with none, [`Error::BadInput`] for no runs or more than 200.
pub async fn bulk(
    app: &App,
    by: &Actor,
    request: Bulk,
    origin: &Origin,
) -> Result<BulkOutcome, Error> {
    by.require(Permission::Simulate)?;
    let mut seen = HashSet::new();
    let runs: Vec<RunId> = request
        .runs
        .into_iter()
        .filter(|run| seen.insert(*run))
        .collect();
    if runs.is_empty() || runs.len() > MOST {
        return Err(Error::bad_input(
            format!("{} runs are named", runs.len()),
            format!("name 1 to {MOST} in `runs`"),
        ));
    }
    let mut items = Vec::with_capacity(runs.len());
    for run in runs {
        let answer = match request.action {
            BulkAction::Cancel | BulkAction::Pause | BulkAction::Resume => {
                let reason = request.reason.clone();
                let word = match request.action {
                    BulkAction::Pause => Signal::Pause { reason },
                    BulkAction::Resume => Signal::Resume { note: reason },
                    _ => Signal::Cancel { reason },
                };
                signal(app, by, run, word).await.map(|_| None)
            }
            BulkAction::Rerun => {
                let origin = Origin {
                    // One key for each: the whole request repeated starts each of them once.
                    key: origin.key.as_ref().map(|key| format!("{key}:{run}")),
                    ..origin.clone()
                };
                let again = Rerun {
                    from: request.from.clone(),
                    ..Rerun::default()
                };
                let started = rerun(app, by, run, again, origin).await;
                started.map(|started| Some(started.id))
            }
        };
        items.push(match answer {
            Ok(started) => BulkItem {
                run,
                started,
                error: None,
            },
            Err(error) => BulkItem {
                run,
                started: None,
                error: Some(error.to_string()),
            },
        });
    }
    let refused = items.iter().filter(|item| item.error.is_some()).count();
    Ok(BulkOutcome {
        done: items.len() - refused,
        refused,
        items,
    })
}
