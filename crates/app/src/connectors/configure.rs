//! Adding, changing and removing connectors. They are kept in the store and registered at each start.

use std::num::NonZeroU32;

use avops_recipe::{Effect, Repeat};
use avops_tools::{HttpAction, HttpConfig, InMock, Kind, McpConfig, ToolInfo};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::mcp::{self, NewMcpTool, NewTransport};
use super::{SettingValue, Tool, folder, get, settings, tool_info};
use crate::audit::{self, Deed};
use crate::{Actor, App, Error, Permission};

/// A connector to be added.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum NewTool {
    /// A program that answers `/health` and `/action`.
    Http(NewHttpTool),
    /// An MCP server.
    Mcp(NewMcpTool),
}

impl NewTool {
    fn name(&self) -> &str {
        match self {
            Self::Http(new) => &new.name,
            Self::Mcp(new) => &new.name,
        }
    }
}

/// An HTTP connector to be added.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHttpTool {
    /// Its name: small letters, digits, `_` and `-`.
    pub name: String,
    /// For people.
    #[serde(default)]
    pub title: Option<String>,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// Where `/health` and `/action` are.
    pub base_url: String,
    /// Its actions by name. Others cannot be called. Without any, they are those of its `/manifest`.
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
    /// It answers 503 only before it has done anything, so that such a call may be repeated freely.
    pub refuses_before_acting: Option<bool>,
    /// How an MCP server is reached. What was approved stays approved as long as it is offered in the same form; the
    /// token of another address is forgotten.
    pub transport: Option<NewTransport>,
    /// What mock mode does with it: call it as it is (only on this machine) or simulate it.
    pub in_mock: Option<InMock>,
    /// Most calls in a minute: what goes beyond waits, and is tried later.
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
            || self.transport.is_some()
            || self.in_mock.is_some()
            || self.calls_per_minute.is_some()
            || self.is_about_http()
    }

    /// States whether it changes what only HTTP connectors have.
    pub(super) fn is_about_http(&self) -> bool {
        self.base_url.is_some() || self.actions.is_some() || self.refuses_before_acting.is_some()
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

/// Adds a connector. An MCP server is asked at once what it offers; one that does not answer is added as well, and
/// [`super::McpServer::problem`] says why.
///
/// # Errors
/// [`Error::Conflict`] when there is a tool of that name, [`Error::BadInput`] when the description does not hold
/// together.
pub async fn add(app: &App, by: &Actor, new: NewTool) -> Result<Tool, Error> {
    by.require(Permission::ManageTools)?;
    if tool_info(app, new.name()).is_ok() {
        return Err(Error::Conflict {
            message: format!("there is a tool {:?} already", new.name()),
            hint: Some("choose another name, or change the tool that is there".to_owned()),
        });
    }
    // A file that described a tool of this name may have left credentials behind, which were not for this one.
    app.store.remove_connector(new.name()).await?;
    let tool = match new {
        NewTool::Http(new) => add_http(app, by, new).await,
        NewTool::Mcp(new) => mcp::add(app, by, new).await,
    };
    folder::look(app, true).await?;
    tool
}

async fn add_http(app: &App, by: &Actor, new: NewHttpTool) -> Result<Tool, Error> {
    let mut config = HttpConfig {
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
    if config.actions.is_empty()
        && let Err(error) = discover(app, &mut config).await
    {
        // It may not run yet, and can be asked when it does.
        tracing::info!(tool = name, %error, "a connector is added without actions");
    }
    put(app, by, "tool.add", None, config).await?;
    get(app, by, &name).await
}

/// Takes over what a connector says of itself; states whether it says something.
pub(super) async fn discover(
    app: &App,
    config: &mut HttpConfig,
) -> Result<bool, avops_tools::Error> {
    let asked = app.tools.http_manifest(&config.name, &config.base_url);
    let Some(found) = asked.await? else {
        return Ok(false);
    };
    config.actions = found.actions;
    config.title = config.title.take().or(found.title);
    config.description = config.description.take().or(found.description);
    Ok(true)
}

/// Asks an HTTP connector for its manifest and puts its actions in the place of those that there are.
pub(super) async fn read_again(app: &App, by: &Actor, before: HttpConfig) -> Result<(), Error> {
    let mut config = before.clone();
    if !discover(app, &mut config).await? {
        return Err(Error::bad_input(
            format!("{:?} has no `/manifest`", config.name),
            "let it answer one, or declare its actions",
        ));
    }
    put(app, by, "tool.change", Some(before), config).await
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
    let before = match added(app, tool)? {
        Added::Http(config) => config,
        Added::Mcp(config) => return mcp::reconnect(app, by, config, change).await,
    };
    if change.transport.is_some() {
        return Err(Error::bad_input(
            format!("{tool:?} is an HTTP connector and has no `transport`"),
            "`base_url` says where it is",
        ));
    }
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
    let added = added(app, tool)?;
    let name = added.name();
    if app.tools.tool(name)?.simulate_always {
        // Another one of that name is not simulated because this one was.
        settings::simulate(app, by, name, false).await?;
    }
    app.store.remove_connector(name).await?;
    app.tools.remove(name)?;
    let deed = Deed::on("tool.remove", name).before(&added.kept());
    audit::record(app, by, deed).await?;
    // A file may have waited for the name.
    folder::look(app, true).await
}

/// Registers the connectors that were added earlier. One that cannot be registered any more is logged and left out;
/// its recipes say so when they are validated.
pub(crate) async fn restore(app: &App) -> Result<(), Error> {
    for row in app.store.connectors().await? {
        let registered = register(app, &row.kind, row.config);
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

fn register(app: &App, kind: &str, config: Value) -> Result<ToolInfo, String> {
    let unreadable = |error: serde_json::Error| error.to_string();
    let registered = if kind == mcp::KIND {
        let config: McpConfig = serde_json::from_value(config).map_err(unreadable)?;
        // Its secrets come with the settings of all tools.
        app.tools.add_mcp(config, None)
    } else {
        let config: HttpConfig = serde_json::from_value(config).map_err(unreadable)?;
        app.tools.add_http(config)
    };
    registered.map_err(|error| error.to_string())
}

/// The configuration of a tool that was added.
enum Added {
    Http(HttpConfig),
    Mcp(McpConfig),
}

impl Added {
    fn name(&self) -> &str {
        match self {
            Self::Http(config) => &config.name,
            Self::Mcp(config) => &config.name,
        }
    }

    /// As it is kept.
    fn kept(&self) -> Value {
        match self {
            Self::Http(config) => json!(config),
            Self::Mcp(config) => json!(config),
        }
    }
}

fn added(app: &App, tool: &str) -> Result<Added, Error> {
    let info = tool_info(app, tool)?;
    if let Some(file) = app.connector_files.file_of(&info.spec.name) {
        return Err(Error::Conflict {
            message: format!("{:?} is what connectors/{file} says", info.spec.name),
            hint: Some(
                "change the file, or remove it; that takes effect within seconds".to_owned(),
            ),
        });
    }
    match (info.kind, info.config, info.mcp) {
        (Kind::Http, Some(config), _) => Ok(Added::Http(config)),
        (Kind::Mcp, _, Some(mcp)) => Ok(Added::Mcp(mcp.config)),
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
    // What a file describes is kept by the file alone.
    if app.connector_files.file_of(&name).is_none()
        && let Err(error) = app
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
