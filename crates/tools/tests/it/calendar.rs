//! The built-in calendar: rooms booked once and by one at a time, moved, freed, kept.

use std::io::Write as _;
use std::sync::Arc;

use avops_engine::{Mode, SystemClock, ToolCall, ToolError, ToolReply, Toolbox as _};
use avops_tools::directory::{Place, Places};
use avops_tools::{Registry, RegistryOptions};
use serde_json::{Value, json};

use crate::fixture::{Fixture, call, class};

/// A workspace with two rooms, whose events are kept in the file or on the campus.
fn fixture(mode: Mode) -> Fixture {
    let mock = mode == Mode::Mock;
    let script = "rooms:\n  - { id: br-4, name: Boardroom 4, email: br4@corp.example }\n  - { id: lab-3, name: Lab 3, email: lab3@corp.example }\n";
    let fixture = Fixture::new(Arc::new(SystemClock), |options| {
        options.mock = mock;
        options.campus = avops_tools::campus::Script::parse(script).unwrap();
    });
    fixture.registry.directory().replace(rooms());
    fixture
}

fn rooms() -> Places {
    let room = |id: &str, name: &str, email: &str, zone: Option<&str>| Place {
        id: id.to_owned(),
        name: name.to_owned(),
        email: Some(email.to_owned()),
        time_zone: zone.map(str::to_owned),
        ..Place::default()
    };
    Places {
        rooms: vec![
            room(
                "br-4",
                "Boardroom 4",
                "br4@corp.example",
                Some("Europe/Berlin"),
            ),
            room("lab-3", "Lab 3", "lab3@corp.example", None),
        ],
        devices: Vec::new(),
    }
}

fn in_mode(mode: Mode, action: &str, args: Value) -> ToolCall {
    let mut call = call(action, args);
    call.mode = mode;
    call
}

async fn ask(
    fixture: &Fixture,
    mode: Mode,
    action: &str,
    args: Value,
) -> Result<ToolReply, ToolError> {
    let action = format!("calendar_scheduler.{action}");
    fixture.registry.call(&in_mode(mode, &action, args)).await
}

fn booking(room: &str, start: &str, minutes: u32) -> Value {
    json!({ "title": "Maintenance", "room": room, "start": start, "minutes": minutes })
}

const BOTH: [Mode; 2] = [Mode::Mock, Mode::Live];

#[tokio::test]
async fn a_room_is_found_by_any_name_and_booked_by_one_at_a_time() {
    for mode in BOTH {
        let fixture = fixture(mode);
        let first = booking("Boardroom 4", "2026-12-01T15:00:00Z", 60);
        let reply = ask(&fixture, mode, "create_event", first).await.unwrap();
        assert_eq!(reply.output["id"], "EVT0000001");
        assert_eq!(reply.output["room"], "br-4");
        assert_eq!(reply.output["end"], "2026-12-01T16:00:00Z");
        assert_eq!(
            reply.artifacts[0].external_id.as_deref(),
            Some("EVT0000001")
        );

        for (start, minutes) in [
            ("2026-12-01T15:59:00Z", 5),
            ("2026-12-01T14:00:00Z", 61),
            ("2026-12-01T14:00:00Z", 300),
        ] {
            let args = booking("br4@corp.example", start, minutes);
            let answer = ask(&fixture, mode, "create_event", args).await;
            let Err(ToolError::Refused {
                message,
                hint: Some(hint),
            }) = answer
            else {
                panic!("{start}: {answer:?}");
            };
            assert!(message.contains("`Maintenance` (EVT0000001)"), "{message}");
            assert!(hint.contains("free_busy"), "{hint}");
        }
        // Right after it, in another room, or on purpose.
        let mut on_purpose = booking("br-4", "2026-12-01T15:30:00Z", 30);
        on_purpose["overlap"] = json!(true);
        for args in [
            booking("br-4", "2026-12-01T16:00:00Z", 30),
            booking("lab-3", "2026-12-01T15:00:00Z", 60),
            on_purpose,
        ] {
            ask(&fixture, mode, "create_event", args).await.unwrap();
        }
    }
}

#[tokio::test]
async fn the_same_key_books_once_and_never_something_else() {
    for mode in BOTH {
        let fixture = fixture(mode);
        let book = in_mode(
            mode,
            "calendar_scheduler.create_event",
            booking("br-4", "2026-12-01T15:00:00Z", 60),
        );
        let first = fixture.registry.call(&book).await.unwrap();
        let again = fixture.registry.call(&book).await.unwrap();
        assert_eq!(first.output, again.output);
        let mut other = book.clone();
        other.args["title"] = json!("Something else");
        let answer = fixture.registry.call(&other).await;
        assert_eq!(class(&answer), "refused", "{answer:?}");
        let span = json!({ "from": "2026-12-01T00:00:00Z", "to": "2026-12-02T00:00:00Z" });
        let events = ask(&fixture, mode, "list_events", span)
            .await
            .unwrap()
            .output;
        assert_eq!(events.as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn an_event_moves_with_its_length_and_frees_the_room_when_it_is_cancelled() {
    for mode in BOTH {
        let fixture = fixture(mode);
        for start in ["2026-12-01T15:00:00Z", "2026-12-01T17:00:00Z"] {
            ask(&fixture, mode, "create_event", booking("br-4", start, 60))
                .await
                .unwrap();
        }
        let to = |start: &str| json!({ "id": "EVT0000001", "start": start });
        let moved = ask(
            &fixture,
            mode,
            "reschedule_event",
            to("2026-12-01T15:30:00Z"),
        )
        .await
        .unwrap();
        assert_eq!(moved.output["end"], "2026-12-01T16:30:00Z");
        let taken = ask(
            &fixture,
            mode,
            "reschedule_event",
            to("2026-12-01T16:30:00Z"),
        )
        .await;
        assert_eq!(class(&taken), "refused", "{taken:?}");

        let cancel = json!({ "id": "EVT0000002", "reason": "no need" });
        for _ in 0..2 {
            let event = ask(&fixture, mode, "cancel_event", cancel.clone())
                .await
                .unwrap()
                .output;
            assert_eq!(
                (&event["status"], &event["reason"]),
                (&json!("cancelled"), &json!("no need"))
            );
        }
        ask(
            &fixture,
            mode,
            "reschedule_event",
            to("2026-12-01T16:30:00Z"),
        )
        .await
        .unwrap();
        let gone = json!({ "id": "EVT0000002", "start": "2026-12-02T10:00:00Z" });
        let answer = ask(&fixture, mode, "reschedule_event", gone).await;
        assert!(answer.unwrap_err().to_string().contains("is cancelled"));

        let mut span =
            json!({ "room": "br-4", "from": "2026-12-01T00:00:00Z", "to": "2026-12-02T00:00:00Z" });
        let events = ask(&fixture, mode, "list_events", span.clone())
            .await
            .unwrap()
            .output;
        assert_eq!(events.as_array().unwrap().len(), 1, "{events}");
        span["cancelled"] = json!(true);
        let events = ask(&fixture, mode, "list_events", span)
            .await
            .unwrap()
            .output;
        assert_eq!(events.as_array().unwrap().len(), 2, "{events}");
    }
}

#[tokio::test]
async fn free_times_are_what_is_left_between_events() {
    for mode in BOTH {
        let fixture = fixture(mode);
        for (room, start, minutes) in [
            ("br-4", "2026-12-01T09:00:00Z", 60),
            ("br-4", "2026-12-01T10:15:00Z", 45),
            ("lab-3", "2026-12-02T09:00:00Z", 60),
        ] {
            ask(
                &fixture,
                mode,
                "create_event",
                booking(room, start, minutes),
            )
            .await
            .unwrap();
        }
        let mut args = json!({ "rooms": ["Boardroom 4", "Lab 3"], "from": "2026-12-01T08:00:00Z", "to": "2026-12-01T12:00:00Z" });
        let answer = ask(&fixture, mode, "free_busy", args.clone())
            .await
            .unwrap()
            .output;
        assert_eq!(answer["all_free"], false);
        let board = &answer["rooms"][0];
        assert_eq!(
            (&board["room"], &board["is_free"]),
            (&json!("br-4"), &json!(false))
        );
        assert_eq!(board["busy"].as_array().unwrap().len(), 2);
        assert_eq!(board["free"].as_array().unwrap().len(), 3, "{board}");
        assert_eq!(answer["rooms"][1]["is_free"], true);
        args["minutes"] = json!(30);
        let answer = ask(&fixture, mode, "free_busy", args).await.unwrap().output;
        assert_eq!(
            answer["rooms"][0]["free"],
            json!([
                { "start": "2026-12-01T08:00:00Z", "end": "2026-12-01T09:00:00Z" },
                { "start": "2026-12-01T11:00:00Z", "end": "2026-12-01T12:00:00Z" },
            ])
        );
    }
}

#[tokio::test]
async fn local_times_are_those_of_the_room_and_what_cannot_be_booked_is_refused() {
    let fixture = fixture(Mode::Live);
    let book = |args: Value| ask(&fixture, Mode::Live, "create_event", args);
    let event = book(booking("br-4", "2026-12-01T15:00:00", 60))
        .await
        .unwrap()
        .output;
    assert_eq!(event["start"], "2026-12-01T14:00:00Z");
    let mut elsewhere = booking("lab-3", "2026-12-01T15:00:00", 60);
    elsewhere["timezone"] = json!("America/New_York");
    assert_eq!(
        book(elsewhere).await.unwrap().output["start"],
        "2026-12-01T20:00:00Z"
    );

    let day = "2026-12-01T15:00:00Z";
    for (args, said) in [
        (booking("lab-3", "2026-12-01T15:00:00", 60), "in which zone"),
        (booking("br-4", "2026-03-29T02:30:00", 60), "skip"),
        (booking("br-4", "tomorrow", 60), "is no time"),
        (booking("Boardroom 5", day, 60), "did you mean Boardroom 4"),
        (
            json!({ "title": "x", "room": "br-4", "start": day }),
            "neither `end` nor `minutes`",
        ),
        (
            json!({ "title": "x", "room": "br-4", "start": day, "end": day }),
            "ends after its start",
        ),
        (
            json!({ "title": "x", "room": "br-4", "start": day, "end": day, "minutes": 5 }),
            "both say",
        ),
        (
            json!({ "title": "x", "room": "br-4", "start": day, "minutes": 5, "attendees": ["nobody"] }),
            "attendees",
        ),
    ] {
        let answer = book(args.clone()).await;
        assert_eq!(class(&answer), "refused", "{args}");
        let error = answer.unwrap_err().to_string();
        assert!(error.contains(said), "{args}: {error}");
    }
    for action in ["reschedule_event", "cancel_event"] {
        let mut args = json!({ "id": "EVT0000099" });
        if action == "reschedule_event" {
            args["start"] = json!(day);
        }
        let error = ask(&fixture, Mode::Live, action, args)
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains("there is no event `EVT0000099`"), "{error}");
    }
}

#[tokio::test]
async fn events_survive_a_restart_and_a_torn_last_line() {
    let fixture = fixture(Mode::Live);
    ask(
        &fixture,
        Mode::Live,
        "create_event",
        booking("br-4", "2026-12-01T15:00:00Z", 60),
    )
    .await
    .unwrap();
    let path = fixture.folder.path().join("calendar.jsonl");
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .open(&path)
        .unwrap();
    file.write_all(b"{\"key\":\"torn").unwrap();
    drop(file);
    let options = RegistryOptions::new(fixture.folder.path(), false).unwrap();
    let registry = Registry::new(options, Arc::new(SystemClock)).unwrap();
    registry.directory().replace(rooms());
    let book = |start: &str| {
        in_mode(
            Mode::Live,
            "calendar_scheduler.create_event",
            booking("br-4", start, 60),
        )
    };
    let taken = registry.call(&book("2026-12-01T15:30:00Z")).await;
    assert_eq!(class(&taken), "refused", "{taken:?}");
    let next = registry.call(&book("2026-12-01T16:00:00Z")).await.unwrap();
    assert_eq!(next.output["id"], "EVT0000002");
    let health = registry.health("calendar_scheduler").await.unwrap();
    assert_eq!(health.detail, "2 events in calendar.jsonl");
    let lines = std::fs::read_to_string(&path).unwrap();
    assert!(
        lines
            .lines()
            .all(|line| serde_json::from_str::<Value>(line).is_ok()),
        "{lines}"
    );
}
