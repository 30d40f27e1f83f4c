//! The manual pages tell the truth: the wrong example of each gives its code, the right one does not.

use std::collections::BTreeSet;

use avops_recipe::{codes, explain, scaffold, schema};

use crate::vocabulary::read;

/// A recipe without a warning, section by section; an example replaces the sections that it has.
const BASE: [(&str, &str); 7] = [
    ("name", "name: Example"),
    ("version", "version: 1"),
    ("intake", "intake:\n  - gather: room"),
    ("plan", "plan:\n  - check: \"intake.room != ''\""),
    (
        "act",
        "act:\n  - notify: \"slack:#avops {{ intake.room }}\"",
    ),
    ("verify", "verify:\n  - check: \"intake.room != ''\""),
    ("guardrails", "guardrails: { timeout_minutes: 10 }"),
];

fn whole(example: &str) -> String {
    let has = |key: &str| {
        example
            .lines()
            .any(|line| line.starts_with(&format!("{key}:")))
    };
    let mut text = String::new();
    for (_, section) in BASE.iter().filter(|(key, _)| !has(key)) {
        text.push_str(section);
        text.push('\n');
    }
    text.push_str(example);
    text
}

fn found(example: &str) -> BTreeSet<&'static str> {
    read(&whole(example))
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code.0)
        .collect()
}

#[test]
fn the_examples_of_every_page_show_what_the_page_says() {
    let mut problems = Vec::new();
    for (code, _) in codes() {
        let page = explain(code).unwrap();
        let examples: Vec<_> = page
            .split("```yaml\n")
            .skip(1)
            .filter_map(|rest| rest.split("\n```").next())
            .collect();
        let [wrong, right] = examples.as_slice() else {
            panic!("{code} has {} examples", examples.len())
        };
        if !found(wrong).contains(code) {
            problems.push(format!(
                "{code}: the wrong example gives {:?}",
                found(wrong)
            ));
        }
        if found(right)
            .iter()
            .any(|found| *found == code || found.starts_with('R'))
        {
            problems.push(format!(
                "{code}: the right example gives {:?}",
                found(right)
            ));
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn every_code_in_the_source_has_a_page() {
    let documented: BTreeSet<_> = codes().map(|(code, _)| code.to_owned()).collect();
    let mut used = BTreeSet::new();
    let mut folders = vec![std::path::PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src"
    ))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("manual.rs") && !path.ends_with("report.rs") {
                let text = std::fs::read_to_string(path).unwrap();
                used.extend(
                    text.split('"')
                        .filter(|word| is_code(word))
                        .map(str::to_owned),
                );
            }
        }
    }
    assert_eq!(used, documented);
}

fn is_code(word: &str) -> bool {
    word.len() == 4
        && word.starts_with(['R', 'W'])
        && word.chars().skip(1).all(|c| c.is_ascii_digit())
}

#[test]
fn the_scaffold_is_a_recipe_without_a_problem() {
    let parsed = read(&scaffold("Projector \"reset\": room 204"));
    assert!(
        parsed.is_valid() && parsed.diagnostics.is_empty(),
        "{:#?}",
        parsed.diagnostics
    );
    assert_eq!(parsed.recipe.unwrap().name, "Projector \"reset\": room 204");
}

#[test]
fn the_schema_is_a_schema_that_takes_the_scaffold() {
    let scaffold = read(&scaffold("x")).recipe.unwrap();
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let document = serde_json::json!({ "name": scaffold.name, "intake": [{ "ask": "Which room?", "as": "room" }], "plan": [], "act": [], "verify": [{ "check": "true" }] });
    assert!(validator.is_valid(&document));
    assert!(!validator.is_valid(&serde_json::json!({ "name": "x", "intake": [], "plan": [], "act": [], "verify": [], "gaurdrails": {} })));
}
