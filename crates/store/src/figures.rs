//! Figures over a window of time: totals, success, duration, last error, trend.

use avops_engine::{Mode, RunError, RunId, RunStatus};
use jiff::Timestamp;
use sqlx::Row as _;

use crate::journal::run_id;
use crate::words::{counted, named, nanos, parsed, time};
use crate::{Store, StoreError};

/// So many points has a trend at most.
const LONGEST_TREND: i64 = 2_000;
const NANOS: i64 = 1_000_000_000;

/// A span of time, by when runs were accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// From here on; from the beginning when absent.
    pub since: Option<Timestamp>,
    /// Up to here, exclusive.
    pub until: Timestamp,
}

/// The figures of a window.
#[derive(Debug, Clone, PartialEq)]
pub struct Kpis {
    /// All runs.
    pub runs: u64,
    /// Runs by status; those with none are left out.
    pub statuses: Vec<StatusCount>,
    /// Share of `success` in the runs that ended and were not cancelled, from 0 to 1; absent when none did.
    pub success_rate: Option<f64>,
    /// 95th percentile (nearest rank) of the whole duration of those same runs.
    pub p95_ms: Option<u64>,
    /// The newest failure.
    pub last_error: Option<LastError>,
}

/// How many runs have a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusCount {
    /// The status.
    pub status: RunStatus,
    /// How many.
    pub runs: u64,
}

/// How many runs of a mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModeCount {
    /// Live, mock or dry.
    pub mode: Mode,
    /// How many.
    pub runs: u64,
}

/// The newest failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastError {
    /// The run.
    pub run: RunId,
    /// Its name.
    pub name: String,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// When it failed.
    pub at: Option<Timestamp>,
    /// Why.
    pub error: Option<RunError>,
}

/// Runs accepted in one hour or day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrendPoint {
    /// When it begins.
    pub at: Timestamp,
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
}

impl Window {
    /// The window of the same length before this one; absent for one from the beginning.
    pub fn before(&self) -> Option<Self> {
        let since = self.since?;
        let length = self.until.duration_since(since);
        Some(Self {
            since: Some(since.checked_sub(length).ok()?),
            until: since,
        })
    }

    pub(crate) fn bounds(&self) -> (i64, i64) {
        (self.since.map_or(i64::MIN, nanos), nanos(self.until))
    }
}

impl Kpis {
    /// How many runs have the status.
    pub fn count(&self, status: RunStatus) -> u64 {
        let found = self.statuses.iter().find(|count| count.status == status);
        found.map_or(0, |count| count.runs)
    }
}

impl Store {
    /// Gives the figures of a window. For the change against the window before, ask for [`Window::before`] too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn kpis(&self, window: &Window) -> Result<Kpis, StoreError> {
        let mut kpis = Kpis {
            runs: 0,
            statuses: self.status_counts(window).await?,
            success_rate: None,
            p95_ms: None,
            last_error: self.last_error(window).await?,
        };
        kpis.runs = kpis.statuses.iter().map(|count| count.runs).sum();
        let success = kpis.count(RunStatus::Success);
        let judged = success + kpis.count(RunStatus::Failed) + kpis.count(RunStatus::Unproven);
        kpis.success_rate = share(success, judged);
        kpis.p95_ms = self.p95(window, judged).await?;
        Ok(kpis)
    }

    /// Counts the runs of a window by status.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn status_counts(&self, window: &Window) -> Result<Vec<StatusCount>, StoreError> {
        let (since, until) = window.bounds();
        let rows = sqlx::query(STATUS_COUNTS)
            .bind(since)
            .bind(until)
            .fetch_all(self.reader())
            .await?;
        rows.iter()
            .map(|row| {
                Ok(StatusCount {
                    status: named("status", row.try_get("status")?)?,
                    runs: counted("count", row.try_get("runs")?)?,
                })
            })
            .collect()
    }

    /// Counts the runs of a window that ended as `success`, by mode, without those that another run started.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn successes(&self, window: &Window) -> Result<Vec<ModeCount>, StoreError> {
        let (since, until) = window.bounds();
        let rows = sqlx::query(SUCCESSES)
            .bind(since)
            .bind(until)
            .fetch_all(self.reader())
            .await?;
        rows.iter()
            .map(|row| {
                Ok(ModeCount {
                    mode: named("mode", row.try_get("mode")?)?,
                    runs: counted("count", row.try_get("runs")?)?,
                })
            })
            .collect()
    }

    async fn p95(&self, window: &Window, judged: u64) -> Result<Option<u64>, StoreError> {
        let Some(place) = (judged * 95).div_ceil(100).checked_sub(1) else {
            return Ok(None);
        };
        let (since, until) = window.bounds();
        let found: Option<i64> = sqlx::query_scalar(DURATION_AT)
            .bind(since)
            .bind(until)
            .bind(crate::words::count(place))
            .fetch_optional(self.reader())
            .await?;
        found.map(|ms| counted("duration", ms)).transpose()
    }

    async fn last_error(&self, window: &Window) -> Result<Option<LastError>, StoreError> {
        let (since, until) = window.bounds();
        let found = sqlx::query(LAST_ERROR)
            .bind(since)
            .bind(until)
            .fetch_optional(self.reader())
            .await?;
        let Some(row) = found else {
            return Ok(None);
        };
        let at: Option<i64> = row.try_get("finished_at")?;
        let error: Option<&str> = row.try_get("error")?;
        Ok(Some(LastError {
            run: run_id(row.try_get("id")?)?,
            name: row.try_get("name")?,
            accepted_at: time(row.try_get("accepted_at")?)?,
            at: at.map(time).transpose()?,
            error: error.map(|text| parsed("error", text)).transpose()?,
        }))
    }

    /// When the oldest run was accepted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn first_run_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let first: Option<i64> = sqlx::query_scalar("SELECT min(accepted_at) FROM runs")
            .fetch_one(self.reader())
            .await?;
        first.map(time).transpose()
    }

    /// Counts the runs accepted in each span of `seconds` from `since` (pulled back to a whole span since 1970) to
    /// `until`; spans without runs are there with zeros. At most the last 2,000 spans.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn trend(
        &self,
        since: Timestamp,
        until: Timestamp,
        seconds: u32,
    ) -> Result<Vec<TrendPoint>, StoreError> {
        let width = i64::from(seconds.max(1)).saturating_mul(NANOS);
        let last = nanos(until).saturating_sub(1).div_euclid(width);
        let first = nanos(since)
            .div_euclid(width)
            .max(last.saturating_sub(LONGEST_TREND - 1));
        if last < first {
            return Ok(Vec::new());
        }
        let mut points = (first..=last)
            .map(|span| {
                Ok(TrendPoint {
                    at: time(span.saturating_mul(width))?,
                    success: 0,
                    unproven: 0,
                    failed: 0,
                    cancelled: 0,
                    active: 0,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        let rows = sqlx::query(TREND)
            .bind(width)
            .bind(first.saturating_mul(width))
            .bind(nanos(until))
            .fetch_all(self.reader())
            .await?;
        for row in rows {
            let span: i64 = row.try_get("span")?;
            let runs: u64 = counted("count", row.try_get("runs")?)?;
            let place = usize::try_from(span - first).ok();
            let Some(point) = place.and_then(|place| points.get_mut(place)) else {
                continue;
            };
            match named("status", row.try_get("status")?)? {
                RunStatus::Success => point.success += runs,
                RunStatus::Unproven => point.unproven += runs,
                RunStatus::Failed => point.failed += runs,
                RunStatus::Cancelled => point.cancelled += runs,
                RunStatus::Queued | RunStatus::Running | RunStatus::Waiting => {
                    point.active += runs;
                }
            }
        }
        Ok(points)
    }
}

pub(crate) const STATUS_COUNTS: &str = "SELECT status, count(*) AS runs FROM runs \
     WHERE accepted_at >= $1 AND accepted_at < $2 GROUP BY status ORDER BY status";
pub(crate) const SUCCESSES: &str = "SELECT mode, count(*) AS runs FROM runs \
     WHERE accepted_at >= $1 AND accepted_at < $2 AND status = 'success' AND trigger <> 'recipe' GROUP BY mode ORDER BY mode";
pub(crate) const DURATION_AT: &str = "SELECT duration_ms FROM runs \
     WHERE accepted_at >= $1 AND accepted_at < $2 AND status IN ('success', 'unproven', 'failed') \
     AND duration_ms IS NOT NULL ORDER BY duration_ms LIMIT 1 OFFSET $3";
pub(crate) const LAST_ERROR: &str = "WITH found (id) AS (SELECT id FROM runs \
     WHERE accepted_at >= $1 AND accepted_at < $2 AND status = 'failed' ORDER BY accepted_at DESC, id DESC LIMIT 1) \
     SELECT r.id, r.name, r.accepted_at, r.finished_at, r.error FROM found JOIN runs AS r ON r.id = found.id";
pub(crate) const TREND: &str = "SELECT accepted_at / $1 AS span, status, count(*) AS runs FROM runs \
     WHERE accepted_at >= $2 AND accepted_at < $3 GROUP BY span, status";

/// A share from 0 to 1; nothing of nothing is no share.
pub(crate) fn share(part: u64, whole: u64) -> Option<f64> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of runs are far below 2^52"
    )]
    (whole > 0).then(|| part as f64 / whole as f64)
}
