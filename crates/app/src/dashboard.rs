//! The dashboard: figures, trend, recent runs, and who is waited for.

use std::collections::BTreeMap;

use avops_engine::{MetricValue, RunId, RunStatus};
use avops_store::{RecipeFigures, RunOutcome, Window as Span};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::figures::share;
use crate::inbox::{self, InboxItem};
use crate::runs::{self, RunFilter, RunSummary};
use crate::{Actor, App, Error, PageRequest, Permission};

/// How many runs and waits the page shows.
const SHOWN: u32 = 20;
/// So many of a recipe's newest runs stand behind its metrics.
const METRIC_RUNS: u32 = 30;
/// A window ends just after now, so that what was accepted at this very instant is in it.
const MOMENT: SignedDuration = SignedDuration::from_millis(1);

/// How far the dashboard looks back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Window {
    /// A day.
    #[default]
    #[serde(rename = "24h")]
    Day,
    /// A week.
    #[serde(rename = "7d")]
    Week,
    /// Thirty days.
    #[serde(rename = "30d")]
    Month,
    /// Everything.
    #[serde(rename = "all")]
    All,
}

impl Window {
    /// How long it is; nothing for everything.
    pub fn length(self) -> Option<SignedDuration> {
        match self {
            Self::Day => Some(SignedDuration::from_hours(24)),
            Self::Week => Some(SignedDuration::from_hours(24 * 7)),
            Self::Month => Some(SignedDuration::from_hours(24 * 30)),
            Self::All => None,
        }
    }
}

/// The width of a bar of the trend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Bucket {
    /// Up to 48 hours.
    Hour,
    /// Beyond.
    Day,
}

impl Bucket {
    /// Hourly up to 48 hours, daily beyond.
    fn of(length: Option<SignedDuration>) -> Self {
        match length {
            Some(length) if length <= SignedDuration::from_hours(48) => Self::Hour,
            _ => Self::Day,
        }
    }

    fn seconds(self) -> u32 {
        match self {
            Self::Hour => 3_600,
            Self::Day => 86_400,
        }
    }
}

/// The whole page.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Dashboard {
    /// The window asked for.
    pub window: Window,
    /// The figures.
    pub kpis: Kpis,
    /// The same figures in the window before; absent for `all`.
    pub previous: Option<Kpis>,
    /// Width of the bars.
    pub bucket: Bucket,
    /// Runs over time, without gaps.
    pub trend: Vec<TrendPoint>,
    /// The latest runs.
    pub recent: Vec<RunSummary>,
    /// How each saved recipe that ran in the window did, most runs first.
    pub recipes: Vec<RecipeBoard>,
    /// Success metrics of recipes.
    pub metrics: Vec<RecipeMetric>,
    /// What waits for a person.
    pub needs_you: Vec<InboxItem>,
}

/// The figures.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Kpis {
    /// All runs accepted in the window.
    pub runs: u64,
    /// Of these, over.
    pub finished: u64,
    /// Ended as `success`.
    pub success: u64,
    /// Ended as `failed`.
    pub failed: u64,
    /// Under way or queued.
    pub running: u64,
    /// Waiting.
    pub waiting: u64,
    /// `success` ÷ (`success` + `unproven` + `failed`), 0 to 1; absent without any.
    pub success_rate: Option<f64>,
    /// 95th percentile of the duration of finished runs.
    pub p95_ms: Option<u64>,
    /// The latest failure.
    pub last_error: Option<LastError>,
}

/// The latest failure.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LastError {
    /// Which run.
    pub run_id: RunId,
    /// Its name.
    pub run: String,
    /// Why.
    pub message: String,
    /// When.
    pub at: Timestamp,
}

/// One bar of the trend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TrendPoint {
    /// Start of the hour or day (UTC).
    pub t: Timestamp,
    /// Ended as `success`.
    pub success: u64,
    /// Ended as `unproven`.
    pub unproven: u64,
    /// Ended as `failed`.
    pub failed: u64,
    /// Ended as `cancelled`.
    pub cancelled: u64,
    /// Queued, under way or waiting.
    pub active: u64,
    /// Everything but `success` and `failed`.
    pub other: u64,
}

/// How one recipe did in the window.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RecipeBoard {
    /// Its name.
    pub recipe: String,
    /// Its name in addresses.
    pub slug: String,
    /// All runs of it.
    pub runs: u64,
    /// Ended as `failed`.
    pub failed: u64,
    /// Share of `success` in the runs that ended and were not cancelled, 0 to 1; absent without any.
    pub success_rate: Option<f64>,
    /// The same in the window before.
    pub success_rate_before: Option<f64>,
    /// 95th percentile of the duration of finished runs.
    pub p95_ms: Option<u64>,
    /// The same in the window before.
    pub p95_ms_before: Option<u64>,
}

/// A success metric of a recipe over its newest finished runs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RecipeMetric {
    /// Recipe name.
    pub recipe: String,
    /// Metric name.
    pub name: String,
    /// For people.
    pub unit: Option<String>,
    /// As written, for example `<= 300`.
    pub target: Option<String>,
    /// Mean of the values.
    pub value: Option<f64>,
    /// The latest value.
    pub latest: Option<f64>,
    /// Share of the values that met the target.
    pub met_rate: Option<f64>,
    /// Number of values.
    pub count: usize,
    /// The latest values, oldest first.
    pub trend: Vec<f64>,
}

/// Gives the dashboard. The bars of its trend are hourly up to 48 hours and daily beyond, unless `bucket` says.
///
/// # Errors
/// [`Error::NotAllowed`].
pub async fn get(
    app: &App,
    by: &Actor,
    window: Window,
    bucket: Option<Bucket>,
) -> Result<Dashboard, Error> {
    by.require(Permission::See)?;
    let now = app.now();
    let span = Span {
        since: window.length().map(|length| now - length),
        until: now + MOMENT,
    };
    let bucket = bucket.unwrap_or(Bucket::of(window.length()));
    let previous = match span.before() {
        Some(before) => Some(kpis(app, &before).await?),
        None => None,
    };
    let newest = PageRequest {
        limit: Some(SHOWN),
        cursor: None,
    };
    let filter = RunFilter {
        since: span.since,
        ..RunFilter::default()
    };
    Ok(Dashboard {
        window,
        kpis: kpis(app, &span).await?,
        previous,
        bucket,
        trend: trend(app, bucket, &span).await?,
        recent: runs::list(app, by, &filter, &newest).await?.items,
        recipes: recipes(app, &span).await?,
        metrics: metrics(app).await?,
        needs_you: inbox::list(app, by, &newest).await?.items,
    })
}

async fn kpis(app: &App, span: &Span) -> Result<Kpis, Error> {
    let found = app.store.kpis(span).await?;
    let running = found.count(RunStatus::Queued) + found.count(RunStatus::Running);
    let waiting = found.count(RunStatus::Waiting);
    Ok(Kpis {
        runs: found.runs,
        finished: found.runs - running - waiting,
        success: found.count(RunStatus::Success),
        failed: found.count(RunStatus::Failed),
        running,
        waiting,
        success_rate: found.success_rate,
        p95_ms: found.p95_ms,
        last_error: found.last_error.map(|last| LastError {
            run_id: last.run,
            run: last.name,
            message: last.error.map(|error| error.message).unwrap_or_default(),
            at: last.at.unwrap_or(last.accepted_at),
        }),
    })
}

async fn trend(app: &App, bucket: Bucket, span: &Span) -> Result<Vec<TrendPoint>, Error> {
    let since = match span.since {
        Some(since) => since,
        None => app.store.first_run_at().await?.unwrap_or(span.until),
    };
    let found = app.store.trend(since, span.until, bucket.seconds()).await?;
    Ok(found
        .into_iter()
        .map(|point| TrendPoint {
            t: point.at,
            success: point.success,
            unproven: point.unproven,
            failed: point.failed,
            cancelled: point.cancelled,
            active: point.active,
            other: point.unproven + point.cancelled + point.active,
        })
        .collect())
}

/// How every saved recipe that ran in the window did.
async fn recipes(app: &App, span: &Span) -> Result<Vec<RecipeBoard>, Error> {
    let now = app.store.recipe_windows(span).await?;
    let before = match span.before() {
        Some(before) => app.store.recipe_windows(&before).await?,
        None => BTreeMap::default(),
    };
    let mut boards: Vec<RecipeBoard> = app
        .store
        .recipes()
        .await?
        .into_iter()
        .filter_map(|recipe| {
            let figures = now.get(&recipe.id)?;
            let before = before.get(&recipe.id);
            Some(RecipeBoard {
                recipe: recipe.name,
                slug: recipe.slug,
                runs: figures.runs,
                failed: figures.failed,
                success_rate: figures.success_rate,
                success_rate_before: before.and_then(|figures| figures.success_rate),
                p95_ms: figures.p95_ms,
                p95_ms_before: before.and_then(|figures| figures.p95_ms),
            })
        })
        .collect();
    boards.sort_by(|a, b| b.runs.cmp(&a.runs).then_with(|| a.recipe.cmp(&b.recipe)));
    Ok(boards)
}

/// The success metrics of every recipe over its newest runs.
async fn metrics(app: &App) -> Result<Vec<RecipeMetric>, Error> {
    let mut found = Vec::new();
    for recipe in app.store.recipes().await? {
        let outcomes = app.store.outcomes(&recipe.id, &[], METRIC_RUNS).await?;
        let figures = RecipeFigures::of(&outcomes);
        for (declared, points) in figures.metrics {
            let values: Vec<f64> = points.into_iter().map(|point| point.value).collect();
            found.push(metric(&recipe.name, &outcomes, declared, values));
        }
    }
    Ok(found)
}

fn metric(
    recipe: &str,
    outcomes: &[RunOutcome],
    declared: MetricValue,
    values: Vec<f64>,
) -> RecipeMetric {
    let judged: Vec<bool> = outcomes
        .iter()
        .flat_map(|run| &run.metrics)
        .filter(|metric| metric.name == declared.name)
        .filter_map(|metric| metric.met)
        .collect();
    let met = judged.iter().filter(|met| **met).count();
    RecipeMetric {
        recipe: recipe.to_owned(),
        name: declared.name,
        unit: declared.unit,
        target: declared.target,
        value: mean(&values),
        latest: values.last().copied(),
        met_rate: share(met, judged.len()),
        count: values.len(),
        trend: values,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "at most METRIC_RUNS values are counted"
)]
fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_hourly_up_to_two_days_and_daily_beyond() {
        assert_eq!(Bucket::of(Window::Day.length()), Bucket::Hour);
        assert_eq!(Bucket::of(Window::Week.length()), Bucket::Day);
        assert_eq!(Bucket::of(None), Bucket::Day);
    }

    #[test]
    fn the_mean_of_nothing_is_nothing() {
        assert_eq!(mean(&[]), None);
        assert_eq!(mean(&[1.0, 2.0]), Some(1.5));
    }
}
