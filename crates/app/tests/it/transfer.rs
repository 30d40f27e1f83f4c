//! Export and import: out of one workspace and into another, and what becomes of names that are taken.

use avops_app::transfer::{
    self, BundleFile, Chosen, ImportOutcome, OnConflict, Outcome, pack, unpack,
};
use avops_app::{Error, Role, agents, recipe_tests, recipes, workflows};

use crate::world::World;

const POLICY: &str = "Zoom Room Admin Policy Check";

async fn everything(world: &World) -> Vec<BundleFile> {
    transfer::export(&world.app, &world.owner, &Chosen::default())
        .await
        .unwrap()
}

async fn bring(world: &World, files: &[BundleFile], on_conflict: OnConflict) -> ImportOutcome {
    let files = unpack(&pack(files).unwrap()).unwrap();
    transfer::import(&world.app, &world.owner, files, on_conflict, false)
        .await
        .unwrap()
}

fn recipe(yaml: &str) -> Vec<BundleFile> {
    vec![BundleFile {
        path: "policy.yaml".to_owned(),
        text: yaml.to_owned(),
    }]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_workspace_comes_up_in_another() {
    let from = World::seeded().await;
    let yaml = recipes::get(&from.app, &from.owner, POLICY)
        .await
        .unwrap()
        .yaml;
    let changed = recipes::SaveRecipe {
        yaml: yaml.replace("#avops Room", "#av-alerts Room"),
        changelog: Some("another channel".to_owned()),
    };
    recipes::save(&from.app, &from.owner, POLICY, changed, None)
        .await
        .unwrap();
    let files = everything(&from).await;
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    for wanted in [
        "recipes/zoom-room-admin-policy-check.yaml",
        "recipes/zoom-room-admin-policy-check-v2.yaml",
        "recipes/tests/zoom-room-hdmi-black.test.yaml",
        "agents/support.json",
    ] {
        assert!(paths.contains(&wanted), "{paths:?}");
    }
    let to = World::new().await;
    let dry = transfer::import(&to.app, &to.owner, files.clone(), OnConflict::Skip, true)
        .await
        .unwrap();
    assert!(recipes::list(&to.app, &to.owner).await.unwrap().is_empty());
    let outcome = bring(&to, &files, OnConflict::Skip).await;
    assert_eq!(outcome.counts, dry.counts);
    assert_eq!(
        (outcome.counts.failed, outcome.counts.skipped),
        (0, 0),
        "{:#?}",
        outcome.items
    );
    let versions = recipes::versions(&to.app, &to.owner, POLICY).await.unwrap();
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[0].changelog.as_deref(), Some("another channel"));
    let agent = agents::get(&to.app, &to.owner, "Support").await.unwrap();
    assert!(agent.recipes.contains(&POLICY.to_owned()));
    let tests = recipe_tests::get(&to.app, &to.owner, "Zoom Room HDMI black")
        .await
        .unwrap();
    assert!(!tests.tests.is_empty());
    let page = avops_app::PageRequest::default();
    let came = workflows::list(&to.app, &to.owner, &page).await.unwrap();
    assert!(!came.items.is_empty());
    // The second time everything is here already.
    let again = bring(&to, &files, OnConflict::Skip).await;
    assert_eq!(
        again.counts.skipped,
        outcome.items.len(),
        "{:#?}",
        again.items
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_taken_is_kept_replaced_or_both_are() {
    let world = World::seeded().await;
    let yaml = recipes::get(&world.app, &world.owner, POLICY)
        .await
        .unwrap()
        .yaml;
    let files = recipe(&yaml.replace("#avops Room", "#av-alerts Room"));
    let kept = bring(&world, &files, OnConflict::Skip).await;
    assert_eq!(kept.items[0].outcome, Outcome::Skipped);
    let both = bring(&world, &files, OnConflict::Rename).await;
    let name = format!("{POLICY} (2)");
    assert_eq!(both.items[0].renamed_to.as_deref(), Some(name.as_str()));
    let renamed = recipes::get(&world.app, &world.owner, &name).await.unwrap();
    assert!(renamed.yaml.contains("#av-alerts"));
    let replaced = bring(&world, &files, OnConflict::Overwrite).await;
    assert_eq!(replaced.items[0].outcome, Outcome::Replaced);
    let now = recipes::get(&world.app, &world.owner, POLICY)
        .await
        .unwrap();
    assert_eq!(now.summary.version, 2);
    let same = bring(&world, &recipe(&now.yaml), OnConflict::Overwrite).await;
    assert_eq!(
        same.items[0].outcome,
        Outcome::Skipped,
        "the same text is no version"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_broken_is_named_and_the_rest_comes_in() {
    let world = World::new().await;
    let mut files = recipe("name: Broken\nplan: []\nact: []\nverify: []\nintake: 1\n");
    files.push(BundleFile {
        path: "notes.txt".to_owned(),
        text: "hello".to_owned(),
    });
    files.push(BundleFile {
        path: "good.yaml".to_owned(),
        text: "name: Good\nintake: []\nplan: []\nact: []\nverify: []\n".to_owned(),
    });
    let outcome = bring(&world, &files, OnConflict::Skip).await;
    assert_eq!(
        (outcome.counts.created, outcome.counts.failed),
        (1, 2),
        "{:#?}",
        outcome.items
    );
    let viewer = World::actor(Role::Viewer, false);
    let refused = transfer::import(&world.app, &viewer, files, OnConflict::Skip, true).await;
    assert!(matches!(refused, Err(Error::NotAllowed { .. })));
}
