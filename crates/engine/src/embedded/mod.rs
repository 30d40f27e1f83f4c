//! The engine inside the program: drives runs over a journal, on this machine.
//!
//! `driver.rs` drives one run, `pool.rs` many; `recover.rs` picks up what a crash or stop left behind.

mod again;
mod children;
mod driver;
mod journaling;
mod locks;
mod pool;
mod queue;
mod recover;
mod settled;
mod signals;
mod timers;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Map, Value};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::again::Outlook;
use crate::clock::{Clock, Ids};
use crate::failpoint::{self, FailPoint};
use crate::gate::Signal;
use crate::journal::{Accepted, Batch, Journal, JournalError};
use crate::library::Library;
use crate::model::Models;
use crate::next::accept_run;
use crate::run::{AgentRef, NewRun, RecipeRef, RunId, RunState};
use crate::tool::Toolbox;
use crate::{Change, Engine, EngineError};
use pool::Pool;

/// Everything outside that the engine works with.
#[derive(Clone)]
pub struct Ports {
    /// Where entries are kept.
    pub journal: Arc<dyn Journal>,
    /// Who makes calls.
    pub toolbox: Arc<dyn Toolbox>,
    /// Who answers agent steps.
    pub models: Arc<dyn Models>,
    /// Where recipes come from.
    pub library: Arc<dyn Library>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Ids of child runs.
    pub ids: Arc<dyn Ids>,
}

/// How the engine works.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Most runs that are worked on at the same time; the rest is queued, fairly by workflow or recipe.
    pub most_active: usize,
    /// For how long calls under way may go on after a stop.
    pub grace: Duration,
    /// Entries that could wait are written when a call takes longer than this, so that live views see them.
    pub show_after: Duration,
    /// A run whose next step comes within this time stays in memory.
    pub stay_awake: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            most_active: 500,
            grace: Duration::from_secs(25),
            show_after: Duration::from_millis(25),
            stay_awake: Duration::from_secs(1),
        }
    }
}

/// The engine for one machine.
#[derive(Clone)]
pub struct Embedded {
    pool: Arc<Pool>,
}

impl Embedded {
    /// Makes an engine. Runs are accepted from now on and worked on once [`Engine::serve`] runs.
    pub fn new(ports: Ports, options: Options) -> Self {
        Self {
            pool: Arc::new(Pool::new(ports, options)),
        }
    }
}

#[async_trait]
impl Engine for Embedded {
    async fn start(&self, run: NewRun) -> Result<Accepted, EngineError> {
        let pool = Arc::clone(&self.pool);
        // A task of its own: whoever asked may hang up, and a run that is stored must still be worked on.
        let accepting = self.pool.tasks.spawn(async move { pool.accept(run).await });
        accepting.await.unwrap_or_else(|_| {
            let why = "the server stopped before it could answer";
            Err(EngineError::Unavailable(why.to_owned()))
        })
    }

    async fn signal(&self, run: RunId, signal: Signal, by: &str) -> Result<RunState, EngineError> {
        self.pool.signal(run, signal, by).await
    }

    async fn outlook(&self, run: &NewRun) -> Result<Outlook, EngineError> {
        let library = &self.pool.ports.library;
        let program = library.program(&run.recipe, run.agent.as_ref()).await?;
        again::outlook(&self.pool, run, &program).await
    }

    async fn inputs_again(
        &self,
        of: RunId,
        recipe: &RecipeRef,
        agent: Option<&AgentRef>,
    ) -> Result<Map<String, Value>, EngineError> {
        let program = self.pool.ports.library.program(recipe, agent).await?;
        let first = again::first(&self.pool, of).await?;
        Ok(crate::next::inputs_for(&first, &program))
    }

    async fn settled(&self, run: RunId, patience: Duration) -> Result<RunState, EngineError> {
        self.pool.settled(run, patience).await
    }

    fn changes(&self) -> broadcast::Receiver<Change> {
        self.pool.changes.subscribe()
    }

    async fn serve(&self, stop: CancellationToken) -> Result<(), EngineError> {
        recover::pick_up(&self.pool).await?;
        pool::serve(&self.pool, stop).await;
        Ok(())
    }
}

impl Pool {
    /// Accepts a run: when this returns, it survives a crash.
    pub(super) async fn accept(self: &Arc<Self>, run: NewRun) -> Result<Accepted, EngineError> {
        if self.stopping.is_cancelled() {
            return Err(EngineError::Unavailable(
                "the server is stopping".to_owned(),
            ));
        }
        let ports = &self.ports;
        let program = ports
            .library
            .program(&run.recipe, run.agent.as_ref())
            .await?;
        accept_run(&program, &run).map_err(|message| EngineError::Unfit { message })?;
        let (mut history, entries) = again::beginning(self, &run, &program).await?;
        let (steps, _) = history.take_fresh();
        let batch = Batch {
            run: run.id,
            after: 0,
            entries,
            state: history.state().clone(),
            steps,
            artifacts: Vec::new(),
            contents: Vec::new(),
        };
        failpoint::reach(FailPoint::BeforeAccept);
        self.lock().accepting.insert(run.id);
        let accepted = ports.journal.accept(&run, batch).await;
        self.lock().accepting.remove(&run.id);
        let accepted = accepted.map_err(|error| match error {
            JournalError::KeyReused(run) => EngineError::KeyReused(run),
            JournalError::Full(message) => EngineError::Unavailable(message),
            JournalError::Continued { .. } => EngineError::NotWaiting {
                message: error.to_string(),
            },
            error => {
                // It may have been stored all the same.
                self.try_again_later(run.id);
                EngineError::Journal(error)
            }
        })?;
        failpoint::reach(FailPoint::AfterAccept);
        if accepted.is_new {
            self.announce(history.state());
            self.enqueue(history, program);
        } else {
            // Whoever stored it may not have learned of it.
            self.wake(accepted.run);
        }
        Ok(accepted)
    }
}

/// How long to sleep until a time: at least a millisecond, so that rounding cannot make a run spin.
fn time_until(now: jiff::Timestamp, until: jiff::Timestamp) -> Duration {
    Duration::try_from(until.duration_since(now))
        .unwrap_or_default()
        .max(Duration::from_millis(1))
}
