//! Projectors and displays that speak PJLink: the actions.

mod session;
pub(crate) mod simulator;
mod state;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use avops_engine::{Clock, ToolCall, ToolError, ToolReply};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::arguments::read as arguments;
use crate::devices::{Devices, HEALTH_TIMEOUT, Turn, about, not_as_set, refuse_control_characters};
use crate::directory::Device;
use crate::outbound::Deadline;
use crate::{Connector, Error, Manifest, Settings, Supplies};
use session::{Check, Session};
use wire::power_words;

/// What the connector says about itself.
pub(crate) const MANIFEST: &str = include_str!("manifest.yaml");

/// Its name.
pub(crate) const TOOL: &str = "pjlink";

/// The port of the protocol.
const PORT: u16 = 4352;

/// How often a projector is asked whether it has begun what it said OK to.
const READS: u32 = 4;

/// Pause between those questions.
const BETWEEN_READS: Duration = Duration::from_millis(500);

/// The connector for all projectors of the directory.
pub(crate) struct PjLink {
    manifest: Manifest,
    devices: Devices<Check>,
    settings: Settings,
    clock: Arc<dyn Clock>,
}

#[derive(Deserialize)]
struct OneDevice {
    device: String,
}

#[derive(Deserialize)]
struct SelectInput {
    device: String,
    input: String,
}

#[derive(Deserialize)]
struct Mute {
    device: String,
    #[serde(default)]
    what: Muted,
    #[serde(default = "yes")]
    muted: bool,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Muted {
    Picture,
    Sound,
    #[default]
    Both,
}

#[derive(Deserialize)]
struct Freeze {
    device: String,
    #[serde(default = "yes")]
    frozen: bool,
}

#[derive(Deserialize)]
struct StepVolume {
    device: String,
    direction: String,
    of: Option<String>,
}

fn yes() -> bool {
    true
}

/// A projector with nobody else speaking to it.
struct Connected {
    device: Device,
    session: Session,
    _turn: Turn<Check>,
}

impl Connected {
    /// What every answer says first.
    fn answer(&self, rest: Value) -> Value {
        about(&self.device, rest)
    }

    /// Refuses what only class 2 has.
    fn needs_class_2(&self, what: &str) -> Result<(), ToolError> {
        if self.session.class == '2' {
            return Ok(());
        }
        Err(ToolError::Refused {
            message: format!(
                "{} speaks PJLink class 1, which has no {what}; nothing was changed",
                self.device.name
            ),
            hint: None,
        })
    }
}

impl PjLink {
    pub(crate) fn new(supplies: &Supplies, settings: &Settings) -> Result<Self, Error> {
        Ok(Self {
            manifest: Manifest::builtin(MANIFEST)?,
            devices: Devices::new(TOOL, PORT, supplies),
            settings: settings.clone(),
            clock: Arc::clone(&supplies.clock),
        })
    }

    async fn connect(&self, wanted: &str, deadline: Deadline) -> Result<Connected, ToolError> {
        self.connect_to(self.devices.find(wanted)?, deadline).await
    }

    async fn connect_to(&self, device: Device, deadline: Deadline) -> Result<Connected, ToolError> {
        let mut turn = self.devices.turn(&device, deadline).await?;
        let password = self.settings.secret_for("password", &device.id);
        let session = Session::open(&self.devices, &device, &mut turn, password, deadline).await?;
        Ok(Connected {
            device,
            session,
            _turn: turn,
        })
    }

    async fn power(
        &self,
        args: OneDevice,
        on: bool,
        deadline: Deadline,
    ) -> Result<Value, ToolError> {
        let mut projector = self.connect(&args.device, deadline).await?;
        let (value, reached) = if on {
            ("1", ["on", "warming"])
        } else {
            ("0", ["off", "cooling"])
        };
        let session = &mut projector.session;
        session.set('1', "POWR", value, deadline).await?;
        let mut shown = "unknown";
        for read in 1..=READS {
            let answer = session.ask('1', "POWR", deadline).await?;
            shown = answer.as_deref().map_or("unknown", power_words);
            if reached.contains(&shown) {
                return Ok(projector.answer(json!({ "power": shown })));
            }
            if read < READS {
                self.clock.sleep(BETWEEN_READS).await;
            }
        }
        let wanted = reached[0];
        Err(not_as_set(&projector.device, "power", &wanted, &shown))
    }

    async fn select_input(
        &self,
        args: SelectInput,
        deadline: Deadline,
    ) -> Result<Value, ToolError> {
        let mut projector = self.connect(&args.device, deadline).await?;
        let code = state::find_input(&mut projector, &args.input, deadline).await?;
        let class = wire::input_class(&code);
        if class == '2' {
            projector.needs_class_2(&format!("input {code}"))?;
        }
        let session = &mut projector.session;
        session.set(class, "INPT", &code, deadline).await?;
        let shown = session.ask(class, "INPT", deadline).await?;
        let shown = shown.unwrap_or_else(|| "unknown".to_owned());
        if !shown.eq_ignore_ascii_case(&code) {
            return Err(not_as_set(&projector.device, "input", &code, &shown));
        }
        let words = wire::input_words(&code);
        Ok(projector.answer(json!({ "input": words, "input_code": code })))
    }

    async fn mute(&self, args: Mute, deadline: Deadline) -> Result<Value, ToolError> {
        let mut projector = self.connect(&args.device, deadline).await?;
        let kind = match args.what {
            Muted::Picture => '1',
            Muted::Sound => '2',
            Muted::Both => '3',
        };
        let value = format!("{kind}{}", u8::from(args.muted));
        let session = &mut projector.session;
        session.set('1', "AVMT", &value, deadline).await?;
        let shown = session.ask('1', "AVMT", deadline).await?;
        let shown = shown.as_deref().and_then(state::muted);
        let (picture, sound) = shown.ok_or_else(|| ToolError::Unknown {
            message: format!("{} does not say what it mutes now", projector.device.name),
        })?;
        let as_set = (args.what == Muted::Sound || picture == args.muted)
            && (args.what == Muted::Picture || sound == args.muted);
        if !as_set {
            let shown = format!("picture {picture}, sound {sound}");
            return Err(not_as_set(&projector.device, "mute", &args.muted, &shown));
        }
        Ok(projector.answer(json!({ "picture_muted": picture, "sound_muted": sound })))
    }

    async fn freeze(&self, args: Freeze, deadline: Deadline) -> Result<Value, ToolError> {
        let mut projector = self.connect(&args.device, deadline).await?;
        projector.needs_class_2("freeze")?;
        let session = &mut projector.session;
        let value = if args.frozen { "1" } else { "0" };
        session.set('2', "FREZ", value, deadline).await?;
        let shown = session.ask('2', "FREZ", deadline).await?;
        let shown = shown.unwrap_or_else(|| "unknown".to_owned());
        if shown != value {
            return Err(not_as_set(&projector.device, "freeze", &value, &shown));
        }
        Ok(projector.answer(json!({ "frozen": args.frozen })))
    }

    async fn step_volume(&self, args: StepVolume, deadline: Deadline) -> Result<Value, ToolError> {
        let mut projector = self.connect(&args.device, deadline).await?;
        projector.needs_class_2("volume")?;
        let of = args.of.unwrap_or_else(|| "speaker".to_owned());
        let body = if of == "microphone" { "MVOL" } else { "SVOL" };
        let value = if args.direction == "up" { "1" } else { "0" };
        projector.session.set('2', body, value, deadline).await?;
        Ok(projector.answer(json!({ "of": of, "direction": args.direction })))
    }
}

#[async_trait]
impl Connector for PjLink {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    async fn health(&self) -> Result<String, String> {
        self.devices
            .health(|device| {
                Box::pin(async move {
                    let deadline = Deadline::after(HEALTH_TIMEOUT);
                    let mut projector = self.connect_to(device, deadline).await?;
                    projector.session.ask('1', "POWR", deadline).await?;
                    Ok(())
                })
            })
            .await
    }

    async fn call(&self, call: &ToolCall) -> Result<ToolReply, ToolError> {
        refuse_control_characters(call)?;
        let deadline = Deadline::after(call.timeout);
        let output = match call.action.as_str() {
            "power_on" => self.power(arguments(call)?, true, deadline).await?,
            "power_off" => self.power(arguments(call)?, false, deadline).await?,
            "select_input" => self.select_input(arguments(call)?, deadline).await?,
            "mute_projector" => self.mute(arguments(call)?, deadline).await?,
            "freeze_picture" => self.freeze(arguments(call)?, deadline).await?,
            "step_volume" => self.step_volume(arguments(call)?, deadline).await?,
            read @ ("projector_state" | "lamp_hours" | "projector_errors") => {
                let args: OneDevice = arguments(call)?;
                let mut projector = self.connect(&args.device, deadline).await?;
                match read {
                    "lamp_hours" => state::lamps(&mut projector, deadline).await?,
                    "projector_errors" => state::errors(&mut projector, deadline).await?,
                    _ => state::state(&mut projector, deadline).await?,
                }
            }
            other => return Err(crate::no_such_action(TOOL, other)),
        };
        Ok(ToolReply {
            output,
            artifacts: Vec::new(),
        })
    }
}
