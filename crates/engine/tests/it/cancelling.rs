//! Cancel is prompt and honest.

use std::time::Duration;

use avops_engine::{EngineError, RollbackOutcome, RunStatus, Signal};
use serde_json::json;

use crate::world::{Answer, World};

fn cancel() -> Signal {
    Signal::Cancel {
        reason: Some("wrong room".to_owned()),
    }
}

const THREE: &str = r#"
act:
  - action: lab.put
    undo: { action: lab.tag }
  - action: ACTION
    timeout_s: 30
  - action: lab.poke
verify:
  - check: "true"
"#;

#[tokio::test(start_paused = true)]
async fn a_once_step_in_flight_is_awaited_and_nothing_begins_after_it() {
    let world = World::new();
    let answer = Answer::Late(Duration::from_secs(20), json!({}));
    world.tools.answers("lab.poke", [answer]);
    let run = world
        .start(&THREE.replace("ACTION", "lab.poke"), json!({}))
        .await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let state = world.signal(run, cancel()).await.unwrap();
    assert_eq!(state.status, RunStatus::Running);
    let state = world.settled(run).await;
    assert_eq!(state.status, RunStatus::Cancelled);
    assert_eq!(state.rollback, Some(RollbackOutcome::RolledBack));
    assert_eq!(state.duration_ms, Some(20_000));
    assert_eq!(world.tools.count("lab.poke"), 1);
    insta::assert_snapshot!(world.lines(run));
}

#[tokio::test(start_paused = true)]
async fn a_read_in_flight_is_not_awaited() {
    let world = World::new();
    world.tools.answers("lab.look", [Answer::Hangs]);
    let run = world
        .start(&THREE.replace("ACTION", "lab.look"), json!({}))
        .await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    world.signal(run, cancel()).await.unwrap();
    let state = world.settled(run).await;
    assert_eq!(state.status, RunStatus::Cancelled);
    assert_eq!(state.duration_ms, Some(5_000));
    assert_eq!(world.tools.count("lab.tag"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_waiting_run_and_a_queued_run_can_be_cancelled_once() {
    let world = World::new();
    let run = world
        .start(
            "act:\n  - manual: Look\nverify:\n  - check: \"true\"\n",
            json!({}),
        )
        .await;
    world.settled(run).await;
    world.signal(run, cancel()).await.unwrap();
    let state = world.settled(run).await;
    assert_eq!(state.status, RunStatus::Cancelled);
    assert_eq!(state.error.unwrap().message, "cancelled by ann: wrong room");
    let error = world.signal(run, cancel()).await.unwrap_err();
    assert!(matches!(error, EngineError::NotWaiting { .. }));

    let busy = World::with_options(avops_engine::Options {
        most_active: 0,
        ..avops_engine::Options::default()
    });
    let queued = busy
        .start(&THREE.replace("ACTION", "lab.tag"), json!({}))
        .await;
    tokio::task::yield_now().await;
    busy.signal(queued, cancel()).await.unwrap();
    let state = busy.settled(queued).await;
    assert_eq!(state.status, RunStatus::Cancelled);
    assert_eq!(state.rollback, Some(RollbackOutcome::NotNeeded));
    assert_eq!(busy.tools.calls(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_rolling_back_cannot_be_cancelled() {
    let world = World::new();
    world.tools.answers("lab.poke", [Answer::Refused]);
    world.tools.answers(
        "lab.tag",
        [Answer::Late(Duration::from_secs(10), json!({}))],
    );
    let run = world
        .start(&THREE.replace("ACTION", "lab.poke"), json!({}))
        .await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let error = world.signal(run, cancel()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the run has failed and is being rolled back"
    );
    assert_eq!(world.settled(run).await.status, RunStatus::Failed);
}
