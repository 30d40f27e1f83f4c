//! What people read: titles, reasons and messages.

use std::fmt::Write as _;
use std::time::Duration;

use avops_recipe::{Cooldown, Expression, Guardrails, Scope, Step, Verb};
use serde_json::Value;

use crate::history::Cancelled;
use crate::library::Program;

pub(super) const CHECK_FAILED_BEFORE: &str = "not sent, because a check before it failed";

/// The verb as it is written in a recipe.
pub(super) fn verb(verb: &Verb, program: &Program) -> &'static str {
    match verb {
        Verb::Input { name } => {
            let inputs = &program.recipe.inputs;
            match inputs.iter().find(|input| input.name == *name) {
                Some(input) if input.question != *name => "ask",
                _ => "gather",
            }
        }
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

/// What the author calls the step, or a short form of what it does.
pub(super) fn title(step: &Step, program: &Program, scope: &Scope) -> String {
    if let Some(title) = &step.title {
        return rendered(title, scope);
    }
    match &step.verb {
        Verb::Input { name } => {
            let inputs = &program.recipe.inputs;
            let input = inputs.iter().find(|input| input.name == *name);
            input.map_or(name, |input| &input.question).clone()
        }
        Verb::Action(call) => format!("{}.{}", call.tool, call.action),
        Verb::Check { condition, .. } => condition.text().to_owned(),
        Verb::Notify(notice) => format!("{}:{}", notice.tool, rendered(&notice.target, scope)),
        Verb::Approve { question, .. } => rendered(question, scope),
        Verb::Manual { instruction } => rendered(instruction, scope),
        Verb::Wait { duration } => format!("wait {}", span(*duration)),
        Verb::Agent { goal, .. } => rendered(goal, scope),
        Verb::Recipe { name, .. } => rendered(name, scope),
        Verb::Set { values } => {
            let names: Vec<&str> = values.keys().map(String::as_str).collect();
            format!("set {}", names.join(", "))
        }
        Verb::If { condition, .. } => format!("if {}", condition.text()),
        Verb::Do { steps } if steps.len() == 1 => "1 step".to_owned(),
        Verb::Do { steps } => format!("{} steps", steps.len()),
        Verb::Stop { reason } => rendered(reason, scope),
    }
}

/// A title that cannot be rendered is shown as it is written; the step itself will say what is wrong with it.
fn rendered(template: &avops_recipe::Template, scope: &Scope) -> String {
    template
        .render(scope)
        .unwrap_or_else(|_| template.text().to_owned())
}

pub(super) fn not_when(when: &Expression) -> String {
    format!("not needed: {} is false", when.text())
}

pub(super) fn cancelled(cancelled: &Cancelled) -> String {
    match &cancelled.reason {
        Some(reason) => format!("cancelled by {}: {reason}", cancelled.by),
        None => format!("cancelled by {}", cancelled.by),
    }
}

pub(super) fn out_of_time(guardrails: &Guardrails) -> String {
    let limit = crate::guardrail::run_limit_ms(guardrails);
    format!(
        "the run took longer than its timeout of {}",
        span(Duration::from_millis(limit))
    )
}

pub(super) fn no_turn_left(turn: &str, cooldown: &Cooldown) -> String {
    let times = if cooldown.max == 1 { "time" } else { "times" };
    format!(
        "cooldown: {turn} was already treated {} {times} within {}",
        cooldown.max,
        span(cooldown.period)
    )
}

/// Why a check is false, with the values on both sides.
pub(super) fn check_failed(condition: &Expression, operands: &[(String, Value)]) -> String {
    let mut text = format!("check failed: {}", condition.text());
    for (number, (name, value)) in operands.iter().enumerate() {
        let lead = if number == 0 { " (" } else { ", " };
        let _ = write!(text, "{lead}{name} is {}", short(value));
    }
    if !operands.is_empty() {
        text.push(')');
    }
    text
}

pub(super) fn never_true(condition: &Expression, limit: Duration) -> String {
    format!(
        "{} did not become true within {}",
        condition.text(),
        span(limit)
    )
}

/// A value as JSON, cut for messages.
pub(super) fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 120 {
        return text;
    }
    text.chars().take(119).chain(['…']).collect()
}

/// A duration as people write it: `500ms`, `20s`, `1m 30s`, `2h`.
pub(super) fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds == 0 {
        return format!("{}ms", duration.as_millis());
    }
    let parts = [
        (seconds / 3600, "h"),
        (seconds / 60 % 60, "m"),
        (seconds % 60, "s"),
    ];
    let shown: Vec<String> = parts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, unit)| format!("{number}{unit}"))
        .collect();
    shown.join(" ")
}
