//! The campus as a script begins it, and as it is changed from outside.

use avops_tools::campus::{AfterRestart, BaseStatus, RoomFault, Script};
use serde_json::{Value, json};

use crate::fixture::Fixture;

async fn status(fixture: &Fixture, room: &str) -> (String, String) {
    let room = fixture
        .output("zoom.lookup_zoom_room", json!({ "query": room }))
        .await;
    let text = |key: &str| room[key].as_str().unwrap().to_owned();
    (text("status"), text("health"))
}

#[tokio::test]
async fn a_room_can_be_broken_and_mended_while_the_program_runs() {
    let fixture = Fixture::mock();
    let campus = fixture.registry.campus();
    let fault = RoomFault {
        issue: "No HDMI signal".to_owned(),
        after_restart: AfterRestart::Stays,
    };
    assert!(campus.set_meeting("zr-hq-boardroom-4", true));
    assert_eq!(status(&fixture, "Boardroom 4").await.0, "in_meeting");
    assert!(campus.set_room_fault("zr-hq-boardroom-4", Some(fault)));
    assert!(campus.set_meeting("zr-hq-boardroom-4", false));
    assert_eq!(
        status(&fixture, "Boardroom 4").await,
        ("online".to_owned(), "critical".to_owned())
    );
    assert!(campus.set_room_status("zr-hq-boardroom-4", BaseStatus::Offline));
    assert_eq!(status(&fixture, "Boardroom 4").await.0, "offline");
    assert!(!campus.set_meeting("no-such-room", true));
}

#[tokio::test]
async fn the_control_paths_need_their_header_and_a_numeric_host() {
    let fixture = Fixture::mock();
    let base = format!("http://{}/campus", fixture.registry.campus().address());
    let client = reqwest::Client::new();
    let ask = |path: &str| client.get(format!("{base}{path}"));
    assert_eq!(ask("/state").send().await.unwrap().status(), 403);
    let rebound = ask("/state")
        .header("x-campus-control", "1")
        .header("host", "evil.example:80");
    assert_eq!(rebound.send().await.unwrap().status(), 403);
    let state: Value = ask("/state")
        .header("x-campus-control", "1")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(state["rooms"].as_array().unwrap().len(), 8);
    let change = |body: Value| {
        client
            .patch(format!("{base}/rooms/zr-hq-204"))
            .header("x-campus-control", "1")
            .json(&body)
            .send()
    };
    assert_eq!(
        change(json!({ "fault": "none", "meeting": true }))
            .await
            .unwrap()
            .status(),
        204
    );
    assert_eq!(
        status(&fixture, "Huddle 204").await,
        ("in_meeting".to_owned(), "good".to_owned())
    );
    let broken =
        json!({ "fault": { "issue": "Black", "after_restart": "stays" }, "meeting": false });
    assert_eq!(change(broken).await.unwrap().status(), 204);
    assert_eq!(
        status(&fixture, "Huddle 204").await,
        ("online".to_owned(), "critical".to_owned())
    );
    assert_eq!(
        change(json!({ "colour": "red" })).await.unwrap().status(),
        422
    );
    let fault = client
        .post(format!("{base}/faults"))
        .header("x-campus-control", "1")
        .json(&json!({ "on": "/zoom/v2/rooms", "do": "status", "status": 500 }));
    assert_eq!(fault.send().await.unwrap().status(), 204);
    assert!(fixture.call("zoom.list_rooms", json!({})).await.is_err());
    let clear = client
        .delete(format!("{base}/faults"))
        .header("x-campus-control", "1");
    assert_eq!(clear.send().await.unwrap().status(), 204);
    fixture.call("zoom.list_rooms", json!({})).await.unwrap();
}

#[tokio::test]
async fn the_campus_stops_with_its_registry() {
    let fixture = Fixture::mock();
    let address = fixture.registry.campus().address();
    drop(fixture);
    let mut refused = false;
    for _ in 0..1000 {
        if tokio::net::TcpStream::connect(address).await.is_err() {
            refused = true;
            break;
        }
        tokio::task::yield_now().await;
    }
    assert!(refused);
}

#[test]
fn a_script_with_a_mistake_is_refused_with_its_place() {
    for (script, said) in [
        ("rooms: [{ id: a, name: A }]", "email"),
        ("rooms: []\ncolour: red", "colour"),
        ("rooms: []\nmeetings: [{ room: b, topic: T }]", "`b`"),
        ("rooms: []\nfaults: [{ on: /zoom, do: explode }]", "explode"),
        (
            "rooms: [{ id: a, name: A, email: e, status: fine }]",
            "fine",
        ),
    ] {
        let error = Script::parse(script).unwrap_err().to_string();
        assert!(error.contains(said), "{script}: {error}");
    }
}
