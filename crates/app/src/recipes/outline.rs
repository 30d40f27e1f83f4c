//! A recipe as the four lanes show it: one line for each step.

use avops_recipe::{Effect, Phase, Recipe, Source, Span, Step, Verb, Vocabulary};
use schemars::JsonSchema;
use serde::Serialize;

/// A step as the lanes show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StepOutline {
    /// Step id.
    pub id: String,
    /// `intake`, `plan`, `act`, `verify` or `rollback`.
    pub phase: String,
    /// Its verb.
    pub verb: String,
    /// What it does, in a line.
    pub title: String,
    /// Tool, where one is called.
    pub tool: Option<String>,
    /// Action, where one is called.
    pub action: Option<String>,
    /// Effect of the action, where known.
    pub effect: Option<Effect>,
    /// Whether it is undone when the run fails.
    pub undo: bool,
    /// How deep it stands inside blocks.
    pub depth: usize,
    /// Line in the text, from 1.
    pub line: usize,
    /// Where it is written, in bytes.
    #[serde(skip)]
    pub span: Span,
}

/// Lists every step of a recipe in the order of the text, rollback last.
pub(super) fn outline(
    recipe: &Recipe,
    source: &Source,
    vocabulary: &Vocabulary,
) -> Vec<StepOutline> {
    let mut lanes = Lanes {
        recipe,
        source,
        vocabulary,
        found: Vec::new(),
    };
    for phase in Phase::ALL {
        lanes.walk(recipe.steps(phase), phase.as_str(), 0);
    }
    lanes.walk(&recipe.guardrails.rollback, "rollback", 0);
    lanes.found
}

/// The walk through a recipe's blocks.
struct Lanes<'a> {
    recipe: &'a Recipe,
    source: &'a Source,
    vocabulary: &'a Vocabulary,
    found: Vec<StepOutline>,
}

impl Lanes<'_> {
    fn walk(&mut self, steps: &[Step], phase: &str, depth: usize) {
        for step in steps {
            self.add(step, phase, depth);
            match &step.verb {
                Verb::If {
                    then, otherwise, ..
                } => {
                    self.walk(then, phase, depth + 1);
                    self.walk(otherwise, phase, depth + 1);
                }
                Verb::Do { steps } => self.walk(steps, phase, depth + 1),
                _ => {}
            }
        }
    }

    fn add(&mut self, step: &Step, phase: &str, depth: usize) {
        let (tool, action) = match &step.verb {
            Verb::Action(call) => (Some(call.tool.clone()), Some(call.action.clone())),
            Verb::Notify(notice) => (Some(notice.tool.clone()), None),
            _ => (None, None),
        };
        let effect = tool
            .as_deref()
            .zip(action.as_deref())
            .and_then(|(tool, action)| self.vocabulary.action(tool, action))
            .map(|action| action.effect);
        self.found.push(StepOutline {
            id: step.id.clone(),
            phase: phase.to_owned(),
            verb: verb_name(&step.verb).to_owned(),
            title: self.title(step),
            tool,
            action,
            effect,
            undo: step.undo.is_some(),
            depth,
            line: self.source.position(step.span.start).line,
            span: step.span,
        });
    }

    fn title(&self, step: &Step) -> String {
        if let Some(title) = &step.title {
            return title.text().to_owned();
        }
        match &step.verb {
            Verb::Input { name } => self
                .recipe
                .inputs
                .iter()
                .find(|input| input.name == *name)
                .map_or_else(|| name.clone(), |input| input.question.clone()),
            Verb::Action(call) => format!("{}.{}", call.tool, call.action),
            Verb::Check { condition, .. } | Verb::If { condition, .. } => {
                condition.text().to_owned()
            }
            Verb::Notify(notice) => format!(
                "{}:{} {}",
                notice.tool,
                notice.target.text(),
                notice.text.text()
            ),
            Verb::Approve { question, .. } => question.text().to_owned(),
            Verb::Manual { instruction } => instruction.text().to_owned(),
            Verb::Wait { duration } => format!("{} s", duration.as_secs_f64()),
            Verb::Agent { goal, .. } => goal.text().to_owned(),
            Verb::Recipe { name, .. } => name.text().to_owned(),
            Verb::Set { values } => values.keys().cloned().collect::<Vec<_>>().join(", "),
            Verb::Do { steps } => format!("{} steps", steps.len()),
            Verb::Stop { reason } => reason.text().to_owned(),
        }
    }
}

/// The key of a verb in YAML.
fn verb_name(verb: &Verb) -> &'static str {
    match verb {
        Verb::Input { .. } => "ask",
        Verb::Action(_) => "action",
        Verb::Check { .. } => "check",
        Verb::Notify(_) => "notify",
        Verb::Approve { .. } => "approve",
        Verb::Manual { .. } => "manual",
        Verb::Wait { .. } => "wait",
        Verb::Agent { .. } => "agent",
        Verb::Recipe { .. } => "recipe",
        Verb::Set { .. } => "set",
        Verb::If { .. } => "if",
        Verb::Do { .. } => "do",
        Verb::Stop { .. } => "stop",
    }
}
