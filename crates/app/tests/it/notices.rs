//! Notices of waits: told once, to the right Slack, and never in the way of a run.

use std::time::Duration;

use avops_app::notices::{self, NoticeTest, NoticesChange};
use avops_app::recipes::{self, SaveRecipe};
use avops_app::settings::{self, SettingsChange};
use avops_app::{Error, Role};
use avops_engine::RunId;
use avops_tools::campus::{Fault, Message};
use jiff::SignedDuration;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::world::{World, yes};

const ASK: &str = "name: Ask
intake: []
plan:
  - approve: \"Restart the room?\"
act: []
verify:
  - check: \"true\"
";

async fn world() -> World {
    let world = World::seeded().await;
    let text = SaveRecipe {
        yaml: ASK.to_owned(),
        changelog: None,
    };
    recipes::create(&world.app, &world.owner, text)
        .await
        .unwrap();
    world
}

async fn set(world: &World, change: NoticesChange) -> Result<settings::Settings, Error> {
    let change = SettingsChange {
        notices: Some(change),
        ..SettingsChange::default()
    };
    settings::change(&world.app, &world.owner, change).await
}

async fn on(world: &World) {
    let change = NoticesChange {
        on: Some(true),
        channel: Some("#avops".to_owned()),
    };
    set(world, change).await.unwrap();
}

async fn asked(world: &World) -> RunId {
    let started = world.start("Support", "Ask", json!({})).await.unwrap();
    world.settle(started.id).await;
    started.id
}

/// The notices at work, until dropped.
fn served(world: &World) -> tokio_util::sync::DropGuard {
    let stop = CancellationToken::new();
    tokio::spawn(notices::serve(world.app.clone(), stop.clone()));
    stop.drop_guard()
}

/// The notices in the simulated Slack, once there are so many.
async fn told(world: &World, many: usize) -> Vec<Message> {
    for _ in 0..400 {
        let found = messages(world);
        if found.len() >= many {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("fewer than {many} notices: {:?}", messages(world));
}

fn messages(world: &World) -> Vec<Message> {
    let all = world.tools.campus().messages();
    let is_notice = |message: &Message| message.text.contains("waits for");
    all.into_iter().filter(is_notice).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_is_told_once_with_a_link_and_those_before_are_not() {
    let world = world().await;
    let before = asked(&world).await;
    on(&world).await;
    let _serving = served(&world);
    let run = asked(&world).await;
    let first = told(&world, 1).await;
    assert!(first[0].text.contains("Restart the room?"), "{first:?}");
    assert!(first[0].text.contains(&format!("/runs/{run}")), "{first:?}");
    // Another wait is told too; by then a second notice of the first would have been.
    let second = asked(&world).await;
    let both = told(&world, 2).await;
    assert!(both[1].text.contains(&second.to_string()), "{both:?}");
    assert_eq!(both.len(), 2);
    assert!(
        !both
            .iter()
            .any(|one| one.text.contains(&before.to_string()))
    );
    let shown = settings::get(&world.app, &world.owner).await.unwrap();
    let last = shown.notices.last.unwrap();
    assert!(last.ok && last.channel == "#avops", "{last:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slack_that_is_down_holds_no_run_and_is_tried_again() {
    let world = world().await;
    on(&world).await;
    let down: Fault = serde_json::from_value(json!({
        "on": "/slack/chat.postMessage", "do": "status", "status": 503, "times": 1,
    }))
    .unwrap();
    world.tools.campus().add_fault(down);
    let _serving = served(&world);
    let answered = asked(&world).await;
    let waits = asked(&world).await;
    told(&world, 1).await;
    world.say(answered, yes()).await;
    world.finish(answered).await;
    world.say(waits, yes()).await;
    world.finish(waits).await;
    world.clock.advance(SignedDuration::from_hours(2));
    // What was answered meanwhile is told to nobody any more.
    let third = asked(&world).await;
    let all = told(&world, 2).await;
    assert!(all[1].text.contains(&third.to_string()), "{all:?}");
    assert_eq!(all.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_says_what_slack_has_to_say() {
    let world = world().await;
    let send = |channel: Option<&str>| {
        let which = NoticeTest {
            channel: channel.map(str::to_owned),
        };
        notices::test(&world.app, &world.owner, which)
    };
    assert!(matches!(send(None).await, Err(Error::BadInput { .. })));
    let good = send(Some("#avops")).await.unwrap();
    assert!(good.ok && good.simulated && good.url.is_some(), "{good:?}");
    let bad = send(Some("#no-such-channel")).await.unwrap();
    assert!(!bad.ok && bad.error.is_some(), "{bad:?}");
    for channel in ["", "#", "two words"] {
        assert!(matches!(
            send(Some(channel)).await,
            Err(Error::BadInput { .. })
        ));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_need_a_channel_and_an_administrator() {
    let world = world().await;
    let without = NoticesChange {
        on: Some(true),
        channel: None,
    };
    assert!(matches!(
        set(&world, without).await,
        Err(Error::BadInput { .. })
    ));
    let operator = World::actor(Role::Operator, true);
    let refused = notices::test(&world.app, &operator, NoticeTest::default()).await;
    assert!(matches!(refused, Err(Error::NotAllowed { .. })));
}
