//! Runs out of a backup: nothing of them goes on before a person has looked, since the world has moved on.

use jiff::Timestamp;
use serde_json::Value;

use crate::event::{Entry, Event};
use crate::gate::Gate;
use crate::history::History;
use crate::journal::{Batch, Journal, JournalError};
use crate::run::{StepKey, WaitReason};

/// The verb of the step by which a run is held.
pub(crate) const HOLD: &str = "hold";
/// The verb of the step by which a run is paused.
pub(crate) const PAUSE: &str = "pause";

/// Holds every run that is not over; `why` tells people since when and for what reason. Calls that were under way have
/// an unknown outcome. Runs that are held already stay so. Returns how many runs are held.
///
/// # Errors
/// When the journal cannot be read or written; runs before that one are held then.
pub async fn hold_open_runs(
    journal: &dyn Journal,
    now: Timestamp,
    why: &str,
) -> Result<u64, JournalError> {
    let mut held = 0;
    for open in journal.open_runs().await? {
        let entries = journal.read(open.run, 0).await?;
        let mut history =
            History::fold(&entries).map_err(|error| JournalError::Failed(error.to_string()))?;
        // A run of a newer version is left alone as it is.
        if history.unknown_entry().is_some() {
            continue;
        }
        held += 1;
        if history.is_held() {
            continue;
        }
        // What the entries changed is stored already.
        history.take_fresh();
        journal.append(batch(history, now, why)?).await?;
    }
    Ok(held)
}

fn batch(mut history: History, now: Timestamp, why: &str) -> Result<Batch, JournalError> {
    let after = history.state().seq;
    let key = StepKey(format!("{HOLD}:{}", after + 1));
    let in_doubt: Vec<Event> = history
        .calling()
        .map(|record| Event::StepUnknown {
            key: record.state.key.clone(),
            error: "the backup was made in the middle of the call".to_owned(),
            by_restart: true,
        })
        .collect();
    let gate = Gate {
        reason: WaitReason::Held,
        prompt: why.to_owned(),
        role: "operator".to_owned(),
        until: None,
        schema: None,
        evidence: Value::Null,
    };
    let started = Event::StepStarted {
        key: key.clone(),
        phase: history.phase(),
        verb: HOLD.to_owned(),
        title: "Held after a restore".to_owned(),
        attempt: 1,
        payload: Value::Null,
        call: None,
        deadline: None,
    };
    let opened = Event::GateOpened {
        key,
        gate: Box::new(gate),
    };
    let events = [started, opened].into_iter().chain(in_doubt);
    let mut entries = Vec::new();
    for (seq, event) in (after + 1..).zip(events) {
        let entry = Entry {
            seq,
            at: now,
            event,
        };
        history
            .push(&entry)
            .map_err(|error| JournalError::Failed(error.to_string()))?;
        entries.push(entry);
    }
    let (steps, artifacts) = history.take_fresh();
    Ok(Batch {
        run: history.run().id,
        after,
        entries,
        state: history.state().clone(),
        steps,
        artifacts,
        contents: Vec::new(),
    })
}
