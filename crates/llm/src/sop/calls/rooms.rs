//! Rooms as Zoom knows them, and conditions about rooms and devices.

use super::devices::{CORE, PROJECTOR, SWITCHER, TIE, core, power, projector, switcher};
use super::{CHECKS, Clause, Found, RESTARTS, Scene, Yaml};

const BUSY: &[&str] = &[
    "in a meeting",
    "in use",
    "occupied",
    "meeting in progress",
    "meeting is in progress",
    "meeting running",
    "ongoing meeting",
    "active meeting",
    "in_meeting",
    "a meeting is",
    "during a meeting",
    "live meeting",
];

pub(super) fn recognise(clause: &Clause<'_>, scene: &mut Scene<'_>) -> Option<Found> {
    let qsys = clause.has(CORE);
    if clause.has(SWITCHER) || TIE.is_in(clause.text) {
        return switcher(clause, scene);
    }
    if clause.has(PROJECTOR)
        && !qsys
        && !clause.has(&["zoom room", "screen share", "image", "picture"])
    {
        return projector(clause, scene);
    }
    if qsys {
        return core(clause, scene);
    }
    zoom(clause, scene)
}

#[expect(
    clippy::too_many_lines,
    reason = "one pattern after another is read at a glance"
)]
fn zoom(clause: &Clause<'_>, scene: &mut Scene<'_>) -> Option<Found> {
    let named = clause.has(&["zoom"]);
    let room = named || clause.has(&["room", "rooms", "room's"]);
    if clause.has(&["policy", "policies", "compliance"])
        && clause.has(&[
            "check",
            "verify",
            "validate",
            "run",
            "confirm",
            "ensure",
            "make sure",
            "audit",
            "review",
            "compliant",
        ])
    {
        let calls = if clause.has(&["rooms", "all rooms"]) {
            vec![scene.call("zoom", "check_policy", vec![])?]
        } else {
            let mut calls = looked_up(scene)?;
            let id = ("room_id", Yaml::Text("{{ zoom_room.id }}".to_owned()));
            calls.push(scene.call("zoom", "check_policy", vec![id])?);
            calls
        };
        let asks = clause.has(&[
            "compliant",
            "complies",
            "meets",
            "verify",
            "confirm",
            "ensure",
            "make sure",
        ]);
        return Some(Found {
            calls,
            check: asks.then(|| "policy.compliant".to_owned()),
            ..Found::default()
        });
    }
    if clause.has(&["report"]) && clause.has(&["status"]) && room {
        return Some(Found {
            calls: vec![scene.call("zoom", "report_status", vec![])?],
            ..Found::default()
        });
    }
    if clause.has(RESTARTS)
        && (named
            || clause.has(&[
                "room system",
                "room computer",
                "room pc",
                "room controller",
                "the room",
            ]))
    {
        let mut calls = looked_up(scene)?;
        let id = ("room_id", Yaml::Text("{{ zoom_room.id }}".to_owned()));
        calls.push(scene.call("zoom", "restart_zoom_room", vec![id])?);
        scene.restarted = true;
        let assumption = (!named).then(|| "The system of the room is its Zoom Room.".to_owned());
        return Some(Found {
            calls,
            assumption,
            ..Found::default()
        });
    }
    let known = scene.knows("zoom_room") && clause.has(&["online", "offline", "status", "back"]);
    if !(room || known)
        || !clause.has(CHECKS) && !clause.has(&["find", "lookup", "locate", "identify"])
    {
        return None;
    }
    if let Some(found) = condition(clause, scene) {
        // After a restart a room takes a while; then the look is repeated.
        let until = found.check.clone().filter(|_| scene.restarted);
        return Some(Found {
            assumption: until.as_ref().map(|_| {
                "After a restart the room is asked every 5 s, for 2 minutes at most.".to_owned()
            }),
            until,
            ..found
        });
    }
    let about = clause.has(&[
        "zoom room",
        "zoom api",
        "zoom",
        "validate room",
        "validate the room",
        "look up",
        "lookup",
        "find the room",
        "locate the room",
        "identify the room",
        "room exists",
        "room status",
        "status of the room",
    ]);
    if !about
        || clause.has(&[
            "cable",
            "cables",
            "furniture",
            "clean",
            "camera",
            "microphone",
            "audio",
            "sound",
            "image",
            "light",
            "lights",
            "temperature",
            "schedule",
            "booking",
        ])
    {
        return None;
    }
    Some(Found {
        calls: vec![lookup(scene)?],
        ..Found::default()
    })
}

/// What a text states about a room, a projector or a core, as an expression over what a read answers.
#[expect(
    clippy::too_many_lines,
    reason = "one pattern after another is read at a glance"
)]
pub(super) fn condition(clause: &Clause<'_>, scene: &mut Scene<'_>) -> Option<Found> {
    let not = clause.has(&["not", "isn't", "aren't", "no", "never", "n't"]);
    if clause.has(PROJECTOR)
        && !clause.has(CORE)
        && !clause.has(&["image", "picture", "black", "blank"])
    {
        let power = power(clause)?;
        let room = scene.room();
        let sign = if not { "!=" } else { "==" };
        return Some(Found {
            calls: vec![scene.call("pjlink", "projector_state", vec![("device", room)])?],
            check: Some(format!("projector.power {sign} '{power}'")),
            ..Found::default()
        });
    }
    if clause.has(CORE)
        && clause.has(&[
            "ok", "healthy", "running", "online", "active", "fault", "faults", "offline", "down",
        ])
    {
        let bad = clause.has(&["fault", "faults", "offline", "down"]) != not;
        let room = scene.room();
        return Some(Found {
            calls: vec![scene.call("qsys_control", "core_status", vec![("device", room)])?],
            check: Some(if bad { "not core.ok" } else { "core.ok" }.to_owned()),
            ..Found::default()
        });
    }
    if clause.has(&["policy"])
        && !scene.knows("policy")
        && clause.has(&["complies", "compliant", "compliance", "within"])
    {
        let mut calls = looked_up(scene)?;
        let id = ("room_id", Yaml::Text("{{ zoom_room.id }}".to_owned()));
        calls.push(scene.call("zoom", "check_policy", vec![id])?);
        let check = if not {
            "not policy.compliant"
        } else {
            "policy.compliant"
        };
        return Some(Found {
            calls,
            check: Some(check.to_owned()),
            ..Found::default()
        });
    }
    if clause.has(&["policy"]) && scene.knows("policy") {
        let bad = clause.has(&[
            "violates",
            "violate",
            "violation",
            "violations",
            "fails",
            "non-compliant",
        ]) || not;
        return Some(Found {
            check: Some(
                if bad {
                    "not policy.compliant"
                } else {
                    "policy.compliant"
                }
                .to_owned(),
            ),
            ..Found::default()
        });
    }
    let about_a_room = scene.knows("zoom_room")
        || clause.has(&["room", "zoom", "it", "rooms", "meeting", "system"]);
    let check = if clause.has(BUSY)
        || (clause.has(&["meeting"])
            && clause.has(&["progress", "running", "going", "active", "live"]))
    {
        if not {
            "zoom_room.status != 'in_meeting'"
        } else {
            "zoom_room.status == 'in_meeting'"
        }
    } else if clause.has(&["free", "empty", "available", "vacant", "unoccupied"])
        && clause.has(&["room", "rooms"])
        && !clause.has(&["calendar"])
    {
        if not {
            "zoom_room.status == 'in_meeting'"
        } else {
            "zoom_room.status != 'in_meeting'"
        }
    } else if clause.has(&["offline", "down", "unreachable", "unavailable"]) {
        if not {
            "zoom_room.status == 'online'"
        } else {
            "zoom_room.status != 'online'"
        }
    } else if clause.has(&[
        "online",
        "reachable",
        "back online",
        "status ok",
        "status is ok",
        "back up",
    ]) {
        if not {
            "zoom_room.status != 'online'"
        } else {
            "zoom_room.status == 'online'"
        }
    } else {
        return None;
    };
    if !about_a_room {
        return None;
    }
    Some(Found {
        calls: vec![lookup(scene)?],
        check: Some(check.to_owned()),
        ..Found::default()
    })
}

/// The room as Zoom knows it.
fn lookup(scene: &mut Scene<'_>) -> Option<super::Call> {
    let room = scene.room();
    scene.call("zoom", "lookup_zoom_room", vec![("query", room)])
}

/// The look-up that later calls need, unless it was made.
fn looked_up(scene: &mut Scene<'_>) -> Option<Vec<super::Call>> {
    if scene.knows("zoom_room") {
        return Some(Vec::new());
    }
    Some(vec![lookup(scene)?])
}
