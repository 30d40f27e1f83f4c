//! What is kept: results too large for a row, backups and their way back.

use avops_spec::program::TOKEN;
use hyper::Method;
use serde_json::{Value, json};

use crate::stage::{Stage, avops, steps};

/// One result that holds its input twice.
pub(crate) const LARGE: &str = r#"name: Large
version: 1
description: Sets more than a row holds.
intake:
  - ask: "Which text?"
    as: text
    required: true
plan:
  - set:
      one: "{{ intake.text }}"
      two: "{{ intake.text }}"
act: []
verify:
  - check: "{{ one == two and two == intake.text }}"
"#;

/// 150 KB, so that two of them do not fit into a row.
pub(crate) fn long_text() -> String {
    "0123456789".repeat(15_000)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_too_large_for_a_row_is_a_file_of_the_run() {
    let stage = Stage::set().await;
    let run = stage.run(LARGE, json!({"text": long_text()})).await;
    assert_eq!(run["status"], "success", "{}", run["error"]);
    let marker = &steps(&run, "plan")[0]["result"];
    assert_eq!(marker["moved"], true, "{marker}");
    let file = &run["artifacts"][0];
    assert_eq!(file["kind"], "file");
    assert_eq!(marker["artifact"], file["id"]);
    assert_eq!(marker["sha256"], file["content"]["sha256"]);

    let (host, bearer) = (stage.client().host(), format!("Bearer {TOKEN}"));
    let headers = [("host", host.as_str()), ("authorization", bearer.as_str())];
    let get = async |path: &str| {
        let reply = stage.client().raw(Method::GET, path, &headers, "").await;
        reply.unwrap()
    };
    let href = file["content"]["href"].as_str().unwrap();
    let reply = get(href).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(reply.headers["content-type"], "application/json");
    assert_eq!(reply.headers["x-content-type-options"], "nosniff");
    let disposition = reply.headers["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment; "), "{disposition}");
    assert_eq!(file["content"]["bytes"], reply.text.len());
    let whole: Value = serde_json::from_str(&reply.text).unwrap();
    assert_eq!(whole, json!({"one": long_text(), "two": long_text()}));

    let run = run["id"].as_str().unwrap();
    let by_id = format!("/api/v1/runs/{run}/artifacts/{run}:1/content");
    assert_eq!(get(&by_id).await.text, reply.text);
    for other in ["2", "x", "..%2f1", "019a8f00-0000-7000-8000-000000000000:1"] {
        let path = format!("/api/v1/runs/{run}/artifacts/{other}/content");
        assert_eq!(get(&path).await.status, 404, "{other}");
    }
    let stranger = [("host", host.as_str())];
    let refused = stage.client().raw(Method::GET, href, &stranger, "").await;
    assert_eq!(refused.unwrap().status, 401);
}

/// A run that stands still until somebody answers.
const WAITS: &str = r#"name: Waits
version: 1
description: Waits for somebody.
intake:
  - ask: "Who?"
    as: who
    required: true
plan: []
act: []
verify:
  - check: "{{ intake.who != '' }}"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_running_server_is_restored_elsewhere_with_its_open_runs_held() {
    let stage = Stage::set().await;
    let waiting = stage.run(WAITS, json!({})).await;
    let run = waiting["id"].as_str().unwrap();
    let place = tempfile::tempdir().unwrap();
    let made = avops(
        place.path(),
        &[
            "backup",
            "kept.db",
            "--json",
            "--url",
            &stage.client().base_url(),
        ],
    )
    .await;
    let told = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{told}");
    let facts: Value = serde_json::from_slice(&made.stdout).unwrap();
    assert_eq!(facts["open_runs"], 1, "{facts}");
    let left = stage.client().get("/api/v1/backups").await.unwrap();
    assert_eq!(left.body["items"], json!([]), "the server keeps no copy");

    let elsewhere = ["--data-dir", "elsewhere"];
    let restore = async |more: &[&str]| {
        let arguments = [&["restore", "kept.db"], more, &elsewhere].concat();
        avops(place.path(), &arguments).await
    };
    let first = restore(&[]).await;
    let told = String::from_utf8_lossy(&first.stderr);
    assert!(first.status.success(), "{told}");
    let again = restore(&[]).await;
    assert!(
        !again.status.success(),
        "a database is never replaced unasked"
    );
    assert!(restore(&["--force"]).await.status.success());

    let shown = async |more: &[&str]| {
        let arguments = [more, &["--json"], &elsewhere].concat();
        let output = avops(place.path(), &arguments).await;
        let shown: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
        shown
    };
    let inbox = shown(&["inbox"]).await;
    assert_eq!(inbox["items"][0]["reason"], "held", "{inbox}");
    assert_eq!(inbox["items"][1], Value::Null, "{inbox}");
    avops(place.path(), &[&["release", run][..], &elsewhere].concat()).await;
    let inbox = shown(&["inbox"]).await;
    assert_eq!(inbox["items"][0]["reason"], "input", "{inbox}");
}
