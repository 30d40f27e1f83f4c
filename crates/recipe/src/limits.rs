//! Limits that come from outside a recipe, as from the agent that runs it. They can only narrow what it may do.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Guardrails;

/// Limits in the words of a recipe's guardrails. Of two, the narrower wins.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Seconds for the whole run, waiting for people not counted; at most a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_s: Option<u64>,
    /// Most act calls in one run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_actions: Option<u32>,
    /// Most model tokens in one run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u64>,
    /// Tools and `tool.action`s that a language model may use in an agent step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_tools: Option<Vec<String>>,
    /// Domains that may not be fetched, beside those of the recipe.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deny_domains: Vec<String>,
    /// Every destructive act call asks first.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub approve_destructive: bool,
    /// No recipe may switch off that a destructive call asks first whether somebody would be harmed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub do_no_harm: bool,
}

impl Limits {
    /// Whether nothing is limited.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Narrows guardrails to what both allow.
    pub fn narrow(&self, guardrails: &mut Guardrails) {
        guardrails.timeout = least(guardrails.timeout, self.timeout_s.map(Duration::from_secs));
        guardrails.max_actions = least(guardrails.max_actions, self.max_actions);
        guardrails.max_tokens = least(guardrails.max_tokens, self.max_tokens);
        guardrails.allow_tools = match (guardrails.allow_tools.take(), &self.allow_tools) {
            (Some(of_recipe), Some(own)) => Some(shared(&of_recipe, own)),
            (None, Some(own)) => Some(own.clone()),
            (of_recipe, None) => of_recipe,
        };
        for domain in &self.deny_domains {
            if !guardrails.deny_domains.contains(domain) {
                guardrails.deny_domains.push(domain.clone());
            }
        }
        guardrails.approve_destructive |= self.approve_destructive;
        if self.do_no_harm {
            guardrails.do_no_harm = Some(true);
        }
    }
}

fn least<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    one.into_iter().chain(other).min()
}

/// What both lists name; a tool names all of its actions.
fn shared(one: &[String], other: &[String]) -> Vec<String> {
    let covers = |list: &[String], entry: &String| {
        let tool = entry.split_once('.').map(|(tool, _)| tool);
        list.iter()
            .any(|known| known == entry || Some(known.as_str()) == tool)
    };
    let mut both: Vec<String> = one
        .iter()
        .filter(|entry| covers(other, entry))
        .cloned()
        .collect();
    both.extend(
        other
            .iter()
            .filter(|entry| covers(one, entry) && !both.contains(entry))
            .cloned()
            .collect::<Vec<_>>(),
    );
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(
        clippy::unnecessary_wraps,
        reason = "the field that it stands for may be absent"
    )]
    fn list(entries: &[&str]) -> Option<Vec<String>> {
        Some(entries.iter().map(|entry| (*entry).to_owned()).collect())
    }

    #[test]
    fn of_two_limits_the_narrower_wins_in_both_directions() {
        let wide = Limits {
            timeout_s: Some(600),
            max_actions: Some(10),
            allow_tools: list(&["zoom", "slack.post_message"]),
            ..Limits::default()
        };
        let mut narrow = Guardrails {
            timeout: Some(Duration::from_mins(1)),
            max_actions: Some(2),
            max_tokens: Some(500),
            allow_tools: list(&["zoom.lookup_zoom_room", "slack", "github"]),
            deny_domains: vec!["a.example".to_owned()],
            approve_destructive: true,
            ..Guardrails::default()
        };
        wide.narrow(&mut narrow);
        assert_eq!(narrow.timeout, Some(Duration::from_mins(1)));
        assert_eq!(
            (narrow.max_actions, narrow.max_tokens),
            (Some(2), Some(500))
        );
        assert_eq!(
            narrow.allow_tools,
            list(&["zoom.lookup_zoom_room", "slack.post_message"])
        );
        assert!(narrow.approve_destructive, "limits switch nothing off");
        let mut open = Guardrails {
            do_no_harm: Some(false),
            ..Guardrails::default()
        };
        let strict = Limits {
            max_tokens: Some(100),
            deny_domains: vec!["b.example".to_owned()],
            do_no_harm: true,
            ..wide
        };
        strict.narrow(&mut open);
        assert_eq!(open.timeout, Some(Duration::from_mins(10)));
        assert_eq!(open.max_tokens, Some(100));
        assert_eq!(open.allow_tools, list(&["zoom", "slack.post_message"]));
        assert_eq!((open.deny_domains.len(), open.do_no_harm), (1, Some(true)));
    }

    #[test]
    fn what_is_not_limited_is_not_written() {
        assert_eq!(serde_json::to_string(&Limits::default()).unwrap(), "{}");
        assert!(serde_json::from_str::<Limits>("{\"lock\": \"x\"}").is_err());
    }
}
