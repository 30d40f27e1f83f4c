//! Runs that a person pauses: between steps, for as long as it takes.

use std::time::Duration;

use avops_engine::{EngineError, RunId, RunStatus, Signal, StepStatus, WaitReason};
use serde_json::json;

use crate::world::{Answer, World};

const DAYS: Duration = Duration::from_hours(72);

fn pause() -> Signal {
    Signal::Pause {
        reason: Some("the room is taken".to_owned()),
    }
}

fn resume() -> Signal {
    Signal::Resume {
        note: Some("it is free".to_owned()),
    }
}

async fn assert_paused(world: &World, run: RunId) {
    let state = world.settled(run).await;
    assert_eq!(state.status, RunStatus::Waiting);
    assert_eq!(state.waiting_for, Some(WaitReason::Paused));
    assert_eq!(state.wake_at, None);
}

#[tokio::test(start_paused = true)]
async fn a_call_under_way_ends_and_no_further_step_begins_until_the_run_is_resumed() {
    let mut world = World::new();
    let slow = Answer::Late(Duration::from_secs(20), json!({"id": 1}));
    world.tools.answers("lab.poke", [slow]);
    let yaml = "act:\n  - action: lab.poke\n  - action: lab.put\nverify:\n  - check: \"true\"\nguardrails:\n  timeout_minutes: 5\n";
    let run = world.start(yaml, json!({})).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let state = world.signal(run, pause()).await.unwrap();
    assert_eq!(state.status, RunStatus::Running, "the call is under way");
    let twice = world.signal(run, pause()).await.unwrap_err();
    assert!(matches!(twice, EngineError::NotWaiting { .. }), "{twice}");
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_paused(&world, run).await;
    tokio::time::sleep(DAYS).await;
    world.crash_and_restart().await;
    tokio::time::sleep(DAYS).await;
    assert_paused(&world, run).await;
    assert_eq!(world.tools.count("lab.put"), 0);

    world.signal(run, resume()).await.unwrap();
    let state = world.settled(run).await;
    // Six days have passed, and five minutes are allowed: a pause does not count.
    assert_eq!(state.status, RunStatus::Success, "{:?}", state.error);
    assert_eq!(world.tools.count("lab.poke"), 1);
    assert!(state.working_ms.unwrap() < 60_000);
    let steps = world.journal.steps(run);
    let paused = steps.iter().find(|step| step.verb == "pause").unwrap();
    assert_eq!(paused.status, StepStatus::Ok);
    assert_eq!(paused.message.as_deref(), Some("resumed by ann"));
}

#[tokio::test(start_paused = true)]
async fn questions_and_polls_have_as_much_time_left_after_a_pause_as_before_it() {
    let world = World::new();
    let asks = "act:\n  - approve: \"Go on?\"\n    timeout_s: 600\n  - action: lab.put\nverify:\n  - check: \"true\"\n";
    let asks = world.start(asks, json!({})).await;
    world
        .tools
        .always("lab.look", Answer::Ok(json!({"status": "black"})));
    let polls = "act:\n  - action: lab.put\nverify:\n  - action: lab.look\n    with: { room: x }\n    until: \"look.status == 'online'\"\n    every_s: 5\n    timeout_s: 120\n  - check: \"true\"\n";
    let polls = world.start(polls, json!({})).await;
    tokio::time::sleep(Duration::from_secs(30)).await;
    for run in [asks, polls] {
        world.signal(run, pause()).await.unwrap();
    }
    tokio::time::sleep(DAYS).await;
    for run in [asks, polls] {
        assert_paused(&world, run).await;
        world.signal(run, resume()).await.unwrap();
    }
    assert_eq!(
        world.settled(asks).await.waiting_for,
        Some(WaitReason::Approval)
    );
    let yes = Signal::Approve {
        step: None,
        note: None,
    };
    world.signal(asks, yes).await.unwrap();
    assert_eq!(world.settled(asks).await.status, RunStatus::Success);
    tokio::time::sleep(Duration::from_mins(1)).await;
    world
        .tools
        .always("lab.look", Answer::Ok(json!({"status": "online"})));
    assert_eq!(world.settled(polls).await.status, RunStatus::Success);
}

#[tokio::test(start_paused = true)]
async fn a_paused_run_can_be_answered_and_cancelled() {
    let world = World::new();
    let yaml = "act:\n  - action: lab.put\n    undo: { action: lab.tag }\n  - approve: \"Go on?\"\n  - action: lab.poke\nverify:\n  - check: \"true\"\n";
    let run = world.start(yaml, json!({})).await;
    world.settled(run).await;
    world.signal(run, pause()).await.unwrap();
    let yes = Signal::Approve {
        step: None,
        note: None,
    };
    world.signal(run, yes).await.unwrap();
    assert_paused(&world, run).await;
    assert_eq!(world.tools.count("lab.poke"), 0);
    world
        .signal(run, Signal::Cancel { reason: None })
        .await
        .unwrap();
    let state = world.settled(run).await;
    assert_eq!(state.status, RunStatus::Cancelled);
    assert_eq!(world.tools.count("lab.tag"), 1);
    let over = world.signal(run, resume()).await.unwrap_err();
    assert!(matches!(over, EngineError::NotWaiting { .. }), "{over}");
}
