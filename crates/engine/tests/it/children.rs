//! A step that runs another recipe.

use avops_engine::{RollbackOutcome, RunStatus, Signal, WaitReason};
use serde_json::json;

use crate::world::{Answer, World};

const CHILD: &str = r#"
name: Reset
intake:
  - gather: room
act:
  - action: lab.put
    with: { room: "{{ intake.room }}" }
    as: made
    undo: { action: lab.tag, with: { text: child } }
verify:
  - check: "made.id == 'put-1'"
guardrails:
  lock: "room:{{ intake.room }}"
outputs:
  id: "{{ made.id }}"
"#;

const PARENT: &str = r#"
name: Parent
act:
  - recipe: Reset
    with: { room: "204" }
    as: reset
    undo: { action: lab.tag, with: { text: parent } }
  - action: lab.poke
    with: { id: "{{ reset.id }}" }
verify:
  - check: "true"
guardrails:
  lock: "room:204"
"#;

#[tokio::test(start_paused = true)]
async fn a_child_run_gives_its_outputs_and_shares_its_parents_lock() {
    let world = World::new();
    world.recipes.add(CHILD);
    let state = world.run(PARENT, json!({})).await;
    assert_eq!(state.status, RunStatus::Success);
    assert_eq!(
        world.tools.calls_of("lab.poke")[0].args,
        json!({"id": "put-1"})
    );
    let runs: Vec<_> = world.journal.disk().runs.keys().copied().collect();
    assert_eq!(runs.len(), 2);
    insta::assert_snapshot!(world.lines(state.id));
    insta::assert_snapshot!(
        "the_child",
        world.lines(*runs.iter().find(|run| **run != state.id).unwrap())
    );
}

#[tokio::test(start_paused = true)]
async fn a_failed_child_has_rolled_itself_back() {
    let world = World::new();
    world.recipes.add(CHILD);
    world
        .tools
        .answers("lab.put", [Answer::Ok(json!({"id": "other"}))]);
    let state = world.run(PARENT, json!({})).await;
    assert_eq!(state.status, RunStatus::Failed);
    assert_eq!(
        world.tools.calls_of("lab.tag").len(),
        1,
        "only the child's own undo"
    );
    assert_eq!(world.tools.count("lab.poke"), 0);
    assert_eq!(state.rollback, Some(RollbackOutcome::NotNeeded));
}

#[tokio::test(start_paused = true)]
async fn a_finished_child_is_undone_as_a_whole() {
    let world = World::new();
    world.recipes.add(CHILD);
    world.tools.answers("lab.poke", [Answer::Refused]);
    let state = world.run(PARENT, json!({})).await;
    assert_eq!(state.status, RunStatus::Failed);
    assert_eq!(
        world.tools.calls_of("lab.tag")[0].args,
        json!({"text": "parent"})
    );
}

#[tokio::test(start_paused = true)]
async fn cancelling_the_parent_cancels_the_child_and_waits_for_it() {
    let world = World::new();
    world
        .recipes
        .add(&CHILD.replace("act:\n", "act:\n  - manual: Look at it\n"));
    let run = world.start(PARENT, json!({})).await;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert_eq!(
        world.engine_state(run).await.waiting_for,
        Some(WaitReason::Child)
    );
    world
        .signal(run, Signal::Cancel { reason: None })
        .await
        .unwrap();
    let state = world.settled(run).await;
    assert_eq!(state.status, RunStatus::Cancelled);
    let disk = world.journal.disk();
    assert!(
        disk.runs
            .values()
            .all(|run| run.state.status == RunStatus::Cancelled)
    );
}

#[tokio::test(start_paused = true)]
async fn a_child_that_cannot_start_fails_its_step() {
    let world = World::new();
    let state = world.run(PARENT, json!({})).await;
    assert_eq!(state.status, RunStatus::Failed);
    assert_eq!(state.error.unwrap().message, "there is no recipe Reset");
    world.recipes.add(CHILD);
    let state = world
        .run(
            &PARENT.replace("room: \"204\" }", "raum: \"204\" }"),
            json!({}),
        )
        .await;
    assert_eq!(
        state.error.unwrap().message,
        "the recipe asks for no input raum; it asks for room"
    );
}

#[tokio::test(start_paused = true)]
async fn a_recipe_that_runs_itself_ends() {
    let world = World::new();
    let yaml = "name: Loop\nact:\n  - recipe: Loop\nverify:\n  - check: \"true\"\n";
    let state = world.run(yaml, json!({})).await;
    assert_eq!(state.status, RunStatus::Failed);
    assert!(state.error.unwrap().message.contains("more than 8 deep"));
    assert_eq!(world.journal.disk().runs.len(), 9);
}
