//! The calendar at Google and at Microsoft: the same actions, the same results, over real sockets, with the habits of each
//! vendor.

use std::collections::BTreeMap;

use avops_engine::{ToolError, ToolReply, Toolbox as _};
use avops_tools::Secret;
use serde_json::{Value, json};

use crate::fixture::{Fixture, call, class};

const VENDORS: [(&str, &str); 2] = [
    ("google", "/google_calendar/"),
    ("microsoft", "/microsoft/"),
];

fn world(backend: &str) -> Fixture {
    let fixture = Fixture::mock();
    let backend = BTreeMap::from([("backend".to_owned(), Secret::new(backend))]);
    fixture
        .registry
        .configure("calendar_scheduler", &backend)
        .unwrap();
    fixture
}

async fn made(world: &Fixture, action: &str, args: Value) -> Result<ToolReply, ToolError> {
    world
        .call(&format!("calendar_scheduler.{action}"), args)
        .await
}

fn booking(room: &str, start: &str) -> Value {
    json!({
        "title": "Maintenance", "description": "DSP update", "room": room, "start": start, "minutes": 60,
        "attendees": ["ada@corp.example"],
    })
}

#[tokio::test]
async fn an_event_lives_the_same_life_at_both_vendors() {
    for (backend, _) in VENDORS {
        let world = world(backend);
        let health = world.registry.health("calendar_scheduler").await.unwrap();
        assert!(
            health.ok && health.detail.contains(backend),
            "{}",
            health.detail
        );
        let reply = made(
            &world,
            "create_event",
            booking("Boardroom 4", "2026-12-01T08:00:00Z"),
        )
        .await
        .unwrap();
        let event = &reply.output;
        for (field, value) in [
            ("title", json!("Maintenance")),
            ("description", json!("DSP update")),
            ("room", json!("zr-hq-boardroom-4")),
            ("start", json!("2026-12-01T08:00:00Z")),
            ("end", json!("2026-12-01T09:00:00Z")),
            ("attendees", json!(["ada@corp.example"])),
            // The room has said yes: until then nothing is confirmed.
            ("status", json!("confirmed")),
        ] {
            assert_eq!(event[field], value, "{backend}: {event}");
        }
        assert_eq!(reply.artifacts[0].kind, "event");
        assert!(
            reply.artifacts[0]
                .url
                .as_deref()
                .unwrap()
                .starts_with("https://")
        );
        let id = event["id"].clone();

        let day = json!({ "rooms": ["br4@corp.example", "Boardroom 1"], "from": "2026-12-01T07:00:00Z", "to": "2026-12-01T10:00:00Z" });
        let seen = made(&world, "free_busy", day).await.unwrap().output;
        assert_eq!(seen["all_free"], json!(false), "{backend}: {seen}");
        assert_eq!(
            seen["rooms"][0]["busy"][0]["start"],
            json!("2026-12-01T08:00:00Z")
        );
        assert_eq!(seen["rooms"][0]["free"].as_array().unwrap().len(), 2);
        assert_eq!(seen["rooms"][1]["is_free"], json!(true));

        // Over its own old time it may move, and over another's it may not.
        made(
            &world,
            "create_event",
            booking("Boardroom 4", "2026-12-01T10:00:00Z"),
        )
        .await
        .unwrap();
        let shift = |start: &str| json!({ "id": id, "start": start });
        let moved = made(&world, "reschedule_event", shift("2026-12-01T08:30:00Z"))
            .await
            .unwrap()
            .output;
        assert_eq!(
            (&moved["end"], &moved["status"]),
            (&json!("2026-12-01T09:30:00Z"), &json!("confirmed"))
        );
        let refused = made(&world, "reschedule_event", shift("2026-12-01T09:30:00Z")).await;
        assert_eq!(class(&refused), "refused", "{backend}: {refused:?}");
        assert!(refused.unwrap_err().to_string().contains("is taken"));

        made(
            &world,
            "create_event",
            booking("Boardroom 4", "2026-12-01T12:00:00Z"),
        )
        .await
        .unwrap();
        let day = json!({ "room": "Boardroom 4", "from": "2026-12-01T00:00:00Z", "to": "2026-12-02T00:00:00Z" });
        let listed = made(&world, "list_events", day.clone())
            .await
            .unwrap()
            .output;
        assert_eq!(
            listed.as_array().unwrap().len(),
            3,
            "{backend}: every page is read: {listed}"
        );

        let cancel = json!({ "id": id, "reason": "not needed" });
        let cancelled = made(&world, "cancel_event", cancel).await.unwrap().output;
        assert_eq!(
            (&cancelled["status"], &cancelled["reason"]),
            (&json!("cancelled"), &json!("not needed"))
        );
        let listed = made(&world, "list_events", day).await.unwrap().output;
        assert_eq!(listed.as_array().unwrap().len(), 2, "{backend}");
    }
}

#[tokio::test]
async fn a_lost_answer_makes_no_second_event() {
    for (backend, path) in VENDORS {
        for kind in ["drop", "status"] {
            let world = world(backend);
            let create = call(
                "calendar_scheduler.create_event",
                booking("Boardroom 4", "2026-12-01T08:00:00Z"),
            );
            // The token, the look for an earlier one, the question whether the room is free; then the booking.
            world.fault(json!({ "on": path, "do": "delay", "times": 3 }));
            world.fault(json!({ "on": path, "do": kind, "status": 500, "acts": true, "times": 1 }));
            let first = world.registry.call(&create).await;
            let second = world.registry.call(&create).await.unwrap().output;
            if let Ok(first) = first {
                assert_eq!(first.output["id"], second["id"], "{backend} {kind}");
            }
            let day = json!({ "room": "Boardroom 4", "from": "2026-12-01T00:00:00Z", "to": "2026-12-02T00:00:00Z" });
            let listed = made(&world, "list_events", day).await.unwrap().output;
            assert_eq!(
                listed.as_array().unwrap().len(),
                1,
                "{backend} {kind}: {listed}"
            );
        }
    }
}

#[tokio::test]
async fn a_room_that_is_taken_or_unknown_is_not_booked() {
    for (backend, _) in VENDORS {
        let world = world(backend);
        made(
            &world,
            "create_event",
            booking("Boardroom 4", "2026-12-01T08:00:00Z"),
        )
        .await
        .unwrap();
        let taken = made(
            &world,
            "create_event",
            booking("Boardroom 4", "2026-12-01T08:30:00Z"),
        )
        .await;
        assert_eq!(class(&taken), "refused", "{backend}: {taken:?}");
        // Asked to, it books all the same, and the room says no.
        let mut over = booking("Boardroom 4", "2026-12-01T08:30:00Z");
        over["overlap"] = json!(true);
        let event = made(&world, "create_event", over).await.unwrap().output;
        assert_eq!(event["status"], json!("declined"), "{backend}: {event}");
        let unknown = made(
            &world,
            "create_event",
            booking("Attic", "2026-12-01T08:00:00Z"),
        )
        .await;
        assert_eq!(class(&unknown), "refused", "{unknown:?}");
        let missing = made(&world, "cancel_event", json!({ "id": "avopsnothing" })).await;
        assert_eq!(class(&missing), "refused", "{missing:?}");
    }
}

#[tokio::test]
async fn a_calendar_that_is_not_shown_does_not_look_free() {
    for (backend, _) in VENDORS {
        let world = world(backend);
        let place = avops_tools::directory::Place {
            id: "annex".to_owned(),
            name: "Annex".to_owned(),
            email: Some("annex@elsewhere.example".to_owned()),
            ..Default::default()
        };
        world.registry.campus().register(place);
        let day = json!({ "rooms": ["Annex"], "from": "2026-12-01T07:00:00Z", "to": "2026-12-01T10:00:00Z" });
        let refused = made(&world, "free_busy", day).await;
        assert_eq!(class(&refused), "refused", "{backend}: {refused:?}");
        assert!(
            refused
                .unwrap_err()
                .to_string()
                .contains("annex@elsewhere.example")
        );
    }
}

#[tokio::test]
async fn limits_and_broken_tokens_are_told_apart() {
    for (backend, path) in VENDORS {
        let world = world(backend);
        world.fault(json!({ "on": path, "do": "status", "status": 429, "retry_after": "7" }));
        let held = made(
            &world,
            "create_event",
            booking("Boardroom 4", "2026-12-01T08:00:00Z"),
        )
        .await;
        assert_eq!(class(&held), "not sent", "{backend}: {held:?}");
        let health = world.registry.health("calendar_scheduler").await.unwrap();
        assert!(!health.ok, "{backend}: {}", health.detail);
    }
}
