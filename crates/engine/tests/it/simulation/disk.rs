//! A disk that loses writes in a crash, writes without saying so, and fails.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use avops_engine::{
    Accepted, Batch, Content, Entry, Journal, JournalError, NewRun, OpenRun, RunId, Seq,
};
use jiff::Timestamp;
use rand::Rng;

use super::truth::{Shared, Stored, Truth, locked};

/// The journal of one life.
pub(super) struct Disk {
    pub(super) truth: Shared,
    pub(super) life: u32,
}

enum Fate {
    /// Written, then answered; a crash in between leaves it written.
    WriteFirst,
    /// Answered as soon as written; a crash before leaves nothing.
    WriteLast,
    /// An error, and nothing written.
    Fails,
    /// An error, and written all the same.
    FailsButWrites,
}

impl Disk {
    fn fate(&self) -> (Fate, Duration) {
        let mut truth = locked(&self.truth);
        let pause = Duration::from_millis(truth.chance.random_range(1..6));
        if truth.healed {
            return (Fate::WriteLast, pause);
        }
        let fate = match truth.chance.random_range(0..100) {
            0..=2 => Fate::Fails,
            3..=4 => Fate::FailsButWrites,
            5..=50 => Fate::WriteFirst,
            _ => Fate::WriteLast,
        };
        (fate, pause)
    }

    /// A process that is gone reads and writes nothing.
    async fn alive(&self) {
        if locked(&self.truth).life != self.life {
            std::future::pending::<()>().await;
        }
    }

    async fn write<T>(
        &self,
        write: impl Fn(&mut Truth) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
        let (fate, pause) = self.fate();
        let failed = || JournalError::Failed("the disk does not answer".to_owned());
        match fate {
            Fate::WriteFirst => {
                let mut unanswered = Unanswered::new(&self.truth, "write kept without answer");
                let written = write(&mut locked(&self.truth))?;
                tokio::time::sleep(pause).await;
                unanswered.answered = true;
                self.alive().await;
                Ok(written)
            }
            Fate::WriteLast => {
                let mut unanswered = Unanswered::new(&self.truth, "write lost");
                tokio::time::sleep(pause).await;
                unanswered.answered = true;
                self.alive().await;
                write(&mut locked(&self.truth))
            }
            Fate::Fails | Fate::FailsButWrites => {
                tokio::time::sleep(pause).await;
                self.alive().await;
                if matches!(fate, Fate::FailsButWrites) {
                    write(&mut locked(&self.truth))?;
                }
                locked(&self.truth).seen.note("write failed");
                Err(failed())
            }
        }
    }
}

/// Notes that a crash came between a write and its answer.
struct Unanswered<'a> {
    truth: &'a Shared,
    what: &'static str,
    answered: bool,
}

impl<'a> Unanswered<'a> {
    fn new(truth: &'a Shared, what: &'static str) -> Self {
        Self {
            truth,
            what,
            answered: false,
        }
    }
}

impl Drop for Unanswered<'_> {
    fn drop(&mut self) {
        if !self.answered && !std::thread::panicking() {
            locked(self.truth).seen.note(self.what);
        }
    }
}

#[async_trait]
impl Journal for Disk {
    async fn accept(&self, run: &NewRun, batch: Batch) -> Result<Accepted, JournalError> {
        self.write(|truth| {
            if let Some(request) = &run.request {
                let known = truth
                    .keys
                    .iter()
                    .find(|(key, _)| key.principal == request.principal && key.key == request.key);
                if let Some((key, run)) = known {
                    if key.content != request.content {
                        return Err(JournalError::KeyReused(*run));
                    }
                    return Ok(Accepted {
                        run: *run,
                        is_new: false,
                    });
                }
                truth.keys.push((request.clone(), run.id));
            }
            let stored = Stored {
                entries: batch.entries.clone(),
                state: batch.state.clone(),
                steps: BTreeMap::new(),
            };
            assert!(truth.runs.insert(run.id, stored).is_none(), "ids are new");
            Ok(Accepted {
                run: run.id,
                is_new: true,
            })
        })
        .await
    }

    async fn append(&self, batch: Batch) -> Result<(), JournalError> {
        self.write(|truth| {
            let stored = truth
                .runs
                .get_mut(&batch.run)
                .ok_or(JournalError::NoSuchRun(batch.run))?;
            let newest = stored.entries.last().map_or(0, |entry| entry.seq);
            if newest != batch.after {
                return Err(JournalError::Taken {
                    run: batch.run,
                    seq: batch.after + 1,
                });
            }
            stored.entries.extend(batch.entries.iter().cloned());
            stored.state = batch.state.clone();
            for step in &batch.steps {
                stored.steps.insert(step.key.clone(), step.clone());
            }
            for content in &batch.contents {
                let hash = content.name.sha256.clone();
                truth.contents.insert(hash, content.clone());
            }
            truth.check_write(batch.run);
            Ok(())
        })
        .await
    }

    async fn read(&self, run: RunId, after: Seq) -> Result<Vec<Entry>, JournalError> {
        self.alive().await;
        let truth = locked(&self.truth);
        let stored = truth.runs.get(&run).ok_or(JournalError::NoSuchRun(run))?;
        let entries = stored.entries.iter().filter(|entry| entry.seq > after);
        Ok(entries.cloned().collect())
    }

    async fn content(&self, sha256: &str) -> Result<Option<Content>, JournalError> {
        self.alive().await;
        Ok(locked(&self.truth).contents.get(sha256).cloned())
    }

    async fn open_runs(&self) -> Result<Vec<OpenRun>, JournalError> {
        self.alive().await;
        let truth = locked(&self.truth);
        let states = truth.runs.values().map(|stored| &stored.state);
        let open = states.filter(|state| !state.status.is_final());
        Ok(open
            .map(|state| OpenRun {
                run: state.id,
                status: state.status,
                waiting_for: state.waiting_for,
                wake_at: state.wake_at,
                lock: state.lock.clone(),
            })
            .collect())
    }

    async fn take_turn(
        &self,
        key: &str,
        run: RunId,
        at: Timestamp,
        since: Timestamp,
        max: u32,
    ) -> Result<bool, JournalError> {
        self.write(|truth| {
            if truth
                .turns
                .iter()
                .any(|turn| turn.0 == key && turn.1 == run)
            {
                return Ok(true);
            }
            let turns = truth.turns.iter();
            let taken = turns.filter(|turn| turn.0 == key && turn.2 > since).count();
            if taken >= max as usize {
                return Ok(false);
            }
            truth.turns.push((key.to_owned(), run, at));
            Ok(true)
        })
        .await
    }
}
