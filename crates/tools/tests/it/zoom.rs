//! Zoom Rooms: tokens, lists, names, restarts, and the vendor's refusals.

use std::sync::Arc;
use std::time::Duration;

use avops_engine::{SystemClock, ToolError, Toolbox as _};
use serde_json::json;

use crate::fixture::{Fixture, StillClock, call, class};

const NOON: &str = "2026-11-24T12:00:00Z";

#[tokio::test]
async fn a_restart_takes_the_room_offline_and_mends_what_it_can() {
    let clock = StillClock::at(NOON);
    let script = include_str!("../../src/campus/campus.yaml");
    let fixture = Fixture::with_campus(script, clock.clone());
    for (room, healthy_again) in [("Huddle 204", "good"), ("Huddle 205", "critical")] {
        let before = fixture
            .output("zoom.lookup_zoom_room", json!({ "query": room }))
            .await;
        assert_eq!(
            (before["status"].as_str(), before["health"].as_str()),
            (Some("online"), Some("critical"))
        );
        assert!(before["issues"][0].as_str().unwrap().contains("black"));
        let restart = fixture
            .output("zoom.restart_zoom_room", json!({ "room_id": before["id"] }))
            .await;
        assert_eq!(restart["queued"], true);
        let during = fixture
            .output("zoom.room_status", json!({ "room_id": room }))
            .await;
        assert_eq!(during["status"], "offline");
        clock.advance(7);
        let after = fixture
            .output("zoom.lookup_zoom_room", json!({ "query": room }))
            .await;
        assert_eq!(
            (after["status"].as_str(), after["health"].as_str()),
            (Some("online"), Some(healthy_again))
        );
    }
    assert_eq!(fixture.registry.campus().restarts().len(), 2);
}

#[tokio::test]
async fn figures_of_another_status_say_nothing_about_health() {
    let clock = StillClock::at(NOON);
    let script = "
rooms:
  - { id: a, name: A, email: a@x.example }
  - { id: b, name: B, email: b@x.example }
";
    let fixture = Fixture::with_campus(script, clock.clone());
    let health =
        |rooms: serde_json::Value| (rooms[0]["health"].clone(), rooms[1]["health"].clone());
    let rooms = fixture.output("zoom.list_rooms", json!({})).await;
    assert_eq!(health(rooms), (json!("good"), json!("good")));
    // The dashboard is asked once a minute, whatever happens to its rooms.
    let dashboard = "/zoom/v2/metrics/zoomrooms";
    fixture.fault(json!({ "on": dashboard, "do": "status", "status": 500 }));
    let offline = avops_tools::campus::BaseStatus::Offline;
    fixture.registry.campus().set_room_status("a", offline);
    let rooms = fixture.output("zoom.list_rooms", json!({})).await;
    assert_eq!(health(rooms), (json!("unknown"), json!("good")));
    fixture
        .output("zoom.lookup_zoom_room", json!({ "query": "B" }))
        .await;
    // The room itself is looked at afresh.
    let answer = fixture
        .call("zoom.lookup_zoom_room", json!({ "query": "A" }))
        .await;
    assert_eq!(class(&answer), "unknown", "{answer:?}");
    fixture.registry.campus().clear_faults();
    let room = fixture
        .output("zoom.lookup_zoom_room", json!({ "query": "A" }))
        .await;
    assert_eq!(
        (&room["status"], &room["health"]),
        (&json!("offline"), &json!("critical"))
    );
}

#[tokio::test]
async fn the_guard_of_a_restart_sees_the_meeting() {
    let fixture = Fixture::mock();
    let tool = fixture.registry.tool("zoom").unwrap();
    let restart = tool.spec.action("restart_zoom_room").unwrap();
    let guard = restart.guard.as_ref().unwrap();
    assert_eq!(guard.harm_if, "guard.status == 'in_meeting'");
    let action = format!("zoom.{}", guard.action);
    let status = fixture
        .output(&action, json!({ "room_id": "Auditorium" }))
        .await;
    assert_eq!(
        (&status["status"], &status["in_meeting"]),
        (&json!("in_meeting"), &json!(true))
    );
    let status = fixture
        .output(&action, json!({ "room_id": "Boardroom 4" }))
        .await;
    assert_eq!(
        (&status["status"], &status["in_meeting"]),
        (&json!("online"), &json!(false))
    );
}

#[tokio::test]
async fn an_offline_or_unknown_room_refuses_a_restart() {
    let fixture = Fixture::mock();
    let error = fixture
        .call("zoom.restart_zoom_room", json!({ "room_id": "Huddle 101" }))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, ToolError::Refused { hint: Some(_), .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("300"), "{error}");
    let answer = fixture
        .call(
            "zoom.restart_zoom_room",
            json!({ "room_id": "../../users" }),
        )
        .await;
    assert_eq!(class(&answer), "refused", "{answer:?}");
    assert_eq!(fixture.registry.campus().restarts().len(), 0);
}

#[tokio::test]
async fn a_restart_without_an_answer_is_unknown_and_not_repeated() {
    for fault in [
        json!({ "do": "drop", "acts": true }),
        json!({ "do": "status", "status": 500, "acts": true }),
        json!({ "do": "hang", "acts": true }),
    ] {
        let fixture = Fixture::mock();
        let mut scripted = fault.clone();
        scripted["on"] = json!("/zoom/v2/rooms/zr-hq-204/events");
        fixture.fault(scripted);
        let mut call = call("zoom.restart_zoom_room", json!({ "room_id": "zr-hq-204" }));
        call.timeout = Duration::from_millis(1500);
        let answer = fixture.registry.call(&call).await;
        assert_eq!(class(&answer), "unknown", "{fault}: {answer:?}");
        assert_eq!(fixture.registry.campus().restarts().len(), 1, "{fault}");
    }
}

#[tokio::test]
async fn what_fails_before_a_restart_was_not_sent() {
    let fixture = Fixture::mock();
    fixture.fault(json!({ "on": "/zoom/oauth/token", "do": "drop", "times": 1 }));
    let args = json!({ "room_id": "zr-hq-204" });
    let answer = fixture.call("zoom.restart_zoom_room", args.clone()).await;
    assert_eq!(class(&answer), "not sent", "{answer:?}");
    fixture.fault(json!({ "on": "/zoom/v2/rooms", "do": "truncate", "times": 1 }));
    let answer = fixture.call("zoom.restart_zoom_room", args).await;
    assert_eq!(class(&answer), "not sent", "{answer:?}");
    assert_eq!(fixture.registry.campus().restarts().len(), 0);
}

#[tokio::test]
async fn a_token_is_shared_renewed_in_time_and_asked_for_again_when_refused() {
    let clock = StillClock::at(NOON);
    let fixture = Fixture::with_campus(
        "rooms: [{ id: a, name: A, email: a@x.example }]",
        clock.clone(),
    );
    let lookup = json!({ "query": "A" });
    let calls = (0..20).map(|_| fixture.call("zoom.lookup_zoom_room", lookup.clone()));
    for answer in futures::future::join_all(calls).await {
        answer.unwrap();
    }
    // Were a second token asked for, this fault would show it.
    fixture.fault(json!({ "on": "/zoom/oauth/token", "do": "status", "status": 500 }));
    clock.advance(50 * 60);
    fixture
        .output("zoom.lookup_zoom_room", lookup.clone())
        .await;
    clock.advance(6 * 60);
    let answer = fixture.call("zoom.lookup_zoom_room", lookup.clone()).await;
    assert_eq!(class(&answer), "not sent", "{answer:?}");
    fixture.registry.campus().clear_faults();
    fixture
        .output("zoom.lookup_zoom_room", lookup.clone())
        .await;
    // A token that the vendor revokes early.
    let body = "{\"code\":124,\"message\":\"Invalid access token.\"}";
    let stale =
        json!({ "on": "/zoom/v2/rooms", "do": "status", "status": 401, "body": body, "times": 1 });
    fixture.fault(stale.clone());
    fixture
        .output("zoom.lookup_zoom_room", lookup.clone())
        .await;
    let other =
        json!({ "on": "/zoom/v2/rooms", "do": "status", "status": 401, "body": "{}", "times": 1 });
    fixture.fault(other);
    fixture
        .output("zoom.lookup_zoom_room", lookup.clone())
        .await;
    // One that stays refused is not asked for for ever.
    fixture.fault(stale.clone());
    fixture.fault(stale);
    let answer = fixture.call("zoom.lookup_zoom_room", lookup).await;
    assert_eq!(class(&answer), "refused", "{answer:?}");
}

#[tokio::test]
async fn rooms_come_from_all_pages() {
    let rooms: String = (0..25)
        .map(|n| format!("  - {{ id: r{n}, name: Room {n}, email: r{n}@x.example }}\n"))
        .collect();
    let script = format!("zoom: {{ page_size: 7 }}\nrooms:\n{rooms}");
    let fixture = Fixture::with_campus(&script, Arc::new(SystemClock));
    let listed = fixture.output("zoom.list_rooms", json!({})).await;
    assert_eq!(listed.as_array().unwrap().len(), 25);
    let found = fixture
        .output("zoom.lookup_zoom_room", json!({ "query": "R24@X.example" }))
        .await;
    assert_eq!(found["id"], "r24");
}

#[tokio::test]
async fn an_ambiguous_name_lists_the_rooms_and_a_wrong_one_the_nearest() {
    let script = "
rooms:
  - { id: a, name: Huddle, email: a@x.example }
  - { id: b, name: huddle, email: b@x.example }
  - { id: c, name: HUDDLE, email: c@x.example }
";
    let fixture = Fixture::with_campus(script, Arc::new(SystemClock));
    let exact = fixture
        .output("zoom.lookup_zoom_room", json!({ "query": "huddle" }))
        .await;
    assert_eq!(exact["id"], "b");
    let error = fixture
        .call("zoom.lookup_zoom_room", json!({ "query": "hUDDLE" }))
        .await
        .unwrap_err();
    for email in ["a@x.example", "b@x.example", "c@x.example"] {
        assert!(error.to_string().contains(email), "{error}");
    }
    let fixture = Fixture::mock();
    let error = fixture
        .call("zoom.lookup_zoom_room", json!({ "query": "Bordroom 4" }))
        .await
        .unwrap_err();
    let ToolError::Refused {
        hint: Some(hint), ..
    } = error
    else {
        panic!("{error:?}");
    };
    assert!(hint.contains("Boardroom 4"), "{hint}");
}

#[tokio::test]
async fn without_a_dashboard_rooms_are_found_by_name_and_the_lack_is_explained() {
    let script = "
zoom: { dashboard: false }
rooms: [{ id: a, name: Boardroom 4, email: br4@corp.example }]
";
    let fixture = Fixture::with_campus(script, Arc::new(SystemClock));
    let found = fixture
        .output("zoom.lookup_zoom_room", json!({ "query": "boardroom 4" }))
        .await;
    assert_eq!(
        (&found["status"], &found["health"]),
        (&json!("online"), &json!("unknown"))
    );
    // The directory knows an address that Zoom itself cannot show.
    let by_address = json!({ "query": "br4@corp.example" });
    let found = fixture.output("zoom.lookup_zoom_room", by_address).await;
    assert_eq!(found["id"], "a");
    let error = fixture
        .call(
            "zoom.lookup_zoom_room",
            json!({ "query": "br5@corp.example" }),
        )
        .await
        .unwrap_err();
    let ToolError::Refused {
        hint: Some(hint), ..
    } = error
    else {
        panic!("{error:?}");
    };
    assert!(hint.contains("dashboard"), "{hint}");
}

#[tokio::test]
async fn both_flavours_of_rate_limit_were_not_sent() {
    let clock = StillClock::at(NOON);
    let script = "rooms: [{ id: a, name: A, email: a@x.example }]";
    let fixture = Fixture::with_campus(script, clock);
    for (retry_after, expected) in [
        (None, None),
        (Some("2026-11-24T12:05:00Z"), Some(Duration::from_mins(5))),
    ] {
        let body =
            "{\"code\":429,\"message\":\"You have reached the maximum per-second rate limit.\"}";
        fixture.fault(json!({
            "on": "/zoom/v2/rooms", "do": "status", "status": 429, "body": body,
            "retry_after": retry_after, "times": 1,
        }));
        let answer = fixture.call("zoom.list_rooms", json!({})).await;
        let Err(ToolError::NotSent {
            retry_after: wait,
            message,
        }) = answer
        else {
            panic!("{answer:?}");
        };
        assert_eq!(wait, expected);
        assert!(message.contains("per-second"), "{message}");
    }
}

#[tokio::test]
async fn the_policy_names_each_rule_that_is_broken() {
    let fixture = Fixture::mock();
    let all = fixture.output("zoom.check_policy", json!({})).await;
    let broken: Vec<&str> = all["rooms"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|r| r["compliant"] == false)
        .map(|r| r["name"].as_str().unwrap())
        .collect();
    assert_eq!(broken, ["Huddle 204", "Huddle 205", "Huddle 101"]);
    let args = json!({
        "room_id": "br4@corp.example",
        "expect": { "zoom_rooms.upcoming_meeting_alert": true, "zoom_rooms.weekly_system_restart": false, "zoom_rooms.nothing": 1 },
    });
    let one = fixture.output("zoom.check_policy", args).await;
    assert_eq!(
        (&one["checked"], &one["violations"]),
        (&json!(1), &json!(2))
    );
    let offline = fixture
        .output("zoom.check_policy", json!({ "room_id": "Huddle 101" }))
        .await;
    let rules: Vec<&str> = offline["rooms"][0]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["rule"].as_str().unwrap())
        .collect();
    assert_eq!(
        rules,
        ["reachable", "healthy", "devices_online", "devices_online"]
    );
}

#[tokio::test]
async fn the_report_sums_up_and_names_who_needs_attention() {
    let fixture = Fixture::mock();
    let reply = fixture.call("zoom.report_status", json!({})).await.unwrap();
    assert_eq!(reply.output["total"], 8);
    assert_eq!(
        reply.output["by_status"],
        json!({ "online": 5, "in_meeting": 1, "offline": 1, "under_construction": 1 })
    );
    assert_eq!(reply.artifacts[0].data, reply.output);
    assert!(
        reply.output["text"]
            .as_str()
            .unwrap()
            .contains("Huddle 101: offline")
    );
    let one = fixture
        .call("zoom.report_status", json!({ "room_id": "Boardroom 4" }))
        .await
        .unwrap();
    assert_eq!(one.artifacts[0].title, "Boardroom 4: online, health good");
}

#[tokio::test]
async fn settings_are_passed_on() {
    let fixture = Fixture::mock();
    let args = json!({ "room_id": "Boardroom 4", "setting_type": "signage" });
    let settings = fixture.output("zoom.room_settings", args).await;
    assert_eq!(settings["digital_signage"]["enable_digital_signage"], false);
}

#[tokio::test]
async fn wrong_credentials_are_a_refusal_that_names_them_without_repeating_them() {
    let fixture = Fixture::mock();
    let campus = fixture.registry.campus().address();
    let live = Fixture::new(Arc::new(SystemClock), |options| {
        options.mock = false;
        for (name, value) in [
            ("AVOPS_ZOOM_API_URL", format!("http://{campus}/zoom/v2")),
            (
                "AVOPS_ZOOM_OAUTH_URL",
                format!("http://{campus}/zoom/oauth/token"),
            ),
            ("AVOPS_ZOOM_ACCOUNT_ID", "campus-account".to_owned()),
            ("AVOPS_ZOOM_CLIENT_ID", "campus-client".to_owned()),
            ("AVOPS_ZOOM_CLIENT_SECRET", "canary-51c2".to_owned()),
        ] {
            options.environment.set(name, &value);
        }
    });
    let mut call = call("zoom.list_rooms", json!({}));
    call.mode = avops_engine::Mode::Live;
    let error = live.registry.call(&call).await.unwrap_err();
    let ToolError::Refused {
        hint: Some(hint), ..
    } = &error
    else {
        panic!("{error:?}");
    };
    assert!(hint.contains("AVOPS_ZOOM_CLIENT_SECRET"), "{hint}");
    let health = live.registry.health("zoom").await.unwrap();
    assert!(!health.ok);
    for text in [format!("{error:?}"), health.detail] {
        assert!(!text.contains("canary"), "{text}");
    }
}

#[tokio::test]
async fn fields_that_are_null_missing_numbers_or_misspelt_are_taken_as_they_come() {
    let fixture = Fixture::mock();
    let answers = [
        (
            "/zoom/v2/metrics/zoomrooms",
            json!({
                "zoom_rooms": [
                    { "id": "a", "calender_name": "br4", "email": "br4@x.example", "health": "Warning", "issues": [{ "issue": "Low bandwidth" }] },
                    { "id": "b", "email": null, "health": null, "issues": null },
                ],
                "next_page_token": null,
            }),
        ),
        (
            "/zoom/v2/rooms",
            json!({
                "rooms": [
                    { "id": "a", "name": "Boardroom 4", "room_id": 123, "status": "Available" },
                    { "id": "b", "name": null, "status": "Rebooting Now" },
                    { "id": "c" },
                ],
            }),
        ),
    ];
    for (on, body) in answers {
        fixture.fault(json!({ "on": on, "do": "status", "status": 200, "body": body.to_string() }));
    }
    let rooms = fixture.output("zoom.list_rooms", json!({})).await;
    let facts = |n: usize| (rooms[n]["status"].clone(), rooms[n]["health"].clone());
    assert_eq!(facts(0), (json!("online"), json!("warning")));
    assert_eq!(
        (&rooms[0]["room_id"], &rooms[0]["calendar_name"]),
        (&json!("123"), &json!("br4"))
    );
    assert_eq!(rooms[0]["issues"], json!(["Low bandwidth"]));
    assert_eq!(facts(1), (json!("rebooting_now"), json!("unknown")));
    assert_eq!(facts(2), (json!("unknown"), json!("unknown")));
}

#[tokio::test]
async fn the_token_endpoints_own_error_form_is_understood() {
    let fixture = Fixture::mock();
    let body = json!({ "reason": "Invalid client_id or client_secret", "error": "invalid_client" });
    fixture.fault(json!({
        "on": "/zoom/oauth/token", "do": "status", "status": 400, "body": body.to_string(),
    }));
    let error = fixture
        .call("zoom.list_rooms", json!({}))
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("Invalid client_id or client_secret"),
        "{error}"
    );
}
