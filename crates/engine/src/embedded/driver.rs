//! One run: asks what is next, does it, writes down what came of it, and asks again.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::{AbortHandle, Abortable, BoxFuture};
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;

use avops_recipe::Effect;

use super::pool::{Fresh, Pool, is_settled};
use super::signals;
use crate::EngineError;
use crate::content::Content;
use crate::event::{Entry, Event};
use crate::failpoint::{self, FailPoint};
use crate::gate::Signal;
use crate::guardrail::later;
use crate::history::History;
use crate::journal::JournalError;
use crate::library::Program;
use crate::next::{Next, PlannedCall, next};
use crate::perform::perform;
use crate::run::{RunId, RunState, Seq, StepKey};
use crate::tool::{ToolError, ToolReply};

/// What comes into a run's mailbox.
pub(super) enum Message {
    /// A person's word.
    Signal(Box<Word>),
    /// A child run has ended.
    ChildEnded(Box<RunState>),
    /// A timer rang, or a lock is free.
    Wake,
}

/// A person's word, and where the answer to it goes.
pub(super) struct Word {
    pub(super) signal: Signal,
    pub(super) by: String,
    pub(super) reply: oneshot::Sender<Result<RunState, EngineError>>,
}

/// Why a run cannot be driven on with what is in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lost(pub(super) String);

type Ended = (StepKey, Option<Result<ToolReply, ToolError>>);

/// A run in memory.
pub(super) struct Driver {
    pub(super) pool: Arc<Pool>,
    pub(super) program: Arc<Program>,
    pub(super) history: History,
    /// Entries that are not durable yet.
    pub(super) pending: Vec<Entry>,
    /// What those name and do not hold.
    pub(super) contents: Vec<Content>,
    /// The newest entry that is durable.
    pub(super) durable: Seq,
    calls: FuturesUnordered<BoxFuture<'static, Ended>>,
    under_way: BTreeMap<StepKey, (PlannedCall, AbortHandle)>,
    pub(super) children_known: bool,
    pub(super) children_cancelled: bool,
    /// Whether those who wait for the run were told that it needs a person.
    pub(super) told_settled: bool,
}

/// Whether the run stays in memory.
#[derive(Debug, PartialEq, Eq)]
enum Stay {
    Awake,
    Parked,
}

/// Drives a run until it is over or parked and nothing is in its mailbox.
pub(super) async fn drive(
    pool: Arc<Pool>,
    run: RunId,
    fresh: Option<Fresh>,
    mut mailbox: UnboundedReceiver<Message>,
) {
    let loaded = match fresh {
        Some(fresh) => Ok(Driver::fresh(Arc::clone(&pool), fresh)),
        None => super::recover::load(&pool, run).await,
    };
    let mut driver = match loaded {
        Ok(driver) => driver,
        Err(error) => {
            tracing::warn!(run.id = %run, %error, "the run cannot be loaded");
            if !matches!(error, EngineError::NoSuchRun(_)) {
                pool.try_again_later(run);
            }
            while let Some(message) = pool.leave(run, &mut mailbox) {
                refuse(message, || match &error {
                    EngineError::NoSuchRun(run) => EngineError::NoSuchRun(*run),
                    error => EngineError::Unavailable(error.to_string()),
                });
            }
            return;
        }
    };
    loop {
        let worked = driver.work(&mut mailbox).await;
        if let Err(lost) = worked {
            tracing::warn!(run.id = %run, reason = lost.0, "the run is put down; it is read again later");
            pool.try_again_later(run);
            while let Some(message) = pool.leave(run, &mut mailbox) {
                refuse(message, || EngineError::Unavailable(lost.0.clone()));
            }
            return;
        }
        match pool.leave(run, &mut mailbox) {
            None => return,
            Some(message) => {
                // Lost shows again at the next append.
                let _ = driver.take(message).await;
            }
        }
    }
}

fn refuse(message: Message, error: impl FnOnce() -> EngineError) {
    if let Message::Signal(word) = message {
        // Whoever asked may have gone.
        let _ = word.reply.send(Err(error()));
    }
}

impl Driver {
    fn fresh(pool: Arc<Pool>, fresh: Fresh) -> Self {
        let mut driver = Self::new(pool, fresh.program, fresh.history);
        driver.children_known = true;
        driver
    }

    /// A driver for a run whose journal is as durable as its history says.
    pub(super) fn new(pool: Arc<Pool>, program: Arc<Program>, history: History) -> Self {
        Self {
            pool,
            program,
            durable: history.state().seq,
            history,
            pending: Vec::new(),
            contents: Vec::new(),
            calls: FuturesUnordered::new(),
            under_way: BTreeMap::new(),
            children_known: false,
            children_cancelled: false,
            told_settled: false,
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.pool.ports.clock.now()
    }

    async fn work(&mut self, mailbox: &mut UnboundedReceiver<Message>) -> Result<(), Lost> {
        loop {
            while let Ok(message) = mailbox.try_recv() {
                self.take(message).await?;
            }
            if self.pool.stopping.is_cancelled() {
                if self.calls.is_empty() {
                    return self.flush().await;
                }
                self.watch_calls(mailbox, None).await?;
                continue;
            }
            match next(&self.program, &self.history, self.now()) {
                Next::Record(events) => self.record(events)?,
                Next::Call(calls) => self.begin(calls).await?,
                Next::TakeLock { lock } => {
                    if !self.take_lock(lock)? {
                        let deadline = self.history.deadline();
                        if self.wait(mailbox, deadline).await? == Stay::Parked {
                            return Ok(());
                        }
                    }
                }
                Next::TakeTurn {
                    turn,
                    since,
                    max,
                    refused,
                } => self.take_turn(turn, since, max, refused).await?,
                Next::StartChild(child) => self.start_child(child).await?,
                Next::Wait { until } => {
                    if self.wait(mailbox, until).await? == Stay::Parked {
                        return Ok(());
                    }
                }
                Next::Over => return self.end().await,
            }
        }
    }

    /// Handles something from the mailbox.
    async fn take(&mut self, message: Message) -> Result<(), Lost> {
        let Word { signal, by, reply } = match message {
            Message::Wake => return Ok(()),
            Message::ChildEnded(child) => return self.child_ended(&child),
            Message::Signal(word) => *word,
        };
        let is_cancel = matches!(signal, Signal::Cancel { .. });
        let now = self.now();
        let events = match signals::accepted(&self.program, &self.history, signal, &by, now) {
            Ok(events) => events,
            Err(error) => {
                // Whoever asked may have gone.
                let _ = reply.send(Err(error));
                return Ok(());
            }
        };
        self.record(events)?;
        failpoint::reach(FailPoint::BeforeSignal);
        if let Err(lost) = self.flush().await {
            let _ = reply.send(Err(EngineError::Unavailable(lost.0.clone())));
            return Err(lost);
        }
        failpoint::reach(FailPoint::AfterSignal);
        let _ = reply.send(Ok(self.history.state().clone()));
        if is_cancel {
            self.abandon_reads();
        }
        Ok(())
    }

    /// Begins calls. The intent of one that is no read is durable first, with everything before it, in one commit.
    async fn begin(&mut self, calls: Vec<PlannedCall>) -> Result<(), Lost> {
        let changes_things = calls
            .iter()
            .any(|call| call.effect != Effect::Read || call.comes_after_all());
        for call in &calls {
            self.record(vec![call.started.clone()])?;
        }
        if changes_things {
            failpoint::reach(FailPoint::BeforeIntent);
            self.flush().await?;
            failpoint::reach(FailPoint::AfterIntent);
        }
        for planned in calls {
            let ports = self.pool.ports.clone();
            let (key, mut request) = (planned.key.clone(), planned.request.clone());
            // Writing the intent down can take longer than there is time.
            let now = self.now();
            if planned.deadline <= now {
                let too_late = Err(ToolError::NotSent {
                    message: "there was no time left to make the call".to_owned(),
                    retry_after: None,
                });
                self.record(planned.ended(too_late, now))?;
                continue;
            }
            request.limit(super::time_until(now, planned.deadline));
            let (abort, registration) = AbortHandle::new_pair();
            let performed = async move { perform(&ports, &request).await };
            let performed = Abortable::new(performed, registration);
            self.under_way.insert(planned.key.clone(), (planned, abort));
            self.calls
                .push(async move { (key, performed.await.ok()) }.boxed());
        }
        // A call begins here and now: after a cancellation was confirmed, none may begin.
        while let Some(Some(ended)) = self.calls.next().now_or_never() {
            self.call_ended(ended)?;
        }
        Ok(())
    }

    fn call_ended(&mut self, (key, outcome): Ended) -> Result<(), Lost> {
        failpoint::reach(FailPoint::AfterCall);
        let Some((planned, _)) = self.under_way.remove(&key) else {
            return Ok(());
        };
        let outcome = outcome.unwrap_or_else(|| {
            Err(ToolError::Refused {
                message: "not awaited, because the run was cancelled".to_owned(),
                hint: None,
            })
        });
        let events = planned.ended(outcome, self.now());
        self.record(events)
    }

    /// After a cancellation nobody needs what is being read; what changes something is awaited.
    fn abandon_reads(&mut self) {
        for (planned, abort) in self.under_way.values() {
            if planned.effect == Effect::Read {
                abort.abort();
            }
        }
    }

    /// Waits for a call, the mailbox or `until`, and writes what is pending meanwhile when it takes long.
    async fn watch_calls(
        &mut self,
        mailbox: &mut UnboundedReceiver<Message>,
        until: Option<Timestamp>,
    ) -> Result<(), Lost> {
        let pool = Arc::clone(&self.pool);
        let clock = &pool.ports.clock;
        let pause = until.map(|until| super::time_until(clock.now(), until));
        tokio::select! {
            biased;
            Some(ended) = self.calls.next() => self.call_ended(ended),
            Some(message) = mailbox.recv() => self.take(message).await,
            () = clock.sleep(pause.unwrap_or_default()), if pause.is_some() => Ok(()),
            () = clock.sleep(pool.options.show_after), if !self.pending.is_empty() => self.flush().await,
        }
    }

    /// Waits for whatever the run waits for: in memory when that is soon, else parked.
    async fn wait(
        &mut self,
        mailbox: &mut UnboundedReceiver<Message>,
        until: Option<Timestamp>,
    ) -> Result<Stay, Lost> {
        if !self.calls.is_empty() {
            self.watch_calls(mailbox, until).await?;
            return Ok(Stay::Awake);
        }
        if self.look_after_children().await? {
            return Ok(Stay::Awake);
        }
        self.flush().await?;
        if is_settled(self.history.state()) {
            self.pool.lock().settled.settle(self.history.state());
            self.told_settled = true;
        }
        let clock = Arc::clone(&self.pool.ports.clock);
        let now = clock.now();
        let soon = later(now, self.pool.options.stay_awake);
        if let Some(until) = until.filter(|until| *until <= soon) {
            let stopping = self.pool.stopping.clone();
            tokio::select! {
                biased;
                () = stopping.cancelled() => {}
                Some(message) = mailbox.recv() => self.take(message).await?,
                () = clock.sleep(super::time_until(now, until)) => {}
            }
            return Ok(Stay::Awake);
        }
        failpoint::reach(FailPoint::BeforePark);
        if let Some(until) = until {
            self.pool.set_timer(until, self.history.run().id);
        }
        Ok(Stay::Parked)
    }

    /// Takes the run's lock, or notes that the run waits for it.
    fn take_lock(&mut self, lock: String) -> Result<bool, Lost> {
        let run = self.history.run();
        let ancestors = super::children::ancestors(run);
        let taken = self.pool.lock().locks.take(&lock, run.id, &ancestors);
        if taken {
            self.record(vec![Event::LockTaken { lock }])?;
        } else if !self.history.awaits_lock() {
            self.record(vec![Event::LockAwaited { lock }])?;
        }
        Ok(taken)
    }

    async fn take_turn(
        &mut self,
        turn: String,
        since: Timestamp,
        max: u32,
        refused: Event,
    ) -> Result<(), Lost> {
        let ports = self.pool.ports.clone();
        let run = self.history.run().id;
        let mut pauses = super::journaling::Pauses::default();
        loop {
            let now = ports.clock.now();
            match ports.journal.take_turn(&turn, run, now, since, max).await {
                Ok(true) => return self.record(vec![Event::TurnTaken { turn }]),
                Ok(false) => return self.record(vec![refused]),
                Err(error @ (JournalError::Full(_) | JournalError::Failed(_))) => {
                    pauses.after(&error, &self.pool).await?;
                }
                Err(error) => return Err(Lost(error.to_string())),
            }
        }
    }

    async fn end(&mut self) -> Result<(), Lost> {
        let ends_now = !self.pending.is_empty();
        if ends_now {
            failpoint::reach(FailPoint::BeforeEnd);
            self.flush().await?;
            failpoint::reach(FailPoint::AfterEnd);
            self.pool.ended(&self.history);
        }
        Ok(())
    }
}
