//! Inputs: what a run asks for, and how each gets its name.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Lower;
use super::fields::Fields;
use super::step::is_variable;
use crate::diagnostic::Diagnostic;
use crate::document::{Key, Kind, Node};
use crate::lints::walk;
use crate::recipe::{Input, InputKind, Recipe, Step, Verb};

/// Words that say nothing about what is asked for.
const FILLERS: &[&str] = &[
    "a", "an", "and", "any", "are", "at", "be", "by", "can", "choose", "could", "did", "do",
    "does", "enter", "for", "from", "give", "how", "i", "in", "is", "it", "me", "my", "now", "of",
    "on", "our", "please", "provide", "select", "should", "tell", "that", "the", "their", "these",
    "this", "to", "type", "us", "was", "we", "were", "what", "whats", "when", "where", "which",
    "who", "whom", "whose", "why", "will", "with", "would", "you", "your",
];

impl Lower<'_> {
    /// `ask: "Question?"` or `gather: name`.
    pub(super) fn input(
        &mut self,
        fields: &mut Fields<'_>,
        key: &Key,
        node: &Node,
        step: &mut Step,
    ) -> Option<Verb> {
        let question = self.text(node, &format!("`{}`", key.text))?;
        let given = step.bind.take();
        let gathered = (key.text == "gather").then(|| question.trim().to_owned());
        if let Some(name) = gathered.as_deref().filter(|name| !is_variable(name)) {
            self.error_help(
                "R014",
                node.span,
                format!("`{name}` cannot be the name of an input"),
                "use letters, digits and `_`, for example `room_id`",
            );
        }
        let kind = fields
            .take("type")
            .and_then(|node| self.input_kind(node))
            .unwrap_or_default();
        let choices = fields
            .take("enum")
            .map(|node| self.choices(node))
            .unwrap_or_default();
        let default_node = fields.take("default");
        let default = default_node
            .map(Node::to_json)
            .filter(|value| !value.is_null());
        let required = fields
            .take("required")
            .and_then(|node| self.boolean(node, "`required`"))
            .unwrap_or(true)
            && default.is_none();
        let name = given.or(gathered);
        if name.is_none() {
            self.unnamed.push(self.inputs.len());
        }
        // Until every use is known, an unnamed input goes by its number.
        let name = name.unwrap_or_else(|| format!("#{}", self.inputs.len()));
        if self.inputs.iter().any(|input| input.name == name) {
            self.error_help(
                "R033",
                node.span,
                format!("the input `{name}` is asked for twice"),
                "give one of them another name with `as:`",
            );
        }
        let input = Input {
            name: name.clone(),
            question,
            kind,
            default,
            choices,
            required,
            span: node.span,
        };
        if let (Some(default), Some(node)) = (&input.default, default_node)
            && let Err(problem) = input.accepts(default)
        {
            self.error(
                "R038",
                node.span,
                format!("the default does not fit: {problem}"),
            );
        }
        self.inputs.push(input);
        step.bind = None;
        Some(Verb::Input { name })
    }

    fn input_kind(&mut self, node: &Node) -> Option<InputKind> {
        let text = self.text(node, "`type`")?;
        let kind = serde_json::from_value(Value::String(text.clone())).ok();
        if kind.is_none() {
            let help =
                "types are string, number, integer, boolean, date, datetime, array and object";
            self.error_help("R009", node.span, format!("`{text}` is not a type"), help);
        }
        kind
    }

    fn choices(&mut self, node: &Node) -> Vec<Value> {
        let Kind::List(items) = &node.kind else {
            self.error_help(
                "R009",
                node.span,
                "`enum` must be a list of the values allowed",
                "write `enum: [low, high]`",
            );
            return Vec::new();
        };
        items.iter().map(Node::to_json).collect()
    }

    /// Gives every unnamed input its name: the only `intake.x` that is used and not bound, else the first
    /// word of the question that says something.
    pub(super) fn name_inputs(&mut self, recipe: &mut Recipe) {
        let used = intake_names(recipe);
        let bound: BTreeSet<_> = recipe
            .inputs
            .iter()
            .map(|input| input.name.clone())
            .collect();
        let free: Vec<_> = used.difference(&bound).cloned().collect();
        let unnamed = std::mem::take(&mut self.unnamed);
        for index in &unnamed {
            let Some(input) = recipe.inputs.get(*index) else {
                continue;
            };
            let word = first_word(&input.question);
            let name = match (free.as_slice(), unnamed.len()) {
                ([only], 1) => Some(only.clone()),
                _ => word.filter(|word| !recipe.inputs.iter().any(|other| other.name == *word)),
            };
            let Some(name) = name else {
                let message = format!("no name can be found for the input `{}`", input.question);
                let diagnostic =
                    Diagnostic::error("R032", input.span, message).help("name it with `as: room`");
                self.diagnostics.push(diagnostic);
                continue;
            };
            let placeholder = format!("#{index}");
            rename(&mut recipe.intake, &placeholder, &name);
            if let Some(input) = recipe.inputs.get_mut(*index) {
                input.name = name;
            }
        }
    }
}

impl Input {
    /// Says why `value` cannot be given for this input, if it cannot.
    ///
    /// # Errors
    /// A sentence for people.
    pub fn accepts(&self, value: &Value) -> Result<(), String> {
        if !self.choices.is_empty() && !self.choices.contains(value) {
            let choices: Vec<_> = self.choices.iter().map(Value::to_string).collect();
            return Err(format!(
                "{} is {value}, but it must be one of {}",
                self.name,
                choices.join(", ")
            ));
        }
        let text = value.as_str();
        let fits = match self.kind {
            InputKind::String => text.is_some(),
            InputKind::Number => value.is_number(),
            InputKind::Integer => {
                value.as_i64().is_some()
                    || value.as_f64().is_some_and(|number| number.fract() == 0.0)
            }
            InputKind::Boolean => value.is_boolean(),
            InputKind::Date => text.is_some_and(|text| text.parse::<jiff::civil::Date>().is_ok()),
            InputKind::Datetime => text.is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok()),
            InputKind::Array => value.is_array(),
            InputKind::Object => value.is_object(),
        };
        let noun = match self.kind {
            InputKind::String => "a text",
            InputKind::Number => "a number",
            InputKind::Integer => "a whole number",
            InputKind::Boolean => "true or false",
            InputKind::Date => "a date such as 2026-11-24",
            InputKind::Datetime => "a time such as 2026-11-24T09:00:00Z",
            InputKind::Array => "a list",
            InputKind::Object => "a mapping",
        };
        if fits {
            Ok(())
        } else {
            Err(format!("{} must be {noun}, not {value}", self.name))
        }
    }
}

fn rename(steps: &mut [Step], from: &str, to: &str) {
    for step in steps {
        match &mut step.verb {
            Verb::Input { name } if name == from => to.clone_into(name),
            Verb::Do { steps } => rename(steps, from, to),
            Verb::If {
                then, otherwise, ..
            } => {
                rename(then, from, to);
                rename(otherwise, from, to);
            }
            _ => {}
        }
    }
}

/// Every `x` of an `intake.x` in the recipe.
pub(crate) fn intake_names(recipe: &Recipe) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    walk::expressions(recipe, &mut |expression| {
        for path in expression.paths() {
            let mut parts = path.split('.');
            if parts.next() == Some("intake")
                && let Some(name) = parts.next()
            {
                names.insert(name.to_owned());
            }
        }
    });
    names
}

fn first_word(question: &str) -> Option<String> {
    question
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .map(str::to_lowercase)
        .find(|word| !word.is_empty() && !FILLERS.contains(&word.as_str()) && is_variable(word))
}
