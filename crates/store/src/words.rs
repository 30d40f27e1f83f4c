//! Values as columns hold them: names of enum values, times, JSON.

use avops_engine::{Mode, RollbackOutcome, RunPhase, StepStatus, WaitReason};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::value::{Error as WordError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};

use crate::StoreError;

/// Nanoseconds since 1970. Ends in 2262; a time beyond is kept as that end.
pub(crate) fn nanos(at: Timestamp) -> i64 {
    i64::try_from(at.as_nanosecond()).unwrap_or(if at.as_second() < 0 {
        i64::MIN
    } else {
        i64::MAX
    })
}

/// The time of so many nanoseconds since 1970.
pub(crate) fn time(nanos: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_nanosecond(i128::from(nanos)).map_err(|e| StoreError::unreadable("time", e))
}

/// A count as a column holds it. None of ours comes near the end of the range.
pub(crate) fn count(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

/// The count in a column.
pub(crate) fn counted<T: TryFrom<i64>>(what: &'static str, number: i64) -> Result<T, StoreError> {
    T::try_from(number)
        .map_err(|_| StoreError::unreadable(what, format!("{number} is out of range")))
}

/// The enum value of this name.
pub(crate) fn named<T: DeserializeOwned>(what: &'static str, word: &str) -> Result<T, StoreError> {
    let word: StrDeserializer<'_, WordError> = word.into_deserializer();
    T::deserialize(word).map_err(|e| StoreError::unreadable(what, e))
}

/// The form in which names are compared: without case and outer blanks.
pub(crate) fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

/// As JSON text.
pub(crate) fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, serde_json::Error> {
    serde_json::to_string(value)
}

/// The value of a JSON text.
pub(crate) fn parsed<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| StoreError::unreadable(what, e))
}

pub(crate) fn waiting_for(reason: WaitReason) -> &'static str {
    match reason {
        WaitReason::Input => "input",
        WaitReason::Approval => "approval",
        WaitReason::Manual => "manual",
        WaitReason::Timer => "timer",
        WaitReason::Lock => "lock",
        WaitReason::Window => "window",
        WaitReason::Interrupted => "interrupted",
        WaitReason::Child => "child",
        WaitReason::Held => "held",
        WaitReason::Paused => "paused",
    }
}

pub(crate) fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "live",
        Mode::Mock => "mock",
        Mode::Dry => "dry",
    }
}

pub(crate) fn rollback(outcome: RollbackOutcome) -> &'static str {
    match outcome {
        RollbackOutcome::NotNeeded => "not_needed",
        RollbackOutcome::Running => "running",
        RollbackOutcome::RolledBack => "rolled_back",
        RollbackOutcome::RollbackFailed => "rollback_failed",
    }
}

pub(crate) fn phase(phase: RunPhase) -> &'static str {
    match phase {
        RunPhase::Intake => "intake",
        RunPhase::Plan => "plan",
        RunPhase::Act => "act",
        RunPhase::Verify => "verify",
        RunPhase::Rollback => "rollback",
    }
}

pub(crate) fn step_status(status: StepStatus) -> &'static str {
    match status {
        StepStatus::Running => "running",
        StepStatus::Ok => "ok",
        StepStatus::Failed => "failed",
        StepStatus::Skipped => "skipped",
        StepStatus::Waiting => "waiting",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_columns_are_those_of_the_engines_json() {
        for reason in [
            WaitReason::Input,
            WaitReason::Approval,
            WaitReason::Manual,
            WaitReason::Timer,
            WaitReason::Lock,
            WaitReason::Window,
            WaitReason::Interrupted,
            WaitReason::Child,
            WaitReason::Held,
            WaitReason::Paused,
        ] {
            assert_eq!(
                named::<WaitReason>("reason", waiting_for(reason)).unwrap(),
                reason
            );
        }
        for value in [Mode::Live, Mode::Mock, Mode::Dry] {
            assert_eq!(named::<Mode>("mode", mode(value)).unwrap(), value);
        }
        for outcome in [
            RollbackOutcome::NotNeeded,
            RollbackOutcome::Running,
            RollbackOutcome::RolledBack,
            RollbackOutcome::RollbackFailed,
        ] {
            let word = rollback(outcome);
            assert_eq!(named::<RollbackOutcome>("rollback", word).unwrap(), outcome);
        }
        for value in [
            RunPhase::Intake,
            RunPhase::Plan,
            RunPhase::Act,
            RunPhase::Verify,
            RunPhase::Rollback,
        ] {
            assert_eq!(named::<RunPhase>("phase", phase(value)).unwrap(), value);
        }
        for status in [
            StepStatus::Running,
            StepStatus::Ok,
            StepStatus::Failed,
            StepStatus::Skipped,
            StepStatus::Waiting,
        ] {
            assert_eq!(
                named::<StepStatus>("status", step_status(status)).unwrap(),
                status
            );
        }
    }

    #[test]
    fn a_time_comes_back_to_the_nanosecond() {
        let at: Timestamp = "2026-11-24T12:00:00.123456789Z".parse().unwrap();
        assert_eq!(time(nanos(at)).unwrap(), at);
    }
}
