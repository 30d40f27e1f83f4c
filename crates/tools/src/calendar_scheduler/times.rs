//! Times as people write them, and spans of time.

use avops_engine::ToolError;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// Longest span that is looked at, in days.
const MAX_DAYS: i64 = 366;

/// From an instant until another, which is later and no longer part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Span {
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
}

impl Span {
    /// Reads the span that a call asks about.
    ///
    /// # Errors
    /// [`ToolError::Refused`] for what is no time, does not end after its start or is longer than a year.
    pub(super) fn within(from: &str, to: &str, zone: Option<&str>) -> Result<Self, ToolError> {
        let span = Self {
            start: instant("from", from, zone)?,
            end: instant("to", to, zone)?,
        };
        if span.end <= span.start || span.minutes() > MAX_DAYS * 24 * 60 {
            return Err(refused(
                &format!("`to` is later than `from`, by at most {MAX_DAYS} days: {from} to {to}"),
                "nothing was looked up",
            ));
        }
        Ok(span)
    }

    /// States whether the two have a moment in common.
    pub(super) fn touches(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Its length in whole minutes.
    pub(super) fn minutes(self) -> i64 {
        self.end.duration_since(self.start).as_mins()
    }

    /// What is left of it between others, which come by their start.
    pub(super) fn without(self, taken: impl IntoIterator<Item = Span>) -> Vec<Span> {
        let mut left = Vec::new();
        let mut free_from = self.start;
        for other in taken {
            if free_from < other.start.min(self.end) {
                left.push(Span {
                    start: free_from,
                    end: other.start.min(self.end),
                });
            }
            free_from = free_from.max(other.end);
        }
        if free_from < self.end {
            left.push(Span {
                start: free_from,
                end: self.end,
            });
        }
        left
    }
}

/// Reads an instant, or a local time in `zone`. A local time that the clocks skip or show twice is refused:
/// nobody can know which one was meant.
///
/// # Errors
/// [`ToolError::Refused`]; `field` names the argument.
pub(super) fn instant(field: &str, text: &str, zone: Option<&str>) -> Result<Timestamp, ToolError> {
    if let Ok(instant) = text.trim().parse::<Timestamp>() {
        return Ok(instant);
    }
    let local: DateTime = text.trim().parse().map_err(|_| {
        refused(
            &format!("`{field}` is no time: {text}"),
            "write it as 2026-12-01T15:00:00Z, or as 2026-12-01T15:00:00 with `timezone`",
        )
    })?;
    let Some(zone) = zone else {
        return Err(refused(
            &format!(
                "`{field}` is a local time, and neither `timezone` nor the room says in which zone: {text}"
            ),
            "give `timezone`, for example Europe/Berlin, or write an instant as 2026-12-01T15:00:00Z",
        ));
    };
    let known = TimeZone::get(zone).map_err(|_| {
        refused(
            &format!("there is no time zone `{zone}`"),
            "give an IANA name, for example Europe/Berlin",
        )
    })?;
    known
        .to_ambiguous_timestamp(local)
        .unambiguous()
        .map_err(|_| {
            refused(
                &format!("in {zone} the clocks skip {text} or show it twice"),
                "write an instant as 2026-12-01T15:00:00Z",
            )
        })
}

/// When something ends that says so by `end`, by `minutes`, or not at all.
///
/// # Errors
/// [`ToolError::Refused`] when both are given, or one cannot be read.
pub(super) fn end(
    start: Timestamp,
    end: Option<&str>,
    minutes: Option<i64>,
    zone: Option<&str>,
) -> Result<Option<Timestamp>, ToolError> {
    match (end, minutes) {
        (None, None) => Ok(None),
        (Some(end), None) => instant("end", end, zone).map(Some),
        (None, Some(minutes)) => start
            .checked_add(SignedDuration::from_mins(minutes))
            .map(Some)
            .map_err(|error| refused(&format!("`minutes`: {error}"), "nothing was booked")),
        (Some(_), Some(_)) => Err(refused(
            "`end` and `minutes` both say how long it lasts",
            "nothing was booked; give one of them",
        )),
    }
}

fn refused(message: &str, hint: &str) -> ToolError {
    ToolError::Refused {
        message: format!("calendar_scheduler: {message}"),
        hint: Some(hint.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: i64, end: i64) -> Span {
        let at = |minute: i64| Timestamp::from_second(minute * 60).unwrap();
        Span {
            start: at(start),
            end: at(end),
        }
    }

    #[test]
    fn what_is_left_of_a_span_lies_between_the_others() {
        let day = span(100, 200);
        let left = |taken: &[Span]| day.without(taken.iter().copied());
        assert_eq!(left(&[]), [day]);
        assert_eq!(
            left(&[span(0, 110), span(150, 160)]),
            [span(110, 150), span(160, 200)]
        );
        assert_eq!(
            left(&[span(120, 180), span(130, 140)]),
            [span(100, 120), span(180, 200)]
        );
        assert_eq!(left(&[span(100, 150), span(150, 200)]), []);
        assert_eq!(left(&[span(90, 300)]), []);
        assert_eq!(left(&[span(190, 300)]), [span(100, 190)]);
    }

    #[test]
    fn a_local_time_needs_a_zone_in_which_it_exists_once() {
        let read =
            |text: &str, zone: Option<&str>| instant("start", text, zone).map(|at| at.to_string());
        let berlin = Some("Europe/Berlin");
        assert_eq!(
            read("2026-12-01T15:00:00Z", None).unwrap(),
            "2026-12-01T15:00:00Z"
        );
        assert_eq!(
            read("2026-12-01T15:00:00+01:00", None).unwrap(),
            "2026-12-01T14:00:00Z"
        );
        assert_eq!(
            read("2026-12-01T15:00", berlin).unwrap(),
            "2026-12-01T14:00:00Z"
        );
        assert_eq!(
            read("2026-07-01T15:00", berlin).unwrap(),
            "2026-07-01T13:00:00Z"
        );
        // Skipped in spring, twice in autumn.
        for text in ["2026-03-29T02:30:00", "2026-10-25T02:30:00", "tomorrow", ""] {
            assert!(read(text, berlin).is_err(), "{text}");
        }
        assert!(read("2026-12-01T15:00:00", None).is_err());
        assert!(read("2026-12-01T15:00:00", Some("Mars/Olympus")).is_err());
    }
}
