//! The dashboard's figures equal a count by hand.

use avops_app::dashboard::{self, Bucket, Window};
use jiff::SignedDuration;
use serde_json::json;

use crate::world::World;

const POLICY: &str = "Zoom Room Admin Policy Check";

#[tokio::test(flavor = "multi_thread")]
async fn figures_trend_and_waits_match_the_runs() {
    let world = World::seeded().await;
    for room in ["Boardroom 1", "Boardroom 4", "Huddle 101"] {
        world.run("Admin", POLICY, json!({ "room": room })).await;
    }
    world.run("Admin", POLICY, json!({})).await;
    let page = dashboard::get(&world.app, &world.owner, Window::Day, None)
        .await
        .unwrap();
    let kpis = &page.kpis;
    assert_eq!(
        (kpis.runs, kpis.finished, kpis.success, kpis.failed),
        (4, 3, 2, 1)
    );
    assert_eq!((kpis.running, kpis.waiting), (0, 1));
    assert!((kpis.success_rate.unwrap() - 2.0 / 3.0).abs() < 1e-9);
    assert!(kpis.p95_ms.is_some());
    assert_eq!(kpis.last_error.as_ref().unwrap().run, POLICY);
    assert_eq!(page.previous.as_ref().map(|before| before.runs), Some(0));
    assert_eq!((page.recent.len(), page.needs_you.len()), (4, 1));
    assert_eq!(page.bucket, Bucket::Hour);
    assert!(page.trend.len() >= 24);
    let sum = page.trend.iter().fold((0, 0, 0), |sum, p| {
        (sum.0 + p.success, sum.1 + p.failed, sum.2 + p.other)
    });
    assert_eq!(sum, (2, 1, 1));
    let [board] = &page.recipes[..] else {
        panic!("{:?}", page.recipes);
    };
    assert_eq!(
        (board.recipe.as_str(), board.runs, board.failed),
        (POLICY, 4, 1)
    );
    assert_eq!(board.success_rate, kpis.success_rate);
    assert_eq!((board.p95_ms, board.p95_ms_before), (kpis.p95_ms, None));
    let daily = dashboard::get(&world.app, &world.owner, Window::Day, Some(Bucket::Day))
        .await
        .unwrap();
    assert_eq!(daily.bucket, Bucket::Day);
    assert!(daily.trend.len() <= 2, "a day touches at most two days");
}

#[tokio::test(flavor = "multi_thread")]
async fn yesterdays_runs_are_the_window_before() {
    let world = World::seeded().await;
    world
        .run("Admin", POLICY, json!({ "room": "Boardroom 1" }))
        .await;
    world.clock.advance(SignedDuration::from_hours(30));
    let day = dashboard::get(&world.app, &world.owner, Window::Day, None)
        .await
        .unwrap();
    let week = dashboard::get(&world.app, &world.owner, Window::Week, None)
        .await
        .unwrap();
    let all = dashboard::get(&world.app, &world.owner, Window::All, None)
        .await
        .unwrap();
    assert_eq!(day.kpis.runs, 0);
    assert_eq!(day.previous.unwrap().success, 1);
    assert_eq!((week.kpis.runs, week.bucket), (1, Bucket::Day));
    assert_eq!((all.kpis.runs, all.previous), (1, None));
}
