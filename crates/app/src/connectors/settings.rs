//! Settings and credentials of tools: written, used by their own tool, never shown again.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use avops_store::ToolSettingRow;
use avops_tools::{Redaction, Secret, SettingSource, SettingState};
use indexmap::IndexMap;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use zeroize::Zeroizing;

use crate::audit::{self, Deed};
use crate::{Actor, App, Error, Permission};

/// Longest value, in bytes: a private key is some 3 KiB.
const LONGEST: usize = 16 * 1024;
/// Under which key the store keeps that a tool is simulated, before the tool's name.
const SIMULATE: &str = "simulate:";

/// A value as it comes in. Does not show itself and cannot be written out.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct SettingValue(#[schemars(with = "String")] Zeroizing<String>);

impl fmt::Debug for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SettingValue(…)")
    }
}

impl SettingValue {
    /// Takes a value.
    pub fn new(value: &str) -> Self {
        Self(Zeroizing::new(value.to_owned()))
    }

    /// The value without surrounding white space, for whoever seals it.
    pub(crate) fn expose(&self) -> &str {
        self.0.trim()
    }
}

/// One setting of a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each answers a question of its own, in JSON"
)]
pub struct ToolSetting {
    /// Its name; `NAME/DEVICE` for one device.
    pub name: String,
    /// A few words for people.
    pub title: String,
    /// Where to find the value, and which rights it needs.
    pub help: Option<String>,
    /// A credential: what was set is never shown.
    pub secret: bool,
    /// The tool does nothing without it.
    pub required: bool,
    /// It may be set for single devices as well, under `NAME/DEVICE`.
    pub per_device: bool,
    /// The environment variable that gives it when nobody has set it here.
    pub env: Option<String>,
    /// The value when nobody gives one.
    pub default: Option<String>,
    /// The values there are, where they are few.
    pub options: Vec<String>,
    /// Whether it has a value.
    pub set: bool,
    /// Where the value comes from; absent when there is none.
    pub source: Option<SettingOrigin>,
    /// The value, unless it is a credential.
    pub value: Option<String>,
    /// The last four characters of a credential of 12 or more.
    pub last4: Option<String>,
    /// A value was set here, and the key that opens it is missing: set it again.
    pub unreadable: bool,
    /// When it was set here.
    pub updated_at: Option<Timestamp>,
    /// Who set it here.
    pub updated_by: Option<String>,
}

/// Where the value of a tool's setting comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SettingOrigin {
    /// The tool's own default.
    Default,
    /// An environment variable of the program.
    Environment,
    /// Set here.
    Workspace,
}

impl From<SettingSource> for SettingOrigin {
    fn from(source: SettingSource) -> Self {
        match source {
            SettingSource::Default => Self::Default,
            SettingSource::Environment => Self::Environment,
            SettingSource::Workspace => Self::Workspace,
        }
    }
}

/// The settings of a tool with what is known of those that were set here.
pub(super) fn shown(
    states: Vec<SettingState>,
    tool: &str,
    kept: &[ToolSettingRow],
) -> Vec<ToolSetting> {
    let kept_as = |name: &str| kept.iter().find(|row| row.tool == tool && row.name == name);
    let show = |state: SettingState| {
        let row = kept_as(&state.name);
        ToolSetting {
            title: state.spec.title,
            help: state.spec.help,
            secret: state.spec.secret,
            required: state.spec.required,
            per_device: state.spec.per_device,
            env: state.spec.env,
            default: state.spec.default,
            options: state.spec.options,
            set: state.source.is_some(),
            source: state.source.map(SettingOrigin::from),
            value: state.value,
            last4: state.last4,
            unreadable: row.is_some_and(|row| row.value.is_none()),
            updated_at: row.map(|row| row.updated_at),
            updated_by: row.map(|row| row.updated_by.clone()),
            name: state.name,
        }
    };
    states.into_iter().map(show).collect()
}

/// Sets and clears settings of one tool: all of them or none. The tool uses them from its next call on.
pub(super) async fn set(
    app: &App,
    by: &Actor,
    tool: &str,
    changes: IndexMap<String, Option<SettingValue>>,
) -> Result<(), Error> {
    for (name, value) in &changes {
        let value = value.as_ref().map(|value| value.0.trim());
        if value.is_some_and(|value| value.is_empty() || value.len() > LONGEST) {
            return Err(Error::bad_input(
                format!("the value of `{name}` is empty or longer than {LONGEST} bytes"),
                "give a value; null clears it",
            ));
        }
    }
    let _turn = app.tool_settings_turn.lock().await;
    let rows = app.store.tool_settings().await?;
    let mut values: BTreeMap<String, Secret> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.tool == tool) {
        if let Some(value) = &row.value {
            values.insert(row.name.clone(), Secret::new(value));
        }
    }
    let before = values.clone();
    for (name, value) in &changes {
        match value {
            Some(value) => values.insert(name.clone(), Secret::new(&value.0)),
            None => values.remove(name),
        };
    }
    // Only the registry knows whether they can be used. Its refusal may quote an address, and one may be a credential.
    app.tools
        .configure(tool, &values)
        .map_err(|error| hidden(error.into(), &Redaction::of(values.values())))?;
    let kept: Vec<(&str, Option<&str>)> = changes
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_ref().map(|value| value.0.trim())))
        .collect();
    if let Err(error) = app
        .store
        .set_tool_settings(tool, &kept, &by.name, app.now())
        .await
    {
        app.tools.configure(tool, &before)?;
        return Err(error.into());
    }
    for (name, value) in &changes {
        let what = match value {
            Some(_) => "tool.setting.set",
            None => "tool.setting.clear",
        };
        // Not even a hash of it: a short credential could be found by trying.
        audit::record(app, by, Deed::on(what, format!("{tool}.{name}"))).await?;
    }
    Ok(())
}

/// Sets a tool up with what is kept for it.
pub(super) async fn apply(app: &App, tool: &str) -> Result<(), Error> {
    let rows = app.store.tool_settings().await?;
    let of_tool = rows.iter().filter(|row| row.tool == tool);
    let values: BTreeMap<String, Secret> = of_tool
        .filter_map(|row| Some((row.name.clone(), Secret::new(row.value.as_deref()?))))
        .collect();
    app.tools.configure(tool, &values)?;
    Ok(())
}

/// Makes a tool answer from the simulated campus, or no longer.
pub(super) async fn simulate(app: &App, by: &Actor, tool: &str, on: bool) -> Result<(), Error> {
    let before = app.tools.tool(tool)?.simulate_always;
    app.store
        .set_setting(
            &format!("{SIMULATE}{tool}"),
            &json!(on),
            &by.name,
            app.now(),
        )
        .await?;
    app.tools.simulate_always(tool, on)?;
    let deed = Deed::on("tool.simulate", tool)
        .before(&json!(before))
        .after(&json!(on));
    audit::record(app, by, deed).await
}

/// Seals the settings of all tools with a new key and forgets the old one; gives how many there are.
///
/// # Errors
/// [`Error::Internal`] when one of them cannot be opened: then the keys stay.
pub async fn rotate_key(app: &App, by: &Actor) -> Result<usize, Error> {
    by.require(Permission::ManageTools)?;
    let _turn = app.tool_settings_turn.lock().await;
    let sealed = app.store.rotate_tool_settings_key().await?;
    audit::record(app, by, Deed::on("tool.settings.rekey", "secrets.key")).await?;
    Ok(sealed)
}

/// Sets every tool up as it was, before runs go on. One that cannot be is logged, and says so itself when it is used.
pub(crate) async fn restore(app: &App) -> Result<(), Error> {
    let rows = app.store.tool_settings().await?;
    let tools: BTreeSet<&str> = rows
        .iter()
        .map(|row| row.tool.as_str())
        // Keys of models and secrets of hooks lie in the same vault, under names that no tool has.
        .filter(|tool| !tool.contains(':'))
        .collect();
    for tool in tools {
        let of_tool = rows.iter().filter(|row| row.tool == tool);
        let mut values = BTreeMap::new();
        for row in of_tool {
            if let Some(value) = &row.value {
                values.insert(row.name.clone(), Secret::new(value));
            } else {
                tracing::error!(
                    tool,
                    setting = row.name,
                    "no key in secrets.key opens a setting; put the file back, or set it again"
                );
            }
        }
        if let Err(error) = app.tools.configure(tool, &values) {
            let error = Redaction::of(values.values()).text(&error.to_string());
            tracing::error!(tool, error, "a tool cannot be set up as it was");
        }
    }
    for row in app.store.settings().await? {
        let Some(tool) = row.key.strip_prefix(SIMULATE) else {
            continue;
        };
        if let Err(error) = app.tools.simulate_always(tool, row.value == json!(true)) {
            tracing::warn!(tool, %error, "a tool that was to be simulated is gone");
        }
    }
    Ok(())
}

fn hidden(error: Error, redaction: &Redaction) -> Error {
    match error {
        Error::BadInput { message, hint } => Error::BadInput {
            message: redaction.text(&message),
            hint,
        },
        other => other,
    }
}
