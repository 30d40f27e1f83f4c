//! One installation as the MCP server of another: added, looked at, approved and called on the command line.

use std::path::Path;

use serde_json::Value;

use crate::command_line::avops;
use crate::serving::Server;

/// What a command prints as JSON, if it ends well.
fn said(folder: &Path, arguments: &[&str]) -> Value {
    let output = avops(folder, arguments).arg("--json").output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {complaint}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Promotes every recipe, whatever its figures say.
fn promote_all(folder: &Path) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("avops.db"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let database = sqlx::SqlitePool::connect_with(options).await.unwrap();
        let promote = sqlx::query("UPDATE recipes SET stage = 'promoted'");
        promote.execute(&database).await.unwrap();
        database.close().await;
    });
}

#[test]
fn a_promoted_recipe_of_one_installation_is_an_action_of_another() {
    let far = tempfile::tempdir().unwrap();
    avops(far.path(), &["--mock", "setup"]).assert().code(0);
    promote_all(far.path());
    let server = Server::start(far.path());
    let url = format!("{}/mcp", server.greeting["url"].as_str().unwrap());
    let token = std::fs::read_to_string(far.path().join("owner.token")).unwrap();

    let near = tempfile::tempdir().unwrap();
    let add = [
        "--mock",
        "tools",
        "add-mcp",
        "far",
        "--address",
        &url,
        "--token",
        "--json",
    ];
    let added = avops(near.path(), &add)
        .write_stdin(token)
        .output()
        .unwrap();
    assert!(
        added.status.success(),
        "{}",
        String::from_utf8_lossy(&added.stderr)
    );
    let added: Value = serde_json::from_slice(&added.stdout).unwrap();
    assert_eq!(added["mcp"]["problem"], Value::Null, "{added}");
    assert_eq!(added["actions"], serde_json::json!([]));

    let policy = "run-zoom-room-admin-policy-check";
    let off = r#"{"action": "list_recipes"}"#;
    avops(near.path(), &["--mock", "tools", "action", "far", off])
        .assert()
        .failure();
    let approve = [
        "--mock",
        "tools",
        "approve",
        "far",
        policy,
        "get_run",
        "--accept-claims",
    ];
    let shown = avops(near.path(), &approve).output().unwrap();
    let text = String::from_utf8_lossy(&shown.stdout);
    assert!(
        shown.status.success(),
        "{}",
        String::from_utf8_lossy(&shown.stderr)
    );
    assert!(text.contains(&format!("{policy} (new)")), "{text}");

    let call = format!(r#"{{"action": "{policy}", "args": {{"room": "Boardroom 4"}}}}"#);
    let started = said(near.path(), &["--mock", "tools", "action", "far", &call]);
    let run = started["result"]["run_id"].as_str().unwrap().to_owned();
    let follow =
        format!(r#"{{"action": "get_run", "args": {{"run_id": "{run}", "wait_seconds": 30}}}}"#);
    let followed = said(near.path(), &["--mock", "tools", "action", "far", &follow]);
    assert_eq!(followed["result"]["status"], "success", "{followed}");
    let kept = said(far.path(), &["runs", "show", &run]);
    assert_eq!(kept["trigger"], "mcp", "{kept}");

    let turned = said(near.path(), &["--mock", "tools", "off", "far", policy]);
    assert_eq!(turned["actions"].as_array().unwrap().len(), 1);
    assert_eq!(server.stop().code(), Some(0));
}
