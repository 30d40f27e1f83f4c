//! Calendars of the workspace: days on which runs change nothing.

use avops_engine::Calendar;
use jiff::ToSpan as _;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::audit::{self, Deed};
use crate::{Actor, App, Error, Permission};

/// Under which key the store keeps them.
const SETTING: &str = "calendars";
/// Most calendars.
const MOST: usize = 100;
/// Most entries of one calendar.
const MOST_DAYS: usize = 500;
/// Longest name, in characters.
const LONGEST_NAME: usize = 80;

/// Gives all calendars, by name.
///
/// # Errors
/// [`Error::NotAllowed`].
pub async fn list(app: &App, by: &Actor) -> Result<Vec<Calendar>, Error> {
    by.require(Permission::See)?;
    read(app).await
}

/// Keeps a calendar, in the place of the one with the same name, and gives it as it is kept. Runs that wait for a day of it
/// to end look again within a minute.
///
/// # Errors
/// [`Error::BadInput`].
pub async fn save(app: &App, by: &Actor, calendar: Calendar) -> Result<Calendar, Error> {
    by.require(Permission::ManageWorkspace)?;
    let calendar = checked(calendar)?;
    let turn = app.calendars_turn.lock().await;
    let mut all = read(app).await?;
    let deed = Deed::on("calendar.save", calendar.name.clone()).after(&json!(calendar));
    let place = all
        .iter()
        .position(|other| same(&other.name, &calendar.name));
    let deed = match place {
        Some(place) => {
            let before = std::mem::replace(&mut all[place], calendar.clone());
            deed.before(&json!(before))
        }
        None if all.len() >= MOST => {
            return Err(Error::bad_input(
                format!("there are {MOST} calendars, and no more can be"),
                "put days of one kind into one calendar",
            ));
        }
        None => {
            all.push(calendar.clone());
            deed
        }
    };
    all.sort_by_key(|calendar| calendar.name.to_lowercase());
    keep(app, by, all).await?;
    audit::record(app, by, deed).await?;
    drop(turn);
    Ok(calendar)
}

/// Removes a calendar. Recipes that name it do not act until they name another.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn remove(app: &App, by: &Actor, name: &str) -> Result<(), Error> {
    by.require(Permission::ManageWorkspace)?;
    let turn = app.calendars_turn.lock().await;
    let mut all = read(app).await?;
    let place = all.iter().position(|calendar| same(&calendar.name, name));
    let Some(place) = place else {
        return Err(Error::NotFound {
            what: "calendar",
            name: name.to_owned(),
            nearest: all.first().map(|calendar| calendar.name.clone()),
        });
    };
    let gone = all.remove(place);
    keep(app, by, all).await?;
    let deed = Deed::on("calendar.remove", gone.name.clone()).before(&json!(gone));
    audit::record(app, by, deed).await?;
    drop(turn);
    Ok(())
}

/// Has runs see the calendars that are kept; called once at the start.
pub(crate) async fn apply(app: &App) -> Result<(), Error> {
    let all = read(app).await?;
    app.library.workplace().set_calendars(all);
    Ok(())
}

async fn read(app: &App) -> Result<Vec<Calendar>, Error> {
    let kept = app.store.setting(SETTING).await?;
    let kept = kept.map_or(Value::Array(Vec::new()), |row| row.value);
    serde_json::from_value(kept)
        .map_err(|error| Error::Internal(format!("the calendars cannot be read: {error}")))
}

async fn keep(app: &App, by: &Actor, all: Vec<Calendar>) -> Result<(), Error> {
    app.store
        .set_setting(SETTING, &json!(all), &by.name, app.now())
        .await?;
    app.library.workplace().set_calendars(all);
    Ok(())
}

fn checked(mut calendar: Calendar) -> Result<Calendar, Error> {
    calendar.name = calendar.name.trim().to_owned();
    let letters = calendar.name.chars().count();
    if letters == 0 || letters > LONGEST_NAME || calendar.name.chars().any(char::is_control) {
        return Err(Error::bad_input(
            format!("a calendar's name has 1 to {LONGEST_NAME} characters"),
            "for example `Holidays` or `Commencement freeze`",
        ));
    }
    if same(&calendar.name, "none") {
        return Err(Error::bad_input(
            "no calendar can be called `none`",
            "recipes say `calendars: none` when no calendar holds for them",
        ));
    }
    if let Some(zone) = &calendar.time_zone
        && TimeZone::get(zone).is_err()
    {
        return Err(Error::bad_input(
            format!("there is no time zone {zone:?}"),
            "give the IANA name, for example Europe/Paris; without one, the zone of the run's room counts",
        ));
    }
    if calendar.days.len() > MOST_DAYS {
        return Err(Error::bad_input(
            format!("a calendar has at most {MOST_DAYS} entries"),
            "leave out days that are over",
        ));
    }
    for days in &mut calendar.days {
        days.name = days.name.trim().to_owned();
        if days.name.is_empty() || days.name.chars().count() > LONGEST_NAME {
            return Err(Error::bad_input(
                format!(
                    "the days from {} on need a name of 1 to {LONGEST_NAME} characters",
                    days.from
                ),
                "it is what people read while a run waits, for example `Labour Day`",
            ));
        }
        let longest = days.from.checked_add(2.years());
        if days.to < days.from || longest.is_ok_and(|longest| days.to > longest) {
            return Err(Error::bad_input(
                format!("`{}` goes from {} to {}", days.name, days.from, days.to),
                "the last day comes after the first, by two years at most",
            ));
        }
    }
    calendar.days.sort_by_key(|days| days.from);
    Ok(calendar)
}

fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}
