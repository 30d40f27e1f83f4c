//! Projectors, audio processors and switchers.

use super::{
    CHECKS, Clause, Found, Pattern, RESTARTS, Scene, Yaml, input_name, number, pattern, whole,
};
use regex::Regex;

pub(super) const PROJECTOR: &[&str] = &[
    "projector",
    "projectors",
    "beamer",
    "display",
    "displays",
    "tv",
    "monitor",
    "monitors",
    "screen",
    "pjlink",
    "lamp",
];
pub(super) const CORE: &[&str] = &["q-sys", "qsys", "dsp", "core", "audio processor"];
pub(super) const SWITCHER: &[&str] = &["extron", "switcher", "matrix", "crosspoint"];
pub(super) const OFF: &[&str] = &["off", "shut down", "shutdown", "power down"];

pattern!(
    INPUT_TO,
    r"(?i)\b((?:hdmi|dp|displayport|vga|dvi|sdi|digital|usb-?c|network|video|computer|rgb|hdbaset)\s?-?\d{0,2})\b"
);
pattern!(
    TIE,
    r"(?i)\binput\s+(\d{1,3})\s+(?:to|on|onto|->|→)\s+(?:the\s+)?output\s+(\d{1,3})\b"
);
pattern!(INPUT, r"(?i)\binputs?\s+(\d{1,3})\b");
pattern!(OUTPUT, r"(?i)\boutputs?\s+(\d{1,3})\b");
pattern!(PRESET, r"(?i)\b(?:preset|snapshot|scene)\s+#?(\d{1,3})\b");
pattern!(LEVEL, r"(?i)\bto\s+(-?\d+(?:\.\d+)?)\s*(?:db|%|percent)?");
pattern!(
    BELOW,
    r"(?i)\b(?:below|under|less than|fewer than|max(?:imum)?)\s+(\d[\d,.]*)"
);

#[expect(
    clippy::too_many_lines,
    reason = "one pattern after another is read at a glance"
)]
pub(super) fn projector(clause: &Clause<'_>, scene: &mut Scene<'_>) -> Option<Found> {
    let room = scene.room();
    let device = |room: &Yaml| ("device", room.clone());
    let one = |scene: &Scene<'_>, action: &str, with| {
        scene.call("pjlink", action, with).map(|call| vec![call])
    };
    if clause.has(RESTARTS) {
        let off = scene.call("pjlink", "power_off", vec![device(&room)])?;
        let on = scene.call("pjlink", "power_on", vec![device(&room)])?;
        return Some(Found {
            calls: vec![off, on],
            assumption: Some(
                "A projector is restarted by turning it off and on again over PJLink.".to_owned(),
            ),
            ..Found::default()
        });
    }
    if clause.has(&["lamp", "lamps", "filter", "hours"])
        && !clause.has(&["replace", "swap", "order", "change", "warm-up", "clean"])
    {
        let check = BELOW
            .captures(clause.text)
            .map(|found| format!("lamps.most_hours < {}", found[1].replace([',', '.'], "")));
        return Some(Found {
            calls: one(scene, "lamp_hours", vec![device(&room)])?,
            check,
            ..Found::default()
        });
    }
    if clause.has(&["error", "errors", "warning", "warnings", "fault", "faults"])
        && clause.has(CHECKS)
    {
        return Some(Found {
            calls: one(scene, "projector_errors", vec![device(&room)])?,
            check: Some("projector_errors.worst == 'ok'".to_owned()),
            ..Found::default()
        });
    }
    let looks = clause.has(&[
        "check",
        "verify",
        "confirm",
        "ensure",
        "make sure",
        "validate",
        "see",
        "see that",
        "see if",
        "inspect",
        "test",
    ]);
    if looks {
        let power = power(clause)?;
        return Some(Found {
            calls: one(scene, "projector_state", vec![device(&room)])?,
            check: Some(format!("projector.power == '{power}'")),
            ..Found::default()
        });
    }
    if let Some(input) = INPUT_TO.captures(clause.text)
        && clause.has(&["switch", "select", "set", "change", "input", "source"])
    {
        let input = Yaml::Text(input[1].to_owned());
        return Some(Found {
            calls: one(scene, "select_input", vec![device(&room), ("input", input)])?,
            ..Found::default()
        });
    }
    if clause.has(&["input", "source"]) && clause.has(&["select", "switch", "change", "set"]) {
        let input = scene.need("input", "Which input of the projector?");
        return Some(Found {
            calls: one(scene, "select_input", vec![device(&room), ("input", input)])?,
            ..Found::default()
        });
    }
    if clause.has(&["mute", "blank", "unmute", "unblank"]) {
        let muted = Yaml::Flag(clause.has(&["mute", "blank"]));
        return Some(Found {
            calls: one(
                scene,
                "mute_projector",
                vec![device(&room), ("muted", muted)],
            )?,
            ..Found::default()
        });
    }
    if clause.has(&["freeze", "unfreeze"]) {
        let frozen = Yaml::Flag(clause.has(&["freeze"]));
        return Some(Found {
            calls: one(
                scene,
                "freeze_picture",
                vec![device(&room), ("frozen", frozen)],
            )?,
            ..Found::default()
        });
    }
    if clause.has(&["turn", "power", "switch", "start", "shut", "strike"]) {
        let action = if power(clause)? == "off" {
            "power_off"
        } else {
            "power_on"
        };
        return Some(Found {
            calls: one(scene, action, vec![device(&room)])?,
            ..Found::default()
        });
    }
    None
}

pub(super) fn power(clause: &Clause<'_>) -> Option<&'static str> {
    if clause.has(OFF) {
        Some("off")
    } else {
        clause
            .has(&["on", "powered", "start", "strike", "running", "up"])
            .then_some("on")
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "one pattern after another is read at a glance"
)]
pub(super) fn core(clause: &Clause<'_>, scene: &mut Scene<'_>) -> Option<Found> {
    let room = scene.room();
    let device = ("device", room);
    if clause.has(RESTARTS) || clause.has(&["trigger", "fire", "press"]) {
        // A core has no restart of its own; a design has a control that does it.
        let thing = clause.lower.replace("q-sys", "").replace("qsys", "");
        let about = thing
            .split(" via")
            .next()
            .unwrap_or(&thing)
            .trim()
            .trim_end_matches('.')
            .to_owned();
        let control = scene.need(
            &input_name(&format!(
                "{} control",
                about
                    .split_whitespace()
                    .take(3)
                    .collect::<Vec<_>>()
                    .join(" ")
            )),
            &format!("Which named control of the Q-SYS design does this: {about}?"),
        );
        let call = scene.call(
            "qsys_control",
            "trigger_control",
            vec![device, ("control", control)],
        )?;
        return Some(Found {
            calls: vec![call],
            ..Found::default()
        });
    }
    if let Some(number) = PRESET
        .captures(clause.text)
        .and_then(|found| found[1].parse::<i64>().ok())
        && clause.has(&["load", "recall", "snapshot", "preset", "apply"])
    {
        let bank = scene.need("snapshot_bank", "Which snapshot bank of the Q-SYS design?");
        let call = scene.call(
            "qsys_control",
            "load_snapshot",
            vec![device, ("bank", bank), ("number", Yaml::Whole(number))],
        )?;
        return Some(Found {
            calls: vec![call],
            ..Found::default()
        });
    }
    if clause.has(&["mute", "unmute", "silence"]) {
        let control = scene.need(
            "mute_control",
            "Which named control of the Q-SYS design mutes it?",
        );
        let muted = Yaml::Flag(!clause.has(&["unmute"]));
        let call = scene.call(
            "qsys_control",
            "mute_control",
            vec![device, ("control", control), ("muted", muted)],
        )?;
        return Some(Found {
            calls: vec![call],
            ..Found::default()
        });
    }
    if clause.has(&["gain", "level", "volume", "fader"])
        && let Some(value) = LEVEL
            .captures(clause.text)
            .and_then(|found| number(&found[1]))
    {
        let control = scene.need(
            "level_control",
            "Which named control of the Q-SYS design holds the level?",
        );
        let call = scene.call(
            "qsys_control",
            "set_control",
            vec![device, ("control", control), ("value", Yaml::Number(value))],
        )?;
        return Some(Found {
            calls: vec![call],
            ..Found::default()
        });
    }
    if clause.has(CHECKS)
        && !clause.has(&[
            "audio",
            "sound",
            "mic",
            "microphone",
            "microphones",
            "firmware",
            "cable",
        ])
    {
        let call = scene.call("qsys_control", "core_status", vec![device])?;
        return Some(Found {
            calls: vec![call],
            check: Some("core.ok".to_owned()),
            ..Found::default()
        });
    }
    None
}

pub(super) fn switcher(clause: &Clause<'_>, scene: &mut Scene<'_>) -> Option<Found> {
    let device = ("device", scene.room());
    let one = |scene: &Scene<'_>, action: &str, with| {
        scene
            .call("extron_control", action, with)
            .map(|call| vec![call])
    };
    if clause.has(RESTARTS) {
        return Some(Found {
            calls: one(scene, "reboot_switcher", vec![device])?,
            ..Found::default()
        });
    }
    if let Some(tie) = TIE.captures(clause.text) {
        let (input, output) = (tie[1].parse().ok()?, tie[2].parse().ok()?);
        let with = vec![
            device,
            ("input", Yaml::Whole(input)),
            ("output", Yaml::Whole(output)),
        ];
        return Some(Found {
            calls: one(scene, "tie_input", with)?,
            ..Found::default()
        });
    }
    if let Some(preset) = PRESET
        .captures(clause.text)
        .and_then(|found| found[1].parse::<i64>().ok())
    {
        return Some(Found {
            calls: one(
                scene,
                "recall_preset",
                vec![device, ("preset", Yaml::Whole(preset))],
            )?,
            ..Found::default()
        });
    }
    if clause.has(&["mute", "blank", "unmute"]) {
        let mut with = vec![device, ("muted", Yaml::Flag(!clause.has(&["unmute"])))];
        if let Some(output) = OUTPUT
            .captures(clause.text)
            .and_then(|found| whole(&found[1]))
        {
            with.push(("output", Yaml::Whole(output)));
        }
        return Some(Found {
            calls: one(scene, "mute_output", with)?,
            ..Found::default()
        });
    }
    if clause.has(&["signal", "signals"]) && clause.has(CHECKS) {
        let check = match INPUT.captures(clause.text) {
            Some(input) => format!("{} in signals.active", &input[1]),
            None => "signals.active | length > 0".to_owned(),
        };
        return Some(Found {
            calls: one(scene, "input_signals", vec![device])?,
            check: Some(check),
            ..Found::default()
        });
    }
    if clause.has(&["route", "switch", "tie", "select"])
        && let Some(input) = INPUT
            .captures(clause.text)
            .and_then(|found| whole(&found[1]))
    {
        return Some(Found {
            calls: one(
                scene,
                "tie_input",
                vec![device, ("input", Yaml::Whole(input))],
            )?,
            ..Found::default()
        });
    }
    if clause.has(&[
        "status",
        "online",
        "alive",
        "reachable",
        "responds",
        "responding",
    ]) && clause.has(CHECKS)
    {
        return Some(Found {
            calls: one(scene, "switcher_status", vec![device])?,
            check: Some("switcher.model != ''".to_owned()),
            ..Found::default()
        });
    }
    None
}
