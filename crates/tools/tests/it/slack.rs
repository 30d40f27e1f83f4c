//! Slack: refusals, and posting once to a system that honours no key.

use std::sync::Arc;
use std::time::Duration;

use avops_engine::{SystemClock, ToolCall, ToolError, Toolbox as _};
use serde_json::{Value, json};

use crate::fixture::{Fixture, StillClock, call, class};

fn post(text: &str) -> ToolCall {
    call(
        "slack.post_message",
        json!({ "channel": "#avops", "text": text }),
    )
}

fn posted(fixture: &Fixture) -> usize {
    fixture.registry.campus().messages().len()
}

#[tokio::test]
async fn a_message_goes_to_the_channel_by_name_or_id_with_its_text_escaped() {
    let fixture = Fixture::mock();
    for channel in ["#avops", "avops", "AVOPS", "C0AVOPS001"] {
        let args = json!({ "channel": channel, "text": "<!channel> R&D > 3" });
        let output = fixture.output("slack.post_message", args).await;
        assert_eq!(output["channel"], "C0AVOPS001", "{channel}");
        assert!(output["ts"].is_string());
    }
    let messages = fixture.registry.campus().messages();
    assert_eq!(messages.len(), 4);
    assert!(
        messages
            .iter()
            .all(|m| m.text == "&lt;!channel&gt; R&amp;D &gt; 3")
    );
    assert!(messages.windows(2).all(|pair| pair[0].ts < pair[1].ts));
    let ids: std::collections::HashSet<_> =
        messages.iter().map(|m| m.client_msg_id.clone()).collect();
    assert_eq!(ids.len(), 4);
}

#[tokio::test]
async fn a_channel_that_cannot_be_posted_to_is_a_refusal_with_a_hint() {
    let fixture = Fixture::mock();
    for (channel, said) in [
        ("#av-alert", "#av-alerts"),
        ("C0UNKNOWN1", "channel's name"),
        ("#board", "invite"),
    ] {
        let args = json!({ "channel": channel, "text": "x" });
        let error = fixture.call("slack.post_message", args).await.unwrap_err();
        let ToolError::Refused {
            hint: Some(hint), ..
        } = &error
        else {
            panic!("{channel}: {error:?}");
        };
        assert!(hint.contains(said), "{channel}: {hint}");
    }
    assert_eq!(posted(&fixture), 0);
}

/// Whatever breaks off after Slack has acted: one message, and the call finds it.
#[tokio::test]
async fn a_message_that_was_posted_without_an_answer_is_found_again() {
    for fault in [
        json!({ "do": "drop" }),
        json!({ "do": "status", "status": 500 }),
        json!({ "do": "status", "status": 503 }),
        json!({ "do": "truncate" }),
        json!({ "do": "not_json" }),
        json!({ "do": "not_utf8" }),
        json!({ "do": "huge" }),
        json!({ "do": "gzip_bomb" }),
        json!({ "do": "status", "status": 200, "body": "{\"ok\":false,\"error\":\"internal_error\"}" }),
    ] {
        let fixture = Fixture::mock();
        let mut fault = fault;
        fault["on"] = json!("/slack/chat.postMessage");
        fault["acts"] = json!(true);
        fault["times"] = json!(1);
        fixture.fault(fault.clone());
        let answer = fixture.registry.call(&post("once")).await;
        let reply = answer.unwrap_or_else(|e| panic!("{fault}: {e}"));
        let messages = fixture.registry.campus().messages();
        assert_eq!(messages.len(), 1, "{fault}");
        assert_eq!(reply.output["ts"], messages[0].ts, "{fault}");
        assert!(reply.artifacts[0].url.is_some());
    }
}

#[tokio::test]
async fn a_repeated_call_after_a_silence_finds_the_first_message() {
    let fixture = Fixture::mock();
    fixture
        .fault(json!({ "on": "/slack/chat.postMessage", "do": "hang", "acts": true, "times": 1 }));
    let mut call = post("once");
    call.timeout = Duration::from_millis(1500);
    let first = fixture.registry.call(&call).await;
    assert_eq!(class(&first), "unknown", "{first:?}");
    let second = fixture.registry.call(&call).await.unwrap();
    let messages = fixture.registry.campus().messages();
    assert_eq!(messages.len(), 1);
    assert_eq!(second.output["ts"], messages[0].ts);
}

#[tokio::test]
async fn a_repeated_call_posts_what_never_arrived() {
    let fixture = Fixture::mock();
    fixture.fault(json!({ "on": "/slack/chat.postMessage", "do": "drop", "times": 1 }));
    let call = post("once");
    let first = fixture.registry.call(&call).await;
    assert_eq!(class(&first), "unknown", "{first:?}");
    assert_eq!(posted(&fixture), 0);
    fixture.registry.call(&call).await.unwrap();
    assert_eq!(posted(&fixture), 1);
}

/// A message that arrives late, after a repetition was refused by a rate limit, is still found.
#[tokio::test]
async fn a_refused_repetition_does_not_end_the_doubt() {
    let fixture = Fixture::mock();
    let campus = fixture.registry.campus().address();
    let on = "/slack/chat.postMessage";
    let call = post("once");
    fixture.fault(json!({ "on": on, "do": "drop", "times": 1 }));
    assert_eq!(class(&fixture.registry.call(&call).await), "unknown");
    fixture.fault(json!({ "on": on, "do": "status", "status": 429, "times": 1 }));
    assert_eq!(class(&fixture.registry.call(&call).await), "not sent");
    let elsewhere = Fixture::new(Arc::new(SystemClock), |options| {
        options.mock = false;
        options
            .environment
            .set("AVOPS_SLACK_URL", &format!("http://{campus}/slack"));
        options.environment.set("AVOPS_SLACK_TOKEN", "xoxb-campus");
    });
    let mut late = call.clone();
    late.mode = avops_engine::Mode::Live;
    let late = elsewhere.registry.call(&late).await.unwrap();
    let found = fixture.registry.call(&call).await.unwrap();
    assert_eq!(found.output["ts"], late.output["ts"]);
    assert_eq!(posted(&fixture), 1);
}

#[tokio::test]
async fn a_doubt_that_cannot_be_resolved_stays_unknown() {
    let fixture = Fixture::mock();
    let body = "{\"ok\":false,\"error\":\"missing_scope\",\"needed\":\"channels:history\"}";
    let on = "/slack/conversations.history";
    fixture.fault(json!({ "on": on, "do": "status", "status": 200, "body": body }));
    let mut old = post("old run");
    old.idempotency_key = "before this program".to_owned();
    fixture.registry.call(&old).await.unwrap();
    let call = post("once");
    fixture
        .fault(json!({ "on": "/slack/chat.postMessage", "do": "drop", "acts": true, "times": 1 }));
    for _ in 0..2 {
        let answer = fixture.registry.call(&call).await;
        assert_eq!(class(&answer), "unknown", "{answer:?}");
        assert!(answer.unwrap_err().to_string().contains("missing_scope"));
    }
    assert_eq!(posted(&fixture), 2);
}

#[tokio::test]
async fn a_run_older_than_the_program_looks_before_it_posts() {
    let fixture = Fixture::mock();
    let old = uuid::Uuid::new_v7(uuid::Timestamp::from_unix(
        uuid::NoContext,
        1_700_000_000,
        0,
    ));
    for key in [format!("{old}/act.2"), "not a run id".to_owned()] {
        let before = posted(&fixture);
        let mut call = post("once");
        call.idempotency_key = key;
        let first = fixture.registry.call(&call).await.unwrap();
        let second = fixture.registry.call(&call).await.unwrap();
        assert_eq!(first.output["ts"], second.output["ts"]);
        assert_eq!(posted(&fixture), before + 1);
    }
}

#[tokio::test]
async fn an_earlier_message_is_found_behind_many_others_and_in_threads() {
    let fixture = Fixture::mock();
    let parent = fixture
        .output(
            "slack.post_message",
            json!({ "channel": "#avops", "text": "parent" }),
        )
        .await;
    let mut in_thread = post("answer");
    in_thread.args["thread_ts"] = parent["ts"].clone();
    in_thread.idempotency_key = "old run, thread".to_owned();
    let mut plain = post("plain");
    plain.idempotency_key = "old run, plain".to_owned();
    for call in [&in_thread, &plain] {
        fixture.registry.call(call).await.unwrap();
    }
    for n in 0..250 {
        fixture
            .registry
            .call(&post(&format!("noise {n}")))
            .await
            .unwrap();
    }
    for call in [&in_thread, &plain] {
        fixture.registry.call(call).await.unwrap();
    }
    assert_eq!(posted(&fixture), 253);
}

#[tokio::test]
async fn rate_limits_were_not_sent_in_both_forms() {
    let clock = StillClock::at("2026-11-01T08:00:00Z");
    let fixture = Fixture::new(clock.clone(), |_| {});
    let on = "/slack/chat.postMessage";
    fixture
        .fault(json!({ "on": on, "do": "status", "status": 429, "retry_after": "7", "times": 1 }));
    let Err(ToolError::NotSent { retry_after, .. }) = fixture.registry.call(&post("x")).await
    else {
        panic!("not refused");
    };
    assert_eq!(retry_after, Some(Duration::from_secs(7)));
    clock.advance(7);
    let body = "{\"ok\":false,\"error\":\"ratelimited\"}";
    fixture.fault(json!({ "on": on, "do": "status", "status": 200, "body": body, "times": 1 }));
    let answer = fixture.registry.call(&post("x")).await;
    assert_eq!(class(&answer), "not sent", "{answer:?}");
    clock.advance(60);
    fixture.registry.call(&post("x")).await.unwrap();
    assert_eq!(posted(&fixture), 1);
}

#[tokio::test]
async fn a_failing_channel_list_means_that_nothing_was_sent() {
    let fixture = Fixture::mock();
    fixture.fault(json!({ "on": "/slack/conversations.list", "do": "drop", "times": 1 }));
    let answer = fixture.registry.call(&post("x")).await;
    assert_eq!(class(&answer), "not sent", "{answer:?}");
    let body = "{\"ok\":false,\"error\":\"missing_scope\",\"needed\":\"channels:read\"}";
    fixture.fault(
        json!({ "on": "/slack/conversations.list", "do": "status", "status": 200, "body": body }),
    );
    // A bot that may not list posts by name.
    fixture.registry.call(&post("x")).await.unwrap();
    assert_eq!(posted(&fixture), 1);
}

#[tokio::test]
async fn a_message_stands_without_its_link() {
    let fixture = Fixture::mock();
    fixture.fault(json!({ "on": "/slack/chat.getPermalink", "do": "drop" }));
    let reply = fixture.registry.call(&post("x")).await.unwrap();
    assert_eq!(reply.output["permalink"], Value::Null);
    assert_eq!(reply.artifacts[0].url, None);
}

#[tokio::test]
async fn channels_come_from_all_pages_without_archived_ones() {
    let channels: String = (0..450)
        .map(|n| {
            format!(
                "    - {{ id: C{n:09}, name: room-{n}, archived: {} }}\n",
                n == 7
            )
        })
        .collect();
    let script = format!("rooms: []\nslack:\n  team: T\n  channels:\n{channels}");
    let fixture = Fixture::with_campus(&script, Arc::new(SystemClock));
    let listed = fixture.output("slack.list_channels", json!({})).await;
    assert_eq!(listed.as_array().unwrap().len(), 449);
    let args = json!({ "channel": "#room-449", "text": "x" });
    assert_eq!(
        fixture.output("slack.post_message", args).await["channel"],
        "C000000449"
    );
}

#[tokio::test]
async fn a_wrong_token_is_named_and_never_repeated() {
    let fixture = Fixture::mock();
    let campus = fixture.registry.campus().address();
    let live = Fixture::new(Arc::new(SystemClock), |options| {
        options.mock = false;
        options
            .environment
            .set("AVOPS_SLACK_URL", &format!("http://{campus}/slack"));
        options
            .environment
            .set("AVOPS_SLACK_TOKEN", "xoxb-canary-9d1f");
    });
    let mut call = post("x");
    call.mode = avops_engine::Mode::Live;
    let error = live.registry.call(&call).await.unwrap_err();
    let health = live.registry.health("slack").await.unwrap();
    assert!(!health.ok);
    let ToolError::Refused {
        hint: Some(hint), ..
    } = &error
    else {
        panic!("{error:?}");
    };
    assert!(hint.contains("AVOPS_SLACK_TOKEN"), "{hint}");
    for text in [format!("{error:?}"), health.detail] {
        assert!(!text.contains("canary"), "{text}");
    }
}
