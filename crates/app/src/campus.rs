//! The simulated campus: how it is, and the faults that people switch on and off in it.

use avops_tools::campus::{Befalls, CampusThing, NotSwitched};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::audit::{self, Deed};
use crate::{Actor, App, Error, Permission};

/// The simulated campus at this moment.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CampusState {
    /// Whether calls reach it now: only in mock mode can faults be switched.
    pub in_use: bool,
    /// Rooms, devices and vendors, with what can go wrong with each.
    pub things: Vec<CampusThing>,
}

/// A fault to be switched.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FaultSwitch {
    /// What it befalls.
    pub befalls: Befalls,
    /// Which room, device or vendor.
    pub id: String,
    /// The fault's name.
    pub fault: String,
    /// Whether it shall happen.
    pub on: bool,
}

/// Shows the campus.
///
/// # Errors
/// [`Error::NotAllowed`].
pub fn look(app: &App, by: &Actor) -> Result<CampusState, Error> {
    by.require(Permission::See)?;
    Ok(CampusState {
        in_use: app.tools.mock(),
        things: app.tools.campus().things(),
    })
}

/// Switches a fault on or off.
///
/// # Errors
/// [`Error::NotFound`] when there is no such thing; [`Error::BadInput`] for an unknown fault; [`Error::Conflict`] unless
/// the workspace is in mock mode.
pub async fn switch(app: &App, by: &Actor, asked: FaultSwitch) -> Result<CampusState, Error> {
    by.require(Permission::Simulate)?;
    only_in_mock_mode(app)?;
    let campus = app.tools.campus();
    campus
        .switch(asked.befalls, &asked.id, &asked.fault, asked.on)
        .map_err(|refusal| match refusal {
            NotSwitched::NoSuchThing { what, id } => Error::NotFound {
                what,
                name: id,
                nearest: None,
            },
            NotSwitched::NoSuchFault { .. } => Error::BadInput {
                message: refusal.to_string(),
                hint: Some("`GET /api/v1/campus` shows what can be switched".to_owned()),
            },
        })?;
    let what = if asked.on {
        "campus.fault.on"
    } else {
        "campus.fault.off"
    };
    let object = format!(
        "{}/{}",
        json!(asked.befalls).as_str().unwrap_or_default(),
        asked.id
    );
    audit::record(app, by, Deed::on(what, object).because(Some(asked.fault))).await?;
    look(app, by)
}

/// Switches every fault off, and ends the meetings.
///
/// # Errors
/// [`Error::Conflict`] unless the workspace is in mock mode.
pub async fn mend(app: &App, by: &Actor) -> Result<CampusState, Error> {
    by.require(Permission::Simulate)?;
    only_in_mock_mode(app)?;
    app.tools.campus().mend();
    audit::record(app, by, Deed::on("campus.mend", "campus")).await?;
    look(app, by)
}

fn only_in_mock_mode(app: &App) -> Result<(), Error> {
    if app.tools.mock() {
        return Ok(());
    }
    Err(Error::Conflict {
        message: "the workspace is live, so nothing is simulated that could go wrong".to_owned(),
        hint: Some("turn mock mode on in Settings, then switch faults".to_owned()),
    })
}
