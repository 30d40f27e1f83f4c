//! Extron switchers and matrices: the actions.
//!
//! There is no action for a command as text. Factory resets (`ZXXX`, `ZQQQ`, `ZY`, `ZFFF`) and firmware can
//! therefore not be reached from a recipe.

mod session;
pub(crate) mod simulator;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use avops_engine::{Clock, ToolCall, ToolError, ToolReply};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::arguments::read as arguments;
use crate::devices::{Devices, HEALTH_TIMEOUT, Turn, about, not_as_set, refuse_control_characters};
use crate::directory::Device;
use crate::outbound::Deadline;
use crate::{Connector, Error, Manifest, Settings, Supplies};
use session::Session;
use wire::{ESC, Signal};

/// What the connector says about itself.
pub(crate) const MANIFEST: &str = include_str!("manifest.yaml");

/// Its name.
pub(crate) const TOOL: &str = "extron_control";

/// Telnet.
const PORT: u16 = 23;

/// The connector for all switchers of the directory.
pub(crate) struct Extron {
    manifest: Manifest,
    devices: Devices<Session>,
    settings: Settings,
    clock: Arc<dyn Clock>,
}

#[derive(Deserialize)]
struct OneDevice {
    device: String,
}

#[derive(Deserialize)]
struct OneOutput {
    output: Option<u32>,
}

#[derive(Deserialize)]
struct TieInput {
    input: u32,
    output: Option<u32>,
    #[serde(default)]
    signal: Carried,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Carried {
    #[default]
    All,
    Video,
    Audio,
}

#[derive(Deserialize)]
struct MuteOutput {
    output: Option<u32>,
    #[serde(default)]
    what: Muted,
    #[serde(default = "yes")]
    muted: bool,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Muted {
    #[default]
    Video,
    VideoAndSync,
    Audio,
}

#[derive(Deserialize)]
struct RecallPreset {
    preset: u32,
}

#[derive(Deserialize)]
struct Reboot {
    what: Option<String>,
}

fn yes() -> bool {
    true
}

/// A switcher with nobody else speaking to it.
struct Connected {
    device: Device,
    /// Out of the turn while it is used: a call that is given up leaves no line behind.
    session: Session,
    turn: Turn<Session>,
    deadline: Deadline,
}

impl Connected {
    async fn ask<T>(
        &mut self,
        command: &str,
        wanted: impl Fn(&str) -> Option<T>,
    ) -> Result<T, ToolError> {
        let (device, deadline) = (&self.device, self.deadline);
        self.session.ask(device, command, wanted, deadline).await
    }

    /// Asks for something that not every model has.
    async fn ask_if_known<T>(
        &mut self,
        command: &str,
        wanted: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ToolError> {
        let (device, deadline) = (&self.device, self.deadline);
        let answer = self
            .session
            .exchange(device, command, wanted, deadline)
            .await?;
        Ok(answer.ok())
    }

    async fn status(&mut self) -> Result<Value, ToolError> {
        let tagged = self.session.is_tagged;
        let firmware = self.ask("Q", wire::version).await?;
        let part_number = self.ask_if_known("N", wire::part_number).await?;
        let model = move |line: &str| wire::model(line, tagged);
        let model = self.ask_if_known("1I", model).await?;
        let what = json!({ "model": model, "part_number": part_number, "firmware": firmware });
        Ok(about(&self.device, what))
    }

    async fn signals(&mut self) -> Result<Value, ToolError> {
        let found = match self.ask_if_known("0LS", wire::signals).await? {
            Some(found) => found,
            // Scalers know it as a command with ESC.
            None => self.ask(&format!("{ESC}0LS\r"), wire::signals).await?,
        };
        let active = (1..).zip(&found).filter(|(_, on)| **on);
        let active: Vec<usize> = active.map(|(number, _)| number).collect();
        let what = json!({ "active": active, "inputs": found.len() });
        Ok(about(&self.device, what))
    }

    /// Which input is tied to an output, for one signal; the error is the unit's.
    async fn tied(
        &mut self,
        output: Option<u32>,
        signal: Signal,
    ) -> Result<Result<u32, u8>, ToolError> {
        let number = output.map(|output| output.to_string()).unwrap_or_default();
        // A single output is asked for its picture with `&`; `%` there is a tie.
        let letter = match (output, signal) {
            (None, Signal::Video) => '&',
            (_, signal) => signal.letter(),
        };
        let bare = !self.session.is_tagged;
        let wanted = move |line: &str| match wire::tie(line) {
            Some(tie) => {
                let fits = tie.signal == signal || tie.signal == Signal::All;
                (tie.output == output && fits).then_some(tie.input)
            }
            None if bare => wire::bare_number(line),
            None => None,
        };
        let command = format!("{number}{letter}");
        let (device, deadline) = (&self.device, self.deadline);
        self.session
            .exchange(device, &command, wanted, deadline)
            .await
    }

    async fn read_tie(&mut self, output: Option<u32>) -> Result<Value, ToolError> {
        let video = self.tied(output, Signal::Video).await?;
        let video = video.map_err(|number| session::explain(&self.device, number))?;
        let audio = self.tied(output, Signal::Audio).await?.ok();
        Ok(self.tie_shown(output, Some(video), audio))
    }

    fn tie_shown(&self, output: Option<u32>, video: Option<u32>, audio: Option<u32>) -> Value {
        let what = json!({ "output": output, "video_input": video, "audio_input": audio });
        about(&self.device, what)
    }

    async fn tie(&mut self, args: &TieInput) -> Result<Value, ToolError> {
        let signal = match args.signal {
            Carried::All => Signal::All,
            Carried::Video => Signal::Video,
            Carried::Audio => Signal::Audio,
        };
        let (input, output) = (args.input, args.output);
        let command = match output {
            Some(output) => format!("{input}*{output}{}", signal.letter()),
            None => format!("{input}{}", signal.letter()),
        };
        // A matrix takes `3!` for a question about output 3, and answers with an output.
        let acknowledged = self
            .ask(&command, |line| {
                if output.is_none() && wire::bare_number(line).is_some() {
                    return Some(false);
                }
                let tie = wire::tie(line)?;
                let is_of_matrix = output.is_none() && tie.output.is_some();
                let fits = tie.output == output && tie.input == input && tie.signal == signal;
                (fits || is_of_matrix).then_some(!is_of_matrix)
            })
            .await?;
        if !acknowledged {
            return Err(ToolError::Refused {
                message: format!("{} is a matrix; nothing was changed", self.device.name),
                hint: Some("give the `output` to tie to".to_owned()),
            });
        }
        let video = match signal {
            Signal::Audio => None,
            Signal::All | Signal::Video => {
                Some(self.read_back(output, Signal::Video, input).await?)
            }
        };
        let audio = match signal {
            Signal::Video => None,
            Signal::Audio => Some(self.read_back(output, Signal::Audio, input).await?),
            // Not every switcher has sound of its own.
            Signal::All => match self.tied(output, Signal::Audio).await?.ok() {
                Some(shown) if shown != input => {
                    return Err(not_as_set(&self.device, "audio tie", &input, &shown));
                }
                shown => shown,
            },
        };
        Ok(self.tie_shown(output, video, audio))
    }

    async fn read_back(
        &mut self,
        output: Option<u32>,
        signal: Signal,
        input: u32,
    ) -> Result<u32, ToolError> {
        match self.tied(output, signal).await? {
            Ok(shown) if shown == input => Ok(shown),
            Ok(shown) => Err(not_as_set(&self.device, "tie", &input, &shown)),
            Err(number) => Err(self.unclear(number)),
        }
    }

    /// A unit confirmed a command and then answered a question with an error: the confirmation may
    /// have been news of somebody else's command, and the error the answer to ours.
    fn unclear(&mut self, number: u8) -> ToolError {
        self.session.doubt();
        ToolError::Unknown {
            message: format!(
                "{} answered E{number:02} after it seemed to have done it; whether it acted is not known",
                self.device.name
            ),
        }
    }

    async fn mute(&mut self, args: &MuteOutput) -> Result<Value, ToolError> {
        let (letter, tag, on, what) = match args.what {
            Muted::Video => ('B', "Vmt", 1, "video"),
            Muted::VideoAndSync => ('B', "Vmt", 2, "video_and_sync"),
            Muted::Audio => ('Z', "Amt", 1, "audio"),
        };
        let value = if args.muted { on } else { 0 };
        let output = args.output;
        let (set, query) = match output {
            Some(output) => (
                format!("{output}*{value}{letter}"),
                format!("{output}{letter}"),
            ),
            None => (format!("{value}{letter}"), letter.to_string()),
        };
        let of_output = move |line: &str| {
            let (of, value) = wire::mute(line, tag)?;
            (of == output).then_some(value)
        };
        let acknowledged = |line: &str| of_output(line).filter(|shown| *shown == value);
        self.ask(&set, acknowledged).await?;
        let bare = !self.session.is_tagged;
        let shown = move |line: &str| {
            let untagged = if bare { wire::bare_number(line) } else { None };
            of_output(line).or(untagged)
        };
        let (device, deadline) = (&self.device, self.deadline);
        match self
            .session
            .exchange(device, &query, shown, deadline)
            .await?
        {
            Ok(shown) if shown == value => {}
            Ok(shown) => return Err(not_as_set(&self.device, "mute", &value, &shown)),
            Err(number) => return Err(self.unclear(number)),
        }
        let what = json!({ "output": output, "what": what, "muted": args.muted });
        Ok(about(&self.device, what))
    }

    async fn recall(&mut self, preset: u32) -> Result<Value, ToolError> {
        let recalled = |line: &str| wire::tagged_number(line, "Rpr").filter(|n| *n == preset);
        self.ask(&format!("{preset}."), recalled).await?;
        Ok(about(&self.device, json!({ "preset": preset })))
    }

    async fn reboot(&mut self, args: &Reboot) -> Result<Value, ToolError> {
        let what = args.what.as_deref().unwrap_or("unit");
        let number = if what == "network" { 2 } else { 1 };
        let restarting = |line: &str| wire::tagged_number(line, "Boot").filter(|n| *n == number);
        self.ask(&format!("{ESC}{number}BOOT\r"), restarting)
            .await?;
        // The line goes with the restart, sooner or later.
        self.session.doubt();
        Ok(about(&self.device, json!({ "restarting": what })))
    }

    /// Keeps the line for the next call, if every command has had its answer.
    fn finish(mut self, clock: &dyn Clock) {
        let now = clock.now();
        self.session.used(now);
        if self.session.is_usable(now) {
            *self.turn = Some(self.session);
        }
    }
}

impl Extron {
    pub(crate) fn new(supplies: &Supplies, settings: &Settings) -> Result<Self, Error> {
        Ok(Self {
            manifest: Manifest::builtin(MANIFEST)?,
            devices: Devices::new(TOOL, PORT, supplies),
            settings: settings.clone(),
            clock: Arc::clone(&supplies.clock),
        })
    }

    async fn connect(&self, device: Device, deadline: Deadline) -> Result<Connected, ToolError> {
        let mut turn = self.devices.turn(&device, deadline).await?;
        let now = self.clock.now();
        let kept = turn.take();
        let kept = kept.and_then(|mut session| session.is_usable(now).then_some(session));
        let session = if let Some(session) = kept {
            session
        } else {
            let line = self.devices.dial(&device, deadline).await?;
            let password = self.settings.secret_for("password", &device.id);
            Session::open(line, &device, password, now, deadline).await?
        };
        Ok(Connected {
            device,
            session,
            turn,
            deadline,
        })
    }

    /// Does one action on a switcher that is connected.
    async fn act(switcher: &mut Connected, call: &ToolCall) -> Result<Value, ToolError> {
        match call.action.as_str() {
            "switcher_status" => switcher.status().await,
            "input_signals" => switcher.signals().await,
            "read_tie" => {
                let OneOutput { output } = arguments(call)?;
                switcher.read_tie(output).await
            }
            "tie_input" => switcher.tie(&arguments(call)?).await,
            "mute_output" => switcher.mute(&arguments(call)?).await,
            "recall_preset" => {
                let RecallPreset { preset } = arguments(call)?;
                switcher.recall(preset).await
            }
            "reboot_switcher" => switcher.reboot(&arguments(call)?).await,
            other => Err(crate::no_such_action(TOOL, other)),
        }
    }
}

#[async_trait]
impl Connector for Extron {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    async fn health(&self) -> Result<String, String> {
        self.devices
            .health(|device| {
                Box::pin(async move {
                    let deadline = Deadline::after(HEALTH_TIMEOUT);
                    let mut switcher = self.connect(device, deadline).await?;
                    let status = switcher.status().await;
                    switcher.finish(self.clock.as_ref());
                    status.map(drop)
                })
            })
            .await
    }

    async fn call(&self, call: &ToolCall) -> Result<ToolReply, ToolError> {
        refuse_control_characters(call)?;
        let deadline = Deadline::after(call.timeout);
        // Every action names its device; the rest of its arguments is read where they are used.
        let OneDevice { device } = arguments(call)?;
        let device = self.devices.find(&device)?;
        let mut switcher = self.connect(device, deadline).await?;
        let answer = Self::act(&mut switcher, call).await;
        switcher.finish(self.clock.as_ref());
        Ok(ToolReply {
            output: answer?,
            artifacts: Vec::new(),
        })
    }
}
