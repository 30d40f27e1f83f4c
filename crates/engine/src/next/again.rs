//! Which results of a run another run may begin with, and which steps are done again.
//!
//! Plan is always checked afresh, and so is what verify reads. What act did stands, unless the rollback put it back; who
//! reuses a result takes over its effect, and its undo with it. Nothing that changed the world is repeated unless the start
//! lies before it: where nobody knows whether it stands, a person is asked first.

mod leaf;
mod steps;

use std::collections::{BTreeSet, HashSet};

use serde_json::{Map, Value};

use avops_recipe::{Phase, Scope, Step, Verb};

use super::place::Place;
use super::words;
use crate::again::{Again, AgainFrom, Foreseen, Outlook, Refusal, StepFate};
use crate::history::{History, Stage, StepRecord};
use crate::library::Program;
use crate::run::{NewRun, RunStatus, StepKey};
use crate::tool::Mode;

/// Returns what a run does that runs `first` again as `run` says: `run.again` names where it begins.
///
/// `ran` is the program that the first run worked on, `program` that of the new one.
pub fn outlook(first: &History, ran: &Program, program: &Program, run: &NewRun) -> Outlook {
    let Some(again) = &run.again else {
        return Outlook::default();
    };
    let mut sight = Sight::new(first, ran, program, run, again);
    if again.continues() {
        sight.check_whole();
    }
    if sight.refusals.is_empty() {
        sight.look();
    }
    Outlook {
        steps: sight.steps,
        refusals: sight.refusals,
        events: sight.events,
    }
}

/// The inputs that a run was given at its start and in answers, as far as another version asks for them too.
pub fn inputs_for(first: &History, program: &Program) -> Map<String, Value> {
    let asked: HashSet<&str> = program
        .recipe
        .inputs
        .iter()
        .map(|input| input.name.as_str())
        .collect();
    let given = first.given().iter();
    given
        .filter(|(name, _)| asked.contains(name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// One look over the recipe, gathering what becomes of its steps.
struct Sight<'a> {
    first: &'a History,
    /// What the first run worked on, where that is another text.
    ran: Option<&'a Program>,
    program: &'a Program,
    again: &'a Again,
    /// The start lies behind: everything from here on is done again.
    reached: bool,
    /// Names whose values another input makes different.
    edited: BTreeSet<String>,
    /// Names whose values are made anew by a step that is done again.
    renewed: BTreeSet<String>,
    /// Steps of act that were looked at.
    seen: HashSet<StepKey>,
    /// Whether an item of a loop was found that failed.
    item_failed: bool,
    /// Inside what failed and let the run go on: it stays as it is.
    settled: bool,
    steps: Vec<Foreseen>,
    refusals: Vec<Refusal>,
    events: Vec<crate::event::Event>,
}

impl<'a> Sight<'a> {
    fn new(
        first: &'a History,
        ran: &'a Program,
        program: &'a Program,
        run: &NewRun,
        again: &'a Again,
    ) -> Self {
        let given = first.given();
        let names = given.keys().chain(run.inputs.keys());
        let edited = names
            .filter(|name| given.get(*name) != run.inputs.get(*name))
            // A default that was taken and is now given is no change.
            .filter(|name| first.state().inputs.get(*name) != run.inputs.get(*name))
            .map(|name| format!("intake.{name}"))
            .collect();
        let mut sight = Self {
            first,
            ran: (first.run().recipe.hash != run.recipe.hash).then_some(ran),
            program,
            again,
            reached: again.from == AgainFrom::Start,
            edited,
            renewed: BTreeSet::new(),
            seen: HashSet::new(),
            item_failed: false,
            settled: false,
            steps: Vec::new(),
            refusals: Vec::new(),
            events: Vec::new(),
        };
        if again.continues() && run.mode == Mode::Live && first.run().mode != Mode::Live {
            sight.refuse(
                None,
                "the first run worked in the simulated campus, and nothing that it did stands in the real one",
                Some("run it again from the start"),
            );
        }
        sight
    }

    /// What must hold for the first run as a whole before its results are reused.
    fn check_whole(&mut self) {
        if self.first.unknown_entry().is_some() {
            self.refuse(
                None,
                "the first run was written by a newer version of this program",
                None,
            );
            return;
        }
        if self.again.from == AgainFrom::Failed && self.first.state().status == RunStatus::Success {
            self.refuse(
                None,
                "nothing failed in the run",
                Some("name the step to begin at, or run it again from the start"),
            );
        }
        if !self.first.state().status.is_final() {
            let waits = self.first.gates().next().map(|(key, _)| key.clone());
            let message = if waits.is_some() {
                "the run waits for an answer there, and goes on by itself once it has one"
            } else {
                "the run is not over"
            };
            self.refuse(
                waits,
                message,
                Some("answer it or cancel the run; or run it again from the start"),
            );
        }
    }

    fn look(&mut self) {
        for phase in Phase::ALL {
            let place = Place::of_phase(phase);
            for step in self.program.recipe.steps(phase) {
                match phase {
                    Phase::Intake => self.intake(step, &place),
                    Phase::Plan => self.plan(step, &place),
                    Phase::Act | Phase::Verify => {}
                }
            }
            if matches!(phase, Phase::Act | Phase::Verify) {
                self.sequence(self.program.recipe.steps(phase), &place, false);
            }
        }
        if let AgainFrom::Step { key } = &self.again.from
            && !self.reached
        {
            self.refuse(
                Some(key.clone()),
                "there is no such step in what is run",
                Some("name a step as the run's page does, or say start, failed or failed_items"),
            );
        }
        if self.again.from == AgainFrom::FailedItems && !self.item_failed {
            self.refuse(
                None,
                "no item of a loop failed in the run",
                Some("say failed to go on where it failed"),
            );
        }
        if self.again.continues() {
            self.nothing_is_forgotten();
        }
    }

    /// Intake binds inputs anew; what it read, asked a model for or had done by people is reused while its inputs are the same.
    fn intake(&mut self, step: &'a Step, place: &Place) {
        let key = place.key(step);
        self.reach(&key);
        for part in step.parts() {
            self.intake(part, place);
        }
        if matches!(step.verb, Verb::Do { .. } | Verb::If { .. }) {
            return;
        }
        let done = self.first.step(&key).filter(|record| {
            record.stage == Stage::Done
                && matches!(
                    step.verb,
                    Verb::Action(_) | Verb::Agent { .. } | Verb::Manual { .. }
                )
        });
        if let Some(record) = done
            && step.for_each.is_none()
            && !self.reached
            && tainted(step, &self.edited).is_none()
            && self.difference(step).is_none()
        {
            self.reuse(step, record, &Stage::Done, None);
            return;
        }
        if tainted(step, &self.edited).is_some() {
            // What intake binds is also seen under its name.
            let names = bound(step);
            self.edited
                .extend(names.iter().map(|name| format!("intake.{name}")));
            self.edited.extend(names);
        }
        self.foresee(step, place, &key, StepFate::Again, None);
    }

    fn plan(&mut self, step: &'a Step, place: &Place) {
        let key = place.key(step);
        self.reach(&key);
        self.taint(step);
        for part in step.parts() {
            self.taint(part);
            self.reach(&place.key(part));
        }
        let why = "plan is always checked afresh".to_owned();
        self.foresee(step, place, &key, StepFate::Again, Some(why));
    }

    /// What reads a value that another input makes different gives another value itself.
    fn taint(&mut self, step: &Step) {
        if tainted(step, &self.edited).is_some() {
            self.edited.extend(bound(step));
        }
    }

    fn reach(&mut self, key: &StepKey) {
        if matches!(&self.again.from, AgainFrom::Step { key: start } if start == key) {
            self.reached = true;
        }
    }

    /// In what the step differs from the one that ran.
    fn difference(&self, step: &Step) -> Option<&'static str> {
        match self.ran?.recipe.step(&step.id) {
            Some(ran) => step.difference(ran),
            None => Some("the version that ran has no such step"),
        }
    }

    /// What was done and stands must appear in the new run: else nobody would ever put it back.
    fn nothing_is_forgotten(&mut self) {
        // Behind a chosen start, the person has decided.
        let start = match &self.again.from {
            AgainFrom::Step { key } => self.first.step(key).map(|record| record.state.seq),
            _ => None,
        };
        let forgotten: Vec<StepKey> = self
            .first
            .steps()
            .filter(|record| start.is_none_or(|start| record.state.seq < start))
            .filter(|record| stands_in_act(record) && !self.put_back(&record.state.key))
            .map(|record| record.state.key.clone())
            .filter(|key| {
                !self.seen.contains(key) && !self.seen.iter().any(|outer| key.lies_in(outer))
            })
            .collect();
        for key in forgotten {
            self.refuse(
                Some(key),
                "it was done, and the chosen version has no such step, so nothing would put it back",
                Some("choose the version that ran, or run again from the start"),
            );
        }
    }

    /// States whether the rollback of the first run has reversed the step.
    fn put_back(&self, key: &StepKey) -> bool {
        let undo = self.first.step(&StepKey(format!("undo:{key}")));
        undo.is_some_and(|undo| undo.stage == Stage::Done)
    }

    fn refuse(&mut self, step: Option<StepKey>, message: &str, hint: Option<&str>) {
        self.refusals.push(Refusal {
            step,
            message: message.to_owned(),
            hint: hint.map(str::to_owned),
        });
    }

    fn foresee(
        &mut self,
        step: &Step,
        place: &Place,
        key: &StepKey,
        fate: StepFate,
        why: Option<String>,
    ) {
        let known = self
            .first
            .step(key)
            .map(|record| record.state.title.clone());
        self.steps.push(Foreseen {
            key: key.clone(),
            phase: place.phase,
            title: known.unwrap_or_else(|| words::title(step, self.program, &Scope::new())),
            verb: words::verb(&step.verb, self.program).to_owned(),
            fate,
            why,
        });
    }
}

/// States whether a step of act was done and changed the world.
fn stands_in_act(record: &StepRecord) -> bool {
    record.state.phase == crate::run::RunPhase::Act
        && !record.state.key.is_question()
        && record.stage == Stage::Done
        && record.may_have_acted
}

/// The names that a step binds.
fn bound(step: &Step) -> Vec<String> {
    match &step.verb {
        Verb::Set { values } if step.bind.is_none() => values.keys().cloned().collect(),
        _ => step.bind.clone().into_iter().collect(),
    }
}

/// The first name of `names` that the step reads.
fn tainted(step: &Step, names: &BTreeSet<String>) -> Option<String> {
    step.reads().into_iter().find_map(|path| {
        let of = |name: &&String| {
            let bare = path
                .split_once('.')
                .map_or(path, |(root, rest)| match root {
                    "plan" | "act" | "verify" => rest,
                    _ => path,
                });
            bare.strip_prefix(name.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        names.iter().find(of).cloned()
    })
}
