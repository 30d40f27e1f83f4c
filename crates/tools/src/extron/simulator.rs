//! A switcher in miniature: a matrix or a single output, read byte by byte as the real one reads.

use bytes::{Buf as _, BytesMut};
use indexmap::IndexMap;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::wire::{ESC, Signal};
use crate::campus::Shared;
use crate::devices::simulator::{Conversation as Talk, Said, Unit};

/// Letters that end a command and so carry it out.
const COMMANDS: &[u8] = b"!%&$BZQNI.,XS";

/// The settings of one switcher.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptSwitcher {
    /// As it names itself.
    #[serde(default = "model")]
    pub model: String,
    /// It asks for this password.
    #[serde(default)]
    pub password: Option<String>,
    /// Whether that password is only a user's.
    #[serde(default)]
    pub user_only: bool,
    /// How many inputs it has.
    #[serde(default = "inputs")]
    pub inputs: u32,
    /// How many outputs; 0 for a switcher with a single one.
    #[serde(default)]
    pub outputs: u32,
    /// Inputs that have a signal.
    #[serde(default)]
    pub signals: Vec<u32>,
    /// Inputs by output, by preset.
    #[serde(default)]
    pub presets: IndexMap<u32, IndexMap<u32, u32>>,
    /// Whether it knows how to tag answers.
    #[serde(default = "yes")]
    pub tags: bool,
    /// It confirms ties and mutes and does nothing.
    #[serde(default)]
    pub ignores: bool,
}

fn model() -> String {
    "DTPCP84".to_owned()
}

fn inputs() -> u32 {
    8
}

fn yes() -> bool {
    true
}

/// A switcher's state. Output 0 is the single one.
pub(crate) struct Switcher {
    script: ScriptSwitcher,
    video: IndexMap<u32, u32>,
    audio: IndexMap<u32, u32>,
    video_mutes: IndexMap<u32, u32>,
    audio_mutes: IndexMap<u32, u32>,
    reboots: u32,
    resets: u32,
}

/// An error of the unit.
type Failure = &'static str;

const BAD_INPUT: Failure = "E01";
const UNKNOWN_COMMAND: Failure = "E10";
const BAD_PRESET: Failure = "E11";
const BAD_OUTPUT: Failure = "E12";
const OUT_OF_RANGE: Failure = "E13";
const NOT_ALLOWED: Failure = "E24";

impl Switcher {
    pub(crate) fn new(script: ScriptSwitcher) -> Self {
        Self {
            script,
            video: IndexMap::new(),
            audio: IndexMap::new(),
            video_mutes: IndexMap::new(),
            audio_mutes: IndexMap::new(),
            reboots: 0,
            resets: 0,
        }
    }

    pub(crate) fn credentials(&self) -> Vec<(&'static str, String)> {
        let password = self.script.password.clone();
        password.map(|p| ("password", p)).into_iter().collect()
    }

    pub(crate) fn show(&self, _now: Timestamp) -> Value {
        json!({
            "video": self.video,
            "audio": self.audio,
            "video_mutes": self.video_mutes,
            "audio_mutes": self.audio_mutes,
            "reboots": self.reboots,
            "resets": self.resets,
        })
    }

    /// Does a command without ESC. `mode` is the connection's verbose mode.
    fn simple(&mut self, command: &str, mode: u32) -> Result<String, Failure> {
        let tagged = mode >= 2;
        let told = |tag: &str, value: &str| {
            if tagged {
                format!("{tag}{value}")
            } else {
                value.to_owned()
            }
        };
        let (arguments, letter) = command.split_at(command.len().saturating_sub(1));
        match (letter, arguments) {
            ("Q", "") => Ok(told("Ver01*", "1.02")),
            ("N", "") => Ok(told("Pno", "60-1381-01")),
            ("I", "1") => Ok(told("Inf01*", &self.script.model)),
            ("S", "0L") => Ok((1..=self.script.inputs)
                .map(|input| {
                    if self.script.signals.contains(&input) {
                        '1'
                    } else {
                        '0'
                    }
                })
                .collect()),
            ("!", _) => self.tie(arguments, Signal::All, tagged),
            ("%" | "&", _) => self.tie(arguments, Signal::Video, tagged),
            ("$", _) => self.tie(arguments, Signal::Audio, tagged),
            ("B", _) => self.mute(arguments, "Vmt", tagged),
            ("Z", _) => self.mute(arguments, "Amt", tagged),
            (".", _) => {
                let preset: u32 = arguments.parse().map_err(|_| BAD_PRESET)?;
                let ties = self.script.presets.get(&preset).ok_or(BAD_PRESET)?;
                self.video.extend(ties.clone());
                self.audio.extend(ties.clone());
                Ok(format!("Rpr{preset:02}"))
            }
            _ => Err(UNKNOWN_COMMAND),
        }
    }

    /// `2*3!` ties on a matrix, `3!` asks; on a single output `3!` ties and `!` asks.
    fn tie(&mut self, arguments: &str, signal: Signal, tagged: bool) -> Result<String, Failure> {
        let number = |text: &str| text.parse::<u32>().map_err(|_| OUT_OF_RANGE);
        let is_matrix = self.script.outputs > 0;
        let (input, output) = match (arguments.split_once('*'), is_matrix) {
            (Some((input, output)), true) => (Some(number(input)?), number(output)?),
            (Some(_), false) => return Err(BAD_OUTPUT),
            (None, true) => (None, number(arguments)?),
            (None, false) if arguments.is_empty() => (None, 0),
            (None, false) => (Some(number(arguments)?), 0),
        };
        if output > self.script.outputs || (is_matrix && output == 0) {
            return Err(BAD_OUTPUT);
        }
        let word = match signal {
            Signal::All => "All",
            Signal::Video => "Vid",
            Signal::Audio => "Aud",
        };
        let named = if is_matrix {
            format!("Out{output:02} ")
        } else {
            String::new()
        };
        if let Some(input) = input {
            if input > self.script.inputs {
                return Err(BAD_INPUT);
            }
            if !self.script.ignores {
                if signal != Signal::Audio {
                    self.video.insert(output, input);
                }
                if signal != Signal::Video {
                    self.audio.insert(output, input);
                }
            }
            return Ok(format!("{named}In{input:02} {word}"));
        }
        let ties = if signal == Signal::Audio {
            &self.audio
        } else {
            &self.video
        };
        let input = ties.get(&output).copied().unwrap_or_default();
        Ok(if tagged {
            format!("{named}In{input:02} {word}")
        } else {
            format!("{input:02}")
        })
    }

    /// `3*1B` mutes on a matrix, `3B` asks; on a single output `1B` mutes and `B` asks.
    fn mute(&mut self, arguments: &str, tag: &str, tagged: bool) -> Result<String, Failure> {
        let number = |text: &str| text.parse::<u32>().map_err(|_| OUT_OF_RANGE);
        let is_matrix = self.script.outputs > 0;
        let (output, value) = match (arguments.split_once('*'), is_matrix) {
            (Some((output, value)), true) => (number(output)?, Some(number(value)?)),
            (Some(_), false) => return Err(BAD_OUTPUT),
            (None, true) => (number(arguments)?, None),
            (None, false) if arguments.is_empty() => (0, None),
            (None, false) => (0, Some(number(arguments)?)),
        };
        if output > self.script.outputs || (is_matrix && output == 0) {
            return Err(BAD_OUTPUT);
        }
        let mutes = if tag == "Vmt" {
            &mut self.video_mutes
        } else {
            &mut self.audio_mutes
        };
        let is_question = value.is_none();
        let shown = value.unwrap_or_else(|| mutes.get(&output).copied().unwrap_or_default());
        if let Some(value) = value
            && !self.script.ignores
        {
            mutes.insert(output, value);
        }
        Ok(match (is_question && !tagged, is_matrix) {
            (true, _) => shown.to_string(),
            (false, true) => format!("{tag}{output:02}*{shown}"),
            (false, false) => format!("{tag}{shown}"),
        })
    }
}

/// One client's connection.
pub(crate) struct Conversation {
    campus: Shared,
    id: String,
    script: ScriptSwitcher,
    logged_in: bool,
    mode: u32,
}

impl Conversation {
    pub(crate) fn new(campus: &Shared, switcher: &Switcher, id: &str) -> Self {
        Self {
            campus: campus.clone(),
            id: id.to_owned(),
            logged_in: switcher.script.password.is_none(),
            script: switcher.script.clone(),
            mode: 0,
        }
    }

    /// Does a command that began with ESC. Gives the answer, and whether the unit goes away.
    fn escaped(&mut self, command: &str) -> Result<(String, bool), Failure> {
        if let Some(mode) = command.strip_suffix("CV") {
            if !self.script.tags {
                return Err(UNKNOWN_COMMAND);
            }
            self.mode = mode.parse().map_err(|_| OUT_OF_RANGE)?;
            return Ok((format!("Vrb{}", self.mode), false));
        }
        let campus = self.campus.clone();
        let mut world = campus.world();
        let Some(Unit::Switcher(switcher)) = world.devices.unit(&self.id) else {
            return Err(UNKNOWN_COMMAND);
        };
        let needs_administrator = command.ends_with("BOOT") || command.starts_with('Z');
        if needs_administrator && self.script.user_only {
            return Err(NOT_ALLOWED);
        }
        match command {
            "1BOOT" | "2BOOT" => {
                switcher.reboots += 1;
                Ok((
                    format!("Boot{}", command.get(..1).unwrap_or_default()),
                    true,
                ))
            }
            "ZXXX" | "ZQQQ" | "ZY" | "ZFFF" => {
                switcher.resets += 1;
                Ok(("Zpx".to_owned(), true))
            }
            _ => Err(UNKNOWN_COMMAND),
        }
    }
}

impl Talk for Conversation {
    fn greeting(&mut self) -> Vec<u8> {
        let prompt = if self.logged_in { "" } else { "\r\nPassword:" };
        format!(
            "(c) Copyright 2026, Extron Electronics, {}, V1.02, 60-1381-01\r\nThu, 05 Mar 2026 09:00:01\r\n{prompt}",
            self.script.model
        )
        .into_bytes()
    }

    fn command(&mut self, heard: &mut BytesMut) -> Option<Vec<u8>> {
        if self.logged_in {
            let stray = |byte: &u8| matches!(byte, b'\r' | b'\n');
            let begins = heard.iter().position(|byte| !stray(byte))?;
            heard.advance(begins);
        }
        let is_line = !self.logged_in || heard.first() == Some(&(ESC as u8));
        let end = heard.iter().position(|byte| {
            if is_line {
                *byte == b'\r'
            } else {
                COMMANDS.contains(byte)
            }
        })?;
        Some(heard.split_to(end + 1).to_vec())
    }

    fn framed(&self, command: &[u8]) -> Vec<u8> {
        command.to_vec()
    }

    fn name(&self, command: &[u8]) -> (String, String) {
        if !self.logged_in {
            return ("login".to_owned(), "login".to_owned());
        }
        let text = String::from_utf8_lossy(command).replace(ESC, "W");
        let text = text.trim().to_owned();
        (text.clone(), text)
    }

    fn answer(&mut self, command: &[u8]) -> Said {
        let text = String::from_utf8_lossy(command).trim_end().to_owned();
        if !self.logged_in {
            self.logged_in = self.script.password.as_ref() == Some(&text);
            let said: &[u8] = match (self.logged_in, self.script.user_only) {
                (true, false) => b"\r\nLogin Administrator\r\n",
                (true, true) => b"\r\nLogin User\r\n",
                (false, _) => b"\r\nPassword:",
            };
            return said.to_vec().into();
        }
        let answer = if let Some(command) = text.strip_prefix(ESC) {
            self.escaped(command)
        } else {
            let mut world = self.campus.world();
            match world.devices.unit(&self.id) {
                Some(Unit::Switcher(switcher)) => {
                    let answer = switcher.simple(&text, self.mode);
                    answer.map(|line| (line, false))
                }
                _ => Err(UNKNOWN_COMMAND),
            }
        };
        let (line, hangs_up) = answer.unwrap_or_else(|error| (error.to_owned(), false));
        Said {
            bytes: format!("{line}\r\n").into_bytes(),
            hangs_up,
        }
    }

    fn event(&self) -> Vec<u8> {
        b"\xff\xf1Out04 In07 All\r\nVmt04*1\r\nReconfig\r\nIn03 Aud-3\r\n".to_vec()
    }

    fn refusal(&self, _command: &[u8], code: &str) -> Vec<u8> {
        format!("{code}\r\n").into_bytes()
    }
}
