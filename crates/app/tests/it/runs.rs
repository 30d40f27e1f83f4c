//! Starting, answering, repeating and listing runs.

use avops_app::agents::{self, AgentChange};
use avops_app::recipes::{self, SaveRecipe};
use avops_app::runs::{
    self, Bulk, BulkAction, NamedVersion, Rerun, RerunVersion, RunFilter, StartRun, StartText,
};
use avops_app::{Error, PageRequest, audit, inbox};
use avops_engine::{Mode, RunStatus, Signal, WaitReason};
use serde_json::json;

use crate::world::{World, by_hand, keyed, mapping, yes};

const POLICY: &str = "Zoom Room Admin Policy Check";

fn request(inputs: serde_json::Value) -> StartRun {
    StartRun {
        agent: "Admin".to_owned(),
        recipe: POLICY.to_owned(),
        inputs: mapping(inputs),
        ..StartRun::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_gives_one_run_and_another_request_with_it_is_a_conflict() {
    let world = World::seeded().await;
    let ask = |room: &str| {
        let request = request(json!({ "room": room }));
        runs::start(&world.app, &world.owner, request, keyed("k1"))
    };
    let first = ask("Boardroom 1").await.unwrap();
    let second = ask("Boardroom 1").await.unwrap();
    assert_eq!(first.id, second.id);
    assert!(first.is_new && !second.is_new);
    let other = ask("Boardroom 4").await;
    assert!(matches!(other, Err(Error::Conflict { .. })), "{other:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_found_without_case_and_a_slip_names_the_nearest() {
    let world = World::seeded().await;
    let mut slip = request(json!({ "room": "Boardroom 1" }));
    slip.recipe = POLICY.to_uppercase();
    slip.agent = "ADMIN".to_owned();
    let started = runs::start(&world.app, &world.owner, slip.clone(), by_hand())
        .await
        .unwrap();
    assert_eq!(world.settle(started.id).await.summary.recipe, POLICY);
    slip.agent = "Admn".to_owned();
    let error = runs::start(&world.app, &world.owner, slip, by_hand())
        .await
        .unwrap_err();
    assert_eq!(error.hint().as_deref(), Some("did you mean \"Admin\"?"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_that_the_recipe_does_not_ask_for_is_refused_before_a_run_exists() {
    let world = World::seeded().await;
    let error = world
        .start("Admin", POLICY, json!({ "rom": "Boardroom 1" }))
        .await
        .unwrap_err();
    assert_eq!(error.hint().as_deref(), Some("did you mean `room`?"));
    let page = PageRequest::default();
    let listed = runs::list(&world.app, &world.owner, &RunFilter::default(), &page)
        .await
        .unwrap();
    assert!(listed.items.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_input_is_asked_for_in_the_inbox_and_the_answer_goes_on() {
    let world = World::seeded().await;
    let run = world.run("Admin", POLICY, json!({})).await;
    assert_eq!(run.summary.waiting_for, Some(WaitReason::Input));
    let waiting = inbox::list(&world.app, &world.owner, &PageRequest::default())
        .await
        .unwrap();
    let item = &waiting.items[0];
    assert_eq!(item.prompt, "Room email or display name?");
    assert_eq!(item.answers, ["answer"]);
    assert!(item.schema.as_ref().unwrap()["properties"]["room"].is_object());
    let inputs = mapping(json!({ "room": "Boardroom 1" }));
    world.say(run.summary.id, Signal::Answer { inputs }).await;
    let run = world.settle(run.summary.id).await;
    assert_eq!(
        run.summary.status,
        RunStatus::Success,
        "{:?}",
        run.summary.error
    );
    let waiting = inbox::list(&world.app, &world.owner, &PageRequest::default())
        .await
        .unwrap();
    assert!(waiting.items.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_answer_to_one_wait_is_told_so() {
    let world = World::seeded().await;
    let run = world
        .run(
            "Support",
            "Zoom Room HDMI black",
            json!({ "room": "Huddle 204" }),
        )
        .await;
    let waiting = inbox::list(&world.app, &world.owner, &PageRequest::default())
        .await
        .unwrap();
    assert_eq!(waiting.items[0].prompt, "Restart Huddle 204?");
    assert_eq!(
        waiting.items[0].answers,
        ["approve", "reject", "request_changes"]
    );
    world.say(run.summary.id, yes()).await;
    let again = runs::signal(&world.app, &world.owner, run.summary.id, yes()).await;
    assert!(matches!(again, Err(Error::Conflict { .. })), "{again:?}");
    let trail = audit::list(&world.app, &world.owner, &PageRequest::default())
        .await
        .unwrap();
    let approvals: Vec<_> = trail
        .items
        .iter()
        .filter(|line| line.what == "run.approve")
        .collect();
    assert_eq!(approvals.len(), 1, "one approval, not two");
    assert!(
        approvals[0]
            .object
            .starts_with(&format!("{}/", run.summary.id))
    );
    assert!(approvals[0].before.is_some(), "bound to what was shown");
    assert_eq!(approvals[0].reason.as_deref(), Some("go ahead"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_approval_fails_the_run_before_anything_was_changed() {
    let world = World::seeded().await;
    let run = world
        .run(
            "Support",
            "Zoom Room HDMI black",
            json!({ "room": "Huddle 204" }),
        )
        .await;
    let no = Signal::Reject {
        step: None,
        note: Some("a guest is presenting".to_owned()),
    };
    world.say(run.summary.id, no).await;
    let run = world.settle(run.summary.id).await;
    assert_eq!(run.summary.status, RunStatus::Failed);
    assert!(
        run.steps
            .iter()
            .all(|step| step.state.action.as_deref() != Some("restart_zoom_room"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_run_can_be_cancelled() {
    let world = World::seeded().await;
    let run = world.run("Admin", POLICY, json!({})).await;
    let stop = Signal::Cancel {
        reason: Some("wrong recipe".to_owned()),
    };
    world.say(run.summary.id, stop).await;
    let run = world.settle(run.summary.id).await;
    assert_eq!(run.summary.status, RunStatus::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_keeps_the_text_it_started_with_while_the_recipe_is_changed() {
    let world = World::seeded().await;
    let run = world.run("Admin", POLICY, json!({})).await;
    let saved = recipes::get(&world.app, &world.owner, POLICY)
        .await
        .unwrap();
    let changed = SaveRecipe {
        yaml: saved.yaml.replace("== 'online'", "== 'nowhere'"),
        changelog: Some("another status".to_owned()),
    };
    recipes::save(&world.app, &world.owner, POLICY, changed, None)
        .await
        .unwrap();
    let inputs = mapping(json!({ "room": "Boardroom 1" }));
    world.say(run.summary.id, Signal::Answer { inputs }).await;
    let old = world.settle(run.summary.id).await;
    let new = world
        .run("Admin", POLICY, json!({ "room": "Boardroom 1" }))
        .await;
    assert_eq!(
        (old.summary.recipe_version, old.summary.status),
        (1, RunStatus::Success)
    );
    assert_eq!(
        (new.summary.recipe_version, new.summary.status),
        (2, RunStatus::Failed)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn running_again_takes_the_same_or_the_newest_version() {
    let world = World::seeded().await;
    let first = world
        .run("Admin", POLICY, json!({ "room": "Boardroom 1" }))
        .await;
    let saved = recipes::get(&world.app, &world.owner, POLICY)
        .await
        .unwrap();
    let changed = SaveRecipe {
        yaml: saved
            .yaml
            .replace("Validate room policy", "Check the policy"),
        changelog: Some("words".to_owned()),
    };
    recipes::save(&world.app, &world.owner, POLICY, changed, None)
        .await
        .unwrap();
    let rerun = |version, from: Option<&str>| {
        let request = Rerun {
            version,
            from: from.map(str::to_owned),
            ..Rerun::default()
        };
        runs::rerun(
            &world.app,
            &world.owner,
            first.summary.id,
            request,
            by_hand(),
        )
    };
    let same = rerun(RerunVersion::default(), None).await.unwrap();
    let latest = rerun(RerunVersion::Named(NamedVersion::Latest), Some("start"))
        .await
        .unwrap();
    let same = world.settle(same.id).await;
    let latest = world.settle(latest.id).await;
    assert_eq!(
        (same.summary.recipe_version, latest.summary.recipe_version),
        (1, 2)
    );
    assert_eq!(same.inputs, first.inputs);
    assert_eq!(same.summary.meta["rerun_of"], json!(first.summary.id));
    let refused = rerun(RerunVersion::default(), Some("failed"))
        .await
        .unwrap_err();
    assert!(matches!(refused, Error::Conflict { .. }), "{refused:?}");
    assert_eq!(refused.to_string(), "nothing failed in the run");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_runs_without_being_saved() {
    let world = World::new().await;
    let scaffold = avops_app::seed::RECIPES[0].yaml;
    let request = StartText {
        source: "policy.yaml".to_owned(),
        text: scaffold.to_owned(),
        inputs: mapping(json!({ "room": "Boardroom 1" })),
        ..StartText::default()
    };
    let started = runs::start_text(&world.app, &world.owner, request, by_hand())
        .await
        .unwrap();
    let run = world.settle(started.id).await;
    assert_eq!(
        run.summary.status,
        RunStatus::Success,
        "{:?}",
        run.summary.error
    );
    assert_eq!(run.summary.recipe_id, None);
    assert!(
        recipes::list(&world.app, &world.owner)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_with_mistakes_is_refused_with_all_of_them() {
    let world = World::new().await;
    let request = StartText {
        source: "bad.yaml".to_owned(),
        text: "name: A\nintake: []\nplan: []\nact:\n  - action: zoom.explode\nverfy: []\n"
            .to_owned(),
        ..StartText::default()
    };
    let refused = runs::start_text(&world.app, &world.owner, request, by_hand()).await;
    let Err(Error::Invalid(findings)) = refused else {
        panic!("{refused:?}");
    };
    let lines: Vec<usize> = findings.iter().map(|found| found.line).collect();
    assert!(lines.contains(&5) && lines.contains(&6), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_runs_only_what_its_tools_allow() {
    let world = World::seeded().await;
    let change = AgentChange {
        tools: Some(vec!["slack".to_owned()]),
        ..AgentChange::default()
    };
    agents::change(&world.app, &world.owner, "Admin", change)
        .await
        .unwrap();
    let refused = world
        .start("Admin", POLICY, json!({ "room": "Boardroom 1" }))
        .await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_leaves_nothing_behind_in_the_campus() {
    let world = World::seeded().await;
    let mut ask = request(json!({ "room": "Boardroom 1" }));
    ask.dry_run = true;
    let started = runs::start(&world.app, &world.owner, ask, by_hand())
        .await
        .unwrap();
    let run = world.settle(started.id).await;
    assert_eq!(run.summary.mode, Mode::Dry);
    assert_eq!(
        run.summary.status,
        RunStatus::Success,
        "{:?}",
        run.summary.error
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_filtered_by_names_and_words_and_come_in_bites() {
    let world = World::seeded().await;
    for room in ["Boardroom 1", "Boardroom 4", "Huddle 101"] {
        world.run("Admin", POLICY, json!({ "room": room })).await;
    }
    let list = |filter: RunFilter, limit, cursor| {
        let page = PageRequest { limit, cursor };
        let (app, owner) = (world.app.clone(), world.owner.clone());
        async move { runs::list(&app, &owner, &filter, &page).await }
    };
    let completed = RunFilter {
        status: vec!["completed".to_owned()],
        agent: Some("admin".to_owned()),
        recipe: Some(POLICY.to_lowercase()),
        trigger: Some("manual".to_owned()),
        ..RunFilter::default()
    };
    assert_eq!(list(completed, None, None).await.unwrap().items.len(), 2);
    let first = list(RunFilter::default(), Some(2), None).await.unwrap();
    assert_eq!(first.items.len(), 2);
    assert_eq!(first.items[0].status, RunStatus::Failed, "newest first");
    let rest = list(RunFilter::default(), Some(2), first.next)
        .await
        .unwrap();
    assert_eq!((rest.items.len(), rest.next), (1, None));
    let unknown = RunFilter {
        status: vec!["done".to_owned()],
        ..RunFilter::default()
    };
    assert!(matches!(
        list(unknown, None, None).await,
        Err(Error::BadInput { .. })
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_is_given_after_a_number_without_gaps() {
    let world = World::seeded().await;
    let run = world
        .run("Admin", POLICY, json!({ "room": "Boardroom 1" }))
        .await;
    let id = run.summary.id;
    let all = runs::entries(&world.app, &world.owner, id, 0)
        .await
        .unwrap();
    let numbers: Vec<u64> = all.iter().map(|entry| entry.seq).collect();
    assert_eq!(numbers, (1..=run.seq).collect::<Vec<_>>());
    let rest = runs::entries(&world.app, &world.owner, id, 3)
        .await
        .unwrap();
    assert_eq!(rest, all[3..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_runs_are_told_one_thing_and_each_answers_for_itself() {
    let world = World::seeded().await;
    let over = world
        .run("Admin", POLICY, json!({ "room": "Boardroom 1" }))
        .await;
    let waits = world.run("Admin", POLICY, json!({})).await;
    let (over, waits) = (over.summary.id, waits.summary.id);
    let cancel = Bulk {
        action: BulkAction::Cancel,
        runs: vec![over, waits, waits],
        reason: Some("wrong room".to_owned()),
        from: None,
    };
    let said = runs::bulk(&world.app, &world.owner, cancel, &by_hand())
        .await
        .unwrap();
    assert_eq!((said.done, said.refused, said.items.len()), (1, 1, 2));
    assert!(said.items[0].error.as_ref().unwrap().contains("over"));
    assert_eq!(said.items[1].error, None);
    let again = Bulk {
        action: BulkAction::Rerun,
        runs: vec![over],
        reason: None,
        from: None,
    };
    let said = runs::bulk(&world.app, &world.owner, again, &by_hand())
        .await
        .unwrap();
    let started = said.items[0].started.unwrap();
    let second = runs::get(&world.app, &world.owner, started).await.unwrap();
    assert_eq!(second.summary.meta["rerun_of"], json!(over));
    let none = Bulk {
        action: BulkAction::Rerun,
        runs: Vec::new(),
        reason: None,
        from: None,
    };
    let refused = runs::bulk(&world.app, &world.owner, none, &by_hand()).await;
    assert!(matches!(refused, Err(Error::BadInput { .. })));
}
