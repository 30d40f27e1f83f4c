//! Incidents.

use avops_engine::{ToolError, ToolReply};
use serde::Deserialize;
use serde_json::Map;

use super::records::{Marked, Table, mark};
use super::session::Session;
use super::wire::Record;
use super::{OneRecord, artifact, described, put};
use crate::outbound::{Deadline, before_acting};

/// The arguments of `create_incident`.
#[derive(Deserialize)]
pub(super) struct Create {
    title: String,
    description: Option<String>,
    impact: Option<u8>,
    urgency: Option<u8>,
    category: Option<String>,
    assignment_group: Option<String>,
    caller: Option<String>,
}

/// The arguments of `update_incident`.
#[derive(Deserialize)]
pub(super) struct Update {
    id: String,
    title: Option<String>,
    state: Option<String>,
    impact: Option<u8>,
    urgency: Option<u8>,
    assignment_group: Option<String>,
    close_code: Option<String>,
    close_notes: Option<String>,
}

/// The arguments of `add_work_note`.
#[derive(Deserialize)]
pub(super) struct Note {
    id: String,
    text: String,
}

pub(super) fn table(session: &Session) -> Table<'_> {
    Table {
        session,
        name: "incident",
        fields: "sys_id,number,short_description,state,impact,urgency,assignment_group,close_code,close_notes,correlation_id",
        marked: Marked::Field("correlation_id"),
    }
}

fn reply(session: &Session, record: &Record) -> ToolReply {
    ToolReply {
        output: described(session, "incident", record),
        artifacts: Vec::new(),
    }
}

pub(super) async fn create(
    session: &Session,
    args: &Create,
    key: &str,
    deadline: Deadline,
) -> Result<ToolReply, ToolError> {
    let mark = mark(key, 0);
    let level = |level: Option<u8>| level.map(|number| number.to_string());
    let mut fields = Map::new();
    put(&mut fields, "short_description", Some(&args.title));
    put(&mut fields, "description", args.description.as_deref());
    put(&mut fields, "impact", level(args.impact).as_deref());
    put(&mut fields, "urgency", level(args.urgency).as_deref());
    put(&mut fields, "category", args.category.as_deref());
    put(
        &mut fields,
        "assignment_group",
        args.assignment_group.as_deref(),
    );
    put(&mut fields, "caller_id", args.caller.as_deref());
    put(&mut fields, "correlation_id", Some(&mark));
    put(&mut fields, "correlation_display", Some("AVOps"));
    let record = table(session).create(&mark, &fields, deadline).await?;
    let mut reply = reply(session, &record);
    reply.artifacts = vec![artifact("incident", &reply.output)];
    Ok(reply)
}

pub(super) async fn get(
    session: &Session,
    args: &OneRecord,
    deadline: Deadline,
) -> Result<ToolReply, ToolError> {
    let record = table(session).get(&args.id, deadline).await?;
    Ok(reply(session, &record))
}

pub(super) async fn update(
    session: &Session,
    args: &Update,
    deadline: Deadline,
) -> Result<ToolReply, ToolError> {
    let table = table(session);
    let level = |level: Option<u8>| level.map(|number| number.to_string());
    let mut fields = Map::new();
    put(&mut fields, "short_description", args.title.as_deref());
    put(&mut fields, "state", args.state.as_deref());
    put(&mut fields, "impact", level(args.impact).as_deref());
    put(&mut fields, "urgency", level(args.urgency).as_deref());
    put(
        &mut fields,
        "assignment_group",
        args.assignment_group.as_deref(),
    );
    put(&mut fields, "close_code", args.close_code.as_deref());
    put(&mut fields, "close_notes", args.close_notes.as_deref());
    let found = table.get(&args.id, deadline).await.map_err(before_acting)?;
    let record = table
        .change(found.text("sys_id"), &fields, deadline)
        .await?;
    Ok(reply(session, &record))
}

/// A journal field reads as empty, so a note cannot be read back with its record.
pub(super) async fn note(
    session: &Session,
    args: &Note,
    deadline: Deadline,
) -> Result<ToolReply, ToolError> {
    let table = table(session);
    let found = table.get(&args.id, deadline).await.map_err(before_acting)?;
    let record = table
        .append(found.text("sys_id"), "work_notes", &args.text, deadline)
        .await?;
    Ok(reply(session, &record))
}
