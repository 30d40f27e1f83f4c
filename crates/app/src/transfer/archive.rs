//! The ZIP around the files: written plainly, and read as if somebody hostile had packed it.
//!
//! Nothing of it is ever written to a disk. What it may hold is bounded before and while it is unpacked.

use std::collections::BTreeSet;
use std::io::{Cursor, Read as _, Write as _};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::Error;

/// Most files in a bundle.
const MOST_FILES: usize = 2_000;
/// Longest file, in bytes; that of a recipe.
const LONGEST_FILE: u64 = 256 * 1024;
/// All files together, unpacked.
const LARGEST: u64 = 32 * 1024 * 1024;
/// Longest name of a file.
const LONGEST_NAME: usize = 300;

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BundleFile {
    /// Its place: `recipes/hdmi-black.yaml`, or only its name.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// Packs files.
///
/// # Errors
/// [`Error::Internal`] when that fails.
pub fn pack(files: &[BundleFile]) -> Result<Vec<u8>, Error> {
    let broken = |error: &dyn std::fmt::Display| {
        Error::Internal(format!("the bundle cannot be packed: {error}"))
    };
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for file in files {
        writer
            .start_file(file.path.as_str(), options)
            .map_err(|error| broken(&error))?;
        writer
            .write_all(file.text.as_bytes())
            .map_err(|error| broken(&error))?;
    }
    let packed = writer.finish().map_err(|error| broken(&error))?;
    Ok(packed.into_inner())
}

/// Unpacks a bundle.
///
/// # Errors
/// [`Error::BadInput`] for what is no ZIP, for names that lead out of it or stand in it twice, for links and encrypted
/// files, and for more or longer files than are read.
pub fn unpack(bytes: &[u8]) -> Result<Vec<BundleFile>, Error> {
    unpack_within(bytes, LONGEST_FILE, LARGEST)
}

fn unpack_within(bytes: &[u8], longest: u64, largest: u64) -> Result<Vec<BundleFile>, Error> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|error| refused(&format!("it is no ZIP that can be read: {error}")))?;
    if archive.len() > MOST_FILES {
        return Err(refused(&format!(
            "it holds {} files, and {MOST_FILES} are read",
            archive.len()
        )));
    }
    let mut files = Vec::new();
    let mut names = BTreeSet::new();
    let mut total = 0;
    for index in 0..archive.len() {
        let entry = archive
            .by_index(index)
            .map_err(|error| refused(&format!("file {index} cannot be read: {error}")))?;
        if entry.is_dir() {
            continue;
        }
        let name = entry
            .name()
            .map_err(|error| refused(&format!("the name of file {index} cannot be read: {error}")))?
            .into_owned();
        if !is_plain(&name) || entry.is_symlink() {
            let shown: String = name.chars().take(80).collect();
            return Err(refused(&format!("the file {shown:?} leads out of it")));
        }
        if entry.encrypted() {
            return Err(refused(&format!("the file {name} is encrypted")));
        }
        if !names.insert(name.to_lowercase()) {
            return Err(refused(&format!("the file {name} is in it twice")));
        }
        // What the head of the file says of its length may be a lie, so the reading itself is bounded.
        let mut content = Vec::new();
        let read = entry.take(longest + 1).read_to_end(&mut content);
        read.map_err(|error| refused(&format!("the file {name} cannot be unpacked: {error}")))?;
        let length = u64::try_from(content.len()).unwrap_or(u64::MAX);
        total += length;
        if length > longest || total > largest {
            return Err(refused(&format!(
                "the file {name} makes it too large: a file may have {longest} bytes, all together {largest}"
            )));
        }
        let text = String::from_utf8(content)
            .map_err(|_| refused(&format!("the file {name} is not text in UTF-8")))?;
        files.push(BundleFile { path: name, text });
    }
    Ok(files)
}

/// Bounds files that came one by one in the same way.
pub(super) fn check(files: &[BundleFile]) -> Result<(), Error> {
    let total: usize = files.iter().map(|file| file.text.len()).sum();
    if files.len() > MOST_FILES || u64::try_from(total).unwrap_or(u64::MAX) > LARGEST {
        return Err(refused(&format!(
            "{MOST_FILES} files of {LARGEST} bytes together are read"
        )));
    }
    match files.iter().find(|file| !is_plain(&file.path)) {
        Some(file) => Err(refused(&format!(
            "the file {:?} leads out of it",
            file.path
        ))),
        None => Ok(()),
    }
}

/// States whether a name stays within the bundle: relative, and made of plain parts.
fn is_plain(name: &str) -> bool {
    name.len() <= LONGEST_NAME
        && !name.contains(['\\', '\0', ':'])
        && name
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != "..")
}

fn refused(problem: &str) -> Error {
    Error::bad_input(
        format!("the bundle cannot be read: {problem}"),
        "`avops export` and the Recipes page write bundles",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> BundleFile {
        BundleFile {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    fn refusal(bytes: &[u8]) -> String {
        unpack(bytes).unwrap_err().to_string()
    }

    #[test]
    fn what_is_packed_unpacks_as_it_was() {
        let files = [
            file("recipes/a.yaml", "name: A\n"),
            file("agents/b.json", "{}"),
        ];
        assert_eq!(unpack(&pack(&files).unwrap()).unwrap(), files);
    }

    #[test]
    fn names_that_lead_out_are_refused() {
        for name in [
            "../a.yaml",
            "/etc/passwd",
            "a/../../b",
            "C:\\a",
            "a\\..\\b",
            "a//b",
        ] {
            let bytes = pack(&[file(name, "x")]).unwrap();
            assert!(refusal(&bytes).contains("leads out"), "{name}");
        }
    }

    #[test]
    fn a_small_file_that_unfolds_to_a_huge_one_is_refused() {
        let bytes = pack(&[file("recipes/a.yaml", &" ".repeat(512 * 1024))]).unwrap();
        assert!(bytes.len() < 4 * 1024, "{}", bytes.len());
        assert!(refusal(&bytes).contains("too large"));
    }

    #[test]
    fn many_files_that_are_large_together_are_refused() {
        let files: Vec<_> = (0..20)
            .map(|n| file(&format!("a/{n}"), &" ".repeat(100)))
            .collect();
        let bytes = pack(&files).unwrap();
        assert!(unpack_within(&bytes, 100, 2_000).is_ok());
        let refused = unpack_within(&bytes, 100, 1_999).unwrap_err();
        assert!(refused.to_string().contains("too large"), "{refused}");
    }

    #[test]
    fn what_is_no_zip_and_what_is_no_text_are_refused() {
        assert!(refusal(b"name: A\n").contains("no ZIP"));
        let twice = [file("a.yaml", "x"), file("A.yaml", "y")];
        assert!(refusal(&pack(&twice).unwrap()).contains("twice"));
    }
}
