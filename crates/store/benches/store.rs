//! How many four-step runs a second the journal takes, and how fast lists answer over a long history.
//!
//! `cargo bench -p avops-store --profile fast`; `TMPDIR` chooses the disk, `RUNS` how many runs each round has (20,000),
//! `HISTORY` how many runs the lists have behind them (100,000).

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    reason = "a bench prints what it measured, and stops at the first failure"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use avops_engine::journal::NewArtifact;
use avops_engine::{
    Artifact, Batch, Entry, Event, Journal, Mode, NewRun, RecipeRef, RunId, RunPhase, RunState,
    RunStatus, StepKey, StepState, StepStatus,
};
use avops_store::{RunFilter, Store, Window};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use uuid::Uuid;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        for producers in [1, 32, 256] {
            journal(producers, setting("RUNS", 20_000)).await;
        }
        lists(setting("HISTORY", 100_000)).await;
    });
}

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

/// Runs of three flushes each, from so many producers at once.
async fn journal(producers: usize, runs: usize) {
    let runs = if producers == 1 { runs / 10 } else { runs };
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_in(folder.path()).await.unwrap();
    let left = Arc::new(AtomicUsize::new(runs));
    let start = Instant::now();
    let tasks: Vec<_> = (0..producers)
        .map(|_| {
            let (store, left) = (store.clone(), Arc::clone(&left));
            tokio::spawn(async move {
                let mut times = Vec::new();
                while left
                    .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1))
                    .is_ok()
                {
                    let start = Instant::now();
                    let id = RunId(Uuid::now_v7());
                    one_run(&store, id, Timestamp::now(), "recipe-1", RunStatus::Success).await;
                    times.push(start.elapsed());
                }
                times
            })
        })
        .collect();
    let mut times = Vec::with_capacity(runs);
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    let seconds = start.elapsed().as_secs_f64();
    times.sort_unstable();
    println!(
        "journal  {producers:>4} producers: {:>7.0} runs/s, p50 {:?}, p99 {:?}, {:.3} commits a run",
        runs as f64 / seconds,
        times[runs / 2],
        times[runs * 99 / 100],
        store.commits() as f64 / runs as f64,
    );
    store.close().await.unwrap();
}

/// A history of so many runs, one each 20 seconds up to `now`.
async fn fill(store: &Store, history: usize, now: Timestamp) {
    for start in (0..history).step_by(512) {
        let some = (start..history.min(start + 512)).map(|n| {
            let store = store.clone();
            async move {
                let age = SignedDuration::from_secs(i64::try_from((history - n) * 20).unwrap());
                let status = match n % 100 {
                    0 => RunStatus::Failed,
                    1 => RunStatus::Cancelled,
                    _ => RunStatus::Success,
                };
                let recipe = format!("recipe-{}", n % 37);
                one_run(&store, RunId(Uuid::now_v7()), now - age, &recipe, status).await;
            }
        });
        futures::future::join_all(some).await;
    }
}

/// What people look for.
fn filters(now: Timestamp) -> Vec<(&'static str, RunFilter)> {
    let day = now - SignedDuration::from_hours(24);
    let any = RunFilter::default;
    vec![
        ("no filter", any()),
        (
            "failed",
            RunFilter {
                status: vec![RunStatus::Failed],
                ..any()
            },
        ),
        (
            "waiting (none)",
            RunFilter {
                status: vec![RunStatus::Waiting],
                ..any()
            },
        ),
        (
            "failed or cancelled, a day",
            RunFilter {
                status: vec![RunStatus::Failed, RunStatus::Cancelled],
                since: Some(day),
                ..any()
            },
        ),
        (
            "one recipe, failed",
            RunFilter {
                recipe: Some("recipe-7".to_owned()),
                status: vec![RunStatus::Failed],
                ..any()
            },
        ),
        (
            "trigger (none)",
            RunFilter {
                trigger: Some("chat".to_owned()),
                ..any()
            },
        ),
        (
            "mode mock (none)",
            RunFilter {
                mode: Some(Mode::Mock),
                ..any()
            },
        ),
        (
            "text (none)",
            RunFilter {
                text: Some("nowhere".to_owned()),
                ..any()
            },
        ),
        (
            "until long ago",
            RunFilter {
                until: Some(now - SignedDuration::from_hours(24 * 20)),
                ..any()
            },
        ),
    ]
}

/// Lists and figures over a history of so many runs.
async fn lists(history: usize) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_in(folder.path()).await.unwrap();
    let now = Timestamp::now();
    fill(&store, history, now).await;
    println!("lists over {history} runs, 50 a page:");
    for (name, filter) in filters(now) {
        let mut times = Vec::new();
        let mut found = 0;
        for _ in 0..20 {
            let start = Instant::now();
            found = store
                .latest_runs(&filter, 50, None)
                .await
                .unwrap()
                .items
                .len();
            times.push(start.elapsed());
        }
        report(name, &mut times, &format!("{found} found"));
    }
    let day = now - SignedDuration::from_hours(24);
    for (name, since) in [("kpis, a day", Some(day)), ("kpis, all", None)] {
        let mut times = Vec::new();
        let mut runs = 0;
        for _ in 0..10 {
            let start = Instant::now();
            runs = store
                .kpis(&Window { since, until: now })
                .await
                .unwrap()
                .runs;
            times.push(start.elapsed());
        }
        report(name, &mut times, &format!("{runs} runs"));
    }
    let mut times = Vec::new();
    let mut points = 0;
    for _ in 0..10 {
        let start = Instant::now();
        let since = now - SignedDuration::from_hours(24 * 30);
        points = store.trend(since, now, 86_400).await.unwrap().len();
        times.push(start.elapsed());
    }
    report("trend, 30 days", &mut times, &format!("{points} points"));
    store.close().await.unwrap();
}

fn report(name: &str, times: &mut [Duration], what: &str) {
    times.sort_unstable();
    println!(
        "  {name:<28} median {:>10.2?}, worst {:>10.2?}, {what}",
        times[times.len() / 2],
        times[times.len() - 1]
    );
}

/// An ask, a read, a keyed call and a check, as the engine writes them: three batches.
async fn one_run(store: &Store, id: RunId, at: Timestamp, recipe: &str, end: RunStatus) {
    let run = new_run(id, recipe);
    let accepted = Event::Accepted {
        run: Box::new(run.clone()),
    };
    let mut state = state(id, at);
    store
        .accept(&run, batch(&mut state, at, vec![accepted], vec![]))
        .await
        .unwrap();

    state.status = RunStatus::Running;
    state.started_at = Some(at);
    let steps = vec![
        step("intake.1", 1, RunPhase::Intake, StepStatus::Ok, at),
        step("plan.1", 2, RunPhase::Plan, StepStatus::Ok, at),
        step("act.1", 3, RunPhase::Act, StepStatus::Running, at),
    ];
    let events = vec![
        Event::Began { limit_ms: 20_000 },
        started("intake.1", RunPhase::Intake),
        done("intake.1"),
        started("plan.1", RunPhase::Plan),
        done("plan.1"),
        started("act.1", RunPhase::Act),
    ];
    store
        .append(batch(&mut state, at, events, steps))
        .await
        .unwrap();

    state.status = end;
    state.finished_at = Some(at);
    state.duration_ms = Some(1_200);
    let steps = vec![
        step("act.1", 3, RunPhase::Act, StepStatus::Ok, at),
        step("verify.1", 4, RunPhase::Verify, StepStatus::Ok, at),
    ];
    let events = vec![
        done("act.1"),
        started("verify.1", RunPhase::Verify),
        done("verify.1"),
        Event::Finished {
            status: end,
            outcome: None,
            rollback: None,
            outputs: Map::new(),
            metrics: Vec::new(),
        },
    ];
    let mut last = batch(&mut state, at, events, steps);
    last.artifacts.push(NewArtifact {
        number: 1,
        step: StepKey("act.1".to_owned()),
        at,
        artifact: Artifact {
            kind: "message".to_owned(),
            title: "Posted to #avops".to_owned(),
            external_id: Some("1732440000.000100".to_owned()),
            url: Some("https://example.com/archives/C1/p1".to_owned()),
            data: json!({ "channel": "#avops" }),
        },
        content: None,
    });
    store.append(last).await.unwrap();
}

fn batch(state: &mut RunState, at: Timestamp, events: Vec<Event>, steps: Vec<StepState>) -> Batch {
    let after = state.seq;
    let entries: Vec<Entry> = (after + 1..)
        .zip(events)
        .map(|(seq, event)| Entry { seq, at, event })
        .collect();
    state.seq += entries.len() as u64;
    Batch {
        run: state.id,
        after,
        entries,
        state: state.clone(),
        steps,
        artifacts: Vec::new(),
        contents: Vec::new(),
    }
}

fn new_run(id: RunId, recipe: &str) -> NewRun {
    NewRun {
        id,
        name: "Zoom Room Admin Policy Check".to_owned(),
        agent: None,
        recipe: RecipeRef {
            id: Some(recipe.to_owned()),
            name: "Zoom Room Admin Policy Check".to_owned(),
            version: 1,
            hash: "0".repeat(64),
        },
        workflow_id: None,
        trigger: "api".to_owned(),
        mode: Mode::Live,
        supervised: false,
        inputs: Map::from_iter([("room".to_owned(), json!("Room 204"))]),
        requested_by: "owner".to_owned(),
        parent: None,
        again: None,
        request: None,
        meta: Map::new(),
        url: format!("http://127.0.0.1:8420/runs/{id}"),
    }
}

fn state(id: RunId, at: Timestamp) -> RunState {
    RunState {
        id,
        status: RunStatus::Queued,
        waiting_for: None,
        wake_at: None,
        lock: None,
        outcome: None,
        accepted_at: at,
        started_at: None,
        finished_at: None,
        duration_ms: None,
        working_ms: None,
        plan_act_ms: None,
        checks: 1,
        checks_held: 1,
        error: None,
        rollback: None,
        room: None,
        inputs: Map::from_iter([("room".to_owned(), json!("Room 204"))]),
        outputs: Map::new(),
        metrics: Vec::new(),
        seq: 0,
    }
}

fn payload() -> Value {
    json!({ "query": "Room 204", "site": "Berlin", "fields": ["status", "devices", "calendar"], "limit": 10 })
}

fn started(key: &str, phase: RunPhase) -> Event {
    Event::StepStarted {
        key: StepKey(key.to_owned()),
        phase,
        verb: "action".to_owned(),
        title: "lookup_zoom_room".to_owned(),
        attempt: 1,
        payload: payload(),
        call: None,
        deadline: None,
    }
}

fn done(key: &str) -> Event {
    Event::StepDone {
        key: StepKey(key.to_owned()),
        bind: Some("zoom_room".to_owned()),
        result: json!({ "id": "r204", "status": "online", "name": "Room 204", "devices": 3 }),
        moved: None,
        message: None,
        artifacts: Vec::new(),
    }
}

fn step(key: &str, seq: u32, phase: RunPhase, status: StepStatus, at: Timestamp) -> StepState {
    StepState {
        key: StepKey(key.to_owned()),
        seq,
        phase,
        title: "lookup_zoom_room".to_owned(),
        verb: "action".to_owned(),
        tool: Some("zoom".to_owned()),
        action: Some("lookup_zoom_room".to_owned()),
        attempt: 1,
        status,
        message: None,
        payload: payload(),
        result: json!({ "id": "r204", "status": "online", "name": "Room 204", "devices": 3 }),
        error: None,
        started_at: at,
        finished_at: Some(at),
        gate: None,
        reused_from: None,
    }
}
