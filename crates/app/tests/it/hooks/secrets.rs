//! The secrets of addresses: renewed, refused, held by administrators.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_secret_replaces_the_old_one_without_a_gap_where_that_is_wanted() {
    let world = world().await;
    let trigger = webhook(Signature::Standard, None, room());
    let (workflow, old) = hooked(&world, "Room alert", trigger).await;
    let body = |n: u32| json!({ "room": "Boardroom 1", "kind": n });
    let renew = |keep_minutes| {
        let new = NewSecret {
            secret: None,
            keep_minutes,
        };
        hooks::renew_secret(&world.app, &world.owner, &workflow.id, new)
    };
    let new = renew(Some(30)).await.unwrap().secret.unwrap();
    for (secret, id) in [(&old, "msg_1"), (&new, "msg_2")] {
        let message = standard(&world, secret, id, &body(1));
        assert_eq!(
            receipt(&world, &workflow, &message).await.outcome,
            "started"
        );
    }
    world.clock.advance(SignedDuration::from_mins(31));
    let late = standard(&world, &old, "msg_3", &body(2));
    assert!(send(&world, &workflow, &late).await.is_err());
    let newest = renew(None).await.unwrap().secret.unwrap();
    let revoked = standard(&world, &new, "msg_4", &body(3));
    assert!(send(&world, &workflow, &revoked).await.is_err());
    let message = standard(&world, &newest, "msg_5", &body(4));
    assert_eq!(
        receipt(&world, &workflow, &message).await.outcome,
        "started"
    );
    let shown = workflows::get(&world.app, &world.owner, &workflow.id)
        .await
        .unwrap();
    assert!(!json!(shown).to_string().contains(&newest));
    for keep in [Some(7 * 24 * 60 + 1), Some(u32::MAX)] {
        assert!(matches!(renew(keep).await, Err(Error::BadInput { .. })));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_cannot_be_one_is_refused_and_another_sender_needs_another() {
    let world = world().await;
    let trigger = webhook(Signature::Github, None, json!({ "room": "Boardroom 1" }));
    let (workflow, secret) = hooked(&world, "Room alert", trigger).await;
    for bad in ["", "  ", "short", "with\u{7}bell in it"] {
        let new = NewSecret {
            secret: Some(SettingValue::new(bad)),
            keep_minutes: None,
        };
        let refused = hooks::renew_secret(&world.app, &world.owner, &workflow.id, new).await;
        assert!(matches!(refused, Err(Error::BadInput { .. })), "{bad:?}");
    }
    let change = WorkflowChange {
        trigger: Some(webhook(
            Signature::Slack,
            None,
            json!({ "room": "Boardroom 1" }),
        )),
        ..WorkflowChange::default()
    };
    let changed = workflows::change(&world.app, &world.owner, &workflow.id, change)
        .await
        .unwrap();
    let hook = changed.hook.unwrap();
    assert!(!hook.secret_set, "{hook:?}");
    assert_eq!(hook.url, workflow.hook.clone().unwrap().url);
    let message = github(&secret, "1", "issues", &json!({}));
    assert!(send(&world, &workflow, &message).await.is_err());
    let rows = came(&world, &workflow).await;
    assert_eq!(rows[0].reason.as_deref(), Some("no secret is set here yet"));
}

#[tokio::test(flavor = "multi_thread")]
async fn authors_propose_and_administrators_hold_the_secrets() {
    let world = world().await;
    let author = World::actor(Role::Author, false);
    let new = NewWorkflow {
        name: "Proposed".to_owned(),
        agent: "Support".to_owned(),
        recipe: "Room alert".to_owned(),
        trigger: webhook(Signature::Github, None, json!({})),
        ..NewWorkflow::default()
    };
    let made = workflows::create(&world.app, &author, new).await.unwrap();
    assert!(!made.enabled);
    for role in [Role::Viewer, Role::Operator, Role::Author] {
        let by = World::actor(role, true);
        let refused = hooks::renew_secret(&world.app, &by, &made.id, NewSecret::default()).await;
        assert!(matches!(refused, Err(Error::NotAllowed { .. })), "{role:?}");
    }
    let admin = World::actor(Role::Admin, false);
    hooks::renew_secret(&world.app, &admin, &made.id, NewSecret::default())
        .await
        .unwrap();
    workflows::delete(&world.app, &admin, &made.id)
        .await
        .unwrap();
    let none = workflows::create(
        &world.app,
        &admin,
        NewWorkflow {
            name: "By hand".to_owned(),
            agent: "Support".to_owned(),
            recipe: "Room alert".to_owned(),
            ..NewWorkflow::default()
        },
    )
    .await
    .unwrap();
    let refused = hooks::renew_secret(&world.app, &admin, &none.id, NewSecret::default()).await;
    assert!(matches!(refused, Err(Error::Conflict { .. })));
}
