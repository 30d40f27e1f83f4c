//! Steps: one verb, and the modifiers that fit it.

use std::time::Duration;

use indexmap::IndexMap;
use serde_json::Value;

use super::fields::Fields;
use super::guardrails::bare_step;
use super::{Lower, MAX_STEPS};
use crate::document::{Key, Kind, Node};
use crate::expr::Expression;
use crate::nearest::nearest;
use crate::recipe::{ForEach, OnError, Phase, Retry, SopLine, Step, Until, Verb};
use crate::template::ValueTemplate;
use crate::vocabulary::{Effect, Repeat};

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
            "with",
            "as",
            "max_turns",
            "output",
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

fn allowed_in(verb: &str, phase: Phase) -> bool {
    match verb {
        "ask" | "gather" => phase == Phase::Intake,
        "check" | "wait" | "notify" => phase != Phase::Intake,
        "approve" => matches!(phase, Phase::Plan | Phase::Act),
        "recipe" => phase == Phase::Act,
        _ => true,
    }
}

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

    fn verb(
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
        let output = fields
            .take("output")
            .and_then(|node| self.json_schema(node));
        // Its inputs are named in the goal; `with` adds nothing that a template cannot say.
        if let Some(node) = fields.take("with") {
            self.value(node, "the argument");
        }
        Some(Verb::Agent {
            goal: goal?,
            max_turns: u32::try_from(max_turns).unwrap_or(u32::MAX),
            output,
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

    fn for_each(&mut self, node: &Node, parallel: Option<&Node>) -> Option<ForEach> {
        let items = match &node.kind {
            Kind::List(_) => Expression::parse(&node.to_json().to_string()).ok(),
            _ => self.expression(node, "`for_each`"),
        };
        if items.is_none() && matches!(node.kind, Kind::List(_)) {
            self.error_help(
                "R017",
                node.span,
                "this list is too long to stand in `for_each`",
                "put it into an input or a `set`",
            );
        }
        let parallel = parallel
            .and_then(|node| self.whole(node, "`parallel`", 1))
            .unwrap_or(1);
        Some(ForEach {
            items: items?,
            parallel: u32::try_from(parallel).unwrap_or(u32::MAX).min(100),
        })
    }

    fn retry(&mut self, node: &Node) -> Option<Retry> {
        if let Kind::Scalar { .. } = node.kind {
            let max = self.whole(node, "`retry`", 0)?;
            return Some(Retry {
                max: u32::try_from(max).unwrap_or(u32::MAX),
                ..default_retry()
            });
        }
        let mut fields = Fields::of(node, "`retry`", self.diagnostics)?;
        let mut retry = default_retry();
        if let Some(max) = fields
            .take("max")
            .and_then(|node| self.whole(node, "`max`", 0))
        {
            retry.max = u32::try_from(max).unwrap_or(u32::MAX);
        }
        if let Some(backoff) = fields
            .take("backoff_s")
            .and_then(|node| self.seconds(node, "`backoff_s`"))
        {
            retry.backoff = backoff;
        }
        if let Some(node) = fields.take("factor") {
            match node
                .to_json()
                .as_f64()
                .filter(|factor| (1.0..=100.0).contains(factor))
            {
                Some(factor) => retry.factor = factor,
                None => self.error("R016", node.span, "`factor` must be a number from 1 to 100"),
            }
        }
        if let Some(longest) = fields
            .take("max_backoff_s")
            .and_then(|node| self.seconds(node, "`max_backoff_s`"))
        {
            retry.max_backoff = longest;
        }
        fields.finish(
            "`retry`",
            &["max", "backoff_s", "factor", "max_backoff_s"],
            self.diagnostics,
        );
        Some(retry)
    }

    fn until(&mut self, node: &Node, every: Option<&Node>) -> Option<Until> {
        let condition = self.expression(node, "`until`")?;
        let every = every
            .and_then(|node| self.seconds(node, "`every_s`"))
            .unwrap_or(Duration::from_secs(5));
        Some(Until { condition, every })
    }

    fn on_error(&mut self, node: &Node) -> Option<OnError> {
        match self.text(node, "`on_error`")?.as_str() {
            "fail" => Some(OnError::Fail),
            "continue" => Some(OnError::Continue),
            other => {
                self.error_help(
                    "R009",
                    node.span,
                    format!("`on_error` cannot be `{other}`"),
                    "write `fail` or `continue`",
                );
                None
            }
        }
    }

    fn undo(&mut self, node: &Node, phase: Phase, id: &str) -> Option<Box<Step>> {
        if phase != Phase::Act {
            let message = "this `undo` can never run: only act steps are undone";
            self.error_help(
                "R036",
                node.span,
                message,
                "remove it, or move the step to `act`",
            );
        }
        self.step(node, Phase::Act, &format!("{id}.undo"))
            .map(Box::new)
    }

    fn repeat(&mut self, node: &Node) -> Option<Repeat> {
        match self.text(node, "`repeat`")?.as_str() {
            "safe" => Some(Repeat::Safe),
            "keyed" => Some(Repeat::Keyed),
            "once" => Some(Repeat::Once),
            other => {
                self.error_help(
                    "R009",
                    node.span,
                    format!("`repeat` cannot be `{other}`"),
                    "write `safe`, `keyed` or `once`",
                );
                None
            }
        }
    }

    fn source_line(&mut self, node: &Node) -> Option<SopLine> {
        let mut fields = Fields::of(node, "`source`", self.diagnostics)?;
        let line = fields
            .take("line")
            .and_then(|node| self.whole(node, "`line`", 1))
            .and_then(|line| u32::try_from(line).ok());
        let text = fields
            .take("text")
            .and_then(|node| self.text(node, "`text`"));
        fields.finish("`source`", &["line", "text"], self.diagnostics);
        Some(SopLine { line, text })
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

fn default_retry() -> Retry {
    Retry {
        max: 2,
        backoff: Duration::from_secs(1),
        factor: 2.0,
        max_backoff: Duration::from_mins(1),
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
