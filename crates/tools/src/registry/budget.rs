//! A budget of repetitions over all tools together. When everything fails at once, each run tries again by its own rule;
//! without a common bound the calls would grow to a multiple just when the systems are at their weakest.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use avops_engine::{ToolCall, ToolError, ToolReply};
use indexmap::IndexSet;
use jiff::Timestamp;

use super::gate::spread;

/// Each first call earns this part of a repetition.
const EARNED: f64 = 0.1;

/// Repetitions that are there whatever happens: so many at once, and one more each second.
const RESERVE: f64 = 20.0;

/// Repetitions that can be saved up.
const MOST: f64 = 200.0;

/// Calls whose latest attempt failed, as far as they are remembered.
const REMEMBERED: usize = 10_000;

/// How long a call is held back that has no repetition left to use.
const HELD_BACK: Duration = Duration::from_secs(10);

/// The budget.
pub(super) struct RetryBudget(Mutex<State>);

struct State {
    left: f64,
    counted_at: Timestamp,
    failed: IndexSet<String>,
}

impl RetryBudget {
    pub(super) fn new(now: Timestamp) -> Self {
        Self(Mutex::new(State {
            left: RESERVE,
            counted_at: now,
            failed: IndexSet::new(),
        }))
    }

    /// Counts a call, and holds it back when it is a repetition for which nothing is left.
    ///
    /// # Errors
    /// [`ToolError::NotSent`] with the time after which it may be tried again.
    pub(super) fn take(&self, call: &ToolCall, now: Timestamp) -> Result<(), ToolError> {
        let mut state = self.state();
        let passed = now.duration_since(state.counted_at).as_secs_f64().max(0.0);
        state.counted_at = now;
        if state.left < RESERVE {
            state.left = (state.left + passed).min(RESERVE);
        }
        if !state.failed.contains(&call.idempotency_key) {
            state.left = (state.left + EARNED).min(MOST);
            return Ok(());
        }
        if state.left < 1.0 {
            return Err(ToolError::NotSent {
                message: format!(
                    "too many calls of all tools fail at present: this one to {} is not repeated yet; nothing was sent",
                    call.tool
                ),
                retry_after: Some(spread(HELD_BACK, &call.idempotency_key)),
            });
        }
        state.left -= 1.0;
        Ok(())
    }

    /// Takes note of how a call that was let through has ended.
    pub(super) fn ended(&self, call: &ToolCall, outcome: &Result<ToolReply, ToolError>) {
        let mut state = self.state();
        match outcome {
            Ok(_) | Err(ToolError::Refused { .. }) => {
                state.failed.swap_remove(&call.idempotency_key);
            }
            Err(ToolError::NotSent { .. } | ToolError::Unknown { .. }) => {
                if state.failed.len() >= REMEMBERED {
                    state.failed.swap_remove_index(0);
                }
                state.failed.insert(call.idempotency_key.clone());
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use avops_engine::{Mode, ToolReply};
    use serde_json::{Value, json};

    use super::*;

    fn call(number: u32) -> ToolCall {
        ToolCall {
            tool: "zoom".to_owned(),
            action: "room_status".to_owned(),
            args: json!({}),
            idempotency_key: number.to_string(),
            timeout: Duration::from_secs(1),
            mode: Mode::Live,
        }
    }

    fn outcome(good: bool) -> Result<ToolReply, ToolError> {
        if good {
            Ok(ToolReply {
                output: Value::Null,
                artifacts: Vec::new(),
            })
        } else {
            Err(ToolError::Unknown {
                message: "503".to_owned(),
            })
        }
    }

    #[test]
    fn in_a_storm_the_calls_grow_by_a_fifth_at_most() {
        let now = Timestamp::UNIX_EPOCH;
        let budget = RetryBudget::new(now);
        let mut sent = 0;
        for _attempt in 0..4 {
            for number in 0..1_000 {
                if budget.take(&call(number), now).is_ok() {
                    sent += 1;
                    budget.ended(&call(number), &outcome(false));
                }
            }
        }
        assert!((1_000..=1_200).contains(&sent), "{sent} calls");
    }

    #[test]
    fn a_single_run_may_repeat_and_a_call_that_succeeded_is_no_repetition() {
        let now = Timestamp::UNIX_EPOCH;
        let budget = RetryBudget::new(now);
        for _ in 0..10 {
            assert!(budget.take(&call(1), now).is_ok());
            budget.ended(&call(1), &outcome(false));
        }
        assert!(budget.take(&call(1), now).is_ok());
        budget.ended(&call(1), &outcome(true));
        // A poll calls with the same key again and again.
        for _ in 0..1_000 {
            assert!(budget.take(&call(1), now).is_ok());
            budget.ended(&call(1), &outcome(true));
        }
    }

    #[test]
    fn what_was_used_up_comes_back_with_time() {
        let mut now = Timestamp::UNIX_EPOCH;
        let budget = RetryBudget::new(now);
        while budget.take(&call(1), now).is_ok() {
            budget.ended(&call(1), &outcome(false));
        }
        now += jiff::SignedDuration::from_secs(1);
        assert!(budget.take(&call(1), now).is_ok());
    }
}
