//! Recipes of support and events that ship, passing and failing in the simulated campus as they should.

use avops_app::Error;
use avops_app::runs::{self, RunDetails};
use avops_engine::{RollbackOutcome, RunPhase, RunStatus, Signal, WaitReason};
use serde_json::json;

use crate::world::{World, kinds, yes};

fn done() -> Signal {
    Signal::Done {
        step: None,
        note: Some("done and seen".to_owned()),
        artifact: None,
    }
}

/// Says yes, or done, to whatever the run waits for, until it ends.
async fn led_to_its_end(world: &World, mut run: RunDetails) -> RunDetails {
    while let Some(reason) = run
        .summary
        .waiting_for
        .filter(|reason| reason.needs_person())
    {
        let answer = match reason {
            WaitReason::Approval => yes(),
            WaitReason::Manual => done(),
            other => panic!("it waits for {other:?}"),
        };
        world.say(run.summary.id, answer).await;
        run = world.settle(run.summary.id).await;
    }
    world.finish(run.summary.id).await
}

fn intake(topic: &str) -> serde_json::Value {
    json!({ "topic": topic, "date": "2030-06-03T17:00:00Z", "poc": "ada@corp.example", "duration": 45 })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_becomes_a_story_with_subtasks_a_webinar_and_a_message() {
    let world = World::seeded().await;
    let run = world
        .run("Events", "Event Intake", intake("All Hands"))
        .await;
    assert_eq!(
        run.summary.status,
        RunStatus::Success,
        "{:?}",
        run.summary.error
    );
    assert_eq!(kinds(&run), ["story", "webinar", "message"]);
    assert!(run.artifacts.iter().all(|kept| kept.artifact.url.is_some()));
    let message = &run.artifacts[2].artifact;
    assert!(
        message.url.as_deref().unwrap().starts_with("https://"),
        "{message:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_in_the_past_is_rolled_back() {
    let world = World::seeded().await;
    let mut past = intake("Yesterday");
    past["date"] = json!("2020-01-01T09:00:00Z");
    let run = world.run("Events", "Event Intake", past).await;
    assert_eq!(run.summary.status, RunStatus::Failed);
    let error = run.summary.error.as_ref().unwrap();
    assert!(
        matches!(error.phase, Some(RunPhase::Act | RunPhase::Verify)),
        "{error:?}"
    );
    assert_eq!(run.summary.rollback, Some(RollbackOutcome::RolledBack));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_projector_is_reset_after_a_yes_and_shows_its_picture() {
    let world = World::seeded().await;
    let run = world
        .run(
            "Support",
            "Projector power reset",
            json!({ "room": "Huddle 204" }),
        )
        .await;
    assert_eq!(
        run.summary.waiting_for,
        Some(WaitReason::Approval),
        "{:?}",
        run.summary.error
    );
    let run = led_to_its_end(&world, run).await;
    assert_eq!(
        run.summary.status,
        RunStatus::Success,
        "{:?}",
        run.summary.error
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_projector_in_a_meeting_is_left_alone() {
    let world = World::seeded().await;
    let run = world
        .run(
            "Support",
            "Projector power reset",
            json!({ "room": "Auditorium" }),
        )
        .await;
    assert_eq!(run.summary.status, RunStatus::Failed);
    assert_eq!(
        run.summary.error.as_ref().unwrap().phase,
        Some(RunPhase::Plan)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_core_that_answers_is_no_case() {
    let world = World::seeded().await;
    let run = world
        .run(
            "Support",
            "Q-SYS core offline",
            json!({ "core_name": "core-hq" }),
        )
        .await;
    assert_eq!(
        run.summary.status,
        RunStatus::Success,
        "{:?}",
        run.summary.error
    );
    assert_eq!(run.summary.outcome.as_deref(), Some("not_applicable"));
    assert!(kinds(&run).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_core_that_nobody_finds_gets_a_ticket_a_person_and_no_false_success() {
    let world = World::seeded().await;
    let run = world
        .run(
            "Support",
            "Q-SYS core offline",
            json!({ "core_name": "core-west" }),
        )
        .await;
    assert_eq!(
        run.summary.waiting_for,
        Some(WaitReason::Manual),
        "{:?}",
        run.summary.error
    );
    let run = led_to_its_end(&world, run).await;
    assert_eq!(run.summary.status, RunStatus::Failed);
    assert_eq!(
        run.summary.error.as_ref().unwrap().phase,
        Some(RunPhase::Act)
    );
    assert!(kinds(&run).contains(&"incident"), "{:?}", kinds(&run));
}

fn move_to(backup: &str) -> serde_json::Value {
    json!({
        "room": "Huddle 205", "backup": backup, "topic": "Client demo",
        "start": "2030-06-03T17:00:00Z", "minutes": 30,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_moves_to_a_backup_room_that_is_well() {
    let world = World::seeded().await;
    let run = world
        .run("Events", "Backup room failover", move_to("Boardroom 1"))
        .await;
    assert_eq!(
        run.summary.waiting_for,
        Some(WaitReason::Approval),
        "{:?}",
        run.summary.error
    );
    let run = led_to_its_end(&world, run).await;
    assert_eq!(
        run.summary.status,
        RunStatus::Success,
        "{:?}",
        run.summary.error
    );
    assert!(
        kinds(&run).ends_with(&["incident", "message"]),
        "{:?}",
        kinds(&run)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_does_not_move_to_a_room_that_is_not_fit_either() {
    let world = World::seeded().await;
    let run = world
        .run("Events", "Backup room failover", move_to("Huddle 101"))
        .await;
    assert_eq!(run.summary.status, RunStatus::Failed);
    assert_eq!(
        run.summary.error.as_ref().unwrap().phase,
        Some(RunPhase::Plan)
    );
    assert!(kinds(&run).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_show_goes_from_the_go_to_the_wrap_up_with_everybodys_word() {
    let world = World::seeded().await;
    let booked = world
        .run("Events", "Event Intake", intake("Town hall"))
        .await;
    let webinar = booked
        .artifacts
        .iter()
        .find(|kept| kept.artifact.kind == "webinar")
        .unwrap();
    let inputs = json!({ "webinar_id": webinar.artifact.external_id, "room": "Boardroom 1" });
    let run = world.run("Events", "Event run of show", inputs).await;
    assert_eq!(
        run.summary.waiting_for,
        Some(WaitReason::Manual),
        "{:?}",
        run.summary.error
    );
    let run = led_to_its_end(&world, run).await;
    assert_eq!(
        run.summary.status,
        RunStatus::Success,
        "{:?}",
        run.summary.error
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_webinar_a_show_is_a_no_go() {
    let world = World::seeded().await;
    let run = world
        .run(
            "Events",
            "Event run of show",
            json!({ "webinar_id": "99999999999", "room": "Boardroom 1" }),
        )
        .await;
    assert_eq!(run.summary.status, RunStatus::Failed);
    assert_eq!(
        run.summary.error.as_ref().unwrap().phase,
        Some(RunPhase::Plan)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_run_becomes_an_article_with_its_evidence_and_an_open_one_does_not() {
    let world = World::seeded().await;
    let open = world
        .run(
            "Support",
            "Projector power reset",
            json!({ "room": "<b>Huddle 204</b>" }),
        )
        .await;
    assert_eq!(open.summary.status, RunStatus::Failed, "no such room");
    let article = runs::article(&world.app, &world.owner, open.summary.id)
        .await
        .unwrap();
    assert!(
        article.html.contains("&lt;b&gt;Huddle 204"),
        "{}",
        article.html
    );
    assert!(
        article.title.ends_with("what was tried"),
        "{}",
        article.title
    );

    let run = world
        .run("Events", "Event Intake", intake("All Hands"))
        .await;
    let article = runs::article(&world.app, &world.owner, run.summary.id)
        .await
        .unwrap();
    for wanted in [
        "What was done",
        "What proves it",
        "Evidence",
        &run.summary.url,
    ] {
        assert!(article.html.contains(wanted), "{wanted}: {}", article.html);
    }
    let waits = world
        .run(
            "Support",
            "Projector power reset",
            json!({ "room": "Huddle 204" }),
        )
        .await;
    let refused = runs::article(&world.app, &world.owner, waits.summary.id).await;
    assert!(
        matches!(refused, Err(Error::Conflict { .. })),
        "{refused:?}"
    );
}
