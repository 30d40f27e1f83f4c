//! What is to be done about the due times that came: pure, from the times, the clock and the policy.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Times;

/// A time that is decided this late is still on time.
const GRACE: SignedDuration = SignedDuration::from_mins(1);

/// So many missed times are looked at one by one; those before them are only known to have been there.
const COUNTED: u64 = 1_000_000;

/// What happens when a time comes while a run of the workflow is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Overlap {
    /// The time is skipped, and recorded.
    #[default]
    Skip,
    /// One time waits until the open run ends; further ones are skipped.
    QueueOne,
    /// Up to a hundred times wait.
    QueueAll,
    /// It starts beside it.
    Allow,
    /// The open run is cancelled, and the new one starts when that has ended.
    CancelRunning,
}

/// What happens to times that passed while nobody watched: the server was down, or the clock was turned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Missed {
    /// What is made up for.
    pub policy: MissedPolicy,
    /// Most runs that `all` starts at once, 1 to 100.
    pub limit: u32,
    /// Nothing is made up for that is older, in minutes.
    pub window_minutes: u32,
}

/// Which missed times are made up for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MissedPolicy {
    /// One run stands for all.
    #[default]
    Latest,
    /// Each, up to the limit, the newest.
    All,
    /// None.
    Skip,
}

impl Default for Missed {
    fn default() -> Self {
        Self {
            policy: MissedPolicy::default(),
            limit: 10,
            window_minutes: 24 * 60,
        }
    }
}

/// Times that start nothing, treated alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lateness {
    /// The first.
    pub(crate) first: Timestamp,
    /// The last.
    pub(crate) last: Timestamp,
    /// How many.
    pub(crate) times: u64,
    /// `missed` or `limit`.
    pub(crate) outcome: &'static str,
    /// Why, for people.
    pub(crate) reason: String,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Decision {
    /// Times to start a run for, oldest first.
    pub(crate) run: Vec<Timestamp>,
    /// Times that start nothing.
    pub(crate) not_run: Vec<Lateness>,
}

/// Decides the due times after `from`, up to `now`.
pub(crate) fn decide(times: &Times, from: Timestamp, now: Timestamp, missed: &Missed) -> Decision {
    let window = SignedDuration::from_mins(i64::from(missed.window_minutes)).max(GRACE);
    let opens = now.checked_sub(window).unwrap_or(Timestamp::MIN);
    let most = match missed.policy {
        MissedPolicy::Latest => 1,
        MissedPolicy::All => usize::try_from(missed.limit.max(1)).unwrap_or(usize::MAX),
        // The grace holds at most two of the shortest interval.
        MissedPolicy::Skip => 2,
    };
    let mut old = Range::default();
    let mut over = Range::default();
    let mut kept: VecDeque<Timestamp> = VecDeque::new();
    let mut at = times.after(from).filter(|at| *at <= now);
    while let Some(due) = at {
        if due < opens {
            old.add(due);
        } else {
            kept.push_back(due);
            if kept.len() > most {
                kept.pop_front().into_iter().for_each(|due| over.add(due));
            }
        }
        let next = if old.times == COUNTED { opens } else { due };
        at = times.after(next.max(due)).filter(|at| *at <= now);
    }
    if missed.policy == MissedPolicy::Skip {
        let on_time = now.checked_sub(GRACE).unwrap_or(Timestamp::MIN);
        while let Some(due) = kept.front().copied().filter(|due| *due < on_time) {
            over.add(due);
            kept.pop_front();
        }
    }
    let reason = match missed.policy {
        MissedPolicy::Latest => "missed; the run for the latest time stands for it".to_owned(),
        MissedPolicy::All => format!("missed; at most {} are made up for", missed.limit),
        MissedPolicy::Skip => "missed while nobody watched; none are made up for".to_owned(),
    };
    let outcome = match missed.policy {
        MissedPolicy::All => "limit",
        MissedPolicy::Latest | MissedPolicy::Skip => "missed",
    };
    let too_old = format!(
        "missed by more than {} minutes, which is the longest to be made up for",
        missed.window_minutes
    );
    Decision {
        run: kept.into(),
        not_run: [old.told("missed", too_old), over.told(outcome, reason)]
            .into_iter()
            .flatten()
            .collect(),
    }
}

/// Times in a row.
#[derive(Default)]
struct Range {
    ends: Option<(Timestamp, Timestamp)>,
    times: u64,
}

impl Range {
    fn add(&mut self, at: Timestamp) {
        let first = self.ends.map_or(at, |(first, _)| first);
        self.ends = Some((first, at));
        self.times += 1;
    }

    fn told(self, outcome: &'static str, reason: String) -> Option<Lateness> {
        self.ends.map(|(first, last)| Lateness {
            first,
            last,
            times: self.times,
            outcome,
            reason,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflows::Trigger;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// First, last, how many, outcome.
    type Told = (String, String, u64, &'static str);

    /// Every hour on the hour, looked at first after ten, again at `now`.
    fn hourly(now: &str, missed: &Missed) -> (Vec<String>, Vec<Told>) {
        let anchor = at("2026-11-27T10:00:00Z");
        let times = Times::of(&Trigger::Interval { minutes: 60 }, anchor).unwrap();
        let decision = decide(&times, anchor, at(now), missed);
        (
            decision.run.iter().map(ToString::to_string).collect(),
            decision
                .not_run
                .into_iter()
                .map(|late| {
                    (
                        late.first.to_string(),
                        late.last.to_string(),
                        late.times,
                        late.outcome,
                    )
                })
                .collect(),
        )
    }

    fn policy(policy: MissedPolicy) -> Missed {
        Missed {
            policy,
            limit: 3,
            ..Missed::default()
        }
    }

    #[test]
    fn nothing_is_due_before_its_time() {
        for each in [MissedPolicy::Latest, MissedPolicy::All, MissedPolicy::Skip] {
            assert_eq!(
                hourly("2026-11-27T10:59:59Z", &policy(each)),
                (vec![], vec![])
            );
        }
    }

    #[test]
    fn a_time_that_just_came_runs_under_every_policy() {
        for each in [MissedPolicy::Latest, MissedPolicy::All, MissedPolicy::Skip] {
            let (run, not_run) = hourly("2026-11-27T11:00:20Z", &policy(each));
            assert_eq!(run, ["2026-11-27T11:00:00Z"], "{each:?}");
            assert_eq!(not_run, [], "{each:?}");
        }
    }

    #[test]
    fn after_hours_away_the_latest_stands_for_all() {
        let (run, not_run) = hourly("2026-11-27T15:30:00Z", &policy(MissedPolicy::Latest));
        assert_eq!(run, ["2026-11-27T15:00:00Z"]);
        let four = (
            "2026-11-27T11:00:00Z".to_owned(),
            "2026-11-27T14:00:00Z".to_owned(),
            4,
            "missed",
        );
        assert_eq!(not_run, [four]);
    }

    #[test]
    fn all_makes_up_for_the_newest_up_to_its_limit() {
        let (run, not_run) = hourly("2026-11-27T15:30:00Z", &policy(MissedPolicy::All));
        assert_eq!(
            run,
            [
                "2026-11-27T13:00:00Z",
                "2026-11-27T14:00:00Z",
                "2026-11-27T15:00:00Z"
            ]
        );
        let two = (
            "2026-11-27T11:00:00Z".to_owned(),
            "2026-11-27T12:00:00Z".to_owned(),
            2,
            "limit",
        );
        assert_eq!(not_run, [two]);
    }

    #[test]
    fn skip_makes_up_for_nothing_and_records_everything() {
        let (run, not_run) = hourly("2026-11-27T15:30:00Z", &policy(MissedPolicy::Skip));
        assert_eq!(run, Vec::<String>::new());
        assert_eq!(not_run.iter().map(|late| late.2).sum::<u64>(), 5);
    }

    #[test]
    fn what_is_older_than_the_window_is_recorded_and_never_run() {
        let (run, not_run) = hourly("2026-11-30T10:30:00Z", &policy(MissedPolicy::All));
        assert_eq!(run.len(), 3);
        let counted: Vec<(u64, &str)> = not_run.iter().map(|late| (late.2, late.3)).collect();
        assert_eq!(counted, [(48, "missed"), (21, "limit")]);
        assert_eq!(run.len() as u64 + 48 + 21, 72);
    }

    #[test]
    fn a_year_away_at_one_run_a_minute_leaves_no_time_unaccounted_for() {
        let anchor = at("2026-01-01T00:00:00Z");
        let times = Times::of(&Trigger::Interval { minutes: 1 }, anchor).unwrap();
        let decision = decide(
            &times,
            anchor,
            at("2027-01-01T00:00:00Z"),
            &Missed::default(),
        );
        let told: u64 = decision.not_run.iter().map(|late| late.times).sum();
        assert_eq!(told + decision.run.len() as u64, 365 * 24 * 60);
        assert_eq!(decision.run, [at("2027-01-01T00:00:00Z")]);
    }
}
