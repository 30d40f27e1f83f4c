//! Agents, recipes, connectors, settings, tokens, sessions, answers, the audit trail.

use avops_store::{
    AgentRow, AuditLine, Begun, NewRecipe, NewSession, NewSignIn, NewToken, RecipeStage,
    RecipeVersion, Store, StoreError, StoredAnswer, TokenRow,
};
use serde_json::{Map, json};
use sqlx::{ConnectOptions, Executor};

use crate::sample::{at, store};

fn agent(id: &str, name: &str, recipes: &[&str]) -> AgentRow {
    AgentRow {
        id: id.to_owned(),
        name: name.to_owned(),
        domain: "support".to_owned(),
        description: String::new(),
        tools: vec!["zoom".to_owned(), "slack.post_message".to_owned()],
        recipes: recipes.iter().map(|&recipe| recipe.to_owned()).collect(),
        defaults: Map::from_iter([("room".to_owned(), json!("204"))]),
        model: None,
        guardrails: json!({ "timeout_minutes": 5 }),
        created_at: at(0),
        updated_at: at(0),
    }
}

fn version(version: u32, yaml: &str) -> RecipeVersion {
    RecipeVersion {
        version,
        yaml: yaml.to_owned(),
        changelog: Some(format!("change {version}")),
        author: "ann".to_owned(),
        at: at(version.into()),
    }
}

fn recipe(id: &str, name: &str, slug: &str) -> NewRecipe {
    NewRecipe {
        id: id.to_owned(),
        name: name.to_owned(),
        slug: slug.to_owned(),
        stage: "draft".to_owned(),
        first: version(1, &format!("name: {name}\n")),
    }
}

#[tokio::test]
async fn an_agents_name_is_unique_without_case() {
    let (_folder, store) = store().await;
    store
        .create_agent(&agent("a", "Bühne Süd", &[]))
        .await
        .unwrap();
    let refused = store
        .create_agent(&agent("b", " BÜHNE süd", &[]))
        .await
        .unwrap_err();
    assert!(matches!(refused, StoreError::Taken { .. }), "{refused}");
    store
        .create_agent(&agent("b", "Events", &[]))
        .await
        .unwrap();
    let refused = store
        .update_agent(&agent("b", "bühne süd", &[]))
        .await
        .unwrap_err();
    assert!(matches!(refused, StoreError::Taken { .. }), "{refused}");
    assert_eq!(store.agent("bühne SÜD").await.unwrap().unwrap().id, "a");
    assert_eq!(store.agent("b").await.unwrap().unwrap().name, "Events");
    assert_eq!(store.agent("c").await.unwrap(), None);
}

#[tokio::test]
async fn an_agent_has_recipes_in_its_own_order() {
    let (_folder, store) = store().await;
    for (id, name) in [("r1", "One"), ("r2", "Two"), ("r3", "Three")] {
        store.create_recipe(&recipe(id, name, id)).await.unwrap();
    }
    store
        .create_agent(&agent("a", "Support", &["r2", "r1"]))
        .await
        .unwrap();
    assert!(store.attach_recipe("a", "r3").await.unwrap());
    assert!(!store.attach_recipe("a", "r3").await.unwrap());
    assert_eq!(
        store.agent("a").await.unwrap().unwrap(),
        agent("a", "Support", &["r2", "r1", "r3"])
    );
    assert_eq!(
        store.agents().await.unwrap(),
        [agent("a", "Support", &["r2", "r1", "r3"])]
    );

    store
        .update_agent(&agent("a", "Support", &["r3"]))
        .await
        .unwrap();
    assert_eq!(store.agent("a").await.unwrap().unwrap().recipes, ["r3"]);
    let refused = store
        .update_agent(&agent("a", "Support", &["r9"]))
        .await
        .unwrap_err();
    assert!(
        matches!(refused, StoreError::NotFound { what: "recipe", .. }),
        "{refused}"
    );
    assert_eq!(store.agent("a").await.unwrap().unwrap().recipes, ["r3"]);

    assert!(store.delete_recipe("r3").await.unwrap());
    assert!(store.agent("a").await.unwrap().unwrap().recipes.is_empty());
    assert!(store.delete_agent("a").await.unwrap());
    assert!(!store.delete_agent("a").await.unwrap());
}

#[tokio::test]
async fn a_recipe_is_found_by_id_name_and_slug() {
    let (_folder, store) = store().await;
    store
        .create_recipe(&recipe("r1", "Projector Reset", "projector-reset"))
        .await
        .unwrap();
    store
        .create_recipe(&recipe("r2", "projector-reset", "projector-reset-2"))
        .await
        .unwrap();
    for (asked, id) in [
        ("r1", "r1"),
        ("PROJECTOR reset", "r1"),
        ("projector-reset-2", "r2"),
        ("projector-reset", "r2"),
    ] {
        assert_eq!(
            store.recipe(asked).await.unwrap().unwrap().id,
            id,
            "{asked}"
        );
    }
    let refused = store
        .create_recipe(&recipe("r3", "PROJECTOR RESET", "x"))
        .await
        .unwrap_err();
    assert!(matches!(refused, StoreError::Taken { .. }), "{refused}");
}

#[tokio::test]
async fn versions_stay_and_a_save_over_a_colleagues_is_refused() {
    let (_folder, store) = store().await;
    store
        .create_recipe(&recipe("r1", "Check", "check"))
        .await
        .unwrap();
    store
        .save_recipe("r1", 1, "Room Check", &version(2, "name: Room Check\n"))
        .await
        .unwrap();
    let refused = store
        .save_recipe("r1", 1, "Check", &version(2, "other"))
        .await
        .unwrap_err();
    let outdated = matches!(
        refused,
        StoreError::Outdated {
            found: 2,
            expected: 1,
            ..
        }
    );
    assert!(outdated, "{refused}");

    let row = store.recipe("room check").await.unwrap().unwrap();
    assert_eq!(
        (row.version, row.created_at, row.updated_at),
        (2, at(1), at(2))
    );
    let versions = store.recipe_versions("r1").await.unwrap();
    let numbers: Vec<_> = versions
        .iter()
        .map(|v| (v.version, v.yaml.as_str()))
        .collect();
    assert_eq!(numbers, [(2, "name: Room Check\n"), (1, "name: Check\n")]);
    assert_eq!(versions[0].hash, row.hash);
    assert_eq!(
        store.recipe_version("r1", 1).await.unwrap().as_ref(),
        versions.last()
    );
    assert_eq!(store.recipe_version("r1", 3).await.unwrap(), None);

    // Runs that were pinned to a version find its text after the recipe is gone.
    assert!(store.delete_recipe("r1").await.unwrap());
    assert_eq!(
        store.recipe_text(&row.hash).await.unwrap().as_deref(),
        Some("name: Room Check\n")
    );
    let promoted = RecipeStage {
        name: "promoted".to_owned(),
        version: Some(2),
        record: serde_json::Value::Null,
    };
    store.set_recipe_stage("r1", &promoted).await.unwrap_err();
}

#[tokio::test]
async fn a_text_is_kept_under_its_hash() {
    let (_folder, store) = store().await;
    let hash = store.keep_recipe_text("name: A\n").await.unwrap();
    assert_eq!(store.keep_recipe_text("name: A\n").await.unwrap(), hash);
    assert_eq!(hash.len(), 64);
    assert_eq!(
        store.recipe_text(&hash).await.unwrap().as_deref(),
        Some("name: A\n")
    );
    assert_eq!(store.recipe_text("nothing").await.unwrap(), None);
}

#[tokio::test]
async fn connectors_and_settings_are_written_over() {
    let (_folder, store) = store().await;
    store
        .put_connector("printer", "http", &json!({ "v": 1 }), at(0))
        .await
        .unwrap();
    store
        .put_connector("printer", "http", &json!({ "v": 2 }), at(1))
        .await
        .unwrap();
    let rows = store.connectors().await.unwrap();
    assert_eq!(
        (rows.len(), &rows[0].config, rows[0].updated_at),
        (1, &json!({ "v": 2 }), at(1))
    );
    assert!(store.remove_connector("printer").await.unwrap());
    assert!(!store.remove_connector("printer").await.unwrap());

    assert_eq!(store.setting("mock").await.unwrap(), None);
    store
        .set_setting("mock", &json!(true), "ann", at(0))
        .await
        .unwrap();
    store
        .set_setting("mock", &json!(false), "bob", at(1))
        .await
        .unwrap();
    let setting = store.setting("mock").await.unwrap().unwrap();
    assert_eq!(
        (
            setting.value,
            setting.updated_by.as_str(),
            setting.updated_at
        ),
        (json!(false), "bob", at(1))
    );
    assert_eq!(store.settings().await.unwrap().len(), 1);
}

fn token(id: &str, role: &str) -> NewToken {
    NewToken {
        token: TokenRow {
            id: id.to_owned(),
            name: "ci".to_owned(),
            role: role.to_owned(),
            may_approve: true,
            prefix: "avops_ab".to_owned(),
            created_at: at(0),
            expires_at: Some(at(100)),
            last_used_at: None,
        },
        hash: format!("hash-{id}"),
    }
}

#[tokio::test]
async fn tokens_are_found_by_hash_and_end_at_once() {
    let (_folder, store) = store().await;
    store.create_token(&token("t1", "operator")).await.unwrap();
    assert!(!store.has_token_of("owner").await.unwrap());
    assert!(
        store
            .create_first_token(&token("t2", "owner"))
            .await
            .unwrap()
    );
    assert!(
        !store
            .create_first_token(&token("t3", "owner"))
            .await
            .unwrap()
    );
    assert!(store.has_token_of("owner").await.unwrap());

    store.note_token_use("t1", at(5)).await.unwrap();
    let found = store.token_by_hash("hash-t1").await.unwrap().unwrap();
    let expected = TokenRow {
        last_used_at: Some(at(5)),
        ..token("t1", "operator").token
    };
    assert_eq!(found, expected);
    assert_eq!(store.tokens().await.unwrap().len(), 2);
    assert!(store.delete_token("t1").await.unwrap());
    assert_eq!(store.token_by_hash("hash-t1").await.unwrap(), None);
}

fn sign_in(hash: &str) -> NewSignIn {
    NewSignIn {
        hash: hash.to_owned(),
        actor_id: "user:ann".to_owned(),
        name: "ann".to_owned(),
        role: "owner".to_owned(),
        may_approve: true,
        expires_at: at(60),
    }
}

fn session(n: i64, second: i64) -> NewSession {
    NewSession {
        id: format!("s{n}"),
        hash: format!("hash-{n}"),
        created_at: at(second),
        expires_at: at(second + 1_000),
    }
}

async fn opened(store: &Store, code: &str, session: NewSession) -> bool {
    store.claim_sign_in(code, &session).await.unwrap().is_some()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_code_opens_one_session() {
    let (_folder, store) = store().await;
    store.create_sign_in(&sign_in("code"), at(0)).await.unwrap();
    let tasks: Vec<_> = (1..=16)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move { opened(&store, "code", session(n, 1)).await })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        won += u32::from(task.await.unwrap());
    }
    assert_eq!(won, 1);
    let sessions = store.sessions().await.unwrap();
    assert_eq!(sessions.len(), 1);
    assert_eq!(
        (sessions[0].actor_id.as_str(), sessions[0].role.as_str()),
        ("user:ann", "owner")
    );
}

#[tokio::test]
async fn codes_and_sessions_end() {
    let (_folder, store) = store().await;
    store.create_sign_in(&sign_in("late"), at(0)).await.unwrap();
    assert!(!opened(&store, "late", session(1, 60)).await, "expired");
    assert!(!opened(&store, "unknown", session(1, 1)).await);
    assert!(opened(&store, "late", session(1, 59)).await);

    store.note_session_use("s1", at(70)).await.unwrap();
    let found = store.session_by_hash("hash-1").await.unwrap().unwrap();
    assert_eq!((found.last_seen_at, found.expires_at), (at(70), at(1_059)));
    assert!(store.delete_session_by_hash("hash-1").await.unwrap());
    assert!(!store.delete_session("s1").await.unwrap());
    assert_eq!(store.session_by_hash("hash-1").await.unwrap(), None);
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer() {
    let (_folder, store) = store().await;
    let begin = async |principal, content| store.begin_answer(principal, "k", content, at(0)).await;
    let made = StoredAnswer {
        status: 201,
        fields: [("etag".to_owned(), "\"ab\"".to_owned())].into(),
        body: "{\"id\":1}".to_owned(),
    };
    assert_eq!(begin("ann", "c").await.unwrap(), Begun::First);
    assert_eq!(begin("ann", "c").await.unwrap(), Begun::Unanswered);
    store.forget_begun("ann", "k").await.unwrap();
    assert_eq!(begin("ann", "c").await.unwrap(), Begun::First);
    store.keep_answer("ann", "k", &made).await.unwrap();
    let other = StoredAnswer {
        status: 409,
        ..made.clone()
    };
    store.keep_answer("ann", "k", &other).await.unwrap();
    store.forget_begun("ann", "k").await.unwrap();
    assert_eq!(begin("ann", "c").await.unwrap(), Begun::Answered(made));
    let refused = begin("ann", "another").await.unwrap_err();
    assert!(matches!(refused, StoreError::KeyReused), "{refused}");
    assert_eq!(begin("bob", "c").await.unwrap(), Begun::First);
}

fn line(object: &str) -> AuditLine {
    AuditLine {
        at: at(0),
        actor_id: "user:ann".to_owned(),
        who: "ann".to_owned(),
        what: "recipe.save".to_owned(),
        object: object.to_owned(),
        before: None,
        after: Some("ab".to_owned()),
        reason: Some("because".to_owned()),
    }
}

#[tokio::test]
async fn the_audit_trail_can_only_grow() {
    let (folder, store) = store().await;
    for object in ["a", "b", "c"] {
        store.append_audit(&line(object)).await.unwrap();
    }
    let page = store.audit(2, None).await.unwrap();
    let rest = store.audit(2, page.next.as_deref()).await.unwrap();
    let lines: Vec<_> = page
        .items
        .iter()
        .chain(&rest.items)
        .map(|row| row.line.clone())
        .collect();
    assert_eq!(lines, [line("c"), line("b"), line("a")]);
    assert_eq!(rest.next, None);

    let mut connection = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(folder.path().join("avops.db"))
        .connect()
        .await
        .unwrap();
    for sql in ["UPDATE audit SET who = 'eve'", "DELETE FROM audit"] {
        let refused = connection.execute(sql).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
}
