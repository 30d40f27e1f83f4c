//! `avops test`, `export` and `import` from outside.

use serde_json::Value;

use crate::stage::{avops, file};

const RUNBOOK: &str = include_str!("../../recipes/runbook_scaffold.yaml");

fn said(output: &std::process::Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!(
        "{}{}",
        String::from_utf8_lossy(out),
        String::from_utf8_lossy(err)
    )
}

#[tokio::test]
async fn every_recipe_that_ships_has_tests_that_pass_one_of_a_run_that_fails_as_it_should() {
    let folder = tempfile::tempdir().unwrap();
    let tests = concat!(env!("CARGO_MANIFEST_DIR"), "/../recipes/tests");
    let output = avops(folder.path(), &["test", tests, "--json"]).await;
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let of_each = report["reports"].as_array().unwrap();
    assert_eq!(of_each.len(), 10, "one file for each recipe");
    for one in of_each {
        let ended: Vec<&str> = one["tests"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|test| test["status"].as_str())
            .collect();
        for wanted in ["success", "failed"] {
            assert!(ended.contains(&wanted), "{}: {ended:?}", one["recipe"]);
        }
    }
    assert!(
        !folder.path().join("avops.db").exists(),
        "no database is made"
    );
}

#[tokio::test]
async fn a_test_that_fails_shows_expected_and_actual_and_ends_with_one() {
    let folder = tempfile::tempdir().unwrap();
    file(folder.path(), "policy.yaml", RUNBOOK);
    let wrong = "recipe: Zoom Room Admin Policy Check\ntests:\n  - name: it is well\n    inputs: { room: Huddle 101 }\n    expect: { status: success }\n";
    file(folder.path(), "policy.test.yaml", wrong);
    let output = avops(folder.path(), &["test", "policy.test.yaml"]).await;
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for word in [
        "FAILED",
        "expected  success",
        "actual    failed",
        "verify.1",
        "0 passed, 1 failed",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[tokio::test]
async fn what_is_exported_here_is_imported_there() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    avops(from.path(), &["setup"]).await;
    let exported = avops(from.path(), &["export", "all.zip"]).await;
    assert_eq!(exported.status.code(), Some(0), "{}", said(&exported));
    let zip = from.path().join("all.zip").display().to_string();
    let dry = avops(to.path(), &["import", &zip, "--dry-run", "--json"]).await;
    let would: Value = serde_json::from_slice(&dry.stdout).unwrap();
    let done = avops(to.path(), &["import", &zip, "--json"]).await;
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    let done: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(would["counts"], done["counts"]);
    assert!(done["counts"]["created"].as_u64().unwrap() > 10, "{done}");
    let again = avops(from.path(), &["export", "all.zip"]).await;
    assert_eq!(again.status.code(), Some(2), "{}", said(&again));
}
