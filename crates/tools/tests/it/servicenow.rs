//! ServiceNow: incidents and stories, created once, changed and read back; and who may come in.

use std::sync::Arc;

use avops_engine::{Mode, SystemClock, ToolCall, ToolError, Toolbox as _};
use serde_json::{Value, json};

use crate::fixture::{Fixture, call, class};

fn black_room() -> ToolCall {
    let args = json!({ "title": "BR4 microphone offline", "impact": 2, "urgency": 2 });
    call("servicenow.create_incident", args)
}

fn incidents(fixture: &Fixture) -> Vec<Value> {
    fixture.registry.campus().servicenow("incident")
}

/// A live connector that takes the campus of another registry for the vendor.
fn live(vendor: &Fixture, credentials: &[(&str, &str)]) -> Fixture {
    let url = format!("http://{}/servicenow", vendor.registry.campus().address());
    Fixture::new(Arc::new(SystemClock), |options| {
        options.mock = false;
        options.environment.set("AVOPS_SERVICENOW_URL", &url);
        for (name, value) in credentials {
            options.environment.set(name, value);
        }
    })
}

fn in_live(mut call: ToolCall) -> ToolCall {
    call.mode = Mode::Live;
    call
}

#[tokio::test]
async fn an_incident_is_opened_read_changed_and_noted() {
    let fixture = Fixture::mock();
    let reply = fixture.registry.call(&black_room()).await.unwrap();
    let opened = reply.output;
    assert_eq!(
        (&opened["number"], &opened["state"]),
        (&json!("INC0010001"), &json!("1"))
    );
    let artifact = &reply.artifacts[0];
    assert_eq!(artifact.kind, "incident");
    assert_eq!(artifact.external_id.as_deref(), opened["sys_id"].as_str());
    let page = reqwest::get(artifact.url.clone().unwrap()).await.unwrap();
    assert!(page.text().await.unwrap().contains("microphone"));

    for id in [&opened["number"], &opened["sys_id"]] {
        let read = fixture
            .output("servicenow.get_incident", json!({ "id": id }))
            .await;
        assert_eq!(read, opened);
    }
    let args = json!({ "id": "INC0010001", "state": "2", "urgency": 1 });
    let changed = fixture.output("servicenow.update_incident", args).await;
    assert_eq!(changed["state"], "2");
    assert_eq!(incidents(&fixture)[0]["urgency"], "1");

    let args = json!({ "id": "INC0010001", "text": "Cable swapped" });
    fixture.output("servicenow.add_work_note", args).await;
    let journal = fixture.registry.campus().servicenow_journal();
    assert_eq!(journal[0].1, "work_notes");
    assert_eq!(journal[0].2, "Cable swapped");
}

#[tokio::test]
async fn resolving_without_saying_how_is_refused_in_the_instances_words() {
    let fixture = Fixture::mock();
    fixture.registry.call(&black_room()).await.unwrap();
    let args = json!({ "id": "INC0010001", "state": "6" });
    let answer = fixture.call("servicenow.update_incident", args).await;
    assert_eq!(class(&answer), "refused");
    let said = answer.unwrap_err().to_string();
    assert!(said.contains("Resolution notes are mandatory"), "{said}");
    let args = json!({
        "id": "INC0010001", "state": "6", "close_code": "Solved", "close_notes": "Cable swapped",
    });
    assert_eq!(
        fixture.output("servicenow.update_incident", args).await["state"],
        "6"
    );
}

/// The instance says success for a field that the user may not write; the connector does not.
#[tokio::test]
async fn a_field_that_was_not_taken_is_told_with_both_values() {
    let vendor = Fixture::mock();
    vendor.registry.call(&black_room()).await.unwrap();
    let held = incidents(&vendor)[0].clone();
    let path = format!(
        "/servicenow/api/now/table/incident/{}",
        held["sys_id"].as_str().unwrap()
    );
    let body =
        json!({ "result": { "sys_id": held["sys_id"], "number": held["number"], "state": "1" } });
    vendor.fault(json!({ "on": path, "do": "status", "status": 200, "body": body.to_string() }));
    let args = json!({ "id": "INC0010001", "state": "2" });
    let error = vendor
        .call("servicenow.update_incident", args)
        .await
        .unwrap_err();
    assert!(matches!(error, ToolError::Refused { .. }), "{error:?}");
    assert!(
        error.to_string().contains("state is `1`, not `2`"),
        "{error}"
    );
}

/// Whatever breaks off after the instance has acted: one incident, and the call finds it.
#[tokio::test]
async fn an_incident_that_was_opened_without_an_answer_is_found_again() {
    for fault in [
        json!({ "do": "drop" }),
        json!({ "do": "status", "status": 500 }),
        json!({ "do": "status", "status": 503 }),
        json!({ "do": "truncate" }),
        json!({ "do": "not_json" }),
        json!({ "do": "status", "status": 201, "body": "{\"result\":{}}" }),
        json!({ "do": "status", "status": 200, "body": "<html>Your instance is hibernating</html>" }),
    ] {
        let fixture = Fixture::mock();
        // Another incident stands there before: it must not be taken for the one that is looked for.
        fixture.registry.call(&black_room()).await.unwrap();
        let path = "/servicenow/api/now/table/incident";
        fixture.fault(json!({ "on": path, "do": "delay", "times": 1 }));
        let mut fault = fault;
        fault["on"] = json!(path);
        fault["acts"] = json!(true);
        fault["times"] = json!(1);
        fixture.fault(fault.clone());
        let call = black_room();
        let first = fixture.registry.call(&call).await;
        // An answer of success without a record leaves open what was made; the same key finds out.
        let number = match first {
            Ok(reply) => reply.output["number"].clone(),
            Err(ToolError::Unknown { .. }) => {
                fixture.registry.call(&call).await.unwrap().output["number"].clone()
            }
            Err(error) => panic!("{fault}: {error}"),
        };
        assert_eq!(number, "INC0010002", "{fault}");
        assert_eq!(incidents(&fixture).len(), 2, "{fault}");
    }
}

#[tokio::test]
async fn a_repeated_call_gives_the_same_incident_and_another_call_another() {
    let fixture = Fixture::mock();
    let mut first = black_room();
    // A key with what would be an operator in a query.
    first.idempotency_key = "run^ORactive=true/act.1".to_owned();
    let mut numbers = Vec::new();
    for call in [&black_room(), &first, &first] {
        numbers.push(fixture.registry.call(call).await.unwrap().output["number"].clone());
    }
    assert_eq!(numbers[1], numbers[2]);
    assert_ne!(numbers[0], numbers[1]);
    assert_eq!(incidents(&fixture).len(), 2);
}

#[tokio::test]
async fn what_breaks_off_before_anything_was_opened_was_not_sent() {
    for fault in [
        json!({ "do": "drop" }),
        json!({ "do": "status", "status": 500 }),
        json!({ "do": "not_json" }),
        json!({ "do": "status", "status": 429, "retry_after": "30" }),
    ] {
        let fixture = Fixture::mock();
        let mut fault = fault;
        fault["on"] = json!("/servicenow/api/now/table/incident");
        fault["times"] = json!(1);
        fixture.fault(fault.clone());
        let answer = fixture.registry.call(&black_room()).await;
        assert_eq!(class(&answer), "not sent", "{fault}: {answer:?}");
        if fault["status"] == 429 {
            let Err(ToolError::NotSent { retry_after, .. }) = answer else {
                panic!("{answer:?}");
            };
            assert_eq!(retry_after.map(|wait| wait.as_secs()), Some(30));
        }
        assert_eq!(incidents(&fixture), Vec::<Value>::new());
    }
}

#[tokio::test]
async fn an_id_that_could_be_a_query_is_never_sent() {
    let fixture = Fixture::mock();
    fixture.registry.call(&black_room()).await.unwrap();
    for id in [
        "INC0010001^ORnumber=INC1",
        "active=true",
        "../sys_user",
        "INC",
        "0010001",
        "",
    ] {
        let answer = fixture
            .call("servicenow.get_incident", json!({ "id": id }))
            .await;
        assert_eq!(class(&answer), "refused", "{id}");
    }
    for id in ["INC0099999", "0123456789abcdef0123456789abcdef"] {
        let answer = fixture
            .call("servicenow.get_incident", json!({ "id": id }))
            .await;
        assert_eq!(class(&answer), "refused", "{id}");
        let said = format!("{answer:?}");
        assert!(
            said.contains("check the number") || said.contains("No Record found"),
            "{said}"
        );
    }
}

/// An instance that drops the term it does not know answers with any row.
#[tokio::test]
async fn a_row_that_is_another_than_the_one_asked_for_is_not_believed() {
    let fixture = Fixture::mock();
    let any = json!({ "result": [{ "sys_id": "f".repeat(32), "number": "INC0000001", "correlation_id": "else" }] });
    let path = "/servicenow/api/now/table/incident";
    fixture.fault(
        json!({ "on": path, "do": "status", "status": 200, "body": any.to_string(), "times": 1 }),
    );
    let answer = fixture
        .call("servicenow.get_incident", json!({ "id": "INC0010001" }))
        .await;
    assert_eq!(class(&answer), "refused", "{answer:?}");
    fixture.fault(
        json!({ "on": path, "do": "status", "status": 200, "body": any.to_string(), "times": 1 }),
    );
    let opened = fixture.registry.call(&black_room()).await.unwrap().output;
    assert_eq!(opened["number"], "INC0010001");
}

#[tokio::test]
async fn a_story_has_its_subtasks_and_a_repeated_call_adds_what_is_missing() {
    let fixture = Fixture::mock();
    let story = call(
        "servicenow.create_story",
        json!({ "title": "Rack build BR4", "subtasks": ["Order", "Wire", "Commission"] }),
    );
    let task_path = "/servicenow/api/now/table/rm_scrum_task";
    // The first task is looked for and created, the second is looked for, then the line breaks.
    fixture.fault(json!({ "on": task_path, "do": "delay", "times": 3 }));
    fixture.fault(json!({ "on": task_path, "do": "status", "status": 403, "times": 1 }));
    let first = fixture.registry.call(&story).await;
    assert_eq!(class(&first), "unknown", "{first:?}");
    let said = first.unwrap_err().to_string();
    assert!(
        said.contains("STRY0010001") && said.contains("1 of its tasks"),
        "{said}"
    );

    let reply = fixture.registry.call(&story).await.unwrap();
    assert_eq!(reply.artifacts[0].kind, "story");
    let titles: Vec<&str> = reply.output["subtasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| task["title"].as_str().unwrap())
        .collect();
    assert_eq!(titles, ["Order", "Wire", "Commission"]);
    let campus = fixture.registry.campus();
    assert_eq!(campus.servicenow("rm_story").len(), 1);
    let tasks = campus.servicenow("rm_scrum_task");
    assert_eq!(tasks.len(), 3);
    assert!(
        tasks
            .iter()
            .all(|task| task["story"] == reply.output["sys_id"])
    );
}

#[tokio::test]
async fn both_ways_of_signing_in_open_the_door() {
    let vendor = Fixture::mock();
    for credentials in [
        &[
            ("AVOPS_SERVICENOW_USERNAME", "avops.integration"),
            ("AVOPS_SERVICENOW_PASSWORD", "campus-password"),
        ][..],
        &[
            ("AVOPS_SERVICENOW_CLIENT_ID", "campus-client"),
            ("AVOPS_SERVICENOW_CLIENT_SECRET", "campus-client-secret"),
        ][..],
    ] {
        let live = live(&vendor, credentials);
        let health = live.registry.health("servicenow").await.unwrap();
        assert!(health.ok, "{health:?}");
        live.registry.call(&in_live(black_room())).await.unwrap();
    }
    assert_eq!(incidents(&vendor).len(), 2);
}

/// An OAuth token that the instance forgot is asked for anew, once.
#[tokio::test]
async fn a_token_that_is_not_taken_is_renewed() {
    let vendor = Fixture::mock();
    let live = live(
        &vendor,
        &[
            ("AVOPS_SERVICENOW_CLIENT_ID", "campus-client"),
            ("AVOPS_SERVICENOW_CLIENT_SECRET", "campus-client-secret"),
        ],
    );
    vendor.fault(json!({
        "on": "/servicenow/api/now/table/incident", "do": "status", "status": 401, "times": 1,
    }));
    live.registry.call(&in_live(black_room())).await.unwrap();
    assert_eq!(incidents(&vendor).len(), 1);
}

#[tokio::test]
async fn wrong_credentials_are_a_refusal_that_tells_none_of_them() {
    let vendor = Fixture::mock();
    for credentials in [
        &[
            ("AVOPS_SERVICENOW_USERNAME", "avops.integration"),
            ("AVOPS_SERVICENOW_PASSWORD", "canary-77aa"),
        ][..],
        &[
            ("AVOPS_SERVICENOW_CLIENT_ID", "campus-client"),
            ("AVOPS_SERVICENOW_CLIENT_SECRET", "canary-77aa"),
        ][..],
    ] {
        let live = live(&vendor, credentials);
        let answer = live.registry.call(&in_live(black_room())).await;
        assert_eq!(class(&answer), "refused", "{answer:?}");
        let health = live.registry.health("servicenow").await.unwrap();
        assert!(!health.ok, "{health:?}");
        for text in [format!("{answer:?}"), format!("{health:?}")] {
            assert!(!text.contains("canary"), "{text}");
            assert!(!text.contains("Y2FuYXJ5"), "{text}");
        }
        assert!(
            format!("{answer:?}").contains("check the tool's username"),
            "{answer:?}"
        );
    }
    let nothing = live(&vendor, &[]);
    let error = nothing
        .registry
        .call(&in_live(black_room()))
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("no address or no credentials"),
        "{error}"
    );
}
