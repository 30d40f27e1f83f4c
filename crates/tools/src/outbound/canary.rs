//! Requests that must not arrive, measured at a listener that counts who comes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use avops_engine::{SystemClock, ToolError};
use reqwest::Method;
use tokio::net::TcpListener;

use super::*;

/// Ways to write this machine's own address.
const THIS_MACHINE: [&str; 21] = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "0x7f.1",
    "127.0.0.1.",
    "0",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[2002:7f00:1::]",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "１２７.0.0.1",
    "127。0。0。1",
];

/// A listener on all of this machine's own addresses, and how many connections came.
async fn canary() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("[::]:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let came = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&came);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counter.fetch_add(1, Ordering::SeqCst);
            drop(stream);
        }
    });
    (port, came)
}

async fn attempt(address: &str, reach: Reach) -> Result<(), ToolError> {
    let outbound = Outbound::new(Arc::new(SystemClock)).unwrap();
    let endpoint = outbound
        .endpoint("vendor", address, reach)
        .map_err(|e| ToolError::NotSent {
            message: e.to_string(),
            retry_after: None,
        })?;
    let request = endpoint.request(Method::POST, &["act"]);
    let answer = endpoint
        .send(request, Deadline::after(Duration::from_secs(2)))
        .await;
    answer.map(|_| ())
}

#[tokio::test]
async fn no_form_of_this_machines_address_is_reached_as_a_public_one() {
    let (port, came) = canary().await;
    for host in THIS_MACHINE {
        let outcome = attempt(&format!("http://{host}:{port}"), Reach::Public).await;
        assert!(
            matches!(outcome, Err(ToolError::NotSent { .. })),
            "{host}: {outcome:?}"
        );
    }
    assert_eq!(came.load(Ordering::SeqCst), 0);
    // The canary does sing.
    attempt(&format!("http://127.0.0.1:{port}"), Reach::Registered)
        .await
        .unwrap_err();
    assert_eq!(came.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_path_cannot_leave_its_host_or_its_base() {
    let outbound = Outbound::new(Arc::new(SystemClock)).unwrap();
    let endpoint = outbound
        .endpoint("vendor", "https://vendor.example/v2/", Reach::Public)
        .unwrap();
    for (segment, path) in [
        ("a/b", "/v2/rooms/a%2Fb/events"),
        ("..", "/v2/rooms/%252E/events"),
        ("a?b#c", "/v2/rooms/a%3Fb%23c/events"),
        ("//evil.example", "/v2/rooms/%2F%2Fevil.example/events"),
        ("%2e%2e", "/v2/rooms/%252e%252e/events"),
        ("@evil.example", "/v2/rooms/@evil.example/events"),
    ] {
        let request = endpoint.request(Method::GET, &["rooms", segment, "events"]);
        assert_eq!(
            request.url().host_str(),
            Some("vendor.example"),
            "{segment}"
        );
        assert_eq!(request.url().path(), path, "{segment}");
    }
}

/// Sites in miniature whose every page redirects to `location`, and how many requests came.
async fn redirecting(location: String) -> (Names, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let answer = move || {
        counter.fetch_add(1, Ordering::SeqCst);
        let location = axum::http::HeaderValue::from_bytes(location.as_bytes()).unwrap();
        async move {
            (
                axum::http::StatusCode::FOUND,
                [(axum::http::header::LOCATION, location)],
            )
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/sites", listener.local_addr().unwrap());
    let router = axum::Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (Names::Sites(Url::parse(&base).unwrap()), asked)
}

async fn visit(names: Names, address: &str, allowed: &[&str]) -> Result<(), ToolError> {
    let outbound = Outbound::new(Arc::new(SystemClock)).unwrap();
    let visitor = Visitor::new(&outbound, names);
    let url = Url::parse(address).unwrap();
    let domains = Domains::parse(allowed.iter().copied()).unwrap();
    let deadline = Deadline::after(Duration::from_secs(2));
    let visited = visitor.visit(url, &domains, deadline, |_| async { Ok(()) });
    visited.await.map(|_| ())
}

#[tokio::test]
async fn no_page_and_no_redirect_leads_to_this_machine() {
    let (port, came) = canary().await;
    for host in THIS_MACHINE {
        let address = format!("http://{host}:{port}/");
        let direct = visit(Names::Internet, &address, &["site.example"]).await;
        assert!(
            matches!(direct, Err(ToolError::Refused { .. })),
            "{host}: {direct:?}"
        );
        let (sites, asked) = redirecting(address).await;
        let led = visit(sites, "http://site.example/", &["site.example"]).await;
        assert!(
            matches!(led, Err(ToolError::Refused { .. })),
            "{host}: {led:?}"
        );
        assert_eq!(asked.load(Ordering::SeqCst), 1, "{host}");
    }
    // A name on the list that leads here is stopped by the resolver.
    let listed = visit(
        Names::Internet,
        &format!("http://a.localhost:{port}/"),
        &["a.localhost"],
    )
    .await;
    assert!(
        matches!(listed, Err(ToolError::NotSent { .. })),
        "{listed:?}"
    );
    assert_eq!(came.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_redirect_is_held_against_the_rules_before_it_is_followed() {
    for (location, said, asked) in [
        ("https://evilsite.example/", "not on the list", 1),
        ("https://site.example.evil.example/", "not on the list", 1),
        ("//evil.example/", "not on the list", 1),
        ("http://site.example/", "from https to http", 1),
        ("https://user:pass@site.example/", "credentials", 1),
        ("file:///etc/passwd", "only http and https", 1),
        ("gopher://site.example/", "only http and https", 1),
        ("https://8.8.8.8/", "not on the list", 1),
        ("/round", "more than 3 redirects", 4),
    ] {
        let (sites, came) = redirecting(location.to_owned()).await;
        let error = visit(sites, "https://site.example/", &["site.example"])
            .await
            .unwrap_err();
        let message = error.to_string();
        assert!(
            matches!(error, ToolError::Refused { .. }),
            "{location}: {error:?}"
        );
        assert!(message.contains(said), "{location}: {message}");
        assert!(
            message.contains("https://site.example/ leads to") || asked > 1,
            "{message}"
        );
        assert_eq!(came.load(Ordering::SeqCst), asked, "{location}");
    }
}
