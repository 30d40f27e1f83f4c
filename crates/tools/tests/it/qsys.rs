//! Q-SYS cores: status, controls and components, change groups, credentials.

use std::sync::Arc;

use avops_engine::{Mode, SystemClock, ToolError, ToolReply, Toolbox as _};
use avops_tools::directory::Places;
use serde_json::{Value, json};

use crate::fixture::{Fixture, StillClock, call, class};

/// Cores with and without access control, and one on standby.
pub(crate) const CORES: &str = r#"
rooms: [{ id: a, name: Hall, email: hall@x.example }]
devices:
  - id: core
    name: Core
    room: a
    qsys_control:
      design: Hall
      controls:
        Gain: { value: -20.0, min: -100, max: 10 }
        Mute: { value: false }
        Label: { value: one }
        Toggle: { trigger: true }
      components:
        Mixer: { gain: { value: -12.0 }, mute: { value: false }, label: { value: two } }
      snapshots:
        Rooms: [{ Gain: -20.0 }, { Gain: -6.0, Mute: true }]
  - { id: locked, name: Locked, qsys_control: { user: avops, pin: "4821", design: Locked, controls: { Gain: { value: 0 } } } }
  - { id: standby, name: Standby, qsys_control: { standby: true, controls: { Gain: { value: 0 } } } }
"#;

pub(crate) fn cores() -> Fixture {
    Fixture::with_campus(CORES, Arc::new(SystemClock))
}

fn refusal(answer: Result<ToolReply, ToolError>) -> (String, String) {
    match answer.unwrap_err() {
        ToolError::Refused { message, hint } => (message, hint.unwrap_or_default()),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn with(args: Value) -> Value {
    let mut args = args;
    args["device"] = json!("core");
    args
}

#[tokio::test]
async fn a_core_tells_its_status_and_what_it_has() {
    let fixture = cores();
    let status = fixture
        .output("qsys_control.core_status", json!({ "device": "Hall" }))
        .await;
    assert_eq!(
        (
            &status["ok"],
            &status["state"],
            &status["design"],
            &status["status"]
        ),
        (&json!(true), &json!("active"), &json!("Hall"), &json!("OK"))
    );
    let standby = json!({ "device": "standby" });
    let status = fixture.output("qsys_control.core_status", standby).await;
    assert_eq!(
        (&status["ok"], &status["state"]),
        (&json!(false), &json!("standby"))
    );
    let args = json!({ "device": "standby", "control": "Gain" });
    let (said, hint) = refusal(fixture.call("qsys_control.get_control", args).await);
    assert!(
        said.contains("-32604") && hint.contains("active core"),
        "{said} {hint}"
    );
    let components = fixture
        .output("qsys_control.list_components", with(json!({})))
        .await;
    assert_eq!(
        components,
        json!([{ "component": "Mixer", "type": "gain" }])
    );
}

#[tokio::test]
async fn what_is_set_is_read_back() {
    let fixture = cores();
    for (action, args, value) in [
        (
            "set_control",
            json!({ "control": "Gain", "value": -12.5 }),
            json!(-12.5),
        ),
        (
            "set_control",
            json!({ "control": "Mute", "value": 1 }),
            json!(true),
        ),
        (
            "set_control",
            json!({ "control": "Label", "value": "main \"hall\"" }),
            json!("main \"hall\""),
        ),
        (
            "set_control",
            json!({ "component": "Mixer", "control": "gain", "value": -3 }),
            json!(-3.0),
        ),
        (
            "step_control",
            json!({ "control": "Gain", "by": 2.5 }),
            json!(-10.0),
        ),
        (
            "step_control",
            json!({ "component": "Mixer", "control": "gain", "by": -1 }),
            json!(-4.0),
        ),
        (
            "mute_control",
            json!({ "control": "Mute", "muted": false }),
            json!(false),
        ),
        ("mute_control", json!({ "component": "Mixer" }), json!(true)),
    ] {
        let action = format!("qsys_control.{action}");
        let output = fixture.output(&action, with(args.clone())).await;
        assert_eq!(output["value"], value, "{args}");
        let named = json!({ "control": output["control"] });
        let mut read = with(named);
        if let Some(component) = args.get("component") {
            read["component"] = component.clone();
        }
        let read = fixture.output("qsys_control.get_control", read).await;
        assert_eq!(read["value"], value, "{args}");
    }
    let clamped = with(json!({ "control": "Gain", "value": 30 }));
    let (said, _) = refusal(fixture.call("qsys_control.set_control", clamped).await);
    assert!(said.contains("is 10.0, not 30"), "{said}");
}

#[tokio::test]
async fn what_a_core_does_not_have_is_a_refusal_that_says_where_to_look() {
    let fixture = cores();
    for (action, args, said, hint) in [
        (
            "get_control",
            json!({ "control": "Gian" }),
            "code 8",
            "named as in the design",
        ),
        (
            "get_control",
            json!({ "component": "Mxer", "control": "gain" }),
            "code 7",
            "list_components",
        ),
        (
            "load_snapshot",
            json!({ "bank": "Rooms", "number": 3 }),
            "-32602",
            "",
        ),
        (
            "step_control",
            json!({ "control": "Label", "by": 1 }),
            "no number",
            "",
        ),
        (
            "set_component",
            json!({ "component": "Mixer", "controls": { "gain": -1, "gian": -1 } }),
            "no control gian; the others were set",
            "get_component",
        ),
    ] {
        let action = format!("qsys_control.{action}");
        let (message, help) = refusal(fixture.call(&action, with(args)).await);
        assert!(message.contains(said), "{message}");
        assert!(help.contains(hint), "{help}");
    }
    assert_eq!(
        fixture.registry.campus().device("core").unwrap()["components"]["Mixer"]["gain"],
        json!(-1.0)
    );
}

#[tokio::test]
async fn components_snapshots_ramps_and_triggers() {
    let clock = StillClock::at("2026-11-24T12:00:00Z");
    let fixture = Fixture::with_campus(CORES, clock.clone());
    let values = json!({ "gain": -10, "mute": true });
    let args = with(json!({ "component": "Mixer", "controls": values }));
    let set = fixture.output("qsys_control.set_component", args).await;
    assert_eq!(set["controls"], json!({ "gain": -10.0, "mute": true }));
    let all = fixture
        .output(
            "qsys_control.get_component",
            with(json!({ "component": "Mixer" })),
        )
        .await;
    assert_eq!(
        all["controls"],
        json!({ "gain": -10.0, "mute": true, "label": "two" })
    );

    let snapshot = with(json!({ "bank": "Rooms", "number": 2 }));
    fixture.output("qsys_control.load_snapshot", snapshot).await;
    let gain = with(json!({ "control": "Gain" }));
    let read = fixture
        .output("qsys_control.get_control", gain.clone())
        .await;
    assert_eq!(read["value"], -6.0);

    let ramp = with(json!({ "control": "Gain", "value": -16, "seconds": 10 }));
    let begun = fixture.output("qsys_control.ramp_control", ramp).await;
    assert_eq!(
        (&begun["value"], &begun["target"]),
        (&json!(-6.0), &json!(-16.0))
    );
    for (seconds, value) in [(5, -11.0), (5, -16.0), (5, -16.0)] {
        clock.advance(seconds);
        let read = fixture
            .output("qsys_control.get_control", gain.clone())
            .await;
        assert_eq!(read["value"], value);
    }

    for pressed in 1..=3 {
        let args = with(json!({ "control": "Toggle" }));
        fixture.output("qsys_control.trigger_control", args).await;
        let state = fixture.registry.campus().device("core").unwrap();
        assert_eq!(state["controls"]["Toggle"]["pressed"], pressed);
    }
}

#[tokio::test]
async fn a_watch_tells_everything_once_and_then_what_has_changed() {
    let fixture = cores();
    let watch = |group: &str| with(json!({ "controls": ["Gain", "Mute"], "group": group }));
    let names = |output: &Value| -> Vec<String> {
        let changes = output["changes"].as_array().unwrap().iter();
        changes
            .map(|c| c["control"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = fixture
        .output("qsys_control.watch_controls", watch("a"))
        .await;
    assert_eq!(
        (all["first"].clone(), names(&all)),
        (json!(true), vec!["Gain".into(), "Mute".into()])
    );
    let none = fixture
        .output("qsys_control.watch_controls", watch("a"))
        .await;
    assert_eq!(
        (none["first"].clone(), names(&none)),
        (json!(false), vec![])
    );
    let set = with(json!({ "control": "Mute", "value": true }));
    fixture.output("qsys_control.set_control", set).await;
    let one = fixture
        .output("qsys_control.watch_controls", watch("a"))
        .await;
    assert_eq!(names(&one), ["Mute"]);
    // More groups than a core allows: the one used longest ago begins anew.
    for group in ["b", "c", "d", "e"] {
        let output = fixture
            .output("qsys_control.watch_controls", watch(group))
            .await;
        assert_eq!(output["first"], true, "{group}");
    }
    let again = fixture
        .output("qsys_control.watch_controls", watch("e"))
        .await;
    assert_eq!(again["first"], false);
    let again = fixture
        .output("qsys_control.watch_controls", watch("a"))
        .await;
    assert_eq!(again["first"], true);
    // After the line was lost everything is told once more.
    fixture.fault(json!({ "on": "/devices/core/ChangeGroup.Poll", "do": "drop", "times": 1 }));
    assert_eq!(
        class(
            &fixture
                .call("qsys_control.watch_controls", watch("a"))
                .await
        ),
        "unknown"
    );
    let anew = fixture
        .output("qsys_control.watch_controls", watch("a"))
        .await;
    assert_eq!(anew["first"], true);
    let args = with(json!({ "component": "Mixer", "controls": ["gain"] }));
    let component = fixture.output("qsys_control.watch_controls", args).await;
    assert_eq!(component["changes"][0]["component"], "Mixer");
}

#[tokio::test]
async fn a_line_is_logged_on_once_and_a_wrong_pin_is_not_repeated() {
    let vendor = cores();
    let args = json!({ "device": "locked", "control": "Gain" });
    for _ in 0..3 {
        vendor
            .output("qsys_control.get_control", args.clone())
            .await;
    }
    let commands = vendor.registry.campus().device_commands("locked");
    assert_eq!(
        commands.iter().filter(|c| c.starts_with("Logon")).count(),
        1
    );

    let live = Fixture::new(Arc::new(SystemClock), |options| options.mock = false);
    let devices = vendor.registry.campus().devices();
    live.registry.directory().replace(Places {
        rooms: Vec::new(),
        devices,
    });
    let mut read = call("qsys_control.get_control", args);
    read.mode = Mode::Live;
    let (said, hint) = refusal(live.registry.call(&read).await);
    assert!(
        said.contains("code 10") && hint.contains("pin/locked"),
        "{said} {hint}"
    );
    let values = [("user", "avops"), ("pin/locked", "canary-90a1")];
    let values = values.map(|(n, v)| (n.to_owned(), avops_tools::Secret::new(v)));
    live.registry
        .configure("qsys_control", &values.into())
        .unwrap();
    let (said, hint) = refusal(live.registry.call(&read).await);
    assert!(said.contains("does not take the user and PIN"), "{said}");
    let health = live.registry.health("qsys_control").await.unwrap();
    let commands = vendor.registry.campus().device_commands("locked").concat();
    for text in [said, hint, health.detail, commands] {
        assert!(!text.contains("canary"), "{text}");
    }
}

#[tokio::test]
async fn control_characters_never_reach_a_core() {
    let fixture = cores();
    for args in [
        json!({ "control": "Gain\0{}", "value": 1 }),
        json!({ "control": "Gain", "value": "x\r" }),
        json!({ "component": "M\u{1b}", "control": "gain", "value": 1 }),
    ] {
        let (said, _) = refusal(fixture.call("qsys_control.set_control", with(args)).await);
        assert!(said.contains("control character"), "{said}");
    }
    let args = with(json!({ "component": "Mixer", "controls": { "ga\0in": 1 } }));
    let (said, _) = refusal(fixture.call("qsys_control.set_component", args).await);
    assert!(said.contains("control character"), "{said}");
    assert!(fixture.registry.campus().device_commands("core").is_empty());
}
