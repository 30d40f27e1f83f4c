//! The draft of a test out of a run that has ended: what went in, what people answered, and how it ended, from its journal.

use avops_engine::{
    Entry, Event, Journal as _, Resolution, RollbackOutcome, RunId, Signal, StepKey,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::format::TestFile;
use super::saved::{SaveTests, SavedTests, file_name, get, save};
use crate::recipes;
use crate::runs::{self, RunDetails};
use crate::{Actor, App, Error, Permission};

/// The draft of a test. Nothing is saved.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TestDraft {
    /// Name of the recipe.
    pub recipe: String,
    /// Name of the test.
    pub name: String,
    /// The name under which it is a file.
    pub file: String,
    /// A whole file with this one test.
    pub yaml: String,
    /// What a person must look at: what the journal does not say, and the simulated campus cannot know.
    pub notes: Vec<String>,
}

/// Drafts a test out of a run that has ended.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] while the run has not ended.
pub async fn draft(app: &App, by: &Actor, id: RunId) -> Result<TestDraft, Error> {
    let run = runs::get(app, by, id).await?;
    if run.summary.finished_at.is_none() {
        return Err(Error::Conflict {
            message: format!("the run is {}", run.summary.status.as_str()),
            hint: Some("a test is made of a run that has ended".to_owned()),
        });
    }
    let entries = app.store.read(id, 0).await?;
    let slug = match &run.summary.recipe_id {
        Some(recipe) => app.store.recipe(recipe).await?.map(|row| row.slug),
        None => None,
    };
    let slug = slug.unwrap_or_else(|| crate::names::slug(&run.summary.recipe));
    let test = test(&run, &entries);
    let name = test["name"].as_str().unwrap_or_default().to_owned();
    let yaml = format!(
        "recipe: {}\ntests:\n{}",
        json!(run.summary.recipe),
        written(&test)
    );
    Ok(TestDraft {
        recipe: run.summary.recipe.clone(),
        name,
        file: file_name(&slug),
        yaml,
        notes: notes(&run),
    })
}

/// Adds the draft of a test out of a run to the saved tests of its recipe.
///
/// # Errors
/// As [`draft`]; [`Error::Conflict`] for a run from a text, and where the saved tests cannot be added to.
pub async fn add_draft(app: &App, by: &Actor, id: RunId) -> Result<SavedTests, Error> {
    by.require(Permission::Author)?;
    let drafted = draft(app, by, id).await?;
    let run = runs::get(app, by, id).await?;
    let Some(recipe) = run.summary.recipe_id else {
        return Err(Error::Conflict {
            message: "the run came from a text and belongs to no saved recipe".to_owned(),
            hint: Some("download the draft instead".to_owned()),
        });
    };
    let recipe = recipes::get(app, by, &recipe).await?.summary.id;
    let before = get(app, by, &recipe).await?;
    let yaml = if before.yaml.trim().is_empty() {
        drafted.yaml
    } else {
        let added = TestFile::parse("the draft", &drafted.yaml)?;
        if added
            .tests
            .iter()
            .any(|test| before.tests.contains(&test.name))
        {
            return Err(Error::Conflict {
                message: format!("there is a test {:?} already", drafted.name),
                hint: Some("it was made of this run before".to_owned()),
            });
        }
        let tests = drafted.yaml.split_once("tests:\n");
        let item = tests.map(|(_, item)| item).unwrap_or_default();
        format!("{}\n\n{item}", before.yaml.trim_end())
    };
    // A file whose list of tests is not its end, or is written in one line, cannot be added to like this.
    let fits = TestFile::parse(&before.file, &yaml)
        .is_ok_and(|file| file.tests.len() == before.tests.len() + 1);
    if !fits {
        return Err(Error::Conflict {
            message: format!("the draft cannot be added to the end of {}", before.file),
            hint: Some("download the draft, and copy it into the tests by hand".to_owned()),
        });
    }
    save(app, by, &recipe, SaveTests { yaml }).await
}

fn test(run: &RunDetails, entries: &[Entry]) -> Value {
    let summary = &run.summary;
    let when = summary
        .started_at
        .unwrap_or(summary.accepted_at)
        .to_string();
    let short = run.summary.id.to_string();
    let short = short.rsplit('-').next().unwrap_or_default();
    let mut test = Map::new();
    let name = format!("as in run {short} it ends as {}", summary.status.as_str());
    test.insert("name".to_owned(), json!(name));
    test.insert("at".to_owned(), json!(when));
    let inputs = started_with(entries);
    if !inputs.is_empty() {
        test.insert("inputs".to_owned(), Value::Object(inputs));
    }
    let answers = answers(entries);
    if !answers.is_empty() {
        test.insert("answers".to_owned(), Value::Array(answers));
    }
    test.insert("expect".to_owned(), expectation(run));
    Value::Object(test)
}

/// Inputs as they were asked for, without what people answered later.
fn started_with(entries: &[Entry]) -> Map<String, Value> {
    match entries.first().map(|entry| &entry.event) {
        Some(Event::Accepted { run }) => run.inputs.clone(),
        _ => Map::new(),
    }
}

/// What people said, in order. What nobody said in time, and a stop instead of an answer, are answers, too.
fn answers(entries: &[Entry]) -> Vec<Value> {
    let mut found = Vec::new();
    let mut open: Vec<&StepKey> = Vec::new();
    for entry in entries {
        match &entry.event {
            Event::GateOpened { key, .. } => open.push(key),
            Event::GateClosed { key, signal, .. } => {
                open.retain(|waiting| *waiting != key);
                found.extend(match signal {
                    Some(signal) => answer(signal, bare(key)),
                    None => Some(json!({ "expire": bare(key) })),
                });
            }
            Event::CancelRequested { reason, .. } => {
                if let Some(key) = open.pop() {
                    found.push(with_note(json!({ "cancel": bare(key) }), reason.clone()));
                }
            }
            _ => {}
        }
    }
    found
}

fn bare(key: &StepKey) -> &str {
    key.0.strip_prefix("approve:").unwrap_or(&key.0)
}

fn answer(signal: &Signal, step: &str) -> Option<Value> {
    Some(match signal {
        Signal::Answer { inputs } => json!({ "answer": inputs }),
        Signal::Approve { note, .. } => with_note(json!({ "approve": step }), note.clone()),
        Signal::Reject { note, .. } => with_note(json!({ "reject": step }), note.clone()),
        Signal::RequestChanges { note, .. } => {
            with_note(json!({ "request_changes": step }), Some(note.clone()))
        }
        Signal::Done { note, artifact, .. } => {
            let mut said = json!({ "done": step });
            if let Some(artifact) = artifact {
                said["artifact"] = json!({ "kind": artifact.kind, "title": artifact.title });
            }
            with_note(said, note.clone())
        }
        Signal::Resolve {
            resolution,
            result,
            note,
            ..
        } => {
            let mut said = json!({ "resolve": step, "as": resolution });
            if let (Resolution::Happened, Some(result)) = (resolution, result) {
                said["result"] = result.clone();
            }
            with_note(said, note.clone())
        }
        Signal::Cancel { reason } => with_note(json!({ "cancel": step }), reason.clone()),
        Signal::Release { .. } | Signal::Pause { .. } | Signal::Resume { .. } => return None,
    })
}

fn with_note(mut said: Value, note: Option<String>) -> Value {
    if let Some(note) = note.filter(|note| !note.is_empty()) {
        said["note"] = json!(note);
    }
    said
}

fn expectation(run: &RunDetails) -> Value {
    let summary = &run.summary;
    let mut expect = json!({ "status": summary.status });
    if let Some(outcome) = &summary.outcome {
        expect["outcome"] = json!(outcome);
    }
    if let Some(error) = &summary.error {
        if let Some(step) = &error.step {
            expect["failed_at"] = json!(step);
        }
        if let Some(phase) = error.phase {
            expect["phase"] = json!(phase);
        }
    }
    if let Some(rollback) = summary
        .rollback
        .filter(|rollback| *rollback != RollbackOutcome::Running)
    {
        expect["rollback"] = json!(rollback);
    }
    expect["artifacts"] = run
        .artifacts
        .iter()
        .map(|kept| json!({ "kind": kept.artifact.kind }))
        .collect();
    // How often says little of the recipe: polls and repetitions count in it.
    let mut calls: Vec<String> = Vec::new();
    for step in run
        .steps
        .iter()
        .filter(|step| !step.state.key.is_question())
    {
        if let (Some(tool), Some(action)) = (&step.state.tool, &step.state.action) {
            let name = format!("{tool}.{action}");
            if !calls.contains(&name) {
                calls.push(name);
            }
        }
    }
    if !calls.is_empty() {
        expect["calls"] = calls
            .into_iter()
            .map(|action| json!({ "action": action }))
            .collect();
    }
    expect
}

fn notes(run: &RunDetails) -> Vec<String> {
    let mut notes = vec![
        "the test begins with the campus as it ships: lay over it, under `world` and `changes`, what was different"
            .to_owned(),
    ];
    if run.summary.mode == avops_engine::Mode::Live {
        notes.push(
            "the run was live: rooms and devices that it names must be in the world of the test"
                .to_owned(),
        );
    }
    if run.summary.recipe_id.is_none() {
        notes.push("the run came from a text that is not saved as a recipe".to_owned());
    }
    notes
}

/// A test as an item of a YAML list, indented by two. Every value is JSON, which is YAML; only the keys of the test and of
/// what it expects stand on lines of their own.
fn written(test: &Value) -> String {
    let mut yaml = String::new();
    let Some(test) = test.as_object() else {
        return yaml;
    };
    for (index, (key, value)) in test.iter().enumerate() {
        let lead = if index == 0 { "  - " } else { "    " };
        match value {
            Value::Object(parts) if key == "expect" => {
                yaml.push_str(lead);
                yaml.push_str(key);
                yaml.push_str(":\n");
                for (key, part) in parts {
                    yaml.push_str(&lines("      ", key, part));
                }
            }
            value => yaml.push_str(&lines(lead, key, value)),
        }
    }
    yaml
}

/// One key with its value; a list that is not empty gets a line for each item.
fn lines(lead: &str, key: &str, value: &Value) -> String {
    match value {
        Value::Array(items) if !items.is_empty() => {
            let indent = " ".repeat(lead.len());
            let items: Vec<String> = items
                .iter()
                .map(|item| format!("{indent}  - {item}\n"))
                .collect();
            let items = items.concat();
            format!("{lead}{key}:\n{items}")
        }
        value => format!("{lead}{key}: {value}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_as_it_was() {
        let test = json!({
            "name": "it: \"says\" #no", "inputs": { "room": "a: b" },
            "answers": [{ "approve": "plan.1" }],
            "expect": { "status": "failed", "artifacts": [], "calls": [{ "action": "zoom.x" }] },
        });
        let yaml = format!("recipe: \"A: b\"\ntests:\n{}", written(&test));
        let file = TestFile::parse("draft", &yaml).unwrap();
        assert_eq!(file.recipe, "A: b");
        assert_eq!(file.tests[0].name, "it: \"says\" #no");
        assert_eq!(file.tests[0].expect.artifacts, Some(Vec::new()));
        assert_eq!(file.tests[0].answers[0].step(), Some("plan.1"));
    }
}
