//! Decides what a run does next. Same history, same answer: there is no clock, no chance and no input or output here.
//!
//! The order of a run is in [`next`]: intake, plan, then what must hold before act, act, verify, the end; or rollback.

mod again;
mod agent;
mod answer;
mod approval;
mod blocks;
mod call;
mod check;
mod finish;
mod harm;
mod intake;
mod people;
mod place;
mod rollback;
mod step;
mod words;

use jiff::Timestamp;
use serde_json::{Map, Value};

use avops_recipe::{Effect, Phase};

pub use again::{inputs_for, outlook};
pub(crate) use agent::MODEL;
pub use answer::{child_ended, child_refused};
pub use intake::{accept_answer, accept_run};

use crate::event::Event;
use crate::guardrail;
use crate::history::History;
use crate::library::Program;
use crate::model::Question;
use crate::run::{RunError, RunPhase, StepKey};
use crate::surroundings::room_input;
use crate::tool::ToolCall;
use answer::Reading;
use place::Place;
use step::{Progress, Walk};

/// Most steps that one run may have, items of loops included.
pub const MOST_STEPS: usize = 5_000;

/// What a run does next.
#[derive(Debug, Clone)]
pub enum Next {
    /// Write these down and ask again.
    Record(Vec<Event>),
    /// Make these calls, at the same time if there are several. Before one that is no read, its
    /// [`PlannedCall::started`] and everything before it is durable.
    Call(Vec<PlannedCall>),
    /// Get the lock; until then the run waits for it.
    TakeLock {
        /// Its name.
        lock: String,
    },
    /// Use up a turn of the cooldown, or record `refused`.
    TakeTurn {
        /// What "the same fix" is.
        turn: String,
        /// Turns taken since then count.
        since: Timestamp,
        /// So many are allowed.
        max: u32,
        /// What to record when there is none left.
        refused: Event,
    },
    /// Start a child run for a step.
    StartChild(PlannedChild),
    /// Nothing to do before a call under way ends, a person or a child run answers, or `until`.
    Wait {
        /// When to ask again at the latest.
        until: Option<Timestamp>,
    },
    /// The run is over.
    Over,
}

/// A call that is about to be made.
#[derive(Debug, Clone)]
pub struct PlannedCall {
    /// The step.
    pub key: StepKey,
    /// The entry that says that the attempt begins.
    pub started: Event,
    /// The call.
    pub request: Request,
    /// What it does to the world.
    pub effect: Effect,
    /// When it must have ended; it is not made after this.
    pub deadline: Timestamp,
    reading: Reading,
    /// Whether what came before is durable before it also where it only reads: what a model said is not asked again.
    after_all: bool,
}

/// Whom a call goes to.
#[derive(Debug, Clone)]
pub enum Request {
    /// A tool.
    Tool(ToolCall),
    /// A language model.
    Model(Box<Question>),
}

/// A child run that is about to be started.
#[derive(Debug, Clone)]
pub struct PlannedChild {
    /// The step that waits for it.
    pub key: StepKey,
    /// The entry that says that the step begins.
    pub started: Event,
    /// Name of the recipe.
    pub recipe: String,
    /// Its inputs.
    pub inputs: Map<String, Value>,
    /// Under which name expressions see its outputs.
    pub bind: Option<String>,
}

/// Decides what the run does next.
pub fn next(program: &Program, history: &History, now: Timestamp) -> Next {
    if history.unknown_entry().is_some() {
        return Next::Wait { until: None };
    }
    if history.state().status.is_final() {
        return Next::Over;
    }
    if history.is_held() {
        return Next::Wait { until: None };
    }
    if history.state().started_at.is_none() {
        let limit_ms = guardrail::run_limit_ms(&program.recipe.guardrails);
        return Next::Record(vec![Event::Began { limit_ms }]);
    }
    if history.failing().is_some() {
        return rollback::next(program, history, now);
    }
    if let Some(ending) = must_end(program, history, now) {
        return ending;
    }
    if history.stopped().is_some() {
        return when_idle(history, || finish::well(program, history, now));
    }
    for phase in Phase::ALL {
        if phase == Phase::Plan
            && let Some(next) = room_found(program, history)
        {
            return next;
        }
        if phase == Phase::Act
            && let Some(next) = before_act(program, history, now)
        {
            return next;
        }
        let mut walk = Walk::new(program, history, now);
        match walk.sequence(program.recipe.steps(phase), &Place::of_phase(phase)) {
            Progress::Done => {}
            Progress::Busy => return walk.into_next(),
            Progress::Failed(key) => return fail(history, &key),
        }
    }
    finish::well(program, history, now)
}

/// Cancelled, out of time, or out of bounds: no further step starts, and what is under way is awaited.
fn must_end(program: &Program, history: &History, now: Timestamp) -> Option<Next> {
    let message = if let Some(cancelled) = history.cancelled() {
        words::cancelled(cancelled)
    } else if history.deadline().is_some_and(|deadline| deadline <= now) {
        words::out_of_time(&program.recipe.guardrails)
    } else if history.step_count() > MOST_STEPS {
        format!("the run has more than {MOST_STEPS} steps")
    } else {
        return None;
    };
    Some(when_idle(history, || {
        Next::Record(vec![Event::Failing {
            error: RunError {
                phase: Some(history.phase()),
                step: None,
                message,
                hint: None,
            },
        }])
    }))
}

/// Lets calls and child runs under way end first.
fn when_idle(history: &History, then: impl FnOnce() -> Next) -> Next {
    if history.calls_under_way() > 0 || history.children().next().is_some() {
        return Next::Wait { until: None };
    }
    then()
}

/// The room that the inputs name, once they are complete.
fn room_found(program: &Program, history: &History) -> Option<Next> {
    if history.state().room.is_some() {
        return None;
    }
    let wanted = room_input(&history.state().inputs)?;
    let room = program.surroundings.room(history.run().mode, wanted)?;
    Some(Next::Record(vec![Event::RoomFound { room }]))
}

/// What must hold before the first step of act: the lock, and a turn of the cooldown.
fn before_act(program: &Program, history: &History, now: Timestamp) -> Option<Next> {
    let guardrails = &program.recipe.guardrails;
    if program.recipe.act.is_empty() {
        return None;
    }
    let scope = || history.scope(RunPhase::Plan, now);
    if let Some(lock) = &guardrails.lock
        && !history.holds_lock()
    {
        return Some(match lock.render(&scope()) {
            Ok(lock) => Next::TakeLock { lock },
            Err(error) => fail_before_act(format!("the lock has no name: {error}"), error.hint),
        });
    }
    if let Some(cooldown) = &guardrails.cooldown
        && !history.turn_taken()
    {
        return Some(match cooldown.key.render(&scope()) {
            Ok(turn) => Next::TakeTurn {
                since: guardrail::earlier(now, cooldown.period),
                max: cooldown.max,
                refused: failing_before_act(words::no_turn_left(&turn, cooldown), None),
                turn,
            },
            Err(error) => fail_before_act(format!("the cooldown has no key: {error}"), error.hint),
        });
    }
    None
}

fn fail_before_act(message: String, hint: Option<String>) -> Next {
    Next::Record(vec![failing_before_act(message, hint)])
}

fn failing_before_act(message: String, hint: Option<String>) -> Event {
    Event::Failing {
        error: RunError {
            phase: Some(RunPhase::Act),
            step: None,
            message,
            hint,
        },
    }
}

/// The run fails because of a step: the one named, or the one inside it that is at fault.
fn fail(history: &History, key: &StepKey) -> Next {
    let mut key = key.clone();
    while let Some(record) = history.step(&key)
        && let Some(inner) = record.state.result["failed_step"].as_str()
    {
        key = StepKey(inner.to_owned());
    }
    let record = history.step(&key);
    let message = record.and_then(|record| record.state.error.clone());
    Next::Record(vec![Event::Failing {
        error: RunError {
            phase: record.map(|record| record.state.phase),
            message: message.unwrap_or_else(|| format!("step {key} failed")),
            hint: record.and_then(|record| record.hint.clone()),
            step: Some(key),
        },
    }])
}
