//! Workflows: due times and what becomes of them, overlap, switching, who may.

use avops_app::recipes::{self, SaveRecipe};
use avops_app::runs::{self, RunFilter};
use avops_app::schedule::{self, Missed, MissedPolicy, Overlap, Ticked};
use avops_app::workflows::{
    self, Dot, NewWorkflow, Occurrence, RunNow, Trigger, Workflow, WorkflowChange,
};
use avops_app::{Error, PageRequest, Role};
use avops_engine::{RunStatus, Signal};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::world::{World, by_hand, mapping};

/// Reads a room and is done.
const LOOK: &str = "name: Look
intake:
  - gather: room
    default: Boardroom 1
plan:
  - action: zoom.lookup_zoom_room
    with: { query: \"{{ intake.room }}\" }
act: []
verify:
  - check: \"zoom_room.id != ''\"
";

/// Waits for a person.
const ASK: &str = "name: Ask
intake: []
plan:
  - approve: \"Go on?\"
act: []
verify:
  - check: \"true\"
";

async fn world() -> World {
    let world = World::seeded().await;
    for yaml in [LOOK, ASK] {
        let text = SaveRecipe {
            yaml: yaml.to_owned(),
            changelog: None,
        };
        recipes::create(&world.app, &world.owner, text)
            .await
            .unwrap();
    }
    world
}

fn every(minutes: u32, recipe: &str) -> NewWorkflow {
    NewWorkflow {
        name: format!("{recipe} every {minutes}"),
        agent: "Support".to_owned(),
        recipe: recipe.to_owned(),
        trigger: Trigger::Interval { minutes },
        ..NewWorkflow::default()
    }
}

async fn make(world: &World, new: NewWorkflow) -> Workflow {
    workflows::create(&world.app, &world.owner, new)
        .await
        .unwrap()
}

async fn tick(world: &World) -> Ticked {
    schedule::tick(&world.app, &world.owner).await.unwrap()
}

async fn get(world: &World, workflow: &Workflow) -> Workflow {
    workflows::get(&world.app, &world.owner, &workflow.id)
        .await
        .unwrap()
}

async fn times(world: &World, workflow: &Workflow) -> Vec<Occurrence> {
    let all = PageRequest::default();
    workflows::occurrences(&world.app, &world.owner, &workflow.id, &all)
        .await
        .unwrap()
        .items
}

async fn change(world: &World, workflow: &Workflow, change: WorkflowChange) -> Workflow {
    workflows::change(&world.app, &world.owner, &workflow.id, change)
        .await
        .unwrap()
}

fn minutes(number: i64) -> SignedDuration {
    SignedDuration::from_mins(number)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_due_time_starts_one_run_and_a_second_tick_none() {
    let world = world().await;
    let made = make(&world, every(10, "Look")).await;
    assert_eq!(made.status_dot, Dot::Neutral);
    assert_eq!(tick(&world).await, Ticked::default());
    world.clock.advance(minutes(10));
    let first = tick(&world).await;
    assert_eq!((first.due, first.started.len(), first.not_run), (1, 1, 0));
    assert_eq!(tick(&world).await, Ticked::default());
    let run = world.settle(first.started[0]).await.summary;
    assert_eq!(run.status, RunStatus::Success, "{:?}", run.error);
    assert_eq!(run.workflow_id.as_ref(), Some(&made.id));
    assert_eq!(run.trigger, "interval");
    assert_eq!(run.name, made.name);
    let after = get(&world, &made).await;
    assert_eq!(after.status_dot, Dot::Green);
    assert_eq!(after.last_run.map(|run| run.id), Some(first.started[0]));
    let next: Timestamp = after.next_run_at.unwrap();
    assert_eq!(next.duration_since(made.created_at), minutes(20));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_ticks_at_once_start_a_due_time_once() {
    let world = world().await;
    make(&world, every(1, "Look")).await;
    world.clock.advance(minutes(1));
    let ticks = futures::future::join_all((0..8).map(|_| tick(&world))).await;
    let started: usize = ticks.iter().map(|ticked| ticked.started.len()).sum();
    assert_eq!(started, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_day_away_one_run_stands_for_all_and_every_time_is_accounted_for() {
    let mut world = world().await;
    let made = make(&world, every(60, "Look")).await;
    world.clock.advance(minutes(10 * 60));
    let ahead = world.clock.ahead();
    world = world.restart().await;
    world.clock.advance(ahead);
    let ticked = tick(&world).await;
    assert_eq!(
        (ticked.due, ticked.started.len(), ticked.not_run),
        (10, 1, 9)
    );
    let times = times(&world, &made).await;
    let told: u64 = times.iter().map(|row| row.times).sum();
    assert_eq!(told, 10);
    let missed = times.iter().find(|row| row.outcome == "missed").unwrap();
    assert!(
        missed.reason.as_deref().unwrap().contains("missed"),
        "{missed:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_comes_while_a_run_is_open_is_skipped_and_says_which_run() {
    let world = world().await;
    let made = make(&world, every(10, "Ask")).await;
    world.clock.advance(minutes(10));
    let first = tick(&world).await.started[0];
    world.settle(first).await;
    world.clock.advance(minutes(10));
    let second = tick(&world).await;
    assert_eq!(
        (second.due, second.started.len(), second.not_run),
        (1, 0, 1)
    );
    let last = get(&world, &made).await.last_not_run.unwrap();
    assert_eq!(last.outcome, "overlap");
    assert!(last.reason.unwrap().contains(&first.to_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_queued_time_starts_when_the_open_run_has_ended() {
    let world = world().await;
    let made = make(
        &world,
        NewWorkflow {
            overlap: Some(Overlap::QueueOne),
            ..every(10, "Ask")
        },
    )
    .await;
    world.clock.advance(minutes(10));
    let first = tick(&world).await.started[0];
    world.settle(first).await;
    for expected in ["queued", "overlap"] {
        world.clock.advance(minutes(10));
        assert_eq!(tick(&world).await.started, []);
        assert_eq!(times(&world, &made).await[0].outcome, expected);
    }
    let yes = Signal::Approve {
        step: None,
        note: None,
    };
    world.say(first, yes).await;
    world.settle(first).await;
    let queued = tick(&world).await;
    assert_eq!(queued.started.len(), 1);
    let row = &times(&world, &made).await[1];
    assert_eq!(row.outcome, "started");
    assert_eq!(row.run_id, Some(queued.started[0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn cancel_running_ends_the_open_run_for_the_next() {
    let world = world().await;
    make(
        &world,
        NewWorkflow {
            overlap: Some(Overlap::CancelRunning),
            ..every(10, "Ask")
        },
    )
    .await;
    world.clock.advance(minutes(10));
    let first = tick(&world).await.started[0];
    world.settle(first).await;
    world.clock.advance(minutes(10));
    tick(&world).await;
    let ended = world.finish(first).await.summary;
    assert_eq!(ended.status, RunStatus::Cancelled);
    assert_eq!(tick(&world).await.started.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn times_of_a_pause_are_recorded_as_paused_and_never_run() {
    let world = world().await;
    let made = make(&world, every(10, "Look")).await;
    let off = WorkflowChange {
        enabled: Some(false),
        reason: Some("rebuild of the room".to_owned()),
        ..WorkflowChange::default()
    };
    let paused = change(&world, &made, off).await;
    assert_eq!(paused.next_run_at, None);
    world.clock.advance(minutes(35));
    assert_eq!(tick(&world).await, Ticked::default());
    let on = WorkflowChange {
        enabled: Some(true),
        ..WorkflowChange::default()
    };
    let resumed = change(&world, &made, on).await;
    assert_eq!(resumed.pause_reason, None);
    assert_eq!(tick(&world).await, Ticked::default());
    let rows = times(&world, &made).await;
    assert_eq!(rows.iter().map(|row| row.times).sum::<u64>(), 3);
    assert!(rows.iter().all(|row| row.outcome == "paused"));
    assert!(rows[0].reason.as_ref().unwrap().contains("rebuild"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_with_an_end_ends_by_itself() {
    let world = world().await;
    let made = make(&world, every(10, "Look")).await;
    let until = made.created_at + minutes(25);
    let off = WorkflowChange {
        enabled: Some(false),
        resume_at: Some(until),
        ..WorkflowChange::default()
    };
    change(&world, &made, off).await;
    world.clock.advance(minutes(26));
    assert_eq!(tick(&world).await.started, []);
    assert!(get(&world, &made).await.enabled);
    world.clock.advance(minutes(4));
    assert_eq!(tick(&world).await.started.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_turned_back_fires_no_time_again() {
    let world = world().await;
    make(&world, every(10, "Look")).await;
    world.clock.advance(minutes(10));
    let first = tick(&world).await.started;
    assert_eq!(first.len(), 1);
    world.settle(first[0]).await;
    world.clock.advance(minutes(-8));
    world.clock.advance(minutes(8));
    assert_eq!(tick(&world).await.started, []);
    world.clock.advance(minutes(-8));
    assert_eq!(tick(&world).await, Ticked::default());
    world.clock.advance(minutes(8));
    assert_eq!(tick(&world).await.started, []);
    world.clock.advance(minutes(10));
    assert_eq!(tick(&world).await.started.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipe_that_cannot_run_any_more_is_told_in_the_record() {
    let world = world().await;
    let made = make(&world, every(10, "Look")).await;
    recipes::delete(&world.app, &world.owner, "Look", true)
        .await
        .unwrap();
    world.clock.advance(minutes(10));
    let ticked = tick(&world).await;
    assert_eq!((ticked.due, ticked.not_run), (1, 1));
    let after = get(&world, &made).await;
    assert_eq!(after.recipe, None);
    let last = after.last_not_run.unwrap();
    assert_eq!(last.outcome, "refused");
    assert!(last.reason.unwrap().contains("recipe"));
}

#[tokio::test(flavor = "multi_thread")]
async fn run_now_takes_the_bound_inputs_and_those_of_the_moment() {
    let world = world().await;
    let made = make(
        &world,
        NewWorkflow {
            inputs: mapping(json!({ "room": "Boardroom 4" })),
            trigger: Trigger::Manual,
            ..every(10, "Look")
        },
    )
    .await;
    for (given, expected) in [
        (json!({}), "Boardroom 4"),
        (json!({ "room": "Boardroom 1" }), "Boardroom 1"),
    ] {
        let request = RunNow {
            inputs: mapping(given),
            dry_run: false,
        };
        let started = workflows::run_now(&world.app, &world.owner, &made.name, request, by_hand())
            .await
            .unwrap();
        let run = world.settle(started.id).await;
        assert_eq!(run.inputs["room"], expected);
        assert_eq!(run.summary.trigger, "manual");
    }
    let filter = RunFilter {
        workflow: Some(made.id.clone()),
        ..RunFilter::default()
    };
    let listed = runs::list(&world.app, &world.owner, &filter, &PageRequest::default())
        .await
        .unwrap();
    assert_eq!(listed.items.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_taken_without_case_and_inputs_must_fit() {
    let world = world().await;
    make(&world, every(10, "Look")).await;
    let again = NewWorkflow {
        name: "LOOK EVERY 10".to_owned(),
        ..every(10, "Look")
    };
    let taken = workflows::create(&world.app, &world.owner, again).await;
    assert!(matches!(taken, Err(Error::Conflict { .. })), "{taken:?}");
    let wrong = NewWorkflow {
        inputs: mapping(json!({ "rom": "x" })),
        ..every(11, "Look")
    };
    let refused = workflows::create(&world.app, &world.owner, wrong).await;
    assert!(
        matches!(refused, Err(Error::BadInput { .. })),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_author_proposes_an_operator_switches_off_an_admin_switches_on() {
    let world = world().await;
    let author = World::actor(Role::Author, false);
    let operator = World::actor(Role::Operator, false);
    let admin = World::actor(Role::Admin, false);
    let proposed = workflows::create(&world.app, &author, every(10, "Look"))
        .await
        .unwrap();
    assert!(!proposed.enabled);
    let on = || WorkflowChange {
        enabled: Some(true),
        ..WorkflowChange::default()
    };
    let off = || WorkflowChange {
        enabled: Some(false),
        ..WorkflowChange::default()
    };
    let rename = || WorkflowChange {
        name: Some("Other".to_owned()),
        ..WorkflowChange::default()
    };
    let app = &world.app;
    let id = &proposed.id;
    for (by, what) in [(&author, on()), (&operator, on()), (&operator, rename())] {
        let refused = workflows::change(app, by, id, what).await;
        assert!(
            matches!(refused, Err(Error::NotAllowed { .. })),
            "{refused:?}"
        );
    }
    assert!(
        workflows::change(app, &admin, id, on())
            .await
            .unwrap()
            .enabled
    );
    let refused = workflows::change(app, &author, id, rename()).await;
    assert!(
        matches!(refused, Err(Error::NotAllowed { .. })),
        "{refused:?}"
    );
    assert!(
        !workflows::change(app, &operator, id, off())
            .await
            .unwrap()
            .enabled
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn all_makes_up_for_each_missed_time_in_its_own_run() {
    let world = world().await;
    make(
        &world,
        NewWorkflow {
            missed: Missed {
                policy: MissedPolicy::All,
                limit: 3,
                ..Missed::default()
            },
            overlap: Some(Overlap::Allow),
            ..every(10, "Look")
        },
    )
    .await;
    world.clock.advance(minutes(50));
    let ticked = tick(&world).await;
    assert_eq!(
        (ticked.due, ticked.started.len(), ticked.not_run),
        (5, 3, 2)
    );
}
