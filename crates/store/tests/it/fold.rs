//! Whatever happens to a run, and wherever its batches are cut: its rows are the fold of its journal.

use avops_engine::event::PauseReason;
use avops_engine::{
    Artifact, Batch, Entry, Event, Gate, History, Journal, RollbackOutcome, RunError, RunPhase,
    RunStatus, StepKey, WaitReason,
};
use avops_recipe::Effect;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::sample::{at, id, new_run, store};

fn key() -> impl Strategy<Value = StepKey> {
    prop_oneof![
        Just("intake.1"),
        Just("plan.1"),
        Just("act.2[3].do.1"),
        Just("undo:act.1"),
        Just("verify.1"),
    ]
    .prop_map(|key| StepKey(key.to_owned()))
}

fn phase_of(key: &StepKey) -> RunPhase {
    match key.0.as_str() {
        "intake.1" => RunPhase::Intake,
        "plan.1" => RunPhase::Plan,
        "verify.1" => RunPhase::Verify,
        "undo:act.1" => RunPhase::Rollback,
        _ => RunPhase::Act,
    }
}

fn started(key: StepKey, attempt: u32) -> Event {
    Event::StepStarted {
        phase: phase_of(&key),
        key,
        verb: "action".to_owned(),
        title: "Restart the room".to_owned(),
        attempt,
        payload: json!({ "room": "204", "attempt": attempt }),
        call: Some(avops_engine::event::CallIntent {
            tool: "zoom".to_owned(),
            action: "restart".to_owned(),
            effect: Effect::Destructive,
            repeat: avops_recipe::Repeat::Once,
            idempotency_key: "k".to_owned(),
        }),
        deadline: Some(at(600)),
    }
}

fn done(key: StepKey, number: u32) -> Event {
    let artifact = |n: u32| Artifact {
        kind: "message".to_owned(),
        title: format!("Message {n}"),
        external_id: Some(n.to_string()),
        url: None,
        data: json!({ "n": n }),
    };
    Event::StepDone {
        key,
        bind: Some("room".to_owned()),
        result: json!({ "status": "online", "number": number }),
        moved: None,
        message: Some("done".to_owned()),
        artifacts: (0..number % 3).map(artifact).collect(),
    }
}

fn opened(key: StepKey, reason: WaitReason) -> Event {
    let gate = Gate {
        reason,
        prompt: "May it restart?".to_owned(),
        role: "operator".to_owned(),
        until: Some(at(900)),
        schema: None,
        evidence: json!({ "seen": [1, 2] }),
    };
    Event::GateOpened {
        key,
        gate: Box::new(gate),
    }
}

fn failing() -> Event {
    Event::Failing {
        error: RunError {
            phase: Some(RunPhase::Act),
            step: Some(StepKey("act.1".to_owned())),
            message: "the room did not come back".to_owned(),
            hint: None,
        },
    }
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => (key(), 1_u32..4).prop_map(|(key, attempt)| started(key, attempt)),
        8 => (key(), any::<u32>()).prop_map(|(key, number)| done(key, number)),
        2 => (key(), any::<bool>()).prop_map(|(key, retryable)| Event::StepFailed {
            key,
            error: "no answer".to_owned(),
            hint: None,
            retryable,
            result: Value::Null,
            not_before: None,
        }),
        2 => (key(), any::<bool>()).prop_map(|(key, carry_on)| Event::StepGivenUp { key, carry_on }),
        2 => key().prop_map(|key| Event::StepPaused {
            key,
            until: at(300),
            reason: PauseReason::Backoff,
            result: json!({ "busy": true }),
        }),
        2 => key().prop_map(|key| Event::StepResumed { key }),
        2 => key().prop_map(|key| opened(key, WaitReason::Approval)),
        2 => key().prop_map(|key| opened(key, WaitReason::Interrupted)),
        3 => key().prop_map(|key| Event::GateClosed { key, signal: None, by: None }),
        1 => Just(Event::LockAwaited { lock: "room 204".to_owned() }),
        1 => Just(Event::LockTaken { lock: "room 204".to_owned() }),
        1 => Just(Event::CancelRequested { by: "ann".to_owned(), reason: None }),
        1 => Just(failing()),
    ]
}

fn finished() -> Event {
    Event::Finished {
        status: RunStatus::Failed,
        outcome: None,
        rollback: Some(RollbackOutcome::RolledBack),
        outputs: Map::from_iter([("room".to_owned(), json!("204"))]),
        metrics: Vec::new(),
    }
}

/// Stores what the history has gathered, as a driver does.
async fn flush(store: &impl Journal, history: &mut History, entries: Vec<Entry>) {
    let (steps, artifacts) = history.take_fresh();
    let batch = Batch {
        run: history.run().id,
        after: entries[0].seq - 1,
        entries,
        state: history.state().clone(),
        steps,
        artifacts,
        contents: Vec::new(),
    };
    if batch.after == 0 {
        store.accept(history.run(), batch).await.unwrap();
    } else {
        store.append(batch).await.unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn rows_are_the_fold_of_the_journal(
        happens in proptest::collection::vec((event(), 0_i64..50, any::<bool>()), 1..40),
        ends in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (_folder, store) = store().await;
            let run = new_run(id(1));
            let mut now = at(0);
            let accepted = Event::Accepted { run: Box::new(run.clone()) };
            let mut pending = vec![Entry { seq: 1, at: now, event: accepted }];
            let mut history = History::new(&pending[0]).unwrap();
            flush(&store, &mut history, std::mem::take(&mut pending)).await;

            let begins = (Event::Began { limit_ms: 60_000 }, 1, false);
            let last = ends.then(|| (finished(), 1, true));
            for (event, seconds, cut) in std::iter::once(begins).chain(happens).chain(last) {
                now += jiff::SignedDuration::from_secs(seconds);
                let entry = Entry { seq: history.state().seq + 1, at: now, event };
                history.push(&entry).unwrap();
                pending.push(entry);
                if cut {
                    flush(&store, &mut history, std::mem::take(&mut pending)).await;
                }
            }
            if !pending.is_empty() {
                flush(&store, &mut history, pending).await;
            }

            let mut folded = History::fold(&store.read(id(1), 0).await.unwrap()).unwrap();
            let row = store.run(id(1)).await.unwrap().unwrap();
            assert_eq!(&row.state, folded.state());
            let (mut steps, artifacts) = folded.take_fresh();
            steps.sort_by_key(|step| step.seq);
            assert_eq!(store.steps(id(1)).await.unwrap(), steps);
            assert_eq!(store.artifacts(id(1)).await.unwrap(), artifacts);
            let open = usize::from(!row.state.status.is_final());
            assert_eq!(store.open_runs().await.unwrap().len(), open);
        });
    }
}
