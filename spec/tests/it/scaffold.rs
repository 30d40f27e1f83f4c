//! Connectors of one's own, as `avops connector new` begins them: started, added by their address, healthy, called.

use std::path::Path;
use std::process::Stdio;

use hyper::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use crate::mcp_peers::{done, which};
use crate::mcp_public::newer_node;
use crate::stage::{Stage, avops};

async fn works_as_it_is_written(language: &str, program: &str, file: &str) {
    let stage = Stage::set().await;
    let home = tempfile::tempdir().unwrap();
    let new = ["connector", "new", "lamp", "--language", language];
    let written = avops(home.path(), &new).await;
    assert!(
        written.status.success(),
        "{}",
        String::from_utf8_lossy(&written.stderr)
    );
    let again = avops(home.path(), &new).await;
    assert_eq!(
        again.status.code(),
        Some(2),
        "what is there is not written over"
    );
    let folder = home.path().join("lamp");
    let readme = std::fs::read_to_string(folder.join("README.md")).unwrap();
    assert!(
        readme.contains(file) && !readme.contains("CONNECTOR"),
        "{readme}"
    );

    let mut connector = Command::new(program)
        .arg(file)
        .current_dir(&folder)
        .env("PORT", "0")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(connector.stdout.take().unwrap()).lines();
    let said = lines.next_line().await.unwrap().unwrap();
    let url = said.strip_prefix("listening on ").unwrap();

    // Its manifest, dropped into the folder: only the port is not the one that it has by itself.
    let manifest = std::fs::read_to_string(folder.join("lamp.yaml")).unwrap();
    let manifest = manifest.replace("http://127.0.0.1:9410", url);
    let connectors = stage.folder.path().join("connectors");
    std::fs::create_dir(&connectors).unwrap();
    std::fs::write(connectors.join("lamp.yaml"), manifest).unwrap();
    let tool = stage.until_tool("lamp").await;
    let effects: Vec<(&str, &str)> = tool["actions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|action| {
            (
                action["name"].as_str().unwrap(),
                action["effect"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(effects, [("get_power", "read"), ("set_power", "write")]);
    let health = stage
        .client()
        .get("/api/v1/tools/lamp/health")
        .await
        .unwrap();
    assert_eq!(health.body["ok"], true, "{}", health.body);
    let turn = async |power: &str| -> Value {
        let call = json!({ "tool": "lamp", "action": "set_power", "args": { "power": power } });
        let reply = stage
            .client()
            .post("/api/v1/tools/action", &call)
            .await
            .unwrap();
        json!({ "status": reply.status, "body": reply.body })
    };
    let on = turn("on").await;
    assert_eq!(on["body"]["result"], json!({ "power": "on" }), "{on}");
    let dim = turn("dim").await;
    assert_eq!(dim["body"]["ok"], false, "{dim}");
    assert!(dim["body"]["error"].to_string().contains("power"), "{dim}");
    let seen = done(&stage, Method::POST, "/api/v1/tools/lamp/look", json!({})).await;
    assert_eq!(seen["actions"], tool["actions"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_in_python_works_as_it_is_written() {
    works_as_it_is_written("python", &which("python3"), "connector.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_in_typescript_works_as_it_is_written() {
    works_as_it_is_written("typescript", &newer_node(), "connector.ts").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_without_a_manifest_says_how_to_go_on() {
    let stage = Stage::set().await;
    let look = stage
        .client()
        .post("/api/v1/tools/ledger/look", &json!({}))
        .await
        .unwrap();
    assert_eq!(look.status, 400);
    assert!(
        look.text("/detail").contains("no `/manifest`"),
        "{}",
        look.body
    );
    let bad = avops(
        Path::new("/"),
        &["connector", "new", "My Lamp", "--language", "python"],
    )
    .await;
    assert_eq!(bad.status.code(), Some(2));
}
