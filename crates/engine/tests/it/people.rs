//! Approvals and manual steps.

use std::time::Duration;

use avops_engine::{EngineError, RunStatus, Signal, StepKey, WaitReason};
use serde_json::json;

use crate::world::{Answer, World};

const APPROVED: &str = r#"
plan:
  - action: lab.look
    with: { room: "204" }
    as: seen
  - approve: "Restart {{ seen.id }}?"
    role: av_lead
    timeout_s: 600
act:
  - action: lab.zap
    with: { room: "{{ seen.id }}" }
  - action: lab.put
    with: { id: "{{ zap.id }}" }
verify:
  - check: "true"
guardrails:
  timeout_s: 60
"#;

fn approve() -> Signal {
    Signal::Approve {
        step: None,
        note: Some("go".to_owned()),
    }
}

fn reject() -> Signal {
    Signal::Reject {
        step: None,
        note: Some("not now".to_owned()),
    }
}

#[tokio::test(start_paused = true)]
async fn an_approval_shows_what_it_is_about_and_its_time_does_not_count() {
    let world = World::new();
    let run = world.start(APPROVED, json!({})).await;
    let waiting = world.settled(run).await;
    assert_eq!(waiting.waiting_for, Some(WaitReason::Approval));
    let steps = world.journal.steps(run);
    let gate = steps.iter().find_map(|step| step.gate.as_ref()).unwrap();
    assert_eq!(
        (gate.prompt.as_str(), gate.role.as_str()),
        ("Restart 204?", "av_lead")
    );
    let calls = gate.evidence["calls"].as_array().unwrap();
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0]["args"], json!({"room": "204"}));
    assert_eq!(calls[1]["as_written"], json!({"id": "{{ zap.id }}"}));
    tokio::time::sleep(Duration::from_secs(500)).await;
    world.signal(run, approve()).await.unwrap();
    let state = world.settled(run).await;
    assert_eq!(
        state.status,
        RunStatus::Success,
        "the run's timeout of 60 s stood still"
    );
    assert_eq!(state.working_ms, Some(0));
    insta::assert_snapshot!(world.lines(run));
}

#[tokio::test(start_paused = true)]
async fn a_wait_is_resolved_once_and_the_second_is_told() {
    let world = World::new();
    let run = world.start(APPROVED, json!({})).await;
    world.settled(run).await;
    let (first, second) = tokio::join!(world.signal(run, approve()), world.signal(run, reject()));
    assert!(first.is_ok());
    let error = second.unwrap_err();
    assert!(matches!(error, EngineError::NotWaiting { .. }), "{error}");
    assert_eq!(world.settled(run).await.status, RunStatus::Success);
    let late = Signal::Approve {
        step: Some(StepKey("plan.2".to_owned())),
        note: None,
    };
    let error = world.signal(run, late).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "step plan.2 waits for nobody any more: approved by ann, and the run is over: success"
    );
}

#[tokio::test(start_paused = true)]
async fn a_rejection_or_silence_fails_the_step() {
    let world = World::new();
    let run = world.start(APPROVED, json!({})).await;
    world.settled(run).await;
    world.signal(run, reject()).await.unwrap();
    let state = world.settled(run).await;
    assert_eq!(state.error.unwrap().message, "rejected by ann: not now");
    let silent = world.start(APPROVED, json!({})).await;
    world.settled(silent).await;
    tokio::time::sleep(Duration::from_secs(601)).await;
    let state = world.settled(silent).await;
    assert_eq!(state.error.unwrap().message, "nobody answered in time");
    assert_eq!(world.tools.count("lab.zap"), 0);
    let late = world.signal(silent, approve()).await.unwrap_err();
    assert_eq!(late.to_string(), "the run is over: failed");
}

#[tokio::test(start_paused = true)]
async fn an_approval_is_asked_again_when_the_arguments_have_changed() {
    let world = World::new();
    let yaml = r#"
act:
  - action: lab.look
    with: { room: "204" }
    as: seen
  - approve: "Go?"
  - action: lab.look
    with: { room: "204" }
    as: seen
  - action: lab.put
    with: { text: "{{ seen.status }}" }
verify:
  - check: "true"
"#;
    let run = world.start(yaml, json!({})).await;
    world.settled(run).await;
    world
        .tools
        .answers("lab.look", [Answer::Ok(json!({"status": "gone"}))]);
    world.signal(run, approve()).await.unwrap();
    let waiting = world.settled(run).await;
    assert_eq!(waiting.waiting_for, Some(WaitReason::Approval));
    assert_eq!(world.tools.count("lab.put"), 0);
    world.signal(run, approve()).await.unwrap();
    assert_eq!(world.settled(run).await.status, RunStatus::Success);
    insta::assert_snapshot!(world.lines(run));
}

#[tokio::test(start_paused = true)]
async fn a_manual_step_waits_for_its_deed_and_keeps_the_proof() {
    let world = World::new();
    let yaml = "act:\n  - manual: Plug the cable in\n    as: deed\nverify:\n  - check: \"deed.note == 'plugged'\"\n";
    let run = world.start(yaml, json!({})).await;
    assert_eq!(
        world.settled(run).await.waiting_for,
        Some(WaitReason::Manual)
    );
    let wrong = world.signal(run, approve()).await.unwrap_err();
    assert!(matches!(wrong, EngineError::NotWaiting { .. }));
    let done = Signal::Done {
        step: None,
        note: Some("plugged".to_owned()),
        artifact: Some(avops_engine::Artifact {
            kind: "photo".to_owned(),
            title: "the plug".to_owned(),
            external_id: None,
            url: None,
            data: json!(null),
        }),
    };
    world.signal(run, done).await.unwrap();
    assert_eq!(world.settled(run).await.status, RunStatus::Success);
    insta::assert_snapshot!(world.lines(run));
}

#[tokio::test(start_paused = true)]
async fn a_signal_to_a_run_that_does_not_exist_is_refused() {
    let world = World::new();
    tokio::task::yield_now().await;
    let nobody = avops_engine::RunId(uuid::Uuid::from_u128(1));
    let error = world.signal(nobody, approve()).await.unwrap_err();
    assert!(matches!(error, EngineError::NoSuchRun(_)));
    let error = world.engine_settled_error(nobody).await;
    assert!(matches!(error, EngineError::NoSuchRun(_)));
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_for_a_run_never_sees_how_it_stood_before_the_answer() {
    let world = World::new();
    let yaml = "act:\n  - manual: One\n  - wait: 10s\nverify:\n  - check: \"true\"\n";
    let run = world.start(yaml, json!({})).await;
    assert_eq!(world.settled(run).await.status, RunStatus::Waiting);
    let done = Signal::Done {
        step: None,
        note: None,
        artifact: None,
    };
    world.signal(run, done).await.unwrap();
    assert_eq!(world.settled(run).await.status, RunStatus::Success);
}
