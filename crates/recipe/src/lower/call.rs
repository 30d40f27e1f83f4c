//! `action: tool.action` with its arguments, held against the vocabulary.

use serde_json::Value;

use super::Lower;
use super::fields::Fields;
use crate::document::{Kind, Node};
use crate::nearest::nearest;
use crate::recipe::{Call, Probe};
use crate::source::Span;
use crate::template::ValueTemplate;
use crate::vocabulary::{ActionSpec, Effect};

impl Lower<'_> {
    /// Resolves the name and checks the arguments.
    pub(super) fn call(&mut self, name: &Node, with: Option<&Node>) -> Option<Call> {
        let written = self.text(name, "`action`")?;
        let resolved = self.resolve(written.trim(), name.span);
        let arguments = with.and_then(|node| self.arguments(node));
        let (tool, action) = resolved?;
        if with.is_some() && arguments.is_none() {
            return None;
        }
        let arguments = match arguments {
            Some(arguments) => arguments,
            None => ValueTemplate::parse(&Value::Object(serde_json::Map::new())).ok()?,
        };
        if let Some(spec) = self.vocabulary.action(&tool, &action).cloned() {
            self.check_arguments(&spec, &arguments, name.span, with);
        }
        Some(Call {
            tool,
            action,
            with: arguments,
        })
    }

    fn arguments(&mut self, node: &Node) -> Option<ValueTemplate> {
        if node.is_null() {
            return ValueTemplate::parse(&Value::Object(serde_json::Map::new())).ok();
        }
        if !matches!(node.kind, Kind::Map(_)) {
            let message = format!(
                "`with` must be a mapping of argument to value, not {}",
                node.noun()
            );
            self.error_help(
                "R009",
                node.span,
                message,
                "write `with: { query: \"{{ intake.room }}\" }`",
            );
            return None;
        }
        self.value(node, "the argument")
    }

    fn resolve(&mut self, written: &str, span: Span) -> Option<(String, String)> {
        let vocabulary = self.vocabulary;
        if let Some((tool, action)) = written.split_once('.') {
            let Some(spec) = vocabulary.tools.get(tool) else {
                let names: Vec<_> = vocabulary.tools.keys().map(String::as_str).collect();
                self.unknown(
                    "R019",
                    span,
                    &format!("there is no tool `{tool}`"),
                    tool,
                    &names,
                );
                return None;
            };
            let Some(found) = spec.action(action) else {
                let names: Vec<_> = spec.actions.keys().map(String::as_str).collect();
                self.unknown(
                    "R020",
                    span,
                    &format!("`{tool}` has no action `{action}`"),
                    action,
                    &names,
                );
                return None;
            };
            return Some((tool.to_owned(), found.name.clone()));
        }
        let found: Vec<_> = vocabulary
            .tools
            .values()
            .filter_map(|tool| Some((tool, tool.action(written)?)))
            .collect();
        match found.as_slice() {
            [(tool, action)] => Some((tool.name.clone(), action.name.clone())),
            [] => {
                let names: Vec<_> = vocabulary
                    .tools
                    .values()
                    .flat_map(|tool| tool.actions.keys().map(String::as_str))
                    .collect();
                self.unknown(
                    "R020",
                    span,
                    &format!("no tool has an action `{written}`"),
                    written,
                    &names,
                );
                None
            }
            several => {
                let names: Vec<_> = several
                    .iter()
                    .map(|(tool, action)| format!("`{}.{}`", tool.name, action.name))
                    .collect();
                let message = format!("`{written}` could be {}", names.join(" or "));
                self.error_help("R021", span, message, "write the tool in front of it");
                None
            }
        }
    }

    fn unknown(
        &mut self,
        code: &'static str,
        span: Span,
        message: &str,
        written: &str,
        names: &[&str],
    ) {
        let help = nearest(written, names.iter().copied()).map_or_else(
            || {
                if names.is_empty() {
                    "no tool is connected".to_owned()
                } else {
                    format!("there are: {}", names.join(", "))
                }
            },
            |near| format!("did you mean `{near}`?"),
        );
        self.error_help(code, span, message, help);
    }

    fn check_arguments(
        &mut self,
        spec: &ActionSpec,
        arguments: &ValueTemplate,
        name: Span,
        with: Option<&Node>,
    ) {
        let (Some(properties), Value::Object(given)) = (
            spec.input_schema
                .get("properties")
                .and_then(Value::as_object),
            arguments.literal(),
        ) else {
            return;
        };
        let span = with.map_or(name, |node| node.span);
        let required = spec
            .input_schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        for missing in required.filter(|name| !given.contains_key(*name)) {
            let message = format!("`{}` needs the argument `{missing}`", spec.name);
            self.error_help(
                "R022",
                span,
                message,
                format!("add `with: {{ {missing}: … }}`"),
            );
        }
        let closed = spec.input_schema.get("additionalProperties") == Some(&Value::Bool(false));
        for (argument, value) in given {
            let span = with.map_or(name, |node| entry_span(node, argument));
            let Some(schema) = properties.get(argument) else {
                if closed {
                    let names: Vec<_> = properties.keys().map(String::as_str).collect();
                    self.unknown(
                        "R023",
                        span,
                        &format!("`{}` has no argument `{argument}`", spec.name),
                        argument,
                        &names,
                    );
                }
                continue;
            };
            let fixed = arguments
                .entry(argument)
                .is_some_and(ValueTemplate::is_literal);
            if let Some(problem) = Some(value)
                .filter(|_| fixed)
                .and_then(|value| misfit(schema, &spec.input_schema, value))
            {
                let message = format!(
                    "the argument `{argument}` of `{}` does not fit: {problem}",
                    spec.name
                );
                self.error("R024", span, message);
            }
        }
    }

    /// `{ action, with, check }`: did it happen?
    pub(super) fn probe(&mut self, node: &Node) -> Option<Probe> {
        let mut fields = Fields::of(node, "`probe`", self.diagnostics)?;
        let action = fields.take("action");
        let with = fields.take("with");
        let check = fields
            .take("check")
            .and_then(|node| self.expression(node, "`check`"));
        fields.finish("`probe`", &["action", "with", "check"], self.diagnostics);
        let (Some(action), Some(check)) = (action, check) else {
            self.error_help(
                "R008",
                node.span,
                "`probe` needs `action` and `check`",
                "write `probe: { action: …, with: { … }, check: \"…\" }`",
            );
            return None;
        };
        let call = self.call(action, with)?;
        let spec = self.vocabulary.action(&call.tool, &call.action)?;
        let bind = spec.result_name().to_owned();
        if spec.effect != Effect::Read {
            let message = format!(
                "a probe may only look, but `{}` changes something",
                call.action
            );
            self.error("R028", action.span, message);
        }
        Some(Probe { call, bind, check })
    }
}

/// Why `value` does not fit the schema of one argument. What that schema refers to stands in the whole one. A
/// schema that is none (a tool of others may send anything) lets every value pass: the tool itself will say.
fn misfit(schema: &Value, whole: &Value, value: &Value) -> Option<String> {
    let mut schema = schema.clone();
    if let Some(map) = schema.as_object_mut() {
        for definitions in ["$defs", "definitions"] {
            if let Some(found) = whole.get(definitions) {
                map.insert(definitions.to_owned(), found.clone());
            }
        }
    }
    let validator = jsonschema::validator_for(&schema).ok()?;
    validator
        .validate(value)
        .err()
        .map(|problem| problem.to_string())
}

fn entry_span(node: &Node, key: &str) -> Span {
    match &node.kind {
        Kind::Map(entries) => entries
            .iter()
            .find(|(name, _)| name.text == key)
            .map_or(node.span, |(_, value)| value.span),
        _ => node.span,
    }
}
