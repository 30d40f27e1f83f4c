//! `avops test`: runs the tests of recipes, each in a simulated campus of its own. Files need neither server nor database.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use avops_app::recipe_tests;
use avops_recipe::Source;
use clap::Args;
use serde_json::{Value, json};

use super::{Context, read};
use crate::answers::{duration, list, short, text};
use crate::error::Error;
use crate::session::Session;
use crate::terminal::{Terminal, Tone, toned};

/// How files of tests end.
const ENDING: &str = ".test.yaml";
/// Where tests are when nothing is said.
const USUAL: &str = "recipes/tests";
/// Longest value that a mismatch shows in one line, in characters.
const WIDEST: usize = 400;

/// What to test.
#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Files of tests (NAME.test.yaml), folders of them, or saved recipes [default: recipes/tests]
    #[arg(value_name = "FILE|DIR|RECIPE")]
    what: Vec<String>,
}

/// Runs the tests and says what is not as expected.
///
/// # Errors
/// When a test failed, or a file cannot be read.
pub(crate) async fn test(command: Test, context: &Context) -> Result<(), Error> {
    let what = if command.what.is_empty() {
        vec![USUAL.to_owned()]
    } else {
        command.what
    };
    let mut reports = Vec::new();
    let mut saved = Vec::new();
    for asked in what {
        let path = PathBuf::from(&asked);
        if path.is_dir() {
            for file in files_in(&path)? {
                reports.push(of_file(&file, context.terminal).await?);
            }
        } else if asked.ends_with(ENDING) || path.is_file() {
            reports.push(of_file(&path, context.terminal).await?);
        } else if asked == USUAL {
            return Err(Error::call(format!("there is no folder {USUAL} here"))
                .hint("name a file of tests, a folder of them, or a saved recipe"));
        } else {
            saved.push(asked);
        }
    }
    if !saved.is_empty() {
        reports.extend(of_saved(&saved, context).await?);
    }
    conclude(&reports, context.terminal)
}

/// The files of tests in a folder, by name.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = yaml_files(folder)?;
    files.retain(|file| file.to_string_lossy().ends_with(ENDING));
    if files.is_empty() {
        return Err(
            Error::call(format!("{} holds no file of tests", folder.display()))
                .hint(format!("their names end with {ENDING}")),
        );
    }
    Ok(files)
}

fn yaml_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = BTreeSet::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|kind| kind == "yaml" || kind == "yml")
        {
            files.insert(path);
        }
    }
    Ok(files.into_iter().collect())
}

async fn of_file(file: &Path, terminal: Terminal) -> Result<Value, Error> {
    let tests = read(file)?;
    let name = file.display().to_string();
    let wanted = recipe_tests::recipe_of(&name, &tests)?;
    let mut recipe: Option<Known> = None;
    let mut others = Vec::new();
    for known in recipes_around(file)? {
        let is_it = known.name.trim().eq_ignore_ascii_case(wanted.trim());
        match &recipe {
            // `-v2.yaml` stands beside the file of the version before it.
            Some(there) if is_it && there.version >= known.version => {}
            _ if is_it => recipe = Some(known),
            _ => others.push(known.yaml),
        }
    }
    let Some(recipe) = recipe else {
        return Err(Error::call(format!(
            "{name} tests {wanted:?}, and no recipe of that name is near it"
        ))
        .hint("a recipe's file stands in the folder of its tests or in the one above"));
    };
    let report = recipe_tests::run_files(&name, &tests, &recipe.yaml, others).await?;
    let mut report = serde_json::to_value(report)
        .map_err(|error| Error::outside(format!("the report cannot be shown: {error}")))?;
    report["file"] = json!(name);
    show(&report, terminal)?;
    Ok(report)
}

/// A recipe's file.
struct Known {
    name: String,
    version: u32,
    yaml: String,
}

/// The recipes beside a file of tests and in the folder above it.
fn recipes_around(file: &Path) -> Result<Vec<Known>, Error> {
    let vocabulary = avops_tools::shipped_vocabulary()?;
    let here = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    };
    let mut found = Vec::new();
    for folder in [here.clone(), here.join("..")] {
        for path in yaml_files(&folder)? {
            if path.to_string_lossy().ends_with(ENDING) {
                continue;
            }
            let yaml = read(&path)?;
            let source = Source::new(path.display().to_string(), &yaml);
            let recipe = avops_recipe::parse(&source, &vocabulary).recipe;
            let (name, version) = match recipe {
                Some(recipe) => (recipe.name, recipe.version),
                // It has errors; its tests say which.
                None => (name_line(&yaml), 1),
            };
            found.push(Known {
                name,
                version,
                yaml,
            });
        }
    }
    Ok(found)
}

fn name_line(yaml: &str) -> String {
    let name = yaml.lines().find_map(|line| line.strip_prefix("name:"));
    name.unwrap_or_default()
        .trim()
        .trim_matches(['"', '\''])
        .to_owned()
}

async fn of_saved(recipes: &[String], context: &Context) -> Result<Vec<Value>, Error> {
    let session = Session::open(&context.config, false).await?;
    let mut reports = Vec::new();
    let mut done = Ok(());
    for recipe in recipes {
        let path = ["recipes", recipe, "tests", "run"];
        match session.api.post(&path, json!({})).await {
            Ok(report) => {
                show(&report, context.terminal)?;
                reports.push(report);
            }
            Err(error) => {
                done = Err(error);
                break;
            }
        }
    }
    session.close().await?;
    done.map(|()| reports)
}

fn show(report: &Value, terminal: Terminal) -> Result<(), Error> {
    if terminal.json {
        return Ok(());
    }
    let file = text(report, "/file");
    let recipe = text(report, "/recipe");
    let heading = toned(&recipe, Tone::Strong);
    if file.is_empty() {
        terminal.line(heading)?;
    } else {
        terminal.line(format_args!("{heading}  {}", toned(file, Tone::Faint)))?;
    }
    for test in list(report, "/tests") {
        let is_ok = test["ok"] == json!(true);
        let mark = if is_ok {
            toned("passed", Tone::Good)
        } else {
            toned("FAILED", Tone::Bad)
        };
        let took = format!(
            "{} ({} on the run's clock)",
            duration(test, "/duration_ms"),
            duration(test, "/simulated_ms")
        );
        terminal.line(format_args!(
            "  {mark}  {}  {}",
            text(test, "/name"),
            toned(took, Tone::Faint)
        ))?;
        if !is_ok {
            show_failure(test, terminal)?;
        }
    }
    Ok(())
}

fn show_failure(test: &Value, terminal: Terminal) -> Result<(), Error> {
    let error = text(test, "/error");
    if !error.is_empty() {
        terminal.line(format_args!("    {error}"))?;
    }
    for mismatch in list(test, "/mismatches") {
        terminal.line(format_args!("    {}", text(mismatch, "/what")))?;
        for side in ["expected", "actual"] {
            let value = short(&text(mismatch, &format!("/{side}")), WIDEST);
            terminal.line(format_args!("      {side:<8}  {value}"))?;
        }
    }
    for step in list(test, "/steps") {
        let why = match text(step, "/error") {
            error if error.is_empty() => text(step, "/message"),
            error => error,
        };
        terminal.line(toned(
            format_args!(
                "      {:<8} {}  {}  {}",
                text(step, "/status"),
                text(step, "/key"),
                short(&text(step, "/title"), 80),
                short(&why, 160)
            ),
            Tone::Faint,
        ))?;
    }
    Ok(())
}

fn conclude(reports: &[Value], terminal: Terminal) -> Result<(), Error> {
    let count = |name: &str| -> u64 { reports.iter().filter_map(|one| one[name].as_u64()).sum() };
    let (passed, failed) = (count("passed"), count("failed"));
    if terminal.json {
        terminal.value(&json!({
            "ok": failed == 0, "passed": passed, "failed": failed, "reports": reports,
        }))?;
    } else {
        terminal.line(format_args!("{passed} passed, {failed} failed"))?;
    }
    if failed == 0 {
        return Ok(());
    }
    Err(Error::failed(if failed == 1 {
        "one test failed".to_owned()
    } else {
        format!("{failed} tests failed")
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_recipe_with_errors_is_still_found() {
        assert_eq!(name_line("# a\nname: \"A b\"\nact: 1\n"), "A b");
        assert_eq!(name_line("act: []\n"), "");
    }
}
