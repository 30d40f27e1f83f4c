//! W011–W013, W017: steps that can hurt somebody, and nothing asks, looks or stops.

use super::walk;
use crate::diagnostic::Diagnostic;
use crate::recipe::{OnError, Recipe, Step, Verb};
use crate::vocabulary::{Effect, Vocabulary};

/// Warns about destructive calls that nothing holds back, failures that nobody hears of, and polling without an end.
pub(super) fn check(recipe: &Recipe, vocabulary: &Vocabulary, diagnostics: &mut Vec<Diagnostic>) {
    let effect = |step: &Step| match &step.verb {
        Verb::Action(call) => vocabulary
            .action(&call.tool, &call.action)
            .map_or(Effect::Read, |spec| spec.effect),
        _ => Effect::Read,
    };
    let mut first_write = None;
    for step in &recipe.act {
        for step in with_inner(step) {
            if effect(step) > Effect::Read {
                first_write = first_write.or(Some(step));
            }
        }
    }
    let asks_or_looks = asks_or_looks(recipe);
    walk::steps(recipe, &mut |step| {
        let destructive = effect(step) == Effect::Destructive;
        if destructive && step.on_error == OnError::Continue {
            warn(
                diagnostics,
                "W011",
                step,
                "this call interrupts people, and its failure goes unheard",
                "remove `on_error: continue`, or notify somebody right after it",
            );
        }
        if destructive && !asks_or_looks {
            warn(
                diagnostics,
                "W012",
                step,
                "this call interrupts people, and nothing asks or looks before it",
                "add a `check` to plan, an `approve` before it, or `approve_destructive: true` under `guardrails:`",
            );
        }
        let endless = step.timeout.is_none()
            && recipe.guardrails.timeout.is_none()
            && recipe.guardrails.step_timeout.is_none();
        if step.until.is_some() && endless {
            warn(
                diagnostics,
                "W013",
                step,
                "this polling has no end when it never comes true",
                "add `timeout_s:` to the step",
            );
        }
    });
    let notes = recipe.risk.as_ref().and_then(|risk| risk.notes.as_deref());
    if let Some(step) = first_write.filter(|_| notes.is_none_or(|notes| notes.trim().is_empty())) {
        warn(
            diagnostics,
            "W017",
            step,
            "act changes something, and nobody has written down what can go wrong",
            "add `risk: { level: low, notes: \"what can go wrong, and what protects\" }`",
        );
    }
}

fn asks_or_looks(recipe: &Recipe) -> bool {
    let holds_back = |step: &Step| matches!(step.verb, Verb::Check { .. } | Verb::Approve { .. });
    let before = recipe.plan.iter().chain(&recipe.act);
    recipe.guardrails.approve_destructive || before.flat_map(with_inner).any(holds_back)
}

/// A step and all steps in it.
fn with_inner(step: &Step) -> Vec<&Step> {
    let mut all = vec![step];
    let mut next = 0;
    while let Some(step) = all.get(next).copied() {
        let undo = step.undo.as_deref();
        all.extend(
            walk::inner(step).filter(|inner| !undo.is_some_and(|undo| std::ptr::eq(undo, *inner))),
        );
        next += 1;
    }
    all
}

fn warn(
    diagnostics: &mut Vec<Diagnostic>,
    code: &'static str,
    step: &Step,
    message: &str,
    help: &str,
) {
    diagnostics.push(Diagnostic::warning(code, step.span, message).help(help));
}
