//! A message from outside, from its arrival to the run that it starts.
//!
//! That a message starts one run at most rests on two keys: the message's own, under which it is noted before anything
//! is done, and the run's, which is made of it. After a crash in between, a repetition finds the run by the second.

use avops_engine::RunId;
use avops_store::{DeliveryRow, HookRow, QUEUED, WorkflowRow};
use avops_tools::Secret;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::event::{Event, Mapping, Meaning};
use super::prove::{self, Parcel, Proven};
use super::{Signature, secret};
use crate::runs::{self, Origin, StartRun};
use crate::schedule::{Ticked, Turn, actor, turn_of};
use crate::workflows::{Binding, Trigger, version_to_run};
use crate::{Actor, App, Error};

/// Noted, and nothing decided yet.
const TAKEN: &str = "taken";
const STARTED: &str = "started";
const REFUSED: &str = "refused";

/// What is said to the sender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Reply {
    /// What became of the message.
    Receipt(Receipt),
    /// The answer to the challenge by which Zoom checks an address.
    Zoom {
        /// The challenge.
        #[serde(rename = "plainToken")]
        plain_token: String,
        /// Its HMAC-SHA256 by the secret, in hex.
        #[serde(rename = "encryptedToken")]
        encrypted_token: String,
    },
    /// The answer to the challenge by which Slack checks an address.
    Slack {
        /// The challenge.
        challenge: String,
    },
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Receipt {
    /// `started`, `queued`, `duplicate`, `filtered`, `overlap`, `paused` or `ping`.
    pub outcome: String,
    /// Why no run was started.
    pub reason: Option<String>,
    /// The run that it started, now or when it came first.
    pub run_id: Option<RunId>,
    /// Absolute address of the run's page.
    pub url: Option<String>,
}

/// Takes a message. When this returns, what became of it is on disk.
///
/// # Errors
/// [`Error::Unproven`] for an address that there is not and for a message that proves nothing, [`Error::TooOften`] beyond
/// the workflow's rate, [`Error::BadInput`] for a message that cannot be made sense of, [`Error::Unavailable`] when it can be
/// sent again later.
pub async fn receive(app: &App, address: &str, parcel: &Parcel) -> Result<Reply, Error> {
    let Some((workflow, binding, hook)) = found(app, address).await? else {
        return Err(Error::Unproven);
    };
    let Trigger::Webhook {
        signature,
        per_minute,
        ..
    } = binding.trigger
    else {
        return Err(Error::Unproven);
    };
    let now = app.now();
    let secrets = secret::taken(app, &hook, signature, now).await?;
    let note = |outcome: &str, reason: String| DeliveryRow {
        outcome: outcome.to_owned(),
        reason: Some(reason),
        ..row(&workflow.id, parcel, now)
    };
    let proven = match prove::prove(signature, &secrets, parcel, now) {
        Ok(proven) => proven,
        Err(reason) => {
            if app.hooks.notes(&hook.id, now) {
                app.store
                    .note_delivery(&note("bad_signature", reason))
                    .await?;
            }
            return Err(Error::Unproven);
        }
    };
    let event = Event::read(signature, parcel);
    if let Ok(event) = &event
        && let Some(reply) = handshake(signature, event, &secrets)
    {
        let reason = "the sender checked the address".to_owned();
        app.store.note_delivery(&note("ping", reason)).await?;
        return Ok(reply);
    }
    if !app.hooks.admits(&hook.id, per_minute, now) {
        let reason = format!("more than {per_minute} messages within a minute");
        app.store.note_delivery(&note("limited", reason)).await?;
        return Err(Error::TooOften {
            message: format!("this address takes {per_minute} messages a minute"),
            seconds: 60,
        });
    }
    let mut delivery = DeliveryRow {
        key: Some(proven.key.clone()),
        delivery: proven.delivery.clone(),
        event: event.as_ref().ok().and_then(|event| event.kind.clone()),
        ..row(&workflow.id, parcel, now)
    };
    if let Some(known) = app.store.claim_delivery(&delivery).await? {
        // What could not be made sense of may be sent again once that is mended; all else is settled.
        if known.outcome != TAKEN && known.outcome != REFUSED {
            return Ok(duplicate(app, &known, &proven));
        }
        delivery.id = known.id;
    }
    match event {
        Ok(event) => decide(app, &workflow, &binding, delivery, &event).await,
        Err(reason) => settle(app, delivery, REFUSED, Some(reason), None).await,
    }
}

/// The workflow behind an address, if there is one that takes messages.
async fn found(app: &App, address: &str) -> Result<Option<(WorkflowRow, Binding, HookRow)>, Error> {
    let Some(hook) = app.store.hook(address).await? else {
        return Ok(None);
    };
    let Some(workflow) = app.store.workflow(&hook.workflow_id).await? else {
        return Ok(None);
    };
    let binding = Binding::of(&workflow)?;
    Ok(Some((workflow, binding, hook)))
}

/// The answer to a question whether the address works.
fn handshake(signature: Signature, event: &Event, secrets: &[Secret]) -> Option<Reply> {
    let text = |at: &str| event.body.pointer(at).and_then(Value::as_str);
    match (signature, event.kind.as_deref()) {
        (Signature::Zoom, Some("endpoint.url_validation")) => {
            let plain_token = text("/payload/plainToken")?.to_owned();
            Some(Reply::Zoom {
                encrypted_token: prove::answer_to(&plain_token, secrets.first()?)?,
                plain_token,
            })
        }
        (Signature::Slack, Some("url_verification")) => Some(Reply::Slack {
            challenge: text("/challenge")?.to_owned(),
        }),
        (Signature::Github, Some("ping")) => Some(Reply::Receipt(Receipt {
            outcome: "ping".to_owned(),
            reason: None,
            run_id: None,
            url: None,
        })),
        _ => None,
    }
}

/// Decides what a proven, new message does.
async fn decide(
    app: &App,
    workflow: &WorkflowRow,
    binding: &Binding,
    delivery: DeliveryRow,
    event: &Event,
) -> Result<Reply, Error> {
    if !workflow.enabled {
        let reason = match &workflow.pause_reason {
            Some(reason) => format!("the workflow is switched off: {reason}"),
            None => "the workflow is switched off".to_owned(),
        };
        return settle(app, delivery, "paused", Some(reason), None).await;
    }
    let Some(mapping) = Mapping::of(&binding.trigger)? else {
        return Err(Error::Unproven);
    };
    let name = delivery.delivery.clone();
    let mapped = match mapping.meaning(event, name.as_deref(), delivery.received_at) {
        Meaning::Starts(mapped) => mapped,
        Meaning::Filtered(reason) => {
            return settle(app, delivery, "filtered", Some(reason), None).await;
        }
        Meaning::Unfit(reason) => {
            return settle(app, delivery, REFUSED, Some(reason), None).await;
        }
    };
    let _turn = app.schedule.turn.lock().await;
    let by = actor(workflow);
    if let Some(run) = run_of(app, &by, &delivery).await? {
        return settle(app, delivery, STARTED, None, Some(run)).await;
    }
    let waiting = app.store.queued_deliveries_of(&workflow.id).await?;
    match turn_of(app, workflow, binding.overlap, waiting).await? {
        Turn::Now => {}
        Turn::Wait(reason) => {
            let waits = DeliveryRow {
                inputs: Some(mapped),
                ..delivery
            };
            let reply = settle(app, waits, QUEUED, Some(reason), None).await;
            app.schedule.changed.notify_one();
            return reply;
        }
        Turn::Never(reason) => {
            return settle(app, delivery, "overlap", Some(reason), None).await;
        }
    }
    match start(app, workflow, &by, &delivery, mapped).await {
        Ok(run) => settle(app, delivery, STARTED, None, Some(run)).await,
        Err(error @ (Error::Unavailable { .. } | Error::Internal(_))) => Err(error),
        Err(error) => settle(app, delivery, REFUSED, Some(error.to_string()), None).await,
    }
}

async fn run_of(app: &App, by: &Actor, delivery: &DeliveryRow) -> Result<Option<RunId>, Error> {
    let key = run_key(delivery);
    Ok(app.store.run_of_request(&by.id, &key).await?)
}

fn run_key(delivery: &DeliveryRow) -> String {
    format!("hook:{}", delivery.key.as_deref().unwrap_or_default())
}

async fn start(
    app: &App,
    workflow: &WorkflowRow,
    by: &Actor,
    delivery: &DeliveryRow,
    mapped: Map<String, Value>,
) -> Result<RunId, Error> {
    let mut inputs = workflow.inputs.clone();
    inputs.extend(mapped);
    let meta = json!({
        "delivery": delivery.delivery.as_ref().unwrap_or(&delivery.id), "event": delivery.event,
        "received_at": delivery.received_at,
    });
    let request = StartRun {
        agent: workflow.agent_id.clone(),
        recipe: workflow.recipe_id.clone(),
        version: version_to_run(app, workflow).await?,
        inputs,
        dry_run: false,
        name: Some(workflow.name.clone()),
        meta: [("hook".to_owned(), meta)].into_iter().collect(),
    };
    let origin = Origin {
        trigger: Binding::of(workflow)?.trigger.word().to_owned(),
        key: Some(run_key(delivery)),
        workflow: Some(workflow.id.clone()),
    };
    Ok(runs::start(app, by, request, origin).await?.id)
}

/// Whether a message waits for its turn.
pub(crate) async fn is_waiting(app: &App) -> Result<bool, Error> {
    Ok(!app.store.queued_deliveries().await?.is_empty())
}

/// Starts messages that waited, of workflows that have no open run any more. The caller has the turn.
pub(crate) async fn drain(app: &App, ticked: &mut Ticked) -> Result<(), Error> {
    for mut delivery in app.store.queued_deliveries().await? {
        let Some(workflow) = app.store.workflow(&delivery.workflow_id).await? else {
            continue;
        };
        let by = actor(&workflow);
        let started = match run_of(app, &by, &delivery).await? {
            Some(run) => Ok(run),
            None if !app
                .store
                .open_runs_of_workflow(&workflow.id)
                .await?
                .is_empty() =>
            {
                continue;
            }
            None if !workflow.enabled => Err("switched off before its turn came".to_owned()),
            None => {
                let mapped = delivery.inputs.clone().unwrap_or_default();
                match start(app, &workflow, &by, &delivery, mapped).await {
                    Err(error @ (Error::Unavailable { .. } | Error::Internal(_))) => {
                        return Err(error);
                    }
                    answer => answer.map_err(|error| error.to_string()),
                }
            }
        };
        delivery.inputs = None;
        match started {
            Ok(run) => {
                STARTED.clone_into(&mut delivery.outcome);
                (delivery.reason, delivery.run) = (None, Some(run));
                ticked.started.push(run);
            }
            Err(reason) => {
                let outcome = if workflow.enabled { REFUSED } else { "paused" };
                outcome.clone_into(&mut delivery.outcome);
                delivery.reason = Some(reason);
                ticked.not_run += 1;
            }
        }
        app.store.settle_delivery(&delivery).await?;
    }
    Ok(())
}

/// Keeps what became of a message, and says it.
async fn settle(
    app: &App,
    delivery: DeliveryRow,
    outcome: &str,
    reason: Option<String>,
    run: Option<RunId>,
) -> Result<Reply, Error> {
    let settled = DeliveryRow {
        outcome: outcome.to_owned(),
        reason,
        run,
        ..delivery
    };
    app.store.settle_delivery(&settled).await?;
    if outcome == REFUSED {
        return Err(Error::bad_input(
            settled.reason.unwrap_or_default(),
            "mend the workflow's inputs and its `when`, then send the message again",
        ));
    }
    Ok(receipt(app, outcome, settled.reason, run))
}

fn receipt(app: &App, outcome: &str, reason: Option<String>, run_id: Option<RunId>) -> Reply {
    Reply::Receipt(Receipt {
        outcome: outcome.to_owned(),
        reason,
        run_id,
        url: run_id.map(|run| app.run_url(run)),
    })
}

fn duplicate(app: &App, known: &DeliveryRow, proven: &Proven) -> Reply {
    let other_name = known.delivery != proven.delivery;
    let reason = if other_name {
        format!(
            "the same signed message came at {} under another name",
            known.received_at
        )
    } else {
        format!(
            "it came before, at {}: {}",
            known.received_at, known.outcome
        )
    };
    receipt(app, "duplicate", Some(reason), known.run)
}

fn row(workflow: &str, parcel: &Parcel, now: Timestamp) -> DeliveryRow {
    DeliveryRow {
        id: Uuid::now_v7().to_string(),
        workflow_id: workflow.to_owned(),
        received_at: now,
        key: None,
        delivery: None,
        event: None,
        bytes: parcel.body.len() as u64,
        times: 1,
        last_at: now,
        outcome: TAKEN.to_owned(),
        reason: None,
        inputs: None,
        run: None,
    }
}
