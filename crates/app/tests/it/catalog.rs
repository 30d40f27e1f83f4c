//! Agents and recipes: names, versions, dependents.

use avops_app::agents::{self, NewAgent};
use avops_app::recipes::{self, SaveRecipe};
use avops_app::runs::{self, RunFilter};
use avops_app::{Error, PageRequest, audit};

use crate::world::World;

const POLICY: &str = "Zoom Room Admin Policy Check";

fn text(yaml: String) -> SaveRecipe {
    SaveRecipe {
        yaml,
        changelog: Some("another channel".to_owned()),
    }
}

async fn scaffold(world: &World) -> String {
    recipes::get(&world.app, &world.owner, POLICY)
        .await
        .unwrap()
        .yaml
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_text_is_the_next_version_and_the_old_one_stays() {
    let world = World::seeded().await;
    let before = scaffold(&world).await;
    let changed = before.replace("#avops Room", "#events Room");
    let saved = recipes::save(&world.app, &world.owner, POLICY, text(changed), None)
        .await
        .unwrap();
    assert_eq!(saved.summary.version, 2);
    assert!(saved.yaml.contains("version: 2\n"), "{}", saved.yaml);
    assert!(
        saved.yaml.contains("- \"2: another channel\""),
        "{}",
        saved.yaml
    );
    let old = recipes::version(&world.app, &world.owner, POLICY, 1)
        .await
        .unwrap();
    assert_eq!(old.yaml, before);
    let versions = recipes::versions(&world.app, &world.owner, POLICY)
        .await
        .unwrap();
    assert_eq!(
        versions.iter().map(|v| v.version).collect::<Vec<_>>(),
        [2, 1]
    );
    assert_eq!(versions[0].changelog.as_deref(), Some("another channel"));
    assert_eq!(versions[0].author, "olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_text_makes_no_version() {
    let world = World::seeded().await;
    let same = text(scaffold(&world).await);
    let saved = recipes::save(&world.app, &world.owner, POLICY, same, None)
        .await
        .unwrap();
    assert_eq!(saved.summary.version, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_sent_twice_makes_one_version() {
    let world = World::seeded().await;
    let file = text(
        scaffold(&world)
            .await
            .replace("#avops Room", "#events Room"),
    );
    for _ in 0..2 {
        let saved = recipes::save(&world.app, &world.owner, POLICY, file.clone(), None)
            .await
            .unwrap();
        assert_eq!(saved.summary.version, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_on_top_of_a_colleagues_save_is_refused() {
    let world = World::seeded().await;
    let seen = recipes::get(&world.app, &world.owner, POLICY)
        .await
        .unwrap();
    let mine = text(seen.yaml.replace("#avops", "#mine"));
    let theirs = text(seen.yaml.replace("#avops", "#theirs"));
    let tag = format!("\"{}\"", seen.hash);
    let save = |text| recipes::save(&world.app, &world.owner, POLICY, text, Some(&tag));
    save(theirs).await.unwrap();
    let refused = save(mine).await;
    assert!(
        matches!(refused, Err(Error::Outdated { .. })),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_taken_whatever_its_case() {
    let world = World::seeded().await;
    let yaml = scaffold(&world)
        .await
        .replace("Zoom Room Admin", "ZOOM ROOM ADMIN");
    let recipe = recipes::create(&world.app, &world.owner, text(yaml)).await;
    assert!(matches!(recipe, Err(Error::Conflict { .. })), "{recipe:?}");
    let agent = NewAgent {
        name: "sUpPoRt".to_owned(),
        domain: "support".to_owned(),
        ..NewAgent::default()
    };
    let agent = agents::create(&world.app, &world.owner, agent).await;
    assert!(matches!(agent, Err(Error::Conflict { .. })), "{agent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipe_is_found_by_id_name_and_slug() {
    let world = World::seeded().await;
    let by_name = recipes::get(&world.app, &world.owner, "zoom room admin policy check")
        .await
        .unwrap();
    for other in [by_name.summary.id.as_str(), "zoom-room-admin-policy-check"] {
        let found = recipes::get(&world.app, &world.owner, other).await.unwrap();
        assert_eq!(found.summary.id, by_name.summary.id);
    }
    assert_eq!(
        by_name
            .steps
            .iter()
            .map(|step| step.phase.as_str())
            .collect::<Vec<_>>(),
        [
            "intake", "plan", "act", "act", "verify", "verify", "rollback"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_with_errors_is_not_saved() {
    let world = World::seeded().await;
    let yaml = scaffold(&world).await.replace("verify:", "verfy:");
    let refused = recipes::save(&world.app, &world.owner, POLICY, text(yaml.clone()), None).await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    let found = recipes::validate(&world.app, &world.owner, &yaml, None)
        .await
        .unwrap();
    assert!(!found.valid);
    assert_eq!(
        recipes::versions(&world.app, &world.owner, POLICY)
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipe_in_use_is_deleted_only_by_force_and_its_users_are_named() {
    let world = World::seeded().await;
    let refused = recipes::delete(&world.app, &world.owner, "Room walk-through", false)
        .await
        .unwrap_err();
    assert!(refused.to_string().ends_with(": Admin"), "{refused}");
    recipes::delete(&world.app, &world.owner, "Room walk-through", true)
        .await
        .unwrap();
    let gone = recipes::get(&world.app, &world.owner, "Room walk-through").await;
    assert!(matches!(gone, Err(Error::NotFound { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_difference_of_two_versions_names_the_step_that_changed() {
    let world = World::seeded().await;
    let changed = scaffold(&world)
        .await
        .replace("== 'online'", "!= 'offline'");
    recipes::save(&world.app, &world.owner, POLICY, text(changed), None)
        .await
        .unwrap();
    let diff = recipes::diff(&world.app, &world.owner, POLICY, None, None)
        .await
        .unwrap();
    assert_eq!((diff.from, diff.to), (1, 2));
    assert!(
        diff.unified
            .contains("+  - check: \"zoom_room.status != 'offline'\""),
        "{}",
        diff.unified
    );
    assert_eq!(diff.steps.len(), 1, "{:?}", diff.steps);
    assert_eq!(diff.steps[0].kind, "changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn promotion_counts_live_runs_only() {
    let world = World::seeded().await;
    world
        .run(
            "Admin",
            POLICY,
            serde_json::json!({ "room": "Boardroom 1" }),
        )
        .await;
    let found = recipes::promotion(&world.app, &world.owner, POLICY, None)
        .await
        .unwrap();
    assert_eq!((found.runs, found.needed, found.ready), (0, 20, false));
    assert!(
        found
            .criteria
            .iter()
            .any(|c| c.note.as_deref() == Some("not enough data (0/20)"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_may_only_name_tools_that_are_there() {
    let world = World::new().await;
    let new = NewAgent {
        name: "A".to_owned(),
        domain: "support".to_owned(),
        tools: vec!["zoom.lookup_zoom_rom".to_owned()],
        ..NewAgent::default()
    };
    let refused = agents::create(&world.app, &world.owner, new)
        .await
        .unwrap_err();
    assert_eq!(
        refused.hint().as_deref(),
        Some("did you mean \"zoom.lookup_zoom_room\"?")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_agent_leaves_its_runs() {
    let world = World::seeded().await;
    let run = world
        .run(
            "Admin",
            POLICY,
            serde_json::json!({ "room": "Boardroom 1" }),
        )
        .await;
    agents::delete(&world.app, &world.owner, "Admin")
        .await
        .unwrap();
    let kept = world.settle(run.summary.id).await;
    assert_eq!(kept.summary.agent.as_deref(), Some("Admin"));
    let of_it = RunFilter {
        agent: run.summary.agent_id,
        ..RunFilter::default()
    };
    let page = PageRequest::default();
    let found = runs::list(&world.app, &world.owner, &of_it, &page)
        .await
        .unwrap();
    assert_eq!(found.items.len(), 1);
    let gone = world.start("Admin", POLICY, serde_json::json!({})).await;
    assert!(matches!(gone, Err(Error::NotFound { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_stands_in_the_trail_with_hashes() {
    let world = World::seeded().await;
    let changed = scaffold(&world).await.replace("#avops", "#other");
    recipes::save(&world.app, &world.owner, POLICY, text(changed), None)
        .await
        .unwrap();
    let trail = audit::list(&world.app, &world.owner, &PageRequest::default())
        .await
        .unwrap();
    let line = &trail.items[0];
    assert_eq!(line.what, "recipe.save");
    assert!(line.before.is_some() && line.after.is_some() && line.before != line.after);
    assert_eq!(line.reason.as_deref(), Some("another channel"));
}
