//! Runs that come out of a backup: held until a person says so.

use std::time::Duration;

use avops_engine::{
    Clock, EngineError, Options, RunId, RunStatus, Signal, StepStatus, WaitReason, hold_open_runs,
};
use serde_json::json;

use crate::world::{Answer, World};

const LATER: Duration = Duration::from_hours(48);

/// Stops the world, holds what is open two days later, and starts again.
async fn restore(world: &mut World) -> u64 {
    world.stop().await;
    tokio::time::sleep(LATER).await;
    let now = world.clock.now();
    let held = hold_open_runs(&*world.journal, now, "restored, look first").await;
    world.restart().await;
    held.unwrap()
}

fn release() -> Signal {
    Signal::Release {
        note: Some("the room is free".to_owned()),
    }
}

async fn assert_held(world: &World, run: RunId) {
    let state = world.settled(run).await;
    assert_eq!(state.status, RunStatus::Waiting);
    assert_eq!(state.waiting_for, Some(WaitReason::Held));
    assert_eq!(state.wake_at, None);
}

#[tokio::test(start_paused = true)]
async fn nothing_of_a_held_run_goes_on_before_it_is_released() {
    let mut world = World::new();
    let yaml = "act:\n  - action: lab.poke\n  - wait: 1h\n  - action: lab.put\nverify:\n  - check: \"true\"\n";
    let run = world.start(yaml, json!({})).await;
    tokio::time::sleep(Duration::from_mins(10)).await;
    assert_eq!(restore(&mut world).await, 1);
    tokio::time::sleep(Duration::from_hours(200)).await;
    assert_held(&world, run).await;
    assert_eq!(world.tools.count("lab.put"), 0);

    let state = world.signal(run, release()).await.unwrap();
    assert_ne!(state.waiting_for, Some(WaitReason::Held));
    let state = world.settled(run).await;
    // More time than the run may take has passed, but nobody worked on it meanwhile.
    assert_eq!(state.status, RunStatus::Success, "{:?}", state.error);
    assert_eq!(world.tools.count("lab.poke"), 1);
    let steps = world.journal.steps(run);
    let hold = steps.iter().find(|step| step.verb == "hold").unwrap();
    assert_eq!(hold.status, StepStatus::Ok);
    assert_eq!(hold.result["note"], "the room is free");
    let twice = world.signal(run, release()).await.unwrap_err();
    assert!(matches!(twice, EngineError::NotWaiting { .. }), "{twice}");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_the_backup_caught_is_in_doubt_and_a_question_is_asked_again_only_after_release()
 {
    let mut world = World::new();
    world.tools.answers("lab.poke", [Answer::Hangs]);
    let caught = "act:\n  - action: lab.poke\nverify:\n  - check: \"true\"\n";
    let caught = world.start(caught, json!({})).await;
    let asks = "intake:\n  - ask: Which room?\n    as: room\n    required: true\nact:\n  - action: lab.put\nverify:\n  - check: \"true\"\n";
    let asks = world.start(asks, json!({})).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(restore(&mut world).await, 2);
    assert_held(&world, caught).await;
    assert_held(&world, asks).await;

    let answer = || Signal::Answer {
        inputs: json!({"room": "204"}).as_object().unwrap().clone(),
    };
    let refused = world.signal(asks, answer()).await.unwrap_err();
    assert!(refused.to_string().contains("held"), "{refused}");
    world.signal(asks, release()).await.unwrap();
    let state = world.settled(asks).await;
    assert_eq!(state.waiting_for, Some(WaitReason::Input));
    world.signal(asks, answer()).await.unwrap();
    assert_eq!(world.settled(asks).await.status, RunStatus::Success);

    world.signal(caught, release()).await.unwrap();
    let state = world.settled(caught).await;
    assert_eq!(state.waiting_for, Some(WaitReason::Interrupted));
    assert_eq!(world.tools.count("lab.poke"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_held_run_can_be_cancelled_and_holding_twice_is_holding_once() {
    let mut world = World::new();
    let yaml = "act:\n  - action: lab.tag\n    undo:\n      action: lab.put\n  - wait: 1h\nverify:\n  - check: \"true\"\n";
    let run = world.start(yaml, json!({})).await;
    tokio::time::sleep(Duration::from_mins(10)).await;
    assert_eq!(restore(&mut world).await, 1);
    assert_eq!(restore(&mut world).await, 1);
    let entries = world.journal.entries(run);
    let holds = entries.iter().filter(|entry| {
        matches!(&entry.event, avops_engine::Event::StepStarted { verb, .. } if verb == "hold")
    });
    assert_eq!(holds.count(), 1);
    let reason = Some("done by hand since".to_owned());
    world.signal(run, Signal::Cancel { reason }).await.unwrap();
    assert_eq!(world.settled(run).await.status, RunStatus::Cancelled);
    assert_eq!(world.tools.count("lab.put"), 1, "what it did is undone");
}

#[tokio::test(start_paused = true)]
async fn a_held_run_asks_for_the_lock_again_that_it_waited_for() {
    let mut world = World::new();
    let locked = "guardrails: { lock: room }\nact:\n  - wait: 1h\n  - action: lab.put\nverify:\n  - check: \"true\"\n";
    let first = world.start(locked, json!({})).await;
    let second = world.start(locked, json!({})).await;
    tokio::time::sleep(Duration::from_mins(1)).await;
    assert_eq!(restore(&mut world).await, 2);
    assert_held(&world, first).await;
    assert_held(&world, second).await;
    world.signal(second, release()).await.unwrap();
    tokio::time::sleep(Duration::from_mins(1)).await;
    let state = world.engine_state(second).await;
    assert_eq!(state.waiting_for, Some(WaitReason::Lock));
    world.signal(first, release()).await.unwrap();
    tokio::time::sleep(Duration::from_hours(10)).await;
    for run in [first, second] {
        assert_eq!(world.settled(run).await.status, RunStatus::Success);
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_had_not_begun_is_held_too() {
    let mut world = World::with_options(Options {
        most_active: 1,
        ..Options::default()
    });
    world.tools.answers("lab.look", [Answer::Hangs]);
    let yaml = "plan:\n  - action: lab.look\n    with: { room: x }\nact:\n  - action: lab.put\nverify:\n  - check: \"true\"\n";
    world.start(yaml, json!({})).await;
    let queued = world.start(yaml, json!({})).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(restore(&mut world).await, 2);
    assert_held(&world, queued).await;
    let state = world.signal(queued, release()).await.unwrap();
    assert_eq!(state.status, RunStatus::Queued);
    let state = world.settled(queued).await;
    assert_eq!(state.status, RunStatus::Success, "{:?}", state.error);
}
