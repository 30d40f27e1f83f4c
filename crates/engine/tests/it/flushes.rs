//! How often a run waits for the disk.

use std::time::Duration;

use serde_json::json;

use crate::world::{Answer, World};

const FOUR_STEPS: &str = r#"
intake:
  - gather: room
plan:
  - action: lab.look
    with: { room: "{{ intake.room }}" }
    as: seen
act:
  - action: lab.put
    with: { room: "{{ seen.id }}" }
verify:
  - check: "seen.status == 'online'"
"#;

#[tokio::test(start_paused = true)]
async fn a_four_step_run_waits_three_times_for_the_disk() {
    let world = World::new();
    let state = world.run(FOUR_STEPS, json!({"room": "204"})).await;
    let entries = world.journal.entries(state.id).len();
    let commits: Vec<usize> = world
        .journal
        .disk()
        .commits
        .iter()
        .map(|commit| commit.1)
        .collect();
    assert_eq!(
        commits.len(),
        3,
        "accept, reads with the intent, result with the end: {commits:?}"
    );
    assert_eq!(commits.iter().sum::<usize>(), entries);
}

#[tokio::test(start_paused = true)]
async fn what_a_slow_read_holds_up_is_written_meanwhile() {
    let world = World::new();
    world.tools.answers(
        "lab.look",
        [Answer::Late(
            Duration::from_secs(3),
            json!({"id": 1, "status": "online"}),
        )],
    );
    let run = world.start(FOUR_STEPS, json!({"room": "204"})).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let seen = world.lines(run);
    assert!(seen.contains("plan.1 started #1"), "{seen}");
    world.settled(run).await;
    assert_eq!(world.journal.disk().commits.len(), 4);
}
