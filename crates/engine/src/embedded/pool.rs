//! Many runs: which are worked on, which wait for their turn, and how word reaches them.
//!
//! A run is driven by at most one task, and only that task writes to its journal. Whoever has something for a run puts it
//! into the run's mailbox; a run without a task gets one.

use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use jiff::Timestamp;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{Notify, broadcast, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::driver::{self, Message, Word};
use super::locks::Locks;
use super::queue::FairQueue;
use super::settled::Settled;
use super::timers::{self, Timers};
use super::{Options, Ports};
use crate::gate::Signal;
use crate::guardrail::later;
use crate::history::History;
use crate::journal::JournalError;
use crate::library::Program;
use crate::run::{RunId, RunState, RunStatus, WaitReason};
use crate::{Change, EngineError};

/// Changes that a live view may be behind before it skips some.
const CHANGES_KEPT: usize = 1024;

/// Queued runs whose histories are kept in memory; those behind them are read again when it is their turn.
const FRESH_KEPT: usize = 1000;

/// After so long, a run that could not be read or written is read again.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// The group of runs that go on after a pause.
const RESUMED: &str = "";

pub(super) struct Pool {
    pub(super) ports: Ports,
    pub(super) options: Options,
    pub(super) changes: broadcast::Sender<Change>,
    /// Rings when a timer was set.
    pub(super) timer_set: Notify,
    /// No further step starts.
    pub(super) stopping: CancellationToken,
    /// Calls under way are abandoned.
    killed: CancellationToken,
    pub(super) tasks: TaskTracker,
    inner: Mutex<Inner>,
}

#[derive(Default)]
pub(super) struct Inner {
    pub(super) locks: Locks,
    pub(super) settled: Settled,
    pub(super) timers: Timers,
    /// Runs that are being stored: whoever stores them puts them into the queue.
    pub(super) accepting: HashSet<RunId>,
    serving: bool,
    running: usize,
    active: HashMap<RunId, UnboundedSender<Message>>,
    ready: FairQueue<RunId>,
    queued: HashSet<RunId>,
    fresh: HashMap<RunId, Fresh>,
}

/// A run that was accepted just now and need not be read again.
pub(super) struct Fresh {
    pub(super) history: History,
    pub(super) program: Arc<Program>,
}

impl Pool {
    pub(super) fn new(ports: Ports, options: Options) -> Self {
        Self {
            ports,
            options,
            changes: broadcast::Sender::new(CHANGES_KEPT),
            timer_set: Notify::new(),
            stopping: CancellationToken::new(),
            killed: CancellationToken::new(),
            tasks: TaskTracker::new(),
            inner: Mutex::default(),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        // Nothing in here can panic halfway through a change.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a new run into the queue.
    pub(super) fn enqueue(self: &Arc<Self>, history: History, program: Arc<Program>) {
        let run = history.run();
        let id = run.id;
        let group = run.workflow_id.as_ref().unwrap_or(&run.recipe.name).clone();
        let mut inner = self.lock();
        if inner.fresh.len() < FRESH_KEPT {
            inner.fresh.insert(id, Fresh { history, program });
        }
        inner.queued.insert(id);
        inner.ready.push(&group, id);
        self.dispatch(&mut inner);
    }

    /// Has a run looked at, now or when it is its turn.
    pub(super) fn wake(self: &Arc<Self>, run: RunId) {
        let mut inner = self.lock();
        if let Some(mailbox) = inner.active.get(&run) {
            // A task that ends takes its mailbox out of the map first.
            let _ = mailbox.send(Message::Wake);
        } else if !inner.accepting.contains(&run) && inner.queued.insert(run) {
            inner.ready.push(RESUMED, run);
            self.dispatch(&mut inner);
        }
    }

    /// Puts something into a run's mailbox. This does not wait for the run's turn: people do not queue behind runs.
    pub(super) fn deliver(
        self: &Arc<Self>,
        run: RunId,
        message: Message,
    ) -> Result<(), EngineError> {
        let mut inner = self.lock();
        if self.stopping.is_cancelled() || !inner.serving {
            let why = "the server is starting or stopping: try again in a moment";
            return Err(EngineError::Unavailable(why.to_owned()));
        }
        match inner.active.get(&run) {
            Some(mailbox) => {
                let _ = mailbox.send(message);
            }
            None => self.spawn(&mut inner, run, Some(message)),
        }
        Ok(())
    }

    fn dispatch(self: &Arc<Self>, inner: &mut Inner) {
        while inner.serving
            && !self.stopping.is_cancelled()
            && inner.running < self.options.most_active
            && let Some(run) = inner.ready.pop()
        {
            // A run may have got a task by other ways since it was queued.
            if inner.queued.remove(&run) && !inner.active.contains_key(&run) {
                self.spawn(inner, run, None);
            }
        }
    }

    fn spawn(self: &Arc<Self>, inner: &mut Inner, run: RunId, first: Option<Message>) {
        let (sender, mailbox) = unbounded_channel();
        if let Some(first) = first {
            let _ = sender.send(first);
        }
        let fresh = inner.fresh.remove(&run);
        inner.queued.remove(&run);
        inner.active.insert(run, sender);
        inner.settled.moves(run);
        inner.running += 1;
        let pool = Arc::clone(self);
        self.tasks.spawn(async move {
            let driven = driver::drive(Arc::clone(&pool), run, fresh, mailbox);
            tokio::select! {
                biased;
                () = pool.killed.cancelled() => {}
                driven = AssertUnwindSafe(driven).catch_unwind() => if driven.is_err() {
                    tracing::error!(run.id = %run, "driving the run broke down; it is read again later");
                    // One that ends well has taken its own mailbox away, and the run may have another one by now.
                    pool.lock().active.remove(&run);
                    pool.try_again_later(run);
                }
            }
            let mut inner = pool.lock();
            inner.running = inner.running.saturating_sub(1);
            pool.dispatch(&mut inner);
        });
    }

    /// Ends a run's task unless there is something in its mailbox.
    pub(super) fn leave(
        &self,
        run: RunId,
        mailbox: &mut UnboundedReceiver<Message>,
    ) -> Option<Message> {
        let mut inner = self.lock();
        let message = mailbox.try_recv().ok();
        if message.is_none() {
            inner.active.remove(&run);
        }
        message
    }

    pub(super) async fn signal(
        self: &Arc<Self>,
        run: RunId,
        signal: Signal,
        by: &str,
    ) -> Result<RunState, EngineError> {
        let (reply, answer) = oneshot::channel();
        self.deliver(
            run,
            Message::Signal(Box::new(Word {
                signal,
                by: by.to_owned(),
                reply,
            })),
        )?;
        answer.await.unwrap_or_else(|_| {
            let why = "the server stopped before it could answer";
            Err(EngineError::Unavailable(why.to_owned()))
        })
    }

    pub(super) async fn settled(
        &self,
        run: RunId,
        patience: Duration,
    ) -> Result<RunState, EngineError> {
        let (settles, is_moving) = {
            let mut inner = self.lock();
            if let Some(state) = inner.settled.lately(run) {
                return Ok(state.clone());
            }
            let is_moving = inner.active.contains_key(&run) || inner.queued.contains(&run);
            (inner.settled.wait(run), is_moving)
        };
        if !is_moving {
            let state = self.state(run).await?;
            if is_settled(&state) {
                self.lock().settled.tidy(run);
                return Ok(state);
            }
        }
        let settled = tokio::select! {
            biased;
            settled = settles => settled.ok(),
            () = self.ports.clock.sleep(patience) => None,
        };
        if let Some(state) = settled {
            return Ok(state);
        }
        self.lock().settled.tidy(run);
        self.state(run).await
    }

    /// How a run stands according to its journal.
    pub(super) async fn state(&self, run: RunId) -> Result<RunState, EngineError> {
        let entries = self
            .ports
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
        let history = History::fold(&entries)
            .map_err(|error| JournalError::Failed(format!("run {run}: {error}")))?;
        Ok(history.state().clone())
    }

    pub(super) fn set_timer(&self, at: Timestamp, run: RunId) {
        self.lock().timers.set(at, run);
        self.timer_set.notify_one();
    }

    /// Has a run read again that could not be read or written: the disk, the recipe or a tool may be back by then.
    pub(super) fn try_again_later(&self, run: RunId) {
        self.set_timer(later(self.ports.clock.now(), TRY_AGAIN_AFTER), run);
    }

    /// Tells live views that a run has new entries.
    pub(super) fn announce(&self, state: &RunState) {
        // Nobody may be looking.
        let _ = self.changes.send(Change {
            run: state.id,
            seq: state.seq,
            status: state.status,
        });
    }

    /// The end of a run is durable: its lock is free, and whoever waits for the run hears of it.
    pub(super) fn ended(self: &Arc<Self>, history: &History) {
        let state = history.state();
        let woken = {
            let mut inner = self.lock();
            inner.settled.settle(state);
            inner.locks.release(state.id)
        };
        for run in woken {
            self.wake(run);
        }
        if let Some(parent) = &history.run().parent {
            let ended = Message::ChildEnded(Box::new(state.clone()));
            if self.deliver(parent.run, ended).is_err() {
                tracing::debug!(run.id = %parent.run, "the parent run learns of its child's end after the restart");
            }
        }
    }
}

/// States whether nothing more happens to a run by itself.
pub(super) fn is_settled(state: &RunState) -> bool {
    state.status.is_final()
        || state.status == RunStatus::Waiting
            && state.waiting_for.is_some_and(WaitReason::needs_person)
}

/// Works until told to stop: first no further step starts, then calls under way have the grace time to end.
pub(super) async fn serve(pool: &Arc<Pool>, stop: CancellationToken) {
    {
        let mut inner = pool.lock();
        inner.serving = true;
        pool.dispatch(&mut inner);
    }
    tokio::select! {
        biased;
        () = stop.cancelled() => {}
        () = timers::ring(pool) => {}
    }
    pool.stopping.cancel();
    pool.tasks.close();
    tokio::select! {
        biased;
        () = pool.tasks.wait() => {}
        () = pool.ports.clock.sleep(pool.options.grace) => {
            tracing::warn!("calls were still under way at the end of the grace time; their outcome is settled at the next start");
            pool.killed.cancel();
            pool.tasks.wait().await;
        }
    }
}
