//! Settings and credentials of tools: used, kept, never shown.

use avops_app::connectors::{self, SettingOrigin, SettingValue, Tool, ToolChange, ToolSetting};
use avops_app::settings::{self, SettingsChange};
use avops_app::{Error, PageRequest, Role, audit};
use avops_engine::Mode;
use indexmap::IndexMap;
use serde_json::json;

use crate::world::{World, by_hand};

const CANARY: &str = "canary-2b7e151628aed2a6";

fn setting(name: &str, value: Option<&str>) -> ToolChange {
    ToolChange {
        settings: IndexMap::from([(name.to_owned(), value.map(SettingValue::new))]),
        ..ToolChange::default()
    }
}

async fn change(world: &World, tool: &str, change: ToolChange) -> Result<Tool, Error> {
    connectors::change(&world.app, &world.owner, tool, change).await
}

fn find<'t>(tool: &'t Tool, name: &str) -> &'t ToolSetting {
    tool.settings.iter().find(|s| s.name == name).unwrap()
}

async fn slack(world: &World) -> Tool {
    connectors::get(&world.app, &world.owner, "slack")
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_is_set_kept_and_cleared_and_never_shown() {
    let world = World::seeded().await;
    let tool = change(&world, "slack", setting("token", Some(CANARY)))
        .await
        .unwrap();
    let token = find(&tool, "token");
    assert_eq!(token.source, Some(SettingOrigin::Workspace));
    assert_eq!(
        (token.value.as_deref(), token.last4.as_deref()),
        (None, Some("d2a6"))
    );
    assert_eq!(token.updated_by.as_deref(), Some("olga"));
    assert!(!serde_json::to_string(&tool).unwrap().contains("canary"));
    assert!(tool.recipes.contains(&"Zoom Room HDMI black".to_owned()));

    let world = world.restart().await;
    assert!(find(&slack(&world).await, "token").set);
    let tool = change(&world, "slack", setting("token", None))
        .await
        .unwrap();
    assert!(!find(&tool, "token").set);
    let trail = audit::list(&world.app, &world.owner, &PageRequest::default())
        .await
        .unwrap();
    let trail: Vec<_> = trail
        .items
        .into_iter()
        .filter(|line| line.object == "slack.token")
        .collect();
    let deeds: Vec<&str> = trail.iter().map(|line| line.what.as_str()).collect();
    assert_eq!(deeds, ["tool.setting.clear", "tool.setting.set"]);
    assert!(
        trail
            .iter()
            .all(|line| line.after.is_none() && line.before.is_none())
    );
    assert!(!find(&slack(&world.restart().await).await, "token").set);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_cannot_be_used_is_refused_without_showing_it_and_changes_nothing() {
    let world = World::seeded().await;
    change(&world, "slack", setting("token", Some(CANARY)))
        .await
        .unwrap();
    let wrong = format!("ftp://{CANARY}.example");
    for (name, value) in [("tokn", CANARY), ("url", wrong.as_str()), ("token", "  ")] {
        let refused = change(&world, "slack", setting(name, Some(value)))
            .await
            .unwrap_err();
        assert!(matches!(refused, Error::BadInput { .. }), "{refused:?}");
        assert!(!refused.to_string().contains(CANARY), "{refused}");
    }
    assert!(find(&slack(&world).await, "token").set);
    let author = World::actor(Role::Author, false);
    let refused = connectors::change(&world.app, &author, "slack", setting("token", None)).await;
    assert!(matches!(refused, Err(Error::NotAllowed { .. })));
    assert!(!format!("{:?}", setting("token", Some(CANARY))).contains(CANARY));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_a_shipped_tool_cannot_be_changed_as_of_one_that_was_added() {
    let world = World::seeded().await;
    let other = ToolChange {
        base_url: Some("http://127.0.0.1:1".to_owned()),
        ..ToolChange::default()
    };
    let refused = change(&world, "slack", other).await;
    assert!(matches!(refused, Err(Error::Conflict { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_tool_stays_simulated_in_a_live_workspace_over_a_restart() {
    let world = World::seeded().await;
    let live = SettingsChange {
        mock: Some(false),
        ..SettingsChange::default()
    };
    settings::change(&world.app, &world.owner, live)
        .await
        .unwrap();
    assert_eq!(slack(&world).await.mode, Mode::Live);
    let simulated = ToolChange {
        simulate: Some(true),
        ..ToolChange::default()
    };
    change(&world, "slack", simulated).await.unwrap();
    let world = world.restart().await;
    let tool = slack(&world).await;
    assert_eq!((tool.mode, tool.simulate), (Mode::Mock, true));
    let reply = connectors::call(
        &world.app,
        &world.owner,
        "slack",
        "post_message",
        json!({ "channel": "#avops", "text": "hello" }),
        by_hand(),
    )
    .await
    .unwrap();
    assert!(reply.ok, "{reply:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_key_a_setting_says_so_and_can_be_set_again() {
    let world = World::seeded().await;
    change(&world, "slack", setting("token", Some(CANARY)))
        .await
        .unwrap();
    std::fs::remove_file(world.folder().join("secrets.key")).unwrap();
    let world = world.restart().await;
    let token = find(&slack(&world).await, "token").clone();
    assert_eq!((token.set, token.unreadable), (false, true));
    let tool = change(&world, "slack", setting("token", Some(CANARY)))
        .await
        .unwrap();
    let token = find(&tool, "token");
    assert_eq!((token.set, token.unreadable), (true, false));
}
