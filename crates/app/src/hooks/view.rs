//! Addresses and messages as front doors show them.

use avops_engine::RunId;
use avops_store::{DeliveryRow, HookRow};
use avops_tools::Secret;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::secret::SECRET;
use super::{Signature, url, vault_name};
use crate::{Actor, App, Error, Page, PageRequest, Permission, workflows};

/// The address at which messages for a workflow are taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Hook {
    /// Where the sender posts to.
    pub url: String,
    /// Whether there is a secret; without one every message is refused.
    pub secret_set: bool,
    /// The last four characters of the secret.
    pub last4: Option<String>,
    /// There is one, and the key that opens it is missing: set it again.
    pub unreadable: bool,
    /// When it was set.
    pub secret_set_at: Option<Timestamp>,
    /// Who set it.
    pub secret_set_by: Option<String>,
    /// Until when the secret before it is taken as well.
    pub previous_until: Option<Timestamp>,
    /// Whether the simulated campus sends its alerts here, by a secret of its own: in mock mode, where Zoom signs.
    pub simulated: bool,
}

/// A message that came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Delivery {
    /// Its id here.
    pub id: String,
    /// When it came first.
    pub received_at: Timestamp,
    /// The sender's own name for it.
    pub delivery: Option<String>,
    /// What it is about, in the sender's words.
    pub event: Option<String>,
    /// How long it was, in bytes.
    pub bytes: u64,
    /// How often it came. One run at most is started for all of them.
    pub times: u64,
    /// When it came last.
    pub last_at: Timestamp,
    /// `started`, `queued`, `filtered`, `overlap`, `paused`, `refused`, `limited`, `bad_signature` or `ping`.
    pub outcome: String,
    /// Why no run was started.
    pub reason: Option<String>,
    /// The run that was started.
    pub run_id: Option<RunId>,
}

/// The messages that came for a workflow, newest first.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::BadInput`] for a cursor that was not given out here.
pub async fn deliveries(
    app: &App,
    by: &Actor,
    workflow: &str,
    page: &PageRequest,
) -> Result<Page<Delivery>, Error> {
    by.require(Permission::See)?;
    let row = workflows::find(app, workflow).await?;
    let limit = page.bounded();
    let items: Vec<Delivery> = app
        .store
        .deliveries(&row.id, page.cursor.as_deref(), limit)
        .await?
        .into_iter()
        .map(Delivery::from)
        .collect();
    let full = items.len() == usize::try_from(limit).unwrap_or(usize::MAX);
    let next = items.last().filter(|_| full).map(|last| last.id.clone());
    Ok(Page { items, next })
}

/// An address with what is known of its secret.
pub(crate) async fn shown(app: &App, hook: HookRow, signature: Signature) -> Result<Hook, Error> {
    let kept = app
        .store
        .settings_of_tool(&vault_name(&hook.workflow_id))
        .await?;
    let secret = kept.into_iter().find(|row| row.name == SECRET);
    let value = secret.as_ref().and_then(|row| row.value.as_ref());
    Ok(Hook {
        url: url(app, &hook.id),
        secret_set: value.is_some(),
        last4: value.and_then(|value| Secret::new(value).last4()),
        unreadable: secret.as_ref().is_some_and(|row| row.value.is_none()),
        secret_set_at: secret.as_ref().map(|row| row.updated_at),
        secret_set_by: secret.map(|row| row.updated_by),
        simulated: signature == Signature::Zoom && app.tools.mock(),
        previous_until: hook.previous_until.filter(|until| app.now() < *until),
    })
}

impl From<DeliveryRow> for Delivery {
    fn from(row: DeliveryRow) -> Self {
        Self {
            id: row.id,
            received_at: row.received_at,
            delivery: row.delivery,
            event: row.event,
            bytes: row.bytes,
            times: row.times,
            last_at: row.last_at,
            outcome: row.outcome,
            reason: row.reason,
            run_id: row.run,
        }
    }
}
