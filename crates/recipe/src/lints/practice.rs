//! W001–W005, W008–W010: what a good recipe has beside what it needs.

use super::walk;
use crate::diagnostic::Diagnostic;
use crate::recipe::{Phase, Recipe, Step, Verb};
use crate::source::Span;
use crate::vocabulary::{Effect, Vocabulary};

/// Warns about missing proofs, limits and ways back.
pub(super) fn check(recipe: &Recipe, vocabulary: &Vocabulary, diagnostics: &mut Vec<Diagnostic>) {
    let mut warn = |code: &'static str, span: Span, message: String, help: &str| {
        diagnostics.push(Diagnostic::warning(code, span, message).help(help));
    };
    let start = Span::default();
    let effect = |step: &Step| match &step.verb {
        Verb::Action(call) => vocabulary
            .action(&call.tool, &call.action)
            .map_or(Effect::Read, |spec| spec.effect),
        _ => Effect::Read,
    };
    let mut has_check = false;
    let mut writes = Vec::new();
    // Undos put back what act changed; they need no way back of their own.
    let mut act: Vec<&Step> = recipe.act.iter().collect();
    while let Some(step) = act.pop() {
        if effect(step) > Effect::Read {
            writes.push(step);
        }
        act.extend(walk::inner(step).filter(|inner| !is_undo_of(step, inner)));
    }
    let mut verify: Vec<&Step> = recipe.verify.iter().collect();
    while let Some(step) = verify.pop() {
        has_check |= matches!(step.verb, Verb::Check { .. });
        if effect(step) > Effect::Read {
            warn(
                "W010",
                step.span,
                "this step of verify changes something".to_owned(),
                "effects belong in `act`; verify only looks",
            );
        }
        verify.extend(walk::inner(step));
    }
    if !has_check {
        let message = "verify holds no check, so a run can end `unproven` at best".to_owned();
        warn(
            "W001",
            recipe.verify.first().map_or(start, |step| step.span),
            message,
            "add `- check: \"…\"` that reads the result back",
        );
    }
    if recipe.act.is_empty() {
        warn(
            "W002",
            start,
            "act is empty: this recipe only looks".to_owned(),
            "fine for a check-up; otherwise add the steps that help",
        );
    }
    if recipe.guardrails.timeout.is_none() {
        warn(
            "W003",
            start,
            "the recipe has no time limit".to_owned(),
            "add `timeout_minutes: 10` under `guardrails:`",
        );
    }
    let uncovered = writes.iter().find(|step| step.undo.is_none());
    if recipe.guardrails.rollback.is_empty()
        && recipe.guardrails.no_rollback_reason.is_none()
        && let Some(uncovered) = uncovered
    {
        let message = "act changes things, but nothing says how to put them back".to_owned();
        warn(
            "W004",
            uncovered.span,
            message,
            "add `undo:` to the step, `rollback_actions:` under `guardrails:`, or `no_rollback: \"why not\"`",
        );
    }
    if recipe.version > 1 && recipe.changelog.is_empty() {
        let message = format!("version {} has no changelog", recipe.version);
        warn(
            "W005",
            start,
            message,
            "add `changelog:` with a line that says what changed",
        );
    }
    let asks = recipe
        .steps(Phase::Intake)
        .iter()
        .any(|step| matches!(step.verb, Verb::Input { .. }));
    if !asks && !recipe.inputs.is_empty() {
        warn(
            "W009",
            start,
            "inputs stand inside branches only".to_owned(),
            "ask for them at the top of intake, so that forms can show them",
        );
    }
}

fn is_undo_of(step: &Step, inner: &Step) -> bool {
    step.undo
        .as_deref()
        .is_some_and(|undo| std::ptr::eq(undo, inner))
}
