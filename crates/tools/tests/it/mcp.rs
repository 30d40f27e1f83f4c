//! MCP servers: a public one over both transports, and one that misbehaves.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use avops_engine::{Mode, SystemClock, ToolCall, ToolError, ToolReply, Toolbox as _};
use avops_recipe::{Effect, Repeat};
use avops_tools::{Approved, McpConfig, McpTransport, Offer, Secret, Standing};
use indexmap::IndexMap;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::fixture::{self, Fixture, class};

/// A tool named `peer` in a live workspace.
struct Peer {
    fixture: Fixture,
    config: McpConfig,
}

impl Peer {
    fn new(transport: McpTransport, secrets: &[(&str, &str)]) -> Self {
        let fixture = Fixture::new(Arc::new(SystemClock), |options| options.mock = false);
        let config = McpConfig {
            name: "peer".to_owned(),
            title: None,
            description: None,
            transport,
            approved: IndexMap::new(),
            in_mock: None,
            calls_per_minute: None,
        };
        let secrets: BTreeMap<String, Secret> = secrets
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Secret::new(value)))
            .collect();
        fixture
            .registry
            .add_mcp(config.clone(), Some(secrets))
            .unwrap();
        Self { fixture, config }
    }

    /// The server that misbehaves, as a program; it notes what it does in a file.
    fn misbehaving(notes: &Path, more: &[(&str, &str)]) -> Self {
        let mut secrets = vec![("NOTES", notes.to_str().unwrap())];
        secrets.extend_from_slice(more);
        let transport = McpTransport::Stdio {
            command: node(),
            args: vec![misbehaving()],
            env: secrets.iter().map(|(name, _)| (*name).to_owned()).collect(),
        };
        Self::new(transport, &secrets)
    }

    async fn look(&self) -> Vec<Offer> {
        let info = self.fixture.registry.look("peer").await.unwrap();
        info.mcp.unwrap().offers
    }

    /// Approves everything that is offered now.
    async fn approve_all(&mut self) {
        for offer in self.look().await {
            let definition = offer.offered.unwrap();
            let approved = Approved {
                effect: definition.claimed_effect,
                repeat: definition.claimed_repeat,
                definition,
            };
            self.config.approved.insert(offer.action, approved);
        }
        self.fixture
            .registry
            .add_mcp(self.config.clone(), None)
            .unwrap();
    }

    async fn call(&self, action: &str, args: Value) -> Result<ToolReply, ToolError> {
        self.call_within(action, args, Duration::from_mins(1)).await
    }

    async fn call_within(
        &self,
        action: &str,
        args: Value,
        timeout: Duration,
    ) -> Result<ToolReply, ToolError> {
        let call = ToolCall {
            mode: Mode::Live,
            timeout,
            ..fixture::call(&format!("peer.{action}"), args)
        };
        self.fixture.registry.call(&call).await
    }
}

fn node() -> String {
    let path = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&path)
        .map(|folder| folder.join("node"))
        .find(|file| file.is_file())
        .and_then(|file| file.to_str().map(str::to_owned))
        .unwrap()
}

fn misbehaving() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/mcp_server.mjs").to_owned()
}

/// The reference server of the protocol's makers, which has a bit of everything.
fn everything() -> String {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../spec/mcp/node_modules/@modelcontextprotocol/server-everything/dist/index.js");
    assert!(file.is_file(), "run `make mcp-peers` first");
    file.to_str().unwrap().to_owned()
}

/// Starts a server that speaks HTTP, and gives its port as soon as it says that it listens.
async fn serve_misbehaving(notes: &Path) -> (Child, u16) {
    let mut server = Command::new(node())
        .args([misbehaving().as_str(), "http"])
        .env("NOTES", notes)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let port = lines.next_line().await.unwrap().unwrap();
    (server, port.parse().unwrap())
}

fn noted(notes: &Path, line: &str) -> usize {
    let text = std::fs::read_to_string(notes).unwrap_or_default();
    text.lines().filter(|noted| *noted == line).count()
}

/// What holds for the reference server whatever it is reached by.
async fn reference_server_works(peer: &mut Peer) {
    let offers = peer.look().await;
    assert!(offers.iter().all(|offer| offer.standing == Standing::New));
    let off = peer.call("echo", json!({ "message": "hello" })).await;
    assert_eq!(class(&off), "refused", "{off:?}");

    peer.approve_all().await;
    let registry = &peer.fixture.registry;
    let tool = registry.tool("peer").unwrap();
    let echo = tool.spec.action("echo").unwrap();
    assert_eq!((echo.effect, echo.repeat), (Effect::Read, Repeat::Safe));

    let said = peer.call("echo", json!({ "message": "hello" })).await;
    assert_eq!(said.unwrap().output, json!({ "text": "Echo: hello" }));
    let sum = peer.call("get-sum", json!({ "a": 2, "b": 40 })).await;
    let text = sum.unwrap().output["text"].to_string();
    assert!(text.contains("42"), "{text}");
    let weather = peer
        .call(
            "get-structured-content",
            json!({ "location": "Los Angeles" }),
        )
        .await;
    let weather = weather.unwrap().output;
    assert!(weather["temperature"].is_number(), "{weather}");
    let wrong = peer.call("echo", json!({ "message": 7 })).await;
    assert_eq!(class(&wrong), "refused", "{wrong:?}");

    let health = registry.health("peer").await.unwrap();
    assert!(health.ok, "{}", health.detail);
    assert!(
        health.detail.contains("tools approved"),
        "{}",
        health.detail
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_server_works_as_a_program_and_sees_only_its_variables() {
    let transport = McpTransport::Stdio {
        command: node(),
        args: vec![everything(), "stdio".to_owned()],
        env: vec!["ROOM".to_owned()],
    };
    let mut peer = Peer::new(transport, &[("ROOM", "BR4")]);
    reference_server_works(&mut peer).await;

    let seen = peer.call("get-env", json!({})).await.unwrap().output;
    let seen: Value = serde_json::from_str(seen["text"].as_str().unwrap()).unwrap();
    assert_eq!(seen, json!({ "ROOM": "BR4" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_server_works_over_http() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let mut server = Command::new(node())
        .args([everything().as_str(), "streamableHttp"])
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
    let transport = McpTransport::Http {
        url: format!("http://127.0.0.1:{port}/mcp"),
    };
    reference_server_works(&mut Peer::new(transport, &[])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_in_mid_call_is_unknown_and_the_server_rests_before_it_starts_again() {
    let folder = tempfile::tempdir().unwrap();
    let notes = folder.path().join("notes");
    let mut peer = Peer::misbehaving(&notes, &[]);
    peer.approve_all().await;

    let crashed = peer.call("crash", json!({})).await;
    assert_eq!(class(&crashed), "unknown", "{crashed:?}");
    assert_eq!(noted(&notes, "crash"), 1);

    let resting = peer.call("act", json!({})).await;
    let Err(ToolError::NotSent {
        retry_after: Some(pause),
        ..
    }) = resting
    else {
        panic!("{resting:?}");
    };
    assert!(pause <= Duration::from_secs(1), "{pause:?}");
    assert_eq!(noted(&notes, "act"), 0);

    peer.look().await;
    assert_eq!(class(&peer.call("act", json!({})).await), "ok");
    assert_eq!(noted(&notes, "act"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_changes_is_off_until_the_difference_was_approved() {
    let folder = tempfile::tempdir().unwrap();
    let notes = folder.path().join("notes");
    let mut peer = Peer::misbehaving(&notes, &[]);
    peer.approve_all().await;
    assert_eq!(class(&peer.call("turn", json!({})).await), "ok");

    let off = peer.call("act", json!({})).await;
    assert_eq!(class(&off), "refused", "{off:?}");
    assert_eq!(noted(&notes, "act"), 0);
    let offers = peer.look().await;
    let act = offers.iter().find(|offer| offer.action == "act").unwrap();
    assert_eq!(act.standing, Standing::Changed);
    assert_eq!(act.differs_in, ["description"]);

    peer.approve_all().await;
    assert_eq!(class(&peer.call("act", json!({})).await), "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_out_of_time_is_unknown_and_the_server_is_told_to_stop() {
    let folder = tempfile::tempdir().unwrap();
    let notes = folder.path().join("notes");
    let mut peer = Peer::misbehaving(&notes, &[]);
    peer.approve_all().await;

    let late = peer
        .call_within("hang", json!({}), Duration::from_millis(300))
        .await;
    assert_eq!(class(&late), "unknown", "{late:?}");
    // The notice travels behind the call that was given up; the server reads in order, and has read it before it
    // answers whatever was sent after it.
    let mut asked = 0;
    while noted(&notes, "cancelled") == 0 && asked < 500 {
        assert_eq!(class(&peer.call("act", json!({})).await), "ok");
        asked += 1;
    }
    assert_eq!(noted(&notes, "cancelled"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_refused_and_an_answer_that_is_too_large_is_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let notes = folder.path().join("notes");
    let mut peer = Peer::misbehaving(&notes, &[]);
    peer.approve_all().await;

    let failed = peer.call("fail", json!({})).await;
    let Err(ToolError::Refused { message, .. }) = failed else {
        panic!("{failed:?}");
    };
    assert!(message.contains("the device is off"), "{message}");
    let large = peer.call("large", json!({})).await;
    assert_eq!(class(&large), "unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_breaks_in_mid_call_is_unknown_and_nothing_is_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let notes = folder.path().join("notes");
    let (_server, port) = serve_misbehaving(&notes).await;
    let transport = McpTransport::Http {
        url: format!("http://127.0.0.1:{port}/mcp"),
    };
    let mut peer = Peer::new(transport, &[("token", "t0ken")]);
    peer.approve_all().await;
    assert!(noted(&notes, "authorization Bearer t0ken") > 0);

    let broken = peer
        .call_within("crash", json!({}), Duration::from_secs(5))
        .await;
    assert_eq!(class(&broken), "unknown", "{broken:?}");
    assert_eq!(noted(&notes, "crash"), 1);
    assert_eq!(class(&peer.call("act", json!({})).await), "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    let notes = folder.path().join("notes");
    let (mut server, port) = serve_misbehaving(&notes).await;
    let transport = McpTransport::Http {
        url: format!("http://127.0.0.1:{port}/mcp"),
    };
    let mut peer = Peer::new(transport, &[]);
    peer.approve_all().await;
    server.kill().await.unwrap();

    let gone = peer.call("act", json!({})).await;
    assert_eq!(class(&gone), "not sent", "{gone:?}");
    assert_eq!(noted(&notes, "act"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_ends_when_its_tool_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let lifeline = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = lifeline.local_addr().unwrap().port().to_string();
    let peer = Peer::misbehaving(&folder.path().join("notes"), &[("LIFELINE", &port)]);
    peer.look().await;
    let (mut line, _) = lifeline.accept().await.unwrap();

    peer.fixture.registry.remove("peer").unwrap();
    let mut rest = Vec::new();
    // A process that is killed resets its connection; either way it has ended.
    drop(line.read_to_end(&mut rest).await);
    assert_eq!(rest, b"");
}

#[tokio::test(flavor = "multi_thread")]
async fn mock_mode_reaches_no_server() {
    let folder = tempfile::tempdir().unwrap();
    let notes = folder.path().join("notes");
    let mut peer = Peer::misbehaving(&notes, &[]);
    peer.approve_all().await;
    peer.fixture.registry.set_mock(true);

    let answer = peer.fixture.call("peer.act", json!({ "n": 1 })).await;
    assert_eq!(answer.unwrap().output, json!({ "n": 1 }));
    assert_eq!(noted(&notes, "act"), 0);
}

#[tokio::test]
async fn what_could_start_something_else_is_refused() {
    let fixture = Fixture::mock();
    let stdio = |command: &str, env: &[&str]| McpTransport::Stdio {
        command: command.to_owned(),
        args: Vec::new(),
        env: env.iter().map(|name| (*name).to_owned()).collect(),
    };
    let http = |url: &str| McpTransport::Http {
        url: url.to_owned(),
    };
    let cases = [
        ("peer", stdio("node", &[]), "absolute path"),
        ("peer", stdio("./node", &[]), "absolute path"),
        ("peer", stdio("/usr/bin/node", &["A=B"]), "variable's name"),
        ("peer", http("file:///etc/passwd"), "http and https"),
        (
            "peer",
            http("http://169.254.169.254/mcp"),
            "not an allowed address",
        ),
        ("s1ack", http("https://mcp.example/mcp"), "looks the same"),
        ("slack", http("https://mcp.example/mcp"), "already"),
    ];
    for (name, transport, expected) in cases {
        let config = McpConfig {
            name: name.to_owned(),
            title: None,
            description: None,
            transport,
            approved: IndexMap::new(),
            in_mock: None,
            calls_per_minute: None,
        };
        let error = fixture
            .registry
            .add_mcp(config, Some(BTreeMap::new()))
            .map(drop)
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{error}");
    }
}
