//! Running again with the real store and campus: what is reused, what is refused, and what survives a stop.

use avops_app::recipes::{self, SaveRecipe};
use avops_app::runs::{self, NamedVersion, Rerun, RerunVersion, RunDetails};
use avops_app::{Error, inbox};
use avops_engine::{RunId, RunStatus, Signal, StepFate, WaitReason};
use serde_json::json;

use crate::world::{World, by_hand, keyed, mapping, yes};

const TICKET: &str = "\
name: Ticket and check
intake:
  - ask: \"Which room?\"
    as: room
  - ask: \"Is it fixed?\"
    as: fixed
plan:
  - action: zoom.lookup_zoom_room
    with: { query: \"{{ intake.room }}\" }
act:
  - action: incident_ticketing.create
    with: { title: \"Look at {{ zoom_room.name }}\", description: x }
    as: incident
  - check: \"intake.fixed == 'yes'\"
  - action: incident_ticketing.create
    with: { title: \"Follow {{ incident.id }}\", description: x }
    as: second
verify:
  - check: \"second.id != incident.id\"
outputs:
  incident: \"{{ incident.id }}\"
";

async fn save(world: &World, yaml: &str) {
    let new = SaveRecipe {
        yaml: yaml.to_owned(),
        changelog: Some("change".to_owned()),
    };
    if recipes::get(&world.app, &world.owner, "ticket-and-check")
        .await
        .is_ok()
    {
        recipes::save(&world.app, &world.owner, "ticket-and-check", new, None)
            .await
            .unwrap();
    } else {
        recipes::create(&world.app, &world.owner, new)
            .await
            .unwrap();
    }
}

async fn failed(world: &World) -> RunDetails {
    save(world, TICKET).await;
    let inputs = json!({ "room": "Boardroom 1", "fixed": "no" });
    let run = world.run("Support", "Ticket and check", inputs).await;
    assert_eq!(
        run.summary.status,
        RunStatus::Failed,
        "{:?}",
        run.summary.error
    );
    run
}

fn fixed() -> Rerun {
    Rerun {
        from: Some("failed".to_owned()),
        inputs: Some(mapping(json!({ "room": "Boardroom 1", "fixed": "yes" }))),
        ..Rerun::default()
    }
}

async fn again(world: &World, run: RunId, request: Rerun) -> Result<RunDetails, Error> {
    let started = runs::rerun(&world.app, &world.owner, run, request, by_hand()).await?;
    Ok(world.settle(started.id).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_goes_on_where_another_failed_and_both_say_so() {
    let world = World::seeded().await;
    let first = failed(&world).await;
    let id = first.summary.id;
    let preview = runs::preview(&world.app, &world.owner, id, fixed())
        .await
        .unwrap();
    assert_eq!(preview.refusals, []);
    let ticket = preview.steps.iter().find(|step| step.key.0 == "act.1");
    assert_eq!(ticket.unwrap().fate, StepFate::Reused);

    let second = again(&world, id, fixed()).await.unwrap();
    assert_eq!(
        second.summary.status,
        RunStatus::Success,
        "{:?}",
        second.summary.error
    );
    let reused = &second
        .steps
        .iter()
        .find(|step| step.id.0 == "act.1")
        .unwrap()
        .state;
    assert_eq!(reused.reused_from, Some(id));
    let of_first = first.steps.iter().find(|step| step.id.0 == "act.1");
    assert_eq!(reused.result, of_first.unwrap().state.result);
    let link = second.again.unwrap();
    assert_eq!((link.of, link.from.as_str()), (id, "failed"));
    let first = runs::get(&world.app, &world.owner, id).await.unwrap();
    assert_eq!(first.again_runs[0].id, second.summary.id);
    // The next would make the second ticket once more.
    let taken = again(&world, id, fixed()).await.unwrap_err();
    assert!(matches!(taken, Error::Conflict { .. }), "{taken:?}");
    assert!(taken.to_string().contains("goes on from run"));

    let compared = runs::compare(&world.app, &world.owner, id, second.summary.id)
        .await
        .unwrap();
    let differing: Vec<_> = compared
        .inputs
        .iter()
        .filter(|input| !input.same)
        .map(|input| input.name.as_str())
        .collect();
    assert_eq!(differing, ["fixed"]);
    let step = |key: &str| compared.steps.iter().find(|step| step.key.0 == key);
    assert!(step("act.1").unwrap().same_result);
    assert!(!step("act.2").unwrap().same_outcome);
    assert_eq!(step("act.3").unwrap().one, None);
    assert!(compared.same_recipe);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_starts_one_run() {
    let world = World::seeded().await;
    let id = failed(&world).await.summary.id;
    let ask = || runs::rerun(&world.app, &world.owner, id, fixed(), keyed("again"));
    let first = ask().await.unwrap();
    let second = ask().await.unwrap();
    assert_eq!(first.id, second.id);
    assert!(first.is_new && !second.is_new);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_version_says_which_step_it_cannot_take_over() {
    let world = World::seeded().await;
    let id = failed(&world).await.summary.id;
    save(&world, &TICKET.replace("Look at", "Repair")).await;
    let latest = |from: &str| Rerun {
        version: RerunVersion::Named(NamedVersion::Latest),
        from: Some(from.to_owned()),
        ..fixed()
    };
    let refused = again(&world, id, latest("failed")).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "step act.1: its result cannot be reused: it has other arguments"
    );
    assert!(refused.hint().is_some());
    let unknown = again(&world, id, latest("act.9")).await.unwrap_err();
    assert!(matches!(unknown, Error::Conflict { .. }), "{unknown:?}");
    save(&world, &TICKET.replace("Follow", "Then follow")).await;
    let third = again(&world, id, latest("failed")).await.unwrap();
    assert_eq!(third.summary.status, RunStatus::Success);
    assert_eq!(third.summary.recipe_version, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_people_are_inputs_and_an_edit_changes_no_run_that_waits() {
    let world = World::seeded().await;
    save(&world, TICKET).await;
    let waits = world.run("Support", "Ticket and check", json!({})).await;
    assert_eq!(waits.summary.waiting_for, Some(WaitReason::Input));
    save(&world, &TICKET.replace("intake.fixed == 'yes'", "false")).await;
    let world = world.restart().await;
    let inputs = mapping(json!({ "room": "Boardroom 1", "fixed": "yes" }));
    world.say(waits.summary.id, Signal::Answer { inputs }).await;
    let first = world.settle(waits.summary.id).await;
    assert_eq!(first.summary.status, RunStatus::Success);
    assert_eq!(first.summary.recipe_version, 1);
    // Nobody is asked again.
    let same = again(&world, first.summary.id, Rerun::default())
        .await
        .unwrap();
    assert_eq!(same.summary.status, RunStatus::Success);
    assert_eq!(same.inputs, first.inputs);
    let latest = Rerun {
        version: RerunVersion::Named(NamedVersion::Latest),
        ..Rerun::default()
    };
    let latest = again(&world, first.summary.id, latest).await.unwrap();
    assert_eq!(latest.summary.status, RunStatus::Failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_survives_a_restart_and_stands_in_the_inbox_until_somebody_resumes() {
    let world = World::seeded().await;
    let yaml = TICKET.replace(
        "  - check: \"intake.fixed == 'yes'\"\n",
        "  - approve: \"Go on?\"\n",
    );
    // The simulated desk counts from one again after a restart.
    let yaml = yaml.replace("second.id != incident.id", "second.id != ''");
    save(&world, &yaml).await;
    let inputs = json!({ "room": "Boardroom 1", "fixed": "yes" });
    let run = world.run("Support", "Ticket and check", inputs).await;
    let id = run.summary.id;
    assert_eq!(run.summary.waiting_for, Some(WaitReason::Approval));
    let pause = Signal::Pause {
        reason: Some("lunch".to_owned()),
    };
    let state = world.say(id, pause).await;
    assert_eq!(state.waiting_for, Some(WaitReason::Paused));
    let world = world.restart().await;
    world.say(id, yes()).await;
    let run = world.settle(id).await;
    assert_eq!(run.summary.waiting_for, Some(WaitReason::Paused));
    let page = avops_app::PageRequest::default();
    let waiting = inbox::list(&world.app, &world.owner, &page).await.unwrap();
    assert_eq!(waiting.items.len(), 1);
    assert_eq!(waiting.items[0].answers, ["resume", "cancel"]);
    assert!(waiting.items[0].prompt.contains("lunch"));
    world.say(id, Signal::Resume { note: None }).await;
    let run = world.settle(id).await;
    assert_eq!(
        run.summary.status,
        RunStatus::Success,
        "{:?}",
        run.summary.error
    );
}
