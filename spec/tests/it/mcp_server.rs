//! Our own MCP server, asked as its clients ask it.

use avops_spec::program::TOKEN;
use avops_spec::{Client, RawReply};
use hyper::Method;
use serde_json::{Value, json};

use crate::mcp_peers::done;
use crate::stage::Stage;

/// Somebody who speaks the protocol, with a token.
struct Asker<'s> {
    client: &'s Client,
    token: String,
}

impl<'s> Asker<'s> {
    fn new(client: &'s Client, token: &str) -> Self {
        Self {
            client,
            token: token.to_owned(),
        }
    }

    async fn raw(&self, headers: &[(&str, &str)], message: &Value) -> RawReply {
        let host = self.client.host();
        let bearer = format!("Bearer {}", self.token);
        let mut all = vec![
            ("content-type", "application/json"),
            ("accept", "application/json, text/event-stream"),
        ];
        if !self.token.is_empty() {
            all.push(("authorization", &bearer));
        }
        if !headers.iter().any(|(name, _)| *name == "host") {
            all.push(("host", &host));
        }
        all.extend_from_slice(headers);
        let body = message.to_string();
        self.client
            .raw(Method::POST, "/mcp", &all, &body)
            .await
            .unwrap()
    }

    async fn ask(&self, method: &str, params: Value) -> Value {
        let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let reply = self
            .raw(&[("mcp-protocol-version", "2025-11-25")], &message)
            .await;
        serde_json::from_str(&reply.text).unwrap_or_else(|_| panic!("{reply:?}"))
    }

    async fn tools(&self) -> Vec<Value> {
        let answer = self.ask("tools/list", json!({})).await;
        answer["result"]["tools"].as_array().unwrap().clone()
    }

    async fn names(&self) -> Vec<String> {
        let tools = self.tools().await;
        tools
            .iter()
            .map(|tool| tool["name"].as_str().unwrap().to_owned())
            .collect()
    }

    /// What a tool answers: its structured content.
    async fn call(&self, tool: &str, arguments: Value) -> Value {
        let result = self.result(tool, arguments).await;
        assert_ne!(result["isError"], true, "{result}");
        result["structuredContent"].clone()
    }

    async fn result(&self, tool: &str, arguments: Value) -> Value {
        let params = json!({ "name": tool, "arguments": arguments });
        let answer = self.ask("tools/call", params).await;
        assert!(answer["result"].is_object(), "{answer}");
        answer["result"].clone()
    }
}

const WAITS: &str = "name: Waits\ndescription: Asks who it is.\nversion: 1\nrisk: low\n\
intake:\n  - gather: who\nplan: []\nact:\n  - action: slack.post_message\n    with: { channel: \"#avops\", text: \"{{ intake.who }}\" }\n\
verify:\n  - check: \"message.ts is defined\"\nguardrails:\n  no_rollback: a message stands\n";

async fn with_recipe() -> Stage {
    let stage = Stage::set().await;
    stage
        .made("/api/v1/recipes", &json!({ "yaml": WAITS }))
        .await;
    let attached = json!({ "recipes": ["Waits"] });
    done(&stage, Method::PATCH, "/api/v1/agents/support", attached).await;
    stage
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipe_is_found_started_answered_and_followed_to_its_end() {
    let stage = with_recipe().await;
    let asker = Asker::new(stage.client(), TOKEN);
    let opened = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "spec", "version": "1" } });
    let opened = asker.ask("initialize", opened).await;
    assert_eq!(opened["result"]["serverInfo"]["name"], "avops", "{opened}");

    let found = asker
        .call("list_recipes", json!({ "query": "who it is" }))
        .await;
    assert_eq!(found["recipes"][0]["slug"], "waits", "{found}");
    let about = asker
        .call("describe_recipe", json!({ "recipe": "waits" }))
        .await;
    assert_eq!(about["agents"], json!(["Support"]));
    assert!(
        about["inputs_schema"]["properties"]["who"].is_object(),
        "{about}"
    );

    let request = json!({ "recipe": "waits", "request_key": "once" });
    let started = asker.call("start_run", request.clone()).await;
    let again = asker.call("start_run", request).await;
    assert_eq!(started["run_id"], again["run_id"]);
    let id = started["run_id"].clone();
    let run = asker
        .call("get_run", json!({ "run_id": id, "wait_seconds": 30 }))
        .await;
    assert_eq!(run["waiting_for"], "input", "{run}");
    let waiting = asker.call("list_waiting", json!({})).await;
    assert_eq!(waiting["waiting"][0]["run_id"], id, "{waiting}");

    let answer = json!({ "run_id": id, "kind": "answer", "inputs": { "who": "Ada" } });
    asker.call("answer", answer).await;
    let run = asker
        .call("get_run", json!({ "run_id": id, "wait_seconds": 30 }))
        .await;
    assert_eq!(run["status"], "success", "{run}");
    assert_eq!(run["artifacts"][0]["kind"], "message", "{run}");
    let kept = stage.look(id.as_str().unwrap()).await;
    assert_eq!(kept["trigger"], "mcp");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_does_more_over_mcp_than_over_the_api() {
    let stage = with_recipe().await;
    let token = json!({ "name": "screen", "role": "viewer" });
    let viewer = stage.made("/api/v1/tokens", &token).await;
    let viewer = Asker::new(stage.client(), viewer.text("/secret"));
    let names = viewer.names().await;
    assert_eq!(
        names,
        ["list_recipes", "describe_recipe", "get_run", "list_waiting"]
    );
    let refused = viewer
        .result("start_run", json!({ "recipe": "waits" }))
        .await;
    assert_eq!(refused["isError"], true, "{refused}");
    assert!(
        refused["content"][0]["text"]
            .to_string()
            .contains("role viewer"),
        "{refused}"
    );

    let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {} });
    let nobody = Asker::new(stage.client(), "").raw(&[], &list).await;
    assert_eq!(nobody.status, 401);
    let wrong = Asker::new(stage.client(), "avops_wrong")
        .raw(&[], &list)
        .await;
    assert_eq!(wrong.status, 401);
    let owner = Asker::new(stage.client(), TOKEN);
    let rebound = owner.raw(&[("host", "evil.example")], &list).await;
    assert_eq!(rebound.status, 421);
    let foreign = owner
        .raw(&[("origin", "https://evil.example")], &list)
        .await;
    assert_eq!(foreign.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_said_in_words_and_an_unknown_tool_is_a_fault() {
    let stage = with_recipe().await;
    let asker = Asker::new(stage.client(), TOKEN);
    let cases = [
        ("get_run", json!({ "run_id": "x" }), "do not fit"),
        ("get_run", json!({}), "run_id"),
        ("list_recipes", json!({ "qery": "x" }), "qery"),
        ("start_run", json!({ "recipe": "wait" }), "did you mean"),
        (
            "start_run",
            json!({ "recipe": "waits", "inputs": { "whom": 1 } }),
            "whom",
        ),
        (
            "answer",
            json!({ "run_id": "0196b2b0-0000-7000-8000-000000000000", "kind": "resolve" }),
            "`as` is missing",
        ),
    ];
    for (tool, arguments, expected) in cases {
        let result = asker.result(tool, arguments).await;
        assert_eq!(result["isError"], true, "{tool}: {result}");
        let text = result["content"][0]["text"].as_str().unwrap();
        assert!(text.contains(expected), "{tool}: {text}");
    }
    for tool in ["run-waits", "drop_database"] {
        let answer = asker
            .ask("tools/call", json!({ "name": tool, "arguments": {} }))
            .await;
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
    }
}
