//! Controls of a core, named or in a component: read, set and read back.

use avops_engine::ToolError;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::wire::{Control, is_same};
use super::{Connected, understood};
use crate::devices::not_as_set;
use crate::outbound::{Deadline, before_acting};

#[derive(Deserialize, Clone)]
pub(super) struct Named {
    component: Option<String>,
    control: String,
}

#[derive(Deserialize)]
pub(super) struct Set {
    #[serde(flatten)]
    named: Named,
    value: Value,
}

#[derive(Deserialize)]
pub(super) struct Step {
    #[serde(flatten)]
    named: Named,
    by: f64,
}

#[derive(Deserialize)]
pub(super) struct Ramp {
    #[serde(flatten)]
    named: Named,
    value: f64,
    seconds: f64,
}

#[derive(Deserialize)]
pub(super) struct Mute {
    component: Option<String>,
    control: Option<String>,
    #[serde(default = "yes")]
    muted: bool,
}

#[derive(Deserialize)]
pub(super) struct GetComponent {
    component: String,
    #[serde(default)]
    controls: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct SetComponent {
    component: String,
    controls: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Controls {
    #[serde(default)]
    controls: Vec<Control>,
}

fn yes() -> bool {
    true
}

/// Gives a control's value.
pub(super) async fn get(
    core: &mut Connected,
    named: &Named,
    deadline: Deadline,
) -> Result<Value, ToolError> {
    let control = read(core, named, deadline).await?;
    Ok(core.answer(control.show()))
}

/// Sets a control and reads it back.
pub(super) async fn set(
    core: &mut Connected,
    args: Set,
    deadline: Deadline,
) -> Result<Value, ToolError> {
    write(core, &args.named, &args.value, None, deadline).await?;
    let shown = read(core, &args.named, deadline).await?;
    as_set(core, &args.value, &shown)?;
    Ok(core.answer(shown.show()))
}

/// Moves a control by a step.
pub(super) async fn step(
    core: &mut Connected,
    args: Step,
    deadline: Deadline,
) -> Result<Value, ToolError> {
    let before = read(core, &args.named, deadline)
        .await
        .map_err(before_acting)?;
    let number = before.value.as_f64().ok_or_else(|| ToolError::Refused {
        message: format!(
            "`{}` of {} is {}, no number; nothing was changed",
            before.name, core.device.name, before.value
        ),
        hint: None,
    })?;
    let named = args.named;
    let set_to = Set {
        named,
        value: json!(number + args.by),
    };
    set(core, set_to, deadline).await
}

/// Lets a control glide to a value.
pub(super) async fn ramp(
    core: &mut Connected,
    args: Ramp,
    deadline: Deadline,
) -> Result<Value, ToolError> {
    let value = json!(args.value);
    write(core, &args.named, &value, Some(args.seconds), deadline).await?;
    let mut shown = read(core, &args.named, deadline).await?.show();
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("target".to_owned(), value);
    }
    Ok(core.answer(shown))
}

/// Turns a mute on or off.
pub(super) async fn mute(
    core: &mut Connected,
    args: Mute,
    deadline: Deadline,
) -> Result<Value, ToolError> {
    let named = Named {
        component: args.component,
        control: args.control.unwrap_or_else(|| "mute".to_owned()),
    };
    let value = json!(args.muted);
    set(core, Set { named, value }, deadline).await
}

/// Fires a trigger.
pub(super) async fn trigger(
    core: &mut Connected,
    named: &Named,
    deadline: Deadline,
) -> Result<Value, ToolError> {
    write(core, named, &json!(1), None, deadline).await?;
    Ok(core.answer(json!({ "control": named.control })))
}

/// Gives controls of a component.
pub(super) async fn get_component(
    core: &mut Connected,
    args: GetComponent,
    deadline: Deadline,
) -> Result<Value, ToolError> {
    let answer = if args.controls.is_empty() {
        let params = json!({ "Name": args.component });
        core.ask("Component.GetControls", params, deadline).await?
    } else {
        component_get(core, &args.component, &args.controls, deadline).await?
    };
    let controls: Controls = understood(&core.device, answer)?;
    Ok(show_component(core, &args.component, &controls.controls))
}

/// Sets controls of a component and reads them back.
pub(super) async fn set_component(
    core: &mut Connected,
    args: SetComponent,
    deadline: Deadline,
) -> Result<Value, ToolError> {
    let wanted = |(name, value): (&String, &Value)| json!({ "Name": name, "Value": value });
    let controls: Vec<Value> = args.controls.iter().map(wanted).collect();
    component_set(core, &args.component, controls, deadline).await?;
    let names: Vec<String> = args.controls.keys().cloned().collect();
    let answer = component_get(core, &args.component, &names, deadline).await?;
    let shown: Controls = understood(&core.device, answer)?;
    for (name, value) in &args.controls {
        let control = shown.controls.iter().find(|control| control.name == *name);
        match control {
            Some(control) => as_set(core, value, control)?,
            None => return Err(not_as_set(&core.device, name, value, &"not told")),
        }
    }
    Ok(show_component(core, &args.component, &shown.controls))
}

fn show_component(core: &Connected, component: &str, controls: &[Control]) -> Value {
    let values = controls.iter().map(|c| (c.name.clone(), c.value.clone()));
    let values: Map<String, Value> = values.collect();
    core.answer(json!({ "component": component, "controls": values }))
}

async fn read(
    core: &mut Connected,
    named: &Named,
    deadline: Deadline,
) -> Result<Control, ToolError> {
    let mut controls: Vec<Control> = match &named.component {
        None => {
            let answer = core
                .ask("Control.Get", json!([named.control]), deadline)
                .await?;
            understood(&core.device, answer)?
        }
        Some(component) => {
            let only = [named.control.clone()];
            let answer = component_get(core, component, &only, deadline).await?;
            understood::<Controls>(&core.device, answer)?.controls
        }
    };
    let at = controls.iter().position(|c| c.name == named.control);
    let mut control = at
        .map(|at| controls.swap_remove(at))
        .ok_or_else(|| ToolError::Unknown {
            message: format!("{} does not tell `{}`", core.device.name, named.control),
        })?;
    control.component.clone_from(&named.component);
    Ok(control)
}

async fn write(
    core: &mut Connected,
    named: &Named,
    value: &Value,
    ramp: Option<f64>,
    deadline: Deadline,
) -> Result<(), ToolError> {
    let mut control = json!({ "Name": named.control, "Value": value });
    if let (Some(seconds), Some(control)) = (ramp, control.as_object_mut()) {
        control.insert("Ramp".to_owned(), json!(seconds));
    }
    match &named.component {
        None => core.ask("Control.Set", control, deadline).await.map(drop),
        Some(component) => component_set(core, component, vec![control], deadline).await,
    }
}

async fn component_get(
    core: &mut Connected,
    component: &str,
    controls: &[String],
    deadline: Deadline,
) -> Result<Value, ToolError> {
    let named = |name: &String| json!({ "Name": name });
    let controls: Vec<Value> = controls.iter().map(named).collect();
    let params = json!({ "Name": component, "Controls": controls });
    core.ask("Component.Get", params, deadline).await
}

/// Sets controls of a component. A list of names in the answer is those that the component does not have:
/// a failure, though the core says none.
async fn component_set(
    core: &mut Connected,
    component: &str,
    controls: Vec<Value>,
    deadline: Deadline,
) -> Result<(), ToolError> {
    let count = controls.len();
    let params = json!({ "Name": component, "Controls": controls });
    let answer = core.ask("Component.Set", params, deadline).await?;
    let listed = answer.as_array().map(Vec::as_slice).unwrap_or_default();
    let unknown: Vec<&str> = listed.iter().filter_map(Value::as_str).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let others = if unknown.len() < count {
        "; the others were set"
    } else {
        "; nothing was changed"
    };
    Err(ToolError::Refused {
        message: format!(
            "`{component}` of {} has no control {}{others}",
            core.device.name,
            unknown.join(", ")
        ),
        hint: Some("get_component without `controls` shows what it has".to_owned()),
    })
}

fn as_set(core: &Connected, wanted: &Value, shown: &Control) -> Result<(), ToolError> {
    if is_same(wanted, shown) {
        return Ok(());
    }
    let what = format!("control `{}`", shown.name);
    Err(not_as_set(&core.device, &what, wanted, &shown.value))
}
