//! What follows a call that did not end well.

use std::time::Duration;

use avops_engine::{Resolution, RunStatus, Signal, StepStatus, WaitReason};
use serde_json::json;

use crate::world::{Answer, World};

fn one(action: &str, more: &str) -> String {
    format!(
        "act:\n  - action: {action}\n    with: {{ n: 1 }}\n{more}\nverify:\n  - check: \"true\"\n"
    )
}

#[tokio::test(start_paused = true)]
async fn what_was_not_sent_is_tried_again_with_growing_pauses() {
    let world = World::new();
    world.tools.answers(
        "lab.poke",
        [Answer::NotSent, Answer::NotSent, Answer::NotSent],
    );
    let state = world.run(&one("lab.poke", ""), json!({})).await;
    assert_eq!(state.status, RunStatus::Success);
    assert_eq!(world.tools.count("lab.poke"), 4);
    assert!(
        state.duration_ms.unwrap() >= 7000,
        "1 s, 2 s and 4 s at least"
    );
    assert_eq!(
        state.working_ms, state.duration_ms,
        "a backoff is no declared wait"
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_never_sent_fails_in_the_end_and_nothing_is_undone() {
    let world = World::new();
    world.tools.always("lab.poke", Answer::NotSent);
    let undo = "    undo: { action: lab.tag }";
    let state = world.run(&one("lab.poke", undo), json!({})).await;
    assert_eq!(state.status, RunStatus::Failed);
    assert_eq!(world.tools.count("lab.poke"), 4);
    assert_eq!(world.tools.count("lab.tag"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_tried_again_only_if_the_author_says_so() {
    let world = World::new();
    world.tools.always("lab.put", Answer::Refused);
    let state = world.run(&one("lab.put", ""), json!({})).await;
    assert_eq!(state.status, RunStatus::Failed);
    assert_eq!(world.tools.count("lab.put"), 1);
    let retry = "    retry: { max: 2, backoff_s: 5 }";
    world.run(&one("lab.put", retry), json!({})).await;
    assert_eq!(world.tools.count("lab.put"), 1 + 3);
}

#[tokio::test(start_paused = true)]
async fn a_tool_that_asks_for_patience_gets_it_up_to_a_limit() {
    let world = World::new();
    let patience = |secs| [Answer::NotSentRetryAfter(Duration::from_secs(secs))];
    world.tools.answers("lab.put", patience(300));
    let state = world.run(&one("lab.put", ""), json!({})).await;
    assert_eq!(state.status, RunStatus::Success);
    assert!(state.duration_ms.unwrap() >= 300_000);
    world.tools.answers("lab.put", patience(3600));
    let state = world.run(&one("lab.put", ""), json!({})).await;
    assert_eq!(state.status, RunStatus::Failed);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_outcome_is_repeated_with_the_same_key_where_that_is_safe() {
    for action in ["lab.put", "lab.tag"] {
        let world = World::new();
        world
            .tools
            .answers(action, [Answer::Unknown, Answer::Hangs, Answer::Panics]);
        let more = "    timeout_s: 5\n    retry: { max: 5, backoff_s: 1 }";
        let state = world.run(&one(action, more), json!({})).await;
        assert_eq!(state.status, RunStatus::Success, "{action}");
        let calls = world.tools.calls_of(action);
        assert_eq!(calls.len(), 4);
        let key = format!("{}:act.1", state.id);
        assert!(calls.iter().all(|call| call.idempotency_key == key));
    }
}

#[tokio::test(start_paused = true)]
async fn a_keyed_step_is_tried_again_at_least_once_and_undone_when_it_stays_unknown() {
    let world = World::new();
    world.tools.always("lab.put", Answer::Unknown);
    let more = "    retry: { max: 0 }\n    undo: { action: lab.tag }";
    let state = world.run(&one("lab.put", more), json!({})).await;
    assert_eq!(state.status, RunStatus::Failed);
    assert_eq!(world.tools.count("lab.put"), 2);
    assert_eq!(world.tools.count("lab.tag"), 1, "it may have happened");
}

#[tokio::test(start_paused = true)]
async fn a_once_step_of_unknown_outcome_waits_for_a_persons_word() {
    let resolve = |resolution, result| Signal::Resolve {
        step: None,
        resolution,
        result,
        note: None,
    };
    let cases = [
        (
            Resolution::Happened,
            Some(json!({"id": "p"})),
            RunStatus::Success,
            StepStatus::Ok,
            1,
        ),
        (
            Resolution::Repeat,
            None,
            RunStatus::Success,
            StepStatus::Ok,
            2,
        ),
        (
            Resolution::Skip,
            None,
            RunStatus::Success,
            StepStatus::Skipped,
            1,
        ),
        (
            Resolution::Fail,
            None,
            RunStatus::Failed,
            StepStatus::Failed,
            1,
        ),
    ];
    for (resolution, result, status, step_status, calls) in cases {
        let world = World::new();
        world.tools.answers("lab.poke", [Answer::Unknown]);
        let run = world.start(&one("lab.poke", ""), json!({})).await;
        let waiting = world.settled(run).await;
        assert_eq!(waiting.waiting_for, Some(WaitReason::Interrupted));
        world
            .signal(run, resolve(resolution, result))
            .await
            .unwrap();
        let state = world.settled(run).await;
        assert_eq!(state.status, status, "{resolution:?}");
        assert_eq!(
            world.journal.steps(run)[0].status,
            step_status,
            "{resolution:?}"
        );
        assert_eq!(world.tools.count("lab.poke"), calls, "{resolution:?}");
        insta::assert_snapshot!(format!("resolved_as_{resolution:?}"), world.lines(run));
    }
}

const PROBED: &str = r#"    probe:
      action: lab.look
      with: { room: "204" }
      check: "look.status == 'poked'""#;

#[tokio::test(start_paused = true)]
async fn a_probe_answers_whether_it_happened() {
    for (status, calls) in [("poked", 1), ("online", 2)] {
        let world = World::new();
        world.tools.answers("lab.poke", [Answer::Unknown]);
        world
            .tools
            .answers("lab.look", [Answer::Ok(json!({"status": status}))]);
        let state = world.run(&one("lab.poke", PROBED), json!({})).await;
        assert_eq!(state.status, RunStatus::Success, "{status}");
        assert_eq!(world.tools.count("lab.poke"), calls, "{status}");
        insta::assert_snapshot!(format!("probed_{status}"), world.lines(state.id));
    }
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_cannot_answer_leaves_it_to_a_person() {
    let world = World::new();
    world.tools.answers("lab.poke", [Answer::Unknown]);
    world.tools.always("lab.look", Answer::Refused);
    let state = world.run(&one("lab.poke", PROBED), json!({})).await;
    assert_eq!(state.waiting_for, Some(WaitReason::Interrupted));
    assert_eq!(world.tools.count("lab.poke"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_recipe_can_narrow_the_repeat_class_of_an_action() {
    let world = World::new();
    world.tools.answers("lab.put", [Answer::Unknown]);
    let state = world
        .run(&one("lab.put", "    repeat: once"), json!({}))
        .await;
    assert_eq!(state.waiting_for, Some(WaitReason::Interrupted));
}

#[tokio::test(start_paused = true)]
async fn polling_goes_on_until_the_condition_is_true() {
    let world = World::new();
    let status = |status| Answer::Ok(json!({"status": status}));
    world.tools.answers(
        "lab.look",
        [status("black"), status("black"), status("online")],
    );
    let state = world
        .run(
            r#"
act:
  - action: lab.put
verify:
  - action: lab.look
    with: { room: "204" }
    as: seen
    until: "seen.status == 'online'"
    every_s: 5
    timeout_s: 120
  - check: "seen.status == 'online'"
"#,
            json!({}),
        )
        .await;
    assert_eq!(state.status, RunStatus::Success);
    assert_eq!(state.duration_ms, Some(10_000));
    assert_eq!(state.working_ms, Some(0), "polling is a declared wait");
    insta::assert_snapshot!(world.lines(state.id));
}

#[tokio::test(start_paused = true)]
async fn polling_that_never_comes_true_fails_at_its_limit() {
    let world = World::new();
    world
        .tools
        .always("lab.look", Answer::Ok(json!({"status": "black"})));
    let state = world
        .run(
            "plan:\n  - action: lab.look\n    with: { room: \"204\" }\n    as: seen\n    until: \"seen.status == 'online'\"\n    every_s: 50\n    timeout_s: 120\nact:\n  - action: lab.put\nverify:\n  - check: \"true\"\n",
            json!({}),
        )
        .await;
    assert_eq!(state.status, RunStatus::Failed);
    assert_eq!(state.duration_ms, Some(120_000));
    insta::assert_snapshot!(world.lines(state.id));
}

#[tokio::test(start_paused = true)]
async fn on_error_continue_records_the_failure_and_goes_on() {
    let world = World::new();
    world.tools.answers("lab.put", [Answer::Refused]);
    let state = world
        .run(&one("lab.put", "    on_error: continue"), json!({}))
        .await;
    assert_eq!(state.status, RunStatus::Success);
    assert_eq!(world.journal.steps(state.id)[0].status, StepStatus::Failed);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_evaluated_fails_the_step_with_the_expression_in_the_message() {
    let world = World::new();
    let yaml = "plan:\n  - action: lab.look\n    with: { room: x }\n    as: seen\nact:\n  - action: lab.put\n    with: { n: \"{{ seen.colour }}\" }\nverify:\n  - check: \"true\"\n";
    let state = world.run(yaml, json!({})).await;
    assert_eq!(state.status, RunStatus::Failed);
    assert!(state.error.unwrap().message.contains("colour"));
    assert_eq!(world.tools.count("lab.put"), 0);
}
