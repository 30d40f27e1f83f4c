//! Checks decide; what fails is rolled back, last first, and every step of it is on record.

use avops_engine::{RollbackOutcome, RunStatus};
use serde_json::json;

use crate::world::{Answer, World};

#[tokio::test(start_paused = true)]
async fn a_failed_check_in_plan_ends_the_run_before_anything_was_changed() {
    let world = World::new();
    let state = world
        .run(
            r#"
plan:
  - action: lab.look
    with: { room: "204" }
    as: zoom_room
  - check: "zoom_room.status == 'black'"
    message: "{{ zoom_room.id }} is fine"
act:
  - action: lab.put
verify:
  - check: "true"
guardrails:
  rollback: "slack:#avops 'rolled back'"
"#,
            json!({}),
        )
        .await;
    assert_eq!(state.status, RunStatus::Failed);
    assert_eq!(state.rollback, Some(RollbackOutcome::NotNeeded));
    let error = state.error.unwrap();
    assert_eq!(error.step.unwrap().0, "plan.2");
    let steps = world.journal.steps(state.id);
    let check = steps.iter().find(|step| step.key.0 == "plan.2").unwrap();
    assert_eq!(check.result["held"], false);
    assert_eq!(
        check.result["operands"],
        json!({"zoom_room.status": "online"})
    );
    assert_eq!(world.tools.calls(), [r#"lab.look {"room":"204"}"#]);
    insta::assert_snapshot!(world.lines(state.id));
}

const UNDONE: &str = r#"
act:
  - action: lab.put
    with: { n: 1 }
    as: first
    undo:
      action: lab.tag
      with: { id: "{{ first.id }}", text: first back }
  - do:
      - action: lab.look
        with: { room: "204" }
        as: seen
      - action: lab.put
        with: { n: 2 }
        as: second
        undo:
          action: lab.tag
          with: { id: "{{ second.id }}", text: second back }
    undo:
      action: lab.tag
      with: { text: block back }
  - for_each: "['a', 'b']"
    action: lab.put
    with: { text: "{{ item }}" }
    as: third
    undo:
      action: lab.tag
      with: { id: "{{ third.id }}", text: "{{ item }} back" }
verify:
  - check: "seen.status == 'black'"
  - notify: "slack:#avops verified"
guardrails:
  rollback_actions:
    - "slack:#avops 'failed; rolled back'"
"#;

#[tokio::test(start_paused = true)]
async fn a_failed_verify_undoes_every_act_step_last_first_then_runs_the_rollback_steps() {
    let world = World::new();
    let state = world.run(UNDONE, json!({})).await;
    assert_eq!(state.status, RunStatus::Failed);
    assert_eq!(state.rollback, Some(RollbackOutcome::RolledBack));
    let undone: Vec<String> = world
        .tools
        .calls_of("lab.tag")
        .iter()
        .map(|call| call.args["text"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        undone,
        [
            "b back",
            "a back",
            "second back",
            "block back",
            "first back"
        ]
    );
    assert_eq!(world.tools.count("slack.post_message"), 1);
    insta::assert_snapshot!(world.lines(state.id));
}

#[tokio::test(start_paused = true)]
async fn a_rollback_step_that_fails_does_not_stop_the_others() {
    let world = World::new();
    world.tools.answers("lab.tag", [Answer::Refused]);
    let state = world.run(UNDONE, json!({})).await;
    assert_eq!(state.rollback, Some(RollbackOutcome::RollbackFailed));
    assert_eq!(world.tools.count("lab.tag"), 5);
    assert_eq!(world.tools.count("slack.post_message"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_step_that_was_refused_is_not_undone_and_those_before_it_are() {
    let world = World::new();
    world
        .tools
        .answers("lab.put", [Answer::Ok(json!({"id": "x"})), Answer::Refused]);
    let state = world.run(UNDONE, json!({})).await;
    assert_eq!(state.status, RunStatus::Failed);
    assert_eq!(state.error.as_ref().unwrap().message, "no such room");
    assert_eq!(
        state.error.as_ref().unwrap().hint.as_deref(),
        Some("check the name")
    );
    assert_eq!(
        state.error.as_ref().unwrap().step.as_ref().unwrap().0,
        "act.2.do.2"
    );
    assert_eq!(world.tools.calls_of("lab.tag").len(), 1);
    assert_eq!(
        world.tools.calls_of("lab.tag")[0].args,
        json!({"id": "x", "text": "first back"})
    );
}

#[tokio::test(start_paused = true)]
async fn an_undo_that_waits_for_a_person_does_not_hold_up_the_others() {
    let world = World::new();
    world
        .tools
        .answers("lab.poke", [Answer::Ok(json!({})), Answer::Unknown]);
    let run = world
        .start(
            r#"
act:
  - action: lab.put
    undo: { action: lab.tag, with: { text: back } }
  - action: lab.poke
    undo: { action: lab.poke, with: { text: poked back } }
verify:
  - check: "1 == 2"
"#,
            json!({}),
        )
        .await;
    let waiting = world.settled(run).await;
    assert_eq!(waiting.status, RunStatus::Waiting);
    assert_eq!(waiting.rollback, Some(RollbackOutcome::Running));
    assert_eq!(world.tools.count("lab.tag"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_run_without_an_evaluated_check_is_unproven() {
    let world = World::new();
    for verify in [
        "verify:\n  - notify: \"slack:#avops done\"\n",
        "verify:\n  - check: \"true\"\n    when: \"false\"\n",
        "verify:\n  - check: \"1 == 2\"\n    on_error: continue\n",
    ] {
        let state = world
            .run(&format!("act:\n  - action: lab.put\n{verify}"), json!({}))
            .await;
        assert_eq!(state.status, RunStatus::Unproven, "{verify}");
        assert_eq!(state.rollback, None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_notice_is_not_sent_after_a_failed_check_unless_it_has_its_own_condition() {
    let world = World::new();
    let state = world
        .run(
            r#"
act:
  - action: lab.put
verify:
  - check: "1 == 2"
    on_error: continue
  - notify: "slack:#avops verified"
  - notify: "slack:#avops degraded"
    when: "true"
  - check: "true"
"#,
            json!({}),
        )
        .await;
    assert_eq!(state.status, RunStatus::Success);
    assert_eq!((state.checks, state.checks_held), (2, 1));
    assert_eq!(world.tools.calls_of("slack.post_message").len(), 1);
    insta::assert_snapshot!(world.lines(state.id));
}

#[tokio::test(start_paused = true)]
async fn stop_ends_the_run_on_purpose() {
    let world = World::new();
    let state = world
        .run(
            "plan:\n  - stop: not our case, use AV-003\nact:\n  - action: lab.put\nverify:\n  - check: \"true\"\n",
            json!({}),
        )
        .await;
    assert_eq!(state.status, RunStatus::Success);
    assert_eq!(state.outcome.as_deref(), Some("not_applicable"));
    assert_eq!(world.tools.calls(), [""; 0]);
    insta::assert_snapshot!(world.lines(state.id));
}

#[tokio::test(start_paused = true)]
async fn a_branch_that_ends_the_run_is_shown_as_done_with_its_side() {
    let world = World::new();
    let state = world
        .run(
            "plan:\n  - if: \"1 == 1\"\n    then:\n      - do:\n          - stop: not our case\n    else:\n      - action: lab.look\n        with: { room: x }\nact:\n  - action: lab.put\nverify:\n  - check: \"true\"\n",
            json!({}),
        )
        .await;
    assert_eq!(state.outcome.as_deref(), Some("not_applicable"));
    let steps = world.journal.steps(state.id);
    let branch = steps.iter().find(|step| step.key.0 == "plan.1").unwrap();
    assert_eq!(branch.status, avops_engine::StepStatus::Ok);
    assert_eq!(branch.result["taken"], "then");
}

#[tokio::test(start_paused = true)]
async fn metrics_and_outputs_are_evaluated_at_the_end() {
    let world = World::new();
    world.tools.answers(
        "lab.put",
        [Answer::Late(
            std::time::Duration::from_secs(4),
            json!({"id": 7}),
        )],
    );
    let state = world
        .run(
            r#"
act:
  - action: lab.put
    as: made
verify:
  - check: "made.id == 7"
success_metrics:
  - { name: time_s, value: "{{ run.elapsed_s }}", unit: s, target: "<= 3" }
  - { name: id, value: "{{ made.id }}", target: ">= 7" }
outputs:
  made: "{{ made.id }}"
"#,
            json!({}),
        )
        .await;
    let metrics = serde_json::to_value(&state.metrics).unwrap();
    assert_eq!(
        metrics,
        json!([
            {"name": "time_s", "value": 4.0, "unit": "s", "target": "<= 3", "met": false},
            {"name": "id", "value": 7.0, "unit": null, "target": ">= 7", "met": true},
        ])
    );
    assert_eq!(state.outputs["made"], 7);
    assert_eq!(state.duration_ms, Some(4000));
    assert_eq!(state.working_ms, Some(4000));
    assert_eq!(state.plan_act_ms, Some(4000));
}
