//! The command line as a shell sees it, as far as it needs no server.

use std::path::Path;

use assert_cmd::Command;

const SCAFFOLD: &str = include_str!("../../../../spec/recipes/runbook_scaffold.yaml");

pub(crate) fn avops(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("avops").unwrap();
    command
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AVOPS_")) {
        command.env_remove(name);
    }
    command
}

/// Exit code, stdout and stderr together: what a script and a person get.
fn said(mut command: Command) -> String {
    let output = command.output().unwrap();
    format!(
        "exit {}\n--- stdout\n{}--- stderr\n{}",
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn a_good_recipe_is_no_news() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("policy.yaml"), SCAFFOLD).unwrap();
    insta::assert_snapshot!(said(avops(folder.path(), &["validate", "policy.yaml"])), @r"
    exit 0
    --- stdout
    policy.yaml: no problem found
    --- stderr
    ");
    assert!(
        !folder.path().join("avops.db").exists(),
        "validation makes no database"
    );
}

#[test]
fn a_misspelt_section_is_shown_with_its_place_and_the_right_word() {
    let folder = tempfile::tempdir().unwrap();
    let text = SCAFFOLD.replace("guardrails", "gaurdrails");
    std::fs::write(folder.path().join("typo.yaml"), text).unwrap();
    insta::assert_snapshot!(said(avops(folder.path(), &["validate", "typo.yaml"])));
}

#[test]
fn json_goes_to_stdout_and_can_be_read_whatever_the_verdict() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.yaml"), SCAFFOLD).unwrap();
    std::fs::write(folder.path().join("b.yaml"), "name: [").unwrap();
    let output = avops(folder.path(), &["validate", "a.yaml", "b.yaml", "--json"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["valid"], false);
    assert_eq!(answer["files"][0]["valid"], true);
    assert_eq!(answer["files"][1]["diagnostics"][0]["code"], "R001");
}

#[test]
fn the_standard_input_is_a_file_too() {
    let folder = tempfile::tempdir().unwrap();
    avops(folder.path(), &["validate", "-"])
        .write_stdin(SCAFFOLD)
        .assert()
        .code(0);
}

#[test]
fn a_wrong_call_ends_with_two_and_says_how_to_go_on() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["validate", "nowhere.yaml"][..],
        &["explain", "R999"],
        &["serve", "--listen", "0.0.0.0:8420"],
        &["serve", "--listen", "here"],
        &["serve", "--database", "postgres://db/avops"],
        &["serve", "--public-url", "avops.example.edu"],
        &["runs", "list", "--limit", "0"],
        &["no-such-command"],
        &["--log", "=,=", "schema"],
    ] {
        let output = avops(folder.path(), arguments).output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {err}");
        assert!(!err.trim().is_empty(), "{arguments:?} says nothing");
    }
    assert!(
        !folder.path().join("avops.db").exists(),
        "a refused call leaves nothing behind"
    );
}

#[test]
fn a_key_that_the_configuration_does_not_have_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("avops.toml"),
        "lisen = \"127.0.0.1:1\"\n",
    )
    .unwrap();
    insta::assert_snapshot!(said(avops(folder.path(), &["schema"])), @r"
    exit 2
    --- stdout
    --- stderr
    error: avops.toml: unknown key `lisen`
     hint: did you mean `listen`?
    ");
}

#[test]
fn a_server_that_is_not_there_ends_with_three() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = avops(
        folder.path(),
        &["runs", "list", "--url", "http://127.0.0.1:9"],
    );
    command.env("AVOPS_TOKEN", "a-token").assert().code(3);
}

#[test]
fn output_that_nobody_reads_to_the_end_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let program = assert_cmd::cargo::cargo_bin("avops");
    let line = format!(
        "'{}' schema | head -1; exit ${{PIPESTATUS[0]}}",
        program.display()
    );
    let output = std::process::Command::new("bash")
        .args(["-c", &line])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn every_code_has_a_page_and_the_schema_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let listed = avops(folder.path(), &["explain", "--json"])
        .output()
        .unwrap();
    let codes: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    let codes = codes.as_array().unwrap();
    assert!(codes.len() > 30);
    for code in codes {
        avops(folder.path(), &["explain", code["code"].as_str().unwrap()])
            .assert()
            .code(0);
    }
    let schema = avops(folder.path(), &["schema"]).output().unwrap();
    let schema: serde_json::Value = serde_json::from_slice(&schema.stdout).unwrap();
    assert_eq!(schema["type"], "object");
}

#[test]
fn completions_know_the_commands() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let output = avops(folder.path(), &["completions", shell])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert!(
            String::from_utf8_lossy(&output.stdout).contains("validate"),
            "{shell}"
        );
    }
}
