//! The command line, as a shell script sees it.

use serde_json::Value;

use crate::stage::{avops, file};

const RUNBOOK: &str = include_str!("../../recipes/runbook_scaffold.yaml");

#[tokio::test]
async fn a_recipe_file_runs_without_a_server_and_its_run_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    file(folder.path(), "policy.yaml", RUNBOOK);
    let output = avops(
        folder.path(),
        &[
            "run",
            "policy.yaml",
            "--mock",
            "--input",
            "room=Boardroom 4",
        ],
    )
    .await;
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert_eq!(output.status.code(), Some(0), "{out}{err}");
    for word in ["intake", "plan", "act", "verify"] {
        assert!(
            format!("{out}{err}").to_lowercase().contains(word),
            "{word}: {out}{err}"
        );
    }
    assert!(folder.path().join("avops.db").is_file());
    let listed = avops(folder.path(), &["runs", "list", "--json"]).await;
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert!(
        listed.to_string().contains("Zoom Room Admin Policy Check"),
        "{listed}"
    );
}

#[tokio::test]
async fn exit_codes_tell_a_failed_run_from_a_wrong_call() {
    let folder = tempfile::tempdir().unwrap();
    file(
        folder.path(),
        "fails.yaml",
        &RUNBOOK.replace("== 'online'", "== 'on fire'"),
    );
    let failed = avops(
        folder.path(),
        &["run", "fails.yaml", "--mock", "--input", "room=Boardroom 4"],
    )
    .await;
    assert_eq!(
        failed.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&failed.stderr)
    );
    let missing = avops(folder.path(), &["run", "nowhere.yaml", "--mock"]).await;
    assert_eq!(
        missing.status.code(),
        Some(2),
        "{}",
        String::from_utf8_lossy(&missing.stderr)
    );
    file(
        folder.path(),
        "typo.yaml",
        &RUNBOOK.replace("guardrails", "gaurdrails"),
    );
    let refused = avops(folder.path(), &["validate", "typo.yaml"]).await;
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&refused.stdout),
        String::from_utf8_lossy(&refused.stderr)
    );
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(
        said.contains("typo.yaml:15") && said.contains("guardrails"),
        "{said}"
    );
}

#[tokio::test]
async fn validate_is_silent_about_effects_and_explain_tells_the_code() {
    let folder = tempfile::tempdir().unwrap();
    file(folder.path(), "policy.yaml", RUNBOOK);
    let valid = avops(folder.path(), &["validate", "policy.yaml", "--json"]).await;
    assert_eq!(
        valid.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&valid.stderr)
    );
    let answer: Value = serde_json::from_slice(&valid.stdout).unwrap();
    assert!(
        !folder.path().join("avops.db").exists(),
        "validation makes no database"
    );
    assert!(answer.to_string().contains("diagnostics"), "{answer}");
    let explained = avops(folder.path(), &["explain", "R001"]).await;
    assert_eq!(explained.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&explained.stdout).contains("R001"));
}
