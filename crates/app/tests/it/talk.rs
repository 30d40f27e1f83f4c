//! Plain words and conversations: what is proposed, what a model adds, what is kept.

use avops_app::chat::{self, Card, Role, SayText, ThreadChange, ThreadQuery};
use avops_app::{Actor, Error, PageRequest, audit, runs};
use avops_llm::Script;

use crate::chat::{say, say_in};
use crate::world::World;

#[tokio::test]
async fn plain_words_propose_a_run_and_start_none() {
    let world = World::seeded().await;
    let count = || async {
        runs::list(
            &world.app,
            &world.owner,
            &runs::RunFilter::default(),
            &PageRequest::default(),
        )
        .await
        .unwrap()
        .items
        .len()
    };
    let before = count().await;
    let answer = say(&world, "Please run the policy check for Boardroom 1").await;
    let proposed = answer.body.cards.iter().find_map(|card| match card {
        Card::Proposal { command, .. } => Some(command.clone()),
        _ => None,
    });
    let command = proposed.unwrap();
    assert_eq!(
        command,
        "/agent run Admin recipe=\"Zoom Room Admin Policy Check\" room=\"Boardroom 1\""
    );
    assert_eq!(count().await, before);
    let answer = say(&world, &command).await;
    assert!(
        matches!(answer.body.cards.as_slice(), [Card::Run { .. }]),
        "{answer:?}"
    );
}

#[tokio::test]
async fn plain_words_find_tools_history_and_the_manual() {
    let world = World::seeded().await;
    let answer = say(&world, "is zoom ok?").await;
    assert!(
        answer.body.cards.iter().any(
            |card| matches!(card, Card::Proposal { command, .. } if command == "/tool health zoom")
        ),
        "{answer:?}"
    );
    let answer = say(&world, "which runs failed lately?").await;
    assert!(
        answer
            .body
            .cards
            .iter()
            .any(|card| matches!(card, Card::Runs { title, .. } if title == "No run has failed.")),
        "{answer:?}"
    );
    let answer = say(&world, "how are backups restored").await;
    assert!(
        answer
            .body
            .cards
            .iter()
            .any(|card| matches!(card, Card::Passage { page, .. } if page == "operations")),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_procedure_pasted_without_a_command_is_proposed_as_one() {
    let world = World::seeded().await;
    let text = "1. Ask for the room\n2. Restart the Zoom Room\n3. Verify it is online";
    let answer = say(&world, text).await;
    let command = answer.body.cards.iter().find_map(|card| match card {
        Card::Proposal { command, .. } => Some(command.clone()),
        _ => None,
    });
    let answer = say(&world, &command.unwrap()).await;
    assert!(
        matches!(answer.body.cards.as_slice(), [Card::Draft { .. }]),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_models_words_are_shown_and_its_commands_only_proposed() {
    let world = World::seeded().await;
    world.models.simulator().play(Script::Text(
        "Have a look at it first:\n/tool health zoom\n/tool action zoom '{\"action\":\"restart_zoom_room\",\"args\":{\"room_id\":\"zr-204\"}}'"
            .to_owned(),
    ));
    let answer = say(&world, "the room is black").await;
    assert!(
        answer.body.model.as_ref().is_some_and(|model| model.mock),
        "{answer:?}"
    );
    let kinds: Vec<bool> = answer
        .body
        .cards
        .iter()
        .take(3)
        .map(|card| matches!(card, Card::Proposal { .. }))
        .collect();
    assert_eq!(kinds, [false, true, true], "{answer:?}");
    let trail = audit::list(&world.app, &world.owner, &PageRequest::default())
        .await
        .unwrap();
    assert!(!trail.items.iter().any(|line| line.what == "chat.command"));
}

#[tokio::test]
async fn a_model_that_fails_leaves_the_rules() {
    let world = World::seeded().await;
    world
        .models
        .simulator()
        .play(Script::Fault(500, "server_error", None));
    world
        .models
        .simulator()
        .play(Script::Fault(500, "server_error", None));
    let answer = say(&world, "is zoom ok?").await;
    assert!(
        answer
            .body
            .notes
            .iter()
            .any(|note| note.contains("could not answer")),
        "{answer:?}"
    );
    assert!(
        answer
            .body
            .cards
            .iter()
            .any(|card| matches!(card, Card::Proposal { .. }))
    );
}

#[tokio::test]
async fn conversations_are_kept_renamed_searched_and_put_away() {
    let world = World::seeded().await;
    let (app, owner) = (&world.app, &world.owner);
    let first = say(&world, "/help").await;
    let id = first.thread_id.clone();
    say_in(&world, Some(&id), "/tool health slack").await;
    let said = chat::messages(app, owner, &id, &PageRequest::default())
        .await
        .unwrap();
    let roles: Vec<Role> = said.items.iter().map(|message| message.role).collect();
    assert_eq!(
        roles,
        [Role::Avops, Role::Person, Role::Avops, Role::Person]
    );
    assert_eq!(said.items[0].seq, 4);

    let named = ThreadChange {
        title: Some("Slack".to_owned()),
        archived: None,
    };
    chat::change_thread(app, owner, &id, named).await.unwrap();
    let find = |q: &str, archived: bool| ThreadQuery {
        q: Some(q.to_owned()),
        archived: Some(archived),
        ..ThreadQuery::default()
    };
    assert_eq!(
        chat::threads(app, owner, &find("HEALTH sl", false))
            .await
            .unwrap()
            .items[0]
            .title,
        "Slack"
    );
    assert!(
        chat::threads(app, owner, &find("100%", false))
            .await
            .unwrap()
            .items
            .is_empty()
    );
    let away = ThreadChange {
        title: None,
        archived: Some(true),
    };
    chat::change_thread(app, owner, &id, away).await.unwrap();
    assert!(
        chat::threads(app, owner, &find("", false))
            .await
            .unwrap()
            .items
            .is_empty()
    );
    assert_eq!(
        chat::threads(app, owner, &find("", true))
            .await
            .unwrap()
            .items
            .len(),
        1
    );

    let other = Actor::owner("somebody");
    assert!(!chat::thread(app, &other, &id).await.unwrap().own);
    let said = SayText {
        thread_id: Some(id.clone()),
        text: "/help".to_owned(),
        json_mode: false,
    };
    assert!(matches!(
        chat::say(app, &other, said).await,
        Err(Error::Conflict { .. })
    ));
    assert!(matches!(
        chat::delete_thread(app, &other, &id).await,
        Err(Error::Conflict { .. })
    ));
    chat::delete_thread(app, owner, &id).await.unwrap();
    assert!(matches!(
        chat::thread(app, owner, &id).await,
        Err(Error::NotFound { .. })
    ));
}

#[tokio::test]
async fn an_empty_or_huge_message_is_refused() {
    let world = World::new().await;
    for text in [" \n".to_owned(), "x".repeat(80_000)] {
        let said = SayText {
            text,
            ..SayText::default()
        };
        assert!(matches!(
            chat::say(&world.app, &world.owner, said).await,
            Err(Error::BadInput { .. })
        ));
    }
}
