//! What a run does in the world, seen from the world.

use avops_spec::{Effect, Program};
use serde_json::{Value, json};

use crate::stage::{Stage, steps};

const RUNBOOK: &str = include_str!("../../recipes/runbook_scaffold.yaml");

fn recipe(name: &str, act: &str, verify: &str, guardrails: &str) -> String {
    format!(
        "name: {name}\nversion: 1\nintake:\n  - gather: n\n    type: integer\n    default: 7\nplan:\n  - action: ledger.look\n    with: {{ n: \"{{{{ intake.n }}}}\" }}\n\
         act:\n{act}\nverify:\n{verify}\nguardrails:\n  timeout_minutes: 5\n{guardrails}\n"
    )
}

fn puts(effects: &[Effect]) -> Vec<&Value> {
    effects
        .iter()
        .filter(|effect| effect.action == "put")
        .map(|effect| &effect.args)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_runbook_scaffold_runs_word_for_word_and_leaves_its_message() {
    let stage = Stage::set().await;
    let run = stage.run(RUNBOOK, json!({ "room": "Boardroom 4" })).await;
    assert_eq!(run["status"], "success", "{run}");
    for phase in ["intake", "plan", "act", "verify"] {
        assert!(!steps(&run, phase).is_empty(), "{phase} has steps: {run}");
    }
    let artifacts = run["artifacts"].as_array().unwrap();
    let message = artifacts
        .iter()
        .find(|artifact| artifact["kind"] == "message")
        .unwrap_or_else(|| panic!("{run}"));
    assert!(
        message["url"]
            .as_str()
            .is_some_and(|url| url.starts_with("http")),
        "{message}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_runbook_scaffold_asks_for_the_room_when_none_is_given() {
    let stage = Stage::set().await;
    let run = stage.run(RUNBOOK, json!({})).await;
    assert_eq!(
        (&run["status"], &run["waiting_for"]),
        (&json!("waiting"), &json!("input")),
        "{run}"
    );
    let inbox = stage.client().get("/api/v1/inbox").await.unwrap();
    assert!(
        inbox
            .body
            .to_string()
            .contains("Room email or display name?"),
        "{}",
        inbox.body
    );
    let id = run["id"].as_str().unwrap();
    stage
        .signal(
            id,
            &json!({ "kind": "answer", "inputs": { "room": "Boardroom 4" } }),
        )
        .await;
    assert_eq!(stage.ended(id).await["status"], "success");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_an_argument_changes_what_the_tool_receives() {
    let stage = Stage::set().await;
    let first = recipe(
        "Edited",
        "  - action: ledger.put\n    with: { n: 1, place: lobby }",
        "  - check: \"put.n == 1\"",
        "",
    );
    assert_eq!(stage.run(&first, json!({})).await["status"], "success");
    let second = first
        .replace("n: 1, place: lobby", "n: 1, place: boardroom")
        .replace("version: 1", "version: 2");
    let body = json!({ "yaml": second, "changelog": "boardroom instead of lobby" });
    let saved = stage
        .client()
        .put("/api/v1/recipes/Edited", &body)
        .await
        .unwrap();
    assert_eq!(saved.status, 200, "{}", saved.body);
    let run = stage.run_saved("edited", json!({})).await;
    assert_eq!(
        (&run["status"], &run["recipe_version"]),
        (&json!("success"), &json!(2)),
        "{run}"
    );
    let effects = stage.ledger.effects();
    let places: Vec<_> = puts(&effects)
        .into_iter()
        .map(|args| args["place"].clone())
        .collect();
    assert_eq!(places, ["lobby", "boardroom"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_false_check_fails_the_run_rolls_back_last_first_and_shows_both_sides() {
    let stage = Stage::set().await;
    let act = "  - action: ledger.put\n    with: { n: 1 }\n    as: one\n    undo: { action: ledger.put, with: { n: -1 } }\n  \
               - action: ledger.put\n    with: { n: 2 }\n    as: two\n    undo: { action: ledger.put, with: { n: -2 } }";
    let yaml = recipe(
        "Fails",
        act,
        "  - check: \"two.n == 3\"\n  - notify: \"slack:#avops never sent\"",
        "",
    );
    let run = stage.run(&yaml, json!({})).await;
    assert_eq!(
        (&run["status"], &run["rollback"]),
        (&json!("failed"), &json!("rolled_back")),
        "{run}"
    );
    assert_eq!(run["error"]["phase"], "verify", "{run}");
    let effects = stage.ledger.effects();
    let numbers: Vec<_> = puts(&effects)
        .into_iter()
        .map(|args| args["n"].as_i64().unwrap())
        .collect();
    assert_eq!(numbers, [1, 2, -2, -1]);
    assert_eq!(steps(&run, "rollback").len(), 2, "{run}");
    let verify = steps(&run, "verify");
    let check = verify.iter().find(|step| step["verb"] == "check").unwrap();
    let shown = check.to_string();
    assert!(
        shown.contains("two.n == 3") && shown.contains("two.n"),
        "{shown}"
    );
    assert!(
        !run["artifacts"].to_string().contains("never sent"),
        "{run}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_plan_leaves_no_act_step_and_no_effect() {
    let stage = Stage::set().await;
    let yaml = recipe(
        "Refused",
        "  - action: ledger.ring\n    with: { n: 1 }",
        "  - check: \"true\"",
        "",
    )
    .replace(
        "act:\n",
        "  - check: \"look.status == 'offline'\"\n    message: \"it is {{ look.status }}\"\nact:\n",
    );
    let run = stage.run(&yaml, json!({})).await;
    assert_eq!(
        (&run["status"], &run["rollback"]),
        (&json!("failed"), &json!("not_needed")),
        "{run}"
    );
    assert!(
        run["error"]["message"]
            .as_str()
            .unwrap()
            .contains("it is online"),
        "{run}"
    );
    assert!(steps(&run, "act").is_empty(), "{run}");
    assert!(stage.ledger.effects().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_waits_across_a_restart_and_is_answered_once() {
    let mut stage = Stage::set().await;
    let act = "  - approve: \"Ring for {{ intake.n }}?\"\n    id: ask\n  - action: ledger.ring\n    with: { n: \"{{ intake.n }}\" }";
    let run = stage
        .run(
            &recipe("Asks", act, "  - check: \"ring.n == intake.n\"", ""),
            json!({ "n": 5 }),
        )
        .await;
    assert_eq!(
        (&run["status"], &run["waiting_for"]),
        (&json!("waiting"), &json!("approval")),
        "{run}"
    );
    let id = run["id"].as_str().unwrap().to_owned();
    stage.program.kill().await.unwrap();
    stage.port = avops_spec::program::free_port().unwrap();
    stage.program = Program::start(stage.folder.path(), stage.port)
        .await
        .unwrap();
    assert!(stage.ledger.effects().is_empty(), "nothing rings unasked");
    let yes = json!({ "kind": "approve", "step": "ask", "note": "go on" });
    stage.signal(&id, &yes).await;
    let second = stage
        .client()
        .post(&format!("/api/v1/runs/{id}/signals"), &yes)
        .await
        .unwrap();
    assert_eq!(second.status, 409, "{}", second.body);
    let run = stage.ended(&id).await;
    assert_eq!(run["status"], "success", "{run}");
    assert_eq!(stage.ledger.effects().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_approval_fails_the_run_and_does_nothing() {
    let stage = Stage::set().await;
    let act = "  - approve: \"Ring?\"\n  - action: ledger.ring\n    with: { n: 1 }";
    let run = stage
        .run(
            &recipe("Rejects", act, "  - check: \"ring.n == 1\"", ""),
            json!({}),
        )
        .await;
    let id = run["id"].as_str().unwrap();
    stage
        .signal(id, &json!({ "kind": "reject", "note": "not now" }))
        .await;
    let run = stage.ended(id).await;
    assert_eq!(run["status"], "failed", "{run}");
    assert!(
        run["error"]["message"]
            .as_str()
            .unwrap()
            .contains("not now"),
        "{run}"
    );
    assert!(stage.ledger.effects().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_gives_the_same_run_and_another_body_is_refused() {
    let stage = Stage::set().await;
    let yaml = recipe(
        "Keyed",
        "  - action: ledger.ring\n    with: { n: \"{{ intake.n }}\" }",
        "  - check: \"ring.n == intake.n\"",
        "",
    );
    stage
        .made("/api/v1/recipes", &json!({ "yaml": yaml }))
        .await;
    let body = json!({ "agent": "Support", "recipe": "Keyed", "inputs": { "n": 1 } });
    let first = stage
        .client()
        .post_once("/api/v1/runs", "key-1", &body)
        .await
        .unwrap();
    let again = stage
        .client()
        .post_once("/api/v1/runs", "key-1", &body)
        .await
        .unwrap();
    assert_eq!(first.text("/id"), again.text("/id"));
    let other = json!({ "agent": "Support", "recipe": "Keyed", "inputs": { "n": 2 } });
    let refused = stage
        .client()
        .post_once("/api/v1/runs", "key-1", &other)
        .await
        .unwrap();
    assert_eq!(refused.status, 409, "{}", refused.body);
    stage.ended(first.text("/id")).await;
    assert_eq!(stage.ledger.effects().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loop_runs_every_item_with_a_key_of_its_own() {
    let stage = Stage::set().await;
    let act = "  - action: ledger.put\n    for_each: \"[1, 2, 3, 4]\"\n    parallel: 2\n    with: { n: \"{{ item }}\", at: \"{{ loop.index }}\" }\n    as: all";
    let run = stage
        .run(
            &recipe("Loops", act, "  - check: \"(all | length) == 4\"", ""),
            json!({}),
        )
        .await;
    assert_eq!(run["status"], "success", "{run}");
    let effects = stage.ledger.effects();
    let mut keys: Vec<_> = effects.iter().map(|effect| effect.key.clone()).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 4, "{effects:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_recipes_are_refused_with_a_place_and_without_effect() {
    let stage = Stage::set().await;
    let deep = format!("name: {}x{}", "[".repeat(5_000), "]".repeat(5_000));
    let signs = recipe(
        "Signs",
        "  []",
        &format!("  - check: \"{}1 == 1\"", "-".repeat(6_000)),
        "",
    );
    let wide = recipe(
        "Wide",
        "  []",
        "  - check: \"('x' * 1000000000) == 'y'\"",
        "",
    );
    let aliases = "a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d]\n";
    let write_in_plan =
        recipe("Plans", "  []", "  - check: \"true\"", "").replace("ledger.look", "ledger.ring");
    let typo =
        recipe("Typo", "  []", "  - check: \"true\"", "").replace("guardrails", "gaurdrails");
    for yaml in [
        deep.as_str(),
        &signs,
        aliases,
        &write_in_plan,
        &typo,
        "name: [",
        "",
        "\u{0}",
    ] {
        let checked = stage
            .client()
            .post("/api/v1/recipes/validate", &json!({ "yaml": yaml }))
            .await
            .unwrap();
        let start: String = yaml.chars().take(80).collect();
        assert_eq!(checked.body["valid"], false, "{start}: {}", checked.body);
        let first = &checked.body["diagnostics"][0];
        assert!(
            first["line"].as_u64().is_some() && first["code"].as_str().is_some(),
            "{start}: {}",
            checked.body
        );
        let saved = stage
            .client()
            .post("/api/v1/recipes", &json!({ "yaml": yaml }))
            .await
            .unwrap();
        assert!(
            (400..500).contains(&saved.status),
            "{start} answered {}",
            saved.status
        );
    }
    // An evaluation that would need too much is stopped at validation or fails its run, and harms nobody else.
    let saved = stage
        .client()
        .post("/api/v1/recipes", &json!({ "yaml": wide }))
        .await
        .unwrap();
    if saved.status < 300 {
        assert_eq!(stage.run_saved("Wide", json!({})).await["status"], "failed");
    }
    assert_eq!(
        stage.client().get("/health/live").await.unwrap().status,
        200
    );
    assert!(stage.ledger.effects().is_empty());
}
