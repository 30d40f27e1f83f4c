//! Steps: one verb, and the modifiers that fit it.

use super::fields::Fields;
use super::guardrails::bare_step;
use super::verb::{COMMON, VERBS, allowed_in, modifiers};
use super::{Lower, MAX_STEPS};
use crate::document::{Key, Kind, Node};
use crate::nearest::nearest;
use crate::recipe::{Phase, Step, Verb};

impl Lower<'_> {
    /// A list of steps; `path` is the id of what holds them.
    pub(super) fn steps(&mut self, node: &Node, phase: Phase, path: &str) -> Vec<Step> {
        let Kind::List(items) = &node.kind else {
            let message = format!("`{path}` must be a list of steps, not {}", node.noun());
            self.error_help("R009", node.span, message, "start each step with `- `");
            self.lost_a_step = true;
            return Vec::new();
        };
        let numbered = items.iter().enumerate();
        numbered
            .filter_map(|(index, item)| self.step(item, phase, &format!("{path}.{}", index + 1)))
            .collect()
    }

    /// One step; `path` is its id unless the author gives one.
    pub(super) fn step(&mut self, node: &Node, phase: Phase, path: &str) -> Option<Step> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            if self.steps == MAX_STEPS + 1 {
                self.error_help(
                    "R037",
                    node.span,
                    format!("the recipe has more than {MAX_STEPS} steps"),
                    "move a part to a recipe of its own",
                );
            }
            return None;
        }
        let step = self.step_with_verb(node, phase, path);
        self.lost_a_step |= step.is_none();
        step
    }

    fn step_with_verb(&mut self, node: &Node, phase: Phase, path: &str) -> Option<Step> {
        let mut fields = Fields::of(node, "a step", self.diagnostics)?;
        let verb_key = self.verb_key(&fields)?.clone();
        let word = verb_key.text.as_str();
        if !allowed_in(word, phase) {
            let places: Vec<_> = Phase::ALL
                .into_iter()
                .filter(|p| allowed_in(word, *p))
                .map(Phase::as_str)
                .collect();
            let help = format!("`{word}` belongs in {}", places.join(", "));
            self.error_help(
                "R012",
                verb_key.span,
                format!("`{word}` cannot stand in {}", phase.as_str()),
                help,
            );
        }
        let id = self.id(&mut fields, path);
        let mut step = bare_step(id, node.span, Verb::Do { steps: Vec::new() });
        self.modifiers(&mut fields, word, phase, &mut step);
        let verb = self.verb(&mut fields, &verb_key, phase, &mut step);
        let known: Vec<&str> = [word]
            .into_iter()
            .chain(modifiers(word).iter().copied())
            .chain(COMMON.iter().copied())
            .collect();
        fields.finish(&format!("a step with `{word}`"), &known, self.diagnostics);
        step.verb = verb?;
        Some(step)
    }

    fn verb_key<'n>(&mut self, fields: &Fields<'n>) -> Option<&'n Key> {
        let found: Vec<_> = fields
            .keys()
            .filter(|key| VERBS.contains(&key.text.as_str()))
            .collect();
        match found.as_slice() {
            [one] => return Some(one),
            [] => {
                let help = fields
                    .keys()
                    .find_map(|key| nearest(&key.text, VERBS.iter().copied()))
                    .map_or_else(
                        || format!("verbs are: {}", VERBS.join(", ")),
                        |near| format!("did you mean `{near}`?"),
                    );
                self.error_help("R010", fields.span, "this step has no verb", help);
            }
            [first, second, ..] => {
                let message = format!(
                    "this step has two verbs, `{}` and `{}`",
                    first.text, second.text
                );
                self.error_help(
                    "R011",
                    second.span,
                    message,
                    "make two steps of it, each starting with `- `",
                );
            }
        }
        None
    }

    fn id(&mut self, fields: &mut Fields<'_>, path: &str) -> String {
        let Some(node) = fields.take("id") else {
            return path.to_owned();
        };
        let Some(id) = self.text(node, "`id`") else {
            return path.to_owned();
        };
        let fits = !id.is_empty()
            && id.len() <= 80
            && id
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
        if !fits
            || ["intake.", "plan.", "act.", "verify.", "rollback."]
                .iter()
                .any(|reserved| id.starts_with(reserved))
        {
            let help = "use letters, digits, `_` and `-`; names such as `act.2` are taken by steps without an id";
            self.error_help("R014", node.span, format!("`{id}` cannot be an id"), help);
            return path.to_owned();
        }
        if self.ids.insert(id.clone(), node.span).is_some() {
            self.error_help(
                "R015",
                node.span,
                format!("the id `{id}` stands here twice"),
                "give each step an id of its own",
            );
        }
        id
    }

    fn modifiers(&mut self, fields: &mut Fields<'_>, word: &str, phase: Phase, step: &mut Step) {
        let allowed = modifiers(word);
        step.title = fields
            .take("title")
            .and_then(|node| self.template(node, "`title`"));
        step.when = fields
            .take("when")
            .and_then(|node| self.expression(node, "`when`"));
        step.source = fields
            .take("source")
            .and_then(|node| self.source_line(node));
        // The rest is taken only where it fits, so that what does not fit is reported as unknown there.
        let mut take = |key: &str| {
            if allowed.contains(&key) {
                fields.take(key)
            } else {
                None
            }
        };
        let (bind, for_each, parallel) = (take("as"), take("for_each"), take("parallel"));
        let (retry, until, every) = (take("retry"), take("until"), take("every_s"));
        let (timeout, on_error, undo) = (take("timeout_s"), take("on_error"), take("undo"));
        let (probe, repeat) = (take("probe"), take("repeat"));
        step.bind = bind.and_then(|node| self.variable(node));
        step.for_each = for_each.and_then(|node| self.for_each(node, parallel));
        if for_each.is_none()
            && let Some(node) = parallel
        {
            self.error_help(
                "R013",
                node.span,
                "`parallel` needs `for_each`",
                "add `for_each`, or remove `parallel`",
            );
        }
        step.retry = retry.and_then(|node| self.retry(node));
        step.until = until.and_then(|node| self.until(node, every));
        if until.is_none()
            && let Some(node) = every
        {
            self.error_help(
                "R013",
                node.span,
                "`every_s` needs `until`",
                "add `until`, or use `wait` or `retry`",
            );
        }
        step.timeout = timeout.and_then(|node| self.seconds(node, "`timeout_s`"));
        step.on_error = on_error
            .and_then(|node| self.on_error(node))
            .unwrap_or_default();
        step.undo = undo.and_then(|node| self.undo(node, phase, &step.id));
        step.probe = probe.and_then(|node| self.probe(node));
        step.repeat = repeat.and_then(|node| self.repeat(node));
    }

    /// A name that expressions can use.
    pub(super) fn variable(&mut self, node: &Node) -> Option<String> {
        let name = self.text(node, "`as`")?;
        if is_variable(&name) {
            return Some(name);
        }
        self.error_help(
            "R014",
            node.span,
            format!("`{name}` cannot be a name"),
            "use letters, digits and `_`, and start with a letter",
        );
        None
    }
}

/// States whether expressions can use `name`, and no root name of the language is shadowed.
pub(super) fn is_variable(name: &str) -> bool {
    let mut characters = name.chars();
    characters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !RESERVED.contains(&name)
}

/// Names that mean something already.
const RESERVED: &[&str] = &[
    "intake", "plan", "act", "verify", "run", "recipe", "agent", "item", "loop", "true", "false",
    "none", "True", "False", "None", "not", "and", "or", "in", "is", "if", "else",
];
