//! Who gets in: the API is crawled, from its own description, as strangers and as people with too few rights.

use avops_spec::Client;
use avops_spec::program::TOKEN;
use hyper::Method;
use serde_json::{Value, json};

use crate::stage::Stage;

const OPEN: [&str; 6] = [
    "/health/live",
    "/health/ready",
    "/sign-in",
    "/sign-in.js",
    "/api/v1/sign-in",
    "/api/v1/sign-out",
];

/// Every method and path that the program describes, with something in place of each parameter.
async fn operations(stage: &Stage) -> Vec<(Method, String)> {
    let document = stage.client().get("/openapi.json").await.unwrap().body;
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let filled: Vec<_> = path
            .split('/')
            .map(|part| if part.starts_with('{') { "x" } else { part })
            .collect();
        for method in methods.as_object().unwrap().keys() {
            found.push((method.to_uppercase().parse().unwrap(), filled.join("/")));
        }
    }
    assert!(found.len() > 40, "{found:?}");
    found
}

pub(crate) async fn status(
    client: &Client,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> u16 {
    client
        .raw(method, path, headers, body)
        .await
        .unwrap()
        .status
}

/// Ways to write a path that have opened doors elsewhere.
fn mutations(path: &str) -> Vec<String> {
    let mut list: Vec<String> = [
        "/", "//", ";x", ";.css", ".svg", ".json", ".png", "/configs", "%2f", "%00", "?x=.css",
        "/.", "/..", "%20", "\u{7e}",
    ]
    .iter()
    .map(|end| format!("{path}{end}"))
    .collect();
    list.push(path.replacen('/', "//", 1));
    list.push(path.to_uppercase());
    list.push(path.replace("/api/", "/api/./"));
    list.push(path.replace("/api/", "/API/"));
    list.push(path.replace("/v1/", "/v1%2f"));
    list.push(format!("/health/live/..{path}"));
    list.push(format!("/sign-in/..%2f..{path}"));
    list
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_gets_nothing_however_the_address_is_written() {
    let stage = Stage::set().await;
    let host = stage.client().host();
    let headers = [
        ("host", host.as_str()),
        ("content-type", "application/json"),
    ];
    for (method, path) in operations(&stage).await {
        if OPEN.contains(&path.as_str()) {
            continue;
        }
        assert_eq!(
            status(stage.client(), method.clone(), &path, &headers, "{}").await,
            401,
            "{method} {path}"
        );
        for mutated in mutations(&path) {
            let reply = stage
                .client()
                .raw(method.clone(), &mutated, &headers, "{}")
                .await
                .unwrap();
            assert!(
                matches!(reply.status, 401 | 403 | 404),
                "{method} {mutated} answered {}: {}",
                reply.status,
                reply.text
            );
        }
    }
    for wrong in ["Bearer wrong", "Basic b3duZXI6", "Bearer", ""] {
        let headers = [("host", host.as_str()), ("authorization", wrong)];
        assert_eq!(
            status(stage.client(), Method::GET, "/api/v1/runs", &headers, "").await,
            401,
            "{wrong}"
        );
    }
    let in_query = format!("/api/v1/runs?token={TOKEN}&access_token={TOKEN}");
    assert_eq!(
        status(
            stage.client(),
            Method::GET,
            &in_query,
            &[("host", host.as_str())],
            ""
        )
        .await,
        401
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_our_names_are_answered_and_only_our_page_may_change_things() {
    let stage = Stage::set().await;
    let (host, bearer) = (stage.client().host(), format!("Bearer {TOKEN}"));
    let localhost = format!("localhost:{}", stage.port);
    for good in [&host, &localhost] {
        assert_eq!(
            status(
                stage.client(),
                Method::GET,
                "/api/v1/me",
                &[("host", good), ("authorization", &bearer)],
                ""
            )
            .await,
            200,
            "{good}"
        );
    }
    for bad in [
        "evil.example",
        "127.0.0.1",
        "127.0.0.1:1",
        "127.0.0.1.evil.example:80",
        "null",
        "",
        "[::1]:1",
        "0.0.0.0:80",
    ] {
        let answered = status(
            stage.client(),
            Method::GET,
            "/api/v1/me",
            &[("host", bad), ("authorization", &bearer)],
            "",
        )
        .await;
        assert!(
            matches!(answered, 400 | 403 | 421),
            "{bad} answered {answered}"
        );
    }
    let body = json!({ "mock": false }).to_string();
    let base = [
        ("host", host.as_str()),
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
    ];
    for (name, value) in [
        ("origin", "http://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let headers: Vec<_> = base.iter().copied().chain([(name, value)]).collect();
        assert_eq!(
            status(
                stage.client(),
                Method::PATCH,
                "/api/v1/settings",
                &headers,
                &body
            )
            .await,
            403,
            "{name}: {value}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_security_headers_and_no_error_tells_too_much() {
    let stage = Stage::set().await;
    let (host, bearer) = (stage.client().host(), format!("Bearer {TOKEN}"));
    let headers = [("host", host.as_str()), ("authorization", bearer.as_str())];
    for path in [
        "/",
        "/dashboard",
        "/docs",
        "/sign-in",
        "/api/v1/runs",
        "/api/v1/nothing",
        "/api/v1/runs/not-an-id",
    ] {
        let reply = stage
            .client()
            .raw(Method::GET, path, &headers, "")
            .await
            .unwrap();
        let policy = reply.headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("default-src 'self'")
                && policy.contains("frame-ancestors 'none'")
                && !policy.contains("script-src"),
            "{policy}"
        );
        assert_eq!(reply.headers["x-content-type-options"], "nosniff", "{path}");
        assert!(
            !reply.headers.contains_key("access-control-allow-origin"),
            "{path}"
        );
        assert!(
            !reply.text.contains("panicked") && !reply.text.contains("SELECT "),
            "{path}: {}",
            reply.text
        );
    }
    let unknown = json!({ "agent": "Support", "recipe": "x", "inputz": {} });
    let refused = stage.client().post("/api/v1/runs", &unknown).await.unwrap();
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert!(
        refused.text("/detail").contains("inputz") && !refused.text("/request_id").is_empty(),
        "{}",
        refused.body
    );
    let form = [
        ("host", host.as_str()),
        ("authorization", bearer.as_str()),
        ("content-type", "text/plain"),
    ];
    assert_eq!(
        status(
            stage.client(),
            Method::POST,
            "/api/v1/runs",
            &form,
            &unknown.to_string()
        )
        .await,
        415
    );
    let large = Value::String("x".repeat(1_200_000)).to_string();
    assert_eq!(
        stage
            .client()
            .post("/api/v1/recipes/validate", &json!({ "yaml": large }))
            .await
            .unwrap()
            .status,
        413
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_view_goes_on_after_the_number_it_has() {
    let stage = Stage::set().await;
    let yaml = "name: Short\nversion: 1\nintake: []\nplan:\n  - action: ledger.look\n    with: { n: 1 }\nact: []\nverify:\n  - check: \"look.n == 1\"\n";
    let run = stage.run(yaml, json!({})).await;
    let path = format!("/api/v1/runs/{}/events", run["id"].as_str().unwrap());
    let (host, bearer) = (stage.client().host(), format!("Bearer {TOKEN}"));
    let base = [("host", host.as_str()), ("authorization", bearer.as_str())];
    let numbers = |text: &str| -> Vec<u64> {
        text.lines()
            .filter_map(|line| line.strip_prefix("id: ")?.parse().ok())
            .collect()
    };
    let whole = stage
        .client()
        .raw(Method::GET, &path, &base, "")
        .await
        .unwrap();
    let all = numbers(&whole.text);
    assert!(
        all.len() >= 4
            && all
                .iter()
                .enumerate()
                .all(|(at, number)| *number == at as u64 + 1),
        "{all:?}"
    );
    let later: Vec<_> = base
        .iter()
        .copied()
        .chain([("last-event-id", "2")])
        .collect();
    let rest = stage
        .client()
        .raw(Method::GET, &path, &later, "")
        .await
        .unwrap();
    assert_eq!(numbers(&rest.text), all[2..]);
    let last = all.len().to_string();
    let at_the_end: Vec<_> = base
        .iter()
        .copied()
        .chain([("last-event-id", last.as_str())])
        .collect();
    let nothing = stage.client().raw(Method::GET, &path, &at_the_end, "");
    assert_eq!(numbers(&nothing.await.unwrap().text), Vec::<u64>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_gets_the_first_answer_and_does_nothing() {
    let stage = Stage::set().await;
    let agent = json!({ "name": "Night shift", "domain": "support" });
    let client = stage.client();
    let first = client
        .post_once("/api/v1/agents", "agent-1", &agent)
        .await
        .unwrap();
    let again = client
        .post_once("/api/v1/agents", "agent-1", &agent)
        .await
        .unwrap();
    assert_eq!((first.status, again.status), (201, 201), "{}", again.body);
    assert_eq!(first.body, again.body);
    let other = json!({ "name": "Day shift", "domain": "support" });
    let refused = client
        .post_once("/api/v1/agents", "agent-1", &other)
        .await
        .unwrap();
    assert_eq!(refused.status, 409, "{}", refused.body);
    let without_key = client.post("/api/v1/agents", &agent).await.unwrap();
    assert_eq!(
        without_key.status, 409,
        "the name is taken: {}",
        without_key.body
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_save_gets_its_entity_tag_again() {
    let stage = Stage::set().await;
    let (host, bearer) = (stage.client().host(), format!("Bearer {TOKEN}"));
    let headers = [
        ("host", host.as_str()),
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
        ("idempotency-key", "save-1"),
    ];
    let yaml = "name: Tagged\nversion: 1\nintake: []\nplan: []\nact: []\nverify: []\n";
    let body = json!({ "yaml": yaml }).to_string();
    let mut seen = Vec::new();
    for _ in 0..2 {
        let saved = stage
            .client()
            .raw(Method::POST, "/api/v1/recipes", &headers, &body)
            .await
            .unwrap();
        assert_eq!(saved.status, 201, "{}", saved.text);
        seen.push((
            saved.headers["etag"].clone(),
            saved.headers["content-type"].clone(),
            saved.text,
        ));
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_requests_at_once_do_one_thing_and_all_get_its_answer() {
    let stage = Stage::set().await;
    let agent = json!({ "name": "Night shift", "domain": "support" });
    let calls = (0..8).map(|_| {
        let (client, agent) = (stage.client().clone(), agent.clone());
        tokio::spawn(async move { client.post_once("/api/v1/agents", "agent-1", &agent).await })
    });
    for call in calls.collect::<Vec<_>>() {
        let reply = call.await.unwrap().unwrap();
        assert_eq!(reply.status, 201, "{}", reply.body);
    }
}

/// `AVOPS_WRITE_OPENAPI=1` writes the file anew.
#[tokio::test(flavor = "multi_thread")]
async fn the_checked_in_openapi_description_is_what_the_program_says() {
    let stage = Stage::set().await;
    let mut said = stage.client().get("/openapi.json").await.unwrap().body;
    said["info"]["version"] = json!("0");
    let said = format!("{said:#}\n");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.json");
    if std::env::var_os("AVOPS_WRITE_OPENAPI").is_some() {
        std::fs::write(path, &said).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == said,
        "openapi.json is stale: run `make openapi` and commit it"
    );
}
