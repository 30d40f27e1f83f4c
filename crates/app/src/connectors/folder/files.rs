//! Reads the folder: which files there are, and what each describes. Blocking.

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use avops_tools::{ConnectorFile, FileProblem, MAX_CONNECTOR_FILE};

use crate::secrets::sha256;

/// Most files that are read.
const MAX_FILES: usize = 200;

/// The folder itself, where something is wrong with it.
const ITSELF: &str = "connectors";

/// Tells a folder that is as it was from one that is not: name, inode, size, time and rights of each file.
pub(super) type Stamp = Vec<(String, u64, u64, i64, i64, u32)>;

/// A file, and what it describes.
pub(super) struct Found {
    /// Its name.
    pub(super) file: String,
    /// SHA-256 of its text, in hex.
    pub(super) text_hash: String,
    /// What it describes, or what is wrong with it.
    pub(super) read: Result<ConnectorFile, FileProblem>,
}

/// Reads the files by name; nothing when they are as they were `before`. A folder that is not there has no files.
pub(super) fn read(folder: &Path, before: Option<&Stamp>) -> Option<(Stamp, Vec<Found>)> {
    let (stamp, problem) = match stamped(folder) {
        Ok(stamp) => (stamp, None),
        Err(problem) => {
            let about = (ITSELF.to_owned(), 0, 0, 0, 0, 0);
            (vec![about], Some(problem))
        }
    };
    if before == Some(&stamp) {
        return None;
    }
    let found = match problem {
        Some(problem) => vec![Found {
            file: ITSELF.to_owned(),
            text_hash: String::new(),
            read: Err(problem),
        }],
        None => stamp
            .iter()
            .map(|(file, .., mode)| one(folder, file, *mode))
            .collect(),
    };
    Some((stamp, found))
}

fn stamped(folder: &Path) -> Result<Stamp, FileProblem> {
    let unreadable = |error: std::io::Error| {
        FileProblem::whole(
            format!("the folder cannot be read: {error}"),
            "give the user that runs AVOps the right to read it",
        )
    };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Stamp::new()),
        Err(error) => return Err(unreadable(error)),
    };
    if is_open(fs::metadata(folder).map_err(unreadable)?.mode()) {
        return Err(FileProblem::whole(
            "anybody on this machine can write into the folder, so nothing in it is read",
            "chmod o-w connectors",
        ));
    }
    let mut stamp = Stamp::new();
    for entry in entries {
        let entry = entry.map_err(unreadable)?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let end = Path::new(&name).extension().and_then(|end| end.to_str());
        if name.starts_with('.') || !matches!(end, Some("yaml" | "yml")) {
            continue;
        }
        // A file that goes while it is looked at is no file any more.
        let Ok(about) = fs::metadata(entry.path()) else {
            continue;
        };
        stamp.push((
            name,
            about.ino(),
            about.size(),
            about.mtime(),
            about.mtime_nsec(),
            about.mode(),
        ));
    }
    if stamp.len() > MAX_FILES {
        return Err(FileProblem::whole(
            format!(
                "there are {} files; at most {MAX_FILES} are read",
                stamp.len()
            ),
            "move those that are not used out of the folder",
        ));
    }
    stamp.sort();
    Ok(stamp)
}

fn one(folder: &Path, file: &str, mode: u32) -> Found {
    let text = if is_open(mode) {
        Err(FileProblem::whole(
            "anybody on this machine can write to the file, so it is not read",
            format!("chmod o-w connectors/{file}"),
        ))
    } else {
        text(&folder.join(file))
    };
    Found {
        file: file.to_owned(),
        text_hash: text.as_deref().map(sha256).unwrap_or_default(),
        read: text.and_then(|text| ConnectorFile::parse(&text)),
    }
}

fn text(path: &Path) -> Result<String, FileProblem> {
    let read = || -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let file = File::open(path)?;
        if !file.metadata()?.is_file() {
            return Err(std::io::Error::other("it is no file"));
        }
        // One byte more than is allowed: the reader says that it is too many.
        let most = u64::try_from(MAX_CONNECTOR_FILE).unwrap_or(u64::MAX);
        file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|error| {
        FileProblem::whole(
            format!("the file cannot be read: {error}"),
            "give the user that runs AVOps the right to read it",
        )
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        FileProblem::whole(
            format!("the file is not UTF-8 text from byte {good} on"),
            "save it as UTF-8",
        )
    })
}

/// States whether everybody may write.
fn is_open(mode: u32) -> bool {
    mode & 0o002 != 0
}
