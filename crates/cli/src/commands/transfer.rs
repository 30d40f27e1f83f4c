//! `avops export` and `avops import`: agents, recipes and workflows as one ZIP.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use avops_app::transfer;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::answers::{items, text};
use crate::api::{Api, Query};
use crate::error::Error;
use crate::terminal::{Terminal, Tone, toned};

/// What to export, and where to.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The ZIP to be written
    #[arg(default_value = "avops-export.zip")]
    file: PathBuf,
    /// Only this recipe; repeat for several
    #[arg(long)]
    recipe: Vec<String>,
    /// Only this agent; repeat for several
    #[arg(long)]
    agent: Vec<String>,
    /// Only this workflow; repeat for several
    #[arg(long)]
    workflow: Vec<String>,
    /// Write over a file that is there
    #[arg(long)]
    force: bool,
}

/// What to import, and how.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// A ZIP of `avops export`, or recipe files (.yaml)
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What becomes of a thing whose name is taken
    #[arg(long, value_enum, default_value = "skip")]
    on_conflict: OnConflict,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
}

/// What becomes of a thing whose name is taken.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum OnConflict {
    /// What is here stays
    Skip,
    /// It takes its place; a recipe becomes the next version
    Overwrite,
    /// It gets a name with a number behind it
    Rename,
}

/// Writes the ZIP.
///
/// # Errors
/// When the file is there already, or cannot be written.
pub(crate) async fn export(command: Export, api: &Api, terminal: Terminal) -> Result<(), Error> {
    let mut query = Query::new();
    for (name, values) in [
        ("recipe", &command.recipe),
        ("agent", &command.agent),
        ("workflow", &command.workflow),
    ] {
        query.extend(values.iter().map(|value| (name, value.clone())));
    }
    let mut file = fresh(&command.file, command.force)?;
    match api {
        Api::Server(client) => client.fetch(&["export"], &query, &mut file).await?,
        Api::Inside(_) => {
            let found = api.find(&["export"], query).await?;
            let files: Vec<transfer::BundleFile> = serde_json::from_value(found["items"].clone())
                .map_err(|error| {
                Error::outside(format!("the export cannot be read: {error}"))
            })?;
            file.write_all(&transfer::pack(&files)?)?;
            file.sync_all()?;
        }
    }
    let written = command.file.display().to_string();
    if terminal.json {
        return terminal.value(&json!({ "file": written }));
    }
    terminal.line(format_args!("written {written}"))
}

fn fresh(path: &Path, force: bool) -> Result<File, Error> {
    let mut options = File::options();
    options.write(true).truncate(true);
    if force {
        options.create(true);
    } else {
        options.create_new(true);
    }
    options.open(path).map_err(|error| {
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            Error::call(format!("{} is there already", path.display()))
                .hint("name another file, or write over it with --force")
        } else {
            Error::outside(format!("{} cannot be written: {error}", path.display()))
        }
    })
}

/// Sends the files and shows what became of each thing.
///
/// # Errors
/// When a file cannot be read, or something could not be imported.
pub(crate) async fn import(command: Import, api: &Api, terminal: Terminal) -> Result<(), Error> {
    let mut files = Vec::new();
    for path in &command.files {
        let bytes = std::fs::read(path)
            .map_err(|error| Error::call(format!("cannot read {}: {error}", path.display())))?;
        if path.extension().is_some_and(|kind| kind == "zip") {
            files.extend(transfer::unpack(&bytes)?);
        } else {
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            let text = String::from_utf8(bytes)
                .map_err(|_| Error::call(format!("{} is not text", path.display())))?;
            files.push(transfer::BundleFile {
                path: name.unwrap_or_default(),
                text,
            });
        }
    }
    let zip = STANDARD.encode(transfer::pack(&files)?);
    let on_conflict = match command.on_conflict {
        OnConflict::Skip => "skip",
        OnConflict::Overwrite => "overwrite",
        OnConflict::Rename => "rename",
    };
    let query = vec![
        ("on_conflict", on_conflict.to_owned()),
        ("dry_run", command.dry_run.to_string()),
    ];
    let outcome = api
        .post_with(&["import"], query, json!({ "zip": zip }))
        .await?;
    show(&outcome, terminal)?;
    match outcome["counts"]["failed"].as_u64() {
        None | Some(0) => Ok(()),
        Some(failed) => Err(Error::failed(format!("{failed} could not be imported"))),
    }
}

fn show(outcome: &Value, terminal: Terminal) -> Result<(), Error> {
    if terminal.json {
        return terminal.value(outcome);
    }
    let rows = items(outcome)
        .iter()
        .map(|item| {
            let word = text(item, "/outcome");
            let tone = match word.as_str() {
                "failed" => Tone::Bad,
                "skipped" => Tone::Faint,
                _ => Tone::Good,
            };
            let name = match text(item, "/renamed_to") {
                same if same.is_empty() => text(item, "/name"),
                other => format!("{} as {other}", text(item, "/name")),
            };
            vec![
                toned(word, tone),
                text(item, "/kind"),
                name,
                text(item, "/detail"),
            ]
        })
        .collect();
    terminal.table(&["", "kind", "name", ""], rows, "the bundle is empty")?;
    let count = |name: &str| text(outcome, &format!("/counts/{name}"));
    let would = if outcome["dry_run"] == json!(true) {
        "would be "
    } else {
        ""
    };
    terminal.line(format_args!(
        "{would}created {}, replaced {}, renamed {}, skipped {}, failed {}",
        count("created"),
        count("replaced"),
        count("renamed"),
        count("skipped"),
        count("failed")
    ))
}
