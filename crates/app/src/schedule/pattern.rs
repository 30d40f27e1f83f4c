//! The times of a cron expression in a time zone, over changes of the clock.
//!
//! The library matches civil times; this file maps them to instants:
//! a fixed local time that does not exist (spring) comes at the first instant after the gap, one that exists twice
//! (autumn) comes once, the first time. A pattern whose minute or hour field begins with `*` repeats, and follows elapsed
//! time: it comes whenever a clock on the wall shows a time of it.

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Span, Timestamp};

use crate::Error;

/// No clock on a wall was ever turned by more: an island that changes sides of the date line skips a day.
const LONGEST_TURN: SignedDuration = SignedDuration::from_hours(26);

/// Longest expression, in characters.
const LONGEST_EXPRESSION: usize = 200;

/// A cron expression in a zone.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    cron: Cron,
    zone: TimeZone,
    /// Whether it follows elapsed time.
    repeats: bool,
}

impl Pattern {
    /// Reads an expression of five fields (or `@daily` and the like) and the IANA name of a zone.
    ///
    /// # Errors
    /// [`Error::BadInput`] for an expression that cannot be read, and for an unknown zone.
    pub(crate) fn new(expression: &str, zone: &str) -> Result<Self, Error> {
        let expression = expression.trim();
        let example = "five fields: minute, hour, day of month, month, day of week; \
             for example `0 8 * * MON-FRI` for eight o'clock on working days";
        if expression.len() > LONGEST_EXPRESSION {
            return Err(Error::bad_input(
                format!("a cron expression has at most {LONGEST_EXPRESSION} characters"),
                example,
            ));
        }
        let parser = CronParser::builder()
            .seconds(Seconds::Disallowed)
            .year(Year::Disallowed)
            .build();
        let cron = parser.parse(expression).map_err(|error| {
            Error::bad_input(
                format!("{expression:?} is no cron expression: {error}"),
                example,
            )
        })?;
        let zone = zone_named(zone)?;
        Ok(Self {
            repeats: repeats(expression),
            cron,
            zone,
        })
    }

    /// The first time after `after`; absent when none comes (30 February).
    pub(crate) fn after(&self, after: Timestamp) -> Option<Timestamp> {
        let seen = self.zone.to_datetime(after);
        let civil = self.civil_after(seen, false)?;
        let simple = self.zone.to_ambiguous_timestamp(civil);
        if let AmbiguousOffset::Unambiguous { .. } = simple.offset()
            && let Ok(instant) = simple.unambiguous()
            && instant > after
            && !self.turns_between(
                after.checked_sub(LONGEST_TURN).unwrap_or(Timestamp::MIN),
                instant,
            )
        {
            return Some(instant);
        }
        self.after_near_a_turn(after, seen)
    }

    /// States whether the clock is turned after `from` and not after `to`.
    fn turns_between(&self, from: Timestamp, to: Timestamp) -> bool {
        self.zone
            .following(from)
            .next()
            .is_some_and(|turn| turn.timestamp() <= to)
    }

    /// Looks at every civil time that could be the next one, where the clock is turned nearby.
    fn after_near_a_turn(&self, after: Timestamp, seen: DateTime) -> Option<Timestamp> {
        let turn = Span::try_from(LONGEST_TURN).ok()?;
        let mut civil = self.civil_after(seen.checked_sub(turn).ok()?, true)?;
        let mut best: Option<Timestamp> = None;
        loop {
            let next = self
                .instants(civil)
                .into_iter()
                .flatten()
                .filter(|instant| *instant > after)
                .min();
            best = match (best, next) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (one, other) => one.or(other),
            };
            // Nothing that is later on the wall by more than the longest turn can come before.
            if let Some(best) = best
                && civil > self.zone.to_datetime(best).checked_add(turn).ok()?
            {
                return Some(best);
            }
            match self.civil_after(civil, false) {
                Some(next) => civil = next,
                None => return best,
            }
        }
    }

    /// The instants at which this pattern comes for a civil time of it.
    fn instants(&self, civil: DateTime) -> [Option<Timestamp>; 2] {
        let mapped = self.zone.to_ambiguous_timestamp(civil);
        match mapped.offset() {
            AmbiguousOffset::Unambiguous { offset } => [offset.to_timestamp(civil).ok(), None],
            AmbiguousOffset::Gap { .. } if self.repeats => [None, None],
            AmbiguousOffset::Gap { before, .. } => [self.end_of_gap(civil, before), None],
            AmbiguousOffset::Fold { before, after } => [
                before.to_timestamp(civil).ok(),
                if self.repeats {
                    after.to_timestamp(civil).ok()
                } else {
                    None
                },
            ],
        }
    }

    /// The first instant after the gap in which a civil time lies.
    fn end_of_gap(&self, civil: DateTime, before: jiff::tz::Offset) -> Option<Timestamp> {
        // By the clock before the turn, the civil time comes after the turn: the turn is the last before it.
        let skipped = before.to_timestamp(civil).ok()?;
        let just_after = skipped.checked_add(SignedDuration::from_nanos(1)).ok()?;
        self.zone
            .preceding(just_after)
            .next()
            .map(|turn| turn.timestamp())
    }

    fn civil_after(&self, civil: DateTime, inclusive: bool) -> Option<DateTime> {
        self.cron.find_next_occurrence(&civil, inclusive).ok()
    }
}

/// The zone of this IANA name.
///
/// # Errors
/// [`Error::BadInput`].
pub(crate) fn zone_named(name: &str) -> Result<TimeZone, Error> {
    TimeZone::get(name.trim()).map_err(|_| {
        Error::bad_input(
            format!("there is no time zone {name:?}"),
            "give the IANA name, for example Europe/Paris, America/New_York or UTC",
        )
    })
}

/// States whether the minute or the hour field begins with `*`.
fn repeats(expression: &str) -> bool {
    let mut fields = expression.split_whitespace();
    let (minute, hour) = (fields.next().unwrap_or(""), fields.next());
    match hour {
        Some(hour) => minute.starts_with('*') || hour.starts_with('*'),
        None => minute.eq_ignore_ascii_case("@hourly"),
    }
}

#[cfg(test)]
mod every_zone;

#[cfg(test)]
mod tests {
    use super::*;

    fn times(expression: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
        let pattern = Pattern::new(expression, zone).unwrap();
        let mut at: Timestamp = after.parse().unwrap();
        let mut found = Vec::new();
        for _ in 0..count {
            at = pattern.after(at).unwrap();
            found.push(at.to_string());
        }
        found
    }

    #[test]
    fn a_time_that_spring_skips_comes_right_after_the_gap() {
        assert_eq!(
            times("30 2 * * *", "Europe/Paris", "2026-03-28T12:00:00Z", 2),
            ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]
        );
    }

    #[test]
    fn several_times_in_one_gap_come_once() {
        assert_eq!(
            times("0,30 2 * * *", "Europe/Paris", "2026-03-28T12:00:00Z", 2),
            ["2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"]
        );
    }

    #[test]
    fn a_time_that_autumn_repeats_comes_once_the_first_time() {
        assert_eq!(
            times("30 2 * * *", "Europe/Paris", "2026-10-24T12:00:00Z", 2),
            ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]
        );
    }

    #[test]
    fn a_repeating_pattern_follows_elapsed_time() {
        assert_eq!(
            times("*/30 * * * *", "Europe/Paris", "2026-10-25T00:00:00Z", 5),
            [
                "2026-10-25T00:30:00Z",
                "2026-10-25T01:00:00Z",
                "2026-10-25T01:30:00Z",
                "2026-10-25T02:00:00Z",
                "2026-10-25T02:30:00Z",
            ]
        );
        assert_eq!(
            times("0 * * * *", "Europe/Paris", "2026-03-29T00:30:00Z", 2),
            ["2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"]
        );
    }

    #[test]
    fn a_lost_day_is_made_up_for_at_its_end() {
        assert_eq!(
            times("0 9 * * *", "Pacific/Apia", "2011-12-29T12:00:00Z", 3),
            [
                "2011-12-29T19:00:00Z",
                "2011-12-30T10:00:00Z",
                "2011-12-30T19:00:00Z",
            ]
        );
    }

    #[test]
    fn what_never_comes_is_absent() {
        let pattern = Pattern::new("0 0 30 2 *", "UTC").unwrap();
        assert_eq!(pattern.after("2026-01-01T00:00:00Z".parse().unwrap()), None);
    }

    #[test]
    fn seconds_years_and_unknown_zones_are_refused_with_an_example() {
        for (expression, zone) in [
            ("* * * * * *", "UTC"),
            ("61 * * * *", "UTC"),
            ("", "UTC"),
            ("0 8 * * *", "Europe/Atlantis"),
        ] {
            let refused = Pattern::new(expression, zone).unwrap_err();
            assert!(
                matches!(refused, Error::BadInput { hint: Some(_), .. }),
                "{refused}"
            );
        }
    }
}
