//! Days on which runs change nothing: kept, checked, and waited for.

use std::time::Duration;

use avops_app::runs::{self, RunFilter, StartText};
use avops_app::{Error, PageRequest, calendars};
use avops_engine::surroundings::{Applies, ClosedDays, Closes};
use avops_engine::{Calendar, RunId, RunState, RunStatus, WaitReason};
use jiff::SignedDuration;
use jiff::civil::Date;
use serde_json::json;

use crate::world::{World, by_hand, mapping};

const RESTART: &str = r#"
name: Restart a room
version: 1
intake:
  - ask: "Which room?"
    as: room
plan:
  - action: lookup_zoom_room
    with: { query: "{{ intake.room }}" }
act:
  - action: zoom.restart_zoom_room
    with: { room_id: "{{ zoom_room.id }}" }
verify:
  - check: "zoom_room.id != ''"
guardrails:
  no_rollback: "a restart cannot be taken back"
"#;

fn freeze(name: &str, days: (Date, Date)) -> Calendar {
    Calendar {
        name: name.to_owned(),
        applies: Applies::EveryRecipe,
        closes: Closes::Destructive,
        sites: Vec::new(),
        time_zone: Some("UTC".to_owned()),
        days: vec![ClosedDays {
            name: "commencement week".to_owned(),
            from: days.0,
            to: days.1,
        }],
    }
}

async fn asked(world: &World, yaml: &str) -> RunId {
    let request = StartText {
        source: "restart.yaml".to_owned(),
        text: yaml.to_owned(),
        inputs: mapping(json!({ "room": "Huddle 204" })),
        ..StartText::default()
    };
    let started = runs::start_text(&world.app, &world.owner, request, by_hand());
    started.await.unwrap().id
}

/// Waits until the run waits for a time, or is over.
async fn parked(world: &World, id: RunId) -> RunState {
    loop {
        let look = Duration::from_millis(20);
        let state = runs::wait(&world.app, &world.owner, id, look)
            .await
            .unwrap();
        if state.status.is_final() || state.waiting_for.is_some() {
            return state;
        }
    }
}

/// From yesterday to tomorrow.
fn these_days(world: &World) -> (Date, Date) {
    let today = world.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    (today.yesterday().unwrap(), today.tomorrow().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_waits_for_the_end_of_a_freeze_and_says_for_which() {
    let world = World::new().await;
    calendars::save(
        &world.app,
        &world.owner,
        freeze("Freeze", these_days(&world)),
    )
    .await
    .unwrap();
    let id = asked(&world, RESTART).await;
    let state = parked(&world, id).await;
    assert_eq!(state.waiting_for, Some(WaitReason::Window));
    let room = state.room.unwrap();
    assert_eq!(
        (room.id.as_str(), room.name.as_str()),
        ("zr-hq-204", "Huddle 204")
    );
    let run = runs::get(&world.app, &world.owner, id).await.unwrap();
    let waits = run.steps.last().unwrap();
    assert_eq!(
        waits.state.title,
        "wait for the end of commencement week (Freeze)"
    );
    let of_room = RunFilter {
        room: Some("huddle204@corp.example".to_owned()),
        ..RunFilter::default()
    };
    let found = runs::list(&world.app, &world.owner, &of_room, &PageRequest::default()).await;
    assert_eq!(found.unwrap().items.len(), 1);
    // The day after, it does what it was to do.
    world.clock.advance(SignedDuration::from_hours(48));
    let run = world.settle(id).await;
    assert_eq!(
        run.summary.status,
        RunStatus::Success,
        "{:?}",
        run.summary.error
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_freeze_that_is_lifted_lets_waiting_runs_go_on() {
    let world = World::new().await;
    calendars::save(
        &world.app,
        &world.owner,
        freeze("Freeze", these_days(&world)),
    )
    .await
    .unwrap();
    let id = asked(&world, RESTART).await;
    parked(&world, id).await;
    calendars::remove(&world.app, &world.owner, "Freeze")
        .await
        .unwrap();
    world.clock.advance(SignedDuration::from_secs(61));
    let run = world.settle(id).await;
    assert_eq!(
        run.summary.status,
        RunStatus::Success,
        "{:?}",
        run.summary.error
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipe_that_cannot_wait_acts_on_every_day() {
    let world = World::new().await;
    calendars::save(
        &world.app,
        &world.owner,
        freeze("Freeze", these_days(&world)),
    )
    .await
    .unwrap();
    let urgent = format!("{RESTART}  calendars: none\n");
    let id = asked(&world, &urgent).await;
    let run = world.settle(id).await;
    assert_eq!(
        run.summary.status,
        RunStatus::Success,
        "{:?}",
        run.summary.error
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipe_that_names_no_calendar_there_is_does_not_act() {
    let world = World::new().await;
    let named = format!("{RESTART}  calendars: [Exams]\n");
    let id = asked(&world, &named).await;
    let run = world.settle(id).await;
    assert_eq!(run.summary.status, RunStatus::Failed);
    let error = run.summary.error.unwrap().message;
    assert!(error.contains("there is no calendar `Exams`"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_is_checked_kept_replaced_and_removed() {
    let world = World::new().await;
    let (from, to) = these_days(&world);
    for (calendar, why) in [
        (freeze(" ", (from, to)), "1 to 80 characters"),
        (freeze("none", (from, to)), "`none`"),
        (freeze("Freeze", (to, from)), "goes from"),
        (
            Calendar {
                time_zone: Some("Mars/Olympus".to_owned()),
                ..freeze("Freeze", (from, to))
            },
            "no time zone",
        ),
    ] {
        let refused = calendars::save(&world.app, &world.owner, calendar)
            .await
            .unwrap_err();
        assert!(refused.to_string().contains(why), "{refused}");
    }
    let save = |calendar| calendars::save(&world.app, &world.owner, calendar);
    save(freeze("Freeze", (from, to))).await.unwrap();
    save(freeze("FREEZE", (from, from))).await.unwrap();
    let all = calendars::list(&world.app, &world.owner).await.unwrap();
    assert_eq!(all.len(), 1, "one name without case");
    assert_eq!(all[0].days[0].to, from);
    calendars::remove(&world.app, &world.owner, "freeze")
        .await
        .unwrap();
    let again = calendars::remove(&world.app, &world.owner, "freeze").await;
    assert!(matches!(again, Err(Error::NotFound { .. })));
}
