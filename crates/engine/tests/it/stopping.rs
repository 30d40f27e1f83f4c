//! Stop is clean.

use std::time::Duration;

use avops_engine::{EngineError, RunStatus};
use serde_json::json;

use crate::world::{Answer, World};

const TWO: &str = "act:\n  - action: lab.poke\n  - action: lab.put\nverify:\n  - check: \"true\"\n";

#[tokio::test(start_paused = true)]
async fn a_step_in_flight_ends_and_the_rest_follows_after_the_next_start() {
    let mut world = World::new();
    world.tools.answers(
        "lab.poke",
        [Answer::Late(Duration::from_secs(20), json!({}))],
    );
    let run = world.start(TWO, json!({})).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    world.stop().await;
    assert_eq!(
        (world.tools.count("lab.poke"), world.tools.count("lab.put")),
        (1, 0)
    );
    let refused = world
        .accept(world.request(TWO, json!({})))
        .await
        .unwrap_err();
    assert!(matches!(refused, EngineError::Unavailable(_)));
    world.restart().await;
    assert_eq!(world.settled(run).await.status, RunStatus::Success);
    assert_eq!(
        (world.tools.count("lab.poke"), world.tools.count("lab.put")),
        (1, 1)
    );
}

#[tokio::test(start_paused = true)]
async fn a_step_that_outlasts_the_grace_time_is_in_doubt() {
    let mut world = World::new();
    world.tools.answers(
        "lab.poke",
        [Answer::Late(Duration::from_secs(50), json!({}))],
    );
    let run = world.start(TWO, json!({})).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    world.stop().await;
    world.restart().await;
    let state = world.settled(run).await;
    assert_eq!(
        state.waiting_for,
        Some(avops_engine::WaitReason::Interrupted)
    );
    assert_eq!(world.tools.count("lab.poke"), 1);
}

#[tokio::test(start_paused = true)]
async fn runs_accepted_before_anyone_serves_are_worked_on_later() {
    let mut world = World::new();
    world.stop().await;
    world.restart().await;
    let run = world.start(TWO, json!({})).await;
    assert_eq!(world.settled(run).await.status, RunStatus::Success);
}
