//! Q-SYS cores: the actions.

mod controls;
mod session;
pub(crate) mod simulator;
mod watch;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use avops_engine::{Clock, ToolCall, ToolError, ToolReply};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::arguments::read as arguments;
use crate::devices::{Devices, HEALTH_TIMEOUT, Turn, about, refuse_control_characters};
use crate::directory::Device;
use crate::outbound::{Deadline, excerpt};
use crate::{Connector, Error, Manifest, Settings, Supplies};
use session::{Credentials, Session};

/// What the connector says about itself.
pub(crate) const MANIFEST: &str = include_str!("manifest.yaml");

/// Its name.
pub(crate) const TOOL: &str = "qsys_control";

/// The port of QRC.
const PORT: u16 = 1710;

/// The connector for all cores of the directory.
pub(crate) struct Qsys {
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
struct LoadSnapshot {
    bank: String,
    number: u32,
    seconds: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Status {
    #[serde(default)]
    platform: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    design_name: String,
    #[serde(default)]
    design_code: String,
    #[serde(default)]
    is_redundant: bool,
    #[serde(default)]
    is_emulator: bool,
    #[serde(rename = "Status")]
    health: Option<StatusCode>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StatusCode {
    code: i64,
    #[serde(default)]
    string: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedComponent {
    name: String,
    #[serde(default)]
    r#type: String,
}

/// A core with nobody else speaking to it.
pub(super) struct Connected {
    device: Device,
    /// Out of the turn while it is used: a call that is given up leaves no line behind.
    session: Session,
    turn: Turn<Session>,
}

impl Connected {
    pub(super) async fn ask(
        &mut self,
        method: &str,
        params: Value,
        deadline: Deadline,
    ) -> Result<Value, ToolError> {
        let device = &self.device;
        self.session.ask(device, method, &params, deadline).await
    }

    /// What every answer says first.
    pub(super) fn answer(&self, rest: Value) -> Value {
        about(&self.device, rest)
    }

    /// Keeps the line for the next call, if every command has had its answer.
    fn finish(mut self) {
        if self.session.is_usable() {
            *self.turn = Some(self.session);
        }
    }
}

/// Reads a core's answer.
pub(super) fn understood<T: DeserializeOwned>(
    device: &Device,
    answer: Value,
) -> Result<T, ToolError> {
    let shown = excerpt(answer.to_string().as_bytes());
    serde_json::from_value(answer).map_err(|error| ToolError::Unknown {
        message: format!(
            "the answer of {} cannot be read ({error}): {shown}",
            device.name
        ),
    })
}

impl Qsys {
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
        let kept = turn.take();
        let kept = kept.and_then(|mut session| session.is_usable().then_some(session));
        let session = if let Some(session) = kept {
            session
        } else {
            let line = self.devices.dial(&device, deadline).await?;
            let credentials = Credentials {
                user: self.settings.secret_for("user", &device.id),
                pin: self.settings.secret_for("pin", &device.id),
            };
            let session = Session::open(line, &device, credentials, deadline).await?;
            session.keep_open(self.devices.kept(&device), Arc::clone(&self.clock));
            session
        };
        Ok(Connected {
            device,
            session,
            turn,
        })
    }

    async fn status(core: &mut Connected, deadline: Deadline) -> Result<Value, ToolError> {
        let answer = core.ask("StatusGet", json!(0), deadline).await?;
        let status: Status = understood(&core.device, answer)?;
        let number = status.health.as_ref().map(|health| health.code);
        let state = status.state.to_lowercase();
        Ok(core.answer(json!({
            "ok": state == "active" && number.unwrap_or(0) == 0,
            "state": state,
            "status": status.health.map(|health| health.string).unwrap_or_default(),
            "status_code": number,
            "design": status.design_name,
            "design_code": status.design_code,
            "platform": status.platform,
            "redundant": status.is_redundant,
            "emulator": status.is_emulator,
        })))
    }

    async fn components(core: &mut Connected, deadline: Deadline) -> Result<Value, ToolError> {
        let answer = core
            .ask("Component.GetComponents", Value::Null, deadline)
            .await?;
        let listed: Vec<ListedComponent> = understood(&core.device, answer)?;
        let shown = |c: &ListedComponent| json!({ "component": c.name, "type": c.r#type });
        Ok(listed.iter().map(shown).collect())
    }

    async fn load_snapshot(
        core: &mut Connected,
        args: &LoadSnapshot,
        deadline: Deadline,
    ) -> Result<Value, ToolError> {
        // The vendor calls the bank `Name` and the snapshot's number `Bank`.
        let mut params = json!({ "Name": args.bank, "Bank": args.number });
        if let (Some(seconds), Some(params)) = (args.seconds, params.as_object_mut()) {
            params.insert("Ramp".to_owned(), json!(seconds));
        }
        core.ask("Snapshot.Load", params, deadline).await?;
        Ok(core.answer(json!({ "bank": args.bank, "number": args.number })))
    }

    /// Does one action on a core that is connected.
    async fn act(
        core: &mut Connected,
        call: &ToolCall,
        deadline: Deadline,
    ) -> Result<Value, ToolError> {
        match call.action.as_str() {
            "core_status" => Self::status(core, deadline).await,
            "list_components" => Self::components(core, deadline).await,
            "get_control" => controls::get(core, &arguments(call)?, deadline).await,
            "set_control" => controls::set(core, arguments(call)?, deadline).await,
            "step_control" => controls::step(core, arguments(call)?, deadline).await,
            "ramp_control" => controls::ramp(core, arguments(call)?, deadline).await,
            "mute_control" => controls::mute(core, arguments(call)?, deadline).await,
            "trigger_control" => controls::trigger(core, &arguments(call)?, deadline).await,
            "get_component" => controls::get_component(core, arguments(call)?, deadline).await,
            "set_component" => controls::set_component(core, arguments(call)?, deadline).await,
            "load_snapshot" => Self::load_snapshot(core, &arguments(call)?, deadline).await,
            "watch_controls" => {
                let watch = arguments(call)?;
                let (session, device) = (&mut core.session, &core.device);
                let changes = watch::changes(session, device, &watch, deadline).await?;
                Ok(core.answer(changes))
            }
            other => Err(crate::no_such_action(TOOL, other)),
        }
    }
}

#[async_trait]
impl Connector for Qsys {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    async fn health(&self) -> Result<String, String> {
        self.devices
            .health(|device| {
                Box::pin(async move {
                    let deadline = Deadline::after(HEALTH_TIMEOUT);
                    let mut core = self.connect(device, deadline).await?;
                    let status = Self::status(&mut core, deadline).await;
                    core.finish();
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
        let mut core = self.connect(self.devices.find(&device)?, deadline).await?;
        let answer = Self::act(&mut core, call, deadline).await;
        core.finish();
        Ok(ToolReply {
            output: answer?,
            artifacts: Vec::new(),
        })
    }
}
