//! Two runs with the same lock never act at the same time.

use std::time::Duration;

use avops_engine::{RunStatus, Signal, WaitReason};
use serde_json::json;

use crate::world::{Answer, World};

const LOCKED: &str = r#"
intake:
  - gather: room
act:
  - action: lab.put
    with: { room: "{{ intake.room }}" }
verify:
  - check: "true"
guardrails:
  lock: "room:{{ intake.room }}"
"#;

#[tokio::test(start_paused = true)]
async fn the_second_run_waits_until_the_first_is_over() {
    let world = World::new();
    let slow = || Answer::Late(Duration::from_secs(10), json!({}));
    world.tools.answers("lab.put", [slow(), slow(), slow()]);
    let first = world.start(LOCKED, json!({"room": "204"})).await;
    let second = world.start(LOCKED, json!({"room": "204"})).await;
    let other = world.start(LOCKED, json!({"room": "205"})).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(
        world.engine_state(second).await.waiting_for,
        Some(WaitReason::Lock)
    );
    assert_eq!(world.settled(first).await.duration_ms, Some(10_000));
    assert_eq!(world.settled(other).await.duration_ms, Some(10_000));
    let state = world.settled(second).await;
    assert_eq!(
        (state.duration_ms, state.working_ms),
        (Some(20_000), Some(10_000))
    );
    insta::assert_snapshot!(world.lines(second));
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_cancelled_in_the_queue_gives_its_place_up() {
    let world = World::new();
    world.tools.answers(
        "lab.put",
        [Answer::Late(Duration::from_secs(10), json!({}))],
    );
    let mut runs = Vec::new();
    for _ in 0..3 {
        runs.push(world.start(LOCKED, json!({"room": "204"})).await);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    world
        .signal(runs[1], Signal::Cancel { reason: None })
        .await
        .unwrap();
    assert_eq!(world.settled(runs[1]).await.status, RunStatus::Cancelled);
    assert_eq!(world.settled(runs[2]).await.status, RunStatus::Success);
    assert_eq!(world.tools.count("lab.put"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_lock_is_still_held_after_a_restart() {
    let mut world = World::new();
    let yaml = LOCKED.replace("act:\n", "act:\n  - manual: Look\n");
    let first = world.start(&yaml, json!({"room": "204"})).await;
    world.settled(first).await;
    let second = world.start(LOCKED, json!({"room": "204"})).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    world.crash_and_restart().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(
        world.engine_state(second).await.waiting_for,
        Some(WaitReason::Lock)
    );
    assert_eq!(world.tools.count("lab.put"), 0);
    let done = Signal::Done {
        step: None,
        note: None,
        artifact: None,
    };
    world.signal(first, done).await.unwrap();
    assert_eq!(world.settled(second).await.status, RunStatus::Success);
}
