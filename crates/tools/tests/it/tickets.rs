//! Incident tickets: the same connector over the campus's service and over the built-in file.

use std::sync::Arc;
use std::time::Duration;

use avops_engine::{Mode, SystemClock, ToolCall, ToolError, ToolReply, Toolbox as _};
use avops_tools::{FileTickets, TicketChange, TicketError, TicketStore as _};
use serde_json::{Value, json};

use crate::fixture::{Fixture, call, class};

const PATIENCE: Duration = Duration::from_secs(5);

/// Both worlds, and the mode that reaches each.
fn worlds() -> [(Fixture, Mode); 2] {
    let live = Fixture::new(Arc::new(SystemClock), |options| options.mock = false);
    [(Fixture::mock(), Mode::Mock), (live, Mode::Live)]
}

fn ticket_call(mode: Mode, action: &str, args: Value) -> ToolCall {
    ToolCall {
        mode,
        ..call(&format!("incident_ticketing.{action}"), args)
    }
}

async fn made(
    fixture: &Fixture,
    mode: Mode,
    action: &str,
    args: Value,
) -> Result<ToolReply, ToolError> {
    fixture
        .registry
        .call(&ticket_call(mode, action, args))
        .await
}

#[tokio::test]
async fn a_ticket_lives_the_same_life_in_both_worlds() {
    for (fixture, mode) in worlds() {
        let health = fixture.registry.health("incident_ticketing").await.unwrap();
        assert!(health.ok, "{mode:?}: {}", health.detail);
        let create = json!({ "title": "HDMI black", "priority": "high", "room": "Boardroom 4" });
        let reply = made(&fixture, mode, "create_ticket", create).await.unwrap();
        let id = reply.output["id"].clone();
        assert_eq!(id, "INC0000001", "{mode:?}");
        assert_eq!(reply.artifacts[0].kind, "incident");
        assert_eq!(reply.artifacts[0].external_id.as_deref(), id.as_str());
        let update = json!({ "id": id, "status": "in_progress", "assignee": "ada" });
        let ticket = made(&fixture, mode, "update", update).await.unwrap().output;
        assert_eq!(
            (&ticket["status"], &ticket["assignee"]),
            (&json!("in_progress"), &json!("ada"))
        );
        made(
            &fixture,
            mode,
            "comment",
            json!({ "id": id, "text": "restarted" }),
        )
        .await
        .unwrap();
        let close = json!({ "id": id, "resolution": "restart" });
        made(&fixture, mode, "close", close).await.unwrap();
        made(&fixture, mode, "close", json!({ "id": id }))
            .await
            .unwrap();
        let ticket = made(&fixture, mode, "get", json!({ "id": id }))
            .await
            .unwrap()
            .output;
        assert_eq!(
            (&ticket["status"], &ticket["resolution"]),
            (&json!("closed"), &json!("restart"))
        );
        assert_eq!(ticket["comments"][0]["text"], "restarted");
        let refused = made(&fixture, mode, "update", json!({ "id": id, "title": "x" })).await;
        assert_eq!(class(&refused), "refused", "{mode:?}: {refused:?}");
        let reopened = made(
            &fixture,
            mode,
            "update",
            json!({ "id": id, "status": "open" }),
        )
        .await
        .unwrap();
        assert_eq!(
            (&reopened.output["status"], &reopened.output["resolution"]),
            (&json!("open"), &Value::Null)
        );
        let missing = made(&fixture, mode, "get", json!({ "id": "INC9" })).await;
        assert_eq!(class(&missing), "refused", "{missing:?}");
        assert!(missing.unwrap_err().to_string().contains("INC9"));
    }
}

#[tokio::test]
async fn a_key_does_its_work_once_and_refuses_other_work() {
    for (fixture, mode) in worlds() {
        let first = ticket_call(mode, "create", json!({ "title": "one" }));
        let made_first = fixture.registry.call(&first).await.unwrap();
        let made_again = fixture.registry.call(&first).await.unwrap();
        assert_eq!(made_first, made_again, "{mode:?}");
        let mut other = first.clone();
        other.args = json!({ "title": "two" });
        let refused = fixture.registry.call(&other).await;
        assert_eq!(class(&refused), "refused", "{refused:?}");
        let next = made(&fixture, mode, "create", json!({ "title": "three" }))
            .await
            .unwrap();
        assert_eq!(next.output["id"], "INC0000002");
    }
}

#[tokio::test]
async fn a_key_may_hold_what_a_header_may_not() {
    for (fixture, mode) in worlds() {
        let mut first = ticket_call(mode, "create", json!({ "title": "one" }));
        first.idempotency_key = "run:prüfe-räume[0]\n".to_owned();
        let made_first = fixture.registry.call(&first).await.unwrap();
        assert_eq!(made_first, fixture.registry.call(&first).await.unwrap());
        first.idempotency_key = "run:prüfe-räume[1]\n".to_owned();
        assert_ne!(made_first, fixture.registry.call(&first).await.unwrap());
    }
}

#[tokio::test]
async fn an_answer_that_was_lost_is_given_again() {
    let fixture = Fixture::mock();
    for kind in ["drop", "truncate", "status", "not_json"] {
        let before = fixture.registry.campus().tickets().len();
        fixture.fault(json!({ "on": "/tickets/changes", "do": kind, "acts": true, "times": 1 }));
        let create = ticket_call(Mode::Mock, "create", json!({ "title": kind }));
        let lost = fixture.registry.call(&create).await;
        assert_eq!(class(&lost), "unknown", "{kind}: {lost:?}");
        fixture.registry.call(&create).await.unwrap();
        assert_eq!(
            fixture.registry.campus().tickets().len(),
            before + 1,
            "{kind}"
        );
    }
}

fn create(title: &str) -> TicketChange {
    serde_json::from_value(json!({ "change": "create", "title": title })).unwrap()
}

async fn store(tickets: &FileTickets, key: &str, title: &str) -> Result<String, TicketError> {
    let now = "2026-11-24T12:00:00Z".parse().unwrap();
    let ticket = tickets.change(key, create(title), now, PATIENCE).await?;
    Ok(ticket.id)
}

#[tokio::test]
async fn tickets_survive_a_restart_and_their_keys_too() {
    let folder = tempfile::tempdir().unwrap();
    let before = FileTickets::open(folder.path()).unwrap();
    store(&before, "k1", "one").await.unwrap();
    drop(before);
    let after = FileTickets::open(folder.path()).unwrap();
    assert_eq!(store(&after, "k1", "one").await.unwrap(), "INC0000001");
    assert_eq!(store(&after, "k2", "two").await.unwrap(), "INC0000002");
    assert_eq!(
        after.get("INC0000001", PATIENCE).await.unwrap().title,
        "one"
    );
}

#[tokio::test]
async fn a_line_that_a_crash_cut_short_is_dropped_at_every_length() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tickets.jsonl");
    let tickets = FileTickets::open(folder.path()).unwrap();
    store(&tickets, "k1", "one").await.unwrap();
    let first = std::fs::read(&path).unwrap();
    store(&tickets, "k2", "two").await.unwrap();
    let both = std::fs::read(&path).unwrap();
    for length in first.len()..both.len() {
        std::fs::write(&path, &both[..length]).unwrap();
        let tickets = FileTickets::open(folder.path()).unwrap();
        assert!(
            tickets.get("INC0000002", PATIENCE).await.is_err(),
            "{length}"
        );
        assert_eq!(
            store(&tickets, "k3", "three").await.unwrap(),
            "INC0000002",
            "{length}"
        );
        let reopened = FileTickets::open(folder.path()).unwrap();
        assert_eq!(
            reopened.get("INC0000002", PATIENCE).await.unwrap().title,
            "three"
        );
    }
}

#[tokio::test]
async fn a_damaged_file_is_not_started_with() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("tickets.jsonl"), "{\"key\":1}\n").unwrap();
    let error = FileTickets::open(folder.path()).err().unwrap();
    assert!(error.to_string().contains("tickets.jsonl"), "{error}");
}

#[tokio::test]
async fn two_processes_share_one_file_without_losing_or_doubling_a_ticket() {
    let folder = tempfile::tempdir().unwrap();
    let stores = [
        FileTickets::open(folder.path()).unwrap(),
        FileTickets::open(folder.path()).unwrap(),
    ];
    let mut work = Vec::new();
    for n in 0..40 {
        // Each key is given to both.
        for tickets in &stores {
            work.push(async move {
                store(tickets, &format!("k{n}"), &format!("t{n}"))
                    .await
                    .unwrap()
            });
        }
    }
    let mut ids = futures::future::join_all(work).await;
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 40);
    let lines = std::fs::read_to_string(folder.path().join("tickets.jsonl")).unwrap();
    assert_eq!(lines.lines().count(), 40);
}

#[tokio::test]
async fn the_file_store_is_in_the_data_folder() {
    let fixture = Fixture::new(Arc::new(SystemClock), |options| options.mock = false);
    made(&fixture, Mode::Live, "create", json!({ "title": "one" }))
        .await
        .unwrap();
    assert!(fixture.folder.path().join("tickets.jsonl").exists());
    // A dry run leaves it alone.
    made(&fixture, Mode::Dry, "create", json!({ "title": "two" }))
        .await
        .unwrap();
    let lines = std::fs::read_to_string(fixture.folder.path().join("tickets.jsonl")).unwrap();
    assert_eq!(lines.lines().count(), 1);
    assert_eq!(fixture.registry.campus().tickets().len(), 1);
}
