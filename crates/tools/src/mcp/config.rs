//! How an admin describes an outside MCP server, and which of its tools were approved.

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;

use avops_recipe::{ActionSpec, Effect, Repeat, ToolSpec};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::definition::Definition;
use super::link::TOKEN;
use crate::http::{NOT_ASKED, ONLY_HERE, is_on_this_machine, is_tool_name};
use crate::outbound::{Reach, base_url};
use crate::{Error, InMock, Kind, Manifest, SettingSpec};

/// An outside MCP server as an admin describes it. Values of variables and tokens are not in here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct McpConfig {
    /// Name for recipes: small letters, digits, `_` and `-`, beginning with a letter.
    pub name: String,
    /// A few words for people; the name when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// One or two sentences for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How it is reached.
    pub transport: McpTransport,
    /// What an admin has seen and approved, by action name. Nothing else can be called.
    #[serde(default)]
    pub approved: IndexMap<String, Approved>,
    /// What mock mode does with it; when absent, a server at an address of this machine is called, and any other
    /// simulated: a program may reach further, which nobody sees from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_mock: Option<InMock>,
    /// Most calls in a minute; more wait, and are tried later. No bound when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls_per_minute: Option<NonZeroU32>,
}

/// How an MCP server is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum McpTransport {
    /// Streamable HTTP at one address, which may be a private one.
    Http {
        /// The server's endpoint.
        url: String,
    },
    /// A program on this machine that is spoken to over its standard input and output. It is started
    /// as it stands here: no shell, and no search for it.
    Stdio {
        /// Absolute path of the program.
        command: String,
        /// Its arguments.
        #[serde(default)]
        args: Vec<String>,
        /// Names of the variables in its environment. It gets no others.
        #[serde(default)]
        env: Vec<String>,
    },
}

/// A tool of the server as it was approved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approved {
    /// What was seen.
    pub definition: Definition,
    /// What it does to the world, as the admin says.
    pub effect: Effect,
    /// What a second call does, as the admin says.
    pub repeat: Repeat,
}

impl McpConfig {
    /// What mock mode does with it.
    pub fn in_mock(&self) -> InMock {
        self.in_mock.unwrap_or(match &self.transport {
            McpTransport::Http { url } if is_on_this_machine(url) => InMock::Call,
            McpTransport::Http { .. } | McpTransport::Stdio { .. } => InMock::Simulate,
        })
    }

    /// Why the server may not be asked what it offers while the workspace is in mock mode, if so.
    pub(crate) fn unasked_in_mock(&self) -> Option<&'static str> {
        match &self.transport {
            McpTransport::Http { url } if !is_on_this_machine(url) => Some(NOT_ASKED),
            McpTransport::Http { .. } | McpTransport::Stdio { .. } => None,
        }
    }

    /// Checks the description and makes the manifest of what was approved.
    pub(crate) fn manifest(&self) -> Result<Manifest, Error> {
        let refuse = |message: String| Error::Config {
            tool: self.name.clone(),
            message,
        };
        if !is_tool_name(&self.name) {
            return Err(refuse(
                "the name must be small letters, digits, `_` and `-`, begin with a letter and have at most 64".to_owned(),
            ));
        }
        self.transport.check().map_err(refuse)?;
        if self.in_mock == Some(InMock::Call)
            && let McpTransport::Http { url } = &self.transport
            && !is_on_this_machine(url)
        {
            return Err(refuse(ONLY_HERE.to_owned()));
        }
        let actions = self
            .approved
            .iter()
            .map(|(name, approved)| (name.clone(), approved.spec(name)))
            .collect();
        Ok(Manifest {
            title: self.title.clone().unwrap_or_else(|| self.name.clone()),
            description: self.description.clone().unwrap_or_default(),
            kind: Kind::Mcp,
            spec: Arc::new(ToolSpec {
                name: self.name.clone(),
                notify: None,
                actions,
            }),
            artifacts: IndexMap::new(),
            settings: self.transport.settings(),
            calls_per_minute: self.calls_per_minute,
            line: None,
        })
    }
}

impl McpTransport {
    /// What has to be set for it: the values of a program's variables, or the token of an address.
    fn settings(&self) -> IndexMap<String, SettingSpec> {
        let secret = |title: &str, help: &str, required: bool| SettingSpec {
            title: title.to_owned(),
            help: Some(help.to_owned()),
            secret: true,
            required,
            per_device: false,
            env: None,
            default: None,
            options: Vec::new(),
        };
        match self {
            Self::Http { .. } => {
                let help = "Sent to this address alone, as `Authorization: Bearer`.";
                IndexMap::from([(TOKEN.to_owned(), secret("Bearer token", help, false))])
            }
            Self::Stdio { env, .. } => env
                .iter()
                .map(|name| {
                    let help = "A variable in the program's environment, which holds no others.";
                    (name.clone(), secret(name, help, true))
                })
                .collect(),
        }
    }

    fn check(&self) -> Result<(), String> {
        match self {
            Self::Http { url } => base_url(url, Reach::Registered)
                .map(drop)
                .map_err(|error| error.to_string()),
            Self::Stdio { command, args, env } => {
                if !Path::new(command).is_absolute() {
                    return Err(format!(
                        "the command `{command}` must be an absolute path, for example /usr/bin/node: it is not searched for"
                    ));
                }
                let texts = std::iter::once(command).chain(args).chain(env);
                if texts.into_iter().any(|text| text.contains('\0')) {
                    return Err(
                        "command, arguments and variables must not hold a zero byte".to_owned()
                    );
                }
                match env.iter().find(|name| !is_variable(name)) {
                    Some(name) => Err(format!(
                        "`{name}` cannot be a variable's name: letters, digits and `_`, not beginning with a digit"
                    )),
                    None => Ok(()),
                }
            }
        }
    }
}

impl Approved {
    fn spec(&self, name: &str) -> ActionSpec {
        let definition = &self.definition;
        ActionSpec {
            name: name.to_owned(),
            aliases: Vec::new(),
            title: definition
                .title
                .clone()
                .unwrap_or_else(|| name.replace('_', " ")),
            description: definition.description.clone().unwrap_or_default(),
            effect: self.effect,
            repeat: self.repeat,
            input_schema: if definition.input_schema.is_null() {
                json!({ "type": "object" })
            } else {
                definition.input_schema.clone()
            },
            output_schema: definition.output_schema.clone(),
            result: None,
            guard: None,
            labels: None,
        }
    }
}

fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
