//! Everything that waits for a person.

use avops_engine::{Mode, RunId, RunPhase, StepKey, WaitReason};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use avops_store::WaitingStep;

use crate::runs::may_answer;
use crate::{Actor, App, Error, Page, PageRequest, Permission};

/// One wait, with what is needed to answer it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
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
    /// Who asked for the run.
    pub requested_by: String,
    /// The step that waits; goes back in the answer.
    pub step: StepKey,
    /// Its phase.
    pub phase: RunPhase,
    /// For people.
    pub title: String,
    /// `input`, `approval`, `manual`, `interrupted` or `held`.
    pub reason: WaitReason,
    /// The question or instruction.
    pub prompt: String,
    /// Who may answer.
    pub role: String,
    /// Whether the actor who asked for the list may answer.
    pub may_answer: bool,
    /// Since when the step stands.
    pub since: Timestamp,
    /// When the run stops waiting and fails.
    pub until: Option<Timestamp>,
    /// JSON Schema of missing inputs.
    pub schema: Option<Value>,
    /// The call that it is about, and what led to it.
    pub evidence: Value,
    /// Which `kind` of signal answers it: `answer`; `approve`, `reject`; `done`; `resolve`; `release`,
    /// `cancel`.
    pub answers: Vec<&'static str>,
}

/// Lists what waits for a person, longest waiting first.
///
/// # Errors
/// [`Error::NotAllowed`].
pub async fn list(app: &App, by: &Actor, page: &PageRequest) -> Result<Page<InboxItem>, Error> {
    by.require(Permission::See)?;
    let found = app
        .store
        .waiting(page.bounded(), page.cursor.as_deref())
        .await?;
    Ok(Page {
        items: found
            .items
            .into_iter()
            .filter_map(|row| item(app, by, row))
            .collect(),
        next: found.next,
    })
}

/// Which signals answer a wait.
fn answers(reason: WaitReason) -> Vec<&'static str> {
    match reason {
        WaitReason::Input => vec!["answer"],
        WaitReason::Approval => vec!["approve", "reject"],
        WaitReason::Manual => vec!["done"],
        WaitReason::Interrupted => vec!["resolve"],
        WaitReason::Held => vec!["release", "cancel"],
        WaitReason::Timer | WaitReason::Lock | WaitReason::Window | WaitReason::Child => Vec::new(),
    }
}

/// The wait as the actor sees it; nothing where the step waits for no person.
fn item(app: &App, by: &Actor, row: WaitingStep) -> Option<InboxItem> {
    let step = row.step;
    let gate = step.gate?;
    let approval = gate.reason == WaitReason::Approval;
    Some(InboxItem {
        may_answer: may_answer(by, row.mode, &gate, approval),
        run_id: row.run,
        url: app.run_url(row.run),
        run: row.run_name,
        agent: row.agent,
        recipe: row.recipe,
        mode: row.mode,
        requested_by: row.requested_by,
        step: step.key,
        phase: step.phase,
        title: step.title,
        reason: gate.reason,
        prompt: gate.prompt,
        role: gate.role,
        since: step.started_at,
        until: gate.until,
        schema: gate.schema,
        evidence: gate.evidence,
        answers: answers(gate.reason),
    })
}
