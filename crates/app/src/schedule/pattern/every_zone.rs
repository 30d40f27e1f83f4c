//! Promise P14 in every time zone there is, against a model that knows nothing of offsets: a clock on the wall is watched
//! minute by minute.

use jiff::civil::DateTime;
use jiff::tz::{TimeZone, TimeZoneTransition};
use jiff::{Span, Timestamp};
use proptest::prelude::*;
use proptest::sample::Index;

use super::Pattern;

/// How far around a turn of the clock is looked, in minutes.
const AROUND: i64 = 4 * 60;

/// The turns of a zone's clock in the years that schedules are made for, and one in which an island lost a day.
fn turns(zone: &TimeZone) -> Vec<Timestamp> {
    let from: Timestamp = "2011-01-01T00:00:00Z".parse().unwrap_or(Timestamp::MIN);
    let to: Timestamp = "2037-12-31T00:00:00Z".parse().unwrap_or(Timestamp::MAX);
    zone.following(from)
        .map(|turn: TimeZoneTransition<'_>| turn.timestamp())
        .take_while(|at| *at < to)
        .collect()
}

fn minutes(at: Timestamp, minutes: i64) -> Timestamp {
    at.checked_add(Span::new().minutes(minutes)).unwrap_or(at)
}

/// What a person who watches the clock on the wall would write down: a fixed time is due when the wall first shows it or
/// jumps over it; a repeating one whenever the wall shows it.
fn watched(pattern: &Pattern, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
    let wall = |at: Timestamp| pattern.zone.to_datetime(at);
    let is_time = |civil: DateTime| pattern.cron.is_time_matching(&civil).unwrap_or(false);
    let mut due = Vec::new();
    let mut highest = wall(from);
    let mut at = minutes(from, 1);
    while at <= to {
        let shown = wall(at);
        if pattern.repeats {
            if is_time(shown) {
                due.push(at);
            }
        } else if shown > highest {
            let mut civil = highest;
            let mut reached = false;
            while civil < shown {
                civil = civil.checked_add(Span::new().minutes(1)).unwrap_or(shown);
                reached |= is_time(civil);
            }
            if reached {
                due.push(at);
            }
            highest = shown;
        }
        at = minutes(at, 1);
    }
    due
}

fn said(pattern: &Pattern, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
    std::iter::successors(pattern.after(from), |at| pattern.after(*at))
        .take_while(|at| *at <= to)
        .collect()
}

fn zones() -> Vec<String> {
    jiff::tz::db()
        .available()
        .map(|name| name.to_string())
        .collect()
}

#[test]
fn in_every_zone_a_time_that_a_turn_skips_or_repeats_comes_once() {
    let names = zones();
    assert!(names.len() > 400, "the zones are there: {}", names.len());
    let mut turned = 0;
    for name in names {
        let zone = TimeZone::get(&name).unwrap();
        let turns = turns(&zone);
        // One forward and one back, the latest of the rules that hold.
        for turn in turns.iter().rev().take(2) {
            turned += 1;
            let (from, to) = (minutes(*turn, -90), minutes(*turn, 180));
            let before = zone.to_datetime(minutes(*turn, -1));
            for offset in [-30, 1, 31] {
                let civil = before.checked_add(Span::new().minutes(offset)).unwrap();
                let expression = format!("{} {} * * *", civil.minute(), civil.hour());
                let pattern = Pattern::new(&expression, &name).unwrap();
                let expected = watched(&pattern, from, to);
                assert_eq!(
                    said(&pattern, from, to),
                    expected,
                    "{expression} in {name} at {turn}"
                );
            }
        }
    }
    assert!(turned > 300, "turns of the clock were seen: {turned}");
}

fn field(most: u8) -> impl Strategy<Value = String> {
    prop_oneof![
        2 => Just("*".to_owned()),
        3 => (0..=most).prop_map(|at| at.to_string()),
        2 => (1..=most).prop_map(|step| format!("*/{step}")),
        2 => (0..=most, 0..=most).prop_map(|(a, b)| format!("{},{}", a.min(b), a.max(b))),
        2 => (0..=most, 0..=most).prop_map(|(a, b)| format!("{}-{}", a.min(b), a.max(b))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_times_are_those_that_somebody_at_the_wall_would_see(
        minute in field(59),
        hour in field(23),
        zone in any::<Index>(),
        turn in any::<Index>(),
        shift in -60_i64..60,
    ) {
        let names = zones();
        let name = zone.get(&names);
        let turns = turns(&TimeZone::get(name)?);
        let now: Timestamp = "2026-06-01T00:00:00Z".parse()?;
        let at = if turns.is_empty() { now } else { *turn.get(&turns) };
        let (from, to) = (minutes(at, -AROUND + shift), minutes(at, AROUND));
        // A turn shortly before the beginning would have the model begin with a wall that was higher before.
        prop_assume!(!turns.iter().any(|other| *other < from && minutes(*other, 26 * 60) > from));
        let expression = format!("{minute} {hour} * * *");
        let pattern = Pattern::new(&expression, name).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(said(&pattern, from, to), watched(&pattern, from, to), "{} in {} at {}", expression, name, at);
    }
}
