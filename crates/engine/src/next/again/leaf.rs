//! One step without steps in it: whether its result is reused, and who must be asked first.

use avops_recipe::{Effect, Repeat, Step, Verb};
use serde_json::Value;

use super::steps::is_over;
use super::{Sight, tainted};
use crate::again::{AgainFrom, Foreseen, StepFate};
use crate::event::{Event, ReusedAs, ReusedStep};
use crate::gate::Resolution;
use crate::history::{Stage, StepRecord};
use crate::next::place::Place;
use crate::run::{RunPhase, StepKey};

impl<'a> Sight<'a> {
    /// Decides about a step before the start. Says whether it is reused.
    pub(super) fn leaf(
        &mut self,
        step: &'a Step,
        place: &Place,
        record: &'a StepRecord,
        following: &[Step],
        put_back: bool,
    ) -> bool {
        let key = &record.state.key;
        let acted = self.acted(record);
        if !is_over(record) || self.is_failed_item(place, record) {
            return self.unfinished(step, place, record);
        }
        if matches!(step.verb, Verb::Stop { .. }) {
            return self.anew(step, place, key, None);
        }
        if put_back {
            let why = "the rollback of the first run put it back".to_owned();
            return self.anew(step, place, key, Some(why));
        }
        if place.phase == RunPhase::Verify && !(acted && record.stage == Stage::Done) {
            let why = "verify proves afresh".to_owned();
            return self.anew(step, place, key, Some(why));
        }
        if matches!(step.verb, Verb::Approve { .. }) && self.approves_what_comes(place, following) {
            let why = "what it approved is done again".to_owned();
            self.foresee(step, place, key, StepFate::Again, Some(why));
            return false;
        }
        if acted && record.stage == Stage::Done && self.rollback_is_in_doubt(key) {
            return self.resolve(
                step,
                place,
                record,
                "the rollback of the first run may have put it back",
            );
        }
        if let Some(why) = self.difference(step) {
            return self.outdated(step, place, record, acted, why.to_owned());
        }
        if let Some(name) = tainted(step, &self.edited) {
            let why = format!("it was done with another value of {name}");
            return self.outdated(step, place, record, acted, why);
        }
        if let Some(name) = tainted(step, &self.renewed) {
            return self.overtaken(step, place, record, acted, &name);
        }
        self.reuse(step, record, &record.stage, None);
        true
    }

    /// A step that did not end well, or an item that failed.
    fn unfinished(&mut self, step: &'a Step, place: &Place, record: &'a StepRecord) -> bool {
        let may_stand = record.stage != Stage::Done && self.acted(record);
        let is_safe = record
            .call
            .as_ref()
            .is_some_and(|call| call.repeat == Repeat::Safe || call.effect == Effect::Read);
        if may_stand && !is_safe && place.phase != RunPhase::Intake {
            return self.resolve(step, place, record, "nobody knows whether it happened");
        }
        self.anew(step, place, &record.state.key, None)
    }

    /// A person's word on a step whose effect nobody knows; without one, the step is in doubt.
    fn resolve(
        &mut self,
        step: &'a Step,
        place: &Place,
        record: &'a StepRecord,
        doubt: &str,
    ) -> bool {
        let key = &record.state.key;
        let answer = self.again.answers.get(key).cloned();
        match answer.as_ref().map(|answer| answer.resolution) {
            Some(Resolution::Happened) => {
                let result = answer.and_then(|answer| answer.result);
                self.reuse(step, record, &Stage::Done, result);
                true
            }
            Some(Resolution::Skip) => {
                self.reuse(step, record, &Stage::Skipped, None);
                true
            }
            Some(Resolution::Repeat) => {
                let why = "a person said that it is to be repeated".to_owned();
                self.renew(step, place.phase);
                self.foresee(step, place, key, StepFate::Again, Some(why));
                false
            }
            Some(Resolution::Fail) | None => {
                self.ask(key, doubt);
                self.foresee(step, place, key, StepFate::InDoubt, Some(doubt.to_owned()));
                false
            }
        }
    }

    fn ask(&mut self, key: &StepKey, doubt: &str) {
        self.refuse(
            Some(key.clone()),
            &format!("{doubt}, so it is neither reused nor repeated before somebody has looked"),
            Some("say of it in `answers` whether it happened, is to be repeated or skipped"),
        );
    }

    /// States whether a step behind the start would be repeated although nobody knows whether it happened.
    pub(super) fn stays_in_doubt(&mut self, key: &StepKey) -> bool {
        if !self.again.continues() {
            return false;
        }
        let in_doubt: Vec<StepKey> = self
            .first
            .steps()
            .filter(|record| record.state.phase == RunPhase::Act)
            .filter(|record| record.state.key == *key || record.state.key.lies_in(key))
            .filter(|record| record.stage != Stage::Done && record.may_have_acted)
            .filter(|record| {
                let call = record.call.as_ref();
                call.is_none_or(|call| call.effect != Effect::Read && call.repeat != Repeat::Safe)
            })
            .map(|record| record.state.key.clone())
            .filter(|key| {
                let answer = self.again.answers.get(key);
                answer.is_none_or(|answer| answer.resolution != Resolution::Repeat)
            })
            .collect();
        for key in &in_doubt {
            self.refuse(
                Some(key.clone()),
                "nobody knows whether it happened, and it would be repeated",
                Some("say in `answers` that it is to be repeated, or go on from failed and say that it happened"),
            );
        }
        !in_doubt.is_empty()
    }

    /// The step would be done otherwise now. Where it changed nothing it simply is; else its result cannot be reused.
    fn outdated(
        &mut self,
        step: &'a Step,
        place: &Place,
        record: &StepRecord,
        acted: bool,
        why: String,
    ) -> bool {
        let key = &record.state.key;
        if acted || matches!(self.again.from, AgainFrom::Step { .. }) {
            self.refuse(
                Some(key.clone()),
                &format!("its result cannot be reused: {why}"),
                Some("start at this step or before it, or leave what changed as it was"),
            );
            self.foresee(step, place, key, StepFate::Again, Some(why));
            return false;
        }
        self.anew(step, place, key, Some(why))
    }

    /// The step read what is made anew. Notices are sent again, and what changes nothing is done again; what else changed
    /// the world is never repeated without having been asked for.
    fn overtaken(
        &mut self,
        step: &'a Step,
        place: &Place,
        record: &'a StepRecord,
        acted: bool,
        name: &str,
    ) -> bool {
        let key = &record.state.key;
        let why = format!("it reads {name}, which is made anew");
        if !acted || matches!(step.verb, Verb::Notify(_)) {
            return self.anew(step, place, key, Some(why));
        }
        if self.again.from == AgainFrom::FailedItems {
            self.reuse(step, record, &record.stage, None);
            if let Some(foreseen) = self.steps.last_mut() {
                foreseen.why = Some(format!("it saw the earlier value of {name}"));
            }
            return true;
        }
        self.refuse(
            Some(key.clone()),
            &format!("it was done, and would be repeated: {why}"),
            Some("start at the step that is made anew, or at this one"),
        );
        self.foresee(step, place, key, StepFate::Again, Some(why));
        false
    }

    /// States whether the step, or a call that a model made in it, changed the world or may have.
    fn acted(&self, record: &StepRecord) -> bool {
        if record.may_have_acted {
            return true;
        }
        record.state.verb == "agent"
            && self
                .first
                .steps()
                .any(|inner| inner.may_have_acted && inner.state.key.lies_in(&record.state.key))
    }

    /// States whether the step is an item of a loop that failed, or a failed step of one, when those are wanted.
    fn is_failed_item(&self, place: &Place, record: &StepRecord) -> bool {
        self.again.from == AgainFrom::FailedItems
            && !place.items.is_empty()
            && matches!(record.stage, Stage::GivenUp { .. })
    }

    fn approves_what_comes(&self, place: &Place, following: &[Step]) -> bool {
        let Some(next) = following.first() else {
            return false;
        };
        let key = place.key(next);
        let is_start = matches!(&self.again.from, AgainFrom::Step { key: start } if *start == key);
        let record = self.first.step(&key);
        is_start || !record.is_some_and(is_over) || self.put_back(&key)
    }

    /// States whether the first run tried to put the step back, or something else that may have, and nobody knows how it stands.
    fn rollback_is_in_doubt(&self, key: &StepKey) -> bool {
        let undo = self.first.step(&StepKey(format!("undo:{key}")));
        let of_its_own =
            undo.is_some_and(|undo| !matches!(undo.stage, Stage::Skipped | Stage::Done));
        // A step of the rollback that is nobody's undo may have put anything back.
        let of_all = self.first.steps().any(|record| {
            record.state.phase == RunPhase::Rollback
                && !record.state.key.0.starts_with("undo:")
                && record.state.verb != "notify"
                && record.may_have_acted
        });
        of_its_own || of_all
    }

    /// Begins the new run with a result of the first.
    pub(super) fn reuse(
        &mut self,
        step: &Step,
        record: &StepRecord,
        stage: &Stage,
        said: Option<Value>,
    ) {
        let row = &record.state;
        let own = said.is_none();
        self.steps.push(Foreseen {
            key: row.key.clone(),
            phase: row.phase,
            title: row.title.clone(),
            verb: row.verb.clone(),
            fate: StepFate::Reused,
            why: None,
        });
        let step = ReusedStep {
            key: row.key.clone(),
            run: row.reused_from.unwrap_or(self.first.run().id),
            phase: row.phase,
            verb: row.verb.clone(),
            title: row.title.clone(),
            tool: row.tool.clone(),
            action: row.action.clone(),
            payload: row.payload.clone(),
            stage: ReusedAs::from(stage),
            bind: step.bind.clone(),
            result: said.unwrap_or_else(|| row.result.clone()),
            moved: record.moved.clone().filter(|_| own),
            decision: record.decision.clone(),
            acted: self.acted(record),
            message: if own {
                row.message.clone()
            } else {
                Some("a person said that it happened".to_owned())
            },
            error: row
                .error
                .clone()
                .filter(|_| matches!(stage, Stage::GivenUp { .. })),
            started_at: row.started_at,
            finished_at: row.finished_at,
        };
        self.events.push(Event::StepReused {
            step: Box::new(step),
        });
    }
}
