//! Zoom webinars and meetings: booked once, read, checked before the event, taken away.

use avops_engine::{ToolCall, ToolError, Toolbox as _};
use serde_json::json;

use crate::fixture::{Fixture, StillClock, call, class};

fn all_hands() -> ToolCall {
    call(
        "zoom.create_webinar",
        json!({ "topic": "All Hands", "start_time": "2025-10-21T17:00:00Z", "duration": 60 }),
    )
}

fn booked(fixture: &Fixture) -> usize {
    fixture.registry.campus().bookings().len()
}

#[tokio::test]
async fn the_runbooks_webinar_is_booked_with_its_id_and_join_link() {
    let fixture = Fixture::mock();
    let reply = fixture.registry.call(&all_hands()).await.unwrap();
    assert_eq!(reply.output["topic"], "All Hands");
    assert_eq!(reply.output["start_time"], "2025-10-21T17:00:00Z");
    let [artifact] = reply.artifacts.as_slice() else {
        panic!("{:?}", reply.artifacts);
    };
    assert_eq!(artifact.kind, "webinar");
    assert_eq!(artifact.external_id.as_deref(), reply.output["id"].as_str());
    assert_eq!(artifact.url.as_deref(), reply.output["join_url"].as_str());
    let told = format!("{reply:?}");
    assert!(
        !told.contains("zak="),
        "the host's own link is told: {told}"
    );
}

#[tokio::test]
async fn a_missing_start_is_reported_and_nothing_is_sent() {
    let fixture = Fixture::mock();
    let args = json!({ "topic": "All Hands", "duration": 60 });
    let error = fixture.call("zoom.create_webinar", args).await.unwrap_err();
    assert!(
        error.to_string().contains("`start_time` is missing"),
        "{error}"
    );
    for (start, timezone, said) in [
        ("tomorrow", None, "not a date"),
        ("2026-12-01T15:00:00", None, "no time zone"),
        (
            "2026-12-01T15:00:00",
            Some("Europe/Pariss"),
            "Europe/Pariss",
        ),
    ] {
        let mut args = json!({ "topic": "x", "start_time": start, "duration": 60 });
        if let Some(zone) = timezone {
            args["timezone"] = json!(zone);
        }
        let error = fixture.call("zoom.create_webinar", args).await.unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
    assert_eq!(booked(&fixture), 0);
}

#[tokio::test]
async fn times_are_told_to_zoom_as_it_takes_them() {
    let fixture = Fixture::mock();
    for (start, timezone, told) in [
        ("2026-12-01T15:00:00+01:00", None, "2026-12-01T14:00:00Z"),
        (
            "2026-12-01T15:00:00",
            Some("Europe/Paris"),
            "2026-12-01T15:00:00",
        ),
    ] {
        let mut args = json!({ "topic": "x", "start_time": start, "duration": 60 });
        if let Some(zone) = timezone {
            args["timezone"] = json!(zone);
        }
        let meeting = fixture.output("zoom.create_meeting", args).await;
        assert_eq!(meeting["start_time"], told);
    }
}

/// Whatever breaks off after Zoom has booked: one webinar, and the call finds it.
#[tokio::test]
async fn a_webinar_that_was_booked_without_an_answer_is_found_again() {
    for fault in [
        json!({ "do": "drop" }),
        json!({ "do": "status", "status": 500 }),
        json!({ "do": "truncate" }),
        json!({ "do": "not_json" }),
    ] {
        let fixture = Fixture::mock();
        // The search of the same path goes through first.
        let path = "/zoom/v2/users/events@corp.example/webinars";
        fixture.fault(json!({ "on": path, "do": "delay", "times": 1 }));
        let mut fault = fault;
        fault["on"] = json!(path);
        fault["acts"] = json!(true);
        fault["times"] = json!(1);
        fixture.fault(fault.clone());
        let reply = fixture.registry.call(&all_hands()).await.unwrap();
        assert_eq!(reply.artifacts.len(), 1, "{fault}");
        assert_eq!(booked(&fixture), 1, "{fault}");
    }
}

#[tokio::test]
async fn a_repeated_call_gives_the_same_webinar_and_another_call_another() {
    let script = "rooms: []\nzoom: { page_size: 1 }\n";
    let fixture = Fixture::with_campus(script, StillClock::at("2025-10-01T08:00:00Z"));
    let first = all_hands();
    let mut ids = Vec::new();
    for call in [&all_hands(), &first, &first] {
        ids.push(fixture.registry.call(call).await.unwrap().output["id"].clone());
    }
    assert_eq!(ids[1], ids[2]);
    assert_ne!(ids[0], ids[1]);
    assert_eq!(booked(&fixture), 2);
}

#[tokio::test]
async fn a_search_that_breaks_off_books_nothing() {
    let fixture = Fixture::mock();
    fixture.fault(json!({ "on": "/zoom/v2/users/", "do": "drop", "times": 1 }));
    let answer = fixture.registry.call(&all_hands()).await;
    assert_eq!(class(&answer), "not sent", "{answer:?}");
    assert_eq!(booked(&fixture), 0);
}

#[tokio::test]
async fn an_unknown_host_is_a_refusal_and_me_is_never_asked_for() {
    let fixture = Fixture::mock();
    for (host, said) in [
        ("me", "host"),
        ("nobody@corp.example", "User does not exist"),
    ] {
        let mut call = all_hands();
        call.args["host"] = json!(host);
        let answer = fixture.registry.call(&call).await;
        assert_eq!(class(&answer), "refused", "{answer:?}");
        let told = answer.unwrap_err().to_string();
        assert!(told.contains(said), "{told}");
    }
}

#[tokio::test]
async fn a_webinar_is_read_checked_and_taken_away() {
    let clock = StillClock::at("2026-12-01T14:00:00Z");
    let fixture = Fixture::with_campus("rooms: []\n", clock.clone());
    let args = json!({
        "topic": "Town hall", "start_time": "2026-12-01T15:00:00Z", "duration": 45,
        "practice_session": true, "agenda": "Numbers, then questions",
    });
    let webinar = fixture.output("zoom.create_webinar", args).await;
    let one = json!({ "id": webinar["id"] });
    assert_eq!(
        fixture.output("zoom.get_webinar", one.clone()).await,
        webinar
    );

    let check = fixture.output("zoom.pre_event_check", one.clone()).await;
    assert_eq!(
        (&check["ready"], &check["minutes_left"]),
        (&json!(true), &json!(60))
    );
    clock.advance(7_200);
    let late = fixture.output("zoom.pre_event_check", one.clone()).await;
    assert_eq!(late["ready"], false);
    assert_eq!(late["problems"], json!(["not so: it starts in the future"]));

    let gone = fixture.output("zoom.delete_webinar", one.clone()).await;
    assert_eq!(gone["was_there"], true);
    let again = fixture.output("zoom.delete_webinar", one.clone()).await;
    assert_eq!(again["was_there"], false);
    let answer = fixture.call("zoom.get_webinar", one).await;
    assert_eq!(class(&answer), "refused");
}

#[tokio::test]
async fn an_id_is_a_number_in_groups_or_not_and_nothing_else() {
    let fixture = Fixture::mock();
    let webinar = fixture.registry.call(&all_hands()).await.unwrap().output;
    let id = webinar["id"].as_str().unwrap();
    let grouped = format!("{} {} {}", &id[..3], &id[3..7], &id[7..]);
    let read = fixture
        .output("zoom.get_webinar", json!({ "id": grouped }))
        .await;
    assert_eq!(read["id"], webinar["id"]);
    for id in ["../users/me", "81234567890?x", "", "abc"] {
        let answer = fixture.call("zoom.get_webinar", json!({ "id": id })).await;
        assert_eq!(class(&answer), "refused", "{id}");
    }
}

#[tokio::test]
async fn a_daily_limit_was_not_sent_and_says_until_when() {
    let fixture = Fixture::mock();
    let path = "/zoom/v2/users/events@corp.example/webinars";
    fixture.fault(json!({ "on": path, "do": "delay", "times": 1 }));
    fixture.fault(json!({
        "on": path, "do": "status", "status": 429, "retry_after": "60", "times": 1,
        "body": "{\"code\":429,\"message\":\"You have reached the maximum daily rate limit\"}",
    }));
    let error = fixture.registry.call(&all_hands()).await.unwrap_err();
    let ToolError::NotSent {
        retry_after: Some(wait),
        ..
    } = error
    else {
        panic!("{error:?}");
    };
    assert_eq!(wait.as_secs(), 60);
    assert_eq!(booked(&fixture), 0);
}
