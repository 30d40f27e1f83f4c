//! What an outside tool can do to us, and what each of it means.

use std::time::Duration;

use avops_engine::{ToolCall, ToolError, ToolReply, Toolbox as _};
use serde_json::json;

use crate::faulty_tool::{Behaviour, FaultyTool, answer, gzip, json_answer};
use crate::fixture::{Fixture, call, class};

/// For calls that get no answer.
const SHORT: Duration = Duration::from_millis(800);

/// For calls that get one, however busy the machine is.
const LONG: Duration = Duration::from_secs(20);

/// Registers a tool at an address and makes one call.
async fn call_once(
    fixture: &Fixture,
    url: &str,
    extra: serde_json::Value,
    patience: Duration,
) -> (ToolCall, Result<ToolReply, ToolError>) {
    let mut config = json!({ "name": "outside", "base_url": url, "actions": { "go": {} } });
    for (key, value) in extra.as_object().unwrap() {
        config[key] = value.clone();
    }
    fixture
        .registry
        .add_http(serde_json::from_value(config).unwrap())
        .unwrap();
    let mut call = call("outside.go", json!({ "room": "Boardroom 4" }));
    call.timeout = patience;
    let answer = fixture.registry.call(&call).await;
    (call, answer)
}

#[tokio::test]
async fn every_misbehaviour_has_its_class_and_nothing_is_sent_twice() {
    let say = |status: u16, body: &str| Behaviour::Say(json_answer(status, body));
    let raw =
        |status: &str, headers: &str, body: &[u8]| Behaviour::Say(answer(status, headers, body));
    let deep = format!(
        "{{\"ok\":true,\"result\":{}{}}}",
        "[".repeat(200),
        "]".repeat(200)
    );
    let headers: String = (0..2000).map(|n| format!("x-{n}: y\r\n")).collect();
    let bomb = gzip(&vec![b' '; 32 * 1024 * 1024]);
    let mut truncated = json_answer(200, "{\"ok\":true,\"result\":1}");
    truncated.truncate(truncated.len() - 5);
    let cases = [
        (
            "a right answer",
            "ok",
            say(200, r#"{"ok":true,"result":{"id":1}}"#),
        ),
        (
            "a right answer, compressed",
            "ok",
            raw(
                "200 OK",
                "content-encoding: gzip\r\n",
                &gzip(b"{\"ok\":true}"),
            ),
        ),
        (
            "a refusal",
            "refused",
            say(200, r#"{"ok":false,"error":"no such room"}"#),
        ),
        (
            "a refusal with a status",
            "refused",
            say(422, r#"{"ok":false,"error":{"message":"no such room"}}"#),
        ),
        ("404", "refused", say(404, "no such room")),
        ("401", "refused", say(401, "no such room")),
        ("429", "not sent", say(429, "")),
        ("503", "unknown", say(503, "")),
        ("500 after acting", "unknown", say(500, r#"{"ok":true}"#)),
        ("502", "unknown", say(502, "<html>")),
        ("reset after the request", "unknown", Behaviour::Reset),
        (
            "closed after the request",
            "unknown",
            Behaviour::Say(Vec::new()),
        ),
        ("no answer", "unknown", Behaviour::SayAndWait(Vec::new())),
        (
            "headers and no body",
            "unknown",
            Behaviour::SayAndWait(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n".to_vec()),
        ),
        ("one byte at a time", "unknown", Behaviour::Drip),
        ("a body that never ends", "unknown", Behaviour::Endless),
        (
            "a body that breaks off",
            "unknown",
            Behaviour::Say(truncated),
        ),
        (
            "a body announced as huge",
            "unknown",
            Behaviour::SayAndWait(
                b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n".to_vec(),
            ),
        ),
        (
            "a bomb",
            "unknown",
            raw("200 OK", "content-encoding: gzip\r\n", &bomb),
        ),
        (
            "a compression not asked for",
            "unknown",
            raw("200 OK", "content-encoding: br\r\n", b"{}"),
        ),
        (
            "not HTTP",
            "unknown",
            Behaviour::Say(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()),
        ),
        (
            "a bad chunk",
            "unknown",
            Behaviour::Say(
                b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n".to_vec(),
            ),
        ),
        (
            "too many headers",
            "unknown",
            raw("200 OK", &headers, b"{\"ok\":true}"),
        ),
        ("not JSON", "unknown", say(200, "<html>It works!</html>")),
        ("nothing", "unknown", say(200, "")),
        (
            "not text",
            "unknown",
            raw("200 OK", "", b"{\"ok\":true,\"result\":\"\xff\xfe\"}"),
        ),
        ("too deep", "unknown", say(200, &deep)),
        (
            "a key twice",
            "unknown",
            say(200, r#"{"ok":false,"ok":true}"#),
        ),
        ("the wrong type", "unknown", say(200, r#"{"ok":"yes"}"#)),
        ("a list", "unknown", say(200, "[true]")),
        (
            "two documents",
            "unknown",
            say(200, r#"{"ok":true}{"ok":true}"#),
        ),
    ];
    let fixture = Fixture::mock();
    for (what, expected, behaviour) in cases {
        let tool = FaultyTool::start(behaviour).await;
        let patience = if expected == "unknown" { SHORT } else { LONG };
        let (call, answer) = call_once(&fixture, &tool.url(), json!({}), patience).await;
        assert_eq!(class(&answer), expected, "{what}: {answer:?}");
        let requests = tool.requests();
        assert_eq!(requests.len(), 1, "{what}");
        assert!(
            requests[0].starts_with("POST /action HTTP/1.1\r\n"),
            "{}",
            requests[0]
        );
        let key = format!("idempotency-key: {}\r\n", call.idempotency_key);
        assert!(requests[0].contains(&key), "{}", requests[0]);
        assert!(
            requests[0].ends_with(r#"{"action":"go","args":{"room":"Boardroom 4"}}"#),
            "{}",
            requests[0]
        );
        if let Err(error) = answer {
            assert!(error.to_string().len() < 2048, "{what}");
            assert!(
                !error.to_string().contains(char::is_control),
                "{what}: {error}"
            );
            if expected == "refused" {
                assert!(
                    error.to_string().contains("no such room"),
                    "{what}: {error}"
                );
            }
        }
    }
}

#[tokio::test]
async fn nothing_was_sent_when_nobody_listens() {
    let fixture = Fixture::mock();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let (_, answer) = call_once(&fixture, &format!("http://{address}"), json!({}), LONG).await;
    assert_eq!(class(&answer), "not sent", "{answer:?}");
    assert!(
        answer
            .unwrap_err()
            .to_string()
            .contains(&address.to_string())
    );
    let health = fixture.registry.health("outside").await.unwrap();
    assert!(!health.ok);
}

#[tokio::test]
async fn a_listener_that_never_takes_the_connection_ends_as_unknown() {
    let fixture = Fixture::mock();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (_, answer) = call_once(&fixture, &url, json!({}), SHORT).await;
    assert_eq!(class(&answer), "unknown", "{answer:?}");
}

#[tokio::test]
async fn retry_after_is_passed_on_in_each_spelling_and_capped() {
    let fixture = Fixture::mock();
    for (header, seconds) in [
        ("retry-after: 3\r\n", Some(3)),
        ("retry-after: 86400\r\n", Some(900)),
        ("retry-after: Fri, 31 Dec 2100 23:59:59 GMT\r\n", Some(900)),
        ("retry-after: 2100-12-31T23:59:59Z\r\n", Some(900)),
        ("retry-after: Sat, 01 Jan 2000 00:00:00 GMT\r\n", Some(0)),
        ("retry-after: later\r\n", None),
        ("", None),
    ] {
        let tool =
            FaultyTool::start(Behaviour::Say(answer("429 Too Many Requests", header, b""))).await;
        let (_, answer) = call_once(&fixture, &tool.url(), json!({}), LONG).await;
        let Err(ToolError::NotSent { retry_after, .. }) = answer else {
            panic!("{header}: {answer:?}");
        };
        assert_eq!(retry_after.map(|d| d.as_secs()), seconds, "{header}");
    }
}

#[tokio::test]
async fn a_503_was_not_sent_only_where_the_tool_is_registered_so() {
    let fixture = Fixture::mock();
    let tool = FaultyTool::start(Behaviour::Say(json_answer(503, ""))).await;
    let (_, answer) = call_once(
        &fixture,
        &tool.url(),
        json!({ "refuses_before_acting": true }),
        LONG,
    )
    .await;
    assert_eq!(class(&answer), "not sent", "{answer:?}");
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let fixture = Fixture::mock();
    let canary = FaultyTool::start(Behaviour::Say(json_answer(200, r#"{"ok":true}"#))).await;
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let location = format!("location: {}/action\r\n", canary.url());
        let tool = FaultyTool::start(Behaviour::Say(answer(status, &location, b""))).await;
        let (_, answer) = call_once(&fixture, &tool.url(), json!({}), LONG).await;
        assert_eq!(class(&answer), "refused", "{status}: {answer:?}");
        let health = fixture.registry.health("outside").await.unwrap();
        assert!(!health.ok, "{status}");
    }
    assert_eq!(canary.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn health_is_green_only_for_a_good_status_and_an_ok_that_is_true() {
    let fixture = Fixture::mock();
    for (status, body, green) in [
        (200, r#"{"ok":true,"version":"1"}"#, true),
        (200, r#"{"ok":false,"reason":"no signal"}"#, false),
        (200, r#"{"ok":1}"#, false),
        (200, r#"{"status":"up"}"#, false),
        (200, "pong", false),
        (500, r#"{"ok":true}"#, false),
    ] {
        let tool = FaultyTool::start(Behaviour::Say(json_answer(status, body))).await;
        call_once(&fixture, &tool.url(), json!({}), LONG)
            .await
            .1
            .ok();
        let health = fixture.registry.health("outside").await.unwrap();
        assert_eq!(health.ok, green, "{status} {body}: {}", health.detail);
        assert!(tool.requests()[1].starts_with("GET /health HTTP/1.1\r\n"));
    }
}

#[tokio::test]
async fn health_is_red_with_the_reason_after_three_seconds() {
    let fixture = Fixture::mock();
    let tool = FaultyTool::start(Behaviour::SayAndWait(Vec::new())).await;
    call_once(&fixture, &tool.url(), json!({}), SHORT)
        .await
        .1
        .unwrap_err();
    let health = fixture.registry.health("outside").await.unwrap();
    assert!(!health.ok);
    assert!(health.detail.contains("no answer"), "{}", health.detail);
}

#[tokio::test]
async fn calls_that_hang_do_not_stop_calls_of_another_tool() {
    let fixture = Fixture::mock();
    let hanging = FaultyTool::start(Behaviour::SayAndWait(Vec::new())).await;
    call_once(&fixture, &hanging.url(), json!({}), SHORT)
        .await
        .1
        .unwrap_err();
    let outside = |milliseconds| {
        let mut call = call("outside.go", json!({}));
        call.timeout = Duration::from_millis(milliseconds);
        let registry = &fixture.registry;
        async move { registry.call(&call).await }
    };
    let slow = futures::future::join_all((0..256).map(|_| outside(4_000)));
    let meanwhile = async {
        let all_hang = async {
            while hanging.count() < 1 + 256 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), all_hang)
            .await
            .unwrap();
        let more = futures::future::join_all((0..20).map(|_| outside(300)));
        let other = fixture.call("zoom.list_rooms", json!({}));
        tokio::join!(more, other)
    };
    let (slow, (more, other)) = tokio::join!(slow, meanwhile);
    assert_eq!(class(&other), "ok", "{other:?}");
    assert!(slow.iter().all(|answer| class(answer) == "unknown"));
    // Those that found no room were given up within their own time, and nothing of them was sent.
    assert!(
        more.iter().all(|answer| class(answer) == "not sent"),
        "{more:?}"
    );
    assert_eq!(hanging.count(), 1 + 256);
}

#[tokio::test]
async fn what_a_tool_left_behind_becomes_artifacts() {
    let fixture = Fixture::mock();
    let body = json!({
        "ok": true,
        "result": { "text": "{{ intake.room }}" },
        "artifacts": [
            { "kind": "ticket", "title": "T-1", "external_id": 17, "url": "https://desk.example/17" },
            { "kind": "photo", "url": "javascript:alert(1)" },
        ],
    });
    let tool = FaultyTool::start(Behaviour::Say(json_answer(200, &body.to_string()))).await;
    let (_, answer) = call_once(&fixture, &tool.url(), json!({}), LONG).await;
    let reply = answer.unwrap();
    assert_eq!(reply.output["text"], "{{ intake.room }}");
    assert_eq!(reply.artifacts[0].external_id.as_deref(), Some("17"));
    assert_eq!(
        reply.artifacts[0].url.as_deref(),
        Some("https://desk.example/17")
    );
    assert_eq!(reply.artifacts[1].title, "photo");
    assert_eq!(reply.artifacts[1].url, None);
}
