//! Figures for Prometheus.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use avops_app::App;

use crate::Door;

/// How often samples are folded together.
const UPKEEP: Duration = Duration::from_secs(5);

/// The recorder is the process's; a second server in the same process shares it.
static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Hands the figures out.
#[derive(Clone)]
pub(crate) struct Metrics(Option<PrometheusHandle>);

impl Metrics {
    pub(crate) fn start() -> Self {
        Self(RECORDER.get_or_init(install).clone())
    }

    /// The text format, with what the app counts.
    pub(crate) fn text(&self, app: &App) -> String {
        metrics::counter!("avops_store_commits_total").absolute(app.commits());
        self.0
            .as_ref()
            .map(PrometheusHandle::render)
            .unwrap_or_default()
    }
}

/// Installs the recorder, and folds its samples together now and then: unread ones would pile up.
fn install() -> Option<PrometheusHandle> {
    let recorder = PrometheusBuilder::new().install_recorder().ok()?;
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        let upkeep = recorder.clone();
        runtime.spawn(async move {
            loop {
                tokio::time::sleep(UPKEEP).await;
                upkeep.run_upkeep();
            }
        });
    }
    Some(recorder)
}

/// Counts requests by route and status, and their time.
pub(crate) async fn count(State(_): State<Door>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("page", MatchedPath::as_str)
        .to_owned();
    let response = next.run(request).await;
    let status = response.status().as_str().to_owned();
    metrics::counter!("avops_http_requests_total", "route" => route.clone(), "status" => status)
        .increment(1);
    metrics::histogram!("avops_http_request_seconds", "route" => route)
        .record(started.elapsed().as_secs_f64());
    response
}
