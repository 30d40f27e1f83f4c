//! R025, R026, W006, W007: every name that an expression reads must be bound by something before it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::walk;
use crate::diagnostic::Diagnostic;
use crate::expr::Expression;
use crate::lower::intake_names;
use crate::nearest::nearest;
use crate::recipe::{OnError, Phase, Recipe, Step, Verb};
use crate::source::Span;
use crate::vocabulary::Vocabulary;

const RUN: &[&str] = &["id", "url", "trigger", "started_at", "elapsed_s"];

/// What is known of a name.
#[derive(Debug, Clone, Default)]
struct Known {
    /// Field names, when they are all known.
    fields: Option<BTreeSet<String>>,
    /// It stands in a branch, behind a `when`, or may fail: it may be absent.
    maybe: bool,
    /// The `when` that decides whether it is there.
    condition: Option<String>,
}

type Names = BTreeMap<String, Known>;

/// Checks every expression against the names bound before it.
///
/// Where a step could not be read, a name that nothing binds may be its result, and is reported only when it is nearly a
/// known one.
pub(super) fn check(
    recipe: &Recipe,
    vocabulary: &Vocabulary,
    names_are_complete: bool,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut rule = Rule {
        vocabulary,
        names_are_complete,
        condition: None,
        diagnostics,
    };
    let mut names = Names::new();
    names.insert(
        "intake".to_owned(),
        fields(recipe.inputs.iter().map(|input| input.name.as_str())),
    );
    names.insert("run".to_owned(), fields(RUN.iter().copied()));
    names.insert("recipe".to_owned(), fields(["name", "version"]));
    names.insert("agent".to_owned(), fields(["name", "domain"]));
    for phase in Phase::ALL {
        rule.block(recipe.steps(phase), phase, &mut names);
    }
    let end = Span::default();
    let guardrails = &recipe.guardrails;
    let ahead = guardrails
        .lock
        .iter()
        .chain(guardrails.cooldown.iter().map(|cooldown| &cooldown.key));
    // Lock and cooldown are taken right before act, so they see what plan found; names of act show at run time.
    ahead
        .flat_map(super::super::template::Template::expressions)
        .for_each(|expression| rule.expression(expression, &names, end));
    for step in &guardrails.rollback {
        rule.step(step, Phase::Act, &mut names.clone());
    }
    recipe
        .success_metrics
        .iter()
        .flat_map(|m| m.value.expressions())
        .for_each(|e| rule.expression(e, &names, end));
    recipe
        .outputs
        .values()
        .flat_map(|value| value.expressions())
        .for_each(|e| rule.expression(e, &names, end));
    rule.unused_inputs(recipe);
}

struct Rule<'a> {
    vocabulary: &'a Vocabulary,
    names_are_complete: bool,
    /// The `when` of the step that is looked at.
    condition: Option<String>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Rule<'_> {
    fn block(&mut self, steps: &[Step], phase: Phase, names: &mut Names) {
        for step in steps {
            self.step(step, phase, names);
        }
    }

    fn step(&mut self, step: &Step, phase: Phase, names: &mut Names) {
        let outer = self.condition.clone();
        if let Some(when) = &step.when {
            self.condition = Some(when.text().to_owned());
        }
        self.step_under_condition(step, phase, names);
        self.condition = outer;
    }

    fn step_under_condition(&mut self, step: &Step, phase: Phase, names: &mut Names) {
        let condition = step.when.as_ref().map(|when| when.text().to_owned());
        if let Some(each) = &step.for_each {
            self.expression(&each.items, names, step.span);
        }
        let mut inside = names.clone();
        if step.for_each.is_some() {
            inside.insert("item".to_owned(), Known::default());
            inside.insert("loop".to_owned(), fields(["index"]));
        }
        let result = self.result(step);
        if step.until.is_some() {
            bind(&mut inside, step.bind.as_deref(), phase, &result);
        }
        if let Some(probe) = &step.probe {
            let mut seen = inside.clone();
            seen.insert(probe.bind.clone(), Known::default());
            self.expression(&probe.check, &seen, step.span);
        }
        let own = walk::of_step(step);
        let skipped: Vec<&Expression> = step
            .for_each
            .iter()
            .map(|each| &each.items)
            .chain(step.probe.iter().map(|probe| &probe.check))
            .collect();
        for expression in own {
            if !skipped.iter().any(|other| std::ptr::eq(*other, expression)) {
                self.expression(expression, &inside, step.span);
            }
        }
        self.inner(step, phase, &mut inside);
        let uncertain = step.when.is_some() || step.on_error == OnError::Continue;
        for (name, known) in inside {
            if names.contains_key(&name) || step.for_each.is_some() {
                continue;
            }
            let maybe = known.maybe || uncertain;
            let condition = condition.clone().or(known.condition.clone());
            names.insert(
                name,
                Known {
                    maybe,
                    condition,
                    ..known
                },
            );
        }
        let bound = Known {
            maybe: uncertain,
            condition: condition.clone(),
            ..if step.for_each.is_some() {
                Known::default()
            } else {
                result
            }
        };
        bind(names, step.bind.as_deref(), phase, &bound);
        if let Verb::Set { values } = &step.verb {
            values.keys().for_each(|name| {
                bind(
                    names,
                    Some(name),
                    phase,
                    &Known {
                        maybe: uncertain,
                        fields: None,
                        condition: condition.clone(),
                    },
                );
            });
        }
        if let Some(undo) = &step.undo {
            let mut seen = names.clone();
            if step.for_each.is_some() {
                seen.insert("item".to_owned(), Known::default());
                seen.insert("loop".to_owned(), fields(["index"]));
            }
            self.step(undo, phase, &mut seen);
        }
    }

    /// Steps inside a block see what stands before them; what both sides of a branch bind is certain after it.
    fn inner(&mut self, step: &Step, phase: Phase, names: &mut Names) {
        match &step.verb {
            Verb::Do { steps } => self.block(steps, phase, names),
            Verb::If {
                then, otherwise, ..
            } => {
                let (mut left, mut right) = (names.clone(), names.clone());
                self.block(then, phase, &mut left);
                self.block(otherwise, phase, &mut right);
                for (name, known) in left.clone().into_iter().chain(right.clone()) {
                    let certain = left.contains_key(&name) && right.contains_key(&name);
                    names.entry(name).or_insert(Known {
                        maybe: known.maybe || !certain,
                        ..known
                    });
                }
            }
            _ => {}
        }
    }

    fn result(&self, step: &Step) -> Known {
        let Verb::Action(call) = &step.verb else {
            return Known::default();
        };
        let schema = self
            .vocabulary
            .action(&call.tool, &call.action)
            .and_then(|spec| spec.output_schema.as_ref());
        let closed = schema
            .is_some_and(|schema| schema.get("additionalProperties") == Some(&Value::Bool(false)));
        let properties = schema
            .and_then(|schema| schema.get("properties"))
            .and_then(Value::as_object);
        Known {
            fields: properties
                .filter(|_| closed)
                .map(|map| map.keys().cloned().collect()),
            maybe: false,
            condition: None,
        }
    }

    fn expression(&mut self, expression: &Expression, names: &Names, span: Span) {
        let guarded =
            expression.text().contains("is defined") || expression.text().contains("default(");
        for path in expression.paths() {
            let mut parts = path.split('.');
            let root = parts.next().unwrap_or_default();
            let span = expression.span_of(path, span);
            let Some(known) = names.get(root) else {
                // Where names are missing, one that is nearly a known name is still that name misspelt.
                let misspelt = || nearest(root, names.keys().map(String::as_str)).is_some();
                if !guarded && (self.names_are_complete || misspelt()) {
                    self.undefined(
                        "R025",
                        span,
                        root,
                        names.keys().map(String::as_str),
                        expression,
                    );
                }
                continue;
            };
            // Under the same `when` as what binds it, the name is there.
            let certain = known.condition.is_some() && known.condition == self.condition;
            if known.maybe && !guarded && !certain {
                let message =
                    format!("`{root}` may be absent here: what binds it does not always run");
                let help = format!("write `{root} is defined`, or bind it on every path");
                self.diagnostics
                    .push(Diagnostic::warning("W007", span, message).help(help));
            }
            let field = parts.next();
            if let (Some(fields), Some(field)) = (&known.fields, field)
                && !fields.contains(field)
                && !guarded
            {
                self.undefined(
                    "R026",
                    span,
                    field,
                    fields.iter().map(String::as_str),
                    expression,
                );
            }
        }
    }

    fn undefined<'n>(
        &mut self,
        code: &'static str,
        span: Span,
        name: &str,
        names: impl Iterator<Item = &'n str>,
        expression: &Expression,
    ) {
        let names: Vec<_> = names.collect();
        let help = nearest(name, names.iter().copied()).map_or_else(
            || format!("known here: {}", names.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!("`{name}` in `{}` is not defined here", expression.text());
        if !self
            .diagnostics
            .iter()
            .any(|other| other.span == span && other.message == message)
        {
            self.diagnostics
                .push(Diagnostic::error(code, span, message).help(help));
        }
    }

    fn unused_inputs(&mut self, recipe: &Recipe) {
        let used = intake_names(recipe);
        for input in recipe
            .inputs
            .iter()
            .filter(|input| !used.contains(&input.name))
        {
            let message = format!("the input `{}` is asked for but used nowhere", input.name);
            let help = format!(
                "use it as `{{{{ intake.{} }}}}`, or remove the question",
                input.name
            );
            self.diagnostics
                .push(Diagnostic::warning("W006", input.span, message).help(help));
        }
    }
}

fn fields<'n>(names: impl IntoIterator<Item = &'n str>) -> Known {
    Known {
        fields: Some(names.into_iter().map(str::to_owned).collect()),
        maybe: false,
        condition: None,
    }
}

fn bind(names: &mut Names, name: Option<&str>, phase: Phase, known: &Known) {
    let Some(name) = name else { return };
    names.insert(name.to_owned(), known.clone());
    let group = names.entry(phase.as_str().to_owned()).or_default();
    // Intake knows all its names from the start; the other phases grow and are checked at run time.
    if let Some(fields) = &mut group.fields {
        fields.insert(name.to_owned());
    }
}
