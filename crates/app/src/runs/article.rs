//! A finished run as a knowledge article: what was seen, what was done, what proves it, with links to the evidence.

use std::fmt::Write as _;

use avops_engine::{RunId, RunPhase, RunStatus, StepStatus};
use html_escape::{encode_double_quoted_attribute as attribute, encode_text as text};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::read::get;
use super::view::{RunDetails, RunStep};
use crate::{Actor, App, Error};

/// Longest value of an input in the article, in characters.
const LONGEST: usize = 200;

/// The draft of an article about a run. Nothing is saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RunArticle {
    /// Its title.
    pub title: String,
    /// Its text as HTML; everything that runs, tools and people said is escaped.
    pub html: String,
    /// Words to find it by.
    pub tags: Vec<String>,
}

/// Drafts an article about a run that has ended, from its journal alone.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] while the run has not ended.
pub async fn article(app: &App, by: &Actor, id: RunId) -> Result<RunArticle, Error> {
    let run = get(app, by, id).await?;
    if run.summary.finished_at.is_none() {
        return Err(Error::Conflict {
            message: format!("the run is {}", run.summary.status.as_str()),
            hint: Some("an article is made of a run that has ended".to_owned()),
        });
    }
    Ok(of(&run))
}

fn of(run: &RunDetails) -> RunArticle {
    let summary = &run.summary;
    let mut html = String::new();
    let ended = summary
        .finished_at
        .map_or_else(String::new, |at| at.to_string());
    let _ = write!(
        html,
        "<h2>Summary</h2><p>{} (version {}) ended as <strong>{}</strong> on {}. <a href=\"{}\">The run with every step</a>.</p>",
        text(&summary.recipe),
        summary.recipe_version,
        text(summary.status.as_str()),
        text(&ended),
        attribute(&summary.url)
    );
    let inputs: Vec<String> = run
        .inputs
        .iter()
        .map(|(name, value)| format!("{}: {}", text(name), text(&short(value))))
        .collect();
    list(&mut html, "What it was about", "ul", &inputs);
    let mut symptoms: Vec<String> = in_phases(run, &[RunPhase::Plan]).map(line).collect();
    if let Some(error) = &summary.error {
        symptoms.push(format!("<strong>{}</strong>", text(&error.message)));
    }
    list(&mut html, "What was seen", "ul", &symptoms);
    let acts: Vec<String> = in_phases(run, &[RunPhase::Act]).map(line).collect();
    list(&mut html, "What was done", "ol", &acts);
    let proof: Vec<String> = in_phases(run, &[RunPhase::Verify]).map(line).collect();
    list(&mut html, "What proves it", "ul", &proof);
    let back: Vec<String> = in_phases(run, &[RunPhase::Rollback]).map(line).collect();
    list(&mut html, "What was put back", "ol", &back);
    let evidence: Vec<String> = run
        .artifacts
        .iter()
        .map(|kept| {
            let artifact = &kept.artifact;
            let kind = text(&artifact.kind);
            match artifact
                .url
                .as_deref()
                .filter(|url| url.starts_with("http"))
            {
                Some(url) => format!(
                    "{kind}: <a href=\"{}\">{}</a>",
                    attribute(url),
                    text(&artifact.title)
                ),
                None => format!("{kind}: {}", text(&artifact.title)),
            }
        })
        .collect();
    list(&mut html, "Evidence", "ul", &evidence);
    let result = match summary.status {
        RunStatus::Success => "how it was solved",
        RunStatus::Unproven => "what was done, unproven",
        _ => "what was tried",
    };
    RunArticle {
        title: format!("{}: {result}", summary.name),
        html,
        tags: vec!["avops".to_owned(), summary.status.as_str().to_owned()],
    }
}

/// Steps that happened, in their order.
fn in_phases<'a>(run: &'a RunDetails, phases: &'a [RunPhase]) -> impl Iterator<Item = &'a RunStep> {
    run.steps.iter().filter(move |step| {
        phases.contains(&step.state.phase) && step.state.status != StepStatus::Skipped
    })
}

/// A step in a line: its title, how it ended, what it said.
fn line(step: &RunStep) -> String {
    let state = &step.state;
    let mut line = format!("{} ({})", text(&state.title), ending(state.status));
    for said in [&state.message, &state.error].into_iter().flatten() {
        let _ = write!(line, ": {}", text(said));
    }
    line
}

/// How a step ended, in words.
fn ending(status: StepStatus) -> &'static str {
    match status {
        StepStatus::Ok => "ok",
        StepStatus::Failed => "failed",
        StepStatus::Skipped => "skipped",
        StepStatus::Waiting => "was waited for",
        StepStatus::Running => "broke off",
    }
}

fn short(value: &Value) -> String {
    let whole = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if whole.chars().count() <= LONGEST {
        return whole;
    }
    let short: String = whole.chars().take(LONGEST).collect();
    format!("{short} …")
}

fn list(html: &mut String, title: &str, tag: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    let _ = write!(html, "<h2>{title}</h2><{tag}>");
    for item in items {
        let _ = write!(html, "<li>{item}</li>");
    }
    let _ = write!(html, "</{tag}>");
}
