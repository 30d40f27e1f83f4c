//! Stages: what they take, what they change about a run, and how they are lost.

use avops_app::recipes::{self, Demote, Promote, SaveRecipe, Stage};
use avops_app::workflows::{self, NewWorkflow, RunNow};
use avops_app::{Error, PageRequest, Role, audit, settings};
use avops_engine::{RunStatus, WaitReason};
use serde_json::json;

use crate::world::{World, by_hand, yes};

/// A recipe that succeeds on real systems without any, or fails when told to.
const PROVEN: &str = r#"name: Proven
version: 1
risk: { level: low, notes: "Changes nothing." }
intake:
  - gather: good
    type: boolean
    default: true
plan: []
act: []
verify:
  - check: "intake.good"
"#;
const POLICY: &str = "Zoom Room Admin Policy Check";

async fn live(world: &World) {
    let change = json!({ "mock": false });
    let change = serde_json::from_value(change).unwrap();
    settings::change(&world.app, &world.owner, change)
        .await
        .unwrap();
}

async fn save(world: &World) {
    let new = SaveRecipe {
        yaml: PROVEN.to_owned(),
        changelog: None,
    };
    recipes::create(&world.app, &world.owner, new)
        .await
        .unwrap();
}

async fn run_often(world: &World, times: usize, good: bool) {
    for _ in 0..times {
        let run = world
            .run("Support", "Proven", json!({ "good": good }))
            .await;
        assert_eq!(run.summary.status == RunStatus::Success, good);
    }
}

fn to(stage: Stage) -> Promote {
    Promote {
        stage: Some(stage),
        ..Promote::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_good_live_runs_promote_and_failures_demote_by_themselves() {
    let world = World::seeded().await;
    save(&world).await;
    live(&world).await;
    run_often(&world, 19, true).await;
    let early = recipes::promote(&world.app, &world.owner, "Proven", to(Stage::Promoted)).await;
    let refused = early.unwrap_err().to_string();
    assert!(refused.contains("success"), "{refused}");
    run_often(&world, 1, true).await;
    let now = recipes::promote(&world.app, &world.owner, "Proven", to(Stage::Promoted))
        .await
        .unwrap();
    assert_eq!((now.stage, now.staged_version), (Stage::Promoted, Some(1)));
    assert_eq!(
        recipes::review(&world.app).await.unwrap(),
        Vec::<String>::new()
    );
    run_often(&world, 2, false).await;
    assert_eq!(recipes::review(&world.app).await.unwrap(), ["Proven"]);
    let after = recipes::promotion(&world.app, &world.owner, "Proven", None)
        .await
        .unwrap();
    let record = after.record.unwrap();
    assert_eq!(after.stage, Stage::Supervised);
    assert!(record.automatic);
    assert!(record.reason.unwrap().contains("success"));
    let trail = audit::list(&world.app, &world.owner, &PageRequest::default())
        .await
        .unwrap();
    assert_eq!(trail.items[0].what, "recipe.demote");
    assert_eq!(trail.items[0].who, "AVOps");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_override_takes_a_reason_and_an_administrator() {
    let world = World::seeded().await;
    let mut request = to(Stage::Promoted);
    request.overrides = true;
    let refused = recipes::promote(&world.app, &world.owner, POLICY, request.clone()).await;
    assert!(
        matches!(refused, Err(Error::BadInput { .. })),
        "{refused:?}"
    );
    request.reason = Some("the pilot was agreed on".to_owned());
    let author = World::actor(Role::Author, false);
    let refused = recipes::promote(&world.app, &author, POLICY, request.clone()).await;
    assert!(
        matches!(refused, Err(Error::NotAllowed { .. })),
        "{refused:?}"
    );
    let done = recipes::promote(&world.app, &world.owner, POLICY, request)
        .await
        .unwrap();
    assert_eq!(done.stage, Stage::Promoted);
    assert!(done.record.unwrap().waived.contains(&"success".to_owned()));
    // What was overridden is no reason to take it back.
    assert_eq!(
        recipes::review(&world.app).await.unwrap(),
        Vec::<String>::new()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_write_of_a_supervised_recipe_is_one_question() {
    let world = World::seeded().await;
    let yaml = PROVEN.replace("Proven", "Two notes").replace(
        "act: []",
        "act:\n  - notify: \"slack:#avops one\"\n  - notify: \"slack:#avops two\"",
    );
    let new = SaveRecipe {
        yaml,
        changelog: None,
    };
    recipes::create(&world.app, &world.owner, new)
        .await
        .unwrap();
    recipes::promote(&world.app, &world.owner, "Two notes", Promote::default())
        .await
        .unwrap();
    let mut run = world.run("Support", "Two notes", json!({})).await;
    let mut questions = 0;
    while run.summary.waiting_for == Some(WaitReason::Approval) {
        questions += 1;
        world.say(run.summary.id, yes()).await;
        run = world.settle(run.summary.id).await;
    }
    assert_eq!(
        (questions, run.summary.status),
        (2, RunStatus::Success),
        "{:?}",
        run.summary.error
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_follows_the_promoted_version_and_not_the_newest_draft() {
    let world = World::seeded().await;
    save(&world).await;
    let new = NewWorkflow {
        name: "Nightly".to_owned(),
        agent: "Support".to_owned(),
        recipe: "Proven".to_owned(),
        ..NewWorkflow::default()
    };
    workflows::create(&world.app, &world.owner, new)
        .await
        .unwrap();
    let mut request = to(Stage::Promoted);
    (request.overrides, request.reason) = (true, Some("a test".to_owned()));
    recipes::promote(&world.app, &world.owner, "Proven", request)
        .await
        .unwrap();
    let changed = SaveRecipe {
        yaml: PROVEN.replace("Changes nothing.", "Still changes nothing."),
        changelog: Some("words".to_owned()),
    };
    let saved = recipes::save(&world.app, &world.owner, "Proven", changed, None)
        .await
        .unwrap();
    assert_eq!(
        (saved.summary.version, saved.summary.stage),
        (2, Stage::Supervised)
    );
    let started = workflows::run_now(
        &world.app,
        &world.owner,
        "Nightly",
        RunNow::default(),
        by_hand(),
    )
    .await
    .unwrap();
    assert_eq!(world.settle(started.id).await.summary.recipe_version, 1);
    let offered = recipes::promoted(&world.app, &world.owner).await.unwrap();
    assert_eq!(offered[0].summary.version, 1);
    recipes::demote(
        &world.app,
        &world.owner,
        "Proven",
        Demote {
            stage: Some(Stage::Draft),
            reason: None,
        },
    )
    .await
    .unwrap();
    let started = workflows::run_now(
        &world.app,
        &world.owner,
        "Nightly",
        RunNow::default(),
        by_hand(),
    )
    .await
    .unwrap();
    assert_eq!(world.settle(started.id).await.summary.recipe_version, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_pulls_the_brake_and_a_viewer_does_not() {
    let world = World::seeded().await;
    let mut request = to(Stage::Promoted);
    (request.overrides, request.reason) = (true, Some("a test".to_owned()));
    recipes::promote(&world.app, &world.owner, POLICY, request)
        .await
        .unwrap();
    let viewer = World::actor(Role::Viewer, false);
    let refused = recipes::demote(&world.app, &viewer, POLICY, Demote::default()).await;
    assert!(matches!(refused, Err(Error::NotAllowed { .. })));
    let operator = World::actor(Role::Operator, false);
    let done = recipes::demote(&world.app, &operator, POLICY, Demote::default())
        .await
        .unwrap();
    assert_eq!(done.stage, Stage::Supervised);
    let refused = recipes::demote(&world.app, &operator, POLICY, Demote::default()).await;
    assert!(
        matches!(refused, Err(Error::NotAllowed { .. })),
        "a draft asks nobody"
    );
}
