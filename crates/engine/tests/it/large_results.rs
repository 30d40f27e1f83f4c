//! Results too large for a row: kept apart, named in the row, seen whole by the recipe.

use std::time::Duration;

use avops_engine::{RunStatus, StepKey};
use serde_json::{Value, json};

use crate::world::{Answer, World};

const YAML: &str = r#"
plan:
  - action: lab.look
    with: { room: all }
    as: found
act:
  - wait: 1h
  - action: lab.put
    with: { text: "{{ found.rooms | length }} rooms, the last is {{ found.rooms[-1] }}" }
verify:
  - check: "found.rooms | length == 60000"
outputs:
  last: "{{ found.rooms[-1] }}"
"#;

fn rooms() -> Value {
    let rooms: Vec<String> = (1..=60_000).map(|number| format!("R{number}")).collect();
    json!({"rooms": rooms})
}

#[tokio::test(start_paused = true)]
async fn a_large_result_is_kept_as_a_file_and_seen_whole_also_after_a_crash() {
    for crash in [false, true] {
        let mut world = World::new();
        world.tools.answers("lab.look", [Answer::Ok(rooms())]);
        let run = world.start(YAML, json!({})).await;
        if crash {
            tokio::time::sleep(Duration::from_mins(10)).await;
            world.crash_and_restart().await;
        }
        let state = world.settled(run).await;
        assert_eq!(state.status, RunStatus::Success, "{:?}", state.error);
        assert_eq!(state.outputs["last"], "R60000");
        assert_eq!(world.tools.count("lab.look"), 1);
        let put = &world.tools.calls_of("lab.put")[0];
        assert_eq!(put.args["text"], "60000 rooms, the last is R60000");

        let disk = world.journal.disk();
        let stored = &disk.runs[&run];
        let marker = &stored.steps[&StepKey("plan.1".to_owned())].result;
        assert_eq!(marker["moved"], true);
        assert_eq!(marker["artifact"], format!("{run}:1"));
        let [kept] = stored.artifacts.as_slice() else {
            panic!("one artifact");
        };
        assert_eq!((kept.number, kept.artifact.kind.as_str()), (1, "file"));
        let name = kept.content.as_ref().unwrap();
        assert_eq!(marker["sha256"], name.sha256);
        assert_eq!(disk.contents[&name.sha256].value().unwrap(), rooms());
        let longest = stored.entries.iter().map(|entry| {
            let entry = serde_json::to_string(&entry.event).unwrap();
            entry.len()
        });
        assert!(longest.max().unwrap() < 300_000, "the journal stays small");
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_whose_kept_content_is_gone_is_left_alone() {
    let mut world = World::new();
    world.tools.answers("lab.look", [Answer::Ok(rooms())]);
    let run = world.start(YAML, json!({})).await;
    tokio::time::sleep(Duration::from_mins(10)).await;
    world.stop().await;
    world.journal.disk().contents.clear();
    world.restart().await;
    tokio::time::sleep(Duration::from_hours(10)).await;
    assert_eq!(world.tools.count("lab.put"), 0);
    assert_eq!(
        world.journal.disk().runs[&run].state.status,
        RunStatus::Waiting
    );
}
