//! The server as a process: what it says, who may reach it, how it ends.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use serde_json::Value;

use crate::command_line::avops;

/// A running `avops serve`.
pub(crate) struct Server {
    child: Child,
    pub(crate) greeting: Value,
}

impl Server {
    /// Starts one on a free port and waits for its greeting.
    pub(crate) fn start(folder: &Path) -> Self {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("avops"))
            .args([
                "serve",
                "--json",
                "--mock",
                "--listen",
                "127.0.0.1:0",
                "--data-dir",
            ])
            .arg(folder)
            .current_dir(folder)
            .env_remove("AVOPS_OWNER_TOKEN")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut greeting = String::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            greeting.push_str(&line);
            if line == "}" {
                break;
            }
        }
        let greeting = serde_json::from_str(&greeting).unwrap();
        Self { child, greeting }
    }

    pub(crate) fn stop(mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().unwrap();
        self.child.wait().unwrap()
    }
}

#[test]
fn commands_find_the_server_on_their_folder_and_a_polite_stop_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let url = server.greeting["url"].as_str().unwrap().to_owned();
    assert!(
        server.greeting["sign_in"]
            .as_str()
            .unwrap()
            .starts_with(&url)
    );
    assert_eq!(server.greeting["mock"], true);
    avops(folder.path(), &["setup"]).assert().code(0);
    let run = [
        "run",
        "zoom-room-admin-policy-check",
        "--agent",
        "Support",
        "--input",
        "room=Boardroom 4",
        "--json",
    ];
    let output = avops(folder.path(), &run).output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let run: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&run["status"], &run["trigger"]),
        (&"success".into(), &"cli".into())
    );
    assert!(
        run["url"].as_str().unwrap().starts_with(&url),
        "the run's page is on that server"
    );
    assert_eq!(server.stop().code(), Some(0));
    assert!(!folder.path().join("avops.address").exists());
    // The same question, answered without a server, from the same database.
    let listed = avops(folder.path(), &["runs", "list", "--json"])
        .output()
        .unwrap();
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(listed["items"][0]["id"], run["id"]);
}

#[test]
fn a_second_server_on_the_same_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let first = Server::start(folder.path());
    let second = avops(folder.path(), &["serve", "--listen", "127.0.0.1:0"])
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&second.stderr).contains("in use"));
    assert_eq!(first.stop().code(), Some(0));
}

#[test]
fn a_server_that_was_killed_does_not_stand_in_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(folder.path());
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    assert!(
        folder.path().join("avops.address").exists(),
        "it had no time to tidy up"
    );
    avops(folder.path(), &["runs", "list"]).assert().code(0);
}

#[test]
fn the_owners_token_stays_the_same_and_a_wrong_one_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let token = std::fs::read_to_string(folder.path().join("owner.token")).unwrap();
    let mut stranger = avops(folder.path(), &["runs", "list"]);
    stranger
        .env("AVOPS_TOKEN", "avops_somebody-else")
        .assert()
        .code(2);
    assert_eq!(server.stop().code(), Some(0));
    let again = Server::start(folder.path());
    assert_eq!(
        std::fs::read_to_string(folder.path().join("owner.token")).unwrap(),
        token
    );
    avops(folder.path(), &["token", "list"]).assert().code(0);
    assert_eq!(again.stop().code(), Some(0));
}
