//! Steps with steps in them: branches, blocks, loops and child runs.

use serde_json::{Map, Value, json};

use avops_recipe::{Expression, Step, Template, ValueTemplate, Verb};

use super::place::Place;
use super::step::{Progress, Walk, done, give_up};
use super::{MOST_STEPS, PlannedChild};
use crate::event::Event;
use crate::history::Stage;
use crate::run::StepKey;

impl<'a> Walk<'a> {
    pub(super) fn block(
        &mut self,
        step: &'a Step,
        place: &Place,
        key: &StepKey,
        steps: &'a [Step],
    ) -> Progress {
        if self.history.step(key).is_none() {
            let started = self.started(step, place, key, Value::Null);
            return self.emit([started]);
        }
        let inner = self.sequence(steps, place);
        self.close(step, key, inner, Value::Null)
    }

    pub(super) fn branch(
        &mut self,
        step: &'a Step,
        place: &Place,
        key: &StepKey,
        condition: &Expression,
        then: &'a [Step],
        otherwise: &'a [Step],
    ) -> Progress {
        let decision = self.history.step(key).and_then(|r| r.decision.as_ref());
        let Some(decision) = decision else {
            let taken = match condition.truth(&self.scope(place)) {
                Ok(taken) => taken,
                Err(error) => {
                    return self.fail_evaluating(step, place, key.clone(), Value::Null, error);
                }
            };
            let payload = json!({"condition": condition.text()});
            let started = self.started(step, place, key, payload);
            let decision = json!({"taken": if taken { "then" } else { "else" }});
            let branched = Event::Branched {
                key: key.clone(),
                decision,
            };
            return self.emit([started, branched]);
        };
        let result = decision.clone();
        let steps = if decision["taken"] == "then" {
            then
        } else {
            otherwise
        };
        let inner = self.sequence(steps, place);
        self.close(step, key, inner, result)
    }

    /// A loop: at most `parallel` items at a time; once an item has failed, no further item begins.
    pub(super) fn repeat(&mut self, step: &'a Step, place: &Place, key: &StepKey) -> Progress {
        let Some(for_each) = &step.for_each else {
            return Progress::Done;
        };
        let record = self.history.step(key);
        let Some((record, decision)) = record.and_then(|r| Some((r, r.decision.as_ref()?))) else {
            return self.begin_loop(step, place, key, &for_each.items, for_each.parallel);
        };
        let items = decision["items"].as_array().map_or(&[][..], Vec::as_slice);
        let (mut busy, mut failed) = (0, None);
        for (index, item) in items.iter().enumerate().skip(record.settled_items) {
            if busy >= for_each.parallel.max(1) {
                break;
            }
            let inside = place.inside(step, key, index, item);
            let begun = self.history.step(&inside.key(step)).is_some();
            if failed.is_some() && !begun {
                break;
            }
            match self.step(step, &inside, &[]) {
                Progress::Done => {}
                Progress::Busy => busy += 1,
                Progress::Failed(key) => failed = failed.or(Some(key)),
            }
        }
        let inner = match failed {
            _ if busy > 0 => Progress::Busy,
            Some(key) => Progress::Failed(key),
            None => Progress::Done,
        };
        match inner {
            Progress::Done => {
                let result = self.results(step, key, items.len());
                self.emit([done(key.clone(), step.bind.clone(), result, None)])
            }
            // What a failing item means was decided for the item.
            inner => self.close(step, key, inner, Value::Null),
        }
    }

    /// The results of a loop's items, in their order, null where an item has none. What `set` binds becomes a list for each
    /// name.
    fn results(&self, step: &Step, key: &StepKey, items: usize) -> Value {
        let results: Vec<Value> = (0..items)
            .map(|index| StepKey(format!("{key}[{index}]")))
            .map(|item| match self.history.step(&item) {
                Some(record) if record.stage == Stage::Done => record.result().clone(),
                _ => Value::Null,
            })
            .collect();
        let Verb::Set { values } = &step.verb else {
            return Value::Array(results);
        };
        let of_name = |name: &String| results.iter().map(|result| result[name].clone()).collect();
        let lists = values.keys().map(|name| (name.clone(), of_name(name)));
        Value::Object(lists.collect())
    }

    fn begin_loop(
        &mut self,
        step: &'a Step,
        place: &Place,
        key: &StepKey,
        items: &Expression,
        parallel: u32,
    ) -> Progress {
        let found = match items.evaluate(&self.scope(place)) {
            Ok(Value::Array(found)) => found,
            Ok(other) => {
                let error = format!(
                    "for_each needs a list, and {} is {}",
                    items.text(),
                    super::words::short(&other)
                );
                return self.fail(step, place, key.clone(), Value::Null, error, None);
            }
            Err(error) => {
                return self.fail_evaluating(step, place, key.clone(), Value::Null, error);
            }
        };
        if found.len() > MOST_STEPS {
            let error = format!("the list has {} items, more than {MOST_STEPS}", found.len());
            return self.fail(step, place, key.clone(), Value::Null, error, None);
        }
        let payload = json!({"items": found.len(), "parallel": parallel});
        let started = self.started(step, place, key, payload);
        let branched = Event::Branched {
            key: key.clone(),
            decision: json!({"items": found}),
        };
        self.emit([started, branched])
    }

    /// Ends a step when the steps in it have.
    fn close(&mut self, step: &'a Step, key: &StepKey, inner: Progress, result: Value) -> Progress {
        match inner {
            Progress::Busy => Progress::Busy,
            Progress::Done => self.emit([done(key.clone(), None, result, None)]),
            Progress::Failed(inner) => {
                let record = self.history.step(&inner);
                let error = record.and_then(|record| record.state.error.clone());
                let failed = Event::StepFailed {
                    key: key.clone(),
                    error: error.unwrap_or_else(|| format!("step {inner} failed")),
                    hint: record.and_then(|record| record.hint.clone()),
                    retryable: false,
                    result: json!({"failed_step": inner}),
                    not_before: None,
                };
                self.emit([failed, give_up(step, key.clone())])
            }
        }
    }

    pub(super) fn child(
        &mut self,
        step: &'a Step,
        place: &Place,
        key: StepKey,
        name: &Template,
        with: &ValueTemplate,
    ) -> Progress {
        match self.history.step(&key).map(|record| &record.stage) {
            Some(Stage::Child { .. }) => return Progress::Busy,
            Some(Stage::Failed { .. }) => return self.emit([give_up(step, key)]),
            _ => {}
        }
        let scope = self.scope(place);
        let (recipe, inputs) = match (name.render(&scope), with.render(&scope)) {
            (Ok(recipe), Ok(Value::Object(inputs))) => (recipe, inputs),
            (Ok(recipe), Ok(Value::Null)) => (recipe, Map::new()),
            (Ok(_), Ok(other)) => {
                let error = format!("with: must be a mapping of inputs, not {other}");
                return self.fail(step, place, key, Value::Null, error, None);
            }
            (Err(error), _) | (_, Err(error)) => {
                return self.fail_evaluating(step, place, key, Value::Null, error);
            }
        };
        if self.child.is_none() {
            let payload = json!({"recipe": recipe, "inputs": inputs});
            self.child = Some(PlannedChild {
                started: self.started(step, place, &key, payload),
                key,
                bind: step.bind.clone(),
                recipe,
                inputs,
            });
        }
        Progress::Busy
    }
}
