//! May this recipe be promoted? The runbook's four criteria, measured.

use avops_recipe::{Effect, Recipe, Step, Verb, Vocabulary};
use schemars::JsonSchema;
use serde::Serialize;

use super::stage::{Stage, StageRecord};
use crate::figures::{p95, share};

/// So many finished live runs are needed.
pub(super) const RUNS_NEEDED: u32 = 20;
/// Least share of successful runs.
const SUCCESS_SHARE: f64 = 0.95;
/// Longest 95th percentile of plan and act.
const PLAN_ACT_MS: u64 = 5_000;
/// Least share of verify checks that held.
const CHECK_SHARE: f64 = 0.98;

/// The promotion criteria with what was measured.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Promotion {
    /// The version that was measured.
    pub version: u32,
    /// The stage of that version.
    pub stage: Stage,
    /// The version that was supervised or promoted last; workflows that follow the newest run it.
    pub staged_version: Option<u32>,
    /// How the recipe came to its stage.
    pub record: Option<StageRecord>,
    /// Workflows that follow the recipe, by name.
    pub workflows: Vec<String>,
    /// Finished live runs of that version that count, at most 20.
    pub runs: usize,
    /// So many are needed.
    pub needed: u32,
    /// The four criteria.
    pub criteria: Vec<Criterion>,
    /// Whether all hold.
    pub ready: bool,
}

/// One promotion criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Criterion {
    /// `success`, `p95`, `verify` or `risk`.
    pub name: &'static str,
    /// For people: `success ≥ 95 % over the last 20 runs`.
    pub title: &'static str,
    /// The measured value for people; absent without data.
    pub measured: Option<String>,
    /// Whether it holds; absent while there is not enough data.
    pub holds: Option<bool>,
    /// What is missing.
    pub note: Option<String>,
}

/// What counts of a finished live run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Measured {
    /// Whether it ended as `success`.
    pub succeeded: bool,
    /// Working time of plan and act, without declared waits.
    pub plan_act_ms: Option<u64>,
    /// Checks in verify that were evaluated.
    pub checks: u32,
    /// How many of them held.
    pub checks_held: u32,
}

impl From<&avops_store::RunOutcome> for Measured {
    fn from(run: &avops_store::RunOutcome) -> Self {
        Self {
            succeeded: run.status == avops_engine::RunStatus::Success,
            plan_act_ms: run.plan_act_ms,
            checks: run.checks,
            checks_held: run.checks_held,
        }
    }
}

/// Measures the criteria over the newest finished live runs (at most [`RUNS_NEEDED`] of them; mock, dry and
/// cancelled runs are the caller's to leave out).
pub(super) fn measure(
    stage: Stage,
    recipe: Option<&Recipe>,
    vocabulary: &Vocabulary,
    runs: &[Measured],
) -> Promotion {
    let runs = runs.get(..RUNS_NEEDED as usize).unwrap_or(runs);
    let criteria = vec![
        success(runs),
        speed(runs),
        verify(runs),
        risk(recipe, vocabulary),
    ];
    Promotion {
        version: 0,
        stage,
        staged_version: None,
        record: None,
        workflows: Vec::new(),
        runs: runs.len(),
        needed: RUNS_NEEDED,
        ready: criteria
            .iter()
            .all(|criterion| criterion.holds == Some(true)),
        criteria,
    }
}

fn success(runs: &[Measured]) -> Criterion {
    let good = runs.iter().filter(|run| run.succeeded).count();
    let share = share(good, runs.len());
    judged(
        "success",
        "success ≥ 95 % over the last 20 live runs",
        share.map(percent),
        share.map(|share| share >= SUCCESS_SHARE),
        runs.len(),
    )
}

fn speed(runs: &[Measured]) -> Criterion {
    let p95 = p95(runs.iter().filter_map(|run| run.plan_act_ms).collect());
    judged(
        "p95",
        "p95 of plan and act ≤ 5 s, declared waits not counted",
        p95.map(|ms| format!("{ms} ms")),
        p95.map(|ms| ms <= PLAN_ACT_MS),
        runs.len(),
    )
}

fn verify(runs: &[Measured]) -> Criterion {
    let evaluated: usize = runs.iter().map(|run| run.checks as usize).sum();
    let held: usize = runs.iter().map(|run| run.checks_held as usize).sum();
    let share = share(held, evaluated);
    let mut criterion = judged(
        "verify",
        "verify ≥ 98 %, counted per evaluated check",
        share.map(|share| format!("{} of {evaluated} checks", percent(share))),
        share.map(|share| share >= CHECK_SHARE),
        runs.len(),
    );
    if runs.len() >= RUNS_NEEDED as usize && evaluated == 0 {
        criterion.holds = Some(false);
        criterion.note = Some("verify holds no check that was evaluated".to_owned());
    }
    criterion
}

fn risk(recipe: Option<&Recipe>, vocabulary: &Vocabulary) -> Criterion {
    let missing = match recipe {
        None => vec!["the recipe has errors".to_owned()],
        Some(recipe) => undocumented(recipe, vocabulary),
    };
    Criterion {
        name: "risk",
        title: "risk and rollback documented",
        measured: Some(if missing.is_empty() {
            "documented".to_owned()
        } else {
            format!("{} missing", missing.len())
        }),
        holds: Some(missing.is_empty()),
        note: (!missing.is_empty()).then(|| missing.join("; ")),
    }
}

/// Lists what is missing: risk notes, and an undo (or a reason for having none) for each act step that changes things.
fn undocumented(recipe: &Recipe, vocabulary: &Vocabulary) -> Vec<String> {
    let notes = recipe.risk.as_ref().and_then(|risk| risk.notes.as_deref());
    let mut missing = Vec::new();
    if notes.is_none_or(|notes| notes.trim().is_empty()) {
        missing.push("risk notes".to_owned());
    }
    if recipe.guardrails.no_rollback_reason.is_none() {
        uncovered(&recipe.act, false, vocabulary, &mut missing);
    }
    missing
}

fn uncovered(steps: &[Step], covered: bool, vocabulary: &Vocabulary, missing: &mut Vec<String>) {
    for step in steps {
        let covered = covered || step.undo.is_some();
        match &step.verb {
            Verb::Action(call) => {
                let effect = vocabulary
                    .action(&call.tool, &call.action)
                    .map_or(Effect::Destructive, |action| action.effect);
                if effect != Effect::Read && !covered {
                    missing.push(format!("an undo for {}", step.id));
                }
            }
            Verb::If {
                then, otherwise, ..
            } => {
                uncovered(then, covered, vocabulary, missing);
                uncovered(otherwise, covered, vocabulary, missing);
            }
            Verb::Do { steps } => uncovered(steps, covered, vocabulary, missing),
            _ => {}
        }
    }
}

fn judged(
    name: &'static str,
    title: &'static str,
    measured: Option<String>,
    holds: Option<bool>,
    runs: usize,
) -> Criterion {
    let enough = runs >= RUNS_NEEDED as usize;
    Criterion {
        name,
        title,
        measured,
        holds: holds.filter(|_| enough),
        note: (!enough).then(|| format!("not enough data ({runs}/{RUNS_NEEDED})")),
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(count: usize, failed: usize) -> Vec<Measured> {
        (0..count)
            .map(|at| Measured {
                succeeded: at >= failed,
                plan_act_ms: Some(100 * (at as u64 + 1)),
                checks: 2,
                checks_held: if at < failed { 1 } else { 2 },
            })
            .collect()
    }

    fn criterion<'a>(promotion: &'a Promotion, name: &str) -> &'a Criterion {
        promotion
            .criteria
            .iter()
            .find(|criterion| criterion.name == name)
            .unwrap()
    }

    #[test]
    fn nineteen_good_runs_are_not_enough() {
        let found = measure(Stage::Draft, None, &Vocabulary::default(), &runs(19, 0));
        let success = criterion(&found, "success");
        assert_eq!(success.holds, None);
        assert_eq!(success.note.as_deref(), Some("not enough data (19/20)"));
        assert!(!found.ready);
    }

    #[test]
    fn one_failure_in_twenty_holds_and_two_do_not() {
        let one = measure(Stage::Draft, None, &Vocabulary::default(), &runs(20, 1));
        let two = measure(Stage::Draft, None, &Vocabulary::default(), &runs(20, 2));
        assert_eq!(criterion(&one, "success").holds, Some(true));
        assert_eq!(criterion(&two, "success").holds, Some(false));
    }

    #[test]
    fn verify_counts_checks_and_not_runs() {
        let found = measure(Stage::Draft, None, &Vocabulary::default(), &runs(20, 1));
        let verify = criterion(&found, "verify");
        assert_eq!(verify.measured.as_deref(), Some("97.5 % of 40 checks"));
        assert_eq!(verify.holds, Some(false));
    }

    #[test]
    fn p95_is_the_nearest_rank() {
        let found = measure(Stage::Draft, None, &Vocabulary::default(), &runs(20, 0));
        assert_eq!(
            criterion(&found, "p95").measured.as_deref(),
            Some("1900 ms")
        );
    }
}
