//! Agents: what they may touch, how they went, what depends on them, and what their tools lack.

use avops_app::agents::{self, AgentChange, NewAgent};
use avops_app::runs::{self, Origin, StartRun};
use avops_app::settings::{self, SettingsChange};
use avops_app::{Error, agents::Reach};
use avops_engine::Mode;
use avops_recipe::Effect;
use serde_json::json;

use crate::world::World;

const POLICY: &str = "Zoom Room Admin Policy Check";

async fn reach(world: &World, agent: &str) -> Reach {
    agents::reach(&world.app, &world.owner, agent)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_reaches_the_actions_of_its_tools_and_nothing_else() {
    let world = World::seeded().await;
    let new = NewAgent {
        name: "Looker".to_owned(),
        domain: "monitoring".to_owned(),
        tools: vec!["slack".to_owned(), "zoom.lookup_zoom_room".to_owned()],
        ..NewAgent::default()
    };
    agents::create(&world.app, &world.owner, new).await.unwrap();
    let reach = reach(&world, "looker").await;
    assert!(
        reach
            .actions
            .iter()
            .all(|action| action.tool != "zoom" || action.action == "lookup_zoom_room")
    );
    assert!(
        reach
            .actions
            .iter()
            .any(|action| action.tool == "slack" && action.effect == Effect::Write)
    );
    assert!(reach.actions.iter().all(|action| action.mode == Mode::Mock));
    assert!(reach.actions.is_sorted_by_key(|action| action.effect));
    assert_eq!(
        reach.lacking,
        [],
        "the simulated campus needs no credentials"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_shows_how_its_runs_went_and_which_workflows_start_it() {
    let world = World::seeded().await;
    let before = agents::get(&world.app, &world.owner, "Admin")
        .await
        .unwrap();
    assert_eq!((before.stats.runs, before.stats.success_rate), (0, None));
    assert!(!before.workflows.is_empty(), "the wizard made one for it");
    let run = world
        .run("Admin", POLICY, json!({ "room": "Boardroom 1" }))
        .await;
    let after = agents::get(&world.app, &world.owner, "Admin")
        .await
        .unwrap();
    assert_eq!((after.stats.runs, after.stats.success_rate), (1, Some(1.0)));
    assert_eq!(after.last_run.unwrap().id, run.summary.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_differs_only_in_case_is_taken() {
    let world = World::seeded().await;
    let change = AgentChange {
        name: Some("ADMIN".to_owned()),
        ..AgentChange::default()
    };
    let refused = agents::change(&world.app, &world.owner, "Support", change).await;
    assert!(
        matches!(refused, Err(Error::Conflict { .. })),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_on_real_systems_is_refused_before_it_starts_when_a_credential_is_missing() {
    let world = World::seeded().await;
    let change = SettingsChange {
        mock: Some(false),
        ..SettingsChange::default()
    };
    settings::change(&world.app, &world.owner, change)
        .await
        .unwrap();
    let request = StartRun {
        agent: "Admin".to_owned(),
        recipe: POLICY.to_owned(),
        ..StartRun::default()
    };
    let refused = runs::start(&world.app, &world.owner, request, Origin::default()).await;
    let Err(error @ Error::Conflict { .. }) = refused else {
        panic!("{refused:?}");
    };
    let said = error.to_string();
    assert!(
        said.contains("slack (Bot token)") && said.contains("zoom (Account ID"),
        "{said}"
    );
    let reach = reach(&world, "Admin").await;
    assert!(
        reach
            .lacking
            .iter()
            .any(|tool| tool.tool == "slack" && tool.missing == ["Bot token"])
    );
}
