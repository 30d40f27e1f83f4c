//! Steps with steps in them: what of a block, a branch or a loop is reused, and what of it is done again.

use serde_json::Value;

use avops_recipe::{Step, Verb};

use super::{Sight, bound, tainted};
use crate::again::{AgainFrom, StepFate};
use crate::event::Event;
use crate::history::{Stage, StepRecord};
use crate::next::place::Place;
use crate::run::{RunPhase, StepKey};

/// States whether the step is over and let the run go on.
pub(super) fn is_over(record: &StepRecord) -> bool {
    matches!(
        record.stage,
        Stage::Done | Stage::Skipped | Stage::GivenUp { carry_on: true }
    )
}

impl<'a> Sight<'a> {
    /// Steps in order. Says whether all of them are reused.
    pub(super) fn sequence(&mut self, steps: &'a [Step], place: &Place, put_back: bool) -> bool {
        let mut all = true;
        for (number, step) in steps.iter().enumerate() {
            let following = steps.get(number + 1..).unwrap_or_default();
            all &= self.step(step, place, following, put_back);
        }
        all
    }

    /// One step, or one item of it where it is a loop. Says whether it is reused as a whole.
    pub(super) fn step(
        &mut self,
        step: &'a Step,
        place: &Place,
        following: &[Step],
        put_back: bool,
    ) -> bool {
        let key = place.key(step);
        self.reach(&key);
        if place.phase == RunPhase::Act {
            self.seen.insert(key.clone());
        }
        let is_loop = step.for_each.is_some() && !place.is_item_of(step);
        let has_parts = is_loop || matches!(step.verb, Verb::Do { .. } | Verb::If { .. });
        let record = self.first.step(&key);
        if self.settled && !self.reached && !record.is_some_and(is_over) {
            return true;
        }
        let Some(record) = record.filter(|_| !self.reached) else {
            return self.anew(step, place, &key, None);
        };
        let put_back = put_back || self.put_back(&key);
        if !has_parts || record.stage == Stage::Skipped {
            return self.leaf(step, place, record, following, put_back);
        }
        let is_wanted =
            self.again.from == AgainFrom::FailedItems && (is_loop || !place.items.is_empty());
        let let_go_on = record.stage == (Stage::GivenUp { carry_on: true })
            && !is_wanted
            && !self.holds_start(step, place);
        let around = self.settled;
        self.settled |= let_go_on;
        let reused = if is_loop {
            self.items(step, place, record, put_back)
        } else {
            self.parts(step, place, record, put_back)
        };
        self.settled = around;
        reused
    }

    /// A block, or the side of a branch that was taken.
    fn parts(
        &mut self,
        step: &'a Step,
        place: &Place,
        record: &'a StepRecord,
        put_back: bool,
    ) -> bool {
        let key = &record.state.key;
        if let Verb::If { .. } = &step.verb {
            if record.decision.is_none() {
                return self.anew(step, place, key, None);
            }
            if let Some(why) = self.decides_otherwise(step) {
                return self.changed(step, place, record, why);
            }
        } else if let Some(why) = self.difference(step) {
            return self.changed(step, place, record, why.to_owned());
        }
        let steps: &[Step] = match &step.verb {
            Verb::Do { steps } => steps,
            Verb::If {
                then, otherwise, ..
            } => match record.decision.as_ref() {
                Some(decision) if decision["taken"] == "then" => then,
                _ => otherwise,
            },
            _ => &[],
        };
        let opened = self.open(step, record);
        let all = self.sequence(steps, place, put_back);
        self.close(step, record, opened, all)
    }

    /// A loop goes over the same items again: those that are done stay done.
    fn items(
        &mut self,
        step: &'a Step,
        place: &Place,
        record: &'a StepRecord,
        put_back: bool,
    ) -> bool {
        let key = &record.state.key;
        let items = record.decision.as_ref().map(|decision| &decision["items"]);
        let Some(items) = items.and_then(Value::as_array) else {
            return self.anew(step, place, key, None);
        };
        if let Some(why) = self.decides_otherwise(step) {
            return self.changed(step, place, record, why);
        }
        let opened = self.open(step, record);
        let mut all = true;
        for (index, item) in items.iter().enumerate() {
            let inside = place.inside(step, key, index, item);
            let failed = self.first.step(&inside.key(step));
            let failed = failed.is_some_and(|record| matches!(record.stage, Stage::GivenUp { .. }));
            self.item_failed |= failed;
            // What is bound in an item is seen in no other.
            let around = self.renewed.clone();
            all &= self.step(step, &inside, &[], put_back);
            self.renewed = around;
        }
        self.close(step, record, opened, all)
    }

    /// Why the list of a loop or the condition of a branch would be another one.
    fn decides_otherwise(&self, step: &Step) -> Option<String> {
        let edited = tainted(step, &self.edited);
        edited
            .map(|name| format!("it was decided by another value of {name}"))
            .or_else(|| self.difference(step).map(str::to_owned))
    }

    /// A block, branch or loop whose decision does not hold any more.
    fn changed(&mut self, step: &'a Step, place: &Place, record: &StepRecord, why: String) -> bool {
        let key = record.state.key.clone();
        let acted = self.first.steps().any(|inner| {
            (inner.state.key == key || inner.state.key.lies_in(&key)) && super::stands_in_act(inner)
        });
        if acted {
            self.refuse(
                Some(key.clone()),
                &format!("what it did cannot be reused: {why}"),
                Some("start at this step or before it, or leave what changed as it was"),
            );
        }
        self.anew(step, place, &key, Some(why))
    }

    /// Puts the block, branch or loop in front of what is in it. Says at which place.
    fn open(&mut self, step: &Step, record: &StepRecord) -> (usize, usize) {
        let at = (self.events.len(), self.steps.len());
        self.reuse(step, record, &Stage::Begun, None);
        at
    }

    /// Settles what becomes of a block, branch or loop once everything in it was looked at.
    fn close(
        &mut self,
        step: &Step,
        record: &StepRecord,
        (event, seen): (usize, usize),
        all: bool,
    ) -> bool {
        let over = match record.stage {
            Stage::Done | Stage::GivenUp { carry_on: true } => all && !self.reached,
            _ => false,
        };
        let keeps_something = self.events.len() > event + 1;
        if over && (record.state.phase != RunPhase::Verify || keeps_something) {
            if let Some(Event::StepReused { step }) = self.events.get_mut(event) {
                step.stage = (&record.stage).into();
            }
            return true;
        }
        // Verify decides its branches afresh; the items of a loop of which one is kept must stay the same ones.
        let is_decided_afresh =
            record.state.phase == RunPhase::Verify && !(keeps_something && step.for_each.is_some());
        let nothing_in_it = !keeps_something && step.for_each.is_none();
        if is_decided_afresh || nothing_in_it && !matches!(step.verb, Verb::If { .. }) {
            self.events.remove(event);
        }
        if let Some(foreseen) = self.steps.get_mut(seen) {
            foreseen.fate = StepFate::Again;
            foreseen.why = keeps_something.then(|| "goes on where it was".to_owned());
        }
        self.renew(step, record.state.phase);
        false
    }

    /// The names that a step of act binds have other values from here on. Verify reads everything afresh anyway.
    pub(super) fn renew(&mut self, step: &Step, phase: RunPhase) {
        if phase == RunPhase::Act {
            self.renewed.extend(bound(step));
        }
    }

    /// A step that is done as if for the first time. Before a chosen start there may be none but checks.
    pub(super) fn anew(
        &mut self,
        step: &'a Step,
        place: &Place,
        key: &StepKey,
        why: Option<String>,
    ) -> bool {
        let is_before_a_chosen_start =
            matches!(self.again.from, AgainFrom::Step { .. }) && !self.reached;
        if is_before_a_chosen_start
            && place.phase == RunPhase::Act
            && !self.holds_start(step, place)
        {
            let why = why.clone().unwrap_or_else(|| self.why_no_result(key));
            self.refuse(
                Some(key.clone()),
                &format!("it comes before the chosen step and has no result to reuse: {why}"),
                Some("start at this step or before it, or say failed"),
            );
        }
        if self.stays_in_doubt(key) {
            let why = Some("nobody knows whether it happened".to_owned());
            self.foresee(step, place, key, StepFate::InDoubt, why);
            return false;
        }
        self.renew(step, place.phase);
        self.foresee(step, place, key, StepFate::Again, why);
        for part in step.parts() {
            self.renew(part, place.phase);
            let inner = place.key(part);
            self.reach(&inner);
            if place.phase == RunPhase::Act {
                self.seen.insert(inner);
            }
        }
        false
    }

    fn holds_start(&self, step: &Step, place: &Place) -> bool {
        let AgainFrom::Step { key } = &self.again.from else {
            return false;
        };
        step.parts()
            .any(|part| place.key(part) == *key || self.holds_start(part, place))
    }

    fn why_no_result(&self, key: &StepKey) -> String {
        match self.first.step(key) {
            None => "the first run did not reach it".to_owned(),
            Some(record) => match &record.state.error {
                Some(error) => format!("it failed ({error})"),
                None => "it did not end".to_owned(),
            },
        }
    }
}
