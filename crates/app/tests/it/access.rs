//! The role table holds for the operations, not only for itself.

use avops_app::access::{Allowed, TABLE};
use avops_app::agents::{self, NewAgent};
use avops_app::connectors;
use avops_app::recipes::{self, SaveRecipe};
use avops_app::runs::{self, Rerun, RunFilter, StartRun, StartText};
use avops_app::settings::{self, SettingsChange};
use avops_app::setup::{self, Seed};
use avops_app::{Actor, Error, PageRequest, Permission, Role, audit, dashboard, inbox, tokens};
use avops_engine::Signal;
use serde_json::json;

use crate::world::{World, by_hand, mapping};

/// States whether an operation refused because of the role, and for no other reason.
fn refused<T>(result: &Result<T, Error>) -> bool {
    matches!(result, Err(Error::NotAllowed { .. }))
}

/// Tries one operation for each permission and says whether the role was in its way.
async fn tries(world: &World, by: &Actor) -> Vec<(Permission, bool)> {
    let app = &world.app;
    let page = PageRequest::default();
    let see = [
        refused(&runs::list(app, by, &RunFilter::default(), &page).await),
        refused(&recipes::list(app, by).await),
        refused(&agents::list(app, by).await),
        refused(&connectors::list(app, by).await),
        refused(&inbox::list(app, by, &page).await),
        refused(&dashboard::get(app, by, dashboard::Window::Day, None).await),
        refused(&setup::status(app, by).await),
        refused(&settings::get(app, by).await),
    ];
    assert!(see.iter().all(|no| *no == see[0]), "{by:?}: {see:?}");
    let request = StartRun {
        agent: "Nobody".to_owned(),
        recipe: "Nothing".to_owned(),
        ..StartRun::default()
    };
    let simulate = refused(&runs::start(app, by, request, by_hand()).await);
    let author = [
        refused(&recipes::create(app, by, SaveRecipe::default()).await),
        refused(&recipes::validate(app, by, "name: A", None).await),
        refused(&recipes::delete(app, by, "Nothing", false).await),
        refused(&agents::create(app, by, NewAgent::default()).await),
        refused(&agents::delete(app, by, "Nobody").await),
    ];
    assert!(
        author.iter().all(|no| *no == author[0]),
        "{by:?}: {author:?}"
    );
    let tools = refused(&connectors::remove(app, by, "nothing").await);
    let workspace = [
        refused(&settings::change(app, by, SettingsChange::default()).await),
        refused(&setup::initialize(app, by, NO_SEED).await),
    ];
    assert!(workspace.iter().all(|no| *no == workspace[0]), "{by:?}");
    let access = [
        refused(&tokens::list(app, by).await),
        refused(&tokens::revoke(app, by, "nothing").await),
        refused(&audit::list(app, by, &page).await),
    ];
    assert!(access.iter().all(|no| *no == access[0]), "{by:?}");
    vec![
        (Permission::See, !see[0]),
        (Permission::Simulate, !simulate),
        (Permission::Author, !author[0]),
        (Permission::ManageTools, !tools),
        (Permission::ManageWorkspace, !workspace[0]),
        (Permission::ManageAccess, !access[0]),
    ]
}

const NO_SEED: Seed = Seed {
    agents: false,
    recipes: false,
    tools: false,
    workflows: false,
};

#[tokio::test(flavor = "multi_thread")]
async fn every_role_may_do_what_the_table_says_and_nothing_else() {
    let world = World::new().await;
    for role in Role::ALL {
        let by = World::actor(role, false);
        for (permission, done) in tries(&world, &by).await {
            let allowed = permission.for_role(role) == Allowed::Yes;
            assert_eq!(done, allowed, "{role:?} {permission:?}");
        }
    }
}

#[test]
fn the_table_names_every_permission_once() {
    for (at, (permission, text, _)) in TABLE.iter().enumerate() {
        assert!(!text.is_empty());
        assert!(TABLE[..at].iter().all(|(other, _, _)| other != permission));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_author_runs_in_the_simulated_campus_but_not_on_real_systems() {
    let world = World::seeded().await;
    let author = World::actor(Role::Author, false);
    let request = || StartRun {
        agent: "Admin".to_owned(),
        recipe: "Zoom Room Admin Policy Check".to_owned(),
        inputs: mapping(json!({ "room": "Boardroom 1" })),
        ..StartRun::default()
    };
    runs::start(&world.app, &author, request(), by_hand())
        .await
        .unwrap();
    let off = SettingsChange {
        mock: Some(false),
        ..SettingsChange::default()
    };
    settings::change(&world.app, &world.owner, off)
        .await
        .unwrap();
    let live = runs::start(&world.app, &author, request(), by_hand()).await;
    assert!(refused(&live), "{live:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_brings_no_text_of_their_own_to_real_systems() {
    let world = World::seeded().await;
    let operator = World::actor(Role::Operator, true);
    let request = || StartText {
        source: "mine.yaml".to_owned(),
        text: avops_app::seed::RECIPES[0].yaml.to_owned(),
        inputs: mapping(json!({ "room": "Boardroom 1" })),
        ..StartText::default()
    };
    let tried = runs::start_text(&world.app, &operator, request(), by_hand())
        .await
        .unwrap();
    let off = SettingsChange {
        mock: Some(false),
        ..SettingsChange::default()
    };
    settings::change(&world.app, &world.owner, off)
        .await
        .unwrap();
    let live = runs::start_text(&world.app, &operator, request(), by_hand()).await;
    assert!(refused(&live), "{live:?}");
    let again = runs::rerun(&world.app, &operator, tried.id, Rerun::default(), by_hand()).await;
    assert!(refused(&again), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_answers_nothing() {
    let world = World::seeded().await;
    let run = world
        .run(
            "Support",
            "Zoom Room HDMI black",
            json!({ "room": "Huddle 204" }),
        )
        .await;
    let viewer = World::actor(Role::Viewer, true);
    let yes = Signal::Approve {
        step: None,
        note: None,
    };
    let answer = runs::signal(&world.app, &viewer, run.summary.id, yes).await;
    assert!(refused(&answer), "{answer:?}");
    let seen = inbox::list(&world.app, &viewer, &PageRequest::default())
        .await
        .unwrap();
    assert_eq!(seen.items.len(), 1);
    assert!(!seen.items[0].may_answer);
}

#[test]
fn the_manual_shows_the_table_as_it_is() {
    let manual = include_str!("../../../../docs/guide/operations.md");
    for (_, text, row) in TABLE {
        let cells: Vec<&str> = row
            .iter()
            .map(|allowed| match allowed {
                Allowed::Yes => "yes",
                Allowed::No => "–",
                Allowed::Granted => "granted",
            })
            .collect();
        let line = format!("| {text} | {} |", cells.join(" | "));
        assert!(manual.contains(&line), "the manual lacks: {line}");
    }
}
