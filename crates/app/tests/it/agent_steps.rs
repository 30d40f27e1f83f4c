//! Agent steps through the whole installation: the desk, the simulated provider in both dialects, the simulated campus.

use avops_app::Error;
use avops_app::recipes::{self, SaveRecipe};
use avops_app::runs::RunDetails;
use avops_app::settings::{self, SettingsChange};
use avops_engine::{RunStatus, WaitReason};
use avops_llm::Script;
use serde_json::json;

use crate::world::{World, yes};

const LOOKS: &str = r#"
name: Why offline
intake:
  - ask: "Which room?"
    as: room
plan:
  - agent: "Find out why {{ intake.room }} is offline"
    tools: [zoom.lookup_zoom_room]
    output: { type: object, required: [cause], properties: { cause: { type: string } } }
    as: found
act:
  - agent: "Restart {{ intake.room }} if that helps"
    tools: [zoom.restart_zoom_room]
verify:
  - check: "found.cause != ''"
guardrails:
  timeout_minutes: 10
  no_rollback: nothing to put back
"#;

async fn save(world: &World) {
    let recipe = SaveRecipe {
        yaml: LOOKS.to_owned(),
        changelog: None,
    };
    recipes::create(&world.app, &world.owner, recipe)
        .await
        .unwrap();
}

fn status_of<'a>(run: &'a RunDetails, key: &str) -> &'a avops_app::runs::RunStep {
    run.steps
        .iter()
        .find(|step| step.state.key.0 == key)
        .unwrap_or_else(|| panic!("no step {key}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_looks_in_plan_acts_after_a_yes_and_everything_is_in_the_run() {
    let world = World::seeded().await;
    save(&world).await;
    let model = world.models.simulator();
    model.play(Script::Calls(vec![(
        "zoom.lookup_zoom_room".to_owned(),
        json!({ "query": "Huddle 204" }),
    )]));
    model.play(Script::Text(
        "{\"cause\": \"the controller hangs\"}".to_owned(),
    ));
    model.play(Script::Calls(vec![(
        "zoom.restart_zoom_room".to_owned(),
        json!({ "room_id": "Huddle 204" }),
    )]));
    model.play(Script::Text("It is back.".to_owned()));
    let run = world
        .run("Support", "Why offline", json!({ "room": "Huddle 204" }))
        .await;
    assert_eq!(
        run.summary.waiting_for,
        Some(WaitReason::Approval),
        "{:?}",
        run.summary.error
    );
    world.say(run.summary.id, yes()).await;
    let run = world.finish(run.summary.id).await;
    assert_eq!(
        run.summary.status,
        RunStatus::Success,
        "{:?}",
        run.summary.error
    );
    let turn = status_of(&run, "plan.1.turn.1");
    assert_eq!(turn.state.verb, "model");
    assert!(turn.state.result["input_tokens"].as_u64().unwrap() > 0);
    assert_eq!(turn.state.result["simulated"], true);
    let call = status_of(&run, "plan.1.turn.1.call.1");
    assert_eq!(call.state.action.as_deref(), Some("lookup_zoom_room"));
    assert_eq!(status_of(&run, "act.1").state.result, "It is back.");
}

#[tokio::test(flavor = "multi_thread")]
async fn on_real_systems_a_run_is_refused_at_its_start_when_no_model_is_set_up() {
    let world = World::seeded().await;
    save(&world).await;
    let live = SettingsChange {
        mock: Some(false),
        ..SettingsChange::default()
    };
    settings::change(&world.app, &world.owner, live)
        .await
        .unwrap();
    let refused = world
        .start("Support", "Why offline", json!({ "room": "Huddle 204" }))
        .await;
    let Err(Error::Conflict { message, hint }) = refused else {
        panic!("{refused:?}");
    };
    assert!(
        message.contains("step plan.1") && message.contains("no key is set"),
        "{message}"
    );
    assert!(hint.unwrap().contains("Settings"));
}
