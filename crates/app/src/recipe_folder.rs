//! The recipes folder: what people and git change in it becomes versions, and where it is in a git repository, what is
//! saved here is written and committed there.

mod files;
mod git;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::recipe_tests::{self, SaveTests};
use crate::recipes::{self, SaveRecipe, SavedText};
use crate::{Actor, App, Error, Permission, Role};
use files::RecipeFile;
use git::Repository;

/// The folder is looked at this often.
const LOOK_AGAIN: Duration = Duration::from_secs(3);

/// What is known of the folder in this process.
#[derive(Default)]
pub(crate) struct FolderState {
    /// The content of each file when it was looked at last.
    seen: Mutex<HashMap<PathBuf, String>>,
    /// By id of the recipe: the file that holds its newest version.
    places: Mutex<HashMap<String, PathBuf>>,
    /// One look or commit at a time.
    turn: tokio::sync::Mutex<()>,
}

/// How a recipe's file stands in git.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CommitState {
    /// The last commit has it as it is.
    Committed,
    /// It is not as the last commit has it.
    Changed,
    /// No commit has it.
    NotCommitted,
    /// The newest version stands in no file of the folder.
    NoFile,
}

/// The file of a recipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RecipeCommit {
    /// Id of the recipe.
    pub recipe_id: String,
    /// Its name.
    pub recipe: String,
    /// The version that should be in the file.
    pub version: u32,
    /// The file in the folder.
    pub file: String,
    /// How it stands.
    pub state: CommitState,
    /// The command that commits it, where it is not.
    pub command: Option<String>,
}

/// The recipes folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FolderStatus {
    /// Where it is; absent when the server was started without one.
    pub folder: Option<String>,
    /// Whether it is in a git repository that can be used.
    pub git: bool,
    /// Why it is not.
    pub problem: Option<String>,
    /// One for each recipe, where git is used.
    pub recipes: Vec<RecipeCommit>,
}

/// Says how the recipes stand in the folder and its repository.
///
/// # Errors
/// [`Error::NotAllowed`].
pub async fn status(app: &App, by: &Actor) -> Result<FolderStatus, Error> {
    by.require(Permission::See)?;
    let Some(folder) = &app.options.recipes else {
        return Ok(FolderStatus::default());
    };
    let mut status = FolderStatus {
        folder: Some(folder.display().to_string()),
        ..FolderStatus::default()
    };
    let found = match Repository::of(folder).await {
        Ok(repository) => commits(app, folder, &repository).await?,
        Err(problem) => Err(problem),
    };
    match found {
        Ok(recipes) => {
            status.git = true;
            status.recipes = recipes;
        }
        Err(problem) => status.problem = Some(problem),
    }
    Ok(status)
}

async fn commits(
    app: &App,
    folder: &Path,
    repository: &Repository,
) -> Result<Result<Vec<RecipeCommit>, String>, Error> {
    let committed: HashMap<String, String> = match repository.committed().await {
        Ok(committed) => committed.into_iter().collect(),
        Err(problem) => return Ok(Err(problem)),
    };
    let mut found = Vec::new();
    for row in app.store.recipes().await? {
        let place = lock(&app.folder.places).get(&row.id).cloned();
        let usual = folder.join(recipes::file_name(&row.slug, row.version));
        let path = place.unwrap_or(usual);
        let file = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let state = match tokio::fs::read_to_string(&path).await {
            Err(_) => CommitState::NoFile,
            Ok(text) => match (committed.get(&file), repository.name_of(&text).await) {
                (_, Err(problem)) => return Ok(Err(problem)),
                (None, Ok(_)) => CommitState::NotCommitted,
                (Some(known), Ok(name)) if *known == name => CommitState::Committed,
                (Some(_), Ok(_)) => CommitState::Changed,
            },
        };
        let command = match state {
            CommitState::Committed | CommitState::NoFile => None,
            CommitState::Changed | CommitState::NotCommitted => {
                let changelog = recipes::changelog(app, &row).await?;
                let message = message(&row.name, row.version, changelog.as_deref());
                Some(command(folder, &file, &message))
            }
        };
        found.push(RecipeCommit {
            recipe_id: row.id,
            recipe: row.name,
            version: row.version,
            file,
            state,
            command,
        });
    }
    Ok(Ok(found))
}

fn message(name: &str, version: u32, changelog: Option<&str>) -> String {
    let line = changelog.unwrap_or("no changelog line");
    let line: String = line.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("recipe: {name} v{version} — {line}")
}

fn command(folder: &Path, file: &str, message: &str) -> String {
    let folder = quoted(&folder.display().to_string());
    let (file, message) = (quoted(file), quoted(message));
    format!("git -C {folder} add -- {file} && git -C {folder} commit -m {message} -- {file}")
}

/// A text as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Writes a version that was saved here into the folder and commits it, where the folder is in a repository. What goes
/// wrong there does not take the save back: the state of the recipe shows it, with the command to mend it.
pub(crate) async fn keep(app: &App, by: &Actor, saved: &SavedText) {
    let Some(folder) = &app.options.recipes else {
        return;
    };
    if by.id == FOLDER_ID {
        return;
    }
    let _turn = app.folder.turn.lock().await;
    let Ok(repository) = Repository::of(folder).await else {
        return;
    };
    let file = recipes::file_name(&saved.slug, saved.version);
    let path = folder.join(&file);
    let written = files::write(&path, &saved.yaml).await;
    lock(&app.folder.seen).insert(path.clone(), saved.yaml.clone());
    lock(&app.folder.places).insert(saved.id.clone(), path);
    let message = message(&saved.name, saved.version, saved.changelog.as_deref());
    let done = match written {
        Ok(()) => {
            repository
                .commit(&file, &saved.yaml, &message, &by.name)
                .await
        }
        Err(error) => Err(error.to_string()),
    };
    if let Err(problem) = done {
        tracing::warn!(file, problem, "a saved recipe could not be committed");
    }
}

const FOLDER_ID: &str = "system:recipes-folder";

/// Looks at the folder until told to stop: what was changed in it becomes a version.
pub async fn serve(app: App, stop: CancellationToken) {
    let Some(folder) = app.options.recipes.clone() else {
        return;
    };
    loop {
        tokio::select! {
            () = app.clock.sleep(LOOK_AGAIN) => {}
            () = stop.cancelled() => return,
        }
        match pick_up(&app, &folder).await {
            Ok(problems) => {
                for problem in problems {
                    tracing::warn!(problem, "a file of the recipes folder is not taken");
                }
            }
            Err(error) => tracing::warn!(%error, "the recipes folder could not be read"),
        }
    }
}

/// Saves what is new or changed in the folder; gives what cannot be saved, each once until it changes again.
///
/// # Errors
/// [`Error::Unavailable`] when the folder cannot be read, [`Error::Internal`] when the store fails.
pub async fn pick_up(app: &App, folder: &Path) -> Result<Vec<String>, Error> {
    let _turn = app.folder.turn.lock().await;
    let mut problems = Vec::new();
    let mut fresh = Vec::new();
    for file in files::read(app, folder).await? {
        let before = lock(&app.folder.seen).insert(file.path.clone(), file.text.clone());
        if before.as_deref() != Some(file.text.as_str()) {
            fresh.push((file, before.is_some()));
        }
    }
    if fresh.is_empty() {
        return Ok(problems);
    }
    let repository = Repository::of(folder).await.ok();
    fresh.sort_by_key(|(file, _)| (file.is_test, file.version));
    for (file, was_seen) in fresh {
        let path = file.path.display().to_string();
        if let Err(error) = take(app, repository.as_ref(), file, was_seen).await {
            problems.push(format!("{path}: {error}"));
        }
    }
    Ok(problems)
}

/// Takes one file. One that was not seen before in this process is new only if no version says the same: after a restart,
/// the file of an old version is no change.
async fn take(
    app: &App,
    repository: Option<&Repository>,
    file: RecipeFile,
    was_seen: bool,
) -> Result<(), Error> {
    let mut by = Actor {
        id: FOLDER_ID.to_owned(),
        name: "recipes folder".to_owned(),
        role: Role::Owner,
        may_approve: false,
    };
    if file.is_test {
        let name = recipe_tests::recipe_of(&file.file_name, &file.text)?;
        let here = recipe_tests::get(app, &by, &name).await?;
        if here.yaml != file.text {
            recipe_tests::save(app, &by, &name, SaveTests { yaml: file.text }).await?;
        }
        return Ok(());
    }
    let mut text = SaveRecipe {
        yaml: file.text,
        changelog: None,
    };
    let row = match &file.recipe {
        Some(name) => app.store.recipe(name).await?,
        None => None,
    };
    if let Some(row) = &row {
        let newest = recipes::says_same(app, row, &text, false).await?;
        if newest || !was_seen && recipes::says_same(app, row, &text, true).await? {
            if newest {
                lock(&app.folder.places).insert(row.id.clone(), file.path);
            }
            return Ok(());
        }
    }
    let last = match repository {
        Some(repository) => repository.last(&file.file_name).await,
        None => None,
    };
    text.changelog = Some(match &row {
        Some(_) => "changed in the recipes folder".to_owned(),
        None => "from the recipes folder".to_owned(),
    });
    if let Some(last) = last {
        by.name = last.author;
        text.changelog = Some(last.subject);
    }
    let saved = match &row {
        Some(row) => recipes::save(app, &by, &row.id, text, None).await?,
        None => recipes::create(app, &by, text).await?,
    };
    lock(&app.folder.places).insert(saved.summary.id, file.path);
    Ok(())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_stays_one_command_whatever_names_say() {
        let said = message("It's; rm -rf", 3, Some("two\nlines"));
        assert_eq!(said, "recipe: It's; rm -rf v3 — two lines");
        let told = command(Path::new("/srv/my recipes"), "a.yaml", &said);
        assert!(
            told.starts_with("git -C '/srv/my recipes' add -- 'a.yaml' && "),
            "{told}"
        );
        assert!(told.contains(r"'recipe: It'\''s; rm -rf v3"), "{told}");
    }
}
