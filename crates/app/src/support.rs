//! A support bundle: what somebody else needs to see to help, without anything that lets them in.
//!
//! Nothing of what runs did goes into it: no inputs, no results, no texts. What is known here as a credential is taken out
//! of every file besides.

use std::collections::VecDeque;
use std::io::{self, Cursor, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use avops_engine::RunStatus;
use avops_llm::Provider;
use avops_tools::{Redaction, Secret};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::audit::{self, Deed};
use crate::{Actor, App, Error, PageRequest, Permission, runs, settings, setup};

/// So many failed runs and changes are told.
const RECENT: u32 = 50;
/// So many lines of the log are kept, and the longest of them in bytes.
const LINES: (usize, usize) = (1_000, 2_000);

/// The newest lines of the program's log. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct RecentLog(Arc<Mutex<Lines>>);

#[derive(Debug, Default)]
struct Lines {
    whole: VecDeque<String>,
    /// What is written of a line that has not ended yet.
    open: String,
}

impl RecentLog {
    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn text(&self) -> String {
        let lines = self.lines();
        let mut text = String::new();
        for line in &lines.whole {
            text.push_str(line);
            text.push('\n');
        }
        text.push_str(&lines.open);
        text
    }
}

impl Write for RecentLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = self.lines();
        for letter in String::from_utf8_lossy(bytes).chars() {
            if letter == '\n' {
                let line = std::mem::take(&mut lines.open);
                lines.whole.push_back(line);
            } else if lines.open.len() + letter.len_utf8() <= LINES.1 {
                lines.open.push(letter);
            }
        }
        while lines.whole.len() > LINES.0 {
            lines.whole.pop_front();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A bundle, ready to be sent to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SupportBundle {
    /// A name for its file.
    pub name: String,
    /// Length of the file, in bytes.
    pub bytes: usize,
    /// The ZIP file, in base64.
    pub zip: String,
}

/// Makes a support bundle.
///
/// # Errors
/// [`Error::NotAllowed`].
pub async fn bundle(app: &App, by: &Actor) -> Result<SupportBundle, Error> {
    by.require(Permission::ManageWorkspace)?;
    let status = setup::status(app, by).await?;
    let files = [
        ("about.json", shown(&about(app))?),
        (
            "settings.json",
            shown(&settings_without_keys(app, by).await?)?,
        ),
        ("tools.json", shown(&tools(app))?),
        ("health.json", shown(&json!(status.health))?),
        ("failed-runs.json", shown(&failed_runs(app, by).await?)?),
        ("changes.json", shown(&changes(app, by).await?)?),
        ("log.txt", app.options.recent_log.text()),
    ];
    let redaction = redaction(app).await?;
    let zipped = zipped(files.map(|(name, text)| (name, redaction.text(&text))));
    let bytes = zipped
        .map_err(|error| Error::Internal(format!("the bundle cannot be written: {error}")))?;
    let name = format!("avops-support-{}.zip", app.now().strftime("%Y%m%dT%H%M%SZ"));
    audit::record(app, by, Deed::on("support.bundle", &name)).await?;
    Ok(SupportBundle {
        name,
        bytes: bytes.len(),
        zip: STANDARD.encode(bytes),
    })
}

fn shown(value: &Value) -> Result<String, Error> {
    serde_json::to_string_pretty(value).map_err(|error| Error::Internal(error.to_string()))
}

fn about(app: &App) -> Value {
    let variables: Vec<&str> = variables()
        .filter(|name| app.options.environment.get(name).is_some())
        .collect();
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "made_at": app.now(),
        "system": std::env::consts::OS,
        "machine": std::env::consts::ARCH,
        "public_url": app.options.public_url,
        "mock": { "on": app.tools.mock(), "forced_at_start": app.options.force_mock },
        "variables_set": variables,
    })
}

/// The settings with where each comes from. Of keys only whether there is one: not even their last characters.
async fn settings_without_keys(app: &App, by: &Actor) -> Result<Value, Error> {
    let mut shown = json!(settings::get(app, by).await?);
    for provider in shown["models"]["providers"]
        .as_array_mut()
        .into_iter()
        .flatten()
    {
        provider["key"]["last4"] = Value::Null;
    }
    Ok(shown)
}

/// The tools with what is set for them, without the values.
fn tools(app: &App) -> Value {
    let tool = |info: avops_tools::ToolInfo| {
        let settings: Vec<Value> = info
            .settings
            .iter()
            .map(|setting| json!({ "name": setting.name, "source": setting.source }))
            .collect();
        json!({
            "name": info.spec.name, "mode": info.mode, "simulate_always": info.simulate_always,
            "actions": info.spec.actions.len(), "settings": settings,
        })
    };
    app.tools.tools().into_iter().map(tool).collect()
}

/// Where and why runs failed lately, without what they worked with.
async fn failed_runs(app: &App, by: &Actor) -> Result<Value, Error> {
    let filter = runs::RunFilter {
        status: vec![RunStatus::Failed.as_str().to_owned()],
        ..runs::RunFilter::default()
    };
    let page = PageRequest {
        limit: Some(RECENT),
        cursor: None,
    };
    let failed = runs::list(app, by, &filter, &page).await?;
    let run = |run: runs::RunSummary| {
        json!({
            "id": run.id, "recipe": run.recipe, "version": run.recipe_version, "mode": run.mode, "trigger": run.trigger,
            "accepted_at": run.accepted_at, "duration_ms": run.duration_ms, "error": run.error, "rollback": run.rollback,
        })
    };
    Ok(failed.items.into_iter().map(run).collect())
}

async fn changes(app: &App, by: &Actor) -> Result<Value, Error> {
    let page = PageRequest {
        limit: Some(RECENT),
        cursor: None,
    };
    // Who may make a bundle may not be one who reads the trail; then the bundle goes without it.
    match audit::list(app, by, &page).await {
        Ok(lines) => Ok(lines
            .items
            .into_iter()
            .map(|line| json!({ "at": line.at, "what": line.what, "object": line.object }))
            .collect()),
        Err(Error::NotAllowed { .. }) => Ok(json!("not shown to who made the bundle")),
        Err(error) => Err(error),
    }
}

/// Everything that is known here as a credential, and every value that was set for a tool.
async fn redaction(app: &App) -> Result<Redaction, Error> {
    let rows = app.store.tool_settings().await?;
    let kept: Vec<Secret> = rows
        .iter()
        .filter_map(|row| row.value.as_ref().map(|value| Secret::new(value)))
        .collect();
    let given = variables().filter_map(|name| app.options.environment.get(name));
    Ok(Redaction::of(kept.iter().chain(given)))
}

/// The variables that may hold keys and addresses of language models.
fn variables() -> impl Iterator<Item = &'static str> {
    Provider::ALL
        .into_iter()
        .flat_map(|each| [each.key_variable(), each.url_variable()])
}

fn zipped<const N: usize>(files: [(&str, String); N]) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in files {
        zip.start_file(name, options)?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_keeps_its_newest_lines_and_no_endless_ones() {
        let log = RecentLog::default();
        for number in 0..LINES.0 + 5 {
            writeln!(log.clone(), "line {number}").unwrap();
        }
        writeln!(log.clone(), "{}", "ö".repeat(LINES.1)).unwrap();
        let text = log.text();
        assert_eq!(text.lines().count(), LINES.0);
        assert!(!text.contains("line 5\n") && text.contains("line 1004"));
        assert!(text.lines().all(|line| line.len() <= LINES.1));
    }
}
