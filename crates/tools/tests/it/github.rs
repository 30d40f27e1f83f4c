//! GitHub: files saved once, issues, pull requests and comments opened once, limits, and what is not to be seen.

use std::sync::Arc;
use std::time::Duration;

use avops_engine::{Mode, SystemClock, ToolCall, ToolError, Toolbox as _};
use serde_json::{Value, json};

use crate::fixture::{Fixture, StillClock, call, class};

const REPOSITORY: &str = "corp/av-config";

/// Everything that breaks off after GitHub has acted.
fn lost_answers() -> Vec<Value> {
    vec![
        json!({ "do": "drop" }),
        json!({ "do": "status", "status": 502 }),
        json!({ "do": "truncate" }),
        json!({ "do": "not_json" }),
        json!({ "do": "huge" }),
    ]
}

/// Loses the answer of the request after `before` others to the same path.
fn lose(fixture: &Fixture, on: &str, before: u32, fault: &Value) {
    if before > 0 {
        fixture.fault(json!({ "on": on, "do": "delay", "times": before }));
    }
    let mut fault = fault.clone();
    fault["on"] = json!(on);
    fault["acts"] = json!(true);
    fault["times"] = json!(1);
    fixture.fault(fault);
}

fn commit(text: &str) -> ToolCall {
    let args = json!({ "path": "rooms/br 4#1.json", "text": text, "message": "BR4 backup" });
    call("github.commit_file", args)
}

fn refusal(answer: Result<avops_engine::ToolReply, ToolError>) -> String {
    match answer {
        Err(ToolError::Refused { message, hint }) => {
            format!("{message} | {}", hint.unwrap_or_default())
        }
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_file_is_saved_read_and_saved_again_only_when_it_differs() {
    let fixture = Fixture::mock();
    let campus = fixture.registry.campus();
    let first = fixture.registry.call(&commit("{\"a\":1}")).await.unwrap();
    assert_eq!(
        first.output["sha"],
        "daa5053ecf5f9a37b2de733d0751cc1ab53ac010"
    );
    assert_eq!(first.output["changed"], true);
    assert_eq!(first.artifacts[0].kind, "file");
    assert!(
        first.artifacts[0]
            .url
            .as_ref()
            .unwrap()
            .contains("/blob/main/rooms/")
    );
    let again = fixture.registry.call(&commit("{\"a\":1}")).await.unwrap();
    assert_eq!(again.output["changed"], false);
    assert_eq!(campus.github_commits(REPOSITORY), 1);
    fixture.registry.call(&commit("{\"a\":2}")).await.unwrap();
    let read = fixture
        .output("github.get_file", json!({ "path": "rooms/br 4#1.json" }))
        .await;
    assert_eq!(read["text"], "{\"a\":2}");
    assert_eq!(read["size_bytes"], 7);
    assert_eq!(campus.github_commits(REPOSITORY), 2);
    // What is no text comes as base64; lines of the vendor's own are joined.
    let bytes: String = "/wD+".repeat(100);
    let args = json!({ "path": "firmware.bin", "base64": bytes });
    fixture.output("github.commit_file", args).await;
    let read = fixture
        .output("github.get_file", json!({ "path": "firmware.bin" }))
        .await;
    assert_eq!(read["base64"], bytes);
    assert_eq!(read["text"], Value::Null);
}

#[tokio::test]
async fn a_commit_without_an_answer_is_found_in_the_file_itself() {
    for fault in lost_answers() {
        let fixture = Fixture::mock();
        lose(
            &fixture,
            "/github/repos/corp/av-config/contents/",
            1,
            &fault,
        );
        let reply = fixture.registry.call(&commit("x")).await;
        let reply = reply.unwrap_or_else(|error| panic!("{fault}: {error}"));
        assert_eq!(reply.output["changed"], true, "{fault}");
        let campus = fixture.registry.campus();
        assert_eq!(campus.github_commits(REPOSITORY), 1, "{fault}");
        fixture.registry.call(&commit("x")).await.unwrap();
        assert_eq!(campus.github_commits(REPOSITORY), 1, "{fault}");
    }
}

#[tokio::test]
async fn a_commit_that_never_arrived_is_unknown_and_may_be_repeated() {
    let fixture = Fixture::mock();
    let on = "/github/repos/corp/av-config/contents/";
    fixture.fault(json!({ "on": on, "do": "delay", "times": 1 }));
    fixture.fault(json!({ "on": on, "do": "drop", "times": 1 }));
    let call = commit("x");
    let answer = fixture.registry.call(&call).await;
    assert_eq!(class(&answer), "unknown", "{answer:?}");
    assert_eq!(
        fixture.registry.call(&call).await.unwrap().output["changed"],
        true
    );
    // Before the write, an answer that is lost means that nothing was sent.
    fixture.fault(json!({ "on": on, "do": "drop", "times": 1 }));
    let answer = fixture.registry.call(&commit("y")).await;
    assert_eq!(class(&answer), "not sent", "{answer:?}");
}

#[tokio::test]
async fn a_file_that_has_changed_is_not_overwritten_when_it_must_be_the_one_that_was_read() {
    let fixture = Fixture::mock();
    let read = fixture
        .output("github.get_file", json!({ "path": "README.md" }))
        .await;
    let change = |text: &str| json!({ "path": "README.md", "text": text, "replaces": read["sha"] });
    let first = call("github.commit_file", change("one"));
    fixture.registry.call(&first).await.unwrap();
    // The same call again has nothing to do, though the file is no longer the one that was read.
    assert_eq!(
        fixture.registry.call(&first).await.unwrap().output["changed"],
        false
    );
    let said = refusal(fixture.call("github.commit_file", change("two")).await);
    assert!(
        said.contains("has changed") && said.contains("get_file"),
        "{said}"
    );
    let campus = fixture.registry.campus();
    assert_eq!(
        campus.github_file(REPOSITORY, "main", "README.md").unwrap(),
        b"one"
    );
}

/// Somebody else writes between our look and our write.
#[tokio::test]
async fn a_clash_was_not_sent() {
    let fixture = Fixture::mock();
    let on = "/github/repos/corp/av-config/contents/";
    for (status, message) in [
        (409, "README.md does not match 1234"),
        (422, "Invalid request.\\n\\n\\\"sha\\\" wasn't supplied."),
    ] {
        let body = format!("{{\"message\":\"{message}\"}}");
        fixture.fault(json!({ "on": on, "do": "delay", "times": 1 }));
        fixture
            .fault(json!({ "on": on, "do": "status", "status": status, "body": body, "times": 1 }));
        let answer = fixture.registry.call(&commit("x")).await;
        assert_eq!(class(&answer), "not sent", "{answer:?}");
    }
    fixture.registry.call(&commit("x")).await.unwrap();
}

#[tokio::test]
async fn a_change_is_proposed_from_a_branch_of_its_own() {
    let fixture = Fixture::mock();
    let campus = fixture.registry.campus();
    let branch = "avops/run 17";
    let args =
        json!({ "path": "README.md", "text": "new", "branch": branch, "branch_from": "main" });
    for _ in 0..2 {
        fixture.output("github.commit_file", args.clone()).await;
    }
    assert_eq!(
        campus.github_file(REPOSITORY, branch, "README.md").unwrap(),
        b"new"
    );
    assert_ne!(
        campus.github_file(REPOSITORY, "main", "README.md").unwrap(),
        b"new"
    );
    assert_eq!(campus.github_commits(REPOSITORY), 1);
    let propose =
        json!({ "title": "New text", "head": branch, "body": "Please look.", "draft": true });
    let reply = fixture
        .call("github.create_pull_request", propose.clone())
        .await
        .unwrap();
    assert_eq!(reply.output["opened"], true);
    assert_eq!(reply.output["base"], "main");
    assert_eq!(reply.output["draft"], true);
    assert_eq!(reply.artifacts[0].kind, "pull_request");
    // Another run that proposes the same is told of the one there is.
    let second = fixture.output("github.create_pull_request", propose).await;
    assert_eq!(second["opened"], false);
    assert_eq!(second["number"], reply.output["number"]);
    assert_eq!(campus.github_issues(REPOSITORY).len(), 1);

    let nothing = json!({ "title": "Nothing", "head": "main" });
    let said = refusal(fixture.call("github.create_pull_request", nothing).await);
    assert!(said.contains("No commits between"), "{said}");
    let nowhere = json!({ "title": "x", "head": "gone" });
    let said = refusal(fixture.call("github.create_pull_request", nowhere).await);
    assert!(said.contains("PullRequest head invalid"), "{said}");
    let lost = json!({ "path": "a", "text": "b", "branch": "new", "branch_from": "gone" });
    let said = refusal(fixture.call("github.commit_file", lost).await);
    assert!(said.contains("no branch `gone`"), "{said}");
}

#[tokio::test]
async fn what_was_opened_without_an_answer_is_found_by_its_mark() {
    let branch = json!({ "path": "a", "text": "b", "branch": "b", "branch_from": "main" });
    for fault in lost_answers() {
        let fixture = Fixture::mock();
        fixture.output("github.commit_file", branch.clone()).await;
        let issue = call(
            "github.create_issue",
            json!({ "title": "Firmware", "body": "<!-- open" }),
        );
        lose(&fixture, "/github/repos/corp/av-config/issues", 1, &fault);
        let opened = fixture.registry.call(&issue).await.unwrap().output;
        let pull = call(
            "github.create_pull_request",
            json!({ "title": "T", "head": "b" }),
        );
        lose(&fixture, "/github/repos/corp/av-config/pulls", 1, &fault);
        fixture.registry.call(&pull).await.unwrap();
        let say = json!({ "number": opened["number"], "body": "Done." });
        let comment = call("github.add_comment", say);
        lose(
            &fixture,
            "/github/repos/corp/av-config/issues/1/comments",
            1,
            &fault,
        );
        let said = fixture.registry.call(&comment).await.unwrap().output;
        let again = fixture.registry.call(&comment).await.unwrap().output;
        assert_eq!(said, again);
        for call in [&issue, &pull] {
            fixture.registry.call(call).await.unwrap();
        }
        let campus = fixture.registry.campus();
        assert_eq!(campus.github_issues(REPOSITORY).len(), 2, "{fault}");
        assert_eq!(campus.github_comments(REPOSITORY).len(), 1, "{fault}");
    }
}

#[tokio::test]
async fn an_earlier_issue_is_found_behind_a_page_of_others() {
    let fixture = Fixture::mock();
    let first = call("github.create_issue", json!({ "title": "First" }));
    let opened = fixture.registry.call(&first).await.unwrap();
    for n in 0..101 {
        fixture
            .output(
                "github.create_issue",
                json!({ "title": format!("No. {n}") }),
            )
            .await;
    }
    let again = fixture.registry.call(&first).await.unwrap();
    assert_eq!(again.output["number"], opened.output["number"]);
    assert_eq!(
        fixture.registry.campus().github_issues(REPOSITORY).len(),
        102
    );
}

#[tokio::test]
async fn labels_and_people_that_were_dropped_in_silence_are_named() {
    let script = "rooms: []\ngithub:\n  people: [av-lead]\n  repositories:\n    - { name: corp/av-config }\n    - { name: corp/read, push: false }\n    - { name: corp/closed, issues: false }\n";
    let fixture = Fixture::with_campus(script, Arc::new(SystemClock));
    let issue = |repository: &str| json!({ "repository": repository, "title": "T", "labels": ["av"], "assignees": ["AV-lead", "nobody"] });
    let mut named = issue("Corp/AV-Config");
    named["assignees"] = json!(["av-lead", "nobody"]);
    let reply = fixture.call("github.create_issue", named).await.unwrap();
    assert_eq!(reply.output["not_taken"], json!(["nobody"]));
    assert_eq!(reply.artifacts[0].kind, "ticket");
    let output = fixture
        .output("github.create_issue", issue("corp/read"))
        .await;
    assert_eq!(output["not_taken"], json!(["av", "AV-lead", "nobody"]));
    let said = refusal(
        fixture
            .call("github.create_issue", issue("corp/closed"))
            .await,
    );
    assert!(said.contains("turned off"), "{said}");
    let write = json!({ "repository": "corp/read", "path": "a", "text": "b" });
    let said = refusal(fixture.call("github.commit_file", write).await);
    assert!(said.contains("permission"), "{said}");
    let hidden = json!({ "repository": "corp/secret", "path": "a", "text": "b" });
    let said = refusal(fixture.call("github.commit_file", hidden).await);
    assert!(said.contains("may not see"), "{said}");
}

#[tokio::test]
async fn limits_come_in_three_forms_and_were_never_sent() {
    let on = "/github/repos/corp/av-config/issues";
    let secondary = "{\"message\":\"You have exceeded a secondary rate limit.\"}";
    for (fault, wait) in [
        (json!({ "status": 429, "retry_after": "7" }), 7),
        (
            json!({ "status": 403, "retry_after": "9", "body": secondary }),
            9,
        ),
        (json!({ "status": 403, "body": secondary }), 60),
    ] {
        let fixture = Fixture::mock();
        let mut fault = fault;
        fault["on"] = json!(on);
        fault["do"] = json!("status");
        fault["times"] = json!(1);
        fixture.fault(json!({ "on": on, "do": "delay", "times": 1 }));
        fixture.fault(fault.clone());
        let answer = fixture
            .call("github.create_issue", json!({ "title": "T" }))
            .await;
        let Err(ToolError::NotSent { retry_after, .. }) = answer else {
            panic!("{fault}: {answer:?}");
        };
        assert_eq!(retry_after, Some(Duration::from_secs(wait)), "{fault}");
    }
    let script = "rooms: []\ngithub:\n  requests_per_hour: 3\n  repositories: [{ name: corp/av-config, files: { a: b } }]\n";
    let clock = StillClock::at("2026-11-26T10:00:00Z");
    let fixture = Fixture::with_campus(script, clock.clone());
    clock.advance(50 * 60);
    for _ in 0..3 {
        fixture
            .output("github.get_file", json!({ "path": "a" }))
            .await;
    }
    let answer = fixture
        .call("github.get_file", json!({ "path": "a" }))
        .await;
    let Err(ToolError::NotSent { retry_after, .. }) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(retry_after, Some(Duration::from_mins(10)));
    // Looking at the limit is free.
    let health = fixture.registry.health("github").await.unwrap();
    assert!(
        !health.ok && health.detail.contains("limit"),
        "{}",
        health.detail
    );
    clock.advance(11 * 60);
    fixture
        .output("github.get_file", json!({ "path": "a" }))
        .await;
}

#[tokio::test]
async fn what_is_no_file_is_refused_with_what_it_is() {
    let fixture = Fixture::mock();
    fixture.registry.call(&commit("x")).await.unwrap();
    for (path, said) in [
        ("rooms", "a folder"),
        ("gone.txt", "has no file"),
        ("../../../user", "no path"),
        ("rooms/../README.md", "no path"),
    ] {
        let refused = refusal(
            fixture
                .call("github.get_file", json!({ "path": path }))
                .await,
        );
        assert!(refused.contains(said), "{path}: {refused}");
        if said == "no path" {
            let write = json!({ "path": path, "text": "x" });
            refusal(fixture.call("github.commit_file", write).await);
        }
    }
    let large = json!({ "path": "large", "text": "x".repeat(200 * 1024) });
    fixture.output("github.commit_file", large).await;
    let said = refusal(
        fixture
            .call("github.get_file", json!({ "path": "large" }))
            .await,
    );
    assert!(said.contains("204800 bytes"), "{said}");
    for args in [
        json!({ "path": "a", "text": "b", "base64": "Yg==" }),
        json!({ "path": "a" }),
        json!({ "path": "a", "base64": "%" }),
        json!({ "path": "a", "text": "b", "branch_from": "main" }),
        json!({ "path": "a", "text": "b", "repository": "corp/av-config/x" }),
    ] {
        refusal(fixture.call("github.commit_file", args).await);
    }
}

#[tokio::test]
async fn a_wrong_token_is_named_and_never_repeated() {
    let fixture = Fixture::mock();
    let campus = fixture.registry.campus().address();
    let live = Fixture::new(Arc::new(SystemClock), |options| {
        options.mock = false;
        let mut set = |name: &str, value: &str| options.environment.set(name, value);
        set("AVOPS_GITHUB_URL", &format!("http://{campus}/github"));
        set("AVOPS_GITHUB_TOKEN", "ghs_1_canary-9d1f");
    });
    let mut call = call(
        "github.get_file",
        json!({ "repository": REPOSITORY, "path": "README.md" }),
    );
    call.mode = Mode::Live;
    let error = live.registry.call(&call).await.unwrap_err();
    let health = live.registry.health("github").await.unwrap();
    assert!(!health.ok);
    let said = format!("{error:?}");
    assert!(said.contains("AVOPS_GITHUB_TOKEN"), "{said}");
    for text in [said, health.detail] {
        assert!(!text.contains("canary"), "{text}");
    }
    // Without a repository in call and settings there is none to guess.
    call.args = json!({ "path": "README.md" });
    let said = refusal(live.registry.call(&call).await);
    assert!(said.contains("AVOPS_GITHUB_REPOSITORY"), "{said}");
}

#[tokio::test]
async fn the_health_says_what_may_be_done() {
    let fixture = Fixture::mock();
    let health = fixture.registry.health("github").await.unwrap();
    assert!(
        health.ok && health.detail.contains("corp/av-config may be written"),
        "{}",
        health.detail
    );
    assert!(health.detail.contains("5000 of 5000"), "{}", health.detail);
}
