//! Limits of a run.

use std::time::Duration;

use avops_engine::{RollbackOutcome, RunStatus, Signal, WaitReason};
use serde_json::json;

use crate::world::{Answer, World};

fn zapping(guardrails: &str) -> String {
    format!(
        "plan:\n  - action: lab.look\n    with: {{ room: \"204\" }}\n    as: seen\nact:\n  - action: lab.zap\n    with: {{ room: \"{{{{ seen.id }}}}\" }}\nverify:\n  - check: \"true\"\nguardrails:\n{guardrails}\n"
    )
}

#[tokio::test(start_paused = true)]
async fn the_runs_timeout_stops_it_and_rolls_back() {
    let world = World::new();
    let state = world
        .run(
            r#"
act:
  - action: lab.put
    undo: { action: lab.tag }
  - wait: 30s
verify:
  - check: "true"
guardrails:
  - timeout_s: 20
  - rollback: "slack:#avops 'policy check failed; rollback initiated'"
"#,
            json!({}),
        )
        .await;
    assert_eq!(state.status, RunStatus::Failed);
    assert_eq!(state.duration_ms, Some(20_000));
    assert_eq!(state.rollback, Some(RollbackOutcome::RolledBack));
    assert_eq!(world.tools.count("slack.post_message"), 1);
    insta::assert_snapshot!(world.lines(state.id));
}

#[tokio::test(start_paused = true)]
async fn a_call_never_outlives_the_runs_timeout() {
    let world = World::new();
    world.tools.answers("lab.zap", [Answer::Hangs]);
    let state = world.run(&zapping("  timeout_s: 20"), json!({})).await;
    assert_eq!(state.status, RunStatus::Failed);
    assert!(state.duration_ms.unwrap() < 21_000);
    assert_eq!(
        world.tools.calls_of("lab.zap")[0].timeout,
        Duration::from_secs(20)
    );
}

#[tokio::test(start_paused = true)]
async fn do_no_harm_waits_for_the_meeting_to_end() {
    let world = World::new();
    let busy = |busy| Answer::Ok(json!({"busy": busy}));
    world
        .tools
        .answers("lab.busy", [busy(true), busy(true), busy(false)]);
    let state = world
        .run(&zapping("  timeout_minutes: 10"), json!({}))
        .await;
    assert_eq!(state.status, RunStatus::Success);
    assert_eq!(
        world.tools.calls_of("lab.busy")[0].args,
        json!({"room": "204"})
    );
    assert_eq!(state.working_ms, Some(0));
    insta::assert_snapshot!(world.lines(state.id));
}

#[tokio::test(start_paused = true)]
async fn do_no_harm_fails_the_step_when_the_meeting_does_not_end() {
    let world = World::new();
    world
        .tools
        .always("lab.busy", Answer::Ok(json!({"busy": true})));
    let state = world.run(&zapping("  timeout_s: 100"), json!({})).await;
    assert_eq!(state.status, RunStatus::Failed);
    assert_eq!(world.tools.count("lab.zap"), 0);
    assert_eq!(
        state.error.unwrap().message,
        "not done: a meeting is in progress (do_no_harm)"
    );
    let world = World::new();
    world.tools.always("lab.busy", Answer::Refused);
    let state = world.run(&zapping("  timeout_s: 100"), json!({})).await;
    assert_eq!(
        state.error.unwrap().message,
        "not done: nobody could say whether a meeting is in progress: no such room"
    );
    let state = world.run(&zapping("  do_no_harm: false"), json!({})).await;
    assert_eq!(
        state.status,
        RunStatus::Success,
        "the author may switch it off"
    );
}

#[tokio::test(start_paused = true)]
async fn approve_destructive_asks_before_every_destructive_call() {
    let world = World::new();
    let run = world
        .start(&zapping("  approve_destructive: true"), json!({}))
        .await;
    assert_eq!(
        world.settled(run).await.waiting_for,
        Some(WaitReason::Approval)
    );
    assert_eq!(
        world.tools.count("lab.zap") + world.tools.count("lab.busy"),
        0
    );
    let yes = Signal::Approve {
        step: None,
        note: None,
    };
    world.signal(run, yes).await.unwrap();
    assert_eq!(world.settled(run).await.status, RunStatus::Success);
    insta::assert_snapshot!(world.lines(run));
    let run = world
        .start(&zapping("  approve_destructive: true"), json!({}))
        .await;
    world.settled(run).await;
    let no = Signal::Reject {
        step: None,
        note: None,
    };
    world.signal(run, no).await.unwrap();
    let state = world.settled(run).await;
    assert_eq!(state.error.unwrap().message, "rejected by ann");
    assert_eq!(world.tools.count("lab.zap"), 1);
}

#[tokio::test(start_paused = true)]
async fn an_approval_that_showed_the_call_is_not_asked_for_again() {
    let world = World::new();
    let yaml = zapping("  approve_destructive: true").replace("act:", "  - approve: Sure?\nact:");
    let run = world.start(&yaml, json!({})).await;
    world.settled(run).await;
    let yes = Signal::Approve {
        step: None,
        note: None,
    };
    world.signal(run, yes).await.unwrap();
    assert_eq!(world.settled(run).await.status, RunStatus::Success);
}

#[tokio::test(start_paused = true)]
async fn act_waits_for_its_maintenance_window() {
    let world = World::new();
    let window = "  maintenance_window: { days: [tue], start: \"20:00\", end: \"06:00\", tz: Europe/Paris }\n  timeout_s: 60";
    let run = world.start(&zapping(window), json!({})).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let state = world.engine_state(run).await;
    assert_eq!(state.waiting_for, Some(WaitReason::Window));
    assert_eq!(state.wake_at, Some("2026-11-24T19:00:00Z".parse().unwrap()));
    let state = world.settled(run).await;
    assert_eq!(state.status, RunStatus::Success);
    insta::assert_snapshot!(world.lines(run));
}

#[tokio::test(start_paused = true)]
async fn max_actions_bounds_the_calls_of_act() {
    let world = World::new();
    let state = world
        .run(
            "act:\n  - for_each: \"[1, 2, 3]\"\n    action: lab.put\n    with: { n: \"{{ item }}\" }\nverify:\n  - check: \"true\"\nguardrails:\n  max_actions: 2\n",
            json!({}),
        )
        .await;
    assert_eq!(state.status, RunStatus::Failed);
    assert_eq!(world.tools.count("lab.put"), 2);
    assert!(state.error.unwrap().message.contains("max_actions"));
}

#[tokio::test(start_paused = true)]
async fn a_cooldown_lets_the_same_fix_run_only_so_often() {
    let world = World::new();
    let yaml = zapping("  cooldown: { key: \"room:{{ seen.id }}\", minutes: 30, max: 2 }");
    for expected in [RunStatus::Success, RunStatus::Success, RunStatus::Failed] {
        let state = world.run(&yaml, json!({})).await;
        assert_eq!(state.status, expected);
    }
    assert_eq!(world.tools.count("lab.zap"), 2);
    tokio::time::sleep(Duration::from_secs(1801)).await;
    let state = world.run(&yaml, json!({})).await;
    assert_eq!(state.status, RunStatus::Success);
}
