//! A projector in miniature: greeting, both ways to check a password, power that takes its time.

use bytes::BytesMut;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::wire::{md5_prefix, power_words, sha256_prefix, take_line};
use crate::campus::Shared;
use crate::devices::simulator::{Conversation as Talk, Said, Unit};

/// The settings of one projector.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptProjector {
    /// 1 or 2.
    #[serde(default = "first")]
    pub class: u8,
    /// It asks for this password.
    #[serde(default)]
    pub password: Option<String>,
    /// Whether it offers to check the password with SHA-256 (class 2).
    #[serde(default)]
    pub sha256: bool,
    /// Whether it is on at the beginning.
    #[serde(default)]
    pub on: bool,
    /// How long it warms up, and how long it cools down.
    #[serde(default = "warm_up")]
    pub warm_up_s: u32,
    /// Inputs, `CODE` or `CODE NAME`.
    #[serde(default = "inputs")]
    pub inputs: Vec<String>,
    /// Hours of its lamps; none for a laser.
    #[serde(default)]
    pub lamp_hours: Vec<u32>,
    /// Fan, lamp, temperature, cover, filter, other: 0 well, 1 warning, 2 error.
    #[serde(default = "well")]
    pub errors: String,
    /// It says OK to these commands and does nothing.
    #[serde(default)]
    pub ignores: Vec<String>,
}

fn first() -> u8 {
    1
}

fn warm_up() -> u32 {
    6
}

fn inputs() -> Vec<String> {
    ["11 Computer", "31 HDMI 1", "32 HDMI 2"]
        .map(str::to_owned)
        .into()
}

fn well() -> String {
    "000000".to_owned()
}

/// A projector's state.
pub(crate) struct Projector {
    script: ScriptProjector,
    on: bool,
    changed: Option<Timestamp>,
    input: String,
    mute: String,
    frozen: bool,
    volume: i32,
}

impl Projector {
    pub(crate) fn new(script: ScriptProjector) -> Self {
        let first = script.inputs.first().map(|input| code(input).to_owned());
        Self {
            on: script.on,
            changed: None,
            input: first.unwrap_or_default(),
            mute: "30".to_owned(),
            frozen: false,
            volume: 0,
            script,
        }
    }

    pub(crate) fn credentials(&self) -> Vec<(&'static str, String)> {
        let password = self.script.password.clone();
        password.map(|p| ("password", p)).into_iter().collect()
    }

    pub(crate) fn show(&self, now: Timestamp) -> Value {
        json!({
            "power": power_words(self.power(now)),
            "input": self.input,
            "mute": self.mute,
            "frozen": self.frozen,
            "volume": self.volume,
        })
    }

    /// As `POWR` says it.
    fn power(&self, now: Timestamp) -> &'static str {
        let takes = SignedDuration::from_secs(self.script.warm_up_s.into());
        let changing = self
            .changed
            .is_some_and(|at| now.duration_since(at) < takes);
        match (self.on, changing) {
            (true, true) => "3",
            (true, false) => "1",
            (false, true) => "2",
            (false, false) => "0",
        }
    }

    fn answer(&mut self, class: u8, body: &str, parameter: &str, now: Timestamp) -> String {
        if class > self.script.class {
            return "ERR1".to_owned();
        }
        let power = self.power(now);
        let asks = parameter.starts_with('?');
        if !asks && self.script.ignores.iter().any(|ignored| ignored == body) {
            return "OK".to_owned();
        }
        let needs_power = matches!(body, "INPT" | "AVMT" | "FREZ" | "SVOL" | "MVOL");
        if needs_power && power != "1" {
            return "ERR3".to_owned();
        }
        let text = |text: &str| text.to_owned();
        match (body, asks, parameter) {
            ("POWR", true, _) => text(power),
            ("POWR", false, "1") if power == "2" => text("ERR3"),
            ("POWR", false, "0" | "1") => {
                let on = parameter == "1";
                if on != self.on {
                    self.on = on;
                    self.changed = Some(now);
                }
                text("OK")
            }
            ("INPT", true, _) => self.input.clone(),
            ("INPT", false, wanted) if self.script.inputs.iter().any(|i| code(i) == wanted) => {
                self.input = text(wanted);
                text("OK")
            }
            ("INST", true, _) => {
                let codes: Vec<&str> = self.script.inputs.iter().map(|i| code(i)).collect();
                codes.join(" ")
            }
            ("INNM", true, question) => {
                let wanted = question.trim_start_matches('?');
                let found = self.script.inputs.iter().find(|i| code(i) == wanted);
                let name = found.and_then(|input| input.split_once(' '));
                name.map_or_else(|| text("ERR2"), |(_, name)| text(name))
            }
            ("AVMT", true, _) => self.mute.clone(),
            ("AVMT", false, "10" | "11" | "20" | "21" | "30" | "31") => {
                self.mute = mixed(&self.mute, parameter);
                text("OK")
            }
            ("FREZ", true, _) => text(if self.frozen { "1" } else { "0" }),
            ("FREZ", false, "0" | "1") => {
                self.frozen = parameter == "1";
                text("OK")
            }
            ("SVOL" | "MVOL", false, "0" | "1") => {
                self.volume += if parameter == "1" { 1 } else { -1 };
                text("OK")
            }
            ("LAMP", true, _) if self.script.lamp_hours.is_empty() => text("ERR1"),
            ("LAMP", true, _) => {
                let lit = u8::from(self.on);
                let pairs = self.script.lamp_hours.iter();
                let pairs: Vec<String> = pairs.map(|hours| format!("{hours} {lit}")).collect();
                pairs.join(" ")
            }
            ("FILT", true, _) => text("310"),
            ("ERST", true, _) => self.script.errors.clone(),
            ("CLSS", true, _) => self.script.class.to_string(),
            ("NAME", true, _) => text("Projector"),
            ("INF1", true, _) => text("Campus"),
            ("INF2", true, _) => text("Miniature 1"),
            ("INPT" | "AVMT" | "FREZ" | "POWR" | "SVOL" | "MVOL", false, _) => text("ERR2"),
            _ => text("ERR1"),
        }
    }
}

fn code(input: &str) -> &str {
    input.split_once(' ').map_or(input, |(code, _)| code)
}

/// What is muted after `change`.
fn mixed(now: &str, change: &str) -> String {
    let (mut picture, mut sound) = super::state::muted(now).unwrap_or_default();
    let on = change.ends_with('1');
    if !change.starts_with('2') {
        picture = on;
    }
    if !change.starts_with('1') {
        sound = on;
    }
    match (picture, sound) {
        (true, true) => "31",
        (true, false) => "11",
        (false, true) => "21",
        (false, false) => "30",
    }
    .to_owned()
}

/// One controller's connection.
pub(crate) struct Conversation {
    campus: Shared,
    id: String,
    script: ScriptProjector,
    random: String,
    long_random: [u8; 16],
    open: bool,
}

impl Conversation {
    pub(crate) fn new(campus: &Shared, unit: &Projector, id: &str) -> Self {
        Self {
            campus: campus.clone(),
            id: id.to_owned(),
            open: unit.script.password.is_none(),
            script: unit.script.clone(),
            random: hex::encode(rand::random::<[u8; 4]>()),
            long_random: rand::random(),
        }
    }

    /// Takes the password off the front of the first command; `None` when it is wrong.
    fn unlocked<'c>(&mut self, line: &'c str) -> Option<&'c str> {
        let at = line.find('%')?;
        let (prefix, command) = line.split_at_checked(at)?;
        if self.open {
            return Some(command);
        }
        let password = self.script.password.as_deref()?;
        let ours = prefix.get(..32).and_then(|ours| hex::decode(ours).ok());
        let ours: Option<[u8; 16]> = ours.and_then(|bytes| bytes.try_into().ok());
        self.open = prefix == md5_prefix(&self.random, password)
            || ours.is_some_and(|ours| prefix == sha256_prefix(self.long_random, ours, password));
        self.open.then_some(command)
    }
}

impl Talk for Conversation {
    fn greeting(&mut self) -> Vec<u8> {
        if self.open {
            b"PJLINK 0\r".to_vec()
        } else {
            format!("PJLINK 1 {}\r", self.random).into_bytes()
        }
    }

    fn command(&mut self, heard: &mut BytesMut) -> Option<Vec<u8>> {
        take_line(heard).map(String::into_bytes)
    }

    fn framed(&self, command: &[u8]) -> Vec<u8> {
        [command, b"\r"].concat()
    }

    fn name(&self, command: &[u8]) -> (String, String) {
        let text = String::from_utf8_lossy(command);
        let bare = text
            .find('%')
            .and_then(|at| text.get(at..))
            .unwrap_or(&text);
        let body = bare.get(2..6).unwrap_or(bare).to_owned();
        (body, bare.to_owned())
    }

    fn answer(&mut self, command: &[u8]) -> Said {
        let text = String::from_utf8_lossy(command).into_owned();
        if text == "PJLINK 2" && !self.open {
            if self.script.sha256 {
                let random = hex::encode(self.long_random);
                return format!("PJLINK 2 {random}\r").into_bytes().into();
            }
            return b"PJLINK ERRA\r".to_vec().into();
        }
        let Some(command) = self.unlocked(&text) else {
            return Said {
                bytes: b"PJLINK ERRA\r".to_vec(),
                hangs_up: true,
            };
        };
        let parts = (command.get(1..2), command.get(2..6), command.get(6..));
        let (Some(class), Some(body), Some(rest)) = parts else {
            return Vec::new().into();
        };
        let parameter = rest.strip_prefix(' ').unwrap_or(rest);
        let now = self.campus.now();
        let mut world = self.campus.world();
        let Some(Unit::Projector(projector)) = world.devices.unit(&self.id) else {
            return Vec::new().into();
        };
        let value = projector.answer(class.parse().unwrap_or(9), body, parameter, now);
        format!("%{class}{body}={value}\r").into_bytes().into()
    }

    fn event(&self) -> Vec<u8> {
        b"\0%2LKUP=00:11:22:33:44:55\r\n".to_vec()
    }

    fn refusal(&self, command: &[u8], code: &str) -> Vec<u8> {
        let (_, whole) = self.name(command);
        let head = whole.get(..6).unwrap_or_default();
        format!("{head}={code}\r").into_bytes()
    }
}
