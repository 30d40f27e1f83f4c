//! The times of a trigger before it is saved.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Trigger;
use crate::hooks::{Mapping, TriedMessage};
use crate::schedule::Times;
use crate::{Actor, App, Error, Permission};

/// So many times are shown.
const SHOWN: usize = 10;

/// A trigger that somebody thinks about.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewRequest {
    /// The trigger.
    pub trigger: Trigger,
    /// A message, to see what a webhook would make of it.
    #[serde(default)]
    pub event: Option<Value>,
}

/// What it would mean.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Preview {
    /// The trigger in words.
    pub words: String,
    /// The next ten times, were it saved now.
    pub times: Vec<Timestamp>,
    /// What is easily misread about it.
    pub notes: Vec<String>,
    /// What the message that was sent along would do.
    pub tried: Option<TriedMessage>,
}

/// Says when a trigger would start a workflow, were it saved now.
///
/// # Errors
/// [`Error::BadInput`] for a trigger that cannot be.
pub fn preview(app: &App, by: &Actor, request: &PreviewRequest) -> Result<Preview, Error> {
    by.require(Permission::See)?;
    let now = app.now();
    let times = Times::of(&request.trigger, now)?.next(now, SHOWN);
    let mut notes = Vec::new();
    if let Trigger::Cron { expression, .. } = &request.trigger {
        let fields: Vec<&str> = expression.split_whitespace().collect();
        if let [_, _, day, _, weekday] = fields[..]
            && day != "*"
            && day != "?"
            && weekday != "*"
            && weekday != "?"
        {
            notes.push(
                "both day fields are restricted: it comes on the days of the month and on the days of the week"
                    .to_owned(),
            );
        }
        if times.is_empty() {
            notes.push("this time never comes: look at the day and the month".to_owned());
        }
    }
    let mapping = Mapping::of(&request.trigger)?;
    let tried = mapping
        .zip(request.event.clone())
        .map(|(mapping, event)| mapping.tried(event, now));
    Ok(Preview {
        tried,
        words: request.trigger.in_words(),
        times,
        notes,
    })
}
