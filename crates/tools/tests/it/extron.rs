//! Extron switchers: logins, ties that are read back, news between answers, and what is blocked.

use std::sync::Arc;
use std::time::Duration;

use avops_engine::{Mode, SystemClock, ToolError, ToolReply, Toolbox as _};
use avops_recipe::{Effect, Repeat};
use avops_tools::directory::Places;
use serde_json::{Value, json};

use crate::fixture::{Fixture, StillClock, call, class};

/// A matrix, a switcher with one output, and those that differ from what is usual.
const SWITCHERS: &str = "
rooms: [{ id: a, name: Hall, email: hall@x.example }]
devices:
  - id: matrix
    name: Matrix
    room: a
    extron_control: { password: s3cret, inputs: 8, outputs: 4, signals: [1, 5], presets: { 5: { 1: 7, 2: 8 } } }
  - { id: user, name: Locked, extron_control: { password: s3cret, user_only: true, outputs: 4 } }
  - { id: single, name: Single, extron_control: { model: IN1808, inputs: 8 } }
  - { id: old, name: Old, extron_control: { tags: false, outputs: 4, signals: [2] } }
  - { id: deaf, name: Deaf, extron_control: { ignores: true, outputs: 4 } }
";

fn switchers() -> Fixture {
    Fixture::with_campus(SWITCHERS, Arc::new(SystemClock))
}

fn refusal(answer: Result<ToolReply, ToolError>) -> (String, String) {
    match answer.unwrap_err() {
        ToolError::Refused { message, hint } => (message, hint.unwrap_or_default()),
        other => panic!("{other:?}"),
    }
}

fn state(fixture: &Fixture, device: &str) -> Value {
    fixture.registry.campus().device(device).unwrap()
}

#[tokio::test]
async fn a_switcher_says_what_it_is_and_which_inputs_are_alive() {
    let fixture = switchers();
    for (device, model) in [
        ("Hall", "DTPCP84"),
        ("single", "IN1808"),
        ("old", "DTPCP84"),
    ] {
        let status = fixture
            .output(
                "extron_control.switcher_status",
                json!({ "device": device }),
            )
            .await;
        assert_eq!(
            (
                &status["model"],
                &status["firmware"],
                &status["part_number"]
            ),
            (&json!(model), &json!("1.02"), &json!("60-1381-01")),
            "{device}"
        );
    }
    for (device, active) in [("matrix", json!([1, 5])), ("old", json!([2]))] {
        let signals = fixture
            .output("extron_control.input_signals", json!({ "device": device }))
            .await;
        assert_eq!(
            (&signals["active"], &signals["inputs"]),
            (&active, &json!(8))
        );
    }
}

#[tokio::test]
async fn ties_are_set_for_each_signal_and_read_back() {
    let fixture = switchers();
    for (device, args, video, audio) in [
        (
            "matrix",
            json!({ "input": 2, "output": 3 }),
            json!(2),
            json!(2),
        ),
        (
            "matrix",
            json!({ "input": 4, "output": 3, "signal": "video" }),
            json!(4),
            Value::Null,
        ),
        (
            "matrix",
            json!({ "input": 5, "output": 3, "signal": "audio" }),
            Value::Null,
            json!(5),
        ),
        (
            "matrix",
            json!({ "input": 0, "output": 3, "signal": "audio" }),
            Value::Null,
            json!(0),
        ),
        (
            "old",
            json!({ "input": 2, "output": 3 }),
            json!(2),
            json!(2),
        ),
        ("single", json!({ "input": 6 }), json!(6), json!(6)),
        (
            "single",
            json!({ "input": 7, "signal": "video" }),
            json!(7),
            Value::Null,
        ),
    ] {
        let mut args = args;
        args["device"] = json!(device);
        let tie = fixture
            .output("extron_control.tie_input", args.clone())
            .await;
        assert_eq!(
            (&tie["video_input"], &tie["audio_input"]),
            (&video, &audio),
            "{args}"
        );
    }
    let output = json!({ "device": "matrix", "output": 3 });
    let tie = fixture.output("extron_control.read_tie", output).await;
    assert_eq!(
        (&tie["video_input"], &tie["audio_input"]),
        (&json!(4), &json!(0))
    );
    let tie = fixture
        .output("extron_control.read_tie", json!({ "device": "single" }))
        .await;
    assert_eq!(
        (&tie["video_input"], &tie["audio_input"]),
        (&json!(7), &json!(6))
    );
    assert_eq!(state(&fixture, "matrix")["video"], json!({ "3": 4 }));
}

#[tokio::test]
async fn mutes_and_presets() {
    let fixture = switchers();
    for (device, args, of, mute) in [
        (
            "matrix",
            json!({ "output": 3 }),
            "video_mutes",
            json!({ "3": 1 }),
        ),
        (
            "matrix",
            json!({ "output": 3, "what": "video_and_sync" }),
            "video_mutes",
            json!({ "3": 2 }),
        ),
        (
            "matrix",
            json!({ "output": 3, "muted": false }),
            "video_mutes",
            json!({ "3": 0 }),
        ),
        (
            "matrix",
            json!({ "output": 2, "what": "audio" }),
            "audio_mutes",
            json!({ "2": 1 }),
        ),
        (
            "old",
            json!({ "output": 2, "what": "audio" }),
            "audio_mutes",
            json!({ "2": 1 }),
        ),
        (
            "single",
            json!({ "muted": true }),
            "video_mutes",
            json!({ "0": 1 }),
        ),
    ] {
        let mut args = args;
        args["device"] = json!(device);
        fixture
            .output("extron_control.mute_output", args.clone())
            .await;
        assert_eq!(state(&fixture, device)[of], mute, "{args}");
    }
    let preset = json!({ "device": "matrix", "preset": 5 });
    fixture.output("extron_control.recall_preset", preset).await;
    assert_eq!(
        state(&fixture, "matrix")["video"],
        json!({ "1": 7, "2": 8 })
    );
}

#[tokio::test]
async fn what_a_unit_cannot_do_is_said_in_words() {
    let fixture = switchers();
    for (action, args, said, hint) in [
        (
            "tie_input",
            json!({ "device": "matrix", "input": 9, "output": 1 }),
            "no such input (E01)",
            "",
        ),
        (
            "tie_input",
            json!({ "device": "matrix", "input": 1, "output": 5 }),
            "no such output (E12)",
            "",
        ),
        (
            "tie_input",
            json!({ "device": "matrix", "input": 1 }),
            "is a matrix",
            "`output`",
        ),
        (
            "tie_input",
            json!({ "device": "old", "input": 1 }),
            "is a matrix",
            "`output`",
        ),
        (
            "tie_input",
            json!({ "device": "single", "input": 1, "output": 1 }),
            "E12",
            "leave `output` out",
        ),
        (
            "recall_preset",
            json!({ "device": "matrix", "preset": 6 }),
            "no such preset (E11)",
            "",
        ),
        (
            "reboot_switcher",
            json!({ "device": "user" }),
            "administrator",
            "password/user",
        ),
        (
            "tie_input",
            json!({ "device": "deaf", "input": 1, "output": 1 }),
            "tie is 0, not 1",
            "",
        ),
        (
            "mute_output",
            json!({ "device": "deaf", "output": 1 }),
            "mute is 0, not 1",
            "",
        ),
    ] {
        let action = format!("extron_control.{action}");
        let (message, help) = refusal(fixture.call(&action, args.clone()).await);
        assert!(message.contains(said), "{args}: {message}");
        assert!(help.contains(hint), "{args}: {help}");
    }
    assert_eq!(state(&fixture, "matrix")["video"], json!({}));
    for (code, expected) in [
        ("E18", "unknown"),
        ("E06", "refused"),
        ("E99", "refused"),
        // Last, since a unit that is busy is left alone for a while.
        ("E22", "not sent"),
    ] {
        fixture.fault(
            json!({ "on": "/devices/matrix/1*1!", "do": "status", "body": code, "times": 1 }),
        );
        let args = json!({ "device": "matrix", "input": 1, "output": 1 });
        let answer = fixture.call("extron_control.tie_input", args).await;
        assert_eq!(class(&answer), expected, "{code}: {answer:?}");
    }
}

#[tokio::test]
async fn a_line_is_logged_in_once_and_closed_before_the_unit_closes_it() {
    let clock = StillClock::at("2026-11-24T12:00:00Z");
    let fixture = Fixture::with_campus(SWITCHERS, clock.clone());
    let logins = || {
        let commands = fixture.registry.campus().device_commands("matrix");
        commands.iter().filter(|c| *c == "login").count()
    };
    let device = json!({ "device": "matrix" });
    for expected in [1, 1, 1, 2] {
        if expected == 2 {
            clock.advance(250);
        } else {
            clock.advance(100);
        }
        fixture
            .output("extron_control.switcher_status", device.clone())
            .await;
        assert_eq!(logins(), expected);
    }
}

#[tokio::test]
async fn a_line_may_split_merge_echo_and_interject_without_changing_an_answer() {
    let fixture = switchers();
    for kind in ["split", "merge", "event", "echo", "delay"] {
        for device in ["matrix", "old"] {
            fixture.fault(json!({ "on": format!("/devices/{device}/"), "do": kind }));
            for input in [1, 2] {
                let args = json!({ "device": device, "input": input, "output": 3 });
                let tie = fixture.output("extron_control.tie_input", args).await;
                assert_eq!(
                    (&tie["video_input"], &tie["audio_input"]),
                    (&json!(input), &json!(input)),
                    "{kind} {device}"
                );
            }
            let mute = json!({ "device": device, "output": 3 });
            fixture.output("extron_control.mute_output", mute).await;
            let status = json!({ "device": device });
            let firmware = fixture
                .output("extron_control.switcher_status", status)
                .await;
            assert_eq!(firmware["firmware"], "1.02", "{kind} {device}");
            fixture.registry.campus().clear_faults();
        }
    }
}

#[tokio::test]
async fn a_confirmation_that_may_have_been_anothers_is_not_believed() {
    let fixture = switchers();
    // The error of our tie comes after somebody else's news of the same tie.
    fixture.fault(json!({ "on": "/devices/matrix/3%", "do": "status", "body": "E22", "times": 1 }));
    let args = json!({ "device": "matrix", "input": 1, "output": 3 });
    let answer = fixture.call("extron_control.tie_input", args.clone()).await;
    assert_eq!(class(&answer), "unknown", "{answer:?}");
    fixture.output("extron_control.tie_input", args).await;
    let commands = fixture.registry.campus().device_commands("matrix");
    assert_eq!(commands.iter().filter(|c| *c == "login").count(), 2);
}

#[tokio::test]
async fn a_lost_answer_is_unknown_only_after_the_command_was_sent() {
    let fixture = switchers();
    for (on, kind, acts, expected) in [
        ("/devices/matrix/login", "drop", false, "not sent"),
        ("/devices/matrix/W3CV", "drop", false, "not sent"),
        ("/devices/matrix/W1BOOT", "drop", true, "unknown"),
        ("/devices/matrix/W1BOOT", "hang", true, "unknown"),
        ("/devices/matrix/W1BOOT", "truncate", true, "unknown"),
        ("/devices/matrix/W1BOOT", "drop", false, "unknown"),
    ] {
        if on.ends_with("BOOT") {
            // Logged in before, so that the time below is that of one command.
            let status = json!({ "device": "matrix" });
            fixture
                .output("extron_control.switcher_status", status)
                .await;
        }
        let before = state(&fixture, "matrix")["reboots"].as_u64().unwrap();
        fixture.fault(json!({ "on": on, "do": kind, "acts": acts, "times": 1 }));
        let mut call = call(
            "extron_control.reboot_switcher",
            json!({ "device": "matrix" }),
        );
        if kind == "hang" {
            call.timeout = Duration::from_millis(1500);
        }
        let answer = fixture.registry.call(&call).await;
        assert_eq!(class(&answer), expected, "{on} {kind}: {answer:?}");
        let after = state(&fixture, "matrix")["reboots"].as_u64().unwrap();
        assert_eq!(after - before, u64::from(acts), "{on} {kind}");
    }
    let reboot = json!({ "device": "matrix", "what": "network" });
    let answer = fixture
        .output("extron_control.reboot_switcher", reboot)
        .await;
    assert_eq!(answer["restarting"], "network");
    // The next call connects anew.
    fixture
        .output(
            "extron_control.switcher_status",
            json!({ "device": "matrix" }),
        )
        .await;
}

#[tokio::test]
async fn restarting_is_destructive_and_nothing_resets_a_unit() {
    let fixture = switchers();
    let tool = fixture.registry.tool("extron_control").unwrap();
    let reboot = tool.spec.action("reboot_switcher").unwrap();
    assert_eq!(
        (reboot.effect, reboot.repeat),
        (Effect::Destructive, Repeat::Once)
    );
    for injected in [
        "1*1!\u{1b}ZXXX\r",
        "1\r\u{1b}ZQQQ\r",
        "\u{1b}ZFFF\r",
        "1!W1BOOT|",
    ] {
        for args in [
            json!({ "device": injected, "input": 1, "output": 1 }),
            json!({ "device": "matrix", "input": injected, "output": 1 }),
            json!({ "device": "matrix", "input": 1, "output": injected }),
            json!({ "device": "matrix", "input": 1, "output": 1, "signal": injected }),
        ] {
            let answer = fixture.call("extron_control.tie_input", args).await;
            assert_eq!(class(&answer), "refused", "{answer:?}");
        }
    }
    let state = state(&fixture, "matrix");
    assert_eq!(
        (&state["resets"], &state["reboots"]),
        (&json!(0), &json!(0))
    );
    assert!(
        fixture
            .registry
            .campus()
            .device_commands("matrix")
            .is_empty()
    );
}

#[tokio::test]
async fn a_wrong_or_missing_password_is_a_refusal_that_does_not_repeat_it() {
    let vendor = switchers();
    let live = Fixture::new(Arc::new(SystemClock), |options| options.mock = false);
    let devices = vendor.registry.campus().devices();
    live.registry.directory().replace(Places {
        rooms: Vec::new(),
        devices,
    });
    let mut status = call(
        "extron_control.switcher_status",
        json!({ "device": "matrix" }),
    );
    status.mode = Mode::Live;
    let (said, hint) = refusal(live.registry.call(&status).await);
    assert!(
        said.contains("asks for a password") && hint.contains("password/matrix"),
        "{said} {hint}"
    );
    let values = [("password/matrix", "canary-33f0")];
    let values = values.map(|(n, v)| (n.to_owned(), avops_tools::Secret::new(v)));
    live.registry
        .configure("extron_control", &values.into())
        .unwrap();
    let (said, hint) = refusal(live.registry.call(&status).await);
    assert!(said.contains("does not take the password"), "{said}");
    let health = live.registry.health("extron_control").await.unwrap();
    assert!(health.ok && health.detail.contains("3 of 5"), "{health:?}");
    let commands = vendor.registry.campus().device_commands("matrix").concat();
    for text in [said, hint, health.detail, commands] {
        assert!(!text.contains("canary"), "{text}");
    }
}

#[tokio::test]
async fn calls_of_one_switcher_take_turns() {
    let fixture = switchers();
    let calls = (0..40).map(|n| {
        let (input, fixture) = (n % 8 + 1, &fixture);
        async move {
            let args = json!({ "device": "matrix", "input": input, "output": 1 });
            let tie = fixture.output("extron_control.tie_input", args).await;
            assert_eq!(tie["video_input"], input);
        }
    });
    futures::future::join_all(calls).await;
}
