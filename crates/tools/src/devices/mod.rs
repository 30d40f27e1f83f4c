//! Devices over TCP: found in the directory, one command in flight for each.

mod line;
pub(crate) mod simulator;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use avops_engine::{ToolCall, ToolError};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use tokio::sync::OwnedMutexGuard;

use crate::Supplies;
use crate::directory::{Device, Directory};
use crate::outbound::{Deadline, dial, excerpt};
pub(crate) use line::Line;

/// Longest wait for one device's health, less than a health check may take.
pub(crate) const HEALTH_TIMEOUT: Duration = Duration::from_millis(2500);

/// Devices that one health check asks.
const HEALTH_SAMPLE: usize = 64;

/// The devices of one tool. `S` is what is kept for a device between commands: a session, for example.
pub(crate) struct Devices<S> {
    tool: &'static str,
    port: u16,
    directory: Arc<Directory>,
    kept: Mutex<HashMap<String, Kept<S>>>,
}

/// What is kept for a device at one address.
struct Kept<S> {
    address: (String, u16),
    state: Arc<tokio::sync::Mutex<Option<S>>>,
}

/// The exclusive right to speak to one device, and what was kept for it.
pub(crate) type Turn<S> = OwnedMutexGuard<Option<S>>;

impl<S> Devices<S> {
    /// The devices that the directory has for `tool`, spoken to on `port` where it names none.
    pub(crate) fn new(tool: &'static str, port: u16, supplies: &Supplies) -> Self {
        Self {
            tool,
            port,
            directory: Arc::clone(&supplies.directory),
            kept: Mutex::default(),
        }
    }

    /// Finds the device that an argument names.
    ///
    /// # Errors
    /// [`ToolError::Refused`]; nothing was sent.
    pub(crate) fn find(&self, wanted: &str) -> Result<Device, ToolError> {
        self.directory
            .device(self.tool, wanted)
            .map_err(|error| ToolError::Refused {
                message: format!("{error}; nothing was sent"),
                hint: Some(self.directory.hint_for(self.tool)),
            })
    }

    /// Waits until nobody else speaks to the device.
    ///
    /// # Errors
    /// [`ToolError::NotSent`] when that takes too long.
    pub(crate) async fn turn(
        &self,
        device: &Device,
        deadline: Deadline,
    ) -> Result<Turn<S>, ToolError> {
        let state = self.state_of(device);
        deadline
            .wait(state.lock_owned())
            .await
            .ok_or_else(|| ToolError::NotSent {
                message: format!(
                    "{} is busy with other commands; nothing was sent",
                    device.name
                ),
                retry_after: None,
            })
    }

    /// What is kept for a device, for as long as the tool has it.
    pub(crate) fn kept(&self, device: &Device) -> Weak<tokio::sync::Mutex<Option<S>>> {
        Arc::downgrade(&self.state_of(device))
    }

    /// What is kept for a device; nothing of another address's.
    fn state_of(&self, device: &Device) -> Arc<tokio::sync::Mutex<Option<S>>> {
        let address = (device.host.clone(), self.port_of(device));
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.get(&device.id)
            && known.address == address
        {
            return Arc::clone(&known.state);
        }
        let state = Arc::default();
        let fresh = Kept {
            address,
            state: Arc::clone(&state),
        };
        kept.insert(device.id.clone(), fresh);
        state
    }

    /// Connects to a device.
    ///
    /// # Errors
    /// As [`dial`].
    pub(crate) async fn dial(
        &self,
        device: &Device,
        deadline: Deadline,
    ) -> Result<Line, ToolError> {
        let port = self.port_of(device);
        let place = format!("{} at {}:{port}", device.name, device.host);
        let stream = dial(&place, &device.host, port, deadline).await?;
        Ok(Line::new(stream, place))
    }

    fn port_of(&self, device: &Device) -> u16 {
        device.port.unwrap_or(self.port)
    }

    /// Asks every device at once. Green when at least one answers: then there is something to
    /// serve a call; those that do not answer are named.
    pub(crate) async fn health<'d>(
        &self,
        ask: impl Fn(Device) -> BoxFuture<'d, Result<(), ToolError>>,
    ) -> Result<String, String> {
        let places = self.directory.places();
        let of_tool = places.devices.iter().filter(|d| d.tool == self.tool);
        let asked: Vec<Device> = of_tool.take(HEALTH_SAMPLE).cloned().collect();
        if asked.is_empty() {
            return Err(self.directory.hint_for(self.tool));
        }
        let answers = futures::future::join_all(asked.iter().cloned().map(ask)).await;
        let silent: Vec<String> = asked
            .iter()
            .zip(&answers)
            .filter_map(|(device, answer)| {
                let error = answer.as_ref().err()?;
                Some(format!("{}: {error}", device.name))
            })
            .collect();
        let well = asked.len() - silent.len();
        let mut said = format!("{well} of {} devices answer", asked.len());
        if !silent.is_empty() {
            said = format!("{said}; {}", silent.join("; "));
        }
        if well == 0 { Err(said) } else { Ok(said) }
    }
}

/// Refuses arguments with characters that end or begin a command on some device's line.
///
/// # Errors
/// [`ToolError::Refused`] naming the argument; nothing was sent.
pub(crate) fn refuse_control_characters(call: &ToolCall) -> Result<(), ToolError> {
    fn offending(name: &str, value: &Value) -> Option<(String, char)> {
        match value {
            Value::String(text) => {
                let found = text.chars().find(|c| c.is_control())?;
                Some((name.to_owned(), found))
            }
            Value::Array(items) => items.iter().find_map(|item| offending(name, item)),
            Value::Object(fields) => fields.iter().find_map(|(key, value)| {
                let of_key = key.chars().find(|c| c.is_control());
                of_key
                    .map(|c| (excerpt(key.as_bytes()), c))
                    .or_else(|| offending(key, value))
            }),
            _ => None,
        }
    }
    let Some((name, character)) = offending("arguments", &call.args) else {
        return Ok(());
    };
    Err(ToolError::Refused {
        message: format!(
            "{}.{}: `{name}` holds the control character {}; nothing was sent",
            call.tool,
            call.action,
            character.escape_unicode()
        ),
        hint: Some("names and values of devices have no line breaks in them".to_owned()),
    })
}

/// An answer about a device: which it is, and the rest.
pub(crate) fn about(device: &Device, rest: Value) -> Value {
    let mut answer = json!({ "device": device.id, "name": device.name });
    if let (Some(answer), Value::Object(rest)) = (answer.as_object_mut(), rest) {
        answer.extend(rest);
    }
    answer
}

/// The refusal of a device that took a command and shows something else afterwards.
pub(crate) fn not_as_set(
    device: &Device,
    what: &str,
    wanted: &impl std::fmt::Display,
    shown: &impl std::fmt::Display,
) -> ToolError {
    ToolError::Refused {
        message: format!(
            "{} took the command, but its {what} is {shown}, not {wanted}",
            device.name
        ),
        hint: Some("somebody else may control the device, or it has limits of its own".to_owned()),
    }
}
