//! Visits every step and every expression of a recipe.

use crate::expr::Expression;
use crate::recipe::{Recipe, Step, Verb};

/// Every step of every phase and of the rollback, outer before inner, undos after what they undo.
pub(crate) fn steps<'r>(recipe: &'r Recipe, visit: &mut impl FnMut(&'r Step)) {
    for list in [
        &recipe.intake,
        &recipe.plan,
        &recipe.act,
        &recipe.verify,
        &recipe.guardrails.rollback,
    ] {
        for step in list {
            nested(step, visit);
        }
    }
}

fn nested<'r>(step: &'r Step, visit: &mut impl FnMut(&'r Step)) {
    visit(step);
    for inner in inner(step) {
        nested(inner, visit);
    }
}

/// The steps directly inside a step, its undo last.
pub(crate) fn inner(step: &Step) -> impl Iterator<Item = &Step> {
    let lists: [&[Step]; 2] = match &step.verb {
        Verb::Do { steps } => [steps, &[]],
        Verb::If {
            then, otherwise, ..
        } => [then, otherwise],
        _ => [&[], &[]],
    };
    lists.into_iter().flatten().chain(step.undo.as_deref())
}

/// Every expression of the recipe.
pub(crate) fn expressions(recipe: &Recipe, visit: &mut impl FnMut(&Expression)) {
    steps(recipe, &mut |step| {
        of_step(step).into_iter().for_each(&mut *visit);
    });
    recipe
        .guardrails
        .lock
        .iter()
        .flat_map(super::super::template::Template::expressions)
        .for_each(&mut *visit);
    recipe
        .guardrails
        .cooldown
        .iter()
        .flat_map(|cooldown| cooldown.key.expressions())
        .for_each(&mut *visit);
    recipe
        .success_metrics
        .iter()
        .flat_map(|metric| metric.value.expressions())
        .for_each(&mut *visit);
    recipe
        .outputs
        .values()
        .flat_map(|value| value.expressions())
        .for_each(&mut *visit);
}

/// The expressions of one step, without those of the steps inside it.
pub(crate) fn of_step(step: &Step) -> Vec<&Expression> {
    let mut found: Vec<&Expression> = Vec::new();
    found.extend(
        step.title
            .iter()
            .flat_map(super::super::template::Template::expressions),
    );
    found.extend(&step.when);
    found.extend(step.for_each.iter().map(|each| &each.items));
    found.extend(step.until.iter().map(|until| &until.condition));
    if let Some(probe) = &step.probe {
        found.extend(probe.call.with.expressions());
        found.push(&probe.check);
    }
    match &step.verb {
        Verb::Action(call) => found.extend(call.with.expressions()),
        Verb::Check { condition, message } => {
            found.push(condition);
            found.extend(
                message
                    .iter()
                    .flat_map(super::super::template::Template::expressions),
            );
        }
        Verb::Notify(notice) => {
            found.extend(notice.target.expressions().chain(notice.text.expressions()));
        }
        Verb::Approve { question, .. } => found.extend(question.expressions()),
        Verb::Manual { instruction, .. } => found.extend(instruction.expressions()),
        Verb::Agent { goal, .. } => found.extend(goal.expressions()),
        Verb::Recipe { name, with } => found.extend(name.expressions().chain(with.expressions())),
        Verb::Set { values } => found.extend(values.values().flat_map(|value| value.expressions())),
        Verb::If { condition, .. } => found.push(condition),
        Verb::Stop { reason } => found.extend(reason.expressions()),
        Verb::Input { .. } | Verb::Wait { .. } | Verb::Do { .. } => {}
    }
    found
}
