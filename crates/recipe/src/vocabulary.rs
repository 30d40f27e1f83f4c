//! The tools and actions a recipe may name, handed in as data, so that this room need not know them.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a call does to the world. Ordered from harmless to harmful.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Adds or changes something that can be put back.
    Write,
    /// Interrupts people or cannot be put back.
    Destructive,
}

/// What a second, equal call does. Ordered from harmless to harmful.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Repeat {
    /// The same result again.
    Safe,
    /// The tool honours the idempotency key: the first result again.
    Keyed,
    /// May act twice.
    Once,
}

/// What a language model that may call an action can do with it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// Sees what outsiders may not.
    ReadsPrivate,
    /// Sees text that strangers wrote.
    ReadsUntrusted,
    /// Sends something where others read it.
    ActsOutside,
}

/// One action of a tool, as far as a recipe can see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActionSpec {
    /// Name within the tool, for example `lookup_zoom_room`.
    pub name: String,
    /// Other names that recipes may use for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// A few words for people.
    pub title: String,
    /// One or two sentences: what it does, and when to use it.
    pub description: String,
    /// What it does to the world.
    pub effect: Effect,
    /// What a second call does.
    pub repeat: Repeat,
    /// JSON Schema of the arguments (an object schema).
    pub input_schema: Value,
    /// JSON Schema of the result, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_schema: Option<Value>,
    /// The name under which a recipe sees the result; the action's own name when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// The read action of the same tool that says whether a destructive call would harm somebody now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guard: Option<GuardSpec>,
    /// What a language model could do with it; the cautious guess of [`ActionSpec::labels`] when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<Label>>,
}

/// How to ask, right before a destructive call, whether it would harm somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GuardSpec {
    /// A read action of the same tool; it is called with the same arguments, as far as its schema names them.
    pub action: String,
    /// A bare expression over `guard` (the answer) that is true when the call would do harm.
    pub harm_if: String,
    /// What a person reads when it is true, for example `a meeting is in progress`.
    pub reason: String,
}

/// One tool and its actions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolSpec {
    /// Name, for example `zoom`.
    pub name: String,
    /// Whether `notify` can post through it, and with which action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify: Option<NotifySpec>,
    /// Its actions by name.
    pub actions: IndexMap<String, ActionSpec>,
}

/// Which action posts a notice, and which arguments take its target and its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotifySpec {
    /// The action, for example `post_message`.
    pub action: String,
    /// Argument for what stands behind the colon, for example `channel`.
    pub target_arg: String,
    /// Argument for the text.
    pub text_arg: String,
}

/// Every tool that a recipe may use.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Vocabulary {
    /// Tools by name.
    pub tools: IndexMap<String, ToolSpec>,
}

impl ToolSpec {
    /// Finds an action by its name or one of its aliases.
    pub fn action(&self, name: &str) -> Option<&ActionSpec> {
        self.actions.get(name).or_else(|| {
            self.actions
                .values()
                .find(|a| a.aliases.iter().any(|alias| alias == name))
        })
    }
}

impl ActionSpec {
    /// The name under which a recipe sees the result when the step gives none.
    pub fn result_name(&self) -> &str {
        self.result.as_deref().unwrap_or(&self.name)
    }

    /// What a language model could do with it. An action that does not say is taken for the worst of its effect.
    pub fn labels(&self) -> &[Label] {
        match (&self.labels, self.effect) {
            (Some(labels), _) => labels,
            (None, Effect::Read) => &[Label::ReadsPrivate, Label::ReadsUntrusted],
            (None, _) => &[Label::ActsOutside],
        }
    }
}

impl Vocabulary {
    /// Finds an action of a named tool.
    pub fn action(&self, tool: &str, action: &str) -> Option<&ActionSpec> {
        self.tools.get(tool)?.action(action)
    }

    /// States whether an entry names a tool (`zoom`) or an action (`zoom.lookup_zoom_room`) that is there.
    pub fn has(&self, entry: &str) -> bool {
        match entry.split_once('.') {
            Some((tool, action)) => self.action(tool, action).is_some(),
            None => self.tools.contains_key(entry),
        }
    }

    /// The actions, with their tools, that every list given names (a list that is not given names all) and whose effect
    /// is `most` at the most.
    pub fn reach(
        &self,
        of_recipe: Option<&[String]>,
        of_step: Option<&[String]>,
        most: Effect,
    ) -> Vec<(&str, &ActionSpec)> {
        let named = |list: Option<&[String]>, tool: &ToolSpec, action: &ActionSpec| {
            list.is_none_or(|list| {
                list.iter().any(|entry| match entry.split_once('.') {
                    Some((of, name)) => {
                        of == tool.name
                            && tool
                                .action(name)
                                .is_some_and(|found| found.name == action.name)
                    }
                    None => *entry == tool.name,
                })
            })
        };
        let actions = self
            .tools
            .values()
            .flat_map(|tool| tool.actions.values().map(move |action| (tool, action)));
        actions
            .filter(|(_, action)| action.effect <= most)
            .filter(|(tool, action)| named(of_recipe, tool, action) && named(of_step, tool, action))
            .map(|(tool, action)| (tool.name.as_str(), action))
            .collect()
    }

    /// Keeps only what `allowed` names: whole tools (`zoom`) or single actions (`zoom.lookup_zoom_room`).
    #[must_use]
    pub fn narrowed_to(&self, allowed: &[String]) -> Self {
        let tools = self.tools.values().filter_map(|tool| {
            if allowed.contains(&tool.name) {
                return Some((tool.name.clone(), tool.clone()));
            }
            let mut kept = tool.clone();
            kept.actions
                .retain(|name, _| allowed.contains(&format!("{}.{name}", tool.name)));
            (!kept.actions.is_empty()).then(|| (tool.name.clone(), kept))
        });
        Self {
            tools: tools.collect(),
        }
    }
}
