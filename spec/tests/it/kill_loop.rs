//! Kills the program with -9 again and again, at random and at chosen instants, and then holds what was
//! accepted, what was recorded and what the tool did against each other.
//!
//! `AVOPS_KILLS` sets the number of kills, `AVOPS_SEED` repeats a failed loop as far as chance goes.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::time::Duration;

use avops_spec::program::free_port;
use avops_spec::{Client, Ledger, Moment, Program};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

const RECIPE: &str = include_str!("../../recipes/kill_loop.yaml");
const RUNS_PER_CYCLE: u64 = 5;
const MOST_AT_ONCE: usize = 40;

/// When a cycle's kill strikes.
#[derive(Debug, Clone, Copy)]
enum Strike {
    /// Some time after the submissions.
    After(Duration),
    /// When the tool is in the middle of a write.
    At(Moment),
    /// While the program starts.
    Startup(Duration),
}

/// What was asked of the program, by idempotency key, and the run that it gave, once it gave one.
type Asked = BTreeMap<u64, Option<String>>;

#[tokio::test(flavor = "multi_thread")]
async fn no_accepted_run_is_lost_and_no_once_action_is_done_twice_however_often_the_program_is_killed()
 {
    let kills = number("AVOPS_KILLS", 25);
    let seed = number("AVOPS_SEED", rand::random_range(1..1_000_000));
    println!("AVOPS_SEED={seed} AVOPS_KILLS={kills}");
    let mut chance = StdRng::seed_from_u64(seed);
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::start(Duration::from_millis(4)).await.unwrap();
    let mut port = free_port().unwrap();
    let program = Program::start(folder.path(), port).await.unwrap();
    prepare(program.client(), &ledger).await;
    program.kill().await.unwrap();

    let mut asked = Asked::new();
    for cycle in 0..kills {
        for _ in 0..RUNS_PER_CYCLE {
            asked.insert(asked.len() as u64 + 1, None);
        }
        let strike = choose(&mut chance);
        // A fresh port each time: the one before may linger in the system for a while.
        port = free_port().unwrap();
        live_and_die(folder.path(), port, &ledger, &mut asked, strike).await;
        println!(
            "kill {} {strike:?}: {} asked, {} accepted",
            cycle + 1,
            asked.len(),
            accepted(&asked)
        );
    }

    let program = Program::start(folder.path(), port).await.unwrap();
    while accepted(&asked) < asked.len() {
        let before = accepted(&asked);
        submit(program.client(), &mut asked).await;
        assert!(
            accepted(&asked) > before,
            "nothing is accepted any more (seed {seed})"
        );
    }
    assert_eq!(
        accepted(&asked),
        asked.len(),
        "a submission repeated with its key must be accepted (seed {seed})"
    );
    let interrupted = bring_to_an_end(program.client(), &ledger, &asked).await;
    println!("{interrupted} runs asked a person what became of a call");
    reconcile(program.client(), &ledger, &asked, seed).await;
    assert!(
        program.stop().await.unwrap().success(),
        "a polite stop ends with code 0"
    );
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

fn choose(chance: &mut StdRng) -> Strike {
    match chance.random_range(0..12) {
        0 => Strike::Startup(Duration::from_millis(chance.random_range(0..150))),
        1..=4 => Strike::After(Duration::from_millis(chance.random_range(0..80))),
        5 | 6 => Strike::At(Moment::Received),
        7 | 8 => Strike::At(Moment::Acted),
        9 => Strike::At(Moment::Answered),
        // Now and then the program lives long enough to catch up, so that kills hit every age of a run.
        _ => Strike::After(Duration::from_millis(chance.random_range(400..1_500))),
    }
}

async fn prepare(client: &Client, ledger: &Ledger) {
    for (path, body) in [
        ("/api/v1/tools", ledger.registration("ledger")),
        ("/api/v1/recipes", json!({ "yaml": RECIPE })),
        (
            "/api/v1/agents",
            json!({ "name": "Loop", "domain": "support", "tools": ["ledger"], "recipes": ["Kill loop"] }),
        ),
    ] {
        let reply = client.post(path, &body).await.unwrap();
        assert!(
            reply.status < 300,
            "POST {path} answered {}: {}",
            reply.status,
            reply.body
        );
    }
}

async fn live_and_die(data: &Path, port: u16, ledger: &Ledger, asked: &mut Asked, strike: Strike) {
    if let Strike::Startup(after) = strike {
        let program = Program::spawn(data, port).unwrap();
        tokio::time::sleep(after).await;
        program.kill().await.unwrap();
        return;
    }
    let program = Program::start(data, port).await.unwrap();
    let mut moments = ledger.moments();
    let client = program.client().clone();
    let striking = async {
        match strike {
            Strike::After(time) | Strike::Startup(time) => tokio::time::sleep(time).await,
            Strike::At(moment) => {
                // Should no write come any more, the kill strikes all the same.
                let seen = async { while moments.recv().await.is_ok_and(|seen| seen != moment) {} };
                drop(tokio::time::timeout(Duration::from_secs(2), seen).await);
            }
        }
        program.kill().await.unwrap();
    };
    tokio::join!(striking, submit(&client, asked));
}

/// Submits the oldest that have no run yet; what gets no answer stays open.
async fn submit(client: &Client, asked: &mut Asked) {
    let open = asked
        .iter()
        .filter(|(_, run)| run.is_none())
        .map(|(number, _)| *number)
        .take(MOST_AT_ONCE);
    let calls = open.map(|number| {
        let client = client.clone();
        tokio::spawn(async move {
            let body = json!({ "agent": "Loop", "recipe": "Kill loop", "inputs": { "n": number } });
            (
                number,
                client
                    .post_once("/api/v1/runs", &format!("kill-loop-{number}"), &body)
                    .await,
            )
        })
    });
    for call in calls.collect::<Vec<_>>() {
        let (number, reply) = call.await.unwrap();
        let Ok(reply) = reply else { continue };
        assert!(
            reply.status < 300 || reply.status == 503,
            "submission {number} answered {}: {}",
            reply.status,
            reply.body
        );
        if reply.status < 300 {
            asked.insert(number, Some(reply.text("/id").to_owned()));
        }
    }
}

fn accepted(asked: &Asked) -> usize {
    asked.values().flatten().count()
}

/// Waits until every run is over, answering "did it happen?" from the ledger, as a person would who looks.
async fn bring_to_an_end(client: &Client, ledger: &Ledger, asked: &Asked) -> usize {
    let mut answered = 0;
    for (number, run) in asked {
        let run = run.as_deref().unwrap();
        let mut looks = 0;
        loop {
            let reply = client.get(&format!("/api/v1/runs/{run}")).await.unwrap();
            assert_eq!(
                reply.status, 200,
                "run {run} of submission {number} is not there: {}",
                reply.body
            );
            match (reply.text("/status"), reply.text("/waiting_for")) {
                ("success" | "unproven" | "failed" | "cancelled", _) => break,
                ("waiting", "interrupted") => {
                    answer(client, ledger, run, &reply.body).await;
                    answered += 1;
                }
                _ => tokio::time::sleep(Duration::from_millis(25)).await,
            }
            looks += 1;
            assert!(
                looks < 2_000,
                "run {run} does not come to an end: {}",
                reply.body
            );
        }
    }
    answered
}

async fn answer(client: &Client, ledger: &Ledger, run: &str, body: &Value) {
    let steps = body["steps"].as_array().cloned().unwrap_or_default();
    let waiting = steps
        .iter()
        .find(|step| step["status"] == "waiting")
        .unwrap_or_else(|| panic!("no waiting step: {body}"));
    let step = waiting["key"].as_str().unwrap();
    let number = &body["inputs"]["n"];
    let happened = ledger
        .effects()
        .iter()
        .any(|effect| effect.action == "ring" && effect.args["n"] == *number);
    let signal = if happened {
        json!({ "kind": "resolve", "step": step, "as": "happened", "result": { "n": number } })
    } else {
        json!({ "kind": "resolve", "step": step, "as": "repeat" })
    };
    let reply = client
        .post(&format!("/api/v1/runs/{run}/signals"), &signal)
        .await
        .unwrap();
    assert!(
        reply.status < 300,
        "resolving {step} of {run} answered {}: {}",
        reply.status,
        reply.body
    );
}

async fn reconcile(client: &Client, ledger: &Ledger, asked: &Asked, seed: u64) {
    let mut puts: HashMap<i64, usize> = HashMap::new();
    let mut rings: HashMap<i64, usize> = HashMap::new();
    let mut keys: HashMap<(String, i64), Vec<String>> = HashMap::new();
    for effect in ledger.effects() {
        let number = effect.args["n"].as_i64().unwrap();
        *if effect.action == "put" {
            &mut puts
        } else {
            &mut rings
        }
        .entry(number)
        .or_default() += 1;
        keys.entry((effect.action, number))
            .or_default()
            .push(effect.key);
    }
    for (number, run) in asked {
        let run = run.as_deref().unwrap();
        let number = i64::try_from(*number).unwrap();
        let reply = client.get(&format!("/api/v1/runs/{run}")).await.unwrap();
        let story = format!(
            "submission {number}, run {run}, seed {seed}: {}",
            reply.body
        );
        assert_eq!(reply.text("/status"), "success", "{story}");
        assert_eq!(reply.body["inputs"]["n"], number, "{story}");
        assert_eq!(
            puts.get(&number),
            Some(&1),
            "the keyed write happened once; {story}"
        );
        assert_eq!(
            rings.get(&number),
            Some(&1),
            "the once write happened once; {story}"
        );
        assert_eq!(keys[&("put".to_owned(), number)].len(), 1, "{story}");
    }
    assert_eq!(
        puts.len(),
        asked.len(),
        "no write belongs to nobody (seed {seed})"
    );
    let mut runs: Vec<_> = asked.values().flatten().collect();
    runs.sort();
    runs.dedup();
    assert_eq!(runs.len(), asked.len(), "one key, one run (seed {seed})");
}
