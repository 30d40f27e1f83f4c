//! Incident tickets that are incidents of a ServiceNow instance: the same actions, the same results, over real sockets.

use std::collections::BTreeMap;

use avops_engine::{ToolError, ToolReply, Toolbox as _};
use avops_tools::Secret;
use serde_json::{Value, json};

use crate::fixture::{Fixture, call, class};

/// A registry in mock mode whose tickets are incidents.
fn world() -> Fixture {
    let fixture = Fixture::mock();
    let backend = BTreeMap::from([("backend".to_owned(), Secret::new("servicenow"))]);
    fixture
        .registry
        .configure("incident_ticketing", &backend)
        .unwrap();
    fixture
}

async fn made(world: &Fixture, action: &str, args: Value) -> Result<ToolReply, ToolError> {
    world
        .call(&format!("incident_ticketing.{action}"), args)
        .await
}

async fn ticket(world: &Fixture, action: &str, args: Value) -> Value {
    made(world, action, args).await.unwrap().output
}

#[tokio::test]
async fn a_ticket_lives_the_life_of_a_built_in_one() {
    let world = world();
    let health = world.registry.health("incident_ticketing").await.unwrap();
    assert!(
        health.ok && health.detail.contains("servicenow"),
        "{}",
        health.detail
    );
    let create = json!({
        "title": "HDMI black", "description": "since nine", "priority": "high", "room": "Boardroom 4",
        "assignee": "ada.technician",
    });
    let reply = made(&world, "create_ticket", create).await.unwrap();
    let made_ticket = &reply.output;
    let id = made_ticket["id"].clone();
    for (field, value) in [
        ("title", "HDMI black"),
        ("description", "since nine"),
        ("priority", "high"),
        ("room", "Boardroom 4"),
        ("assignee", "ada.technician"),
        ("status", "open"),
    ] {
        assert_eq!(made_ticket[field], json!(value), "{made_ticket}");
    }
    assert_eq!(reply.artifacts[0].kind, "incident");
    assert_eq!(reply.artifacts[0].external_id.as_deref(), id.as_str());
    assert!(
        reply.artifacts[0]
            .url
            .as_deref()
            .unwrap()
            .contains("/nav_to.do")
    );

    let update = json!({ "id": id, "status": "in_progress", "priority": "critical", "assignee": "ben.technician@corp.example" });
    let changed = ticket(&world, "update", update).await;
    assert_eq!(
        (
            &changed["status"],
            &changed["priority"],
            &changed["assignee"]
        ),
        (
            &json!("in_progress"),
            &json!("critical"),
            &json!("ben.technician")
        )
    );
    let commented = ticket(&world, "comment", json!({ "id": id, "text": "restarted" })).await;
    assert_eq!(commented["comments"][0]["text"], json!("restarted"));
    let closed = ticket(
        &world,
        "close",
        json!({ "id": id, "resolution": "a restart" }),
    )
    .await;
    assert_eq!(
        (&closed["status"], &closed["resolution"]),
        (&json!("closed"), &json!("a restart"))
    );
    let again = ticket(
        &world,
        "close",
        json!({ "id": id, "resolution": "another" }),
    )
    .await;
    assert_eq!(
        again["resolution"],
        json!("a restart"),
        "closing a closed one changes nothing"
    );
    let refused = made(&world, "update", json!({ "id": id, "title": "x" }))
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("is closed"), "{refused}");
    let open = ticket(&world, "update", json!({ "id": id, "status": "open" })).await;
    assert_eq!(
        (&open["status"], &open["resolution"]),
        (&json!("open"), &Value::Null)
    );
    let seen = ticket(&world, "get", json!({ "id": id })).await;
    assert_eq!(seen["comments"].as_array().unwrap().len(), 1, "{seen}");
    assert_eq!(world.registry.campus().servicenow("incident").len(), 1);
    assert!(
        world.registry.campus().tickets().is_empty(),
        "nothing was kept here"
    );
}

#[tokio::test]
async fn a_lost_answer_makes_neither_a_second_ticket_nor_a_second_comment() {
    let world = world();
    let create = call(
        "incident_ticketing.create",
        json!({ "title": "HDMI black" }),
    );
    world.fault(json!({ "on": "/servicenow/api/now/table/incident", "do": "delay", "times": 1 }));
    world.fault(json!({ "on": "/servicenow/api/now/table/incident", "do": "drop", "acts": true, "times": 1 }));
    let first = world.registry.call(&create).await.unwrap().output;
    let second = world.registry.call(&create).await.unwrap().output;
    assert_eq!(first["id"], second["id"]);
    assert_eq!(world.registry.campus().servicenow("incident").len(), 1);
    let comment = call(
        "incident_ticketing.comment",
        json!({ "id": first["id"], "text": "restarted" }),
    );
    for _ in 0..2 {
        let ticket = world.registry.call(&comment).await.unwrap().output;
        assert_eq!(ticket["comments"].as_array().unwrap().len(), 1, "{ticket}");
    }
}

#[tokio::test]
async fn what_the_instance_does_not_know_is_refused_and_nothing_is_made() {
    let world = world();
    for assignee in ["nobody", "ada^ORDERBYname", "ada=1"] {
        let create = json!({ "title": "x", "assignee": assignee });
        let refused = made(&world, "create", create).await;
        assert_eq!(class(&refused), "refused", "{refused:?}");
    }
    assert!(world.registry.campus().servicenow("incident").is_empty());
    let missing = made(&world, "get", json!({ "id": "INC0099999" }))
        .await
        .unwrap_err();
    assert!(missing.to_string().contains("INC0099999"), "{missing}");
}

#[tokio::test]
async fn an_instance_that_is_down_makes_its_health_red() {
    let world = world();
    world.fault(json!({ "on": "/servicenow/", "do": "status", "status": 503 }));
    let health = world.registry.health("incident_ticketing").await.unwrap();
    assert!(!health.ok, "{}", health.detail);
    let builtin = BTreeMap::from([("backend".to_owned(), Secret::new("builtin"))]);
    world
        .registry
        .configure("incident_ticketing", &builtin)
        .unwrap();
    let health = world.registry.health("incident_ticketing").await.unwrap();
    assert!(health.ok, "{}", health.detail);
}
