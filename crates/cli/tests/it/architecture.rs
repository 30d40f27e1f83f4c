//! The rules of ARCHITECTURE.md that a machine can check: who imports whom, how long a file may be, what may not be
//! named, and which word stands in which file only.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// No file is longer.
const LONGEST_FILE: usize = 500;

/// Names that say nothing, and so draw everything to them.
const EMPTY_NAMES: [&str; 11] = [
    "common", "core", "helper", "helpers", "manager", "misc", "shared", "types", "util", "utils",
    "stuff",
];

/// Words that may stand in these files only (or below these folders), and why.
const ONE_PLACE: [(&str, &[&str], &str); 4] = [
    (
        "Timestamp::now(",
        &["crates/engine/src/clock.rs"],
        "time comes in through engine::Clock",
    ),
    (
        "Zoned::now(",
        &["crates/engine/src/clock.rs"],
        "time comes in through engine::Clock",
    ),
    ("sqlx::", &["crates/store/"], "only `store` knows SQL"),
    (
        "Embedded::new(",
        &[
            "crates/cli/src/compose.rs",
            "crates/app/src/recipe_tests/stage.rs",
        ],
        "only `cli::compose` puts the program together, and `recipe_tests::stage` the world of one test",
    ),
];

#[test]
fn every_room_imports_only_what_the_map_allows() {
    let allowed = import_table();
    let real = package_graph();
    for (room, imports) in &real {
        let Some(may) = allowed.get(room) else {
            panic!(
                "`{room}` is not in the table of ARCHITECTURE.md; a further room needs a page in docs/decisions/"
            );
        };
        let forbidden: Vec<_> = imports.difference(may).collect();
        assert!(
            forbidden.is_empty(),
            "`{room}` imports {forbidden:?}; ARCHITECTURE.md allows {may:?}"
        );
    }
    let gone: Vec<_> = allowed
        .keys()
        .filter(|room| !real.contains_key(*room))
        .collect();
    assert!(
        gone.is_empty(),
        "ARCHITECTURE.md lists rooms that do not exist: {gone:?}"
    );
}

#[test]
fn no_file_is_too_long_to_be_one_idea() {
    let long: Vec<_> = sources()
        .into_iter()
        .map(|file| (lines(&file), file))
        .filter(|(lines, _)| *lines > LONGEST_FILE)
        .collect();
    assert!(
        long.is_empty(),
        "split these (at most {LONGEST_FILE} lines): {long:#?}"
    );
}

#[test]
fn no_file_or_folder_is_named_after_nothing() {
    let root = root();
    let nameless: Vec<_> = sources()
        .into_iter()
        .filter(|file| {
            let inside = file.strip_prefix(&root).unwrap_or(file).with_extension("");
            inside.components().any(|part| {
                EMPTY_NAMES.contains(&part.as_os_str().to_string_lossy().to_lowercase().as_str())
            })
        })
        .collect();
    assert!(
        nameless.is_empty(),
        "name these after what they know: {nameless:#?}"
    );
}

#[test]
fn what_only_one_room_may_know_stands_nowhere_else() {
    let root = root();
    let mut strays = Vec::new();
    for file in sources() {
        let inside = file
            .strip_prefix(&root)
            .unwrap_or(&file)
            .display()
            .to_string();
        let is_product = inside.starts_with("crates/") && inside.contains("/src/");
        if !is_product {
            continue;
        }
        // What tests do inside a file is their own affair.
        let text = read(&file);
        let product = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (word, places, why) in ONE_PLACE {
            let is_there = places.iter().any(|place| inside.starts_with(place));
            if product.contains(word) && !is_there {
                strays.push(format!("{inside}: {word} ({why})"));
            }
        }
    }
    assert!(strays.is_empty(), "{strays:#?}");
}

/// Room → rooms it may import, as the table of ARCHITECTURE.md says.
fn import_table() -> BTreeMap<String, BTreeSet<String>> {
    let text = read(&root().join("ARCHITECTURE.md"));
    let rows: Vec<Vec<&str>> = text
        .lines()
        .skip_while(|line| !line.starts_with("| Room |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert!(!rows.is_empty(), "ARCHITECTURE.md has no table of rooms");
    let all: BTreeSet<String> = rows
        .iter()
        .map(|row| row[0].trim_matches('`').to_owned())
        .collect();
    rows.iter()
        .map(|row| {
            let room = row[0].trim_matches('`').to_owned();
            let imports = row[row.len() - 1];
            let imports = if imports == "all" {
                all.iter()
                    .filter(|other| **other != room)
                    .cloned()
                    .collect()
            } else {
                imports
                    .split('`')
                    .filter(|part| all.contains(*part))
                    .map(str::to_owned)
                    .collect()
            };
            (room, imports)
        })
        .collect()
}

/// Room → rooms that its package really depends on, tests aside.
fn package_graph() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .filter(|package| {
            package["manifest_path"]
                .as_str()
                .unwrap()
                .contains("/crates/")
        })
        .map(|package| {
            let imports = package["dependencies"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|dependency| dependency["kind"] != "dev")
                .filter_map(|dependency| room(&dependency["name"]))
                .collect();
            (room(&package["name"]).unwrap(), imports)
        })
        .collect()
}

/// `avops-engine` → `engine`; `None` for packages of others.
fn room(package: &Value) -> Option<String> {
    package.as_str()?.strip_prefix("avops-").map(str::to_owned)
}

/// Every file that people write and read as code.
fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["crates", "spec", "ui/src", "ui/e2e"] {
        collect(&root().join(folder), &mut found);
    }
    assert!(found.len() > 50, "the sources were not found");
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !["target", "node_modules", "dist", "snapshots"]
                .iter()
                .any(|skip| path.ends_with(skip))
            {
                collect(&path, found);
            }
            continue;
        }
        let is_code = path
            .extension()
            .is_some_and(|kind| ["rs", "ts", "tsx", "css"].iter().any(|code| kind == *code));
        // Generated from openapi.json.
        let is_generated = path.ends_with("api/schema.ts");
        if is_code && !is_generated {
            found.push(path);
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

fn lines(file: &Path) -> usize {
    read(file).lines().count()
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}
