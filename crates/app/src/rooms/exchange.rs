//! The directory as a file: out, and in again with a look at what would change.

use avops_tools::directory::{PlaceChange, PlacesFile, PlacesFormat, plan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{RoomWorld, carry_out, places, shown};
use crate::{Actor, App, Error, Permission};

/// Longest file, in bytes.
const LONGEST: usize = 900 * 1024;

/// The directory as a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlacesExport {
    /// How it is written.
    pub format: PlacesFormat,
    /// The file.
    pub text: String,
}

/// A file to be read.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportRequest {
    /// How it is written.
    pub format: PlacesFormat,
    /// The file.
    pub text: String,
    /// The file is the whole directory: what is not in it is removed. Else it stays.
    #[serde(default)]
    pub whole: bool,
    /// Only say what would change.
    #[serde(default)]
    pub dry_run: bool,
}

/// What a file changed, or would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlacesImport {
    /// Whether it was done.
    pub done: bool,
    /// What is new, changed and removed.
    pub changes: Vec<PlaceChange>,
    /// How many rooms and devices are as they were.
    pub unchanged: usize,
    /// What stands in the way; all of it must be mended before anything is done.
    pub problems: Vec<ImportProblem>,
}

/// Something in a file that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ImportProblem {
    /// What.
    pub message: String,
    /// From 1; absent when it is the whole file.
    pub line: Option<u64>,
    /// From 1: in characters, and in CSV in cells; absent when it is the whole line.
    pub column: Option<u64>,
    /// How to mend it.
    pub help: Option<String>,
}

/// Writes the directory as a file.
///
/// # Errors
/// [`Error::NotAllowed`].
pub fn export(
    app: &App,
    by: &Actor,
    format: PlacesFormat,
    world: Option<RoomWorld>,
) -> Result<PlacesExport, Error> {
    by.require(Permission::See)?;
    let text = places(app, world.or(Some(RoomWorld::Live)))
        .1
        .write(format)?;
    Ok(PlacesExport { format, text })
}

/// Reads a file into the directory: all of it or nothing.
///
/// # Errors
/// [`Error::BadInput`] with the first problem when something stands in the way, unless it is only asked what would change.
pub async fn import(app: &App, by: &Actor, request: ImportRequest) -> Result<PlacesImport, Error> {
    by.require(Permission::ManageTools)?;
    if request.text.len() > LONGEST {
        return Err(Error::bad_input(
            format!(
                "the file has {} bytes; at most {LONGEST} are read",
                request.text.len()
            ),
            "import it in parts; what is not in a part stays",
        ));
    }
    let _turn = app.places_turn.lock().await;
    let now = app.tools.directory().places();
    let mut outcome = PlacesImport {
        done: false,
        changes: Vec::new(),
        unchanged: 0,
        problems: Vec::new(),
    };
    let planned = match PlacesFile::read(request.format, &request.text) {
        Ok(file) => {
            let planned = plan(&now, file, request.whole);
            outcome.changes.clone_from(&planned.changes);
            outcome.unchanged = planned.unchanged;
            outcome.problems = planned.problems.iter().cloned().map(shown).collect();
            Some(planned)
        }
        Err(problems) => {
            outcome.problems = problems.into_iter().map(shown).collect();
            None
        }
    };
    if request.dry_run {
        return Ok(outcome);
    }
    let Some(planned) = planned.filter(|planned| planned.problems.is_empty()) else {
        return Err(refusal(outcome.problems));
    };
    carry_out(app, by, &now, planned).await?;
    outcome.done = true;
    Ok(outcome)
}

fn refusal(problems: Vec<ImportProblem>) -> Error {
    let more = problems.len().saturating_sub(1);
    let first = problems.into_iter().next();
    let (place, message, help) = first.map_or_else(Default::default, |first| {
        let place = match (first.line, first.column) {
            (Some(line), Some(column)) => format!("line {line}, column {column}: "),
            (Some(line), None) => format!("line {line}: "),
            _ => String::new(),
        };
        (place, first.message, first.help)
    });
    let more = if more > 0 {
        format!(" (and {more} more)")
    } else {
        String::new()
    };
    Error::BadInput {
        message: format!("nothing was imported: {place}{message}{more}"),
        hint: help.or_else(|| Some("a dry run lists all problems".to_owned())),
    }
}
