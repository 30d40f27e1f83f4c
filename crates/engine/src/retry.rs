//! When a failed step is tried again.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use avops_recipe::{Repeat, Retry};

/// What is done without a word from the author when nothing had left this machine, or when repeating is harmless.
pub const DEFAULT: Retry = Retry {
    max: 3,
    backoff: Duration::from_secs(1),
    factor: 2.0,
    max_backoff: Duration::from_secs(30),
};

/// A tool that asks for more patience than this is not waited for.
pub const LONGEST_REQUESTED_PAUSE: Duration = Duration::from_mins(15);

/// How an attempt ended that did not end well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Nothing left this machine, or the tool refused before acting.
    NotSent,
    /// The tool answered and did nothing.
    Refused,
    /// Nobody knows whether it happened.
    Unknown,
}

/// What follows a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Another attempt after this pause.
    Again(Duration),
    /// Only a probe or a person can say.
    Ask,
    /// The step has failed.
    GiveUp,
}

/// Decides what follows the `failures`-th failed attempt in a row of a step.
///
/// - Not sent: tried again within the author's policy, or [`DEFAULT`].
/// - Refused: tried again only if the author gave a policy.
/// - Unknown: an action that is safe to repeat or honours the idempotency key is tried again, at least once
///   whatever the policy; any other is never repeated without a probe's or a person's word.
pub fn decide(
    failure: Failure,
    repeat: Repeat,
    author: Option<Retry>,
    failures: u32,
    seed: &str,
) -> Verdict {
    let policy = match (failure, repeat, author) {
        (Failure::Unknown, Repeat::Once, _) => return Verdict::Ask,
        (Failure::Refused, _, None) => return Verdict::GiveUp,
        (Failure::Unknown, _, Some(author)) => Retry {
            max: author.max.max(1),
            ..author
        },
        (_, _, author) => author.unwrap_or(DEFAULT),
    };
    if failures > policy.max {
        return Verdict::GiveUp;
    }
    Verdict::Again(pause(policy, failures, seed))
}

/// The pause after the `failures`-th failure: it grows by the policy's factor and is spread by up to a fifth, so that many
/// runs do not come back at the same instant. The spread follows from `seed`: the same history gives the same pause.
pub fn pause(policy: Retry, failures: u32, seed: &str) -> Duration {
    let exponent = i32::try_from(failures.saturating_sub(1)).unwrap_or(i32::MAX);
    let grown = policy.backoff.as_secs_f64() * policy.factor.max(1.0).powi(exponent);
    let grown = Duration::try_from_secs_f64(grown).unwrap_or(policy.max_backoff);
    spread(grown, failures, seed).min(policy.max_backoff)
}

/// A pause that is longer by up to a fifth. The part follows from `seed` and `failures`.
pub fn spread(pause: Duration, failures: u32, seed: &str) -> Duration {
    pause.saturating_add(pause.mul_f64(0.2 * fraction(seed, failures)))
}

/// A number in `[0, 1)` that follows from its arguments.
fn fraction(seed: &str, failures: u32) -> f64 {
    let mut hasher = DefaultHasher::new();
    (seed, failures).hash(&mut hasher);
    let thousandths = u32::try_from(hasher.finish() % 1000).unwrap_or(0);
    f64::from(thousandths) / 1000.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_failure_and_repeat_class_has_its_verdict() {
        let author = Some(Retry { max: 0, ..DEFAULT });
        let again = |verdict| matches!(verdict, Verdict::Again(_));
        let decide =
            |failure, repeat, author, failures| decide(failure, repeat, author, failures, "s");
        for repeat in [Repeat::Safe, Repeat::Keyed, Repeat::Once] {
            assert!(again(decide(Failure::NotSent, repeat, None, 3)));
            assert_eq!(decide(Failure::NotSent, repeat, None, 4), Verdict::GiveUp);
            assert_eq!(decide(Failure::NotSent, repeat, author, 1), Verdict::GiveUp);
            assert_eq!(decide(Failure::Refused, repeat, None, 1), Verdict::GiveUp);
            assert!(again(decide(Failure::Refused, repeat, Some(DEFAULT), 1)));
        }
        for repeat in [Repeat::Safe, Repeat::Keyed] {
            assert!(again(decide(Failure::Unknown, repeat, None, 1)));
            assert!(again(decide(Failure::Unknown, repeat, author, 1)));
            assert_eq!(decide(Failure::Unknown, repeat, author, 2), Verdict::GiveUp);
        }
        assert_eq!(
            decide(Failure::Unknown, Repeat::Once, Some(DEFAULT), 1),
            Verdict::Ask
        );
    }

    proptest! {
        #[test]
        fn pauses_are_at_least_the_first_and_at_most_the_cap(
            first in 0_u64..10_000, more in 0_u64..60_000, factor in 1.0_f64..4.0, failures in 1_u32..200,
        ) {
            let policy = Retry {
                max: 1000,
                backoff: Duration::from_millis(first),
                factor,
                max_backoff: Duration::from_millis(first + more),
            };
            let pause = pause(policy, failures, "seed");
            prop_assert!(pause <= policy.max_backoff);
            prop_assert!(pause + Duration::from_micros(1) >= policy.backoff);
        }

        #[test]
        fn the_same_failure_always_gets_the_same_verdict(failures in 0_u32..50, seed in ".{0,20}") {
            let verdict = || decide(Failure::NotSent, Repeat::Once, None, failures, &seed);
            prop_assert_eq!(verdict(), verdict());
        }
    }
}
