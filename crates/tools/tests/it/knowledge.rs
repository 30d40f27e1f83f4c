//! ServiceNow's knowledge articles and attachments.

use avops_engine::{ToolCall, Toolbox as _};
use serde_json::{Value, json};

use crate::fixture::{Fixture, StillClock, call, class};

fn article(html: &str) -> ToolCall {
    call(
        "servicenow.create_kb",
        json!({ "title": "Zoom HDMI Black", "html": html, "category": "AV" }),
    )
}

fn articles(fixture: &Fixture) -> Vec<Value> {
    fixture.registry.campus().servicenow("kb_knowledge")
}

#[tokio::test]
async fn the_runbooks_article_is_saved_as_a_draft_with_its_id_and_link() {
    let fixture = Fixture::mock();
    let args = json!({
        "title": "Zoom HDMI Black", "html": "<h2>Symptoms</h2>...", "category": "AV", "tags": ["zoom", "rooms"],
    });
    let reply = fixture.call("servicenow.create_kb", args).await.unwrap();
    let output = &reply.output;
    assert_eq!(
        (&output["state"], &output["tags"]),
        (&json!("draft"), &json!(["zoom", "rooms"]))
    );
    let artifact = &reply.artifacts[0];
    assert_eq!(artifact.kind, "kb");
    assert_eq!(artifact.external_id.as_deref(), output["sys_id"].as_str());
    let page = reqwest::get(artifact.url.clone().unwrap()).await.unwrap();
    assert!(page.text().await.unwrap().contains("<h2>Symptoms</h2>..."));
}

#[tokio::test]
async fn an_article_is_published_on_purpose_and_found_then() {
    let fixture = Fixture::mock();
    let draft = fixture
        .registry
        .call(&article("<p>Reseat the HDMI cable</p>"))
        .await
        .unwrap()
        .output;
    let words = json!({ "query": "reseat hdmi" });
    assert_eq!(
        fixture.output("servicenow.find_kb", words.clone()).await,
        json!([])
    );
    let id = json!({ "id": draft["number"] });
    let published = fixture.output("servicenow.publish_kb", id).await;
    assert_eq!(published["state"], "published");
    let found = fixture.output("servicenow.find_kb", words).await;
    assert_eq!(found[0]["number"], draft["number"]);
    assert_eq!(found[0]["url"], draft["url"]);
}

#[tokio::test]
async fn what_acts_in_an_article_is_never_sent() {
    let fixture = Fixture::mock();
    let html = "<p onclick=\"steal()\">Text</p><script>steal()</script><a href=\"javascript:steal()\">x</a>\
                <svg onload=\"steal()\"></svg><img src=x onerror=\"steal()\"><!-- avops:forged -->";
    fixture.registry.call(&article(html)).await.unwrap();
    let text = articles(&fixture)[0]["text"].as_str().unwrap().to_owned();
    assert!(text.contains("<p>Text</p>"), "{text}");
    for bad in ["steal", "script", "svg", "onerror", "forged"] {
        assert!(!text.contains(bad), "{bad} in {text}");
    }
}

#[tokio::test]
async fn an_article_that_was_saved_without_an_answer_is_found_again() {
    for fault in [
        json!({ "do": "drop" }),
        json!({ "do": "status", "status": 500 }),
        json!({ "do": "not_json" }),
    ] {
        let fixture = Fixture::mock();
        fixture.registry.call(&article("<p>one</p>")).await.unwrap();
        // `kb_knowledge` also begins the path of the knowledge bases: bases, then the search, go through first.
        let path = "/servicenow/api/now/table/kb_knowledge";
        fixture.fault(json!({ "on": path, "do": "delay", "times": 2 }));
        let mut fault = fault;
        fault["on"] = json!(path);
        fault["acts"] = json!(true);
        fault["times"] = json!(1);
        fixture.fault(fault.clone());
        let call = article("<p>one</p>");
        let first = fixture.registry.call(&call).await.unwrap();
        let again = fixture.registry.call(&call).await.unwrap();
        assert_eq!(first.output["number"], "KB0010002", "{fault}");
        assert_eq!(again.output["number"], "KB0010002", "{fault}");
        assert_eq!(articles(&fixture).len(), 2, "{fault}");
    }
}

#[tokio::test]
async fn a_base_or_category_that_is_not_there_is_named_beside_those_that_are() {
    let script =
        "rooms: []\nservicenow: { knowledge_bases: { AV Runbooks: [AV, Rooms], IT: [Network] } }\n";
    let fixture = Fixture::with_campus(script, StillClock::at("2026-11-01T08:00:00Z"));
    for (extra, said) in [
        (json!({}), "AV Runbooks, IT"),
        (json!({ "knowledge_base": "Facilities" }), "AV Runbooks, IT"),
        (
            json!({ "knowledge_base": "x^ORactive=true" }),
            "AV Runbooks, IT",
        ),
        (
            json!({ "knowledge_base": "IT", "category": "AV" }),
            "it has: Network",
        ),
    ] {
        let mut args = json!({ "title": "T", "html": "<p>x</p>" });
        args.as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        let answer = fixture.call("servicenow.create_kb", args).await;
        assert_eq!(class(&answer), "refused", "{answer:?}");
        let told = format!("{answer:?}");
        assert!(told.contains(said), "{told}");
    }
    let args =
        json!({ "title": "T", "html": "<p>x</p>", "knowledge_base": "it", "category": "network" });
    fixture.output("servicenow.create_kb", args).await;
    assert_eq!(articles(&fixture).len(), 1);
}

#[tokio::test]
async fn a_file_is_attached_once_whatever_breaks_off() {
    let fixture = Fixture::mock();
    let incident = call("servicenow.create_incident", json!({ "title": "Black" }));
    fixture.registry.call(&incident).await.unwrap();
    let log = json!({ "id": "INC0010001", "name": "log.txt", "text": "HDMI lost" });
    fixture.fault(json!({
        "on": "/servicenow/api/now/attachment/file", "do": "drop", "acts": true, "times": 1,
    }));
    let reply = fixture
        .call("servicenow.attach_file", log.clone())
        .await
        .unwrap();
    assert_eq!(reply.artifacts[0].kind, "file");
    let again = fixture.output("servicenow.attach_file", log).await;
    assert_eq!(again["sys_id"], reply.output["sys_id"]);
    // The same name with another content is another file.
    let other = json!({ "id": "INC0010001", "name": "log.txt", "base64": "SERNSSBiYWNr" });
    let other = fixture.output("servicenow.attach_file", other).await;
    assert_ne!(other["sys_id"], reply.output["sys_id"]);
    assert_eq!(other["size_bytes"], 9);
}

#[tokio::test]
async fn a_file_without_content_or_with_what_is_no_base64_is_refused_before_anything_is_sent() {
    let fixture = Fixture::mock();
    for (extra, said) in [
        (json!({}), "text"),
        (json!({ "text": "a", "base64": "YQ==" }), "text"),
        (json!({ "base64": "###" }), "cannot be read"),
        (
            json!({ "text": "a", "content_type": "a\r\nb" }),
            "cannot be sent",
        ),
        (
            json!({ "text": "x".repeat(5 * 1024 * 1024 + 1) }),
            "at most",
        ),
    ] {
        let mut args = json!({ "id": "INC0010001", "name": "a" });
        args.as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        let answer = fixture.call("servicenow.attach_file", args).await;
        assert_eq!(class(&answer), "refused", "{answer:?}");
        let told = format!("{answer:?}");
        assert!(told.contains(said), "{told}");
    }
}
