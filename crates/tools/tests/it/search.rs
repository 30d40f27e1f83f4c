//! Searching the web and reading pages: providers and their errors, sites that may and may not be visited.

use std::collections::BTreeMap;
use std::sync::Arc;

use avops_engine::{Mode, SystemClock, ToolError, ToolReply, Toolbox as _};
use avops_tools::Secret;
use serde_json::{Value, json};

use crate::fixture::{Fixture, StillClock, call, class};

const KEY: &str = "campus-search-key";

/// A live workspace whose search goes to a provider of the campus.
fn live(provider: &str, key: &str) -> Fixture {
    let fixture = Fixture::new(Arc::new(SystemClock), |options| options.mock = false);
    let url = format!(
        "http://{}/search/{provider}",
        fixture.registry.campus().address()
    );
    let domains = "zoom.example, qsc.example";
    let settings = [
        ("provider", provider),
        ("key", key),
        ("url", &url),
        ("allowed_domains", domains),
    ];
    configure(&fixture, &settings);
    fixture
}

fn configure(fixture: &Fixture, settings: &[(&str, &str)]) {
    let values: BTreeMap<String, Secret> = settings
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Secret::new(value)))
        .collect();
    fixture.registry.configure("search", &values).unwrap();
}

async fn call_live(fixture: &Fixture, action: &str, args: Value) -> Result<ToolReply, ToolError> {
    let mut call = call(action, args);
    call.mode = Mode::Live;
    fixture.registry.call(&call).await
}

fn fetch(url: &str) -> Value {
    json!({ "url": url })
}

/// Message and hint of a refusal.
fn refusal(answer: Result<ToolReply, ToolError>) -> String {
    match answer {
        Err(ToolError::Refused { message, hint }) => {
            format!("{message}; {}", hint.unwrap_or_default())
        }
        other => panic!("no refusal: {other:?}"),
    }
}

#[tokio::test]
async fn every_provider_gives_the_same_form_of_plain_text_results() {
    for provider in ["brave", "tavily", "searxng"] {
        let fixture = live(provider, KEY);
        let args = json!({ "query": "display stays black HDMI", "limit": 2 });
        let output = call_live(&fixture, "search.search_web", args)
            .await
            .unwrap()
            .output;
        assert_eq!(output["provider"], provider);
        let results = output["results"].as_array().unwrap();
        assert!((1..=2).contains(&results.len()), "{provider}: {output}");
        assert_eq!(
            results[0]["title"], "Zoom Rooms display stays black",
            "{provider}"
        );
        assert_eq!(
            results[0]["url"],
            "https://support.zoom.example/hc/rooms-black-screen"
        );
        let snippet = results[0]["snippet"].as_str().unwrap();
        assert!(
            snippet.starts_with("Campus & web: A display"),
            "{provider}: {snippet}"
        );
        assert!(!snippet.contains('<'), "{provider}: {snippet}");
        let health = fixture.registry.health("search").await.unwrap();
        assert!(health.ok, "{provider}: {}", health.detail);
    }
}

#[tokio::test]
async fn results_off_the_list_are_left_out_whatever_the_provider_says() {
    let fixture = Fixture::mock();
    let found = json!({ "web": { "results": [
        { "title": "a", "url": "https://evilzoom.example/a", "description": "x" },
        { "title": "b", "url": "https://zoom.example.evil.example/b", "description": "x" },
        { "title": "c", "url": "javascript:alert(1)", "description": "x" },
        { "title": "d", "url": "https://127.0.0.1/d", "description": "x" },
        { "title": "e", "url": "https://support.zoom.example/e", "description": "x" },
    ] } });
    fixture.fault(
        json!({ "on": "/search/brave", "do": "not_json", "body": found.to_string(), "times": 1 }),
    );
    let args = json!({ "query": "x", "allow": ["zoom.example"] });
    let output = fixture.output("search.search_web", args).await;
    assert_eq!(output["left_out"], 4);
    let results = output["results"].as_array().unwrap();
    assert_eq!(results.len(), 1);
    assert_eq!(results[0]["title"], "e");
    let nothing = json!({ "query": "zzzz-no-such-word" });
    assert_eq!(
        fixture.output("search.search_web", nothing).await["results"],
        json!([])
    );
}

#[tokio::test]
async fn without_any_list_nothing_is_asked_and_a_steps_list_only_narrows() {
    let fixture = live("brave", KEY);
    let url = format!(
        "http://{}/search/brave",
        fixture.registry.campus().address()
    );
    let args = json!({ "query": "hdmi", "allow": ["evil.example"] });
    let said = refusal(call_live(&fixture, "search.search_web", args).await);
    assert!(
        said.contains("within the tool's allowed_domains (zoom.example, qsc.example)"),
        "{said}"
    );
    let args = json!({ "query": "hdmi", "allow": ["support.zoom.example", "evil.example"] });
    let output = call_live(&fixture, "search.search_web", args)
        .await
        .unwrap()
        .output;
    assert_eq!(output["allowed"], json!(["support.zoom.example"]));

    configure(&fixture, &[("key", KEY), ("url", &url)]);
    for (action, args) in [
        ("search.search_web", json!({ "query": "hdmi" })),
        (
            "search.fetch_page",
            json!({ "url": "https://support.zoom.example/", "allow": [] }),
        ),
    ] {
        let said = refusal(call_live(&fixture, action, args).await);
        assert!(said.contains("allow: [support.zoom.com]"), "{said}");
    }
    let args = json!({ "query": "hdmi", "allow": ["com"] });
    assert!(refusal(call_live(&fixture, "search.search_web", args).await).contains("not a domain"));
    let wrong = [("allowed_domains".to_owned(), Secret::new("10.0.0.1"))];
    let error = fixture
        .registry
        .configure("search", &wrong.into())
        .unwrap_err();
    assert!(error.to_string().contains("10.0.0.1"), "{error}");
}

#[tokio::test]
async fn wrong_keys_are_refused_with_a_hint_and_shown_nowhere() {
    let canary = "canary-search-key-77d1";
    for provider in ["brave", "tavily"] {
        let fixture = live(provider, canary);
        let answer = call_live(&fixture, "search.search_web", json!({ "query": "hdmi" })).await;
        let health = fixture.registry.health("search").await.unwrap();
        let said = format!(
            "{} {health:?} {:?}",
            refusal(answer),
            fixture.registry.tool("search")
        );
        assert!(said.contains("AVOPS_SEARCH_KEY"), "{provider}: {said}");
        assert!(!health.ok);
        assert!(!said.contains("canary"), "{provider}: {said}");

        configure(
            &fixture,
            &[("provider", provider), ("allowed_domains", "zoom.example")],
        );
        let answer = call_live(&fixture, "search.search_web", json!({ "query": "hdmi" })).await;
        assert!(refusal(answer).contains("has no key"), "{provider}");
        assert!(!fixture.registry.health("search").await.unwrap().ok);
    }
    let fixture = live("searxng", "");
    configure(
        &fixture,
        &[("provider", "searxng"), ("allowed_domains", "zoom.example")],
    );
    let answer = call_live(&fixture, "search.search_web", json!({ "query": "hdmi" })).await;
    assert!(refusal(answer).contains("AVOPS_SEARCH_URL"));
}

#[tokio::test]
async fn each_refusal_of_a_provider_has_its_class_and_its_way_out() {
    let limited = json!({ "error": { "code": "RATE_LIMITED", "detail": "too fast" } }).to_string();
    let spent = json!({ "detail": { "error": "plan limit" } }).to_string();
    let degraded =
        json!({ "results": [], "unresponsive_engines": [["google", "timeout"]] }).to_string();
    let cases = [
        ("brave", 429, limited.as_str(), "not sent", "too fast"),
        ("brave", 500, "", "unknown", "500"),
        ("tavily", 432, &spent, "refused", "larger plan"),
        ("tavily", 433, &spent, "refused", "larger plan"),
        ("tavily", 429, &spent, "not sent", "plan limit"),
        ("searxng", 403, "", "refused", "search.formats"),
        ("searxng", 429, "", "not sent", "429"),
        ("searxng", 200, &degraded, "not sent", "google"),
        ("searxng", 200, "<html>", "unknown", "cannot be read"),
    ];
    for (provider, status, body, expected, said) in cases {
        let fixture = live(provider, KEY);
        let on = format!("/search/{provider}");
        fixture
            .fault(json!({ "on": on, "do": "status", "status": status, "body": body, "times": 1 }));
        let answer = call_live(&fixture, "search.search_web", json!({ "query": "hdmi" })).await;
        assert_eq!(class(&answer), expected, "{provider} {status}: {answer:?}");
        let error = format!("{:?}", answer.unwrap_err());
        assert!(error.contains(said), "{provider} {status}: {error}");
    }
}

#[tokio::test]
async fn a_page_is_read_as_a_person_reads_it() {
    let fixture = Fixture::mock();
    let reply = fixture
        .call(
            "search.fetch_page",
            fetch("https://support.zoom.example/hc/rooms-black-screen#top"),
        )
        .await
        .unwrap();
    let page = &reply.output;
    assert_eq!(page["title"], "Zoom Rooms display stays black");
    assert_eq!(
        page["url"],
        "https://support.zoom.example/hc/rooms-black-screen"
    );
    assert_eq!(page["language"], "en");
    assert_eq!(page["truncated"], false);
    let text = page["text"].as_str().unwrap();
    assert!(
        text.contains("Restart the room from the controller"),
        "{text}"
    );
    assert!(!text.contains('<'), "{text}");
    let links: Vec<&str> = page["links"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| link["url"].as_str().unwrap())
        .collect();
    assert_eq!(
        links,
        [
            "https://support.zoom.example/hc/rooms-error-codes",
            "https://kb.qsc.example/core-faults"
        ]
    );
    assert_eq!(reply.artifacts[0].kind, "page");
    assert!(!reply.artifacts[0].data.to_string().contains("Restart"));

    let args =
        json!({ "url": "https://support.zoom.example/hc/rooms-black-screen", "max_chars": 200 });
    let short = fixture.output("search.fetch_page", args).await;
    assert_eq!(short["truncated"], true);
    assert_eq!(short["text"].as_str().unwrap().chars().count(), 200);
}

#[tokio::test]
async fn what_a_page_hides_from_people_is_not_read() {
    let fixture = Fixture::mock();
    let page = fixture
        .output(
            "search.fetch_page",
            fetch("https://kb.qsc.example/core-faults"),
        )
        .await;
    let shown = page.to_string();
    assert!(shown.contains("Amber means"), "{shown}");
    for hidden in ["Ignore all previous", "evil.example", "SYSTEM"] {
        assert!(!shown.contains(hidden), "{hidden}: {shown}");
    }
}

#[tokio::test]
async fn redirects_are_followed_on_the_list_and_told_where_they_leave_it() {
    let fixture = Fixture::mock();
    let page = fixture
        .output(
            "search.fetch_page",
            fetch("https://support.zoom.example/hc/moved"),
        )
        .await;
    assert_eq!(
        page["hops"],
        json!([
            "https://support.zoom.example/hc/moved",
            "https://support.zoom.example/hc/rooms-black-screen",
        ])
    );
    let answer = fixture
        .call(
            "search.fetch_page",
            fetch("https://support.zoom.example/hc/partner"),
        )
        .await;
    let said = refusal(answer);
    assert!(said.contains("https://support.zoom.example/hc/partner leads to https://support.zoom.example.evil.example/"), "{said}");
    assert!(said.contains("not on the list"), "{said}");
}

#[tokio::test]
async fn what_may_not_be_fetched_is_refused_with_the_reason() {
    let fixture = Fixture::mock();
    let cases = [
        (
            "https://evilzoom.example/hc/rooms-black-screen",
            "not on the list",
        ),
        ("https://user:pass@support.zoom.example/", "credentials"),
        ("file:///etc/passwd", "only http and https"),
        ("http://127.0.0.1/", "not an address of the public internet"),
        (
            "http://[::ffff:169.254.169.254]/",
            "not an address of the public internet",
        ),
        ("support.zoom.example", "is no address"),
        (
            "https://support.zoom.example/download/firmware",
            "application/octet-stream",
        ),
        (
            "https://support.zoom.example/hc/all-in-one",
            "larger than 2 MB",
        ),
        ("https://kb.qsc.example/internal/roadmap", "robots.txt"),
        ("https://kb.qsc.example/nowhere", "404"),
    ];
    for (url, said) in cases {
        let refusal = refusal(fixture.call("search.fetch_page", fetch(url)).await);
        assert!(refusal.contains(said), "{url}: {refusal}");
    }
}

#[tokio::test]
async fn a_site_that_does_not_answer_may_be_asked_again() {
    let page = "/pages/support.zoom.example/hc/rooms-black-screen";
    let robots = "/pages/support.zoom.example/robots.txt";
    for (on, fault) in [
        (
            page,
            json!({ "do": "status", "status": 503, "retry_after": "2" }),
        ),
        (page, json!({ "do": "status", "status": 500 })),
        (page, json!({ "do": "drop" })),
        (page, json!({ "do": "truncate" })),
        (robots, json!({ "do": "status", "status": 500 })),
        (robots, json!({ "do": "drop" })),
    ] {
        let clock = StillClock::at("2026-11-24T12:00:00Z");
        let fixture = Fixture::new(clock.clone(), |_| {});
        let mut fault = fault;
        fault["on"] = json!(on);
        fault["times"] = json!(1);
        fixture.fault(fault.clone());
        let url = fetch("https://support.zoom.example/hc/rooms-black-screen");
        let first = fixture.call("search.fetch_page", url.clone()).await;
        assert_eq!(class(&first), "not sent", "{on} {fault}: {first:?}");
        clock.advance(2);
        fixture.call("search.fetch_page", url).await.unwrap();
    }
}

#[tokio::test]
async fn a_page_made_to_be_hard_to_read_costs_a_refusal_and_no_more() {
    let script = |body: &str, kind: &str| {
        format!(
            "rooms: []\npages:\n  - {{ at: a.example/x, title: X, kind: '{kind}', body: '{body}' }}\n"
        )
    };
    let deep = "<div>".repeat(2_000);
    let many = "<b>".repeat(40_000);
    let cases = [
        (script(&deep, "text/html"), "nested deeper"),
        (script(&many, "text/html"), "elements"),
        ("rooms: []\npages:\n  - { at: a.example/x, kind: text/html, body: \"a\\0b\" }\n".to_owned(), "no text"),
        ("rooms: []\npages:\n  - { at: a.example/x, kind: text/html, body: '<script>1</script>' }\n".to_owned(), "no text to read"),
        ("rooms: []\npages:\n  - { at: a.example/x, kind: '', body: 'text' }\n".to_owned(), "no stated type"),
    ];
    for (script, said) in cases {
        let fixture = Fixture::with_campus(&script, Arc::new(SystemClock));
        let refusal = refusal(
            fixture
                .call("search.fetch_page", fetch("https://a.example/x"))
                .await,
        );
        assert!(refusal.contains(said), "{said}: {refusal}");
    }
}

#[tokio::test]
async fn text_is_read_in_its_character_set_without_unseen_characters() {
    let script = "rooms: []\npages:\n  - { at: a.example/x, kind: 'text/plain; charset=utf-8', body: \"R\u{e4}ume\u{200b}\u{e0041} \u{202e}ok\" }\n";
    let fixture = Fixture::with_campus(script, Arc::new(SystemClock));
    let page = fixture
        .output("search.fetch_page", fetch("https://a.example/x"))
        .await;
    assert_eq!(page["text"], "R\u{e4}ume ok");
    assert_eq!(page["title"], "a.example/x");
    let script = script.replace("utf-8", "windows-1252");
    let fixture = Fixture::with_campus(&script, Arc::new(SystemClock));
    let page = fixture
        .output("search.fetch_page", fetch("https://a.example/x"))
        .await;
    assert!(
        page["text"]
            .as_str()
            .unwrap()
            .starts_with("R\u{c3}\u{a4}ume"),
        "{page}"
    );
}
