//! The one writer: takes what has gathered while it was busy, and commits it together.
//!
//! Natural batching needs no timer: at rest a batch is alone in its group, under load a group holds what came during
//! the commit before. Whoever waits is answered after the commit, never before.

use std::collections::{HashMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use avops_engine::{Accepted, JournalError, RunId, Seq};
use tokio::sync::{mpsc, oneshot, watch};

use crate::commit::{self, Verdict};
use crate::dialect::{Fault, Pool, fault};
use crate::encode::{Encoded, Facts};
use crate::log::Log;
use crate::open::has_room;
use crate::reserve::Reserve;

/// So many requests wait for the writer at most; whoever comes then waits to be let in.
pub(crate) const QUEUE: usize = 4_096;
/// So many are committed together at most.
const GROUP: usize = 512;
/// So many runs' newest numbers are kept at most.
const HEADS: usize = 65_536;

/// Something to be written.
#[derive(Debug)]
pub(crate) enum Work {
    /// A batch, with its run where that is new.
    Batch(Box<Item>),
    /// Nothing more: finish what is here, then end.
    Stop,
}

/// A batch and who waits for it.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) facts: Option<Facts>,
    pub(crate) batch: Encoded,
    pub(crate) ack: oneshot::Sender<Result<Accepted, JournalError>>,
}

/// The writer.
pub(crate) struct Writer {
    pool: Pool,
    folder: PathBuf,
    log: Log,
    low_water: u64,
    reserve: Reserve,
    failed: watch::Sender<Option<String>>,
    commits: Arc<AtomicU64>,
    /// The newest entry's number of runs that are under way. Exact, since nobody else writes.
    heads: HashMap<RunId, Seq>,
}

impl Writer {
    pub(crate) fn new(
        pool: Pool,
        folder: &Path,
        log: Log,
        low_water: u64,
        failed: watch::Sender<Option<String>>,
        commits: Arc<AtomicU64>,
    ) -> Self {
        Self {
            pool,
            folder: folder.to_owned(),
            log,
            low_water,
            reserve: Reserve::new(folder),
            failed,
            commits,
            heads: HashMap::new(),
        }
    }

    /// Works until told to stop, or until nobody is left who could hand work in.
    pub(crate) async fn serve(mut self, mut queue: mpsc::Receiver<Work>) {
        let mut taken = Vec::with_capacity(GROUP);
        let mut waiting: VecDeque<Item> = VecDeque::new();
        let mut stopping = false;
        loop {
            if waiting.is_empty() {
                if stopping || queue.recv_many(&mut taken, GROUP).await == 0 {
                    return;
                }
            } else {
                while let Ok(work) = queue.try_recv() {
                    taken.push(work);
                    if taken.len() == GROUP {
                        break;
                    }
                }
            }
            for work in taken.drain(..) {
                match work {
                    Work::Batch(item) => waiting.push_back(*item),
                    Work::Stop => {
                        stopping = true;
                        queue.close();
                    }
                }
            }
            let group = next_group(&mut waiting);
            self.commit(group).await;
        }
    }

    async fn commit(&mut self, group: Vec<Item>) {
        let failure = self.failed.borrow().clone();
        if let Some(message) = failure {
            refuse(group, &JournalError::Failed(message));
            return;
        }
        let group = self.without_refused(group);
        if group.is_empty() {
            return;
        }
        match self.attempt(&group).await {
            Ok(verdicts) => {
                self.answer(group, verdicts);
                self.log.watch();
            }
            Err(error) => self.after_failure(group, &error).await,
        }
    }

    /// Accepts nothing new while the disk is nearly full; what was accepted goes on.
    fn without_refused(&mut self, group: Vec<Item>) -> Vec<Item> {
        let accepts = group.iter().any(|item| item.facts.is_some());
        if !accepts || self.low_water == 0 {
            return group;
        }
        if has_room(&self.folder, self.low_water) {
            self.reserve.hold();
            return group;
        }
        let (refused, rest): (Vec<_>, Vec<_>) =
            group.into_iter().partition(|item| item.facts.is_some());
        let error = JournalError::Full(format!(
            "too little room is left in {}; runs are accepted again when there is more",
            self.folder.display()
        ));
        refuse(refused, &error);
        rest
    }

    async fn attempt(&self, group: &[Item]) -> Result<Vec<Verdict>, sqlx::Error> {
        let mut transaction = self.pool.begin_with(crate::dialect::BEGIN_WRITE).await?;
        let verdicts = commit::write(&mut transaction, &self.heads, group).await?;
        transaction.commit().await?;
        self.commits.fetch_add(1, Ordering::Relaxed);
        Ok(verdicts)
    }

    fn answer(&mut self, group: Vec<Item>, verdicts: Vec<Verdict>) {
        if self.heads.len() > HEADS {
            self.heads.clear();
        }
        for (item, verdict) in group.into_iter().zip(verdicts) {
            let run = item.batch.run;
            let answer = match verdict {
                Verdict::Written => {
                    if item.batch.is_final {
                        self.heads.remove(&run);
                    } else {
                        self.heads.insert(run, item.batch.last);
                    }
                    Ok(Accepted { run, is_new: true })
                }
                Verdict::Known(run) => Ok(Accepted { run, is_new: false }),
                Verdict::Refused(error) => Err(error),
            };
            // Whoever asked may have given up waiting; what is written stays written.
            item.ack.send(answer).ok();
        }
    }

    /// One bad item must not fail those that came with it: each is tried alone.
    async fn after_failure(&mut self, group: Vec<Item>, error: &sqlx::Error) {
        match fault(error) {
            Fault::Full if self.reserve.release() => {
                tracing::warn!("the disk is full; room that was set aside is used now");
                Box::pin(self.commit(group)).await;
            }
            Fault::Full => refuse(group, &JournalError::Full(error.to_string())),
            Fault::Fatal => {
                let message = format!("the disk failed the database: {error}");
                tracing::error!(%error, "the disk failed the database; nothing is written any more");
                self.failed.send_replace(Some(message.clone()));
                refuse(group, &JournalError::Failed(message));
            }
            // Each alone would wait as long again.
            Fault::Busy => refuse(group, &JournalError::Failed(error.to_string())),
            Fault::Duplicate | Fault::Other if group.len() > 1 => {
                for item in group {
                    Box::pin(self.commit(vec![item])).await;
                }
            }
            // The numbers of runs that are there were checked before: only a new run can find its own taken.
            Fault::Duplicate if group.iter().all(|item| item.facts.is_some()) => {
                for item in group {
                    let taken = JournalError::Taken {
                        run: item.batch.run,
                        seq: 1,
                    };
                    item.ack.send(Err(taken)).ok();
                }
            }
            Fault::Duplicate | Fault::Other => {
                refuse(group, &JournalError::Failed(error.to_string()));
            }
        }
    }
}

/// The next items, no two of the same run: the second must see what the first did.
fn next_group(waiting: &mut VecDeque<Item>) -> Vec<Item> {
    let mut runs = HashSet::with_capacity(waiting.len().min(GROUP));
    let mut group = Vec::with_capacity(waiting.len().min(GROUP));
    let mut later = VecDeque::new();
    while let Some(item) = waiting.pop_front() {
        if group.len() < GROUP && runs.insert(item.batch.run) {
            group.push(item);
        } else {
            later.push_back(item);
        }
    }
    *waiting = later;
    group
}

fn refuse(group: Vec<Item>, error: &JournalError) {
    for item in group {
        item.ack.send(Err(error.clone())).ok();
    }
}
