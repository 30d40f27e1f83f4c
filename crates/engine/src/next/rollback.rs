//! What follows a failure, a timeout or a cancellation: undo what was done, last first, then the rollback steps.

use jiff::Timestamp;
use serde_json::Map;

use avops_recipe::{Phase, Step, Verb};

use super::Next;
use super::place::Place;
use super::step::{Progress, Walk};
use crate::event::Event;
use crate::history::{History, Stage};
use crate::library::Program;
use crate::run::{RollbackOutcome, RunPhase, RunStatus};

/// Decides what a run that has failed does next. A step of the rollback that fails, or that waits for a person, does not
/// stop the others.
pub(super) fn next(program: &Program, history: &History, now: Timestamp) -> Next {
    let mut walk = Walk::new(program, history, now);
    let mut all_over = true;
    for (step, place) in steps(program, history) {
        if walk.step(step, &place, &[]) != Progress::Busy {
            continue;
        }
        all_over = false;
        let record = history.step(&place.key(step));
        let waits_for_a_person = record.is_some_and(|r| matches!(r.stage, Stage::Gate(_)));
        if !(waits_for_a_person && walk.found_nothing()) {
            break;
        }
    }
    if !all_over {
        return walk.into_next();
    }
    let status = if history.cancelled().is_some() {
        RunStatus::Cancelled
    } else {
        RunStatus::Failed
    };
    Next::Record(vec![Event::Finished {
        status,
        outcome: None,
        rollback: Some(outcome(history)),
        outputs: Map::new(),
        metrics: Vec::new(),
    }])
}

/// Everything that the rollback does, in order.
fn steps<'a>(program: &'a Program, history: &History) -> Vec<(&'a Step, Place)> {
    let mut undos = Vec::new();
    let act = Place::of_phase(Phase::Act);
    for step in &program.recipe.act {
        gather_undos(step, &act, history, &mut undos);
    }
    // The order in which steps began, turned round.
    undos.sort_by_key(|undo| std::cmp::Reverse(undo.began));
    let mut steps: Vec<(&Step, Place)> = undos
        .into_iter()
        .map(|undo| (undo.step, undo.place))
        .collect();
    if history.has_acted() {
        let place = Place::new(RunPhase::Rollback);
        let after = program.recipe.guardrails.rollback.iter();
        steps.extend(after.map(|step| (step, place.clone())));
    }
    steps
}

struct Undo<'a> {
    step: &'a Step,
    place: Place,
    began: u32,
}

/// Finds the undo of a step and of all steps in it, wherever something may have been done. Says whether that is so.
fn gather_undos<'a>(
    step: &'a Step,
    place: &Place,
    history: &History,
    undos: &mut Vec<Undo<'a>>,
) -> bool {
    let key = place.key(step);
    let Some(record) = history.step(&key) else {
        return false;
    };
    if step.for_each.is_some() && !place.is_item_of(step) {
        let items = record.decision.as_ref().map(|decision| &decision["items"]);
        let items = items.and_then(|items| items.as_array());
        let mut acted = false;
        for (index, item) in items.into_iter().flatten().enumerate() {
            let inside = place.inside(step, &key, index, item);
            acted |= gather_undos(step, &inside, history, undos);
        }
        return acted;
    }
    let inner: Vec<&Step> = match &step.verb {
        Verb::Do { steps } => steps.iter().collect(),
        Verb::If {
            then, otherwise, ..
        } => then.iter().chain(otherwise).collect(),
        _ => Vec::new(),
    };
    let mut acted = history.acted(record);
    for step in inner {
        acted |= gather_undos(step, place, history, undos);
    }
    if acted && let Some(undo) = &step.undo {
        let own = step
            .bind
            .clone()
            .map(|name| (name, record.result().clone()));
        let own = own.filter(|_| record.stage == Stage::Done);
        undos.push(Undo {
            step: undo,
            place: place.reversing(undo, &key, own),
            began: record.state.seq,
        });
    }
    acted
}

fn outcome(history: &History) -> RollbackOutcome {
    let mut outcome = RollbackOutcome::NotNeeded;
    for record in history.steps() {
        if record.state.phase != RunPhase::Rollback {
            continue;
        }
        match record.stage {
            Stage::GivenUp { .. } => return RollbackOutcome::RollbackFailed,
            Stage::Skipped => {}
            _ => outcome = RollbackOutcome::RolledBack,
        }
    }
    outcome
}
