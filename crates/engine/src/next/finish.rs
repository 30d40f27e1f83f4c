//! The end of a run that did not fail: status, outputs and metrics.

use jiff::Timestamp;
use serde_json::{Map, Value};

use avops_recipe::{Comparison, Metric, Scope, Target};

use super::Next;
use crate::event::Event;
use crate::history::History;
use crate::library::Program;
use crate::run::{MetricValue, RunPhase, RunStatus};

/// Ends the run. It is a success when verify evaluated a check that held, or when the recipe stopped it before act; else
/// nobody has proved anything.
pub(super) fn well(program: &Program, history: &History, now: Timestamp) -> Next {
    let not_applicable =
        history.stopped().is_some() && matches!(history.phase(), RunPhase::Intake | RunPhase::Plan);
    let status = if not_applicable || history.state().checks_held > 0 {
        RunStatus::Success
    } else {
        RunStatus::Unproven
    };
    let scope = history.scope(RunPhase::Verify, now);
    let outputs: Map<String, Value> = program
        .recipe
        .outputs
        .iter()
        // A step that was skipped leaves its outputs without a value.
        .map(|(name, value)| (name.clone(), value.render(&scope).unwrap_or(Value::Null)))
        .collect();
    let metrics = if not_applicable {
        Vec::new()
    } else {
        let metrics = program.recipe.success_metrics.iter();
        metrics.map(|metric| measure(metric, &scope)).collect()
    };
    Next::Record(vec![Event::Finished {
        status,
        outcome: not_applicable.then(|| "not_applicable".to_owned()),
        rollback: None,
        outputs,
        metrics,
    }])
}

fn measure(metric: &Metric, scope: &Scope) -> MetricValue {
    let value = metric
        .value
        .render(scope)
        .ok()
        .and_then(|value| match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        });
    MetricValue {
        name: metric.name.clone(),
        value,
        unit: metric.unit.clone(),
        target: metric.target.map(in_words),
        met: value
            .zip(metric.target)
            .map(|(value, target)| is_met(value, target)),
    }
}

#[expect(
    clippy::float_cmp,
    reason = "an author who writes == wants exactly this number"
)]
fn is_met(value: f64, target: Target) -> bool {
    match target.comparison {
        Comparison::Less => value < target.number,
        Comparison::AtMost => value <= target.number,
        Comparison::Equal => value == target.number,
        Comparison::AtLeast => value >= target.number,
        Comparison::Greater => value > target.number,
    }
}

fn in_words(target: Target) -> String {
    let sign = match target.comparison {
        Comparison::Less => "<",
        Comparison::AtMost => "<=",
        Comparison::Equal => "==",
        Comparison::AtLeast => ">=",
        Comparison::Greater => ">",
    };
    format!("{sign} {}", target.number)
}
