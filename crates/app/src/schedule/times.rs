//! The due times of a trigger, one after another.

use jiff::{SignedDuration, Timestamp};

use super::pattern::Pattern;
use crate::Error;
use crate::workflows::Trigger;

/// Longest interval: a year.
const LONGEST_INTERVAL: u32 = 366 * 24 * 60;

/// The due times of a trigger.
#[derive(Debug, Clone)]
pub(crate) enum Times {
    /// None: a person or a message starts it.
    Never,
    /// Every so often since the anchor, in elapsed time.
    Every {
        anchor: Timestamp,
        interval: SignedDuration,
    },
    /// By the clock on the wall.
    Pattern(Box<Pattern>),
}

impl Times {
    /// Reads a trigger. `anchor` is the time from which an interval counts.
    ///
    /// # Errors
    /// [`Error::BadInput`] for an interval or an expression that cannot be.
    pub(crate) fn of(trigger: &Trigger, anchor: Timestamp) -> Result<Self, Error> {
        Ok(match trigger {
            Trigger::Manual | Trigger::Webhook { .. } => Self::Never,
            Trigger::Interval { minutes } => {
                if !(1..=LONGEST_INTERVAL).contains(minutes) {
                    return Err(Error::bad_input(
                        format!("an interval of {minutes} minutes cannot be"),
                        format!("give whole minutes, 1 to {LONGEST_INTERVAL}"),
                    ));
                }
                Self::Every {
                    anchor,
                    interval: SignedDuration::from_mins(i64::from(*minutes)),
                }
            }
            Trigger::Cron { expression, tz } => {
                Self::Pattern(Box::new(Pattern::new(expression, tz)?))
            }
        })
    }

    /// The first due time after `after`.
    pub(crate) fn after(&self, after: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Never => None,
            Self::Every { anchor, interval } => {
                let passed = after.duration_since(*anchor);
                let whole = passed.as_nanos().div_euclid(interval.as_nanos());
                let next = interval.as_nanos().checked_mul((whole + 1).max(1))?;
                let nanos = anchor.as_nanosecond().checked_add(next)?;
                Timestamp::from_nanosecond(nanos).ok()
            }
            Self::Pattern(pattern) => pattern.after(after),
        }
    }

    /// The next `count` due times after `after`.
    pub(crate) fn next(&self, after: Timestamp, count: usize) -> Vec<Timestamp> {
        let first = self.after(after);
        std::iter::successors(first, |at| self.after(*at))
            .take(count)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_counts_from_its_anchor_and_never_from_when_it_was_asked() {
        let anchor: Timestamp = "2026-11-27T10:00:30Z".parse().unwrap();
        let times = Times::of(&Trigger::Interval { minutes: 15 }, anchor).unwrap();
        let late: Timestamp = "2026-11-27T10:44:00Z".parse().unwrap();
        let found: Vec<String> = times
            .next(late, 2)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(found, ["2026-11-27T10:45:30Z", "2026-11-27T11:00:30Z"]);
        let before: Timestamp = "2020-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(
            times.after(before).unwrap().to_string(),
            "2026-11-27T10:15:30Z"
        );
    }

    #[test]
    fn no_interval_is_shorter_than_a_minute() {
        let now = Timestamp::UNIX_EPOCH;
        for minutes in [0, LONGEST_INTERVAL + 1] {
            assert!(Times::of(&Trigger::Interval { minutes }, now).is_err());
        }
    }
}
