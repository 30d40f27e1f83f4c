//! Public MCP servers as tools of the program, over both transports: added, asked, approved, called from a recipe, and off
//! where they changed.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use avops_spec::program::free_port;
use hyper::Method;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::stage::Stage;

/// A program from the package lists of the public servers.
pub(crate) fn peer(package: &str, file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("mcp/node_modules/@modelcontextprotocol")
        .join(package)
        .join(file);
    assert!(path.is_file(), "run `make mcp-peers` first");
    path.to_str().unwrap().to_owned()
}

/// Where a program is that the search path knows.
pub(crate) fn which(name: &str) -> String {
    let path = std::env::var_os("PATH").unwrap();
    let found: Option<PathBuf> = std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file());
    found
        .and_then(|file| file.to_str().map(str::to_owned))
        .unwrap()
}

pub(crate) async fn done(stage: &Stage, method: Method, path: &str, body: Value) -> Value {
    let mut connection = stage.client().connect().await.unwrap();
    let reply = connection
        .call(method, path, Some(&body), None)
        .await
        .unwrap();
    assert!((200..300).contains(&reply.status), "{path}: {}", reply.body);
    reply.body
}

/// Approves these as the server claims that they are.
async fn approve(stage: &Stage, tool: &Value, names: &[&str]) -> Value {
    let name = tool["name"].as_str().unwrap();
    let offers = tool["mcp"]["offers"].as_array().unwrap();
    let actions: Map<String, Value> = offers
        .iter()
        .filter(|offer| names.contains(&offer["action"].as_str().unwrap()))
        .map(|offer| {
            let action = offer["action"].as_str().unwrap().to_owned();
            (action, json!({ "hash": offer["hash"] }))
        })
        .collect();
    assert_eq!(actions.len(), names.len(), "{offers:?}");
    let body = json!({ "actions": actions, "accept_claims": true });
    let path = format!("/api/v1/tools/{name}/approvals");
    done(stage, Method::POST, &path, body).await
}

/// A stage whose agent may use every tool.
pub(crate) async fn open_stage() -> Stage {
    let stage = Stage::set().await;
    let all = json!({ "tools": [] });
    done(&stage, Method::PATCH, "/api/v1/agents/support", all).await;
    stage
}

/// The reference server, listening at an address; ends with the test.
async fn everything_over_http() -> (Child, String) {
    let port = free_port().unwrap();
    let mut server = Command::new(which("node"))
        .args([
            &peer("server-everything", "dist/index.js"),
            "streamableHttp",
        ])
        .env("PORT", port.to_string())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stderr.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if line.contains("listening") {
            break;
        }
    }
    (server, format!("http://127.0.0.1:{port}/mcp"))
}

/// A recipe that adds two numbers with the reference server, and proves it.
const SUM: &str = "name: Sum\ndescription: Adds two numbers elsewhere.\nversion: 1\nrisk: low\n\
intake:\n  - gather: a\n    type: integer\nplan: []\nact:\n  - action: everything.get-sum\n    with: { a: \"{{ intake.a }}\", b: 40 }\n    as: sum\n\
verify:\n  - check: \"'42' in sum.text\"\nguardrails:\n  no_rollback: nothing is kept\n";

async fn reference_server_works(stage: &Stage, transport: Value) {
    let new =
        json!({ "name": "everything", "kind": "mcp", "in_mock": "call", "transport": transport });
    let tool = done(stage, Method::POST, "/api/v1/tools", new).await;
    assert_eq!(tool["mcp"]["problem"], Value::Null, "{tool}");
    assert_eq!(tool["actions"], json!([]));
    let tool = approve(stage, &tool, &["echo", "get-sum", "get-structured-content"]).await;
    assert_eq!(tool["actions"].as_array().unwrap().len(), 3);

    let run = stage.run(SUM, json!({ "a": 2 })).await;
    assert_eq!(run["status"], "success", "{run}");
    let call = json!({ "tool": "everything", "action": "get-structured-content", "args": { "location": "Chicago" } });
    let weather = done(stage, Method::POST, "/api/v1/tools/action", call).await;
    assert!(weather["result"]["temperature"].is_number(), "{weather}");
    let off = json!({ "tool": "everything", "action": "get-env", "args": {} });
    let off = stage
        .client()
        .post("/api/v1/tools/action", &off)
        .await
        .unwrap();
    assert_eq!(off.status, 404, "{}", off.body);
    let health = stage
        .client()
        .get("/api/v1/tools/everything/health")
        .await
        .unwrap();
    assert_eq!(health.body["ok"], true, "{}", health.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_server_works_as_a_program() {
    let stage = open_stage().await;
    let transport = json!({ "command": which("node"), "args": [peer("server-everything", "dist/index.js"), "stdio"] });
    reference_server_works(&stage, transport).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_server_works_at_an_address() {
    let stage = open_stage().await;
    let (_server, url) = everything_over_http().await;
    reference_server_works(&stage, json!({ "url": url })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_server_reads_its_folder_and_nothing_else() {
    let stage = open_stage().await;
    let folder = tempfile::tempdir().unwrap();
    let folder_path = folder.path().canonicalize().unwrap();
    std::fs::write(folder_path.join("note.txt"), "BR4: HDMI 2").unwrap();
    let server = peer("server-filesystem", "dist/index.js");
    let new = json!({
        "name": "files", "kind": "mcp", "in_mock": "call",
        "transport": { "command": which("node"), "args": [server, &folder_path] },
    });
    let tool = done(&stage, Method::POST, "/api/v1/tools", new).await;
    let tool = approve(&stage, &tool, &["read_text_file", "write_file"]).await;
    let effects: Vec<&str> = tool["actions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|action| action["effect"].as_str().unwrap())
        .collect();
    assert!(effects.contains(&"read"), "{effects:?}");
    let read = async |path: PathBuf| {
        let call = json!({ "tool": "files", "action": "read_text_file", "args": { "path": path } });
        done(&stage, Method::POST, "/api/v1/tools/action", call).await
    };
    let note = read(folder_path.join("note.txt")).await;
    assert!(note["result"].to_string().contains("BR4: HDMI 2"), "{note}");
    let refused = read(PathBuf::from("/etc/hostname")).await;
    assert_eq!(refused["ok"], false, "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_definition_that_changed_switches_its_action_off_in_recipes() {
    let stage = open_stage().await;
    let folder = tempfile::tempdir().unwrap();
    let server =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/tools/tests/peers/mcp_server.mjs");
    let new = json!({
        "name": "peer", "kind": "mcp", "in_mock": "call",
        "transport": {
            "command": which("node"), "args": [server], "env": { "NOTES": folder.path().join("notes") },
        },
    });
    let tool = done(&stage, Method::POST, "/api/v1/tools", new).await;
    approve(&stage, &tool, &["act", "turn"]).await;
    let recipe = "name: Act\ndescription: Acts elsewhere.\nversion: 1\nrisk: low\nintake: []\nplan: []\n\
act:\n  - action: peer.act\n    as: said\nverify:\n  - check: \"said.text == 'done'\"\nguardrails:\n  no_rollback: nothing is kept\n";
    let run = stage.run(recipe, json!({})).await;
    assert_eq!(run["status"], "success", "{run}");
    let turn = json!({ "tool": "peer", "action": "turn", "args": {} });
    done(&stage, Method::POST, "/api/v1/tools/action", turn).await;
    let run = stage.run_saved("Act", json!({})).await;
    assert_eq!(run["status"], "failed", "{run}");
    assert!(
        run["error"].to_string().contains("peer.act is off"),
        "{run}"
    );
    let tool = done(&stage, Method::POST, "/api/v1/tools/peer/look", json!({})).await;
    approve(&stage, &tool, &["act"]).await;
    let run = stage.run_saved("Act", json!({})).await;
    assert_eq!(run["status"], "success", "{run}");
}
