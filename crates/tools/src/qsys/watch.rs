//! Change groups: what has changed since the last look, told by the core instead of asked for each control.

use avops_engine::ToolError;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::session::{Session, explain};
use super::wire::Control;
use crate::directory::Device;
use crate::outbound::Deadline;

/// Change groups that a core allows on one line.
const MOST_GROUPS: usize = 4;

/// The code for a change group that the core does not have, after a new design for example.
const UNKNOWN_GROUP: i64 = 6;

/// The change groups of one line, the one used longest ago first.
#[derive(Default)]
pub(super) struct Groups(Vec<String>);

/// What is watched.
#[derive(Deserialize)]
pub(super) struct Watch {
    component: Option<String>,
    controls: Vec<String>,
    group: Option<String>,
}

#[derive(Deserialize)]
struct Polled {
    #[serde(rename = "Changes", default)]
    changes: Vec<Control>,
}

impl Watch {
    /// The group's name on the line: other controls are another group.
    fn id(&self) -> String {
        let group = self.group.as_deref().unwrap_or_default();
        let what = json!([group, self.component, self.controls]).to_string();
        Uuid::new_v5(&Uuid::NAMESPACE_OID, what.as_bytes()).to_string()
    }

    /// The command that makes the group.
    fn command(&self, id: &str) -> (&'static str, Value) {
        match &self.component {
            None => (
                "ChangeGroup.AddControl",
                json!({ "Id": id, "Controls": self.controls }),
            ),
            Some(component) => {
                let named = |name: &String| json!({ "Name": name });
                let controls: Vec<Value> = self.controls.iter().map(named).collect();
                let component = json!({ "Name": component, "Controls": controls });
                (
                    "ChangeGroup.AddComponentControl",
                    json!({ "Id": id, "Component": component }),
                )
            }
        }
    }
}

/// What has changed since the last look on this line; everything at the first one, and after the line
/// was lost.
pub(super) async fn changes(
    session: &mut Session,
    device: &Device,
    watch: &Watch,
    deadline: Deadline,
) -> Result<Value, ToolError> {
    let id = watch.id();
    let poll = json!({ "Id": id });
    let mut first = !session.groups.0.contains(&id);
    let mut polled = None;
    if !first {
        match session
            .exchange("ChangeGroup.Poll", &poll, deadline)
            .await?
        {
            Ok(answer) => polled = Some(answer),
            Err(fault) if fault.code == UNKNOWN_GROUP => {
                session.groups.0.clear();
                first = true;
            }
            Err(fault) => return Err(explain(device, "ChangeGroup.Poll", &fault)),
        }
    }
    let answer = if let Some(answer) = polled {
        answer
    } else {
        while session.groups.0.len() >= MOST_GROUPS {
            let oldest = json!({ "Id": session.groups.0.remove(0) });
            session
                .ask(device, "ChangeGroup.Destroy", &oldest, deadline)
                .await?;
        }
        let (method, params) = watch.command(&id);
        session.ask(device, method, &params, deadline).await?;
        session.groups.0.push(id.clone());
        session
            .ask(device, "ChangeGroup.Poll", &poll, deadline)
            .await?
    };
    if let Some(at) = session.groups.0.iter().position(|known| *known == id) {
        let used = session.groups.0.remove(at);
        session.groups.0.push(used);
    }
    let polled: Polled = super::understood(device, answer)?;
    let changes: Vec<Value> = polled.changes.iter().map(Control::show).collect();
    Ok(json!({ "first": first, "changes": changes }))
}
