//! Durable execution: decides, journals, drives. Knows no vendor, no SQL, no HTTP.
//!
//! [`next`](mod@next) decides what a run does from what has happened; drivers carry it out. The
//! journal of [`Event`]s is the truth; [`RunState`] and [`StepState`] are folds of it, computed
//! here and only here, so that whoever stores them writes them down and interprets nothing.

pub mod again;
pub mod clock;
pub mod content;
pub mod embedded;
pub mod event;
pub mod failpoint;
pub mod gate;
mod guardrail;
mod hidden;
pub mod history;
pub mod hold;
pub mod journal;
pub mod library;
pub mod model;
pub mod next;
mod perform;
pub mod retry;
pub mod run;
pub mod surroundings;
pub mod tool;

pub use again::{Again, AgainAnswer, AgainFrom, Foreseen, Outlook, Refusal, StepFate};
pub use clock::{Clock, Ids, RandomIds, SteadyClock, SystemClock};
pub use content::{Content, ContentName, Contents};
pub use embedded::{Embedded, Options, Ports};
pub use event::{Entry, Event};
pub use gate::{Gate, Resolution, Signal};
pub use hidden::is_hidden;
pub use history::{History, HistoryError};
pub use hold::hold_open_runs;
pub use journal::{Accepted, Batch, Journal, JournalError, OpenRun};
pub use library::{Library, LibraryError, Program};
pub use model::{Fate, Models, NoModels, Offer, Proposal, Question, Said, Turn};
pub use run::*;
pub use surroundings::{Calendar, Nowhere, RunRoom, Surroundings};
pub use tool::{Artifact, Mode, ToolCall, ToolError, ToolReply, Toolbox};

use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Map, Value};
use thiserror::Error;
use tokio_util::sync::CancellationToken;

/// What every engine offers: take a run, deliver what people say, work until told to stop.
#[async_trait]
pub trait Engine: Send + Sync {
    /// Accepts a run. When this returns, the run survives a crash. A request key that was seen
    /// before with the same content gives the run of the first time.
    async fn start(&self, run: NewRun) -> Result<Accepted, EngineError>;

    /// Says what a run that runs another one again would do with each of its steps, and why it would be refused. Has
    /// no effect.
    async fn outlook(&self, run: &NewRun) -> Result<Outlook, EngineError>;

    /// The inputs that the run `of` was given at its start and in answers, as far as `recipe` asks for them.
    async fn inputs_again(
        &self,
        of: RunId,
        recipe: &RecipeRef,
        agent: Option<&AgentRef>,
    ) -> Result<Map<String, Value>, EngineError>;

    /// Delivers an answer, an approval, a refusal, a resolution or a cancellation; durable when it returns.
    /// A wait is resolved once: whoever comes second gets [`EngineError::NotWaiting`].
    async fn signal(&self, run: RunId, signal: Signal, by: &str) -> Result<RunState, EngineError>;

    /// Waits until the run ends or waits for a person, or `patience` is over; gives its state then.
    async fn settled(&self, run: RunId, patience: Duration) -> Result<RunState, EngineError>;

    /// Says which runs changed. A hint for live views: it may skip under load, the journal does not.
    fn changes(&self) -> tokio::sync::broadcast::Receiver<Change>;

    /// Works on runs until told to stop; first picks up those that a crash or stop left behind.
    async fn serve(&self, stop: CancellationToken) -> Result<(), EngineError>;
}

/// A run has new journal entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Which run.
    pub run: RunId,
    /// Number of its newest entry.
    pub seq: Seq,
    /// Its status now.
    pub status: RunStatus,
}

/// Why the engine did not do what it was asked.
#[derive(Debug, Error)]
pub enum EngineError {
    /// No such run.
    #[error("there is no run {0}")]
    NoSuchRun(RunId),
    /// Nothing waits for this signal (any more).
    #[error("{message}")]
    NotWaiting {
        /// What is the case instead, for example who answered first.
        message: String,
    },
    /// What was given does not fit what is waited for.
    #[error("{message}")]
    Unfit {
        /// What does not fit, and what would.
        message: String,
    },
    /// The run cannot be run again as asked.
    #[error("{}", refusals.first().map_or_else(|| "it cannot be run again".to_owned(), ToString::to_string))]
    NotAgain {
        /// Why; at least one.
        refusals: Vec<Refusal>,
    },
    /// The same request key came with other content.
    #[error("the idempotency key was used before with another request, for run {0}")]
    KeyReused(RunId),
    /// The engine is stopping, or the disk is nearly full.
    #[error("{0}")]
    Unavailable(String),
    /// The recipe of the run cannot be loaded.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The journal failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
}
