//! The incidents of an instance as tickets: the other store behind `incident_ticketing`.
//!
//! What a ticket has and an incident has not in one field is told apart here: the priority follows from impact and
//! urgency (which is how the instance computes its own), the room stands beside the mark, comments are in a journal.

use std::time::Duration;

use async_trait::async_trait;
use avops_engine::ToolError;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Map;

use super::records::{Marked, Table, is_sys_id, mark};
use super::session::{MISSING, Session};
use super::wire::Record;
use super::{described, put};
use crate::incident_ticketing::{Comment, Ticket, TicketChange, TicketError, TicketStore};
use crate::outbound::{Deadline, before_acting};
use crate::{Error, Settings, Supplies};

/// Longest wait for a health check.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(3);

/// Stands where an incident of this program says so, before the room.
const DISPLAY: &str = "AVOps";

/// What closes an incident where nobody says how it was solved: the instance asks for something.
const CLOSED: &str = "Closed by AVOps";

/// Incidents of one instance.
pub(crate) struct ServiceNowTickets {
    session: Option<Session>,
    close_code: String,
    hold_reason: Option<String>,
}

impl ServiceNowTickets {
    pub(crate) fn new(supplies: &Supplies, settings: &Settings) -> Result<Self, Error> {
        Ok(Self {
            session: Session::new(supplies, settings)?,
            close_code: settings.text("close_code").unwrap_or_default().to_owned(),
            hold_reason: settings.text("hold_reason").map(str::to_owned),
        })
    }

    fn session(&self) -> Result<&Session, TicketError> {
        self.session.as_ref().ok_or_else(|| {
            TicketError::NotAllowed(format!(
                "servicenow has no address or no credentials: {MISSING}"
            ))
        })
    }

    async fn create(
        &self,
        session: &Session,
        key: &str,
        new: New<'_>,
        deadline: Deadline,
    ) -> Result<Record, ToolError> {
        let mark = mark(key, 0);
        let mut fields = Map::new();
        put(&mut fields, "short_description", Some(new.title));
        put(&mut fields, "description", Some(new.description));
        weigh(&mut fields, Some(new.priority.unwrap_or("medium")));
        let display = match new.room {
            Some(room) => format!("{DISPLAY}: {room}"),
            None => DISPLAY.to_owned(),
        };
        put(&mut fields, "correlation_id", Some(&mark));
        put(&mut fields, "correlation_display", Some(&display));
        if let Some(assignee) = new.assignee {
            let user = user(session, assignee, deadline).await?;
            put(&mut fields, "assigned_to", Some(&user));
        }
        table(session).create(&mark, &fields, deadline).await
    }

    /// Sets the fields of an update.
    async fn update(
        &self,
        session: &Session,
        record: &Record,
        change: TicketChange,
        deadline: Deadline,
    ) -> Result<Record, ToolError> {
        let TicketChange::Update {
            title,
            description,
            priority,
            assignee,
            status,
            ..
        } = change
        else {
            return table(session).get(record.text("sys_id"), deadline).await;
        };
        if status_of(record) == "closed" && status.as_deref() != Some("open") {
            return Err(ToolError::Refused {
                message: format!(
                    "{} is closed; set its status to `open` to take it up again",
                    record.text("number")
                ),
                hint: None,
            });
        }
        let mut fields = Map::new();
        put(&mut fields, "short_description", title.as_deref());
        put(&mut fields, "description", description.as_deref());
        weigh(&mut fields, priority.as_deref());
        if let Some(assignee) = assignee {
            let user = user(session, &assignee, deadline).await?;
            put(&mut fields, "assigned_to", Some(&user));
        }
        let state = match status.as_deref() {
            Some("open") => Some("1"),
            Some("in_progress") => Some("2"),
            Some("on_hold") => Some("3"),
            _ => None,
        };
        put(&mut fields, "state", state);
        if state == Some("3") {
            put(&mut fields, "hold_reason", self.hold_reason.as_deref());
        }
        let sys_id = record.text("sys_id");
        table(session).change(sys_id, &fields, deadline).await
    }

    async fn close(
        &self,
        session: &Session,
        record: &Record,
        resolution: Option<&str>,
        deadline: Deadline,
    ) -> Result<Record, ToolError> {
        let sys_id = record.text("sys_id");
        if status_of(record) == "closed" {
            return table(session).get(sys_id, deadline).await;
        }
        let mut fields = Map::new();
        put(&mut fields, "state", Some("6"));
        put(&mut fields, "close_code", Some(&self.close_code));
        put(
            &mut fields,
            "close_notes",
            Some(resolution.unwrap_or(CLOSED)),
        );
        table(session).change(sys_id, &fields, deadline).await
    }
}

/// A ticket to be made.
struct New<'n> {
    title: &'n str,
    description: &'n str,
    priority: Option<&'n str>,
    room: Option<&'n str>,
    assignee: Option<&'n str>,
}

#[async_trait]
impl TicketStore for ServiceNowTickets {
    async fn change(
        &self,
        key: &str,
        change: TicketChange,
        _at: Timestamp,
        timeout: Duration,
    ) -> Result<Ticket, TicketError> {
        let deadline = Deadline::after(timeout);
        let session = self.session()?;
        let found = match &change {
            TicketChange::Create {
                title,
                description,
                priority,
                room,
                assignee,
            } => {
                let new = New {
                    title,
                    description,
                    priority: priority.as_deref(),
                    room: room.as_deref(),
                    assignee: assignee.as_deref(),
                };
                let made = self.create(session, key, new, deadline).await;
                return ticket(session, &made.map_err(told)?, deadline).await;
            }
            TicketChange::Update { id, .. }
            | TicketChange::Comment { id, .. }
            | TicketChange::Close { id, .. } => table(session).get(id, deadline).await,
        };
        let found = found.map_err(before_acting).map_err(told)?;
        let after = match change {
            TicketChange::Comment { text, .. } => {
                comment(session, &found, key, &text, deadline).await
            }
            TicketChange::Close { resolution, .. } => {
                self.close(session, &found, resolution.as_deref(), deadline)
                    .await
            }
            update => self.update(session, &found, update, deadline).await,
        };
        ticket(session, &after.map_err(told)?, deadline).await
    }

    async fn get(&self, id: &str, timeout: Duration) -> Result<Ticket, TicketError> {
        let deadline = Deadline::after(timeout);
        let session = self.session()?;
        let found = table(session).get(id, deadline).await.map_err(told)?;
        ticket(session, &found, deadline).await
    }

    /// Reads one incident: that proves address, credentials and the right to the table.
    async fn health(&self) -> Result<String, String> {
        let session = self.session().map_err(|error| error.to_string())?;
        let deadline = Deadline::after(HEALTH_TIMEOUT);
        let found = table(session).find("number=INC0000001", deadline).await;
        found
            .map(|_| "servicenow shows its incidents".to_owned())
            .map_err(|error| error.to_string())
    }
}

fn table(session: &Session) -> Table<'_> {
    Table {
        session,
        name: "incident",
        fields: "sys_id,number,short_description,description,state,impact,urgency,assigned_to,assigned_to.user_name,\
                 hold_reason,close_code,close_notes,correlation_id,correlation_display,sys_created_on,sys_updated_on",
        marked: Marked::Field("correlation_id"),
    }
}

/// The `sys_id` of a user by name or e-mail address. Only what cannot be an operator goes into a query.
async fn user(session: &Session, wanted: &str, deadline: Deadline) -> Result<String, ToolError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '@' | '+');
    let refused = |message: String| ToolError::Refused {
        message,
        hint: Some(
            "give the user name or the e-mail address of somebody whom the instance knows"
                .to_owned(),
        ),
    };
    if wanted.is_empty() || !wanted.chars().all(plain) {
        return Err(refused(format!(
            "`{wanted}` is no user name; nothing was sent"
        )));
    }
    if is_sys_id(wanted) {
        return Ok(wanted.to_owned());
    }
    let users = Table {
        session,
        name: "sys_user",
        fields: "sys_id,user_name,email",
        marked: Marked::Field("user_name"),
    };
    for field in ["user_name", "email"] {
        let found = users.find(&format!("{field}={wanted}"), deadline).await;
        let found = found.map_err(before_acting)?;
        let is_it = |record: &&Record| record.text(field).eq_ignore_ascii_case(wanted);
        if let Some(user) = found.iter().find(is_it) {
            return Ok(user.text("sys_id").to_owned());
        }
    }
    Err(refused(format!(
        "servicenow knows no user `{wanted}`; nothing was changed"
    )))
}

/// Impact and urgency from which an instance computes the priority.
fn weigh(fields: &mut Map<String, serde_json::Value>, priority: Option<&str>) {
    let (impact, urgency) = match priority {
        Some("critical") => ("1", "1"),
        Some("high") => ("1", "2"),
        Some("medium") => ("2", "2"),
        Some("low") => ("3", "3"),
        _ => return,
    };
    put(fields, "impact", Some(impact));
    put(fields, "urgency", Some(urgency));
}

fn priority_of(record: &Record) -> &'static str {
    let level = |field: &str| record.text(field).parse().unwrap_or(3_u8);
    match level("impact") + level("urgency") {
        0..=2 => "critical",
        3 => "high",
        4 => "medium",
        _ => "low",
    }
}

fn status_of(record: &Record) -> &str {
    match record.text("state") {
        "1" => "open",
        "2" => "in_progress",
        "3" => "on_hold",
        "6" | "7" | "8" => "closed",
        other => other,
    }
}

/// Times of an instance are in GMT and say so nowhere.
fn moment(text: &str) -> Timestamp {
    DateTime::strptime("%Y-%m-%d %H:%M:%S", text)
        .and_then(|at| at.to_zoned(TimeZone::UTC))
        .map(|at| at.timestamp())
        .unwrap_or_default()
}

fn journal(session: &Session) -> Table<'_> {
    Table {
        session,
        name: "sys_journal_field",
        fields: "element_id,element,value,sys_created_on",
        marked: Marked::Within("value"),
    }
}

/// What was written to the journal of comments, oldest first.
async fn comments(
    session: &Session,
    sys_id: &str,
    deadline: Deadline,
) -> Result<Vec<(String, Timestamp)>, ToolError> {
    if !is_sys_id(sys_id) {
        return Ok(Vec::new());
    }
    let query = format!("element_id={sys_id}^element=comments");
    let rows = journal(session).find(&query, deadline).await?;
    let mut found: Vec<(String, Timestamp)> = rows
        .iter()
        .filter(|row| row.text("element_id") == sys_id && row.text("element") == "comments")
        .map(|row| {
            (
                row.text("value").to_owned(),
                moment(row.text("sys_created_on")),
            )
        })
        .collect();
    found.sort_by_key(|(_, at)| *at);
    Ok(found)
}

/// Adds a comment, unless its mark is in the journal already.
async fn comment(
    session: &Session,
    record: &Record,
    key: &str,
    text: &str,
    deadline: Deadline,
) -> Result<Record, ToolError> {
    let (sys_id, mark) = (record.text("sys_id"), format!("[{}]", mark(key, 0)));
    let there = comments(session, sys_id, deadline)
        .await
        .map_err(before_acting)?;
    if !there.iter().any(|(text, _)| text.contains(&mark)) {
        let marked = format!("{text}\n\n{mark}");
        table(session)
            .append(sys_id, "comments", &marked, deadline)
            .await?;
    }
    table(session).get(sys_id, deadline).await
}

/// The incident as a ticket.
async fn ticket(
    session: &Session,
    record: &Record,
    deadline: Deadline,
) -> Result<Ticket, TicketError> {
    let some = |field: &str| Some(record.text(field).to_owned()).filter(|text| !text.is_empty());
    let written = comments(session, record.text("sys_id"), deadline).await;
    // The change is made; what cannot be read beside it now can be read later.
    let written = written.map_err(|error| TicketError::Unknown(error.to_string()))?;
    let room = record.text("correlation_display").strip_prefix(DISPLAY);
    let room = room.and_then(|rest| rest.strip_prefix(": "));
    Ok(Ticket {
        id: record.text("number").to_owned(),
        title: record.text("short_description").to_owned(),
        description: record.text("description").to_owned(),
        priority: priority_of(record).to_owned(),
        room: room.map(str::to_owned),
        assignee: some("assigned_to.user_name"),
        status: status_of(record).to_owned(),
        resolution: some("close_notes").filter(|_| status_of(record) == "closed"),
        comments: written
            .into_iter()
            .map(|(text, at)| Comment {
                text: unmarked(&text).to_owned(),
                at,
            })
            .collect(),
        created_at: moment(record.text("sys_created_on")),
        updated_at: moment(record.text("sys_updated_on")),
        url: described(session, "incident", record)["url"]
            .as_str()
            .map(str::to_owned),
    })
}

/// A comment without the mark that this program put behind it.
fn unmarked(text: &str) -> &str {
    match text.rfind("\n\n[avops:") {
        Some(end) if text.ends_with(']') => text.get(..end).unwrap_or(text),
        _ => text,
    }
}

fn told(error: ToolError) -> TicketError {
    match error {
        ToolError::NotSent { message, .. } => TicketError::Unavailable(message),
        ToolError::Refused { message, .. } => TicketError::NotAllowed(message),
        ToolError::Unknown { message } => TicketError::Unknown(message),
    }
}
