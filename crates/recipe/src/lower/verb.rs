//! Verbs: where each may stand, which modifiers it takes, and how it is read.

use indexmap::IndexMap;
use serde_json::Value;

use super::Lower;
use super::fields::Fields;
use super::step::is_variable;
use crate::document::{Key, Kind, Node};
use crate::recipe::{Phase, Step, Verb};
use crate::template::ValueTemplate;
use crate::vocabulary::Effect;

pub(crate) const VERBS: &[&str] = &[
    "ask", "gather", "action", "check", "notify", "approve", "manual", "step", "wait", "agent",
    "recipe", "set", "if", "do", "stop",
];
/// Modifiers that any step may carry.
pub(crate) const COMMON: &[&str] = &["id", "title", "when", "source"];

/// The modifiers of a verb beside [`COMMON`].
pub(crate) fn modifiers(verb: &str) -> &'static [&'static str] {
    match verb {
        "ask" | "gather" => &["as", "default", "type", "enum", "required"],
        "action" => &[
            "with",
            "as",
            "for_each",
            "parallel",
            "retry",
            "until",
            "every_s",
            "timeout_s",
            "on_error",
            "undo",
            "probe",
            "repeat",
        ],
        "check" => &["message", "for_each", "parallel", "on_error"],
        "notify" => &["for_each", "parallel", "retry", "timeout_s", "on_error"],
        "approve" => &["role", "timeout_s", "on_error"],
        "manual" | "step" => &[
            "as",
            "timeout_s",
            "on_error",
            "for_each",
            "parallel",
            "undo",
        ],
        "agent" => &[
            "as",
            "max_turns",
            "max_tokens",
            "output",
            "tools",
            "approve_acts",
            "timeout_s",
            "on_error",
            "for_each",
            "parallel",
            "undo",
        ],
        "recipe" => &[
            "with",
            "as",
            "for_each",
            "parallel",
            "timeout_s",
            "on_error",
            "undo",
        ],
        "set" => &["for_each", "parallel"],
        "if" => &["then", "else", "for_each", "parallel", "on_error", "undo"],
        "do" => &["as", "for_each", "parallel", "on_error", "undo"],
        _ => &[],
    }
}

pub(super) fn allowed_in(verb: &str, phase: Phase) -> bool {
    match verb {
        "ask" | "gather" => phase == Phase::Intake,
        "check" | "wait" | "notify" => phase != Phase::Intake,
        "approve" => matches!(phase, Phase::Plan | Phase::Act),
        "recipe" => phase == Phase::Act,
        _ => true,
    }
}

impl Lower<'_> {
    pub(super) fn verb(
        &mut self,
        fields: &mut Fields<'_>,
        key: &Key,
        phase: Phase,
        step: &mut Step,
    ) -> Option<Verb> {
        let node = fields.take(&key.text)?;
        match key.text.as_str() {
            "ask" | "gather" => self.input(fields, key, node, step),
            "action" => self.action(fields, node, phase, step),
            "check" => {
                let condition = self.expression(node, "`check`");
                let message = fields
                    .take("message")
                    .and_then(|node| self.template(node, "`message`"));
                Some(Verb::Check {
                    condition: condition?,
                    message,
                })
            }
            "notify" => self.notice(node).map(Verb::Notify),
            "approve" => {
                let question = self.template(node, "`approve`");
                let role = self.role(fields);
                Some(Verb::Approve {
                    question: question?,
                    role,
                })
            }
            "manual" | "step" => self
                .template(node, "the instruction")
                .map(|instruction| Verb::Manual { instruction }),
            "wait" => self
                .duration(node, "`wait`")
                .map(|duration| Verb::Wait { duration }),
            "agent" => self.agent(fields, node),
            "recipe" => {
                let name = self.template(node, "`recipe`");
                let with = self.with(fields);
                Some(Verb::Recipe {
                    name: name?,
                    with: with?,
                })
            }
            "set" => self.set(node),
            "if" => self.branch(fields, node, phase, &step.id),
            "do" => Some(Verb::Do {
                steps: self.steps(node, phase, &format!("{}.do", step.id)),
            }),
            _ => self
                .template(node, "`stop`")
                .map(|reason| Verb::Stop { reason }),
        }
    }

    fn action(
        &mut self,
        fields: &mut Fields<'_>,
        node: &Node,
        phase: Phase,
        step: &mut Step,
    ) -> Option<Verb> {
        let call = self.call(node, fields.take("with"))?;
        if let Some(spec) = self.vocabulary.action(&call.tool, &call.action).cloned() {
            if step.bind.is_none() {
                step.bind = Some(spec.result_name().to_owned());
            }
            if matches!(phase, Phase::Intake | Phase::Plan) && spec.effect != Effect::Read {
                let message = format!(
                    "`{}.{}` changes something, but {} may only look",
                    call.tool,
                    call.action,
                    phase.as_str()
                );
                self.error_help("R027", node.span, message, "move this step to `act`");
            }
            if step.until.is_some() && spec.effect != Effect::Read {
                let message = format!(
                    "`until` repeats a call, but `{}` changes something",
                    call.action
                );
                self.error_help(
                    "R028",
                    node.span,
                    message,
                    "act first, then poll with a read action",
                );
            }
            if let Some(undo) = step
                .undo
                .as_ref()
                .filter(|_| phase != Phase::Act || spec.effect == Effect::Read)
            {
                let message =
                    "this `undo` can never run: only act steps that change something are undone";
                self.error_help(
                    "R036",
                    undo.span,
                    message,
                    "remove it, or move the step to `act`",
                );
            }
            if step.repeat.is_some_and(|narrowed| narrowed < spec.repeat) {
                self.error_help(
                    "R013",
                    node.span,
                    "`repeat` may only narrow what the tool declares",
                    "remove `repeat`",
                );
            }
        }
        Some(Verb::Action(call))
    }

    fn agent(&mut self, fields: &mut Fields<'_>, node: &Node) -> Option<Verb> {
        let goal = self.template(node, "`agent`");
        let max_turns = fields
            .take("max_turns")
            .and_then(|node| self.whole(node, "`max_turns`", 1))
            .unwrap_or(8);
        let max_tokens = fields
            .take("max_tokens")
            .and_then(|node| self.whole(node, "`max_tokens`", 1));
        let tools = fields.take("tools").map(|node| self.texts(node, "`tools`"));
        let approve_acts = fields
            .take("approve_acts")
            .and_then(|node| self.boolean(node, "`approve_acts`"))
            .unwrap_or_default();
        let output = fields
            .take("output")
            .and_then(|node| self.json_schema(node));
        Some(Verb::Agent {
            goal: goal?,
            max_turns: u32::try_from(max_turns).unwrap_or(u32::MAX),
            max_tokens,
            output,
            tools,
            approve_acts,
        })
    }

    /// A JSON Schema, which must be one that answers can be held against.
    fn json_schema(&mut self, node: &Node) -> Option<Value> {
        let schema = node.to_json();
        if schema.is_object()
            && let Err(problem) = jsonschema::validator_for(&schema)
        {
            let message = format!("`output` is not a JSON Schema: {problem}");
            let help = "describe the answer, for example `{ type: object, properties: { cause: { type: string } } }`";
            self.error_help("R009", node.span, message, help);
            return None;
        }
        if !schema.is_object() {
            let help = "describe the answer, for example `{ type: object, properties: { cause: { type: string } } }`";
            self.error_help("R009", node.span, "`output` must be a JSON Schema", help);
            return None;
        }
        Some(schema)
    }

    fn with(&mut self, fields: &mut Fields<'_>) -> Option<ValueTemplate> {
        match fields.take("with") {
            Some(node) if !node.is_null() => self.value(node, "the input"),
            _ => ValueTemplate::parse(&serde_json::json!({})).ok(),
        }
    }

    fn set(&mut self, node: &Node) -> Option<Verb> {
        let Kind::Map(entries) = &node.kind else {
            self.error_help(
                "R009",
                node.span,
                "`set` must be a mapping of name to value",
                "write `set: { name: value }`",
            );
            return None;
        };
        let mut values = IndexMap::new();
        for (key, node) in entries {
            if !is_variable(&key.text) {
                self.error_help(
                    "R014",
                    key.span,
                    format!("`{}` cannot be a name", key.text),
                    "use letters, digits and `_`",
                );
            }
            values.insert(key.text.clone(), self.value(node, "the value")?);
        }
        Some(Verb::Set { values })
    }

    fn branch(
        &mut self,
        fields: &mut Fields<'_>,
        node: &Node,
        phase: Phase,
        id: &str,
    ) -> Option<Verb> {
        let condition = self.expression(node, "`if`");
        let then = fields
            .take("then")
            .map(|node| self.steps(node, phase, &format!("{id}.then")))
            .unwrap_or_default();
        let otherwise = fields
            .take("else")
            .map(|node| self.steps(node, phase, &format!("{id}.else")))
            .unwrap_or_default();
        if then.is_empty() && otherwise.is_empty() {
            self.error_help(
                "R008",
                node.span,
                "`if` needs `then` or `else` with steps",
                "add `then:` with a list of steps",
            );
        }
        Some(Verb::If {
            condition: condition?,
            then,
            otherwise,
        })
    }

    fn role(&mut self, fields: &mut Fields<'_>) -> String {
        fields
            .take("role")
            .and_then(|node| self.text(node, "`role`"))
            .unwrap_or_else(|| "operator".to_owned())
    }
}
