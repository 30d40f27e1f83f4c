//! The wizard: safe to repeat, and its numbers match the lists.

use avops_app::agents::{self, AgentChange, NewAgent};
use avops_app::recipes;
use avops_app::setup::{self, Counts, Seed, SeedGroup};

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
            (SeedGroup::Workflows, 0)
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
