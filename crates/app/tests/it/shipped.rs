//! Every recipe that ships passes and fails in the simulated campus as it should.

use avops_engine::{RollbackOutcome, RunPhase, RunStatus, Signal, WaitReason};
use serde_json::json;

use crate::world::{World, kinds, yes};

const POLICY: &str = "Zoom Room Admin Policy Check";
const HDMI: &str = "Zoom Room HDMI black";
const PREFLIGHT: &str = "Preflight quick check";
const WALK: &str = "Room walk-through";

#[tokio::test(flavor = "multi_thread")]
async fn the_runbooks_scaffold_succeeds_for_a_room_that_is_online() {
    let world = World::seeded().await;
    let run = world
        .run("Admin", POLICY, json!({ "room": "br1@corp.example" }))
        .await;
    assert_eq!(
        run.summary.status,
        RunStatus::Success,
        "{:?}",
        run.summary.error
    );
    assert_eq!(kinds(&run), ["report", "message"]);
    let phases: Vec<RunPhase> = run.steps.iter().map(|step| step.state.phase).collect();
    assert!(phases.is_sorted(), "{phases:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_runbooks_scaffold_fails_and_rolls_back_for_a_room_that_is_offline() {
    let world = World::seeded().await;
    let run = world
        .run("Admin", POLICY, json!({ "room": "Huddle 101" }))
        .await;
    assert_eq!(run.summary.status, RunStatus::Failed);
    let error = run.summary.error.as_ref().unwrap();
    assert_eq!(error.phase, Some(RunPhase::Verify));
    assert_eq!(run.summary.rollback, Some(RollbackOutcome::RolledBack));
    let said: Vec<&str> = run
        .artifacts
        .iter()
        .filter(|kept| kept.artifact.kind == "message")
        .map(|kept| kept.artifact.title.as_str())
        .collect();
    assert_eq!(said.len(), 1, "only the rollback speaks: {said:?}");
    assert_eq!(
        run.artifacts.last().map(|kept| kept.phase),
        Some(RunPhase::Rollback)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_black_room_recovers_after_an_approved_restart() {
    let world = World::seeded().await;
    let run = world
        .run("Support", HDMI, json!({ "room": "Huddle 204" }))
        .await;
    assert_eq!(run.summary.waiting_for, Some(WaitReason::Approval));
    assert!(
        run.artifacts.is_empty(),
        "nothing was changed before the approval"
    );
    world.say(run.summary.id, yes()).await;
    let run = world.finish(run.summary.id).await;
    assert_eq!(
        run.summary.status,
        RunStatus::Success,
        "{:?}",
        run.summary.error
    );
    assert_eq!(kinds(&run), ["incident", "message"]);
    assert_eq!(run.summary.metrics[0].name, "time_to_restore_s");
    assert!(run.outputs.contains_key("incident"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_stays_black_fails_and_closes_its_incident() {
    let world = World::seeded().await;
    let run = world
        .run("Support", HDMI, json!({ "room": "Huddle 205" }))
        .await;
    world.say(run.summary.id, yes()).await;
    let run = world.finish(run.summary.id).await;
    assert_eq!(run.summary.status, RunStatus::Failed);
    assert_eq!(run.summary.rollback, Some(RollbackOutcome::RolledBack));
    let undone: Vec<&str> = run
        .steps
        .iter()
        .filter(|step| step.state.phase == RunPhase::Rollback)
        .filter_map(|step| step.state.action.as_deref())
        .collect();
    assert_eq!(undone.first(), Some(&"close"), "{undone:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_in_a_meeting_is_not_touched() {
    let world = World::seeded().await;
    let run = world
        .run("Support", HDMI, json!({ "room": "Auditorium" }))
        .await;
    assert_eq!(run.summary.status, RunStatus::Failed);
    let error = run.summary.error.as_ref().unwrap();
    assert_eq!(error.phase, Some(RunPhase::Plan));
    let said = "Auditorium is in a meeting; not touching it";
    assert!(error.message.starts_with(said), "{}", error.message);
    assert!(
        run.steps
            .iter()
            .all(|step| step.state.phase != RunPhase::Act)
    );
    assert!(run.artifacts.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_without_a_fault_is_not_a_case_for_the_recipe() {
    let world = World::seeded().await;
    let run = world
        .run("Support", HDMI, json!({ "room": "Boardroom 1" }))
        .await;
    assert_eq!(run.summary.status, RunStatus::Success);
    assert_eq!(run.summary.outcome.as_deref(), Some("not_applicable"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_preflight_reads_every_room_and_reports() {
    let world = World::seeded().await;
    let rooms = json!({ "rooms": ["Boardroom 1", "Boardroom 4", "Auditorium"] });
    let run = world.run("Events", PREFLIGHT, rooms).await;
    assert_eq!(
        run.summary.status,
        RunStatus::Success,
        "{:?}",
        run.summary.error
    );
    let looked = run
        .steps
        .iter()
        .filter(|step| step.state.action.as_deref() == Some("lookup_zoom_room"))
        .count();
    assert_eq!(looked, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_preflight_fails_before_acting_when_one_room_is_offline() {
    let world = World::seeded().await;
    let rooms = json!({ "rooms": ["Boardroom 1", "Huddle 101"] });
    let run = world.run("Events", PREFLIGHT, rooms).await;
    assert_eq!(run.summary.status, RunStatus::Failed);
    let error = run.summary.error.as_ref().unwrap();
    assert!(
        error.message.starts_with("Huddle 101 is offline"),
        "{}",
        error.message
    );
    assert!(
        run.steps
            .iter()
            .all(|step| step.state.phase != RunPhase::Act)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_walk_through_waits_for_a_person_and_then_for_a_release() {
    let world = World::seeded().await;
    let run = world
        .run("Admin", WALK, json!({ "room": "Boardroom 4" }))
        .await;
    assert_eq!(run.summary.waiting_for, Some(WaitReason::Manual));
    let done = Signal::Done {
        step: None,
        note: Some("clean, cable there, camera moves".to_owned()),
        artifact: None,
    };
    world.say(run.summary.id, done).await;
    let run = world.settle(run.summary.id).await;
    assert_eq!(run.summary.waiting_for, Some(WaitReason::Approval));
    world.say(run.summary.id, yes()).await;
    let run = world.settle(run.summary.id).await;
    assert_eq!(
        run.summary.status,
        RunStatus::Success,
        "{:?}",
        run.summary.error
    );
}
