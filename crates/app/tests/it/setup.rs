//! The wizard: safe to repeat, and its numbers match the lists.

use avops_app::agents::{self, AgentChange, NewAgent};
use avops_app::connectors::{self, NewTool};
use avops_app::setup::{self, Counts, ResetRequest, Seed, SeedGroup};
use avops_app::{Error, PageRequest, Role, audit, recipes, runs};
use avops_engine::RunStatus;
use serde_json::json;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_status_says_what_initialize_will_create() {
    let world = World::new().await;
    let before = setup::status(&world.app, &world.owner).await.unwrap();
    assert!(!before.initialized);
    let missing: Vec<(SeedGroup, usize)> = before
        .groups
        .iter()
        .map(|group| (group.group, group.missing.len()))
        .collect();
    let outcome = setup::initialize(&world.app, &world.owner, Seed::default())
        .await
        .unwrap();
    assert_eq!(
        missing,
        [
            (SeedGroup::Agents, outcome.created.agents as usize),
            (SeedGroup::Recipes, outcome.created.recipes as usize),
            (SeedGroup::Tools, 0),
            (SeedGroup::Workflows, outcome.created.workflows as usize)
        ]
    );
    let agents = agents::list(&world.app, &world.owner).await.unwrap();
    let recipes = recipes::list(&world.app, &world.owner).await.unwrap();
    assert_eq!(agents.len(), outcome.created.agents as usize);
    assert_eq!(recipes.len(), outcome.created.recipes as usize);
    let after = setup::status(&world.app, &world.owner).await.unwrap();
    assert!(after.initialized);
    assert!(after.groups.iter().all(|group| group.missing.is_empty()));
    assert!(
        after.health.iter().all(|line| line.ok),
        "{:?}",
        after.health
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn three_presses_make_the_same_as_one() {
    let world = World::seeded().await;
    let before = agents::list(&world.app, &world.owner).await.unwrap().len();
    for _ in 0..2 {
        let again = setup::initialize(&world.app, &world.owner, Seed::default())
            .await
            .unwrap();
        assert_eq!(again.created, Counts::default());
        assert_eq!(again.failed, Counts::default());
        assert_eq!(again.skipped.agents as usize, before);
    }
    let after = agents::list(&world.app, &world.owner).await.unwrap().len();
    assert_eq!(after, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_made_or_changed_is_left_alone() {
    let world = World::new().await;
    let own = NewAgent {
        name: "SUPPORT".to_owned(),
        domain: "anything".to_owned(),
        ..NewAgent::default()
    };
    agents::create(&world.app, &world.owner, own).await.unwrap();
    let outcome = setup::initialize(&world.app, &world.owner, Seed::default())
        .await
        .unwrap();
    assert_eq!(outcome.skipped.agents, 1);
    let change = AgentChange {
        description: Some("ours".to_owned()),
        ..AgentChange::default()
    };
    agents::change(&world.app, &world.owner, "events", change)
        .await
        .unwrap();
    setup::initialize(&world.app, &world.owner, Seed::default())
        .await
        .unwrap();
    let support = agents::get(&world.app, &world.owner, "support")
        .await
        .unwrap();
    let events = agents::get(&world.app, &world.owner, "Events")
        .await
        .unwrap();
    assert_eq!(
        (support.name.as_str(), support.domain.as_str()),
        ("SUPPORT", "anything")
    );
    assert_eq!(events.description, "ours");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_was_not_chosen_stays_empty_and_the_choice_is_remembered() {
    let world = World::new().await;
    let choice = Seed {
        recipes: false,
        ..Seed::default()
    };
    let outcome = setup::initialize(&world.app, &world.owner, choice)
        .await
        .unwrap();
    assert_eq!(outcome.created.recipes, 0);
    assert!(
        recipes::list(&world.app, &world.owner)
            .await
            .unwrap()
            .is_empty()
    );
    let status = setup::status(&world.app, &world.owner).await.unwrap();
    assert_eq!(status.choices, choice);
}

fn typed(word: &str) -> ResetRequest {
    ResetRequest {
        confirm: word.to_owned(),
        reason: Some("the pilot is over".to_owned()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_empties_the_catalog_and_keeps_the_record() {
    let world = World::seeded().await;
    let run = world
        .run(
            "Admin",
            "Zoom Room Admin Policy Check",
            json!({"room": "Boardroom 4"}),
        )
        .await;
    let tool: NewTool = serde_json::from_value(json!({
        "name": "lights", "kind": "http", "base_url": "http://127.0.0.1:9",
        "actions": {"dim": {"effect": "write", "repeat": "safe"}},
    }))
    .unwrap();
    connectors::add(&world.app, &world.owner, tool)
        .await
        .unwrap();
    let removed = setup::reset(&world.app, &world.owner, typed("RESET"))
        .await
        .unwrap();
    assert_eq!((removed.agents.len(), removed.recipes.len()), (5, 10));
    assert_eq!(removed.tools, ["lights"]);
    let status = setup::status(&world.app, &world.owner).await.unwrap();
    assert!(!status.initialized);
    let totals: Vec<_> = status.groups.iter().map(|g| (g.group, g.total)).collect();
    assert_eq!(
        totals[..2],
        [(SeedGroup::Agents, 0), (SeedGroup::Recipes, 0)]
    );
    assert!(
        connectors::get(&world.app, &world.owner, "lights")
            .await
            .is_err()
    );
    let kept = runs::get(&world.app, &world.owner, run.summary.id)
        .await
        .unwrap();
    assert_eq!(kept.steps, run.steps);
    let trail = audit::list(&world.app, &world.owner, &PageRequest::default())
        .await
        .unwrap();
    let line = trail.items.first().unwrap();
    assert_eq!(line.what, "setup.reset");
    assert_eq!(line.reason.as_deref(), Some("the pilot is over"));
    // And everything can be made anew.
    let again = setup::initialize(&world.app, &world.owner, Seed::default())
        .await
        .unwrap();
    assert_eq!((again.created.agents, again.failed.agents), (5, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_needs_its_word_the_right_role_and_no_run_under_way() {
    let world = World::seeded().await;
    let said = setup::reset(&world.app, &world.owner, typed("reset")).await;
    assert!(matches!(said, Err(Error::BadInput { .. })), "{said:?}");
    let author = World::actor(Role::Author, false);
    let said = setup::reset(&world.app, &author, typed("RESET")).await;
    assert!(matches!(said, Err(Error::NotAllowed { .. })), "{said:?}");
    let asks = world
        .run("Admin", "Zoom Room Admin Policy Check", json!({}))
        .await;
    assert_eq!(asks.summary.status, RunStatus::Waiting);
    let said = setup::reset(&world.app, &world.owner, typed("RESET")).await;
    assert!(
        matches!(&said, Err(Error::Conflict { message, .. }) if message == "1 run has not ended"),
        "{said:?}"
    );
    let agents = agents::list(&world.app, &world.owner).await.unwrap();
    assert_eq!(agents.len(), 5);
}
