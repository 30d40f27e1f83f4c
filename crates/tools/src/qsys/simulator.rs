//! A core in miniature: controls and components of one design, ramps, snapshots, change groups.

use bytes::{Buf as _, BytesMut};
use indexmap::IndexMap;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::campus::Shared;
use crate::devices::simulator::{Conversation as Talk, Said, Unit};

/// The settings of one core.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptCore {
    /// With access control: who may log on.
    #[serde(default)]
    pub user: Option<String>,
    /// That user's PIN.
    #[serde(default)]
    pub pin: Option<String>,
    /// Name of the design.
    #[serde(default)]
    pub design: String,
    /// Whether it is the standby of a redundant pair.
    #[serde(default)]
    pub standby: bool,
    /// Its status; 0 is well.
    #[serde(default)]
    pub status: i64,
    /// Named controls.
    #[serde(default)]
    pub controls: IndexMap<String, ScriptControl>,
    /// Controls by component.
    #[serde(default)]
    pub components: IndexMap<String, IndexMap<String, ScriptControl>>,
    /// Values of named controls, by bank; the first is number 1.
    #[serde(default)]
    pub snapshots: IndexMap<String, Vec<IndexMap<String, Value>>>,
}

/// A control as it begins.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptControl {
    /// A number, a text, or true and false.
    #[serde(default)]
    pub value: Value,
    /// Least number.
    #[serde(default = "least")]
    pub min: f64,
    /// Greatest number.
    #[serde(default = "greatest")]
    pub max: f64,
    /// It counts how often it is pressed.
    #[serde(default)]
    pub trigger: bool,
}

fn least() -> f64 {
    -100.0
}

fn greatest() -> f64 {
    20.0
}

/// A core's state.
pub(crate) struct Core {
    script: ScriptCore,
    controls: IndexMap<String, Control>,
    components: IndexMap<String, IndexMap<String, Control>>,
}

#[derive(Clone)]
struct Control {
    script: ScriptControl,
    value: Value,
    pressed: u64,
    glides: Option<Glide>,
}

#[derive(Clone)]
struct Glide {
    from: f64,
    begins: Timestamp,
    takes: f64,
}

/// A refusal: code and text.
type Refusal = (i64, &'static str);

impl Control {
    fn new(script: ScriptControl) -> Self {
        Self {
            value: script.value.clone(),
            script,
            pressed: 0,
            glides: None,
        }
    }

    fn set(&mut self, value: &Value, ramp: f64, now: Timestamp) -> Result<(), Refusal> {
        if self.script.trigger {
            self.pressed += 1;
            return Ok(());
        }
        let from = self.now(now).as_f64().unwrap_or_default();
        let set = match (&self.value, value) {
            (Value::Bool(_), Value::Number(number)) => json!(number.as_f64() != Some(0.0)),
            (Value::Bool(_), Value::Bool(_)) | (Value::String(_), Value::String(_)) => {
                value.clone()
            }
            (Value::Number(_), Value::Number(number)) => {
                let number = number.as_f64().unwrap_or_default();
                json!(number.clamp(self.script.min, self.script.max))
            }
            _ => return Err((-32602, "Invalid params")),
        };
        self.value = set;
        self.glides = (ramp > 0.0).then_some(Glide {
            from,
            begins: now,
            takes: ramp,
        });
        Ok(())
    }

    fn now(&self, now: Timestamp) -> Value {
        let (Some(glide), Some(to)) = (&self.glides, self.value.as_f64()) else {
            return self.value.clone();
        };
        let gone = now.duration_since(glide.begins).as_secs_f64();
        let part = (gone / glide.takes).clamp(0.0, 1.0);
        json!(glide.from + (to - glide.from) * part)
    }

    fn tell(&self, name: &str, now: Timestamp) -> Value {
        let value = self.now(now);
        let string = match &value {
            Value::Bool(true) => "true".to_owned(),
            Value::Bool(false) => "false".to_owned(),
            Value::String(text) => text.clone(),
            Value::Number(number) => format!("{:.1}dB", number.as_f64().unwrap_or_default()),
            _ => String::new(),
        };
        let range = self.script.max - self.script.min;
        let position = value.as_f64().map(|v| (v - self.script.min) / range);
        json!({ "Name": name, "Value": value, "String": string, "Position": position.unwrap_or(0.0) })
    }

    fn show(&self, now: Timestamp) -> Value {
        if self.script.trigger {
            json!({ "pressed": self.pressed })
        } else {
            self.now(now)
        }
    }
}

impl Core {
    pub(crate) fn new(script: ScriptCore) -> Self {
        let made = |controls: &IndexMap<String, ScriptControl>| -> IndexMap<String, Control> {
            let controls = controls.iter();
            controls
                .map(|(name, control)| (name.clone(), Control::new(control.clone())))
                .collect()
        };
        let components = script.components.iter();
        Self {
            controls: made(&script.controls),
            components: components
                .map(|(name, controls)| (name.clone(), made(controls)))
                .collect(),
            script,
        }
    }

    pub(crate) fn credentials(&self) -> Vec<(&'static str, String)> {
        let user = self.script.user.clone().map(|user| ("user", user));
        let pin = self.script.pin.clone().map(|pin| ("pin", pin));
        user.into_iter().chain(pin).collect()
    }

    pub(crate) fn show(&self, now: Timestamp) -> Value {
        let shown = |controls: &IndexMap<String, Control>| -> Value {
            let controls = controls.iter();
            let shown: Map<String, Value> = controls
                .map(|(name, control)| (name.clone(), control.show(now)))
                .collect();
            Value::Object(shown)
        };
        let components = self.components.iter();
        let components: Map<String, Value> = components
            .map(|(name, controls)| (name.clone(), shown(controls)))
            .collect();
        json!({
            "design": self.script.design,
            "controls": shown(&self.controls),
            "components": components,
        })
    }

    fn status(&self) -> Value {
        json!({
            "Platform": "Core Miniature",
            "State": if self.script.standby { "Standby" } else { "Active" },
            "DesignName": self.script.design,
            "DesignCode": "campus0001",
            "IsRedundant": self.script.standby,
            "IsEmulator": true,
            "Status": { "Code": self.script.status, "String": if self.script.status == 0 { "OK" } else { "Fault" } },
        })
    }

    fn find(&mut self, component: Option<&str>, name: &str) -> Result<&mut Control, Refusal> {
        let controls = match component {
            None => &mut self.controls,
            Some(component) => self
                .components
                .get_mut(component)
                .ok_or((7, "Unknown component"))?,
        };
        controls.get_mut(name).ok_or((8, "Unknown control"))
    }

    fn command(&mut self, method: &str, params: &Value, now: Timestamp) -> Result<Value, Refusal> {
        let name = params.get("Name").and_then(Value::as_str);
        let ramp = |from: &Value| from.get("Ramp").and_then(Value::as_f64).unwrap_or(0.0);
        match method {
            "StatusGet" => Ok(self.status()),
            _ if self.script.standby => Err((-32604, "Core is on standby")),
            "Control.Get" => {
                let names = params.as_array().ok_or((-32602, "Invalid params"))?;
                let names = names.iter().filter_map(Value::as_str);
                names
                    .map(|name| Ok(self.find(None, name)?.tell(name, now)))
                    .collect()
            }
            "Control.Set" => {
                let name = name.ok_or((-32602, "Invalid params"))?;
                let value = params.get("Value").ok_or((-32602, "Invalid params"))?;
                let control = self.find(None, name)?;
                control.set(value, ramp(params), now)?;
                Ok(control.tell(name, now))
            }
            "Component.GetComponents" => {
                let names = self.components.keys();
                let listed = names.map(|n| json!({ "Name": n, "Type": "gain", "Properties": [] }));
                Ok(listed.collect())
            }
            "Component.GetControls" => {
                let name = name.unwrap_or_default();
                let controls = self.components.get(name).ok_or((7, "Unknown component"))?;
                let told: Vec<Value> = controls.iter().map(|(n, c)| c.tell(n, now)).collect();
                Ok(json!({ "Name": name, "Controls": told }))
            }
            "Component.Get" => {
                let told: Result<Vec<Value>, Refusal> = listed(params)
                    .map(|c| {
                        let control = c.get("Name").and_then(Value::as_str).unwrap_or_default();
                        Ok(self.find(name, control)?.tell(control, now))
                    })
                    .collect();
                Ok(json!({ "Name": name, "Controls": told? }))
            }
            "Component.Set" => {
                let mut unknown = Vec::new();
                for wanted in listed(params) {
                    let control = wanted.get("Name").and_then(Value::as_str);
                    let control = control.unwrap_or_default();
                    let value = wanted.get("Value").ok_or((-32602, "Invalid params"))?;
                    match self.find(name, control) {
                        Ok(control) => control.set(value, ramp(wanted), now)?,
                        Err((8, _)) => unknown.push(control),
                        Err(other) => return Err(other),
                    }
                }
                Ok(if unknown.is_empty() {
                    json!(true)
                } else {
                    json!(unknown)
                })
            }
            "Snapshot.Load" => {
                let banks = self.script.snapshots.get(name.unwrap_or_default());
                let number = params.get("Bank").and_then(Value::as_u64).unwrap_or(0);
                let number = usize::try_from(number).unwrap_or(usize::MAX);
                let snapshot = banks.and_then(|bank| bank.get(number.checked_sub(1)?));
                let snapshot = snapshot.ok_or((-32602, "No such snapshot"))?.clone();
                for (control, value) in &snapshot {
                    self.find(None, control)?.set(value, ramp(params), now)?;
                }
                Ok(json!(true))
            }
            _ => Err((-32601, "Method not found")),
        }
    }
}

/// The controls that the parameters list.
fn listed(params: &Value) -> impl Iterator<Item = &Value> {
    let controls = params.get("Controls").and_then(Value::as_array);
    controls.into_iter().flatten()
}

/// A change group: what it watches, and what it told last.
#[derive(Default)]
struct Group {
    watched: Vec<(Option<String>, String)>,
    told: Option<Vec<Value>>,
}

/// One client's connection.
pub(crate) struct Conversation {
    campus: Shared,
    id: String,
    logged_on: bool,
    greeting: Value,
    groups: IndexMap<String, Group>,
}

impl Conversation {
    pub(crate) fn new(campus: &Shared, core: &Core, id: &str) -> Self {
        let mut greeting = core.status();
        if let Some(greeting) = greeting.as_object_mut() {
            greeting.shift_remove("Platform");
            greeting.shift_remove("Status");
        }
        Self {
            campus: campus.clone(),
            id: id.to_owned(),
            logged_on: core.script.user.is_none(),
            greeting,
            groups: IndexMap::new(),
        }
    }

    fn result(&mut self, method: &str, params: &Value) -> Result<Value, Refusal> {
        let campus = self.campus.clone();
        let now = campus.now();
        let mut world = campus.world();
        let Some(Unit::Core(core)) = world.devices.unit(&self.id) else {
            return Err((-32603, "Server error"));
        };
        if method == "Logon" {
            let given = |field: &str| params.get(field).and_then(Value::as_str).map(str::to_owned);
            if given("User") != core.script.user || given("Password") != core.script.pin {
                return Err((10, "Logon required"));
            }
            self.logged_on = true;
            return Ok(json!(true));
        }
        if !self.logged_on {
            return Err((10, "Logon required"));
        }
        match method.strip_prefix("ChangeGroup.") {
            Some(method) => self.group(core, method, params, now),
            None => core.command(method, params, now),
        }
    }

    fn group(
        &mut self,
        core: &mut Core,
        method: &str,
        params: &Value,
        now: Timestamp,
    ) -> Result<Value, Refusal> {
        let id = params.get("Id").and_then(Value::as_str).unwrap_or_default();
        if method.starts_with("Add") {
            if !self.groups.contains_key(id) && self.groups.len() >= 4 {
                return Err((5, "Change groups exhausted"));
            }
            let component = params.get("Component");
            let of = component
                .and_then(|c| c.get("Name"))
                .and_then(Value::as_str);
            let mut names = Vec::new();
            for listed in listed(component.unwrap_or(params)) {
                let name = listed.as_str().or_else(|| listed.get("Name")?.as_str());
                let name = name.ok_or((-32602, "Invalid params"))?;
                core.find(of, name)?;
                names.push((of.map(str::to_owned), name.to_owned()));
            }
            let group = self.groups.entry(id.to_owned()).or_default();
            group.watched.extend(names);
            return Ok(json!(true));
        }
        let group = self.groups.get_mut(id);
        let group = group.ok_or((6, "Unknown change group"))?;
        match method {
            "Poll" => {
                let mut told = Vec::new();
                for (component, name) in &group.watched {
                    let mut value = core.find(component.as_deref(), name)?.tell(name, now);
                    if let (Some(component), Some(value)) = (component, value.as_object_mut()) {
                        value.insert("Component".to_owned(), json!(component));
                    }
                    told.push(value);
                }
                let before = group.told.replace(told.clone()).unwrap_or_default();
                told.retain(|value| !before.contains(value));
                Ok(json!({ "Id": id, "Changes": told }))
            }
            "Destroy" => {
                self.groups.shift_remove(id);
                Ok(json!(true))
            }
            _ => Err((-32601, "Method not found")),
        }
    }
}

impl Talk for Conversation {
    fn greeting(&mut self) -> Vec<u8> {
        let greeting =
            json!({ "jsonrpc": "2.0", "method": "EngineStatus", "params": self.greeting });
        framed(&greeting)
    }

    fn command(&mut self, heard: &mut BytesMut) -> Option<Vec<u8>> {
        let end = heard.iter().position(|byte| *byte == 0)?;
        let frame = heard.split_to(end).to_vec();
        heard.advance(1);
        Some(frame)
    }

    fn framed(&self, command: &[u8]) -> Vec<u8> {
        [command, b"\0"].concat()
    }

    fn name(&self, command: &[u8]) -> (String, String) {
        let request: Value = serde_json::from_slice(command).unwrap_or_default();
        let method = request.get("method").and_then(Value::as_str);
        let method = method.unwrap_or_default().to_owned();
        // A PIN is nobody's business.
        let params = request.get("params").filter(|_| method != "Logon");
        let whole = params.map_or_else(|| method.clone(), |params| format!("{method} {params}"));
        (method, whole)
    }

    fn answer(&mut self, command: &[u8]) -> Said {
        let Ok(request) = serde_json::from_slice::<Value>(command) else {
            return refused(&Value::Null, -32700, "Parse error").into();
        };
        let method = request.get("method").and_then(Value::as_str);
        let params = request.get("params").cloned().unwrap_or_default();
        let method = method.unwrap_or_default();
        if method == "NoOp" {
            return Vec::new().into();
        }
        let id = request.get("id").cloned().unwrap_or_default();
        match self.result(method, &params) {
            Ok(result) => framed(&json!({ "jsonrpc": "2.0", "id": id, "result": result })).into(),
            Err((code, message)) => refused(&id, code, message).into(),
        }
    }

    fn event(&self) -> Vec<u8> {
        let pushed =
            json!({ "Id": "elsewhere", "Changes": [{ "Name": "MainGain", "Value": 4711 }] });
        let late =
            json!({ "jsonrpc": "2.0", "id": 0, "result": [{ "Name": "MainGain", "Value": 4711 }] });
        let poll = json!({ "jsonrpc": "2.0", "method": "ChangeGroup.Poll", "params": pushed });
        [framed(&poll), framed(&late)].concat()
    }

    fn refusal(&self, command: &[u8], code: &str) -> Vec<u8> {
        let request: Value = serde_json::from_slice(command).unwrap_or_default();
        let id = request.get("id").cloned().unwrap_or_default();
        refused(&id, code.parse().unwrap_or(-32603), "scripted")
    }
}

fn refused(id: &Value, code: i64, message: &str) -> Vec<u8> {
    let error = json!({ "code": code, "message": message });
    framed(&json!({ "jsonrpc": "2.0", "id": id, "error": error }))
}

fn framed(object: &Value) -> Vec<u8> {
    let mut bytes = object.to_string().into_bytes();
    bytes.push(0);
    bytes
}
