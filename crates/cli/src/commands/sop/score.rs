//! `avops sop --score`: how good the drafts of a folder of procedures are, by rules and by a model.

use std::path::{Path, PathBuf};

use avops_llm::sop::score::Expected;
use serde_json::{Value, json};

use super::{Engine, Sop, drafted_by};
use crate::answers::{list, text};
use crate::api::Api;
use crate::commands::read;
use crate::error::Error;
use crate::terminal::Terminal;

const FIGURES: [&str; 5] = ["items", "order", "gates", "sober", "lines"];

/// Scores every procedure of a folder that has expectations.
pub(super) async fn score(
    folder: &Path,
    command: &Sop,
    api: &Api,
    terminal: Terminal,
) -> Result<(), Error> {
    let engines: &[&str] = match command.engine {
        Engine::Both => &["rules", "model"],
        Engine::Auto | Engine::Rules => &["rules"],
        Engine::Model => &["model"],
    };
    let mut scored = Vec::new();
    for path in procedures(folder)? {
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let wanted = path.with_extension("yaml");
        let expected = Expected::read(&read(&wanted)?)
            .map_err(|said| Error::call(format!("cannot read {}: {said}", wanted.display())))?;
        for engine in engines {
            let sop = json!({ "text": read(&path)?, "agent": command.agent, "engine": engine });
            let body = json!({ "sop": sop, "expected": expected });
            let answer = api.post(&["sop", "score"], body).await?;
            scored.push(json!({
                "procedure": name, "engine": engine,
                // A draft that the rules made in a model's place says nothing about the model.
                "scored": answer["engine"] == *engine, "answer": answer,
            }));
        }
    }
    let means: Vec<(&str, Option<f64>)> = engines
        .iter()
        .map(|engine| (*engine, mean(&scored, engine)))
        .collect();
    if terminal.json {
        let means: Value = means
            .iter()
            .map(|(engine, mean)| ((*engine).to_owned(), json!(mean)))
            .collect::<serde_json::Map<_, _>>()
            .into();
        return terminal.value(&json!({ "procedures": scored, "means": means }));
    }
    let rows = scored.iter().map(row).collect();
    let head = [
        "procedure",
        "engine",
        "items",
        "order",
        "gates",
        "sober",
        "lines",
        "mean",
    ];
    terminal.table(&head, rows, "no procedure has expectations beside it")?;
    for (engine, mean) in means {
        match mean {
            Some(mean) => terminal.line(format_args!("{engine}: {mean:.3} over all"))?,
            None => terminal.note(format_args!("{engine}: nothing could be scored"))?,
        }
    }
    for entry in &scored {
        let answer = &entry["answer"];
        let place = format!("{} ({})", text(entry, "/procedure"), text(entry, "/engine"));
        if entry["scored"] != true {
            terminal.note(format_args!("{place}: {}", drafted_by(answer)))?;
            continue;
        }
        for missed in list(answer, "/score/missed") {
            terminal.note(format_args!("{place}: {}", text(missed, "")))?;
        }
    }
    Ok(())
}

/// The procedures of a folder that have expectations beside them, by name.
fn procedures(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |error| Error::call(format!("cannot read {}: {error}", folder.display()));
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let is_text = path.extension().is_some_and(|kind| kind == "txt");
        if is_text && path.with_extension("yaml").is_file() {
            found.push(path);
        }
    }
    found.sort();
    if found.is_empty() {
        return Err(Error::call(format!("{} holds no NAME.txt with a NAME.yaml", folder.display()))
            .hint("write down what you expect of each procedure; the manual's page on procedures shows how"));
    }
    Ok(found)
}

fn mean(scored: &[Value], engine: &str) -> Option<f64> {
    let means: Vec<f64> = scored
        .iter()
        .filter(|entry| entry["engine"] == engine && entry["scored"] == true)
        .filter_map(|entry| entry["answer"]["mean"].as_f64())
        .collect();
    let count = u32::try_from(means.len()).ok().filter(|count| *count > 0)?;
    Some(means.iter().sum::<f64>() / f64::from(count))
}

fn row(entry: &Value) -> Vec<String> {
    let answer = &entry["answer"];
    let is_scored = entry["scored"] == true;
    let shown = |value: &Value| match value.as_f64().filter(|_| is_scored) {
        Some(figure) => format!("{figure:.2}"),
        None => "-".to_owned(),
    };
    let mut cells = vec![text(entry, "/procedure"), text(entry, "/engine")];
    cells.extend(
        FIGURES
            .iter()
            .map(|figure| shown(&answer["score"][*figure])),
    );
    cells.push(shown(&answer["mean"]));
    cells
}
