//! What the names in expressions mean at a place of a run.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use avops_recipe::Scope;

use super::stopwatch::millis_between;
use crate::run::{NewRun, RunPhase, StepKey};

/// Every value that a run has bound, and where it can be seen.
#[derive(Debug, Clone)]
pub(super) struct Names {
    everywhere: Scope,
    /// Bound inside an item of a loop, by the item's key.
    in_items: HashMap<String, Vec<Bound>>,
    /// Taken over from another run: seen once their phase is reached, so that plan sees only what it finds itself.
    taken_over: Vec<Bound>,
    run: Value,
}

#[derive(Debug, Clone)]
struct Bound {
    phase: RunPhase,
    name: String,
    value: Value,
}

impl Names {
    pub(super) fn new(run: &NewRun) -> Self {
        let mut everywhere = Scope::new();
        everywhere.set(
            "recipe",
            &json!({"name": run.recipe.name, "version": run.recipe.version}),
        );
        let agent = run.agent.as_ref();
        everywhere.set(
            "agent",
            &json!({"name": agent.map(|a| &a.name), "domain": agent.map(|a| &a.domain)}),
        );
        Self {
            everywhere,
            in_items: HashMap::new(),
            taken_over: Vec::new(),
            run: json!({
                "id": run.id,
                "url": run.url,
                "trigger": run.trigger,
                "started_at": null,
                "elapsed_s": 0,
            }),
        }
    }

    pub(super) fn begin(&mut self, at: Timestamp) {
        self.run["started_at"] = json!(at.to_string());
    }

    pub(super) fn bind_input(&mut self, name: &str, value: &Value) {
        self.everywhere.set_under("intake", name, value);
    }

    /// Binds a result: inside a loop only for the rest of the item, else for the rest of the run.
    pub(super) fn bind(&mut self, key: &StepKey, phase: RunPhase, name: &str, value: &Value) {
        if let Some(item) = item_around(&key.0) {
            let bound = self.in_items.entry(item.to_owned()).or_default();
            bound.push(Bound {
                phase,
                name: name.to_owned(),
                value: value.clone(),
            });
            return;
        }
        self.taken_over
            .retain(|bound| bound.name != name || bound.phase > phase);
        bind_in(&mut self.everywhere, phase, name, value);
    }

    /// Binds a result of another run.
    pub(super) fn take_over(&mut self, key: &StepKey, phase: RunPhase, name: &str, value: &Value) {
        if item_around(&key.0).is_some() {
            self.bind(key, phase, name, value);
        } else {
            self.taken_over.push(Bound {
                phase,
                name: name.to_owned(),
                value: value.clone(),
            });
        }
    }

    /// The names that are seen in a phase, outside of loops.
    pub(super) fn seen_in(
        &self,
        phase: RunPhase,
        started_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Scope {
        let mut scope = self.everywhere.clone();
        for bound in self.taken_over.iter().filter(|bound| bound.phase <= phase) {
            bind_in(&mut scope, bound.phase, &bound.name, &bound.value);
        }
        let mut run = self.run.clone();
        let elapsed_ms = started_at.map_or(0, |at| millis_between(at, now));
        run["elapsed_s"] = json!(seconds(elapsed_ms));
        scope.set("run", &run);
        scope
    }

    /// Adds what is seen only inside one item of a loop: the item with this key and number (from 0).
    pub(super) fn enter_item(&self, scope: &mut Scope, key: &str, index: usize, item: &Value) {
        scope.set("item", item);
        scope.set("loop", &json!({"index": index + 1}));
        for bound in self.in_items.get(key).into_iter().flatten() {
            bind_in(scope, bound.phase, &bound.name, &bound.value);
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of a run are far below 2^52"
)]
fn seconds(millis: u64) -> f64 {
    millis as f64 / 1000.0
}

fn bind_in(scope: &mut Scope, phase: RunPhase, name: &str, value: &Value) {
    scope.set(name, value);
    let root = match phase {
        RunPhase::Intake => "intake",
        RunPhase::Plan => "plan",
        RunPhase::Act => "act",
        RunPhase::Verify => "verify",
        RunPhase::Rollback => return,
    };
    scope.set_under(root, name, value);
}

/// The key of the innermost loop item that a step key lies in: `act.2[3]` of `undo:act.2[3].do.1`.
fn item_around(key: &str) -> Option<&str> {
    let key = key.strip_prefix("undo:").unwrap_or(key);
    key.rfind(']').and_then(|end| key.get(..=end))
}
