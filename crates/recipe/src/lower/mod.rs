//! Nodes to a typed [`Recipe`]: one file for each section.

mod call;
mod fields;
mod guardrails;
mod intake;
mod modifier;
mod notice;
mod scalar;
mod step;
mod verb;

use std::collections::HashMap;

use indexmap::IndexMap;

use crate::diagnostic::Diagnostic;
use crate::document::{Kind, Node};
use crate::recipe::{Comparison, Input, Metric, Phase, Recipe, Risk, RiskLevel, Step, Target};
use crate::source::{Source, Span};
use crate::vocabulary::Vocabulary;
use fields::Fields;

pub(crate) use intake::intake_names;
pub(crate) use verb::{COMMON, VERBS, modifiers};

/// Most steps in a recipe, nested ones included.
pub(crate) const MAX_STEPS: usize = 500;
pub(crate) const TOP_LEVEL: &[&str] = &[
    "name",
    "description",
    "version",
    "changelog",
    "owner",
    "tags",
    "risk",
    "intake",
    "plan",
    "act",
    "verify",
    "guardrails",
    "success_metrics",
    "outputs",
];

/// What lowering carries along.
pub(crate) struct Lower<'a> {
    pub(crate) source: &'a Source,
    pub(crate) vocabulary: &'a Vocabulary,
    pub(crate) diagnostics: &'a mut Vec<Diagnostic>,
    ids: HashMap<String, Span>,
    steps: usize,
    inputs: Vec<Input>,
    /// Inputs whose name is still to be found, with the question.
    unnamed: Vec<usize>,
    /// A step could not be read, so a name that nothing binds may be its result.
    lost_a_step: bool,
}

/// What lowering gives.
pub(crate) struct Lowered {
    /// The recipe, as far as it could be read.
    pub(crate) recipe: Recipe,
    /// Every name that its expressions may see is known.
    pub(crate) names_are_complete: bool,
}

/// Reads the whole recipe. The recipe may be incomplete where a diagnostic says so.
pub(crate) fn lower(
    source: &Source,
    root: &Node,
    vocabulary: &Vocabulary,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Lowered> {
    let mut fields = Fields::of(root, "a recipe", diagnostics)?;
    let mut lower = Lower {
        source,
        vocabulary,
        diagnostics,
        ids: HashMap::new(),
        steps: 0,
        inputs: Vec::new(),
        unnamed: Vec::new(),
        lost_a_step: false,
    };
    let recipe = lower.recipe(&mut fields);
    fields.finish("a recipe", TOP_LEVEL, lower.diagnostics);
    Some(Lowered {
        recipe,
        names_are_complete: !lower.lost_a_step,
    })
}

impl Lower<'_> {
    fn recipe(&mut self, fields: &mut Fields<'_>) -> Recipe {
        let name = self.name(fields);
        let version = fields
            .take("version")
            .and_then(|node| self.whole(node, "`version`", 1))
            .unwrap_or(1);
        let mut recipe = Recipe {
            name,
            description: fields
                .take("description")
                .and_then(|node| self.text(node, "`description`"))
                .unwrap_or_default(),
            version: u32::try_from(version).unwrap_or(u32::MAX),
            changelog: fields
                .take("changelog")
                .map(|node| self.texts(node, "`changelog`"))
                .unwrap_or_default(),
            owner: fields
                .take("owner")
                .and_then(|node| self.text(node, "`owner`")),
            tags: fields
                .take("tags")
                .map(|node| self.texts(node, "`tags`"))
                .unwrap_or_default(),
            risk: fields.take("risk").and_then(|node| self.risk(node)),
            inputs: Vec::new(),
            intake: self.phase(fields, Phase::Intake),
            plan: self.phase(fields, Phase::Plan),
            act: self.phase(fields, Phase::Act),
            verify: self.phase(fields, Phase::Verify),
            guardrails: fields
                .take("guardrails")
                .map(|node| self.guardrails(node))
                .unwrap_or_default(),
            success_metrics: fields
                .take("success_metrics")
                .map(|node| self.metrics(node))
                .unwrap_or_default(),
            outputs: fields
                .take("outputs")
                .map(|node| self.outputs(node))
                .unwrap_or_default(),
        };
        recipe.inputs = std::mem::take(&mut self.inputs);
        self.name_inputs(&mut recipe);
        recipe
    }

    fn name(&mut self, fields: &mut Fields<'_>) -> String {
        let Some(node) = fields.take("name") else {
            let span = Span::new(fields.span.start, fields.span.start);
            self.error_help(
                "R008",
                span,
                "the recipe has no `name`",
                "start it with `name: What it does`",
            );
            return String::new();
        };
        let name = self
            .text(node, "`name`")
            .unwrap_or_default()
            .trim()
            .to_owned();
        if name.chars().count() > 120 || name.chars().any(char::is_control) {
            self.error(
                "R009",
                node.span,
                "`name` must be one line of at most 120 characters",
            );
        }
        name
    }

    fn phase(&mut self, fields: &mut Fields<'_>, phase: Phase) -> Vec<Step> {
        let Some(node) = fields.take(phase.as_str()) else {
            let span = Span::new(fields.span.start, fields.span.start);
            let help = format!(
                "add `{phase}: []` where there is nothing to do",
                phase = phase.as_str()
            );
            self.error_help(
                "R008",
                span,
                format!("the phase `{}` is missing", phase.as_str()),
                help,
            );
            self.lost_a_step = true;
            return Vec::new();
        };
        if node.is_null() {
            return Vec::new();
        }
        self.steps(node, phase, phase.as_str())
    }

    fn risk(&mut self, node: &Node) -> Option<Risk> {
        if let Kind::Scalar { .. } = node.kind {
            return Some(Risk {
                level: self.risk_level(node)?,
                notes: None,
            });
        }
        let mut fields = Fields::of(node, "`risk`", self.diagnostics)?;
        let level = fields.take("level").and_then(|node| self.risk_level(node));
        let notes = fields
            .take("notes")
            .and_then(|node| self.text(node, "`notes`"));
        fields.finish("`risk`", &["level", "notes"], self.diagnostics);
        Some(Risk {
            level: level.unwrap_or(RiskLevel::Medium),
            notes,
        })
    }

    fn risk_level(&mut self, node: &Node) -> Option<RiskLevel> {
        match self.text(node, "the risk level")?.as_str() {
            "low" => Some(RiskLevel::Low),
            "medium" => Some(RiskLevel::Medium),
            "high" => Some(RiskLevel::High),
            other => {
                self.error_help(
                    "R009",
                    node.span,
                    format!("`{other}` is not a risk level"),
                    "levels are low, medium and high",
                );
                None
            }
        }
    }

    fn metrics(&mut self, node: &Node) -> Vec<Metric> {
        let Kind::List(items) = &node.kind else {
            self.error_help(
                "R009",
                node.span,
                "`success_metrics` must be a list",
                "write `- { name: …, value: \"{{ … }}\", target: \"<= 300\" }`",
            );
            return Vec::new();
        };
        items.iter().filter_map(|item| self.metric(item)).collect()
    }

    fn metric(&mut self, node: &Node) -> Option<Metric> {
        let mut fields = Fields::of(node, "a success metric", self.diagnostics)?;
        let name = fields
            .take("name")
            .and_then(|node| self.text(node, "`name`"));
        let value = fields
            .take("value")
            .and_then(|node| self.value(node, "`value`"));
        let unit = fields
            .take("unit")
            .and_then(|node| self.text(node, "`unit`"));
        let target = fields.take("target").and_then(|node| self.target(node));
        fields.finish(
            "a success metric",
            &["name", "value", "unit", "target"],
            self.diagnostics,
        );
        let (Some(name), Some(value)) = (name, value) else {
            self.error(
                "R008",
                node.span,
                "a success metric needs `name` and `value`",
            );
            return None;
        };
        Some(Metric {
            name,
            value,
            unit,
            target,
        })
    }

    fn target(&mut self, node: &Node) -> Option<Target> {
        let text = self.text(node, "`target`")?;
        let text = text.trim();
        let split = text
            .find(|c: char| !matches!(c, '<' | '>' | '='))
            .unwrap_or(text.len());
        let comparison = match &text[..split] {
            "<" => Some(Comparison::Less),
            "<=" => Some(Comparison::AtMost),
            "==" | "=" => Some(Comparison::Equal),
            ">=" => Some(Comparison::AtLeast),
            ">" => Some(Comparison::Greater),
            _ => None,
        };
        let number = text[split..]
            .trim()
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite());
        if let (Some(comparison), Some(number)) = (comparison, number) {
            return Some(Target { comparison, number });
        }
        self.error_help(
            "R035",
            node.span,
            format!("`{text}` is not a target"),
            "write a comparison and a number, for example `<= 300`",
        );
        None
    }

    fn outputs(&mut self, node: &Node) -> IndexMap<String, crate::template::ValueTemplate> {
        let Kind::Map(entries) = &node.kind else {
            self.error(
                "R009",
                node.span,
                "`outputs` must be a mapping of name to value",
            );
            return IndexMap::new();
        };
        entries
            .iter()
            .filter_map(|(key, node)| Some((key.text.clone(), self.value(node, "the output")?)))
            .collect()
    }

    fn error(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        self.diagnostics
            .push(Diagnostic::error(code, span, message));
    }

    fn error_help(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.diagnostics
            .push(Diagnostic::error(code, span, message).help(help));
    }
}
