//! Files in Slack: three steps of which only the last is seen, at an address that must be Slack's.

use std::sync::Arc;
use std::time::Duration;

use avops_engine::{SystemClock, ToolCall, ToolError, Toolbox as _};
use serde_json::{Value, json};

use crate::fixture::{Fixture, call, class};

fn upload() -> ToolCall {
    let args = json!({
        "channel": "#avops", "name": "räume & log.txt", "text": "Grüße", "title": "Log <1>", "comment": "R&D",
    });
    call("slack.upload_file", args)
}

fn shown(fixture: &Fixture) -> Vec<Value> {
    fixture.registry.campus().slack_files()
}

#[tokio::test]
async fn a_file_is_shown_with_its_name_its_bytes_and_a_link() {
    let fixture = Fixture::mock();
    let reply = fixture.registry.call(&upload()).await.unwrap();
    let files = shown(&fixture);
    assert_eq!(files.len(), 1);
    assert_eq!(files[0]["name"], "räume & log.txt");
    assert_eq!(files[0]["title"], "Log <1>");
    assert_eq!(files[0]["channel"], "C0AVOPS001");
    assert_eq!(files[0]["comment"], "R&amp;D");
    // Bytes, not characters.
    assert_eq!(files[0]["size_bytes"], 7);
    assert_eq!(reply.output["size_bytes"], 7);
    let artifact = &reply.artifacts[0];
    assert_eq!(artifact.kind, "file");
    assert_eq!(artifact.external_id.as_deref(), files[0]["id"].as_str());
    assert!(
        artifact
            .url
            .as_ref()
            .unwrap()
            .starts_with("https://campus.slack.example/files/")
    );

    let args =
        json!({ "channel": "C0EVENTS01", "name": "a.bin", "base64": "/wD+", "thread_ts": "1.2" });
    fixture.output("slack.upload_file", args).await;
    let files = shown(&fixture);
    assert_eq!(files[1]["size_bytes"], 3);
    assert_eq!(files[1]["title"], "a.bin");
    assert_eq!(files[1]["thread_ts"], "1.2");
}

#[tokio::test]
async fn what_fails_before_the_last_step_was_not_sent() {
    for on in [
        "/slack/files.getUploadURLExternal",
        "/slack/upload/v1/",
        "/slack/conversations.list",
    ] {
        for fault in [
            json!({ "do": "drop", "acts": true }),
            json!({ "do": "status", "status": 500 }),
            json!({ "do": "status", "status": 503 }),
        ] {
            let fixture = Fixture::mock();
            let mut fault = fault;
            fault["on"] = json!(on);
            fault["times"] = json!(1);
            fixture.fault(fault.clone());
            let answer = fixture.registry.call(&upload()).await;
            assert_eq!(class(&answer), "not sent", "{on} {fault}: {answer:?}");
            assert!(shown(&fixture).is_empty());
            fixture.registry.call(&upload()).await.unwrap();
            assert_eq!(shown(&fixture).len(), 1, "{on} {fault}");
        }
    }
}

#[tokio::test]
async fn a_file_that_was_shown_without_an_answer_tells_so_itself() {
    for fault in [
        json!({ "do": "drop" }),
        json!({ "do": "status", "status": 500 }),
        json!({ "do": "truncate" }),
        json!({ "do": "not_json" }),
        json!({ "do": "status", "status": 200, "body": "{\"ok\":false,\"error\":\"internal_error\"}" }),
    ] {
        let fixture = Fixture::mock();
        let mut fault = fault;
        fault["on"] = json!("/slack/files.completeUploadExternal");
        fault["acts"] = json!(true);
        fault["times"] = json!(1);
        fixture.fault(fault.clone());
        let reply = fixture.registry.call(&upload()).await;
        let reply = reply.unwrap_or_else(|error| panic!("{fault}: {error}"));
        assert_eq!(shown(&fixture).len(), 1, "{fault}");
        assert!(reply.artifacts[0].url.is_some());
    }
}

#[tokio::test]
async fn a_last_step_that_the_file_does_not_show_is_unknown() {
    let fixture = Fixture::mock();
    let on = "/slack/files.completeUploadExternal";
    fixture.fault(json!({ "on": on, "do": "drop", "times": 1 }));
    let answer = fixture.registry.call(&upload()).await;
    assert_eq!(class(&answer), "unknown", "{answer:?}");
    // A bot that may not ask.
    let body = "{\"ok\":false,\"error\":\"missing_scope\",\"needed\":\"files:read\"}";
    fixture
        .fault(json!({ "on": "/slack/files.info", "do": "status", "status": 200, "body": body }));
    fixture.fault(json!({ "on": on, "do": "drop", "acts": true, "times": 1 }));
    let error = fixture
        .registry
        .call(&upload())
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("missing_scope"), "{error}");
}

#[tokio::test]
async fn limits_and_refusals_show_nothing() {
    let fixture = Fixture::mock();
    let on = "/slack/files.completeUploadExternal";
    fixture
        .fault(json!({ "on": on, "do": "status", "status": 429, "retry_after": "7", "times": 1 }));
    let Err(ToolError::NotSent { retry_after, .. }) = fixture.registry.call(&upload()).await else {
        panic!("not refused");
    };
    assert_eq!(retry_after, Some(Duration::from_secs(7)));
    assert!(shown(&fixture).is_empty());
    let fixture = Fixture::mock();
    for args in [
        json!({ "channel": "#board", "name": "a", "text": "b" }),
        json!({ "channel": "C0UNKNOWN1", "name": "a", "text": "b" }),
        json!({ "channel": "#avops", "name": "a", "text": "b", "base64": "Yg==" }),
        json!({ "channel": "#avops", "name": "a", "base64": "%%" }),
        json!({ "channel": "#avops", "name": "a", "text": "" }),
    ] {
        let answer = fixture.call("slack.upload_file", args.clone()).await;
        assert_eq!(class(&answer), "refused", "{args}: {answer:?}");
    }
    assert!(shown(&fixture).is_empty());
}

/// An answer of the vendor cannot send a file elsewhere: nothing arrives at a second listener.
#[tokio::test]
async fn a_file_goes_to_no_other_address_than_slacks() {
    let fixture = Fixture::mock();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let elsewhere = listener.local_addr().unwrap();
    let answer = |url: &str| json!({ "ok": true, "upload_url": url, "file_id": "F0" }).to_string();
    for url in [
        &format!("http://{elsewhere}/slack/upload/v1/F0"),
        &format!("http://localhost:{}/upload", elsewhere.port()),
        "https://slack.com.evil.example/upload",
        "http://169.254.169.254/latest/meta-data",
        "not an address",
    ] {
        let on = "/slack/files.getUploadURLExternal";
        let body = answer(url);
        fixture.fault(json!({ "on": on, "do": "status", "status": 200, "body": body, "times": 1 }));
        let answer = fixture.registry.call(&upload()).await;
        assert_eq!(class(&answer), "refused", "{url}: {answer:?}");
    }
    let came = tokio::time::timeout(Duration::ZERO, listener.accept()).await;
    assert!(came.is_err(), "a file went to another address");
}

#[tokio::test]
async fn a_file_stands_without_its_link() {
    let fixture = Fixture::mock();
    let body = "{\"ok\":true,\"files\":[{\"id\":\"F0CAMPUS001\"}]}";
    let on = "/slack/files.completeUploadExternal";
    fixture.fault(json!({ "on": on, "do": "status", "status": 200, "body": body, "acts": true }));
    let asked = fixture.registry.call(&upload()).await.unwrap();
    assert!(asked.artifacts[0].url.is_some());
    fixture.fault(json!({ "on": "/slack/files.info", "do": "drop" }));
    let reply = fixture.registry.call(&upload()).await.unwrap();
    assert_eq!(reply.output["permalink"], Value::Null);
}

#[tokio::test]
async fn the_token_goes_to_the_api_only() {
    let fixture = Fixture::mock();
    let campus = fixture.registry.campus().address();
    let live = Fixture::new(Arc::new(SystemClock), |options| {
        options.mock = false;
        let mut set = |name: &str, value: &str| options.environment.set(name, value);
        set("AVOPS_SLACK_URL", &format!("http://{campus}/slack"));
        set("AVOPS_SLACK_TOKEN", "xoxb-canary-9d1f");
    });
    let mut call = upload();
    call.mode = avops_engine::Mode::Live;
    let error = format!("{:?}", live.registry.call(&call).await.unwrap_err());
    assert!(error.contains("AVOPS_SLACK_TOKEN"), "{error}");
    assert!(!error.contains("canary"), "{error}");
}
