//! R039, R040, W018: how far a language model reaches in an agent step, and what its word is worth.
//!
//! Who can read what is private, reads text that strangers wrote, and can act outside, can be told by that text to carry
//! out what is private. Any two of the three are harmless, and so are all three when a person sees every act.

use std::collections::BTreeSet;

use super::walk;
use crate::diagnostic::Diagnostic;
use crate::nearest::nearest;
use crate::recipe::{Phase, Recipe, Step, Verb};
use crate::vocabulary::{Effect, Label, Vocabulary};

/// Refuses agent steps that reach too far, or name tools that are not there.
pub(super) fn check(recipe: &Recipe, vocabulary: &Vocabulary, diagnostics: &mut Vec<Diagnostic>) {
    for phase in Phase::ALL {
        for step in recipe.steps(phase) {
            visit(recipe, vocabulary, step, phase == Phase::Act, diagnostics);
        }
    }
    for step in &recipe.guardrails.rollback {
        visit(recipe, vocabulary, step, false, diagnostics);
    }
    not_by_a_model_alone(recipe, diagnostics);
}

/// Warns when every check of verify reads only what a model said: it would prove its own work.
fn not_by_a_model_alone(recipe: &Recipe, diagnostics: &mut Vec<Diagnostic>) {
    let mut said = BTreeSet::new();
    walk::steps(recipe, &mut |step| {
        if matches!(step.verb, Verb::Agent { .. }) {
            said.extend(step.bind.as_deref());
        }
    });
    let mut checks = Vec::new();
    let mut open: Vec<&Step> = recipe.verify.iter().collect();
    while let Some(step) = open.pop() {
        if let Verb::Check { condition, .. } = &step.verb {
            checks.push((step.span, condition));
        }
        open.extend(walk::inner(step));
    }
    let of_model = |path: &String| {
        let mut names = path.split('.');
        let first = names.next().unwrap_or_default();
        let is_phase = Phase::ALL.iter().any(|phase| phase.as_str() == first);
        let name = if is_phase {
            names.next().unwrap_or_default()
        } else {
            first
        };
        said.contains(name)
    };
    let alone = checks
        .iter()
        .all(|(_, check)| !check.paths().is_empty() && check.paths().iter().all(of_model));
    if let Some((span, _)) = checks.last().filter(|_| alone) {
        let message = "verify believes what the model says, and looks at nothing itself";
        let help = "add an action that reads the result back, and a `check` of what it gives";
        diagnostics.push(Diagnostic::warning("W018", *span, message).help(help));
    }
}

fn visit(
    recipe: &Recipe,
    vocabulary: &Vocabulary,
    step: &Step,
    may_act: bool,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if let Verb::Agent {
        tools,
        approve_acts,
        ..
    } = &step.verb
    {
        for entry in tools.iter().flatten() {
            if !vocabulary.has(entry) {
                let known = vocabulary.tools.keys().map(String::as_str);
                let near = nearest(entry.split('.').next().unwrap_or_default(), known);
                let message = format!(
                    "`tools` names `{entry}`, and the agent may use no such tool or action"
                );
                let help = near.map_or_else(
                    || "name a tool, or an action as `tool.action`".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                diagnostics.push(Diagnostic::error("R040", step.span, message).help(help));
            }
        }
        let most = if may_act {
            Effect::Destructive
        } else {
            Effect::Read
        };
        let allowed = recipe.guardrails.allow_tools.as_deref();
        let reach = vocabulary.reach(allowed, tools.as_deref(), most);
        let first = |label: Label| {
            reach
                .iter()
                .find(|(_, action)| action.labels().contains(&label))
                .map(|(tool, action)| format!("{tool}.{}", action.name))
        };
        // A person sees every act that changes something; a read that leaves the house nobody sees.
        let outside = reach
            .iter()
            .find(|(_, action)| {
                action.labels().contains(&Label::ActsOutside)
                    && (action.effect == Effect::Read || !approve_acts)
            })
            .map(|(tool, action)| format!("{tool}.{}", action.name));
        if let (Some(private), Some(untrusted), Some(outside)) = (
            first(Label::ReadsPrivate),
            first(Label::ReadsUntrusted),
            outside,
        ) {
            let message = format!(
                "the model could read what is private ({private}), be misled by text of strangers ({untrusted}), and \
                 carry it outside ({outside})"
            );
            let help = "narrow `tools:` of the step, split it into two steps, or add `approve_acts: true` so that a \
                        person sees every act";
            diagnostics.push(Diagnostic::error("R039", step.span, message).help(help));
        }
    }
    for inner in walk::inner(step) {
        let is_undo = step
            .undo
            .as_deref()
            .is_some_and(|undo| std::ptr::eq(undo, inner));
        visit(recipe, vocabulary, inner, may_act && !is_undo, diagnostics);
    }
}
