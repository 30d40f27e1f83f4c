//! Kills the program in the middle of keyed requests that are no runs: none is carried out twice, and a repetition gets
//! the first answer, or is told that the first may have happened.

use std::collections::BTreeMap;
use std::time::Duration;

use avops_spec::program::free_port;
use avops_spec::{Client, Program};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::json;

const KILLS: u64 = 12;

/// Makes an agent under a key of its own; gives its id, or nothing without an answer or when it may have been made.
/// Were it carried out a second time, the refusal would be another: its name is taken.
async fn make(client: &Client, number: u64) -> Option<String> {
    let body = json!({ "name": format!("agent {number}"), "domain": "support" });
    let key = format!("agent-{number}");
    let reply = client.post_once("/api/v1/agents", &key, &body).await.ok()?;
    if reply.status == 409 {
        assert!(
            reply.text("/detail").contains("broke off"),
            "{}",
            reply.body
        );
        return None;
    }
    assert_eq!(reply.status, 201, "{}", reply.body);
    Some(reply.text("/id").to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyed_request_that_broke_off_is_never_carried_out_twice() {
    let seed = rand::random_range(1..1_000_000);
    println!("seed {seed}");
    let mut chance = StdRng::seed_from_u64(seed);
    let folder = tempfile::tempdir().unwrap();
    let mut asked: BTreeMap<u64, Option<String>> = BTreeMap::new();
    for _ in 0..KILLS {
        let program = Program::start(folder.path(), free_port().unwrap())
            .await
            .unwrap();
        let client = program.client().clone();
        // What broke off at the last kill is asked for again.
        if let Some((number, None)) = asked.iter().next_back() {
            let number = *number;
            let id = make(&client, number).await;
            assert_eq!(
                make(&client, number).await,
                id,
                "twice the same (seed {seed})"
            );
            asked.insert(number, id);
        }
        let patience = Duration::from_micros(chance.random_range(0..30_000));
        let striking = async {
            tokio::time::sleep(patience).await;
            program.kill().await.unwrap();
        };
        let asking = async {
            loop {
                let number = asked.len() as u64;
                let id = make(&client, number).await;
                let broke_off = id.is_none();
                asked.insert(number, id);
                if broke_off {
                    return;
                }
            }
        };
        tokio::join!(striking, asking);
    }

    let program = Program::start(folder.path(), free_port().unwrap())
        .await
        .unwrap();
    let kept = program
        .client()
        .get("/api/v1/agents?limit=500")
        .await
        .unwrap()
        .body;
    assert_eq!(kept["next"], json!(null), "the list is whole");
    let mut made: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for agent in kept["items"].as_array().unwrap() {
        let text = |field: &str| agent[field].as_str().unwrap();
        made.entry(text("name")).or_default().push(text("id"));
    }
    for (number, id) in &asked {
        let ids = made
            .remove(format!("agent {number}").as_str())
            .unwrap_or_default();
        match id {
            Some(id) => assert_eq!(ids, [id], "agent {number} (seed {seed})"),
            None => assert!(ids.len() <= 1, "agent {number} twice (seed {seed})"),
        }
    }
    let made = asked.values().flatten().count();
    println!(
        "{} asked, {} of them may have happened",
        asked.len(),
        asked.len() - made
    );
    assert!(made > 0, "nothing was ever made");
    assert!(program.stop().await.unwrap().success());
}
