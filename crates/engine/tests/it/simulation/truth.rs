//! What is really so in a simulated world, and the promises checked against it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use avops_engine::history::Stage;
use avops_engine::{
    Content, Entry, Event, History, RequestKey, Resolution, RollbackOutcome, RunId, RunState,
    RunStatus, Signal, StepKey, StepState, ToolCall,
};
use avops_recipe::{Effect, Repeat};
use jiff::Timestamp;
use rand::rngs::StdRng;

use crate::world::lines;

/// One run as it is on the disk.
pub(super) struct Stored {
    pub(super) entries: Vec<Entry>,
    pub(super) state: RunState,
    pub(super) steps: BTreeMap<StepKey, StepState>,
}

/// Everything that outlives a process.
pub(super) struct Truth {
    pub(super) chance: StdRng,
    pub(super) runs: BTreeMap<RunId, Stored>,
    pub(super) keys: Vec<(RequestKey, RunId)>,
    pub(super) contents: BTreeMap<String, Content>,
    pub(super) turns: Vec<(String, RunId, Timestamp)>,
    /// Runs whose acceptance somebody was told.
    pub(super) promised: Vec<RunId>,
    /// Runs whose cancellation somebody was told.
    pub(super) cancelled: BTreeSet<RunId>,
    /// How often a call with this key had an effect.
    pub(super) effects: BTreeMap<String, u32>,
    /// Which process lives; what belongs to an older one is gone.
    pub(super) life: u32,
    /// Nothing fails any more.
    pub(super) healed: bool,
    pub(super) seen: Seen,
    /// Broken promises. A panic would not do: the engine survives those of its connectors.
    pub(super) broken: Vec<String>,
}

pub(super) type Shared = Arc<Mutex<Truth>>;

pub(super) fn locked(truth: &Shared) -> MutexGuard<'_, Truth> {
    truth
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// What came up in a simulation: one that never crashes in a call proves nothing about crashes in calls.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Seen {
    pub(super) counts: BTreeMap<String, u64>,
    /// The journals, for comparing two plays of the same seed.
    pub(super) journals: Vec<String>,
}

impl Seen {
    pub(super) fn note(&mut self, what: impl Into<String>) {
        *self.counts.entry(what.into()).or_default() += 1;
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (what, count) in &other.counts {
            *self.counts.entry(what.clone()).or_default() += count;
        }
    }

    pub(super) fn must_cover_everything(&self) {
        let wanted = [
            "crash",
            "crash in a call",
            "write lost",
            "write kept without answer",
            "write failed",
            "ok",
            "not sent",
            "refused",
            "unknown, acted",
            "unknown, not acted",
            "slow",
            "hang",
            "status success",
            "status unproven",
            "status failed",
            "status cancelled",
            "rollback rolled_back",
            "rollback rollback_failed",
            "rollback not_needed",
            "verb ask",
            "verb gather",
            "verb action",
            "verb check",
            "verb notify",
            "verb approve",
            "verb manual",
            "verb wait",
            "verb recipe",
            "verb set",
            "verb if",
            "verb do",
            "verb stop",
            "verb guard",
            "verb probe",
            "gate approval",
            "gate interrupted",
            "gate input",
            "gate manual",
            "resolved happened",
            "resolved repeat",
            "resolved skip",
            "resolved fail",
            "lock awaited",
            "lock taken",
            "turn taken",
        ];
        let missing: Vec<_> = wanted
            .iter()
            .filter(|what| !self.counts.contains_key(**what))
            .collect();
        assert!(
            missing.is_empty(),
            "never came up: {missing:?}; {:#?}",
            self.counts
        );
    }
}

impl Truth {
    fn promise(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.broken.push(what());
        }
    }

    /// Entries have become durable: the rows fit them, and nothing contradicts what was promised.
    pub(super) fn check_write(&mut self, run: RunId) {
        let stored = &self.runs[&run];
        let history = History::fold(&stored.entries).expect("a journal is a history");
        let run_fits = history.state() == &stored.state;
        let steps_fit = history
            .steps()
            .all(|record| stored.steps.get(&record.state.key) == Some(&record.state));
        let end = stored
            .entries
            .iter()
            .position(|entry| matches!(entry.event, Event::Finished { .. }));
        let ends_once = end.is_none_or(|end| end + 1 == stored.entries.len());
        self.promise(run_fits, || {
            format!("run {run}: its row is the fold of its journal")
        });
        self.promise(steps_fit, || {
            format!("run {run}: the rows of its steps are the fold")
        });
        self.promise(ends_once, || format!("run {run}: nothing follows its end"));
        self.check_locks();
    }

    /// Nobody acts under a lock that another run holds, its parents excepted.
    fn check_locks(&mut self) {
        let mut holders: BTreeMap<&str, Vec<&Stored>> = BTreeMap::new();
        for stored in self.runs.values() {
            let taken = stored.entries.iter().find_map(|entry| match &entry.event {
                Event::LockTaken { lock } => Some(lock.as_str()),
                _ => None,
            });
            if let Some(lock) = taken.filter(|_| !stored.state.status.is_final()) {
                holders.entry(lock).or_default().push(stored);
            }
        }
        let mut shared = Vec::new();
        for (lock, runs) in holders {
            let strangers = runs.iter().filter(|stored| {
                let parent = match &stored.entries[0].event {
                    Event::Accepted { run } => run.parent.as_ref().map(|parent| parent.run),
                    _ => None,
                };
                !parent.is_some_and(|parent| runs.iter().any(|run| run.state.id == parent))
            });
            if strangers.count() > 1 {
                shared.push(lock.to_owned());
            }
        }
        self.promise(shared.is_empty(), || {
            format!("a lock has one holder: {shared:?}")
        });
    }

    /// A call arrives at a tool: it was allowed to be made.
    pub(super) fn check_call(&mut self, call: &ToolCall, effect: Effect, now: Timestamp) {
        let (run, step) = split(&call.idempotency_key);
        let stored = &self.runs[&run];
        let is_open = !stored.state.status.is_final();
        let history = History::fold(&stored.entries).expect("a journal is a history");
        let is_rollback = step.starts_with("undo:") || step.starts_with("rollback.");
        let may_begin = is_rollback || !self.cancelled.contains(&run);
        let in_time = is_rollback || history.deadline().is_none_or(|deadline| now <= deadline);
        let record = history.step(&StepKey(step.clone()));
        let is_intended = effect == Effect::Read
            || record.is_some_and(|record| {
                record.stage == Stage::Calling
                    && record.state.payload == call.args
                    && record
                        .call
                        .as_ref()
                        .is_some_and(|intent| intent.idempotency_key == call.idempotency_key)
            });
        if is_rollback && self.cancelled.contains(&run) {
            self.seen.note("rollback after a cancellation");
        }
        self.promise(is_open, || {
            format!("{step}: no call is made for a run that is over")
        });
        self.promise(may_begin, || {
            format!("{step}: no step begins after a confirmed cancellation")
        });
        self.promise(in_time, || {
            format!("{step}: no step begins after the run's limit")
        });
        self.promise(is_intended, || {
            format!("{step}: the intent is durable before the call")
        });
    }

    /// A call has an effect: once is once, unless a person said "repeat".
    pub(super) fn effect(&mut self, call: &ToolCall, repeat: Repeat) {
        let effects = self
            .effects
            .entry(call.idempotency_key.clone())
            .or_default();
        *effects += 1;
        let effects = *effects;
        if repeat != Repeat::Once {
            return;
        }
        let (run, step) = split(&call.idempotency_key);
        let allowed = self.runs[&run].entries.iter().filter(|entry| {
            matches!(&entry.event, Event::GateClosed {
                key,
                signal: Some(Signal::Resolve { resolution: Resolution::Repeat, .. }),
                ..
            } if key.0 == step)
        });
        let allowed = u32::try_from(allowed.count()).expect("few") + 1;
        self.promise(effects <= allowed, || {
            format!("{step} acted {effects} times, {allowed} allowed")
        });
    }

    /// Everything is over: what was promised has come true.
    pub(super) fn check_end(&mut self) {
        if !self.broken.is_empty() {
            let journals = self.runs.values().map(|stored| lines(&stored.entries));
            let journals = journals.collect::<Vec<_>>().join("\n");
            panic!("broken promises: {:#?}\n{journals}", self.broken);
        }
        for run in &self.promised {
            assert!(self.runs.contains_key(run), "an accepted run is never lost");
        }
        for stored in self.runs.values() {
            let state = &stored.state;
            assert!(
                state.status.is_final(),
                "run {} ends: {:?}",
                state.id,
                state.status
            );
            let history = History::fold(&stored.entries).expect("a journal is a history");
            check_keys(&stored.entries);
            let failed = matches!(state.status, RunStatus::Failed | RunStatus::Cancelled);
            assert_eq!(
                failed,
                state.rollback.is_some(),
                "a failed run says what became of its rollback"
            );
            assert_ne!(state.rollback, Some(RollbackOutcome::Running));
            if failed {
                self.check_undone(&history);
            }
            if self.cancelled.contains(&state.id) {
                assert_eq!(
                    state.status,
                    RunStatus::Cancelled,
                    "a confirmed cancellation is one"
                );
            }
            self.seen.note(format!("status {}", state.status.as_str()));
            if let Some(rollback) = state.rollback {
                let text = serde_json::to_value(rollback).expect("an outcome has a name");
                self.seen.note(format!(
                    "rollback {}",
                    text.as_str().expect("a name is text")
                ));
            }
            for entry in &stored.entries {
                note_event(&mut self.seen, &entry.event);
            }
            let entries = serde_json::to_string(&stored.entries).expect("entries are JSON");
            self.seen.journals.push(entries);
        }
    }

    /// Where an act step with an undo had an effect, the undo is on record.
    fn check_undone(&self, history: &History) {
        let run = history.run().id;
        for record in history.steps() {
            let key = &record.state.key;
            let acted = self.effects.contains_key(&format!("{run}:{key}"));
            // The generator marks calls whose step has an undo.
            let has_undo = record.state.payload["undo"] == true;
            let undo = StepKey(format!("undo:{key}"));
            if acted && has_undo {
                assert!(
                    history.step(&undo).is_some(),
                    "{key} acted, so {undo} is recorded"
                );
            }
        }
    }
}

/// The run and the step of an idempotency key.
fn split(key: &str) -> (RunId, String) {
    let (run, step) = key.split_once(':').expect("a key names run and step");
    (
        run.parse().expect("a key begins with a run's id"),
        step.to_owned(),
    )
}

/// Every attempt of a step has the same key.
fn check_keys(entries: &[Entry]) {
    let mut keys: BTreeMap<&StepKey, &str> = BTreeMap::new();
    for entry in entries {
        if let Event::StepStarted {
            key,
            call: Some(call),
            ..
        } = &entry.event
        {
            let first = keys.entry(key).or_insert(&call.idempotency_key);
            assert_eq!(
                *first, call.idempotency_key,
                "every attempt has the same key"
            );
        }
    }
}

fn note_event(seen: &mut Seen, event: &Event) {
    match event {
        Event::StepStarted { verb, .. } => seen.note(format!("verb {verb}")),
        Event::GateOpened { gate, .. } => {
            seen.note(format!("gate {:?}", gate.reason).to_lowercase());
        }
        Event::GateClosed {
            signal: Some(Signal::Resolve { resolution, .. }),
            ..
        } => seen.note(format!("resolved {resolution:?}").to_lowercase()),
        Event::LockAwaited { .. } => seen.note("lock awaited"),
        Event::LockTaken { .. } => seen.note("lock taken"),
        Event::TurnTaken { .. } => seen.note("turn taken"),
        _ => {}
    }
}
