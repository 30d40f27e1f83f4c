//! Everything that waits for a person.

use avops_engine::{Mode, RunId, RunPhase, StepKey, WaitReason};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::{Actor, App, Error, Page, PageRequest};

/// One wait, with what is needed to answer it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InboxItem {
    /// The run that waits.
    pub run_id: RunId,
    /// Its name.
    pub run: String,
    /// Absolute address of its page.
    pub url: String,
    /// Agent name.
    pub agent: Option<String>,
    /// Recipe name.
    pub recipe: String,
    /// Live, mock or dry.
    pub mode: Mode,
    /// The step that waits; goes back in the answer.
    pub step: StepKey,
    /// Its phase.
    pub phase: RunPhase,
    /// `input`, `approval`, `manual` or `interrupted`.
    pub reason: WaitReason,
    /// The question or instruction.
    pub prompt: String,
    /// Who may answer.
    pub role: String,
    /// Whether the actor who asked for the list may answer.
    pub may_answer: bool,
    /// Since when it waits.
    pub since: Timestamp,
    /// When the run stops waiting and fails.
    pub until: Option<Timestamp>,
    /// JSON Schema of missing inputs.
    pub schema: Option<Value>,
    /// The call that it is about, and what led to it.
    pub evidence: Value,
    /// Which `kind` of signal answers it: `answer`; `approve`, `reject`; `done`; `resolve`.
    pub answers: Vec<&'static str>,
}

/// Lists what waits for a person, longest waiting first.
pub async fn list(app: &App, by: &Actor, page: &PageRequest) -> Result<Page<InboxItem>, Error> {
    let _ = (by, page);
    app.soon()
}
