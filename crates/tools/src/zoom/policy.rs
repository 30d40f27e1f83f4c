//! The room policy: pure rules over what was read.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::rooms::Room;
use super::wire::Device;

/// What the rules found in one room.
#[derive(Debug, Serialize)]
pub(super) struct Verdict {
    id: String,
    name: String,
    status: String,
    compliant: bool,
    findings: Vec<Finding>,
}

/// One rule that a room breaks.
#[derive(Debug, Serialize)]
struct Finding {
    rule: &'static str,
    message: String,
}

impl Verdict {
    fn add(&mut self, rule: &'static str, message: String) {
        self.compliant = false;
        self.findings.push(Finding { rule, message });
    }
}

/// A room must be reachable and healthy. One under construction is left in peace.
pub(super) fn check_room(room: &Room) -> Verdict {
    let mut verdict = Verdict {
        id: room.id.clone(),
        name: room.name.clone(),
        status: room.status.clone(),
        compliant: true,
        findings: Vec::new(),
    };
    if room.status == "under_construction" {
        return verdict;
    }
    if !matches!(room.status.as_str(), "online" | "in_meeting") {
        verdict.add("reachable", format!("{} is {}", room.name, room.status));
    }
    if room.health == "critical" {
        let issues = if room.issues.is_empty() {
            "no details".to_owned()
        } else {
            room.issues.join(", ")
        };
        verdict.add("healthy", format!("health is critical: {issues}"));
    }
    verdict
}

/// Every device of a room must be online.
pub(super) fn check_devices(verdict: &mut Verdict, devices: &[Device]) {
    for device in devices
        .iter()
        .filter(|d| !d.status.eq_ignore_ascii_case("online"))
    {
        verdict.add(
            "devices_online",
            format!("{} {} is {}", device.device_type, device.id, device.status),
        );
    }
}

/// Expected settings, named by their path with dots, must be present and equal.
pub(super) fn check_settings(verdict: &mut Verdict, settings: &Value, expect: &Map<String, Value>) {
    for (path, expected) in expect {
        let actual = path
            .split('.')
            .try_fold(settings, |value, key| value.get(key));
        match actual {
            None => verdict.add(
                "settings",
                format!("there is no setting `{path}`; expected {expected}"),
            ),
            Some(actual) if actual != expected => {
                verdict.add(
                    "settings",
                    format!("`{path}` is {actual}, expected {expected}"),
                );
            }
            Some(_) => {}
        }
    }
}

/// The result of the action.
pub(super) fn summary(verdicts: &[Verdict]) -> Value {
    let violations: usize = verdicts.iter().map(|v| v.findings.len()).sum();
    json!({
        "compliant": violations == 0,
        "checked": verdicts.len(),
        "violations": violations,
        "rooms": verdicts,
    })
}
