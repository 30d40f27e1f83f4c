//! Credentials of tools appear nowhere: not in a file, an answer, an event, a log or what a run keeps.

use std::path::{Path, PathBuf};

use avops_spec::program::free_port;
use avops_spec::{Client, Program, Reply};
use hyper::Method;
use serde_json::{Value, json};

use crate::stage::avops;

/// The settings that are credentials, each with a value of its own.
fn canaries(tools: &Value) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for tool in tools["items"].as_array().unwrap() {
        for setting in tool["settings"].as_array().unwrap() {
            if setting["secret"] == json!(true) {
                let number = found.len();
                found.push((
                    tool["name"].as_str().unwrap().to_owned(),
                    setting["name"].as_str().unwrap().to_owned(),
                    format!("canary{number:02}-Xy9/q\"7+z"),
                ));
            }
        }
    }
    found
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// The forms in which somebody may have written it down. Without case, which base64 forgives.
fn shows(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    let forms = ["canary0", "y2fuyxj5", "63616e617279", "xy9/q", "xy9%2fq"];
    forms.iter().any(|form| text.contains(form))
}

async fn patch(client: &Client, path: &str, body: &Value) -> Reply {
    let mut connection = client.connect().await.unwrap();
    connection
        .call(Method::PATCH, path, Some(body), None)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_credential_is_in_a_file_an_answer_or_a_log() {
    assert!(shows(b"x canary07"), "the search finds what is there");
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), free_port().unwrap())
        .await
        .unwrap();
    let client = program.client();
    let mut answers: Vec<String> = Vec::new();
    let tools = client.get("/api/v1/tools").await.unwrap().body;
    let canaries = canaries(&tools);
    assert!(canaries.len() >= 3, "{canaries:?}");
    let mut kept = 0;
    for (tool, setting, value) in &canaries {
        let change = json!({ "settings": { setting: value } });
        let path = format!("/api/v1/tools/{tool}");
        let reply = patch(client, &path, &change).await;
        if *setting == "service_account" {
            // A key file must look like one; what is refused is not quoted.
            assert_eq!(reply.status, 400, "{}", reply.body);
            answers.push(reply.body.to_string());
            continue;
        }
        assert_eq!(reply.status, 200, "{tool}.{setting}: {}", reply.body);
        kept += 1;
        let shown = reply.body["settings"].as_array().unwrap().iter();
        let shown = shown.filter(|s| s["name"] == json!(setting)).count();
        assert_eq!(shown, 1, "{}", reply.body);
        answers.push(reply.body.to_string());
        // A refused request quotes nothing of it either.
        let wrong = json!({ "settings": { format!("no_{setting}"): value } });
        let refused = patch(client, &path, &wrong).await;
        assert_eq!(refused.status, 400, "{}", refused.body);
        answers.push(refused.body.to_string());
    }
    client.post("/api/v1/setup", &json!({})).await.unwrap();
    let text = json!({ "channel": "#avops", "text": "hello" });
    let call = json!({ "tool": "slack", "action": "post_message", "args": text });
    let called = client.post("/api/v1/tools/action", &call).await.unwrap();
    let run = called.text("/run_id").to_owned();
    for path in [
        "tools",
        "tools/slack",
        "tools/zoom/health",
        "audit",
        "settings",
        "runs",
        "dashboard",
        &format!("runs/{run}"),
    ] {
        let reply = client.get(&format!("/api/v1/{path}")).await.unwrap();
        answers.push(reply.body.to_string());
    }
    let rotated = client.post("/api/v1/tool-settings/key", &json!({})).await;
    let rotated = rotated.unwrap();
    assert_eq!(rotated.body["settings"], json!(kept));
    let listed = avops(folder.path(), &["tools", "show", "zoom"]).await;
    answers.push(String::from_utf8_lossy(&listed.stdout).into_owned());
    for answer in &answers {
        assert!(!shows(answer.as_bytes()), "{answer}");
    }
    let search = || {
        let mut all = Vec::new();
        files(folder.path(), &mut all);
        assert!(all.iter().any(|file| file.ends_with("avops.db")), "{all:?}");
        for file in all {
            assert!(!shows(&std::fs::read(&file).unwrap()), "{}", file.display());
        }
    };
    search();
    drop(program);
    search();
}
