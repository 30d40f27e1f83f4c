//! Chat as people use it: the runbook's commands as they stand there and mangled, plain words, conversations.

use avops_app::chat::{self, Card, ChatMessage, Mistake, SayText};
use avops_app::{Actor, PageRequest, agents, audit, recipes, runs};

use crate::world::World;

pub(crate) async fn say(world: &World, text: &str) -> ChatMessage {
    say_in(world, None, text).await
}

pub(crate) async fn say_in(world: &World, thread: Option<&str>, text: &str) -> ChatMessage {
    let said = SayText {
        thread_id: thread.map(str::to_owned),
        text: text.to_owned(),
        json_mode: false,
    };
    chat::say(&world.app, &world.owner, said).await.unwrap()
}

async fn mistake(world: &World, text: &str) -> Mistake {
    let answer = say(world, text).await;
    match answer.body.cards.into_iter().next() {
        Some(Card::Mistake { mistake }) => mistake,
        other => panic!("{text} → {other:?}"),
    }
}

/// A mangled command, the place of its mistake, and the command as it was meant.
async fn mended(world: &World, text: &str, place: usize, corrected: &str) {
    let found = mistake(world, text).await;
    assert_eq!(
        found.corrected.as_deref(),
        Some(corrected),
        "{text}: {found:?}"
    );
    assert_eq!(found.place, place, "{text}: {found:?}");
}

const SOP: &str = "/sop agent=Support name=\"Projector Reset\"\nSteps:\n- Gather room_id\n- Reset projector via Q-SYS\n- Verify image via Slack photo";

/// A workspace with the examples, and the runbook's recipe saved.
async fn world() -> World {
    let world = World::seeded().await;
    let answer = say(&world, SOP).await;
    let Some(Card::Draft { draft }) = answer.body.cards.first() else {
        panic!("{answer:?}");
    };
    let new = recipes::SaveRecipe {
        yaml: draft.yaml.clone(),
        changelog: None,
    };
    recipes::create(&world.app, &world.owner, new)
        .await
        .unwrap();
    world
}

#[tokio::test]
async fn the_runbooks_procedure_becomes_a_valid_draft_and_nothing_is_saved() {
    let world = World::seeded().await;
    let before = recipes::list(&world.app, &world.owner).await.unwrap().len();
    let answer = say(&world, SOP).await;
    let [Card::Draft { draft }] = answer.body.cards.as_slice() else {
        panic!("{answer:?}");
    };
    assert_eq!(draft.name, "Projector Reset");
    assert_eq!(draft.agent.as_deref(), Some("Support"));
    assert!(!draft.has_errors, "{:?}", draft.problems);
    assert_eq!(draft.unused, 0);
    assert_eq!(
        recipes::list(&world.app, &world.owner).await.unwrap().len(),
        before
    );
    let phases = answer.body.phases.unwrap();
    assert!(phases.act.contains("nothing is saved"), "{phases:?}");
}

#[tokio::test]
async fn a_new_recipe_is_a_valid_start_and_an_existing_one_is_shown_instead() {
    let world = world().await;
    let answer = say(&world, "/recipe new \"Camera Reset\"").await;
    assert!(
        matches!(answer.body.cards.as_slice(), [Card::Draft { draft }] if draft.name == "Camera Reset" && !draft.has_errors),
        "{answer:?}"
    );
    let answer = say(&world, "/recipe new \"projector RESET\"").await;
    assert!(
        matches!(answer.body.cards.as_slice(), [Card::Recipe { slug, .. }] if slug == "projector-reset"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn attaching_is_kept_and_may_be_asked_for_twice() {
    let world = world().await;
    for is_new in [true, false] {
        let answer = say(
            &world,
            "/recipe attach recipe=“Projector Reset” agent='support'",
        )
        .await;
        assert!(
            matches!(answer.body.cards.as_slice(), [Card::Attached { is_new: new, .. }] if *new == is_new),
            "{answer:?}"
        );
        assert_eq!(
            answer.body.notes,
            ["typographic quotes were read as plain ones"]
        );
    }
    let agent = agents::get(&world.app, &world.owner, "Support")
        .await
        .unwrap();
    let attached = agent
        .recipes
        .iter()
        .filter(|name| *name == "Projector Reset");
    assert_eq!(attached.count(), 1);
}

#[tokio::test]
async fn a_run_started_by_a_command_has_its_inputs_and_says_where_it_came_from() {
    let world = World::seeded().await;
    let answer = say(
        &world,
        "/agent run \"Admin\" recipe=\"Zoom Room Admin Policy Check\" room=\"Boardroom 1\"",
    )
    .await;
    let [Card::Run { run_id, url, .. }] = answer.body.cards.as_slice() else {
        panic!("{answer:?}");
    };
    assert!(url.ends_with(&format!("/runs/{run_id}")));
    let run = world.finish(*run_id).await;
    assert_eq!(run.summary.trigger, "chat");
    assert_eq!(run.inputs["room"], "Boardroom 1");
    let trail = audit::list(&world.app, &world.owner, &PageRequest::default())
        .await
        .unwrap();
    let line = trail
        .items
        .iter()
        .find(|line| line.what == "chat.command")
        .unwrap();
    assert!(line.object.contains(&run_id.to_string()), "{line:?}");
    assert!(
        line.reason.as_deref().unwrap().contains("verify:"),
        "{line:?}"
    );
}

#[tokio::test]
async fn tools_are_asked_and_called_and_what_they_leave_is_shown() {
    let world = World::seeded().await;
    let answer = say(&world, "/tool health calendar_scheduler").await;
    assert!(
        matches!(
            answer.body.cards.as_slice(),
            [Card::Health { ok: true, .. }]
        ),
        "{answer:?}"
    );
    for text in [
        r##"/tool action slack '{"action":"post_message","args":{"channel":"#avops","text":"it's up"}}'"##,
        "/tool action slack\n```json\n{\"action\":\"post_message\",\n \"args\":{\"channel\":\"#avops\",\"text\":\"it's up\"}}\n```",
        "/tool action Slack --json {“action”:“post_message”,“args”:{“channel”:“#avops”,“text”:“it's up”}}",
    ] {
        let answer = say(&world, text).await;
        let [
            Card::Call {
                ok: true,
                artifacts,
                run_id,
                ..
            },
        ] = answer.body.cards.as_slice()
        else {
            panic!("{text} → {answer:?}");
        };
        assert_eq!(
            artifacts.first().map(|kept| kept.kind.as_str()),
            Some("message")
        );
        let run = runs::get(&world.app, &world.owner, *run_id).await.unwrap();
        assert_eq!(run.summary.trigger, "chat");
        assert_eq!(answer.body.json_mode, text.contains("--json"));
    }
}

#[tokio::test]
async fn mangled_commands_are_pointed_at_and_shown_as_they_were_meant() {
    let world = world().await;
    let json = r#"'{"action":"create","args":{"title":"x"}}'"#;
    for (text, place, corrected) in [
        ("/tool helth slack", 0, "/tool health slack".to_owned()),
        ("/aget run Support", 0, "/agent run Support".to_owned()),
        (
            "/agent run \"Support recipe=\"Projector Reset\"",
            11,
            "/agent run Support recipe=\"Projector Reset\"".to_owned(),
        ),
        (
            "/agent run Support recipe=Projector Reset room_id=204",
            36,
            "/agent run Support recipe=\"Projector Reset\" room_id=204".to_owned(),
        ),
        (
            "/agent run Support recipe=\"Projektor Reset\"",
            26,
            "/agent run Support recipe=\"Projector Reset\"".to_owned(),
        ),
        (
            "/recipe attach Support \"Projector Reset\"",
            15,
            "/recipe attach agent=Support recipe=\"Projector Reset\"".to_owned(),
        ),
        (
            "/recipe attach agnt=Support recipe=\"Projector Reset\"",
            15,
            "/recipe attach agent=Support recipe=\"Projector Reset\"".to_owned(),
        ),
        (
            "/recipe new Projector Reset",
            22,
            "/recipe new \"Projector Reset\"".to_owned(),
        ),
        ("/tool health slak", 13, "/tool health slack".to_owned()),
        (
            r#"/tool action incident_ticketing '{"action":"creat","args":{"title":"x"}}'"#,
            43,
            format!("/tool action incident_ticketing {json}"),
        ),
        (
            r#"/tool action incident_ticketing '{"action":"create","title":"x"}'"#,
            32,
            format!("/tool action incident_ticketing {json}"),
        ),
        (
            "/tool action incident_ticketing '{\"action\":\"create\",\"args\":{\"title\":\"x\"}}",
            32,
            format!("/tool action incident_ticketing {json}"),
        ),
        (
            "/tool action incident_ticketing {action:'create', args:{title:'x'}}",
            33,
            "/tool action incident_ticketing {\"action\":\"create\",\"args\":{\"title\":\"x\"}}"
                .to_owned(),
        ),
    ] {
        mended(&world, text, place, &corrected).await;
    }
}

#[tokio::test]
async fn the_dots_of_the_runbooks_example_are_filled_in_from_the_actions_own_schema() {
    let world = World::seeded().await;
    let found = mistake(
        &world,
        r#"/tool action incident_ticketing '{"action":"create","args":{...}}'"#,
    )
    .await;
    let corrected = found.corrected.unwrap();
    assert!(corrected.contains("\"title\""), "{corrected}");
    let answer = say(&world, &corrected).await;
    assert!(
        matches!(answer.body.cards.as_slice(), [Card::Call { ok: true, .. }]),
        "{answer:?}"
    );
}

#[tokio::test]
async fn commands_obey_the_same_roles_as_the_pages() {
    let world = World::seeded().await;
    let viewer = Actor {
        id: "user:viewer".to_owned(),
        name: "viewer".to_owned(),
        role: avops_app::Role::Viewer,
        may_approve: false,
    };
    let said = SayText {
        text: "/agent run Admin recipe=\"Zoom Room Admin Policy Check\"".to_owned(),
        ..SayText::default()
    };
    let answer = chat::say(&world.app, &viewer, said).await.unwrap();
    assert!(
        matches!(answer.body.cards.as_slice(), [Card::Refusal { .. }]),
        "{answer:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scout_of_the_runbook_starts_and_asks_before_it_saves() {
    let world = World::seeded().await;
    let answer = say(
        &world,
        "/kb scout \"zoom room hdmi black\" allow=support.zoom.com,logitech.com",
    )
    .await;
    let [Card::Run { run_id, .. }] = answer.body.cards.as_slice() else {
        panic!("{answer:?}");
    };
    let run = world.settle(*run_id).await;
    assert_eq!(
        run.inputs["allow"],
        serde_json::json!(["support.zoom.com", "logitech.com"])
    );
    assert!(run.summary.waiting_for.is_some());
    mended(
        &world,
        "/kb scout zoom room hdmi black allow=support.zoom.com",
        15,
        "/kb scout \"zoom room hdmi black\" allow=support.zoom.com",
    )
    .await;
}
