//! A fault of the simulated campus becomes an alert of Zoom, the alert a run: over real sockets, signed.

use avops_spec::{Client, program::log_of};
use hyper::Method;
use serde_json::{Value, json};

use crate::stage::Stage;

/// Looks at the room that the alert is about.
const LOOK: &str = r#"name: Look at the room
intake:
  - gather: room
plan:
  - action: zoom.lookup_zoom_room
    with: { query: "{{ intake.room }}" }
act: []
verify:
  - check: "zoom_room.id != ''"
"#;

/// The campus behind a program, as the program said at its start.
fn campus(stage: &Stage) -> Client {
    let log = std::fs::read_to_string(log_of(stage.folder.path())).unwrap();
    let (_, rest) = log.split_once("simulated campus at 127.0.0.1:").unwrap();
    let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Client::new(port.parse().unwrap(), "")
}

/// Changes a room of the campus, as its control paths do.
async fn change_room(stage: &Stage, change: Value) {
    let campus = campus(stage);
    let host = campus.host();
    let headers = [
        ("host", host.as_str()),
        ("content-type", "application/json"),
        ("x-campus-control", "1"),
    ];
    let path = "/campus/rooms/zr-hq-boardroom-4";
    let answer = campus
        .raw(Method::PATCH, path, &headers, &change.to_string())
        .await
        .unwrap();
    assert_eq!(answer.status, 204, "{}", answer.text);
}

/// What came for the workflow, once there is so much of it that is decided.
async fn came(stage: &Stage, many: usize) -> Vec<Value> {
    let path = "/api/v1/workflows/room%20alerts/deliveries";
    for _ in 0..400 {
        let found = stage.client().get(path).await.unwrap().body;
        let items = found["items"].as_array().unwrap().clone();
        if items.len() >= many && items.iter().all(|item| item["outcome"] != "taken") {
            return items;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("fewer than {many} messages came");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_that_is_switched_on_starts_the_workflow_of_the_alert() {
    let stage = Stage::set().await;
    stage
        .made("/api/v1/recipes", &json!({ "yaml": LOOK }))
        .await;
    let trigger = json!({
        "type": "webhook", "signature": "zoom",
        "when": "event.event == 'zoomroom.alert' and event.payload.object.alert_kind == 1",
        "inputs": { "room": "{{ event.payload.object.room_name }}" },
    });
    let workflow = json!({
        "name": "Room alerts", "agent": "support", "recipe": "Look at the room", "trigger": trigger,
    });
    let made = stage.made("/api/v1/workflows", &workflow).await;
    assert_eq!(made.body["hook"]["simulated"], true, "{}", made.body);
    let fault = json!({ "fault": { "issue": "No HDMI signal", "after_restart": "recovers" } });
    change_room(&stage, fault.clone()).await;
    let first = came(&stage, 1).await;
    assert_eq!(first[0]["outcome"], "started", "{first:?}");
    assert_eq!(first[0]["event"], "zoomroom.alert");
    let run = stage.ended(first[0]["run_id"].as_str().unwrap()).await;
    assert_eq!(run["inputs"]["room"], "Boardroom 4", "{run:#}");
    assert_eq!(run["trigger"], "webhook");
    // The same fault again changes nothing; its end is another alert, which starts nothing.
    change_room(&stage, fault).await;
    change_room(&stage, json!({ "fault": "none" })).await;
    let both = came(&stage, 2).await;
    assert_eq!(both[0]["outcome"], "filtered", "{both:?}");
    assert_eq!(both.len(), 2, "{both:?}");
    // In a live workspace the simulated Zoom is silent.
    let mut connection = stage.client().connect().await.unwrap();
    let live = json!({ "mock": false });
    let changed = connection
        .call(Method::PATCH, "/api/v1/settings", Some(&live), None)
        .await
        .unwrap();
    assert_eq!(changed.status, 200, "{}", changed.body);
    let shown = stage.client().get("/api/v1/workflows/room%20alerts").await;
    assert_eq!(shown.unwrap().body["hook"]["simulated"], false);
    change_room(&stage, json!({ "status": "offline" })).await;
    let mock = json!({ "mock": true });
    connection
        .call(Method::PATCH, "/api/v1/settings", Some(&mock), None)
        .await
        .unwrap();
    change_room(&stage, json!({ "status": "online" })).await;
    let all = came(&stage, 3).await;
    let outcomes: Vec<&str> = all
        .iter()
        .filter_map(|one| one["outcome"].as_str())
        .collect();
    assert_eq!(outcomes, ["filtered", "filtered", "started"]);
}
