//! The secret that senders sign with: made or set here, sealed, shown once, renewed without a gap.

use avops_store::HookRow;
use avops_tools::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::prove::STANDARD_PREFIX;
use super::view::{Hook, shown};
use super::{Signature, vault_name};
use crate::audit::{self, Deed};
use crate::connectors::SettingValue;
use crate::workflows::{self, Binding, Trigger};
use crate::{Actor, App, Error, Permission, secrets};

/// The secret of now, and the one before.
pub(super) const SECRET: &str = "secret";
const PREVIOUS: &str = "previous";
/// Shortest and longest secret, in characters.
const LENGTHS: std::ops::RangeInclusive<usize> = 8..=500;
/// Longest time for which the secret before is taken: a week.
const LONGEST_MINUTES: u32 = 7 * 24 * 60;

/// A wish for another secret.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSecret {
    /// The secret, where the sender makes it (Slack's signing secret, Zoom's secret token). Made here when absent.
    #[serde(default)]
    pub secret: Option<SettingValue>,
    /// How long the secret before is taken as well, in minutes, at most a week; not at all when absent.
    #[serde(default)]
    pub keep_minutes: Option<u32>,
}

/// A secret that was made or set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IssuedSecret {
    /// The secret, if it was made here. It is not shown again.
    pub secret: Option<String>,
    /// The address that it is for.
    pub hook: Hook,
}

/// Makes or sets the secret of a workflow's address.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] for a workflow that no message starts; [`Error::BadInput`] for a secret that
/// cannot be one, or that only the sender can make.
pub async fn renew_secret(
    app: &App,
    by: &Actor,
    workflow: &str,
    new: NewSecret,
) -> Result<IssuedSecret, Error> {
    by.require(Permission::Schedule)?;
    let _turn = app.tool_settings_turn.lock().await;
    let row = workflows::find(app, workflow).await?;
    let hook = app.store.hook_of_workflow(&row.id).await?;
    let (Some(hook), Trigger::Webhook { signature, .. }) = (hook, Binding::of(&row)?.trigger)
    else {
        return Err(Error::Conflict {
            message: format!("no message starts workflow {:?}", row.name),
            hint: Some("give it a trigger of type `webhook` first".to_owned()),
        });
    };
    let keep = new.keep_minutes.unwrap_or_default();
    if keep > LONGEST_MINUTES {
        return Err(Error::bad_input(
            format!("`keep_minutes` cannot be {keep}"),
            format!("the secret before is taken for at most {LONGEST_MINUTES} minutes"),
        ));
    }
    let made = match &new.secret {
        Some(given) => {
            check(signature, given.expose())?;
            None
        }
        None if signature.is_theirs() => {
            return Err(Error::bad_input(
                format!("{} makes this secret itself", signature.title()),
                match signature {
                    Signature::Zoom => "copy the Secret Token of your Zoom app, and set it here",
                    _ => "copy the Signing Secret of your Slack app, and set it here",
                },
            ));
        }
        None => Some(secrets::hook_secret()?),
    };
    let vault = vault_name(&row.id);
    let before = app.store.settings_of_tool(&vault).await?;
    let before = before.into_iter().find(|kept| kept.name == SECRET);
    let previous = before.and_then(|kept| kept.value).filter(|_| keep > 0);
    let secret = match (&made, &new.secret) {
        (Some(made), _) => made.as_str(),
        (None, Some(given)) => given.expose(),
        (None, None) => "",
    };
    let values = [
        (SECRET, Some(secret)),
        (PREVIOUS, previous.as_ref().map(|value| value.as_str())),
    ];
    let now = app.now();
    app.store
        .set_tool_settings(&vault, &values, &by.name, now)
        .await?;
    let until = previous
        .is_some()
        .then(|| now + SignedDuration::from_mins(keep.into()));
    app.store.keep_previous_secret(&row.id, until).await?;
    // Not even a hash of it.
    audit::record(app, by, Deed::on("workflow.secret", &row.name)).await?;
    let hook = HookRow {
        previous_until: until,
        ..hook
    };
    Ok(IssuedSecret {
        secret: made,
        hook: shown(app, hook, signature).await?,
    })
}

/// Forgets the secrets of a workflow's address: another sender signs from now on.
pub(crate) async fn forget(app: &App, by: &Actor, workflow: &str) -> Result<(), Error> {
    let values = [(SECRET, None), (PREVIOUS, None)];
    app.store
        .set_tool_settings(&vault_name(workflow), &values, &by.name, app.now())
        .await?;
    app.store.keep_previous_secret(workflow, None).await?;
    Ok(())
}

/// The secrets by which a message may be signed now, the present one first. In mock mode the simulated Zoom signs by its
/// own, which nobody outside this process knows.
pub(super) async fn taken(
    app: &App,
    hook: &HookRow,
    signature: Signature,
    now: Timestamp,
) -> Result<Vec<Secret>, Error> {
    let kept = app
        .store
        .settings_of_tool(&vault_name(&hook.workflow_id))
        .await?;
    let of = |name: &str| {
        let row = kept.iter().find(|row| row.name == name)?;
        row.value.as_ref().map(|value| Secret::new(value))
    };
    let previous = hook.previous_until.filter(|until| now < *until);
    let on_campus = (signature == Signature::Zoom && app.tools.mock())
        .then(|| app.tools.campus().zoom_secret_token().clone());
    Ok([of(SECRET), previous.and_then(|_| of(PREVIOUS)), on_campus]
        .into_iter()
        .flatten()
        .collect())
}

/// Refuses what cannot be a secret, without repeating it.
fn check(signature: Signature, secret: &str) -> Result<(), Error> {
    let unfit = |why: &str| {
        Err(Error::bad_input(
            format!("this cannot be the secret: it {why}"),
            "copy it again from where it was made",
        ))
    };
    if !LENGTHS.contains(&secret.chars().count()) {
        return unfit("has fewer than 8 or more than 500 characters");
    }
    if secret.chars().any(char::is_control) {
        return unfit("holds control characters");
    }
    if signature == Signature::Standard {
        let decoded = secret
            .strip_prefix(STANDARD_PREFIX)
            .and_then(|rest| STANDARD.decode(rest).ok());
        // 24 to 64 bytes, by the specification.
        if !decoded.is_some_and(|bytes| (24..=64).contains(&bytes.len())) {
            return unfit("is not `whsec_` followed by 24 to 64 bytes in base64");
        }
    }
    Ok(())
}
