//! Adding, changing and removing HTTP connectors. They are kept in the store and registered at each start.

use std::num::NonZeroU32;

use avops_recipe::{Effect, Repeat};
use avops_tools::{HttpAction, HttpConfig, InMock, Kind};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{SettingValue, Tool, get, settings, tool_info};
use crate::audit::{self, Deed};
use crate::{Actor, App, Error, Permission};

/// A connector to be added.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTool {
    /// Its name: small letters, digits, `_` and `-`.
    pub name: String,
    /// `http`.
    pub kind: String,
    /// For people.
    #[serde(default)]
    pub title: Option<String>,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// Where `/health` and `/action` are.
    pub base_url: String,
    /// Its actions by name. Others cannot be called.
    #[serde(default)]
    pub actions: IndexMap<String, NewAction>,
    /// It answers 503 only before it has done anything, so that such a call may be repeated freely.
    #[serde(default)]
    pub refuses_before_acting: bool,
    /// What mock mode does with it: call it as it is (only on this machine) or simulate it.
    #[serde(default)]
    pub in_mock: Option<InMock>,
    /// Most calls in a minute: what goes beyond waits, and is tried later. No bound when absent.
    #[serde(default)]
    pub calls_per_minute: Option<NonZeroU32>,
}

/// An action of a connector to be added.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAction {
    /// What it does to the world; `destructive` when absent.
    #[serde(default)]
    pub effect: Option<Effect>,
    /// What a second call does; `once` when absent, and `safe` for what only reads.
    #[serde(default)]
    pub repeat: Option<Repeat>,
    /// A few words for people.
    #[serde(default)]
    pub title: Option<String>,
    /// When to use it.
    #[serde(default)]
    pub description: Option<String>,
    /// JSON Schema of the arguments.
    #[serde(default)]
    pub input_schema: Option<Value>,
    /// JSON Schema of the result.
    #[serde(default)]
    pub output_schema: Option<Value>,
    /// Name of its result.
    #[serde(default)]
    pub result: Option<String>,
    /// A result as it may look: what the simulator answers. The arguments when absent.
    #[serde(default)]
    pub example: Option<Value>,
}

/// What to change about a tool; what is absent stays. Only settings and `simulate` can be changed for a tool that
/// ships with the program. Shows no credential, and cannot be written out.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ToolChange {
    /// For people.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Where `/health` and `/action` are.
    pub base_url: Option<String>,
    /// Its actions by name; replaces all.
    pub actions: Option<IndexMap<String, NewAction>>,
    /// See [`NewTool::refuses_before_acting`].
    pub refuses_before_acting: Option<bool>,
    /// See [`NewTool::in_mock`].
    pub in_mock: Option<InMock>,
    /// See [`NewTool::calls_per_minute`].
    pub calls_per_minute: Option<NonZeroU32>,
    /// Settings by name (`NAME/DEVICE` for one device); null clears one. A credential is never shown again.
    #[serde(default)]
    pub settings: IndexMap<String, Option<SettingValue>>,
    /// Whether the simulated campus answers in its place although the workspace is live.
    pub simulate: Option<bool>,
}

impl ToolChange {
    /// States whether it changes how a connector that was added is reached.
    fn is_about_connector(&self) -> bool {
        self.title.is_some()
            || self.description.is_some()
            || self.base_url.is_some()
            || self.actions.is_some()
            || self.refuses_before_acting.is_some()
            || self.in_mock.is_some()
            || self.calls_per_minute.is_some()
    }
}

impl From<NewAction> for HttpAction {
    fn from(new: NewAction) -> Self {
        Self {
            effect: new.effect.unwrap_or(Effect::Destructive),
            repeat: new.repeat,
            title: new.title,
            description: new.description,
            input_schema: new.input_schema,
            output_schema: new.output_schema,
            result: new.result,
            example: new.example,
        }
    }
}

fn actions(new: IndexMap<String, NewAction>) -> IndexMap<String, HttpAction> {
    new.into_iter()
        .map(|(name, action)| (name, action.into()))
        .collect()
}

/// Adds an HTTP connector.
///
/// # Errors
/// [`Error::Conflict`] when there is a tool of that name, [`Error::BadInput`] when the description does not hold
/// together.
pub async fn add(app: &App, by: &Actor, new: NewTool) -> Result<Tool, Error> {
    by.require(Permission::ManageTools)?;
    if new.kind != "http" {
        return Err(Error::bad_input(
            format!("a tool of kind {:?} cannot be added", new.kind),
            "the kind that can be added is \"http\"",
        ));
    }
    if tool_info(app, &new.name).is_ok() {
        return Err(Error::Conflict {
            message: format!("there is a tool {:?} already", new.name),
            hint: Some("choose another name, or change the tool that is there".to_owned()),
        });
    }
    let config = HttpConfig {
        name: new.name,
        title: new.title,
        description: new.description,
        base_url: new.base_url,
        actions: actions(new.actions),
        refuses_before_acting: new.refuses_before_acting,
        in_mock: new.in_mock,
        calls_per_minute: new.calls_per_minute,
    };
    let name = config.name.clone();
    put(app, by, "tool.add", None, config).await?;
    get(app, by, &name).await
}

/// Changes a connector that was added, the settings of any tool, and whether it is simulated.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::BadInput`] for a value that cannot be used; [`Error::Conflict`] when a tool that ships
/// with the program is to be reached otherwise. What stands before the refused part in this list was done.
pub async fn change(app: &App, by: &Actor, tool: &str, change: ToolChange) -> Result<Tool, Error> {
    by.require(Permission::ManageTools)?;
    let name = tool_info(app, tool)?.spec.name.clone();
    if change.is_about_connector() {
        reconnect(app, by, &name, &change).await?;
    }
    if !change.settings.is_empty() {
        settings::set(app, by, &name, change.settings).await?;
    }
    if let Some(on) = change.simulate {
        settings::simulate(app, by, &name, on).await?;
    }
    get(app, by, &name).await
}

async fn reconnect(app: &App, by: &Actor, tool: &str, change: &ToolChange) -> Result<(), Error> {
    let before = added(app, tool)?;
    let change = change.clone();
    let mut config = before.clone();
    config.title = change.title.or(config.title);
    config.description = change.description.or(config.description);
    config.base_url = change.base_url.unwrap_or(config.base_url);
    config.actions = change.actions.map_or(config.actions, actions);
    config.refuses_before_acting = change
        .refuses_before_acting
        .unwrap_or(config.refuses_before_acting);
    config.in_mock = change.in_mock.or(config.in_mock);
    config.calls_per_minute = change.calls_per_minute.or(config.calls_per_minute);
    put(app, by, "tool.change", Some(before), config).await
}

/// Removes a connector that was added. Recipes that name it can no longer run.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] for a tool that ships with the program.
pub async fn remove(app: &App, by: &Actor, tool: &str) -> Result<(), Error> {
    by.require(Permission::ManageTools)?;
    let config = added(app, tool)?;
    app.store.remove_connector(&config.name).await?;
    app.tools.remove(&config.name)?;
    audit::record(
        app,
        by,
        Deed::on("tool.remove", &config.name).before(&json!(config)),
    )
    .await
}

/// Registers the connectors that were added earlier. One that cannot be registered any more is logged and left out;
/// its recipes say so when they are validated.
pub(crate) async fn restore(app: &App) -> Result<(), Error> {
    for row in app.store.connectors().await? {
        let registered = serde_json::from_value::<HttpConfig>(row.config)
            .map_err(|error| error.to_string())
            .and_then(|config| {
                app.tools
                    .add_http(config)
                    .map_err(|error| error.to_string())
            });
        if let Err(error) = registered {
            tracing::error!(
                connector = row.name,
                error,
                "a connector cannot be registered"
            );
        }
    }
    Ok(())
}

/// The configuration of a tool that was added.
fn added(app: &App, tool: &str) -> Result<HttpConfig, Error> {
    let info = tool_info(app, tool)?;
    match (info.kind, info.config) {
        (Kind::Http, Some(config)) => Ok(config),
        _ => Err(Error::Conflict {
            message: format!("{:?} ships with the program", info.spec.name),
            hint: Some("only tools that were added can be changed or removed".to_owned()),
        }),
    }
}

/// Registers first, because only the registry knows whether the description holds together, then keeps it.
async fn put(
    app: &App,
    by: &Actor,
    what: &'static str,
    before: Option<HttpConfig>,
    config: HttpConfig,
) -> Result<(), Error> {
    let name = config.name.clone();
    let after = json!(config);
    app.tools.add_http(config)?;
    if let Err(error) = app
        .store
        .put_connector(&name, "http", &after, app.now())
        .await
    {
        match before {
            Some(before) => drop(app.tools.add_http(before)?),
            None => app.tools.remove(&name)?,
        }
        return Err(error.into());
    }
    let mut deed = Deed::on(what, &name).after(&after);
    if let Some(before) = before {
        deed = deed.before(&json!(before));
    }
    audit::record(app, by, deed).await
}
