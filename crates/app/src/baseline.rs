//! What incidents cost by hand, as a person estimates it, beside what runs really did.

use avops_engine::Mode;
use avops_store::Window;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::audit::{self, Deed};
use crate::{Actor, App, Error, Permission};

/// Under which key the store keeps it.
const BASELINE: &str = "baseline";
/// Runs are counted over so many weeks, up to now.
const WEEKS: u32 = 4;
/// Nobody pays in a longer word than this, in characters.
const CURRENCY_LIMIT: usize = 8;
/// A window ends just after now, so that a run accepted at this very instant is in it.
const MOMENT: SignedDuration = SignedDuration::from_millis(1);

/// The figures of a week without automation. Numbers are finite and not negative.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// Incidents a week; at most 100,000.
    pub incidents_a_week: f64,
    /// Minutes that a technician needs for one by hand; at most 10,000.
    pub minutes_by_hand: f64,
    /// What an hour of a technician costs; at most 1,000,000.
    pub technician_hour: f64,
    /// Share of the incidents that a recipe can take over, in percent, 0 to 100.
    pub automated_percent: f64,
    /// Meetings that one incident holds up; at most 1,000.
    pub meetings_affected: f64,
    /// People who wait in each of them; at most 10,000.
    pub people_waiting: f64,
    /// Minutes that they wait; at most 10,000.
    pub minutes_waited: f64,
    /// What an hour of one of them costs; at most 1,000,000.
    pub person_hour: f64,
    /// In what, for example `EUR`.
    pub currency: String,
}

/// The estimate and the measurement that it can be compared with.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BaselineView {
    /// What was saved; absent while nobody has.
    pub baseline: Option<Baseline>,
    /// When it was saved.
    pub updated_at: Option<Timestamp>,
    /// Who saved it.
    pub updated_by: Option<String>,
    /// What runs did.
    pub measured: Measured,
}

/// Runs that ended as `success`, without those that another run started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Measured {
    /// Since when they were counted: whole weeks, up to now.
    pub since: Timestamp,
    /// How many weeks that is.
    pub weeks: u32,
    /// On real systems.
    pub live: u64,
    /// In the simulated campus; these saved nobody anything.
    pub mock: u64,
}

/// Gives the saved figures and what was measured.
///
/// # Errors
/// [`Error::NotAllowed`].
pub async fn get(app: &App, by: &Actor) -> Result<BaselineView, Error> {
    by.require(Permission::See)?;
    view(app).await
}

/// Keeps the figures in the workspace's settings.
///
/// # Errors
/// [`Error::BadInput`] for a number out of its range; it names the field.
pub async fn save(app: &App, by: &Actor, baseline: Baseline) -> Result<BaselineView, Error> {
    by.require(Permission::ManageWorkspace)?;
    check(&baseline)?;
    let before = app.store.setting(BASELINE).await?;
    app.store
        .set_setting(BASELINE, &json!(baseline), &by.name, app.now())
        .await?;
    let mut deed = Deed::on("settings.change", BASELINE).after(&json!(baseline));
    if let Some(before) = before {
        deed = deed.before(&before.value);
    }
    audit::record(app, by, deed).await?;
    view(app).await
}

fn check(baseline: &Baseline) -> Result<(), Error> {
    let numbers = [
        ("incidents_a_week", baseline.incidents_a_week, 100_000.0),
        ("minutes_by_hand", baseline.minutes_by_hand, 10_000.0),
        ("technician_hour", baseline.technician_hour, 1_000_000.0),
        ("automated_percent", baseline.automated_percent, 100.0),
        ("meetings_affected", baseline.meetings_affected, 1_000.0),
        ("people_waiting", baseline.people_waiting, 10_000.0),
        ("minutes_waited", baseline.minutes_waited, 10_000.0),
        ("person_hour", baseline.person_hour, 1_000_000.0),
    ];
    for (field, value, most) in numbers {
        if !(0.0..=most).contains(&value) {
            return Err(Error::bad_input(
                format!("`{field}` cannot be {value}"),
                format!("give a number from 0 to {most}"),
            ));
        }
    }
    let currency = baseline.currency.trim();
    if currency.chars().count() > CURRENCY_LIMIT || currency.chars().any(char::is_control) {
        return Err(Error::bad_input(
            "`currency` is too long or holds control characters",
            format!("give at most {CURRENCY_LIMIT} characters, for example EUR"),
        ));
    }
    Ok(())
}

async fn view(app: &App) -> Result<BaselineView, Error> {
    let kept = app.store.setting(BASELINE).await?;
    let (updated_at, updated_by) = kept
        .as_ref()
        .map(|row| (row.updated_at, row.updated_by.clone()))
        .unzip();
    let baseline = kept
        .map(|row| serde_json::from_value(row.value))
        .transpose()
        .map_err(|error| Error::Internal(format!("the saved baseline cannot be read: {error}")))?;
    Ok(BaselineView {
        baseline,
        updated_at,
        updated_by,
        measured: measured(app).await?,
    })
}

async fn measured(app: &App) -> Result<Measured, Error> {
    let until = app.now() + MOMENT;
    let since = until - SignedDuration::from_hours(i64::from(WEEKS) * 7 * 24);
    let window = Window {
        since: Some(since),
        until,
    };
    let counts = app.store.successes(&window).await?;
    let count = |mode| {
        let found = counts.iter().find(|count| count.mode == mode);
        found.map_or(0, |count| count.runs)
    };
    Ok(Measured {
        since,
        weeks: WEEKS,
        live: count(Mode::Live),
        mock: count(Mode::Mock),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week() -> Baseline {
        Baseline {
            incidents_a_week: 10.0,
            minutes_by_hand: 30.0,
            technician_hour: 60.0,
            automated_percent: 50.0,
            meetings_affected: 1.0,
            people_waiting: 6.0,
            minutes_waited: 10.0,
            person_hour: 80.0,
            currency: "EUR".to_owned(),
        }
    }

    #[test]
    fn a_number_out_of_its_range_is_refused_by_its_name() {
        assert!(check(&week()).is_ok());
        for (number, refused) in [
            (-1.0, true),
            (f64::NAN, true),
            (101.0, true),
            (100.0, false),
        ] {
            let baseline = Baseline {
                automated_percent: number,
                ..week()
            };
            let said = check(&baseline);
            assert_eq!(said.is_err(), refused, "{number}");
            if let Err(error) = said {
                assert!(error.to_string().contains("automated_percent"), "{error}");
            }
        }
    }

    #[test]
    fn a_currency_is_a_short_word() {
        let baseline = Baseline {
            currency: "dollars and cents".to_owned(),
            ..week()
        };
        assert!(check(&baseline).is_err());
    }
}
