//! Separation of duties: on real systems nobody approves what they asked for or wrote themselves.

use avops_engine::Mode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Actor, App, Error, Permission, Role};

/// Under which key the store keeps it.
pub(crate) const SETTING: &str = "approvals.separation";

/// When an approval must come from somebody else.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Separation {
    /// As soon as there is somebody else who may approve.
    #[default]
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

/// Whose a run is, as far as approvals of it go.
#[derive(Debug, Clone)]
pub(crate) struct Origins {
    /// Live, mock or dry.
    pub(crate) mode: Mode,
    /// Who asked for it, by name.
    pub(crate) requested_by: String,
    /// The workflow that started it.
    pub(crate) workflow_id: Option<String>,
    /// Its recipe, unless it came from a text.
    pub(crate) recipe_id: Option<String>,
    /// The version of that.
    pub(crate) recipe_version: u32,
}

/// The setting as it holds now.
pub(crate) async fn setting(app: &App) -> Result<Separation, Error> {
    let stored = app.store.setting(SETTING).await?;
    let known = stored.map(|row| serde_json::from_value(row.value));
    Ok(known.transpose().unwrap_or_default().unwrap_or_default())
}

/// Whether `by` must leave approvals of their own things to others.
pub(crate) async fn is_separate(app: &App, by: &Actor) -> Result<bool, Error> {
    Ok(match setting(app).await? {
        Separation::On => true,
        Separation::Off => false,
        Separation::Auto => {
            let now = app.now();
            app.store.tokens().await?.into_iter().any(|token| {
                let is_valid = token.expires_at.is_none_or(|end| now < end);
                let approves = Role::named(&token.role).is_some_and(|role| {
                    let other = Actor {
                        id: token.id.clone(),
                        name: token.name.clone(),
                        role,
                        may_approve: token.may_approve,
                    };
                    other.may(Permission::Approve) && other.may(Permission::Operate)
                });
                is_valid && approves && !same(&token.name, &by.name)
            })
        }
    })
}

/// Why `by` may not approve a step of the run although they may approve; nothing when they may.
pub(crate) async fn against(
    app: &App,
    by: &Actor,
    origins: &Origins,
) -> Result<Option<String>, Error> {
    // In the simulated campus, and where nothing real is touched, nobody needs protection.
    if origins.mode != Mode::Live || !is_separate(app, by).await? {
        return Ok(None);
    }
    if same(&origins.requested_by, &by.name) {
        return Ok(Some("you asked for this run yourself".to_owned()));
    }
    if let Some(id) = &origins.workflow_id
        && let Some(workflow) = app.store.workflow(id).await?
        && same(&workflow.created_by, &by.name)
    {
        return Ok(Some(
            "you made the workflow that started this run".to_owned(),
        ));
    }
    if let Some(id) = &origins.recipe_id {
        let version = app.store.recipe_version(id, origins.recipe_version).await?;
        if version.is_some_and(|version| same(&version.author, &by.name)) {
            return Ok(Some(
                "you saved this version of the recipe yourself".to_owned(),
            ));
        }
    }
    Ok(None)
}

/// Refuses an approval by who may not give this one.
pub(crate) async fn require(app: &App, by: &Actor, origins: &Origins) -> Result<(), Error> {
    match against(app, by, origins).await? {
        None => Ok(()),
        Some(reason) => Err(Error::NeedsAnother {
            message: format!("somebody else must approve this: {reason}"),
        }),
    }
}

/// The value of the setting, for the trail and the store.
pub(crate) fn word(separation: Separation) -> serde_json::Value {
    json!(separation)
}

fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}
