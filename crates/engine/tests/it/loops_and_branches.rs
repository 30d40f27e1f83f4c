//! Blocks, branches, loops, waits and bound values.

use std::time::Duration;

use avops_engine::{RunStatus, StepStatus, WaitReason};
use serde_json::json;

use crate::world::{Answer, World};

#[tokio::test(start_paused = true)]
async fn a_loop_runs_its_step_for_each_item_and_gathers_the_results() {
    let world = World::new();
    let state = world
        .run(
            r#"
act:
  - for_each: "['a', 'b']"
    do:
      - action: lab.put
        with: { text: "{{ item }}", n: "{{ loop.index }}" }
        as: made
      - action: lab.tag
        with: { id: "{{ made.id }}" }
        when: "item == 'b'"
  - for_each: "[3, 4]"
    action: lab.put
    with: { n: "{{ item }}" }
    as: numbers
verify:
  - check: "numbers[1].id == 'put-1'"
"#,
            json!({}),
        )
        .await;
    assert_eq!(state.status, RunStatus::Success);
    insta::assert_snapshot!(world.lines(state.id));
}

#[tokio::test(start_paused = true)]
async fn what_a_loop_sets_is_a_list_afterwards() {
    let world = World::new();
    let state = world
        .run(
            "plan:\n  - for_each: \"[1, 2]\"\n    set: { double: \"{{ item * 2 }}\" }\nact:\n  - action: lab.put\n    with: { n: \"{{ double }}\" }\nverify:\n  - check: \"double[1] == 4\"\n",
            json!({}),
        )
        .await;
    assert_eq!(state.status, RunStatus::Success, "{:?}", state.error);
    assert_eq!(world.tools.calls(), [r#"lab.put {"n":[2,4]}"#]);
}

#[tokio::test(start_paused = true)]
async fn items_run_side_by_side_as_many_as_allowed() {
    let world = World::new();
    let second = |_| Answer::Late(Duration::from_secs(1), json!({"id": 1}));
    world.tools.answers("lab.put", (0..5).map(second));
    let state = world
        .run(
            "act:\n  - for_each: \"[1, 2, 3, 4, 5]\"\n    parallel: 2\n    action: lab.put\n    with: { n: \"{{ item }}\" }\nverify:\n  - check: \"true\"\n",
            json!({}),
        )
        .await;
    assert_eq!(state.status, RunStatus::Success);
    assert_eq!(state.duration_ms, Some(3000));
    insta::assert_snapshot!(world.lines(state.id));
}

#[tokio::test(start_paused = true)]
async fn after_a_failed_item_no_further_item_begins_unless_the_author_says_so() {
    let world = World::new();
    let yaml = "act:\n  - for_each: \"[1, 2, 3]\"\n    action: lab.put\n    with: { n: \"{{ item }}\" }\n    as: made\nverify:\n  - check: \"made[1] is none\"\n";
    world
        .tools
        .answers("lab.put", [Answer::Ok(json!(1)), Answer::Refused]);
    let state = world.run(yaml, json!({})).await;
    assert_eq!(state.status, RunStatus::Failed);
    assert_eq!(world.tools.count("lab.put"), 2);
    assert_eq!(state.error.unwrap().step.unwrap().0, "act.1[1]");
    world
        .tools
        .answers("lab.put", [Answer::Ok(json!(1)), Answer::Refused]);
    let goes_on = yaml.replace("    as: made", "    as: made\n    on_error: continue");
    let state = world.run(&goes_on, json!({})).await;
    assert_eq!(state.status, RunStatus::Success);
    assert_eq!(world.tools.count("lab.put"), 5);
}

#[tokio::test(start_paused = true)]
async fn branches_conditions_and_bound_values() {
    let world = World::new();
    let state = world
        .run(
            r#"
intake:
  - gather: rooms
    type: array
plan:
  - set: { first: "{{ intake.rooms[0] }}" }
  - set:
      label: "room {{ first }}"
act:
  - if: "intake.rooms | length > 1"
    then:
      - action: lab.put
        with: { text: "{{ label }}" }
    else:
      - action: lab.poke
  - if: "first == 'x'"
    then:
      - action: lab.poke
    else:
      - do:
          - action: lab.tag
            with: { text: "{{ plan.label }}" }
verify:
  - check: "label == 'room 204'"
"#,
            json!({"rooms": ["204", "205"]}),
        )
        .await;
    assert_eq!(state.status, RunStatus::Success);
    insta::assert_snapshot!(world.lines(state.id));
}

#[tokio::test(start_paused = true)]
async fn a_block_whose_failure_may_be_ignored_skips_its_rest() {
    let world = World::new();
    world.tools.answers("lab.put", [Answer::Refused]);
    let state = world
        .run(
            "act:\n  - do:\n      - action: lab.put\n      - action: lab.poke\n    on_error: continue\n  - action: lab.tag\nverify:\n  - check: \"true\"\n",
            json!({}),
        )
        .await;
    assert_eq!(state.status, RunStatus::Success);
    assert_eq!(
        (world.tools.count("lab.poke"), world.tools.count("lab.tag")),
        (0, 1)
    );
    let block = world
        .journal
        .steps(state.id)
        .into_iter()
        .find(|step| step.key.0 == "act.1");
    assert_eq!(block.unwrap().status, StepStatus::Failed);
}

#[tokio::test(start_paused = true)]
async fn a_wait_parks_the_run_and_does_not_count_as_work() {
    let world = World::new();
    let run = world
        .start("act:\n  - wait: 2h\n  - wait: 500ms\n  - action: lab.put\nverify:\n  - check: \"true\"\n", json!({}))
        .await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(
        world.engine_state(run).await.waiting_for,
        Some(WaitReason::Timer)
    );
    let state = world.settled(run).await;
    assert_eq!(state.status, RunStatus::Success);
    assert_eq!(state.duration_ms, Some(7_200_500));
    assert_eq!(state.working_ms, Some(0));
    insta::assert_snapshot!(world.lines(run));
}

#[tokio::test(start_paused = true)]
async fn a_loop_of_thousands_stays_cheap() {
    let world = World::new();
    let items: Vec<u32> = (0..2_000).collect();
    let state = world
        .run(
            "intake:\n  - gather: items\n    type: array\nact:\n  - for_each: \"intake.items\"\n    parallel: 8\n    action: lab.tag\n    with: { n: \"{{ item }}\" }\nverify:\n  - check: \"true\"\n",
            json!({"items": items}),
        )
        .await;
    assert_eq!(state.status, RunStatus::Success);
    assert_eq!(world.tools.count("lab.tag"), 2_000);
}

#[tokio::test(start_paused = true)]
async fn a_run_with_too_many_steps_fails() {
    let world = World::new();
    let items: Vec<u32> = (0..5_001).collect();
    let state = world
        .run(
            "intake:\n  - gather: items\n    type: array\nact:\n  - for_each: \"intake.items\"\n    action: lab.tag\nverify:\n  - check: \"true\"\n",
            json!({"items": items}),
        )
        .await;
    assert_eq!(state.status, RunStatus::Failed);
    assert_eq!(
        state.error.unwrap().message,
        "the list has 5001 items, more than 5000"
    );
}
