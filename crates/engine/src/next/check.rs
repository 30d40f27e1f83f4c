//! A check: the verdict, and both sides of it.

use serde_json::{Map, Value, json};

use avops_recipe::{Expression, Step, Template};

use super::place::Place;
use super::step::{Progress, Walk, done, give_up};
use super::words;
use crate::content::bounded;
use crate::event::Event;
use crate::run::StepKey;

impl<'a> Walk<'a> {
    /// Evaluates a condition. False fails the step with the check's text and the value of everything that it reads; what
    /// follows for the run is in `rollback.rs`.
    pub(super) fn check(
        &mut self,
        step: &'a Step,
        place: &Place,
        key: StepKey,
        condition: &Expression,
        message: Option<&Template>,
    ) -> Progress {
        let scope = self.scope(place);
        let held = match condition.truth(&scope) {
            Ok(held) => held,
            Err(error) => return self.fail_evaluating(step, place, key, Value::Null, error),
        };
        let operands = condition.operands(&scope);
        let sides: Map<String, Value> = operands.iter().cloned().collect();
        let result = json!({"held": held, "condition": condition.text(), "operands": bounded(Value::Object(sides))});
        let started = self.started(step, place, &key, json!({"condition": condition.text()}));
        if held {
            return self.emit([started, done(key, step.bind.clone(), result, None)]);
        }
        let seen = words::check_failed(condition, &operands);
        let error = match message.map(|message| message.render(&scope)) {
            Some(Ok(said)) => format!("{said} ({seen})"),
            _ => seen,
        };
        let failed = Event::StepFailed {
            key: key.clone(),
            error,
            hint: None,
            retryable: false,
            result,
            not_before: None,
        };
        let given_up = give_up(step, key);
        self.emit([started, failed, given_up])
    }
}
