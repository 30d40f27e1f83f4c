//! Runs to store.

use avops_engine::journal::NewArtifact;
use avops_engine::{
    Artifact, Batch, Entry, Event, Mode, NewRun, RecipeRef, RequestKey, RunId, RunPhase, RunState,
    RunStatus, StepKey, StepState, StepStatus,
};
use avops_store::Store;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use uuid::Uuid;

/// Second `n` of the tests' time.
pub(crate) fn at(second: i64) -> Timestamp {
    let start: Timestamp = "2026-11-24T12:00:00.000000001Z".parse().unwrap();
    start + SignedDuration::from_secs(second)
}

/// Number `n` of the tests' runs.
pub(crate) fn id(n: u128) -> RunId {
    RunId(Uuid::from_u128(n))
}

pub(crate) async fn store() -> (TempDir, Store) {
    let folder = TempDir::new().unwrap();
    let store = Store::open_in(folder.path()).await.unwrap();
    (folder, store)
}

pub(crate) fn new_run(id: RunId) -> NewRun {
    NewRun {
        id,
        name: "Room check".to_owned(),
        agent: None,
        recipe: RecipeRef {
            id: Some("recipe-1".to_owned()),
            name: "Room check".to_owned(),
            version: 1,
            hash: "00".repeat(32),
        },
        workflow_id: None,
        trigger: "api".to_owned(),
        mode: Mode::Live,
        supervised: false,
        inputs: Map::new(),
        requested_by: "ann".to_owned(),
        parent: None,
        again: None,
        request: None,
        meta: Map::new(),
        url: format!("http://127.0.0.1:8420/runs/{id}"),
    }
}

pub(crate) fn keyed(id: RunId, key: &str, content: &str) -> NewRun {
    NewRun {
        request: Some(RequestKey {
            principal: "token:1".to_owned(),
            key: key.to_owned(),
            content: content.to_owned(),
        }),
        ..new_run(id)
    }
}

pub(crate) fn state(id: RunId, seq: u64, status: RunStatus, accepted_at: Timestamp) -> RunState {
    let over = status.is_final();
    RunState {
        id,
        status,
        waiting_for: None,
        wake_at: None,
        lock: None,
        outcome: None,
        accepted_at,
        started_at: (seq > 1).then_some(accepted_at),
        finished_at: over.then_some(accepted_at),
        duration_ms: over.then_some(0),
        working_ms: None,
        plan_act_ms: None,
        checks: 0,
        checks_held: 0,
        error: None,
        rollback: None,
        room: None,
        inputs: Map::new(),
        outputs: Map::new(),
        metrics: Vec::new(),
        seq,
    }
}

/// The first batch of a run.
pub(crate) fn first(run: &NewRun, accepted_at: Timestamp) -> Batch {
    Batch {
        run: run.id,
        after: 0,
        entries: vec![Entry {
            seq: 1,
            at: accepted_at,
            event: Event::Accepted {
                run: Box::new(run.clone()),
            },
        }],
        state: state(run.id, 1, RunStatus::Queued, accepted_at),
        steps: Vec::new(),
        artifacts: Vec::new(),
        contents: Vec::new(),
    }
}

/// A batch of `count` entries after `after`.
pub(crate) fn next(id: RunId, after: u64, count: u64, status: RunStatus) -> Batch {
    let entries = (after + 1..=after + count)
        .map(|seq| Entry {
            seq,
            at: at(i64::try_from(seq).unwrap()),
            event: Event::StepDone {
                key: StepKey(format!("act.{seq}")),
                bind: None,
                result: json!({ "seq": seq }),
                moved: None,
                message: None,
                artifacts: Vec::new(),
            },
        })
        .collect();
    Batch {
        run: id,
        after,
        entries,
        state: state(id, after + count, status, at(0)),
        steps: Vec::new(),
        artifacts: Vec::new(),
        contents: Vec::new(),
    }
}

pub(crate) fn step(key: &str, seq: u32, status: StepStatus) -> StepState {
    StepState {
        key: StepKey(key.to_owned()),
        seq,
        phase: RunPhase::Act,
        title: "Post".to_owned(),
        verb: "action".to_owned(),
        tool: Some("slack".to_owned()),
        action: Some("post_message".to_owned()),
        attempt: 1,
        status,
        message: None,
        payload: json!({ "channel": "#avops" }),
        result: Value::Null,
        error: None,
        started_at: at(i64::from(seq)),
        finished_at: None,
        gate: None,
        reused_from: None,
    }
}

pub(crate) fn artifact(number: u32) -> NewArtifact {
    NewArtifact {
        number,
        step: StepKey("act.1".to_owned()),
        at: at(2),
        artifact: Artifact {
            kind: "message".to_owned(),
            title: "Posted".to_owned(),
            external_id: Some("171.5".to_owned()),
            url: Some("https://example.com/m/1".to_owned()),
            data: json!({ "channel": "#avops" }),
        },
        content: None,
    }
}
