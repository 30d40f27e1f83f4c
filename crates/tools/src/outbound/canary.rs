//! Requests that must not arrive, measured at a listener that counts who comes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use avops_engine::{SystemClock, ToolError};
use reqwest::Method;
use tokio::net::TcpListener;

use super::*;

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
    for host in [
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
    ] {
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
