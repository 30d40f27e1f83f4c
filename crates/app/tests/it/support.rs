//! Support bundles: what helps is in them, and nothing that lets anybody in.

use std::io::{Read as _, Write as _};

use avops_app::support::{self, SupportBundle};
use avops_app::{Error, PageRequest, Role, audit, connectors, settings};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::world::World;

const CANARIES: [&str; 3] = [
    "sk-canary-model-0123456789",
    "xoxb-canary-slack-9876543210",
    "canary-of-the-environment-key",
];

/// The files of a bundle, by name.
fn opened(bundle: &SupportBundle) -> Vec<(String, String)> {
    let bytes = STANDARD.decode(&bundle.zip).unwrap();
    assert_eq!(bytes.len(), bundle.bytes);
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|index| {
            let mut file = zip.by_index(index).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            (file.name().unwrap().into_owned(), text)
        })
        .collect()
}

async fn poisoned() -> World {
    let world = World::with_environment(&[("ANTHROPIC_API_KEY", CANARIES[2])]).await;
    let change = serde_json::from_value(json!({ "openai": { "key": CANARIES[0] } })).unwrap();
    settings::change(&world.app, &world.owner, change)
        .await
        .unwrap();
    let change = serde_json::from_value(json!({ "settings": { "token": CANARIES[1] } })).unwrap();
    connectors::change(&world.app, &world.owner, "slack", change)
        .await
        .unwrap();
    // Somebody logged what never should be.
    let mut log = world.app.options().recent_log.clone();
    for canary in CANARIES {
        writeln!(log, "ERROR a header was refused: Bearer {canary}").unwrap();
    }
    writeln!(log, "WARN a disk is slow").unwrap();
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_holds_what_helps_and_no_canary() {
    let world = poisoned().await;
    let bundle = support::bundle(&world.app, &world.owner).await.unwrap();
    let kind = std::path::Path::new(&bundle.name).extension();
    assert!(bundle.name.starts_with("avops-support-") && kind.is_some_and(|kind| kind == "zip"));
    let files = opened(&bundle);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "about.json",
        "settings.json",
        "tools.json",
        "health.json",
        "failed-runs.json",
        "changes.json",
        "log.txt",
    ];
    assert_eq!(names, expected);
    for (name, text) in &files {
        for canary in CANARIES {
            assert!(!text.contains(canary), "{canary} is in {name}");
            let tail = &canary[canary.len() - 4..];
            assert!(
                !text.contains(&format!("\"{tail}\"")),
                "the end of {canary} is in {name}"
            );
        }
    }
    let of = |name: &str| {
        files
            .iter()
            .find(|(each, _)| each == name)
            .unwrap()
            .1
            .as_str()
    };
    let about: Value = serde_json::from_str(of("about.json")).unwrap();
    assert_eq!(about["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(about["variables_set"], json!(["ANTHROPIC_API_KEY"]));
    let shown: Value = serde_json::from_str(of("settings.json")).unwrap();
    assert_eq!(
        shown["models"]["providers"][0]["key"]["source"],
        "workspace"
    );
    assert_eq!(
        shown["models"]["providers"][1]["key"]["source"],
        "environment"
    );
    assert!(of("tools.json").contains("\"slack\""));
    assert!(of("health.json").contains("\"store\""));
    assert!(
        of("log.txt").contains("a disk is slow") && of("log.txt").contains("a header was refused")
    );
    let trail = audit::list(&world.app, &world.owner, &PageRequest::default())
        .await
        .unwrap();
    assert_eq!(trail.items[0].what, "support.bundle");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_manages_the_workspace_makes_one() {
    let world = World::new().await;
    for role in [Role::Viewer, Role::Operator, Role::Author] {
        let refused = support::bundle(&world.app, &World::actor(role, false)).await;
        assert!(matches!(refused, Err(Error::NotAllowed { .. })), "{role:?}");
    }
}

/// Every value of the settings stands beside the word for where it comes from.
#[tokio::test(flavor = "multi_thread")]
async fn every_value_of_the_settings_says_where_it_comes_from() {
    let world = poisoned().await;
    let shown = json!(settings::get(&world.app, &world.owner).await.unwrap());
    let sourced = |of: &Value, name: &str| {
        let source = of[format!("{name}_source")].as_str().unwrap_or_default();
        assert!(
            ["default", "environment", "workspace", "flag"].contains(&source),
            "{name} of {of}"
        );
    };
    sourced(&shown, "mock");
    for name in [
        "provider",
        "fallback",
        "outside",
        "max_tokens",
        "sop_rounds",
    ] {
        sourced(&shown["models"], name);
    }
    for provider in shown["models"]["providers"].as_array().unwrap() {
        sourced(provider, "model");
        sourced(provider, "base_url");
    }
}
