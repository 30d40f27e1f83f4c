//! The files of the page: packed when the program is built, and not sent again to whoever has them.

use avops_spec::RawReply;
use hyper::Method;

use crate::stage::Stage;

/// How many bytes travelled as the body.
fn sent(reply: &RawReply) -> usize {
    let length = reply.headers["content-length"].to_str();
    length.unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_travels_packed_and_only_once() {
    let stage = Stage::set().await;
    let host = stage.client().host();
    let get = async |path: &str, coding: &str, known: &str| {
        let headers = [
            ("host", host.as_str()),
            ("accept-encoding", coding),
            ("if-none-match", known),
        ];
        let reply = stage.client().raw(Method::GET, path, &headers, "").await;
        reply.unwrap()
    };
    let frame = get("/dashboard", "identity", "\"other\"").await;
    assert!(frame.text.contains("<!doctype html>"), "{}", frame.text);
    let start = frame.text.find("/assets/").unwrap();
    let script = frame.text[start..].split('"').next().unwrap().to_owned();
    for path in ["/dashboard", script.as_str()] {
        let plain = get(path, "identity", "\"other\"").await;
        assert_eq!(plain.status, 200);
        assert!(!plain.headers.contains_key("content-encoding"), "{path}");
        let mut tags = vec![plain.headers["etag"].clone()];
        for coding in ["br", "gzip"] {
            let packed = get(path, coding, "\"other\"").await;
            assert_eq!(packed.status, 200);
            assert_eq!(packed.headers["content-encoding"], coding, "{path}");
            assert_eq!(
                packed.headers["content-type"],
                plain.headers["content-type"]
            );
            let shorter = sent(&packed) < sent(&plain);
            assert!(shorter, "{path} as {coding}: {} bytes", sent(&packed));
            let tag = packed.headers["etag"].clone();
            let again = get(path, coding, &format!("\"x\", W/{}", tag.to_str().unwrap())).await;
            assert_eq!(again.status, 304, "{path} as {coding}");
            assert!(again.text.is_empty());
            assert_eq!(again.headers["etag"], tag);
            tags.push(tag);
        }
        tags.dedup();
        assert_eq!(tags.len(), 3, "one name for each form of {path}: {tags:?}");
    }
    // What is not there is not there for those who know the frame either.
    let headers = [
        ("host", host.as_str()),
        ("accept", "text/html"),
        ("if-none-match", "*"),
    ];
    let nothing = stage.client().raw(Method::GET, "/nowhere", &headers, "");
    assert_eq!(nothing.await.unwrap().status, 404);
}
