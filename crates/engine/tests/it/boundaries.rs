//! Breaking down once at every durable boundary: `cargo nextest run -p avops-engine --features failpoints boundaries`.

use std::time::Duration;

use avops_engine::failpoint::FailPoint;
use avops_engine::{Resolution, RunId, RunStatus, Signal, WaitReason};
use serde_json::json;

use crate::world::World;

const CHILD: &str = "name: Child\nact:\n  - action: lab.put\nverify:\n  - check: \"true\"\n";

const PARENT: &str = r#"
name: Parent
plan:
  - action: lab.look
    with: { room: "204" }
  - approve: "Go?"
act:
  - action: lab.put
  - action: lab.poke
  - recipe: Child
  - wait: 10s
verify:
  - check: "true"
"#;

/// Answers whatever the run waits for, until it is over.
async fn see_through(world: &World, run: RunId) -> RunStatus {
    loop {
        let state = world.settled(run).await;
        let signal = match state.waiting_for {
            Some(WaitReason::Approval) => Signal::Approve {
                step: None,
                note: None,
            },
            Some(WaitReason::Interrupted) => Signal::Resolve {
                step: None,
                resolution: Resolution::Happened,
                result: None,
                note: None,
            },
            _ => return state.status,
        };
        // The signal itself may break down; then it is given again.
        let _ = world.signal(run, signal).await;
        tokio::time::sleep(Duration::from_secs(40)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_breakdown_at_any_boundary_loses_nothing_and_repeats_nothing_that_must_not_be() {
    for point in FailPoint::ALL {
        let mut world = World::new();
        world.recipes.add(CHILD);
        if matches!(point, FailPoint::BeforeRecovery | FailPoint::AfterRecovery) {
            world.stop().await;
            fail::cfg(point.name(), "1*panic").unwrap();
            world.restart().await;
            tokio::time::sleep(Duration::from_secs(1)).await;
            world.restart().await;
        } else {
            fail::cfg(point.name(), "1*panic").unwrap();
        }
        let mut request = world.request(PARENT, json!({}));
        request.request = Some(avops_engine::RequestKey {
            principal: "ann".to_owned(),
            key: "once".to_owned(),
            content: "same".to_owned(),
        });
        let run = match world.accept(request.clone()).await {
            Ok(accepted) => accepted.run,
            Err(_) => world.accept(request).await.unwrap().run,
        };
        let status = see_through(&world, run).await;
        assert_eq!(status, RunStatus::Success, "{point:?}");
        assert_eq!(world.tools.count("lab.poke"), 1, "{point:?}");
        let children = world.journal.disk().runs.len() - 1;
        assert_eq!(children, 1, "{point:?}");
        fail::remove(point.name());
    }
}

#[test]
fn every_boundary_has_a_name_of_its_own() {
    let names: std::collections::BTreeSet<_> = FailPoint::ALL.map(FailPoint::name).into();
    assert_eq!(names.len(), FailPoint::ALL.len());
}
