//! Outside MCP servers as tools: added, asked what they offer, and approved action by action.
//!
//! What a server says of itself is its word only. Nothing of it can be called before somebody who manages tools has seen
//! it, and whatever changed since is off until the difference was seen as well.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use avops_recipe::{Effect, Repeat};
use avops_tools::{
    Approved, Definition, InMock, McpConfig, McpInfo, McpTransport, Offer, Secret, Standing,
};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use super::{SettingValue, Tool, ToolChange, configure, folder, get, settings, tool_info};
use crate::audit::{self, Deed};
use crate::{Actor, App, Error, Permission};

/// The word for MCP servers among the kinds of connectors that are kept.
pub(super) const KIND: &str = "mcp";
/// The setting that holds the token of a server with an address.
const TOKEN: &str = "token";

/// An MCP server to be added.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMcpTool {
    /// Its name: small letters, digits, `_` and `-`. Recipes call `NAME.ACTION`.
    pub name: String,
    /// For people.
    #[serde(default)]
    pub title: Option<String>,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// How it is reached.
    pub transport: NewTransport,
    /// What mock mode does with it: call it as it is (only on this machine) or simulate it.
    #[serde(default)]
    pub in_mock: Option<InMock>,
    /// Most calls in a minute: what goes beyond waits, and is tried later. No bound when absent.
    #[serde(default)]
    pub calls_per_minute: Option<NonZeroU32>,
}

/// How an MCP server is reached: an address, or a program on this machine. Values of variables and the token are kept
/// sealed and never shown again.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTransport {
    /// The address of a server that speaks Streamable HTTP.
    #[serde(default)]
    pub url: Option<String>,
    /// The bearer token for it.
    #[serde(default)]
    pub token: Option<SettingValue>,
    /// The absolute path of a program that speaks over its standard input and output.
    #[serde(default)]
    pub command: Option<String>,
    /// Its arguments.
    #[serde(default)]
    pub args: Vec<String>,
    /// The variables in its environment, which holds no others. A null keeps the value that was set before.
    #[serde(default)]
    pub env: IndexMap<String, Option<SettingValue>>,
}

/// An MCP server and what it offers.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct McpServer {
    /// How it is reached; absent for those who do not manage tools.
    pub transport: Option<McpTransport>,
    /// What mock mode does with it.
    pub in_mock: InMock,
    /// Its tools, offered and approved.
    pub offers: Vec<Offer>,
    /// How many of them are new or changed, and off until they are approved.
    pub waiting: usize,
    /// Why it could not be asked what it offers, where that is so.
    pub problem: Option<String>,
}

/// What somebody who manages tools has seen and lets be called.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Approvals {
    /// By action; null turns one off.
    pub actions: IndexMap<String, Option<Approval>>,
    /// Takes the server's word for what each does to the world and what a second call does, where nothing else is said.
    #[serde(default)]
    pub accept_claims: bool,
}

/// One tool of a server that may be called.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The hash of what was seen. What is offered in another form by now is not approved.
    pub hash: String,
    /// What it does to the world. When absent and the server's word is not taken: `write`, or `destructive` if the server
    /// does not say otherwise.
    #[serde(default)]
    pub effect: Option<Effect>,
    /// What a second call does; `once` when absent and the server's word is not taken.
    #[serde(default)]
    pub repeat: Option<Repeat>,
}

impl McpServer {
    pub(super) fn shown(info: McpInfo, with_transport: bool) -> Self {
        let waits = |offer: &&Offer| matches!(offer.standing, Standing::New | Standing::Changed);
        Self {
            in_mock: info.config.in_mock(),
            waiting: info.offers.iter().filter(waits).count(),
            offers: info.offers,
            problem: info.problem,
            transport: with_transport.then_some(info.config.transport),
        }
    }
}

/// The values that come with a transport: none clears what was set before, null keeps it.
type Values = IndexMap<String, Option<SettingValue>>;

impl NewTransport {
    fn parts(self) -> Result<(McpTransport, Values), Error> {
        match (self.url, self.command) {
            (Some(url), None) => {
                if !self.args.is_empty() || !self.env.is_empty() {
                    return Err(Error::bad_input(
                        "a server with an address takes no `args` and no `env`",
                        "`token` is what it can be given",
                    ));
                }
                let values = self.token.map(|token| (TOKEN.to_owned(), Some(token)));
                Ok((McpTransport::Http { url }, values.into_iter().collect()))
            }
            (None, Some(command)) => {
                if self.token.is_some() {
                    return Err(Error::bad_input(
                        "a program takes no `token`",
                        "give it what it needs as a variable in `env`",
                    ));
                }
                let env = self.env.keys().cloned().collect();
                let args = self.args;
                Ok((McpTransport::Stdio { command, args, env }, self.env))
            }
            _ => Err(Error::bad_input(
                "`transport` says neither or both of `url` and `command`",
                r#"for example {"url": "https://mcp.example/mcp"} or {"command": "/usr/bin/node", "args": ["server.js"]}"#,
            )),
        }
    }
}

/// Adds a server and asks it what it offers.
pub(super) async fn add(app: &App, by: &Actor, new: NewMcpTool) -> Result<Tool, Error> {
    let (transport, values) = new.transport.parts()?;
    let config = McpConfig {
        name: new.name,
        title: new.title,
        description: new.description,
        transport,
        approved: IndexMap::new(),
        in_mock: new.in_mock,
        calls_per_minute: new.calls_per_minute,
    };
    let name = config.name.clone();
    {
        let _turn = app.tool_settings_turn.lock().await;
        put(app, by, "tool.add", None, config).await?;
    }
    let values: Values = values
        .into_iter()
        .filter(|(_, value)| value.is_some())
        .collect();
    if !values.is_empty()
        && let Err(error) = settings::set(app, by, &name, values).await
    {
        super::remove(app, by, &name).await?;
        return Err(error);
    }
    seen(app, by, &name).await
}

/// Changes how a server is reached and shown. What was approved stays so: it is held by what is offered.
pub(super) async fn reconnect(
    app: &App,
    by: &Actor,
    before: McpConfig,
    change: &ToolChange,
) -> Result<(), Error> {
    if change.is_about_http() {
        return Err(Error::bad_input(
            format!("{:?} is an MCP server", before.name),
            "it has no `base_url`, `actions` and `refuses_before_acting`; `transport` says how it is reached",
        ));
    }
    let change = change.clone();
    let mut config = before.clone();
    config.title = change.title.or(config.title);
    config.description = change.description.or(config.description);
    config.in_mock = change.in_mock.or(config.in_mock);
    config.calls_per_minute = change.calls_per_minute.or(config.calls_per_minute);
    let Some(transport) = change.transport else {
        let _turn = app.tool_settings_turn.lock().await;
        config.approved = approved_now(app, &config.name)?;
        return put(app, by, "tool.change", Some(before), config).await;
    };
    let (transport, values) = transport.parts()?;
    config.transport = transport;
    let name = config.name.clone();
    let (clears, sets): (Values, Values) = {
        let kept = kept_names(&before.transport, &config.transport);
        let lost = variables(&before.transport);
        let lost = lost.into_iter().filter(|name| !kept.contains(name));
        let sets = values.into_iter().filter(|(_, value)| value.is_some());
        (lost.map(|name| (name, None)).collect(), sets.collect())
    };
    if !clears.is_empty() {
        settings::set(app, by, &name, clears).await?;
    }
    {
        let _turn = app.tool_settings_turn.lock().await;
        config.approved = approved_now(app, &name)?;
        put(app, by, "tool.change", Some(before), config).await?;
        settings::apply(app, &name).await?;
    }
    if !sets.is_empty() {
        settings::set(app, by, &name, sets).await?;
    }
    seen(app, by, &name).await.map(drop)
}

/// What is approved by the time that it is this change's turn.
fn approved_now(app: &App, name: &str) -> Result<IndexMap<String, Approved>, Error> {
    let mcp = app.tools.tool(name)?.mcp;
    Ok(mcp.map(|mcp| mcp.config.approved).unwrap_or_default())
}

/// Names of the values that a transport is given.
fn variables(transport: &McpTransport) -> Vec<String> {
    match transport {
        McpTransport::Http { .. } => vec![TOKEN.to_owned()],
        McpTransport::Stdio { env, .. } => env.clone(),
    }
}

/// Which values go on to count when a server is reached otherwise: a token belongs to the address it was given for.
fn kept_names(before: &McpTransport, after: &McpTransport) -> Vec<String> {
    match (before, after) {
        (McpTransport::Http { url: before }, McpTransport::Http { url: after }) => {
            let origin = |url: &str| Url::parse(url).map(|url| url.origin());
            match (origin(before), origin(after)) {
                (Ok(before), Ok(after)) if before == after => {
                    variables(&McpTransport::Http { url: String::new() })
                }
                _ => Vec::new(),
            }
        }
        (McpTransport::Stdio { .. }, McpTransport::Stdio { .. }) => variables(after),
        _ => Vec::new(),
    }
}

/// Asks a server what it offers now, also one that failed a moment ago and is left alone; an HTTP connector for its
/// manifest, whose actions then are its actions. In mock mode only what is on this machine is asked.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::BadInput`] when it ships with the program, has no manifest, or does not answer, with
/// the reason.
pub async fn look(app: &App, by: &Actor, tool: &str) -> Result<Tool, Error> {
    by.require(Permission::ManageTools)?;
    let info = tool_info(app, tool)?;
    let name = info.spec.name.clone();
    match info.config {
        Some(config) => configure::read_again(app, by, config).await?,
        None => drop(app.tools.look(&name).await?),
    }
    get(app, by, &name).await
}

/// The tool after it was asked. That it did not answer is in what it shows.
async fn seen(app: &App, by: &Actor, name: &str) -> Result<Tool, Error> {
    match app.tools.look(name).await {
        Ok(_) | Err(avops_tools::Error::Unreachable { .. }) => get(app, by, name).await,
        Err(error) => Err(error.into()),
    }
}

/// Lets tools of a server be called as they were seen, or turns them off. Either all of it is done or nothing.
///
/// # Errors
/// [`Error::NotFound`] for a tool that the server does not offer; [`Error::Conflict`] when it is offered in another form
/// than was seen, or cannot be approved.
pub async fn approve(
    app: &App,
    by: &Actor,
    tool: &str,
    approvals: Approvals,
) -> Result<Tool, Error> {
    by.require(Permission::ManageTools)?;
    let name = tool_info(app, tool)?.spec.name.clone();
    {
        let _turn = app.tool_settings_turn.lock().await;
        let Some(mcp) = app.tools.tool(&name)?.mcp else {
            return Err(Error::bad_input(
                format!("{name:?} is no MCP server"),
                "only what an outside MCP server offers has to be approved",
            ));
        };
        let before = mcp.config;
        let mut config = before.clone();
        for (action, approval) in approvals.actions {
            let Some(approval) = approval else {
                config.approved.shift_remove(&action);
                continue;
            };
            let definition = as_seen(&mcp.offers, &name, &action, &approval.hash)?;
            let (effect, repeat) = decided(&definition, &approval, approvals.accept_claims);
            let approved = Approved {
                definition,
                effect,
                repeat,
            };
            config.approved.insert(action, approved);
        }
        put(app, by, "tool.approve", Some(before), config).await?;
    }
    get(app, by, &name).await
}

/// What is offered, if it is what was seen.
fn as_seen(offers: &[Offer], tool: &str, action: &str, hash: &str) -> Result<Definition, Error> {
    let names = offers.iter().map(|offer| offer.action.as_str());
    let offer = offers.iter().find(|offer| offer.action == action);
    let offer = offer.ok_or_else(|| Error::NotFound {
        what: "action",
        name: format!("{tool}.{action}"),
        nearest: crate::names::nearest(action, names),
    })?;
    let conflict = |message: String, hint: &str| Error::Conflict {
        message,
        hint: Some(hint.to_owned()),
    };
    if let Some(reason) = &offer.reason {
        return Err(conflict(
            format!("{tool}.{action} cannot be approved: {reason}"),
            "only its server can change that",
        ));
    }
    let Some(offered) = &offer.offered else {
        return Err(conflict(
            format!("the server does not offer {action} now, or was not asked since the start"),
            "ask it what it offers, then approve what it shows",
        ));
    };
    if offer.hash.as_deref() != Some(hash) {
        return Err(conflict(
            format!("{tool}.{action} is offered in another form than was looked at"),
            "look at the tool again, then approve what it shows",
        ));
    }
    Ok(offered.clone())
}

/// What an approved tool is held to do. A claim counts only if it was accepted; one that is worse than what is assumed
/// anyway counts always.
fn decided(definition: &Definition, approval: &Approval, accept_claims: bool) -> (Effect, Repeat) {
    let assumed = match definition.claimed_effect {
        claimed if accept_claims => claimed,
        Effect::Destructive => Effect::Destructive,
        Effect::Read | Effect::Write => Effect::Write,
    };
    let repeat = if accept_claims {
        definition.claimed_repeat
    } else {
        Repeat::Once
    };
    (
        approval.effect.unwrap_or(assumed),
        approval.repeat.unwrap_or(repeat),
    )
}

/// Registers first, because only the registry knows whether the description holds together, then keeps it.
async fn put(
    app: &App,
    by: &Actor,
    what: &'static str,
    before: Option<McpConfig>,
    config: McpConfig,
) -> Result<(), Error> {
    let name = config.name.clone();
    let after = json!(config);
    let given = before.is_none().then(BTreeMap::<String, Secret>::new);
    app.tools.add_mcp(config.clone(), given)?;
    let kept = match folder::keep_approved(app, &config).await {
        Ok(false) => {
            app.store
                .put_connector(&name, KIND, &after, app.now())
                .await
        }
        Ok(true) => Ok(()),
        Err(error) => return Err(error),
    };
    if let Err(error) = kept {
        match before {
            Some(before) => drop(app.tools.add_mcp(before, None)?),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(effect: Effect, repeat: Repeat) -> Definition {
        Definition {
            name: "look".to_owned(),
            title: None,
            description: None,
            input_schema: json!({ "type": "object" }),
            output_schema: None,
            claimed_effect: effect,
            claimed_repeat: repeat,
        }
    }

    #[test]
    fn a_claim_counts_only_if_it_was_accepted_or_is_the_worse() {
        let silent = Approval::default();
        let reads = definition(Effect::Read, Repeat::Safe);
        assert_eq!(
            decided(&reads, &silent, false),
            (Effect::Write, Repeat::Once)
        );
        assert_eq!(decided(&reads, &silent, true), (Effect::Read, Repeat::Safe));
        let destroys = definition(Effect::Destructive, Repeat::Safe);
        assert_eq!(
            decided(&destroys, &silent, false),
            (Effect::Destructive, Repeat::Once)
        );
        let said = Approval {
            effect: Some(Effect::Read),
            repeat: Some(Repeat::Safe),
            ..Approval::default()
        };
        assert_eq!(
            decided(&destroys, &said, false),
            (Effect::Read, Repeat::Safe)
        );
    }

    #[test]
    fn a_token_is_not_taken_along_to_another_server() {
        let http = |url: &str| McpTransport::Http {
            url: url.to_owned(),
        };
        let one = http("https://mcp.example/mcp");
        assert_eq!(kept_names(&one, &http("https://mcp.example/v2")), [TOKEN]);
        assert!(kept_names(&one, &http("https://mcp.example.evil/mcp")).is_empty());
    }
}
