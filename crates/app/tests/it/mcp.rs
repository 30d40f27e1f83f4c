//! Outside MCP servers as tools: added, asked, approved, changed, removed.

use std::path::Path;

use avops_app::connectors::{self, Approvals, NewTool, Tool, ToolChange};
use avops_app::{Error, Role};
use avops_engine::RunStatus;
use avops_recipe::{Effect, Repeat, Severity};
use avops_tools::Standing;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::world::{World, by_hand};

const CANARY: &str = "canary-7d1f0c55";

fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn node() -> String {
    let path = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&path)
        .map(|folder| folder.join("node"))
        .find(|file| file.is_file())
        .and_then(|file| file.to_str().map(str::to_owned))
        .unwrap()
}

/// A program that notes what it does, and is called as it is in mock mode.
fn peer(notes: &Path) -> Value {
    let server = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tools/tests/peers/mcp_server.mjs"
    );
    json!({
        "name": "peer", "kind": "mcp", "in_mock": "call",
        "transport": {
            "command": node(), "args": [server],
            "env": { "NOTES": notes, "SECRET": CANARY },
        },
    })
}

async fn add(world: &World, tool: Value) -> Tool {
    connectors::add(&world.app, &world.owner, read::<NewTool>(tool))
        .await
        .unwrap()
}

async fn approve(world: &World, approvals: Value) -> Result<Tool, Error> {
    connectors::approve(
        &world.app,
        &world.owner,
        "peer",
        read::<Approvals>(approvals),
    )
    .await
}

async fn call(world: &World, action: &str) -> connectors::ActionReply {
    let args = json!({});
    connectors::call(&world.app, &world.owner, "peer", action, args, by_hand())
        .await
        .unwrap()
}

fn standing(tool: &Tool, action: &str) -> (Standing, String) {
    let offers = &tool.mcp.as_ref().unwrap().offers;
    let offer = offers.iter().find(|offer| offer.action == action).unwrap();
    (offer.standing, offer.hash.clone().unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_offers_is_off_until_it_was_approved_and_again_when_it_changed() {
    let world = World::seeded().await;
    let folder = tempfile::tempdir().unwrap();
    let tool = add(&world, peer(&folder.path().join("notes"))).await;
    assert_eq!((tool.kind, tool.actions.len()), ("mcp", 0));
    assert_eq!(tool.mcp.as_ref().unwrap().waiting, 6);
    let (_, act) = standing(&tool, "act");
    let (_, turn) = standing(&tool, "turn");

    let said = json!({ "actions": { "act": { "hash": act }, "turn": { "hash": turn, "effect": "read", "repeat": "safe" } } });
    let tool = approve(&world, said).await.unwrap();
    let held = |tool: &Tool, name: &str| {
        let action = tool.actions.iter().find(|action| action.spec.name == name);
        action.map(|action| (action.spec.effect, action.spec.repeat))
    };
    assert_eq!(
        held(&tool, "act"),
        Some((Effect::Destructive, Repeat::Once))
    );
    assert_eq!(held(&tool, "turn"), Some((Effect::Read, Repeat::Safe)));
    assert_eq!(tool.mcp.as_ref().unwrap().waiting, 4);

    assert!(call(&world, "act").await.ok);
    assert!(call(&world, "turn").await.ok);
    let off = call(&world, "act").await;
    assert!(!off.ok && off.error.unwrap().contains("peer.act is off"));

    let tool = connectors::look(&world.app, &world.owner, "peer")
        .await
        .unwrap();
    let (changed, now) = standing(&tool, "act");
    assert_eq!(changed, Standing::Changed);
    let stale = approve(&world, json!({ "actions": { "act": { "hash": act } } })).await;
    assert!(matches!(stale, Err(Error::Conflict { .. })), "{stale:?}");
    approve(&world, json!({ "actions": { "act": { "hash": now } } }))
        .await
        .unwrap();
    assert!(call(&world, "act").await.ok);
    let tool = approve(&world, json!({ "actions": { "act": null } }))
        .await
        .unwrap();
    assert_eq!(standing(&tool, "act").0, Standing::New);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_there_after_a_restart_with_its_variables_until_it_is_removed() {
    let world = World::seeded().await;
    let folder = tempfile::tempdir().unwrap();
    let tool = add(&world, peer(&folder.path().join("notes"))).await;
    let (_, act) = standing(&tool, "act");
    approve(&world, json!({ "actions": { "act": { "hash": act } } }))
        .await
        .unwrap();
    let shown = serde_json::to_string(&connectors::list(&world.app, &world.owner).await.unwrap());
    assert!(!shown.unwrap().contains(CANARY));
    for file in std::fs::read_dir(world.folder()).unwrap() {
        let file = file.unwrap().path();
        if file.is_file() {
            let bytes = std::fs::read(&file).unwrap();
            let found = bytes
                .windows(CANARY.len())
                .any(|at| at == CANARY.as_bytes());
            assert!(!found, "{}", file.display());
        }
    }

    let world = world.restart().await;
    let tool = connectors::get(&world.app, &world.owner, "peer")
        .await
        .unwrap();
    assert_eq!(standing(&tool, "act").0, Standing::Unasked);
    // It notes what it does in the file that its sealed variable names.
    assert!(call(&world, "act").await.ok);
    let notes = std::fs::read_to_string(folder.path().join("notes")).unwrap();
    assert_eq!(notes.lines().filter(|line| *line == "act").count(), 1);

    connectors::remove(&world.app, &world.owner, "peer")
        .await
        .unwrap();
    let again = json!({
        "name": "peer", "kind": "mcp",
        "transport": { "command": node(), "args": ["-e", ""], "env": { "NOTES": null } },
    });
    let tool = add(&world, again).await;
    assert!(tool.settings.iter().all(|setting| !setting.set));
    let problem = tool.mcp.unwrap().problem.unwrap();
    assert!(problem.contains("`NOTES` has no value"), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipe_calls_an_approved_action_and_an_unapproved_one_is_no_action() {
    let world = World::seeded().await;
    let folder = tempfile::tempdir().unwrap();
    let tool = add(&world, peer(&folder.path().join("notes"))).await;
    let text = |action: &str| {
        format!(
            "name: Ask the peer\ndescription: Calls an outside server.\nversion: 1\nrisk: low\nintake: []\nplan: []\nact:\n  - action: peer.{action}\n    as: said\nverify:\n  - check: said.text == 'done'\nguardrails:\n  no_rollback: nothing to put back\n"
        )
    };
    let faults = async |action: &str| {
        let text = text(action);
        let found = avops_app::recipes::validate(&world.app, &world.owner, &text, None);
        let errors = found.await.unwrap().diagnostics.into_iter();
        let errors = errors.filter(|found| found.severity == Severity::Error);
        errors.map(|found| found.message).collect::<Vec<_>>()
    };
    assert_ne!(faults("act").await, Vec::<String>::new());
    let (_, act) = standing(&tool, "act");
    approve(
        &world,
        json!({ "actions": { "act": { "hash": act, "effect": "write" } } }),
    )
    .await
    .unwrap();
    assert_eq!(faults("act").await, Vec::<String>::new());
    let save = read(json!({ "yaml": text("act") }));
    avops_app::recipes::create(&world.app, &world.owner, save)
        .await
        .unwrap();
    let agent = read(json!({ "name": "Outside", "domain": "support", "tools": ["peer"] }));
    avops_app::agents::create(&world.app, &world.owner, agent)
        .await
        .unwrap();
    let run = world.run("Outside", "Ask the peer", json!({})).await;
    assert_eq!(run.summary.status, RunStatus::Success, "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn mock_mode_asks_no_server_elsewhere_and_only_admins_add_one() {
    let world = World::seeded().await;
    let elsewhere =
        json!({ "name": "far", "kind": "mcp", "transport": { "url": "https://mcp.example/mcp" } });
    for role in [Role::Viewer, Role::Operator, Role::Author] {
        let by = World::actor(role, true);
        let refused = connectors::add(&world.app, &by, read(elsewhere.clone())).await;
        assert!(
            matches!(refused, Err(Error::NotAllowed { .. })),
            "{refused:?}"
        );
    }
    let tool = add(&world, elsewhere).await;
    let problem = tool.mcp.unwrap().problem.unwrap();
    assert!(problem.contains("mock mode"), "{problem}");
    let refused = connectors::look(&world.app, &world.owner, "far").await;
    let Err(Error::BadInput { message, .. }) = refused else {
        panic!("{refused:?}");
    };
    assert!(message.contains("turn mock mode off"), "{message}");
    let seen = connectors::get(&world.app, &World::actor(Role::Viewer, false), "far").await;
    assert_eq!(seen.unwrap().mcp.unwrap().transport, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_changed_with_the_values_it_keeps_and_the_others_forgotten() {
    let world = World::seeded().await;
    let folder = tempfile::tempdir().unwrap();
    let mut new = peer(&folder.path().join("notes"));
    add(&world, new.clone()).await;
    let mut transport = new["transport"].take();
    transport["env"] = json!({ "NOTES": null, "MORE": "some more" });
    let change: ToolChange = read(json!({ "transport": transport, "title": "Our peer" }));
    let tool = connectors::change(&world.app, &world.owner, "peer", change)
        .await
        .unwrap();
    let set: Vec<(&str, bool)> = tool
        .settings
        .iter()
        .map(|setting| (setting.name.as_str(), setting.set))
        .collect();
    assert_eq!(set, [("NOTES", true), ("MORE", true)]);
    assert_eq!(tool.title, "Our peer");
    assert_eq!(tool.mcp.unwrap().problem, None);

    let unfit: ToolChange = read(json!({ "base_url": "http://127.0.0.1:9" }));
    let refused = connectors::change(&world.app, &world.owner, "peer", unfit).await;
    assert!(
        matches!(refused, Err(Error::BadInput { .. })),
        "{refused:?}"
    );
}
