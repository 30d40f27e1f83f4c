//! `next` is a function: the same history gives the same answer.

use avops_engine::history::History;
use avops_engine::next::{Next, next};
use avops_engine::{Entry, Event, Library};
use proptest::prelude::*;
use serde_json::json;

use crate::world::{Answer, World};

const RECIPES: [&str; 3] = [
    "plan:\n  - action: lab.look\n    with: { room: x }\n    as: seen\n  - check: \"seen.status == 'online'\"\nact:\n  - for_each: \"[1, 2, 3]\"\n    parallel: 2\n    action: lab.put\n    with: { n: \"{{ item }}\" }\n    undo: { action: lab.tag }\n  - action: lab.zap\nverify:\n  - check: \"1 == 2\"\nguardrails:\n  lock: a\n  rollback: \"slack:#avops 'back'\"\n",
    "act:\n  - action: lab.put\n    retry: { max: 3, backoff_s: 1 }\n  - do:\n      - wait: 2s\n      - if: \"true\"\n        then:\n          - set: { a: \"{{ run.id }}\" }\n  - action: lab.tag\n    with: { text: \"{{ a }}\" }\nverify:\n  - action: lab.look\n    with: { room: y }\n    until: \"look.status == 'online'\"\n    every_s: 1\n  - check: \"true\"\n",
    "act:\n  - action: lab.poke\n    probe: { action: lab.look, with: { room: z }, check: \"look.status == 'x'\" }\n  - stop: enough\nverify:\n  - check: \"true\"\n",
];

/// A recipe, run to its end or to the person it needs, with the tools failing as told.
async fn played(recipe: usize, failing: Vec<u8>) -> (World, Vec<Entry>) {
    let world = World::new();
    for action in ["lab.put", "lab.look", "lab.poke", "lab.tag", "lab.busy"] {
        world.tools.answers(
            action,
            failing.iter().map(|dice| match dice {
                0 => Answer::NotSent,
                1 => Answer::Refused,
                2 => Answer::Unknown,
                3 => Answer::Ok(json!({"status": "black", "busy": true})),
                _ => Answer::Ok(json!({"status": "online", "busy": false})),
            }),
        );
    }
    let state = world.run(RECIPES[recipe], json!({})).await;
    let entries = world.journal.entries(state.id);
    (world, entries)
}

fn is_answer(history: &History, event: &Event) -> bool {
    let (Event::StepDone { key, .. }
    | Event::StepFailed { key, .. }
    | Event::StepUnknown { key, .. }
    | Event::StepPaused { key, .. }) = event
    else {
        return false;
    };
    history.calling().any(|record| record.state.key == *key)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_beginning_of_a_journal_has_one_continuation(
        recipe in 0_usize..3, failing in proptest::collection::vec(0_u8..8, 0..6),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let (world, entries) = played(recipe, failing).await;
            let Event::Accepted { run } = &entries[0].event else { panic!("the first entry accepts") };
            let program = world.recipes.program(&run.recipe, None).await.unwrap();
            let mut history = History::new(&entries[0]).unwrap();
            let mut length = 1;
            while let Some(following) = entries.get(length) {
                let again = History::fold(&entries[..length]).unwrap();
                prop_assert_eq!(history.state(), again.state());
                let decided = next(&program, &history, following.at);
                prop_assert_eq!(format!("{decided:?}"), format!("{:?}", next(&program, &again, following.at)));
                // What is decided together is recorded together, unless another call's answer came first.
                let together = match decided {
                    Next::Record(_) if is_answer(&history, &following.event) => 1,
                    Next::Record(events) => {
                        for (event, entry) in events.iter().zip(&entries[length..]) {
                            prop_assert_eq!(event, &entry.event);
                        }
                        events.len()
                    }
                    Next::Call(calls) => calls.len(),
                    _ => 1,
                };
                for entry in &entries[length..(length + together).min(entries.len())] {
                    history.push(entry).unwrap();
                }
                length += together;
            }
            Ok(())
        })?;
    }
}
