//! How an admin describes an outside HTTP connector.

use std::collections::HashMap;
use std::num::NonZeroU32;

use avops_recipe::{ActionSpec, Effect, Repeat, ToolSpec};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Host;

use crate::outbound::{Reach, base_url};
use crate::{Error, Kind, Manifest};

/// Most actions of one tool.
const MAX_ACTIONS: usize = 500;

/// An outside HTTP connector as an admin describes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpConfig {
    /// Name for recipes: small letters, digits, `_` and `-`, beginning with a letter.
    pub name: String,
    /// A few words for people; the name when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// One or two sentences for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where it listens: `/health` and `/action` are below this address. It may be a private one.
    pub base_url: String,
    /// Its actions by name. Others cannot be called.
    #[serde(default)]
    pub actions: IndexMap<String, HttpAction>,
    /// It answers 503 only before it has done anything, so that such a call may be repeated freely.
    #[serde(default)]
    pub refuses_before_acting: bool,
    /// What mock mode does with it; when absent, a connector on this machine is called and any other simulated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_mock: Option<InMock>,
    /// Most calls in a minute; more wait, and are tried later. No bound when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls_per_minute: Option<NonZeroU32>,
}

/// One action of an outside HTTP connector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpAction {
    /// What it does to the world; the worst when not declared.
    #[serde(default = "destructive")]
    pub effect: Effect,
    /// What a second call does; the worst when not declared, and `safe` for what only reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<Repeat>,
    /// A few words for people; the name when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it does, and when to use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// JSON Schema of its arguments; any object when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_schema: Option<Value>,
    /// JSON Schema of its result, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_schema: Option<Value>,
    /// The name under which a recipe sees the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// A result as it may look: what the simulator answers. The arguments when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<Value>,
}

/// What mock mode does with an outside connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum InMock {
    /// Calls it as it is, with the header `X-AVOps-Mode: mock`. Only for connectors on this machine.
    Call,
    /// Calls a simulator instead that answers every action with its arguments.
    Simulate,
}

fn destructive() -> Effect {
    Effect::Destructive
}

impl HttpConfig {
    /// What mock mode does with it.
    pub fn in_mock(&self) -> InMock {
        self.in_mock
            .unwrap_or(if is_on_this_machine(&self.base_url) {
                InMock::Call
            } else {
                InMock::Simulate
            })
    }

    /// The simulator of a tool that speaks another protocol.
    pub(crate) fn simulated(name: &str, base_url: &str) -> Self {
        Self {
            name: name.to_owned(),
            title: None,
            description: None,
            base_url: base_url.to_owned(),
            actions: IndexMap::new(),
            refuses_before_acting: false,
            in_mock: None,
            calls_per_minute: None,
        }
    }

    /// What its simulator answers, by action.
    pub(crate) fn examples(&self) -> HashMap<String, Value> {
        let declared =
            |(name, action): (&String, &HttpAction)| Some((name.clone(), action.example.clone()?));
        self.actions.iter().filter_map(declared).collect()
    }

    /// Checks the description and makes the manifest from it.
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
        base_url(&self.base_url, Reach::Registered)?;
        if self.in_mock == Some(InMock::Call) && !is_on_this_machine(&self.base_url) {
            return Err(refuse(ONLY_HERE.to_owned()));
        }
        if self.actions.len() > MAX_ACTIONS {
            return Err(refuse(format!("more than {MAX_ACTIONS} actions")));
        }
        let mut actions = IndexMap::new();
        for (name, action) in &self.actions {
            if !is_name(name) {
                return Err(refuse(format!(
                    "the action name `{name}` must be letters, digits, `_` and `-`, and begin with a letter"
                )));
            }
            let spec = action.spec(name).map_err(refuse)?;
            actions.insert(name.clone(), spec);
        }
        Ok(Manifest {
            title: self.title.clone().unwrap_or_else(|| self.name.clone()),
            description: self.description.clone().unwrap_or_default(),
            kind: Kind::Http,
            spec: std::sync::Arc::new(ToolSpec {
                name: self.name.clone(),
                notify: None,
                actions,
            }),
            artifacts: IndexMap::new(),
            settings: IndexMap::new(),
            calls_per_minute: self.calls_per_minute,
            line: None,
        })
    }
}

impl HttpAction {
    fn spec(&self, name: &str) -> Result<ActionSpec, String> {
        let undeclared = if self.effect == Effect::Read {
            Repeat::Safe
        } else {
            Repeat::Once
        };
        if let Some(result) = &self.result
            && (!is_name(result) || result.contains('-'))
        {
            return Err(format!(
                "the result name `{result}` of `{name}` must be letters, digits and `_`, and begin with a letter"
            ));
        }
        Ok(ActionSpec {
            name: name.to_owned(),
            aliases: Vec::new(),
            title: self.title.clone().unwrap_or_else(|| name.replace('_', " ")),
            description: self.description.clone().unwrap_or_default(),
            effect: self.effect,
            repeat: self.repeat.unwrap_or(undeclared),
            input_schema: self
                .input_schema
                .clone()
                .unwrap_or_else(|| serde_json::json!({ "type": "object" })),
            output_schema: self.output_schema.clone(),
            result: self.result.clone(),
            guard: None,
            labels: None,
        })
    }
}

/// Why an address elsewhere is not called in mock mode.
pub(crate) const ONLY_HERE: &str = "`in_mock: call` is only for what runs on this machine: mock mode makes no connection elsewhere";

/// Why what is elsewhere is not asked what it offers in mock mode.
pub(crate) const NOT_ASKED: &str = "mock mode makes no connection beyond this machine; turn mock mode off in Settings, then ask it again";

/// States whether an address is a loopback one, by number or by the name `localhost`.
pub(crate) fn is_on_this_machine(address: &str) -> bool {
    match base_url(address, Reach::Registered)
        .as_ref()
        .map(url::Url::host)
    {
        Ok(Some(Host::Domain(name))) => name == "localhost",
        Ok(Some(Host::Ipv4(v4))) => v4.is_loopback(),
        Ok(Some(Host::Ipv6(v6))) => v6.is_loopback(),
        Ok(None) | Err(_) => false,
    }
}

/// States whether `text` can be a tool's name.
pub(crate) fn is_tool_name(text: &str) -> bool {
    is_name(text) && text.chars().all(|c| !c.is_ascii_uppercase())
}

/// States whether `text` can be an action's name.
pub(crate) fn is_name(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}
