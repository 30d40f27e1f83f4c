//! Projectors: passwords, power that takes its time, inputs, and lines that misbehave.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use avops_engine::{Clock, Mode, SystemClock, ToolError, Toolbox as _};
use avops_tools::directory::{Device, Places};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::fixture::{Fixture, StillClock, call, class};

const NOON: &str = "2026-11-24T12:00:00Z";

/// One projector of every kind that matters.
const PROJECTORS: &str = r#"
rooms:
  - { id: a, name: Hall, email: hall@x.example }
devices:
  - { id: open, name: Open, room: a, aliases: [beamer], pjlink: { on: true, warm_up_s: 10, errors: "012000", lamp_hours: [1200, 980] } }
  - { id: md5, name: Old password, pjlink: { on: true, password: JBMIAProjectorLink } }
  - { id: sha, name: New password, pjlink: { on: true, class: 2, password: avops-pass, sha256: true } }
  - { id: two, name: Class two, pjlink: { on: true, class: 2, inputs: ["31 HDMI 1", "32 HDMI 2", "6A Player"] } }
  - { id: deaf, name: Deaf, pjlink: { on: true, ignores: [INPT, POWR] } }
"#;

/// A clock whose pauses are over at once.
struct QuickClock;

#[async_trait]
impl Clock for QuickClock {
    fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    async fn sleep(&self, _: Duration) {}
}

fn projectors() -> Fixture {
    Fixture::with_campus(PROJECTORS, Arc::new(QuickClock))
}

fn message(answer: Result<avops_engine::ToolReply, ToolError>) -> (String, String) {
    match answer.unwrap_err() {
        ToolError::Refused { message, hint } => (message, hint.unwrap_or_default()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn each_way_of_checking_a_password_opens_its_projector() {
    let fixture = projectors();
    for (device, class) in [("open", 1), ("md5", 1), ("sha", 2), ("md5", 1), ("sha", 2)] {
        let state = fixture
            .output("pjlink.projector_state", json!({ "device": device }))
            .await;
        assert_eq!(
            (&state["power"], &state["class"], &state["input"]),
            (&json!("on"), &json!(class), &json!("rgb 1")),
            "{device}: {state}"
        );
    }
    // The old projector was asked for the new way once, and is not asked again.
    let asked = |id: &str| {
        let commands = fixture.registry.campus().device_commands(id);
        commands.iter().filter(|c| *c == "PJLINK 2").count()
    };
    assert_eq!((asked("open"), asked("md5"), asked("sha")), (0, 1, 2));
}

#[tokio::test]
async fn power_is_accepted_first_and_reached_later() {
    let clock = StillClock::at(NOON);
    let fixture = Fixture::with_campus(PROJECTORS, clock.clone());
    let device = json!({ "device": "beamer" });
    let off = fixture.output("pjlink.power_off", device.clone()).await;
    assert_eq!(
        (&off["device"], &off["power"]),
        (&json!("open"), &json!("cooling"))
    );
    // While it cools it takes neither power nor inputs, and says so before it acts.
    for (action, args) in [
        ("pjlink.power_on", device.clone()),
        (
            "pjlink.select_input",
            json!({ "device": "beamer", "input": "31" }),
        ),
    ] {
        let answer = fixture.call(action, args).await;
        let Err(ToolError::NotSent {
            message,
            retry_after,
        }) = &answer
        else {
            panic!("{answer:?}");
        };
        assert!(message.contains("ERR3"), "{message}");
        assert_eq!(*retry_after, Some(Duration::from_secs(5)));
    }
    clock.advance(11);
    let on = fixture.output("pjlink.power_on", device.clone()).await;
    assert_eq!(on["power"], "warming");
    clock.advance(11);
    let on = fixture.output("pjlink.power_on", device.clone()).await;
    assert_eq!(on["power"], "on");
}

#[tokio::test]
async fn inputs_are_selected_by_code_words_or_the_projectors_own_name_and_read_back() {
    let fixture = projectors();
    for (device, input, code) in [
        ("open", "32", "32"),
        ("open", "Digital 1", "31"),
        ("two", "hdmi 2", "32"),
        ("two", "Player", "6A"),
    ] {
        let args = json!({ "device": device, "input": input });
        let output = fixture.output("pjlink.select_input", args).await;
        assert_eq!(output["input_code"], code, "{input}");
        assert_eq!(
            fixture.registry.campus().device(device).unwrap()["input"],
            code
        );
    }
    for (device, input, said, hint) in [
        ("open", "39", "ERR2", "projector_state"),
        ("open", "Player", "no input `Player`", "31 (digital 1)"),
        ("two", "Plyer", "no input `Plyer`", "6A (Player)"),
        ("open", "6A", "class 1", ""),
    ] {
        let args = json!({ "device": device, "input": input });
        let (message, help) = message(fixture.call("pjlink.select_input", args).await);
        assert!(message.contains(said), "{message}");
        assert!(help.contains(hint), "{help}");
    }
}

#[tokio::test]
async fn a_projector_that_says_ok_and_does_nothing_is_told_with_both_values() {
    let fixture = projectors();
    let args = json!({ "device": "deaf", "input": "32" });
    let (said, _) = message(fixture.call("pjlink.select_input", args).await);
    assert!(said.contains("input is 11, not 32"), "{said}");
    let (said, _) = message(
        fixture
            .call("pjlink.power_off", json!({ "device": "deaf" }))
            .await,
    );
    assert!(said.contains("power is on, not off"), "{said}");
}

#[tokio::test]
async fn mute_freeze_volume_lamps_and_errors() {
    let fixture = projectors();
    let campus = fixture.registry.campus();
    for (what, muted, state) in [
        ("picture", true, "11"),
        ("sound", true, "31"),
        ("picture", false, "21"),
        ("both", false, "30"),
    ] {
        let args = json!({ "device": "open", "what": what, "muted": muted });
        fixture.output("pjlink.mute_projector", args).await;
        assert_eq!(campus.device("open").unwrap()["mute"], state);
    }
    let args = json!({ "device": "two" });
    assert_eq!(
        fixture.output("pjlink.freeze_picture", args).await["frozen"],
        true
    );
    for direction in ["up", "up", "down"] {
        let args = json!({ "device": "two", "direction": direction });
        fixture.output("pjlink.step_volume", args).await;
    }
    let state = campus.device("two").unwrap();
    assert_eq!(
        (&state["frozen"], &state["volume"]),
        (&json!(true), &json!(1))
    );
    let args = json!({ "device": "open", "direction": "up" });
    let (said, _) = message(fixture.call("pjlink.step_volume", args).await);
    assert!(said.contains("class 1"), "{said}");

    let device = json!({ "device": "open" });
    let lamps = fixture.output("pjlink.lamp_hours", device.clone()).await;
    assert_eq!(
        (&lamps["most_hours"], &lamps["filter_hours"]),
        (&json!(1200), &Value::Null)
    );
    let laser = fixture
        .output("pjlink.lamp_hours", json!({ "device": "two" }))
        .await;
    assert_eq!(
        (&laser["lamps"], &laser["filter_hours"]),
        (&json!([]), &json!(310))
    );
    let errors = fixture.output("pjlink.projector_errors", device).await;
    assert_eq!(errors["worst"], "error");
    assert_eq!(
        (&errors["parts"]["lamp"], &errors["parts"]["temperature"]),
        (&json!("warning"), &json!("error"))
    );
}

#[tokio::test]
async fn a_line_may_split_merge_echo_and_interject_without_changing_an_answer() {
    let fixture = projectors();
    for kind in ["split", "merge", "event", "echo", "delay"] {
        fixture.fault(json!({ "on": "/devices/two/", "do": kind }));
        for input in ["31", "32"] {
            let args = json!({ "device": "two", "input": input });
            let output = fixture.output("pjlink.select_input", args).await;
            assert_eq!(output["input_code"], input, "{kind}");
        }
        fixture.registry.campus().clear_faults();
    }
}

#[tokio::test]
async fn a_lost_answer_is_unknown_only_after_the_command_was_sent() {
    let fixture = projectors();
    let step = json!({ "device": "two", "direction": "up" });
    for (on, acts, expected, volume) in [
        ("/devices/two/CLSS", false, "not sent", 0),
        ("/devices/two/SVOL", true, "unknown", 1),
        ("/devices/two/SVOL", false, "unknown", 1),
    ] {
        for kind in ["drop", "truncate", "hang"] {
            if kind == "truncate" && !acts {
                continue;
            }
            let before = fixture.registry.campus().device("two").unwrap();
            fixture.fault(json!({ "on": on, "do": kind, "acts": acts, "times": 1 }));
            let mut call = call("pjlink.step_volume", step.clone());
            if kind == "hang" {
                call.timeout = Duration::from_millis(1500);
            }
            let answer = fixture.registry.call(&call).await;
            assert_eq!(class(&answer), expected, "{on} {kind}: {answer:?}");
            let after = fixture.registry.campus().device("two").unwrap();
            let steps = after["volume"].as_i64().unwrap() - before["volume"].as_i64().unwrap();
            assert_eq!(steps, i64::from(acts) * i64::from(volume), "{on} {kind}");
            // It answers in between: a projector that is gone altogether is left alone.
            let _ = fixture
                .output("pjlink.projector_state", json!({ "device": "two" }))
                .await;
        }
    }
    fixture.fault(json!({ "on": "/devices/two/SVOL", "do": "status", "body": "ERR4" }));
    let (said, hint) = message(fixture.call("pjlink.step_volume", step).await);
    assert!(
        said.contains("ERR4") && hint.contains("projector_errors"),
        "{said} {hint}"
    );
}

#[tokio::test]
async fn a_wrong_or_missing_password_is_a_refusal_that_does_not_repeat_it() {
    let vendor = projectors();
    let live = Fixture::new(Arc::new(SystemClock), |options| options.mock = false);
    let devices = vendor.registry.campus().devices();
    live.registry.directory().replace(Places {
        rooms: Vec::new(),
        devices,
    });
    let state = |device: &str| {
        let mut call = call("pjlink.projector_state", json!({ "device": device }));
        call.mode = Mode::Live;
        call
    };
    let (said, hint) = message(live.registry.call(&state("md5")).await);
    assert!(
        said.contains("asks for a password") && hint.contains("password/md5"),
        "{said} {hint}"
    );
    let values = [("password", "canary-7d21"), ("password/sha", "avops-pass")];
    let values = values.map(|(n, v)| (n.to_owned(), avops_tools::Secret::new(v)));
    live.registry.configure("pjlink", &values.into()).unwrap();
    live.registry.call(&state("sha")).await.unwrap();
    let (said, hint) = message(live.registry.call(&state("md5")).await);
    assert!(said.contains("does not take the password"), "{said}");
    let health = live.registry.health("pjlink").await.unwrap();
    assert!(health.ok && health.detail.contains("4 of 5"), "{health:?}");
    let commands = vendor.registry.campus().device_commands("md5").concat();
    for text in [said, hint, health.detail, commands] {
        assert!(!text.contains("canary"), "{text}");
    }
}

#[tokio::test]
async fn a_name_that_leads_nowhere_says_what_there_is_and_where_it_comes_from() {
    let fixture = projectors();
    let args = |device: &str| json!({ "device": device });
    let (said, hint) = message(fixture.call("pjlink.power_on", args("Opne")).await);
    assert!(said.contains("did you mean Open?"), "{said}");
    assert!(hint.contains("simulated campus"), "{hint}");
    // The room stands for its only device.
    fixture.output("pjlink.power_on", args("Hall")).await;
    let live = Fixture::new(Arc::new(SystemClock), |options| options.mock = false);
    let health = live.registry.health("pjlink").await.unwrap();
    assert!(
        !health.ok && health.detail.contains("no devices of pjlink yet"),
        "{health:?}"
    );
}

#[tokio::test]
async fn addresses_that_no_device_has_are_not_connected_to() {
    let live = Fixture::new(Arc::new(SystemClock), |options| options.mock = false);
    for host in ["169.254.169.254", "224.0.0.1", "0.0.0.0", "[fe80::1]"] {
        let device = Device {
            id: "x".to_owned(),
            name: "X".to_owned(),
            tool: "pjlink".to_owned(),
            host: host.to_owned(),
            ..Device::default()
        };
        let places = Places {
            rooms: Vec::new(),
            devices: vec![device],
        };
        live.registry.directory().replace(places);
        let mut call = call("pjlink.power_on", json!({ "device": "x" }));
        call.mode = Mode::Live;
        let answer = live.registry.call(&call).await;
        let expected = if host.starts_with('[') {
            "refused or not sent"
        } else {
            "refused"
        };
        assert!(expected.contains(class(&answer)), "{host}: {answer:?}");
    }
}

#[tokio::test]
async fn control_characters_never_reach_a_line() {
    let fixture = projectors();
    for character in ['\r', '\n', '\0', '\u{1b}'] {
        let args = json!({ "device": "open", "input": format!("31{character}%1POWR 0") });
        let (said, _) = message(fixture.call("pjlink.select_input", args).await);
        assert!(said.contains("control character"), "{said}");
    }
    assert!(fixture.registry.campus().device_commands("open").is_empty());
}

#[tokio::test]
async fn calls_of_one_projector_take_turns() {
    let fixture = projectors();
    let calls = (0..20).map(|n| {
        let input = if n % 2 == 0 { "31" } else { "32" };
        let fixture = &fixture;
        async move {
            let args = json!({ "device": "open", "input": input });
            let output = fixture.output("pjlink.select_input", args).await;
            assert_eq!(output["input_code"], input);
        }
    });
    futures::future::join_all(calls).await;
}
