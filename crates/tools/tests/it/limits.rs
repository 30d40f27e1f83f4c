//! Tools that ask for patience, that have stopped answering, or that take only so many calls.

use std::sync::Arc;
use std::time::Duration;

use avops_engine::{Mode, SystemClock, ToolCall, ToolError, Toolbox as _};
use serde_json::json;

use crate::faulty_tool::{Behaviour, FaultyTool};
use crate::fixture::{Fixture, StillClock, call, class};

fn post() -> ToolCall {
    call(
        "slack.post_message",
        json!({ "channel": "#avops", "text": "x" }),
    )
}

fn posted(fixture: &Fixture) -> usize {
    fixture.registry.campus().messages().len()
}

#[tokio::test]
async fn a_tool_that_asked_for_patience_gets_no_call_before_its_time() {
    let clock = StillClock::at("2026-11-01T08:00:00Z");
    let fixture = Fixture::new(clock.clone(), |_| {});
    fixture.fault(json!({
        "on": "/slack/chat.postMessage", "do": "status", "status": 429, "retry_after": "30", "times": 1,
    }));
    assert_eq!(class(&fixture.registry.call(&post()).await), "not sent");
    let mut pauses = Vec::new();
    for _ in 0..20 {
        let Err(ToolError::NotSent { retry_after, .. }) = fixture.registry.call(&post()).await
        else {
            panic!("sent");
        };
        pauses.push(retry_after.unwrap().as_millis());
    }
    assert!(
        pauses.iter().all(|pause| (30_000..37_500).contains(pause)),
        "{pauses:?}"
    );
    pauses.sort_unstable();
    pauses.dedup();
    assert!(
        pauses.len() > 10,
        "they would all come back at once: {pauses:?}"
    );
    // Only the action that was refused waits.
    fixture.output("slack.list_channels", json!({})).await;
    clock.advance(30);
    fixture.registry.call(&post()).await.unwrap();
    assert_eq!(posted(&fixture), 1);
}

#[tokio::test]
async fn a_tool_that_is_gone_is_asked_by_one_call_at_a_time_until_it_is_back() {
    let clock = StillClock::at("2026-11-01T08:00:00Z");
    let fixture = Fixture::new(clock.clone(), |_| {});
    let gone = FaultyTool::start(Behaviour::Reset).await;
    let config = json!({
        "name": "lights", "base_url": gone.url(), "actions": { "dim": { "effect": "read" } },
    });
    let config = serde_json::from_value(config).unwrap();
    fixture.registry.add_http(config).unwrap();
    let dim = || call("lights.dim", json!({}));
    for _ in 0..5 {
        assert_eq!(class(&fixture.registry.call(&dim()).await), "unknown");
    }
    let calls = |number: usize| {
        let registry = &fixture.registry;
        async move {
            let calls: Vec<_> = (0..number).map(|_| dim()).collect();
            futures::future::join_all(calls.iter().map(|call| registry.call(call))).await
        }
    };
    let held = calls(50).await;
    assert!(
        held.iter().all(|answer| class(answer) == "not sent"),
        "{held:?}"
    );
    assert_eq!(gone.count(), 5);
    for round in 1..=3 {
        clock.advance(5);
        calls(50).await;
        assert_eq!(gone.count(), 5 + round, "one call asks, the others wait");
    }

    // Another tool is not touched, and a tool that answers again is taken up at once.
    fixture.output("zoom.list_rooms", json!({})).await;
    let path = "/slack/";
    fixture.fault(json!({ "on": path, "do": "drop", "times": 5 }));
    for _ in 0..6 {
        assert_eq!(class(&fixture.registry.call(&post()).await), "not sent");
    }
    clock.advance(5);
    for _ in 0..3 {
        fixture.registry.call(&post()).await.unwrap();
    }
    assert_eq!(posted(&fixture), 3);
}

#[tokio::test]
async fn what_goes_beyond_a_tools_rate_waits_and_is_not_sent() {
    let fixture = Fixture::new(Arc::new(SystemClock), |_| {});
    let config = json!({
        "name": "lights", "base_url": "https://lights.example", "calls_per_minute": 6,
        "actions": { "dim": { "effect": "read" } },
    });
    let config = serde_json::from_value(config).unwrap();
    fixture.registry.add_http(config).unwrap();
    let mut dim = call("lights.dim", json!({}));
    assert_eq!(dim.mode, Mode::Mock);
    fixture.registry.call(&dim).await.unwrap();
    dim.timeout = Duration::from_millis(20);
    let answer = fixture.registry.call(&dim).await;
    let Err(ToolError::NotSent {
        retry_after: Some(pause),
        ..
    }) = answer
    else {
        panic!("{answer:?}");
    };
    assert!(pause > Duration::from_secs(5), "{pause:?}");
}
