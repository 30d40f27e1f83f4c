//! What a tool says about itself: its actions, their effects, arguments and results.

use std::num::NonZeroU32;
use std::sync::Arc;

use avops_engine::ToolCall;
use avops_recipe::vocabulary::{GuardSpec, NotifySpec};
use avops_recipe::{ActionSpec, Effect, Label, Repeat, ToolSpec, Vocabulary};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Error, SettingSpec};

/// Where a tool comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Ships with the program.
    Builtin,
    /// An outside program that offers `/health` and `/action`.
    Http,
    /// An outside MCP server.
    Mcp,
}

/// A tool's description of itself.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// A few words for people.
    pub title: String,
    /// One or two sentences for people.
    pub description: String,
    /// Where it comes from.
    pub kind: Kind,
    /// What recipes may call.
    pub spec: Arc<ToolSpec>,
    /// Kinds of artifacts that an action leaves behind, by action name.
    pub artifacts: IndexMap<String, Vec<String>>,
    /// What can be set for it, by name.
    pub settings: IndexMap<String, SettingSpec>,
    /// Most calls in a minute; no bound when absent.
    pub calls_per_minute: Option<NonZeroU32>,
    /// The argument that names the device that a call goes to, where a tool has several: one that does not answer holds up
    /// only its own calls.
    pub line: Option<String>,
}

/// The form of a `manifest.yaml` beside a connector.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ManifestFile {
    name: String,
    title: String,
    description: String,
    #[serde(default)]
    notify: Option<NotifySpec>,
    #[serde(default)]
    settings: IndexMap<String, SettingSpec>,
    #[serde(default)]
    calls_per_minute: Option<NonZeroU32>,
    #[serde(default)]
    line: Option<String>,
    actions: IndexMap<String, ActionFile>,
}

/// One action in a `manifest.yaml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActionFile {
    title: String,
    description: String,
    effect: Effect,
    repeat: Repeat,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    input: Option<Value>,
    #[serde(default)]
    output: Option<Value>,
    #[serde(default)]
    result: Option<String>,
    #[serde(default)]
    guard: Option<GuardSpec>,
    #[serde(default)]
    labels: Option<Vec<Label>>,
    #[serde(default)]
    artifacts: Vec<String>,
}

impl Manifest {
    /// Reads the manifest of a built-in connector.
    ///
    /// # Errors
    /// [`Error::Manifest`] when the text does not have the form of a manifest.
    pub fn builtin(yaml: &str) -> Result<Self, Error> {
        let file: ManifestFile = serde_saphyr::from_str(yaml).map_err(|e| Error::Manifest {
            message: e.to_string(),
        })?;
        let mut artifacts = IndexMap::new();
        let mut actions = IndexMap::new();
        for (name, action) in file.actions {
            if !action.artifacts.is_empty() {
                artifacts.insert(name.clone(), action.artifacts);
            }
            let spec = ActionSpec {
                name: name.clone(),
                aliases: action.aliases,
                title: action.title,
                description: action.description,
                effect: action.effect,
                repeat: action.repeat,
                input_schema: action.input.unwrap_or_else(no_arguments),
                output_schema: action.output,
                result: action.result,
                guard: action.guard,
                labels: action.labels,
            };
            actions.insert(name, spec);
        }
        Ok(Self {
            title: file.title,
            description: file.description,
            kind: Kind::Builtin,
            spec: Arc::new(ToolSpec {
                name: file.name,
                notify: file.notify,
                actions,
            }),
            artifacts,
            settings: file.settings,
            calls_per_minute: file.calls_per_minute,
            line: file.line,
        })
    }

    /// The device that a call goes to; empty where the tool is one system.
    pub(crate) fn line_of<'c>(&self, call: &'c ToolCall) -> &'c str {
        let name = self.line.as_deref();
        name.and_then(|name| call.args[name].as_str())
            .unwrap_or_default()
    }
}

/// The tools that ship with the program, for checks of recipes that call nothing: no socket is
/// opened and no file is read.
///
/// # Errors
/// [`Error::Manifest`] when a manifest does not have its form.
pub fn shipped_vocabulary() -> Result<Vocabulary, Error> {
    let mut vocabulary = Vocabulary::default();
    for shipped in crate::registry::SHIPPED {
        let spec = Arc::unwrap_or_clone(Manifest::builtin(shipped.manifest)?.spec);
        vocabulary.tools.insert(spec.name.clone(), spec);
    }
    Ok(vocabulary)
}

/// The schema of an action that takes nothing.
fn no_arguments() -> Value {
    serde_json::json!({ "type": "object", "properties": {}, "additionalProperties": false })
}
