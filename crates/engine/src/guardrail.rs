//! Limits: how long a run, a call and a wait may take, and when act may run.

use std::time::Duration;

use avops_recipe::{Guardrails, MaintenanceWindow, Step};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};

/// For how long a run may be active when its recipe does not say.
const RUN_LIMIT: Duration = Duration::from_hours(24);
/// For how long one call may take when nobody says.
const CALL_LIMIT: Duration = Duration::from_mins(1);
/// For how long is polled when nobody says.
const POLL_LIMIT: Duration = Duration::from_mins(10);
/// For how long an approval can be given when nobody says.
const APPROVAL_LIMIT: Duration = Duration::from_hours(1);
/// For how long a run waits for any other deed of a person.
const PERSON_LIMIT: Duration = Duration::from_hours(30 * 24);
/// For how long a destructive call waits until nobody would be harmed, when nobody says.
const HARM_LIMIT: Duration = Duration::from_hours(1);
/// How often is asked again whether somebody would be harmed.
pub(crate) const HARM_POLL: Duration = Duration::from_secs(15);
/// How often a run that waits for a window or the end of a freeze looks whether it still holds.
pub(crate) const LOOK_AGAIN: Duration = Duration::from_mins(1);
/// For how long the answer counts.
pub(crate) const HARM_ANSWER_COUNTS: Duration = Duration::from_secs(10);

/// For how long a run may be active, waits for people and windows not counted, in milliseconds.
pub(crate) fn run_limit_ms(guardrails: &Guardrails) -> u64 {
    let limit = guardrails.timeout.unwrap_or(RUN_LIMIT);
    u64::try_from(limit.as_millis()).unwrap_or(u64::MAX)
}

/// For how long one call of a step may take.
pub(crate) fn call_limit(step: &Step, guardrails: &Guardrails) -> Duration {
    let own = step.timeout.filter(|_| step.until.is_none());
    own.or(guardrails.step_timeout).unwrap_or(CALL_LIMIT)
}

/// For how long a step polls.
pub(crate) fn poll_limit(step: &Step, guardrails: &Guardrails) -> Duration {
    step.timeout
        .or(guardrails.step_timeout)
        .unwrap_or(POLL_LIMIT)
}

/// For how long an approval can be given.
pub(crate) fn approval_limit(step: &Step) -> Duration {
    step.timeout.unwrap_or(APPROVAL_LIMIT)
}

/// For how long a person can answer anything else.
pub(crate) fn person_limit(step: &Step) -> Duration {
    step.timeout.unwrap_or(PERSON_LIMIT)
}

/// For how long a destructive call waits until nobody would be harmed.
pub(crate) fn harm_limit(step: &Step, guardrails: &Guardrails) -> Duration {
    let limits = [step.timeout, guardrails.step_timeout, guardrails.timeout];
    limits.into_iter().flatten().next().unwrap_or(HARM_LIMIT)
}

/// `duration` after `at`, or as late as can be said.
pub(crate) fn later(at: Timestamp, duration: Duration) -> Timestamp {
    SignedDuration::try_from(duration)
        .ok()
        .and_then(|duration| at.checked_add(duration).ok())
        .unwrap_or(Timestamp::MAX)
}

/// `duration` before `at`, or as early as can be said.
pub(crate) fn earlier(at: Timestamp, duration: Duration) -> Timestamp {
    SignedDuration::try_from(duration)
        .ok()
        .and_then(|duration| at.checked_sub(duration).ok())
        .unwrap_or(Timestamp::MIN)
}

/// Returns when the window next opens, or `None` when it is open at `now`.
///
/// Local times that a change of clocks skips or repeats are taken as jiff's compatible rule takes them.
pub(crate) fn opens_at(
    window: &MaintenanceWindow,
    zone: &str,
    now: Timestamp,
) -> Result<Option<Timestamp>, jiff::Error> {
    let zone = TimeZone::get(zone)?;
    let today = now.to_zoned(zone.clone()).date();
    let mut opens: Option<Timestamp> = None;
    // From yesterday, whose window may reach over midnight, to the same weekday of next week.
    for offset in -1..=8 {
        let day = today.checked_add(Span::new().days(offset))?;
        let weekday = day.weekday().to_monday_one_offset().unsigned_abs();
        if !window.days.is_empty() && !window.days.contains(&weekday) {
            continue;
        }
        let start = instant(day, window.start, &zone)?;
        let last_day = if window.end <= window.start {
            day.tomorrow()?
        } else {
            day
        };
        let end = instant(last_day, window.end, &zone)?;
        if start <= now && now < end {
            return Ok(None);
        }
        if start > now && opens.is_none_or(|found| start < found) {
            opens = Some(start);
        }
    }
    Ok(opens)
}

fn instant(day: Date, minutes: u16, zone: &TimeZone) -> Result<Timestamp, jiff::Error> {
    let hour = i8::try_from(minutes / 60 % 24).unwrap_or(0);
    let minute = i8::try_from(minutes % 60).unwrap_or(0);
    let time = Time::new(hour, minute, 0, 0)?;
    Ok(day.to_datetime(time).to_zoned(zone.clone())?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(days: &[u8], start: u16, end: u16, tz: &str) -> MaintenanceWindow {
        MaintenanceWindow {
            days: days.to_vec(),
            start: start * 60,
            end: end * 60,
            tz: tz.to_owned(),
        }
    }

    #[test]
    fn a_window_says_when_it_opens_next() {
        let night = window(&[], 20, 6, "Europe/Paris");
        let monday_night = window(&[1], 20, 6, "Europe/Paris");
        let noon = window(&[], 12, 13, "UTC");
        // 2026-11-24 is a Tuesday; Paris is one hour ahead of UTC in winter.
        let cases = [
            (&night, "2026-11-24T18:59:59Z", Some("2026-11-24T19:00:00Z")),
            (&night, "2026-11-24T19:00:00Z", None),
            (&night, "2026-11-25T04:59:59Z", None),
            (&night, "2026-11-25T05:00:00Z", Some("2026-11-25T19:00:00Z")),
            (&monday_night, "2026-11-24T04:00:00Z", None),
            (
                &monday_night,
                "2026-11-24T12:00:00Z",
                Some("2026-11-30T19:00:00Z"),
            ),
            (&noon, "2026-11-24T13:00:00Z", Some("2026-11-25T12:00:00Z")),
            // The clocks go forward at 02:00 on 2026-03-29: the window is an hour shorter.
            (&night, "2026-03-29T03:59:59Z", None),
            (&night, "2026-03-29T04:00:00Z", Some("2026-03-29T18:00:00Z")),
        ];
        for (window, now, expected) in cases {
            let opens = opens_at(window, &window.tz, now.parse().unwrap()).unwrap();
            let expected = expected.map(|at| at.parse::<Timestamp>().unwrap());
            assert_eq!(opens, expected, "at {now}");
        }
        let nowhere = window(&[], 1, 2, "Europe/Nowhere");
        assert!(opens_at(&nowhere, &nowhere.tz, Timestamp::UNIX_EPOCH).is_err());
    }
}
