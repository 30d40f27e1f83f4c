//! When a call to a tool may go out: not faster than the tool takes calls, not before the time that the tool has
//! named, and not to a tool that has stopped answering.
//!
//! What is held back here was not sent, so the engine may try it again; the error says when.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use avops_engine::{Clock, ToolCall, ToolError, ToolReply};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use jiff::{SignedDuration, Timestamp};

use crate::outbound::Deadline;

/// So many calls in a row without an answer, and the tool counts as gone.
const FAILURES: u32 = 5;

/// How long a tool that counts as gone is left alone before one call asks whether it is back.
const PROBE_EVERY: Duration = Duration::from_secs(5);

/// Lines and actions that are remembered; more are not held back.
const REMEMBERED: usize = 10_000;

/// What stands before one tool in one world.
pub(super) struct Gate {
    clock: Arc<dyn Clock>,
    rate: Option<DefaultDirectRateLimiter>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Line and action → not before this, as the tool has asked.
    pauses: HashMap<(String, String), Timestamp>,
    /// Line → how it has answered lately. Lines that answer are not kept.
    lines: HashMap<String, Line>,
}

/// How a line has answered lately: the tool itself, or one of the devices behind it.
#[derive(Default)]
struct Line {
    failures: u32,
    /// While it counts as gone: when the next call may ask.
    ask_at: Option<Timestamp>,
}

impl Gate {
    /// A gate that lets `per_minute` calls through in a minute, as many of them at once as come in ten seconds; all when
    /// absent.
    pub(super) fn new(clock: Arc<dyn Clock>, per_minute: Option<NonZeroU32>) -> Self {
        let rate = per_minute.map(|calls| {
            let burst = NonZeroU32::new(calls.get() / 6).unwrap_or(NonZeroU32::MIN);
            RateLimiter::direct(Quota::per_minute(calls).allow_burst(burst))
        });
        Self {
            clock,
            rate,
            state: Mutex::default(),
        }
    }

    /// Waits until the tool may be called, or says when it may. `line` names the device behind the tool, where the tool
    /// has several.
    ///
    /// # Errors
    /// [`ToolError::NotSent`] with the time that is left.
    pub(super) async fn pass(
        &self,
        call: &ToolCall,
        line: &str,
        deadline: Deadline,
    ) -> Result<(), ToolError> {
        self.may_ask(call, line)?;
        let Some(rate) = &self.rate else {
            return Ok(());
        };
        while let Err(full) = rate.check() {
            let pause = full.wait_time_from(DefaultClock::default().now());
            if deadline.wait(self.clock.sleep(pause)).await.is_none() {
                return Err(ToolError::NotSent {
                    message: format!(
                        "{} takes no more calls for now; nothing was sent",
                        call.tool
                    ),
                    retry_after: Some(spread(pause, &call.idempotency_key)),
                });
            }
        }
        Ok(())
    }

    fn may_ask(&self, call: &ToolCall, line: &str) -> Result<(), ToolError> {
        let now = self.clock.now();
        let mut state = self.state();
        let asked = (line.to_owned(), call.action.clone());
        if let Some(until) = state.pauses.get(&asked).copied() {
            if now < until {
                return Err(held_back(
                    &format!("{} asked to be left alone", call.tool),
                    now,
                    until,
                    &call.idempotency_key,
                ));
            }
            state.pauses.remove(&asked);
        }
        if let Some(ask_at) = state
            .lines
            .get_mut(line)
            .and_then(|line| line.ask_at.as_mut())
        {
            if now < *ask_at {
                let who = if line.is_empty() { &call.tool } else { line };
                return Err(held_back(
                    &format!("{who} has not answered {FAILURES} times in a row"),
                    now,
                    *ask_at,
                    &call.idempotency_key,
                ));
            }
            // This call asks; the others wait for what it finds.
            *ask_at = later(now, PROBE_EVERY);
        }
        Ok(())
    }

    /// Takes note of how a call that was let through has ended.
    pub(super) fn ended(
        &self,
        call: &ToolCall,
        line: &str,
        outcome: &Result<ToolReply, ToolError>,
    ) {
        let now = self.clock.now();
        let mut state = self.state();
        match outcome {
            Ok(_) | Err(ToolError::Refused { .. }) => {
                state.lines.remove(line);
            }
            Err(ToolError::NotSent {
                retry_after: Some(pause),
                ..
            }) => {
                state.lines.remove(line);
                if state.pauses.len() >= REMEMBERED {
                    state.pauses.retain(|_, until| now < *until);
                }
                if state.pauses.len() < REMEMBERED {
                    let asked = (line.to_owned(), call.action.clone());
                    state.pauses.insert(asked, later(now, *pause));
                }
            }
            Err(ToolError::NotSent { .. } | ToolError::Unknown { .. }) => {
                if state.lines.len() < REMEMBERED || state.lines.contains_key(line) {
                    let line = state.lines.entry(line.to_owned()).or_default();
                    line.failures = line.failures.saturating_add(1);
                    if line.failures >= FAILURES {
                        line.ask_at = Some(later(now, PROBE_EVERY));
                    }
                }
            }
        }
    }

    /// Forgets how the tool has answered: a person has looked after it.
    pub(super) fn reopen(&self) {
        *self.state() = State::default();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn held_back(reason: &str, now: Timestamp, until: Timestamp, key: &str) -> ToolError {
    let left = Duration::try_from(until.duration_since(now)).unwrap_or_default();
    ToolError::NotSent {
        message: format!("{reason}; nothing was sent"),
        retry_after: Some(spread(left, key)),
    }
}

fn later(now: Timestamp, pause: Duration) -> Timestamp {
    let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
    now.saturating_add(pause).unwrap_or(Timestamp::MAX)
}

/// A pause that is longer by up to a quarter, so that those who were held back do not come back at the same instant.
pub(super) fn spread(pause: Duration, key: &str) -> Duration {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    let thousandths = u32::try_from(hasher.finish() % 250).unwrap_or(0);
    pause.saturating_add(pause.saturating_mul(thousandths) / 1000)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use avops_engine::{Mode, SystemClock, ToolCall, ToolError};
    use serde_json::json;

    use super::{FAILURES, Gate};
    use crate::outbound::Deadline;

    fn call() -> ToolCall {
        ToolCall {
            tool: "projectors".to_owned(),
            action: "power_on".to_owned(),
            args: json!({}),
            idempotency_key: "run/act.1".to_owned(),
            timeout: Duration::from_secs(1),
            mode: Mode::Mock,
        }
    }

    #[tokio::test]
    async fn a_device_that_is_gone_holds_up_only_its_own_calls() {
        let gate = Gate::new(Arc::new(SystemClock), None);
        let unknown = Err(ToolError::Unknown {
            message: "no answer".to_owned(),
        });
        let deadline = Deadline::after(Duration::from_secs(1));
        for _ in 0..FAILURES {
            assert!(gate.pass(&call(), "br4", deadline).await.is_ok());
            gate.ended(&call(), "br4", &unknown);
        }
        let held = gate.pass(&call(), "br4", deadline).await.unwrap_err();
        assert!(
            held.to_string().starts_with("br4 has not answered"),
            "{held}"
        );
        assert!(gate.pass(&call(), "br5", deadline).await.is_ok());
    }
}
