//! Measures by how much scheduled runs come late where there are very many schedules.
//!
//! `schedules [WORKFLOWS] [MINUTES]`; by default 10,000 workflows, each due once an hour, watched for three minutes.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use avops_spec::program::{TOKEN, free_port};
use avops_spec::{Client, Ledger, Program};
use hyper::Method;
use serde_json::{Value, json};

type Failure = Box<dyn std::error::Error + Send + Sync>;

const RECIPE: &str = include_str!("../../recipes/four_steps.yaml");

#[tokio::main]
async fn main() -> ExitCode {
    let mut numbers = std::env::args()
        .skip(1)
        .filter_map(|text| text.parse::<u64>().ok());
    let workflows = numbers.next().unwrap_or(10_000);
    let minutes = numbers.next().unwrap_or(3);
    match measure(workflows, minutes).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report(&format!("schedules: {failure}"));
            ExitCode::FAILURE
        }
    }
}

#[expect(
    clippy::print_stdout,
    reason = "the measurement is this program's output"
)]
fn report(line: &str) {
    println!("{line}");
}

async fn measure(workflows: u64, minutes: u64) -> Result<(), Failure> {
    let folder = tempfile::Builder::new()
        .prefix("avops-bench")
        .tempdir_in("target")?;
    let ledger = Ledger::start(Duration::ZERO).await?;
    let port = free_port()?;
    let program = Program::start(folder.path(), port).await?;
    let client = program.client();
    for (path, body) in [
        ("/api/v1/tools", ledger.registration("ledger")),
        ("/api/v1/recipes", json!({ "yaml": RECIPE })),
        (
            "/api/v1/agents",
            json!({ "name": "Bench", "domain": "support", "tools": ["ledger"], "recipes": ["Four steps"] }),
        ),
    ] {
        expect(client.post(path, &body).await?.status, path)?;
    }
    let started = Instant::now();
    let mut connection = Client::new(port, TOKEN).connect().await?;
    for number in 0..workflows {
        let workflow = json!({
            "name": format!("Workflow {number}"),
            "agent": "Bench",
            "recipe": "Four steps",
            "inputs": { "n": number },
            "trigger": { "type": "cron", "expression": format!("{} * * * *", number % 60), "tz": "Europe/Paris" },
            "enabled": true,
        });
        let path = "/api/v1/workflows";
        let reply = connection.call(Method::POST, path, Some(&workflow), None);
        expect(reply.await?.status, path)?;
    }
    report(&format!(
        "{workflows} workflows, each due once an hour, made in {:.1} s",
        started.elapsed().as_secs_f64()
    ));
    report("window        runs   p50 ms   p99 ms   most ms late");
    for minute in 1..=minutes {
        let since = now(client).await?;
        tokio::time::sleep(Duration::from_mins(1)).await;
        let mut late = lateness(client, &since).await?;
        late.sort_unstable();
        let of = |share: usize| late.get(late.len().saturating_sub(1) * share / 100);
        let shown = |value: Option<&u64>| value.map_or("-".to_owned(), u64::to_string);
        report(&format!(
            "minute {minute:<4} {:>6} {:>8} {:>8} {:>14}",
            late.len(),
            shown(of(50)),
            shown(of(99)),
            shown(late.last()),
        ));
    }
    program.stop().await?;
    Ok(())
}

fn expect(status: u16, path: &str) -> Result<(), Failure> {
    if status < 300 {
        return Ok(());
    }
    Err(format!("{path} answered {status}").into())
}

/// The newest run's time, from which the next window counts; the epoch where nothing ran.
async fn now(client: &Client) -> Result<String, Failure> {
    let reply = client.get("/api/v1/runs?limit=1").await?;
    let newest = reply.body["items"][0]["accepted_at"].as_str();
    Ok(newest.unwrap_or("1970-01-01T00:00:00Z").to_owned())
}

/// By how many milliseconds after the full minute each scheduled run since then was accepted.
async fn lateness(client: &Client, since: &str) -> Result<Vec<u64>, Failure> {
    let mut late = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/v1/runs?trigger=schedule&since={since}&limit=500{cursor}");
        let bite = client.get(&path).await?.body;
        for run in bite["items"].as_array().into_iter().flatten() {
            let at = run["accepted_at"].as_str().unwrap_or_default();
            if at != since {
                late.push(after_the_minute(at)?);
            }
        }
        match &bite["next"] {
            Value::String(next) => cursor = format!("&cursor={next}"),
            _ => return Ok(late),
        }
    }
}

/// Milliseconds of the seconds part of `2026-11-28T11:30:00.012Z`.
fn after_the_minute(at: &str) -> Result<u64, Failure> {
    let seconds = at
        .rsplit_once(':')
        .map(|(_, seconds)| seconds.trim_end_matches('Z'))
        .ok_or_else(|| format!("{at} is no time"))?;
    let (whole, part) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let millis: String = format!("{part:0<3}").chars().take(3).collect();
    Ok(whole.parse::<u64>()? * 1000 + millis.parse::<u64>()?)
}
