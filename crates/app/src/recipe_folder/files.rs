//! The files of the recipes folder.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use avops_recipe::Source;

use crate::{App, Error};

/// Most files that are read.
const MOST: usize = 2_000;
/// Longest file that is read, in bytes.
const LONGEST: u64 = 256 * 1024;

/// A file of the folder.
pub(super) struct RecipeFile {
    pub(super) path: PathBuf,
    pub(super) file_name: String,
    pub(super) text: String,
    /// Whether it holds tests, and no recipe.
    pub(super) is_test: bool,
    /// Name of the recipe, where it can be read.
    pub(super) recipe: Option<String>,
    /// Its version, where it can be read.
    pub(super) version: u32,
}

/// Reads the recipes of a folder, and the tests in it and in its folder `tests`. Links are not followed: they could lead
/// to any file of the machine.
pub(super) async fn read(app: &App, folder: &Path) -> Result<Vec<RecipeFile>, Error> {
    let mut paths = listed(folder)
        .await
        .map_err(|error| unavailable(folder, &error))?;
    // There need not be any tests.
    paths.extend(listed(&folder.join("tests")).await.unwrap_or_default());
    paths.sort();
    paths.truncate(MOST);
    let mut files = Vec::new();
    for path in paths {
        let file_name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let is_test = file_name.ends_with(".test.yaml");
        if !is_test && path.parent() != Some(folder) {
            continue;
        }
        let text = tokio::fs::read_to_string(&path)
            .await
            .map_err(|error| unavailable(&path, &error))?;
        let parsed = (!is_test)
            .then(|| {
                app.library
                    .parse(&Source::new(&file_name, &text), &[])
                    .0
                    .recipe
            })
            .flatten();
        files.push(RecipeFile {
            path,
            file_name,
            text,
            is_test,
            version: parsed.as_ref().map_or(0, |recipe| recipe.version),
            recipe: parsed.map(|recipe| recipe.name),
        });
    }
    Ok(files)
}

async fn listed(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut entries = tokio::fs::read_dir(folder).await?;
    let mut found = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        let path = entry.path();
        let is_yaml = path
            .extension()
            .is_some_and(|kind| kind == "yaml" || kind == "yml");
        if is_yaml && entry.file_type().await?.is_file() && entry.metadata().await?.len() <= LONGEST
        {
            found.push(path);
        }
    }
    Ok(found)
}

/// Writes a file as a whole or not at all: whoever looks meanwhile sees the old one or the new one.
pub(super) async fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let (path, text) = (path.to_owned(), text.to_owned());
    let written = tokio::task::spawn_blocking(move || {
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::Builder::new()
            .prefix(".avops-")
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))
            .tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(())
    });
    written.await.map_err(std::io::Error::other)?
}

fn unavailable(path: &Path, error: &std::io::Error) -> Error {
    Error::Unavailable {
        message: format!("cannot read {}: {error}", path.display()),
    }
}
