//! The estimate is kept, and real runs are counted beside it.

use avops_app::baseline::{self, Baseline};
use avops_app::{Error, Role};
use serde_json::json;

use crate::world::World;

fn week() -> Baseline {
    serde_json::from_value(json!({
        "incidents_a_week": 12, "minutes_by_hand": 25, "technician_hour": 55, "automated_percent": 60,
        "meetings_affected": 1, "people_waiting": 8, "minutes_waited": 10, "person_hour": 90, "currency": "EUR",
    }))
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_survive_a_restart_and_say_whose_they_are() {
    let world = World::new().await;
    let before = baseline::get(&world.app, &world.owner).await.unwrap();
    assert_eq!(before.baseline, None);
    baseline::save(&world.app, &world.owner, week())
        .await
        .unwrap();
    let world = world.restart().await;
    let after = baseline::get(&world.app, &world.owner).await.unwrap();
    assert_eq!(after.baseline, Some(week()));
    assert_eq!(after.updated_by.as_deref(), Some("olga"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_verified_successes_are_counted_and_simulated_ones_apart() {
    let world = World::seeded().await;
    let recipe = "Zoom Room Admin Policy Check";
    world
        .run("Admin", recipe, json!({"room": "Boardroom 4"}))
        .await;
    world
        .run("Admin", recipe, json!({"room": "Huddle 101"}))
        .await; // fails: the room is offline
    let found = baseline::get(&world.app, &world.owner).await.unwrap();
    assert_eq!((found.measured.mock, found.measured.live), (1, 0));
    assert_eq!(found.measured.weeks, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_manage_the_workspace_reads_the_figures_only() {
    let world = World::new().await;
    let operator = World::actor(Role::Operator, false);
    let said = baseline::save(&world.app, &operator, week()).await;
    assert!(matches!(said, Err(Error::NotAllowed { .. })), "{said:?}");
    assert!(baseline::get(&world.app, &operator).await.is_ok());
}
