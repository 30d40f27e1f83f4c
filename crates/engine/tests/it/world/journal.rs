//! A journal in memory that checks what it is given, counts its commits and can fail.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use avops_engine::history::History;
use avops_engine::journal::NewArtifact;
use avops_engine::{
    Accepted, Batch, Content, Entry, Journal, JournalError, Mode, NewRun, OpenRun, RequestKey,
    RunId, RunState, RunStatus, Seq, StepKey, StepState,
};
use jiff::Timestamp;

/// What survives a crash.
#[derive(Default)]
pub(crate) struct Disk {
    pub(crate) runs: BTreeMap<RunId, Stored>,
    keys: Vec<(RequestKey, RunId)>,
    turns: Vec<(String, RunId, Timestamp)>,
    /// Runs whose results were taken over, and by which.
    continued: BTreeMap<RunId, RunId>,
    pub(crate) contents: BTreeMap<String, Content>,
    /// Every commit: which run, and how many entries.
    pub(crate) commits: Vec<(RunId, usize)>,
    /// So many further appends fail.
    pub(crate) failures: u32,
    /// How long a commit takes.
    pub(crate) commit_time: Duration,
}

pub(crate) struct Stored {
    pub(crate) entries: Vec<Entry>,
    pub(crate) state: RunState,
    pub(crate) steps: BTreeMap<StepKey, StepState>,
    pub(crate) artifacts: Vec<NewArtifact>,
}

#[derive(Default)]
pub(crate) struct MemoryJournal {
    disk: Arc<Mutex<Disk>>,
    dead: AtomicBool,
}

impl MemoryJournal {
    pub(crate) fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap()
    }

    pub(crate) fn entries(&self, run: RunId) -> Vec<Entry> {
        self.disk().runs[&run].entries.clone()
    }

    pub(crate) fn steps(&self, run: RunId) -> Vec<StepState> {
        self.disk().runs[&run].steps.values().cloned().collect()
    }

    pub(crate) fn forget_writers(&self) {
        self.dead.store(true, Ordering::SeqCst);
    }

    /// The same disk for the next process.
    pub(crate) fn next_life(&self) -> Self {
        Self {
            disk: Arc::clone(&self.disk),
            dead: AtomicBool::new(false),
        }
    }

    /// A process that is gone neither reads nor writes.
    async fn alive(&self) {
        let pause = self.disk().commit_time;
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        if self.dead.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
    }
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn accept(&self, run: &NewRun, batch: Batch) -> Result<Accepted, JournalError> {
        self.alive().await;
        let mut disk = self.disk();
        if let Some(request) = &run.request {
            let known = disk
                .keys
                .iter()
                .find(|(key, _)| key.principal == request.principal && key.key == request.key);
            if let Some((key, run)) = known {
                let run = *run;
                if key.content != request.content {
                    return Err(JournalError::KeyReused(run));
                }
                return Ok(Accepted { run, is_new: false });
            }
            disk.keys.push((request.clone(), run.id));
        }
        assert_eq!(batch.after, 0);
        if let Some(again) = run
            .again
            .as_ref()
            .filter(|again| again.continues() && run.mode != Mode::Dry)
        {
            let other = disk.continued.insert(again.of, run.id);
            if let Some(by) = other {
                disk.continued.insert(again.of, by);
                return Err(JournalError::Continued { run: again.of, by });
            }
        }
        disk.commits.push((run.id, batch.entries.len()));
        disk.runs.insert(
            run.id,
            Stored {
                entries: batch.entries,
                state: batch.state,
                steps: batch
                    .steps
                    .into_iter()
                    .map(|step| (step.key.clone(), step))
                    .collect(),
                artifacts: Vec::new(),
            },
        );
        Ok(Accepted {
            run: run.id,
            is_new: true,
        })
    }

    async fn append(&self, batch: Batch) -> Result<(), JournalError> {
        self.alive().await;
        let mut disk = self.disk();
        if disk.failures > 0 {
            disk.failures -= 1;
            return Err(JournalError::Failed(
                "the disk is not in the mood".to_owned(),
            ));
        }
        disk.commits.push((batch.run, batch.entries.len()));
        let stored = disk
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
        stored.entries.extend(batch.entries);
        stored.artifacts.extend(batch.artifacts);
        stored.state = batch.state;
        for step in batch.steps {
            stored.steps.insert(step.key.clone(), step);
        }
        let kept = batch.contents.into_iter();
        let kept = kept.map(|content| (content.name.sha256.clone(), content));
        let kept: Vec<_> = kept.collect();
        // Folding thousands of entries at each commit would take longer than the test.
        if stored.entries.len() < 500 || stored.state.status.is_final() {
            check_rows(stored);
        }
        disk.contents.extend(kept);
        Ok(())
    }

    async fn read(&self, run: RunId, after: Seq) -> Result<Vec<Entry>, JournalError> {
        self.alive().await;
        let disk = self.disk();
        let stored = disk.runs.get(&run).ok_or(JournalError::NoSuchRun(run))?;
        let entries = stored.entries.iter().filter(|entry| entry.seq > after);
        Ok(entries.cloned().collect())
    }

    async fn content(&self, sha256: &str) -> Result<Option<Content>, JournalError> {
        self.alive().await;
        Ok(self.disk().contents.get(sha256).cloned())
    }

    async fn open_runs(&self) -> Result<Vec<OpenRun>, JournalError> {
        self.alive().await;
        let disk = self.disk();
        let open = disk
            .runs
            .values()
            .map(|stored| &stored.state)
            .filter(|state| !state.status.is_final());
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
        self.alive().await;
        let mut disk = self.disk();
        if disk.turns.iter().any(|turn| turn.0 == key && turn.1 == run) {
            return Ok(true);
        }
        let taken = disk
            .turns
            .iter()
            .filter(|turn| turn.0 == key && turn.2 > since)
            .count();
        if taken >= max as usize {
            return Ok(false);
        }
        disk.turns.push((key.to_owned(), run, at));
        Ok(true)
    }
}

/// The rows that came with the entries are what the entries say.
fn check_rows(stored: &Stored) {
    let history = History::fold(&stored.entries).unwrap();
    assert_eq!(
        history.state(),
        &stored.state,
        "the run's row is the fold of its journal"
    );
    for record in history.steps() {
        assert_eq!(
            stored.steps.get(&record.state.key),
            Some(&record.state),
            "the step's row is the fold of its journal"
        );
    }
    let ends = stored.entries.iter().filter(|entry| {
        matches!(&entry.event, avops_engine::Event::Finished { status, .. } if *status != RunStatus::Running)
    });
    assert!(ends.count() <= 1, "a run ends once");
}
