//! Devices in miniature: one loopback port each, the scripted misbehaviour of a line, and their shared state.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use bytes::BytesMut;
use indexmap::IndexMap;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::Error;
use crate::campus::{Fault, FaultKind, Shared};
use crate::directory::Device;
use crate::extron::simulator as extron;
use crate::pjlink::simulator as pjlink;
use crate::qsys::simulator as qsys;

/// Commands that a device remembers, for tests and for people who look.
const REMEMBERED: usize = 10_000;

/// Stands among the commands where a controller closed its line.
const HUNG_UP: &str = "(hung up)";

/// A device of the campus, as its script has it: what everybody calls it, and one kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptDevice {
    /// Its id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Other names.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Id of the room it is in.
    #[serde(default)]
    pub room: Option<String>,
    /// Maker and model.
    #[serde(default)]
    pub model: Option<String>,
    /// A projector or display.
    #[serde(default)]
    pub pjlink: Option<pjlink::ScriptProjector>,
    /// A Q-SYS core.
    #[serde(default)]
    pub qsys_control: Option<qsys::ScriptCore>,
    /// An Extron switcher.
    #[serde(default)]
    pub extron_control: Option<extron::ScriptSwitcher>,
}

impl ScriptDevice {
    /// What is wrong with it, if anything.
    pub(crate) fn problem(&self) -> Option<&'static str> {
        (self.units().len() != 1)
            .then_some("is of one kind: pjlink, qsys_control or extron_control")
    }

    /// The device as it begins.
    fn unit(&self) -> Option<Unit> {
        self.units().pop()
    }

    fn units(&self) -> Vec<Unit> {
        let projector = self.pjlink.clone();
        let projector = projector.map(|script| Unit::Projector(pjlink::Projector::new(script)));
        let core = self.qsys_control.clone();
        let core = core.map(|script| Unit::Core(Box::new(qsys::Core::new(script))));
        let switcher = self.extron_control.clone();
        let switcher =
            switcher.map(|script| Unit::Switcher(Box::new(extron::Switcher::new(script))));
        [projector, core, switcher].into_iter().flatten().collect()
    }
}

/// What a device is.
pub(crate) enum Unit {
    /// Speaks PJLink.
    Projector(pjlink::Projector),
    /// Speaks QRC.
    Core(Box<qsys::Core>),
    /// Speaks SIS.
    Switcher(Box<extron::Switcher>),
}

impl Unit {
    /// The tool that speaks to it.
    fn tool(&self) -> &'static str {
        match self {
            Self::Projector(_) => crate::pjlink::TOOL,
            Self::Core(_) => crate::qsys::TOOL,
            Self::Switcher(_) => crate::extron::TOOL,
        }
    }

    /// The settings without which it refuses the tool, by name.
    fn credentials(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Projector(projector) => projector.credentials(),
            Self::Core(core) => core.credentials(),
            Self::Switcher(switcher) => switcher.credentials(),
        }
    }

    /// How it is, for people.
    fn show(&self, now: Timestamp) -> Value {
        match self {
            Self::Projector(projector) => projector.show(now),
            Self::Core(core) => core.show(now),
            Self::Switcher(switcher) => switcher.show(now),
        }
    }

    /// Begins a conversation with somebody who has connected.
    fn converse(&self, campus: &Shared, id: &str) -> Box<dyn Conversation> {
        match self {
            Self::Projector(projector) => {
                Box::new(pjlink::Conversation::new(campus, projector, id))
            }
            Self::Core(core) => Box::new(qsys::Conversation::new(campus, core, id)),
            Self::Switcher(switcher) => Box::new(extron::Conversation::new(campus, switcher, id)),
        }
    }
}

/// The devices of a campus, by id.
#[derive(Default)]
pub(crate) struct SimulatedDevices(IndexMap<String, SimulatedDevice>);

struct SimulatedDevice {
    unit: Unit,
    commands: VecDeque<String>,
}

impl SimulatedDevices {
    pub(crate) fn new(script: &[ScriptDevice]) -> Self {
        let device = |device: &ScriptDevice| {
            let simulated = SimulatedDevice {
                unit: device.unit()?,
                commands: VecDeque::new(),
            };
            Some((device.id.clone(), simulated))
        };
        Self(script.iter().filter_map(device).collect())
    }

    /// What a device is.
    pub(crate) fn unit(&mut self, id: &str) -> Option<&mut Unit> {
        self.0.get_mut(id).map(|device| &mut device.unit)
    }

    /// How a device is.
    pub(crate) fn show(&self, id: &str, now: Timestamp) -> Option<Value> {
        self.0.get(id).map(|device| device.unit.show(now))
    }

    /// How all devices are.
    pub(crate) fn show_all(&self, now: Timestamp) -> Value {
        let shown = self.0.iter();
        let shown = shown.map(|(id, device)| (id.clone(), device.unit.show(now)));
        Value::Object(shown.collect())
    }

    /// The commands that reached a device, oldest first.
    pub(crate) fn commands(&self, id: &str) -> Vec<String> {
        self.0
            .get(id)
            .map(|device| device.commands.iter().cloned().collect())
            .unwrap_or_default()
    }

    /// Credentials as settings of `tool`: `NAME/DEVICE` and value.
    pub(crate) fn credentials(&self, tool: &str) -> Vec<(String, String)> {
        self.0
            .iter()
            .filter(|(_, device)| device.unit.tool() == tool)
            .flat_map(|(id, device)| {
                let named = move |(name, value): (&str, String)| (format!("{name}/{id}"), value);
                device.unit.credentials().into_iter().map(named)
            })
            .collect()
    }

    fn note(&mut self, id: &str, command: String) {
        if let Some(device) = self.0.get_mut(id) {
            if device.commands.len() >= REMEMBERED {
                device.commands.pop_front();
            }
            device.commands.push_back(command);
        }
    }
}

/// What a device says to one command.
pub(crate) struct Said {
    /// The answer; empty for none.
    pub(crate) bytes: Vec<u8>,
    /// The device hangs up after it.
    pub(crate) hangs_up: bool,
}

impl From<Vec<u8>> for Said {
    fn from(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            hangs_up: false,
        }
    }
}

/// One connection to a device, in the device's protocol.
pub(crate) trait Conversation: Send {
    /// What the device says first.
    fn greeting(&mut self) -> Vec<u8>;

    /// Takes the next whole command out of what was heard.
    fn command(&mut self, heard: &mut BytesMut) -> Option<Vec<u8>>;

    /// A command as it travelled.
    fn framed(&self, command: &[u8]) -> Vec<u8>;

    /// A command without secrets: its name for faults, and the whole of it for people.
    fn name(&self, command: &[u8]) -> (String, String);

    /// Does what a command says.
    fn answer(&mut self, command: &[u8]) -> Said;

    /// Something that the device says unasked.
    fn event(&self) -> Vec<u8>;

    /// The protocol's refusal of a command, with an error code.
    fn refusal(&self, command: &[u8], code: &str) -> Vec<u8>;
}

/// Starts a device's port. Gives the device as the directory knows it.
pub(crate) fn start(
    script: &ScriptDevice,
    campus: &Shared,
    stop: &CancellationToken,
) -> Result<Device, Error> {
    let failed = |cause| Error::Io {
        what: format!("the simulated device `{}` has no port", script.id),
        cause,
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = std::net::TcpListener::bind(address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let listener = TcpListener::from_std(listener).map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    let (id, campus, stop) = (script.id.clone(), campus.clone(), stop.clone());
    tokio::spawn(async move {
        stop.run_until_cancelled(accept(listener, &campus, &id, &stop))
            .await;
    });
    Ok(Device {
        id: script.id.clone(),
        name: script.name.clone(),
        aliases: script.aliases.clone(),
        room: script.room.clone(),
        tool: script
            .unit()
            .map(|unit| unit.tool().to_owned())
            .unwrap_or_default(),
        host: Ipv4Addr::LOCALHOST.to_string(),
        port: Some(port),
        model: script.model.clone(),
    })
}

async fn accept(listener: TcpListener, campus: &Shared, id: &str, stop: &CancellationToken) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let unit = campus
                    .world()
                    .devices
                    .unit(id)
                    .map(|u| u.converse(campus, id));
                let Some(conversation) = unit else { return };
                let (campus, id, stop) = (campus.clone(), id.to_owned(), stop.clone());
                tokio::spawn(async move {
                    let talk = talk(stream, conversation, &campus, &id);
                    if let Some(Err(error)) = stop.run_until_cancelled(talk).await {
                        tracing::debug!(%error, device = id, "a simulated line ended early");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, device = id, "a simulated device cannot take a connection");
                campus.sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// One connection, from the greeting to the end.
async fn talk(
    mut stream: TcpStream,
    mut conversation: Box<dyn Conversation>,
    campus: &Shared,
    id: &str,
) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut heard = BytesMut::new();
    stream.write_all(&conversation.greeting()).await?;
    loop {
        while let Some(command) = conversation.command(&mut heard) {
            let (name, whole) = conversation.name(&command);
            campus.world().devices.note(id, whole);
            let fault = campus.fault_for(&format!("/devices/{id}/{name}"));
            if !serve(&mut stream, conversation.as_mut(), &command, fault, campus).await? {
                return Ok(());
            }
        }
        if stream.read_buf(&mut heard).await? == 0 {
            campus.world().devices.note(id, HUNG_UP.to_owned());
            return Ok(());
        }
    }
}

/// Serves one command, as the fault has it. Gives `false` when the device has hung up.
async fn serve(
    stream: &mut TcpStream,
    conversation: &mut dyn Conversation,
    command: &[u8],
    fault: Option<Fault>,
    campus: &Shared,
) -> std::io::Result<bool> {
    let Some(fault) = fault else {
        let said = conversation.answer(command);
        stream.write_all(&said.bytes).await?;
        return Ok(!said.hangs_up);
    };
    campus.sleep(Duration::from_millis(fault.delay_ms)).await;
    let answers = matches!(
        fault.kind,
        FaultKind::Delay
            | FaultKind::Truncate
            | FaultKind::Split
            | FaultKind::Merge
            | FaultKind::Event
            | FaultKind::Echo
    );
    let said = if answers || fault.acts {
        conversation.answer(command)
    } else {
        Said::from(Vec::new())
    };
    let event = conversation.event();
    match fault.kind {
        FaultKind::Drop => return Ok(false),
        FaultKind::Hang => return Ok(true),
        FaultKind::Truncate => {
            let half = said.bytes.get(..said.bytes.len() / 2).unwrap_or_default();
            stream.write_all(half).await?;
            return Ok(false);
        }
        FaultKind::Split => {
            for byte in said.bytes {
                stream.write_all(&[byte]).await?;
                tokio::task::yield_now().await;
            }
        }
        FaultKind::Merge => {
            let all = [event.clone(), said.bytes, event].concat();
            stream.write_all(&all).await?;
        }
        FaultKind::Event => {
            stream.write_all(&event).await?;
            tokio::task::yield_now().await;
            stream.write_all(&said.bytes).await?;
        }
        FaultKind::Echo => {
            let echo = conversation.framed(command);
            stream.write_all(&[echo, said.bytes].concat()).await?;
        }
        FaultKind::Status => {
            let code = fault.body.as_deref().unwrap_or_default();
            let refusal = conversation.refusal(command, code);
            stream.write_all(&refusal).await?;
        }
        FaultKind::NotJson | FaultKind::NotUtf8 => stream.write_all(b"\xff\xfe?\r\n\0").await?,
        _ => stream.write_all(&said.bytes).await?,
    }
    Ok(!said.hangs_up)
}

/// The devices that the control of the campus shows.
pub(crate) fn shown(campus: &Shared) -> Value {
    let now = campus.now();
    let world = campus.world();
    json!(world.devices.show_all(now))
}
