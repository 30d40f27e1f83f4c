//! The dashboard: figures, trend, recent runs, and who is waited for.

use avops_engine::RunId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::inbox::InboxItem;
use crate::runs::RunSummary;
use crate::{Actor, App, Error};

/// How far the dashboard looks back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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

/// The whole page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dashboard {
    /// The window asked for.
    pub window: Window,
    /// The figures.
    pub kpis: Kpis,
    /// The same figures in the window before; absent for `all`.
    pub previous: Option<Kpis>,
    /// `hour` or `day`.
    pub bucket: &'static str,
    /// Runs over time, without gaps.
    pub trend: Vec<TrendPoint>,
    /// The latest runs.
    pub recent: Vec<RunSummary>,
    /// Success metrics of recipes.
    pub metrics: Vec<RecipeMetric>,
    /// What waits for a person.
    pub needs_you: Vec<InboxItem>,
}

/// The figures.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TrendPoint {
    /// Start of the hour or day (UTC).
    pub t: Timestamp,
    /// Ended as `success`.
    pub success: u64,
    /// Ended as `failed`.
    pub failed: u64,
    /// Everything else.
    pub other: u64,
}

/// A success metric of a recipe over the window.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
    pub count: u64,
    /// The latest values, oldest first.
    pub trend: Vec<f64>,
}

/// Gives the dashboard.
pub async fn get(app: &App, by: &Actor, window: Window) -> Result<Dashboard, Error> {
    let _ = (by, window);
    app.soon()
}
