//! What waits for a person: who may say what, once, about what was shown.

use avops_app::connectors::{self, ToolChange};
use avops_app::duties::Separation;
use avops_app::inbox::{self, Answered, Answers, InboxItem, OneAnswer};
use avops_app::recipes::{self, SaveRecipe};
use avops_app::runs::{self, StartRun};
use avops_app::settings::{self, SettingsChange};
use avops_app::tokens::{self, NewToken};
use avops_app::{Actor, Error, PageRequest, Role};
use avops_engine::{RunId, RunStatus, Signal};
use serde_json::json;

use crate::world::{World, by_hand, mapping, yes};

const ASK: &str = "name: Ask
intake:
  - gather: room
    default: Boardroom 1
plan:
  - approve: \"Restart {{ intake.room }}?\"
act:
  - action: zoom.restart_zoom_room
    with: { room_id: zr-hq-204 }
    undo:
      action: slack.post_message
      with: { channel: \"#av-ops\", text: \"put back\" }
verify:
  - check: \"true\"
";

async fn world() -> World {
    let world = World::seeded().await;
    let text = SaveRecipe {
        yaml: ASK.to_owned(),
        changelog: None,
    };
    recipes::create(&world.app, &world.owner, text)
        .await
        .unwrap();
    world
}

async fn asked(world: &World, by: &Actor) -> RunId {
    let request = StartRun {
        agent: "Support".to_owned(),
        recipe: "Ask".to_owned(),
        inputs: mapping(json!({ "room": "Boardroom 4" })),
        ..StartRun::default()
    };
    let started = runs::start(&world.app, by, request, by_hand())
        .await
        .unwrap();
    world.settle(started.id).await;
    started.id
}

async fn waiting(world: &World, by: &Actor) -> Vec<InboxItem> {
    inbox::list(&world.app, by, &PageRequest::default())
        .await
        .unwrap()
        .items
}

fn one(run_id: RunId, fingerprint: Option<&str>, signal: Signal) -> OneAnswer {
    OneAnswer {
        run_id,
        fingerprint: fingerprint.map(str::to_owned),
        signal,
    }
}

async fn answer(world: &World, by: &Actor, answers: Vec<OneAnswer>) -> Answered {
    inbox::answer(&world.app, by, Answers { answers })
        .await
        .unwrap()
}

async fn set(world: &World, change: SettingsChange) {
    settings::change(&world.app, &world.owner, change)
        .await
        .unwrap();
}

/// Somebody who may approve, by name.
fn approver(name: &str, role: Role) -> Actor {
    Actor {
        id: format!("token:{name}"),
        name: name.to_owned(),
        role,
        may_approve: true,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_says_what_is_touched_what_is_done_and_what_puts_it_back() {
    let world = world().await;
    asked(&world, &world.owner).await;
    let items = waiting(&world, &world.owner).await;
    let item = &items[0];
    assert_eq!(item.prompt, "Restart Boardroom 4?");
    let touched: Vec<&str> = item.affects.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(touched, ["Boardroom 4", "zr-hq-204"]);
    let call = &item.evidence["calls"][0];
    assert_eq!(call["undo"], "slack.post_message", "{}", item.evidence);
    assert_eq!(item.answers, ["approve", "reject", "request_changes"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_changes_ends_the_run_and_says_what_is_to_be_different() {
    let world = world().await;
    let run = asked(&world, &world.owner).await;
    let ask = |note: &str| Signal::RequestChanges {
        step: None,
        note: note.to_owned(),
    };
    let silent = runs::signal(&world.app, &world.owner, run, ask("  ")).await;
    assert!(matches!(silent, Err(Error::BadInput { .. })), "{silent:?}");
    world.say(run, ask("use Boardroom 5")).await;
    let ended = world.settle(run).await;
    assert_eq!(ended.summary.status, RunStatus::Failed);
    let error = ended.summary.error.unwrap().message;
    assert!(
        error.contains("olga asks for changes: use Boardroom 5"),
        "{error}"
    );
    let late = runs::signal(&world.app, &world.owner, run, yes()).await;
    assert!(matches!(late, Err(Error::Conflict { .. })), "{late:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_answers_at_once_one_counts_and_the_others_hear_who_was_first() {
    let world = world().await;
    let run = asked(&world, &world.owner).await;
    let item = waiting(&world, &world.owner).await.remove(0);
    let people: Vec<Actor> = (0..12)
        .map(|n| approver(&format!("person {n}"), Role::Admin))
        .collect();
    let all = futures::future::join_all(people.iter().map(|by| {
        let step = Some(item.step.clone());
        let signal = Signal::Approve { step, note: None };
        answer(&world, by, vec![one(run, Some(&item.fingerprint), signal)])
    }))
    .await;
    let counted: Vec<usize> = (0..12).filter(|at| all[*at].results[0].ok).collect();
    let [first] = counted[..] else {
        panic!("{counted:?} count");
    };
    world.finish(run).await;
    let step = Some(item.step.clone());
    let late = answer(
        &world,
        &world.owner,
        vec![one(run, None, Signal::Reject { step, note: None })],
    )
    .await;
    let told = late.results[0].error.clone().unwrap();
    assert!(
        told.contains(&format!("approved by person {first}")),
        "{told}"
    );
    assert!(told.contains("the run is over"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_waits_are_answered_at_once_and_each_counts_by_itself() {
    let world = world().await;
    let (first, second) = (
        asked(&world, &world.owner).await,
        asked(&world, &world.owner).await,
    );
    let items = waiting(&world, &world.owner).await;
    let say = |item: &InboxItem, seen: &str| {
        let step = Some(item.step.clone());
        let note = Some("all at once".to_owned());
        one(item.run_id, Some(seen), Signal::Reject { step, note })
    };
    let other = "0".repeat(64);
    let answered = answer(
        &world,
        &world.owner,
        vec![
            say(&items[0], &other),
            say(&items[1], &items[1].fingerprint),
        ],
    )
    .await;
    let [stale, counted] = &answered.results[..] else {
        panic!("{answered:?}");
    };
    assert!(!stale.ok && counted.ok, "{answered:?}");
    assert!(stale.error.as_deref().unwrap().contains("has changed"));
    assert_eq!((stale.run_id, counted.run_id), (first, second));
    assert_eq!(world.settle(second).await.summary.status, RunStatus::Failed);
    assert_eq!(waiting(&world, &world.owner).await.len(), 1);
    let none = inbox::answer(&world.app, &world.owner, Answers { answers: vec![] }).await;
    assert!(matches!(none, Err(Error::BadInput { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_approves_what_they_asked_for_or_wrote_once_there_is_somebody_else() {
    let world = world().await;
    // Live, with the campus in the place of tools that have no credentials here.
    for tool in ["zoom", "slack"] {
        let simulated = ToolChange {
            simulate: Some(true),
            ..ToolChange::default()
        };
        connectors::change(&world.app, &world.owner, tool, simulated)
            .await
            .unwrap();
    }
    set(
        &world,
        SettingsChange {
            mock: Some(false),
            ..SettingsChange::default()
        },
    )
    .await;
    // Alone, the owner may: nobody else could.
    let alone = asked(&world, &world.owner).await;
    assert_eq!(waiting(&world, &world.owner).await[0].needs_another, None);
    world.say(alone, Signal::Cancel { reason: None }).await;
    world.settle(alone).await;
    for name in ["kim", "robin"] {
        let token = NewToken {
            name: name.to_owned(),
            role: Role::Operator,
            may_approve: true,
            expires_in_days: Some(30),
        };
        tokens::create(&world.app, &world.owner, token)
            .await
            .unwrap();
    }
    let (kim, robin) = (
        approver("Kim", Role::Operator),
        approver("robin", Role::Operator),
    );
    let run = asked(&world, &kim).await;
    let reason = |items: Vec<InboxItem>| items[0].needs_another.clone();
    let own = reason(waiting(&world, &kim).await).unwrap();
    assert!(own.contains("asked for this run"), "{own}");
    let wrote = reason(waiting(&world, &world.owner).await).unwrap();
    assert!(wrote.contains("saved this version"), "{wrote}");
    assert_eq!(reason(waiting(&world, &robin).await), None);
    for by in [&kim, &world.owner] {
        let refused = runs::signal(&world.app, by, run, yes()).await;
        assert!(
            matches!(refused, Err(Error::NeedsAnother { .. })),
            "{refused:?}"
        );
    }
    // A no takes nobody else.
    let off = SettingsChange {
        separation: Some(Separation::Off),
        ..SettingsChange::default()
    };
    set(&world, off).await;
    assert_eq!(reason(waiting(&world, &kim).await), None);
    let on = SettingsChange {
        separation: Some(Separation::On),
        ..SettingsChange::default()
    };
    set(&world, on).await;
    let no = Signal::Reject {
        step: None,
        note: Some("not today".to_owned()),
    };
    runs::signal(&world.app, &kim, run, no).await.unwrap();
    assert_eq!(world.settle(run).await.summary.status, RunStatus::Failed);
}
