//! What the door does with requests that are too large, too slow, malformed or out of place.

use std::time::Duration;

use avops_spec::Client;
use avops_spec::program::TOKEN;
use hyper::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::stage::Stage;

/// Longer than any patience of the door; who waits longer hangs.
const HANGS: Duration = Duration::from_secs(30);

/// Sends bytes as they are and reads until the other side closes; the sending side stays open.
async fn told(port: u16, parts: &[&str]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    for part in parts {
        // The door may have closed before all was sent; what it said is still there to read.
        drop(stream.write_all(part.as_bytes()).await);
    }
    let mut answer = Vec::new();
    let read = tokio::time::timeout(HANGS, stream.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "the connection hangs");
    String::from_utf8_lossy(&answer).into_owned()
}

/// The status of the first answer; `None` when the connection was closed without one.
fn status_of(answer: &str) -> Option<u16> {
    answer.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
}

fn head(port: u16, first_line: &str, fields: &str) -> String {
    format!(
        "{first_line} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {TOKEN}\r\n{fields}\r\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_or_malformed_is_refused_and_nothing_hangs() {
    let stage = Stage::set().await;
    let port = stage.port;
    let many = "x-more: 1\r\n".repeat(70);
    let wide = format!("x-wide: {}\r\n", "w".repeat(20_000));
    let endless = format!("x-wide: {}", "w".repeat(200_000));
    let long = format!("GET /api/v1/runs/{}", "r".repeat(15_000));
    let longest = format!("GET /api/v1/runs/{}", "r".repeat(70_000));
    let check = "POST /api/v1/recipes/validate";
    let typed = "content-type: application/json\r\n";
    let cases = [
        (head(port, "GET /api/v1/runs", &many), vec![431]),
        (head(port, "GET /api/v1/runs", &wide), vec![431]),
        (head(port, "GET /api/v1/runs", &endless), vec![431]),
        (
            head(port, &long, "connection: close\r\n"),
            vec![404, 414, 431],
        ),
        (head(port, &longest, ""), vec![414, 431]),
        (
            head(
                port,
                check,
                &format!("{typed}content-length: 5\r\ncontent-length: 6\r\n"),
            ),
            vec![400],
        ),
        (
            head(port, check, &format!("{typed}content-length: -5\r\n")),
            vec![400],
        ),
        (
            head(port, check, &format!("{typed}content-length: 5, 6\r\n")),
            vec![400],
        ),
        (
            head(
                port,
                check,
                &format!("{typed}transfer-encoding: chunked, gzip\r\n"),
            ),
            vec![400],
        ),
        (
            head(
                port,
                check,
                &format!("{typed}transfer-encoding: chunked\r\n"),
            ) + "zz\r\n",
            vec![400],
        ),
        (
            head(port, "GET /api/v1/runs", "content-length : 5\r\n"),
            vec![400],
        ),
        (head(port, "GET /api/v1/runs", "x: a\r\n b\r\n"), vec![400]),
        (
            "GET / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n".to_owned(),
            vec![400],
        ),
        ("\u{16}\u{3}\u{1}nonsense\r\n\r\n".to_owned(), vec![400]),
    ];
    for (bytes, expected) in cases {
        let answer = told(port, &[&bytes]).await;
        let shown: String = bytes.chars().take(200).collect();
        assert!(
            status_of(&answer).is_some_and(|status| expected.contains(&status)),
            "{shown} was answered: {answer}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_after_a_body_of_two_lengths_is_taken_for_a_request() {
    let stage = Stage::set().await;
    let fields =
        "content-type: application/json\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n";
    let first = head(stage.port, "POST /api/v1/recipes/validate", fields);
    let smuggled = head(stage.port, "GET /api/v1/me", "");
    let answer = told(stage.port, &[&first, "2\r\n{}\r\n0\r\n\r\n", &smuggled]).await;
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_too_slowly_is_sent_away() {
    let stage = Stage::set().await;
    let post = head(
        stage.port,
        "POST /api/v1/recipes/validate",
        "content-type: application/json\r\ncontent-length: 100\r\n",
    );
    let keyed = head(
        stage.port,
        "POST /api/v1/agents",
        "content-type: application/json\r\nidempotency-key: slow\r\ncontent-length: 100\r\n",
    );
    let post = [post.as_str(), "{\"yaml\":"];
    let keyed = [keyed.as_str(), "{\"name\":"];
    let (head_only, silent, body, keyed) = tokio::join!(
        told(stage.port, &["GET /api/v1/runs HTTP/1.1\r\nhost: "]),
        told(stage.port, &[]),
        told(stage.port, &post),
        told(stage.port, &keyed),
    );
    assert!(
        matches!(status_of(&head_only), None | Some(408)),
        "{head_only}"
    );
    assert_eq!(silent, "");
    for answer in [body, keyed] {
        assert_eq!(status_of(&answer), Some(408), "{answer}");
        assert!(answer.contains("application/problem+json"), "{answer}");
    }
}

async fn asked(client: &Client, method: Method, path: &str, more: &[(&str, &str)]) -> (u16, Value) {
    let (host, bearer) = (client.host(), format!("Bearer {TOKEN}"));
    let mut headers = vec![("host", host.as_str()), ("authorization", bearer.as_str())];
    headers.extend_from_slice(more);
    let reply = client.raw(method, path, &headers, "").await.unwrap();
    let kind = reply.headers["content-type"].to_str().unwrap().to_owned();
    assert_eq!(kind, "application/problem+json", "{path}: {}", reply.text);
    (reply.status, serde_json::from_str(&reply.text).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_has_the_same_form_and_repeats_little() {
    let stage = Stage::set().await;
    let long = "z".repeat(3_000);
    let cases = [
        (Method::PUT, "/api/v1/runs".to_owned(), 405),
        (Method::DELETE, "/dashboard".to_owned(), 405),
        (Method::GET, "/api/v1/nothing".to_owned(), 404),
        (Method::GET, format!("/api/v1/{long}"), 404),
        (
            Method::GET,
            "/api/v1/recipes/x/versions/first".to_owned(),
            400,
        ),
        (
            Method::GET,
            format!("/api/v1/recipes/x/versions/{long}"),
            400,
        ),
        (Method::GET, "/api/v1/agents/%ff".to_owned(), 400),
        (
            Method::GET,
            "/api/v1/dashboard?window=never".to_owned(),
            400,
        ),
        (Method::GET, "/api/v1/runs?limit=many".to_owned(), 400),
        (Method::GET, format!("/api/v1/agents/{long}"), 404),
        (Method::GET, format!("/api/v1/runs/{long}"), 404),
        (Method::GET, "/api/v1/recipes/a%1b%5b31mb".to_owned(), 404),
        (Method::GET, "/assets/nothing.js".to_owned(), 404),
        (Method::GET, "/Dashboard".to_owned(), 404),
        (Method::GET, "/runs/x/y".to_owned(), 404),
        (Method::GET, "/dashboard/".to_owned(), 404),
        (Method::GET, "//dashboard".to_owned(), 404),
        (Method::GET, "/dashboard%20".to_owned(), 404),
        (Method::GET, "/dashboard;x".to_owned(), 404),
        (Method::GET, "/dashboard.json".to_owned(), 404),
    ];
    for (method, path, expected) in cases {
        let (status, problem) = asked(stage.client(), method, &path, &[]).await;
        assert_eq!(status, expected, "{path}: {problem}");
        assert_eq!(problem["status"], expected, "{path}");
        for field in ["type", "title", "detail", "request_id"] {
            let text = problem[field].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{path} has no {field}: {problem}");
            assert!(
                !text.contains(&"z".repeat(201)) && !text.contains('\u{1b}'),
                "{path} repeats too much: {text}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_pages_gets_an_unknown_address_as_a_page() {
    let stage = Stage::set().await;
    let host = stage.client().host();
    let headers = [("host", host.as_str()), ("accept", "text/html,*/*;q=0.8")];
    for (path, expected) in [
        ("/", 200),
        ("/runs/x", 200),
        ("/recipes/a%20b?run=true", 200),
        ("/nowhere", 404),
        ("/RUNS", 404),
    ] {
        let reply = stage.client().raw(Method::GET, path, &headers, "").await;
        let reply = reply.unwrap();
        assert_eq!(reply.status, expected, "{path}");
        assert!(reply.text.contains("<!doctype html>"), "{}", reply.text);
    }
}

/// Opens a live view and waits until it runs.
async fn live_view(port: u16, path: &str, token: &str) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let ask = format!(
        "GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(ask.as_bytes()).await.unwrap();
    let mut start = [0; 12];
    stream.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 200", "{path}");
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_view_ends_with_the_token_that_opened_it() {
    let stage = Stage::set().await;
    let waits =
        "name: Waits\nversion: 1\nintake: []\nplan: []\nact:\n  - manual: Look at it\nverify: []\n";
    let run = stage.run(waits, json!({})).await;
    let events = format!("/api/v1/runs/{}/events", run["id"].as_str().unwrap());
    let new = json!({ "name": "reader", "role": "viewer" });
    let token = stage.made("/api/v1/tokens", &new).await;
    let mut views = Vec::new();
    for path in ["/api/v1/events", events.as_str()] {
        views.push(live_view(stage.port, path, token.text("/secret")).await);
    }
    let mut kept = live_view(stage.port, "/api/v1/events", TOKEN).await;
    let revoke = format!("/api/v1/tokens/{}", token.text("/id"));
    let (host, bearer) = (stage.client().host(), format!("Bearer {TOKEN}"));
    let headers = [("host", host.as_str()), ("authorization", bearer.as_str())];
    let revoked = stage.client().raw(Method::DELETE, &revoke, &headers, "");
    assert_eq!(revoked.await.unwrap().status, 204);
    for mut view in views {
        let ended = tokio::time::timeout(HANGS, view.read_to_end(&mut Vec::new())).await;
        assert!(ended.is_ok(), "the view outlives its token");
    }
    // Who was not revoked goes on: the next run is still told.
    stage.run_saved("Waits", json!({})).await;
    let mut told = Vec::new();
    while !String::from_utf8_lossy(&told).contains("event: run") {
        let read = tokio::time::timeout(HANGS, kept.read_buf(&mut told)).await;
        assert_ne!(read.unwrap().unwrap(), 0, "the other view ended as well");
    }
}

/// The status of an answer whose body may never end.
async fn status(port: u16, method: &str, path: &str, token: &str) -> u16 {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    // A body that no operation takes: what the door lets through is refused behind it, and does nothing.
    let authorization = if token.is_empty() {
        String::new()
    } else {
        format!("authorization: Bearer {token}\r\n")
    };
    let ask = format!(
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n{authorization}content-type: application/json\r\ncontent-length: 2\r\n\r\n[]"
    );
    stream.write_all(ask.as_bytes()).await.unwrap();
    let mut start = [0; 12];
    stream.read_exact(&mut start).await.unwrap();
    status_of(&String::from_utf8_lossy(&start)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_may_ask_at_each_address_exactly_what_the_table_says() {
    let stage = Stage::set().await;
    let described = stage.client().get("/openapi.json").await.unwrap().body;
    let mut roles = vec![("owner", TOKEN.to_owned())];
    for role in ["viewer", "operator", "author", "admin"] {
        let new = json!({ "name": format!("test {role}"), "role": role });
        let made = stage.made("/api/v1/tokens", &new).await;
        roles.push((role, made.text("/secret").to_owned()));
    }
    let mut asked = 0;
    for (path, methods) in described["paths"].as_object().unwrap() {
        let filled: Vec<_> = path
            .split('/')
            .map(|part| if part.starts_with('{') { "1" } else { part })
            .collect();
        let filled = filled.join("/");
        for (method, operation) in methods.as_object().unwrap() {
            let method = method.to_uppercase();
            let needs = operation["x-needs"].as_str();
            let stranger = status(stage.port, &method, &filled, "").await;
            // What is signed by the secret of the address has no role, and nothing else gets in.
            let is_signed = path == "/hooks/{hook}";
            assert_eq!(
                stranger == 401,
                needs.is_some() || is_signed,
                "{method} {path}: {stranger}"
            );
            let Some(needs) = needs else { continue };
            for (role, token) in &roles {
                let allowed = may(role, needs);
                let status = status(stage.port, &method, &filled, token).await;
                assert!(
                    status != 401 && status < 500 && (status != 403) == allowed,
                    "{method} {path} needs {needs}; {role} was answered {status}"
                );
                asked += 1;
            }
        }
    }
    assert!(asked > 250, "only {asked} cases");
}

/// The table of roles, written down a second time on purpose: whoever changes the one has to change the other.
fn may(role: &str, permission: &str) -> bool {
    let roles: &[&str] = match permission {
        "see" => &["viewer", "operator", "author", "admin"],
        "operate" => &["operator", "admin"],
        "simulate" => &["operator", "author", "admin"],
        "author" => &["author", "admin"],
        "schedule" | "manage_tools" | "manage_workspace" | "manage_access" => &["admin"],
        // Approving is granted to persons, not to roles; none of the test's tokens has it.
        "approve" => &[],
        other => panic!("the table does not know {other:?}"),
    };
    role == "owner" || roles.contains(&role)
}
