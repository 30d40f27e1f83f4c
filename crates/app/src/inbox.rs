//! Everything that waits for a person, and answers to several waits at once.

use avops_engine::{Mode, RunId, RunPhase, Signal, StepKey, StepState, WaitReason};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use avops_store::WaitingStep;

use crate::duties::{self, Origins};
use crate::runs::{self, may_answer, named, waiting};
use crate::secrets::sha256;
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
    /// Its version.
    pub recipe_version: u32,
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
    /// `input`, `approval`, `manual`, `interrupted`, `held` or `paused`.
    pub reason: WaitReason,
    /// The question or instruction.
    pub prompt: String,
    /// Who may answer.
    pub role: String,
    /// Whether the actor who asked for the list may answer.
    pub may_answer: bool,
    /// Why that actor may not say yes although they may answer such waits: separation of duties.
    pub needs_another: Option<String>,
    /// What it touches, as far as its calls and inputs name it: rooms, devices, channels, records.
    pub affects: Vec<Affected>,
    /// Of the question with everything that is shown. An answer that names it counts for this question only.
    pub fingerprint: String,
    /// Since when the step stands.
    pub since: Timestamp,
    /// When the run stops waiting and fails.
    pub until: Option<Timestamp>,
    /// JSON Schema of missing inputs.
    pub schema: Option<Value>,
    /// The call that it is about, and what led to it.
    pub evidence: Value,
    /// Which `kind` of signal answers it: `answer`; `approve`, `reject`, `request_changes`; `done`; `resolve`;
    /// `release`, `resume`, `cancel`.
    pub answers: Vec<&'static str>,
}

/// Something that a decision touches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Affected {
    /// `room`, `device`, `channel`, `record`.
    pub kind: &'static str,
    /// As the call or the input names it.
    pub name: String,
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
    let mut items = Vec::with_capacity(found.items.len());
    for row in found.items {
        items.extend(item(app, by, row).await?);
    }
    Ok(Page {
        items,
        next: found.next,
    })
}

/// Which signals answer a wait.
fn answers(reason: WaitReason) -> Vec<&'static str> {
    match reason {
        WaitReason::Input => vec!["answer"],
        WaitReason::Approval => vec!["approve", "reject", "request_changes"],
        WaitReason::Manual => vec!["done"],
        WaitReason::Interrupted => vec!["resolve"],
        WaitReason::Held => vec!["release", "cancel"],
        WaitReason::Paused => vec!["resume", "cancel"],
        WaitReason::Timer | WaitReason::Lock | WaitReason::Window | WaitReason::Child => Vec::new(),
    }
}

/// The wait as the actor sees it; nothing where the step waits for no person.
async fn item(app: &App, by: &Actor, row: WaitingStep) -> Result<Option<InboxItem>, Error> {
    let fingerprint = fingerprint(&row.step);
    let step = row.step;
    let Some(gate) = step.gate else {
        return Ok(None);
    };
    let approval = gate.reason == WaitReason::Approval;
    let may_answer = may_answer(by, row.mode, &gate, approval);
    let needs_another = if approval && may_answer {
        let origins = Origins {
            mode: row.mode,
            requested_by: row.requested_by.clone(),
            workflow_id: row.workflow_id,
            recipe_id: row.recipe_id,
            recipe_version: row.recipe_version,
        };
        duties::against(app, by, &origins).await?
    } else {
        None
    };
    Ok(Some(InboxItem {
        may_answer,
        needs_another,
        affects: affected(&gate.evidence, &row.inputs),
        fingerprint,
        run_id: row.run,
        url: app.run_url(row.run),
        run: row.run_name,
        agent: row.agent,
        recipe: row.recipe,
        recipe_version: row.recipe_version,
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
    }))
}

/// SHA-256 of a question with everything that is shown beside it, in hex.
fn fingerprint(step: &StepState) -> String {
    let shown = json!({ "step": step.key, "attempt": step.attempt, "gate": step.gate });
    sha256(&shown.to_string())
}

/// What calls and inputs name that people know: the words under which the shipped tools take rooms, devices and records.
fn affected(evidence: &Value, inputs: &Map<String, Value>) -> Vec<Affected> {
    let calls = evidence.get("calls").and_then(Value::as_array);
    let args = calls
        .into_iter()
        .flatten()
        .filter_map(|call| call.get("args").or_else(|| call.get("as_written")))
        .filter_map(Value::as_object);
    let mut found: Vec<Affected> = args
        .chain([inputs])
        .flatten()
        .filter_map(|(name, value)| {
            let name_of = match value {
                Value::String(text) if !text.contains("{{") => text.trim().to_owned(),
                Value::Number(number) => number.to_string(),
                _ => return None,
            };
            let kind = kind_of(name)?;
            (!name_of.is_empty()).then_some(Affected {
                kind,
                name: name_of,
            })
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

fn kind_of(argument: &str) -> Option<&'static str> {
    const KINDS: [(&str, &[&str]); 4] = [
        ("room", &["room"]),
        (
            "device",
            &["device", "projector", "display", "core", "switcher"],
        ),
        ("channel", &["channel"]),
        (
            "record",
            &[
                "incident", "ticket", "story", "article", "meeting", "webinar",
            ],
        ),
    ];
    let words: Vec<&str> = argument.split('_').collect();
    KINDS
        .into_iter()
        .find(|(_, known)| words.iter().any(|word| known.contains(word)))
        .map(|(kind, _)| kind)
}

/// Most waits that are answered at once.
const MOST_AT_ONCE: usize = 100;

/// Answers to several waits.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// One for each wait, at most 100.
    pub answers: Vec<OneAnswer>,
}

/// The answer to one wait.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OneAnswer {
    /// The run that waits.
    pub run_id: RunId,
    /// The wait's `fingerprint`: when it asks for something else by now, the answer does not count.
    #[serde(default)]
    pub fingerprint: Option<String>,
    /// What is said, with the step in it.
    pub signal: Signal,
}

/// What became of answers, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Answered {
    /// One for each answer.
    pub results: Vec<AnswerResult>,
}

/// What became of one answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AnswerResult {
    /// The run.
    pub run_id: RunId,
    /// Whether it counts.
    pub ok: bool,
    /// Why it does not.
    pub error: Option<String>,
    /// What to do about that.
    pub hint: Option<String>,
}

/// Answers several waits, each by itself: one that does not count stops no other.
///
/// # Errors
/// [`Error::BadInput`] for none or too many. What is wrong with a single answer stands in its result.
pub async fn answer(app: &App, by: &Actor, given: Answers) -> Result<Answered, Error> {
    by.require(Permission::Simulate)?;
    let number = given.answers.len();
    if !(1..=MOST_AT_ONCE).contains(&number) {
        return Err(Error::bad_input(
            format!("{number} answers cannot be taken at once"),
            format!("send 1 to {MOST_AT_ONCE}"),
        ));
    }
    let mut results = Vec::with_capacity(number);
    for one in given.answers {
        let run_id = one.run_id;
        let error = answer_one(app, by, one).await.err();
        results.push(AnswerResult {
            run_id,
            ok: error.is_none(),
            hint: error.as_ref().and_then(Error::hint),
            error: error.map(|error| match error {
                Error::Internal(reason) => {
                    tracing::error!(run = %run_id, "an answer was not taken: {reason}");
                    "the server could not do this; its log has the reason".to_owned()
                }
                other => other.to_string(),
            }),
        });
    }
    Ok(Answered { results })
}

async fn answer_one(app: &App, by: &Actor, one: OneAnswer) -> Result<(), Error> {
    if let Some(seen) = &one.fingerprint {
        let steps = app.store.steps(one.run_id).await?;
        let asked = named(&one.signal).and_then(|key| waiting(&steps, key));
        // One that is gone is told by the run itself, with who was first.
        if asked.is_some_and(|step| fingerprint(step) != *seen) {
            return Err(Error::Conflict {
                message: "this question has changed since it was shown".to_owned(),
                hint: Some("look at it again, then answer".to_owned()),
            });
        }
    }
    runs::signal(app, by, one.run_id, one.signal).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_touched_is_named_as_the_calls_name_it() {
        let evidence = json!({ "calls": [
            { "args": { "room_id": "zr-hq-204", "channel": "#av-ops", "text": "room" } },
            { "as_written": { "room_id": "{{ zoom_room.id }}", "incident_id": "INC1" } },
        ] });
        let inputs = json!({ "room": "Boardroom 4", "headroom": "no", "rooms": ["a"] });
        let found = affected(&evidence, inputs.as_object().unwrap_or(&Map::new()));
        let told: Vec<(&str, &str)> = found
            .iter()
            .map(|one| (one.kind, one.name.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("channel", "#av-ops"),
                ("record", "INC1"),
                ("room", "Boardroom 4"),
                ("room", "zr-hq-204"),
            ]
        );
    }
}
