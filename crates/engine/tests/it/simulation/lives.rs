//! The play: some runs, several lives of the program with a crash between them, people who answer at random, and at the
//! end a life in which nothing fails.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use avops_engine::{
    Clock, Embedded, Engine, EngineError, History, NewRun, NoModels, Options, Ports, RequestKey,
    Resolution, RunId, Signal, StepKey, WaitReason,
};
use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Map, json};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::disk::Disk;
use super::recipes;
use super::tools::Tools;
use super::truth::{Seen, Shared, Truth, locked};
use crate::world::{BEGINNING, CountedIds, Recipes, WorldClock, new_run};

/// However long a world takes to come to rest.
const HEALING: Duration = Duration::from_hours(24 * 100);

/// Plays one seed and checks every promise. Panics when one is broken.
pub(super) fn simulate(seed: u64) -> Seen {
    let mut chance = StdRng::seed_from_u64(seed);
    let recipes = Arc::new(Recipes::default());
    recipes.add(recipes::CHILD);
    let ids = Arc::new(CountedIds::default());
    let mut requests = Vec::new();
    for number in 0..chance.random_range(1..4) {
        let recipe = recipes.add(&recipes::recipe(&mut chance, &format!("R{number}")));
        for again in 0..chance.random_range(1..3) {
            let inputs = match chance.random_range(0..10) {
                0 => json!({}),
                _ => json!({"room": "204"}),
            };
            let id = RunId(Uuid::from_u128(0xa000 + number * 16 + again));
            let mut run = new_run(id, recipe.clone(), inputs);
            run.request = Some(RequestKey {
                principal: "sim".to_owned(),
                key: id.to_string(),
                content: "same".to_owned(),
            });
            requests.push(run);
        }
    }
    let lives = chance.random_range(1..6);
    let truth: Shared = Arc::new(Mutex::new(Truth {
        chance,
        runs: BTreeMap::new(),
        keys: Vec::new(),
        contents: BTreeMap::new(),
        turns: Vec::new(),
        promised: Vec::new(),
        cancelled: BTreeSet::new(),
        effects: BTreeMap::new(),
        life: 0,
        healed: false,
        seen: Seen::default(),
        broken: Vec::new(),
    }));
    let mut now: Timestamp = BEGINNING.parse().expect("a time");
    for _ in 0..lives {
        now = live(&truth, &recipes, &ids, now, &requests, false);
    }
    live(&truth, &recipes, &ids, now, &requests, true);
    let mut truth = locked(&truth);
    truth.check_end();
    truth.seen.clone()
}

/// One life of the program, up to a crash or, in the last, to the end of all runs. Returns the time at its end.
fn live(
    truth: &Shared,
    recipes: &Arc<Recipes>,
    ids: &Arc<CountedIds>,
    now: Timestamp,
    requests: &[NewRun],
    healed: bool,
) -> Timestamp {
    let (life, length) = {
        let mut truth = locked(truth);
        truth.life += 1;
        truth.healed = healed;
        let length = match truth.chance.random_range(0..10) {
            0 => truth.chance.random_range(0..20),
            1..=6 => truth.chance.random_range(0..5_000),
            _ => truth.chance.random_range(0..90_000),
        };
        (truth.life, Duration::from_millis(length))
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let ended = runtime.block_on(async {
        let clock = Arc::new(WorldClock::starting_at(now));
        let engine = Embedded::new(
            Ports {
                journal: Arc::new(Disk {
                    truth: Arc::clone(truth),
                    life,
                }),
                toolbox: Arc::new(Tools {
                    truth: Arc::clone(truth),
                    life,
                    clock: Arc::clone(&clock),
                }),
                models: Arc::new(NoModels),
                library: recipes.clone(),
                clock: clock.clone(),
                ids: ids.clone(),
            },
            Options {
                most_active: 3,
                ..Options::default()
            },
        );
        let stop = CancellationToken::new();
        let serving = tokio::spawn({
            let (engine, stop) = (engine.clone(), stop.clone());
            async move { engine.serve(stop).await }
        });
        let people = people(truth, &engine, requests, healed);
        let limit = if healed { HEALING } else { length };
        tokio::select! {
            biased;
            () = tokio::time::sleep(limit) => assert!(!healed, "every open run ends or waits for a person"),
            () = people => {}
        }
        if locked(truth).chance.random_bool(0.2) && !healed {
            stop.cancel();
            serving.await.expect("serving ends").expect("serving ends well");
        } else {
            locked(truth).seen.note("crash");
        }
        clock.now()
    });
    drop(runtime);
    // The machine is down for a while.
    let down = locked(truth).chance.random_range(0..120_000);
    Timestamp::from_millisecond(ended.as_millisecond() + down).expect("a time")
}

/// Programs that start runs and people who answer, until all runs are over.
async fn people(truth: &Shared, engine: &Embedded, requests: &[NewRun], healed: bool) {
    let mut waiting: Vec<&NewRun> = {
        let truth = locked(truth);
        requests
            .iter()
            .filter(|run| !truth.promised.contains(&run.id))
            .collect()
    };
    loop {
        if let Some(run) = waiting.pop() {
            match engine.start(run.clone()).await {
                Ok(accepted) => {
                    assert_eq!(accepted.run, run.id, "one key, one run");
                    locked(truth).promised.push(run.id);
                }
                Err(EngineError::Journal(_)) => waiting.push(run),
                Err(error) => panic!("a good request is refused: {error}"),
            }
        }
        let pause = locked(truth).chance.random_range(1..3_000);
        tokio::time::sleep(Duration::from_millis(pause)).await;
        let open: Vec<RunId> = {
            let truth = locked(truth);
            let states = truth.runs.values().map(|stored| &stored.state);
            states
                .filter(|state| !state.status.is_final())
                .map(|state| state.id)
                .collect()
        };
        if waiting.is_empty() && open.is_empty() {
            return;
        }
        for run in open {
            say_something(truth, engine, run, healed).await;
        }
    }
}

/// Answers what a run waits for, sometimes wrongly, sometimes with a cancellation.
async fn say_something(truth: &Shared, engine: &Embedded, run: RunId, healed: bool) {
    let signal = {
        let mut truth = locked(truth);
        let gate = truth.runs.get(&run).and_then(|stored| {
            let history = History::fold(&stored.entries).expect("a journal is a history");
            let gate = history.gates().next();
            gate.map(|(key, gate)| (key.clone(), gate.reason))
        });
        let dice = truth.chance.random_range(0..100);
        match gate {
            _ if dice < 2 && !healed => Some(Signal::Cancel { reason: None }),
            Some((key, reason)) if dice < 60 || healed => {
                Some(answer(&mut truth.chance, key, reason))
            }
            _ if dice > 97 => Some(answer(
                &mut truth.chance,
                StepKey("nowhere".to_owned()),
                WaitReason::Approval,
            )),
            _ => None,
        }
    };
    let Some(signal) = signal else {
        return;
    };
    let is_cancel = matches!(signal, Signal::Cancel { .. });
    let answer = engine.signal(run, signal, "someone").await;
    match answer {
        Ok(_) if is_cancel => {
            locked(truth).cancelled.insert(run);
        }
        Ok(_) | Err(EngineError::NotWaiting { .. } | EngineError::Unavailable(_)) => {}
        Err(error) => panic!("a signal is answered with {error}"),
    }
}

fn answer(chance: &mut StdRng, key: StepKey, reason: WaitReason) -> Signal {
    let step = Some(key);
    let note = None;
    match reason {
        WaitReason::Input => Signal::Answer {
            inputs: Map::from_iter([("room".to_owned(), json!("204"))]),
        },
        WaitReason::Manual => Signal::Done {
            step,
            note,
            artifact: None,
        },
        WaitReason::Interrupted => {
            let resolutions = [
                Resolution::Happened,
                Resolution::Repeat,
                Resolution::Skip,
                Resolution::Fail,
            ];
            Signal::Resolve {
                step,
                resolution: resolutions[chance.random_range(0..4)],
                result: None,
                note,
            }
        }
        _ if chance.random_bool(0.8) => Signal::Approve { step, note },
        _ => Signal::Reject { step, note },
    }
}
