//! Mock mode on a fresh installation.

use std::sync::Arc;

use avops_engine::{Mode, SystemClock, ToolError, Toolbox as _};
use serde_json::json;

use crate::fixture::Fixture;

#[tokio::test]
async fn the_scaffold_of_the_runbook_finds_what_it_needs() {
    let fixture = Fixture::mock();
    for room in [
        "Boardroom 4",
        "boardroom 4",
        "br4@corp.example",
        "BR4@corp.example",
    ] {
        let found = fixture
            .call("zoom.lookup_zoom_room", json!({ "query": room }))
            .await
            .unwrap();
        assert_eq!(found.output["name"], "Boardroom 4", "{room}");
        assert_eq!(found.output["status"], "online");
        assert_eq!(found.output["email"], "br4@corp.example");
        assert_eq!(found.output["health"], "good");
    }
    let policy = fixture.call("zoom.check_policy", json!({})).await.unwrap();
    assert_eq!(policy.output["checked"], 8);
    assert_eq!(policy.output["compliant"], false);
    let report = fixture.call("zoom.report_status", json!({})).await.unwrap();
    assert_eq!(report.artifacts[0].kind, "report");
    let notice = json!({ "channel": "#avops", "text": "Room Boardroom 4 verified" });
    let posted = fixture.call("slack.post_message", notice).await.unwrap();
    assert_eq!(posted.artifacts[0].kind, "message");
    assert!(
        posted.artifacts[0]
            .url
            .as_ref()
            .unwrap()
            .starts_with("https://")
    );
    assert_eq!(
        fixture.registry.campus().messages()[0].text,
        "Room Boardroom 4 verified"
    );
}

#[tokio::test]
async fn every_tool_is_green_on_a_fresh_installation() {
    let fixture = Fixture::mock();
    let health = fixture.registry.check_all().await;
    assert_eq!(health.len(), fixture.registry.tools().len());
    for (name, health) in &health {
        assert!(health.ok, "{name}: {}", health.detail);
    }
    for tool in fixture.registry.tools() {
        assert_eq!(tool.mode, Mode::Mock);
        assert_eq!(tool.health.as_ref(), health.get(&tool.spec.name));
    }
}

#[tokio::test]
async fn without_credentials_live_tools_are_red_and_refuse_naming_what_is_missing() {
    let fixture = Fixture::new(Arc::new(SystemClock), |options| options.mock = false);
    let health = fixture.registry.health("slack").await.unwrap();
    assert!(!health.ok);
    assert!(
        health.detail.contains("AVOPS_SLACK_TOKEN"),
        "{}",
        health.detail
    );
    let health = fixture.registry.health("zoom").await.unwrap();
    assert!(
        health.detail.contains("AVOPS_ZOOM_CLIENT_SECRET"),
        "{}",
        health.detail
    );
    let mut call = crate::fixture::call("zoom.list_rooms", json!({}));
    call.mode = Mode::Live;
    let error = fixture.registry.call(&call).await.unwrap_err();
    let ToolError::Refused {
        hint: Some(hint), ..
    } = error
    else {
        panic!("{error:?}");
    };
    assert!(hint.contains("AVOPS_ZOOM_ACCOUNT_ID"), "{hint}");
}

#[tokio::test]
async fn the_shipped_vocabulary_is_that_of_a_fresh_installation() {
    let fixture = Fixture::mock();
    let shipped = avops_tools::shipped_vocabulary().unwrap();
    assert_eq!(*fixture.registry.vocabulary(), shipped);
    assert_eq!(std::fs::read_dir(fixture.folder.path()).unwrap().count(), 0);
}
