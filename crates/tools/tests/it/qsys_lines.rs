//! The lines to Q-SYS cores: what they do to answers, how long they are kept, and a thousand commands on bad ones.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use avops_engine::{Clock, SystemClock, ToolError, Toolbox as _};
use jiff::Timestamp;
use serde_json::json;
use tokio::sync::Semaphore;

use crate::fixture::{Fixture, call, class};
use crate::qsys::{CORES, cores, with};

#[tokio::test]
async fn a_line_may_split_merge_echo_and_interject_without_changing_an_answer() {
    let fixture = cores();
    for kind in ["split", "merge", "event", "echo", "delay"] {
        fixture.fault(json!({ "on": "/devices/core/", "do": kind }));
        for value in [-1.0, -2.0] {
            let args = with(json!({ "control": "Gain", "value": value }));
            let output = fixture.output("qsys_control.set_control", args).await;
            assert_eq!(output["value"], value, "{kind}");
        }
        fixture.registry.campus().clear_faults();
    }
}

#[tokio::test]
async fn a_call_that_is_given_up_leaves_no_answer_for_the_next() {
    let fixture = cores();
    let read = |name: &str| with(json!({ "control": name }));
    fixture
        .output("qsys_control.get_control", read("Gain"))
        .await;
    fixture.fault(
        json!({ "on": "/devices/core/Control.Get", "do": "delay", "delay_ms": 800, "times": 1 }),
    );
    let mut slow = call("qsys_control.get_control", read("Gain"));
    slow.timeout = Duration::from_millis(500);
    assert_eq!(class(&fixture.registry.call(&slow).await), "unknown");
    let label = fixture
        .output("qsys_control.get_control", read("Label"))
        .await;
    assert_eq!(label["value"], "one");
    fixture.fault(
        json!({ "on": "/devices/core/Control.Set", "do": "status", "body": "-32603", "times": 1 }),
    );
    let set = with(json!({ "control": "Gain", "value": 1 }));
    assert_eq!(
        class(&fixture.call("qsys_control.set_control", set).await),
        "unknown"
    );
}

/// A thousand commands on lines of which one in twenty is dropped, before or after the core has acted.
#[tokio::test]
async fn of_a_thousand_commands_with_dropped_lines_no_answer_is_anothers_and_no_toggle_is_doubled()
{
    let fixture = cores();
    let campus = fixture.registry.campus();
    let mut chance: u32 = 0x9e37_79b9;
    let mut throw = |sides: u32| {
        // xorshift32: the same chances in every run.
        chance ^= chance << 13;
        chance ^= chance >> 17;
        chance ^= chance << 5;
        chance % sides
    };
    let (mut gain, mut certain, mut in_doubt, mut dropped) = (-20.0, 0, 0, 0);
    for n in 0..1000 {
        let drops = throw(20) == 0;
        if drops {
            let acts = throw(2) == 0;
            campus.clear_faults();
            fixture
                .fault(json!({ "on": "/devices/core/", "do": "drop", "acts": acts, "times": 1 }));
            dropped += 1;
        } else if throw(4) == 0 {
            let kind = ["split", "merge", "event", "echo"][throw(4) as usize];
            fixture.fault(json!({ "on": "/devices/core/", "do": kind, "times": 1 }));
        }
        match throw(3) {
            0 => {
                let value = f64::from(n % 100) / -2.0;
                let args = with(json!({ "control": "Gain", "value": value }));
                // Safe to repeat, as the engine does it.
                let mut answer = fixture.call("qsys_control.set_control", args.clone()).await;
                while class(&answer) == "unknown" || class(&answer) == "not sent" {
                    answer = fixture.call("qsys_control.set_control", args.clone()).await;
                }
                let output = answer.unwrap().output;
                assert_eq!(
                    (&output["control"], &output["value"]),
                    (&json!("Gain"), &json!(value))
                );
                gain = value;
            }
            1 => {
                let (control, value) = if throw(2) == 0 {
                    ("Gain", json!(gain))
                } else {
                    ("Label", json!("one"))
                };
                let args = with(json!({ "control": control }));
                if let Ok(reply) = fixture.call("qsys_control.get_control", args).await {
                    let shown = (&reply.output["control"], &reply.output["value"]);
                    assert_eq!(shown, (&json!(control), &value), "command {n}");
                }
            }
            _ => {
                let args = with(json!({ "control": "Toggle" }));
                match fixture.call("qsys_control.trigger_control", args).await {
                    Ok(_) => certain += 1,
                    Err(ToolError::Unknown { .. }) => in_doubt += 1,
                    Err(ToolError::NotSent { .. }) => {}
                    Err(other) => panic!("{other:?}"),
                }
            }
        }
    }
    let pressed = campus.device("core").unwrap()["controls"]["Toggle"]["pressed"]
        .as_u64()
        .unwrap();
    assert!(
        (certain..=certain + in_doubt).contains(&pressed),
        "{pressed} times for {certain} certain and {in_doubt} in doubt"
    );
    assert!(
        dropped > 30 && certain > 250 && in_doubt > 0,
        "{dropped} {certain} {in_doubt}"
    );
}

/// A clock whose pauses end when a test says so.
struct HeldClock(Semaphore);

#[async_trait]
impl Clock for HeldClock {
    fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    async fn sleep(&self, _: Duration) {
        if let Ok(permit) = self.0.acquire().await {
            permit.forget();
        }
    }
}

#[tokio::test]
async fn a_line_that_is_used_is_kept_open_and_one_that_is_not_is_closed() {
    let clock = Arc::new(HeldClock(Semaphore::new(0)));
    let fixture = Fixture::with_campus(CORES, clock.clone());
    let read = json!({ "device": "locked", "control": "Gain" });
    let count = |beginning: &str| {
        let commands = fixture.registry.campus().device_commands("locked");
        commands.iter().filter(|c| c.starts_with(beginning)).count()
    };
    fixture
        .output("qsys_control.get_control", read.clone())
        .await;
    for expected in 1..=30 {
        clock.0.add_permits(1);
        while count("NoOp") < expected {
            tokio::task::yield_now().await;
        }
        assert_eq!(count("(hung up)"), 0);
    }
    clock.0.add_permits(1);
    while count("(hung up)") == 0 {
        tokio::task::yield_now().await;
    }
    fixture.output("qsys_control.get_control", read).await;
    assert_eq!((count("NoOp"), count("Logon")), (30, 2));
}
