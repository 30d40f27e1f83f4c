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

const BOUNDED: &str = r##"
name: Bounded
intake:
  - gather: room
  - gather: channel
    default: "#avops"
plan:
  - agent: "Look at {{ intake.room }} for {{ intake.channel }}"
    tools: [zoom]
act: []
verify:
  - check: "true"
guardrails:
  timeout_minutes: 10
  max_tokens: 100000
  no_rollback: nothing to put back
"##;

async fn bounded(world: &World, guardrails: serde_json::Value) -> agents::Agent {
    let recipe = avops_app::recipes::SaveRecipe {
        yaml: BOUNDED.to_owned(),
        changelog: None,
    };
    avops_app::recipes::create(&world.app, &world.owner, recipe)
        .await
        .unwrap();
    let new = NewAgent {
        name: "Careful".to_owned(),
        domain: "support".to_owned(),
        model: Some("anthropic:claude-opus-5-5".to_owned()),
        defaults: serde_json::from_value(
            json!({ "room": "Huddle 204", "channel": "#support", "other": 1 }),
        )
        .unwrap(),
        guardrails: serde_json::from_value(guardrails).unwrap(),
        ..NewAgent::default()
    };
    agents::create(&world.app, &world.owner, new).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_and_the_defaults_of_an_agent_hold_in_its_runs() {
    let world = World::seeded().await;
    let agent = bounded(&world, json!({})).await;
    assert_eq!(agent.defaults["channel"], "#support");
    world
        .models
        .simulator()
        .play(avops_llm::Script::Text("It is well.".to_owned()));
    let run = world.run("Careful", "Bounded", json!({})).await;
    assert_eq!(
        run.summary.status,
        avops_engine::RunStatus::Success,
        "{:?}",
        run.summary.error
    );
    assert_eq!(run.inputs["room"], "Huddle 204");
    assert_eq!(
        run.inputs["channel"], "#support",
        "the agent knows better than the recipe"
    );
    let turn = run
        .steps
        .iter()
        .find(|step| step.state.verb == "model")
        .unwrap();
    assert_eq!(turn.state.result["provider"], "anthropic");
    assert_eq!(turn.state.result["model"], "claude-opus-5-5");
    let of_agent = &run.summary.meta["agent_settings"];
    assert_eq!(of_agent["defaults"], json!(["room", "channel"]));
    // What a person gives wins.
    world
        .models
        .simulator()
        .play(avops_llm::Script::Text("It is well.".to_owned()));
    let run = world
        .run("Careful", "Bounded", json!({ "room": "Boardroom 1" }))
        .await;
    assert_eq!(run.inputs["room"], "Boardroom 1");
    let cleared = AgentChange {
        model: Some(String::new()),
        ..AgentChange::default()
    };
    let agent = agents::change(&world.app, &world.owner, "Careful", cleared)
        .await
        .unwrap();
    assert_eq!(agent.model, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_narrower_of_an_agents_and_a_recipes_guardrails_wins() {
    let world = World::seeded().await;
    bounded(&world, json!({ "allow_tools": ["slack"], "max_tokens": 1 })).await;
    let call = (
        "zoom.lookup_zoom_room".to_owned(),
        json!({ "query": "Huddle 204" }),
    );
    world
        .models
        .simulator()
        .play(avops_llm::Script::Calls(vec![call]));
    let run = world.run("Careful", "Bounded", json!({})).await;
    assert_eq!(run.summary.status, avops_engine::RunStatus::Failed);
    assert!(run.summary.error.unwrap().message.contains("may use 1"));
    let turn = run
        .steps
        .iter()
        .find(|step| step.state.key.0.ends_with("call.1"))
        .unwrap();
    assert!(turn.state.error.as_deref().unwrap().contains("not offered"));
    assert_eq!(
        run.summary.meta["agent_settings"]["guardrails"]["max_tokens"],
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_agent_can_have_is_refused() {
    let world = World::seeded().await;
    for change in [
        json!({ "guardrails": { "timeout_s": 0 } }),
        json!({ "guardrails": { "timeout_s": 999_999_999 } }),
        json!({ "guardrails": { "allow_tools": ["nowhere"] } }),
        json!({ "guardrails": { "deny_domains": ["a b"] } }),
        json!({ "model": "x\ny" }),
        json!({ "defaults": { "a": "x".repeat(20_000) } }),
    ] {
        let wanted: AgentChange = serde_json::from_value(change.clone()).unwrap();
        let refused = agents::change(&world.app, &world.owner, "Admin", wanted).await;
        assert!(refused.is_err(), "{change}");
    }
    assert!(
        serde_json::from_value::<AgentChange>(json!({ "guardrails": { "lock": "x" } })).is_err()
    );
}
