//! Figures of one recipe: how its newest runs ended, for promotion and for its success metrics.

use std::collections::BTreeMap;

use avops_engine::{MetricValue, Mode, RunId, RunStatus};
use jiff::Timestamp;
use sqlx::{QueryBuilder, Row as _};

use crate::cursor::LARGEST;
use crate::dialect::{Db, Row};
use crate::figures::{Window, share};
use crate::journal::run_id;
use crate::words::{self, counted, named, parsed, time};
use crate::{Store, StoreError};

/// How one finished run ended. Cancelled runs have no outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct RunOutcome {
    /// The run.
    pub run: RunId,
    /// Success, unproven or failed.
    pub status: RunStatus,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// How long it took in all.
    pub duration_ms: Option<u64>,
    /// Working time of plan and act.
    pub plan_act_ms: Option<u64>,
    /// Checks in verify that were evaluated.
    pub checks: u32,
    /// How many of them held.
    pub checks_held: u32,
    /// Its success metrics.
    pub metrics: Vec<MetricValue>,
}

/// Figures over the newest runs of a recipe.
#[derive(Debug, Clone, PartialEq)]
pub struct RecipeFigures {
    /// How many runs they are made of.
    pub runs: u64,
    /// Share of `success`.
    pub success_rate: Option<f64>,
    /// 95th percentile (nearest rank) of the working time of plan and act.
    pub p95_plan_act_ms: Option<u64>,
    /// Checks in verify that were evaluated.
    pub checks: u64,
    /// How many of them held.
    pub checks_held: u64,
    /// Each success metric as the newest run declared it, with its values, oldest first.
    pub metrics: Vec<(MetricValue, Vec<MetricPoint>)>,
}

/// The value of a metric in one run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MetricPoint {
    /// When the run was accepted.
    pub at: Timestamp,
    /// The value.
    pub value: f64,
}

/// The figures of one recipe in a window.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RecipeWindow {
    /// All runs.
    pub runs: u64,
    /// Ended as `success`.
    pub success: u64,
    /// Ended as `failed`.
    pub failed: u64,
    /// Share of `success` in the runs that ended and were not cancelled, from 0 to 1; absent when none did.
    pub success_rate: Option<f64>,
    /// 95th percentile (nearest rank) of the whole duration of those same runs.
    pub p95_ms: Option<u64>,
}

impl Store {
    /// Gives the figures of every recipe that ran in a window, by its id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recipe_windows(
        &self,
        window: &Window,
    ) -> Result<BTreeMap<String, RecipeWindow>, StoreError> {
        let (since, until) = window.bounds();
        let mut found: BTreeMap<String, RecipeWindow> = BTreeMap::new();
        let mut judged: BTreeMap<String, u64> = BTreeMap::new();
        let rows = sqlx::query(COUNTS)
            .bind(since)
            .bind(until)
            .fetch_all(self.reader())
            .await?;
        for row in rows {
            let recipe: String = row.try_get("recipe_id")?;
            let runs: u64 = counted("count", row.try_get("runs")?)?;
            let status: RunStatus = named("status", row.try_get("status")?)?;
            let figures = found.entry(recipe.clone()).or_default();
            figures.runs += runs;
            match status {
                RunStatus::Success => figures.success += runs,
                RunStatus::Failed => figures.failed += runs,
                RunStatus::Unproven => {}
                _ => continue,
            }
            *judged.entry(recipe).or_default() += runs;
        }
        for (recipe, judged) in judged {
            if let Some(figures) = found.get_mut(&recipe) {
                figures.success_rate = share(figures.success, judged);
            }
        }
        let rows = sqlx::query(PERCENTILES)
            .bind(since)
            .bind(until)
            .fetch_all(self.reader())
            .await?;
        for row in rows {
            let recipe: &str = row.try_get("recipe_id")?;
            if let Some(figures) = found.get_mut(recipe) {
                figures.p95_ms = Some(counted("duration", row.try_get("duration_ms")?)?);
            }
        }
        Ok(found)
    }

    /// Gives how the newest finished runs of a recipe ended, newest first: at most `limit` (1 to 500), of the modes
    /// given, or of all when none is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outcomes(
        &self,
        recipe: &str,
        modes: &[Mode],
        limit: u32,
    ) -> Result<Vec<RunOutcome>, StoreError> {
        self.outcomes_of(recipe, None, modes, limit).await
    }

    /// As [`Store::outcomes`], of one version alone where one is given.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outcomes_of(
        &self,
        recipe: &str,
        version: Option<u32>,
        modes: &[Mode],
        limit: u32,
    ) -> Result<Vec<RunOutcome>, StoreError> {
        let rows = question(recipe, version, modes, limit)
            .build()
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(outcome).collect()
    }
}

const COUNTS: &str = "SELECT recipe_id, status, count(*) AS runs FROM runs \
     WHERE accepted_at >= $1 AND accepted_at < $2 AND recipe_id IS NOT NULL GROUP BY recipe_id, status";
const PERCENTILES: &str = "WITH judged AS (SELECT recipe_id, duration_ms, \
     row_number() OVER (PARTITION BY recipe_id ORDER BY duration_ms) AS place, \
     count(*) OVER (PARTITION BY recipe_id) AS counted FROM runs \
     WHERE accepted_at >= $1 AND accepted_at < $2 AND recipe_id IS NOT NULL \
     AND status IN ('success', 'unproven', 'failed') AND duration_ms IS NOT NULL) \
     SELECT recipe_id, duration_ms FROM judged WHERE place = (counted * 95 + 99) / 100";

/// The query of [`Store::outcomes`].
pub(crate) fn question(
    recipe: &str,
    version: Option<u32>,
    modes: &[Mode],
    limit: u32,
) -> QueryBuilder<Db> {
    let mut query = QueryBuilder::<Db>::new(
        "SELECT id, status, accepted_at, duration_ms, plan_act_ms, checks, checks_held, metrics FROM runs \
         WHERE status IN ('success', 'unproven', 'failed') AND recipe_id = ",
    );
    query.push_bind(recipe.to_owned());
    if let Some(version) = version {
        query.push(" AND recipe_version = ");
        query.push_bind(i64::from(version));
    }
    if !modes.is_empty() {
        query.push(" AND mode IN (");
        let mut list = query.separated(", ");
        for mode in modes {
            list.push_bind(words::mode(*mode));
        }
        query.push(")");
    }
    query.push(" ORDER BY accepted_at DESC, id DESC LIMIT ");
    query.push_bind(i64::from(limit.clamp(1, LARGEST)));
    query
}

impl RecipeFigures {
    /// Computes the figures of outcomes, newest first.
    pub fn of(outcomes: &[RunOutcome]) -> Self {
        let runs = u64::try_from(outcomes.len()).unwrap_or(u64::MAX);
        let good = outcomes
            .iter()
            .filter(|run| run.status == RunStatus::Success)
            .count();
        let mut times: Vec<u64> = outcomes.iter().filter_map(|run| run.plan_act_ms).collect();
        times.sort_unstable();
        let place = (times.len() * 95).div_ceil(100).checked_sub(1);
        let declared = outcomes.iter().find(|run| !run.metrics.is_empty());
        Self {
            runs,
            success_rate: share(u64::try_from(good).unwrap_or(u64::MAX), runs),
            p95_plan_act_ms: place.and_then(|place| times.get(place)).copied(),
            checks: outcomes.iter().map(|run| u64::from(run.checks)).sum(),
            checks_held: outcomes.iter().map(|run| u64::from(run.checks_held)).sum(),
            metrics: declared.map_or_else(Vec::new, |run| {
                let series =
                    |metric: &MetricValue| (metric.clone(), points(outcomes, &metric.name));
                run.metrics.iter().map(series).collect()
            }),
        }
    }
}

fn points(outcomes: &[RunOutcome], name: &str) -> Vec<MetricPoint> {
    let of_run = |run: &RunOutcome| {
        let metric = run.metrics.iter().find(|metric| metric.name == name)?;
        Some(MetricPoint {
            at: run.accepted_at,
            value: metric.value?,
        })
    };
    outcomes.iter().rev().filter_map(of_run).collect()
}

fn outcome(row: &Row) -> Result<RunOutcome, StoreError> {
    let millis = |column: &'static str| -> Result<Option<u64>, StoreError> {
        row.try_get::<Option<i64>, _>(column)?
            .map(|number| counted(column, number))
            .transpose()
    };
    Ok(RunOutcome {
        run: run_id(row.try_get("id")?)?,
        status: named("status", row.try_get("status")?)?,
        accepted_at: time(row.try_get("accepted_at")?)?,
        duration_ms: millis("duration_ms")?,
        plan_act_ms: millis("plan_act_ms")?,
        checks: counted("checks", row.try_get("checks")?)?,
        checks_held: counted("checks", row.try_get("checks_held")?)?,
        metrics: parsed("metrics", row.try_get("metrics")?)?,
    })
}
