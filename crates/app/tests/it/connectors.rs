//! Tools: lists, health, direct calls, HTTP connectors that are kept.

use avops_app::connectors::{self, NewAction, NewHttpTool, NewTool};
use avops_app::runs::{self, RunFilter};
use avops_app::settings::{self, SettingsChange};
use avops_app::{Error, PageRequest, Role};
use avops_recipe::Effect;
use indexmap::IndexMap;
use serde_json::{Value, json};

use crate::world::{World, by_hand};

async fn call(
    world: &World,
    tool: &str,
    action: &str,
    args: Value,
) -> Result<connectors::ActionReply, Error> {
    connectors::call(&world.app, &world.owner, tool, action, args, by_hand()).await
}

fn lamp(base_url: &str) -> NewTool {
    NewTool::Http(NewHttpTool {
        name: "lamp".to_owned(),
        title: None,
        description: None,
        base_url: base_url.to_owned(),
        actions: IndexMap::from([(
            "look".to_owned(),
            NewAction {
                effect: Some(Effect::Read),
                ..NewAction::default()
            },
        )]),
        refuses_before_acting: false,
        in_mock: None,
        calls_per_minute: None,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_runbooks_slack_call_posts_and_is_recorded_as_a_run() {
    let world = World::seeded().await;
    let args = json!({ "channel": "#avops", "text": "KB KB0012345 published" });
    let reply = call(&world, "slack", "post_message", args).await.unwrap();
    assert!(reply.ok, "{reply:?}");
    assert_eq!(reply.artifacts[0].kind, "message");
    let run = world.settle(reply.run_id).await;
    assert_eq!(
        run.steps
            .iter()
            .filter(|step| step.state.action.is_some())
            .count(),
        1
    );
    assert_eq!(run.summary.meta["diagnostics"], json!("slack.post_message"));
}

#[tokio::test(flavor = "multi_thread")]
async fn braces_in_arguments_are_text() {
    let world = World::seeded().await;
    let text = "{{ run.id }} {% raw %}";
    let args = json!({ "channel": "#avops", "text": text });
    let reply = call(&world, "slack", "post_message", args).await.unwrap();
    let run = world.settle(reply.run_id).await;
    let step = run
        .steps
        .iter()
        .find(|step| step.state.action.is_some())
        .unwrap();
    assert!(
        step.state.payload.to_string().contains(text),
        "{}",
        step.state.payload
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_argument_is_reported_and_nothing_is_sent() {
    let world = World::seeded().await;
    let refused = call(
        &world,
        "slack",
        "post_message",
        json!({ "channel": "#avops" }),
    )
    .await;
    let Err(Error::BadInput { message, .. }) = refused else {
        panic!("{refused:?}");
    };
    assert!(message.contains("text"), "{message}");
    let page = PageRequest::default();
    let runs = runs::list(&world.app, &world.owner, &RunFilter::default(), &page)
        .await
        .unwrap();
    assert!(runs.items.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_the_tool_refuses_says_why() {
    let world = World::seeded().await;
    let reply = call(
        &world,
        "zoom",
        "lookup_zoom_room",
        json!({ "query": "nowhere" }),
    )
    .await
    .unwrap();
    assert!(!reply.ok);
    assert!(reply.error.unwrap().contains("nowhere"));
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_tools_and_actions_name_the_nearest() {
    let world = World::seeded().await;
    let tool = call(&world, "zom", "x", Value::Null).await.unwrap_err();
    assert_eq!(tool.hint().as_deref(), Some("did you mean \"zoom\"?"));
    let action = call(&world, "slack", "post_mesage", Value::Null)
        .await
        .unwrap_err();
    assert_eq!(
        action.hint().as_deref(),
        Some("did you mean \"post_message\"?")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn on_real_systems_an_operator_may_look_but_not_act_by_hand() {
    let world = World::seeded().await;
    let off = SettingsChange {
        mock: Some(false),
        ..SettingsChange::default()
    };
    settings::change(&world.app, &world.owner, off)
        .await
        .unwrap();
    let operator = World::actor(Role::Operator, true);
    let args = json!({ "channel": "#avops", "text": "hello" });
    let act = connectors::call(
        &world.app,
        &operator,
        "slack",
        "post_message",
        args,
        by_hand(),
    )
    .await;
    assert!(matches!(act, Err(Error::NotAllowed { .. })), "{act:?}");
    // There are no credentials, so looking fails; but it is not the role that is in the way.
    let args = json!({ "query": "Boardroom 1" });
    let look = connectors::call(
        &world.app,
        &operator,
        "zoom",
        "lookup_zoom_room",
        args,
        by_hand(),
    )
    .await;
    assert!(
        matches!(&look, Err(Error::Conflict { message, .. }) if message.contains("zoom")),
        "{look:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn all_tools_are_green_in_the_simulated_campus() {
    let world = World::seeded().await;
    let tools = connectors::list(&world.app, &world.owner).await.unwrap();
    assert!(tools.len() >= 3);
    for (name, health) in connectors::check_all(&world.app, &world.owner)
        .await
        .unwrap()
    {
        assert!(health.ok, "{name}: {}", health.detail);
    }
    let zoom = connectors::get(&world.app, &world.owner, "ZOOM")
        .await
        .unwrap();
    assert!(zoom.health.is_some_and(|health| health.ok));
    assert!(zoom.used_by.contains(&"Support".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_added_connector_is_there_after_a_restart_until_it_is_removed() {
    let world = World::new().await;
    let added = connectors::add(&world.app, &world.owner, lamp("http://127.0.0.1:9"))
        .await
        .unwrap();
    assert_eq!((added.kind, added.actions.len()), ("http", 1));
    let taken = connectors::add(&world.app, &world.owner, lamp("http://127.0.0.1:9")).await;
    assert!(matches!(taken, Err(Error::Conflict { .. })), "{taken:?}");
    let world = world.restart().await;
    let there = connectors::get(&world.app, &world.owner, "lamp")
        .await
        .unwrap();
    assert_eq!(there.base_url.as_deref(), Some("http://127.0.0.1:9"));
    connectors::remove(&world.app, &world.owner, "lamp")
        .await
        .unwrap();
    let world = world.restart().await;
    let gone = connectors::get(&world.app, &world.owner, "lamp").await;
    assert!(matches!(gone, Err(Error::NotFound { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_that_does_not_answer_is_red_with_the_reason() {
    let world = World::new().await;
    connectors::add(&world.app, &world.owner, lamp("http://127.0.0.1:9"))
        .await
        .unwrap();
    let health = connectors::health(&world.app, &world.owner, "lamp", false)
        .await
        .unwrap();
    assert!(!health.ok && !health.detail.is_empty(), "{health:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tools_that_ship_with_the_program_stay() {
    let world = World::new().await;
    let refused = connectors::remove(&world.app, &world.owner, "slack").await;
    assert!(
        matches!(refused, Err(Error::Conflict { .. })),
        "{refused:?}"
    );
}
