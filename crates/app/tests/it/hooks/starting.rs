//! What is proven, what starts, what comes twice.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_message_starts_one_run_with_what_it_says_however_often_it_comes() {
    let world = world().await;
    let trigger = webhook(Signature::Standard, None, room());
    let (workflow, secret) = hooked(&world, "Room alert", trigger).await;
    let body = json!({ "type": "room.alert", "room": "Boardroom 1", "kind": 3 });
    let message = standard(&world, &secret, "msg_1", &body);
    let first = receipt(&world, &workflow, &message).await;
    assert_eq!(first.outcome, "started", "{first:?}");
    let run = world.settle(first.run_id.unwrap()).await;
    assert_eq!(run.summary.status, RunStatus::Success);
    assert_eq!(run.summary.trigger, "webhook");
    assert_eq!(run.inputs["room"], "Boardroom 1");
    assert_eq!(run.inputs["kind"], 3);
    let (again, same) = tokio::join!(
        receipt(&world, &workflow, &message),
        receipt(&world, &workflow, &message)
    );
    for repeated in [again, same] {
        assert_eq!(repeated.outcome, "duplicate");
        assert_eq!(repeated.run_id, first.run_id);
    }
    // Signed anew by a sender who never heard the answer.
    let later = standard(&world, &secret, "msg_1", &body);
    assert_eq!(
        receipt(&world, &workflow, &later).await.outcome,
        "duplicate"
    );
    assert_eq!(runs_of(&world).await, 1);
    let rows = came(&world, &workflow).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!((rows[0].times, rows[0].outcome.as_str()), (4, "started"));
    assert_eq!(rows[0].delivery.as_deref(), Some("msg_1"));
    assert_eq!(rows[0].event.as_deref(), Some("room.alert"));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_copies_at_once_start_one_run() {
    let world = world().await;
    let trigger = webhook(Signature::Standard, None, room());
    let (workflow, secret) = hooked(&world, "Room alert", trigger).await;
    let body = json!({ "room": "Boardroom 1", "kind": 1 });
    let message = standard(&world, &secret, "msg_1", &body);
    let all = futures::future::join_all((0..20).map(|_| send(&world, &workflow, &message))).await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert_eq!(runs_of(&world).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_proven_starts_nothing_and_is_on_record() {
    let world = world().await;
    let trigger = webhook(Signature::Standard, None, room());
    let (workflow, secret) = hooked(&world, "Room alert", trigger).await;
    let body = json!({ "room": "Boardroom 1", "kind": 1 });
    let good = standard(&world, &secret, "msg_1", &body);
    let mut changed = good.clone();
    changed.body = json!({ "room": "Boardroom 2", "kind": 1 })
        .to_string()
        .into_bytes();
    let mut bare = good.clone();
    bare.headers.remove("webhook-signature");
    for bad in [&changed, &changed, &bare, &Parcel::default()] {
        let error = send(&world, &workflow, bad).await.unwrap_err();
        assert!(matches!(error, Error::Unproven), "{error:?}");
    }
    let unknown = hooks::receive(&world.app, "no-such-address", &good).await;
    assert!(matches!(unknown, Err(Error::Unproven)));
    // Six minutes later the good one is a replay.
    world.clock.advance(SignedDuration::from_mins(6));
    assert!(send(&world, &workflow, &good).await.is_err());
    let rows = came(&world, &workflow).await;
    assert!(rows.iter().all(|row| row.outcome == "bad_signature"));
    assert_eq!(rows.iter().map(|row| row.times).sum::<u64>(), 5);
    assert_eq!(rows.len(), 4, "alike ones are one row: {rows:?}");
    assert!(rows[0].reason.as_deref().unwrap().contains("replay"));
    assert_eq!(runs_of(&world).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn github_sends_are_known_by_what_was_signed_not_by_the_name_they_bear() {
    let world = world().await;
    let when = Some("delivery.event == 'issues'");
    let inputs = json!({ "room": "{{ event.issue.title }}" });
    let trigger = webhook(Signature::Github, when, inputs);
    let (workflow, secret) = hooked(&world, "Room alert", trigger).await;
    let ping = github(&secret, "0", "ping", &json!({ "zen": "Keep it simple." }));
    assert_eq!(receipt(&world, &workflow, &ping).await.outcome, "ping");
    let push = github(&secret, "1", "push", &json!({ "ref": "main" }));
    assert_eq!(receipt(&world, &workflow, &push).await.outcome, "filtered");
    let body = json!({ "issue": { "title": "Boardroom 1" } });
    let issue = github(&secret, "2", "issues", &body);
    assert_eq!(receipt(&world, &workflow, &issue).await.outcome, "started");
    let replayed = github(&secret, "3", "issues", &body);
    let second = receipt(&world, &workflow, &replayed).await;
    assert_eq!(second.outcome, "duplicate");
    assert!(second.reason.unwrap().contains("under another name"));
    let outcomes: Vec<String> = came(&world, &workflow)
        .await
        .into_iter()
        .map(|row| row.outcome)
        .collect();
    assert_eq!(outcomes, ["started", "filtered", "ping"]);
    assert_eq!(runs_of(&world).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn zoom_checks_the_address_and_its_alerts_start_runs() {
    let world = world().await;
    let when = Some("event.event == 'zoomroom.alert' and event.payload.object.alert_kind == 1");
    let inputs = json!({ "room": "{{ event.payload.object.room_name }}" });
    let new = NewWorkflow {
        name: "Alerts".to_owned(),
        agent: "Support".to_owned(),
        recipe: "Room alert".to_owned(),
        trigger: webhook(Signature::Zoom, when, inputs),
        ..NewWorkflow::default()
    };
    let workflow = workflows::create(&world.app, &world.owner, new)
        .await
        .unwrap();
    let made = hooks::renew_secret(&world.app, &world.owner, "Alerts", NewSecret::default()).await;
    assert!(made.unwrap_err().to_string().contains("Zoom makes this"));
    let theirs = NewSecret {
        secret: Some(SettingValue::new("zm-secret")),
        keep_minutes: None,
    };
    let issued = hooks::renew_secret(&world.app, &world.owner, "Alerts", theirs)
        .await
        .unwrap();
    assert_eq!(issued.secret, None);
    assert!(issued.hook.secret_set);
    let challenge =
        json!({ "event": "endpoint.url_validation", "payload": { "plainToken": "abc123" } });
    let reply = send(&world, &workflow, &zoom(&world, "zm-secret", &challenge))
        .await
        .unwrap();
    assert_eq!(
        json!(reply),
        json!({
            "plainToken": "abc123",
            "encryptedToken": "f292925b289cd1e8df66734283f477f6a796327c56a771435b9ffc4639414594",
        })
    );
    let alert = |kind: u8| {
        json!({ "event": "zoomroom.alert", "event_ts": 1_760_000_000_123_u64, "payload": { "object": {
            "room_name": "Boardroom 1", "issue": "Zoom room is offline", "alert_kind": kind } } })
    };
    let raised = zoom(&world, "zm-secret", &alert(1));
    assert_eq!(receipt(&world, &workflow, &raised).await.outcome, "started");
    let cleared = zoom(&world, "zm-secret", &alert(2));
    assert_eq!(
        receipt(&world, &workflow, &cleared).await.outcome,
        "filtered"
    );
    // Zoom sends it again minutes later, signed with a new time.
    world.clock.advance(SignedDuration::from_mins(20));
    let again = zoom(&world, "zm-secret", &alert(1));
    assert_eq!(
        receipt(&world, &workflow, &again).await.outcome,
        "duplicate"
    );
    assert_eq!(runs_of(&world).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_made_sense_of_may_be_sent_again_once_it_is_mended() {
    let world = world().await;
    let trigger = webhook(
        Signature::Standard,
        None,
        json!({ "room": "{{ event.rom }}" }),
    );
    let (workflow, secret) = hooked(&world, "Room alert", trigger).await;
    let body = json!({ "room": "Boardroom 1" });
    let message = standard(&world, &secret, "msg_1", &body);
    let error = send(&world, &workflow, &message).await.unwrap_err();
    assert!(error.to_string().contains("did you mean `room`"), "{error}");
    let change = WorkflowChange {
        trigger: Some(webhook(
            Signature::Standard,
            None,
            json!({ "room": "{{ event.room }}" }),
        )),
        ..WorkflowChange::default()
    };
    workflows::change(&world.app, &world.owner, &workflow.id, change)
        .await
        .unwrap();
    assert_eq!(
        receipt(&world, &workflow, &message).await.outcome,
        "started"
    );
    let unfit = standard(&world, &secret, "msg_2", &json!({ "room": 7 }));
    let error = send(&world, &workflow, &unfit).await.unwrap_err();
    assert!(error.to_string().contains("must be text"), "{error}");
    assert_eq!(runs_of(&world).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_that_is_switched_off_starts_nothing_and_says_so() {
    let world = world().await;
    let trigger = webhook(Signature::Standard, None, json!({ "room": "Boardroom 1" }));
    let (workflow, secret) = hooked(&world, "Room alert", trigger).await;
    let off = WorkflowChange {
        enabled: Some(false),
        reason: Some("rebuild".to_owned()),
        ..WorkflowChange::default()
    };
    workflows::change(&world.app, &world.owner, &workflow.id, off)
        .await
        .unwrap();
    let message = standard(&world, &secret, "msg_1", &json!({}));
    let said = receipt(&world, &workflow, &message).await;
    assert_eq!(said.outcome, "paused");
    assert!(said.reason.unwrap().contains("rebuild"));
    assert_eq!(runs_of(&world).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_wait_start_one_after_the_other() {
    let world = world().await;
    let new = NewWorkflow {
        name: "One by one".to_owned(),
        agent: "Support".to_owned(),
        recipe: "Ask".to_owned(),
        trigger: webhook(
            Signature::Standard,
            None,
            json!({ "room": "{{ event.room }}" }),
        ),
        overlap: Some(Overlap::QueueOne),
        ..NewWorkflow::default()
    };
    let workflow = workflows::create(&world.app, &world.owner, new)
        .await
        .unwrap();
    let issued = hooks::renew_secret(&world.app, &world.owner, &workflow.id, NewSecret::default());
    let secret = issued.await.unwrap().secret.unwrap();
    let message = |n: u32| {
        let body = json!({ "room": format!("Boardroom {n}") });
        standard(&world, &secret, &format!("msg_{n}"), &body)
    };
    let first = receipt(&world, &workflow, &message(1))
        .await
        .run_id
        .unwrap();
    for (n, outcome) in [(2, "queued"), (3, "overlap")] {
        assert_eq!(
            receipt(&world, &workflow, &message(n)).await.outcome,
            outcome
        );
    }
    world.settle(first).await;
    world.say(first, yes()).await;
    world.settle(first).await;
    let ticked = schedule::tick(&world.app, &world.owner).await.unwrap();
    let [second] = ticked.started[..] else {
        panic!("{ticked:?}");
    };
    let run = world.settle(second).await;
    assert_eq!(run.inputs["room"], "Boardroom 2");
    let outcomes: Vec<String> = came(&world, &workflow)
        .await
        .into_iter()
        .map(|row| row.outcome)
        .collect();
    assert_eq!(outcomes, ["overlap", "started", "started"]);
    world.say(second, Signal::Cancel { reason: None }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_is_too_eager_is_slowed_down() {
    let world = world().await;
    let trigger = Trigger::Webhook {
        signature: Signature::Standard,
        when: Some("false".to_owned()),
        inputs: mapping(json!({})),
        per_minute: 3,
    };
    let (workflow, secret) = hooked(&world, "Room alert", trigger).await;
    for n in 0..5 {
        let message = standard(&world, &secret, &format!("msg_{n}"), &json!({}));
        let answer = send(&world, &workflow, &message).await;
        let is_slowed = matches!(answer, Err(Error::TooOften { .. }));
        assert_eq!(is_slowed, n >= 3, "{n}: {answer:?}");
    }
    let limited: u64 = came(&world, &workflow)
        .await
        .iter()
        .filter(|row| row.outcome == "limited")
        .map(|row| row.times)
        .sum();
    assert_eq!(limited, 2);
    world.clock.advance(SignedDuration::from_secs(61));
    let message = standard(&world, &secret, "msg_3", &json!({}));
    assert_eq!(
        receipt(&world, &workflow, &message).await.outcome,
        "filtered"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_the_recipe_is_refused_when_it_is_saved() {
    let world = world().await;
    for (inputs, told) in [
        (json!({ "rom": "{{ event.room }}" }), "did you mean `room`?"),
        (json!({ "kind": "many" }), "it answers"),
    ] {
        let new = NewWorkflow {
            name: "Wrong".to_owned(),
            agent: "Support".to_owned(),
            recipe: "Room alert".to_owned(),
            trigger: webhook(Signature::Standard, None, inputs),
            ..NewWorkflow::default()
        };
        let error = workflows::create(&world.app, &world.owner, new)
            .await
            .unwrap_err();
        assert!(error.hint().unwrap().contains(told), "{error:?}");
    }
}
