//! What a crash, a failing disk or a newer version does to a run.

use std::time::Duration;

use avops_engine::{
    Accepted, EngineError, Entry, Event, History, Journal, RequestKey, RunStatus, WaitReason,
};
use serde_json::json;

use crate::world::{Answer, World};

fn one(action: &str) -> String {
    format!("act:\n  - action: {action}\nverify:\n  - check: \"true\"\n")
}

#[tokio::test(start_paused = true)]
async fn a_crash_in_a_call_repeats_what_may_be_repeated_with_the_same_key() {
    for action in ["lab.put", "lab.tag", "lab.look"] {
        let mut world = World::new();
        world.tools.answers(action, [Answer::Hangs]);
        let run = world.start(&one(action), json!({})).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        world.crash_and_restart().await;
        assert_eq!(
            world.settled(run).await.status,
            RunStatus::Success,
            "{action}"
        );
        let calls = world.tools.calls_of(action);
        assert_eq!(calls.len(), 2);
        assert_eq!(calls[0].idempotency_key, calls[1].idempotency_key);
    }
}

#[tokio::test(start_paused = true)]
async fn a_crash_in_a_once_call_leaves_it_to_a_person() {
    let mut world = World::new();
    world.tools.answers("lab.poke", [Answer::Hangs]);
    let run = world.start(&one("lab.poke"), json!({})).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    world.crash_and_restart().await;
    let state = world.settled(run).await;
    assert_eq!(state.waiting_for, Some(WaitReason::Interrupted));
    assert_eq!(world.tools.count("lab.poke"), 1);
    world.crash_and_restart().await;
    assert_eq!(
        world.settled(run).await.waiting_for,
        Some(WaitReason::Interrupted)
    );
    insta::assert_snapshot!(world.lines(run));
}

#[tokio::test(start_paused = true)]
async fn finished_steps_are_not_repeated_after_a_crash_in_a_wait() {
    let mut world = World::new();
    let yaml = "act:\n  - action: lab.poke\n  - wait: 1h\n  - action: lab.put\nverify:\n  - check: \"true\"\n";
    let run = world.start(yaml, json!({})).await;
    tokio::time::sleep(Duration::from_mins(10)).await;
    world.crash_and_restart().await;
    let state = world.settled(run).await;
    assert_eq!(state.status, RunStatus::Success);
    assert_eq!(
        (world.tools.count("lab.poke"), world.tools.count("lab.put")),
        (1, 1)
    );
    assert_eq!(state.duration_ms, Some(3_600_000));
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_passed_while_the_server_was_down_holds() {
    let mut world = World::new();
    let yaml = "act:\n  - wait: 10m\n  - action: lab.put\nverify:\n  - check: \"true\"\nguardrails:\n  timeout_minutes: 11\n";
    let run = world.start(yaml, json!({})).await;
    tokio::time::sleep(Duration::from_mins(1)).await;
    world.stop().await;
    tokio::time::sleep(Duration::from_hours(1)).await;
    world.restart().await;
    let state = world.settled(run).await;
    assert_eq!(state.status, RunStatus::Failed);
    assert_eq!(world.tools.count("lab.put"), 0);
}

#[tokio::test(start_paused = true)]
async fn the_same_request_gives_the_same_run() {
    let world = World::new();
    let request = |content: &str| {
        let mut run = world.request(&one("lab.put"), json!({}));
        run.request = Some(RequestKey {
            principal: "ann".to_owned(),
            key: "k".to_owned(),
            content: content.to_owned(),
        });
        run
    };
    let first = world.accept(request("a")).await.unwrap();
    assert!(first.is_new);
    let again = world.accept(request("a")).await.unwrap();
    let run = first.run;
    assert_eq!(again, Accepted { run, is_new: false });
    let error = world.accept(request("b")).await.unwrap_err();
    assert!(matches!(error, EngineError::KeyReused(id) if id == run));
    world.settled(run).await;
    assert_eq!(world.tools.count("lab.put"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_run_whose_caller_hangs_up_is_worked_on_all_the_same() {
    let world = World::new();
    world.journal.disk().commit_time = Duration::from_millis(5);
    let request = world.request(&one("lab.put"), json!({}));
    let run = request.id;
    let impatient = tokio::time::timeout(Duration::from_millis(2), world.accept(request)).await;
    assert!(impatient.is_err());
    assert_eq!(
        world.settled_once_stored(run).await.status,
        RunStatus::Success
    );
}

#[tokio::test(start_paused = true)]
async fn a_disk_that_fails_for_a_while_delays_the_run_and_repeats_nothing() {
    let world = World::new();
    world.tools.answers(
        "lab.poke",
        [Answer::Late(Duration::from_secs(1), json!({}))],
    );
    let run = world.start(&one("lab.poke"), json!({})).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    world.journal.disk().failures = 8;
    let state = world.settled(run).await;
    assert_eq!(state.status, RunStatus::Success);
    assert_eq!(world.tools.count("lab.poke"), 1);
    assert!(world.journal.disk().failures == 0);
}

#[tokio::test(start_paused = true)]
async fn a_run_with_an_entry_of_a_newer_version_is_left_alone() {
    let mut world = World::new();
    let yaml = "act:\n  - wait: 1h\n  - action: lab.put\nverify:\n  - check: \"true\"\n";
    let run = world.start(yaml, json!({})).await;
    tokio::time::sleep(Duration::from_mins(1)).await;
    world.stop().await;
    let event = Event::decode(1, r#"{"type": "teleported", "to": "mars"}"#).unwrap();
    assert_eq!(event, Event::Unknown);
    assert_eq!(
        Event::decode(2, r#"{"type": "began", "limit_ms": 1}"#).unwrap(),
        Event::Unknown
    );
    {
        let mut disk = world.journal.disk();
        let stored = disk.runs.get_mut(&run).unwrap();
        let seq = stored.state.seq + 1;
        let at = stored.entries[0].at;
        stored.entries.push(Entry { seq, at, event });
    }
    world.restart().await;
    tokio::time::sleep(Duration::from_hours(10)).await;
    assert_eq!(world.tools.count("lab.put"), 0);
    let cancel = avops_engine::Signal::Cancel { reason: None };
    let error = world.signal(run, cancel).await.unwrap_err();
    assert!(error.to_string().contains("newer version"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_journal_with_a_gap_is_no_history() {
    let world = World::new();
    let state = world.run(&one("lab.put"), json!({})).await;
    let mut entries = world.journal.read(state.id, 0).await.unwrap();
    assert_eq!(History::fold(&entries).unwrap().state(), &state);
    entries.remove(2);
    assert!(History::fold(&entries).is_err());
    assert!(History::fold(&entries[1..]).is_err());
    assert!(History::fold(&[]).is_err());
}
