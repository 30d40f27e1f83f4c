//! The scout: searches, reads, writes, asks, saves; and what it does not do.

use avops_engine::{RunPhase, RunStatus, Signal, WaitReason};
use serde_json::json;

use crate::world::{World, kinds, yes};

const SCOUT: &str = "KB Scout";

fn scouting() -> serde_json::Value {
    json!({
        "query": "zoom room hdmi black", "allow": ["support.zoom.com", "logitech.com"],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scout_saves_article_and_recipe_after_a_persons_yes() {
    let world = World::seeded().await;
    let run = world.run("Events", SCOUT, scouting()).await;
    assert_eq!(
        run.summary.waiting_for,
        Some(WaitReason::Approval),
        "{:?}",
        run.summary.error
    );
    assert!(
        !kinds(&run).contains(&"kb"),
        "nothing is saved before the yes"
    );
    world.say(run.summary.id, yes()).await;
    let run = world.finish(run.summary.id).await;
    assert_eq!(
        run.summary.status,
        RunStatus::Success,
        "{:?}",
        run.summary.error
    );
    assert_eq!(kinds(&run), ["page", "page", "kb", "recipe", "message"]);
    let pages = run
        .artifacts
        .iter()
        .filter_map(|kept| kept.artifact.url.as_deref());
    let allowed = |url: &str| {
        url.starts_with("https://support.zoom.com/") || url.starts_with("https://logitech.com/")
    };
    assert!(pages.take(2).all(allowed));
    let draft = run
        .steps
        .iter()
        .find(|step| step.state.action.as_deref() == Some("synthesize"))
        .unwrap();
    let html = draft.state.result["html"].as_str().unwrap();
    assert!(html.contains("Reseat the HDMI cable"), "{html}");
    assert!(!html.contains("previous instructions"), "{html}");
    let recipes = avops_app::recipes::list(&world.app, &world.owner)
        .await
        .unwrap();
    let kept = recipes
        .iter()
        .find(|recipe| recipe.name == "Zoom room HDMI black (2)")
        .unwrap();
    assert_eq!((kept.stage.as_str(), kept.errors), ("draft", 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_scout_keeps_its_recipe_beside_the_first() {
    let world = World::seeded().await;
    for _ in 0..2 {
        let run = world.run("Events", SCOUT, scouting()).await;
        world.say(run.summary.id, yes()).await;
        assert_eq!(
            world.finish(run.summary.id).await.summary.status,
            RunStatus::Success
        );
        let recipes = avops_app::recipes::list(&world.app, &world.owner)
            .await
            .unwrap();
        let name = recipes
            .iter()
            .find(|recipe| recipe.name.starts_with("Zoom room HDMI black"))
            .unwrap()
            .id
            .clone();
        let text = avops_app::recipes::get(&world.app, &world.owner, &name)
            .await
            .unwrap()
            .yaml;
        let changed = avops_app::recipes::SaveRecipe {
            yaml: format!("{text}# seen by a person\n"),
            changelog: Some("seen".to_owned()),
        };
        avops_app::recipes::save(&world.app, &world.owner, &name, changed, None)
            .await
            .unwrap();
    }
    let recipes = avops_app::recipes::list(&world.app, &world.owner)
        .await
        .unwrap();
    let names: Vec<&str> = recipes
        .iter()
        .map(|recipe| recipe.name.as_str())
        .filter(|name| name.starts_with("Zoom room HDMI"))
        .collect();
    // The first name is that of a recipe which ships.
    assert_eq!(
        names,
        ["Zoom room HDMI black (2)", "Zoom room HDMI black (3)"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scout_reads_no_site_that_is_not_allowed() {
    let world = World::seeded().await;
    let run = world
        .run(
            "Events",
            SCOUT,
            json!({ "query": "zoom room hdmi black", "allow": ["nowhere.example"] }),
        )
        .await;
    assert_eq!(run.summary.status, RunStatus::Failed);
    assert_eq!(
        run.summary.error.as_ref().unwrap().phase,
        Some(RunPhase::Plan)
    );
    assert!(!kinds(&run).contains(&"page"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scout_that_is_turned_down_saves_nothing() {
    let world = World::seeded().await;
    let run = world.run("Events", SCOUT, scouting()).await;
    let no = Signal::Reject {
        step: None,
        note: Some("not ours".to_owned()),
    };
    world.say(run.summary.id, no).await;
    let run = world.finish(run.summary.id).await;
    assert_eq!(run.summary.status, RunStatus::Failed);
    assert!(!kinds(&run).contains(&"kb") && !kinds(&run).contains(&"recipe"));
}
