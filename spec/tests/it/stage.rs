//! One running program with the ledger registered as a tool, for tests that ask it something.

use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use avops_spec::program::{TOKEN, free_port};
use avops_spec::{Client, Ledger, Program, Reply, binary};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The program, its tool and its data.
pub(crate) struct Stage {
    pub(crate) folder: TempDir,
    pub(crate) ledger: Ledger,
    pub(crate) program: Program,
    pub(crate) port: u16,
}

impl Stage {
    /// Starts the program on an empty folder, with the ledger as a tool and one agent that may use everything.
    pub(crate) async fn set() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::start(Duration::ZERO).await.unwrap();
        let port = free_port().unwrap();
        let program = Program::start(folder.path(), port).await.unwrap();
        let stage = Self {
            folder,
            ledger,
            program,
            port,
        };
        stage
            .made("/api/v1/tools", &stage.ledger.registration("ledger"))
            .await;
        let agent = json!({ "name": "Support", "domain": "support", "tools": ["ledger", "zoom", "slack", "incident_ticketing"] });
        stage.made("/api/v1/agents", &agent).await;
        stage
    }

    pub(crate) fn client(&self) -> &Client {
        self.program.client()
    }

    /// Posts and expects it to work.
    pub(crate) async fn made(&self, path: &str, body: &Value) -> Reply {
        let reply = self.client().post(path, body).await.unwrap();
        assert!(
            reply.status < 300,
            "POST {path} answered {}: {}",
            reply.status,
            reply.body
        );
        reply
    }

    /// Saves a recipe and runs it as agent `Support`; waits until it ends or waits for a person.
    pub(crate) async fn run(&self, yaml: &str, inputs: Value) -> Value {
        let saved = self.made("/api/v1/recipes", &json!({ "yaml": yaml })).await;
        self.run_saved(saved.text("/name"), inputs).await
    }

    /// Runs a saved recipe; waits until it ends or waits for a person, then gives the whole run.
    pub(crate) async fn run_saved(&self, recipe: &str, inputs: Value) -> Value {
        let body = json!({ "agent": "support", "recipe": recipe, "inputs": inputs });
        let started = self.made("/api/v1/runs?wait=30s", &body).await;
        self.look(started.text("/id")).await
    }

    /// The whole run.
    pub(crate) async fn look(&self, run: &str) -> Value {
        let reply = self
            .client()
            .get(&format!("/api/v1/runs/{run}"))
            .await
            .unwrap();
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.body
    }

    /// Sends a signal and expects it to be taken.
    pub(crate) async fn signal(&self, run: &str, signal: &Value) {
        self.made(&format!("/api/v1/runs/{run}/signals"), signal)
            .await;
    }

    /// Waits until a file in the folder of connectors has become a tool with actions.
    pub(crate) async fn until_tool(&self, name: &str) -> Value {
        let path = format!("/api/v1/tools/{name}");
        for _ in 0..400 {
            let reply = self.client().get(&path).await.unwrap();
            if reply.body["actions"]
                .as_array()
                .is_some_and(|actions| !actions.is_empty())
            {
                return reply.body;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        let files = self.client().get("/api/v1/connector-files").await.unwrap();
        panic!("the file is no tool: {}", files.body);
    }

    /// Waits until the run is over.
    pub(crate) async fn ended(&self, run: &str) -> Value {
        for _ in 0..400 {
            let state = self.look(run).await;
            if matches!(
                state["status"].as_str(),
                Some("success" | "unproven" | "failed" | "cancelled")
            ) {
                return state;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("run {run} does not end: {}", self.look(run).await);
    }
}

/// Runs the command line in `folder` and waits for it.
pub(crate) async fn avops(folder: &Path, arguments: &[&str]) -> Output {
    tokio::process::Command::new(binary())
        .args(arguments)
        .current_dir(folder)
        .env("AVOPS_OWNER_TOKEN", TOKEN)
        .env("NO_COLOR", "1")
        .stdin(std::process::Stdio::null())
        .output()
        .await
        .unwrap()
}

/// Writes a recipe file and gives its path.
pub(crate) fn file(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// The steps of a run that stand in `phase`.
pub(crate) fn steps<'a>(run: &'a Value, phase: &str) -> Vec<&'a Value> {
    run["steps"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|step| step["phase"] == phase)
        .collect()
}
