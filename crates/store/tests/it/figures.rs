//! Figures equal a hand count.

use avops_engine::{Journal, MetricValue, Mode, RunError, RunStatus};
use avops_store::{RecipeFigures, Store, Window};
use jiff::{SignedDuration, Timestamp};

use crate::sample::{at, first, id, new_run, next, state, store};

async fn finished(store: &Store, n: u128, accepted_at: Timestamp, status: RunStatus, ms: u64) {
    let mut run = new_run(id(n));
    if n.is_multiple_of(10) {
        run.mode = Mode::Mock;
    }
    store.accept(&run, first(&run, accepted_at)).await.unwrap();
    let mut batch = next(run.id, 1, 1, status);
    batch.state = state(run.id, 2, status, accepted_at);
    batch.state.duration_ms = Some(ms);
    batch.state.plan_act_ms = Some(ms / 2);
    (batch.state.checks, batch.state.checks_held) = (2, 1);
    if status == RunStatus::Failed {
        batch.state.error = Some(RunError {
            phase: None,
            step: None,
            message: format!("failure {n}"),
            hint: None,
        });
    }
    batch.state.metrics = vec![MetricValue {
        name: "time_to_fix".to_owned(),
        value: (n != 2).then_some(f64::from(u32::try_from(n).unwrap())),
        unit: Some("s".to_owned()),
        target: Some("<= 300".to_owned()),
        met: Some(true),
    }];
    store.append(batch).await.unwrap();
}

#[tokio::test]
async fn kpis_equal_a_hand_count() {
    let (_folder, store) = store().await;
    // Twenty successes of 1 to 20 s, then a failure, a cancellation and an unproven run.
    for n in 1..=20_u32 {
        finished(
            &store,
            n.into(),
            at(n.into()),
            RunStatus::Success,
            u64::from(n) * 1_000,
        )
        .await;
    }
    finished(&store, 21, at(21), RunStatus::Failed, 500).await;
    finished(&store, 22, at(22), RunStatus::Cancelled, 900_000).await;
    finished(&store, 23, at(23), RunStatus::Unproven, 700).await;
    let run = new_run(id(24));
    store.accept(&run, first(&run, at(24))).await.unwrap();

    let all = Window {
        since: None,
        until: at(1_000),
    };
    let kpis = store.kpis(&all).await.unwrap();
    assert_eq!(kpis.runs, 24);
    assert_eq!(kpis.count(RunStatus::Success), 20);
    assert_eq!(kpis.count(RunStatus::Queued), 1);
    assert_eq!(kpis.success_rate, Some(20.0 / 22.0));
    // The nearest rank of 95 % of 22 durations is the 21st: 19 s.
    assert_eq!(kpis.p95_ms, Some(19_000));
    let last = kpis.last_error.unwrap();
    assert_eq!(
        (last.run, last.error.unwrap().message),
        (id(21), "failure 21".to_owned())
    );

    let late = Window {
        since: Some(at(22)),
        until: at(24),
    };
    let kpis = store.kpis(&late).await.unwrap();
    assert_eq!(
        (kpis.runs, kpis.success_rate, kpis.p95_ms),
        (2, Some(0.0), Some(700))
    );
    assert_eq!(kpis.last_error, None);
    let before = late.before().unwrap();
    assert_eq!((before.since, before.until), (Some(at(20)), at(22)));
    assert_eq!(store.kpis(&before).await.unwrap().runs, 2);
    assert_eq!(all.before(), None);
}

#[tokio::test]
async fn without_runs_there_are_no_shares() {
    let (_folder, store) = store().await;
    let kpis = store
        .kpis(&Window {
            since: None,
            until: at(0),
        })
        .await
        .unwrap();
    assert_eq!((kpis.runs, kpis.success_rate, kpis.p95_ms), (0, None, None));
    assert_eq!(store.first_run_at().await.unwrap(), None);
}

#[tokio::test]
async fn a_trend_has_every_hour_also_those_without_runs() {
    let (_folder, store) = store().await;
    let hour = 3_600;
    finished(&store, 1, at(0), RunStatus::Success, 1).await;
    finished(&store, 2, at(59 * 60), RunStatus::Failed, 1).await;
    finished(&store, 3, at(3 * hour), RunStatus::Success, 1).await;
    finished(&store, 4, at(3 * hour + 1), RunStatus::Cancelled, 1).await;
    let points = store
        .trend(at(60), at(3 * hour + 100), 3_600)
        .await
        .unwrap();
    let counts: Vec<_> = points
        .iter()
        .map(|p| (p.success, p.failed, p.cancelled))
        .collect();
    assert_eq!(counts, [(1, 1, 0), (0, 0, 0), (0, 0, 0), (1, 0, 1)]);
    assert_eq!(points[0].at, "2026-11-24T12:00:00Z".parse().unwrap());
    assert_eq!(store.first_run_at().await.unwrap(), Some(at(0)));

    let long = store
        .trend(at(0) - SignedDuration::from_hours(9_000), at(60), 3_600)
        .await
        .unwrap();
    assert_eq!(long.len(), 2_000);
    assert_eq!(
        long.last().unwrap().at,
        "2026-11-24T12:00:00Z".parse().unwrap()
    );
}

#[tokio::test]
async fn a_recipes_figures_come_from_its_newest_finished_live_runs() {
    let (_folder, store) = store().await;
    for n in 1..=30_u32 {
        let status = match n {
            29 => RunStatus::Cancelled,
            30 | 3 => RunStatus::Failed,
            _ => RunStatus::Success,
        };
        finished(&store, n.into(), at(n.into()), status, u64::from(n) * 100).await;
    }
    // 30, 20 and 10 are mock runs, 29 was cancelled.
    let outcomes = store.outcomes("recipe-1", &[Mode::Live], 20).await.unwrap();
    let runs: Vec<_> = outcomes.iter().map(|run| run.run.0.as_u128()).collect();
    let expected: Vec<u128> = (7..=28).rev().filter(|n| n % 10 != 0).collect();
    assert_eq!(runs, expected);
    let figures = RecipeFigures::of(&outcomes);
    assert_eq!((figures.runs, figures.success_rate), (20, Some(1.0)));
    assert_eq!((figures.checks, figures.checks_held), (40, 20));
    // The 19th of 20 plan-and-act times: of run 27.
    assert_eq!(figures.p95_plan_act_ms, Some(1_350));

    let all = RecipeFigures::of(&store.outcomes("recipe-1", &[], 500).await.unwrap());
    assert_eq!((all.runs, all.success_rate), (29, Some(27.0 / 29.0)));
    let (metric, points) = &all.metrics[0];
    assert_eq!(metric.target.as_deref(), Some("<= 300"));
    // Oldest first, and run 2 had no value.
    let values: Vec<f64> = points.iter().take(3).map(|point| point.value).collect();
    assert_eq!(values, [1.0, 3.0, 4.0]);
    assert_eq!(store.outcomes("recipe-2", &[], 20).await.unwrap(), []);
}
