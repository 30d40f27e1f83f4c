//! How a driver writes: entries gather in memory and become durable together.

use std::time::Duration;

use super::driver::{Driver, Lost};
use super::pool::Pool;
use crate::content::set_apart;
use crate::event::{Entry, Event};
use crate::failpoint::{self, FailPoint};
use crate::journal::{Batch, JournalError};

impl Driver {
    /// Adds entries to the history and to what is to be written.
    pub(super) fn record(&mut self, events: Vec<Event>) -> Result<(), Lost> {
        if !events.is_empty() && std::mem::take(&mut self.told_settled) {
            self.pool.lock().settled.moves(self.history.run().id);
        }
        let at = self.now();
        for mut event in events {
            if let Some((content, whole)) = set_apart(&mut event) {
                self.history.know(content.name.sha256.clone(), whole);
                self.contents.push(content);
            }
            let entry = Entry {
                seq: self.history.state().seq + 1,
                at,
                event,
            };
            self.history
                .push(&entry)
                .map_err(|error| Lost(error.to_string()))?;
            self.pending.push(entry);
        }
        Ok(())
    }

    /// Makes everything durable that is pending, in one commit. While the journal cannot write, for example because the disk
    /// is full, this tries again: what was done must not be forgotten.
    pub(super) async fn flush(&mut self) -> Result<(), Lost> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let (steps, artifacts) = self.history.take_fresh();
        let batch = Batch {
            run: self.history.run().id,
            after: self.durable,
            entries: std::mem::take(&mut self.pending),
            state: self.history.state().clone(),
            steps,
            artifacts,
            contents: std::mem::take(&mut self.contents),
        };
        failpoint::reach(FailPoint::BeforeAppend);
        let mut pauses = Pauses::default();
        loop {
            match self.pool.ports.journal.append(batch.clone()).await {
                Ok(()) => break,
                // The attempt before this one failed and yet wrote: then the entries there are ours.
                Err(JournalError::Taken { .. })
                    if pauses.any() && are_stored(&self.pool, &batch).await =>
                {
                    break;
                }
                Err(error @ (JournalError::Full(_) | JournalError::Failed(_))) => {
                    pauses.after(&error, &self.pool).await?;
                }
                Err(error) => return Err(Lost(error.to_string())),
            }
        }
        failpoint::reach(FailPoint::AfterAppend);
        self.durable = batch.state.seq;
        self.pool.announce(&batch.state);
        Ok(())
    }
}

async fn are_stored(pool: &Pool, batch: &Batch) -> bool {
    let stored = pool.ports.journal.read(batch.run, batch.after).await;
    stored.is_ok_and(|entries| entries == batch.entries)
}

/// Pauses between attempts to write: growing, up to five seconds.
#[derive(Debug, Default)]
pub(super) struct Pauses {
    taken: u32,
}

impl Pauses {
    pub(super) fn any(&self) -> bool {
        self.taken > 0
    }

    pub(super) async fn after(&mut self, error: &JournalError, pool: &Pool) -> Result<(), Lost> {
        if pool.stopping.is_cancelled() {
            return Err(Lost(error.to_string()));
        }
        tracing::warn!(%error, attempt = self.taken + 1, "the journal cannot write; trying again");
        let pause = Duration::from_millis(50).saturating_mul(2_u32.saturating_pow(self.taken));
        self.taken += 1;
        pool.ports
            .clock
            .sleep(pause.min(Duration::from_secs(5)))
            .await;
        Ok(())
    }
}
