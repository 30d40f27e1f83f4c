//! What surrounds runs and changes beside them: rooms, by whatever people call them, and days on which nothing is changed.

use std::fmt::Debug;
use std::sync::Arc;

use avops_recipe::{Calendars, Effect};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::tool::Mode;

/// Inputs that name the room of a run, the first that is given counts.
const ROOM_INPUTS: [&str; 5] = ["room", "room_id", "room_email", "room_name", "zoom_room"];

/// The room that a run is about, as the directory had it when the run's inputs were complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunRoom {
    /// Its id in the directory.
    pub id: String,
    /// Display name.
    pub name: String,
    /// The site it is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// IANA time zone of the room, or of its site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

/// Days on which act changes nothing: a freeze, holidays, the week of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// Its name, unique without case.
    pub name: String,
    /// Whether it holds for every recipe, or only for those that name it.
    #[serde(default)]
    pub applies: Applies,
    /// What is not done on its days.
    #[serde(default)]
    pub closes: Closes,
    /// Only for rooms on these sites; for all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<String>,
    /// IANA time zone in which its days begin and end; that of the run's room when absent, UTC where nobody knows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Its days.
    #[serde(default)]
    pub days: Vec<ClosedDays>,
}

/// Days in a row of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosedDays {
    /// Why: `Labour Day`, `commencement week`.
    pub name: String,
    /// The first day.
    #[schemars(with = "String")]
    pub from: Date,
    /// The last day, itself included.
    #[schemars(with = "String")]
    pub to: Date,
}

/// For which recipes a calendar holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Applies {
    /// For every recipe that does not say `calendars: none`.
    #[default]
    EveryRecipe,
    /// For recipes that name it.
    Named,
}

/// What is not done on the days of a calendar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Closes {
    /// Calls that interrupt people or cannot be put back.
    #[default]
    Destructive,
    /// Every call that changes something.
    Changes,
}

/// Gives the engine what it must know of the world around a run.
pub trait Surroundings: Send + Sync + Debug {
    /// The room that people call `wanted`: its id, name, e-mail address or alias. `None` where there is none, or several.
    fn room(&self, mode: Mode, wanted: &str) -> Option<RunRoom>;

    /// The calendars as they are now.
    fn calendars(&self) -> Arc<[Calendar]>;
}

/// Surroundings without rooms and calendars.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nowhere;

impl Surroundings for Nowhere {
    fn room(&self, _mode: Mode, _wanted: &str) -> Option<RunRoom> {
        None
    }

    fn calendars(&self) -> Arc<[Calendar]> {
        Arc::default()
    }
}

/// The text of the first input that names a room.
pub(crate) fn room_input(inputs: &serde_json::Map<String, serde_json::Value>) -> Option<&str> {
    ROOM_INPUTS
        .iter()
        .find_map(|name| inputs.get(*name)?.as_str())
}

/// A day on which a call is not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Closed {
    /// Why, for people.
    pub(crate) why: String,
    /// When it may be made.
    pub(crate) until: Timestamp,
}

/// Says until when calendars stand in the way of a call with this effect; `None` when none does.
///
/// # Errors
/// What is wrong with the calendars: a name that leads nowhere, or an unknown time zone.
pub(crate) fn closed(
    calendars: &[Calendar],
    chosen: &Calendars,
    room: Option<&RunRoom>,
    effect: Effect,
    now: Timestamp,
) -> Result<Option<Closed>, String> {
    let named: &[String] = match chosen {
        Calendars::Ignored => return Ok(None),
        Calendars::OfWorkspace => &[],
        Calendars::AlsoNamed(names) => names,
    };
    for name in named {
        if !calendars.iter().any(|calendar| same(&calendar.name, name)) {
            return Err(format!(
                "guardrails.calendars: there is no calendar `{name}`"
            ));
        }
    }
    let holds = |calendar: &&Calendar| {
        let chosen = calendar.applies == Applies::EveryRecipe
            || named.iter().any(|name| same(&calendar.name, name));
        let strict = calendar.closes == Closes::Changes || effect == Effect::Destructive;
        let site = room.and_then(|room| room.site.as_deref());
        let here = calendar.sites.is_empty()
            || site.is_some_and(|site| calendar.sites.iter().any(|other| same(other, site)));
        chosen && strict && here
    };
    let holding: Vec<&Calendar> = calendars.iter().filter(holds).collect();
    let mut found: Option<Closed> = None;
    // One freeze may begin where another ends: what counts is when the last of them is over.
    loop {
        let at = found.as_ref().map_or(now, |closed| closed.until);
        let mut next = None;
        for calendar in &holding {
            if let Some(until) = ends(calendar, room, at)? {
                next = Some((calendar, until));
                break;
            }
        }
        match next {
            Some((calendar, (days, until))) if until > at => {
                let why = found.map_or_else(
                    || format!("{} ({})", days.name, calendar.name),
                    |closed| closed.why,
                );
                found = Some(Closed { why, until });
            }
            _ => return Ok(found),
        }
    }
}

/// The days of the calendar that `at` lies in, and when they end.
fn ends<'c>(
    calendar: &'c Calendar,
    room: Option<&RunRoom>,
    at: Timestamp,
) -> Result<Option<(&'c ClosedDays, Timestamp)>, String> {
    let of_room = || room.and_then(|room| room.time_zone.as_deref());
    let name = calendar.time_zone.as_deref().or_else(of_room);
    let name = name.unwrap_or("UTC");
    let said = |error: jiff::Error| format!("calendar {}: {error}", calendar.name);
    let zone = TimeZone::get(name).map_err(said)?;
    let today = at.to_zoned(zone.clone()).date();
    for days in &calendar.days {
        if days.from <= today && today <= days.to {
            let after = days.to.tomorrow().map_err(said)?;
            let until = after.to_datetime(Time::midnight()).to_zoned(zone);
            return Ok(Some((days, until.map_err(said)?.timestamp())));
        }
    }
    Ok(None)
}

fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(name: &str, from: &str, to: &str) -> Calendar {
        Calendar {
            name: name.to_owned(),
            applies: Applies::EveryRecipe,
            closes: Closes::Destructive,
            sites: Vec::new(),
            time_zone: None,
            days: vec![ClosedDays {
                name: format!("days of {name}"),
                from: from.parse().unwrap(),
                to: to.parse().unwrap(),
            }],
        }
    }

    fn room(site: &str, time_zone: &str) -> RunRoom {
        RunRoom {
            id: "r1".to_owned(),
            name: "Room 1".to_owned(),
            site: Some(site.to_owned()),
            time_zone: Some(time_zone.to_owned()),
        }
    }

    fn until(
        calendars: &[Calendar],
        room: Option<&RunRoom>,
        effect: Effect,
        now: &str,
    ) -> Option<String> {
        closed(
            calendars,
            &Calendars::OfWorkspace,
            room,
            effect,
            now.parse().unwrap(),
        )
        .unwrap()
        .map(|closed| closed.until.to_string())
    }

    #[test]
    fn days_begin_and_end_where_the_room_is() {
        let freeze = [calendar("freeze", "2026-12-24", "2026-12-26")];
        let tokyo = room("tokyo", "Asia/Tokyo");
        let honolulu = room("hi", "Pacific/Honolulu");
        let at = "2026-12-23T15:30:00Z";
        let over = Some("2026-12-26T15:00:00Z".to_owned());
        assert_eq!(until(&freeze, Some(&tokyo), Effect::Destructive, at), over);
        assert_eq!(
            until(&freeze, Some(&honolulu), Effect::Destructive, at),
            None
        );
        assert_eq!(until(&freeze, None, Effect::Destructive, at), None, "UTC");
    }

    #[test]
    fn a_freeze_closes_what_it_says_where_it_says() {
        let mut freeze = calendar("freeze", "2026-12-24", "2026-12-26");
        let at = "2026-12-25T12:00:00Z";
        let over = Some("2026-12-27T00:00:00Z".to_owned());
        let hq = room("HQ", "UTC");
        let one = |calendar: &Calendar| [calendar.clone()];
        assert_eq!(until(&one(&freeze), Some(&hq), Effect::Write, at), None);
        freeze.closes = Closes::Changes;
        assert_eq!(until(&one(&freeze), Some(&hq), Effect::Write, at), over);
        freeze.sites = vec!["hq".to_owned()];
        assert_eq!(until(&one(&freeze), Some(&hq), Effect::Write, at), over);
        assert_eq!(until(&one(&freeze), None, Effect::Write, at), None);
        freeze.sites = vec!["west".to_owned()];
        assert_eq!(until(&one(&freeze), Some(&hq), Effect::Write, at), None);
    }

    #[test]
    fn what_begins_where_another_ends_is_one_wait() {
        let two = [
            calendar("second", "2026-12-27", "2027-01-01"),
            calendar("first", "2026-12-24", "2026-12-26"),
        ];
        let found = closed(
            &two,
            &Calendars::OfWorkspace,
            None,
            Effect::Destructive,
            "2026-12-24T08:00:00Z".parse().unwrap(),
        );
        let found = found.unwrap().unwrap();
        assert_eq!(found.until.to_string(), "2027-01-02T00:00:00Z");
        assert_eq!(found.why, "days of first (first)");
    }

    #[test]
    fn a_recipe_may_name_further_calendars_or_none() {
        let mut days = calendar("Exams", "2026-12-24", "2026-12-26");
        days.applies = Applies::Named;
        let days = [days];
        let at: Timestamp = "2026-12-25T12:00:00Z".parse().unwrap();
        let chosen = |chosen: &Calendars| closed(&days, chosen, None, Effect::Destructive, at);
        assert_eq!(chosen(&Calendars::OfWorkspace), Ok(None));
        assert_eq!(chosen(&Calendars::Ignored), Ok(None));
        let named = Calendars::AlsoNamed(vec!["exams".to_owned()]);
        assert!(chosen(&named).unwrap().is_some());
        let unknown = Calendars::AlsoNamed(vec!["Exam".to_owned()]);
        assert!(chosen(&unknown).unwrap_err().contains("`Exam`"));
    }
}
