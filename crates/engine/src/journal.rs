//! The port to the journal: what a crash cannot take away.

use async_trait::async_trait;
use jiff::Timestamp;
use thiserror::Error;

use crate::content::{Content, ContentName};
use crate::event::Entry;
use crate::run::{NewRun, RunId, RunState, RunStatus, Seq, StepKey, StepState, WaitReason};
use crate::tool::Artifact;

/// New entries of one run, and the rows that follow from them. Stored in one transaction or not at all.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The run.
    pub run: RunId,
    /// Number of the entry that these follow; the first has the next number.
    pub after: Seq,
    /// At least one.
    pub entries: Vec<Entry>,
    /// The run as it stands after them.
    pub state: RunState,
    /// Every step that they touched, as it stands after them.
    pub steps: Vec<StepState>,
    /// What they left behind.
    pub artifacts: Vec<NewArtifact>,
    /// What the entries name and do not hold. One that is kept already is the same.
    pub contents: Vec<Content>,
}

/// An artifact with the step that made it.
#[derive(Debug, Clone, PartialEq)]
pub struct NewArtifact {
    /// Order within the run, from 1; with the run it names the artifact.
    pub number: u32,
    /// The step.
    pub step: StepKey,
    /// When.
    pub at: Timestamp,
    /// What.
    pub artifact: Artifact,
    /// What it holds, where this installation keeps it.
    pub content: Option<ContentName>,
}

/// What became of a request for a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// The run: the new one, or the one that the same request made before.
    pub run: RunId,
    /// Whether it is new.
    pub is_new: bool,
}

/// A run that is not over, as found after a start.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenRun {
    /// The run.
    pub run: RunId,
    /// Where it stands.
    pub status: RunStatus,
    /// For what it waits.
    pub waiting_for: Option<WaitReason>,
    /// When it goes on by itself.
    pub wake_at: Option<Timestamp>,
    /// The lock it holds, or waits for when `waiting_for` says so: [`RunState::lock`].
    pub lock: Option<String>,
}

/// Keeps the journals of all runs. Whatever returned `Ok` survives a crash of the process and of the machine.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Stores a new run with its first entries. A request key that is known with the same content gives the
    /// run of the first time and stores nothing; with other content it is [`JournalError::KeyReused`]. A run that takes over
    /// results of another one that a run before it has taken over (dry runs not counted) is [`JournalError::Continued`].
    async fn accept(&self, run: &NewRun, batch: Batch) -> Result<Accepted, JournalError>;

    /// Appends entries. If the number after `batch.after` is taken, stores nothing and says so.
    async fn append(&self, batch: Batch) -> Result<(), JournalError>;

    /// Reads the entries after `after`, in order.
    async fn read(&self, run: RunId, after: Seq) -> Result<Vec<Entry>, JournalError>;

    /// Reads a content that was stored with a batch; `None` where there is none of that hash.
    async fn content(&self, sha256: &str) -> Result<Option<Content>, JournalError>;

    /// Lists the runs that are not over.
    async fn open_runs(&self) -> Result<Vec<OpenRun>, JournalError>;

    /// Remembers that a run uses up one of a cooldown's turns, unless `max` runs did since `since`.
    /// Asking again for the same run changes nothing. Returns whether the run may go on.
    async fn take_turn(
        &self,
        key: &str,
        run: RunId,
        at: Timestamp,
        since: Timestamp,
        max: u32,
    ) -> Result<bool, JournalError>;
}

/// Why the journal did not store or read.
#[derive(Debug, Clone, Error)]
pub enum JournalError {
    /// Somebody else wrote the entry first: whoever sees this no longer owns the run.
    #[error("run {run} already has entry {seq}")]
    Taken {
        /// The run.
        run: RunId,
        /// The number.
        seq: Seq,
    },
    /// The request key is known with other content.
    #[error("the idempotency key was used before with another request, for run {0}")]
    KeyReused(RunId),
    /// The results of a run are handed on once.
    #[error(
        "run {by} goes on from run {run} already; go on from that one, or run it again from the start"
    )]
    Continued {
        /// The run whose results are wanted.
        run: RunId,
        /// The run that took them over.
        by: RunId,
    },
    /// No such run.
    #[error("there is no run {0}")]
    NoSuchRun(RunId),
    /// No room on the disk: nothing more is accepted until there is.
    #[error("the disk is full: {0}")]
    Full(String),
    /// The database failed.
    #[error("the journal failed: {0}")]
    Failed(String),
}
