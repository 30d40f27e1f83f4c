//! Measures how many durable four-step runs a second the program does over HTTP, load and tool included.
//!
//! `throughput [SECONDS] [CLIENTS…]`; by default 10 seconds each at 1, 32 and 256 clients.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
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
    let seconds = numbers.next().unwrap_or(10);
    let mut clients: Vec<u64> = numbers.collect();
    if clients.is_empty() {
        clients = vec![1, 32, 256];
    }
    match measure(seconds, &clients).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report(&format!("throughput: {failure}"));
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

async fn measure(seconds: u64, clients: &[u64]) -> Result<(), Failure> {
    let folder = tempfile::Builder::new()
        .prefix("avops-bench")
        .tempdir_in(data_root())?;
    let ledger = Ledger::start(Duration::ZERO).await?;
    let port = free_port()?;
    let program = Program::start(folder.path(), port).await?;
    prepare(program.client(), &ledger).await?;
    let cores = std::thread::available_parallelism()?.get();
    report(&format!(
        "durable four-step runs over HTTP; {cores} cores; data in {}",
        folder.path().display()
    ));
    report("clients     runs   runs/s   p50 ms   p99 ms   commits/run");
    let next = Arc::new(AtomicI64::new(1));
    load(port, 4, Duration::from_secs(2), &next).await?;
    for &count in clients {
        let commits = commits(program.client()).await?;
        let started = Instant::now();
        let mut times = load(port, count, Duration::from_secs(seconds), &next).await?;
        let elapsed = started.elapsed().as_secs_f64();
        let commits = self::commits(program.client()).await? - commits;
        times.sort_unstable();
        #[expect(clippy::cast_precision_loss, reason = "counts of a bench are small")]
        let (runs, commits) = (times.len() as f64, commits as f64);
        report(&format!(
            "{count:>7} {:>8} {:>8.0} {:>8.2} {:>8.2} {:>13.2}",
            times.len(),
            runs / elapsed,
            percentile(&times, 50),
            percentile(&times, 99),
            commits / runs,
        ));
    }
    program.stop().await?;
    Ok(())
}

/// Where the data lies: `AVOPS_BENCH_DIR`, else the current folder's disk.
fn data_root() -> std::path::PathBuf {
    std::env::var_os("AVOPS_BENCH_DIR")
        .map_or_else(|| Path::new("target").to_path_buf(), Into::into)
}

async fn prepare(client: &Client, ledger: &Ledger) -> Result<(), Failure> {
    for (path, body) in [
        ("/api/v1/tools", ledger.registration("ledger")),
        ("/api/v1/recipes", json!({ "yaml": RECIPE })),
        (
            "/api/v1/agents",
            json!({ "name": "Bench", "domain": "support", "tools": ["ledger"], "recipes": ["Four steps"] }),
        ),
    ] {
        let reply = client.post(path, &body).await?;
        if reply.status >= 300 {
            return Err(format!("POST {path} answered {}: {}", reply.status, reply.body).into());
        }
    }
    Ok(())
}

/// Runs `clients` loops for `time`; gives the milliseconds × 1000 of every run from request to finished.
async fn load(
    port: u16,
    clients: u64,
    time: Duration,
    next: &Arc<AtomicI64>,
) -> Result<Vec<u64>, Failure> {
    let end = Instant::now() + time;
    let workers: Vec<_> = (0..clients)
        .map(|_| {
            let next = Arc::clone(next);
            tokio::spawn(async move { worker(port, end, &next).await })
        })
        .collect();
    let mut times = Vec::new();
    for worker in workers {
        times.extend(worker.await??);
    }
    Ok(times)
}

async fn worker(port: u16, end: Instant, next: &AtomicI64) -> Result<Vec<u64>, Failure> {
    let mut connection = Client::new(port, TOKEN).connect().await?;
    let mut times = Vec::new();
    while Instant::now() < end {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let body = json!({ "agent": "Bench", "recipe": "Four steps", "inputs": { "n": number } });
        let started = Instant::now();
        let reply = connection
            .call(Method::POST, "/api/v1/runs?wait=30s", Some(&body), None)
            .await?;
        if reply.text("/status") != "success" {
            return Err(format!("a run did not succeed: {} {}", reply.status, reply.body).into());
        }
        times.push(u64::try_from(started.elapsed().as_micros())?);
    }
    Ok(times)
}

/// Commits so far, each one flush, as the program's own metrics count them.
async fn commits(client: &Client) -> Result<u64, Failure> {
    let reply = client.get("/metrics").await?;
    let Value::String(text) = &reply.body else {
        return Err(format!("/metrics answered {}", reply.status).into());
    };
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("avops_store_commits_total "));
    Ok(line.ok_or("the metrics count no commits")?.trim().parse()?)
}

/// Milliseconds at `percent` of sorted microseconds; zero where there are none.
fn percentile(sorted: &[u64], percent: usize) -> f64 {
    let index = (sorted.len().saturating_sub(1)) * percent / 100;
    #[expect(clippy::cast_precision_loss, reason = "a run takes less than years")]
    sorted
        .get(index)
        .map_or(0.0, |micros| *micros as f64 / 1000.0)
}
